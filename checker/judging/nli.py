"""What two bare sentences say of each other: contradiction, entailment or neither.

Judges are exchangeable behind :class:`Nli`. The one shipped here compares the two sentences' embeddings.
"""

import json
from collections.abc import Sequence
from importlib.resources import files
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from index.encoders import Encoder
from index.errors import ModelError

LABELS = ("contradiction", "entailment", "neutral")
TextPair = tuple[str, str]


class Nli(Protocol):
    """Judges pairs of texts. ``fingerprint`` changes whenever its answers may."""

    fingerprint: str

    def probabilities(self, pairs: Sequence[TextPair]) -> NDArray[np.float64]:
        """:return: shape (n, 3), columns as in :data:`LABELS`, rows sum to 1; the same pair gives the same row
        whatever else is in ``pairs``."""
        ...


class EmbeddingNli:
    """Multinomial logistic regression on ``[|u - v|, u * v]`` of the two sentences' unit embeddings u and v
    (the features of InferSent, Conneau et al. 2017, without the ordered parts: contradiction is symmetric).

    Trained by ``eval/fit_scorer.py`` on the embedded encoder's vectors, whatever encoder the store uses.
    """

    def __init__(self, encoder: Encoder, weights: dict[str, Any]) -> None:
        """:raises ModelError: the weights are those of another encoder."""
        if weights["encoder"] != encoder.name:
            raise ModelError(
                f"the judge was trained on encoder {weights['encoder']}, not on {encoder.name}; "
                f"train it again with `python -m eval.fit_scorer`"
            )
        self._encoder = encoder
        self._weights = np.asarray(weights["coefficients"], dtype=np.float64)  # (3, 2 * dimension)
        self._intercept = np.asarray(weights["intercept"], dtype=np.float64)  # (3,)
        self.fingerprint: str = weights["fingerprint"]

    @classmethod
    def packaged(cls, encoder: Encoder) -> Self:
        """The weights that come with the program."""
        path = files("checker.judging").joinpath("weights/embedding_nli.json")
        return cls(encoder, json.loads(path.read_text(encoding="utf-8")))

    def probabilities(self, pairs: Sequence[TextPair]) -> NDArray[np.float64]:
        if not pairs:
            return np.empty((0, len(LABELS)))
        vectors = self._encoder.encode([text for pair in pairs for text in pair])
        logits = interactions(vectors[0::2], vectors[1::2]) @ self._weights.T + self._intercept
        exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(exponentials / exponentials.sum(axis=1, keepdims=True))


def interactions(u: NDArray[np.float32], v: NDArray[np.float32]) -> NDArray[np.float64]:
    """Symmetric features of two batches of vectors: (n, d) and (n, d) -> (n, 2 d)."""
    u64, v64 = u.astype(np.float64), v.astype(np.float64)
    return np.hstack([np.abs(u64 - v64), u64 * v64])
