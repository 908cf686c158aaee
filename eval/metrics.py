"""Metrics of a three-way judge with a calibrated score, and their bootstrap intervals.

Metrics come from scikit-learn; the bootstrap recomputes them from weights (how often a resample drew each row), all
resamples of a block in one matrix product, because 1,000 calls of scikit-learn on 30,000 rows take minutes.
``tests/eval/test_metrics.py`` holds the two ways against each other.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]
Interval: TypeAlias = tuple[float, float]

LABELS = ("contradiction", "entailment", "neutral")
CONTRADICTION = LABELS.index("contradiction")

ECE_BINS = 15
RESAMPLES = 1_000
SEED = 20_260_217  # any number, never changed: the same file must give the same interval
_BLOCK_BYTES = 64_000_000

LABEL_METRICS = ("accuracy", "macro_f1", "precision", "recall", "f1")
SCORE_METRICS = ("average_precision", "ece", "brier")
METRICS = LABEL_METRICS + SCORE_METRICS


@dataclass(frozen=True, slots=True)
class Judged:
    """What a judge said of n labelled pairs. ``gold`` and ``predicted`` are columns of LABELS, (n,); ``scores`` is the
    probability that the two contradict, (n,), in [0, 1]."""

    gold: Integers
    predicted: Integers
    scores: Floats

    @property
    def truth(self) -> Integers:
        """1 where the gold label is contradiction, (n,)."""
        truth: Integers = (self.gold == CONTRADICTION).astype(np.int64)
        return truth

    @property
    def has_contradictions(self) -> bool:
        """Whether the file labels contradictions at all; hans, for one, only has entailment and not."""
        return bool(self.truth.any())


def labels_present(gold: Integers) -> list[int]:
    """The columns of LABELS that a file uses, ascending."""
    return sorted({int(label) for label in gold})


def choose(probabilities: Floats, allowed: list[int]) -> Integers:
    """The likeliest of the ``allowed`` labels for each row of (n, 3); of equal ones the first in LABELS."""
    columns = np.array(allowed, dtype=np.int64)
    chosen: Integers = columns[np.argmax(probabilities[:, columns], axis=1)]
    return chosen


def measured(judged: Judged) -> dict[str, float | None]:
    """Every metric of METRICS; None for those about contradiction where the file has none."""
    from sklearn.metrics import accuracy_score, average_precision_score, brier_score_loss, f1_score
    from sklearn.metrics import precision_recall_fscore_support as scores_of

    found: dict[str, float | None] = dict.fromkeys(METRICS)
    found["accuracy"] = float(accuracy_score(judged.gold, judged.predicted))
    present = labels_present(judged.gold)
    found["macro_f1"] = float(f1_score(judged.gold, judged.predicted, labels=present, average="macro", zero_division=0))
    if judged.has_contradictions:
        only = judged.predicted == CONTRADICTION
        precision, recall, f1, _ = scores_of(judged.truth, only, average="binary", zero_division=0)
        found |= {"precision": float(precision), "recall": float(recall), "f1": float(f1)}
        found["average_precision"] = float(average_precision_score(judged.truth, judged.scores))
        found["ece"] = expected_calibration_error(judged.truth, judged.scores)
        found["brier"] = float(brier_score_loss(judged.truth, judged.scores))
    return found


def expected_calibration_error(truth: Integers, scores: Floats, bins: int = ECE_BINS) -> float:
    """Sum over bins of |share that is true - mean score|, weighted by the share of rows in the bin.

    Bins are of equal width, closed below and open above, the last one closed: with 15 bins, 1/15 is in the second.
    Naeini, Cooper and Hauskrecht 2015; Guo et al. 2017, equation 3, for one class.
    """
    return float(_ece(np.ones((1, len(scores))), truth, scores, bins)[0])


def ece_if_calibrated(scores: Floats, bins: int = ECE_BINS, draws: int = RESAMPLES) -> float:
    """The mean ECE of a judge whose scores are exactly right, on a file of this size: labels drawn from the scores.

    Small files never show 0; a measured ECE at this value is noise.
    """
    rng = np.random.default_rng(SEED)
    cells = _bins_of(scores, bins)
    sums = np.zeros((draws, bins))
    for start, stop in _blocks(draws, len(scores)):
        drawn = rng.random((stop - start, len(scores))) < scores
        sums[start:stop] = drawn.astype(np.float64) @ cells
    return float(np.mean(np.abs(sums - scores @ cells).sum(axis=1)) / len(scores))


def intervals(judged: Judged, resamples: int = RESAMPLES) -> dict[str, Interval | None]:
    """95% percentile bootstrap interval of every metric of :func:`measured`; None where that is None.

    Rows are drawn with replacement, with a fixed seed. A resample in which a metric is not defined (no contradiction
    was drawn) is left out of its percentiles.
    """
    values = {name: np.full(resamples, np.nan) for name in METRICS}
    for start, weights in resampled(len(judged.gold), resamples):
        for name, column in _weighted(weights, judged).items():
            values[name][start : start + len(weights)] = column
    return {name: percentile_interval(column) for name, column in values.items()}


def percentile_interval(values: Floats) -> Interval | None:
    """The middle 95% of ``values``, NaN left out; None if nothing is left."""
    kept = values[~np.isnan(values)]
    if not kept.size:
        return None
    low, high = np.percentile(kept, [2.5, 97.5])
    return float(low), float(high)


def resampled(n: int, resamples: int = RESAMPLES) -> Iterator[tuple[int, Floats]]:
    """Bootstrap weights by blocks: (number of the first resample, how often each row was drawn, (block, n))."""
    rng = np.random.default_rng(SEED)
    for start, stop in _blocks(resamples, n):
        drawn = rng.integers(0, n, size=(stop - start, n))
        flat = (drawn + np.arange(stop - start)[:, None] * n).ravel()
        yield start, np.bincount(flat, minlength=(stop - start) * n).reshape(stop - start, n).astype(np.float64)


def _weighted(weights: Floats, judged: Judged) -> dict[str, Floats]:
    """The metrics of each row of ``weights`` (b, n), each (b,)."""
    cells = np.zeros((len(judged.gold), len(LABELS) ** 2))
    cells[np.arange(len(judged.gold)), judged.gold * len(LABELS) + judged.predicted] = 1.0
    confusion = (weights @ cells).reshape(-1, len(LABELS), len(LABELS))  # (b, gold, predicted)
    found = _label_metrics(confusion, labels_present(judged.gold))
    if not judged.has_contradictions:
        return {name: found[name] for name in ("accuracy", "macro_f1")}
    found["average_precision"] = _average_precision(weights, judged.truth, judged.scores)
    found["ece"] = _ece(weights, judged.truth, judged.scores, ECE_BINS)
    found["brier"] = weights @ (judged.scores - judged.truth) ** 2 / weights.sum(axis=1)
    return found


def _label_metrics(confusion: Floats, present: list[int]) -> dict[str, Floats]:
    hits = np.diagonal(confusion, axis1=1, axis2=2)
    of_gold, of_predicted = confusion.sum(axis=2), confusion.sum(axis=1)
    precision, recall = _ratio(hits, of_predicted), _ratio(hits, of_gold)
    f1 = _ratio(2 * hits, of_gold + of_predicted)
    return {
        "accuracy": hits.sum(axis=1) / confusion.sum(axis=(1, 2)),
        "macro_f1": f1[:, present].mean(axis=1),
        "precision": precision[:, CONTRADICTION],
        "recall": recall[:, CONTRADICTION],
        "f1": f1[:, CONTRADICTION],
    }


def _average_precision(weights: Floats, truth: Integers, scores: Floats) -> Floats:
    """Sum over thresholds of (recall gained) x (precision there), as scikit-learn; equal scores are one threshold."""
    order = np.argsort(-scores, kind="stable")
    last_of_ties = np.append(np.flatnonzero(np.diff(scores[order])), len(scores) - 1)
    flagged = np.cumsum(weights[:, order], axis=1)[:, last_of_ties]
    right = np.cumsum(weights[:, order] * truth[order], axis=1)[:, last_of_ties]
    precision = _ratio(right, flagged)
    gained = np.diff(right, axis=1, prepend=0.0)
    total = right[:, -1]
    with np.errstate(invalid="ignore"):
        return np.where(total > 0, (gained * precision).sum(axis=1) / np.where(total > 0, total, 1.0), np.nan)


def _ece(weights: Floats, truth: Integers, scores: Floats, bins: int) -> Floats:
    return np.asarray(
        np.abs(weights @ (_bins_of(scores, bins) * (truth - scores)[:, None])).sum(axis=1) / weights.sum(axis=1)
    )


def _bins_of(scores: Floats, bins: int) -> Floats:
    """One column a bin, 1 where the row's score lies in it, (n, bins)."""
    edges = np.arange(1, bins) / bins
    cells = np.zeros((len(scores), bins))
    cells[np.arange(len(scores)), np.searchsorted(edges, scores, side="right")] = 1.0
    return cells


def _ratio(part: Floats, whole: Floats) -> Floats:
    """``part / whole``, 0 where there is no whole (scikit-learn's ``zero_division=0``)."""
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def _blocks(count: int, n: int) -> Iterator[tuple[int, int]]:
    step = max(1, _BLOCK_BYTES // (8 * max(n, 1)))
    for start in range(0, count, step):
        yield start, min(start + step, count)
