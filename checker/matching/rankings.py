"""Statements near a claim, whoever said them: by meaning, by words, and by what is known to deny what is near.

On half of the real test beds BM25 alone beats MiniLM (docs/design.md), so both are asked and fused by reciprocal rank
(Cormack, Clarke and Büttcher 2009, k = 60): ranks need no common scale. Both bring above all the claim's echoes; so a
third ranking follows the links from these: to the statements that deny them, and to those that they deny.

What comes out depends on what is stored and never on the order in which it came: equal scores share a rank, equal fused
ranks are ordered by key, and where the end of a ranking would cut a tie, the whole tie is left out. So that what
hundreds of outlets carry is no such tie, the search for meaning looks further where much is equally near.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from index.lexical import search as words
from index.store import Store
from index.vectors import VectorIndex

Ranks: TypeAlias = dict[int, int]
"""Rank from 1 of statements by integer id; equals share one."""

_RRF_K = 60
_FURTHER = 4  # times as many statements, where too many of those that were brought are equally near
_FURTHEST = 16_384  # statements that one claim asks for at most: more would make a query a scan
_ECHOES = 50  # nearest statements, whoever said them, whose links are followed


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
    claims: Sequence[tuple[str, NDArray[np.float32]]],
    depth: int,
    days: Days | None = None,
    *,
    lexical: bool = True,
) -> Iterator[Ranking]:
    """For each claim, given as text and vector, what is near; each search brings about ``depth`` statements.

    :param lexical: whether to search by words too.
    """
    since, until, among = (days.since, days.until, days.ids) if days else (None, None, None)
    matrix = np.stack([vector for _, vector in claims])
    for (text, _), (near, last) in zip(claims, _nearest(vectors, matrix, depth, among), strict=True):
        by_meaning = ranks(list(near.items()), len(near))
        by_words = ranks(words(store, text, depth + 1, since=since, until=until), depth) if lexical else {}
        keys = _keys(store, {*by_meaning, *by_words})
        linked = _linked(store, keys, fuse([by_meaning, by_words], keys)[:_ECHOES])
        keys |= _keys(store, linked.keys() - keys.keys())
        fused = fuse([by_meaning, by_words, linked, linked], keys)  # links count as if both searches had brought them
        yield Ranking(fused, near, last)


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


def ranks(scored: Sequence[tuple[int, float]], depth: int) -> Ranks:
    """Ranks of the first ``depth`` statements, given best first, without those that tie with the first one left out.

    A hundred that say the same share one rank, and push nobody down.
    """
    edge = scored[depth][1] if len(scored) > depth else None
    kept = [(id, score) for id, score in scored[:depth] if score != edge]
    places = {score: place for place, score in enumerate(dict.fromkeys(score for _, score in kept), start=1)}
    return {id: places[score] for id, score in kept}


def fuse(rankings: Iterable[Ranks], keys: Mapping[int, str]) -> list[int]:
    """Reciprocal rank fusion: ids of all rankings that have a key, best first, ties by key."""
    scores: dict[int, float] = {}
    for ranking in rankings:
        for id, rank in ranking.items():
            scores[id] = scores.get(id, 0.0) + 1 / (_RRF_K + rank)
    return sorted(keys.keys() & scores.keys(), key=lambda id: (-scores[id], keys[id]))


def _keys(store: Store, ids: Iterable[int]) -> dict[int, str]:
    return dict(store.rows_in("SELECT id, key FROM statements WHERE id IN", sorted(ids)))


def _linked(store: Store, keys: Mapping[int, str], ids: Sequence[int]) -> Ranks:
    """What is linked to these statements by a denial or within a report, in the order of what it is linked to."""
    places = {keys[id]: place for place, id in enumerate(ids)}
    first: dict[int, float] = {}
    for place, id in sorted((places[key], id) for key, id in store.linked(list(places))):
        first.setdefault(id, -place)
    return ranks(list(first.items()), len(first))
