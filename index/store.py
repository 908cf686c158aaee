"""The store: one SQLite file that holds the truth. Every index is derived from it and follows its outbox.

Reading is consistent and never waits for the writer (write-ahead log). Writing needs the one write lock; what a
transaction has committed survives kill -9 and a loss of power. A :class:`Store` belongs to the thread that opened it.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from index import schema
from index.durable import make_folder
from index.errors import InputError, ModelError, StoreError
from index.failpoints import step
from index.failure import storage_failures_of
from index.lock import DEFAULT_TIMEOUT_S, write_lock
from index.moves import Moves, follow, rename
from index.records import Actor, Article, Statement
from index.rows import (
    ARTICLE_COLUMNS,
    STATEMENT_COLUMNS,
    STATEMENT_WIDTH,
    Row,
    article_of,
    article_row,
    matrix_of,
    statement_of,
    statement_row,
    vector_row,
)

_LAST_SEQ = "SELECT coalesce(max(seq), 0) FROM outbox"

Status: TypeAlias = Literal["new", "unchanged", "corrected"]
ChangeKind: TypeAlias = Literal["added", "unchanged", "corrected", "deleted"]
Operation: TypeAlias = Literal["add", "remove"]

# Keys in meta: by what name the encoder was asked for, which weights it has, and how wide its vectors are.
ENCODER = "encoder"
FINGERPRINT = "fingerprint"
DIMENSION = "dimension"
_PARAMETERS_AT_ONCE = 500  # well below SQLite's limit of variables in one statement (999 before 3.32)


@dataclass(frozen=True, slots=True)
class Change:
    """What writing or deleting one article did."""

    kind: ChangeKind
    statements_added: int = 0
    statements_removed: int = 0


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """One change that derived indexes must follow. ``statement`` is the integer id, ``article`` the article's id."""

    seq: int
    op: Operation
    statement: int
    article: str


@dataclass(frozen=True, slots=True)
class Carrier:
    """Where wire copy stands: a statement's integer id, its :attr:`Statement.id`, its article and its day."""

    id: int
    key: str
    article: str
    date: str | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How much is stored. ``attributed`` counts the statements whose actor is known, ``copies`` those that repeat the
    words of another statement of their actor (wire copy, mostly)."""

    articles: int
    statements: int
    attributed: int
    actors: int
    sides: int
    copies: int


class Store:
    """Reads the truth. ``with store.writer() as w`` writes it."""

    def __init__(self, folder: Path, connection: sqlite3.Connection, *, read_only: bool) -> None:
        self.folder = folder
        self.path = folder / schema.DATABASE_NAME
        self.read_only = read_only
        self._connection = connection

    @classmethod
    def open(cls, folder: Path, *, create: bool = True, timeout: float = DEFAULT_TIMEOUT_S) -> Self:
        """Opens the store in ``folder``; makes it if there is none and ``create`` is true.

        Tables of an older version are brought up to date. A store on a read-only medium can be read.

        :raises StoreError: none there, damaged, from a newer version, unreadable, or not writable where it must be;
            or another writer kept it longer than ``timeout`` seconds.
        """
        path = folder / schema.DATABASE_NAME
        with storage_failures_of(path):
            if not path.exists():
                if not create:
                    raise StoreError(f"there is no store in {folder}: run 'checker ingest' first, or give --store")
                make_folder(folder)
                with write_lock(folder, timeout=timeout):
                    if not path.exists():  # another process may have made it while this one waited
                        schema.create(path)
        connection, read_only = schema.connect_reader(path)
        try:
            if schema.version(connection, path) < len(schema.migrations()):
                connection.close()
                with write_lock(folder, timeout=timeout):
                    schema.upgrade(path)
                connection, read_only = schema.connect_reader(path)
        except BaseException:
            connection.close()
            raise
        return cls(folder, connection, read_only=read_only)

    def close(self) -> None:
        """Closes the connection; the store cannot be used after it."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    # Reading

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Everything read inside sees one and the same state, whatever a writer commits meanwhile."""
        if self._connection.in_transaction:
            yield
            return
        with storage_failures_of(self.path):
            self._connection.execute("BEGIN")
        try:
            yield
        finally:
            self._connection.execute("ROLLBACK")

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """All rows that ``sql`` selects."""
        with storage_failures_of(self.path):
            return self._connection.execute(sql, parameters).fetchall()

    def status(self, article: Article, *, extractor: str = "") -> Status:
        """What :meth:`Writer.put` would find, so that an unchanged article need not be extracted again.

        ``unchanged``: the same article, read by the same ``extractor`` version, is stored (under this id, or under
        another id with the same url). ``corrected``: its id or url is known, but the rest differs.

        :raises InputError: the article is not valid Unicode.
        """
        _require_unicode(article)
        with storage_failures_of(self.path):
            return _status(self._connection, article, extractor)

    def article(self, id: str) -> Article | None:
        """The article of that id, or None."""
        return self.articles([id]).get(id)

    def articles(self, ids: Sequence[str]) -> dict[str, Article]:
        """Articles by id, in the order given; unknown ids are left out."""
        sql = f"SELECT {ARTICLE_COLUMNS} FROM articles WHERE id IN"
        found = {row[0]: article_of(row) for row in self.rows_in(sql, ids)}
        return {id: found[id] for id in ids if id in found}

    def readable_articles(self, ids: Sequence[str]) -> dict[str, Article]:
        """As :meth:`articles`, but those that are damaged are left out too."""
        found = {}
        for row in self.rows_in(f"SELECT {ARTICLE_COLUMNS} FROM articles WHERE id IN", ids):
            with suppress(StoreError):
                found[row[0]] = article_of(row)
        return {id: found[id] for id in ids if id in found}

    def article_ids(self) -> list[str]:
        """Ids of all articles, in the order in which they first came."""
        return [row[0] for row in self.rows("SELECT id FROM articles ORDER BY number")]

    def statements(self, ids: Sequence[int]) -> list[tuple[int, Statement]]:
        """Statements with their integer ids, in the order given; ids that are gone are left out."""
        sql = f"SELECT id, {STATEMENT_COLUMNS} FROM statements WHERE id IN"
        found = {row[0]: statement_of(row[1:]) for row in self.rows_in(sql, [int(id) for id in ids])}
        return [(int(id), found[int(id)]) for id in ids if int(id) in found]

    def readable_statements(self, ids: Sequence[int]) -> tuple[dict[int, Statement], dict[str, str]]:
        """As :meth:`statements`, but what is damaged is named and left out: statements by integer id in the order
        given, and articles that have a damaged one, with what is wrong."""
        found: dict[int, Statement] = {}
        damaged: dict[str, str] = {}
        rows = self.rows_in(f"SELECT id, {STATEMENT_COLUMNS} FROM statements WHERE id IN", [int(id) for id in ids])
        for row in rows:
            try:
                found[row[0]] = statement_of(row[1:])
            except StoreError as exc:
                damaged.setdefault(str(row[2]), str(exc))
        return {int(id): found[int(id)] for id in ids if int(id) in found}, damaged

    def statement_by_key(self, key: str) -> tuple[int, Statement] | None:
        """The statement whose :attr:`Statement.id` is ``key``, with its integer id; or None."""
        rows = self.rows(f"SELECT id, {STATEMENT_COLUMNS} FROM statements WHERE key = ?", (key,))
        return (rows[0][0], statement_of(rows[0][1:])) if rows else None

    def ids_of(self, keys: Iterable[str]) -> dict[str, int]:
        """Integer ids of the statements with these keys, by key; keys that are gone are left out."""
        return dict(self.rows_in("SELECT key, id FROM statements WHERE key IN", sorted(keys)))

    def statements_of(self, article_id: str) -> list[tuple[int, Statement]]:
        """The statements of one article with their integer ids, ordered by these."""
        sql = f"SELECT id, {STATEMENT_COLUMNS} FROM statements WHERE article = ? ORDER BY id"
        return [(row[0], statement_of(row[1:])) for row in self.rows(sql, (article_id,))]

    def actor(self, name: str) -> Actor | None:
        """Who is stored under that id, or else that name (ASCII case ignored): whoever said most, ties by id."""
        rows = self.rows(
            "SELECT actor_id, actor_name, side FROM statements WHERE actor_id = ?1 OR actor_name = ?1 COLLATE NOCASE"
            " GROUP BY 1, 2, 3 ORDER BY actor_id = ?1 DESC, count(*) DESC, 1, 2, 3 LIMIT 1",
            (name,),
        )
        return Actor(*rows[0]) if rows else None

    def ids_by_actor(self, actor_id: str) -> list[int]:
        """Integer ids of the statements by one actor, ascending."""
        return [row[0] for row in self.rows("SELECT id FROM statements WHERE actor_id = ? ORDER BY id", (actor_id,))]

    def ids_by_side(self, side: str) -> list[int]:
        """Integer ids of the statements by all actors of one side, ascending."""
        return [row[0] for row in self.rows("SELECT id FROM statements WHERE side = ? ORDER BY id", (side,))]

    def answering(self, keys: Sequence[str]) -> list[int]:
        """Integer ids of the statements that deny one of those with these keys, ascending."""
        return sorted(row[0] for row in self.rows_in("SELECT id FROM statements WHERE answers IN", keys))

    def linked(self, keys: Sequence[str]) -> list[tuple[str, int]]:
        """What stands in the same report as these statements and may say the opposite: for each of ``keys`` the integer
        ids of those that deny it, that it denies, that it is embedded in, and that are embedded in it. By key and id.
        """
        found = [
            *self.rows_in("SELECT answers, id FROM statements WHERE answers IN", keys),
            *self.rows_in("SELECT parent, id FROM statements WHERE parent IN", keys),
        ]
        for column in ("answers", "parent"):
            sql = f"SELECT s.key, o.id FROM statements s JOIN statements o ON o.key = s.{column} WHERE s.key IN"
            found += self.rows_in(sql, keys)
        return sorted(set(found))

    def carriers(self, ids: Sequence[int]) -> dict[str, tuple[Carrier, ...]]:
        """Wire copy: for each copy key that one of these statements has and another statement has too, all statements
        with that key, by article and id."""
        sql = "SELECT copy FROM statements WHERE copy IS NOT NULL AND id IN"
        keys = sorted({row[0] for row in self.rows_in(sql, [int(id) for id in ids])})
        found: dict[str, list[Carrier]] = {}
        for copy, *rest in self.rows_in("SELECT copy, id, key, article, date FROM statements WHERE copy IN", keys):
            found.setdefault(copy, []).append(Carrier(*rest))
        return {
            copy: tuple(sorted(carriers, key=lambda c: (c.article, c.id)))
            for copy, carriers in sorted(found.items())
            if len(carriers) > 1
        }

    def ids_between(self, since: str | None, until: str | None) -> NDArray[np.int64]:
        """Integer ids of the statements of these days (inclusive; None: no bound), ascending; none without a date."""
        rows = self.rows(
            "SELECT id FROM statements WHERE date >= ? AND date <= ? ORDER BY id", (since or "", until or "9999-12-31")
        )
        return np.array([row[0] for row in rows], dtype=np.int64)

    def vectors(self, after: int = 0, batch: int = 4096) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
        """All vectors of statements with an id above ``after``, by ascending id, as of the first batch.

        Yields ids ``(n,)`` and a matrix ``(n, dimension)``, ``1 <= n <= batch``.

        :raises StoreError: a vector is damaged.
        """
        sql = "SELECT statement, vector, crc32 FROM vectors WHERE statement > ? ORDER BY statement"
        for rows in self._batches(sql, (int(after),), batch):
            yield matrix_of(rows, self.dimension or 0)

    def vectors_of(self, ids: Sequence[int]) -> NDArray[np.float32]:
        """The vectors of these statements, in the order given: ``(len(ids), dimension)``.

        :raises StoreError: a statement is gone or its vector damaged. Use :meth:`snapshot` around this and the call
            that gave the ids, and none can go between the two.
        """
        found = {
            row[0]: row
            for row in self.rows_in(
                "SELECT statement, vector, crc32 FROM vectors WHERE statement IN", [int(id) for id in ids]
            )
        }
        gone = [int(id) for id in ids if int(id) not in found]
        if gone:
            raise StoreError(f"statement {gone[0]} has no vector: it was withdrawn, or run 'checker doctor --rebuild'")
        return matrix_of([found[int(id)] for id in ids], self.dimension or 0)[1]

    def propositions(self, after: int = 0, batch: int = 4096) -> Iterator[list[tuple[int, str]]]:
        """Id and proposition of all statements with an id above ``after``, by ascending id: what gets embedded."""
        sql = "SELECT id, proposition FROM statements WHERE id > ? ORDER BY id"
        for rows in self._batches(sql, (int(after),), batch):
            yield [(row[0], row[1]) for row in rows]

    def outbox(self, after_seq: int = 0) -> list[OutboxEntry]:
        """The changes after ``after_seq``, oldest first."""
        sql = "SELECT seq, op, statement, article FROM outbox WHERE seq > ? ORDER BY seq"
        return [OutboxEntry(*row) for row in self.rows(sql, (int(after_seq),))]

    @property
    def last_seq(self) -> int:
        """Number of the last change; 0 before the first."""
        return int(self.rows(_LAST_SEQ)[0][0])

    @property
    def dimension(self) -> int | None:
        """Width of the vectors; None before the first."""
        value = self.meta(DIMENSION)
        if value is not None and not value.isdecimal():
            raise StoreError(f"the dimension noted in {self.path} is damaged: run 'checker doctor --rebuild'")
        return None if value is None else int(value)

    def meta(self, key: str) -> str | None:
        """A value that :meth:`Writer.set_meta` stored, or None."""
        rows = self.rows("SELECT value FROM meta WHERE key = ?", (key,))
        return rows[0][0] if rows else None

    def refuse_other_encoder(self, fingerprint: str, dimension: int | None = None) -> None:
        """
        :raises ModelError: the store's vectors are of an encoder with another fingerprint or dimension.
        """
        known = self.meta(FINGERPRINT), self.meta(DIMENSION)
        if known[0] not in (None, fingerprint) or (dimension is not None and known[1] not in (None, str(dimension))):
            raise _of_another_encoder(self.path, self.meta(ENCODER), "the one in use")

    def counts(self) -> Counts:
        """How much is stored."""
        row = self.rows(
            "SELECT (SELECT count(*) FROM articles), count(*), count(actor_id), count(DISTINCT actor_id),"
            " count(DISTINCT side), count(copy) - count(DISTINCT copy) FROM statements"
        )[0]
        return Counts(*row)

    def integrity(self) -> list[str]:
        """What is wrong with the store, one line a problem; empty for a sound one. Reads everything."""
        from index.integrity import problems_of

        return problems_of(self)

    def copy_into(self, target: sqlite3.Connection) -> None:
        """Copies the whole database, as of now, into another connection."""
        with storage_failures_of(self.path):
            self._connection.backup(target)

    def rows_in(self, sql: str, values: Sequence[Any]) -> list[Row]:
        """Rows of ``sql (values)``, a few hundred values at a time, all from one snapshot; ``sql`` ends in ``IN``."""
        distinct = list(dict.fromkeys(values))
        found: list[Row] = []
        with self.snapshot():
            for start in range(0, len(distinct), _PARAMETERS_AT_ONCE):
                part = distinct[start : start + _PARAMETERS_AT_ONCE]
                found += self.rows(f"{sql} ({','.join('?' * len(part))})", part)
        return found

    def _batches(self, sql: str, parameters: Sequence[Any], size: int) -> Iterator[list[Row]]:
        """The rows of one query, ``size`` at a time. The open cursor keeps its snapshot."""
        with storage_failures_of(self.path):
            cursor = self._connection.execute(sql, parameters)
        with closing(cursor):
            while True:
                with storage_failures_of(self.path):
                    rows = cursor.fetchmany(size)
                if not rows:
                    return
                yield rows

    # Writing

    @contextmanager
    def writer(self, *, timeout: float = DEFAULT_TIMEOUT_S) -> Iterator["Writer"]:
        """The right to write, for one process at a time; waits up to ``timeout`` seconds for another.

        :raises StoreError: another writer holds it (the message says who), or the store cannot be written.
        """
        if self.read_only:
            raise StoreError(f"{self.folder} cannot be written: it is read-only; give another folder with --store")
        with write_lock(self.folder, timeout=timeout), closing(schema.connect_writer(self.path)) as connection:
            schema.version(connection, self.path)
            try:
                yield Writer(self.path, connection)
            finally:
                _empty_the_log(connection)


def _of_another_encoder(path: Path, built_with: str | None, in_use: str) -> ModelError:
    return ModelError(
        f"{path} was built with the encoder '{built_with}', not with {in_use}: run 'checker doctor --rebuild' to move"
        f" it, or use the former (--encoder {built_with})"
    )


class Writer:
    """Changes the truth. Each call is one transaction, unless :meth:`transaction` joins several."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path = path
        self._connection = connection
        self._depth = 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Joins all that is written inside into one commit: all of it is stored, or nothing.

        A call inside that raises undoes only itself, so that its error can be caught and the rest kept.

        :raises StoreError: the disk is full or fails; then nothing of the transaction is stored.
        """
        self._require_transaction()
        begin, commit, undo = _SAVEPOINT if self._depth else _TRANSACTION
        self._run(begin)
        self._depth += 1
        try:
            yield
            self._require_transaction()
            with nullcontext() if self._depth > 1 else step("commit"):
                self._run(commit)
        except BaseException:
            if self._connection.in_transaction:  # SQLite undoes everything itself when a disk is full
                for statement in undo:
                    self._run(statement)
            raise
        finally:
            self._depth -= 1

    def status(self, article: Article, *, extractor: str = "") -> Status:
        """As :meth:`Store.status`, but sees what this writer has not committed yet."""
        _require_unicode(article)
        with storage_failures_of(self._path):
            return _status(self._connection, article, extractor)

    def put(
        self,
        article: Article,
        statements: Sequence[Statement],
        vectors: NDArray[np.float32],
        *,
        extractor: str = "",
    ) -> Change:
        """Stores an article with its statements and their ``vectors`` ``(len(statements), dimension)``.

        The same article again changes nothing. Another version under the same id, or under another id with the same
        url, is a correction: statements that are there no more are removed, equal ones keep their integer id. What was
        reported and reviewed of a statement goes with it to its new place.

        :raises InputError: the article is not valid Unicode, or two of its statements are one and the same.
        :raises StoreError: the vectors are of another dimension than the store's, or the disk fails.
        :raises ValueError: statements of another article, or vectors that do not fit them.
        """
        _require_unicode(article)
        rows = _rows_to_store(article, statements, vectors)
        with self.transaction():
            status = _status(self._connection, article, extractor)
            if status == "unchanged":
                return Change("unchanged")
            self._check_dimension(vectors)
            kept, outdated = self._compare(article, rows)
            old = self._readable(outdated)
            seq = self._last_seq
            removed = self._remove(outdated)
            self._replace_namesake(article, seq)
            if status == "corrected":
                moves = Moves.of(old, [s for s in statements if s.id not in kept], seq=seq)
                follow(self._run, moves)
            self._upsert(article, extractor)
            added = self._add([(row, vector) for row, vector in zip(rows, vectors, strict=True) if row[0] not in kept])
            return Change("added" if status == "new" else "corrected", added, removed)

    def delete(self, article_id: str) -> Change:
        """Withdraws an article and all its statements.

        :raises InputError: no such article.
        """
        with self.transaction():
            if not self._run("SELECT 1 FROM articles WHERE id = ?", article_id).fetchone():
                raise InputError(f"no article '{article_id}' is stored: check the id", reason="unknown-article")
            return Change("deleted", statements_removed=self._delete(article_id))

    def set_meta(self, key: str, value: str) -> None:
        """Stores a value that describes the whole store, such as the encoder's fingerprint."""
        with self.transaction():
            self._run("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", key, value)

    def require_encoder(self, name: str, fingerprint: str, dimension: int) -> None:
        """Binds a new store to an encoder, and refuses any other afterwards: their vectors cannot be compared.

        :raises ModelError: the store's vectors are of another encoder.
        """
        with self.transaction():
            stored = dict(self._run("SELECT key, value FROM meta").fetchall())
            if FINGERPRINT not in stored and stored.get(DIMENSION) in (None, str(dimension)):
                self._note_encoder(name, fingerprint, dimension)
            elif (stored.get(FINGERPRINT), stored.get(DIMENSION)) != (fingerprint, str(dimension)):
                raise _of_another_encoder(self._path, stored.get(ENCODER), f"'{name}' as it is now")

    def replace_vectors(
        self,
        batches: Iterable[tuple[NDArray[np.int64], NDArray[np.float32]]],
        *,
        name: str,
        fingerprint: str,
        dimension: int,
    ) -> int:
        """Gives every statement a new vector and binds the store to their encoder, in one transaction.

        ``batches``: ids ``(n,)`` and matrices ``(n, dimension)``, each statement once. Returns how many. Indexes learn
        of it as of any other change: the outbox tells that each statement was removed and added.

        :raises ValueError: a statement without a new vector, or vectors of another dimension.
        """
        with self.transaction():
            self._run("DELETE FROM vectors")
            self._note_encoder(name, fingerprint, dimension)
            count = 0
            for ids, matrix in batches:
                _check_matrix(matrix, len(ids))
                if matrix.shape[1] != dimension:
                    raise ValueError(f"vectors of dimension {matrix.shape[1]} were given as of dimension {dimension}")
                rows = [vector_row(int(id), vector) for id, vector in zip(ids, matrix, strict=True)]
                self._run_many("INSERT INTO vectors VALUES (?, ?, ?)", rows)
                count += len(rows)
            if count != self._run("SELECT count(*) FROM statements").fetchone()[0]:
                raise ValueError(f"{count} new vectors do not cover every statement once")
            for op in ("remove", "add"):
                self._run(
                    "INSERT INTO outbox (op, statement, article) SELECT ?, id, article FROM statements ORDER BY id", op
                )
            return count

    def rebuild_words(self) -> None:
        """Builds the full-text index anew from the statements."""
        with self.transaction():
            self._run("INSERT INTO statement_words (statement_words) VALUES ('rebuild')")

    def run_many(self, sql: str, rows: Sequence[Row]) -> None:
        """Runs ``sql`` once for each row of parameters, in one transaction."""
        with self.transaction():
            self._run_many(sql, rows)

    def _run(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
        with storage_failures_of(self._path):
            return self._connection.execute(sql, parameters)

    def _run_many(self, sql: str, rows: Sequence[Row]) -> None:
        with storage_failures_of(self._path):
            self._connection.executemany(sql, rows)

    def _require_transaction(self) -> None:
        if self._depth and not self._connection.in_transaction:
            raise StoreError(f"{self._path}: a failure undid this transaction, nothing of it was stored: run again")

    def _note_encoder(self, name: str, fingerprint: str, dimension: int) -> None:
        for key, value in ((ENCODER, name), (FINGERPRINT, fingerprint), (DIMENSION, str(dimension))):
            self.set_meta(key, value)

    def _check_dimension(self, matrix: NDArray[np.float32]) -> None:
        if not len(matrix):
            return
        width = str(matrix.shape[1])
        stored = self._run("SELECT value FROM meta WHERE key = ?", DIMENSION).fetchone()
        if stored is None:
            self.set_meta(DIMENSION, width)
        elif stored[0] != width:
            raise StoreError(
                f"{self._path} holds vectors of dimension {stored[0]}, the encoder gives {width}: use the store's"
                " encoder, or run 'checker doctor --rebuild' with the new one"
            )

    @property
    def _last_seq(self) -> int:
        return int(self._run(_LAST_SEQ).fetchone()[0])

    def _replace_namesake(self, article: Article, seq: int) -> None:
        """Removes the article that has the same url under another id, and tells of it under the new one: that it lost
        its statements, which was noted after ``seq``, and what was reported of it."""
        same_url = "SELECT id FROM articles WHERE url = ? AND url <> '' AND id <> ?"
        for (old,) in self._run(same_url, article.url, article.id).fetchall():
            self._run("DELETE FROM articles WHERE id = ?", old)
            self._run("UPDATE outbox SET article = ? WHERE article = ? AND seq > ?", article.id, old, seq)
            rename(self._run, old, article.id)

    def _delete(self, article_id: str) -> int:
        gone = self._run("SELECT id FROM statements WHERE article = ? ORDER BY id", article_id).fetchall()
        removed = self._remove([row[0] for row in gone])
        self._run("DELETE FROM articles WHERE id = ?", article_id)
        return removed

    def _upsert(self, article: Article, extractor: str) -> None:
        self._run(
            f"INSERT INTO articles ({ARTICLE_COLUMNS}, extractor) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET text = excluded.text, title = excluded.title, date = excluded.date,"
            " source = excluded.source, url = excluded.url, speaker = excluded.speaker, sha256 = excluded.sha256,"
            " extractor = excluded.extractor",
            *article_row(article),
            extractor,
        )

    def _compare(self, article: Article, rows: list[Row]) -> tuple[set[str], list[int]]:
        """Keys of the stored statements that equal a new one, and integer ids of those that do not: of this article,
        and of the one that has the same url under another id."""
        new = {row[0]: row[-1] for row in rows}
        stored = self._run(
            "SELECT s.id, s.key, s.sha256 FROM statements s JOIN articles a ON a.id = s.article"
            " WHERE a.id = ?1 OR (a.url = ?2 AND a.url <> '') ORDER BY s.id",
            article.id,
            article.url,
        )
        kept: set[str] = set()
        outdated: list[int] = []
        for id, key, sha256 in stored.fetchall():
            if new.get(key) == sha256:
                kept.add(key)
            else:
                outdated.append(id)
        return kept, outdated

    def _readable(self, ids: list[int]) -> list[Statement]:
        """These statements, without those that are damaged."""
        found = []
        for id in ids:
            row = self._run(f"SELECT {STATEMENT_COLUMNS} FROM statements WHERE id = ?", id).fetchone()
            with suppress(StoreError):
                found.append(statement_of(row))
        return found

    def _remove(self, ids: list[int]) -> int:
        self._run_many("DELETE FROM statements WHERE id = ?", [(id,) for id in ids])
        return len(ids)

    def _add(self, new: list[tuple[Row, NDArray[np.float32]]]) -> int:
        places = ", ".join("?" * STATEMENT_WIDTH)
        for row, vector in new:
            id = self._run(f"INSERT INTO statements ({STATEMENT_COLUMNS}) VALUES ({places})", *row).lastrowid
            self._run("INSERT INTO vectors VALUES (?, ?, ?)", *vector_row(int(id or 0), vector))
        return len(new)


# How a transaction, and a step inside one, begin, end and are undone.
_TRANSACTION = ("BEGIN IMMEDIATE", "COMMIT", ("ROLLBACK",))
_SAVEPOINT = ("SAVEPOINT step", "RELEASE step", ("ROLLBACK TO step", "RELEASE step"))


def _status(connection: sqlite3.Connection, article: Article, extractor: str) -> Status:
    sql = "SELECT id, sha256, extractor FROM articles WHERE "
    row = connection.execute(sql + "id = ?", (article.id,)).fetchone()
    if row is None:
        row = connection.execute(sql + "url = ? AND url <> ''", (article.url,)).fetchone()
    if row is None:
        return "new"
    id, sha256, reader = row
    same = reader == extractor and replace(article, id=id).sha256 == sha256
    return "unchanged" if same else "corrected"


def _require_unicode(article: Article) -> None:
    """SQLite stores UTF-8, which has no half of a surrogate pair; JSON can spell one."""
    for value in article_row(article):
        try:
            (value or "").encode()
        except UnicodeEncodeError as exc:
            raise InputError(
                f"article {article.id!a} is not valid Unicode (half of a surrogate pair at character {exc.start}"
                " of a field): mend it in the source",
                reason="not-unicode",
            ) from exc


def _rows_to_store(article: Article, statements: Sequence[Statement], vectors: NDArray[np.float32]) -> list[Row]:
    _check_matrix(vectors, len(statements))
    foreign = [s.article for s in statements if s.article != article.id]
    if foreign:
        raise ValueError(f"a statement of article '{foreign[0]}' was given with article '{article.id}'")
    rows = [statement_row(statement) for statement in statements]
    if len({row[0] for row in rows}) != len(rows):
        raise InputError(
            f"article '{article.id}' gave two statements at the same place: report it as a fault of the extraction",
            reason="duplicate-statement",
        )
    return rows


def _check_matrix(matrix: NDArray[np.float32], count: int) -> None:
    if matrix.dtype != np.float32 or matrix.ndim != 2 or len(matrix) != count:
        raise ValueError(f"{count} vectors must be a float32 matrix of as many rows, not {matrix.dtype} {matrix.shape}")
    if not np.isfinite(matrix).all():
        raise ValueError("a vector holds a number that is not finite")


def _empty_the_log(connection: sqlite3.Connection) -> None:
    """Moves all that is committed into the database file, unless a reader still needs the log.

    So the log is rarely longer than one run, and a copy of the one file is a copy of the store. What is committed is
    safe in the log already: a failure here loses nothing, and the next writer tries again.
    """
    with suppress(sqlite3.DatabaseError):
        connection.execute("PRAGMA busy_timeout = 0")
        with step("checkpoint"):
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
