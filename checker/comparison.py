"""Compares stored statements with each other, and keeps what comes of it. What the nightly run does over and over."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from checker.disputes import Clash
from checker.disputes.clashes import oriented
from checker.judging import Judge
from checker.matching import Copies, Matcher, Reach
from checker.matching.search import cosines
from index.records import Pair, Probabilities, Statement, Verdict, digest
from index.store import Store
from index.vectors import VectorIndex
from index.verdicts import IdPair, KeyPair, Review, StoredVerdict, VerdictReader, as_judged, unordered

Problems = dict[str, str]
"""Articles that cannot be used, and why."""

REACH = Reach(limit=5, own=1, settled=True, similarity=0.35, words=0.1, depth=160, lexical=False)
"""What a night compares each statement with. docs/nightly.md says how this was chosen."""

_UNREADABLE = Verdict("unrelated", 0.0, Probabilities(0.0, 0.0, 1.0))


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of a part of the work. ``first`` and ``again``: pairs judged for the first time, and anew."""

    verdicts: tuple[StoredVerdict, ...]
    first: int
    again: int
    problems: Problems


@dataclass(frozen=True, slots=True)
class Comparison:
    """Stored statements against stored statements. Vectors and judge are opened when first needed.

    What a call gives depends on the store and the judge alone: so statements can be parted into batches of any size.
    """

    store: Store
    vectors: Callable[[], VectorIndex]
    judge: Callable[[], Judge]
    encoder: str  # fingerprint: the similarity is a part of the score
    reach: Reach = REACH

    @property
    def fingerprint(self) -> str:
        """Names weights and settings: a verdict of another fingerprint is judged again."""
        return digest(self.judge().fingerprint, self.encoder)

    @property
    def reader(self) -> VerdictReader:
        return VerdictReader(self.store)

    def compare(self, ids: Sequence[int], *, up_to: int) -> Compared:
        """Judges these statements against everything near them with an id of at most ``up_to``.

        Pairs that have a verdict keep it, unless it rests on a statement that has changed.
        """
        with self.store.snapshot():
            statements, problems = self.store.readable_statements(ids)
            wanted = self._near(statements, up_to) | self._linked(statements, up_to)
            known = {_either_way(*pair) for pair in self.reader.judged_with(list(statements))}
            stale = self._resting_on(statements.values())
        fresh = self.judged(sorted(wanted - known))
        again = self.judged(sorted(stale))
        return Compared(
            verdicts=(*fresh.verdicts, *again.verdicts),
            first=len(fresh.verdicts),
            again=len(again.verdicts),
            problems={**again.problems, **fresh.problems, **problems},
        )

    def judge_outdated(self, *, limit: int) -> Compared:
        """Judges pairs again whose verdict is of another judge; none are left when none come back."""
        done = self.judged(self.reader.outdated(self.fingerprint, limit=limit))
        return Compared(done.verdicts, 0, len(done.verdicts), done.problems)

    def judged(self, pairs: Sequence[IdPair]) -> Compared:
        """A verdict for each pair of integer ids, either way round. Where a statement cannot be read, the pair counts
        as unrelated and the article is named. Pairs of statements that are gone are left out."""
        if not pairs:
            return Compared((), 0, 0, {})
        ready, unreadable, problems = self.pairs(pairs)
        judge = self.fingerprint
        found = self.judge().judge([pair for _, pair in ready])
        verdicts = [
            StoredVerdict(
                *ids, as_judged(pair.claim), as_judged(pair.statement, pair.answered), judge, pair.similarity, verdict
            )
            for (ids, pair), verdict in zip(ready, found, strict=True)
        ]
        verdicts += [StoredVerdict(*ids, "", "", judge, 0.0, _UNREADABLE) for ids in unreadable]
        return Compared(tuple(verdicts), len(verdicts), 0, problems)

    def pairs(self, ids: Sequence[IdPair]) -> tuple[list[tuple[IdPair, Pair]], list[IdPair], Problems]:
        """Pairs as they are judged, the claim first, with their integer ids; and those that cannot be read.

        :raises ModelError: the store's vectors are of another encoder.
        """
        with self.store.snapshot():
            self.store.refuse_other_encoder(self.encoder)
            present = self._present({id for pair in ids for id in pair})
            there = [pair for pair in ids if present.issuperset(pair)]
            statements, problems = self.store.readable_statements(sorted(present))
            answered = self._answered(statements.values())
            similarities = self._similarities(there)
        names = {s.id: id for id, s in statements.items()}
        ready: list[tuple[IdPair, Pair]] = []
        unreadable = []
        for (one, other), similarity in zip(there, similarities, strict=True):
            if one in statements and other in statements:
                claim, statement = oriented(statements[one], statements[other])
                pair = Pair(claim, statement, similarity, answered=answered.get(statement.answers or ""))
                ready.append(((names[claim.id], names[statement.id]), pair))
            else:
                unreadable.append((one, other))
        return ready, unreadable, problems

    def clashes(self) -> tuple[list[Clash], Problems]:
        """Contradictions between stored statements, and what may be a walk-back; with what analysts say of them.

        Two pairs of the same words (wire copy, judged in different nights) are one: the reviewed, else the one that was
        reported, else the one that was said first. Call it inside ``store.snapshot()``.
        """
        reader = self.reader
        reviews = reader.reviews()
        stored = {v.ids: v for v in (*reader.of_kind("contradiction"), *reader.uncertain_within())}
        for review in reviews.values():
            if (verdict := self._verdict_on(review)) is not None:
                stored[verdict.ids] = verdict
        statements, problems = self.store.readable_statements(sorted({id for pair in stored for id in pair}))
        by_keys = {frozenset(keys): review for keys, review in reviews.items()}
        clashes = [
            clash_of(pair, stored[pair].verdict, statements[pair[0]], statements[pair[1]], by_keys)
            for pair in sorted(stored)
            if pair[0] in statements and pair[1] in statements
        ]
        return self._once(clashes), problems

    def _once(self, clashes: Sequence[Clash]) -> list[Clash]:
        reported = {unordered(*pair.keys) for pair in self.reader.reported()}
        copies = Copies.of(self.store, sorted({id for clash in clashes for id in clash.ids}))
        found: dict[IdPair, Clash] = {}
        for clash in sorted(clashes, key=lambda c: _precedence(c, reported)):
            one, other = (copies.together(id)[0] for id in clash.ids)
            found.setdefault(_either_way(one, other), clash)
        return sorted(found.values(), key=lambda clash: clash.ids)

    def left_behind(self) -> list[int]:
        """Statements that were reported against one that is gone, ascending. What was not compared with them, because
        it said the same as that one, may stand against them now."""
        reported = self.reader.reported()
        stored = self.store.ids_of({key for pair in reported for key in pair.keys})
        return sorted(
            {
                stored[here]
                for pair in reported
                for here, there in (pair.keys, pair.keys[::-1])
                if here in stored and there not in stored
            }
        )

    def moved(self) -> dict[KeyPair, IdPair]:
        """Pairs that were reported, or that a review holds for, and have no verdict: a correction moved one of them.
        Integer ids by keys, the smaller first.

        What is nearest to the one may leave out the other, so that nothing else would bring them together again."""
        lost = {review.keys for review in self.lost_reviews()}
        keys = {unordered(*pair.keys) for pair in self.reader.reported()} | (self.reader.reviews().keys() - lost)
        stored = self.store.ids_of({key for pair in keys for key in pair})
        there = {(a, b): (stored[a], stored[b]) for a, b in sorted(keys) if a in stored and b in stored}
        return {pair: ids for pair, ids in there.items() if self.reader.of_pair(*ids) is None}

    def lost_reviews(self) -> list[Review]:
        """Reviews of statements that are gone, or say something else than what was reviewed; by key."""
        reviews = self.reader.reviews()
        ids = self.store.ids_of({key for pair in reviews for key in pair})
        statements, _ = self.store.readable_statements(sorted(ids.values()))
        return [
            review
            for keys, review in reviews.items()
            if not all(key in ids and ids[key] in statements for key in keys)
            or not review.holds_for(*(statements[ids[key]] for key in keys))
        ]

    def proposition_vectors(self, clashes: Iterable[Clash]) -> dict[str, NDArray[np.float32]]:
        """Vectors of all statements of these clashes, by key."""
        keys = {id: s.id for clash in clashes for id, s in zip(clash.ids, (clash.claim, clash.statement), strict=True)}
        ids = sorted(keys)
        return {keys[id]: vector for id, vector in zip(ids, self.store.vectors_of(ids), strict=True)} if ids else {}

    def _verdict_on(self, review: Review) -> StoredVerdict | None:
        one, other = self.store.statement_by_key(review.a), self.store.statement_by_key(review.b)
        return None if one is None or other is None else self.reader.of_pair(one[0], other[0])

    def _similarities(self, pairs: Sequence[IdPair]) -> list[float]:
        if not pairs:
            return []
        ones, others = (self.store.vectors_of([pair[place] for pair in pairs]) for place in (0, 1))
        return cosines(ones, others)

    def _present(self, ids: Collection[int]) -> set[int]:
        return {row[0] for row in self.store.rows_in("SELECT id FROM statements WHERE id IN", sorted(ids))}

    def _answered(self, statements: Iterable[Statement]) -> dict[str, Statement]:
        """The statements that these answer, by key."""
        ids = self.store.ids_of({s.answers for s in statements if s.answers is not None})
        found, _ = self.store.readable_statements(list(ids.values()))
        return {s.id: s for s in found.values()}

    def _near(self, statements: Mapping[int, Statement], up_to: int) -> set[IdPair]:
        """The pairs of these statements with what is near to them, each once."""
        matcher = Matcher(self.store, self.vectors())
        ids = sorted(matcher.standing(list(statements), up_to=up_to))
        if not ids:
            return set()
        claims, vectors = [statements[id] for id in ids], self.store.vectors_of(ids)
        found = matcher.near(claims, vectors, self.reach, up_to=up_to)
        return {_either_way(id, other) for id, others in zip(ids, found, strict=True) for other in others}

    def _linked(self, statements: dict[int, Statement], up_to: int) -> set[IdPair]:
        """Denials with what they answer, where another side said that: they belong together however far apart."""
        answered = {s.answers for s in statements.values() if s.answers is not None}
        targets, _ = self.store.readable_statements(list(self.store.ids_of(answered).values()))
        by_key = {s.id: (id, s) for id, s in targets.items()}
        return {
            _either_way(id, by_key[s.answers][0])
            for id, s in statements.items()
            if s.answers in by_key and by_key[s.answers][0] <= up_to and _different_sides(s, by_key[s.answers][1])
        }

    def _resting_on(self, statements: Iterable[Statement]) -> set[IdPair]:
        """Judged pairs whose verdict took in what is answered, where that is now one of ``statements``."""
        answering = self.store.answering([s.id for s in statements])
        if not answering:
            return set()
        current, _ = self.store.readable_statements(answering)
        answered = self._answered(current.values())
        hashes = {id: as_judged(s, answered.get(s.answers or "")) for id, s in current.items()}
        return {
            verdict.ids
            for verdict in self.reader.of_statements(list(current))
            if verdict.statement in hashes and verdict.statement_hash != hashes[verdict.statement]
        }


def clash_of(
    ids: IdPair, verdict: Verdict, claim: Statement, statement: Statement, reviews: dict[frozenset[str], Review]
) -> Clash:
    """The clash of two stored statements, with the review that still holds for it."""
    review = reviews.get(frozenset((claim.id, statement.id)))
    holds = review is not None and review.holds_for(claim, statement)
    return Clash(claim, statement, ids, verdict, review if holds else None)


def _precedence(clash: Clash, reported: Collection[KeyPair]) -> tuple[bool, bool, tuple[str, str], KeyPair]:
    return clash.review is None, unordered(*clash.keys) not in reported, _days(clash), clash.keys


def _days(clash: Clash) -> tuple[str, str]:
    return clash.claim.date or "9999-12-31", clash.statement.date or "9999-12-31"


def _either_way(one: int, other: int) -> IdPair:
    return (one, other) if one < other else (other, one)


def _different_sides(one: Statement, other: Statement) -> bool:
    return one.actor is not None and other.actor is not None and not one.actor.shares_side_with(other.actor)
