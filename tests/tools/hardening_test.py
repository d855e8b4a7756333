#!/usr/bin/env python3
"""hardening_test.py PROGRAM: where core dumps and ptrace cannot be turned off, nothing works with the validator's keys."""
import ctypes
import pathlib
import platform
import struct
import subprocess
import sys
import unittest

PROGRAM = pathlib.Path(sys.argv.pop(1)).resolve()
PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 4, 22, 38
SECCOMP_MODE_FILTER = 2
# linux/filter.h, linux/seccomp.h: load a word, jump if equal, return
LOAD, EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, EPERM = 0x7FFF0000, 0x00050001
ARCHITECTURES = {"x86_64": (0xC000003E, 157), "aarch64": (0xC00000B7, 167)}  # and the number of prctl


def forbid_undumpable() -> None:
    """prctl(PR_SET_DUMPABLE) fails with EPERM from here on, as under a container's seccomp profile."""
    architecture, prctl_number = ARCHITECTURES[platform.machine()]
    program = b"".join(struct.pack("=HBBI", *row) for row in [
        (LOAD, 0, 0, 4), (EQUAL, 0, 5, architecture),
        (LOAD, 0, 0, 0), (EQUAL, 0, 3, prctl_number),
        (LOAD, 0, 0, 16), (EQUAL, 0, 1, PR_SET_DUMPABLE),
        (RETURN, 0, 0, EPERM), (RETURN, 0, 0, ALLOW)])
    held = ctypes.create_string_buffer(program)
    filter_of = struct.pack("@HP", len(program) // 8, ctypes.addressof(held))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 or \
            libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, filter_of, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "seccomp")


def said(*words: str, restricted: bool) -> subprocess.CompletedProcess:
    return subprocess.run([PROGRAM, *words], capture_output=True, text=True, check=False, timeout=60,
                          preexec_fn=forbid_undumpable if restricted else None)


class Hardening(unittest.TestCase):
    def test_what_works_with_keys_does_not_start(self):
        for words in (["serve", "--config", "/none"], ["keys", "show", "--config", "/none"],
                      ["chain", "check", "--config", "/none"]):
            with self.subTest(words[0]):
                self.assertNotIn("memory_lock", said(*words, restricted=False).stderr)
                refused = said(*words, restricted=True)
                self.assertEqual(refused.returncode, 78, refused.stderr)
                self.assertIn("error: memory_lock: Core dumps and ptrace", refused.stderr)

    def test_the_rest_says_it_and_goes_on(self):
        version = said("version", restricted=True)
        self.assertEqual(version.returncode, 0)
        self.assertIn("core dumps could not be turned off", version.stderr)
        self.assertEqual(said("version", restricted=False).stderr, "")


if __name__ == "__main__":
    unittest.main()
