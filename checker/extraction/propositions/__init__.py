"""A statement's content, made readable on its own: pronouns resolved, polarity applied, tense kept.

Rule-based English without a parser: closed classes, a list of verbs, the words around them. Deterministic, one pass.
A wrong sentence is worse than an unresolved one: whatever is not safe stays as it was said.
"""

from checker.extraction.propositions.answers import (
    denied_report,
    deny,
    is_bare_verdict,
    is_called_false,
    is_claim_mention,
    is_pointing_negation,
)
from checker.extraction.propositions.compose import proposition
from checker.extraction.propositions.context import Context
from checker.extraction.propositions.negation import negate

__all__ = [
    "Context",
    "denied_report",
    "deny",
    "is_bare_verdict",
    "is_called_false",
    "is_claim_mention",
    "is_pointing_negation",
    "negate",
    "proposition",
]
