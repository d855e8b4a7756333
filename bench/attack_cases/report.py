"""Makes the cases, builds attack_report, runs it."""
import pathlib
import subprocess

from .cases import all_cases
from .written import write

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CASES = ROOT / ".cache/attacks"


def main(arguments):
    print(write(CASES, all_cases()), flush=True)
    for command in (["cmake", "--preset", "release"], ["cmake", "--build", "build/release", "--target", "attack_report"]):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            print(done.stdout[-4000:] + done.stderr[-4000:])
            return 69
    return subprocess.run(["build/release/attack_report", *arguments], cwd=ROOT, check=False).returncode
