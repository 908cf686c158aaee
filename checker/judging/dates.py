"""Days, months, years and weekdays that a sentence names, and whether two sentences can mean the same one.

Unlike ``checker/extraction/time.py``, which turns words into days of the calendar from the day on which they were said,
this compares what is written, so that it holds for bare sentences too: what one leaves open ("3 May", no year) does not
clash with what the other says.
"""

import re
from collections.abc import Iterator, Sequence
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
_NAMED = re.compile(rf"{'|'.join((*_MONTHS, *_WEEKDAYS))}|(?:19|20)\d\d")
_ANY = re.compile(rf"\d{{4}}|{_NAMED.pattern}")  # most sentences name no time: they are not parsed
_WHOLE = [
    re.compile(rf"\b{form}\b")
    for form in (
        r"(?P<year>\d{4})-(?P<number>\d\d)-(?P<day>\d\d)",
        rf"(?:{_WEEKDAY},? )?(?:the )?{_DAY}(?: of)? {_MONTH}(?:,? {_YEAR})?",
        rf"(?:{_WEEKDAY},? )?{_MONTH} (?:the )?{_DAY}(?:,? {_YEAR})?",
        rf"{_MONTH},? {_YEAR}",
    )
]
_NAME_ALONE = re.compile(rf"\b(?:{_MONTH}|{_WEEKDAY})\b")
_YEAR_ALONE = re.compile(rf"(?<![\w.,/$€£-]){_YEAR}(?![\w%/]|[.,]\d)")

# What stands before a name or a number alone that is a time.
_SURE = frozenset("since until till year early late mid last next this past every each".split())
_PREPOSITIONS = frozenset("in by of from for before after during beyond through throughout".split())
_BEFORE_NAMES = _SURE | _PREPOSITIONS | {"on", "to", "over"}
_DETERMINERS = frozenset(("the", "a", "an", "its", "their", "our"))
_ALSO_OTHERWISE = frozenset(("March", "April", "May", "June", "August"))  # verbs, and names of people
# What is counted: a plural after a number. "In 2031 was", "in 2031 as" count nothing.
_COUNTED = re.compile(r"(?!(?:was|has|as|does)$)(?:[a-z]+[^\Wsui]s|people|(?:wo)?men|children|dead|wounded|injured)$")
_WORD_BEFORE = re.compile(r"([^\W\d_]+(?:['’]s)?) $")
_TIME_BEFORE = re.compile(r"(\w+) (?:and|or|to) $")
_WORD_AFTER = re.compile(r" ([^\W\d_]+)")
_FROM_HERE = re.compile(r"\b(?:yesterday|today|tomorrow|tonight|this (?:morning|afternoon|evening))\b", re.IGNORECASE)
# What makes more, or less, of a day than its name: "since 3 May", "the whole of Monday", "Monday's", "Tuesday night".
_HANGING = re.compile(
    r"(?i)\b(?:of|for|by|from|to|and|or|since|until|till|before|after|between|in|than|the|this|next|last|early|late|during"
    r"|through|throughout|over|around|about) $"
)
_GOING_ON = re.compile(r"(?i)['’]s?\b| (?:night|morning|noon|afternoon|evening|at|to|and|or)\b|[-–—]")
_ON = re.compile(r"(?i)(?<!\w)on $")
_REACH = 40  # characters before, which hold the word or two that are looked for


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
    for match in _readings(text):
        start, end = match.span()
        if all(end <= date.span[0] or date.span[1] <= start for date in found):
            found.append(_date(match))
    return tuple(sorted(found, key=lambda date: date.span))


def days_named(text: str) -> tuple[Span, ...]:
    """Places, with "on" before them, where a sentence names the day: as a date, a weekday, or from where it stands."""
    named = [date.span for date in dates(text) if date.day is not None or date.weekday is not None]
    spans = sorted([*named, *(match.span() for match in _FROM_HERE.finditer(text))])
    if any(_HANGING.search(text[:start]) or _GOING_ON.match(text, end) for start, end in spans):
        return ()
    return tuple((start - 3 if _ON.search(text[:start]) else start, end) for start, end in spans)


def without_days(text: str) -> str:
    """The sentence without them: for two that are known to speak of one day, whatever they call it."""
    for start, end in reversed(days_named(text)):
        text = text[:start].rstrip(" ,") + text[end:]
    return text.strip(" ,")


def _readings(text: str) -> Iterator[re.Match[str]]:
    """What may be a time, the fullest forms first."""
    for form in _WHOLE:
        yield from form.finditer(text)
    yield from filter(_is_no_name, _NAME_ALONE.finditer(text))
    yield from filter(_is_no_count, _YEAR_ALONE.finditer(text))


def _is_no_name(match: re.Match[str]) -> bool:
    """Whether a month or weekday alone is one; "Theresa May", "Black Friday", "Sunday Times" and "May I" are none."""
    before, after = _neighbours(match)
    if before.lower() in _BEFORE_NAMES or _goes_on(match):
        return True
    if before[:1].isupper() or after[:1].isupper():
        return False
    return match[0] not in _ALSO_OTHERWISE or _determines(before)


def _is_no_count(match: re.Match[str]) -> bool:
    """Whether a number alone is a year: "in 2031", "the 2031 budget", "(2031)"; "2031 people" and "2,031" are none."""
    before, after = _neighbours(match)
    if before.lower() in _SURE or before == "In" or _bracketed(match):
        return True
    counted = _COUNTED.match(after) is not None
    if _determines(before):
        return after.islower() and not counted
    return (before.lower() in _PREPOSITIONS or _goes_on(match)) and not counted


def _neighbours(match: re.Match[str]) -> tuple[str, str]:
    """The words before and after, "" where there is none or something stands between."""
    before, after = _before(match, _WORD_BEFORE), _WORD_AFTER.match(match.string, match.end())
    return before[1] if before else "", after[1] if after else ""


def _goes_on(match: re.Match[str]) -> bool:
    """Whether it is the second of two times: "April and May", "from 2030 to 2031"."""
    before = _before(match, _TIME_BEFORE)
    return before is not None and _NAMED.fullmatch(before[1]) is not None


def _before(match: re.Match[str], form: re.Pattern[str]) -> re.Match[str] | None:
    return form.search(match.string, max(0, match.start() - _REACH), match.start())


def _bracketed(match: re.Match[str]) -> bool:
    start, end = match.span()
    return start > 0 and match.string[start - 1 : end + 1] == f"({match[0]})"


def _determines(word: str) -> bool:
    return word.lower() in _DETERMINERS or word.endswith(("'s", "’s"))


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
