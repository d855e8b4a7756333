#!/usr/bin/env python3
"""Compares law.py with the golden vectors, bit for bit. Exit 1 on any difference.

  check.py operations               each operation of operations.txt
  check.py encoder MODEL            encoder.txt, with the model of `law_vectors --model MODEL`
  check.py texts MODEL              texts.txt, with models/all-minilm-l6-v2.pramana
Needs numpy; uses .venv when there.
"""
import hashlib
import os
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
VENV_PYTHON = ROOT / ".venv/bin/python"
if VENV_PYTHON.is_file() and pathlib.Path(sys.prefix).resolve() != (ROOT / ".venv").resolve():
    os.execv(VENV_PYTHON, [str(VENV_PYTHON), *sys.argv])
sys.dont_write_bytecode = True

import numpy as np  # noqa: E402

import law  # noqa: E402

TYPES = {"f32": "f4", "u8": "u1", "i8": "i1", "i16": "i2", "i32": "i4", "i64": "i8"}


def read_numbers(kind: str, shape: str, digits: str) -> np.ndarray:
    raw = np.frombuffer(bytes.fromhex(digits), ">" + TYPES[kind])
    return raw.astype(TYPES[kind]).reshape([int(n) for n in shape.split("x")])


def bits(numbers: np.ndarray, kind: str) -> bytes:
    return np.ascontiguousarray(numbers).astype("<" + TYPES[kind]).tobytes()


def read_operations() -> list[tuple[str, dict, dict]]:
    found = []
    for line in (HERE / "operations.txt").read_text().splitlines():
        words = line.split()
        if words[:1] == ["operation"]:
            found.append((words[1], {}, {}))
        elif words and words[0] in ("in", "out"):
            side = found[-1][1 if words[0] == "in" else 2]
            side[words[1]] = (words[2], read_numbers(*words[2:]))
    return found


def quantise(x, smoothing):
    codes, scales, zeros = law.quantise_rows(x, smoothing)
    return {"codes": codes, "scales": scales, "zeros": zeros}


def linear(x_codes, x_scales, x_zeros, codes, scales, bias):
    acc = law.accumulate(x_codes, x_zeros.astype(np.int64), codes)
    y = law.finish_linear(acc, scales, x_scales, bias)
    return {"acc": acc, "y": y, "gelu": law.gelu(y)}


def attention(qkv):
    q, k, v = law.heads_of(qkv)[0]
    logits, weights = law.softmax_weights(q, k)
    out = {"out": law.attention(qkv), "head0_logits": logits, "head0_weights": weights}
    for name, x, axis in (("query", q, 1), ("key", k, 1), ("value", v, 0)):
        out[f"head0_{name}_codes"], out[f"head0_{name}_scales"] = law.symmetric(x, axis)
    return out


OPERATIONS = {
    "exp2": lambda x: {"y": law.exp2(x)},
    "gelu": lambda x: {"y": law.gelu(x)},
    "fold": lambda x: {"sum": law.fold(x), "sum_of_squares": law.fold_squares(x)},
    "add_norm": lambda x, y, gamma, beta: {"x": law.layer_norm(x + y, gamma, beta)},
    "quantise_rows": quantise,
    "quantise_rows_smoothed": quantise,
    "linear": linear,
    "attention": attention,
    "pool": lambda x: {"sums": law.pool_sums(x), "codes": law.pool(x)},
}


def check_operations() -> tuple[int, list[str]]:
    compared, wrong = 0, []
    for name, given, wanted in read_operations():
        found = OPERATIONS[name](**{key: numbers for key, (_, numbers) in given.items()})
        for key, (kind, numbers) in wanted.items():
            compared += 1
            if bits(found[key], kind) != bits(numbers, kind):
                wrong.append(f"{name}: {key}")
    if {name for name, _, _ in read_operations()} != set(OPERATIONS):
        wrong.append("operations.txt lacks an operation")
    return compared, wrong


def check_encoder(model_path: str) -> tuple[int, list[str]]:
    lines = [line.split() for line in (HERE / "encoder.txt").read_text().splitlines() if not line.startswith("#")]
    head = {words[0]: words[1:] for words in lines[:2]}
    digest = hashlib.sha256(pathlib.Path(model_path).read_bytes()).hexdigest()
    if [digest] != head["model_sha256"]:
        return 0, [f"{model_path} has digest {digest}"]
    found = {}
    codes = law.embed(law.Model(model_path), [int(piece) for piece in head["pieces"]], found.__setitem__)
    found["codes"] = codes
    wrong = []
    for name, kind, shape, sha256, _ in (words for words in lines[2:] if words[0] != "all_codes"):
        ours = bits(found[name], kind)
        if hashlib.sha256(ours).hexdigest() != sha256:
            wrong.append(f"{name} ({shape})")
    if ["all_codes", codes.tobytes().hex()] != lines[-1]:
        wrong.append("all_codes")
    return len(lines) - 2, wrong


def check_texts(model_path: str) -> tuple[int, list[str]]:
    lines = [line.split() for line in (HERE / "texts.txt").read_text().splitlines() if not line.startswith("#")]
    digest = hashlib.sha256(pathlib.Path(model_path).read_bytes()).hexdigest()
    if lines[0] != ["model_sha256", digest]:
        return 0, [f"{model_path} has digest {digest}"]
    model = law.Model(model_path)
    wrong = []
    for pieces, codes in zip(lines[1::2], lines[2::2], strict=True):
        found = law.embed(model, [int(piece) for piece in pieces[1:]])
        if found.tobytes().hex() != codes[1]:
            wrong.append(" ".join(pieces))
    return len(lines) // 2, wrong


def main() -> int:
    kinds = {"operations": (check_operations, 2), "encoder": (check_encoder, 3), "texts": (check_texts, 3)}
    if len(sys.argv) < 2 or sys.argv[1] not in kinds or len(sys.argv) != kinds[sys.argv[1]][1]:
        print(__doc__, file=sys.stderr)
        return 64
    compared, wrong = kinds[sys.argv[1]][0](*sys.argv[2:])
    for what in wrong:
        print(f"DIFFERS: {what}")
    print(f"{compared} results compared, {len(wrong)} differ")
    return 1 if wrong or compared == 0 else 0


sys.exit(main())
