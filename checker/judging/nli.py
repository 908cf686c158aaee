"""What two bare sentences say of each other: contradiction, entailment or neither.

Judges are exchangeable behind :class:`Nli`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class BothWays:
    """What is said of two texts in the given order and turned round."""

    forward: Probabilities
    backward: Probabilities

    @property
    def probabilities(self) -> Probabilities:
        """Contradiction is symmetric: the mean of both orders. Entailment is not: it and neutrality share the rest as
        they do in the given order."""
        contradiction = (self.forward.contradiction + self.backward.contradiction) / 2
        return with_contradiction(self.forward, contradiction)


def with_contradiction(given: Probabilities, contradiction: float) -> Probabilities:
    """``given`` with another P(contradiction); the other two keep their ratio."""
    rest = given.entailment + given.neutral
    share = (1 - contradiction) / rest if rest else 0.0
    neutral = given.neutral * share if rest else 1 - contradiction
    return Probabilities(contradiction, given.entailment * share, neutral)


def both_ways(nli: Nli, pairs: Sequence[TextPair]) -> list[BothWays]:
    """Each pair in both orders: contradiction is symmetric, and what is learned of it is not quite."""
    rows = [Probabilities(*map(float, row)) for row in nli.probabilities([*pairs, *((b, a) for a, b in pairs)])]
    return [BothWays(a, b) for a, b in zip(rows[: len(pairs)], rows[len(pairs) :], strict=True)]
