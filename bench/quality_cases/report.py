"""Makes the documents, asks build/release/quality_scores, prints areas under the ROC curve and writes bench/results/quality.json."""
import argparse
import collections
import json
import pathlib
import subprocess
import sys

from scoring_bench import machine

from . import material, spoil
from .written import file_of

ROOT = material.ROOT
DIRECTORY = material.CACHE / "documents"


def made(fitting):
    """[{file, profile, source, kind}]; kind is empty for a real document."""
    out = []

    def keep(profile, source, kind, document):
        path = DIRECTORY / f"{'fitting' if fitting else 'held'}-{len(out):05d}"
        path.write_bytes(file_of(profile, document))
        out.append({"file": str(path), "profile": profile, "source": source, "kind": kind})

    for source, (profile, documents) in material.sources(fitting).items():
        if not documents:
            raise SystemExit(f"no documents in {source}")
        for document in documents:
            keep(profile, source, "", document)
        for kind, document in spoil.spoiled(profile, documents, source):
            keep(profile, source, kind, document)
    return out


def made_real(name, sources):
    out = []
    for source, (profile, documents) in sources.items():
        for document in documents:
            path = DIRECTORY / f"{name}-{len(out):05d}"
            path.write_bytes(file_of(profile, document))
            out.append({"file": str(path), "profile": profile, "source": source, "kind": ""})
    return out


def scored(cases):
    command = [str(ROOT / "build/release/quality_scores")]
    done = subprocess.run(command, input="\n".join(c["file"] for c in cases) + "\n", capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode != 0:
        raise SystemExit(done.stderr[-2000:])
    for case, line in zip(cases, done.stdout.splitlines(), strict=True):
        case |= json.loads(line)
    return cases


def area(real, bad):
    """Chance that a real document has more quality than a bad one; half for equal ones."""
    order = sorted({*real, *bad})
    above, below = collections.Counter(real), collections.Counter(bad)
    wins = passed = 0
    for value in order:
        wins += above[value] * (2 * passed + below[value])
        passed += below[value]
    return wins / (2 * len(real) * len(bad)) if real and bad else None


def figures(cases, key):
    """Areas in all, by profile and by kind; a kind against the real ones of its profiles."""
    def split(some):
        return [c[key] for c in some if not c["kind"]], [c[key] for c in some if c["kind"]]
    out = {"all": area(*split(cases)), "profiles": {}, "kinds": {}}
    for profile in sorted({c["profile"] for c in cases}):
        out["profiles"][profile] = area(*split([c for c in cases if c["profile"] == profile]))
    for kind in sorted({c["kind"] for c in cases if c["kind"]}):
        profiles = {c["profile"] for c in cases if c["kind"] == kind}
        some = [c for c in cases if c["profile"] in profiles and c["kind"] in ("", kind)]
        out["kinds"][kind] = area(*split(some))
    return out


def rounded(value):
    if isinstance(value, dict):
        return {key: rounded(each) for key, each in value.items()}
    return round(value, 4) if isinstance(value, float) else value


def sides(cases):
    paid = lambda some: round(sum(c["quality"] > 19_661 for c in some) / len(some), 4) if some else None
    real, bad = [c for c in cases if not c["kind"]], [c for c in cases if c["kind"]]
    by_source = {s: paid([c for c in real if c["source"] == s]) for s in sorted({c["source"] for c in real})}
    return {"real": len(real), "bad": len(bad), "real_paid": paid(real), "bad_paid": paid(bad),
            "bad_paid_by_kind": {k: paid([c for c in bad if c["kind"] == k]) for k in sorted({c["kind"] for c in bad})},
            "sources_paid_less_than_all": {s: share for s, share in by_source.items() if share < 1},
            "default-2": rounded(figures(cases, "quality")), "default-1": rounded(figures(cases, "quality_1"))}


def main(arguments):
    parser = argparse.ArgumentParser(prog="bench/run quality")
    parser.add_argument("--fitting", action="store_true", help="the sources that knots were chosen on, too")
    parser.add_argument("--features", type=pathlib.Path, help="writes every document's features to this file")
    parser.add_argument("--dry-run", action="store_true", help="leaves bench/results as it is")
    chosen = parser.parse_args(arguments)
    for command in (["cmake", "--preset", "release"], ["cmake", "--build", "build/release", "--target", "quality_scores"]):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            print(done.stdout[-4000:] + done.stderr[-4000:])
            return 69
    DIRECTORY.mkdir(parents=True, exist_ok=True)
    for old in DIRECTORY.iterdir():
        old.unlink()
    held = scored(made(False))
    unknown = scored(made_real("unknown", material.unknown_languages()))
    books = sides(scored(made_real("book", material.books())))
    result = {"command": machine.command("bench/run", "quality", *arguments), "held_out": sides(held)}
    result["unknown_languages_paid"] = sides(unknown)["sources_paid_less_than_all"]
    result["books"] = {key: books[key] for key in ("real", "real_paid", "sources_paid_less_than_all")}
    everything = [dict(c, side="held") for c in held]
    if chosen.fitting:
        fitted = scored(made(True))
        result["fitting"] = sides(fitted)
        everything += [dict(c, side="fitting") for c in fitted]
    if chosen.features:
        chosen.features.write_text("".join(json.dumps(c) + "\n" for c in everything))
    text = json.dumps(result, indent=1, ensure_ascii=False) + "\n"
    print(text)
    if not chosen.dry_run:
        (ROOT / "bench/results/quality.json").write_text(text)
    area_of_all = result["held_out"]["default-2"]["all"]
    print(f"ROC-AUC on sources that nothing was fitted on: {area_of_all} (goal 0.95)", file=sys.stderr)
    return 0 if area_of_all >= 0.95 else 1
