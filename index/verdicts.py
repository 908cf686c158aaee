"""Verdicts on stored pairs, the runs that made them, the disputes last reported, and the reviews of analysts.

The store keeps these and decides none of them. Statements are named by integer id where they must exist (a verdict goes
with its statements), and by key where a record outlives them (what was reported, what an analyst said).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Literal, TypeAlias

from index.errors import StoreError
from index.records import Probabilities, Statement, Verdict, VerdictKind, as_read, digest
from index.rows import Row, crc32_of, is_sealed, sealed, statement_row
from index.store import Store, Writer

IdPair: TypeAlias = tuple[int, int]  # integer ids of claim and statement
KeyPair: TypeAlias = tuple[str, str]  # their keys
RunState: TypeAlias = Literal["running", "done"]

_COLUMNS = (
    "claim, statement, claim_hash, statement_hash, kind, score, similarity,"
    " contradiction, entailment, neutral, reasons, judge, crc32"
)
_RUN_COLUMNS = "number, state, judge, seq, review, compared, fresh, judged, again, day, crc32"
_REPORTED_COLUMNS = "claim, statement, dispute, claim_article, statement_article, reviewed, crc32"
_REVIEW_COLUMNS = "a, b, a_hash, b_hash, kind, note, analyst, crc32"
_AGAIN = ""  # the judge of a pair that is to be judged again
_NO_VERDICT = Verdict("unrelated", 0.0, Probabilities(0.0, 0.0, 1.0))


@dataclass(frozen=True, slots=True)
class StoredVerdict:
    """A verdict with all that it depends on: both statements, and the judge with its settings."""

    claim: int
    statement: int
    claim_hash: str
    statement_hash: str
    judge: str
    similarity: float
    verdict: Verdict

    @property
    def ids(self) -> IdPair:
        return self.claim, self.statement


@dataclass(frozen=True, slots=True)
class Run:
    """One nightly run: how far it looks, how far it is, and what it did."""

    number: int
    state: RunState
    judge: str
    seq: int
    review: int
    compared: int
    fresh: int = 0
    judged: int = 0
    again: int = 0
    day: str | None = None


@dataclass(frozen=True, slots=True)
class ReportedPair:
    """A contradiction as it was last reported: where it belonged, which articles it rested on."""

    claim: str
    statement: str
    dispute: str
    claim_article: str
    statement_article: str
    reviewed: bool

    @property
    def keys(self) -> KeyPair:
        return self.claim, self.statement


@dataclass(frozen=True, slots=True)
class ReportedDispute:
    """A dispute as it was last reported: ``run`` told its last change, ``first_run`` told of it first."""

    id: str
    state: str
    run: int
    first_run: int


@dataclass(frozen=True, slots=True)
class Review:
    """An analyst's word on two statements, whichever way round: ``a < b``."""

    a: str
    b: str
    a_hash: str
    b_hash: str
    kind: VerdictKind
    note: str = ""
    analyst: str = ""

    @property
    def keys(self) -> KeyPair:
        return self.a, self.b

    @classmethod
    def of(cls, one: Statement, other: Statement, kind: VerdictKind, *, note: str = "", analyst: str = "") -> "Review":
        """The review of two statements as they are now."""
        a, b = sorted((one, other), key=lambda s: s.id)
        return cls(a.id, b.id, as_read(a), as_read(b), kind, note, analyst)

    def holds_for(self, one: Statement, other: Statement) -> bool:
        """Whether both statements still say what the analyst read."""
        hashes = {one.id: as_read(one), other.id: as_read(other)}
        return (hashes.get(self.a), hashes.get(self.b)) == (self.a_hash, self.b_hash)


def as_judged(statement: Statement, answered: Statement | None = None) -> str:
    """Names all that a verdict depends on: the statement's row, and that of the statement that it answers."""
    return digest(statement_row(statement)[-1], "" if answered is None else statement_row(answered)[-1])


def unordered(one: str, other: str) -> KeyPair:
    """Two keys, the smaller first."""
    return (one, other) if one < other else (other, one)


class VerdictReader:
    """Reads what was judged. Everything comes in a fixed order."""

    def __init__(self, store: Store) -> None:
        self._store = store

    # Verdicts

    def of_pair(self, one: int, other: int) -> StoredVerdict | None:
        """The verdict on two statements, whichever of them was taken as the claim.

        :raises StoreError: the row is not as it was written.
        """
        # Not "(claim, statement) IN (VALUES ...)": SQLite reads the whole table for that.
        pair = "claim = ?1 AND statement = ?2 OR claim = ?2 AND statement = ?1"
        sql = f"SELECT {_COLUMNS} FROM verdicts WHERE {pair}"
        rows = self._store.rows(sql, (one, other))
        return stored_verdict(rows[0]) if rows else None

    def of_kind(self, *kinds: VerdictKind) -> list[StoredVerdict]:
        """All verdicts of these kinds.

        :raises StoreError: a row is not as it was written.
        """
        places = ",".join("?" * len(kinds))
        sql = f"SELECT {_COLUMNS} FROM verdicts WHERE kind IN ({places}) ORDER BY claim, statement"
        return [stored_verdict(row) for row in self._store.rows(sql, kinds)]

    def uncertain_within(self) -> list[StoredVerdict]:
        """The uncertain verdicts on two statements by one actor."""
        columns = ", ".join(f"v.{name}" for name in _COLUMNS.split(", "))
        sql = (
            f"SELECT {columns} FROM verdicts v JOIN statements a ON a.id = v.claim JOIN statements b ON b.id ="
            " v.statement WHERE v.kind = 'uncertain' AND a.actor_id = b.actor_id ORDER BY v.claim, v.statement"
        )
        return [stored_verdict(row) for row in self._store.rows(sql)]

    def of_statements(self, ids: Sequence[int]) -> list[StoredVerdict]:
        """All verdicts that one of these statements has a part in."""
        sql = f"SELECT {_COLUMNS} FROM verdicts WHERE"
        rows = [*self._store.rows_in(f"{sql} claim IN", ids), *self._store.rows_in(f"{sql} statement IN", ids)]
        found = {(row[0], row[1]): row for row in rows}
        return [stored_verdict(found[pair]) for pair in sorted(found)]

    def judged_with(self, ids: Sequence[int]) -> set[IdPair]:
        """The pairs that one of these statements has a part in and that were judged, by whichever judge."""
        sql = "SELECT claim, statement FROM verdicts WHERE"
        return {
            (row[0], row[1]) for side in ("claim", "statement") for row in self._store.rows_in(f"{sql} {side} IN", ids)
        }

    def outdated(self, judge: str, *, limit: int) -> list[IdPair]:
        """Pairs whose verdict is of another judge or other settings, at most ``limit``."""
        return [
            (row[0], row[1])
            for comparison in ("<", ">")  # each a range of the index, unlike <>
            for row in self._store.rows(
                f"SELECT claim, statement FROM verdicts WHERE judge {comparison} ? ORDER BY judge, claim, statement"
                " LIMIT ?",
                (judge, limit),
            )
        ][:limit]

    def count_outdated(self, judge: str) -> int:
        """How many pairs have a verdict of another judge or other settings."""
        sql = (
            "SELECT (SELECT count(*) FROM verdicts WHERE judge < ?1) + (SELECT count(*) FROM verdicts WHERE judge > ?1)"
        )
        return int(self._store.rows(sql, (judge,))[0][0])

    def count(self) -> int:
        """How many pairs have a verdict."""
        return int(self._store.rows("SELECT count(*) FROM verdicts")[0][0])

    # Runs

    def last_run(self, state: RunState | None = None) -> Run | None:
        """The last run, or the last one in that state."""
        where, parameters = ("", ()) if state is None else ("WHERE state = ?", (state,))
        rows = self._store.rows(f"SELECT {_RUN_COLUMNS} FROM runs {where} ORDER BY number DESC LIMIT 1", parameters)
        return Run(*_opened(rows[0], "the nightly run")) if rows else None

    def problems(self, run: int) -> list[tuple[str, str]]:
        """Articles that the run could not use, and why."""
        sql = "SELECT run, article, message, crc32 FROM run_problems WHERE run = ? ORDER BY article"
        return [
            (article, message) for _, article, message in _all_opened(self._store.rows(sql, (run,)), "a problem of run")
        ]

    def last_statement(self) -> int:
        """The highest integer id of a statement; 0 where there is none."""
        return int(self._store.rows("SELECT coalesce(max(id), 0) FROM statements")[0][0])

    def ids_after(self, id: int, up_to: int, *, limit: int = -1) -> list[int]:
        """Integer ids of statements above ``id`` and up to ``up_to``, ascending."""
        sql = "SELECT id FROM statements WHERE id > ? AND id <= ? ORDER BY id LIMIT ?"
        return [row[0] for row in self._store.rows(sql, (id, up_to, limit))]

    def count_after(self, id: int) -> int:
        """How many statements have an integer id above ``id``."""
        return int(self._store.rows("SELECT count(*) FROM statements WHERE id > ?", (id,))[0][0])

    def newest_day(self) -> str | None:
        """The latest day that an article is dated."""
        rows = self._store.rows("SELECT max(substr(date, 1, 10)) FROM articles WHERE length(date) >= 10")
        return rows[0][0] if rows else None

    # Disputes, as last reported

    def reported(self) -> list[ReportedPair]:
        """The contradictions of the last finished report, ordered by dispute and keys."""
        sql = f"SELECT {_REPORTED_COLUMNS} FROM dispute_pairs ORDER BY dispute, claim, statement"
        rows = _all_opened(self._store.rows(sql), "the reported pair")
        return [ReportedPair(a, b, dispute, x, y, bool(held)) for a, b, dispute, x, y, held in rows]

    def reported_disputes(self) -> dict[str, ReportedDispute]:
        """The disputes of the last finished report, by id."""
        rows = self._store.rows("SELECT id, state, run, first_run FROM disputes ORDER BY id")
        return {row[0]: ReportedDispute(*row) for row in rows}

    def open_claims(self) -> dict[str, str]:
        """The accusations and denials that nobody had met when the last finished run reported: articles by key."""
        sql = "SELECT statement, article, crc32 FROM open_claims ORDER BY statement"
        return {row[0]: row[1] for row in _all_opened(self._store.rows(sql), "the unanswered claim")}

    def articles_changed_since(self, seq: int) -> set[str]:
        """Articles that lost a statement after that change of the outbox."""
        return {
            row[0]
            for row in self._store.rows("SELECT DISTINCT article FROM outbox WHERE seq > ? AND op = 'remove'", (seq,))
        }

    # Reviews

    def reviews(self) -> dict[KeyPair, Review]:
        """What analysts said, by the two keys, the smaller first."""
        sql = f"SELECT {_REVIEW_COLUMNS} FROM reviews WHERE kind IS NOT NULL ORDER BY a, b"
        return {(row[0], row[1]): Review(*row) for row in _all_opened(self._store.rows(sql), "the review of statement")}

    def told_as_lost(self) -> set[KeyPair]:
        """The reviews of which a finished run has told that they lost what they were given on."""
        return {(row[0], row[1]) for row in self._store.rows("SELECT a, b FROM reviews WHERE lost_in IS NOT NULL")}

    def review(self, one: str, other: str) -> Review | None:
        """What an analyst said of these two."""
        sql = f"SELECT {_REVIEW_COLUMNS} FROM reviews WHERE a = ? AND b = ? AND kind IS NOT NULL"
        rows = self._store.rows(sql, unordered(one, other))
        return Review(*_opened(rows[0], "the review of statement")) if rows else None

    @property
    def last_review(self) -> int:
        """Number of the last change of a review; 0 before the first."""
        rows = self._store.rows("SELECT seq FROM sqlite_sequence WHERE name = 'reviews'")
        return int(rows[0][0]) if rows else 0


class VerdictWriter:
    """Writes what was judged. Join calls with ``writer.transaction()``."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def transaction(self) -> AbstractContextManager[None]:
        """As :meth:`Writer.transaction`."""
        return self._writer.transaction()

    def put(self, verdicts: Iterable[StoredVerdict]) -> None:
        """Stores verdicts, each in the place of an older one; without those of statements that have gone meanwhile."""
        places = ", ".join("?" * (_COLUMNS.count(",") + 1))
        self._writer.run_many(
            f"INSERT OR REPLACE INTO verdicts ({_COLUMNS}) SELECT * FROM (VALUES ({places}))"
            " WHERE EXISTS (SELECT 1 FROM statements WHERE id = column1)"
            " AND EXISTS (SELECT 1 FROM statements WHERE id = column2)",
            [_verdict_row(verdict) for verdict in verdicts],
        )

    def forget(self, pairs: Iterable[IdPair]) -> None:
        """Takes a verdict from each of these pairs, but not the pair: the next run judges it again."""
        self.put(StoredVerdict(*pair, "", "", _AGAIN, 0.0, _NO_VERDICT) for pair in pairs)

    def put_run(self, run: Run) -> None:
        """Stores a run as it stands."""
        values = (
            *(run.number, run.state, run.judge, run.seq, run.review, run.compared),
            *(run.fresh, run.judged, run.again, run.day),
        )
        self._writer.run_many(
            f"INSERT INTO runs ({_RUN_COLUMNS}) VALUES ({', '.join('?' * (len(values) + 1))})"
            " ON CONFLICT (number) DO UPDATE SET"
            " (state, judge, seq, review, compared, fresh, judged, again, day, crc32) = (excluded.state,"
            " excluded.judge, excluded.seq, excluded.review, excluded.compared, excluded.fresh, excluded.judged,"
            " excluded.again, excluded.day, excluded.crc32)",
            [sealed(values)],
        )

    def put_problems(self, run: int, problems: Mapping[str, str]) -> None:
        """Notes articles that a run could not use; the first reason for each stays."""
        self._writer.run_many(
            "INSERT OR IGNORE INTO run_problems (run, article, message, crc32) VALUES (?, ?, ?, ?)",
            [sealed((run, article, message)) for article, message in sorted(problems.items())],
        )

    def replace_reported(self, disputes: Iterable[ReportedDispute], pairs: Iterable[ReportedPair]) -> None:
        """What is reported now, in the place of what was."""
        self._writer.run_many("DELETE FROM disputes", [()])
        self._writer.run_many(
            "INSERT INTO disputes (id, state, run, first_run) VALUES (?, ?, ?, ?)",
            [(d.id, d.state, d.run, d.first_run) for d in sorted(disputes, key=lambda d: d.id)],
        )
        self._writer.run_many(
            f"INSERT INTO dispute_pairs ({_REPORTED_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                sealed((p.claim, p.statement, p.dispute, p.claim_article, p.statement_article, int(p.reviewed)))
                for p in sorted(pairs, key=lambda p: p.keys)
            ],
        )

    def replace_open_claims(self, claims: Mapping[str, str]) -> None:
        """What nobody has met now, articles by key, in the place of what nobody had met."""
        self._writer.run_many("DELETE FROM open_claims", [()])
        self._writer.run_many(
            "INSERT INTO open_claims (statement, article, crc32) VALUES (?, ?, ?)",
            [sealed(claim) for claim in sorted(claims.items())],
        )

    def put_lost(self, run: int, *, told: Iterable[KeyPair], found: Iterable[KeyPair]) -> None:
        """Notes of which reviews this run told that they are lost, and which of those lost earlier hold again."""
        rows = [*((run, *keys) for keys in sorted(told)), *((None, *keys) for keys in sorted(found))]
        self._writer.run_many("UPDATE reviews SET lost_in = ? WHERE a = ? AND b = ?", rows)

    def put_review(self, review: Review) -> None:
        """Stores an analyst's word in the place of an earlier one on the same pair."""
        self._put_review(review.keys, (review.a_hash, review.b_hash, review.kind, review.note, review.analyst))

    def take_back_review(self, one: str, other: str) -> None:
        """The score counts again."""
        self._put_review(unordered(one, other), ("", "", None, "", ""))

    def _put_review(self, keys: KeyPair, values: Row) -> None:
        self._writer.run_many("DELETE FROM reviews WHERE a = ? AND b = ?", [keys])
        self._writer.run_many(
            f"INSERT INTO reviews ({_REVIEW_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", [sealed((*keys, *values))]
        )


def damaged(store: Store) -> Iterator[IdPair]:
    """The pairs whose verdict is not as it was written."""
    last: IdPair = (0, 0)
    sql = f"SELECT {_COLUMNS} FROM verdicts WHERE (claim, statement) > (?, ?) ORDER BY claim, statement LIMIT 4096"
    while rows := store.rows(sql, last):
        last = (rows[-1][0], rows[-1][1])
        for row in rows:
            if not _is_whole(row):
                yield row[0], row[1]


def stored_verdict(row: Row) -> StoredVerdict:
    """The verdict of a row.

    :raises StoreError: the row is not as it was written.
    """
    if not _is_whole(row):
        raise StoreError(
            f"the verdict on the statements {row[0]} and {row[1]} is damaged: run 'checker doctor --rebuild'"
        )
    claim, statement, claim_hash, statement_hash, kind, score, similarity, *probabilities, reasons, judge, _ = row
    return StoredVerdict(
        claim=claim,
        statement=statement,
        claim_hash=claim_hash,
        statement_hash=statement_hash,
        judge=judge,
        similarity=similarity,
        verdict=Verdict(kind, score, Probabilities(*probabilities), tuple(reasons.split())),
    )


def _verdict_row(stored: StoredVerdict) -> Row:
    s, v, p = stored, stored.verdict, stored.verdict.probabilities
    values = (
        *(s.claim, s.statement, s.claim_hash, s.statement_hash, v.kind, v.score, s.similarity),
        *(p.contradiction, p.entailment, p.neutral, " ".join(v.reasons)),
    )
    return (*values, s.judge, crc32_of(values))


def _is_whole(row: Row) -> bool:
    return bool(row[-1] == crc32_of(row[:-2]))


def _opened(row: Row, what: str) -> Row:
    """:raises StoreError: the row is not as :func:`sealed` gave it."""
    if not is_sealed(row):
        raise StoreError(f"{what} {row[0]} is damaged in the store: restore a copy of it, or ingest again elsewhere")
    return row[:-1]


def _all_opened(rows: Iterable[Row], what: str) -> list[Row]:
    return [_opened(row, what) for row in rows]
