"""Metrics, against numbers worked by hand and against scikit-learn on real resamples."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from eval.metrics import (
    METRICS,
    Judged,
    choose,
    ece_if_calibrated,
    expected_calibration_error,
    intervals,
    labels_present,
    measured,
    percentile_interval,
    resampled,
)
from eval.metrics import _weighted as weighted

C, E, N = 0, 1, 2


def integers(*values: int) -> NDArray[np.int64]:
    return np.array(values, dtype=np.int64)


def judged(gold: list[int], predicted: list[int], scores: list[float]) -> Judged:
    return Judged(integers(*gold), integers(*predicted), np.array(scores))


def random_judged(n: int, seed: int = 3) -> Judged:
    rng = np.random.default_rng(seed)
    gold, predicted = rng.integers(0, 3, n), rng.integers(0, 3, n)
    scores = np.round(np.clip(rng.random(n) * 0.6 + 0.4 * (gold == C), 0, 1), 2)  # two decimals: many ties
    return Judged(gold, predicted, scores)


def test_six_pairs_worked_by_hand() -> None:
    # contradiction: 2 in the gold, 3 predicted, 1 right; entailment: 2, 1, 1; neutral: 2, 2, 1
    found = measured(judged([C, C, E, E, N, N], [C, E, E, C, N, C], [0.9, 0.2, 0.1, 0.6, 0.2, 0.7]))
    assert found["accuracy"] == pytest.approx(3 / 6)
    assert found["precision"] == pytest.approx(1 / 3)
    assert found["recall"] == pytest.approx(1 / 2)
    assert found["f1"] == pytest.approx(2 / 5)
    # entailment predicted twice, once rightly: F1 2/4; neutral predicted once, rightly: F1 2/3
    assert found["macro_f1"] == pytest.approx((2 / 5 + 2 / 4 + 2 / 3) / 3)
    # by score: C .9 | N .7, E .6 | C and N .2 together | E .1: recall 1/2 at precision 1, then 1/2 more at 2/5
    assert found["average_precision"] == pytest.approx(1 / 2 * 1 + 1 / 2 * 2 / 5)
    # squares: .1 .8 .1 .6 .2 .7
    assert found["brier"] == pytest.approx((0.01 + 0.64 + 0.01 + 0.36 + 0.04 + 0.49) / 6)


def test_calibration_error_worked_by_hand_over_15_bins() -> None:
    # bin 0 (below 1/15 = .067): .02 and .04, one true: |1 - .06| = .94; bin 7 (.467 to .533): .5, not true: .5
    # bin 14 (from .933): .95 and 1, both true: |2 - 1.95| = .05; sum 1.49 over 5 rows
    truth, scores = integers(0, 1, 1, 1, 0), np.array([0.02, 0.04, 0.95, 1.0, 0.5])
    assert expected_calibration_error(truth, scores) == pytest.approx(1.49 / 5)


def test_a_score_on_an_edge_is_in_the_bin_above() -> None:
    # .5 is the edge of two bins. In one bin with .6 the errors cancel: (1 - .5) + (0 - .6) = -.1; apart they add up.
    assert expected_calibration_error(integers(1, 0), np.array([0.5, 0.6]), bins=2) == pytest.approx(0.1 / 2)
    assert expected_calibration_error(integers(1, 0), np.array([0.5, 0.4]), bins=2) == pytest.approx(0.9 / 2)


def test_scores_that_are_right_on_average_have_no_calibration_error() -> None:
    assert expected_calibration_error(integers(1, 0, 0, 0), np.full(4, 0.25)) == 0


def test_a_perfect_judge_of_small_files_shows_an_error_of_chance() -> None:
    # n = 4, all scores .5, one bin: |binomial(4, .5) - 2| / 4: (2 x 1/16 x 2 + 1 x 8/16) / 4 = .1875
    assert ece_if_calibrated(np.full(4, 0.5), draws=20_000) == pytest.approx(0.1875, abs=0.003)
    assert ece_if_calibrated(np.array([0.0, 1.0])) == 0


def test_a_two_way_file_is_judged_by_the_labels_that_it_uses() -> None:
    probabilities = np.array([[0.6, 0.1, 0.3], [0.4, 0.35, 0.25]])
    gold = integers(N, E)
    assert labels_present(gold) == [E, N]
    assert choose(probabilities, labels_present(gold)).tolist() == [N, E]
    assert choose(probabilities, [C, E, N]).tolist() == [C, C]


def test_equal_probabilities_go_to_the_first_label() -> None:
    assert choose(np.array([[1 / 3, 1 / 3, 1 / 3]]), [E, N]).tolist() == [E]


def test_a_file_without_contradictions_has_no_metrics_of_contradiction() -> None:
    hans = judged([E, N, N, E], [E, N, E, E], [0.1, 0.9, 0.5, 0.2])
    found, between = measured(hans), intervals(hans)
    assert found["accuracy"] == 0.75
    for name in ("precision", "recall", "f1", "average_precision", "ece", "brier"):
        assert found[name] is None and between[name] is None
    assert between["accuracy"] is not None


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_bootstrap_computes_what_scikit_learn_computes_on_the_drawn_rows(seed: int) -> None:
    one = random_judged(60, seed)
    rows = np.random.default_rng(seed).integers(0, 60, size=(20, 60))
    weights = np.array([np.bincount(r, minlength=60) for r in rows], dtype=np.float64)
    fast = weighted(weights, one)
    for i, drawn in enumerate(rows):
        slow = measured(Judged(one.gold[drawn], one.predicted[drawn], one.scores[drawn]))
        for name in METRICS:
            assert fast[name][i] == pytest.approx(slow[name]), name


def test_resamples_draw_as_many_rows_as_there_are() -> None:
    blocks = list(resampled(7, 50))
    assert [start for start, _ in blocks] == [0]
    assert blocks[0][1].shape == (50, 7)
    assert (blocks[0][1].sum(axis=1) == 7).all()


def test_the_interval_of_a_share_is_near_its_normal_one() -> None:
    gold = [C] * 300 + [N] * 100
    between = intervals(judged(gold, [C] * 400, [0.5] * 400))["accuracy"]
    assert between is not None
    half = 1.96 * (0.75 * 0.25 / 400) ** 0.5
    assert between == pytest.approx((0.75 - half, 0.75 + half), abs=0.006)


def test_intervals_are_the_same_every_time_and_hold_the_value() -> None:
    one = random_judged(200)
    first, second = intervals(one), intervals(one)
    assert first == second
    for name, value in measured(one).items():
        low, high = first[name] or (1.0, 0.0)
        if name != "ece":  # of a resample it is biased upwards: both noises add
            assert value is not None and low <= value <= high


def test_an_interval_leaves_undefined_resamples_out() -> None:
    assert percentile_interval(np.array([np.nan, 0.5, 0.5])) == (0.5, 0.5)
    assert percentile_interval(np.array([np.nan])) is None


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.floats(0, 1)), min_size=1, max_size=30))
def test_every_metric_lies_between_0_and_1(rows: list[tuple[Any, Any, float]]) -> None:
    one = judged([r[0] for r in rows], [r[1] for r in rows], [r[2] for r in rows])
    for value in measured(one).values():
        assert value is None or 0 <= value <= 1
