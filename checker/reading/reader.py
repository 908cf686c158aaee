"""Bytes in, articles out, one at a time. A bad document costs itself, never the run."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from checker.reading.fields import checked_id, is_date, optional_date, optional_text, parse_object
from checker.reading.formats import format_of
from checker.reading.places import STANDARD_INPUT, Input, Names, Place, distinct, places, split_suffix
from checker.reading.skipped import Skipped, skipped
from checker.reading.stream import Document, decoded, open_stream
from index.errors import InputError, UsageError
from index.records import Article

MAX_SIDECAR_BYTES = 1_000_000


def read(
    paths: Iterable[Input],
    *,
    date: str | None = None,
    source: str | None = None,
    standard_input: BinaryIO | None = None,
) -> Iterator[Article | Skipped]:
    """Every article of ``paths`` in order, and for everything that is left out, why.

    :param paths: files (recognised by content), folders (walked in order of name for known suffixes), ``-`` for
        standard input. A path that does not exist gives a ``no-such-file``; see :attr:`Skipped.path_failed`.
    :param date: set for all articles, whatever they say; ISO 8601.
    :param source: the publisher, set for all articles, whatever they say.
    :param standard_input: what ``-`` reads; by default ``sys.stdin``.
    :raises UsageError: at once, if ``date`` is none or ``source`` is blank. Nothing else is raised: reading one
        article holds at most :data:`~checker.reading.stream.MAX_ARTICLE_BYTES` and copies of it.

    Ids: the document's own (JSON), the sidecar's, else the file's name (see :class:`~checker.reading.places.Names`),
    or for standard input the page's URL, else a digest of the text. An id that comes again is a correction.
    """
    if date is not None and not is_date(date):
        raise UsageError(f"no date: {date!r:.40}; write YYYY-MM-DD")
    if source is not None and not source.strip():
        raise UsageError("the source is blank; name the publisher or leave it out")
    return _read(distinct(paths), {k: v for k, v in (("date", date), ("source", source)) if v}, standard_input)


def _read(paths: list[Input], fixed: dict[str, Any], standard_input: BinaryIO | None) -> Iterator[Article | Skipped]:
    names = Names()
    for path in paths:
        found = _read_standard_input(standard_input) if path == STANDARD_INPUT else _read_path(Path(path), names)
        for one in found:
            yield replace(one, **fixed) if fixed and isinstance(one, Article) else one


def _read_standard_input(given: BinaryIO | None) -> Iterator[Article | Skipped]:
    file = given if given is not None else getattr(sys.stdin, "buffer", None)
    if file is None:
        yield skipped(STANDARD_INPUT, "unreadable", "standard input is closed; name a file")
        return
    with _failures_told(STANDARD_INPUT) as told:
        yield from _documents(file, STANDARD_INPUT, "", None, {})
    yield from told


def _read_path(path: Path, names: Names) -> Iterator[Article | Skipped]:
    for place in places(path):
        if isinstance(place, Skipped):
            yield place
        else:
            yield from _read_file(place, names)


def _read_file(place: Place, names: Names) -> Iterator[Article | Skipped]:
    name = str(place.path)
    with _failures_told(str(place.sidecar)) as told:
        fields = _sidecar_fields(place.sidecar) if place.sidecar else {}
    if told:
        # Without what its sidecar says, the article would be stored with a wrong date or id.
        yield from (replace(one, message=f"{one.message}; {place.path.name} is left out") for one in told)
        return
    with _failures_told(name) as told, place.path.open("rb") as file:
        yield from _documents(file, name, split_suffix(place.path)[1], names.id_for(place), fields)
    yield from told


def _documents(
    file: BinaryIO, name: str, suffix: str, id: str | None, fields: dict[str, Any]
) -> Iterator[Article | Skipped]:
    head, chunks = open_stream(file)
    document = Document(name=name, suffix=suffix, id=id, fields=fields, head=head, chunks=chunks)
    yield from format_of(head, suffix).read(document)


def _sidecar_fields(path: Path) -> dict[str, Any]:
    """The keys of a sidecar, checked by themselves, so that its mistakes are reported as its own."""
    with path.open("rb") as file:
        data = file.read(MAX_SIDECAR_BYTES + 1)
    if len(data) > MAX_SIDECAR_BYTES:
        raise InputError(f"a sidecar of more than {MAX_SIDECAR_BYTES:,} bytes; is it an article?", reason="too-long")
    given = parse_object(decoded(data.removeprefix(b"\xef\xbb\xbf")))
    checked = {key: optional_text(given, key) for key in ("title", "source", "url", "speaker")}
    checked["date"] = optional_date(given)
    if given.get("id") is not None:
        checked["id"] = checked_id(given["id"])
    return {key: value for key, value in checked.items() if value is not None}


@contextmanager
def _failures_told(where: str) -> Iterator[list[Skipped]]:
    """Turns what stops a document into a :class:`Skipped` in the list that it gives."""
    told: list[Skipped] = []
    try:
        yield told
    except InputError as error:
        told.append(skipped(where, error.reason, str(error)))
    except OSError as error:
        told.append(skipped(where, "unreadable", f"cannot be read ({error.strerror or error}); check its permissions"))
