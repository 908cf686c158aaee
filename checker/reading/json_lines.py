"""JSON Lines: one article a line. A broken line is skipped, named and counted; the next one is read."""

import re
from collections.abc import Iterator

from checker.reading.fields import article_from, parse_object
from checker.reading.plain_text import refuse_other_formats
from checker.reading.skipped import Skipped, skipped
from checker.reading.stream import MAX_ARTICLE_BYTES, Chunks, Document, decoded, lines
from index.errors import InputError
from index.records import Article

SUFFIXES = (".jsonl", ".ndjson", ".json")

_STARTS_AS_OBJECT = re.compile(rb"\s*\{\s*[\"}]")


def recognises(head: bytes, suffix: str) -> bool:
    """By suffix, or because the first thing in it is a JSON object."""
    return suffix in SUFFIXES or _STARTS_AS_OBJECT.match(head) is not None


def read(document: Document) -> Iterator[Article | Skipped]:
    """The articles of a file, in its order; blank lines are no articles.

    :raises InputError: binary, unknown-format, empty-file; and what the stream raises, after the lines before it.
    """
    refuse_other_formats(document.head)
    yield from read_lines(document.name, document.chunks)


def read_lines(name: str, chunks: Chunks) -> Iterator[Article | Skipped]:
    """The articles of the lines of ``chunks``; ``name`` is the file's, for messages.

    :raises InputError: empty-file; and what the stream raises, its message with the last line that was complete.
    """
    seen = False
    number = 0
    try:
        for number, line in lines(chunks):
            if line is None or line.strip():
                seen = True
                yield _article_or_why_not(f"{name}:{number}", line)
    except InputError as error:
        raise InputError(f"{error}; {number:,} lines before that were read", reason=error.reason) from None
    if not seen:
        raise InputError("nothing but blank lines; nothing to read", reason="empty-file")


def _article_or_why_not(where: str, line: bytes | None) -> Article | Skipped:
    if line is None:
        return skipped(
            where, "too-long", f"the line is longer than {MAX_ARTICLE_BYTES:,} bytes; split it into articles"
        )
    try:
        return article_from(parse_object(decoded(line)))
    except InputError as error:
        return skipped(where, error.reason, str(error))
