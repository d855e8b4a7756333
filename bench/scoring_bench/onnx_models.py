"""The peers' model: all-MiniLM-L6-v2 exported to ONNX from the same safetensors, as its users do."""
import json
import pathlib


def pooled_model(directory: pathlib.Path):
    """Token ids and mask in, L2-normalised mean of the last hidden states out: what sentence-transformers computes."""
    import torch
    import transformers

    class Pooled(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            # Eager attention is the form that onnxruntime's optimiser knows how to fuse.
            self.bert = transformers.AutoModel.from_pretrained(directory, attn_implementation="eager")

        def forward(self, input_ids, attention_mask):
            hidden = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            weight = attention_mask.unsqueeze(-1).to(hidden.dtype)
            mean = (hidden * weight).sum(1) / weight.sum(1).clamp(min=1e-9)
            return torch.nn.functional.normalize(mean, p=2, dim=1)

    return Pooled().eval()


def export(directory: pathlib.Path, to: pathlib.Path) -> None:
    import torch
    ids = torch.ones((2, 16), dtype=torch.int64)
    with torch.no_grad():
        torch.onnx.export(pooled_model(directory), (ids, torch.ones_like(ids)), str(to), opset_version=17,
                          input_names=["input_ids", "attention_mask"], output_names=["embedding"],
                          dynamic_axes={"input_ids": {0: "batch", 1: "tokens"}, "attention_mask": {0: "batch", 1: "tokens"},
                                        "embedding": {0: "batch"}}, dynamo=False)


def ensure(directory: pathlib.Path, cache: pathlib.Path) -> dict[str, pathlib.Path]:
    """fp32, fp32 with fused attention, and both quantised dynamically (per channel, int8 weights)."""
    import onnx
    import onnxruntime
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.transformers import optimizer
    cache.mkdir(parents=True, exist_ok=True)
    paths = {name: cache / f"{name}.onnx" for name in ("fp32", "fp32-fused", "int8", "int8-fused")}
    stamp = cache / "made-by.json"
    made_by = {"onnxruntime": onnxruntime.__version__}
    if stamp.is_file() and json.loads(stamp.read_text()) == made_by and all(p.is_file() for p in paths.values()):
        return paths
    export(directory, paths["fp32"])
    fused = optimizer.optimize_model(str(paths["fp32"]), model_type="bert", num_heads=12, hidden_size=384, opt_level=1)
    fused.save_model_to_file(str(paths["fp32-fused"]))
    for name in ("fp32", "fp32-fused"):
        quantize_dynamic(str(paths[name]), str(paths[name.replace("fp32", "int8")]), per_channel=True,
                         weight_type=QuantType.QInt8, extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT})
    stamp.write_text(json.dumps(made_by))
    return paths
