"""One actor over time."""

from collections import Counter
from dataclasses import dataclass

from checker.disputes.clashes import Clash, Turn
from checker.disputes.dispute import Dispute
from index.records import Actor, Statement


@dataclass(frozen=True, slots=True)
class Echo:
    """A pair of statements by one actor: a turn against its own word, or the same said again."""

    clash: Clash
    turn: Turn | None  # None: repetition


@dataclass(frozen=True, slots=True)
class Speaker:
    """One who speaks for a side, or the actor itself: how much it said, left or said again, and was not answered."""

    actor: Actor
    statements: int
    echoes: int
    unanswered: int


@dataclass(frozen=True, slots=True)
class History:
    """One actor over time, or a side with all who speak for it. ``statements`` in the order in which they were made."""

    actor: Actor
    statements: tuple[Statement, ...]
    disputes: tuple[Dispute, ...]
    echoes: tuple[Echo, ...]
    unanswered: tuple[Statement, ...]

    @property
    def speakers(self) -> tuple[Speaker, ...]:
        """Who speaks: the most talkative first, ties by id."""
        actors = {s.actor.id: s.actor for s in self.statements if s.actor is not None}
        said, turned, open_ = (
            Counter(s.actor.id for s in part if s.actor is not None)
            for part in (self.statements, [echo.clash.statement for echo in self.echoes], self.unanswered)
        )
        ids = sorted(actors, key=lambda id: (-said[id], id))
        return tuple(Speaker(actors[id], said[id], turned[id], open_[id]) for id in ids)

    def shown(self, limit: int) -> list[Statement]:
        """The statements that a view with at most ``limit`` of each kind shows."""
        in_disputes = [s for dispute in self.disputes[:limit] for s in dispute.timeline]
        in_echoes = [s for echo in self.echoes[:limit] for s in (echo.clash.claim, echo.clash.statement)]
        return [*in_disputes, *in_echoes, *self.unanswered[:limit]]
