"""bench/run attestation: our appraisal of a TDX quote beside dcap-qvl's, in interleaved rounds of processor time."""
import argparse
import datetime
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CACHE = ROOT / ".cache/bench-attest"
HERE = pathlib.Path(__file__).resolve().parent
JS_PEER = "@phala/dcap-qvl@0.3.9"
QUOTE = "tdx/quotes/emr-b0c06f-v4-uptodate.bin"
COLLATERAL = "tdx/collateral/b0c06f00_2025-06.json"
JUDGED_AT = int(datetime.datetime(2025, 6, 25, tzinfo=datetime.timezone.utc).timestamp())
GPU = ("nvidia/hopper-550.90.07.report.bin", "nvidia/hopper-550.90.07.chain.pem")


def install() -> None:
    """The peers, once: one Python package and one npm package, neither of which anything else here uses."""
    python = CACHE / "bin/python"
    if not python.is_file():
        print("installing the peers into .cache/bench-attest", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", str(CACHE)], check=True)
    wanted = (HERE / "requirements.txt").read_text() + JS_PEER
    stamp = CACHE / ".pramana-stamp"
    if not stamp.is_file() or stamp.read_text() != wanted:
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r",
                        str(HERE / "requirements.txt")], check=True)
        subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(CACHE / "node"), JS_PEER],
                       check=True, stdout=subprocess.DEVNULL)
        stamp.write_text(wanted)
    if pathlib.Path(sys.prefix).resolve() != CACHE.resolve():
        os.execv(python, [str(python), *sys.argv])


class Worker:
    """A process that takes a line and answers with times in microseconds."""
    def __init__(self, *command: str):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def times(self, line: str) -> list[float]:
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().split()
        if not answer:
            raise SystemExit(f"bench: a worker ended: {self.process.args}")
        return [float(word) for word in answer]

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()


def rust_peer(quote: bytes, collateral_json: str):
    """A function that gives the processor times of N verifications by dcap-qvl's Rust library, from its parts."""
    import dcap_qvl  # pylint: disable=import-outside-toplevel
    raw = json.loads(collateral_json)
    for name in ("root_ca_crl", "pck_crl", "tcb_info_signature", "qe_identity_signature"):
        raw[name] = bytes.fromhex(raw[name])
    collateral = dcap_qvl.QuoteCollateralV3(**raw)

    def times(count: int) -> list[float]:
        out = []
        dcap_qvl.verify(quote, collateral, JUDGED_AT)
        for _ in range(count):
            begin = time.thread_time_ns()
            dcap_qvl.verify(quote, collateral, JUDGED_AT)
            out.append((time.thread_time_ns() - begin) / 1e3)
        return out
    return times


def build(preset: str) -> str:
    from scoring_bench import venv  # pylint: disable=import-outside-toplevel
    return str(venv.build("attest_rounds", preset=preset) / "attest_rounds")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bench/run attestation", description=__doc__)
    parser.add_argument("--vectors", default=os.environ.get("PRAMANA_SHARED", "../shared") + "/vectors/attestation",
                        help="a folder of attestation vectors [%(default)s]")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--each", type=int, default=40, help="appraisals of each kind a round")
    parser.add_argument("--preset", default="release", help="which build of ours [release]; dev has assertions on")
    parser.add_argument("--peer-cases", action="store_true", help="no times: where dcap-qvl's Rust library differs from the vectors")
    parser.add_argument("--dry-run", action="store_true", help="leaves bench/results as it is")
    chosen = parser.parse_args(arguments)
    folder = pathlib.Path(chosen.vectors)
    if not (folder / QUOTE).is_file():
        parser.error(f"{folder} holds no {QUOTE}: --vectors names the folder")
    install()
    if chosen.peer_cases:
        from attestation_bench import peer_cases  # pylint: disable=import-outside-toplevel
        return peer_cases.compare(folder)
    from scoring_bench import machine  # pylint: disable=import-outside-toplevel
    files = [str(folder / name) for name in (QUOTE, COLLATERAL)]
    ours = Worker(build(chosen.preset), *files, str(JUDGED_AT), *(str(folder / name) for name in GPU))
    script = Worker("node", str(HERE / "peer.mjs"), str(CACHE / "node"), *files, str(JUDGED_AT))
    rust = rust_peer((folder / QUOTE).read_bytes(), (folder / COLLATERAL).read_text())
    rows = {
        "ours, collateral kept, machine seen before": lambda: ours.times(f"kept {chosen.each}"),
        "ours, collateral kept, another machine": lambda: ours.times(f"first {chosen.each}"),
        "ours, cold from its parts": lambda: ours.times(f"parts {chosen.each}"),
        "ours, cold from JSON": lambda: ours.times(f"json {chosen.each}"),
        "dcap-qvl 0.7.0, Rust, from its parts": lambda: rust(chosen.each),
        "dcap-qvl 0.3.9, JavaScript": lambda: script.times(str(max(chosen.each // 4, 5))),
        "ours, GPU report without manifests": lambda: ours.times(f"gpu {max(chosen.each // 4, 5)}"),
    }
    times: dict[str, list[list[float]]] = {name: [] for name in rows}
    for _ in range(chosen.rounds):
        for name, measure in rows.items():
            times[name].append(measure())
    ours.close()
    script.close()
    result = {"measured": {"command": machine.command("bench/run", *sys.argv[1:]), **machine.facts()},
              "rows": {name: summary(rounds) for name, rounds in times.items()}}
    print(markdown(result))
    if not chosen.dry_run:
        (ROOT / "bench/results/attestation.json").write_text(json.dumps(result, indent=1) + "\n")
        (ROOT / "bench/results/attestation.md").write_text(markdown(result))
    return 0


def summary(rounds: list[list[float]]) -> dict[str, float]:
    """Best of all, the median of the rounds' medians, and the median of the best tenth: a quiet moment of the machine."""
    every = sorted(value for values in rounds for value in values)
    return {"best_us": every[0], "quiet_us": statistics.median(every[:max(len(every) // 10, 1)]),
            "median_us": statistics.median(statistics.median(values) for values in rounds), "count": len(every)}


def markdown(result: dict) -> str:
    about = result["measured"]
    out = ["| appraisal of one genuine TDX v4 quote, one core's time | best us | best tenth us | median us | count |",
           "|---|---|---|---|---|"]
    out += [f"| {name} | {row['best_us']:.0f} | {row['quiet_us']:.0f} | {row['median_us']:.0f} | {row['count']} |"
            for name, row in result["rows"].items()]
    facts = ", ".join(f"{name}: {value}" for name, value in about.items() if isinstance(value, (str, int, float)))
    return "\n".join([*out, "", facts]) + "\n"
