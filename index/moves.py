"""A correction moves statements: what says the same as before stands elsewhere in its article, and so has another key.
What was reported of it, and what analysts said of it, goes along."""

import json
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from index.records import Statement, as_read
from index.rows import Row, is_sealed, sealed

Run: TypeAlias = Callable[..., Any]
"""Runs SQL with its parameters, and gives the cursor."""
Moves: TypeAlias = Mapping[str, tuple[Statement, Statement]]
"""By old key: a statement as it was and as it is now."""

_AMONG = "IN (SELECT value FROM json_each(?1))"


def moved(old: Iterable[Statement], new: Iterable[Statement]) -> dict[str, tuple[Statement, Statement]]:
    """Which of the ``new`` statements of an article says the same as which of the ``old`` ones. Of several that say the
    same, the first is the first, and so on."""
    waiting: dict[str, deque[Statement]] = defaultdict(deque)
    for statement in sorted(new, key=_place):
        waiting[statement.saying].append(statement)
    return {
        statement.id: (statement, waiting[statement.saying].popleft())
        for statement in sorted(old, key=_place)
        if waiting[statement.saying]
    }


def follow(run: Run, moves: Moves) -> None:
    """Gives what was reported and reviewed the new keys. A damaged row stays as it is: who reads it, tells."""
    keys = json.dumps(sorted(moves))
    _follow_pairs(run, keys, moves)
    _follow_reviews(run, keys, moves)
    _follow_claims(run, keys, moves)


def _follow_pairs(run: Run, keys: str, moves: Moves) -> None:
    columns = "claim, statement, dispute, claim_article, statement_article, reviewed, crc32"
    rows = run(f"SELECT {columns} FROM dispute_pairs WHERE claim {_AMONG} OR statement {_AMONG}", keys).fetchall()
    rows = [row for row in rows if is_sealed(row)]
    for row in rows:  # all go before one comes: a statement can move to where another one was
        run("DELETE FROM dispute_pairs WHERE claim = ? AND statement = ?", *row[:2])
    for *named, dispute, claim_article, statement_article, reviewed, _ in rows:
        claim, statement = (
            _now(moves, *place) for place in zip(named, (claim_article, statement_article), strict=True)
        )
        values = (claim[0], statement[0], dispute, claim[1], statement[1], reviewed)
        run(f"INSERT OR REPLACE INTO dispute_pairs ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?)", *sealed(values))


def _follow_reviews(run: Run, keys: str, moves: Moves) -> None:
    columns = "number, lost_in, a, b, a_hash, b_hash, kind, note, analyst, crc32"
    where = f"kind IS NOT NULL AND (a {_AMONG} OR b {_AMONG})"
    rows = [row for row in run(f"SELECT {columns} FROM reviews WHERE {where}", keys).fetchall() if is_sealed(row[2:])]
    for row in rows:
        run("DELETE FROM reviews WHERE number = ?", row[0])
    for number, lost_in, a, b, a_hash, b_hash, *said, _ in rows:
        one, other = sorted((_read_now(moves, a, a_hash), _read_now(moves, b, b_hash)))
        values: Row = (one[0], other[0], one[1], other[1], *said)
        places = "?, ?, ?, ?, ?, ?, ?, ?, ?, ?"
        run(f"INSERT OR REPLACE INTO reviews ({columns}) VALUES ({places})", number, lost_in, *sealed(values))


def _follow_claims(run: Run, keys: str, moves: Moves) -> None:
    rows = run(f"SELECT statement, article, crc32 FROM open_claims WHERE statement {_AMONG}", keys).fetchall()
    rows = [row for row in rows if is_sealed(row)]
    for row in rows:
        run("DELETE FROM open_claims WHERE statement = ?", row[0])
    for statement, article, _ in rows:
        values = _now(moves, statement, article)
        run("INSERT OR REPLACE INTO open_claims (statement, article, crc32) VALUES (?, ?, ?)", *sealed(values))


def _now(moves: Moves, key: str, article: str) -> tuple[str, str]:
    """Key and article of a statement after the correction."""
    return (moves[key][1].id, moves[key][1].article) if key in moves else (key, article)


def _read_now(moves: Moves, key: str, read: str) -> tuple[str, str]:
    """Key of a statement after the correction, and what an analyst read there, if it is what stood there before."""
    if key not in moves:
        return key, read
    old, new = moves[key]
    return new.id, as_read(new) if read == as_read(old) else read


def _place(statement: Statement) -> tuple[object, ...]:
    return statement.content_spans, statement.cue_spans, statement.source_spans
