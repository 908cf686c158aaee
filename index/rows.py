"""Records as rows of the database, and back, exactly. Each row carries proof that it is whole."""

import hashlib
import json
import zlib
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from index.errors import StoreError
from index.records import Actor, Article, Link, Statement

Row: TypeAlias = tuple[Any, ...]

ARTICLE_COLUMNS = "id, text, title, date, source, url, speaker, sha256"
STATEMENT_COLUMNS = (
    "key, article, actor_id, actor_name, side, date, stance, polarity, hypothetical, checkable,"
    " parent, answers, copy, proposition, content, record, sha256"
)
STATEMENT_WIDTH = STATEMENT_COLUMNS.count(",") + 1


def article_row(article: Article) -> Row:
    """Values in the order of ``ARTICLE_COLUMNS``."""
    a = article
    return (a.id, a.text, a.title, a.date, a.source, a.url, a.speaker, a.sha256)


def article_of(row: Row) -> Article:
    """The article of a row of ``ARTICLE_COLUMNS``.

    :raises StoreError: the row is not as it was written.
    """
    *values, sha256 = row
    article = Article(*values)
    if not all(value is None or isinstance(value, str) for value in values) or article.sha256 != sha256:
        raise StoreError(f"article '{article.id}' is damaged in the store: delete it and ingest it again")
    return article


def statement_row(statement: Statement) -> Row:
    """Values in the order of ``STATEMENT_COLUMNS``; equal statements give equal rows."""
    s = statement
    actor = (None, None, None) if s.actor is None else (s.actor.id, s.actor.name, s.actor.side)
    rest = {
        "attribution": s.attribution,
        "chain": [[link.actor, link.name, link.cue, link.stance] for link in s.chain],
        "source_spans": s.source_spans,
        "cue_spans": s.cue_spans,
        "content_spans": s.content_spans,
        "kind": s.kind,
        "window": s.window,
    }
    record = json.dumps(rest, ensure_ascii=False, separators=(",", ":"))
    values = (
        *(s.id, s.article, *actor, s.date, s.stance, s.polarity, int(s.hypothetical), int(s.checkable)),
        *(s.parent, s.answers, s.copy_key, s.proposition, s.content, record),
    )
    return (*values, _seal(values))


def statement_of(row: Row) -> Statement:
    """The statement of a row of ``STATEMENT_COLUMNS``.

    :raises StoreError: the row is not as it was written.
    """
    *values, seal = row
    key, article, actor_id, actor_name, side, date, stance, polarity, hypothetical, checkable, *texts = values
    parent, answers, _copy, proposition, content, record = texts
    if _seal(tuple(values)) != seal:
        raise StoreError(f"statement '{key}' of article '{article}' is damaged: delete the article and ingest it again")
    rest = json.loads(record)
    return Statement(
        article=article,
        attribution=rest["attribution"],
        actor=None if actor_id is None else Actor(actor_id, actor_name, side),
        chain=tuple(Link(*link) for link in rest["chain"]),
        source_spans=_spans(rest["source_spans"]),
        cue_spans=_spans(rest["cue_spans"]),
        content_spans=_spans(rest["content_spans"]),
        content=content,
        proposition=proposition,
        kind=rest["kind"],
        stance=stance,
        polarity=polarity,
        hypothetical=bool(hypothetical),
        checkable=bool(checkable),
        date=date,
        window=None if rest["window"] is None else (rest["window"][0], rest["window"][1]),
        parent=parent,
        answers=answers,
    )


def vector_row(statement: int, vector: NDArray[np.float32]) -> Row:
    """``statement, vector, crc32``: the vector as little-endian float32."""
    blob = vector.astype("<f4", copy=False).tobytes()
    return (statement, blob, zlib.crc32(blob))


def vector_is_whole(blob: object, crc32: object, dimension: int) -> bool:
    """Whether a stored vector is as it was written, and of the store's dimension."""
    return isinstance(blob, bytes) and len(blob) == 4 * dimension and zlib.crc32(blob) == crc32


def matrix_of(rows: list[Row], dimension: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Ids ``(n,)`` and vectors ``(n, dimension)`` of rows of ``statement, vector, crc32``.

    :raises StoreError: a vector is not as it was written.
    """
    for statement, blob, crc32 in rows:
        if not vector_is_whole(blob, crc32, dimension):
            raise StoreError(f"the vector of statement {statement} is damaged: run 'checker doctor --rebuild'")
    ids = np.array([row[0] for row in rows], dtype=np.int64)
    blobs = bytearray().join(row[1] for row in rows)  # a bytearray, so that the matrix can be written to
    return ids, np.frombuffer(blobs, dtype="<f4").astype(np.float32, copy=False).reshape(len(rows), dimension)


def sealed(values: Row) -> Row:
    """``values`` with a CRC-32 over them: proof that they are as they were written."""
    return (*values, crc32_of(values))


def is_sealed(row: Row) -> bool:
    """Whether a row is as :func:`sealed` gave it."""
    return bool(row[-1] == crc32_of(tuple(row[:-1])))


def crc32_of(values: Row) -> int:
    """A checksum of values of any type."""
    # default=repr: a flipped bit can turn a stored text into bytes, which must not match rather than fail
    return zlib.crc32(json.dumps(values, default=repr).encode())


def _spans(pairs: list[list[int]]) -> tuple[tuple[int, int], ...]:
    return tuple((start, end) for start, end in pairs)


def _seal(values: Row) -> str:
    # default=repr: a flipped bit can turn a stored text into bytes, which must not match rather than fail
    return hashlib.sha256(json.dumps(values, default=repr).encode()).hexdigest()
