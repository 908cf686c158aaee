"""Joins clashes into disputes over one proposition.

Everything that contradicts, taken together, soon hangs together: "Ruritania attacked" contradicts "nobody attacked",
which contradicts "Norland attacked". So a dispute is a star: a head, whatever clashes with it, and what else clashes
with these and is near to the head in meaning (Aslam, Pelekhov and Rus 2004, "The star clustering algorithm", for
documents). What is left over makes further stars. No order of the input changes the result.
"""

import heapq
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from checker.disputes.clashes import Clash
from checker.disputes.dispute import weight

NEAR = 0.7
"""Cosine from which two propositions can be of one dispute. Measured on eval/data/political (dev): from here on .77 of
the pairs that say the same are left and .35 of those of one story that do not, the widest gap (.6: .93 and .54)."""


def grouped(clashes: Sequence[Clash], vectors: Mapping[str, NDArray[np.float32]]) -> list[list[Clash]]:
    """Parts the clashes, each in one group; ``vectors`` are those of the propositions, by statement key.

    Clashes between sides and clashes of one actor with itself never share a group.
    """
    between = [clash for clash in clashes if not clash.within]
    within: dict[str, list[Clash]] = {}
    for clash in clashes:
        if clash.within and clash.claim.actor is not None:
            within.setdefault(clash.claim.actor.id, []).append(clash)
    return [
        group for part in (between, *(within[actor] for actor in sorted(within))) for group in _stars(part, vectors)
    ]


def _stars(clashes: Sequence[Clash], vectors: Mapping[str, NDArray[np.float32]]) -> list[list[Clash]]:
    """Takes the statement with most against it, makes its star, takes that away, and goes on with the rest."""
    left = _Graph(clashes)
    heads = [(-left.weight(key), key) for key in sorted(left.around)]
    heapq.heapify(heads)
    stars = []
    while heads:
        noted, head = heapq.heappop(heads)
        now = -left.weight(head)
        if now == 0:
            continue
        if now != noted:  # clashes of this one were taken by an earlier star
            heapq.heappush(heads, (now, head))
            continue
        stars.append(left.take(_members(head, left, vectors)))
    return stars


class _Graph:
    """What is not in a star yet."""

    def __init__(self, clashes: Sequence[Clash]) -> None:
        self.around: dict[str, dict[str, Clash]] = {}
        for clash in sorted(clashes, key=lambda c: c.keys):
            one, other = clash.keys
            self.around.setdefault(one, {})[other] = clash
            self.around.setdefault(other, {})[one] = clash

    def weight(self, key: str) -> int:
        return sum(weight(clash) for clash in self.around[key].values())

    def take(self, members: set[str]) -> list[Clash]:
        """Removes all clashes among these statements and returns them."""
        taken = {clash.keys: clash for key in members for other, clash in self.around[key].items() if other in members}
        for one, other in taken:
            del self.around[one][other]
            del self.around[other][one]
        return [taken[keys] for keys in sorted(taken)]


def _members(head: str, graph: _Graph, vectors: Mapping[str, NDArray[np.float32]]) -> set[str]:
    members = {head, *graph.around[head]}
    edge = sorted(graph.around[head])
    while edge:
        reached = {other for key in edge for other in graph.around[key]} - members
        edge = sorted(key for key in reached if cosine(vectors[head], vectors[key]) >= NEAR)
        members.update(edge)
    return members


def cosine(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Of two vectors of unit length, rounded so that it is the same everywhere."""
    return round(float((one.astype(np.float64) * other.astype(np.float64)).sum()), 6)
