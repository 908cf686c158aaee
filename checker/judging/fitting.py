"""Fits a scorer on labelled pairs: weights, calibration and operating points. Deterministic.

Everything that is measured, calibrated or chosen here rests on cross-validated log-odds: no pair is scored by weights
that saw it, or another pair of its group. Needs scikit-learn, which takes seconds to import: only for fitting.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from checker.judging.features import NAMES, SIGNS, features, wording
from checker.judging.nli import Nli, answers
from index.errors import InputError
from index.records import Pair

Floats: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]
Bools: TypeAlias = NDArray[np.bool_]

FOLDS = 5
PRECISION = {"contradiction": 0.855, "uncertain": 0.60}
"""The operating points are the least scores from which on the pairs reach these precisions."""
LEAST_OF_A_KIND = 50
"""Contradictions, and others, without which nothing is calibrated: an interval of +- .14 on a share of them."""
_LEAST_SCORE = 35  # hundredths: in use contradictions are rarer than among labelled pairs, and an alarm costs attention
_CONSTANT = 1e-6  # what a scorer's file can hold of a scale
_FLAGGED = 20  # pairs from a score on, without which their precision says nothing


@dataclass(frozen=True, slots=True)
class Examples:
    """n pairs to learn from: features, absent ones NaN (n, len(NAMES)); whether each contradicts (n,), 0 or 1; groups
    that must not be torn apart; what each counts when weights are fitted (n,).

    ``attributed``: whether anything is known of who said it; sentences alone are calibrated apart. ``made``: pairs that
    nobody labelled, such as strangers put together: weights are fitted on them too, the rest is not.
    """

    table: Floats
    truth: Integers
    groups: Sequence[str]
    attributed: Bools
    made: Bools
    weight: Floats

    @property
    def labelled(self) -> Bools:
        return ~self.made

    @classmethod
    def of(cls, nli: Nli, pairs: Sequence[Pair], truth: Sequence[bool], groups: Sequence[str]) -> Self:
        """Labelled pairs, which all count alike."""
        return cls(
            table=table(nli, pairs),
            truth=np.array(truth, dtype=np.int64),
            groups=groups,
            attributed=np.array([pair.claim.attributed or pair.statement.attributed for pair in pairs]),
            made=np.zeros(len(pairs), dtype=bool),
            weight=np.ones(len(pairs)),
        )


@dataclass(frozen=True, slots=True)
class Fitted:
    """A scorer as :meth:`Scorer.from_json` reads it, and what cross-validation measured of it."""

    scorer: dict[str, Any]
    report: dict[str, Any]


def require_enough(truth: Sequence[bool], groups: Sequence[str]) -> None:
    """Whether labelled pairs, and the groups they belong to, say enough.

    :raises InputError: there are too few pairs of either kind, or they belong to too few groups.
    """
    contradictions, others = sum(truth), len(truth) - sum(truth)
    if min(contradictions, others) < LEAST_OF_A_KIND:
        raise InputError(
            f"{len(truth)} labelled pairs, {contradictions} of them contradictions: at least {LEAST_OF_A_KIND}"
            " contradictions and as many others are needed; add pairs",
            reason="too-few",
        )
    for kind, wanted in (("contradictions", True), ("other pairs", False)):
        count = len({group for group, contradicts in zip(groups, truth, strict=True) if contradicts == wanted})
        if count < FOLDS:
            raise InputError(
                f"the {kind} belong to {count} groups (same 'story' or premise): at least {FOLDS} are needed,"
                " so that no pair is measured by what was learned from its own; add pairs",
                reason="too-few",
            )


def joined(keys: Sequence[Sequence[str]]) -> list[str]:
    """The group of each row: rows that share a key, such as a story or a premise, have one, also through others."""
    above: dict[str, str] = {}

    def top(key: str) -> str:
        while above.setdefault(key, key) != key:
            above[key] = key = above[above[key]]
        return key

    for first, *others in keys:
        for other in others:
            above[top(other)] = top(first)
    return [top(first) for first, *_ in keys]


def table(nli: Nli, pairs: Sequence[Pair]) -> Floats:
    """Features of each pair, (n, len(NAMES)); absent ones are NaN."""
    found = np.empty((len(pairs), len(NAMES)))
    asked = answers(nli, [wording(pair) for pair in pairs])
    for i, (pair, answer) in enumerate(zip(pairs, asked, strict=True)):
        named = features(pair, answer.probabilities, answer.entailment_back)
        found[i] = [np.nan if (value := named[name]) is None else value for name in NAMES]
    return found


def fit(examples: Examples, *, judge: str, encoder: str) -> Fitted:
    """The scorer that these examples give. ``judge``, ``encoder``: fingerprints of the models that made them.

    :raises InputError: labels and judge say the opposite of each other, or the judge tells nothing of the labels.
    """
    _require_agreement(examples)
    mean, scale = _mean_and_scale(examples.table)
    standard = np.nan_to_num((examples.table - mean) / scale)  # absent adds nothing
    crossed = _cross_validated(standard, examples)
    coefficients, intercept = _sign_held(standard, examples.truth, examples.weight)
    labelled, attributed = examples.labelled, examples.attributed
    own = _enough(labelled & attributed, labelled, examples.truth)
    bare = _enough(labelled & ~attributed, labelled, examples.truth)
    calibration = {
        name: _platt(crossed[part], examples.truth[part]) for name, part in (("bare", bare), ("attributed", own))
    }
    line = calibration["attributed"]
    scores = 1 / (1 + np.exp(-(line["slope"] * crossed + line["intercept"])))
    thresholds = {name: operating_point(scores[own], examples.truth[own], wanted) for name, wanted in PRECISION.items()}
    weights = [
        {"name": n, "mean": round(float(m), 6), "scale": round(float(s), 6), "weight": round(float(w), 6)}
        for n, m, s, w in zip(NAMES, mean, scale, coefficients, strict=True)
        if w
    ]
    return Fitted(
        scorer={
            "judge": judge,
            "encoder": encoder,
            "weights": weights,
            "intercept": round(intercept, 6),
            "calibration": calibration,
            "thresholds": thresholds,
        },
        report=_report(crossed, scores, own, examples, thresholds, weights),
    )


def _require_agreement(examples: Examples) -> None:
    """What a swapped label or a swapped judge would give is a scorer that is sure of the opposite."""
    said = examples.table[:, NAMES.index("nli_contradiction")][examples.labelled]
    contradicts = examples.truth[examples.labelled] == 1
    if not said[contradicts].mean() > said[~contradicts].mean():
        raise _nothing_told()


def _nothing_told() -> InputError:
    return InputError(
        "the judge finds contradictions no more contradictory than the other pairs: the labels are swapped, all"
        " pairs are alike, or it is no judge of them; mend the labels, or name another judge",
        reason="no-agreement",
    )


def operating_point(scores: Floats, truth: Integers, precision: float) -> float:
    """The least score, in steps of .01, from which on the pairs reach ``precision``; .95 where none does."""
    for step in range(_LEAST_SCORE, 96):
        flagged = scores >= step / 100
        if flagged.sum() >= _FLAGGED and truth[flagged].mean() >= precision:
            return step / 100
    return 0.95


def _mean_and_scale(values: Floats) -> tuple[Floats, Floats]:
    """Of each column where it is present; a scale without end where it never changes, so that it says nothing."""
    present = ~np.isnan(values)
    count = np.maximum(present.sum(axis=0), 1)
    mean = np.where(present, values, 0.0).sum(axis=0) / count
    scale = np.sqrt((np.where(present, values - mean, 0.0) ** 2).sum(axis=0) / count)
    return mean, np.where(scale > _CONSTANT, scale, np.inf)


def _sign_held(standard: Floats, truth: Integers, weight: Floats) -> tuple[Floats, float]:
    """Logistic regression in which no feature counts against its meaning: one that would is left out, worst first."""
    from sklearn.linear_model import LogisticRegression

    signs = np.array([SIGNS[name] for name in NAMES])
    kept: Bools = np.array(standard.any(axis=0))
    while kept.any():
        model = LogisticRegression(C=0.3, max_iter=2000).fit(standard[:, kept], truth, sample_weight=weight)
        coefficients = np.zeros(len(NAMES))
        coefficients[kept] = model.coef_[0]
        wrong = np.where(coefficients * signs < 0, np.abs(coefficients), 0.0)
        if not wrong.any():
            return coefficients, float(model.intercept_[0])
        kept[int(wrong.argmax())] = False
    raise _nothing_told()


def _cross_validated(standard: Floats, examples: Examples) -> Floats:
    """Log-odds of each pair by weights that saw nothing of its group, (n,)."""
    from sklearn.model_selection import StratifiedGroupKFold

    found = np.empty(len(examples.truth))
    for rest, held_out in StratifiedGroupKFold(FOLDS).split(standard, examples.truth, examples.groups):
        coefficients, intercept = _sign_held(standard[rest], examples.truth[rest], examples.weight[rest])
        found[held_out] = standard[held_out] @ coefficients + intercept
    return found


def _platt(log_odds: Floats, truth: Integers) -> dict[str, float]:
    """Slope and intercept (Platt 1999).

    :raises InputError: the slope is not positive: what was learned of some pairs is wrong of the others.
    """
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1e6).fit(log_odds[:, None], truth)
    slope, intercept = round(float(model.coef_[0, 0]), 6), round(float(model.intercept_[0]), 6)
    if slope <= 0:
        raise _nothing_told()
    return {"slope": slope, "intercept": intercept}


def _enough(part: Bools, whole: Bools, truth: Integers) -> Bools:
    """``part``, or ``whole`` where the part has too few of either kind to say anything."""
    contradictions = int(truth[part].sum())
    return part if min(contradictions, int(part.sum()) - contradictions) >= LEAST_OF_A_KIND else whole


def _report(
    crossed: Floats,
    scores: Floats,
    own: Bools,
    examples: Examples,
    thresholds: dict[str, float],
    weights: Sequence[dict[str, Any]],
) -> dict[str, Any]:
    """``own``: the pairs on which the operating points were chosen."""
    from sklearn.metrics import average_precision_score, brier_score_loss

    flagged, truth, labelled = scores >= thresholds["contradiction"], examples.truth, examples.labelled

    def average_precision(part: Bools) -> float | None:
        return float(average_precision_score(truth[part], crossed[part])) if truth[part].any() else None

    strangers = examples.made & examples.attributed & (truth == 0)
    return {
        "pairs": {
            "bare": int((labelled & ~examples.attributed).sum()),
            "attributed": int((labelled & examples.attributed).sum()),
            "made": int(examples.made.sum()),
        },
        "average_precision_bare": average_precision(labelled & ~examples.attributed),
        "average_precision_attributed": average_precision(labelled & examples.attributed),
        "brier": float(brier_score_loss(truth[own], scores[own])),
        "thresholds": thresholds,
        "precision": float(truth[own & flagged].mean()) if (own & flagged).any() else None,
        "recall": float(flagged[own & (truth == 1)].mean()),
        "false_alarms_among_made": float(flagged[strangers].mean()) if strangers.any() else None,
        "weights": {w["name"]: w["weight"] for w in weights},
    }
