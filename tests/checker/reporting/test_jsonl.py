"""JSON Lines output: keys in their order, four decimals, one line."""

import json

from checker.reporting import jsonl
from index.records import Actor, Article, Pair, Probabilities, Rebuttal, Statement, Verdict

_STATEMENT = Statement.claim("Norland stays.\nIt does.", actor=Actor("norland", "Norland", "norland"), id="a1")
_FOUND = Rebuttal(
    rank=1,
    pair=Pair(Statement.claim("Norland leaves."), _STATEMENT, 0.123456),
    verdict=Verdict("contradiction", 0.91234567, Probabilities(0.9, 0.06, 0.04), ("negation", "nli")),
    article=Article("a1", "Norland stays.\nIt does.", title="T", date="2022-02-17", source="S"),
    appearances=("a2",),
)


def test_a_rebuttal_has_the_keys_of_the_contract_in_their_order() -> None:
    data = json.loads(jsonl.line(jsonl.rebuttal(_FOUND)))
    assert list(data) == ["rank", "verdict", "score", "similarity", "reasons", "statement", "article", "appearances"]
    assert list(data["article"]) == ["id", "title", "source", "date", "url"]
    assert data["statement"]["actor"] == {"id": "norland", "name": "Norland", "side": "norland"}


def test_only_what_says_the_same_has_a_key_for_it_and_it_is_the_last() -> None:
    data = jsonl.rebuttal(_FOUND, supports=True)
    assert (list(data)[-1], data.pop("supports")) == ("supports", True)
    assert data == jsonl.rebuttal(_FOUND)


def test_numbers_have_four_decimals() -> None:
    data = json.loads(jsonl.line(jsonl.rebuttal(_FOUND)))
    assert (data["score"], data["similarity"]) == (0.9123, 0.1235)


def test_an_object_is_one_line_whatever_it_holds() -> None:
    assert "\n" not in jsonl.line(jsonl.rebuttal(_FOUND))


def test_a_judged_pair_comes_back_with_what_was_given() -> None:
    data = jsonl.judgement({"id": "7", "premise": "a", "hypothesis": "b", "extra": [1]}, _FOUND.verdict)
    assert list(data) == ["id", "premise", "hypothesis", "extra", "probabilities", "verdict", "score", "reasons"]
    assert data["probabilities"] == {"contradiction": 0.9, "entailment": 0.06, "neutral": 0.04}
