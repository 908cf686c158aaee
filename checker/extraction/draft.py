"""A statement in the making, with what its neighbours need to know of it."""

from dataclasses import dataclass, field

from checker.extraction.propositions import Context
from index.records import Statement


@dataclass(slots=True, eq=False)
class Draft:
    """A statement in the making."""

    statement: Statement
    place: int
    frame: str
    cue_at: int
    noun_at: int | None = None
    context: Context = field(default_factory=Context)
    parent: "Draft | None" = None
    answers: "Draft | None" = None
    verdict: bool = False  # the words only judge a claim: "That is a lie"
    about: frozenset[str | None] = frozenset()  # actors and sides that its content names
    source: str = ""  # its source, as the text has it
