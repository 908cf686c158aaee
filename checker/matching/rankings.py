"""Statements near a claim, whoever said them: by meaning, by words, and by what is known to deny what is near.

On half of the real test beds BM25 alone beats MiniLM (docs/design.md), so both are asked, and what they say is added:
the similarity, and .3 of BM25 as a share of the best hit in other words by another side. (Where the claim itself is
stored, it would make all others look far.) On every test bed that does better than fusion by rank (docs/finding.md; as
Bruch, Gai and Ingber 2023 found, "An Analysis of Fusion Functions for Hybrid Retrieval"). Both bring above all the
claim's echoes; so the links from these are followed: a statement that denies one of them, or that they deny, counts as
near as it.

What comes out depends on what is stored and never on the order in which it came: equal scores are ordered by key, and
where the end of a ranking would cut a tie, the whole tie is left out. So that what hundreds of outlets carry is no such
tie, the search for meaning looks further where much is equally near.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from checker.matching.words import said
from index.lexical import search as words
from index.store import Store
from index.vectors import DECIMALS, VectorIndex

Scores: TypeAlias = dict[int, float]
"""Of statements by integer id; higher is nearer."""

WORDS = 0.3  # what the best hit by words adds to its similarity; chosen on the tuning parts of the test beds
_FIRST = 50  # hits by words among which the best by others is looked for
_FURTHER = 4  # times as many statements, where too many of those that were brought are equally near
_FURTHEST = 16_384  # statements that one claim asks for at most: more would make a query a scan
_ECHOES = 50  # nearest statements, whoever said them, whose links are followed


@dataclass(frozen=True, slots=True)
class Asked:
    """A claim: its proposition, the vector around which to look, and the side that made it."""

    text: str
    vector: NDArray[np.float32]
    side: str | None = None


@dataclass(frozen=True, slots=True)
class Ranking:
    """What is near to one claim. ``ids``: integer ids, best first; ``similarities``: of those found by meaning.

    ``last``: no statement that is missing there is more similar to the claim than this.
    """

    ids: list[int]
    similarities: dict[int, float]
    last: float


@dataclass(frozen=True, slots=True)
class Days:
    """The days that are asked for (ISO, inclusive; None: no bound), and the statements of these by integer id."""

    since: str | None
    until: str | None
    ids: NDArray[np.int64]


def rankings(
    store: Store,
    vectors: VectorIndex,
    claims: Sequence[Asked],
    depth: int,
    days: Days | None = None,
    *,
    lexical: bool = True,
) -> Iterator[Ranking]:
    """For each claim what is near; each search brings about ``depth`` statements.

    :param lexical: whether to search by words too.
    """
    since, until, among = (days.since, days.until, days.ids) if days else (None, None, None)
    matrix = np.stack([claim.vector for claim in claims])
    for claim, (near, last) in zip(claims, _nearest(vectors, matrix, depth, among), strict=True):
        by_words = best(words(store, claim.text, depth + 1, since=since, until=until), depth) if lexical else {}
        keys = _keys(store, {*near, *by_words})
        similarities = near | _similarities(store, claim.vector, keys.keys() - near.keys())
        scores = fused(similarities, by_words, _highest(store, claim, by_words))
        scores = {id: score for id, score in scores.items() if id in keys}
        echoes = ordered(scores, keys)[:_ECHOES]
        linked = _linked(store, {keys[id]: scores[id] for id in echoes})
        keys |= _keys(store, linked.keys() - keys.keys())
        for id in linked.keys() & keys.keys():
            scores[id] = max(linked[id], scores.get(id, linked[id]))
        yield Ranking(ordered(scores, keys), near, last)


def _nearest(
    vectors: VectorIndex, matrix: NDArray[np.float32], depth: int, among: NDArray[np.int64] | None
) -> list[tuple[dict[int, float], float]]:
    """For each row about ``depth`` statements with their similarity, best first, without those that tie with the first
    one left out; and the similarity of that one, -1 where there is none. Further statements are fetched where more than
    half of them are only as near as another: hundreds that say the same are to hide neither themselves nor others. Of
    thousands (``_FURTHEST``) what was found so far is all."""
    found: list[tuple[dict[int, float], float]] = [({}, -1.0) for _ in matrix]
    pending = list(range(len(matrix)))
    width = depth + 1
    while pending:
        rows = zip(*(array.tolist() for array in vectors.search(matrix[pending], width, among=among)), strict=True)
        cut = []
        for i, (scores, ids) in zip(pending, rows, strict=True):
            near = {id: score for id, score in zip(ids, scores, strict=True) if id >= 0}
            if len(near) < width:
                found[i] = near, -1.0
                continue
            whole = {id: score for id, score in near.items() if score != scores[-1]}
            found[i] = whole, scores[-1]
            if 2 * len(set(whole.values())) < depth:
                cut.append(i)
        width *= _FURTHER
        pending = cut if width <= _FURTHEST else []
    return found


def best(scored: Sequence[tuple[int, float]], depth: int) -> Scores:
    """The first ``depth`` statements, given best first, without those that tie with the first one left out."""
    edge = scored[depth][1] if len(scored) > depth else None
    return {id: score for id, score in scored[:depth] if score != edge}


def fused(similarities: Scores, by_words: Scores, highest: float) -> Scores:
    """The similarity of each, and to it :data:`WORDS` times its BM25 as a share of ``highest``, 1 at most."""
    return {
        id: round(similarity + WORDS * min(1.0, by_words.get(id, 0.0) / highest), DECIMALS)
        for id, similarity in similarities.items()
    }


def ordered(scores: Scores, keys: Mapping[int, str]) -> list[int]:
    """Ids, best first, ties by key."""
    return sorted(scores, key=lambda id: (-scores[id], keys[id]))


def _highest(store: Store, claim: Asked, by_words: Scores) -> float:
    """The best score among the first statements found by words that are of another side and in other words; the last of
    these where none is."""
    if not by_words:
        return 1.0
    first = list(by_words)[:_FIRST]
    own = said(claim.text)
    rows = store.rows_in("SELECT id, side, proposition FROM statements WHERE id IN", sorted(first))
    others = {id for id, side, text in rows if (side is None or side != claim.side) and said(str(text)) != own}
    return next((by_words[id] for id in first if id in others), by_words[first[-1]])


def _similarities(store: Store, vector: NDArray[np.float32], ids: Iterable[int]) -> Scores:
    """Of those that words alone have found."""
    wanted = sorted(ids)
    if not wanted:
        return {}
    exact = np.round(exact_cosines(store.vectors_of(wanted), vector), DECIMALS)
    return dict(zip(wanted, exact.tolist(), strict=True))


def exact_cosines(vectors: NDArray[np.float32], vector: NDArray[np.float32]) -> NDArray[np.float64]:
    """Of each row with one vector, or with the row beside it, (n,); the same whatever other rows there are."""
    products: NDArray[np.float64] = (vectors.astype(np.float64) * vector.astype(np.float64)).sum(axis=1)
    return products


def _keys(store: Store, ids: Iterable[int]) -> dict[int, str]:
    return dict(store.rows_in("SELECT id, key FROM statements WHERE id IN", sorted(ids)))


def _linked(store: Store, echoes: Mapping[str, float]) -> Scores:
    """What is linked to these statements, given by key, by a denial or within a report: as near as what it is linked
    to, of several the nearest."""
    found: Scores = {}
    for key, id in store.linked(list(echoes)):
        found[id] = max(echoes[key], found.get(id, echoes[key]))
    return found
