"""What can be seen on the surface of two sentences: negators, numbers, antonyms, names, shared words.

Nothing here is learned. Each function returns what it found and where, so that a reason can point at it.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib.resources import files

from checker.judging.dates import Date, apart, dates
from index.records import Span

_WORD = re.compile(r"\d+(?:[.,]\d+)*%?|[^\W\d_]+(?:['’-][^\W\d_]+)*")
_CONTRACTED_NOT = re.compile(r"n['’]t$", re.IGNORECASE)
_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "dozen": 12.0}
_COUNTING = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty"
).split()
_NUMBER_WORDS = {word: float(value) for value, word in enumerate(_COUNTING)} | {
    word: 10.0 * value for value, word in enumerate("thirty forty fifty sixty seventy eighty ninety".split(), start=3)
}
# Too common to say that two sentences speak of the same thing.
_FUNCTION_WORDS = frozenset(
    "a an the this that these those it its he she his her him they them their we us our i me my you your who whom "
    "whose which what there here and or but nor so yet as of in on at by for from to into with without about over "
    "under between among through during before after since until against is are was were be been being am has have "
    "had having do does did done doing will would shall should can could may might must not no never none than then "
    "also just only very more most some any all each such own same other s t ll ve re d m said says say".split()
)


_MONTHS = frozenset("january february march april may june july august september october november december".split())
_LASTING = re.compile(r"\b(?:is|are|has|have|stands?|remains?|since|as of|by)\b|\b(?:was|were) \w+ing\b", re.IGNORECASE)
_END = re.compile(r"\b(?:until|till|to) (?=[A-Z\d])")
_LONGEST = 2_000  # characters: more than the judge reads; bounds the work on text that is made of numbers or dates
_STRESSED = re.compile(r"\bnot\b[^,;]{0,60}\b(?:until|before)\b|\band not\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a sentence, lower-cased, with its place."""

    text: str
    span: Span
    capital: bool


@dataclass(frozen=True, slots=True)
class Number:
    """A quantity: its value, and the word that it counts (``%`` for percentages, None where there is none)."""

    value: float
    unit: str | None
    span: Span


@dataclass(frozen=True)  # not slotted: cached_property needs a dict
class Surface:
    """One sentence, read once. Use :func:`surface`, which remembers the sentences last read."""

    text: str

    @cached_property
    def words(self) -> tuple[Word, ...]:
        return tuple(
            Word(m[0].lower().replace("’", "'"), m.span(), m[0][0].isupper()) for m in _WORD.finditer(self.text)
        )

    @cached_property
    def negators(self) -> tuple[Span, ...]:
        """Where the sentence negates or denies."""
        lexicon = _lexicon()
        return tuple(
            w.span
            for w in self.words
            if w.text in lexicon.negators or w.text in lexicon.denials or _CONTRACTED_NOT.search(w.text)
        )

    @cached_property
    def denials(self) -> tuple[Span, ...]:
        return tuple(w.span for w in self.words if w.text in _lexicon().denials)

    @cached_property
    def hypotheticals(self) -> tuple[Span, ...]:
        """Words that take a sentence out of the asserted world; "May" is a month."""
        return tuple(
            w.span
            for place, w in enumerate(self.words)
            if w.text in _lexicon().hypotheticals and not (place and w.capital and w.text in _MONTHS)
        )

    @cached_property
    def reports(self) -> tuple[Span, ...]:
        """Verbs that pass on the words of somebody."""
        return tuple(w.span for w in self.words if w.text in _lexicon().reports)

    @cached_property
    def quoting(self) -> tuple[Span, ...]:
        """Frames that pass on the position of somebody: "X swears that", "by X's account"."""
        return tuple(found.span() for found in _lexicon().quoting.finditer(self.text))

    @cached_property
    def ahead(self) -> tuple[Span, ...]:
        """Words that look ahead: "will", "expects"."""
        return tuple(found.span() for found in _lexicon().ahead.finditer(self.text))

    @cached_property
    def partial(self) -> tuple[Span, ...]:
        """Words that say: not yet, not all, but under way."""
        return tuple(found.span() for found in _lexicon().partial.finditer(self.text))

    @cached_property
    def dates(self) -> tuple[Date, ...]:
        """Days, months, years and weekdays that are named."""
        return dates(self.text)

    @cached_property
    def stems(self) -> dict[str, Span]:
        """Content words by stem, with the place of the first."""
        stems: dict[str, Span] = {}
        for word in self.words:
            if word.text not in _FUNCTION_WORDS and not word.text[0].isdigit():
                stems.setdefault(stem(word.text), word.span)
        return stems

    @cached_property
    def names(self) -> frozenset[str]:
        """Capitalised words other than the first, lower-cased and without a possessive."""
        return frozenset(
            w.text.removesuffix("'s") for w in self.words[1:] if w.capital and w.text not in _FUNCTION_WORDS
        )

    @cached_property
    def numbers(self) -> tuple[Number, ...]:
        """Quantities; "3 May 2031" is none."""
        days = [date.span for date in self.dates]
        return tuple(n for n in _numbers(self.words) if not any(a <= n.span[0] < b for a, b in days))


@lru_cache(maxsize=4096)
def surface(text: str) -> Surface:
    """The surface of ``text``, remembered, because one claim meets many statements; of a long one, of its beginning."""
    return Surface(text[:_LONGEST])


def negation_parity(a: Surface, b: Surface) -> bool:
    """Whether the two negate an unequal number of times, modulo two."""
    return len(a.negators) % 2 != len(b.negators) % 2


def antonyms(a: Surface, b: Surface) -> tuple[tuple[Span, Span], ...]:
    """Places of words of ``a`` and ``b`` that exclude each other, where neither sentence holds both words."""
    return tuple(
        (span, b.stems[opposite])
        for word, span in a.stems.items()
        for opposite in sorted(_lexicon().opposites.get(word, ()))
        if opposite in b.stems and opposite not in a.stems and word not in b.stems
    )


def number_clash(a: Surface, b: Surface) -> tuple[Span, Span] | None:
    """Places of two quantities of the same thing that differ; None where the sentences agree or do not count it.

    Quantities compare only when they count the same word, or when each sentence has exactly one and neither names
    a unit that the other lacks: "200 troops" and "3 days" do not clash.
    """
    for x in a.numbers:
        same_unit = [y for y in b.numbers if y.unit == x.unit]
        if x.unit is None and not (len(a.numbers) == len(b.numbers) == 1):
            continue
        if same_unit and all(y.value != x.value for y in same_unit):
            return x.span, same_unit[0].span
    return None


def overlap(a: Surface, b: Surface) -> float:
    """Shared content stems over those of the shorter sentence, in [0, 1]; 0 where a sentence has none."""
    shorter = min(len(a.stems), len(b.stems))
    return len(a.stems.keys() & b.stems.keys()) / shorter if shorter else 0.0


def name_overlap(a: Surface, b: Surface) -> float | None:
    """Shared names over those of the sentence with fewer; None where a sentence names nobody."""
    fewer = min(len(a.names), len(b.names))
    return len(a.names & b.names) / fewer if fewer else None


def names_apart(a: Surface, b: Surface) -> bool | None:
    """Whether each names somebody or something that the other does not; None where one names nothing."""
    return bool(a.names - b.names and b.names - a.names) if a.names and b.names else None


def times_apart(a: Surface, b: Surface) -> bool | None:
    """Whether both name times, and none of them can be the same; None where one names none."""
    return apart(a.dates, b.dates) is not None if a.dates and b.dates else None


def date_clash(a: Surface, b: Surface) -> tuple[Span, Span] | None:
    """Places of two times that the sentences give for one thing: "shut on 3 May" and "shut on 9 May".

    Where they also turn each other round ("shut on 3 May", "not shut on 9 May") both may be true, one after the other;
    but "not until", "and not on any later day" only stress the time. So may two states ("is shut on 3 May") or counts
    ("by 3 May"), unless both say until when.
    """
    turned = negation_parity(a, b) and not (_STRESSED.search(a.text) or _STRESSED.search(b.text))
    lasting = (_LASTING.search(a.text) or _LASTING.search(b.text)) and not (_END.search(a.text) and _END.search(b.text))
    return None if turned or lasting or antonyms(a, b) else apart(a.dates, b.dates)


def role_reversal(a: Surface, b: Surface) -> bool:
    """Whether two names that both sentences hold stand in the opposite order around a shared word.

    "X shelled Y" against "Y shelled X"; a passive ("Y was shelled by X") turns the order back.
    """
    shared = [w.text.removesuffix("'s") for w in a.words if w.capital and w.text.removesuffix("'s") in _capitals(b)]
    if len(set(shared)) < 2:
        return False
    first, second = shared[0], next(name for name in shared if name != shared[0])
    order_a, order_b = _order(a, first, second), _order(b, first, second)
    return order_a is not None and order_b is not None and order_a != order_b


def stem(word: str) -> str:
    """A crude stem that maps the inflections of an English verb or noun to one key: "withdrawing" -> "withdraw"."""
    word = word.removesuffix("'s")
    if word.endswith("ss"):
        return word
    for ending, replacement in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            base = word[: len(word) - len(ending)] + replacement
            if ending in ("ing", "ed") and len(base) > 3 and base[-1] == base[-2] and base[-1] not in "lsz":
                return base[:-1]
            return base.removesuffix("e")
    return word.removesuffix("e") if len(word) > 3 else word


_ENDINGS = (("ies", "y"), ("ied", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""))


@dataclass(frozen=True, slots=True)
class _Lexicon:
    negators: frozenset[str]
    denials: frozenset[str]
    hypotheticals: frozenset[str]
    reports: frozenset[str]
    quoting: re.Pattern[str]
    ahead: re.Pattern[str]
    partial: re.Pattern[str]
    opposites: dict[str, frozenset[str]]


@cache
def _lexicon() -> _Lexicon:
    data = tomllib.loads(files("checker.judging").joinpath("lexicon.toml").read_text(encoding="utf-8"))
    opposites: dict[str, set[str]] = {}
    for one, other in data["antonyms"]:
        opposites.setdefault(stem(one), set()).add(stem(other))
        opposites.setdefault(stem(other), set()).add(stem(one))
    return _Lexicon(
        negators=frozenset(data["negators"]),
        denials=frozenset(data["denials"]),
        hypotheticals=frozenset(data["hypotheticals"]),
        reports=frozenset(data["reports"]),
        quoting=_any_of(data["quoting"]),
        ahead=_any_of(data["ahead"]),
        partial=_any_of(data["partial"]),
        opposites={word: frozenset(others) for word, others in opposites.items()},
    )


def _any_of(forms: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(forms)})\b", re.IGNORECASE)


def _numbers(words: tuple[Word, ...]) -> Iterator[Number]:
    position = 0
    while position < len(words):
        value = _value(words[position].text)
        if value is None:
            position += 1
            continue
        start, end = words[position].span
        percent = words[position].text.endswith("%")
        position += 1
        while position < len(words) and words[position].text in _SCALES:
            value *= _SCALES[words[position].text]
            end = words[position].span[1]
            position += 1
        unit = None
        if percent or (position < len(words) and words[position].text in ("percent", "per")):
            unit = "%"
        elif position < len(words) and words[position].text not in _FUNCTION_WORDS:
            unit = stem(words[position].text)
        yield Number(value, unit, (start, end))


def _value(word: str) -> float | None:
    if word in _NUMBER_WORDS:
        return _NUMBER_WORDS[word]
    if not word[0].isdigit():
        return None
    digits = word.rstrip("%")
    # "190,000" groups thousands; "3,5" is a decimal comma.
    digits = (
        digits.replace(",", "") if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", digits) else digits.replace(",", ".")
    )
    try:
        return float(digits)
    except ValueError:  # "17.02.2022": a date, not a quantity
        return None


def _capitals(s: Surface) -> frozenset[str]:
    return frozenset(w.text.removesuffix("'s") for w in s.words if w.capital)


def _order(s: Surface, first: str, second: str) -> bool | None:
    """Whether ``first`` acts on ``second``: it stands before, or after a passive "by"."""
    texts = [w.text.removesuffix("'s") for w in s.words]
    if first not in texts or second not in texts:
        return None
    i, j = texts.index(first), texts.index(second)
    lo, hi = min(i, j), max(i, j)
    passive = "by" in texts[lo:hi] and any(t in ("was", "were", "been", "is", "are", "be") for t in texts[lo:hi])
    return (i < j) != passive
