"""One actor over time as JSON Lines."""

from collections.abc import Iterator

from checker.disputes import Sources
from checker.disputes.history import History
from checker.reporting import disputes
from checker.reporting.disputes import Entry


def lines(history: History, sources: Sources, *, limit: int) -> Iterator[Entry]:
    """First the actor with who speaks for it, then its turns and repetitions, its disputes, and what nobody met."""
    actor = history.actor
    yield {
        "type": "actor",
        "actor": {"id": actor.id, "name": actor.name, "side": actor.side},
        "statements": len(history.statements),
        "echoes": len(history.echoes),
        "disputes": len(history.disputes),
        "unanswered": len(history.unanswered),
        "speakers": [
            {
                "id": one.actor.id,
                "name": one.actor.name,
                "statements": one.statements,
                "echoes": one.echoes,
                "unanswered": one.unanswered,
            }
            for one in history.speakers
        ],
    }
    for echo in history.echoes[:limit]:
        clash = echo.clash
        yield {
            "type": echo.turn or "repetition",
            **disputes.clash(clash),
            "earlier": disputes.statement(clash.claim, sources),
            "later": disputes.statement(clash.statement, sources),
        }
    for dispute in history.disputes[:limit]:
        yield {"type": "dispute", "dispute": dispute.id, **disputes.dispute(dispute, sources)}
    for statement in history.unanswered[:limit]:
        yield {"type": "unanswered", **disputes.statement(statement, sources)}
