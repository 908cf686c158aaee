"""Reads the whole store and says what is wrong with it. Changes nothing and waits for no writer."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import islice

from index.errors import StoreError
from index.records import Article, Statement
from index.rows import ARTICLE_COLUMNS, STATEMENT_COLUMNS, article_of, statement_of, vector_is_whole
from index.store import Store
from index.verdicts import VerdictReader, damaged

_AT_MOST = 20  # lines for each kind of problem: a person reads them


def problems_of(store: Store) -> list[str]:
    """One line a problem; at most 20 of each kind, and then that there are more."""
    try:
        with store.snapshot():
            if damage := _first(_damaged_pages(store)):
                return damage  # what stands on broken pages cannot be read with trust
            checks = (_dangling, _records, _vectors, _outbox, _words, _verdicts)
            return [line for check in checks for line in _first(check(store))]
    except StoreError as exc:
        return [str(exc)]


def _first(problems: Iterator[str]) -> list[str]:
    lines = list(islice(problems, _AT_MOST))
    more = sum(1 for _ in problems)
    return [*lines, f"... and {more} more of this kind"] if more else lines


def _damaged_pages(store: Store) -> Iterator[str]:
    for (line,) in store.rows("PRAGMA integrity_check"):
        if line != "ok":
            yield f"{store.path} is damaged: {' '.join(str(line).split())}; restore a copy, or ingest again elsewhere"


def _dangling(store: Store) -> Iterator[str]:
    for table, rowid, parent, _ in store.rows("PRAGMA foreign_key_check"):
        yield f"row {rowid} of '{table}' refers to a row of '{parent}' that is gone"


def _records(store: Store) -> Iterator[str]:
    """Every article and statement is as it was written, and every span shows what it says."""
    for article_id in store.article_ids():
        try:
            article = article_of(store.rows(f"SELECT {ARTICLE_COLUMNS} FROM articles WHERE id = ?", (article_id,))[0])
            rows = store.rows(
                f"SELECT {STATEMENT_COLUMNS} FROM statements WHERE article = ? ORDER BY id", (article_id,)
            )
        except StoreError as exc:
            yield f"article '{article_id}': {exc}"
            continue
        for row in rows:
            try:
                statement = statement_of(row)
            except StoreError as exc:
                yield str(exc)
                continue
            if statement.id != row[0]:
                yield f"statement '{row[0]}' of article '{article_id}' is stored under a key that is not its own"
            yield from _spans(article, statement)


def _spans(article: Article, statement: Statement) -> Iterator[str]:
    place = f"statement '{statement.id}' of article '{article.id}'"
    for name in ("source_spans", "cue_spans", "content_spans"):
        for start, end in getattr(statement, name):
            if not 0 <= start <= end <= len(article.text):
                yield f"{place}: {name} [{start}, {end}] lies outside the text ({len(article.text)} characters)"
    shown = " ".join(article.text[start:end] for start, end in statement.content_spans)
    if shown != statement.content:
        yield f"{place}: its content is not what stands at its spans"


def _vectors(store: Store) -> Iterator[str]:
    for (id,) in store.rows(
        "SELECT id FROM statements LEFT JOIN vectors ON statement = id WHERE statement IS NULL ORDER BY id"
    ):
        yield f"statement {id} has no vector: run 'checker doctor --rebuild'"
    last = 0
    while rows := store.rows(
        "SELECT statement, vector, crc32 FROM vectors WHERE statement > ? ORDER BY statement LIMIT 4096", (last,)
    ):
        last = rows[-1][0]
        for statement, blob, crc32 in rows:
            if not vector_is_whole(blob, crc32, store.dimension or 0):
                yield f"the vector of statement {statement} is damaged: run 'checker doctor --rebuild'"


def _outbox(store: Store) -> Iterator[str]:
    """The changes told, taken together, leave exactly the statements that are stored."""
    told = "SELECT statement FROM outbox GROUP BY statement HAVING sum(CASE op WHEN 'add' THEN 1 ELSE -1 END) = 1"
    for (id,) in store.rows(f"SELECT id FROM statements EXCEPT {told}"):
        yield f"statement {id} is stored, but the outbox does not tell of it: run 'checker doctor --rebuild'"
    for (id,) in store.rows(f"{told} EXCEPT SELECT id FROM statements"):
        yield f"the outbox tells of statement {id}, which is not stored: run 'checker doctor --rebuild'"
    for name, last in (
        ("statements", "(SELECT max(statement) FROM outbox)"),
        ("outbox", "(SELECT max(seq) FROM outbox)"),
    ):
        if store.rows(f"SELECT 1 FROM sqlite_sequence WHERE name = ? AND seq < {last}", (name,)):
            yield f"the counter of '{name}' in {store.path} is behind: ids could be given twice; restore a copy"


def _words(store: Store) -> Iterator[str]:
    """The full-text index holds the words of the statements.

    SQLite checks this only on a connection that may write: so a temporary copy is checked, which it deletes itself.
    """
    with closing(sqlite3.connect("", isolation_level=None)) as copy:
        store.copy_into(copy)
        try:
            copy.execute("INSERT INTO statement_words (statement_words, rank) VALUES ('integrity-check', 1)")
        except (sqlite3.DatabaseError, UnicodeDecodeError):
            yield f"the full-text index of {store.path} is out of step: run 'checker doctor --rebuild'"


def _verdicts(store: Store) -> Iterator[str]:
    """What was judged, run, reported and reviewed is as it was written."""
    for claim, statement in damaged(store):
        yield f"the verdict on the statements {claim} and {statement} is damaged: run 'checker doctor --rebuild'"
    reader = VerdictReader(store)
    for read in (reader.last_run, reader.reported, reader.open_claims, reader.reviews):
        try:
            read()
        except StoreError as exc:
            yield str(exc)
