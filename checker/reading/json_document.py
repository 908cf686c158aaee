"""A file that is one JSON value: an article written over several lines, or a list of articles."""

import json
from collections.abc import Iterator

from checker.reading.fields import article_from
from checker.reading.json_lines import read_lines
from checker.reading.plain_text import refuse_other_formats
from checker.reading.skipped import Skipped, skipped
from checker.reading.stream import Document, decoded, whole
from index.errors import InputError
from index.records import Article

SUFFIXES = (".json",)


def recognises(head: bytes, suffix: str) -> bool:
    """A first line that does not stand alone: ``{`` or ``[``, or in a .json file anything but a whole object."""
    first = head.lstrip().split(b"\n", 1)[0].strip()
    if first in (b"{", b"[", b"[{"):
        return True
    return suffix in SUFFIXES and not _is_object(first)


def read(document: Document) -> Iterator[Article | Skipped]:
    """The articles of the value; where it is no single value, the file is read as JSON Lines.

    :raises InputError: binary, unknown-format, too-long, bad-encoding, not-an-object, and those of ``article_from``.
    """
    refuse_other_formats(document.head)
    data = whole(document.chunks)
    try:
        value = json.loads(decoded(data))
    except (ValueError, RecursionError):
        yield from read_lines(document.name, iter([data]))
        return
    if isinstance(value, dict):
        yield article_from(value)
    elif isinstance(value, list) and value:
        for position, item in enumerate(value, start=1):
            yield _article_or_why_not(f"{document.name}:item {position}", item)
    else:
        raise InputError(f"JSON, but no article: {value!r:.40}", reason="not-an-object")


def _article_or_why_not(where: str, item: object) -> Article | Skipped:
    try:
        if not isinstance(item, dict):
            raise InputError(f"JSON, but no object: {item!r:.40}", reason="not-an-object")
        return article_from(item)
    except InputError as error:
        return skipped(where, error.reason, str(error))


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False
