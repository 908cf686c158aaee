"""Statements near a claim: by meaning, by words, and by what is known to deny what is near.

On half of the real test beds BM25 alone beats MiniLM (FIELD.md), so both are asked and fused by reciprocal rank
(Cormack, Clarke and Büttcher 2009, k = 60): ranks need no common scale. Both bring above all the claim's echoes; so a
third ranking follows the links from these: to the statements that deny them, and to those that they deny.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from checker.matching.copies import Copies
from checker.matching.filters import EVERYTHING, Filter
from index import lexical
from index.encoders import Encoder
from index.records import Pair, Statement
from index.store import Store
from index.vectors import VectorIndex

_RRF_K = 60
# How many statements each search brings before filtering, as a multiple of what is wanted: most are lost to the
# claim's own side, which speaks most about its own claims. Where that is too few, it looks further, twice.
_OVERSAMPLING = 8
_FURTHER = 4
_ROUNDS = 3
_READ_AT_ONCE = 200
_ECHOES = 50  # nearest statements, whoever said them, whose links are followed


@dataclass(frozen=True, slots=True)
class Matcher:
    """Candidate pairs for claims."""

    store: Store
    vectors: VectorIndex
    encoder: Encoder

    def candidates(self, claim: Statement, *, limit: int, only: Filter = EVERYTHING) -> list[Pair]:
        """At most ``limit`` pairs, best fused rank first, ties by id; empty where nothing is near.

        Of statements that are one and the same (wire copy) only the first that is admitted stands for all.
        """
        return self.candidates_of([claim], limit=limit, only=only)[0]

    def candidates_of(
        self,
        claims: Sequence[Statement],
        *,
        limit: int,
        only: Filter = EVERYTHING,
        vectors: NDArray[np.float32] | None = None,
    ) -> list[list[Pair]]:
        """As :meth:`candidates`, for each of many claims; the same whatever other claims there are.

        :param vectors: of the claims' propositions, (len(claims), dimension), where they are known.
        """
        if vectors is None:
            vectors = self.encoder.encode([claim.proposition for claim in claims])
        among = self.store.ids_between(only.since, only.until) if only.bounded else None
        reachable = len(self.vectors) if among is None else len(among)
        found: list[list[int]] = [[] for _ in claims]
        pending, wanted = list(range(len(claims))), limit * _OVERSAMPLING
        for _ in range(_ROUNDS):
            rankings = self._rankings([claims[i] for i in pending], vectors[pending], wanted, only, among)
            for i, ranked in zip(pending, rankings, strict=True):
                found[i] = self._kept(claims[i], ranked, limit, only)
            pending = [i for i in pending if len(found[i]) < limit]
            if not pending or wanted >= reachable:
                break
            wanted *= _FURTHER
        return [self._pairs(claim, vector, ids) for claim, vector, ids in zip(claims, vectors, found, strict=True)]

    def _rankings(
        self,
        claims: Sequence[Statement],
        vectors: NDArray[np.float32],
        wanted: int,
        only: Filter,
        among: NDArray[np.int64] | None,
    ) -> Iterator[list[int]]:
        """Integer ids for each claim, best first, whoever said them; ``among``: those of the days asked for."""
        _, near = self.vectors.search(vectors, wanted, among=among)
        for claim, by_meaning in zip(claims, near.tolist(), strict=True):
            words = lexical.search(self.store, claim.proposition, wanted, since=only.since, until=only.until)
            by_words = [id_ for id_, _ in words]
            linked = self._linked(fuse(by_meaning, by_words)[:_ECHOES])
            yield fuse(by_meaning, by_words, linked, linked)  # counts as if both searches had brought it

    def _linked(self, ids: Sequence[int]) -> list[int]:
        """What is linked to these statements by a denial or within a report, in their order; ties by id."""
        keys = [statement.id for _, statement in self.store.statements(ids)]
        rank = {key: i for i, key in enumerate(keys)}
        links = sorted((rank[key], id_) for key, id_ in self.store.linked(keys))
        return list(dict.fromkeys(id_ for _, id_ in links))

    def _kept(self, claim: Statement, ranked: Sequence[int], limit: int, only: Filter) -> list[int]:
        """The first ``limit`` of the ranked statements that may answer the claim, wire copy as one."""
        kept: dict[int, None] = {}
        for start in range(0, len(ranked), _READ_AT_ONCE):
            part = ranked[start : start + _READ_AT_ONCE]
            copies = Copies.of(self.store, part)
            statements = dict(self.store.statements([one for id_ in part for one in copies.together(id_)]))
            for id_ in part:
                admitted = (one for one in copies.together(id_) if _admits(only, claim, statements.get(one)))
                if (first := next(admitted, None)) is not None:
                    kept[first] = None
                if len(kept) == limit:
                    return list(kept)
        return list(kept)

    def _pairs(self, claim: Statement, vector: NDArray[np.float32], ids: Sequence[int]) -> list[Pair]:
        if not ids:
            return []
        similarities = self.store.vectors_of(ids) @ vector
        return [
            Pair(claim, statement, round(float(x), 4), answered=self._answered(statement))
            for (_, statement), x in zip(self.store.statements(ids), similarities, strict=True)
        ]

    def _answered(self, statement: Statement) -> Statement | None:
        found = None if statement.answers is None else self.store.statement_by_key(statement.answers)
        return None if found is None else found[1]


def _admits(only: Filter, claim: Statement, statement: Statement | None) -> bool:
    return statement is not None and statement.id != claim.id and only.admits(claim, statement)


def fuse(*rankings: Sequence[int]) -> list[int]:
    """Reciprocal rank fusion: ids of all rankings, best first, ties by id."""
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, id_ in enumerate(ranking, start=1):
            scores[id_] = scores.get(id_, 0.0) + 1 / (_RRF_K + rank)
    return sorted(scores, key=lambda id_: (-scores[id_], id_))


def similarities(encoder: Encoder, pairs: Sequence[tuple[Statement, Statement]]) -> list[float]:
    """Cosine of the propositions of each pair."""
    if not pairs:
        return []
    vectors = encoder.encode([s.proposition for pair in pairs for s in pair])
    return [round(float(x), 4) for x in np.sum(vectors[0::2] * vectors[1::2], axis=1)]
