"""The cases as files: cases.json, and each file once under its SHA-256."""
import hashlib
import json
import shutil


def write(directory, cases):
    """Returns one line about what is there now."""
    shutil.rmtree(directory / "files", ignore_errors=True)
    (directory / "files").mkdir(parents=True)
    names = set()

    def kept(data):
        name = hashlib.sha256(data).hexdigest()
        if name not in names:
            (directory / "files" / name).write_bytes(data)
            names.add(name)
        return name

    out = [{"attack": case.attack, "name": case.name, "honest": [kept(file) for file in case.honest],
            "made": [{"file": kept(file), "wallet": wallet} for file, wallet in case.made], "unpaid": case.unpaid,
            "public": [kept(file) for file in case.public], "apart": case.apart} for case in cases]
    (directory / "cases.json").write_text(json.dumps(out, indent=1, ensure_ascii=False) + "\n")
    return f"{len(out)} cases, {len(names)} files in {directory}"
