"""The word lists of this package, read once from the TOML files beside this module."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from index.records import Stance

BASE, S_FORM, PAST, PARTICIPLE, ING = 1, 2, 4, 8, 16
Class = Literal["speech", "belief", "act"]

_VOWELS = "aeiou"
_DOUBLING = frozenset(
    [
        "admit",
        "ban",
        "beg",
        "brag",
        "chat",
        "commit",
        "compel",
        "control",
        "cut",
        "drop",
        "defer",
        "equip",
        "expel",
        "fit",
        "grin",
        "hit",
        "jab",
        "nod",
        "omit",
        "pan",
        "permit",
        "plan",
        "prefer",
        "quip",
        "quit",
        "quiz",
        "refer",
        "regret",
        "rip",
        "rebut",
        "submit",
        "slam",
        "slap",
        "shrug",
        "sob",
        "stir",
        "stop",
        "stab",
        "swap",
        "tip",
        "top",
        "transfer",
        "step",
        "wrap",
        "propel",
        "confer",
        "put",
        "let",
        "get",
        "set",
        "sit",
        "shut",
        "run",
        "win",
        "begin",
        "forget",
        "spin",
        "trim",
        "opt_",
        "drag",
        "hum",
        "split",
        "shed",
        "spur",
        "sum",
        "bet",
        "knit",
        "dub",
        "pin",
        "rub",
        "scrap",
        "snap",
        "chin",
        "upset",
        "label_",
    ]
)


@dataclass(frozen=True, slots=True)
class Sense:
    """One way in which a word attributes: what follows it, and what its subject does to the content."""

    lemma: str
    kind: Class
    stance: Stance
    frames: frozenset[str]  # letters of cues.toml
    prepositions: frozenset[str]
    negative: bool
    hypothetical: bool


@dataclass(frozen=True, slots=True)
class Future:
    """How English speaks of what is to come. ``reported``: also as others tell what was said of it."""

    plain: frozenset[str]
    reported: frozenset[str]
    intention: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Entry:
    """A form of a cue: the words after its first one, which form it is, and its senses in order of preference."""

    rest: tuple[str, ...]
    form: int
    senses: tuple[Sense, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """Lexicon of the tagger: closed classes, forms of verbs, and which verbs are nouns too."""

    closed: dict[str, str]
    forms: dict[str, int]
    nouns_too: frozenset[str]  # forms, not lemmas
    not_verbs: frozenset[str]
    roles: frozenset[str]
    participles: frozenset[str]  # forms that are never a finite past: "known", "given"
    verbs_too: frozenset[str]  # nouns that are verbs now and then: "name"


def inflect(verb: str) -> list[tuple[str, int]]:
    """The forms of ``lemma`` or ``lemma/past/participle``, each with its kind (bits may be joined)."""
    parts = verb.split("/")
    lemma = parts[0]
    if lemma == "be":
        return [("is", S_FORM), ("are", BASE), ("was", PAST), ("were", PAST), ("been", PARTICIPLE), ("be", BASE)]
    if lemma.endswith(("s", "x", "z", "ch", "sh")) or lemma in {"go", "do", "undergo", "veto", "echo"}:
        s_form = lemma + "es"
    elif lemma.endswith("y") and lemma[-2] not in _VOWELS:
        s_form = lemma[:-1] + "ies"
    else:
        s_form = {"have": "has", "quiz": "quizzes"}.get(lemma, lemma + "s")
    stem = lemma + lemma[-1] if lemma in _DOUBLING else lemma
    if lemma.endswith("ie"):
        ing = lemma[:-2] + "ying"
    elif lemma.endswith("e") and not lemma.endswith(("ee", "oe", "ye")):
        ing = lemma[:-1] + "ing"
    else:
        ing = stem + "ing"
    if lemma.endswith("e"):
        regular = lemma + "d"
    elif lemma.endswith("y") and lemma[-2] not in _VOWELS:
        regular = lemma[:-1] + "ied"
    else:
        regular = stem + "ed"
    past = parts[1] if len(parts) > 1 else regular
    participle = parts[2] if len(parts) > 2 else past
    forms = {lemma: BASE, s_form: S_FORM, ing: ING}
    forms[past] = forms.get(past, 0) | PAST
    forms[participle] = forms.get(participle, 0) | PARTICIPLE
    return list(forms.items())


@cache
def load_cues() -> dict[str, tuple[Entry, ...]]:
    """Verb cues by the lower-case form of their first word, longest first."""
    table: dict[tuple[str, tuple[str, ...], int], list[Sense]] = {}
    for group in _read("cues.toml")["verb"]:
        for item in group["words"].split():
            first, *rest = item.split("_")
            if "/" in item:
                head, *rest = item.rsplit("/", 1)[0].split("/") + item.rsplit("/", 1)[1].split("_")
                first = "/".join([head, *rest[:2]])
                rest = rest[2:]
            sense = _sense(group, first.split("/")[0])
            for form, bits in inflect(first):
                table.setdefault((form, tuple(rest), bits), []).append(sense)
    return _by_first(table)


@cache
def load_nouns() -> dict[str, tuple[Entry, ...]]:
    """Noun cues, singular and plural, by lower-case form."""
    table: dict[tuple[str, tuple[str, ...], int], list[Sense]] = {}
    for group in _read("cues.toml")["noun"]:
        for noun in group["words"].split():
            plural = noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
            for form in (noun, plural):
                table.setdefault((form, (), BASE), []).append(_sense(group, noun))
    return _by_first(table)


@cache
def load_hearsay() -> tuple[frozenset[str], frozenset[str]]:
    """Forms of "seem", and participles after "is" that report without a source ("is expected to")."""
    group = _read("cues.toml")["hearsay"]
    raising = frozenset(form for verb in group["raising"].split() for form, bits in inflect(verb) if bits != ING)
    return raising, frozenset(group["passive"].split())


@cache
def load_elliptical() -> tuple[frozenset[str], frozenset[str]]:
    """Nouns and adjectives by which a claim is denied without being repeated."""
    group = _read("cues.toml")["elliptical"]
    return frozenset(group["heads"].split()), frozenset(group["qualities"].split())


@cache
def load_ceremony() -> tuple[tuple[str, ...], frozenset[str]]:
    """Openings of sentences that are mere ceremony, and the words of possibility, condition and future."""
    data = _read("ceremony.toml")
    openings = tuple(o for part in data["ceremony"]["openings"].split("|") if (o := part.strip("\n")))
    return openings, frozenset(data["modality"]["words"].split())


@cache
def load_future() -> Future:
    """The words of what will be, and of what somebody means to do."""
    data = _read("ceremony.toml")
    plain, reported = (frozenset(data["future"][name].split()) for name in ("words", "reported"))
    phrases = "|".join(re.escape(phrase.strip()) for phrase in data["intention"]["phrases"].split("|"))
    return Future(plain, plain | reported, re.compile(rf"\b(?:{phrases})\b", re.IGNORECASE))


@cache
def load_sets() -> dict[str, frozenset[str]]:
    """The small sets of words that single rules ask for, by name."""
    found = {}
    for name, words in _read("words.toml")["sets"].items():
        parts = words.split("|") if "|" in words else words.split()
        found[name] = frozenset(" ".join(part.split()) for part in parts)
    return found


@cache
def load_words() -> Words:
    """The tagger's lexicon: closed classes first, then the verbs, the cue verbs among them."""
    data = _read("words.toml")
    closed = {word: tag for tag, words in data["classes"].items() for word in words.split()}
    not_verbs = frozenset(data["verbs"]["not_verbs"].split())
    forms: dict[str, int] = {}
    for verb in data["verbs"]["plain"].split():
        _add(forms, verb)
    for verb in _only_verbs():
        if verb.split("/")[0] not in forms:
            _add(forms, verb)
    for first, entries in load_cues().items():
        for entry in entries:
            forms[first] = forms.get(first, 0) | entry.form
    for word in data["verbs"]["A"].split():
        closed.setdefault(word, "A")
    cue_lemmas = {s.lemma for entries in load_cues().values() for e in entries for s in e.senses}
    ambiguous = set(data["verbs"]["nouns_too"].split())
    plain = {verb.split("/")[0] for verb in data["verbs"]["plain"].split()} - cue_lemmas
    nouns_too = frozenset(
        form for lemma in ambiguous | plain for form, bits in inflect(lemma) if bits & (BASE | S_FORM)
    )
    finite = BASE | S_FORM | PAST
    participles = frozenset(form for form, bits in forms.items() if bits & PARTICIPLE and not bits & finite)
    return Words(
        closed=closed,
        forms=forms,
        nouns_too=nouns_too,
        not_verbs=not_verbs,
        roles=frozenset(data["verbs"]["roles"].split()),
        participles=participles,
        verbs_too=frozenset(_read("english_verbs.toml")["also_nouns"].split()),
    )


def _only_verbs() -> list[str]:
    """The verbs of ``english_verbs.toml`` that are hardly ever nouns, irregular ones as ``lemma/past/participle``."""
    data = _read("english_verbs.toml")
    irregular = {row.split()[0]: row.split() for row in data["irregular"].split(",")}
    return ["/".join(f.split("/")[0] for f in irregular.get(lemma, [lemma])) for lemma in data["only_verbs"].split()]


def _add(forms: dict[str, int], verb: str) -> None:
    for form, bits in inflect(verb):
        forms[form] = forms.get(form, 0) | bits


def _sense(group: dict[str, Any], lemma: str) -> Sense:
    frames = group["frames"].split()
    flags = group.get("flags", "").split()
    prepositions = [p for frame in frames if frame.startswith("P:") for p in frame[2:].split(",")]
    return Sense(
        lemma=lemma,
        kind=group["class"],
        stance=group["stance"],
        frames=frozenset("".join(f for f in frames if not f.startswith("P:"))),
        prepositions=frozenset(prepositions),
        negative="negative" in flags,
        hypothetical="hypothetical" in flags,
    )


def _by_first(table: dict[tuple[str, tuple[str, ...], int], list[Sense]]) -> dict[str, tuple[Entry, ...]]:
    by_first: dict[str, list[Entry]] = {}
    for (first, rest, form), senses in table.items():
        by_first.setdefault(first, []).append(Entry(rest, form, tuple(senses)))
    return {first: tuple(sorted(entries, key=lambda e: -len(e.rest))) for first, entries in by_first.items()}


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((files(__package__) / name).read_text(encoding="utf-8"))
