"""A correction moves statements: what says the same as before stands elsewhere in its article, and so has another key.
What was reported of it, and what analysts said of it, goes along."""

import json
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from index.records import Statement, as_read, digest
from index.rows import Row, crc32_of, is_sealed

Run: TypeAlias = Callable[..., Any]
"""Runs SQL with its parameters, and gives the cursor."""

_AMONG = "IN (SELECT value FROM json_each(?1))"
_PAIR = "claim, statement, dispute, claim_article, statement_article, reviewed, crc32"
_REVIEW = "number, lost_in, a, b, a_hash, b_hash, kind, note, analyst, crc32"


@dataclass(frozen=True, slots=True)
class Moves:
    """What a correction did to the statements of an article.

    ``moved``: by old key, a statement as it was and as it is now. ``displaced``: keys that name what came with the
    correction, each with a name for what it may have named before. For a key is a place: what was told of a statement
    that is gone would be taken for told of the one that stands there now. ``left``: the same for keys that something
    moved away from.
    """

    moved: Mapping[str, tuple[Statement, Statement]]
    displaced: Mapping[str, str]
    left: Mapping[str, str]

    @classmethod
    def of(cls, old: Iterable[Statement], new: Iterable[Statement], *, seq: int) -> "Moves":
        """Which of the ``new`` statements of an article says the same as which of the ``old`` ones. Of several that say
        the same, the first is the first, and so on.

        :param seq: of the correction in the outbox, so that no name is given twice.
        """
        old, new = sorted(old, key=_place), sorted(new, key=_place)
        waiting: dict[str, deque[Statement]] = defaultdict(deque)
        for statement in new:
            waiting[statement.saying].append(statement)
        moved = {s.id: (s, waiting[s.saying].popleft()) for s in old if waiting[s.saying]}
        names = {s.id: digest("displaced", s.id, str(seq)) for s in (*old, *new)}
        displaced = {s.id: names[s.id] for s in new if s.id not in moved}
        return cls(moved, displaced, {key: names[key] for key in moved})

    def key_after(self, key: str, *, displaced: bool) -> str:
        """Key of a statement after the correction.

        :param displaced: whether what is gone gives way to what stands in its place.
        """
        if key in self.moved:
            return self.moved[key][1].id
        return self.displaced.get(key, key) if displaced else key

    def read_after(self, key: str, read: str, *, displaced: bool) -> tuple[str, str]:
        """Key and hash after the correction of what an analyst read at ``key``. Something else may stand there by now:
        that moves without him."""
        old, new = self.moved.get(key, (None, None))
        if old is not None and new is not None and read == as_read(old):
            return new.id, as_read(new)
        gone = self.displaced.get(key) or self.left.get(key)
        return (gone if displaced and gone is not None else key), read


def follow(run: Run, moves: Moves) -> None:
    """Gives what was reported and reviewed the new keys. A damaged row goes along and stays damaged: who reads it,
    tells."""
    keys = json.dumps(sorted({*moves.moved, *moves.displaced}))
    _follow_pairs(run, keys, moves)
    _follow_reviews(run, keys, moves)
    _follow_claims(run, keys, moves)


def rename(run: Run, old: str, new: str) -> None:
    """An article goes on under another id: what was reported of the one is told of the other."""
    of_pairs = f"SELECT {_PAIR} FROM dispute_pairs WHERE claim_article = ?1 OR statement_article = ?1"
    for row in run(of_pairs, old).fetchall():
        claim_article, statement_article = (new if article == old else article for article in row[3:5])
        values = (*row[:3], claim_article, statement_article, row[5])
        run(
            "UPDATE dispute_pairs SET claim_article = ?3, statement_article = ?4, crc32 = ?5"
            " WHERE claim = ?1 AND statement = ?2",
            *(*row[:2], claim_article, statement_article, _crc32(values, row)),
        )
    for row in run("SELECT statement, article, crc32 FROM open_claims WHERE article = ?", old).fetchall():
        values = (row[0], new)
        run("UPDATE open_claims SET article = ?2, crc32 = ?3 WHERE statement = ?1", *values, _crc32(values, row))


def _follow_pairs(run: Run, keys: str, moves: Moves) -> None:
    rows = run(f"SELECT {_PAIR} FROM dispute_pairs WHERE claim {_AMONG} OR statement {_AMONG}", keys).fetchall()
    for row in rows:  # all go before one comes: a statement can move to where another one was
        run("DELETE FROM dispute_pairs WHERE claim = ? AND statement = ?", *row[:2])
    for row in rows:
        values = (*(moves.key_after(key, displaced=True) for key in row[:2]), *row[2:-1])
        run(f"INSERT INTO dispute_pairs ({_PAIR}) VALUES (?, ?, ?, ?, ?, ?, ?)", *values, _crc32(values, row))


def _follow_reviews(run: Run, keys: str, moves: Moves) -> None:
    """A review of what is gone keeps its place, unless another one comes there: it holds again where a correction is
    taken back."""
    rows = run(f"SELECT {_REVIEW} FROM reviews WHERE a {_AMONG} OR b {_AMONG}", keys).fetchall()
    for row in rows:
        run("DELETE FROM reviews WHERE number = ?", row[0])
    coming = Counter(_pair_now(row, moves, displaced=False)[:2] for row in rows)
    for row in rows:
        alone = coming[_pair_now(row, moves, displaced=False)[:2]] == 1
        values = (*_pair_now(row, moves, displaced=not alone), *row[6:-1])
        crc32 = crc32_of(values) if is_sealed(row[2:]) else row[-1]
        run(f"INSERT INTO reviews ({_REVIEW}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", *row[:2], *values, crc32)


def _pair_now(row: Row, moves: Moves, *, displaced: bool) -> tuple[str, str, str, str]:
    """Keys and hashes of a review after the correction, the smaller key first."""
    a, b, a_hash, b_hash = row[2:6]
    one, other = sorted(moves.read_after(key, read, displaced=displaced) for key, read in ((a, a_hash), (b, b_hash)))
    return one[0], other[0], one[1], other[1]


def _follow_claims(run: Run, keys: str, moves: Moves) -> None:
    rows = run(f"SELECT statement, article, crc32 FROM open_claims WHERE statement {_AMONG}", keys).fetchall()
    for row in rows:
        run("DELETE FROM open_claims WHERE statement = ?", row[0])
    for row in rows:
        values = (moves.key_after(row[0], displaced=True), row[1])
        run("INSERT INTO open_claims (statement, article, crc32) VALUES (?, ?, ?)", *values, _crc32(values, row))


def _crc32(values: Row, row: Row) -> int:
    """The checksum of what becomes of a row: of a damaged one, the wrong one that it has."""
    return crc32_of(values) if is_sealed(row) else int(row[-1])


def _place(statement: Statement) -> tuple[object, ...]:
    return statement.content_spans, statement.cue_spans, statement.source_spans
