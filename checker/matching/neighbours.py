"""The statements near many stored ones, for a run that compares a whole night: by the same two searches as a query.

What comes out depends on what is stored and never on the order in which it came: equal ranks are ordered by key, and
where the end of a ranking would cut a tie, the whole tie is left out.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from checker.matching.filters import EVERYTHING
from checker.matching.search import fuse
from index import lexical
from index.records import Actor, Statement
from index.rows import Row
from index.store import Store
from index.vectors import VectorIndex

Ranking: TypeAlias = list[tuple[int, float]]  # integer ids with a score, best first

_DECIMALS = 4
_BRIEF = "id, key, article, actor_id, actor_name, side, date, stance, hypothetical, checkable"


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a comparison looks: how many statements of other sides, how many of the same actor, how near."""

    others: int = 12
    own: int = 4
    searched: int = 160  # statements that each search brings before filtering
    similarity: float = 0.35


REACH = Reach()


@dataclass(frozen=True, slots=True)
class Near:
    """A statement near another, by integer ids."""

    one: int
    other: int


@dataclass(frozen=True, slots=True)
class _Brief:
    """What the filters ask of a statement, read without its spans."""

    id: int
    key: str
    statement: Statement


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Finds what is near to stored statements. ``reach`` bounds the work for each of them, whatever is stored."""

    store: Store
    vectors: VectorIndex
    reach: Reach = REACH

    def of(self, statements: Sequence[tuple[int, Statement]], *, up_to: int) -> list[Near]:
        """For each statement, given with its integer id, those near to it with an id of at most ``up_to``.

        Call it inside ``store.snapshot()``.
        """
        claims = [(id, s) for id, s in statements if _can_stand_against(s)]
        if not claims:
            return []
        matrix = self.store.vectors_of([id for id, _ in claims])
        rankings = list(self._rankings(claims, matrix, up_to))
        briefs = self._briefs({id for pair in rankings for ranking in pair for id, _ in ranking})
        chosen = [
            Near(id, other)
            for (id, claim), found in zip(claims, rankings, strict=True)
            for other in self._chosen(id, claim, found, briefs)
        ]
        similarities = cosines(self.store, [(near.one, near.other) for near in chosen])
        return [near for near, cosine in zip(chosen, similarities, strict=True) if cosine >= self.reach.similarity]

    def _rankings(
        self, claims: Sequence[tuple[int, Statement]], matrix: NDArray[np.float32], up_to: int
    ) -> Iterator[tuple[Ranking, Ranking]]:
        wanted = self.reach.searched
        scores, ids = self.vectors.search(matrix, wanted + 1)
        for (_, claim), row, names in zip(claims, scores.tolist(), ids.tolist(), strict=True):
            by_meaning = _whole_ties(list(zip(names, row, strict=True)), wanted)
            by_words = _whole_ties(lexical.search(self.store, claim.proposition, wanted + 1), wanted)
            yield [(i, x) for i, x in by_meaning if i <= up_to], [(i, x) for i, x in by_words if i <= up_to]

    def _briefs(self, ids: Iterable[int]) -> dict[int, _Brief]:
        rows = self.store.rows_in(f"SELECT {_BRIEF} FROM statements WHERE id IN", sorted(ids))
        return {row[0]: _brief(row) for row in rows}

    def _chosen(
        self, id: int, claim: Statement, found: tuple[Ranking, Ranking], briefs: dict[int, _Brief]
    ) -> list[int]:
        """Integer ids of what is compared with a statement, best fused rank first: other sides, then the same actor."""
        known = sorted(
            {i for ranking in found for i, _ in ranking if i in briefs and i != id}, key=lambda i: briefs[i].key
        )
        order = {i: n for n, i in enumerate(known)}
        rankings = [
            [order[i] for i, _ in sorted(ranking, key=lambda item: (-item[1], order.get(item[0], -1))) if i in order]
            for ranking in found
        ]
        best = [known[n] for n in fuse(*rankings)]
        others = [i for i in best if _meets(claim, briefs[i].statement)]
        own = [i for i in best if _is_earlier_or_later_word(claim, briefs[i].statement)]
        return others[: self.reach.others] + own[: self.reach.own]


def cosines(store: Store, pairs: Sequence[tuple[int, int]]) -> list[float]:
    """Similarity of the propositions of each pair of integer ids, the same whatever other pairs there are."""
    ids = sorted({id for pair in pairs for id in pair})
    if not ids:
        return []
    place = {id: n for n, id in enumerate(ids)}
    vectors = store.vectors_of(ids).astype(np.float64)
    ones, others = (vectors[[place[pair[side]] for pair in pairs]] for side in (0, 1))
    return [round(x, _DECIMALS) for x in (ones * others).sum(axis=1).tolist()]


def _whole_ties(ranked: Ranking, wanted: int) -> Ranking:
    """The first ``wanted``, without those that tie with the first one left out: which of them came first is chance."""
    if len(ranked) <= wanted:
        return ranked
    return [item for item in ranked[:wanted] if item[1] > ranked[wanted][1]]


def _can_stand_against(statement: Statement) -> bool:
    """Whether it can be one of the two in a dispute: somebody known says something that can be checked."""
    return statement.actor is not None and statement.checkable and statement.stance not in ("asks", "demands")


def _meets(claim: Statement, other: Statement) -> bool:
    """Whether two statements of different sides can contradict: neither only supposes, asks or demands."""
    settled = not claim.hypothetical and not other.hypothetical
    return settled and _can_stand_against(other) and EVERYTHING.admits(claim, other)


def _is_earlier_or_later_word(claim: Statement, other: Statement) -> bool:
    """Whether the same actor speaks, elsewhere: what one article reports of one speech is not a change of mind."""
    return (
        _can_stand_against(other)
        and claim.actor is not None
        and other.actor is not None
        and claim.actor.id == other.actor.id
        and claim.article != other.article
    )


def _brief(row: Row) -> _Brief:
    id, key, article, actor, name, side, date, stance, hypothetical, checkable = row
    statement = Statement(
        article=article,
        attribution="",
        actor=None if actor is None else Actor(actor, name, side),
        chain=(),
        source_spans=(),
        cue_spans=(),
        content_spans=(),
        content="",
        proposition="",
        stance=stance,
        hypothetical=bool(hypothetical),
        checkable=bool(checkable),
        date=date,
    )
    return _Brief(id, key, statement)
