"""The comparison gives every system the same gold, and says what is missing."""

import json
import re
import sys
from pathlib import Path

import pytest

from checker.extraction import extract
from checker.extraction.registry import Registry
from eval.compare_extraction import INSTALL, _extraction, _parser, compared
from eval.extraction import load
from index.errors import UsageError

TEXT = "Brandt said it rained.\n\nQuist said it snowed."


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    spans = [([0, 6], [7, 11], [12, 21]), ([24, 29], [30, 34], [35, 44])]
    attributions = [
        {"source_spans": [s], "cue_spans": [c], "content_spans": [t], "type": "indirect"} for s, c, t in spans
    ]
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps({"id": "a", "text": TEXT, "attributions": attributions}), encoding="utf-8")
    return path


def test_each_system_is_scored_on_the_same_articles(gold: Path) -> None:
    registry = Registry.load()
    named = [("ours", lambda article: extract(article, registry)), ("silent", lambda article: ())]
    ours, silent = compared(list(load(gold)), named)
    assert (ours["system"], ours["content_iou50"], ours["recall_indirect"]) == ("ours", [1.0, 1.0, 1.0], 1.0)
    assert (silent["predicted"], silent["content_iou50"]) == (0, [0.0, 0.0, 0.0])


def test_offsets_of_a_paragraph_are_moved_into_the_article(gold: Path) -> None:
    words = _extraction(str.split, lambda doc: iter([((0, len(doc[0])), (0, 1), (len(doc[0]) + 1, len(doc[0]) + 5))]))
    (one,) = load(gold)
    found = list(words(one.article))
    assert [TEXT[slice(*s.source_spans[0])] for s in found] == ["Brandt", "Quist"]
    assert [TEXT[slice(*s.content_spans[0])] for s in found] == ["said", "said"]


def test_what_is_not_installed_is_named_with_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "spacy", None)
    with pytest.raises(UsageError, match=re.escape(INSTALL)):
        _parser()
