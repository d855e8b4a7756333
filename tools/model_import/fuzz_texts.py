"""Texts that try a tokenizer: real sentences, every script, marks, specials, long words, white space."""
import random

MARKS = list(range(0x300, 0x370)) + [0x302E, 0x302F, 0x1D165, 0x1D16D, 0x1DFB, 0x8D4, 0x1B44, 0x34F, 0xE38, 0x5B0, 0x64B]
SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[cls]", "[CLS", "##", "##ing", "[[CLS]]"]
BLOCKS = [(0x20, 0x7F), (0xA0, 0x250), (0x370, 0x590), (0x590, 0x900), (0x900, 0xE00), (0xE00, 0x1200),
          (0x1200, 0x2000), (0x2000, 0x2C00), (0x2C00, 0x3100), (0x3100, 0xA000), (0xA000, 0xD800), (0xE000, 0x10000),
          (0x10000, 0x12000), (0x16000, 0x20000), (0x1F000, 0x1FB00), (0x20000, 0x32000), (0xE0000, 0xE0200)]


def code_point(chance: random.Random) -> str:
    low, high = chance.choice(BLOCKS)
    return chr(chance.randrange(low, high))


def unit(chance: random.Random, real: list[str]) -> str:
    kind = chance.randrange(10)
    if kind < 3:
        return chance.choice(chance.choice(real).split())
    if kind == 3:
        return "".join(code_point(chance) for _ in range(chance.randrange(1, 12)))
    if kind == 4:
        low, high = chance.choice(BLOCKS)
        return "".join(chr(chance.randrange(low, high)) for _ in range(chance.randrange(1, 20)))
    if kind == 5:
        return code_point(chance) + "".join(chr(chance.choice(MARKS)) for _ in range(chance.randrange(1, 6)))
    if kind == 6:
        return chance.choice(SPECIALS)
    if kind == 7:
        return "".join(chance.choice("abcdefghij") for _ in range(chance.randrange(90, 110)))
    if kind == 8:
        return chr(chance.randrange(0xAC00, 0xD7A4)) * chance.randrange(1, 40)
    return "".join(chance.choice(" \t\n\r.,!?-_'\"()\u00a0\u3000\u200b\u200d\ufeff\u0000\ufffd") for _ in range(chance.randrange(1, 5)))


def texts(chance: random.Random, real: list[str], total: int):
    """Half real sentences, half fuzz; about 300 bytes each."""
    made = 0
    while made < total:
        if chance.random() < 0.5:
            text = " ".join(chance.choice(real) for _ in range(chance.randrange(1, 4)))
        else:
            text = "".join(unit(chance, real) + chance.choice(["", " ", ""]) for _ in range(chance.randrange(1, 60)))
        made += len(text.encode())
        yield text
