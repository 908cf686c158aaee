"""Days, months, years and weekdays that a sentence names, and whether two sentences can mean the same one.

Unlike ``checker/extraction/time.py``, which turns words into days of the calendar from the day on which they were said,
this compares what is written, so that it holds for bare sentences too: what one leaves open ("3 May", no year) does not
clash with what the other says.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.records import Span

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_UNITS = "first second third fourth fifth sixth seventh eighth ninth".split()
_ORDINALS = [
    *_UNITS,
    *"tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth".split(),
    "twentieth", *(f"twenty-{unit}" for unit in _UNITS), "thirtieth", "thirty-first",
]  # fmt: skip
_DAYS = {word: number for number, word in enumerate(_ORDINALS, start=1)}

_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})"
_DAY = rf"(?P<day>\d\d?(?:st|nd|rd|th)?|{'|'.join(sorted(_DAYS, key=lambda word: -len(word)))})(?!\d|[.,%-]\d)"
_YEAR = r"(?P<year>(?:19|20)\d\d)(?![\d-])"
_WEEKDAY = rf"(?P<weekday>{'|'.join(_WEEKDAYS)})"
_ANY = re.compile(rf"\d{{4}}|{'|'.join((*_MONTHS, *_WEEKDAYS))}")  # most sentences name no time: they are not parsed
_FORMS = [
    re.compile(rf"\b{form}\b")
    for form in (
        r"(?P<year>\d{4})-(?P<number>\d\d)-(?P<day>\d\d)",
        rf"(?:{_WEEKDAY},? )?(?:the )?{_DAY}(?: of)? {_MONTH}(?:,? {_YEAR})?",
        rf"(?:{_WEEKDAY},? )?{_MONTH} (?:the )?{_DAY}(?:,? {_YEAR})?",
        rf"{_MONTH},? {_YEAR}",
        rf"(?<!^){_MONTH}",  # "May" and "March" begin many a sentence that names no month
        _WEEKDAY,
        _YEAR,
    )
]


@dataclass(frozen=True, slots=True)
class Date:
    """What is named of a day, None where it is left open; ``month`` from 1, ``weekday`` Monday = 0; and where."""

    year: int | None
    month: int | None
    day: int | None
    weekday: int | None
    span: Span

    @property
    def named(self) -> tuple[int | None, ...]:
        return self.year, self.month, self.day, self.weekday


def dates(text: str) -> tuple[Date, ...]:
    """What a sentence names, in its order; of readings that overlap, the fullest."""
    if _ANY.search(text) is None:
        return ()
    found: list[Date] = []
    for form in _FORMS:
        for match in form.finditer(text):
            start, end = match.span()
            if all(end <= date.span[0] or date.span[1] <= start for date in found):
                found.append(_date(match))
    return tuple(sorted(found, key=lambda date: date.span))


def apart(one: Sequence[Date], other: Sequence[Date]) -> tuple[Span, Span] | None:
    """Places of two dates, where both sentences name some and none of one can be one of the other."""
    if not one or not other:
        return None
    mine, others = {date.named for date in one}, {date.named for date in other}
    return None if any(_may_be(x, y) for x in mine for y in others) else (one[0].span, other[0].span)


def _may_be(one: tuple[int | None, ...], other: tuple[int | None, ...]) -> bool:
    """Whether one day can be both."""
    return all(x is None or y is None or x == y for x, y in zip(one, other, strict=True))


def _date(match: re.Match[str]) -> Date:
    parts = match.groupdict()
    month, number, day, weekday = (parts.get(name) for name in ("month", "number", "day", "weekday"))
    return Date(
        year=int(parts["year"]) if parts.get("year") else None,
        month=_MONTHS.index(month) + 1 if month else int(number) if number else None,
        day=None if day is None else _DAYS.get(day) or int(re.sub(r"\D", "", day)),
        weekday=_WEEKDAYS.index(weekday) if weekday else None,
        span=match.span(),
    )
