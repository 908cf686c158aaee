"""The development set for denials holds together: spans, references, chains."""

import json
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[2] / "eval" / "data" / "denials"


def _lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / name).read_text(encoding="utf-8").splitlines()]


ARTICLES = _lines("articles.jsonl")
GOLD = _lines("gold.jsonl")


def test_every_article_has_its_gold_in_the_same_order() -> None:
    assert [article["id"] for article in ARTICLES] == [gold["id"] for gold in GOLD]
    assert sum(s["answers"] is not None for gold in GOLD for s in gold["statements"]) >= 158


@pytest.mark.parametrize(
    ("article", "gold"), list(zip(ARTICLES, GOLD, strict=True)), ids=[article["id"] for article in ARTICLES]
)
def test_contents_reslice_and_references_point_at_others(article: dict[str, Any], gold: dict[str, Any]) -> None:
    statements = gold["statements"]
    for place, s in enumerate(statements):
        assert s["content"] == " ".join(article["text"][start:end] for start, end in s["content_spans"]) != ""
        assert s["polarity"] == (-1 if s["stance"] == "denies" else 1)
        assert (s["unresolved"] is None) == (s["actor"] is not None) == (s["side"] is not None)
        outer = [] if s["parent"] is None else statements[s["parent"]]["chain"]
        assert s["chain"] == [*outer, {"actor": s["actor"], "stance": s["stance"]}]
        assert s["parent"] is None or s["parent"] < place
        for other in [] if s["answers"] is None else [s["answers"], *s["answers_also"]]:
            assert statements[other]["side"] is None or statements[other]["side"] != s["side"]
