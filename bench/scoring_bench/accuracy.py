"""Our codes beside the f32 model on chunks as the chunker makes them, and on pairs of verses."""
import pathlib
import struct
import subprocess

import numpy as np

from . import material, venv

SCALE = 400.0
DIM = 384


class Float32:
    """all-MiniLM-L6-v2 in f32 on torch, as sentence-transformers runs it, but over given pieces."""

    def __init__(self, directory: pathlib.Path) -> None:
        import torch
        import transformers
        torch.set_num_threads(1)
        self.torch = torch
        self.model = transformers.AutoModel.from_pretrained(directory).eval()

    def embed(self, texts: list[np.ndarray]) -> np.ndarray:
        out = np.zeros((len(texts), DIM), np.float32)
        by_length = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        for begin in range(0, len(texts), 16):
            rows = by_length[begin:begin + 16]
            longest = max(len(texts[i]) for i in rows) + 2
            ids, mask = np.zeros((len(rows), longest), np.int64), np.zeros((len(rows), longest), np.int64)
            for at, i in enumerate(rows):
                ids[at, :len(texts[i]) + 2] = [101, *texts[i], 102]
                mask[at, :len(texts[i]) + 2] = 1
            with self.torch.no_grad():
                tensors = {"input_ids": self.torch.from_numpy(ids), "attention_mask": self.torch.from_numpy(mask)}
                hidden = self.model(**tensors).last_hidden_state
                weight = tensors["attention_mask"].unsqueeze(-1).to(hidden.dtype)
                mean = (hidden * weight).sum(1) / weight.sum(1)
                out[rows] = self.torch.nn.functional.normalize(mean, p=2, dim=1).numpy()
        return out


def chunk_files() -> dict[str, pathlib.Path]:
    """The Bibles whole, in paragraphs of ten verses as read; CMake's manual and the licences as they stand."""
    from model_import import sentences
    material.FOLDER.mkdir(parents=True, exist_ok=True)
    files = {name: material.FOLDER / f"chunks-{name}.txt" for name in ("web", "kjv", "manual", "licences")}
    for name, module in (("web", sentences.BIBLE), ("kjv", material.KJV)):
        books = [b for b in sentences.BOOKS if module == sentences.BIBLE or material.book(module, b)]
        found = material.verses(module, books)
        files[name].write_text("\n\n".join(" ".join(found[i:i + 10]) for i in range(0, len(found), 10)))
    files["manual"].write_text(material.manual())
    licences = sorted(p for p in pathlib.Path("/usr/share/common-licenses").iterdir() if not p.is_symlink())
    files["licences"].write_text("\n\n".join(p.read_text(errors="replace") for p in licences))
    return files


def read_chunks(folder: pathlib.Path, file: pathlib.Path, most: int) -> tuple[list[np.ndarray], np.ndarray]:
    """Evenly from the whole file."""
    raw = subprocess.run([str(folder / "chunk_codes"), str(venv.ROOT / "models/all-minilm-l6-v2.pramana"), str(most),
                          str(file)], check=True, stdout=subprocess.PIPE).stdout
    pieces, codes, at = [], [], 0
    while at < len(raw):
        count = struct.unpack_from("<I", raw, at)[0]
        pieces.append(np.frombuffer(raw, "<u2", count, at + 4))
        codes.append(np.frombuffer(raw, np.int8, DIM, at + 4 + 2 * count))
        at += 4 + 2 * count + DIM
    return pieces, np.array(codes)


def cosines(codes: np.ndarray, truth: np.ndarray) -> np.ndarray:
    ours = codes.astype(np.float64)
    return (ours * truth).sum(1) / np.maximum(np.linalg.norm(ours, axis=1) * np.linalg.norm(truth.astype(np.float64), axis=1), 1e-9)


def best_other(rows: np.ndarray, block: int = 1000) -> np.ndarray:
    """For each row the most similar other one; ties go to the lower row."""
    found = np.empty(len(rows), np.int64)
    for begin in range(0, len(rows), block):
        dots = rows[begin:begin + block] @ rows.T
        dots[np.arange(len(dots)), np.arange(begin, begin + len(dots))] = -np.inf
        found[begin:begin + block] = dots.argmax(1)
    return found


def retrieval(codes: np.ndarray, truth: np.ndarray, asking: np.ndarray | None = None, exact: bool = False) -> dict:
    """Is the best row by codes the best by f32, and how much similarity is lost? Each chunk asks all others, or the
    chunks where `asking` is true ask those where it is not."""
    by_codes = codes.astype(np.float64 if exact else np.float32)  # sums of 8-bit codes are below 2^24
    if asking is None:
        queries, rows, wanted, found = truth, truth, best_other(truth), best_other(by_codes)
    else:
        queries, rows = truth[asking], truth[~asking]
        wanted, found = (queries @ rows.T).argmax(1), (by_codes[asking] @ by_codes[~asking].T).argmax(1)
    lost = (queries * rows[wanted]).sum(1) - (queries * rows[found]).sum(1)
    return {"recall_at_1": round(float((wanted == found).mean()), 5),
            "recall_at_1_or_within_0.001": round(float((lost <= 0.001).mean()), 5),
            "similarity_lost_mean": round(float(lost.mean()), 6), "similarity_lost_max": round(float(lost.max()), 6),
            "similarity_lost_percentile_99": round(float(np.quantile(lost, 0.99)), 6)}


def code_forms(truth: np.ndarray) -> dict:
    """What other index codes would lose by themselves: one plane of 8 bits at other scales, and two planes (16 bits)."""
    found = {}
    for scale in (250, 300, 350, 400, 450, 500, 550, 600):
        whole = np.rint(truth * np.float32(scale))
        found[f"8 bits, S = {scale}"] = {"cut": int((np.abs(whole) > 127).sum()),
                                         **retrieval(np.clip(whole, -127, 127), truth)}
    for scale in (1600, 6400, 25600):  # sums need more than f32's 24 bits: f64
        whole = np.clip(np.rint(truth.astype(np.float64) * scale), -32767, 32767)
        found[f"16 bits, S = {scale}"] = retrieval(whole, truth, exact=True)
    return found


def auc(positive: np.ndarray, negative: np.ndarray) -> float:
    """Area under the ROC curve; ties count one half."""
    order = np.sort(negative)
    below = np.searchsorted(order, positive, "left")
    ties = np.searchsorted(order, positive, "right") - below
    return float((below + 0.5 * ties).mean() / len(negative))


def summary(values: np.ndarray) -> dict:
    return {"chunks": len(values), "mean": round(float(values.mean()), 6), "min": round(float(values.min()), 6),
            "percentile_1": round(float(np.quantile(values, 0.01)), 6)}


def on_chunks(count: int, model: Float32, forms: bool = False) -> dict:
    folder = venv.build("chunk_codes")
    pieces: list[np.ndarray] = []
    codes, sources = [], []
    for name, file in chunk_files().items():
        of_pieces, of_codes = read_chunks(folder, file, count // 4)
        pieces += of_pieces
        codes.append(of_codes)
        sources += [name] * len(of_pieces)
    all_codes, truth, names = np.concatenate(codes), model.embed(pieces), np.array(sources)
    cosine = cosines(all_codes, truth)
    rounded = np.clip(np.rint(truth * SCALE), -127, 127)
    lengths = np.array([len(p) for p in pieces])
    return {"cosine": summary(cosine),
            "by_source": {name: summary(cosine[names == name]) for name in dict.fromkeys(sources)},
            "of_16_pieces_or_more": summary(cosine[lengths >= 16]),
            "pieces_mean": round(float(lengths.mean()), 1),
            "search": {"codes_against_f32": retrieval(all_codes, truth),
                       "rounding_to_codes_alone": retrieval(rounded.astype(np.int8), truth),
                       "king_james_asks_the_rest": retrieval(all_codes, truth, names == "kjv"),
                       "king_james_asks_the_rest_rounding_alone": retrieval(rounded.astype(np.int8), truth, names == "kjv")},
            **({"rounding_alone_by_form": code_forms(truth)} if forms else {}),
            "saturated_codes": int((np.abs(all_codes.astype(np.int16)) == 127).sum())}


def on_pairs(count: int, model: Float32, tokenizer) -> dict:
    """Verses of two translations: same place (positive) or another place of the same book (negative)."""
    from model_import import sentences
    pairs = []
    for name in ("Esth", "Jonah", "Prov", "Acts", "Rom", "Isa", "Jer", "Gen"):
        web, kjv = material.book(sentences.BIBLE, name), material.book(material.KJV, name)
        if len(web) == len(kjv):
            pairs += [(a, b, name) for a, b in zip(web, kjv)]
    step = max(1, len(pairs) // count)
    pairs = pairs[::step]
    texts = [a for a, _, _ in pairs] + [b for _, b, _ in pairs]
    folder = venv.build("embed_texts")
    import json
    answer = subprocess.run([str(folder / "embed_texts")], input="".join(t + "\n" for t in texts).encode(), cwd=venv.ROOT,
                            stdout=subprocess.PIPE, check=True).stdout
    codes = np.array([json.loads(line) for line in answer.splitlines()], np.float64)
    truth = model.embed([np.array(tokenizer.encode(t, add_special_tokens=False).ids, np.uint16) for t in texts]).astype(np.float64)
    books = np.array([name for _, _, name in pairs])
    half = len(pairs)
    found = {"pairs": half}
    for kind, rows in (("f32", truth), ("int8", codes)):
        dots = rows[:half] @ rows[half:].T
        other = ~np.eye(half, dtype=bool)
        same_book = other & (books[:, None] == books[None, :])
        found[kind] = {"auc_any_other": round(auc(np.diag(dots), dots[other]), 6),
                       "auc_same_book": round(auc(np.diag(dots), dots[same_book]), 6)}
    found["auc_drop"] = round(found["f32"]["auc_any_other"] - found["int8"]["auc_any_other"], 6)
    found["auc_drop_same_book"] = round(found["f32"]["auc_same_book"] - found["int8"]["auc_same_book"], 6)
    return found
