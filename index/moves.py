"""A correction moves statements: what says the same as before stands elsewhere in its article, and so has another key.
What was reported of it, and what analysts said of it, goes along."""

import json
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
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

    ``moved``: by old key, a statement as it was and as it is now. ``came``: keys of all that came with the correction.
    A key is a place: what was told of a statement that is gone would be taken for told of the one that stands there
    now. ``seq``: of the correction in the outbox, so that what is displaced is never named like an earlier one.
    """

    moved: Mapping[str, tuple[Statement, Statement]]
    came: frozenset[str]
    seq: int

    @classmethod
    def of(cls, old: Iterable[Statement], new: Sequence[Statement], *, seq: int) -> "Moves":
        """Which of the ``new`` statements of an article says the same as which of the ``old`` ones. Of several that say
        the same, the first is the first, and so on."""
        waiting: dict[str, deque[Statement]] = defaultdict(deque)
        for statement in sorted(new, key=_place):
            waiting[statement.saying].append(statement)
        moved = {s.id: (s, waiting[s.saying].popleft()) for s in sorted(old, key=_place) if waiting[s.saying]}
        return cls(moved, frozenset(s.id for s in new), seq)

    @property
    def keys(self) -> set[str]:
        """All keys that may mean something else now."""
        return self.moved.keys() | self.came

    def key_after(self, key: str) -> str:
        """Key of a statement after the correction; of one that is gone, and in whose place another stands, a name."""
        if key in self.moved:
            return self.moved[key][1].id
        return self._displaced(key) if key in self.came else key

    def read_after(self, key: str, read: str, *, displaced: bool) -> tuple[str, str]:
        """Key and hash after the correction of what an analyst read at ``key``. Something else may stand there by now:
        that moves without him.

        :param displaced: whether what is gone gives way to what stands in its place.
        """
        if key in self.moved:
            old, new = self.moved[key]
            if read == as_read(old):
                return new.id, as_read(new)
        return (self._displaced(key) if displaced and key in self.keys else key), read

    def _displaced(self, key: str) -> str:
        return digest("displaced", key, str(self.seq))


def follow(run: Run, moves: Moves) -> None:
    """Gives what was reported and reviewed the new keys. A damaged row goes along and stays damaged: who reads it,
    tells."""
    keys = json.dumps(sorted(moves.keys))
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
        values = (*(moves.key_after(key) for key in row[:2]), *row[2:-1])
        run(f"INSERT INTO dispute_pairs ({_PAIR}) VALUES (?, ?, ?, ?, ?, ?, ?)", *values, _crc32(values, row))


def _follow_reviews(run: Run, keys: str, moves: Moves) -> None:
    """A review of what is gone keeps its place, unless another one comes there: it holds again where a correction is
    taken back."""
    rows = run(f"SELECT {_REVIEW} FROM reviews WHERE a {_AMONG} OR b {_AMONG}", keys).fetchall()
    for row in rows:
        run("DELETE FROM reviews WHERE number = ?", row[0])
    staying = [_pair_now(row, moves, displaced=False) for row in rows]
    coming = Counter(pair[:2] for pair in staying)
    for row, pair in zip(rows, staying, strict=True):
        alone = coming[pair[:2]] == 1
        values = (*(pair if alone else _pair_now(row, moves, displaced=True)), *row[6:-1])
        places = "?, ?, ?, ?, ?, ?, ?, ?, ?, ?"
        run(f"INSERT INTO reviews ({_REVIEW}) VALUES ({places})", *row[:2], *values, _crc32(values, row[2:]))


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
        values = (moves.key_after(row[0]), row[1])
        run("INSERT INTO open_claims (statement, article, crc32) VALUES (?, ?, ?)", *values, _crc32(values, row))


def _crc32(values: Row, row: Row) -> int:
    """The checksum of what becomes of a row: of a damaged one, the wrong one that it has."""
    return crc32_of(values) if is_sealed(row) else int(row[-1])


def _place(statement: Statement) -> tuple[object, ...]:
    return statement.content_spans, statement.cue_spans, statement.source_spans
