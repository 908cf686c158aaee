"""The store against a model of it in plain Python, under random adding, correcting, deleting and reopening."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from index import lexical
from index.records import Article, Statement
from index.store import Change, Store

IDS = st.sampled_from(["a", "b", "c", "d"])
URLS = st.sampled_from([None, "https://example.org/1", "https://example.org/2"])
SENTENCES = st.lists(
    st.sampled_from(["Ruritania left.", "The king stays.", "Zenda burns.", "Nobody came."]), max_size=3
)
DATES = st.sampled_from([None, "2022-02-17", "2022-02-18"])
WORDS = ["Ruritania", "king", "Zenda", "nobody"]


class StoreAgainstModel(RuleBasedStateMachine):
    """``articles``: what is stored, by id, with the statements' integer ids. ``index``: what follows the outbox."""

    read: Callable[..., Any]  # given by the test: fixtures do not reach a state machine

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.store = Store.open(self.folder)
        self.articles: dict[str, tuple[Article, dict[int, Statement]]] = {}
        self.seen: set[int] = set()
        self.index: set[int] = set()
        self.followed = 0

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder)

    @rule(id=IDS, sentences=SENTENCES, url=URLS, date=DATES)
    def put(self, id: str, sentences: list[str], url: str | None, date: str | None) -> None:
        article, statements, vectors = type(self).read(id, *sentences, url=url, date=date)
        expected = self.expected_change(article, statements)
        with self.store.writer() as w:
            assert w.put(article, statements, vectors) == expected
        if expected.kind != "unchanged":
            self.remember(article, statements)
        assert self.store.status(article) == "unchanged"

    @rule(id=IDS, sentences=SENTENCES)
    def put_and_fail(self, id: str, sentences: list[str]) -> None:
        with self.store.writer() as w:
            try:
                with w.transaction():
                    w.put(*type(self).read(id, *sentences, "It fails."))
                    raise KeyError
            except KeyError:
                pass

    @precondition(lambda self: self.articles)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        id = data.draw(st.sampled_from(sorted(self.articles)))
        with self.store.writer() as w:
            assert w.delete(id) == Change("deleted", statements_removed=len(self.articles.pop(id)[1]))

    @rule()
    def reopen(self) -> None:
        self.store.close()
        self.store = Store.open(self.folder, create=False)

    def namesakes(self, article: Article) -> list[str]:
        return [id for id, (a, _) in self.articles.items() if a.url == article.url and a.url and id != article.id]

    def expected_change(self, article: Article, statements: list[Statement]) -> Change:
        twins = self.namesakes(article)
        if article.id not in self.articles and not twins:
            return Change("added", len(statements))
        if article.id in self.articles:
            known, stored = self.articles[article.id]
            same = known == article
        else:
            known, stored = self.articles[twins[0]][0], {}
            same = (known.text, known.date) == (article.text, article.date)
        if same:
            return Change("unchanged")
        kept = [s for s in stored.values() if s in statements]
        gone = len(stored) - len(kept) + sum(len(self.articles[id][1]) for id in twins)
        return Change("corrected", len(statements) - len(kept), gone)

    def remember(self, article: Article, statements: list[Statement]) -> None:
        for id in self.namesakes(article):
            del self.articles[id]
        before = {s.id: (n, s) for n, s in self.articles.get(article.id, (article, {}))[1].items()}
        stored = dict(self.store.statements_of(article.id))
        for n, statement in stored.items():
            if before.get(statement.id, (n, None))[1] == statement:
                assert before[statement.id][0] == n, "an equal statement keeps its id"
            else:
                assert n not in self.seen, "no id is given twice"
        assert sorted(s.id for s in stored.values()) == sorted(s.id for s in statements)
        self.seen |= set(stored)
        self.articles[article.id] = (article, stored)

    @invariant()
    def everything_is_as_the_model_says(self) -> None:
        all_statements = {n: s for _, stored in self.articles.values() for n, s in stored.items()}
        assert self.store.articles(sorted(self.articles)) == {id: self.articles[id][0] for id in sorted(self.articles)}
        assert self.store.counts().articles == len(self.articles)
        assert dict(self.store.statements(sorted(self.seen))) == all_statements
        for entry in self.store.outbox(self.followed):
            (self.index.add if entry.op == "add" else self.index.remove)(entry.statement)
            self.followed = entry.seq
        assert self.index == set(all_statements)
        assert [n for ids, _ in self.store.vectors(batch=2) for n in ids.tolist()] == sorted(all_statements)
        for word in WORDS:
            found = {n for n, _ in lexical.search(self.store, word, 100)}
            assert found == {n for n, s in all_statements.items() if word.lower() in s.content.lower()}
        assert self.store.integrity() == []


def test_the_store_does_what_its_model_does(read: Callable[..., Any]) -> None:
    StoreAgainstModel.read = staticmethod(read)
    StoreAgainstModel.TestCase.settings = settings(
        max_examples=25, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
    )
    StoreAgainstModel.TestCase("runTest").runTest()  # type: ignore[attr-defined]
