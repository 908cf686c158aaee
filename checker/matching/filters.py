"""Which statements may answer a claim at all."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from checker.extraction.checkable import is_intention, is_prediction
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
    """Whether somebody known says in earnest something that can be checked, now or when its time has come, rather than
    suppose, ask or demand it."""
    return statement.actor is not None and statement.checkable and _is_asserted(statement) and says_something(statement)


def can_clash(one: Statement, other: Statement) -> bool:
    """Whether the two can contradict each other at all. A condition, a question and a demand rebut nothing; a
    prediction stands against a prediction and against a plan, but what is or was does not make it untrue."""
    if not (_is_asserted(one) and _is_asserted(other)):
        return False
    return not (one.hypothetical or other.hypothetical) or (_is_to_come(one) and _is_to_come(other))


def _is_asserted(statement: Statement) -> bool:
    if statement.stance in ("asks", "demands"):
        return False
    return not statement.hypothetical or (statement.checkable and predicts(statement))


def predicts(statement: Statement) -> bool:
    """Whether it says that something will be, or will not be: no more in doubt than any other assertion."""
    return is_prediction(statement.proposition, reported=statement.stance in ("denies", "accuses"))


def _is_to_come(statement: Statement) -> bool:
    return predicts(statement) or is_intention(statement.proposition)


def _other_side(claim: Statement, statement: Statement) -> bool:
    """Whether somebody else speaks. Where the claim has an actor, a statement by nobody in particular is left out:
    it may be the same side, and a rebuttal pinned on the wrong actor is worse than none."""
    if claim.actor is None:
        return True
    return statement.actor is not None and not claim.actor.shares_side_with(statement.actor)
