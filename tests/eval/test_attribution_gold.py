"""The attribution gold set holds together: spans, references, sides, chains and the split."""

import itertools
import json
import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[2] / "eval" / "data" / "attribution"
STANCES = {"asserts", "denies", "accuses", "demands", "promises", "warns", "asks", "concedes"}
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def _lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / name).read_text(encoding="utf-8").splitlines()]


ARTICLES = {article["id"]: article for article in _lines("articles.jsonl")}
GOLD = {record["id"]: record for record in _lines("gold.jsonl")}
STATEMENTS = [
    pytest.param(ARTICLES[key]["text"], record["statements"], place, id=f"{key}/{place}")
    for key, record in GOLD.items()
    for place in range(len(record["statements"]))
]


def test_every_article_has_one_gold_record_and_ids_are_unique() -> None:
    assert list(ARTICLES) == list(GOLD)
    assert len(_lines("articles.jsonl")) == len(ARTICLES)
    assert len(_lines("gold.jsonl")) == len(GOLD)


def test_articles_are_short_dated_and_of_the_contract() -> None:
    for article in ARTICLES.values():
        assert set(article) <= {"id", "text", "title", "date", "source", "speaker"}
        assert 60 <= len(article["text"].split()) <= 220
        date.fromisoformat(article["date"])


def test_a_third_is_kept_for_the_end_and_copies_stay_in_one_split() -> None:
    splits = [record["split"] for record in GOLD.values()]
    assert (splits.count("tune"), splits.count("final")) == (30, 15)
    for record in GOLD.values():
        if "copy_of" in record:
            assert GOLD[record["copy_of"]]["split"] == record["split"]


@pytest.mark.parametrize(("text", "statements", "place"), STATEMENTS)
def test_spans_reslice_and_values_are_allowed(text: str, statements: list[dict[str, Any]], place: int) -> None:
    statement = statements[place]
    for spans in (statement["source_spans"], statement["cue_spans"], statement["content_spans"]):
        assert all(0 <= start < end <= len(text) for start, end in spans)
        assert all(text[start:end] == text[start:end].strip() for start, end in spans)
        assert all(left[1] <= right[0] for left, right in itertools.pairwise(spans))
    assert statement["content"] == " ".join(text[start:end] for start, end in statement["content_spans"]) != ""
    assert statement["kind"] in {"direct", "indirect", "mixed"}
    assert statement["stance"] in STANCES
    assert statement["proposition"].strip().endswith((".", "?", "!"))


@pytest.mark.parametrize(("text", "statements", "place"), STATEMENTS)
def test_polarity_is_minus_one_exactly_for_denials(text: str, statements: list[dict[str, Any]], place: int) -> None:
    assert statements[place]["polarity"] == (-1 if statements[place]["stance"] == "denies" else 1)


@pytest.mark.parametrize(("text", "statements", "place"), STATEMENTS)
def test_references_point_at_other_statements(text: str, statements: list[dict[str, Any]], place: int) -> None:
    statement = statements[place]
    if statement["answers"] is None:
        assert statement["answers_also"] == []
    else:
        for other in [statement["answers"], *statement["answers_also"]]:
            assert 0 <= other < len(statements)
            assert other != place
            assert statements[other]["actor"] != statement["actor"] or statement["actor"] is None
    if statement["parent"] is not None:
        assert 0 <= statement["parent"] < place  # the outer statement comes first


@pytest.mark.parametrize(("text", "statements", "place"), STATEMENTS)
def test_a_chain_is_its_parents_chain_and_its_own_actor(
    text: str, statements: list[dict[str, Any]], place: int
) -> None:
    statement = statements[place]
    outer = [] if statement["parent"] is None else statements[statement["parent"]]["chain"]
    assert statement["chain"] == [*outer, {"actor": statement["actor"], "stance": statement["stance"]}]


@pytest.mark.parametrize(("text", "statements", "place"), STATEMENTS)
def test_an_actor_has_a_slug_and_a_side_or_a_reason_for_none(
    text: str, statements: list[dict[str, Any]], place: int
) -> None:
    statement = statements[place]
    if statement["actor"] is None:
        assert statement["side"] is None
        assert statement["unresolved"] in {"anonymous", "unresolved"}
    else:
        assert SLUG.fullmatch(statement["actor"])
        assert SLUG.fullmatch(statement["side"])
        assert statement["unresolved"] is None


@pytest.mark.parametrize(("text", "statements", "place"), STATEMENTS)
def test_windows_and_dates_are_iso_and_in_order(text: str, statements: list[dict[str, Any]], place: int) -> None:
    statement = statements[place]
    if statement["window"] is not None:
        start, end = map(date.fromisoformat, statement["window"])
        assert start <= end
    if statement["date"] is not None:
        date.fromisoformat(statement["date"])


def test_one_attribution_has_one_actor_source_and_cue() -> None:
    for record in GOLD.values():
        seen: dict[int, tuple[str, ...]] = {}
        for statement in record["statements"]:
            keys = ("actor", "source_spans", "cue_spans", "chain")
            head = tuple(json.dumps(statement[key][:-1] if key == "chain" else statement[key]) for key in keys)
            assert seen.setdefault(statement["attribution"], head) == head
        assert sorted(seen) == list(range(len(seen)))


def test_an_actor_has_the_same_side_in_every_article() -> None:
    sides: dict[str, str] = {}
    for record in GOLD.values():
        for statement in record["statements"]:
            if statement["actor"] is not None:
                assert sides.setdefault(statement["actor"], statement["side"]) == statement["side"]


def test_registered_actors_reach_the_side_that_the_gold_gives_them() -> None:
    tables = tomllib.loads((FOLDER / "actors.toml").read_text("utf-8"))
    actors = {id_: actor for id_, actor in tables.items() if id_ != "snapshot"}
    met = 0
    for record in GOLD.values():
        for statement in record["statements"]:
            place = statement["actor"]
            if place not in actors:
                continue
            met += 1
            while "speaks_for" in actors[place]:
                place = actors[place]["speaks_for"]
            assert place == statement["side"]
    assert met > 50  # the registry is met often enough to matter
    for actor in actors.values():
        assert set(actor.get("member_of", [])) <= set(actors)


def test_traps_are_in_range_and_no_statement_is_made_of_one() -> None:
    for key, record in GOLD.items():
        for trap in record["traps"]:
            start, end = trap["span"]
            assert ARTICLES[key]["text"][start:end].strip()
            for statement in record["statements"]:
                assert not all(start <= left and right <= end for left, right in statement["content_spans"])
