"""What two bare sentences say of each other: contradiction, entailment or neither.

Judges are exchangeable behind :class:`Nli`.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.records import Probabilities

LABELS = ("contradiction", "entailment", "neutral")
TextPair = tuple[str, str]


class Nli(Protocol):
    """Judges pairs of texts. ``fingerprint`` changes whenever its answers may."""

    @property
    def fingerprint(self) -> str: ...

    def probabilities(self, pairs: Sequence[TextPair]) -> NDArray[np.float64]:
        """:return: shape (n, 3), columns as in :data:`LABELS`, rows sum to 1; the same pair gives the same row
        whatever else is in ``pairs``."""
        ...


def both_ways(nli: Nli, pairs: Sequence[TextPair]) -> list[Probabilities]:
    """The mean of both orders: contradiction is symmetric, and what is learned of it is not quite."""
    turned = nli.probabilities([*pairs, *((b, a) for a, b in pairs)])
    mean = (turned[: len(pairs)] + turned[len(pairs) :]) / 2
    return [Probabilities(*(float(p) for p in row)) for row in mean]
