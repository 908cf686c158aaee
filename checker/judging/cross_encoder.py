"""The embedded judge: a cross-encoder on the pinned backbone, trained by ``eval/training/``, run without torch.

What ships is what training changed: six encoder layers and a head, matrices as int8 with one scale an output channel.
The embeddings are the backbone's own. On first use both are put together and exported as a graph to the cache folder.
"""

import json
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from checker.judging.card import REMEDY, WEIGHTS, card
from checker.judging.nli import LABELS, TextPair
from checker.judging.scorer import Scorer
from index import environment
from index.encoders.export import Source, exported, problems_of
from index.encoders.minilm import WEIGHTS_SHA256 as BACKBONE_SHA256
from index.encoders.minilm import backbone, package_folder
from index.encoders.onnx import OnnxModel
from index.encoders.probes import PROBES
from index.encoders.stored import dequantised
from index.errors import ModelError

if TYPE_CHECKING:
    from torch import Tensor
    from torch.nn import Module

FORMAT = "cross-encoder-int8-1"
_WEIGHTS = "cross_encoder.safetensors"
_FLOOR = 0.97  # 1 minus the mean shift of P(contradiction): below, the graph stays fp32


class CrossEncoder:
    """P(contradiction), P(entailment), P(neutral) of pairs, each judged alone: no batch changes an answer."""

    def __init__(self, model: OnnxModel, fingerprint: str) -> None:
        self._model = model
        self.fingerprint = fingerprint

    @classmethod
    def packaged(
        cls, *, cache: Path | None = None, threads: int | None = None, notify: Callable[[str], None] = lambda _: None
    ) -> Self:
        """The judge that comes with the program, exported to ``cache`` on first use.

        :raises ModelError: weights are missing or altered, or the cache folder cannot be written.
        """
        source = _packaged_source()
        export = exported(source, cache or environment.cache_folder(), notify)
        model = OnnxModel.load(
            export.graph,
            source.tokenizer,
            max_tokens=source.max_tokens,
            threads=environment.threads() if threads is None else threads,
        )
        return cls(model, source.fingerprint(export.precision))

    def probabilities(self, pairs: Sequence[TextPair]) -> NDArray[np.float64]:
        if not pairs:
            return np.empty((0, len(LABELS)))
        return softmax(self._model.run(pairs))


def verify(cache: Path) -> list[str]:
    """What is wrong with the weights, their export and the scorer, one line a problem; reads all whole. For ``checker
    doctor``."""
    problems = problems_of(_packaged_source, cache)
    try:
        Scorer.packaged(WEIGHTS)
    except ModelError as error:
        problems = [*problems, str(error)]
    return problems


def fingerprints() -> frozenset[str]:
    """Of the packaged judge in each precision."""
    return _packaged_source().fingerprints()


def _packaged_source() -> Source:
    about = card(WEIGHTS)
    return _source(WEIGHTS / _WEIGHTS, about["sha256"], about["max_length"])


def softmax(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    """Rows of probabilities from rows of logits, (n, 3)."""
    exponentials = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
    return np.asarray(exponentials / exponentials.sum(axis=1, keepdims=True))


def _source(weights: Path, sha256: str, max_length: int) -> Source:
    return Source(
        name="judge",
        weights=weights,
        sha256=sha256,
        tokenizer=package_folder() / "tokenizer.json",
        max_tokens=max_length,
        build=lambda: float32_module(weights),
        probes=[*pairwise(PROBES), *zip(PROBES, PROBES, strict=True)],
        remedy=REMEDY,
        floor=_FLOOR,
        agreement=_agreement,
    )


def _agreement(reference: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """1 minus the mean shift of P(contradiction) between two precisions."""
    return float(1 - np.abs(softmax(reference)[:, 0] - softmax(other)[:, 0]).mean())


def float32_module(weights: Path) -> "Module":
    """From token ids (1, length) to logits (1, 3): backbone with the trained layers, [CLS], dense, tanh, dense."""
    import torch
    from safetensors import safe_open
    from safetensors.torch import load_file

    with safe_open(weights, framework="pt") as file:
        metadata = file.metadata() or {}
    if (metadata.get("format"), metadata.get("backbone_sha256"), metadata.get("pooling")) != (
        FORMAT,
        BACKBONE_SHA256,
        "cls",
    ) or tuple(json.loads(metadata.get("labels", "[]"))) != LABELS:
        raise ModelError(f"{weights} is not a {FORMAT} file on the pinned backbone: {REMEDY}")
    trained = dequantised(load_file(weights))

    class Judge(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.backbone = backbone(package_folder())
            layers = {name: value for name, value in trained.items() if name.startswith("encoder.")}
            self.backbone.load_state_dict({**self.backbone.state_dict(), **layers}, strict=True)
            hidden = trained["classifier.dense.weight"].shape[0]
            self.dense = torch.nn.Linear(hidden, hidden)
            self.out = torch.nn.Linear(hidden, len(LABELS))
            for name, layer in (("dense", self.dense), ("out", self.out)):
                parts = {kind: trained[f"classifier.{name}.{kind}"] for kind in ("weight", "bias")}
                layer.load_state_dict(parts)

        def forward(self, input_ids: torch.Tensor, token_type_ids: torch.Tensor) -> torch.Tensor:
            bert: Any = self.backbone
            states = bert.embeddings(input_ids=input_ids, token_type_ids=token_type_ids)
            *layers, last = bert.encoder.layer
            for layer in layers:
                states = layer(states)
            logits: torch.Tensor = self.out(torch.tanh(self.dense(_first_token(last, states)[:, 0])))
            return logits

    return Judge()


def _first_token(layer: Any, states: "Tensor") -> "Tensor":
    """What a layer makes of the first token, (1, 1, width), from the states of all, (1, length, width).

    Nothing reads the last layer's other tokens; without them a sixth of all products falls away.
    """
    attention = layer.attention.self

    def heads(rows: "Tensor") -> "Tensor":
        return rows.view(1, -1, attention.num_attention_heads, attention.attention_head_size).transpose(1, 2)

    first = states[:, :1]
    query, key, value = heads(attention.query(first)), heads(attention.key(states)), heads(attention.value(states))
    weights = (query @ key.transpose(2, 3) * attention.scaling).softmax(dim=-1)
    context = (weights @ value).transpose(1, 2).reshape(1, 1, -1)
    attended = layer.attention.output(context, first)
    row: Tensor = layer.feed_forward_chunk(attended)
    return row
