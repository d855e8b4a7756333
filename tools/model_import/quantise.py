"""Weights to int8. Only element-wise IEEE operations in f32, so that every numpy gives the same bytes."""
import numpy as np

F = np.float32
LEVELS = F(127)
AMAX_MIN = F(2.0 ** -100)  # below it 127 / amax could overflow


def rows(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each row by its own largest magnitude: code = rint_even(w * (127 / amax)), scale = amax / 127."""
    weights = weights.astype(F)
    amax = np.max(np.abs(weights), axis=1)
    tiny = amax < AMAX_MIN
    safe = np.where(tiny, F(1), amax)
    inverse = np.where(tiny, F(0), LEVELS / safe).astype(F)
    scales = np.where(tiny, F(0), amax / LEVELS).astype(F)
    codes = np.rint(weights * inverse[:, None]).astype(np.int8)
    return codes, scales


def smoothing(channel_amax: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Moves range from outlier channels of an input into the weights that read them.

    s[c] = sqrt(amax[c] / max_n |w[n][c]|), both sides meeting in the middle. Returns (1 / s, w * s): the encoder
    multiplies the input by the first before it quantises, the second is what gets quantised.
    """
    reach = np.maximum(np.max(np.abs(weights), axis=0), AMAX_MIN).astype(F)
    s = np.sqrt((channel_amax.astype(F) / reach).astype(F)).astype(F)
    return (F(1) / s).astype(F), (weights * s[None, :]).astype(F)
