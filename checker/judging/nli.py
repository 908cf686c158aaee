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


# P(contradiction) in the given order from which a pair is asked turned round as well. Contradiction is symmetric, and
# what is learned of it is not quite: the mean of both orders takes back what one is wrongly sure of. Below, the other
# order hardly changes what is found (eval/training/README.md, "When both orders are asked"), and most of the candidates
# for a claim lie below.
ASKED_AGAIN_FROM = 0.5


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said of two texts in the given order, and turned round where that was asked."""

    forward: Probabilities
    backward: Probabilities | None

    @property
    def probabilities(self) -> Probabilities:
        """Contradiction is symmetric: the mean of both orders. Entailment is not: it and neutrality share the rest as
        they do in the given order."""
        if self.backward is None:
            return self.forward
        return with_contradiction(self.forward, (self.forward.contradiction + self.backward.contradiction) / 2)

    @property
    def entailment_back(self) -> float | None:
        """P(entailment) turned round; None where that was not asked."""
        return None if self.backward is None else self.backward.entailment


def with_contradiction(given: Probabilities, contradiction: float) -> Probabilities:
    """``given`` with another P(contradiction); the other two keep their ratio."""
    rest = given.entailment + given.neutral
    share = (1 - contradiction) / rest if rest else 0.0
    neutral = given.neutral * share if rest else 1 - contradiction
    return Probabilities(contradiction, given.entailment * share, neutral)


def answers(nli: Nli, pairs: Sequence[TextPair]) -> list[Answer]:
    """Each pair in the given order, and turned round from :data:`ASKED_AGAIN_FROM` on: what a pair is asked depends
    on nothing but itself."""
    forward = [Probabilities(*map(float, row)) for row in nli.probabilities(pairs)]
    again = [i for i, found in enumerate(forward) if found.contradiction >= ASKED_AGAIN_FROM]
    rows = nli.probabilities([(pairs[i][1], pairs[i][0]) for i in again])
    backward = {i: Probabilities(*map(float, row)) for i, row in zip(again, rows, strict=True)}
    return [Answer(found, backward.get(i)) for i, found in enumerate(forward)]
