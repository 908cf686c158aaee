"""A correction moves statements: what was reported and reviewed goes along."""

from pathlib import Path

from index.records import Actor
from index.store import Store
from index.verdicts import ReportedDispute, ReportedPair, Review, VerdictReader, VerdictWriter
from tests.index.conftest import read

QUIET = "The harbour was quiet on Sunday."
MINED = "Ruritania mined the harbour."
CLEARED = "Ruritania has cleared the harbour of mines."


def _stored(store: Store, *sentences: str, id: str = "a", **fields: str) -> dict[str, str]:
    """Keys of the statements of an article, by their words."""
    article, statements, vectors = read(id, *sentences, **fields)
    with store.writer() as writer:
        writer.put(article, statements, vectors)
    return {s.content: s.id for s in statements}


def _report(store: Store, one: str, other: str) -> None:
    with store.writer() as writer:
        verdicts = VerdictWriter(writer)
        verdicts.replace_reported([ReportedDispute("d", "new", 1, 1)], [ReportedPair(one, other, "d", "a", "b", False)])
        verdicts.replace_open_claims({one: "a", other: "b"})
        statements = [s for _, s in store.statements_of("a")] + [s for _, s in store.statements_of("b")]
        first, second = (next(s for s in statements if s.id == key) for key in (one, other))
        verdicts.put_review(Review.of(first, second, "unrelated", note="two harbours"))


def test_what_says_the_same_elsewhere_keeps_its_report_and_its_review(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        other = _stored(store, CLEARED, id="b")[CLEARED]
        old = _stored(store, MINED, CLEARED)[MINED]
        _report(store, old, other)
        new = _stored(store, QUIET, MINED.replace("mined", "Mined"), CLEARED)[MINED.replace("mined", "Mined")]
        reader = VerdictReader(store)
        assert [pair.keys for pair in reader.reported()] == [(new, other)]
        assert reader.open_claims() == {new: "a", other: "b"}
        (review,) = reader.reviews().values()
        assert set(review.keys) == {new, other}
        statements = {s.id: s for _, s in (*store.statements_of("a"), *store.statements_of("b"))}
        assert review.holds_for(statements[new], statements[other])
        assert store.integrity() == []


def test_an_article_under_another_id_with_the_same_url_is_followed_too(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        other = _stored(store, CLEARED, id="b")[CLEARED]
        _report(store, _stored(store, MINED, url="https://post.test/1")[MINED], other)
        new = _stored(store, QUIET, MINED, id="c", url="https://post.test/1")[MINED]
        (pair,) = VerdictReader(store).reported()
        assert (pair.keys, pair.claim_article) == ((new, other), "c")


def test_what_says_something_else_or_is_said_by_another_leaves_report_and_review_behind(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        other = _stored(store, CLEARED, id="b")[CLEARED]
        old = _stored(store, MINED)[MINED]
        _report(store, old, other)
        article, statements, vectors = read("a", QUIET, MINED, actor=Actor("ostia", "Ostia", "ostia"))
        with store.writer() as writer:
            writer.put(article, statements, vectors)
        assert [pair.keys for pair in VerdictReader(store).reported()] == [(old, other)]
        assert list(VerdictReader(store).reviews()) == [tuple(sorted((old, other)))]


def test_of_two_that_say_the_same_each_keeps_its_own(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        other = _stored(store, CLEARED, id="b")[CLEARED]
        _stored(store, MINED, QUIET, MINED)
        second = store.statements_of("a")[2][1].id
        _report(store, second, other)
        _stored(store, QUIET, MINED, QUIET, MINED)
        last = max(store.statements_of("a"), key=lambda found: found[1].content_spans)[1].id
        assert [pair.claim for pair in VerdictReader(store).reported()] == [last]


def test_a_damaged_row_is_not_mended_by_a_move(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        other = _stored(store, CLEARED, id="b")[CLEARED]
        _report(store, _stored(store, MINED)[MINED], other)
        with store.writer() as writer:
            writer.run_many("UPDATE reviews SET note = 'another'", [()])
        _stored(store, QUIET, MINED)
        assert "the review of statement" in " ".join(store.integrity())
