from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index import lexical
from index.errors import InputError, ModelError, StoreError
from index.records import Actor, Article, Link, Statement
from index.store import Change, Counts, OutboxEntry, Store

Read = Callable[..., Any]


@pytest.fixture
def store(tmp_path: Path) -> Any:
    with Store.open(tmp_path / "store") as store:
        yield store


def put(store: Store, *reading: Any, extractor: str = "") -> Change:
    with store.writer() as w:
        return w.put(*reading, extractor=extractor)


def ops(store: Store, after: int = 0) -> list[tuple[str, int]]:
    return [(entry.op, entry.statement) for entry in store.outbox(after)]


def test_a_statement_comes_back_as_it_went_in(store: Store) -> None:
    text = 'The palace "rejected"\x00 claims \N{EM DASH} that Ruritania\u0301 had left. Нет.'
    full = Statement(
        article="a/1",
        attribution="a/1:0",
        actor=Actor("palace", "Ruritanian palace", "ruritania"),
        chain=(Link("palace", "The palace", "rejected", "denies"), Link(None, "critics", "claims", "accuses")),
        source_spans=((0, 10),),
        cue_spans=((11, 21), (23, 29)),
        content_spans=((30, 35), (36, 40)),
        content="— that Ruri",
        proposition="",
        kind="mixed",
        stance="denies",
        polarity=-1,
        hypothetical=True,
        checkable=False,
        date="2022-02-17",
        window=(None, "2022-02-20"),
        parent="0123456789abcdef",
        answers="fedcba9876543210",
    )
    bare = Statement("a/1", "", None, (), (), (), ((0, 3),), content="The", proposition="The")
    article = Article("a/1", text, "Title", "2022-02-17T10:00:00Z", "Gazette", "https://example.org/1", "Palace")
    put(store, article, [full, bare], np.ones((2, 3), np.float32))
    assert store.article("a/1") == article
    assert store.statements_of("a/1") == [(1, full), (2, bare)]
    assert store.statement_by_key(full.id) == (1, full)
    assert store.statement_by_key("nobody") is None
    assert store.statements([2, 99, 1, 2]) == [(2, bare), (1, full), (2, bare)]


def test_more_ids_than_sqlite_takes_at_once_come_back_in_order(store: Store, read: Read) -> None:
    put(store, *read("a", *[f"Sentence {n}." for n in range(1200)]))
    wanted = list(range(1200, 0, -1))
    found = store.statements(wanted)
    assert [id for id, _ in found] == wanted
    assert found[0][1].content == "Sentence 1199."


def test_the_same_article_again_changes_nothing(store: Store, read: Read) -> None:
    reading = read("a", "Ruritania left.", "It came back.", url="https://example.org/a")
    assert store.status(reading[0]) == "new"
    assert put(store, *reading) == Change("added", 2, 0)
    seq = store.last_seq
    assert store.status(reading[0]) == "unchanged"
    assert put(store, *reading) == Change("unchanged")
    assert store.last_seq == seq == 2
    assert store.counts() == Counts(articles=1, statements=2, attributed=2, actors=1, sides=1, copies=0)


def test_a_correction_keeps_the_ids_of_what_still_stands(store: Store, read: Read) -> None:
    put(store, *read("a", "Ruritania left.", "It was late."))
    corrected = read("a", "Ruritania left.", "It was soon.", "Nobody saw it.")
    assert store.status(corrected[0]) == "corrected"
    assert put(store, *corrected) == Change("corrected", statements_added=2, statements_removed=1)
    assert [(id, s.content) for id, s in store.statements_of("a")] == [
        (1, "Ruritania left."),
        (3, "It was soon."),
        (4, "Nobody saw it."),
    ]
    assert store.outbox() == [
        OutboxEntry(1, "add", 1, "a"),
        OutboxEntry(2, "add", 2, "a"),
        OutboxEntry(3, "remove", 2, "a"),
        OutboxEntry(4, "add", 3, "a"),
        OutboxEntry(5, "add", 4, "a"),
    ]
    assert store.outbox(3) == store.outbox()[3:]
    assert lexical.search(store, "late", 10) == []
    assert [id for id, _ in lexical.search(store, "soon", 10)] == [3]
    assert store.integrity() == []


def test_another_date_alone_refreshes_every_statement(store: Store, read: Read) -> None:
    put(store, *read("a", "Ruritania left.", date="2022-02-17"))
    assert put(store, *read("a", "Ruritania left.", date="2022-02-18")) == Change("corrected", 1, 1)
    ((id, statement),) = store.statements_of("a")
    assert (id, statement.date) == (2, "2022-02-18")


def test_another_source_alone_keeps_the_statements_and_corrects_the_article(store: Store, read: Read) -> None:
    put(store, *read("a", "Ruritania left.", source="Gazette"))
    assert put(store, *read("a", "Ruritania left.", source="Courier")) == Change("corrected", 0, 0)
    article = store.article("a")
    assert article is not None
    assert article.source == "Courier"


def test_another_text_under_the_same_url_replaces_the_article_whatever_its_id(store: Store, read: Read) -> None:
    put(store, *read("old", "Ruritania left.", url="https://example.org/a"))
    newer = read("new", "Ruritania stayed.", url="https://example.org/a")
    assert store.status(newer[0]) == "corrected"
    assert put(store, *newer) == Change("corrected", 1, 1)
    assert store.article_ids() == ["new"]
    assert [s.content for _, s in store.statements([1, 2])] == ["Ruritania stayed."]


def test_the_same_text_under_the_same_url_and_another_id_is_unchanged(store: Store, read: Read) -> None:
    put(store, *read("first", "Ruritania left.", url="https://example.org/a"))
    again = read("second", "Ruritania left.", url="https://example.org/a")
    assert store.status(again[0]) == "unchanged"
    assert put(store, *again) == Change("unchanged")
    assert store.article_ids() == ["first"]


def test_a_correction_that_takes_over_the_url_of_a_third_article_replaces_both(store: Store, read: Read) -> None:
    put(store, *read("a", "One.", url="https://example.org/1"))
    put(store, *read("b", "Two.", url="https://example.org/2"))
    assert put(store, *read("a", "Three.", url="https://example.org/2")) == Change("corrected", 1, 2)
    assert store.article_ids() == ["a"]
    assert store.integrity() == []


def test_articles_without_url_are_told_apart_by_id_alone(store: Store, read: Read) -> None:
    for url in ("", None):
        put(store, *read(f"a{url}", "Same words.", url=url))
        put(store, *read(f"b{url}", "Same words.", url=url))
    assert store.counts().articles == 4


def test_a_newer_extractor_reads_the_same_article_again(store: Store, read: Read) -> None:
    article, statements, vectors = read("a", "Ruritania left.", "It came back.")
    put(store, article, statements[:1], vectors[:1], extractor="1")
    assert store.status(article, extractor="1") == "unchanged"
    assert store.status(article, extractor="2") == "corrected"
    assert put(store, article, statements, vectors, extractor="2") == Change("corrected", 1, 0)
    assert store.status(article, extractor="2") == "unchanged"


def test_a_deleted_article_leaves_every_result(store: Store, read: Read) -> None:
    put(store, *read("a", "Ruritania left."))
    put(store, *read("b", "Ruritania stayed."))
    with store.writer() as w:
        assert w.delete("a") == Change("deleted", statements_removed=1)
    assert store.article("a") is None
    assert store.statements([1, 2])[0][0] == 2
    assert [id for id, _ in lexical.search(store, "Ruritania left", 9)] == [2]
    assert [ids.tolist() for ids, _ in store.vectors()] == [[2]]
    assert ops(store) == [("add", 1), ("add", 2), ("remove", 1)]


@pytest.mark.parametrize("id", ["nothing", "\udcff"])
def test_deleting_an_unknown_article_says_so(store: Store, id: str) -> None:
    with store.writer() as w, pytest.raises(InputError) as caught:
        w.delete(id)
    assert caught.value.reason in ("unknown-article", "not-unicode")


def test_an_integer_id_never_means_a_second_statement(store: Store, read: Read) -> None:
    put(store, *read("a", "Ruritania left.", "It came back."))
    with store.writer() as w:
        w.delete("a")
    put(store, *read("a", "Ruritania left."))
    assert [id for id, _ in store.statements_of("a")] == [3]


def test_vectors_come_in_batches_by_ascending_id(store: Store, read: Read, vectors_for: Any) -> None:
    texts = ["One.", "Two.", "Three.", "Four.", "Five."]
    put(store, *read("a", *texts))
    batches = list(store.vectors(after=1, batch=3))
    assert [ids.tolist() for ids, _ in batches] == [[2, 3, 4], [5]]
    assert batches[0][0].dtype == np.int64
    assert batches[0][1].dtype == np.float32
    np.testing.assert_array_equal(np.concatenate([m for _, m in batches]), vectors_for(texts[1:]))
    np.testing.assert_array_equal(store.vectors_of([5, 1, 5]), vectors_for(["Five.", "One.", "Five."]))
    assert store.vectors_of([]).shape == (0, 4)
    with pytest.raises(StoreError, match="statement 6 has no vector"):
        store.vectors_of([1, 6])
    assert list(store.propositions(after=3, batch=1)) == [[(4, "Four.")], [(5, "Five.")]]


def test_statements_are_found_by_actor_side_and_by_what_they_answer(store: Store, read: Read) -> None:
    king = Actor("king", "King Rudolf", "ruritania")
    visitor = Actor("visitor", "A visitor", None)
    accusation = read("a", "Ruritania left.", actor=visitor)
    put(store, *accusation)
    article, statements, vectors = read("b", "No.", "Never.", actor=king)
    put(store, article, [replace(statements[0], answers=accusation[1][0].id), statements[1]], vectors)
    assert store.ids_by_actor("king") == [2, 3]
    assert store.ids_by_side("ruritania") == [2, 3]
    assert store.ids_by_actor("nobody") == []
    assert store.answering([accusation[1][0].id, "x"]) == [2]
    assert store.actor("king rudolf") == store.actor("king") == king
    assert store.actor("A visitor") == visitor
    assert store.actor("nobody") is None
    assert store.counts() == Counts(articles=2, statements=3, attributed=3, actors=2, sides=1, copies=0)


def test_carriers_are_the_statements_with_the_same_words_by_the_same_actor(store: Store, read: Read) -> None:
    words = "Ruritania has left the whole of Zenda, at last."
    put(store, *read("b", words, "It was late.", date="2031-05-05"))
    put(store, *read("a", "“Ruritania has left the whole of Zenda at last”", "It was late.", date="2031-05-06"))
    put(store, *read("c", words, date="2031-05-04", actor=Actor("king", "King Rudolf", "ruritania")))
    put(store, *read("d", words))
    keys = {s.copy_key for _, s in store.statements([1, 3, 6])}
    assert len(keys) == 1
    expected = [(3, "a", "2031-05-06"), (1, "b", "2031-05-05"), (6, "d", None)]
    for ids in ([1], [3, 6], [1, 2, 3, 4, 5, 6]):
        (carriers,) = store.carriers(ids).values()
        assert [(c.id, c.article, c.date) for c in carriers] == expected
    assert store.carriers([2, 4, 5]) == {}
    assert store.counts().copies == 2
    with store.writer() as w:
        w.delete("b")
        w.put(*read("a", "Ruritania has left the whole of Zenda at five.", date="2031-05-06"))
    assert store.carriers([6]) == {}
    assert store.counts().copies == 0


def test_what_is_linked_to_a_statement_by_denial_or_embedding(store: Store, read: Read) -> None:
    article, statements, vectors = read("a", "We left.", "No, you did not.", "He says that we left.", "Rain.")
    claim, denial, report, rain = statements
    denial = replace(denial, answers=claim.id)
    claim = replace(claim, parent=report.id)
    put(store, article, [claim, denial, report, rain], vectors)
    assert store.linked([claim.id]) == sorted([(claim.id, 2), (claim.id, 3)])
    assert store.linked([denial.id]) == [(denial.id, 1)]
    assert store.linked([report.id]) == [(report.id, 1)]
    assert store.linked([rain.id, "nobody"]) == []


def test_ids_between_two_days(store: Store, read: Read) -> None:
    for id, date in (("a", "2031-05-04"), ("b", None), ("c", "2031-05-06T10:00:00Z"), ("d", "2031-05")):
        put(store, *read(id, f"Article {id}.", date=date))
    assert store.ids_between("2031-05-04", "2031-05-06").tolist() == [1, 3]
    assert store.ids_between("2031-05-05", None).tolist() == [3]
    assert store.ids_between(None, "2031-05-05").tolist() == [1]


def test_a_transaction_stores_all_or_nothing(store: Store, read: Read) -> None:
    with store.writer() as w, pytest.raises(RuntimeError), w.transaction():
        w.put(*read("a", "One."))
        w.put(*read("b", "Two."))
        raise RuntimeError
    assert store.counts().articles == 0
    assert store.outbox() == []


def test_a_step_that_fails_inside_a_transaction_undoes_only_itself(store: Store, read: Read) -> None:
    with store.writer() as w, w.transaction():
        w.put(*read("a", "One."))
        with pytest.raises(RuntimeError), w.transaction():
            w.put(*read("b", "Two."))
            raise RuntimeError
        with pytest.raises(StoreError, match="dimension 4"):
            w.put(*read("d", "Four.")[:2], np.ones((1, 5), np.float32))
        w.put(*read("c", "Three."))
    assert store.article_ids() == ["a", "c"]
    assert store.integrity() == []


def test_an_error_of_the_callers_own_passes_a_transaction_unchanged(store: Store) -> None:
    with store.writer() as w, pytest.raises(FileNotFoundError), w.transaction():
        Path("no such file").read_text()


def test_a_reader_sees_nothing_uncommitted_and_keeps_its_snapshot(store: Store, read: Read) -> None:
    put(store, *read("a", "One."))
    with Store.open(store.folder) as reader, store.writer() as w:
        with w.transaction():
            w.put(*read("b", "Two."))
            assert w.status(read("b", "Two.")[0]) == "unchanged"
            assert reader.counts().articles == store.counts().articles == 1
        assert reader.counts().articles == store.counts().articles == 2
        with reader.snapshot():
            assert reader.last_seq == 2
            w.put(*read("c", "Three."))
            assert reader.last_seq == 2
            assert store.last_seq == 3
        stream = reader.vectors(batch=1)
        first = next(stream)[0].tolist()
        w.put(*read("d", "Four."))
        assert [first, *(ids.tolist() for ids, _ in stream)] == [[1], [2], [3]]


def test_after_writing_the_log_is_empty_so_that_one_file_is_the_store(store: Store, read: Read, tmp_path: Path) -> None:
    put(store, *read("a", "One."))
    assert store.path.with_name("checker.db-wal").stat().st_size == 0
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "checker.db").write_bytes(store.path.read_bytes())
    with Store.open(tmp_path / "copy") as copy:
        assert copy.statements_of("a") == store.statements_of("a")


def test_text_that_is_no_unicode_is_refused_and_leaves_nothing(store: Store, read: Read) -> None:
    article = Article(id="a", text="half \ud83d of a pair")
    with pytest.raises(InputError, match="character 5") as caught:
        store.status(article)
    assert caught.value.reason == "not-unicode"
    with store.writer() as w, pytest.raises(InputError):
        w.put(article, [], np.zeros((0, 4), np.float32))
    assert store.counts().articles == 0


def test_two_statements_at_one_place_are_refused(store: Store, read: Read) -> None:
    article, statements, vectors = read("a", "One.")
    with store.writer() as w, pytest.raises(InputError) as caught:
        w.put(article, statements * 2, np.vstack([vectors, vectors]))
    assert caught.value.reason == "duplicate-statement"


@pytest.mark.parametrize(
    ("vectors", "complaint"),
    [
        (np.ones((2, 4), np.float32), "1 vectors must be"),
        (np.ones((1, 4), np.float64), "float64"),
        (np.full((1, 4), np.nan, np.float32), "not finite"),
    ],
)
def test_vectors_that_do_not_fit_their_statements_are_refused(
    store: Store, read: Read, vectors: Any, complaint: str
) -> None:
    article, statements, _ = read("a", "One.")
    with store.writer() as w, pytest.raises(ValueError, match=complaint):
        w.put(article, statements, vectors)


def test_a_statement_of_another_article_is_refused(store: Store, read: Read) -> None:
    with store.writer() as w, pytest.raises(ValueError, match="'b' was given with article 'a'"):
        w.put(read("a", "One.")[0], *read("b", "One.")[1:])


def test_an_article_without_statements_is_stored(store: Store, read: Read) -> None:
    article, _, _ = read("a", "One.")
    assert put(store, article, [], np.zeros((0, 4), np.float32)) == Change("added")
    assert store.articles(["x", "a"]) == {"a": article}
    assert store.dimension is None


def test_a_store_stays_with_the_encoder_that_it_was_built_with(store: Store, read: Read) -> None:
    with store.writer() as w:
        w.require_encoder("mini", "abc", 4)
        w.put(*read("a", "One."))
        w.require_encoder("the same by another name", "abc", 4)
        for name, fingerprint, dimension in (("mini", "abd", 4), ("mini", "abc", 5)):
            with pytest.raises(ModelError, match=r"encoder 'mini'.*checker doctor --rebuild"):
                w.require_encoder(name, fingerprint, dimension)
    assert (store.meta("encoder"), store.meta("fingerprint"), store.dimension) == ("mini", "abc", 4)
    assert store.meta("nothing") is None


def test_a_rebuild_replaces_every_vector_and_tells_the_outbox(store: Store, read: Read, vectors_for: Any) -> None:
    put(store, *read("a", "One.", "Two."))
    seq = store.last_seq
    new = vectors_for(["One.", "Two."], dimension=6)
    with store.writer() as w:
        count = w.replace_vectors([(np.array([1, 2]), new)], name="other", fingerprint="f", dimension=6)
    assert count == 2
    np.testing.assert_array_equal(store.vectors_of([1, 2]), new)
    assert (store.meta("encoder"), store.dimension) == ("other", 6)
    assert ops(store, seq) == [("remove", 1), ("remove", 2), ("add", 1), ("add", 2)]
    assert store.integrity() == []


def test_a_rebuild_that_misses_a_statement_changes_nothing(store: Store, read: Read, vectors_for: Any) -> None:
    put(store, *read("a", "One.", "Two."))
    with store.writer() as w, pytest.raises(ValueError, match="1 new vectors do not cover"):
        w.replace_vectors([(np.array([2]), vectors_for(["x"]))], name="other", fingerprint="f", dimension=4)
    np.testing.assert_array_equal(store.vectors_of([1, 2]), vectors_for(["One.", "Two."]))
    assert store.meta("encoder") is None
