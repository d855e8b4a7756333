"""From the published tensors to the sections of the model file."""
import json
import pathlib

import numpy as np

from . import fileformat, quantise

LAYERS = 6
F = np.float32
CHANNEL_AMAX = pathlib.Path(__file__).with_name("channel_amax.json")


def channel_amax(site: str) -> np.ndarray:
    """Largest magnitude seen in each input channel of a linear layer, in 1/64 (made by tools/model --calibrate)."""
    table = json.loads(CHANNEL_AMAX.read_text())
    return np.array(table["sites"][site], dtype=F) / F(64)


def linear(name: str, weights: np.ndarray, bias: np.ndarray, site: str | None = None) -> list:
    sections = []
    if site is not None:
        factors, weights = quantise.smoothing(channel_amax(site), weights)
        sections.append((f"{name}.smoothing", factors))
    codes, scales = quantise.rows(weights)
    return sections + [(f"{name}.codes", codes), (f"{name}.scales", scales), (f"{name}.bias", bias.astype(F))]


def norm(name: str, published: dict, key: str) -> list:
    return [(f"{name}.gamma", published[f"{key}.weight"]), (f"{name}.beta", published[f"{key}.bias"])]


def sections(published: dict[str, np.ndarray], vocabulary: bytes) -> list:
    words, word_scales = quantise.rows(published["embeddings.word_embeddings.weight"])
    positions = (published["embeddings.position_embeddings.weight"]
                 + published["embeddings.token_type_embeddings.weight"][0][None, :]).astype(F)
    out = [("vocabulary", vocabulary), ("words.codes", words), ("words.scales", word_scales),
           ("positions", positions)]
    out += norm("embedding.norm", published, "embeddings.LayerNorm")
    for layer in range(LAYERS):
        source, name = f"encoder.layer.{layer}", f"layer.{layer}"
        heads = [f"{source}.attention.self.{part}" for part in ("query", "key", "value")]
        out += linear(f"{name}.qkv", np.concatenate([published[f"{h}.weight"] for h in heads]),
                      np.concatenate([published[f"{h}.bias"] for h in heads]), f"{name}.qkv")
        for ours, theirs, site in (("out", "attention.output.dense", None),
                                   ("up", "intermediate.dense", f"{name}.up"), ("down", "output.dense", None)):
            out += linear(f"{name}.{ours}", published[f"{source}.{theirs}.weight"],
                          published[f"{source}.{theirs}.bias"], site)
        out += norm(f"{name}.norm1", published, f"{source}.attention.output.LayerNorm")
        out += norm(f"{name}.norm2", published, f"{source}.output.LayerNorm")
    return out


def model_file(published: dict[str, np.ndarray], vocabulary: bytes) -> bytes:
    words = published["embeddings.word_embeddings.weight"].shape[0]
    positions = published["embeddings.position_embeddings.weight"].shape[0]
    return fileformat.encode(LAYERS, words, positions, sections(published, vocabulary))
