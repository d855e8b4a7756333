"""The rows of `bench/run scoring`: each measures one goal of docs/scoring.md "Speed" and returns what it found."""
import json
import subprocess
import time

from . import material, onnx_models, venv
from .workers import Worker, interleave, note, ours, peer, ratio, spread

CORPUS_CHUNKS = 1_000_000
EXPORT_BYTES = 10_000_000
SHARES = {"text": 60, "encoder": 170, "whole_texts": 70, "scan": 110, "export": 120, "cold_start": 20}


class Bench:
    def __init__(self, rounds: int, texts: int, corpus_chunks: int, cores: list[int], minutes: float) -> None:
        self.rounds, self.texts, self.corpus_chunks, self.cores = rounds, texts, corpus_chunks, cores
        self.seconds, self.until = 60 * minutes, 0.0
        self.model = venv.ROOT / "models/all-minilm-l6-v2.pramana"
        self.folder = venv.build("embed_rounds", "scan_rounds", "corpus_rounds", "text_speed")
        material.FOLDER.mkdir(parents=True, exist_ok=True)

    def begin(self, row: str) -> None:
        """From here on the row has its share of the time; what must be done once is done even where that takes longer."""
        self.until = time.monotonic() + self.seconds * SHARES[row] / sum(SHARES.values())

    def text_file(self, name: str, texts: list[str]):
        path = material.FOLDER / f"{name}.lines"
        path.write_text("\n".join(texts) + "\n", encoding="utf-8")
        return path

    def hf(self):
        import tokenizers
        found = tokenizers.Tokenizer.from_file(str(venv.published_model() / "tokenizer.json"))
        found.no_truncation()  # the file truncates at 128: a longer text would look short
        found.no_padding()
        return found


def available(bench: Bench, program: str, names: list[str], arguments) -> list[str]:
    """Those that start on this machine: a worker that cannot run its backend exits at once."""
    found = []
    for name in names:
        started = subprocess.run(ours(bench.folder, program, *arguments(name)), stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
        if started.returncode == 0:
            found.append(name)
    return found


def fastest_peer(bench: Bench, models: dict, kind: str, texts) -> tuple[str, int]:
    """Of the exports of one kind and batches of 1, 8 and 32 the one that is fastest here: it is the peer."""
    best, choice = 0.0, ("", 0)
    for name in (n for n in models if n.startswith(kind)):
        for batch in (1, 8, 32):
            worker = Worker(name, peer("onnx", models[name], batch, texts), bench.cores[:1])
            for _ in range(2):
                worker.round()
            worker.close()
            rate = max(worker.rates())
            note(f"  {name}, batches of {batch}: {rate:,.0f} tokens/s")
            if rate > best:
                best, choice = rate, (name, batch)
    return choice


def encoder(bench: Bench) -> dict:
    texts = bench.text_file("tokens-128", material.chunks_of_tokens(bench.hf(), 128, bench.texts))
    trial = bench.text_file("tokens-128-trial", material.chunks_of_tokens(bench.hf(), 128, 32))
    models = onnx_models.ensure(venv.published_model(), venv.ROOT / ".cache/bench-models")
    backends = available(bench, "embed_rounds", ["amx", "avx512vnni", "avx2", "neon"],
                         lambda name: (bench.model, name, 1, trial))
    workers = {name: Worker(name, ours(bench.folder, "embed_rounds", bench.model, name, 1, texts), bench.cores[:1])
               for name in backends}
    peers = {}
    for kind in ("int8", "fp32"):
        name, batch = fastest_peer(bench, models, kind, trial)
        peers[kind] = Worker(f"ONNX Runtime {name}, batches of {batch}", peer("onnx", models[name], batch, texts),
                             bench.cores[:1])
    interleave([*workers.values(), *peers.values()], bench.rounds, bench.until)
    return {"texts": bench.texts, "tokens_per_text": 128,
            "ours": {name: {"tokens_per_s": spread(w.rates()), "command": w.shown_command(),
                            "times_onnxruntime_int8": ratio(w, peers["int8"]),
                            "times_onnxruntime_fp32": ratio(w, peers["fp32"])} for name, w in workers.items()},
            "peers": {kind: {"what": w.name, "tokens_per_s": spread(w.rates()), "command": w.shown_command(), **w.about}
                      for kind, w in peers.items()}}


def whole_texts(bench: Bench) -> dict:
    tokenizer = bench.hf()
    kept = [t for t in material.whole_texts(2 * bench.texts) if len(tokenizer.encode(t).ids) <= 256]
    texts = bench.text_file("whole", kept)
    cores = bench.cores[:1]  # torch's threads wait by spinning: on a busy machine that would be counted against it
    mine = Worker("ours", ours(bench.folder, "embed_rounds", bench.model, "best", len(cores), texts), cores, len(cores))
    other = Worker("sentence-transformers", peer("sentence-transformers", len(cores), texts), cores, len(cores))
    interleave([mine, other], bench.rounds, bench.until)
    return {"texts": len(kept), "cores": len(cores), "tokens": int(mine.rounds[0]["work"]),
            "ours": {"tokens_per_cpu_s": spread(mine.rates()), "tokens_per_wall_s": spread(mine.rates("wall_s")),
                     "command": mine.shown_command(), **mine.about},
            "peers": {"sentence-transformers": {"tokens_per_cpu_s": spread(other.rates()),
                                                "tokens_per_wall_s": spread(other.rates("wall_s")),
                                                "command": other.shown_command(), **other.about}},
            "times_sentence_transformers": ratio(mine, other)}


def scan(bench: Bench) -> dict:
    rows, queries = bench.corpus_chunks, 128
    kernels = available(bench, "scan_rounds", ["amx", "avx512_vnni", "avx2"], lambda name: (name, 1, 1, "above"))
    other = Worker("FAISS", peer("faiss", rows, queries), bench.cores[:1])
    workers = {(kernel, mode): Worker(f"{kernel} {mode}", ours(bench.folder, "scan_rounds", kernel, rows, queries, mode),
                                      bench.cores[:1])
               for kernel in kernels[:1] for mode in ("above", "top10")}
    workers |= {(kernel, "above"): Worker(kernel, ours(bench.folder, "scan_rounds", kernel, rows, queries, "above"),
                                          bench.cores[:1]) for kernel in kernels[1:]}
    interleave([*workers.values(), other], bench.rounds, bench.until)
    return {"rows": rows, "queries": queries,
            "ours": {w.name: {"comparisons_per_s": spread(w.rates()), "command": w.shown_command(),
                              "times_faiss": ratio(w, other)} for w in workers.values()},
            "peers": {"faiss": {"what": "IndexScalarQuantizer QT_8bit_direct_signed, inner product, top 10, one thread",
                                "comparisons_per_s": spread(other.rates()), "command": other.shown_command(), **other.about}}}


def corpus_directory(bench: Bench):
    """Made once; `done` is written last, so that an interrupted one is continued."""
    directory = venv.ROOT / f".cache/bench-corpus-{bench.corpus_chunks}"
    done = directory.with_suffix(".done")
    if not done.is_file():
        note(f"  making {directory.name}")
        made = subprocess.run(ours(bench.folder, "corpus_rounds", "make", directory, bench.corpus_chunks),
                              stdout=subprocess.PIPE, check=False)
        if made.returncode != 0:
            raise SystemExit("bench: the corpus could not be made")
        done.write_bytes(made.stdout)
    return directory


def scored(bench: Bench, directory, file, threads: int) -> dict:
    command = ours(bench.folder, "corpus_rounds", "score", bench.model, directory, threads, file)
    begin = time.monotonic()
    done = subprocess.run(["taskset", "-c", ",".join(map(str, bench.cores[:threads]))] + command, check=True,
                          stdout=subprocess.PIPE)
    return {**json.loads(done.stdout), "process_wall_s": round(time.monotonic() - begin, 3),
            "command": " ".join(map(str, command)).replace(str(venv.ROOT) + "/", "")}


def scored_rounds(bench: Bench, directory, file, threads: int, rounds: int) -> list[dict]:
    """At least one, and no further one that would end behind the row's time."""
    found = []
    for _ in range(rounds):
        begin = time.monotonic()
        found.append(scored(bench, directory, file, threads))
        if 2 * time.monotonic() - begin > bench.until:
            break
    return found


def export(bench: Bench) -> dict:
    directory, file = corpus_directory(bench), material.chatgpt_export(EXPORT_BYTES)
    bench.begin("export")  # making the corpus, the first time, is not measured
    threads = len(bench.cores[:2])
    rounds = scored_rounds(bench, directory, file, threads, max(1, bench.rounds // 3))
    return {"export_bytes": EXPORT_BYTES, "zip_bytes": file.stat().st_size, "cores": threads,
            "corpus": "synthetic chunks, through app/corpus", "best": min(rounds, key=lambda r: r["process_wall_s"]),
            "process_wall_s": spread([r["process_wall_s"] for r in rounds]), "cpu_s": spread([r["cpu_s"] for r in rounds]),
            "peak_mib": spread([r["peak_mib"] for r in rounds])}


def cold_start(bench: Bench) -> dict:
    directory = corpus_directory(bench)
    bench.begin("cold_start")
    file = material.FOLDER / "first.txt"
    file.write_text("\n\n".join(material.prose()[:3]))
    threads = len(bench.cores[:2])
    rounds = scored_rounds(bench, directory, file, threads, bench.rounds)
    return {"cores": threads, "file_bytes": file.stat().st_size, "page_cache": "warm",
            "best": min(rounds, key=lambda r: r["process_wall_s"]),
            "process_wall_s": spread([r["process_wall_s"] for r in rounds]), "cpu_s": spread([r["cpu_s"] for r in rounds]),
            "peak_mib": spread([r["peak_mib"] for r in rounds])}


def text(bench: Bench) -> dict:
    samples = [str(path) for path in material.samples().values()]
    found: dict = {}
    command = ours(bench.folder, "text_speed", "--model", bench.model, "--json", "--rounds", bench.rounds, *samples)
    done = subprocess.run(["taskset", "-c", str(bench.cores[0])] + command, check=True, stdout=subprocess.PIPE, text=True)
    for line in done.stdout.splitlines():
        one = json.loads(line)
        found[one["sample"]] = one
    for path in samples:
        other = Worker("tokenizers", peer("tokenizers", path), bench.cores[:1])
        for _ in range(min(3, bench.rounds)):
            other.round()
        other.close()
        one = found[path.rsplit("/", 1)[1]]
        one["hugging_face_tokenizers_megabytes_per_s"] = round(max(other.rates()) * 1e-6, 2)
        one["times_hugging_face"] = round(one["megabytes_per_s"]["tokenize"] / (max(other.rates()) * 1e-6), 1)
        one["peer_command"] = other.shown_command()
    return {"samples": found, "command": " ".join(map(str, command)).replace(str(venv.ROOT) + "/", ""),
            "peers": {name: {"command": one["peer_command"]} for name, one in found.items()}}


ALL = {"text": text, "encoder": encoder, "whole_texts": whole_texts, "scan": scan, "export": export, "cold_start": cold_start}
