"""Goals beside what was measured, as Markdown. The JSON beside it has everything."""


def number(value: float) -> str:
    if value >= 1e9:
        return f"{value / 1e9:.2f} G"
    if value >= 1e6:
        return f"{value / 1e6:.0f} M"
    if value >= 1e4:
        return f"{value / 1e3:.1f} k"
    return f"{value:.2f}" if value < 100 else f"{value:.0f}"


def shown(spread: dict) -> str:
    return f"{number(spread['median'])} ({number(spread['min'])}–{number(spread['max'])})"


def met(value: float, goal: float, at_most: bool = False) -> str:
    return "yes" if (value <= goal if at_most else value >= goal) else "**no**"


def encoder(found: dict) -> list[tuple]:
    rows = []
    for name, mine in found["ours"].items():
        rate, int8, fp32 = mine["tokens_per_s"], mine["times_onnxruntime_int8"], mine["times_onnxruntime_fp32"]
        goal = {"amx": 45e3, "avx512vnni": 15e3, "avx2": 6e3}.get(name)
        if goal:
            rows.append((f"{name}, 128-token chunks, one core, tokens/s", f"≥ {number(goal)}", shown(rate),
                         met(rate["median"], goal)))
        rows.append((f"{name} : ONNX Runtime int8", "≥ 3" if name == "amx" else "", shown(int8),
                     met(int8["median"], 3) if name == "amx" else ""))
        rows.append((f"{name} : ONNX Runtime fp32", "≥ 8" if name == "amx" else "", shown(fp32),
                     met(fp32["median"], 8) if name == "amx" else ""))
    return rows + [(f"peer: {p['what']}, tokens/s", "", shown(p["tokens_per_s"]), "") for p in found["peers"].values()]


def whole_texts(found: dict) -> list[tuple]:
    times = found["times_sentence_transformers"]
    return [(f"whole texts in, vectors out, {found['cores']} core : sentence-transformers", "≥ 8", shown(times),
             met(times["median"], 8)),
            ("ours, tokens/s of processor time", "", shown(found["ours"]["tokens_per_cpu_s"]), ""),
            ("peer: sentence-transformers, tokens/s of processor time", "",
             shown(found["peers"]["sentence-transformers"]["tokens_per_cpu_s"]), "")]


def scan(found: dict) -> list[tuple]:
    rows = []
    for name, mine in found["ours"].items():
        first = name == "amx above"
        rows.append((f"scan of {found['rows']:,} rows, {found['queries']} queries, {name}, comparisons/s/core",
                     "≥ 2 G" if first else "", shown(mine["comparisons_per_s"]),
                     met(mine["comparisons_per_s"]["median"], 2e9) if first else ""))
        rows.append((f"{name} : FAISS", "≥ 1", shown(mine["times_faiss"]), met(mine["times_faiss"]["median"], 1)))
    return rows + [(f"peer: FAISS {p['what']}", "", shown(p["comparisons_per_s"]), "") for p in found["peers"].values()]


def export(found: dict) -> list[tuple]:
    best = found["best"]
    return [(f"{found['export_bytes'] / 1e6:.0f} MB ChatGPT export, {found['cores']} cores, corpus of "
             f"{best['corpus_chunks']:,}: seconds", "≤ 60", shown(found["process_wall_s"]),
             met(found["process_wall_s"]["min"], 60, True)),
            ("the same, processor seconds of both cores", "", shown(found["cpu_s"]), ""),
            ("the same, MiB at most", "≤ 1,024", shown(found["peak_mib"]), met(found["peak_mib"]["max"], 1024, True))]


def cold_start(found: dict) -> list[tuple]:
    return [(f"cold start to first score, corpus of {found['best']['corpus_chunks']:,}: seconds", "≤ 1",
             shown(found["process_wall_s"]), met(found["process_wall_s"]["min"], 1, True)),
            ("the same, processor seconds", "", shown(found["cpu_s"]), "")]


def text(found: dict) -> list[tuple]:
    rows = []
    for name, one in found["samples"].items():
        rate = one["megabytes_per_s"]
        times = f", {number(one['times_hugging_face'])} times" if "times_hugging_face" in one else ""
        rows.append((f"{name}: word-pieces, MB/s/core (Hugging Face {one['hugging_face_tokenizers_megabytes_per_s']}{times})",
                     "≥ 60", number(rate["tokenize"]), met(rate["tokenize"], 60)))
        rows.append((f"{name}: canonical text {number(rate['canonical'])}, chunks with pieces {number(rate['chunk'])}, "
                     f"fingerprints {number(rate['fingerprint'])}; all three", "≥ 60", number(rate["three"]),
                     met(rate["three"], 60)))
        rows.append((f"{name}: features of quality, MB/s/core", "≥ 60", number(rate["quality"]), met(rate["quality"], 60)))
    return rows


TITLES = {"text": "Text to word-pieces and fingerprints", "encoder": "Encoder", "whole_texts": "Whole texts", "scan": "Search",
          "export": "A ChatGPT export", "cold_start": "Cold start"}


def section(name: str, found: dict) -> list[str]:
    about = found["measured"]
    lines = [f"## {TITLES[name]}", "", f"`{about['command']}`, {about['date']}, revision {about['revision']}, load average "
             f"{about['load_average']} at the start.", "", "| what | goal | measured | met |", "|---|---|---|---|"]
    lines += ["| " + " | ".join(row) + " |" for row in globals()[name](found)]
    commands = [side["command"] for group in ("ours", "peers") for side in [found.get(group, {}), *found.get(group, {}).values()]
                if isinstance(side, dict) and "command" in side]
    commands += [side["command"] for side in (found, found.get("best", {})) if "command" in side]
    return [*lines, "", "```", *commands, "```", ""]


def markdown(rows: dict) -> str:
    machine = next(iter(rows.values()))["measured"]
    lines = ["# Scoring, measured", "",
             f"{machine['cpu']}, {machine['cores']} cores ({', '.join(machine['instructions'])}). Rates are per second of "
             "processor time unless seconds are named; rounds are interleaved (ours, peer, ours, peer …); median "
             "(lowest–highest). Ratios are taken round by round. Each section names its command and the commands of its "
             "workers, which answer a line of standard input with one round.", ""]
    return "\n".join(lines + [line for name, found in rows.items() for line in section(name, found)])
