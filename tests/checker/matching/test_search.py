"""Candidates for a claim, over a small store of invented statements and hand-made vectors."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from checker.matching import Filter, Matcher
from checker.matching.search import fuse
from index.records import Actor, Article, Statement
from index.store import Store
from index.vectors import VectorIndex

NORLAND = Actor("norland", "Norland", "norland")
MINISTRY = Actor("norland-ministry", "Norland's ministry", "norland")
SUDMARK = Actor("sudmark", "Sudmark", "sudmark")
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
    return Matcher(store, index, Letters())


def found(store: Store, claim: Statement = CLAIM, limit: int = 10, only: Filter | None = None) -> list[str]:
    pairs = matcher(store).candidates(claim, limit=limit, only=only or Filter())
    return [pair.statement.article for pair in pairs]


NOT = "Norland has not withdrawn all of its troops from the border"


def test_other_sides_answer_and_the_claim_s_own_side_never_does(store: Store) -> None:
    put(store, "other", NOT, SUDMARK)
    put(store, "own", NOT, NORLAND)
    put(store, "same-side", NOT, MINISTRY)
    put(store, "nobody", NOT, None)
    assert found(store) == ["other"]
    assert sorted(found(store, replace(CLAIM, actor=None))) == ["nobody", "other", "own", "same-side"]


def test_an_actor_against_himself_is_kept_apart(store: Store) -> None:
    put(store, "other", NOT, SUDMARK)
    put(store, "own", NOT, NORLAND)
    put(store, "same-side", NOT, MINISTRY)
    assert found(store, only=Filter(speaker="self")) == ["own"]
    assert found(store, replace(CLAIM, actor=None), only=Filter(speaker="self")) == []


def test_questions_and_ceremony_answer_nothing(store: Store) -> None:
    put(store, "question", NOT, SUDMARK, stance="asks")
    put(store, "ceremony", NOT, SUDMARK, checkable=False)
    assert found(store) == []


def test_a_denial_is_found_through_the_echo_that_it_denies(store: Store) -> None:
    """It shares no word with the claim, and many unrelated statements are nearer."""
    echo = put(store, "echo", "Norland has withdrawn all of its troops from the border, it said", NORLAND)
    put(store, "denial", "Rubbish", SUDMARK, answers=echo, stance="denies")
    accuser = put(store, "accuser", "Qqq", Actor("ostia", "Ostia", "ostia"))
    put(store, "echo-that-denies", CLAIM.content + " by now", NORLAND, answers=accuser, stance="denies")
    for n in range(60):
        put(store, f"noise-{n}", f"Norland's troops {n} at the border of the withdrawn land", SUDMARK)
    assert {"denial", "accuser"} <= set(found(store, limit=10))


def test_wire_copy_counts_once_and_does_not_crowd_out_others(store: Store) -> None:
    for n in range(50):
        put(store, f"copy-{n:02}", NOT, SUDMARK, date=f"2031-05-{4 + n % 2:02}")
    put(store, "first", f"“{NOT.upper()}.”", SUDMARK, date="2031-05-03")
    put(store, "another", "Norland keeps a few of its troops at the border", SUDMARK)
    assert found(store, limit=2) == ["first", "another"]


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
    together = matcher(store).candidates_of(claims, limit=5)
    assert together == [matcher(store).candidates(claim, limit=5) for claim in claims]
    vectors = Letters().encode([claim.proposition for claim in claims])
    assert matcher(store).candidates_of(claims, limit=5, vectors=vectors) == together


def test_fusion_by_reciprocal_rank_worked_by_hand() -> None:
    """b: 1/62 + 1/61, a: 1/61 + 1/63, c: 1/62; d comes last of all."""
    assert fuse([1, 2], [2, 3, 1, 4]) == [2, 1, 3, 4]
    assert fuse() == []
