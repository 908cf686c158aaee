"""Measures on our own political pairs, by numbers worked out by hand; and the pairs themselves."""

import gzip
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from eval.political import FILES, attributed_pairs, coverage, mined, precision_at_half, unrelated, wilson
from eval.training.data import place_of


def test_coverage_is_the_largest_share_found_while_the_precision_holds() -> None:
    scores = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
    truth = np.array([1, 1, 0, 1, 0])
    # From .8 on both are right; from .6 on three of four.
    assert coverage(scores, truth, 0.95) == pytest.approx(2 / 3)
    assert coverage(scores, truth, 0.75) == pytest.approx(1.0)


def test_equal_scores_are_found_together() -> None:
    assert coverage(np.array([0.9, 0.9]), np.array([1, 0]), 0.95) == 0.0


def test_precision_at_a_base_rate_counts_the_other_candidates_by_their_rate() -> None:
    # Half of the contradictions reach .6, and one in ten of the others: 0.5 / (0.5 + 49 * 0.1)
    others = np.array([0.9] + [0.1] * 9)
    assert precision_at_half(np.array([0.2, 0.4, 0.8, 0.9]), others, 50) == pytest.approx(0.5 / (0.5 + 4.9))


def test_the_wilson_interval_of_none_in_ten_is_not_empty() -> None:
    assert wilson([False] * 10) == pytest.approx((0.0, 0.2775), abs=1e-4)


def test_unrelated_pairs_are_of_different_stories_and_always_the_same() -> None:
    pairs = [pair for path in FILES for pair in attributed_pairs(path, "dev")]
    story = {pair.premise: pair.story for pair in pairs} | {pair.hypothesis: pair.story for pair in pairs}
    made = unrelated(pairs)
    assert made == unrelated(pairs)
    assert all(story[a] != story[b] for a, b in made)


def test_no_story_is_in_both_splits_and_every_contradiction_type_is_in_each() -> None:
    by_split = {split: [p for path in FILES for p in attributed_pairs(path, split)] for split in ("dev", "test")}
    stories = {split: {pair.story for pair in pairs} for split, pairs in by_split.items()}
    assert not stories["dev"] & stories["test"]
    for pairs in by_split.values():
        types = Counter((pair.label == "contradiction", pair.type) for pair in pairs)
        assert sum(contradicts for contradicts, _ in types) == 10
        assert min(types.values()) >= 40, types


def test_neighbours_are_of_premises_that_were_held_out_and_have_speakers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHECKER_WORK", str(tmp_path))
    assert mined(10) == []
    texts = [f"The ferry to island {i} is late." for i in range(300)]
    rows = [{"premise": text, "hypothesis": "It is not.", "speakers": ["USA", "FRA"]} for text in texts]
    with gzip.open(tmp_path / "mined.jsonl.gz", "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)
    held_out = [text for text in texts if place_of(text) < 0.04]
    found = mined(1_000)
    assert [premise.proposition for premise, _ in found] == held_out
    assert {(a.actor.id, b.actor.id) for a, b in found if a.actor and b.actor} == {("usa", "fra")}
