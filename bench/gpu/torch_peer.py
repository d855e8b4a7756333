#!/usr/bin/env python3
"""PyTorch's MiniLM beside gpu_report, on one device in one run: tokens a second of the encoder alone.

  python3 bench/gpu/torch_peer.py --gpu-report build/cuda-standalone/gpu_report [--length 128] [--json FILE]
  python3 bench/gpu/torch_peer.py --self-test         shapes and counts on the processor, no device needed

The peer is the same network (6 layers, 384 hidden, 12 heads, 1536 inner, mean pooling) in fp16 and bf16, at every batch of
2^14 to 2^18 tokens, eager and compiled, with fused attention, texts of one length (no padding, which favours it), ids on the
device already. Its best line counts. Weights are random: no step's time depends on their values. gpu_report's `encoder` part
runs before and after it, so that a change of clocks shows; the better of the two counts, as of the peer.
Exit 0; 64: the command line; 70: gpu_report failed; 77: no torch or no device.
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

LAYERS, HIDDEN, HEADS, INNER, WORDS, POSITIONS = 6, 384, 12, 1536, 30_522, 512
ROUNDS = 9
GOAL = "at least 3, aim 5"


def network(torch):
    """MiniLM as published, without dropout; texts of equal length, so there is no mask."""
    functional = torch.nn.functional

    class Layer(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.qkv = torch.nn.Linear(HIDDEN, 3 * HIDDEN)
            self.out = torch.nn.Linear(HIDDEN, HIDDEN)
            self.norm1 = torch.nn.LayerNorm(HIDDEN, eps=1e-12)
            self.up = torch.nn.Linear(HIDDEN, INNER)
            self.down = torch.nn.Linear(INNER, HIDDEN)
            self.norm2 = torch.nn.LayerNorm(HIDDEN, eps=1e-12)

        def forward(self, x):
            texts, length, _ = x.shape
            heads = self.qkv(x).view(texts, length, 3, HEADS, HIDDEN // HEADS).permute(2, 0, 3, 1, 4)
            mixed = functional.scaled_dot_product_attention(heads[0], heads[1], heads[2])
            x = self.norm1(x + self.out(mixed.transpose(1, 2).reshape(texts, length, HIDDEN)))
            return self.norm2(x + self.down(functional.gelu(self.up(x))))

    class MiniLm(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.words = torch.nn.Embedding(WORDS, HIDDEN)
            self.places = torch.nn.Embedding(POSITIONS, HIDDEN)
            self.norm = torch.nn.LayerNorm(HIDDEN, eps=1e-12)
            self.layers = torch.nn.ModuleList(Layer() for _ in range(LAYERS))

        def forward(self, ids):
            x = self.norm(self.words(ids) + self.places.weight[:ids.shape[1]])
            for layer in self.layers:
                x = layer(x)
            return functional.normalize(x.mean(dim=1), dim=1)

    return MiniLm().eval()


def seconds_of(torch, run) -> float:
    for _ in range(3):
        run()
    times = []
    for _ in range(ROUNDS):
        begin, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        begin.record()
        run()
        end.record()
        end.synchronize()
        times.append(begin.elapsed_time(end) / 1e3)
    return statistics.median(times)


def peers(torch, length: int) -> list[dict]:
    rows = []
    for kind in ("float16", "bfloat16"):
        model = network(torch).to("cuda", getattr(torch, kind))
        for way in ("eager", "compiled"):
            for power in range(14, 19):
                texts = (1 << power) // length
                ids = torch.randint(0, WORDS, (texts, length), device="cuda")
                row = {"type": kind, "way": way, "texts": texts, "length": length}
                try:
                    run_model = torch.compile(model, mode="max-autotune-no-cudagraphs") if way == "compiled" else model
                    with torch.inference_mode():
                        row["mtok_s"] = texts * length / seconds_of(torch, lambda: run_model(ids)) / 1e6
                except Exception as error:  # no compiler for torch.compile, no memory: the other rows stand
                    row["left_out"] = f"{type(error).__name__}: {error}"[:200]
                rows.append(row)
                print(json.dumps(row), flush=True)
    return rows


def own(program: pathlib.Path, length: int) -> float:
    """Million tokens a second of gpu_report's best batch for texts of this length."""
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "own.json"
        done = subprocess.run([str(program), "--only", "encoder", "--json", str(file)], check=False, stdout=sys.stderr)
        if done.returncode != 0:
            print(f"{program} ended with {done.returncode}", file=sys.stderr)
            sys.exit(77 if done.returncode == 77 else 70)
        return best_of(json.loads(file.read_text()), length)


def best_of(report: dict, length: int) -> float:
    values = [line["value"] for line in report["measured"] if line["what"].startswith(f"texts of {length} tokens,")]
    if not values:
        print(f"gpu_report measures no texts of {length} tokens", file=sys.stderr)
        sys.exit(64)
    return max(values)


def summary(rows: list[dict], before: float, after: float) -> dict:
    out = {"own_mtok_s": max(before, after), "own_before_mtok_s": before, "own_after_mtok_s": after}
    for kind in ("float16", "bfloat16"):
        found = [row["mtok_s"] for row in rows if row["type"] == kind and "mtok_s" in row]
        out[kind] = {"best_mtok_s": max(found), "own_over_it": max(before, after) / max(found), "goal": GOAL} if found else None
    return out


def self_test() -> int:
    report = {"measured": [{"what": "texts of 128 tokens, batch of 64 k", "value": 6.0}, {"what": "texts of 16 tokens, batch of 64 k", "value": 9.0}]}
    rows = [{"type": "float16", "mtok_s": 2.0}, {"type": "float16", "left_out": "x"}, {"type": "float16", "mtok_s": 1.0}]
    found = summary(rows, best_of(report, 128), 5.0)
    assert found["own_mtok_s"] == 6.0 and found["float16"]["own_over_it"] == 3.0 and found["bfloat16"] is None, found
    try:
        import torch
    except ImportError:
        print("no torch here: the network was not built")
        return 0
    with torch.inference_mode():
        codes = network(torch)(torch.randint(0, WORDS, (3, 17)))
    assert codes.shape == (3, HIDDEN) and torch.allclose(codes.norm(dim=1), torch.ones(3), atol=1e-4)
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gpu-report", type=pathlib.Path)
    parser.add_argument("--length", type=int, default=128)
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--self-test", action="store_true")
    args = parser.parse_args()
    if args.self_test:
        return self_test()
    if not args.gpu_report:
        parser.print_usage(sys.stderr)
        return 64
    try:
        import torch
    except ImportError:
        print("no torch here: pip install torch (bench/requirements.txt names the version)", file=sys.stderr)
        return 77
    if not torch.cuda.is_available():
        print("torch finds no CUDA device", file=sys.stderr)
        return 77
    before = own(args.gpu_report, args.length)
    rows = peers(torch, args.length)
    result = {"device": torch.cuda.get_device_name(), "torch": torch.__version__, "rounds": ROUNDS, "rows": rows,
              **summary(rows, before, own(args.gpu_report, args.length))}
    print(json.dumps({name: value for name, value in result.items() if name != "rows"}, indent=1))
    if args.json:
        args.json.write_text(json.dumps(result, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
