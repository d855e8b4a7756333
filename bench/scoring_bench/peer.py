"""A worker of bench/run for one peer: answers each line of standard input with one round.

  python -m scoring_bench.peer onnx MODEL.onnx BATCH TEXTS      tokenizers + ONNX Runtime, one thread
  python -m scoring_bench.peer sentence-transformers THREADS TEXTS
  python -m scoring_bench.peer tokenizers FILE                  paragraphs of a file, one thread; its work is bytes
  python -m scoring_bench.peer faiss ROWS QUERIES               IndexScalarQuantizer, 8 bits signed, inner product
"""
import json
import os
import sys
import time


def serve(round_of, **about) -> None:
    round_of()  # the first one warms caches and allocates
    print(json.dumps({"ready": True, **about}), flush=True)
    for _ in sys.stdin:
        cpu, wall = time.process_time(), time.monotonic()
        work = round_of()
        print(json.dumps({"cpu_s": time.process_time() - cpu, "wall_s": time.monotonic() - wall, "work": work}), flush=True)


def lines(path: str) -> list[str]:
    with open(path, encoding="utf-8") as file:
        return file.read().splitlines()


def hf_tokenizer():
    from tokenizers import Tokenizer

    from . import venv
    found = Tokenizer.from_file(str(venv.published_model() / "tokenizer.json"))
    found.enable_truncation(256)
    found.enable_padding()
    return found


def tokenizers(path: str) -> None:
    with open(path, "rb") as file:
        content = file.read()
    records = [r.decode("utf-8", "replace") for r in content.split(b"\n\n")]
    tokenizer = hf_tokenizer()
    tokenizer.no_padding()
    tokenizer.no_truncation()

    def round_of() -> int:
        tokenizer.encode_batch_fast(records, add_special_tokens=False)
        return len(content)

    serve(round_of)


def onnx(model: str, batch: str, texts: str) -> None:
    import numpy as np
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    tokenizer, all_texts, size = hf_tokenizer(), lines(texts), int(batch)

    def round_of() -> int:
        tokens = 0
        for begin in range(0, len(all_texts), size):
            encoded = tokenizer.encode_batch(all_texts[begin:begin + size])
            ids = np.array([e.ids for e in encoded], dtype=np.int64)
            mask = np.array([e.attention_mask for e in encoded], dtype=np.int64)
            session.run(None, {"input_ids": ids, "attention_mask": mask})
            tokens += int(mask.sum())
        return tokens

    serve(round_of, onnxruntime=onnxruntime.__version__)


def sentence_transformers(threads: str, texts: str) -> None:
    import sentence_transformers as st
    import torch

    from . import venv
    torch.set_num_threads(int(threads))
    model = st.SentenceTransformer(str(venv.published_model()), device="cpu")
    all_texts, tokenizer = lines(texts), hf_tokenizer()
    tokenizer.no_padding()
    tokens = sum(len(e.ids) for e in tokenizer.encode_batch(all_texts))

    def round_of() -> int:
        model.encode(all_texts, batch_size=32, normalize_embeddings=True, show_progress_bar=False)
        return tokens

    serve(round_of, sentence_transformers=st.__version__, torch=torch.__version__)


def faiss(rows: str, queries: str) -> None:
    import faiss as library
    import numpy as np
    library.omp_set_num_threads(1)
    chance = np.random.default_rng(1)
    index = library.IndexScalarQuantizer(384, library.ScalarQuantizer.QT_8bit_direct_signed, library.METRIC_INNER_PRODUCT)
    for begin in range(0, int(rows), 100_000):
        part = chance.normal(0, 20.4, (min(100_000, int(rows) - begin), 384))
        index.add(np.clip(np.rint(part), -127, 127).astype(np.float32))
    asked = np.clip(np.rint(chance.normal(0, 20.4, (int(queries), 384))), -127, 127).astype(np.float32)

    def round_of() -> int:
        index.search(asked, 10)
        return int(rows) * int(queries)

    serve(round_of, faiss=library.__version__)


if __name__ == "__main__":
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    kinds = {"onnx": onnx, "tokenizers": tokenizers, "sentence-transformers": sentence_transformers, "faiss": faiss}
    kinds[sys.argv[1]](*sys.argv[2:])
