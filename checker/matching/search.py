"""Candidate pairs for claims: for the one of a query, and for each statement of a night."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from checker.matching.copies import Copies
from checker.matching.filters import EVERYTHING, Filter, can_clash, is_settled
from checker.matching.rankings import Asked, Days, Ranking, exact_cosines, rankings
from checker.matching.words import said, shared
from index.encoders import Encoder
from index.records import Actor, Pair, Statement
from index.rows import Row
from index.store import Store
from index.vectors import VectorIndex

# How many statements each search brings before filtering, as a multiple of what is wanted: most are lost to the
# claim's own side, which speaks most about its own claims. Where that is too few, it looks further, twice.
_OVERSAMPLING = 8
_FURTHER = 4
_ROUNDS = 3
_READ_AT_ONCE = 200
_SKETCHES = """
SELECT id, key, article, actor_id, actor_name, side, date, stance, hypothetical, checkable, proposition,
    EXISTS (SELECT 1 FROM statements own WHERE own.parent = said.key AND own.side = said.side)
FROM statements said WHERE id IN"""
_DECIMALS = 4
_ALIKE = 5  # of a query's 50


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a search goes: at most ``limit`` statements that ``only`` admits, and ``own`` by the claim's own actor.

    ``settled``: only what somebody known holds in earnest and in his own words, as :meth:`Matcher.standing` gives it.
    ``similarity`` and ``words``: none is less similar to the claim, or shares less of their telling words.
    ``depth``: how many statements each search brings before filtering, more where many of them are equally near; None:
    a multiple of what is wanted, and more where that is too few. ``lexical``: whether the words are searched too; that
    takes time in proportion to the store. ``alike``: of statements in the same words so many come before all others;
    None: all. Hundreds that repeat a claim must not take the places of the few that deny it.
    """

    limit: int
    only: Filter = EVERYTHING
    own: int = 0
    settled: bool = False
    similarity: float = -1.0
    words: float = 0.0
    depth: int | None = None
    lexical: bool = True
    alike: int | None = None


@dataclass(frozen=True, slots=True)
class _Sketch:
    """What filters ask of a stored statement, read without its spans, which take ten times as long.

    ``reports``: whether it reports the words of its own side, which are a statement themselves.
    """

    id: int
    key: str
    statement: Statement
    reports: bool

    @property
    def settled(self) -> bool:
        return not self.reports and is_settled(self.statement)

    @classmethod
    def of(cls, row: Row) -> Self:
        id, key, article, actor, name, side, date, stance, hypothetical, checkable, proposition, reports = row
        statement = Statement(
            article=article,
            attribution="",
            actor=None if actor is None else Actor(actor, name, side),
            chain=(),
            source_spans=(),
            cue_spans=(),
            content_spans=(),
            content="",
            proposition=proposition,
            stance=stance,
            hypothetical=bool(hypothetical),
            checkable=bool(checkable),
            date=date,
        )
        return cls(id, key, statement, bool(reports))


@dataclass(frozen=True, slots=True)
class Matcher:
    """Candidate pairs for claims. Call it inside ``store.snapshot()`` where a writer may be at work."""

    store: Store
    vectors: VectorIndex

    def candidates(
        self,
        claim: Statement,
        vector: NDArray[np.float32],
        *,
        limit: int,
        only: Filter = EVERYTHING,
        toward: NDArray[np.float32] | None = None,
    ) -> list[Pair]:
        """At most ``limit`` pairs, nearest first, ties by key; empty where nothing is near.

        Of statements that are one and the same (wire copy) only the first that is admitted stands for all.

        :param vector: of the claim's proposition, (dimension,).
        :param toward: where to look by meaning, (dimension,); None: around the claim itself.
        """
        begin = vector if toward is None else toward
        (ids,) = self.near([claim], begin[np.newaxis], Reach(limit, only, alike=_ALIKE))
        return self._pairs(claim, vector, ids)

    def near(
        self,
        claims: Sequence[Statement],
        vectors: NDArray[np.float32],
        reach: Reach,
        *,
        up_to: int | None = None,
    ) -> list[list[int]]:
        """Integer ids of the candidates for each claim, as :meth:`candidates`; the same whatever other claims there
        are, and whatever integer ids the statements have.

        :param vectors: around which to look, (len(claims), dimension): of the claims' propositions, as must be where
            ``reach`` names a similarity; or where something else is to be found, as in :meth:`candidates`.
        :param up_to: only statements with an integer id of at most this.
        """
        days = self._days(reach.only)
        reachable = len(self.vectors) if days is None else len(days.ids)
        found: list[list[int]] = [[] for _ in claims]
        pending = list(range(len(claims)))
        depth = reach.depth or reach.limit * _OVERSAMPLING
        for _ in range(_ROUNDS):
            asked = [Asked(claims[i].proposition, vectors[i], _side(claims[i])) for i in pending]
            searched = rankings(self.store, self.vectors, asked, depth, days, lexical=reach.lexical)
            too_few = []
            for i, ranking in zip(pending, searched, strict=True):
                others, repeated, own = self._kept(claims[i], vectors[i], ranking, reach, up_to)
                found[i] = (others + repeated)[: reach.limit] + own
                if len(others) < reach.limit:
                    too_few.append(i)
            pending = too_few
            if not pending or reach.depth is not None or depth >= reachable:
                break
            depth *= _FURTHER
        return found

    def standing(self, ids: Sequence[int], *, up_to: int | None = None) -> set[int]:
        """Those of these statements that are settled and, of wire copy, the first such: the others add nothing.

        :param up_to: as :meth:`near`.
        """
        copies = Copies.of(self.store, ids)
        sketches = self._sketches([one for id in ids for one in copies.together(id)], up_to)
        settled = {id for id, sketch in sketches.items() if sketch.settled}
        return {id for id in ids if next((one for one in copies.together(id) if one in settled), None) == id}

    def _days(self, only: Filter) -> Days | None:
        if not only.bounded:
            return None
        return Days(only.since, only.until, self.store.ids_between(only.since, only.until))

    def _kept(
        self, claim: Statement, vector: NDArray[np.float32], ranking: Ranking, reach: Reach, up_to: int | None
    ) -> tuple[list[int], list[int], list[int]]:
        """The first statements within reach of the claim by others, those of them that repeat earlier ones too often,
        and those by its own actor, wire copy as one."""
        others: dict[int, None] = {}
        repeated: dict[int, None] = {}
        own: dict[int, None] = {}
        times: Counter[tuple[str, ...]] = Counter()
        parts = ((reach.only, reach.limit, others), (replace(reach.only, speaker="self"), reach.own, own))
        seen: set[int] = set()
        for start in range(0, len(ranking.ids), _READ_AT_ONCE):
            near = self._near_enough(vector, ranking, ranking.ids[start : start + _READ_AT_ONCE], reach.similarity)
            near = [id for id in near if id not in seen]
            copies = Copies.of(self.store, near)
            seen.update(one for id in near for one in copies.together(id))
            sketches = self._sketches([one for id in near for one in copies.together(id)], up_to)
            for id in near:
                together = [sketches[one] for one in copies.together(id) if one in sketches]
                if any(sketch.key == claim.id for sketch in together):
                    continue  # the claim itself, as another outlet carries it
                if reach.settled:
                    together = [s for s in together if s.settled and can_clash(claim, s.statement)]
                if reach.words:
                    together = [
                        s for s in together if shared(claim.proposition, s.statement.proposition) >= reach.words
                    ]
                for only, limit, kept in parts:
                    first = next((s for s in together if only.admits(claim, s.statement)), None)
                    if first is not None and len(kept) < limit:
                        too_often = False
                        if reach.alike is not None and kept is others:
                            words = said(first.statement.proposition)
                            times[words] += 1
                            too_often = times[words] > reach.alike
                        (repeated if too_often else kept)[first.id] = None
            if all(len(kept) == limit for _, limit, kept in parts):
                break
        return list(others), list(repeated), list(own)

    def _near_enough(
        self, vector: NDArray[np.float32], ranking: Ranking, ids: Sequence[int], similarity: float
    ) -> list[int]:
        if similarity <= -1:
            return list(ids)
        known = dict(ranking.similarities)
        unknown = [id for id in ids if id not in known]
        if unknown and ranking.last >= similarity:  # else all that meaning did not bring is too far
            known |= zip(unknown, cosines(self.store.vectors_of(unknown), vector), strict=True)
        return [id for id in ids if round(known.get(id, -1.0), _DECIMALS) >= similarity]

    def _sketches(self, ids: Sequence[int], up_to: int | None) -> dict[int, _Sketch]:
        """By integer id; without rows that are damaged so that a text is none: who reads them whole names them."""
        allowed = sorted({id for id in ids if up_to is None or id <= up_to})
        rows = self.store.rows_in(_SKETCHES, allowed)
        return {row[0]: _Sketch.of(row) for row in rows if not any(isinstance(value, bytes) for value in row)}

    def _pairs(self, claim: Statement, vector: NDArray[np.float32], ids: Sequence[int]) -> list[Pair]:
        if not ids:
            return []
        similarities = cosines(self.store.vectors_of(ids), vector)
        return [
            Pair(claim, statement, x, answered=self._answered(statement))
            for (_, statement), x in zip(self.store.statements(ids), similarities, strict=True)
        ]

    def _answered(self, statement: Statement) -> Statement | None:
        found = None if statement.answers is None else self.store.statement_by_key(statement.answers)
        return None if found is None else found[1]


def _side(claim: Statement) -> str | None:
    return None if claim.actor is None else claim.actor.side


def cosines(vectors: NDArray[np.float32], vector: NDArray[np.float32]) -> list[float]:
    """Similarity of each row to one vector, or to the row beside it; the same whatever other rows there are."""
    return [round(x, _DECIMALS) for x in exact_cosines(vectors, vector).tolist()]


def similarities(encoder: Encoder, pairs: Sequence[tuple[Statement, Statement]]) -> list[float]:
    """Cosine of the propositions of each pair, stored nowhere."""
    if not pairs:
        return []
    vectors = encoder.encode([s.proposition for pair in pairs for s in pair])
    return cosines(vectors[0::2], vectors[1::2])
