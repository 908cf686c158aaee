"""Which statements may answer a claim at all."""

from dataclasses import dataclass

from index.records import Statement


@dataclass(frozen=True, slots=True)
class Filter:
    """What the caller asks for. Days are ISO dates, inclusive; None: no bound."""

    since: str | None = None
    until: str | None = None

    def admits(self, claim: Statement, statement: Statement) -> bool:
        """Whether ``statement`` may stand against ``claim``: checkable, in time, and by another side."""
        speaks_of_the_world = statement.checkable and statement.stance != "asks"
        return speaks_of_the_world and self._in_time(statement) and _other_side(claim, statement)

    def _in_time(self, statement: Statement) -> bool:
        if self.since is None and self.until is None:
            return True
        if statement.date is None:
            return False
        return (self.since or "") <= statement.date <= (self.until or "9999-12-31")


EVERYTHING = Filter()
"""No bound in time."""


def _other_side(claim: Statement, statement: Statement) -> bool:
    """Whether somebody else speaks. Where the claim has an actor, a statement by nobody in particular is left out:
    it may be the same side, and a rebuttal pinned on the wrong actor is worse than none."""
    if claim.actor is None:
        return True
    return statement.actor is not None and not claim.actor.shares_side_with(statement.actor)
