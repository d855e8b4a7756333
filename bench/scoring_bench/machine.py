"""What a number was measured on."""
import datetime
import os
import pathlib
import platform
import subprocess

from . import venv

KEPT = ("avx2", "avx_vnni", "avx512_vnni", "amx_int8", "amx_tile", "asimddp", "i8mm")


def command(*words: str) -> str:
    """A command line as it is recorded: what lies in the repository by its path from there, of other files the name alone."""
    def shown(word: str) -> str:
        option, is_option, value = word.partition("=") if word.startswith("--") else ("", "", word)
        path = pathlib.Path(value)
        if not path.is_absolute():
            return word
        inside = path.is_relative_to(venv.ROOT)
        return option + is_option + (str(path.relative_to(venv.ROOT)) if inside else path.name)
    return " ".join(shown(word) for word in words)


def facts() -> dict:
    info = pathlib.Path("/proc/cpuinfo").read_text()
    fields = {k.strip(): v.strip() for k, _, v in (line.partition(":") for line in info.splitlines())}
    flags = set(fields.get("flags", fields.get("Features", "")).split())
    revision = subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], cwd=venv.ROOT, capture_output=True, text=True,
                              check=False).stdout.strip()
    return {"cpu": fields.get("model name", platform.machine()), "cores": os.cpu_count(),
            "instructions": sorted(flags & set(KEPT)), "system": platform.platform(terse=True),
            "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
            "load_average": round(os.getloadavg()[0], 2), "revision": revision}
