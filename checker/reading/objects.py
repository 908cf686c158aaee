"""JSON Lines that are no articles: pairs to judge, claims to query."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checker.reading.fields import optional_date, optional_text, parse_object
from checker.reading.skipped import Skipped, skipped
from checker.reading.stream import MAX_ARTICLE_BYTES, decoded, lines, open_stream
from index.errors import InputError
from index.records import Statement


@dataclass(frozen=True, slots=True)
class GivenPair:
    """A line of a pairs file: where it stands (``file:line``), the object as given, its two sides as statements."""

    where: str
    given: Mapping[str, Any]
    premise: Statement
    hypothesis: Statement


@dataclass(frozen=True, slots=True)
class GivenClaim:
    """A line of a claims file."""

    id: str
    text: str
    actor: str | None
    date: str | None


def pairs(path: Path) -> Iterator[GivenPair | Skipped]:
    """The pairs of a file (``.gz`` too; ``-``: standard input), broken lines as :class:`Skipped`."""
    for where, data in objects(path):
        if isinstance(data, Skipped):
            yield data
            continue
        try:
            yield GivenPair(where, data, _side(data, "premise"), _side(data, "hypothesis"))
        except InputError as error:
            yield skipped(where, error.reason, str(error))


def claims(path: Path) -> Iterator[GivenClaim | Skipped]:
    """The claims of a file (``.gz`` too; ``-``: standard input), broken lines as :class:`Skipped`."""
    for where, data in objects(path):
        if isinstance(data, Skipped):
            yield data
            continue
        try:
            yield GivenClaim(
                _required(data, "id"), _worded(data, "text"), optional_text(data, "actor"), optional_date(data)
            )
        except InputError as error:
            yield skipped(where, error.reason, str(error))


def objects(path: Path) -> Iterator[tuple[str, dict[str, Any] | Skipped]]:
    """(``file:line``, object) for each line that is not blank.

    :raises InputError: the file cannot be opened, is empty or broken beyond its lines.
    """
    if str(path) == "-":
        yield from _objects("standard input", sys.stdin.buffer)
        return
    try:
        with path.open("rb") as file:
            yield from _objects(str(path), file)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error}); check the path") from error


def _objects(name: str, file: Any) -> Iterator[tuple[str, dict[str, Any] | Skipped]]:
    try:
        _, chunks = open_stream(file)
        for number, line in lines(chunks):
            where = f"{name}:{number}"
            if line is None:
                yield where, skipped(where, "too-long", f"the line is longer than {MAX_ARTICLE_BYTES:,} bytes")
            elif line.strip():
                try:
                    yield where, parse_object(decoded(line))
                except InputError as error:
                    yield where, skipped(where, error.reason, str(error))
    except InputError as error:
        raise InputError(f"{name}: {error}", reason=error.reason) from None


def _side(data: Mapping[str, Any], key: str) -> Statement:
    """One side of a pair: the whole statement where it is given, else the bare sentence."""
    text = _worded(data, key)
    given = data.get(f"{key}_statement")
    if given is None:
        return Statement.claim(text)
    if not isinstance(given, Mapping):
        raise InputError(f"'{key}_statement' must be an object, not {given!r:.40}", reason="bad-field")
    statement = Statement.from_json({"content": text, **given})
    if not has_words(statement.proposition):
        raise _wordless(f"{key}_statement")
    return statement


def has_words(text: str) -> bool:
    """Whether ``text`` has a letter or a digit, of any script: without one it says nothing that could be judged."""
    return any(character.isalnum() for character in text)


def _worded(data: Mapping[str, Any], key: str) -> str:
    text = _required(data, key)
    if not has_words(text):
        raise _wordless(key)
    return text


def _wordless(key: str) -> InputError:
    return InputError(f"no '{key}' with a letter or a digit; every line needs one", reason="missing-field")


def _required(data: Mapping[str, Any], key: str) -> str:
    value = optional_text(data, key)
    if value is None or not value.strip():
        raise InputError(f"no '{key}'; every line needs one", reason="missing-field")
    return value
