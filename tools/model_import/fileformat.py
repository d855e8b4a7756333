"""Writes the model file (docs/scoring.md "Model file"). Little-endian; sections start at multiples of 64."""
import struct

import numpy as np

MAGIC = b"pramana-model\0\0\0"
VERSION = 1
HEADER_BYTES = 64
ENTRY_BYTES = 48
ALIGNMENT = 64


def aligned(size: int) -> int:
    return (size + ALIGNMENT - 1) // ALIGNMENT * ALIGNMENT


def encode(layers: int, vocabulary: int, positions: int, sections: list[tuple[str, np.ndarray | bytes]]) -> bytes:
    payloads = []
    for name, content in sections:
        if not isinstance(content, bytes):
            content = np.ascontiguousarray(content, dtype={"f": "<f4", "i": "i1"}[content.dtype.kind]).tobytes()
        payloads.append((name.encode("ascii"), content))
    offset = aligned(HEADER_BYTES + ENTRY_BYTES * len(payloads))
    table = b""
    body = b""
    for name, content in payloads:
        table += name.ljust(32, b"\0") + struct.pack("<QQ", offset, len(content))
        body += content.ljust(aligned(len(content)), b"\0")
        offset += aligned(len(content))
    header = (MAGIC + struct.pack("<5I", VERSION, layers, vocabulary, positions, len(payloads))).ljust(HEADER_BYTES, b"\0")
    head = header + table
    return head.ljust(aligned(len(head)), b"\0") + body
