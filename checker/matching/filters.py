"""Which statements may answer a claim at all."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from checker.matching.words import says_something
from index.records import Statement

Speaker: TypeAlias = Literal["others", "self"]


@dataclass(frozen=True, slots=True)
class Filter:
    """What the caller asks for. Days are ISO dates, inclusive; None: no bound.

    ``speaker``: the other sides, whose statements rebut; or the claim's own actor, who contradicts himself another
    day. The two are never mixed. Others of the claim's side are neither.
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
        return claim.is_another_day_of_one_actor(statement)


EVERYTHING = Filter()
"""No bound in time, other sides."""


def is_settled(statement: Statement) -> bool:
    """Whether somebody known says in earnest something that can be checked, rather than suppose, ask or demand it."""
    return (
        statement.actor is not None
        and statement.checkable
        and not statement.hypothetical
        and statement.stance not in ("asks", "demands")
        and says_something(statement)
    )


def _other_side(claim: Statement, statement: Statement) -> bool:
    """Whether somebody else speaks. Where the claim has an actor, a statement by nobody in particular is left out:
    it may be the same side, and a rebuttal pinned on the wrong actor is worse than none."""
    if claim.actor is None:
        return True
    return statement.actor is not None and not claim.actor.shares_side_with(statement.actor)
