"""English words: the forms of verbs, the closed classes, and a text cut into words."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal, TypeAlias

Form: TypeAlias = Literal["base", "third", "past", "participle", "gerund"]

_LEXICON = files("checker.extraction") / "lexicon"
_FORMS_OF_BE_HAVE_DO = frozenset(
    [
        "be",
        "been",
        "being",
        "is",
        "are",
        "am",
        "was",
        "were",
        "has",
        "have",
        "had",
        "having",
        "do",
        "does",
        "did",
        "doing",
        "will",
        "would",
        "can",
        "could",
        "may",
        "might",
        "must",
        "should",
        "shall",
        "cannot",
        "not",
        "never",
        "to",
        "i",
        "you",
        "me",
        "him",
        "her",
        "us",
        "them",
    ]
)
_VOWELS = frozenset("aeiou")
# One pass; a word keeps its possessive and its inner hyphens, a number its thousands and percent.
_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*%?(?:-?[^\W\d_]+)*|[^\W\d_]+(?:[-'’&.](?=[^\W_])[^\W_]+)*|[^\w\s]|_+")


@dataclass(frozen=True, slots=True)
class Verbs:
    """The verbs that we know. Each table goes from a form to its base."""

    base: frozenset[str]
    also_noun: frozenset[str]
    third: dict[str, str]
    past: dict[str, str]
    participle: dict[str, str]
    gerund: dict[str, str]
    past_only: frozenset[str]  # pasts that are neither base nor participle: "went"
    past_of: dict[str, str]
    participle_of: dict[str, str]
    clausal: frozenset[str]
    ongoing: frozenset[str]
    doubling: frozenset[str]


@dataclass(frozen=True, slots=True)
class Words:
    """A text cut into words: parallel tuples, ``low`` in lower case with straight apostrophes."""

    text: str
    raw: tuple[str, ...]
    low: tuple[str, ...]
    start: tuple[int, ...]
    end: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.raw)


@lru_cache(maxsize=64)
def cut(text: str) -> Words:
    """The words, numbers and marks of ``text`` with their offsets into it."""
    spans = [found.span() for found in _TOKEN.finditer(text)]
    raw = [text[start:end] for start, end in spans]
    low = [word.lower() for word in raw]
    if "’" in text:
        low = [word.replace("’", "'") for word in low]
    return Words(text, tuple(raw), tuple(low), tuple([s for s, _ in spans]), tuple([e for _, e in spans]))


@cache
def word_class(name: str) -> frozenset[str]:
    """A closed class of ``lexicon/propositions.toml``."""
    return frozenset(_classes()[name].split())


@cache
def closed_words() -> frozenset[str]:
    """Words that are neither noun nor full verb."""
    names = ("determiners", "prepositions", "adverbs", "subordinators", "boundaries")
    return frozenset().union(_FORMS_OF_BE_HAVE_DO, *(word_class(name) for name in names))


@cache
def phrases(name: str) -> tuple[str, ...]:
    """The phrases of a class whose members are parted by bars, longest first."""
    found = {" ".join(phrase.split()) for phrase in _classes()[name].split("|")}
    return tuple(sorted(found - {""}, key=lambda phrase: (-len(phrase), phrase)))


@cache
def _classes() -> dict[str, str]:
    return tomllib.loads((_LEXICON / "propositions.toml").read_text(encoding="utf-8"))


@cache
def verbs() -> Verbs:
    """The verbs of ``lexicon/english_verbs.toml`` with all their forms."""
    data = tomllib.loads((_LEXICON / "english_verbs.toml").read_text(encoding="utf-8"))
    nouns = frozenset(data["also_nouns"].split())
    doubling = frozenset(data["doubling"].split())
    irregular = {base: (past, part) for base, past, part in (row.split() for row in data["irregular"].split(","))}
    bases = sorted((nouns | frozenset(data["only_verbs"].split()) | irregular.keys()) - {"have", "be", "do"})
    third: dict[str, str] = {}
    past: dict[str, str] = {}
    participle: dict[str, str] = {}
    gerund: dict[str, str] = {}
    past_of: dict[str, str] = {"have": "had", "be": "was", "do": "did"}
    participle_of: dict[str, str] = {"have": "had", "be": "been", "do": "done"}
    for base in bases:
        regular = _with_ed(base, doubling)
        pasts, parts = irregular.get(base, (regular, regular))
        past_of[base], participle_of[base] = pasts.split("/")[0], parts.split("/")[0]
        third[_with_s(base)] = base
        gerund[_with_ing(base, doubling)] = base
        for form in pasts.split("/"):
            past.setdefault(form, base)
        for form in parts.split("/"):
            participle.setdefault(form, base)
    for base in sorted(doubling):  # American and British spelling
        if base.endswith("l") and base in past_of:
            past.setdefault(base + "ed", base)
            participle.setdefault(base + "ed", base)
            gerund.setdefault(base + "ing", base)
    # Two verbs can share a form: "found" is far more often of find, "lay" of lie than the reader gains from asking.
    past |= {"found": "find", "fell": "fall", "wound": "wind", "left": "leave", "saw": "see"}
    participle |= {"found": "find", "left": "leave", "done": "do", "been": "be", "had": "have"}
    gerund |= {"having": "have", "being": "be", "doing": "do", "lying": "lie"}
    known = frozenset(bases)
    return Verbs(
        base=known,
        also_noun=nouns,
        third=third,
        past=past,
        participle=participle,
        gerund=gerund,
        past_only=frozenset(past) - frozenset(participle) - known - {"rose", "saw", "felt", "shot", "ground", "wound"},
        past_of=past_of,
        participle_of=participle_of,
        clausal=frozenset(data["clausal"].split()),
        ongoing=frozenset(data["ongoing"].split()),
        doubling=doubling,
    )


def inflect(base: str, form: Form) -> str:
    """The given form of a verb: ``inflect("shell", "past") == "shelled"``. Unknown verbs are taken as regular."""
    lexicon = verbs()
    if form == "base":
        return base
    if form == "third":
        return {"be": "is", "have": "has", "do": "does"}.get(base) or _with_s(base)
    if form == "gerund":
        return {"be": "being", "have": "having", "do": "doing"}.get(base) or _with_ing(base, lexicon.doubling)
    table = lexicon.past_of if form == "past" else lexicon.participle_of
    return table.get(base) or _with_ed(base, lexicon.doubling)


def base_of(word: str, form: Form) -> str | None:
    """The verb of which ``word`` is the given form, or None where that is not known for sure."""
    lexicon = verbs()
    table = {"third": lexicon.third, "past": lexicon.past, "participle": lexicon.participle, "gerund": lexicon.gerund}
    if form == "base":
        return word if word in lexicon.base else None
    return table[form].get(word) or _guessed_base(word, form)


_NOT_VERBS = frozenset({"hundred", "kindred", "sacred", "wicked", "rugged", "crooked", "wretched", "unprecedented"})
_ENDING = {"third": "s", "past": "ed", "participle": "ed", "gerund": "ing"}
# How the spelling of a stem tells whether an e was dropped before -ed and -ing.
_DROPPED_E = re.compile(r"(?:[cgsvuz]|[bcdfgkptz]l|[aeiou]at|[a-z][aeiou]?[^aeiou]at|iz|is|[uai]r)\Z")
_KEPT = re.compile(r"(?:[^aeiou][^aeioucgsvuzl]|ss|ll|zz|[aeo][iuyw][a-z]|ee[a-z]|oo[a-z]|[aeiou][wxy])\Z")


@lru_cache(maxsize=4096)
def _guessed_base(word: str, form: Form) -> str | None:
    """A verb outside the list, where its spelling leaves one reading: "bulldozed", "vandalised", "clamped"."""
    ending = _ENDING.get(form, "")
    if (
        word in _NOT_VERBS
        or not ending
        or not 5 < len(word) < 21
        or not (word.isascii() and word.isalpha())
        or not word.endswith(ending)
    ):
        return None
    stem = word[: -len(ending)]
    if form == "third":
        guesses = (
            [word[:-3] + "y"]
            if word.endswith("ies")
            else [word[:-2]]
            if word.endswith(("ches", "shes", "sses"))
            else [stem]
        )
    elif word.endswith("ied"):
        guesses = [word[:-3] + "y"]
    elif stem[-1] == stem[-2] and stem[-1] not in "aeioulsfz":
        guesses = [stem[:-1]]
    elif _KEPT.search(stem):
        guesses = [stem]
    else:
        guesses = [stem + "e"] if _DROPPED_E.search(stem) else []
    return next((guess for guess in guesses if inflect(guess, form) == word), None)


def with_article(phrase: str) -> str:
    """``phrase`` behind "a" or "an"."""
    first = phrase.split(" ", 1)[0].lower()
    vowel = first[:1] in _VOWELS and not re.match(r"uni(?!n)|us[aeiu]|eu|one|once", first)
    return ("an " if vowel or first in ("hour", "honest", "honour", "heir") else "a ") + phrase


def capitalised(text: str) -> str:
    """``text`` with its first letter in upper case; a word with inner capitals ("iMon") stays."""
    if not text[:1].islower() or re.match(r"\w\w?[A-Z]", text):
        return text
    return text[:1].upper() + text[1:] if len(text[:1].upper()) == 1 else text


def _with_s(base: str) -> str:
    if base.endswith(("s", "x", "z", "ch", "sh", "o")):
        return base + "es"
    if base.endswith("y") and base[-2:-1] not in _VOWELS:
        return base[:-1] + "ies"
    return base + "s"


def _with_ed(base: str, doubling: frozenset[str]) -> str:
    if base.endswith("e"):
        return base + "d"
    if base.endswith("y") and base[-2:-1] not in _VOWELS:
        return base[:-1] + "ied"
    return _doubled(base, doubling) + "ed"


def _with_ing(base: str, doubling: frozenset[str]) -> str:
    if base.endswith("ie"):
        return base[:-2] + "ying"
    if base.endswith("e") and not base.endswith(("ee", "ye", "oe")) and len(base) > 2:
        return base[:-1] + "ing"
    return _doubled(base, doubling) + "ing"


def _doubled(base: str, doubling: frozenset[str]) -> str:
    """The base with its last letter doubled, or a k after c ("panick"), as it stands before -ed and -ing."""
    if base.endswith("c"):
        return base + "k"
    short = re.fullmatch(r"(?:[^aeiou]*|[^aeiou]*qu)[aeiou][^aeiouwxy]", base) is not None
    return base + base[-1] if short or base in doubling else base
