"""What a number was measured on."""
import datetime
import os
import pathlib
import platform
import subprocess

from . import venv

KEPT = ("avx2", "avx_vnni", "avx512_vnni", "amx_int8", "amx_tile", "asimddp", "i8mm")


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
