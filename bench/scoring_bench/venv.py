"""The virtual environment of the peers: made from bench/requirements.txt the first time, in .cache/bench."""
import hashlib
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".cache/bench"
REQUIREMENTS = ROOT / "bench/requirements.txt"
sys.path.insert(0, str(ROOT / "tools"))  # model_import: where the published model and the texts are


def ensure() -> pathlib.Path:
    """Its interpreter. Downloads torch and the other peers, about 1 GB, where they are not there yet."""
    python, stamp = VENV / "bin/python", VENV / ".pramana-stamp"
    digest = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    if not (python.is_file() and stamp.is_file() and stamp.read_text() == digest):
        print(f"installing the peers ({REQUIREMENTS.relative_to(ROOT)}) into {VENV.relative_to(ROOT)}", file=sys.stderr)
        if not python.is_file():
            subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                        "-r", str(REQUIREMENTS)], check=True)
        stamp.write_text(digest)
    return python


def enter() -> None:
    """Runs the rest of the calling program under that interpreter."""
    python = ensure()
    if pathlib.Path(sys.prefix).resolve() != VENV.resolve():
        os.execv(python, [str(python), *sys.argv])


def published_model() -> pathlib.Path:
    """The folder of the published weights and tokenizer, from tools/setup's environment; digests checked."""
    from model_import import source
    found = subprocess.run([str(ROOT / ".venv/bin/python"), "-c",
                            "import sys; sys.path.insert(0, 'tools'); from model_import import source; print(source.find(None))"],
                           cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    for name in source.PUBLISHED:
        source.read_checked(pathlib.Path(found), name)
    return pathlib.Path(found)


def build(*targets: str, preset: str = "release") -> pathlib.Path:
    """Builds our programs; the folder they lie in."""
    folder = ROOT / "build" / preset
    if not (folder / "CMakeCache.txt").is_file():
        subprocess.run(["cmake", "--preset", preset], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["cmake", "--build", str(folder), "--target", *targets], check=True, stdout=subprocess.DEVNULL)
    return folder
