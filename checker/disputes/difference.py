"""What changed between two reports, and why: a pure function of what was reported last and of what is there now."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Literal, Self, TypeAlias

from checker.disputes.clashes import Clash
from checker.disputes.dispute import Dispute, by_importance
from checker.disputes.unanswered import awaits_an_answer
from index.records import digest
from index.verdicts import KeyPair, ReportedPair, unordered

State: TypeAlias = Literal["new", "answered", "grown", "changed", "withdrawn"]
Cause: TypeAlias = Literal["new-article", "correction", "deletion", "other-weights", "review"]

_Places: TypeAlias = tuple[tuple[str, str], tuple[str, str]]
"""Of two statements: key, or article where a correction put one in another's place."""

STATES: tuple[State, ...] = ("new", "answered", "grown", "changed", "withdrawn")


@dataclass(frozen=True, slots=True)
class Since:
    """What a run must know of the one before to say why something changed.

    ``compared``: statements with a higher integer id are new. ``corrected``: articles that lost a statement since.
    ``stored_articles`` and ``stored_statements``: which of those last reported are still there, by id and key.
    """

    compared: int
    corrected: Collection[str]
    stored_articles: Collection[str]
    stored_statements: Collection[str]
    other_judge: bool


@dataclass(frozen=True, slots=True)
class Change:
    """A dispute that changed. ``dispute`` is None where nothing of it is left."""

    id: str
    state: State
    causes: tuple[Cause, ...]
    dispute: Dispute | None
    added: tuple[KeyPair, ...] = ()
    gone: tuple[KeyPair, ...] = ()
    articles: tuple[str, ...] = ()  # of the pairs that have gone
    merged: tuple[str, ...] = ()  # disputes that are now part of this one
    first_run: int = 0


@dataclass(frozen=True, slots=True)
class Difference:
    """All disputes as they are now, and those among them, or gone, that changed."""

    disputes: tuple[Dispute, ...]
    changes: tuple[Change, ...]

    @property
    def states(self) -> dict[State, int]:
        """How many disputes are in each state."""
        counts = Counter(change.state for change in self.changes)
        return {state: counts[state] for state in STATES}


@dataclass(slots=True)
class _Previous:
    """The last report, as it is asked. ``pairs``: by both keys, the smaller first: which of two statements of one day
    is the claim may change with a correction. ``corrected``: by :func:`_places`, where pairs stood that lost a
    statement to a correction."""

    pairs: Mapping[KeyPair, ReportedPair]
    first_runs: Mapping[str, int]
    corrected: Mapping[_Places, str]
    by_dispute: dict[str, list[ReportedPair]] = field(default_factory=dict)
    statements: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, reported: Sequence[ReportedPair], first_runs: Mapping[str, int], since: Since) -> Self:
        corrected: dict[_Places, str] = {}
        for pair in sorted(reported, key=lambda p: (p.dispute, p.keys)):
            if not all(key in since.stored_statements for key in pair.keys):
                corrected.setdefault(_places_of_pair(pair, since), pair.dispute)
        return cls({unordered(*pair.keys): pair for pair in reported}, first_runs, corrected)

    def __post_init__(self) -> None:
        for pair in self.pairs.values():
            self.by_dispute.setdefault(pair.dispute, []).append(pair)
            self.statements.update(pair.keys)

    def dispute_of(self, clash: Clash, since: Since) -> str | None:
        """Where the clash was reported, or the one in whose place a correction put it."""
        pair = self.pairs.get(unordered(*clash.keys))
        return self.corrected.get(_places_of_clash(clash, since)) if pair is None else pair.dispute


@dataclass(frozen=True, slots=True)
class _After:
    """What is there now: pairs by keys, the smaller first; disputes by id."""

    pairs: frozenset[KeyPair]
    disputes: frozenset[str]


def difference(
    groups: Sequence[Sequence[Clash]],
    reported: Sequence[ReportedPair],
    first_runs: Mapping[str, int],
    *,
    run: int,
    since: Since,
) -> Difference:
    """What the groups of clashes are, now that ``reported`` was reported before.

    A group goes on with the id of the dispute that it shares most pairs with; every other gets an id of its own.
    Where a correction put another statement in the place of one, its pair is the pair of that one.
    """
    before = _Previous.of(reported, first_runs, since)
    disputes = _identified(groups, before, run, since)
    after = _After(
        pairs=frozenset(unordered(*clash.keys) for dispute in disputes for clash in dispute.clashes),
        disputes=frozenset(dispute.id for dispute in disputes),
    )
    changes = [change for dispute in disputes if (change := _change_of(dispute, before, after, since)) is not None]
    for id in sorted(before.by_dispute.keys() - after.disputes):
        gone = [pair for pair in before.by_dispute[id] if unordered(*pair.keys) not in after.pairs]
        if len(gone) == len(before.by_dispute[id]):  # otherwise the rest of it is part of another now
            changes.append(_withdrawn(id, gone, since, first_runs.get(id, run)))
    changes.sort(key=_in_order)
    return Difference(tuple(disputes), tuple(changes))


def _identified(groups: Sequence[Sequence[Clash]], before: _Previous, run: int, since: Since) -> list[Dispute]:
    shared = [
        (-count, id, n)
        for n, group in enumerate(groups)
        for id, count in Counter(before.dispute_of(clash, since) for clash in group).items()
        if id is not None
    ]
    # Ties go to the smaller id, then to the group with the smallest pair; not to whichever came first.
    smallest = [min(clash.keys for clash in group) for group in groups]
    ids: dict[int, str] = {}
    inherited: set[str] = set()
    for _, id, n in sorted(shared, key=lambda item: (item[0], item[1], smallest[item[2]])):
        if n not in ids and id not in inherited:
            ids[n] = id
            inherited.add(id)
    taken = before.by_dispute.keys() | inherited
    for n in sorted(range(len(groups)), key=lambda n: smallest[n]):
        if n not in ids:
            ids[n] = next(id for id in _names(groups[n]) if id not in taken)
            taken.add(ids[n])
    found = [Dispute.of(ids[n], group, first_run=before.first_runs.get(ids[n], run)) for n, group in enumerate(groups)]
    return sorted(found, key=lambda dispute: dispute.id)


def _names(group: Sequence[Clash]) -> Iterator[str]:
    """Ids that a group may have, without end: by its pairs, and where disputes that these have left are called after
    them, by its smallest pair and a number."""
    pairs = sorted(clash.keys for clash in group)
    yield from (digest(*keys) for keys in pairs)
    yield from (digest(*pairs[0], str(number)) for number in count(2))


def _change_of(dispute: Dispute, before: _Previous, after: _After, since: Since) -> Change | None:
    old = before.by_dispute.get(dispute.id, [])
    stood = [(clash, before.pairs.get(unordered(*clash.keys))) for clash in dispute.clashes]
    added = [clash for clash, pair in stood if pair is None]
    kept = [(clash, pair) for clash, pair in stood if pair is not None]
    gone = [pair for pair in old if unordered(*pair.keys) not in after.pairs]
    reviewed = any(pair.reviewed != (clash.review is not None) for clash, pair in kept)
    merged = {pair.dispute for _, pair in kept} - after.disputes
    split = bool(kept) and not old
    if not (added or gone or reviewed or merged or split):
        return None
    causes: set[Cause] = {_cause_of_birth(clash, since) for clash in added} | {_cause_of_end(p, since) for p in gone}
    causes |= {"review"} if reviewed else set()
    return Change(
        id=dispute.id,
        state=_state(
            dispute, added, known=bool(old), altered=bool(gone or reviewed or split), before=before, since=since
        ),
        causes=tuple(sorted(causes)),
        dispute=dispute,
        added=tuple(clash.keys for clash in added),
        gone=tuple(pair.keys for pair in gone),
        articles=_articles_of(gone, since),
        merged=tuple(sorted(merged)),
        first_run=dispute.first_run,
    )


def _state(
    dispute: Dispute, added: Sequence[Clash], *, known: bool, altered: bool, before: _Previous, since: Since
) -> State:
    """``answered`` where an accusation or denial that stood unmet is met now; else what became of the pairs."""
    if altered:
        return "changed"
    for clash in added:
        for id, statement in zip(clash.ids, (clash.claim, clash.statement), strict=True):
            stood = id <= since.compared and statement.id not in before.statements
            if clash.between and stood and awaits_an_answer(statement):
                return "answered"
    return "grown" if known else "new"


def _withdrawn(id: str, gone: Sequence[ReportedPair], since: Since, first_run: int) -> Change:
    return Change(
        id=id,
        state="withdrawn",
        causes=tuple(sorted({_cause_of_end(pair, since) for pair in gone})),
        dispute=None,
        gone=tuple(pair.keys for pair in gone),
        articles=_articles_of(gone, since),
        first_run=first_run,
    )


def _cause_of_birth(clash: Clash, since: Since) -> Cause:
    fresh = [s for id, s in zip(clash.ids, (clash.claim, clash.statement), strict=True) if id > since.compared]
    if fresh:
        return "correction" if all(s.article in since.corrected for s in fresh) else "new-article"
    if clash.review is not None and clash.verdict.kind != "contradiction":
        return "review"
    return "other-weights" if since.other_judge else "review"


def _cause_of_end(pair: ReportedPair, since: Since) -> Cause:
    lost = [
        article
        for key, article in ((pair.claim, pair.claim_article), (pair.statement, pair.statement_article))
        if key not in since.stored_statements or article in since.corrected
    ]
    if any(article not in since.stored_articles for article in lost):
        return "deletion"
    if lost:
        return "correction"
    return "other-weights" if since.other_judge and not pair.reviewed else "review"


def _places_of_pair(pair: ReportedPair, since: Since) -> _Places:
    one, other = sorted(
        ("statement", key) if key in since.stored_statements else ("article", article)
        for key, article in ((pair.claim, pair.claim_article), (pair.statement, pair.statement_article))
    )
    return one, other


def _places_of_clash(clash: Clash, since: Since) -> _Places:
    one, other = sorted(
        ("article", s.article) if id > since.compared and s.article in since.corrected else ("statement", s.id)
        for id, s in zip(clash.ids, (clash.claim, clash.statement), strict=True)
    )
    return one, other


def _articles_of(gone: Sequence[ReportedPair], since: Since) -> tuple[str, ...]:
    """The articles whose correction or withdrawal took pairs away."""
    return tuple(
        sorted(
            {
                article
                for pair in gone
                for key, article in ((pair.claim, pair.claim_article), (pair.statement, pair.statement_article))
                if key not in since.stored_statements or article in since.corrected
            }
        )
    )


def _in_order(change: Change) -> tuple[int, tuple[float, int, float, str]]:
    gone = (0.0, 0, 0.0, change.id)
    return STATES.index(change.state), gone if change.dispute is None else by_importance(change.dispute)
