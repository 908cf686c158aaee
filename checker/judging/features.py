"""The named features of a pair. A feature that cannot be known is None, never zero."""

import datetime
import math
from collections.abc import Mapping

from checker.judging.dates import days_named, without_days
from checker.judging.surface import (
    antonyms,
    date_clash,
    name_overlap,
    names_apart,
    negation_parity,
    number_clash,
    overlap,
    role_reversal,
    surface,
    times_apart,
)
from checker.judging.wording import plain_words
from index.records import Pair, Probabilities, Statement, Window

Features = Mapping[str, float | None]

# In the order in which the scorer's weights are stored and shown, each with the sign that its weight may have: a
# feature must never count against its meaning (0: either).
SIGNS: Mapping[str, int] = {
    "nli_contradiction": 1,
    "nli_entailment": -1,
    "nli_entailment_back": -1,
    # How near the two are; absent for bare sentences, which somebody put together and no search found:
    "similarity": 0,
    "overlap": 0,
    "name_overlap": 1,
    # Of any two texts:
    "names_apart": -1,
    "negation": 0,
    "negation_of_the_similar": 1,
    "antonym": 1,
    "number": 1,
    "date": 1,
    "role_reversal": 1,
    "hypothetical": -1,
    "reported": -1,
    "partial": -1,
    "question": -1,
    "times_apart": -1,
    # Of statements only, absent for bare sentences:
    "windows_apart": -1,
    "succession": -1,
    "quoted": -1,
    "prediction": -1,
    "days_apart": -1,
    "demand": -1,
    "denial": 1,
    "same_side": -1,
}
NAMES = tuple(SIGNS)
OF_COSINES = frozenset(("similarity", "negation_of_the_similar"))  # those that an encoder has a part in


def features(pair: Pair, probabilities: Probabilities, entailment_back: float | None) -> dict[str, float | None]:
    """:data:`NAMES` of a pair. ``entailment_back``: P(entailment) with the two turned round, where that was asked."""
    of_texts = _of_the_texts(pair, probabilities, entailment_back)
    return of_texts | _of_the_statements(pair, dated=bool(of_texts["date"]))


def _of_the_texts(pair: Pair, probabilities: Probabilities, entailment_back: float | None) -> dict[str, float | None]:
    a, b = (surface(text) for text in wording(pair))
    negation, shared = float(negation_parity(a, b)), overlap(a, b)
    attributed = pair.claim.attributed or pair.statement.attributed
    return {
        "nli_contradiction": log_odds(probabilities.contradiction),
        "nli_entailment": log_odds(probabilities.entailment),
        "nli_entailment_back": None if entailment_back is None else log_odds(entailment_back),
        "similarity": pair.similarity if attributed else None,
        "overlap": shared if attributed else None,
        "name_overlap": name_overlap(a, b) if attributed else None,
        "names_apart": _number(names_apart(a, b)),
        "negation": negation,
        "negation_of_the_similar": negation * max(pair.similarity, 0.0) * shared,
        "antonym": float(bool(antonyms(a, b))) * shared,
        "number": float(number_clash(a, b) is not None) * shared,
        "date": float(date_clash(a, b) is not None) * shared,
        "role_reversal": float(role_reversal(a, b)) * shared,
        "hypothetical": float(is_hypothetical(pair.claim) != is_hypothetical(pair.statement)),
        "reported": float(bool(a.reports) != bool(b.reports)),
        "partial": float(bool(a.partial) != bool(b.partial)),
        "question": float(a.text.rstrip().endswith("?") or b.text.rstrip().endswith("?")),
        "times_apart": _number(times_apart(a, b)),
    }


def _of_the_statements(pair: Pair, *, dated: bool) -> dict[str, float | None]:
    """What is known of who said it, when and in what stance; nothing of that is known of bare sentences.

    ``dated``: the time itself is what they disagree on; then neither comes after the other.
    """
    claim, statement = pair.claim, pair.statement
    attributed = claim.attributed or statement.attributed
    stances = {claim.stance, statement.stance}
    known = claim.window is not None and statement.window is not None
    apart = windows_apart(claim.window, statement.window)
    one, other = (surface(text) for text in wording(pair))
    return {
        "windows_apart": float(apart) if known else None,
        "succession": float(apart and not dated) if known else None,
        # One of the two passes on the position of somebody else, which its speaker need not hold; or looks ahead.
        "quoted": float(bool(one.quoting) != bool(other.quoting)) if attributed else None,
        "prediction": float(bool(one.ahead) != bool(other.ahead)) if attributed else None,
        "days_apart": _days_apart(claim.date, statement.date),
        "demand": float(bool(stances & {"asks", "demands"})) if attributed else None,
        "denial": float((claim.stance == "denies") != (statement.stance == "denies")) if attributed else None,
        "same_side": _same_side(claim, statement),
    }


def _same_side(one: Statement, other: Statement) -> float | None:
    """Unknown of one actor on two days: a side hardly contradicts itself on one day, but a reversal is looked for."""
    if one.is_another_day_of_one_actor(other):
        return None
    return float(one.actor.shares_side_with(other.actor)) if one.actor and other.actor else None


def windows_apart(a: Window | None, b: Window | None) -> bool:
    """Whether the two are known to speak of times that do not meet; an open end reaches as far as it takes."""
    if a is None or b is None:
        return False
    return _ends_before(a, b) or _ends_before(b, a)


def _ends_before(a: Window, b: Window) -> bool:
    return a[1] is not None and b[0] is not None and a[1] < b[0]


def _days_apart(a: str | None, b: str | None) -> float | None:
    """log(1 + days) between two days; None where a day is not known."""
    if a is None or b is None or len(a) < 10 or len(b) < 10:
        return None
    days = (datetime.date.fromisoformat(a[:10]) - datetime.date.fromisoformat(b[:10])).days
    return math.log1p(abs(days))


def _number(found: bool | None) -> float | None:
    return None if found is None else float(found)


def wording(pair: Pair) -> tuple[str, str]:
    """The two propositions as they are judged: where both are known to speak of one day, and call it differently
    ("yesterday", "on 3 May"), without its name."""
    one, other = plain_words(pair.claim.proposition), plain_words(pair.statement.proposition)
    window = pair.claim.window
    if window is None or window != pair.statement.window or window[0] is None or window[0] != window[1]:
        return one, other
    names = [{text[a:b].casefold() for a, b in days_named(text)} for text in (one, other)]
    if not all(names) or names[0] == names[1]:
        return one, other
    return without_days(one), without_days(other)


def log_odds(probability: float) -> float:
    """log(p / (1 - p)), for p cut to [0.001, 0.999]: a judge that is sure is not infinitely sure."""
    p = min(max(probability, 0.001), 0.999)
    return math.log(p / (1 - p))


def is_hypothetical(statement: Statement) -> bool:
    """Marked as such by extraction, or worded so."""
    return statement.hypothetical or bool(surface(statement.proposition).hypotheticals)
