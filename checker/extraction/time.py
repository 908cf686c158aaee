"""When: time expressions of one sentence as days, counted from the day on which it was said; never from the clock.

The arithmetic is our own, on ``datetime.date``. dateparser was measured first and left out: it costs 0.3 s once and 1
to 9 ms an expression (an article may take 25 ms in all), and gives one day where news means a span ("last week").

Spans that words leave open are read so: "in the coming (recent) days" are 7 days from (to) the anchor, weeks 28,
months 180, years 1,095; "by the end of the year" begins at the anchor; "since 2014" ends at it. Weeks run Monday to
Sunday; seasons are those of the north, by whole months.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache
from typing import TypeAlias

from index.records import Article, Window

Days: TypeAlias = tuple[date | None, date | None]

_MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = {name.lower(): number for number, name in enumerate(_MONTH_NAMES, start=1)}
_MONTHS |= {name[:3]: number for name, number in _MONTHS.items()} | {"sept": 9}
_WEEKDAYS = {name.lower(): number for number, name in enumerate(_DAY_NAMES)}
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}  # first month of three
_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "couple of": 2, "a couple of": 2, "three": 3, "few": 3, "a few": 3,
    "four": 4, "five": 5, "several": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
}  # fmt: skip
_UNIT_DAYS = {"hour": 1 / 24, "day": 1, "week": 7, "fortnight": 14, "month": 30, "year": 365, "decade": 3652}
_VAGUE_DAYS = {"hour": 1, "day": 7, "week": 28, "month": 180, "year": 1095}

_MONTH = rf"(?:{'|'.join(_MONTH_NAMES)}|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_YEAR = r"(?:1[5-9]|20|21)\d\d"
_WEEKDAY = rf"(?:{'|'.join(_DAY_NAMES)})"
_COUNT = rf"(?:\d{{1,3}}|{'|'.join(sorted(_NUMBERS, key=lambda word: (-len(word), word)))})"
_UNIT = r"(?:hour|day|week|fortnight|month|year|decade)"
_SEASON = r"(?:spring|summer|autumn|fall|winter)"

# Nothing is parsed in a sentence without one of these letters and digits: most sentences name no time.
_ANY = re.compile(
    rf"\d{{4}}|{_WEEKDAY}|{_MONTH} ?\d|\d(?:st|nd|rd|th)? (?:of )?{_MONTH}|\b{_MONTH}\b"
    rf"|(?i:to(?:day|night|morrow)|yesterday|overnight|\b(?:{_UNIT}s?|weekend|{_SEASON}|century|morning|evening|afternoon|night)\b)"
)

_FUTURE = re.compile(
    r"\b(?:may|(?i:will|won['’]t|shall|going to|plans? to|planned|planning|set to|due|scheduled|expects?|expected"
    r"|intends?|ready to|about to|aims? to|might|could|would"
    r"|to (?:meet|hold|begin|start|travel|visit|arrive|discuss|speak|take place|be|vote)))\b|['’]ll\b"
)


def window(text: str, anchor: date | str | None) -> Window | None:
    """The days that a sentence speaks of, from the first to the last that it names, both ends inclusive, ISO.

    :param anchor: the day on which it was said; None: only full dates can be told.
    :returns: (first, last), None at an open end; None where it names no time.
    """
    day = _as_date(anchor)
    return _window(text if len(text) <= _MAX_CHARACTERS else text[:_MAX_CHARACTERS], day)


_MAX_CHARACTERS = 5000  # no sentence is longer; bounds the work on text without full stops


@lru_cache(maxsize=8192)
def _window(text: str, anchor: date | None) -> Window | None:
    if _ANY.search(text) is None:
        return None
    spans = _spans(text, anchor)
    if not spans:
        return None
    firsts, lasts = [first for first, _ in spans], [last for _, last in spans]
    first = None if None in firsts else min(day for day in firsts if day is not None)
    last = None if None in lasts else max(day for day in lasts if day is not None)
    return (first.isoformat() if first else None, last.isoformat() if last else None)


def _spans(text: str, anchor: date | None) -> list[Days]:
    """What each time expression of a sentence names; of expressions that overlap, the first and longest."""
    found: list[tuple[int, int, Days]] = []
    for pattern, read in _FORMS:
        for match in pattern.finditer(text):
            try:
                days = read(match, anchor)
            except (ValueError, OverflowError):  # 31 February, or a day before the year 1
                continue
            if days is not None and (days[0] is None or days[1] is None or days[0] <= days[1]):
                found.append((match.start(), -match.end(), days))
    spans, end = [], 0
    for start, minus_end, days in sorted(found, key=lambda item: item[:2]):
        if start >= end:
            spans.append(days)
            end = -minus_end
    return spans


def dateline(text: str) -> date | None:
    """The full date at the head of a report: ``STRELSAU, 17 February 2022 (Wire) -``; None: there is none."""
    match = _DATELINE.match(text[:400])
    if match is None:
        return None
    try:
        return _day_of(match.group("date"))
    except ValueError:
        return None


def anchor(article: Article) -> str | None:
    """The day from which an article's "today" counts (ISO): its own date, else its dateline."""
    day = _as_date(article.day) or dateline(article.text)
    return day.isoformat() if day else None


def _as_date(value: date | str | None) -> date | None:
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None


# -- absolute dates --------------------------------------------------------------------------------------------

_FULL = rf"(?:\d{{4}}-\d\d-\d\d|{_DAY} (?:of )?{_MONTH},? {_YEAR}|{_MONTH} {_DAY},? {_YEAR}|\d\d?\.\d\d?\.{_YEAR})"
_MONTH_DAY = rf"(?:{_DAY} (?:of )?{_MONTH}|{_MONTH} {_DAY}(?!\d))"
_DATELINE = re.compile(
    rf"\s*(?:[^\W\d_][^\n\d]{{1,60}}?[,:(—–-] ?)?(?:{_WEEKDAY},? )?(?P<date>{_FULL})"
    r"\s*(?:\([^)\n]{1,40}\))?\s*(?:[-–—:|]|\n|$|\()"
)


def _day_of(text: str, year: int | None = None) -> date:
    """One calendar day.

    :raises ValueError: there is no such day.
    """
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return date.fromisoformat(text)
    if re.fullmatch(r"\d\d?\.\d\d?\.\d{4}", text):
        return date(*(int(part) for part in reversed(text.split("."))))
    number: int | None = None
    month: int | None = None
    for word in re.findall(r"[A-Za-z]+|\d+", text):
        if word.isdigit():
            if len(word) == 4:
                year = int(word)
            else:
                number = int(word)
        else:
            month = _MONTHS.get(word.lower(), month)
    if number is None or month is None or year is None:
        raise ValueError(f"no full date: {text!r:.40}")
    return date(year, month, number)


def _month_span(year: int, month: int) -> Days:
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def _year_span(year: int) -> Days:
    return date(year, 1, 1), date(year, 12, 31)


def _season_span(year: int, first: int) -> Days:
    last = first + 2 if first < 12 else 2
    end = year if first < 12 else year + 1
    return date(year, first, 1), date(end, last, monthrange(end, last)[1])


# -- which of many: the one before the anchor, or after it where the words look ahead ------------------------------


def _ahead(match: re.Match[str]) -> bool:
    """Whether the sentence looks ahead: a verb of the future before the expression, or "next" in it."""
    return _FUTURE.search(match.string, 0, match.start()) is not None


def _nearest_year(anchor: date, make: Callable[[int], Days], ahead: bool) -> Days:
    """The latest of its kind that began by the anchor, or the first that is not over by then."""
    years = (anchor.year, anchor.year + 1) if ahead else (anchor.year, anchor.year - 1)
    for year in years:
        first, last = make(year)
        if first is not None and last is not None and (last >= anchor if ahead else first <= anchor):
            return first, last
    return make(years[-1])


def _weekday(anchor: date, name: str, how: str, ahead: bool) -> date:
    number = _WEEKDAYS[name.lower()]
    if how in {"next", "coming", "this coming"}:
        return anchor + timedelta((number - anchor.weekday() - 1) % 7 + 1)
    if how in {"last", "past", "previous"}:
        return anchor - timedelta((anchor.weekday() - number - 1) % 7 + 1)
    if ahead:
        return anchor + timedelta((number - anchor.weekday()) % 7)
    return anchor - timedelta((anchor.weekday() - number) % 7)


def _bounded(word: str | None, span: Days, anchor: date | None) -> Days:
    """What "since", "until", "by", "before", "after" make of a span."""
    first, last = span
    word = (word or "").lower()
    if word == "since":
        return first, anchor if anchor is None or first is None or anchor >= first else None
    if word in {"until", "till", "by"}:
        return (anchor if anchor is not None and last is not None and anchor <= last else None), last
    if word == "before":
        ahead = anchor is not None and first is not None and anchor < first
        return (anchor if ahead else None), (first - timedelta(1) if first else None)
    if word == "after":
        return (last + timedelta(1) if last else None), None
    return span


# -- the forms, each a pattern and how to read it -------------------------------------------------------------------

_BOUND = r"(?:\b(?P<bound>[Ss]ince|[Uu]ntil|[Tt]ill|[Bb]y|[Bb]efore|[Aa]fter)\s+)?"
_PART = r"(?:(?:early|late|mid|all of|the (?:beginning|start|middle|end) of)[\s-]+)?"


def _full_date(match: re.Match[str], anchor: date | None) -> Days | None:
    day = _day_of(match.group("date"))
    return _bounded(match.group("bound"), (day, day), anchor)


def _day_and_month(match: re.Match[str], anchor: date | None) -> Days | None:
    if anchor is None:
        return None
    text = match.group("date")

    def make(year: int) -> Days:
        leap = year if year % 4 == 0 or not re.search(r"\b29(?:th)?\b", text) else year - year % 4
        day = _day_of(text, leap)
        return day, day

    span = _nearest_year(anchor, make, _ahead(match) or (match.group("bound") or "").lower() in {"by", "until", "till"})
    return _bounded(match.group("bound"), span, anchor)


def _month_and_year(match: re.Match[str], anchor: date | None) -> Days | None:
    month = _MONTHS[match.group("month").rstrip(".").lower()]
    return _bounded(match.group("bound"), _month_span(int(match.group("year")), month), anchor)


def _month(match: re.Match[str], anchor: date | None) -> Days | None:
    if anchor is None:
        return None
    month = _MONTHS[match.group("month").rstrip(".").lower()]
    how = match.group("how").lower()
    ahead = how in {"next", "by", "until", "till"} or (how not in {"last", "since"} and _ahead(match))
    start = anchor if how != "last" else anchor.replace(day=1) - timedelta(1)
    start = start if how != "next" else _month_span(anchor.year, anchor.month)[1] or anchor
    if how == "next":
        start += timedelta(1)
    return _bounded(how, _nearest_year(start, lambda year: _month_span(year, month), ahead), anchor)


def _years(match: re.Match[str], anchor: date | None) -> Days | None:
    first, second = int(match.group("year")), match.group("second")
    if second is not None:
        return (date(first, 1, 1), date(int(second), 12, 31)) if int(second) >= first else None
    return _bounded(match.group("how"), _year_span(first), anchor)


def _decade(match: re.Match[str], anchor: date | None) -> Days | None:
    first = int(match.group("decade"))
    return _bounded(match.group("bound"), (date(first, 1, 1), date(first + 9, 12, 31)), anchor)


def _season(match: re.Match[str], anchor: date | None) -> Days | None:
    first = _SEASONS[match.group("season").lower()]
    if match.group("year"):
        return _season_span(int(match.group("year")), first)
    if anchor is None:
        return None
    how = (match.group("how") or "").lower()
    ahead = how == "next" or (how != "last" and _ahead(match))
    return _nearest_year(anchor, lambda year: _season_span(year, first), ahead)


_SHIFTS = {
    "yesterday": -1,
    "last night": -1,
    "tomorrow": 1,
    "the day before yesterday": -2,
    "the day after tomorrow": 2,
}


def _single_day(match: re.Match[str], anchor: date | None) -> Days | None:
    if anchor is None:
        return None
    word = " ".join(match.group("day").lower().split())
    day = anchor + timedelta(_SHIFTS.get(word, 0))
    if word == "overnight":
        return day - timedelta(1), day
    return _bounded(match.group("bound"), (day, day), anchor)


def _named_weekday(match: re.Match[str], anchor: date | None) -> Days | None:
    if anchor is None:
        return None
    bound = (match.group("bound") or "").lower()
    ahead = bound in {"by", "until", "till"} or (bound != "since" and _ahead(match))
    day = _weekday(anchor, match.group("name"), " ".join((match.group("how") or "").lower().split()), ahead)
    return _bounded(bound, (day, day), anchor)


def _this_unit(match: re.Match[str], anchor: date | None) -> Days | None:
    if anchor is None:
        return None
    how, unit = match.group("how").lower(), match.group("unit").lower()
    step = {"last": -1, "previous": -1, "past": -1, "next": 1, "coming": 1, "following": 1}.get(how, 0)
    if how == "the" and not match.group("end"):
        return None
    if match.group("end"):
        span = _unit_span(anchor, unit, step)
        last = span[1]
        if last is None:
            return None
        return _bounded(match.group("bound") or "by", (last, last), anchor)
    return _bounded(match.group("bound"), _unit_span(anchor, unit, step), anchor)


def _unit_span(anchor: date, unit: str, step: int) -> Days:
    if unit in {"week", "weekend"}:
        monday = anchor - timedelta(anchor.weekday()) + timedelta(7 * step)
        return (monday, monday + timedelta(6)) if unit == "week" else (monday + timedelta(5), monday + timedelta(6))
    if unit == "month":
        year, month = divmod(anchor.year * 12 + anchor.month - 1 + step, 12)
        return _month_span(year, month + 1)
    if unit == "decade":
        first = (anchor.year // 10 + step) * 10
        return date(first, 1, 1), date(first + 9, 12, 31)
    return _year_span(anchor.year + step)


def _vague(match: re.Match[str], anchor: date | None) -> Days | None:
    if anchor is None:
        return None
    how = " ".join(match.group("how").lower().split())
    count, unit = match.group("count"), match.group("unit").lower()
    days = _days(count, unit) if count else _VAGUE_DAYS.get(unit, 7)
    if days is None:
        return None
    if how in {"coming", "next", "following", "within"}:
        return anchor, anchor + timedelta(days)
    return anchor - timedelta(days), anchor


def _ago(match: re.Match[str], anchor: date | None) -> Days | None:
    if anchor is None:
        return None
    unit = match.group("unit").lower()
    number = _number(match.group("count"))
    forward = match.group("way").lower() != "ago" and match.group("way").lower() != "earlier"
    if number is None:
        return None
    sign = 1 if forward else -1
    if unit in {"hour", "day"}:
        day = anchor + timedelta(sign * round(number * _UNIT_DAYS[unit]))
        return day, day
    if unit == "fortnight":
        return _unit_span(anchor, "week", sign * 2 * number)
    if unit == "decade":
        return _unit_span(anchor, "year", sign * 10 * number)
    return _unit_span(anchor, unit, sign * number)


def _number(count: str) -> int | None:
    plain = " ".join(count.lower().split())
    return int(plain) if plain.isdigit() else _NUMBERS.get(plain)


def _days(count: str, unit: str) -> int | None:
    number = _number(count)
    return None if number is None else max(1, round(number * _UNIT_DAYS[unit]))


def _between(match: re.Match[str], anchor: date | None) -> Days | None:
    """ "from Monday to Thursday", "between 16 and 20 February", "between March and May 2014"."""
    left, right = match.group("left"), match.group("right")
    if left.isdigit() and len(left) < 4 and (month := re.search(_MONTH, right)) is not None:
        left = f"{left} {month.group()}" + (f" {year.group()}" if (year := re.search(_YEAR, right)) else "")
    ends = [_window(f"in {part}" if not re.match(_WEEKDAY, part) else f"on {part}", anchor) for part in (left, right)]
    if ends[0] is None or ends[1] is None or ends[0][0] is None or ends[1][1] is None:
        return None
    first, last = date.fromisoformat(ends[0][0]), date.fromisoformat(ends[1][1])
    if last < first and not re.search(_YEAR, right):  # "between 16 and 20 February", said on the 17th
        last = last.replace(year=first.year)
    return (first, last) if first <= last else None


_ONE = rf"(?:{_FULL}|{_MONTH_DAY}|{_MONTH} {_YEAR}|{_YEAR}|{_WEEKDAY}|{_MONTH}|{_DAY})"
_IN = r"[Ii]n|[Ss]ince|[Uu]ntil|[Tt]ill|[Bb]y|[Bb]efore|[Aa]fter|[Dd]uring|[Oo]f|[Aa]ll|early|late|mid"
# Four digits before one of these count something: they are no year.
_COUNTED = (
    r"(?! ?(?:[%$€£]|(?:people|troops|soldiers|men|tons|tonnes|civilians|dead|km|kilomet\w+|miles|met(?:er|re)s|times"
    r"|percent|euros|dollars|vehicles|tanks|others|residents|of)\b))"
)
_Reader: TypeAlias = Callable[[re.Match[str], date | None], Days | None]
_FORMS: tuple[tuple[re.Pattern[str], _Reader], ...] = tuple(
    (re.compile(pattern), read)
    for pattern, read in (
        (rf"\b[Ff]rom (?P<left>{_ONE}),? (?:to|until|till|through) (?P<right>{_ONE})\b", _between),
        (rf"\b[Bb]etween (?P<left>{_ONE}) and (?P<right>{_ONE})\b", _between),
        (rf"{_BOUND}\b(?P<date>{_FULL})\b", _full_date),
        (rf"{_BOUND}{_PART}\b(?P<month>{_MONTH}) (?:of )?(?P<year>{_YEAR})\b", _month_and_year),
        (rf"{_BOUND}\b(?P<date>{_MONTH_DAY})\b(?! ?(?:percent|%))", _day_and_month),
        (rf"\b(?P<how>{_IN}|[Ll]ast|[Nn]ext|[Tt]his)[\s-]{_PART}(?P<month>{_MONTH})(?!\w| ?\d)", _month),
        (
            rf"\b(?P<how>{_IN}|[Ff]rom|[Ff]or|[Tt]hroughout|year)[\s-]{_PART}(?P<year>{_YEAR})"
            rf"(?:[-–](?P<second>{_YEAR}))?\b{_COUNTED}",
            _years,
        ),
        (rf"{_BOUND}\bthe (?:early |late |mid-)?(?P<decade>(?:1[5-9]|20)\d0)s\b", _decade),
        (
            rf"\b(?:(?P<how>[Ll]ast|[Nn]ext|[Tt]his|[Tt]he|[Ii]n(?: the)?) )(?P<season>{_SEASON})\b"
            rf"(?: (?:of )?(?P<year>{_YEAR}))?(?! of\b| in\b| for\b| from\b)",
            _season,
        ),
        (
            rf"{_BOUND}\b(?i:(?P<day>the day before yesterday|the day after tomorrow|yesterday|tomorrow|today|tonight"
            r"|overnight|last night|this (?:morning|afternoon|evening)))\b",
            _single_day,
        ),
        (
            rf"{_BOUND}\b(?:(?P<how>[Ll]ast|[Nn]ext|[Pp]ast|[Pp]revious|[Tt]his coming|[Cc]oming|[Tt]his) )?"
            rf"(?P<name>{_WEEKDAY})\b",
            _named_weekday,
        ),
        (
            rf"{_BOUND}\b(?i:(?P<end>(?:the )?end of )?(?P<how>the|this|last|next|previous|coming|following)"
            r" (?P<unit>week|weekend|month|year|decade))\b(?!['’]s|-)",
            _this_unit,
        ),
        (
            r"\b(?i:(?:the |these )?(?P<how>coming|next|following|recent|past|last|previous)"
            rf" (?:(?P<count>{_COUNT}) )?(?P<unit>{_UNIT})s)\b",
            _vague,
        ),
        (rf"\b(?i:(?P<how>within) (?:the next )?(?P<count>{_COUNT}) (?P<unit>{_UNIT})s?)\b", _vague),
        (
            rf"\b(?i:(?P<count>{_COUNT}) (?P<unit>{_UNIT})s?['’]? (?P<way>ago|earlier|from now|from today))\b",
            _ago,
        ),
        (rf"\b(?i:in (?P<count>{_COUNT}) (?P<unit>{_UNIT})(?:s['’]|['’]s) (?P<way>time))\b", _ago),
    )
)
