"""The embedded encoder: the backbone with upper layers of our own, which know what opposes what.

Mean-pooled vectors of the backbone bring a claim's repetition above all that contradicts it. Here the last layers are
trained (``eval/training/encoder.py``) so that what contradicts comes near, and a linear map of the *claim's* vector
points to where statements that contradict it lie: the head is asymmetric, because no symmetric similarity can tell "the
same" from "the opposite" (the opposite of the opposite is the same). Stored vectors are plain; only who searches for
rebuttals applies the map, so that one index serves both.

What ships is the trained layers, as int8 with one scale an output channel, and the map. It runs as the backbone does
(:mod:`index.encoders.minilm`): one sequence a run, dynamic int8.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from index.encoders.export import Precision, Source, check_weights, exported, problems_of
from index.encoders.minilm import DIMENSION, MAX_TOKENS, WEIGHTS_SHA256, minilm_source, package_folder, sentence_module
from index.encoders.onnx import OnnxModel
from index.encoders.probes import PROBES
from index.encoders.stored import dequantised
from index.errors import ModelError

if TYPE_CHECKING:
    from torch.nn import Module

FORMAT = "encoder-layers-int8-1"
REMEDY = "install checker again"
_FOLDER = Path(__file__).parent / "weights"
_WEIGHTS = "opposed.safetensors"
_CARD = "opposed.json"
_MAP = "toward_rebuttals"

Map: TypeAlias = tuple[NDArray[np.float32], NDArray[np.float32]]
"""Matrix ``(384, 384)``, output by input, and what is added, ``(384,)``."""


class OpposedMiniLM:
    """Sentences to vectors of 384 numbers, and from these to where what contradicts them is looked for."""

    name = "minilm-opposed"
    dimension = DIMENSION

    def __init__(self, model: OnnxModel, toward: Map, fingerprint: str, precision: Precision, agreement: float) -> None:
        self.fingerprint = fingerprint
        self.precision = precision
        self.agreement = agreement  # minimum cosine of the int8 graph to fp32 over the probes
        self._model = model
        self._toward, self._offset = (part.astype(np.float64) for part in toward)

    @classmethod
    def load(cls, cache: Path, *, threads: int, notify: Callable[[str], None], folder: Path = _FOLDER) -> Self:
        """Opens the exported graph in ``cache``, and exports it first if need be.

        :param folder: the trained weights and their card; default: those of the installed package.
        :raises ModelError: weights are missing or altered, or ``cache`` cannot be written.
        """
        source = opposed_source(folder)
        export = exported(source, cache, notify)
        model = OnnxModel.load(export.graph, source.tokenizer, max_tokens=source.max_tokens, threads=threads)
        return cls(
            model, _map(source.weights), source.fingerprint(export.precision), export.precision, export.agreement
        )

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of unit length, ``(len(texts), 384)``; equal texts are computed once.

        :raises InputError: a text is not valid Unicode.
        """
        return self._model.run(texts)

    def toward_rebuttals(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Unit vectors ``(n, 384)``; row by row, so that none depends on which others there are."""
        rows = np.empty_like(vectors)
        for place, vector in enumerate(vectors):
            row = (self._toward * vector.astype(np.float64)).sum(axis=1) + self._offset
            rows[place] = row / np.sqrt((row * row).sum())
        return rows


def verify(cache: Path) -> list[str]:
    """What is wrong with the weights, the backbone's among them, and their export, one line a problem; reads all whole.
    For ``checker doctor``."""
    problems = problems_of(opposed_source, cache)
    try:
        check_weights(minilm_source(package_folder()))
    except ModelError as error:
        problems = [*problems, str(error)]
    return problems


def fingerprints() -> frozenset[str]:
    """Of the packaged model in each precision."""
    return opposed_source().fingerprints()


def opposed_source(folder: Path = _FOLDER) -> Source:
    """The model whose trained layers lie in ``folder``, ready to be exported.

    :raises ModelError: its card cannot be read.
    """
    try:
        sha256 = str(json.loads((folder / _CARD).read_text(encoding="utf-8"))["sha256"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{folder / _CARD} cannot be read ({type(error).__name__}): {REMEDY}") from error
    weights = folder / _WEIGHTS
    return Source(
        name=OpposedMiniLM.name,
        weights=weights,
        sha256=sha256,
        tokenizer=package_folder() / "tokenizer.json",
        max_tokens=MAX_TOKENS,
        build=lambda: opposed_module(weights),
        probes=PROBES,
        remedy=REMEDY,
    )


def opposed_module(weights: Path) -> "Module":
    """fp32, from token ids to ``(1, 384)`` of unit length: the backbone with the trained layers, mean pooling.

    :raises ModelError: the weights are of another format or for another backbone.
    """
    from safetensors import safe_open
    from safetensors.torch import load_file

    with safe_open(weights, framework="pt") as file:
        metadata = file.metadata() or {}
    if (metadata.get("format"), metadata.get("backbone_sha256")) != (FORMAT, WEIGHTS_SHA256):
        raise ModelError(f"{weights} is no {FORMAT} file on the pinned backbone: {REMEDY}")
    trained = {name: value for name, value in dequantised(load_file(weights)).items() if name.startswith("encoder.")}
    module: Any = sentence_module(package_folder())
    module.backbone.load_state_dict({**module.backbone.state_dict(), **trained}, strict=True)
    return cast("Module", module)


def _map(weights: Path) -> Map:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(weights, framework="np") as file:
            return file.get_tensor(f"{_MAP}.weight"), file.get_tensor(f"{_MAP}.bias")
    except (OSError, SafetensorError) as error:
        raise ModelError(f"{weights} cannot be read ({type(error).__name__}): {REMEDY}") from error
