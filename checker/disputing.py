"""The disputes that are stored, as they stand at this moment: for whoever asks between two nightly runs."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from checker.comparison import Comparison, clash_of
from checker.disputes import Clash, Dispute, Source, Sources, effective, open_claims, shows
from checker.disputes.dispute import by_importance
from checker.disputes.history import Echo, History
from checker.disputes.unanswered import STANCES
from checker.judging import explain
from checker.judging.explain import Counterfactual, Evidence
from checker.matching import Copies
from index.errors import InputError, StoreError
from index.records import Actor, Pair, Statement, VerdictKind
from index.store import Store
from index.verdicts import (
    IdPair,
    ReportedDispute,
    ReportedPair,
    Review,
    VerdictReader,
    VerdictWriter,
    unordered,
)

REPEATED = 0.8
"""Cosine from which an actor repeats itself, where the judge sees no contradiction."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A reported dispute as it stands now. ``gone``: how many of its pairs went with corrected or withdrawn articles;
    ``waiting``: how many a correction moved, so that the next run judges them again.

    ``dispute`` is None where nothing of it is left, or all of it waits.
    """

    reported: ReportedDispute
    dispute: Dispute | None
    gone: int
    waiting: int = 0

    @property
    def state(self) -> str:
        """As reported, unless something has gone since."""
        if self.dispute is None and not self.waiting:
            return "withdrawn"
        return "changed" if self.gone else self.reported.state


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why two statements clash, or do not. ``contributions``: what each feature adds to the log-odds of a
    contradiction; ``evidence``: where the reasons show in both propositions; ``counterfactuals``: what single change
    would give another verdict; ``dispute``: the id of the dispute that the pair was reported in."""

    clash: Clash
    pair: Pair
    contributions: dict[str, float]
    evidence: tuple[Evidence, ...]
    counterfactuals: tuple[Counterfactual, ...]
    dispute: str | None


@dataclass(frozen=True, slots=True)
class Disputes:
    """What was judged, asked for by people."""

    store: Store
    comparison: Comparison

    @property
    def reader(self) -> VerdictReader:
        return VerdictReader(self.store)

    def standing(self) -> list[Standing]:
        """The disputes of the last finished run, without what has been corrected or withdrawn since; strongest first.

        A review counts at once; what it adds to or takes from a dispute is settled by the next run.
        """
        with self.store.snapshot():
            clashes, _ = self.comparison.clashes()
            alive = {unordered(*clash.keys): clash for clash in clashes if effective(clash)}
            waiting = self.comparison.moved()
            reported = self.reader.reported_disputes()
            by_dispute: dict[str, list[ReportedPair]] = {}
            for pair in self.reader.reported():
                by_dispute.setdefault(pair.dispute, []).append(pair)
        found = []
        for id, pairs in by_dispute.items():
            keys = [unordered(*pair.keys) for pair in pairs]
            left = [alive[one] for one in keys if one in alive]
            dispute = Dispute.of(id, left, first_run=reported[id].first_run) if left else None
            moved = sum(one in waiting for one in keys)
            found.append(Standing(reported[id], dispute, len(pairs) - len(left) - moved, moved))
        return sorted(found, key=_in_order)

    def unanswered(
        self,
        *,
        met: Collection[str],
        after: int = 0,
        also: Collection[str] = (),
        actor: Actor | None = None,
        since: str | None = None,
    ) -> list[Statement]:
        """Accusations and denials that no statement by another side meets: neither one that clashes with it (keys in
        ``met``), nor one that denies it in the same article. ``after``: only those with a higher integer id, and
        ``also`` those with these keys; ``since``: only those from this day on; ``actor``: only those by it or, where it
        is a side, by who speaks for it."""
        places = ",".join("?" * len(STANCES))
        whose = "side" if actor is not None and actor.is_side else "actor_id"
        rows = self.store.rows(
            f"SELECT id FROM statements WHERE id > ? AND stance IN ({places}) AND checkable AND NOT hypothetical"
            f" AND actor_id IS NOT NULL AND (?4 IS NULL OR {whose} = ?4) AND (?5 IS NULL OR date >= ?5) ORDER BY id",
            (after, *STANCES, None if actor is None else actor.id, since),
        )
        ids = {row[0] for row in rows}.union(self.store.ids_of(also).values())
        statements, _ = self.store.readable_statements(sorted(ids))
        claims = {s.id: s for s in statements.values()}
        answers, _ = self.store.readable_statements(self.store.answering(sorted(claims)))
        denied = {s.answers for s in answers.values() if s.answers is not None and _other_side(s, claims[s.answers])}
        return open_claims(claims.values(), met=denied.union(met))

    def sources(self, statements: Iterable[Statement]) -> Sources:
        """Where these statements stand; without those whose article is damaged, or does not show what they say."""
        by_key = {s.id: s for s in statements}
        ids = self.store.ids_of(by_key)
        articles = self.store.readable_articles(sorted({s.article for s in by_key.values()}))
        copies = Copies.of(self.store, sorted(ids.values()))
        return {
            key: Source(article, copies.appearances(ids[key]))
            for key, s in sorted(by_key.items())
            if key in ids and (article := articles.get(s.article)) is not None and shows(article, s)
        }

    def history(self, actor: Actor, *, since: str | None = None) -> History:
        """What one actor said over time, who disputes it, and where it left its own word or repeated it.

        Of a side, also what those said who speak for it, each of whom has a word of his own.

        :param since: only what was said from this day on.
        """
        with self.store.snapshot():
            ids = self.store.ids_by_side(actor.id) if actor.is_side else self.store.ids_by_actor(actor.id)
            readable, _ = self.store.readable_statements(ids)
            statements = {id: s for id, s in readable.items() if since is None or (s.date or "") >= since}
            standing = [s.dispute for s in self.standing() if s.dispute is not None]
            involved = [d for d in standing if any(_by(actor, s) for s in d.timeline)]
            met = {key for d in standing for key in d.met}
            return History(
                actor=actor,
                statements=tuple(sorted(statements.values(), key=lambda s: (s.date or "", s.id))),
                disputes=tuple(involved),
                echoes=tuple(self._echoes(statements)),
                unanswered=tuple(self.unanswered(met=met, actor=actor, since=since)),
            )

    def _echoes(self, statements: dict[int, Statement]) -> Iterable[Echo]:
        reviews = {frozenset(keys): review for keys, review in self.reader.reviews().items()}
        found = []
        for stored in self.reader.of_statements(list(statements)):
            if stored.claim not in statements or stored.statement not in statements:
                continue
            clash = clash_of(
                stored.ids, stored.verdict, statements[stored.claim], statements[stored.statement], reviews
            )
            repeats = clash.within and clash.kind == "compatible" and stored.similarity >= REPEATED
            if clash.turn is not None or repeats:
                found.append(Echo(clash, clash.turn))
        return sorted(found, key=lambda e: (e.clash.statement.date or "", e.clash.keys))

    def explain(self, one: str, other: str) -> Explanation:
        """Why two stored statements, given by their keys, clash or do not. They are judged now: the judge in force
        says again what it said in a run.

        :raises InputError: a statement is not stored, or one and the same.
        :raises StoreError: a statement cannot be read.
        """
        with self.store.snapshot():
            ready, _, problems = self.comparison.pairs([self._ids_of(one, other)])
            if not ready:
                raise StoreError(f"article {'; '.join(sorted(problems))} cannot be read: run 'checker doctor'")
            reviews = {frozenset(keys): review for keys, review in self.reader.reviews().items()}
            places = {frozenset(p.keys): p.dispute for p in self.reader.reported()}
        ((ids, pair),) = ready
        judgement, others = explain.judged(self.comparison.judge().judgements, pair)
        return Explanation(
            clash=clash_of(ids, judgement.verdict, pair.claim, pair.statement, reviews),
            pair=pair,
            contributions=judgement.contributions,
            evidence=explain.evidence(pair, judgement.verdict.reasons),
            counterfactuals=others,
            dispute=places.get(frozenset((one, other))),
        )

    def review(self, one: str, other: str, kind: VerdictKind, *, note: str = "", analyst: str = "") -> Explanation:
        """Stores an analyst's word on two statements. It wins over the score from now on.

        :raises InputError: a statement is not stored.
        """
        ids = self._ids_of(one, other)
        fresh = [] if self.reader.of_pair(*ids) is not None else self.comparison.judged([ids]).verdicts
        first, second = (statement for _, statement in self.store.statements(ids))
        with self.store.writer() as writer:
            verdicts = VerdictWriter(writer)
            with writer.transaction():
                verdicts.put(fresh)
                verdicts.put_review(Review.of(first, second, kind, note=note, analyst=analyst))
        return self.explain(one, other)

    def take_back(self, one: str, other: str) -> Explanation:
        """Takes an analyst's word back: the score counts again.

        :raises InputError: there is none on these two.
        """
        if self.reader.review(one, other) is None:
            raise InputError(f"no review is stored on '{one}' and '{other}': check the ids", reason="unknown-review")
        with self.store.writer() as writer:
            VerdictWriter(writer).take_back_review(one, other)
        return self.explain(one, other)

    def reviewed(self) -> list[Clash]:
        """All pairs with a review that still holds, by key."""
        with self.store.snapshot():
            clashes = [clash for clash in self.comparison.clashes()[0] if clash.review is not None]
        return sorted(clashes, key=lambda clash: unordered(*clash.keys))

    def _ids_of(self, one: str, other: str) -> IdPair:
        if one == other:
            raise InputError(f"'{one:.40}' is given twice: name two statements", reason="one-statement")
        return self._id_of(one), self._id_of(other)

    def _id_of(self, key: str) -> int:
        found = self.store.statement_by_key(key)
        if found is None:
            raise InputError(
                f"no statement '{key:.40}' is stored: take an id from 'checker query --json' or 'disputes --json'",
                reason="unknown-statement",
            )
        return found[0]


def _in_order(standing: Standing) -> tuple[float, int, float, str]:
    gone = (0.0, 0, 0.0, standing.reported.id)
    return gone if standing.dispute is None else by_importance(standing.dispute)


def _by(actor: Actor, statement: Statement) -> bool:
    """Whether that actor speaks or, where it is a side, somebody for it."""
    speaker = statement.actor
    return speaker is not None and (speaker.id == actor.id or (actor.is_side and speaker.side == actor.id))


def _other_side(one: Statement, other: Statement) -> bool:
    return one.actor is not None and other.actor is not None and not one.actor.shares_side_with(other.actor)
