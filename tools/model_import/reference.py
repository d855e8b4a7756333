"""The published model in f32, in plain numpy: the yardstick for accuracy, not part of any score."""
import math

import numpy as np

HEADS, HEAD_DIM, DIM = 12, 32, 384
F = np.float32
_erf = np.vectorize(math.erf, otypes=[np.float64])


def layer_norm(v: np.ndarray, published: dict, key: str) -> np.ndarray:
    mean = v.mean(axis=-1, keepdims=True, dtype=np.float64)
    deviation = v - mean
    variance = (deviation * deviation).mean(axis=-1, keepdims=True)
    return (deviation / np.sqrt(variance + 1e-12) * published[f"{key}.weight"] + published[f"{key}.bias"]).astype(F)


def gelu(x: np.ndarray) -> np.ndarray:
    return (0.5 * x * (1.0 + _erf(x / math.sqrt(2.0)))).astype(F)


def embed(published: dict, ids: list[int], observe=None) -> np.ndarray:
    """The unit embedding of the tokens `ids`, [CLS] and [SEP] included. `observe(site, input)` sees the inputs
    of the linear layers whose channels are smoothed."""
    observe = observe or (lambda site, x: None)

    def dense(x: np.ndarray, key: str) -> np.ndarray:
        return x @ published[f"{key}.weight"].T + published[f"{key}.bias"]

    tokens = len(ids)
    x = layer_norm(published["embeddings.word_embeddings.weight"][ids]
                   + published["embeddings.position_embeddings.weight"][:tokens]
                   + published["embeddings.token_type_embeddings.weight"][0], published, "embeddings.LayerNorm")
    for layer in range(6):
        key = f"encoder.layer.{layer}"
        observe(f"layer.{layer}.qkv", x)
        q, k, v = (dense(x, f"{key}.attention.self.{part}").reshape(tokens, HEADS, HEAD_DIM).transpose(1, 0, 2)
                   for part in ("query", "key", "value"))
        logits = q @ k.transpose(0, 2, 1) / F(math.sqrt(HEAD_DIM))
        weights = np.exp(logits - logits.max(axis=-1, keepdims=True))
        weights /= weights.sum(axis=-1, keepdims=True)
        mixed = (weights @ v).transpose(1, 0, 2).reshape(tokens, DIM)
        x = layer_norm(x + dense(mixed, f"{key}.attention.output.dense"), published, f"{key}.attention.output.LayerNorm")
        observe(f"layer.{layer}.up", x)
        inner = gelu(dense(x, f"{key}.intermediate.dense"))
        x = layer_norm(x + dense(inner, f"{key}.output.dense"), published, f"{key}.output.LayerNorm")
    pooled = x.astype(np.float64).mean(axis=0)
    return (pooled / np.linalg.norm(pooled)).astype(F)
