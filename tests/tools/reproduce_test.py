#!/usr/bin/env python3
"""tools/reproduce must say that different files differ, and where."""
import importlib.machinery
import importlib.util
import io
import pathlib
import shutil
import tempfile
import unittest
from contextlib import redirect_stdout

TOOL = pathlib.Path(__file__).resolve().parents[2] / "tools" / "reproduce"
loader = importlib.machinery.SourceFileLoader("reproduce", str(TOOL))
reproduce = importlib.util.module_from_spec(importlib.util.spec_from_loader("reproduce", loader))
loader.exec_module(reproduce)


class Compare(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        base = pathlib.Path(self.folder.name)
        self.one, self.two = base / "one", base / "two"
        program = pathlib.Path("/bin/true").resolve()
        shutil.copyfile(program, self.one)
        shutil.copyfile(program, self.two)

    def compare(self) -> tuple[int, str]:
        out = io.StringIO()
        with redirect_stdout(out):
            code = reproduce.compare({"program": self.one}, {"program": self.two})
        return code, out.getvalue()

    def test_the_same_bytes_are_the_same(self):
        code, text = self.compare()
        self.assertEqual(code, 0)
        self.assertIn(f"same {reproduce.digest(self.one)} program", text)

    def test_names_the_first_section_that_differs(self):
        sections = {name: (at, size) for name, at, size in reproduce.sections(self.two)}
        for name in (".rodata", ".text", ".data"):
            with self.subTest(section=name):
                shutil.copyfile(self.one, self.two)
                at, size = sections[name]
                content = bytearray(self.two.read_bytes())
                content[at + size // 2] ^= 1
                self.two.write_bytes(content)
                code, text = self.compare()
                self.assertEqual(code, 1)
                self.assertIn(f"first differing section {name};", text)

    def test_a_longer_file_differs(self):
        self.two.write_bytes(self.one.read_bytes() + b"\0")
        code, text = self.compare()
        self.assertEqual(code, 1)
        self.assertIn("outside of all sections", text)

    def test_a_file_that_one_build_lacks_differs(self):
        with redirect_stdout(io.StringIO()):
            self.assertEqual(reproduce.compare({"a": self.one}, {}), 1)


if __name__ == "__main__":
    unittest.main()
