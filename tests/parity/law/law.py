"""The encoder's law computed anew, from docs/scoring.md ("Model file", "Encoder", "Index codes") and nothing else.

Proof that the document is complete: check.py compares what this gives with the golden vectors, bit for bit. Plain numpy,
whose element-wise + - * / sqrt rint on float32 are IEEE 754's; fma is made of them below.
"""
import struct

import numpy as np

F = np.float32
HEADS = 12


def hexf(text: str) -> np.ndarray:
    return np.array([float.fromhex(word) for word in text.split()], F)


# --- arithmetic ----------------------------------------------------------------------------------------------------
def fma(a, b, c) -> np.ndarray:
    """a * b + c rounded once. The product of two f32 is exact in f64; the sum is rounded to odd there (Boldo and
    Melquiond 2008), so that the second rounding, to f32, is the only one that counts."""
    product = np.asarray(a, np.float64) * np.asarray(b, np.float64)
    addend = np.broadcast_to(np.asarray(c, np.float64), product.shape)
    total = product + addend
    part = total - product
    error = (product - (total - part)) + (addend - part)  # exact (Knuth's TwoSum)
    even = (total.view(np.int64) & 1) == 0
    away = np.nextafter(total, np.where(error > 0, np.inf, -np.inf))
    return np.where((error != 0) & even, away, total).astype(F)


def fold_lanes(lanes: np.ndarray) -> np.ndarray:
    width = 16
    while width:
        lanes = lanes[..., :width] + lanes[..., width:2 * width]
        width //= 2
    return lanes[..., 0]


def fold(x: np.ndarray) -> np.ndarray:
    parts = x.reshape(*x.shape[:-1], -1, 32)
    lanes = parts[..., 0, :]
    for i in range(1, parts.shape[-2]):
        lanes = lanes + parts[..., i, :]
    return fold_lanes(lanes)


def fold_squares(x: np.ndarray) -> np.ndarray:
    parts = x.reshape(*x.shape[:-1], -1, 32)
    lanes = parts[..., 0, :] * parts[..., 0, :]
    for i in range(1, parts.shape[-2]):
        lanes = fma(parts[..., i, :], parts[..., i, :], lanes)
    return fold_lanes(lanes)


ONE_384TH = F(float.fromhex("0x1.555556p-9"))
EPSILON = F(float.fromhex("0x1.197998p-40"))


def layer_norm(v, gamma, beta):
    mean = fold(v) * ONE_384TH
    d = v - mean[..., None]
    q = fold_squares(d) * ONE_384TH
    r = F(1) / np.sqrt(q + EPSILON)
    return fma(d * r[..., None], gamma, beta)


# --- functions -----------------------------------------------------------------------------------------------------
EXP2 = hexf("0x1.430912p-13 0x1.5d87fep-10 0x1.3b2ab6p-7 0x1.c6b08ep-5 0x1.ebfbep-3 0x1.62e43p-1 0x1p+0")


def exp2(t):
    t = np.maximum(t, F(-100))
    n = np.rint(t)
    f = t - n
    p = np.broadcast_to(EXP2[0], f.shape)
    for factor in EXP2[1:]:
        p = fma(p, f, factor)
    return (np.ascontiguousarray(p).view(np.int32) + n.astype(np.int32) * 2**23).view(F)


GELU = np.stack([hexf(row) for row in """
0x1.fffffcp-2 -0x1.9882p-2 -0x1.dd3f7cp-13 0x1.18cp-4 -0x1.f1d42ep-8
0x1.8262dcp-2 -0x1.850b28p-2 0x1.e5326cp-5 0x1.de6998p-5 -0x1.3c83aep-6
0x1.105e82p-2 -0x1.50097ap-2 0x1.a40e7ap-4 0x1.113b3cp-5 -0x1.753eap-6
0x1.64dd92p-3 -0x1.073f8ap-2 0x1.ee09d6p-4 0x1.14642p-8 -0x1.26abdep-6
0x1.b0bddap-4 -0x1.7613b8p-3 0x1.d42e24p-4 -0x1.2dff68p-6 -0x1.239d4cp-7
0x1.e4068ap-5 -0x1.e21ae4p-4 0x1.7918eep-4 -0x1.e04896p-6 -0x1.623da4p-12
0x1.f203a2p-6 -0x1.19c1cep-4 0x1.085c4cp-4 -0x1.e0ca5p-6 0x1.39f998p-8
0x1.d651ep-7 -0x1.2ab01cp-5 0x1.46b6f6p-5 -0x1.798cecp-6 0x1.96b56cp-8
0x1.96f4cep-8 -0x1.1f2b3ep-6 0x1.669b26p-6 -0x1.f00c2cp-7 0x1.5828c6p-8
0x1.422942p-9 -0x1.f4cbe6p-8 0x1.5f484ep-7 -0x1.186ebep-7 0x1.caeb8cp-9
0x1.d21a48p-11 -0x1.8c0744p-9 0x1.34201ap-8 -0x1.150abep-8 0x1.ff8cc8p-10
0x1.33cfep-12 -0x1.1c06fp-10 0x1.e52a4p-10 -0x1.e2b0a8p-10 0x1.e9c2a2p-11
0x1.72d7c6p-14 -0x1.717a7p-12 0x1.576eeep-11 -0x1.750b6p-11 0x1.98cfe8p-12
0x1.974196p-16 -0x1.b3e4e6p-14 0x1.b5bf6ep-13 -0x1.00d9acp-12 0x1.2c48f4p-13
0x1.9771dap-18 -0x1.d25f8ep-16 0x1.f6de2p-15 -0x1.3c12bap-14 0x1.869a78p-15
0x0p+0 0x0p+0 0x0p+0 0x0p+0 0x0p+0""".strip().splitlines()])


def gelu(x):
    a = np.abs(x)
    k = np.trunc(np.minimum(a * F(float.fromhex("0x1.99999ap+1")), F(15))).astype(np.int32)
    t = np.minimum(fma(-k.astype(F), F(0.3125), a), F(0.3125))
    q = GELU[k, 4]
    for power in (3, 2, 1, 0):
        q = fma(q, t, GELU[k, power])
    return fma(-a, q, np.where(x > 0, x, F(0)))


# --- linear layers -------------------------------------------------------------------------------------------------
TINY = F(2.0**-100)


def quotients(span, steps: float):
    """inverse = steps / span and scale = span / steps; both 0 where the span is below 2^-100."""
    usable = span >= TINY
    inverse = np.where(usable, F(steps) / np.where(usable, span, F(1)), F(0))
    return inverse, np.where(usable, span / F(steps), F(0))


def quantise_rows(x, smoothing=None):
    v = x if smoothing is None else x * smoothing
    low = np.minimum(v.min(axis=-1), F(0))
    high = np.maximum(v.max(axis=-1), F(0))
    inverse, scale = quotients(high - low, 255)
    zero = np.rint(-low * inverse).astype(np.int64)
    codes = np.clip(np.rint(v * inverse[:, None]).astype(np.int64) + zero[:, None], 0, 255)
    return codes, scale, zero


def accumulate(codes, zero, weights):
    """Exact: float64 sums of integers far below 2^53."""
    sums = codes.astype(np.float64) @ weights.astype(np.float64).T
    return sums.astype(np.int64) - zero[:, None] * weights.astype(np.int64).sum(axis=1)


def finish_linear(acc, weight_scales, scale, bias):
    return fma(acc.astype(F), weight_scales * scale[:, None], bias)


# --- attention -----------------------------------------------------------------------------------------------------
QUERY_FACTOR = F(float.fromhex("0x1.0527dcp-2"))


def symmetric(x, axis: int):
    inverse, scale = quotients(np.abs(x).max(axis=axis, keepdims=True), 127)
    return np.rint(x * inverse).astype(np.int64), scale.squeeze(axis)


def softmax_weights(q, k):
    q_codes, q_scales = symmetric(q, 1)
    k_codes, k_scales = symmetric(k, 1)
    logits = (q_codes @ k_codes.T).astype(F) * ((q_scales * QUERY_FACTOR)[:, None] * k_scales)
    top = logits.max(axis=1, keepdims=True)
    return logits, np.rint(exp2(logits - top) * F(32767)).astype(np.int64)


def attend(q, k, v):
    """One head: [tokens x 32] each."""
    _, u = softmax_weights(q, k)
    v_codes, v_scales = symmetric(v, 0)
    inverse = F(1) / u.sum(axis=1).astype(F)
    return (u @ v_codes).astype(F) * (v_scales * inverse[:, None])


def heads_of(qkv):
    """The 12 heads' q, k, v."""
    return [tuple(qkv[:, part * 384 + 32 * h:part * 384 + 32 * h + 32] for part in range(3)) for h in range(HEADS)]


def attention(qkv):
    return np.concatenate([attend(*head) for head in heads_of(qkv)], axis=1)


def pool_sums(x):
    return np.rint(x * F(2**20)).astype(np.int64).sum(axis=0)


def pool(x):
    v = pool_sums(x).astype(F)
    g = fold_squares(v)
    e = v * (F(1) / np.sqrt(g)) if g != 0 else np.zeros_like(v)
    return np.clip(np.rint(e * F(400)), -127, 127).astype(np.int8)


# --- model file and encoder ----------------------------------------------------------------------------------------
class Model:
    def __init__(self, path):
        data = open(path, "rb").read()
        assert data[:16] == b"pramana-model\0\0\0"
        version, self.layers, self.words, self.positions, count = struct.unpack_from("<5I", data, 16)
        assert version == 1
        self.sections = {}
        for i in range(count):
            name, offset, size = struct.unpack_from("<32s2Q", data, 64 + 48 * i)
            self.sections[name.rstrip(b"\0").decode()] = data[offset:offset + size]

    def floats(self, name):
        return np.frombuffer(self.sections[name], "<f4").astype(F)

    def codes(self, name, columns):
        return np.frombuffer(self.sections[name], np.int8).reshape(-1, columns)


def linear(model, name, x, smoothed, note):
    weights = model.codes(f"{name}.codes", x.shape[1])
    codes, scale, zero = quantise_rows(x, model.floats(f"{name}.smoothing") if smoothed else None)
    acc = accumulate(codes, zero, weights)
    y = finish_linear(acc, model.floats(f"{name}.scales"), scale, model.floats(f"{name}.bias"))
    for what, numbers in (("codes", codes), ("scales", scale), ("zeros", zero), ("acc", acc), ("y", y)):
        note(f"{name}.{what}", numbers)
    return y


def norm(model, name, v):
    return layer_norm(v, model.floats(f"{name}.gamma"), model.floats(f"{name}.beta"))


def embed(model, pieces, note=lambda name, numbers: None):
    """The index codes of one text."""
    ids = np.array([101, *pieces, 102])
    words = model.codes("words.codes", 384)[ids].astype(F)
    positions = model.floats("positions").reshape(-1, 384)[:len(ids)]
    x = norm(model, "embedding.norm", fma(words, model.floats("words.scales")[ids][:, None], positions))
    note("x", x)
    for i in range(model.layers):
        at = f"layer.{i}"
        qkv = linear(model, f"{at}.qkv", x, True, note)
        note(f"{at}.attention.weights", np.concatenate([softmax_weights(q, k)[1] for q, k, _ in heads_of(qkv)]))
        a = attention(qkv)
        note(f"{at}.attention", a)
        x = norm(model, f"{at}.norm1", x + linear(model, f"{at}.out", a, False, note))
        note(f"{at}.norm1", x)
        b = gelu(linear(model, f"{at}.up", x, True, note))
        note(f"{at}.up.gelu", b)
        x = norm(model, f"{at}.norm2", x + linear(model, f"{at}.down", b, False, note))
        note(f"{at}.norm2", x)
    return pool(x)
