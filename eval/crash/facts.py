"""What a store holds, for comparing it with another, and whether it is sound."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from checker.cli.disputes import LOG_NAME, REPORTS_NAME
from index.errors import StateError
from index.lock import LOCK_NAME, RUN_LOCK_NAME
from index.schema import DATABASE_NAME
from index.store import FINGERPRINT, Store
from index.vectors import VectorIndex

Tables: TypeAlias = dict[str, list[str]]
"""Rows by table, as Python writes them, and no empty tables: no store yet and an empty one hold the same."""

_TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'statement_words%' ORDER BY name"
# SQLite's own files come and go, the locks too, and the log tells of the kills: nothing that the tables do not tell.
_NOT_COMPARED = {
    *(DATABASE_NAME + suffix for suffix in ("", "-wal", "-shm")),
    *(name + suffix for name in (LOCK_NAME, RUN_LOCK_NAME) for suffix in ("", ".json")),
    LOG_NAME,
    REPORTS_NAME,
}


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a store holds. ``files``: names of the derived files; ``reports``: bytes by file name."""

    tables: Tables
    files: frozenset[str]
    reports: dict[str, bytes]


def facts_of(folder: Path) -> Facts:
    """What lies in ``folder``, as a command that was started now would see it."""
    reports = folder / REPORTS_NAME
    return Facts(
        tables=tables_of(folder),
        files=frozenset(path.name for path in folder.iterdir()) - _NOT_COMPARED,
        reports={path.name: path.read_bytes() for path in sorted(reports.iterdir())} if reports.exists() else {},
    )


def tables_of(folder: Path) -> Tables:
    """Every row of every table, but for the index over the words, which the doctor holds against the statements."""
    path = folder / DATABASE_NAME
    if not path.exists():
        return {}
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        names = [row[0] for row in connection.execute(_TABLES)]
        rows = {name: sorted(map(repr, connection.execute(f"SELECT * FROM {name}"))) for name in names}
    return {name: found for name, found in rows.items() if found}


def problems_of(folder: Path) -> list[str]:
    """What the doctor says of the store, and whether its index finds what one built from the store finds."""
    if not (folder / DATABASE_NAME).exists():
        return []
    try:
        with Store.open(folder, create=False) as store:
            return [*store.integrity(), *_index_problems(folder, store)]
    except StateError as error:
        return [str(error)]


def _index_problems(folder: Path, store: Store) -> list[str]:
    if not store.counts().statements:
        return []
    queries = np.concatenate([matrix for _, matrix in store.vectors()])
    scores, ids = _search(folder, store, queries)
    expected_scores, expected_ids = _search(folder / "no snapshot lies here", store, queries)
    same = np.array_equal(ids, expected_ids) and np.array_equal(scores, expected_scores)
    return [] if same else [f"the index of {folder} does not find what one built from the store finds"]


def _search(folder: Path, store: Store, queries: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """All statements for each query, by an index that takes the snapshot in ``folder``, or is built from the store."""
    fingerprint, dimension = store.meta(FINGERPRINT) or "", store.dimension or 0
    return VectorIndex.open(folder, store, fingerprint=fingerprint, dimension=dimension).search(queries, len(queries))
