"""A correction moves statements: what was reported and reviewed goes along."""

from pathlib import Path

import pytest

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


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Ruritania paid $5 million.", "Ruritania paid €5 million."),
        ("Ruritania's output moved by -5 points.", "Ruritania's output moved by 5 points."),
        ("Ruritania grew by 1.5%.", "Ruritania grew by 1,5%."),
        ("Ruritania mined 10² harbours.", "Ruritania mined 102 harbours."),
    ],
)
def test_a_mark_that_changes_the_meaning_is_another_saying(tmp_path: Path, before: str, after: str) -> None:
    with Store.open(tmp_path) as store:
        other = _stored(store, CLEARED, id="b")[CLEARED]
        old = _stored(store, before)[before]
        _report(store, old, other)
        _stored(store, QUIET, after)
        assert [pair.keys for pair in VerdictReader(store).reported()] == [(old, other)]


def test_the_shape_of_quotation_marks_and_blanks_change_no_meaning(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        other = _stored(store, CLEARED, id="b")[CLEARED]
        _report(store, _stored(store, "Ruritania's  army left.")["Ruritania's  army left."], other)
        new = _stored(store, QUIET, "Ruritania’s army left.")["Ruritania’s army left."]
        assert [pair.keys for pair in VerdictReader(store).reported()] == [(new, other)]


def test_what_moves_to_the_place_of_what_is_gone_drops_nothing_that_was_told_of_that(tmp_path: Path) -> None:
    gone, moved = "Ruritania swept the bay.", "Ruritania mined the bay."
    assert len(gone) == len(moved)
    with Store.open(tmp_path) as store:
        other = _stored(store, CLEARED, id="b")[CLEARED]
        keys = _stored(store, gone, moved)
        said = {s.id: s for _, s in (*store.statements_of("a"), *store.statements_of("b"))}
        with store.writer() as writer:
            verdicts = VerdictWriter(writer)
            disputes = [ReportedDispute(id, "new", 1, 1) for id in "de"]
            pairs = [ReportedPair(keys[text], other, id, "a", "b", False) for id, text in zip("de", keys, strict=True)]
            verdicts.replace_reported(disputes, pairs)
            verdicts.replace_open_claims({keys[gone]: "a", keys[moved]: "a"})
            for text, note in ((gone, "of the one that goes"), (moved, "of the one that moves")):
                verdicts.put_review(Review.of(said[keys[text]], said[other], "unrelated", note=note))
        now = _stored(store, moved)[moved]
        assert now == keys[gone]
        reader = VerdictReader(store)
        assert {pair.dispute: pair.claim == now for pair in reader.reported()} == {"d": False, "e": True}
        assert len(reader.open_claims()) == 2
        notes = {review.note: now in review.keys for review in reader.reviews().values()}
        assert notes == {"of the one that goes": False, "of the one that moves": True}
        assert store.integrity() == []


def test_a_review_holds_again_when_a_correction_is_taken_back(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        other = _stored(store, CLEARED, id="b")[CLEARED]
        old = _stored(store, MINED)[MINED]
        _report(store, old, other)
        for text in (MINED.replace("mined", "swept"), MINED):
            _stored(store, text)
        (review,) = VerdictReader(store).reviews().values()
        said = {s.id: s for _, s in (*store.statements_of("a"), *store.statements_of("b"))}
        assert review.holds_for(said[old], said[other])


def test_a_review_of_what_is_gone_stays_when_what_came_there_moves_on(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        other = _stored(store, CLEARED, id="b")[CLEARED]
        old = _stored(store, MINED)[MINED]
        _report(store, old, other)
        swept = MINED.replace("mined", "swept")
        for text in ((swept,), (QUIET, swept), (MINED,)):
            _stored(store, *text)
        (review,) = VerdictReader(store).reviews().values()
        said = {s.id: s for _, s in (*store.statements_of("a"), *store.statements_of("b"))}
        assert review.holds_for(said[old], said[other])


def test_a_damaged_row_is_not_mended_by_a_move(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        other = _stored(store, CLEARED, id="b")[CLEARED]
        _report(store, _stored(store, MINED)[MINED], other)
        with store.writer() as writer:
            writer.run_many("UPDATE reviews SET note = 'another'", [()])
        _stored(store, QUIET, MINED)
        assert "the review of statement" in " ".join(store.integrity())
