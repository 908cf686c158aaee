"""A dispute: clashes over one proposition, with positions, sides and a timeline."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, Self, TypeAlias

from checker.disputes.clashes import Clash, Turn
from index.records import Actor, Statement

Kind: TypeAlias = Literal["dispute", "self-contradiction"]

_LAST = "9999-12-31"  # an undated statement stands at the end of a timeline


@dataclass(frozen=True, slots=True)
class Dispute:
    """Clashes over one proposition. ``positions``: 0 for the statements of sides that stand with the head's, 1 for the
    others.

    The head is the statement that most others stand against; its proposition names the dispute.
    """

    id: str
    clashes: tuple[Clash, ...]
    head: Statement
    positions: dict[str, int]
    first_run: int = 0

    @classmethod
    def of(cls, id: str, clashes: Iterable[Clash], *, first_run: int = 0) -> Self:
        """:raises ValueError: no clash is given."""
        ordered = tuple(sorted(clashes, key=lambda c: c.keys))
        if not ordered:
            raise ValueError(f"dispute '{id}' has no clashes")
        by_strength = strongest_first(ordered)
        return cls(id, ordered, by_strength[0], _positions(ordered, by_strength), first_run)

    @property
    def kind(self) -> Kind:
        return "self-contradiction" if all(clash.within for clash in self.clashes) else "dispute"

    @property
    def score(self) -> float:
        """That of the surest clash."""
        return max(clash.strength for clash in self.clashes)

    @property
    def reviewed(self) -> bool:
        """Whether an analyst calls a clash of it a contradiction: then its score is no judge's."""
        return any(clash.called for clash in self.clashes)

    @property
    def strength(self) -> float:
        """How much speaks for it: how far the surest clash of each two sides (or statements, of one side) is above one
        half, in halves, added up; rounded, so that one judgement more or less seldom matters."""
        surest: dict[frozenset[str], float] = {}
        for clash in self.clashes:
            sides = (side_of(clash.claim), side_of(clash.statement))
            parties = frozenset(clash.keys if sides[0] == sides[1] else sides)
            surest[parties] = max(surest.get(parties, 0.0), clash.strength)
        return round(sum(max(0.0, 2 * surest[parties] - 1) for parties in sorted(surest, key=sorted)), 1)

    @property
    def newest(self) -> str:
        """The day of the last statement; empty where no date is known."""
        return max(s.date or "" for s in self.timeline)

    @property
    def turn(self) -> Turn | None:
        """Of a self-contradiction: the strongest kind of turn in it."""
        turns = {clash.turn for clash in self.clashes}
        return "reversal" if "reversal" in turns else "walk-back" if "walk-back" in turns else None

    @property
    def timeline(self) -> tuple[Statement, ...]:
        """All statements, in the order in which they were made; ties by key."""
        by_key = {s.id: s for clash in self.clashes for s in (clash.claim, clash.statement)}
        return tuple(sorted(by_key.values(), key=lambda s: (s.date or _LAST, s.id)))

    @property
    def sides(self) -> tuple[str, ...]:
        """Who takes part: sides, and actors of no known side."""
        return tuple(sorted({side_of(s) for s in self.timeline}))

    @property
    def first(self) -> Statement:
        """Who said it first."""
        return self.timeline[0]

    @property
    def answer(self) -> Statement | None:
        """The first statement after the first one that takes the other position."""
        theirs = 1 - self.positions[self.first.id]
        return next((s for s in self.timeline[1:] if self.positions[s.id] == theirs), None)

    @property
    def days_to_answer(self) -> int | None:
        """Days from the first statement to its answer; None where a date is not known to the day."""
        answer = self.answer
        return None if answer is None else days_between(self.first.date, answer.date)

    @property
    def met(self) -> frozenset[str]:
        """Keys of the statements that another side stands against, or another speaker as an analyst says."""
        opposed = (c for c in self.clashes if c.between or (c.called and not c.within))
        return frozenset(key for clash in opposed for key in clash.keys)

    def involves(self, actor: Actor) -> bool:
        """Whether this actor, or another of its side, takes part."""
        return any(s.actor is not None and actor.shares_side_with(s.actor) for s in self.timeline)

    def position(self, number: int) -> tuple[Statement, ...]:
        """The statements of one position, in order of time. 0: as the head; 1: against it."""
        return tuple(s for s in self.timeline if self.positions[s.id] == number)


def by_importance(dispute: Dispute) -> tuple[float, int, float, str]:
    """For sorting: the strongest first, of these the newest, then the surest; ties by id."""
    day = int(dispute.newest[:10].replace("-", "").ljust(8, "0"))
    return -dispute.strength, -day, -dispute.score, dispute.id


def strongest_first(clashes: Sequence[Clash]) -> list[Statement]:
    """The statements of these clashes, those that most stand against first; ties: said earlier, then by key."""
    weights: dict[str, int] = {}
    statements: dict[str, Statement] = {}
    for clash in clashes:
        for statement in (clash.claim, clash.statement):
            statements[statement.id] = statement
            weights[statement.id] = weights.get(statement.id, 0) + weight(clash)
    return sorted(statements.values(), key=lambda s: (-weights[s.id], s.date or _LAST, s.id))


def weight(clash: Clash) -> int:
    """The strength as a whole number: sums do not depend on the order of what is added."""
    return round(clash.strength * 10_000)


def side_of(statement: Statement) -> str:
    """The side that speaks; an actor of no known side is one of its own."""
    if statement.actor is None:
        return "unknown"
    return statement.actor.side or statement.actor.id


def days_between(one: str | None, other: str | None) -> int | None:
    """From one day to another; None where either is not known to the day."""
    if one is None or other is None or min(len(one), len(other)) < len("YYYY-MM-DD"):
        return None
    return (date.fromisoformat(other[:10]) - date.fromisoformat(one[:10])).days


def _positions(clashes: Sequence[Clash], by_strength: Sequence[Statement]) -> dict[str, int]:
    """Each side takes the position opposed to the one from which it is first reached, beginning at the head's; then
    that to which most of what it clashes with is opposed. So one wrong clash seldom turns anybody round, and nobody
    stands against himself. Of a side against its own word, each statement takes a position."""
    divided = {side_of(c.claim) for c in clashes if side_of(c.claim) == side_of(c.statement)}
    holder = {s.id: s.id if side_of(s) in divided else side_of(s) for s in by_strength}
    holders = list(dict.fromkeys(holder.values()))
    against: dict[str, dict[str, int]] = {}
    for clash in clashes:
        for one, other in (clash.keys, clash.keys[::-1]):
            weights = against.setdefault(holder[one], {})
            weights[holder[other]] = weights.get(holder[other], 0) + weight(clash)
    positions: dict[str, int] = {}
    for start in holders:  # usually all is reached from the head; a withdrawn statement can leave two parts
        queue = deque([start] if start not in positions else [])
        positions.setdefault(start, 0)
        while queue:
            here = queue.popleft()
            for there in sorted(against[here].keys() - positions.keys()):
                positions[there] = 1 - positions[here]
                queue.append(there)
    while others := holders[1:]:

        def gain(one: str) -> int:
            return sum(w if positions[other] == positions[one] else -w for other, w in against[one].items())

        turned = max(others, key=gain)  # the first of the best: turning another one first can end in a worse split
        if gain(turned) <= 0:
            break
        positions[turned] = 1 - positions[turned]
    return {key: positions[one] for key, one in holder.items()}
