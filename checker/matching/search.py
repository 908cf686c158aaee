"""Statements near a claim, by meaning and by words.

On half of the real test beds BM25 alone beats MiniLM (FIELD.md), so both are asked and fused by reciprocal rank
(Cormack, Clarke and Büttcher 2009, k = 60): ranks need no common scale.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from checker.matching.filters import EVERYTHING, Filter
from index import lexical
from index.encoders import Encoder
from index.records import Pair, Statement
from index.store import Store
from index.vectors import VectorIndex

_RRF_K = 60
# How many statements each search brings before filtering, as a multiple of what is wanted: most are lost to the
# claim's own side, which speaks most about its own claims.
_OVERSAMPLING = 8


@dataclass(frozen=True, slots=True)
class Matcher:
    """Candidate pairs for a claim."""

    store: Store
    vectors: VectorIndex
    encoder: Encoder

    def candidates(self, claim: Statement, *, limit: int, only: Filter = EVERYTHING) -> list[Pair]:
        """At most ``limit`` pairs, best fused rank first, ties by id; empty where nothing is near."""
        vector = self.encoder.encode([claim.proposition])
        wanted = limit * _OVERSAMPLING
        _, by_meaning = self.vectors.search(vector, wanted)
        by_words = lexical.search(self.store, claim.proposition, wanted)
        ids = fuse([int(i) for i in by_meaning[0] if i >= 0], [i for i, _ in by_words])
        kept = [(i, s) for i, s in self.store.statements(ids) if s.id != claim.id and only.admits(claim, s)][:limit]
        if not kept:
            return []
        matrix = self.store.vectors_of([i for i, _ in kept])
        similarities = matrix @ vector[0]
        return [
            Pair(claim, s, round(float(x), 4), answered=self._answered(s))
            for (_, s), x in zip(kept, similarities, strict=True)
        ]

    def _answered(self, statement: Statement) -> Statement | None:
        found = None if statement.answers is None else self.store.statement_by_key(statement.answers)
        return None if found is None else found[1]


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
