"""Golden files of tests/unit/scoring_embed: f32 embeddings of real sentences, and word-pieces of difficult texts."""
import pathlib
import random

import numpy as np

from . import fuzz_texts, reference, sentences

SENTENCES = 64
FUZZED = 160

# One text for each script and each trap that is known by name.
NAMED = [
    "", " ", "Hello, world!", "caf\u00e9 na\u00efve \u00c5ngstr\u00f6m", "na\u0131ve \u0130stanbul", "\u1e9eharp S STRA\u00dfE", "\u01c5 \u01c6 \ufb01ne",
    "\u039f\u0394\u03a5\u03a3\u03a3\u0395\u03a5\u03a3 \u03c3\u03bf\u03c6\u03cc\u03c2", "\u041f\u0440\u0438\u0432\u0435\u0442, \u043c\u0438\u0440! \u0401\u0436", "\u05e9\u05c1\u05b8\u05dc\u05d5\u05b9\u05dd",
    "\u0627\u0644\u0633\u064e\u0651\u0644\u0627\u0645 \u0639\u0644\u064a\u0643\u0645", "\u0928\u092e\u0938\u094d\u0924\u0947 \u0926\u0941\u0928\u093f\u092f\u093e", "\u0995\u09cb \u09cb\u09cc", "\u0b95\u0bca\u0bcd", "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35\u0e0a\u0e32\u0e27\u0e42\u0e25\u0e01",
    "\u1780\u17d2\u1798\u17c2", "\u4f60\u597d\uff0c\u4e16\u754c", "\u3053\u3093\u306b\u3061\u306f\u30c6\u30b9\u30c8 \u304c \u30d1", "\uc548\ub155\ud558\uc138\uc694 \uac01", "\u1100\u1161\u11a8", "\uf900\u2f800\u8c48 \U0002f800",
    "\ud7a3\uac00", "\U0001f600 \U0001f468\u200d\U0001f469\u200d\U0001f467 \u2764\ufe0f \U0001f1e9\U0001f1ea", "a\u0301\u0327b\u0327\u0301", "\u1d15e \U0001d15e\U0001d165\u302e",
    "a\u302e\U0001d165", "a\u302e\u034f\U0001d165", "a\u302e\u0301\U0001d165", "a\u302e\x01\U0001d165", "x\u200by\u200dz\ufeff", "tab\tnew\nline\rfeed\x0bvt",
    "\u00a0\u2003\u3000\u2028\u2029\u0085\u1680", "nul\x00in\ufffdside", "[CLS] [SEP] [MASK] [PAD] [UNK]", "a[SEP]b[cls]", "[[MASK]]", "##ing ## #",
    "a" * 100, "a" * 101, "\u00e9" * 100 + " " + "\u00e9" * 101, "don't can't e-mail 3.14 $5 50% a_b", "\u00bfQu\u00e9? \u00a1S\u00ed! \u00ab\u00bb \u2014 \u2026 \u201cq\u201d",
    "\u037e \u0387 \u00b7 \u2126 \u212a \u212b", "\ua64a\ua64b \u1c80 \u10a0\u2d00 \u13a0\uab70 \U00010400\U0001e900", "\ue000\U000f0000 \u0378 \U000e0001", "https://example.org/a?b=c&d=1#e",
    "supercalifragilisticexpialidocious antidisestablishmentarianism", "\u0149 \u0345 \u03b0 \u1fb7 \u0390",
]


def tokens(tokenizer) -> str:
    chance = random.Random(20)
    real = sentences.collect(2)["manual"][:500]
    texts = NAMED + [text[:300] for text in fuzz_texts.texts(chance, real, FUZZED * 600)][:FUZZED]
    encoded = tokenizer.encode_batch(texts, add_special_tokens=False)
    return "".join(f"{text.encode().hex()}\t{' '.join(map(str, e.ids))}\n" for text, e in zip(texts, encoded))


def write(folder: pathlib.Path, published: dict, tokenizer) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    found = sentences.collect(2)
    chosen = [s for source in found.values() for s in source[:SENTENCES // 4]]
    chosen += sentences.chunks(found["bible"][2000:], 100)[:SENTENCES - len(chosen)]
    vectors = np.stack([reference.embed(published, tokenizer.encode(s).ids) for s in chosen])
    (folder / "sentences.txt").write_text("".join(s + "\n" for s in chosen))
    (folder / "vectors.f32").write_bytes(vectors.astype("<f4").tobytes())
    (folder / "tokens.tsv").write_text(tokens(tokenizer))
    print(f"model: wrote {len(chosen)} sentences, their f32 embeddings and {len(NAMED) + FUZZED} tokenised texts to {folder}")
