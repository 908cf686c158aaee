"""A clash: two stored statements, what the judge holds of them, and what an analyst said."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from checker.matching.filters import predicts
from index.records import Statement, Verdict, VerdictKind
from index.verdicts import IdPair, KeyPair, Review

Turn: TypeAlias = Literal["reversal", "walk-back"]


@dataclass(frozen=True, slots=True)
class Clash:
    """A judged pair of stored statements. ``claim`` was said first, as far as dates tell.

    ``ids`` are their integer ids, ``review`` an analyst's word that still holds for both.
    """

    claim: Statement
    statement: Statement
    ids: IdPair
    verdict: Verdict
    review: Review | None = None

    @property
    def keys(self) -> KeyPair:
        return self.claim.id, self.statement.id

    @property
    def kind(self) -> VerdictKind:
        """The verdict that counts: the analyst's, or else the judge's."""
        return self.verdict.kind if self.review is None else self.review.kind

    @property
    def strength(self) -> float:
        """How sure the contradiction is: the score, and an analyst is sure."""
        return self.verdict.score if self.review is None else 1.0

    @property
    def within(self) -> bool:
        """Whether one actor stands against itself."""
        one, other = self.claim.actor, self.statement.actor
        return one is not None and other is not None and one.id == other.id

    @property
    def between(self) -> bool:
        """Whether two sides stand against each other."""
        one, other = self.claim.actor, self.statement.actor
        return one is not None and other is not None and not one.shares_side_with(other)

    @property
    def called(self) -> bool:
        """Whether an analyst calls it a contradiction."""
        return self.review is not None and self.review.kind == "contradiction"

    @property
    def turn(self) -> Turn | None:
        """How an actor left its own word: said the opposite, or took back a part; None where it did neither."""
        if not self.within or self.claim.date is None or self.claim.date == self.statement.date:
            return None  # a change of mind takes time; what was said on one day is one position
        if self.kind == "contradiction":
            return "reversal"
        doubted = self.statement.hypothetical and not predicts(self.statement)  # "will" takes back nothing
        hedged = doubted or self.statement.stance == "concedes" or "partial" in self.verdict.reasons
        return "walk-back" if self.kind == "uncertain" and hedged and not self.claim.hypothetical else None


def effective(clash: Clash) -> bool:
    """Whether a clash makes or joins a dispute: always where an analyst calls it a contradiction, whoever speaks. The
    same words in two mouths are none."""
    if clash.called:
        return True
    if clash.review is None and clash.claim.proposition.casefold() == clash.statement.proposition.casefold():
        return False
    return (clash.between and clash.kind == "contradiction") or clash.turn is not None


def oriented(one: Statement, other: Statement) -> tuple[Statement, Statement]:
    """Two statements as claim and answer, the same whichever comes first: who denies something answers it; else what
    was said later answers what was said earlier."""
    claim, statement = sorted((one, other), key=lambda s: (s.answers is not None, s.date or "", s.id))
    return claim, statement
