"""Which statements may answer a claim at all."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from index.records import Statement

Speaker: TypeAlias = Literal["others", "self"]


@dataclass(frozen=True, slots=True)
class Filter:
    """What the caller asks for. Days are ISO dates, inclusive; None: no bound.

    ``speaker``: the other sides, whose statements rebut; or the claim's own actor, who contradicts himself. The two are
    never mixed. Others of the claim's side are neither.
    """

    since: str | None = None
    until: str | None = None
    speaker: Speaker = "others"

    def admits(self, claim: Statement, statement: Statement) -> bool:
        """Whether ``statement`` may stand against ``claim``: checkable, in time, and by the right speaker."""
        speaks_of_the_world = statement.checkable and statement.stance != "asks"
        return speaks_of_the_world and self._in_time(statement) and self._by_the_right_speaker(claim, statement)

    @property
    def bounded(self) -> bool:
        """Whether it asks for days at all."""
        return self.since is not None or self.until is not None

    def _in_time(self, statement: Statement) -> bool:
        if not self.bounded:
            return True
        if statement.date is None:
            return False
        return (self.since or "") <= statement.date <= (self.until or "9999-12-31")

    def _by_the_right_speaker(self, claim: Statement, statement: Statement) -> bool:
        if self.speaker == "others":
            return _other_side(claim, statement)
        own = claim.actor is not None and statement.actor is not None and claim.actor.id == statement.actor.id
        return own and statement.attribution != claim.attribution


EVERYTHING = Filter()
"""No bound in time, other sides."""


def _other_side(claim: Statement, statement: Statement) -> bool:
    """Whether somebody else speaks. Where the claim has an actor, a statement by nobody in particular is left out:
    it may be the same side, and a rebuttal pinned on the wrong actor is worse than none."""
    if claim.actor is None:
        return True
    return statement.actor is not None and not claim.actor.shares_side_with(statement.actor)
