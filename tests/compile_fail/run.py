#!/usr/bin/env python3
"""Compiles a case twice: as it is it must pass; with -DFORBIDDEN it must fail with the text after `// expect: `."""
import argparse
import pathlib
import subprocess
import sys


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--include", required=True)
    parser.add_argument("case", type=pathlib.Path)
    args = parser.parse_args()
    expected = [line.split("// expect: ", 1)[1] for line in args.case.read_text().splitlines() if "// expect: " in line]
    if not expected:
        print(f"{args.case}: has no `// expect:` line")
        return 1
    command = [args.compiler, "-std=c++20", "-fsyntax-only", f"-I{args.include}", str(args.case)]
    allowed = subprocess.run(command, capture_output=True, text=True)
    if allowed.returncode != 0:
        print(f"{args.case}: does not compile without its forbidden line:\n{allowed.stderr}")
        return 1
    refused = subprocess.run([*command, "-DFORBIDDEN"], capture_output=True, text=True)
    if refused.returncode == 0:
        print(f"{args.case}: the forbidden line compiles")
        return 1
    missing = [text for text in expected if text not in refused.stderr]
    if missing:
        print(f"{args.case}: fails, but not for the reason {missing}:\n{refused.stderr[:2000]}")
        return 1
    return 0


sys.exit(main())
