#!/usr/bin/env python3
"""The layer checker must name each kind of breach, and nothing else. It runs on a small tree made here."""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

TOOL = pathlib.Path(__file__).resolve().parents[2] / "tools" / "check_layers"
GRAPH = {
    "modules": {
        "core": {"dir": "base/core", "uses": []},
        "scoring": {"dir": "scoring", "uses": ["core"], "third_party": []},
        "scoring_document": {"dir": "scoring/document", "uses": ["scoring"], "third_party": ["simdjson"]},
        "store": {"dir": "store", "uses": ["core"], "third_party": ["rocksdb"]},
        "app": {"dir": "app", "uses": "*", "third_party": "*"},
    },
    "third_party": {"simdjson": ["simdjson"], "rocksdb": ["rocksdb/"]},
    "public_third_party": {},
}


class CheckLayers(unittest.TestCase):
    def check(self, files: dict[str, str]) -> tuple[int, str]:
        with tempfile.TemporaryDirectory() as name:
            root = pathlib.Path(name)
            for path, text in {"cmake/layers.json": json.dumps(GRAPH), **files}.items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(text)
            (root / "tools").mkdir()
            shutil.copy(TOOL, root / "tools/check_layers")
            done = subprocess.run([sys.executable, root / "tools/check_layers"], capture_output=True, text=True)
            return done.returncode, done.stdout

    def test_accepts_what_the_graph_allows(self):
        code, text = self.check({
            "include/pramana/core/a.hpp": "#include <vector>\n",
            "scoring/document/a.cpp": '#include "pramana/core/a.hpp"\n#include <simdjson.h>\n',
            "app/main.cpp": '#include "pramana/store/a.hpp"\n#include <rocksdb/db.h>\n',
        })
        self.assertEqual((code, text), (0, "3 files, 0 breaches of cmake/layers.json\n"))

    def test_names_each_breach(self):
        breaches = {
            "sideways": ({"scoring/a.cpp": '#include "pramana/store/a.hpp"\n'}, "scoring may not use store"),
            "upwards": ({"base/core/a.cpp": '#include "pramana/scoring/a.hpp"\n'}, "core may not use scoring"),
            "library": ({"scoring/a.cpp": "#include <rocksdb/db.h>\n"}, "scoring may not use rocksdb"),
            "public library": ({"include/pramana/store/a.hpp": "#include <rocksdb/db.h>\n"},
                               "store (public header) may not use rocksdb"),
            "unknown module": ({"scoring/a.cpp": '#include "pramana/wallet/a.hpp"\n'}, "unknown module wallet"),
            "climbing": ({"scoring/a.cpp": '#include "../store/a.hpp"\n'}, "climbs out of its module"),
            "homeless": ({"include/pramana/wallet/a.hpp": ""}, "belongs to no module"),
        }
        for name, (files, expected) in breaches.items():
            with self.subTest(name):
                code, text = self.check(files)
                self.assertEqual(code, 1)
                self.assertIn(expected, text)

    def test_an_empty_tree_is_not_a_success(self):
        self.assertEqual(self.check({})[0], 1)


if __name__ == "__main__":
    unittest.main()
