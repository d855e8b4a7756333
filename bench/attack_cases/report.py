"""Makes the cases, builds attack_report, runs it."""
import pathlib
import subprocess

from .cases import all_cases, other_cases
from .written import write

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def main(arguments):
    other = "--other" in arguments
    place = ROOT / (".cache/attacks-other" if other else ".cache/attacks")
    arguments = [argument for argument in arguments if argument != "--other"]
    print(write(place, other_cases() if other else all_cases()), flush=True)
    for command in (["cmake", "--preset", "release"], ["cmake", "--build", "build/release", "--target", "attack_report"]):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            print(done.stdout[-4000:] + done.stderr[-4000:])
            return 69
    command = ["build/release/attack_report", "--directory", str(place), *arguments]
    return subprocess.run(command, cwd=ROOT, check=False).returncode
