#!/usr/bin/env python3
"""run_suite.py RUN_VECTORS SUITE: runs a suite over ../shared/vectors/SUITE (or $PRAMANA_SHARED/vectors/SUITE).

The vectors live beside the repository and not in it. Where they are missing this says so and exits 77, which ctest
reports as skipped, never as passed.
"""
import os
import pathlib
import subprocess
import sys

SKIPPED = 77


def main(program: str, suite: str) -> int:
    folder = pathlib.Path(os.environ.get("PRAMANA_SHARED", "../shared")) / "vectors" / suite
    if not folder.is_dir():
        print(f"VECTORS MISSING: {folder.resolve()} does not exist; nothing of `run_vectors {suite}` was checked")
        return SKIPPED
    return subprocess.run([program, suite, str(folder)], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
