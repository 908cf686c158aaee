"""Accusations and denials that nobody met."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from index.records import Statement

STANCES = ("accuses", "denies")


@dataclass(frozen=True, slots=True)
class OpenClaims:
    """Claims that nobody has met, and what became of those that nobody had met at the last run.

    ``open``: articles of all, by key. ``new``: those that were not open then. ``answered``: those that are met now,
    with the id of the dispute; None: denied in their own article. ``withdrawn``: keys and articles of those that are
    gone.
    """

    open: dict[str, str]
    new: tuple[Statement, ...] = ()
    answered: tuple[tuple[Statement, str | None], ...] = ()
    withdrawn: tuple[tuple[str, str], ...] = ()


def open_claims(statements: Iterable[Statement], *, met: Collection[str]) -> list[Statement]:
    """The accusations and denials among ``statements`` whose key is not in ``met``: latest first, ties by key."""
    found = [s for s in statements if awaits_an_answer(s) and s.id not in met]
    found.sort(key=lambda s: s.id)
    return sorted(found, key=lambda s: s.date or "", reverse=True)


def awaits_an_answer(statement: Statement) -> bool:
    """Whether it accuses or denies, in earnest, by somebody known."""
    return (
        statement.stance in STANCES
        and statement.checkable
        and not statement.hypothetical
        and statement.actor is not None
    )
