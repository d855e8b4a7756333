"""Processes that run rounds on request, and interleaved measurement of several of them."""
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

from . import venv

THREADS = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false",
           "HF_HUB_OFFLINE": "1", "PYTHONDONTWRITEBYTECODE": "1"}


class Worker:
    """One process, pinned to `cores`; it measures its own rounds."""
    running: set["Worker"] = set()

    def __init__(self, name: str, command: list[str], cores: list[int], threads: int = 1) -> None:
        pin = ["taskset", "-c", ",".join(map(str, cores))] if shutil.which("taskset") else []
        self.name = name
        self.command = command
        environment = {**os.environ, **THREADS, "OMP_NUM_THREADS": str(threads), "PYTHONPATH": str(venv.ROOT / "bench")}
        self.process = subprocess.Popen(pin + command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True, cwd=venv.ROOT, env=environment)
        Worker.running.add(self)
        self.about = self.answer()
        self.rounds: list[dict] = []

    def answer(self) -> dict:
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"bench: {' '.join(map(str, self.command))} failed ({self.process.wait()})")
        return json.loads(line)

    def round(self) -> None:
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        self.rounds.append(self.answer())

    def close(self) -> None:
        Worker.running.discard(self)
        self.process.stdin.close()
        self.process.wait()

    def rates(self, clock: str = "cpu_s") -> list[float]:
        return [r["work"] / r[clock] for r in self.rounds]

    def shown_command(self) -> str:
        return " ".join(str(part).replace(str(venv.ROOT) + "/", "") for part in self.command)


def peer(*arguments: object) -> list[str]:
    return [str(venv.VENV / "bin/python"), "-m", "scoring_bench.peer", *map(str, arguments)]


def ours(folder: pathlib.Path, program: str, *arguments: object) -> list[str]:
    return [str(folder / program), *map(str, arguments)]


ROUNDS_MIN = 3


def interleave(workers: list[Worker], rounds: int, until: float) -> None:
    """One round of each in turn, so that a noisy neighbour meets all alike. The first turn warms up. Ends early, but not
    before ROUNDS_MIN, where the next turn would end behind `until` (time.monotonic)."""
    for turn in range(rounds + 1):
        begin = time.monotonic()
        for worker in workers:
            worker.round()
        if turn == 0:
            for worker in workers:
                worker.rounds.clear()
        if turn >= ROUNDS_MIN and 2 * time.monotonic() - begin > until:
            break
    for worker in workers:
        worker.close()


def spread(values: list[float]) -> dict:
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def ratio(a: Worker, b: Worker) -> dict:
    """Of rates, round by round: each pair ran back to back."""
    return spread([x / y for x, y in zip(a.rates(), b.rates())])


def note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
