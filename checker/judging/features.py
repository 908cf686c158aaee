"""The named features of a pair. A feature that cannot be known is None, never zero."""

import math
from collections.abc import Mapping

from checker.judging.surface import (
    antonyms,
    name_overlap,
    negation_parity,
    number_clash,
    overlap,
    role_reversal,
    surface,
)
from checker.judging.wording import plain_verbs
from index.records import Pair, Probabilities, Statement

Features = Mapping[str, float | None]

# In the order in which the scorer's weights are stored and shown.
NAMES = (
    "nli_contradiction",
    "nli_entailment",
    "similarity",
    "overlap",
    "name_overlap",
    "negation",
    "negation_of_the_similar",
    "antonym",
    "number",
    "role_reversal",
    "hypothetical",
)


def features(pair: Pair, probabilities: Probabilities) -> dict[str, float | None]:
    """:data:`NAMES` of a pair, symmetric in its two propositions."""
    a, b = (surface(text) for text in wording(pair))
    negation = float(negation_parity(a, b))
    return {
        "nli_contradiction": log_odds(probabilities.contradiction),
        "nli_entailment": log_odds(probabilities.entailment),
        "similarity": pair.similarity,
        "overlap": overlap(a, b),
        "name_overlap": name_overlap(a, b),
        "negation": negation,
        "negation_of_the_similar": negation * max(pair.similarity, 0.0) * overlap(a, b),
        "antonym": float(bool(antonyms(a, b))) * overlap(a, b),
        "number": float(number_clash(a, b) is not None) * overlap(a, b),
        "role_reversal": float(role_reversal(a, b)) * overlap(a, b),
        "hypothetical": float(is_hypothetical(pair.claim) != is_hypothetical(pair.statement)),
    }


def wording(pair: Pair) -> tuple[str, str]:
    """The two propositions as they are judged."""
    return plain_verbs(pair.claim.proposition), plain_verbs(pair.statement.proposition)


def log_odds(probability: float) -> float:
    """log(p / (1 - p)), for p cut to [0.001, 0.999]: a judge that is sure is not infinitely sure."""
    p = min(max(probability, 0.001), 0.999)
    return math.log(p / (1 - p))


def is_hypothetical(statement: Statement) -> bool:
    """Marked as such by extraction, or worded so."""
    return statement.hypothetical or bool(surface(statement.proposition).hypotheticals)
