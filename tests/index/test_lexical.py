import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import lexical
from index.errors import StoreError
from index.records import Actor
from index.store import Store

Read = Callable[..., Any]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, read: Read) -> Iterator[Store]:
    with Store.open(tmp_path_factory.mktemp("words")) as store:
        with store.writer() as w:
            w.put(*read("a", "Ruritania withdraws its troops.", "The king is ill.", actor=None))
            w.put(*read("b", "The troops stay.", "The troops stay.", actor=None))
            w.put(*read("c", "Das Café am Straßenrand öffnet.", actor=Actor("zenda", "Castle of Zenda", None)))
        yield store


def ids(store: Store, text: str, limit: int = 10) -> list[int]:
    return [id for id, _ in lexical.search(store, text, limit)]


def test_a_score_is_bm25_worked_by_hand(store: Store) -> None:
    # Columns weigh 1, .5 and .25; a word of the proposition stands in the content too, so it counts 1.5 times.
    # "king": in 1 of 5 statements; lengths in words, both columns and the name: 8, 8, 6, 6, 5 + 5 + 3.
    idf = math.log((5 - 1 + 0.5) / (1 + 0.5))
    frequency, length, mean = 1.5, 8, (8 + 8 + 6 + 6 + 13) / 5
    expected = idf * frequency * (1.2 + 1) / (frequency + 1.2 * (1 - 0.75 + 0.75 * length / mean))
    ((id, score),) = lexical.search(store, "the king", 10)
    assert id == 2
    assert score == pytest.approx(expected, rel=1e-9)


def test_equal_scores_are_ordered_by_id(store: Store) -> None:
    found = lexical.search(store, "stay", 10)
    assert [id for id, _ in found] == [3, 4]
    assert found[0][1] == found[1][1] > 0
    assert ids(store, "stay", 1) == [3]


def test_other_forms_of_a_word_are_found(store: Store) -> None:
    assert ids(store, "withdrawing") == ids(store, "WITHDRAWS") == ids(store, "withdraw") == [1]


def test_accents_and_their_spelling_make_no_difference(store: Store) -> None:
    assert ids(store, "cafe") == ids(store, "café") == ids(store, "cafe\u0301") == ids(store, "OFFNET") == [5]


def test_an_actor_is_found_by_name(store: Store) -> None:
    assert ids(store, "Zenda") == [5]


def test_any_shared_word_is_enough_and_more_are_better(store: Store) -> None:
    assert ids(store, "Ruritania troops stay")[:3] == [1, 3, 4]
    assert ids(store, "troops") == [3, 4, 1]


def test_the_order_of_the_words_changes_no_score(store: Store) -> None:
    assert lexical.search(store, "king troops Ruritania stay", 9) == lexical.search(
        store, "stay Ruritania troops king", 9
    )


@pytest.mark.parametrize("text", ["", " \n", "the and of", "?!", "\x00", "\ud800", "...", '"', "*", "a b", "not"])
def test_a_text_without_a_telling_word_finds_nothing(store: Store, text: str) -> None:
    assert lexical.search(store, text, 10) == []


@pytest.mark.parametrize(
    "text",
    ['king"', "king*", "king AND", "NEAR(king", "content:king", "king OR", "^king", "-king", "king\x00drop", "(king)"],
)
def test_signs_of_the_query_language_are_no_query_language(store: Store, text: str) -> None:
    assert ids(store, text)[:1] == [2]


def test_no_limit_finds_nothing(store: Store) -> None:
    assert lexical.search(store, "king", 0) == lexical.search(store, "king", -1) == []


def test_a_query_of_100_000_words_is_cut_to_the_first_telling_ones(store: Store) -> None:
    text = "king " + " ".join(f"word{n}" for n in range(100_000)) + " troops"
    words = lexical.query_words(text)
    assert len(words) == 64
    assert words == sorted(["king", *(f"word{n}" for n in range(63))])
    assert ids(store, text) == [2]


def test_a_word_repeated_counts_once(store: Store) -> None:
    assert lexical.search(store, "king " * 1000, 9) == lexical.search(store, "king", 9)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60))
def test_any_text_is_safe_to_search_for(store: Store, text: str) -> None:
    found = lexical.search(store, text, 3)
    assert found == sorted(found, key=lambda hit: (-hit[1], hit[0]))
    assert ids(store, text + " king")[:1] != []


def test_a_damaged_index_is_refused(tmp_path: Path, read: Read) -> None:
    with Store.open(tmp_path) as store:
        with store.writer() as w:
            w.put(*read("a", "The king is ill."))
            w._run("DROP TABLE statement_words_idx")
        with pytest.raises(StoreError, match="damaged"):
            lexical.search(store, "king", 3)


def test_where_too_many_share_a_word_only_those_with_a_rare_one_are_scored_and_as_before(
    tmp_path: Path, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.open(tmp_path) as store:
        with store.writer() as writer:
            common = [
                f"The troops of province {place} stay." for place in ("Hentzau", "Strelsau", "Zenda", "Tarlenheim")
            ]
            writer.put(*read("a", *common, "The king visits the troops.", "A bishop stays.", actor=None))
        everything = lexical.search(store, "King, bishop and troops of Hentzau stay", 10)
        assert len(everything) == 6

        monkeypatch.setattr(lexical, "SCORED", 3)
        found = lexical.search(store, "King, bishop and troops of Hentzau stay", 10)
        assert {id for id, _ in found} == {1, 5, 6}  # who shares "Hentzau", "king" or "bishop"
        assert found == [one for one in everything if one[0] in (1, 5, 6)]


def test_where_all_words_are_common_the_rarest_is_searched(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexical, "SCORED", 1)
    assert ids(store, "troops that stay") == [3, 4]  # "stay" in two, "troops" in three
    assert ids(store, "king") == [2]
    assert ids(store, "nowhere king unheard") == [2]
