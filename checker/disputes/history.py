"""One actor over time."""

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
class History:
    """One actor over time. ``statements`` in the order in which they were made."""

    actor: Actor
    statements: tuple[Statement, ...]
    disputes: tuple[Dispute, ...]
    echoes: tuple[Echo, ...]
    unanswered: tuple[Statement, ...]

    def shown(self, limit: int) -> list[Statement]:
        """The statements that a view with at most ``limit`` of each kind shows."""
        in_disputes = [s for dispute in self.disputes[:limit] for s in dispute.timeline]
        in_echoes = [s for echo in self.echoes[:limit] for s in (echo.clash.claim, echo.clash.statement)]
        return [*in_disputes, *in_echoes, *self.unanswered[:limit]]
