"""The keys of an article, as JSON gives them: checked once, here, for every format."""

import datetime
import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from index.errors import InputError
from index.records import Article

OPTIONAL = ("title", "source", "url", "speaker")
MAX_ID_LENGTH = 1_000  # characters; a path on Linux has at most 4,096 bytes, an id of a feed rarely 200

# ISO 8601, extended format: a year, a month, a day, or a day with a time. Reduced precision is kept as it is.
_DATE = re.compile(r"(?P<year>\d{4})(-(?P<month>\d{2})(-\d{2}(?P<time>[T ]\d{2}:?\d{2}\S*)?)?)?", re.ASCII)

# Control, format (bidi marks, zero width), surrogate, line and paragraph separators: they make two ids look alike.
_UNSAFE_IN_ID = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def parse_object(data: str) -> dict[str, Any]:
    """One JSON object.

    :raises InputError: broken-json, not-an-object.
    """
    try:
        value = json.loads(data)
    except RecursionError:
        raise InputError("broken JSON (nested too deep)", reason="broken-json") from None
    except ValueError as error:  # JSONDecodeError, and integers of more than 4,300 digits
        what = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        raise InputError(f"broken JSON ({what})", reason="broken-json") from None
    if not isinstance(value, dict):
        raise InputError(f"JSON, but no object: {value!r:.40}", reason="not-an-object")
    return value


def article_from(data: Mapping[str, Any]) -> Article:
    """An article from the keys of docs/formats.md; unknown keys are ignored, null and "" count as absent.

    :raises InputError: missing-id, bad-id, missing-text, empty-text, lone-surrogate, binary, bad-field, bad-date.
    """
    optional = {key: optional_text(data, key) for key in OPTIONAL}
    return Article(
        id=checked_id(data.get("id")), text=checked_text(data.get("text")), date=optional_date(data), **optional
    )


def checked_id(value: Any) -> str:
    """``value``, if it can name an article."""
    if value is None:
        raise InputError("no 'id'; every article needs one", reason="missing-id")
    if not isinstance(value, str):
        raise InputError(f"'id' must be a string, not {value!r:.40}", reason="bad-id")
    if not value.strip():
        raise InputError("'id' is blank; every article needs one", reason="bad-id")
    if len(value) > MAX_ID_LENGTH:
        raise InputError(f"'id' has {len(value):,} characters, more than {MAX_ID_LENGTH:,}", reason="bad-id")
    if not is_safe_id(value):
        raise InputError(f"'id' has control or invisible characters: {value!a:.60}", reason="bad-id")
    return value


def is_safe_id(value: str) -> bool:
    """Whether every character of ``value`` can be seen."""
    return (value.isascii() and value.isprintable()) or not any(unicodedata.category(c) in _UNSAFE_IN_ID for c in value)


def checked_text(value: Any) -> str:
    """``value``, if it is a text that can be stored; never altered, offsets count in it."""
    if value is None:
        raise InputError("no 'text'; nothing to read", reason="missing-text")
    if not isinstance(value, str):
        raise InputError(f"'text' must be a string, not {value!r:.40}", reason="bad-field")
    if not value.strip():
        raise InputError("the text is empty; nothing to read", reason="empty-text")
    if "\x00" in value:
        raise InputError("the text has NUL characters: binary data, not text", reason="binary")
    refuse_surrogates("text", value)
    return value


def optional_text(data: Mapping[str, Any], key: str) -> str | None:
    """The string at ``key``; None where it is absent, null or "".

    :raises InputError: bad-field, lone-surrogate, binary.
    """
    value = data.get(key)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise InputError(f"'{key}' must be a string, not {value!r:.40}", reason="bad-field")
    if "\x00" in value:
        raise InputError(f"'{key}' has NUL characters: binary data, not text", reason="binary")
    refuse_surrogates(key, value)
    return value


def optional_date(data: Mapping[str, Any]) -> str | None:
    """The date, as it is given; None where it is absent, null or "".

    :raises InputError: bad-date.
    """
    value = data.get("date")
    if value is None or value == "":
        return None
    if not isinstance(value, str) or not is_date(value):
        raise InputError(f"'date' is no date: {value!a:.40}; write YYYY-MM-DD", reason="bad-date")
    return value


def is_date(value: str) -> bool:
    """Whether ``value`` is ISO 8601, extended, and in the calendar: 2014, 2014-02, 2014-02-17, 2014-02-17T10:00:00Z."""
    found = _DATE.fullmatch(value)
    if not found:
        return False
    try:
        if found["time"]:
            datetime.datetime.fromisoformat(value)
        else:
            datetime.date.fromisoformat((value + "-01-01")[:10])
    except ValueError:
        return False
    return True


def refuse_surrogates(key: str, value: str) -> None:
    """:raises InputError: lone-surrogate: JSON can write half a pair (``"\\ud800"``), UTF-8 and SQLite cannot."""
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise InputError(
            f"'{key}' has half of a surrogate pair (character {error.start:,}); write it out as UTF-8",
            reason="lone-surrogate",
        ) from None
