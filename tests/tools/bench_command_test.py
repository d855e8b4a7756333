#!/usr/bin/env python3
"""What bench/run records of its command line names nothing of the machine that it ran on."""
import pathlib
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))
sys.dont_write_bytecode = True

from scoring_bench import machine  # noqa: E402

ROWS = [
    (["bench/run", "scoring", "--rounds", "3"], "bench/run scoring --rounds 3"),
    (["bench/run", "attestation", "--vectors", str(ROOT / "tests/vectors")], "bench/run attestation --vectors tests/vectors"),
    (["bench/run", "--vectors=" + str(ROOT / "tests")], "bench/run --vectors=tests"),
    (["bench/run", "--features", "/elsewhere/of/mine/features.csv"], "bench/run --features features.csv"),
    (["bench/run", "--features=/elsewhere/features.csv"], "bench/run --features=features.csv"),
    (["bench/run", "--only", "a=/b"], "bench/run --only a=/b"),
]


class Command(unittest.TestCase):
    def test_is_relative_to_the_repository(self):
        for words, shown in ROWS:
            self.assertEqual(machine.command(*words), shown)


if __name__ == "__main__":
    unittest.main()
