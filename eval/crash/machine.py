"""The whole product against a model of it in plain Python, under random work: what is added, corrected, withdrawn,
asked, compared, reviewed, rebuilt, and killed in the middle of it. Models are replaced by plain rules."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import ClassVar, TypeAlias, cast

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from checker.extraction import extract
from checker.extraction.actors import Registry
from checker.facade import Checker, Query
from checker.health import rebuild_derived
from checker.judging import Judge
from checker.nightly import Nightly
from eval.crash.commands import Commands
from eval.crash.stand_ins import NotJudge, WordEncoder, contradict
from eval.crash.story import write_articles
from index import lexical
from index.records import Actor, Article, Statement, VerdictKind
from index.store import Store

KeyPair: TypeAlias = frozenset[str]
Words: TypeAlias = frozenset[tuple[Actor | None, str]]
"""Who says what, of two statements: the same for wire copy."""

_SPEAKERS = ("Norland’s foreign minister Ana Berg", "Sudland’s president Ivo Kern", "Westland’s minister Pia Holm")
_CLAIMS = (
    "The bridge over the Aar is closed",
    "The bridge over the Aar is not closed",
    "The army of Zenda is leaving the border",
    "The army of Zenda is not leaving the border",
)
_ARTICLES = st.sampled_from("abcd")
_SENTENCES = st.lists(st.tuples(st.sampled_from(_SPEAKERS), st.sampled_from(_CLAIMS)), max_size=2)
_KINDS: st.SearchStrategy[VerdictKind] = st.sampled_from(["contradiction", "compatible"])
_POINTS = st.sampled_from(
    [
        *(f"{when} commit:{n}" for when in ("before", "after") for n in (1, 2, 3)),
        *(f"{when} checkpoint:{n}" for when in ("before", "after") for n in (1, 2)),
        *(f"{when} rename vectors.{suffix}:1" for when in ("before", "after") for suffix in ("faiss", "json")),
        *(f"{when} fsync folder:{n}" for when in ("before", "after") for n in (1, 2)),
    ]
)
_STEPS = 50  # of one example
_EXAMPLES = 10  # of one seed


def run_many(operations: int, *, progress: Callable[[int], None] = lambda done: None) -> Counter[str]:
    """Runs at least so many operations; returns how many there were of each kind.

    :raises AssertionError: the product and its model differ; the steps that led there are printed.
    """
    with Commands(stand_ins=True) as commands:
        ProductAgainstModel.commands = commands
        ProductAgainstModel.operations = Counter()
        number = 0
        while ProductAgainstModel.operations.total() < operations:
            number += 1
            left = operations - ProductAgainstModel.operations.total()
            seeded = seed(number)(ProductAgainstModel)
            run_state_machine_as_test(seeded, settings=_settings(max(1, min(_EXAMPLES, left // _STEPS))))
            progress(ProductAgainstModel.operations.total())
        return ProductAgainstModel.operations


def _settings(examples: int) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=_STEPS,
        deadline=None,
        derandomize=False,
        database=None,
        phases=(Phase.generate,),  # a failure is told as it was found: to shrink it would take longer than the rest
        suppress_health_check=list(HealthCheck),
    )


@cache
def _registry() -> Registry:
    return Registry.load()


@cache
def _statements(article: Article) -> tuple[Statement, ...]:
    return extract(article, _registry())


def _article(id: str, sentences: list[tuple[str, str]]) -> Article:
    text = " ".join(f"“{claim},” said {speaker}." for speaker, claim in sentences) or "Nobody said anything."
    return Article(id, text, date=f"2031-05-0{'abcd'.index(id) + 1}")


def _said(statement: Statement) -> tuple[object, ...]:
    return statement.actor, statement.polarity, statement.content, statement.proposition


def _words(one: Statement, other: Statement) -> Words:
    return frozenset((s.actor, s.proposition) for s in (one, other))


class ProductAgainstModel(RuleBasedStateMachine):
    """``articles`` and ``reviews`` are the model: what is stored, by id; the analysts' words, with what they read."""

    commands: ClassVar[Commands]  # given by the caller: a state machine takes no arguments
    operations: ClassVar[Counter[str]]

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.store = self.folder / "store"
        self.articles: dict[str, Article] = {}
        self.reviews: dict[KeyPair, tuple[VerdictKind, frozenset[tuple[str, str]]]] = {}
        self.checker = self.opened()

    def teardown(self) -> None:
        self.checker.close()
        shutil.rmtree(self.folder)

    def opened(self) -> Checker:
        judge = cast(Judge, NotJudge())
        return Checker(Store.open(self.store), WordEncoder(), _registry(), judge=lambda: judge)

    def count(self, operation: str) -> None:
        type(self).operations[operation] += 1

    # What is done

    @rule(id=_ARTICLES, sentences=_SENTENCES)
    def ingest(self, id: str, sentences: list[tuple[str, str]]) -> None:
        article = _article(id, sentences)
        self.count("correct" if id in self.articles else "add")
        report = self.checker.ingest([article])
        known = self.articles.get(id)
        kind = "added" if known is None else "unchanged" if known == article else "corrected"
        assert (report.added, report.unchanged, report.corrected) == tuple(
            int(kind == one) for one in ("added", "unchanged", "corrected")
        )
        self.put(article)

    @precondition(lambda self: self.articles)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        self.count("delete")
        id = data.draw(st.sampled_from(sorted(self.articles)))
        change = self.checker.delete(id)
        assert change.statements_removed == len(_statements(self.articles.pop(id)))

    @rule(claim=st.sampled_from(_CLAIMS))
    def query(self, claim: str) -> None:
        self.count("query")
        found = self.checker.query(Query(claim, limit=50))
        living = self.living()
        against = {(s.actor, s.proposition) for s in living.values() if contradict(claim, s.proposition)}
        assert {(r.pair.statement.actor, r.pair.statement.proposition) for r in found} == against
        assert all(living[r.pair.statement.id] == r.pair.statement for r in found)

    @rule()
    def nightly(self) -> None:
        self.count("nightly")
        Nightly(self.checker, self.folder / "reports", batch=3).run()
        self.reported_is_as_the_model_says()

    @precondition(lambda self: len(self.between()) > 0)
    @rule(data=st.data(), kind=_KINDS)
    def review(self, data: st.DataObject, kind: VerdictKind) -> None:
        self.count("review")
        one, other = data.draw(st.sampled_from(self.between()))
        self.checker.disputes.review(one.id, other.id, kind)
        self.reviews[frozenset((one.id, other.id))] = (kind, self.read_in(one, other))

    @rule()
    def rebuild(self) -> None:
        self.count("rebuild")
        rebuild_derived(self.checker.store, WordEncoder(), lambda _: None)

    @rule()
    def reopen(self) -> None:
        self.count("reopen")
        self.checker.close()
        self.checker = self.opened()

    # What is killed while it is done

    @rule(id=_ARTICLES, sentences=_SENTENCES, point=_POINTS)
    def crash_in_ingest(self, id: str, sentences: list[tuple[str, str]], point: str) -> None:
        self.count("crash in ingest")
        article = _article(id, sentences)
        path = self.folder / "articles.jsonl"
        write_articles(path, [{"id": id, "text": article.text, "date": article.date or ""}])
        if self.crashed("ingest", path, kill=point):
            assert self.stored(id) in (self.articles.get(id), article), "half of it was stored"
            if (stored := self.stored(id)) is not None:
                self.put(stored)
        else:
            self.put(article)

    @precondition(lambda self: self.articles)
    @rule(data=st.data(), point=_POINTS)
    def crash_in_delete(self, data: st.DataObject, point: str) -> None:
        self.count("crash in delete")
        id = data.draw(st.sampled_from(sorted(self.articles)))
        crashed = self.crashed("delete", id, kill=point)
        if self.stored(id) is None:
            del self.articles[id]
        else:
            assert crashed, "what was withdrawn is still there"

    @rule(point=_POINTS)
    def crash_in_nightly(self, point: str) -> None:
        self.count("crash in nightly")
        if not self.crashed("nightly", "--out", self.folder / "reports", kill=point):
            self.reported_is_as_the_model_says()

    def crashed(self, *argv: str | Path, kill: str) -> bool:
        """Runs a command that is killed where it comes to that point; whether it was. The store is opened again."""
        self.checker.close()
        done = self.commands.run(self.store, *argv, kill=kill)
        assert done.killed or done.code == 0, done.err
        self.checker = self.opened()
        return done.killed

    def put(self, article: Article) -> None:
        """A correction of the model: of what says the same as before the n-th is the n-th, and a review goes along."""
        known = self.articles.get(article.id)
        old, new = (
            () if one is None else sorted(_statements(one), key=lambda s: s.content_spans) for one in (known, article)
        )
        self.articles[article.id] = article
        fresh = [s for s in new if s not in old]
        moves: dict[str, str] = {}
        for one in (s for s in old if s not in new):
            if same := [s for s in fresh if _said(s) == _said(one)]:
                moves[one.id] = same[0].id
                fresh.remove(same[0])
        for keys in [keys for keys in self.reviews if not keys.isdisjoint(moves)]:
            kind, read = self.reviews.pop(keys)
            moved = {moves.get(key, key): words for key, words in read}
            self.reviews[frozenset(moved)] = kind, frozenset(moved.items())

    # What must hold

    def stored(self, id: str) -> Article | None:
        return self.checker.store.article(id)

    def living(self) -> dict[str, Statement]:
        return {s.id: s for article in self.articles.values() for s in _statements(article)}

    def between(self) -> list[tuple[Statement, Statement]]:
        """All pairs of statements by different sides."""
        ordered = sorted(self.living().values(), key=lambda s: s.id)
        return [(a, b) for a, b in combinations(ordered, 2) if a.actor and b.actor and a.actor.side != b.actor.side]

    @staticmethod
    def read_in(one: Statement, other: Statement) -> frozenset[tuple[str, str]]:
        """What an analyst reads of two statements."""
        return frozenset((s.id, f"{s.content}/{s.actor}") for s in (one, other))

    def reported_is_as_the_model_says(self) -> None:
        """Of what different sides say exactly that is reported which contradicts, or which an analyst calls so."""
        living = self.living()
        reported = [pair.keys for pair in self.checker.disputes.reader.reported()]
        assert living.keys() >= {key for keys in reported for key in keys}, "withdrawn statements are reported"
        found = {_words(living[one], living[other]) for one, other in reported}
        pairs: dict[Words, list[tuple[Statement, Statement]]] = {}
        for one, other in self.between():
            pairs.setdefault(_words(one, other), []).append((one, other))
        for words, same in pairs.items():
            expected = self.expected(same)
            assert expected is None or (words in found) == expected, words

    def expected(self, same: list[tuple[Statement, Statement]]) -> bool | None:
        """Whether pairs of the same words are reported. None where that is for the product to choose: of wire copy it
        judges one, be it reviewed or not, and it need not look at what only a review calls a contradiction."""
        contradicts = contradict(*(s.proposition for s in same[0]))
        said = [self.said_of(*pair) for pair in same]
        if not any(said):
            return contradicts
        if len(same) > 1 or (said[0] == "contradiction" and not contradicts):
            return None
        return said[0] == "contradiction"

    def said_of(self, one: Statement, other: Statement) -> VerdictKind | None:
        """The analyst's word on two statements, if both still say what was read."""
        kind, read = self.reviews.get(frozenset((one.id, other.id)), (None, frozenset()))
        return kind if read == self.read_in(one, other) else None

    @invariant()
    def store_and_indexes_are_as_the_model_says(self) -> None:
        store, living = self.checker.store, self.living()
        assert store.integrity() == []
        assert {id: store.article(id) for id in store.article_ids()} == self.articles
        stored = {n: s for id in self.articles for n, s in store.statements_of(id)}
        assert {s.id: s for s in stored.values()} == living
        self.checker.vectors.follow()
        query = WordEncoder().encode(["The bridge over the Aar"])
        _, found = self.checker.vectors.search(query, len(stored) + 1)
        assert sorted(found[0].tolist()) == sorted(stored), "the index is out of step"
        assert {n for n, _ in lexical.search(store, "bridge army", 100)} == set(stored)

    @invariant()
    def nothing_that_is_gone_is_shown(self) -> None:
        living = self.living()
        for standing in self.checker.disputes.standing():
            if standing.dispute is not None:
                assert all(living[s.id] == s for s in standing.dispute.timeline)
