"""From a milestone or a checkpoint to the file that ships.

    python -m eval.training.export WEIGHTS [--out checker/judging/weights/cross_encoder.safetensors]

The file holds what training changed, under the names of transformers' BERT: matrices as int8 with one float32 scale an
output channel (``NAME`` and ``NAME.scale``, value = int8 * scale), biases and norms as float32. The backbone's
embeddings are not in it: its metadata names the backbone by SHA-256, the labels in the order of the logits, pooling
and length. A small JSON file beside it says what ``checker`` wants to know without opening it.
"""

import argparse
import hashlib
import json
from pathlib import Path

import torch
from torch import Tensor

from eval.training.checkpoint import load_weights, read_tensors, write_tensors
from eval.training.model import BACKBONE_SHA256, LABELS, CrossEncoder, bert_names, fresh_model, take_bert_weights
from index.encoders.stored import dequantised
from index.errors import ModelError

LIMIT_BYTES = 18_000_000
FORMAT = "cross-encoder-int8-1"
STEPS = 127  # int8, symmetric: -128 is not used


def quantised(weight: Tensor) -> tuple[Tensor, Tensor]:
    """int8 (out, in) and float32 scales (out, 1). The error of an entry is at most half of its channel's scale."""
    scale = weight.abs().amax(dim=1, keepdim=True).clamp_min(1e-12) / STEPS
    return (weight / scale).round().clamp(-STEPS, STEPS).to(torch.int8), scale.to(torch.float32)


def shipped(model: CrossEncoder) -> dict[str, Tensor]:
    """What is stored: layers and head, matrices quantised."""
    tensors: dict[str, Tensor] = {}
    for name, value in bert_names(model).items():
        if name.startswith("embeddings."):
            continue
        if value.dim() == 2:
            tensors[name], tensors[f"{name}.scale"] = quantised(value.float())
        else:
            tensors[name] = value.float()
    return tensors


def load_shipped(path: Path) -> CrossEncoder:
    """The model of a shipped file on the pinned backbone. Raises ModelError for another format or backbone."""
    tensors, metadata = read_tensors(path)
    if metadata.get("format") != FORMAT or metadata.get("backbone_sha256") != BACKBONE_SHA256:
        raise ModelError(f"{path}: not a {FORMAT} file for the pinned backbone; export it again")
    model = fresh_model(0, metadata["pooling"])
    embeddings = {name: value for name, value in bert_names(model).items() if name.startswith("embeddings.")}
    take_bert_weights(model, embeddings | dequantised(tensors))
    return model


def export(weights: Path, out: Path, max_length: int) -> dict[str, object]:
    """Writes ``out`` and returns its size and SHA-256. Raises ModelError if it is larger than may ship."""
    _, stored = read_tensors(weights)
    model = fresh_model(0, stored.get("pooling", "cls"))
    load_weights(weights, model)
    metadata = {
        "format": FORMAT,
        "backbone_sha256": BACKBONE_SHA256,
        "labels": json.dumps(LABELS),
        "pooling": model.shape.pooling,
        "max_length": str(max_length),
        "head": "classifier.out(tanh(classifier.dense(pooled)))",
    }
    write_tensors(out, shipped(model), metadata)
    size = out.stat().st_size
    if size > LIMIT_BYTES:
        raise ModelError(f"{out}: {size} bytes, more than the {LIMIT_BYTES} that may ship; store fewer layers")
    sha256 = hashlib.sha256(out.read_bytes()).hexdigest()
    card = {"sha256": sha256, "max_length": max_length, "labels": list(LABELS), "weights": weights.stem}
    out.with_suffix(".json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    return {"file": str(out), "bytes": size, "sha256": sha256}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path)
    parser.add_argument("--out", type=Path, default=Path("checker/judging/weights/cross_encoder.safetensors"))
    parser.add_argument("--max-length", type=int, default=128)
    arguments = parser.parse_args()
    print(json.dumps(export(arguments.weights, arguments.out, arguments.max_length)))


if __name__ == "__main__":
    main()
