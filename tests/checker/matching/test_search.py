"""Candidates for a claim, over a small store of invented statements and hand-made vectors."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from checker.matching import Filter, Matcher, Reach
from checker.matching.rankings import Asked, best, fused, ordered, rankings
from checker.matching.words import said
from index.lexical import search as words
from index.records import Actor, Article, Statement
from index.store import Store
from index.vectors import VectorIndex

NORLAND = Actor("norland", "Norland", "norland")
MINISTRY = Actor("norland-ministry", "Norland's ministry", "norland")
SUDMARK = Actor("sudmark", "Sudmark", "sudmark")
OSTIA = Actor("ostia", "Ostia", "ostia")
DIMENSION = 16
CLAIM = Statement.claim("Norland has withdrawn all of its troops from the border", actor=NORLAND)


class Letters:
    """Counts a few letters: equal texts are equal vectors, and no model is needed."""

    name = "letters"
    fingerprint = "aa" * 32
    dimension = DIMENSION

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.array([[1 + text.count("etaoinshrdlcumwf"[i]) for i in range(DIMENSION)] for text in texts])
        unit: NDArray[np.float32] = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
        return unit.reshape(len(texts), DIMENSION)

    def toward_rebuttals(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        return vectors


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "store") as opened:
        with opened.writer() as writer:
            writer.require_encoder(Letters.name, Letters.fingerprint, DIMENSION)
        yield opened


def put(
    store: Store, id: str, text: str, actor: Actor | None, date: str | None = "2031-05-04", **changed: object
) -> str:
    """An article of one statement; returns the statement's id."""
    statement = Statement(
        article=id,
        attribution=id,
        actor=actor,
        chain=(),
        source_spans=(),
        cue_spans=(),
        content_spans=((0, len(text)),),
        content=text,
        proposition=text,
        date=date,
    )
    statement = replace(statement, **changed)  # type: ignore[arg-type]
    with store.writer() as writer:
        article = Article(id=id, text=text, date=date)
        writer.put(article, [statement], Letters().encode([statement.proposition]))
    return statement.id


def matcher(store: Store) -> Matcher:
    index = VectorIndex.open(store.folder, store, fingerprint=Letters.fingerprint, dimension=DIMENSION, threads=1)
    return Matcher(store, index)


def found(store: Store, claim: Statement = CLAIM, limit: int = 10, only: Filter | None = None) -> list[str]:
    (vector,) = Letters().encode([claim.proposition])
    pairs = matcher(store).candidates(claim, vector, limit=limit, only=only or Filter())
    return [pair.statement.article for pair in pairs]


NOT = "Norland has not withdrawn all of its troops from the border"


def test_other_sides_answer_and_the_claim_s_own_side_never_does(store: Store) -> None:
    put(store, "other", NOT, SUDMARK)
    put(store, "own", NOT, NORLAND)
    put(store, "same-side", NOT, MINISTRY)
    put(store, "nobody", NOT, None)
    assert found(store) == ["other"]
    assert sorted(found(store, replace(CLAIM, actor=None))) == ["nobody", "other", "own", "same-side"]


def test_an_actor_against_himself_is_kept_apart_and_only_on_another_day(store: Store) -> None:
    put(store, "other", NOT, SUDMARK)
    put(store, "own", NOT, NORLAND)
    put(store, "same-day", NOT + " at all", NORLAND, date="2031-05-09")
    put(store, "same-side", NOT, MINISTRY)
    assert found(store, replace(CLAIM, date="2031-05-09"), only=Filter(speaker="self")) == ["own"]
    assert found(store, CLAIM, only=Filter(speaker="self")) == []
    assert found(store, replace(CLAIM, actor=None, date="2031-05-09"), only=Filter(speaker="self")) == []


def test_questions_and_ceremony_answer_nothing(store: Store) -> None:
    put(store, "question", NOT, SUDMARK, stance="asks")
    put(store, "ceremony", NOT, SUDMARK, checkable=False)
    assert found(store) == []


def test_a_denial_is_found_through_the_echo_that_it_denies(store: Store) -> None:
    """It shares no word with the claim, and many unrelated statements are nearer."""
    echo = put(store, "echo", "Norland has withdrawn all of its troops from the border, it said", NORLAND)
    put(store, "denial", "Rubbish", SUDMARK, answers=echo, stance="denies")
    accuser = put(store, "accuser", "Qqq", OSTIA)
    put(store, "echo-that-denies", CLAIM.content + " by now", NORLAND, answers=accuser, stance="denies")
    for n in range(60):
        put(store, f"noise-{n}", f"Norland's troops at the border of the withdrawn land{' oh' * n}", SUDMARK)
    assert {"denial", "accuser"} <= set(found(store, limit=10))


def test_wire_copy_counts_once_and_does_not_crowd_out_others(store: Store) -> None:
    for n in range(50):
        put(store, f"copy-{n:02}", NOT, SUDMARK, date=f"2031-05-{4 + n % 2:02}")
    put(store, "first", f"“{NOT.upper()}.”", SUDMARK, date="2031-05-03")
    put(store, "another", "Norland keeps a few of its troops at the border", SUDMARK)
    assert found(store, limit=2) == ["first", "another"]


def test_many_who_repeat_the_claim_do_not_crowd_out_the_few_who_deny_it(store: Store) -> None:
    for n in range(60):  # the same words in another order are no wire copy, and nearer than any denial
        actor = Actor(f"town-{n}", f"Town {n}", f"town-{n}")
        put(store, f"echo-{n:02}", "All troops has Norland withdrawn from the border", actor)
    put(store, "denial", "Norland's troops have not left the border: Sudmark's guards have seen them", SUDMARK)
    nearest = found(store)
    assert "denial" in nearest
    assert len(nearest) == 10  # what repeats them fills the places that are left
    assert len(found(store, limit=50)) == 50


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Prices went up", "Prices went down"),
        ("Karvo attacked Ostra", "Ostra attacked Karvo"),
        ("The port isn't open", "The port is open"),
        ("They left before the vote", "They left after the vote"),
    ],
)
def test_what_may_be_the_opposite_is_no_repetition(one: str, other: str) -> None:
    assert said(one) != said(other)
    assert said(one) == said(f"{one.upper()}.")


def test_of_wire_copy_the_first_of_the_days_asked_for_stands(store: Store) -> None:
    put(store, "early", NOT, SUDMARK, date="2031-05-03")
    put(store, "late", NOT, SUDMARK, date="2031-05-04")
    assert found(store) == ["early"]
    assert found(store, only=Filter(since="2031-05-04")) == ["late"]


def test_few_days_are_picked_before_the_search_and_not_after_it(store: Store) -> None:
    for n in range(300):
        put(store, f"near-{n}", f"{CLAIM.content} {n}", SUDMARK, date="2031-05-04")
    put(store, "far", "Wheat is dear in Sudmark this summer", SUDMARK, date="2031-06-01")
    put(store, "undated", "Wheat is cheap in Sudmark this summer", SUDMARK, date=None)
    assert found(store, limit=1, only=Filter(since="2031-06-01", until="2031-06-30")) == ["far"]


def test_many_claims_together_find_what_each_finds_alone(store: Store) -> None:
    for n in range(40):
        put(store, f"a{n:02}", f"{'Norland' if n % 3 else 'Sudmark'} moved {n} tanks to the river", SUDMARK)
    claims = [CLAIM, Statement.claim("Sudmark moved 7 tanks"), Statement.claim("")]
    vectors = Letters().encode([claim.proposition for claim in claims])
    near, reach = matcher(store).near, Reach(limit=5, similarity=0.5)
    together = near(claims, vectors, reach)
    assert together == [near([claim], vectors[i : i + 1], reach)[0] for i, claim in enumerate(claims)]
    assert any(together)


def night(store: Store, reach: Reach) -> dict[str, list[str]]:
    """Articles compared with each other, as in a nightly run."""
    articles = dict(store.rows("SELECT id, article FROM statements"))
    standing = sorted(matcher(store).standing(sorted(articles)), key=lambda id: articles[id])
    claims = [statement for _, statement in store.statements(standing)]
    found = matcher(store).near(claims, store.vectors_of(standing), reach)
    return {articles[id]: [articles[one] for one in ids] for id, ids in zip(standing, found, strict=True)}


@pytest.mark.parametrize("seed", range(5))
def test_a_night_finds_the_same_in_whatever_order_statements_came(tmp_path: Path, seed: int) -> None:
    """Many are equally near, and the limits cut through them."""
    told = [(f"{n:02}", f"{'Norland' if n % 3 else 'Sudmark'} moved {n % 4} tanks", n) for n in range(60)]
    reach = Reach(limit=4, settled=True, own=2, similarity=0.9)
    nights = []
    for turn in range(2):
        random.Random(seed * turn).shuffle(told)
        with Store.open(tmp_path / str(turn)) as store:
            with store.writer() as writer:
                writer.require_encoder(Letters.name, Letters.fingerprint, DIMENSION)
            for id, text, n in told:
                put(store, id, text, (NORLAND, SUDMARK, MINISTRY, OSTIA)[n % 4], date=f"2031-05-{1 + n % 9:02}")
            nights.append(night(store, reach))
    assert nights[0] == nights[1]
    assert any(nights[0].values())


def test_a_night_compares_what_is_settled_and_near_enough_with_others_and_with_another_day(store: Store) -> None:
    put(store, "claim", CLAIM.content, NORLAND, date="2031-05-05")
    put(store, "other", NOT, SUDMARK)
    put(store, "own", NOT, NORLAND)
    put(store, "same-side", NOT, MINISTRY)
    put(store, "supposed", NOT, OSTIA, hypothetical=True)
    put(store, "demanded", NOT, OSTIA, stance="demands")
    put(store, "far", "Wheat is dear this summer", OSTIA)
    put(store, "of-another-thing", "Sudmark has withdrawn its ambassador from the capital", OSTIA)
    put(store, "empty", "Ostia has not", OSTIA)
    put(store, "back", f"{NOT}, and Ostia regrets that", OSTIA)
    put(store, "pointing", f"This is false: {NOT}", OSTIA)
    report = put(store, "report", f"Sudmark’s speaker said that {NOT}", SUDMARK)
    put(store, "reported", NOT + " yet", Actor("speaker", "The speaker", "sudmark"), parent=report)
    reach = Reach(limit=9, settled=True, own=9, similarity=0.9, words=0.2)
    assert sorted(night(store, reach)["claim"]) == ["other", "own", "reported"]
    assert set(night(store, reach)) == {
        *("claim", "other", "own", "same-side", "reported"),
        *("far", "of-another-thing"),
    }


def test_of_wire_copy_a_night_compares_the_first_with_the_first(store: Store) -> None:
    for n in range(3):
        put(store, f"said-{n}", CLAIM.content, NORLAND, date=f"2031-05-0{5 - n}")
        put(store, f"denied-{n}", NOT, SUDMARK, date=f"2031-05-0{3 + n}")
    reach = Reach(limit=9, settled=True, own=9, similarity=0.5)
    assert night(store, reach) == {"denied-0": ["said-2"], "said-2": ["denied-0"]}


def test_what_more_outlets_carry_than_a_night_looks_at_is_found_and_hides_nothing_behind_it(store: Store) -> None:
    """Copies of the nearest, and short ones too many to be called copies, are each as near as the next."""
    put(store, "claim", CLAIM.content, NORLAND)
    for n in range(60):
        put(store, f"copy-{n:02}", NOT, SUDMARK)
        put(store, f"short-{n:02}", "Norland withdraws no troops", OSTIA)
    put(store, "another", "Norland keeps all of its troops at the border", SUDMARK)
    reach = Reach(limit=70, settled=True, similarity=0.5, depth=6, lexical=False)
    near = night(store, reach)["claim"]
    assert near[0] == "copy-00"
    assert set(near) == {"copy-00", "another", *(f"short-{n:02}" for n in range(60))}


def test_thousands_that_are_equally_near_do_not_make_a_search_a_scan(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("checker.matching.rankings._FURTHEST", 40)
    asked: list[int] = []
    search = VectorIndex.search

    def counted(self: VectorIndex, vectors: Any, k: int, **rest: Any) -> Any:
        asked.append(k)
        return search(self, vectors, k, **rest)

    monkeypatch.setattr(VectorIndex, "search", counted)
    put(store, "claim", CLAIM.content, NORLAND)
    for n in range(200):
        put(store, f"short-{n:03}", "Norland withdraws no troops", OSTIA)
    assert night(store, Reach(limit=70, settled=True, similarity=0.5, depth=6, lexical=False))["claim"] == []
    assert max(asked) <= 40


def test_statements_that_came_after_the_night_began_wait_for_the_next(store: Store) -> None:
    put(store, "claim", CLAIM.content, NORLAND)
    put(store, "other", NOT, SUDMARK)
    put(store, "later", NOT + " yet", SUDMARK)
    ((_, claim),) = store.statements([1])
    assert matcher(store).near([claim], store.vectors_of([1]), Reach(limit=9), up_to=2) == [[2]]


def test_a_tie_at_the_end_is_left_out() -> None:
    scored = [(7, 0.9), (3, 0.8), (5, 0.8), (2, 0.7), (9, 0.6), (4, 0.6)]
    assert best(scored, 4) == {7: 0.9, 3: 0.8, 5: 0.8, 2: 0.7}
    assert best(scored, 5) == {7: 0.9, 3: 0.8, 5: 0.8, 2: 0.7}
    assert best(scored, 9) == dict(scored)


def test_fusion_worked_by_hand() -> None:
    """.3 of BM25 as a share of the highest: 1: .5 + .3 * 2/4; 2: .6, by meaning alone; 3: .35 + .3."""
    scores = fused({1: 0.5, 2: 0.6, 3: 0.35}, {3: 4.0, 1: 2.0}, 4.0)
    assert scores == {1: 0.65, 2: 0.6, 3: 0.65}
    assert ordered(scores, {1: "z", 2: "k", 3: "a"}) == [3, 1, 2]
    assert fused({1: 0.5}, {}, 1.0) == {1: 0.5}
    assert fused({1: 0.5}, {1: 9.0}, 3.0) == {1: 0.8}  # the claim's own words count no more than the best of others


def test_the_claim_itself_among_the_hits_by_words_makes_others_no_farther(store: Store) -> None:
    """The echo of the claim's own side, and its very words by another, change the order of all others by nothing."""
    put(store, "denial", "Norland's troops, withdrawn: a fuzzy quiz", SUDMARK)
    put(store, "far", CLAIM.proposition[::-1], SUDMARK)
    for n in range(9):
        put(store, f"noise-{n}", f"Wax {n}", SUDMARK)
    (vector,) = Letters().encode([CLAIM.proposition])
    asked = [Asked(CLAIM.proposition, vector, NORLAND.side)]
    (before,) = rankings(store, matcher(store).vectors, asked, depth=50)
    put(store, "own", "Norland has withdrawn all of its troops from the border, it said", NORLAND)
    put(store, "echo", CLAIM.proposition, OSTIA)
    (after,) = rankings(store, matcher(store).vectors, asked, depth=50)
    assert [id for id in after.ids if id <= 11] == before.ids
    assert before.ids[:2] == [1, 2]


def test_what_words_alone_have_found_counts_with_its_similarity_too(store: Store) -> None:
    """The search by meaning brings one statement only; the order is that of the sums over all."""
    texts = (CLAIM.proposition[::-1], "Norland's troops, withdrawn: a fuzzy quiz", "Troops jog")
    for number, text in enumerate(texts):
        put(store, str(number), text, SUDMARK)
    vector, *rows = Letters().encode([CLAIM.proposition, *texts])
    (ranking,) = rankings(store, matcher(store).vectors, [Asked(CLAIM.proposition, vector)], depth=9)
    (few,) = rankings(store, matcher(store).vectors, [Asked(CLAIM.proposition, vector)], depth=1)
    assert (set(few.similarities), set(few.ids)) == ({1}, {1, 2})
    by_words = dict(words(store, CLAIM.proposition, 9))
    sums = [
        float(row @ vector) + 0.3 * by_words.get(i, 0) / max(by_words.values()) for i, row in enumerate(rows, start=1)
    ]
    assert ranking.ids == [1 + i for i in sorted(range(3), key=lambda i: -sums[i])]
    assert few.ids == [id for id in ranking.ids if id != 3]
