"""Cues: the words of a sentence that can attribute something to somebody, before it is known whether they do."""

from dataclasses import dataclass
from typing import Literal

from checker.extraction.lexicon import BASE, ING, PARTICIPLE, PAST, S_FORM, Entry, load_cues, load_nouns
from checker.extraction.tags import BE, HAVE, Stream

Form = Literal["finite", "ing", "passive", "infinitive", "noun", "according", "hearsay"]

_NEGATIONS = {"not", "never", "cannot", "neither", "nor"}
_MODALS = {"would", "could", "should", "may", "might", "can", "must", "ought", "shall"}
_DETERMINERS = {"these", "those", "such"}
_HEDGES = {"reportedly", "allegedly", "apparently", "seemingly", "supposedly"}


@dataclass(frozen=True, slots=True)
class Cue:
    """Items ``first`` (auxiliaries and adverbs included) to ``last`` (exclusive, particles too); ``head``: the word."""

    first: int
    head: int
    last: int
    form: Form
    entry: Entry
    negated: bool = False
    modal: bool = False


def find_cues(s: Stream, lo: int, hi: int) -> list[Cue]:
    """Every possible cue of the sentence ``[lo, hi)``, left to right."""
    verbs, nouns = load_cues(), load_nouns()
    found = []
    for i in range(lo, hi):
        tag = s.tag[i]
        if tag in "VvG":
            if s.low[i] == "according" and i + 1 < hi and s.low[i + 1] == "to":
                found.append(Cue(i, i, i + 2, "according", NO_ENTRY))
            elif s.low[i] in nouns and i > lo and s.low[i - 1] in _DETERMINERS:
                found.append(Cue(i, i, i + 1, "noun", nouns[s.low[i]][0]))  # "These claims do not hold"
            elif s.low[i] in verbs:
                cue = _verb(s, lo, hi, i, verbs[s.low[i]])
                if cue is not None:
                    found.append(cue)
        elif (tag == "N" or (tag == "P" and i == lo)) and s.low[i] in nouns:
            found.append(Cue(i, i, i + 1, "noun", nouns[s.low[i]][0]))
    return found


NO_ENTRY = Entry((), 0, ())
_WANTED = {"V": S_FORM | PAST | PARTICIPLE | BASE, "v": BASE, "G": ING}


def _verb(s: Stream, lo: int, hi: int, i: int, entries: tuple[Entry, ...]) -> Cue | None:
    """The cue with the longest matching particles, and its verb group to the left."""
    tag = s.tag[i]
    for entry in entries:
        last = i + 1 + len(entry.rest)
        if entry.form & _WANTED[tag] and last <= hi and (not entry.rest or tuple(s.low[i + 1 : last]) == entry.rest):
            return _with_group(s, lo, i, last, entry)
    return None


def _with_group(s: Stream, lo: int, i: int, last: int, entry: Entry) -> Cue:
    first = i
    while first > lo and (s.tag[first - 1] == "M" or (s.tag[first - 1] == "R" and s.low[first - 1] not in _HEDGES)):
        first -= 1
    while first < i and s.tag[first] == "R" and first > lo and s.tag[first - 1] == ",":
        first += 1
    group = s.low[first:i]
    negated = any(low in _NEGATIONS or low.endswith("n't") for low in group)
    modal = any(low in _MODALS for low in group)
    auxiliary = next((low for low in reversed(group) if low in BE or low in HAVE), "")
    form: Form
    if s.tag[i] == "G":
        form = "finite" if auxiliary in BE else "ing"
    elif s.tag[i] == "v":
        form = (
            "finite"
            if (group and s.tag[first] == "M") or any(s.tag[j] == "M" for j in range(first, i))
            else "infinitive"
        )
    elif (auxiliary in BE and entry.form & PARTICIPLE) or (
        not group and entry.form & PARTICIPLE and last < len(s) and s.low[last] == "by"
    ):
        form = "passive"
    else:
        form = "finite"
    return Cue(first, i, last, form, entry, negated, modal)
