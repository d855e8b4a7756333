"""Largest magnitudes of the input channels of the linear layers that read LayerNorm outputs."""
import math

import numpy as np

from . import reference, sentences

TEXTS_PER_SOURCE = 150
TOKENS_MAX = 256
SHORT = ["", "a", "ok", "yes.", "1", "hello", "lol", "the", "?", "def f(x): return x + 1", "2024-01-31 12:00:00"]


def texts() -> list[str]:
    out = list(SHORT)
    for found in sentences.collect(half=1).values():
        out += found[:TEXTS_PER_SOURCE] + sentences.chunks(found[TEXTS_PER_SOURCE:], 120)[:TEXTS_PER_SOURCE // 5]
    return out


def measure(published: dict, tokenizer) -> dict:
    amax: dict[str, np.ndarray] = {}

    def observe(site: str, x: np.ndarray) -> None:
        amax[site] = np.maximum(amax.get(site, 0), np.max(np.abs(x), axis=0))

    for text in texts():
        reference.embed(published, tokenizer.encode(text).ids[:TOKENS_MAX], observe)
    return {"unit": "1/64", "source": "tools/model --calibrate: half 1 of model_import/sentences.py",
            "sites": {site: [max(1, math.ceil(float(v) * 64)) for v in values] for site, values in sorted(amax.items())}}
