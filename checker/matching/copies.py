"""Wire copy: one statement that several outlets carry. It counts once, as of the article that had it first."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from index.store import Carrier, Store

# The same words after more days than these are said again: an agency's text is reprinted within the week-end.
_GAP = datetime.timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Copies:
    """``groups``: by integer id, all statements that are one, the first one first; ids that stand alone are not in."""

    groups: dict[int, tuple[Carrier, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, store: Store, ids: Sequence[int]) -> "Copies":
        """The groups of these statements."""
        groups = (group for carriers in store.carriers(ids).values() for group in occasions(carriers))
        return cls({carrier.id: group for group in groups if len(group) > 1 for carrier in group})

    def together(self, id: int) -> tuple[int, ...]:
        """Integer ids of the statements that are one with this one, itself included, the first one first."""
        return tuple(carrier.id for carrier in self.groups[id]) if id in self.groups else (id,)

    def appearances(self, id: int) -> tuple[str, ...]:
        """Ids of the other articles that carry this statement, sorted."""
        group = self.groups.get(id, ())
        own = {carrier.article for carrier in group if carrier.id == id}
        return tuple(sorted({carrier.article for carrier in group} - own))


def occasions(carriers: Sequence[Carrier]) -> Iterator[tuple[Carrier, ...]]:
    """Parts statements of the same words by when they were published; each part by day, article and id.

    A day that is not known may be any: such statements go with the first.
    """
    dated = sorted((c for c in carriers if c.date), key=lambda c: (c.date or "", c.article, c.id))
    undated = sorted((c for c in carriers if not c.date), key=lambda c: (c.article, c.id))
    part: list[Carrier] = []
    waiting = undated
    for carrier in dated:
        if part and _days(carrier) - _days(part[-1]) > _GAP:
            yield (*part, *waiting)
            part, waiting = [], []
        part.append(carrier)
    if part or waiting:
        yield (*part, *waiting)


def _days(carrier: Carrier) -> datetime.date:
    """The day of a dated statement; of a date that names only a month or a year, its first day."""
    parts = [int(part) for part in (carrier.date or "")[:10].split("-")]
    return datetime.date(*[*parts, 1, 1][:3])
