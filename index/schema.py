"""How the database file comes into being, is opened, and is brought up to date."""

import os
import re
import sqlite3
from contextlib import closing
from functools import cache
from importlib import resources
from pathlib import Path

from index.durable import rename, sync
from index.errors import StoreError
from index.failpoints import step
from index.failure import storage_failures_of
from index.log import Connection, Frames, frames_of

DATABASE_NAME = "checker.db"
APPLICATION_ID = 0x43584B52
_BUSY_TIMEOUT_MS = 10_000


@cache
def migrations() -> tuple[str, ...]:
    """The SQL scripts that lead from an empty file to today's tables, oldest first; the n-th makes version n."""
    folder = resources.files("index") / "migrations"
    numbered = {}
    for entry in folder.iterdir():
        if match := re.fullmatch(r"(\d{4})_\w+\.sql", entry.name):
            numbered[int(match[1])] = entry.read_text(encoding="utf-8")
    return tuple(numbered[number] for number in sorted(numbered))


def create(path: Path) -> None:
    """Makes the database at ``path``, whole or not at all. The caller holds the write lock.

    It is built under another name and renamed when it is safely on disk. So a file that stands under the right name
    and has no tables was damaged, and is never taken for a new store.

    :raises StoreError: the folder cannot be written, or the log of a lost database lies in it.
    """
    log = _log_of(path)
    if log.exists() and log.stat().st_size > 0:
        raise StoreError(f"{path} is missing, but its log {log.name} is not: restore the file, or remove the log")
    unfinished = path.with_name(path.name + ".new")
    with storage_failures_of(path):
        _remove(unfinished)
        try:
            with closing(sqlite3.connect(unfinished, isolation_level=None)) as connection:
                connection.execute("PRAGMA synchronous = FULL")
                _run_migrations(connection, since=0)
                with step("write-ahead log"):
                    mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
            if mode != "wal":
                raise StoreError(f"{path} lies on a file system without shared memory: keep the store on a local disk")
            sync(unfinished)
            rename(unfinished, path)
            sync(path.parent)
        except BaseException:
            _remove(unfinished)
            raise


def upgrade(path: Path) -> None:
    """Brings the tables of an older version up to date, one transaction a step. The caller holds the write lock."""
    with storage_failures_of(path), closing(connect_writer(path)) as connection:
        _run_migrations(connection, since=version(connection, path))


def version(connection: sqlite3.Connection, path: Path) -> int:
    """The version of the tables that ``connection`` sees, at most today's.

    :raises StoreError: made by a newer version of this program, or by another program.
    """
    with storage_failures_of(path):
        number = int(connection.execute("PRAGMA user_version").fetchone()[0])
        application = connection.execute("PRAGMA application_id").fetchone()[0]
    if application != APPLICATION_ID or number < 1:
        raise StoreError(f"{path} is damaged or no store of this program: restore a copy of it, or move it away")
    known = len(migrations())
    if number > known:
        raise StoreError(
            f"{path} was written by a newer version of this program (store version {number}, this one knows {known}):"
            " upgrade this program"
        )
    return number


def connect_reader(path: Path) -> tuple[sqlite3.Connection, bool]:
    """A connection that reads and never writes, not even a checkpoint; and whether the folder is read-only.

    A store on a read-only medium is opened as immutable if its log is empty: nobody can write it there.

    :raises StoreError: missing, unreadable, damaged, or a part of its log is lost; or on a read-only medium with
        changes left in its log.
    """
    uri = f"{path.absolute().as_uri()}?mode=ro"
    writable = os.access(path.parent, os.W_OK)
    noted = frames_of(path)
    with storage_failures_of(path):
        try:
            connection = _prepared(uri)
            _require_whole_log(path, connection, noted)
            return connection, not writable
        except sqlite3.OperationalError as exc:
            unopenable = (exc.sqlite_errorname or "").startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY"))
            if writable or not unopenable or not path.exists():
                raise
        log = _log_of(path)
        if log.exists() and log.stat().st_size > 0:
            raise StoreError(
                f"{path} is on a read-only medium and has changes left in {log.name}:"
                " open it once where it can be written"
            )
        return _prepared(f"{uri}&immutable=1"), True


def connect_writer(path: Path) -> sqlite3.Connection:
    """A connection that writes, each commit safely on disk. The caller holds the write lock."""
    with storage_failures_of(path):
        connection = _prepared(f"{path.absolute().as_uri()}?mode=rw")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA cache_size = -65536")  # KiB: the index over random keys outgrows the usual 2 MiB
        connection.execute("PRAGMA wal_autocheckpoint = 8000")  # pages: not after each batch of articles
        return connection


def _require_whole_log(path: Path, connection: sqlite3.Connection, noted: Frames | None) -> None:
    """``noted``: what the log held before SQLite read it.

    :raises StoreError: a part of it is gone. Only the first to open the database can tell: from then on it is a store
        as it was before the last commits.
    """
    if noted is not None and (lost := noted.lost(frames_of(path))):
        connection.close()
        raise StoreError(
            f"{_log_of(path)} is damaged: {lost} pages that were committed last are lost, the store is as it was before"
            " them: run again what was run last ('checker ingest' of the same files), or restore a copy"
        )


def _prepared(uri: str) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, factory=Connection)
    try:
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()  # SQLite opens the file only now
    except BaseException:
        connection.close()
        raise
    return connection


def _run_migrations(connection: sqlite3.Connection, *, since: int) -> None:
    for number, script in enumerate(migrations(), start=1):
        if number > since:
            try:
                with step(f"migration {number}"):
                    connection.executescript(f"BEGIN IMMEDIATE;\n{script}\nPRAGMA user_version = {number};\nCOMMIT;")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise


def _log_of(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


def _remove(path: Path) -> None:
    for suffix in ("", "-journal", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
