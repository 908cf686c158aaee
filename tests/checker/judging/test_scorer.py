"""The scorer: what it gives at use equals scikit-learn at fitting, and what is absent adds nothing."""

import math

import numpy as np
import pytest

from checker.judging.features import SIGNS
from checker.judging.scorer import Scorer
from index.errors import ModelError

_JSON = {
    "weights": [
        {"name": "similarity", "mean": 0.5, "scale": 0.25, "weight": 2.0},
        {"name": "negation", "mean": 0.0, "scale": 1.0, "weight": 1.0},
    ],
    "intercept": -1.0,
    "calibration": {"bare": {"slope": 1.0, "intercept": 0.0}, "attributed": {"slope": 2.0, "intercept": -2.0}},
    "thresholds": {"contradiction": 0.8, "uncertain": 0.5},
}


def test_the_score_is_the_calibrated_sum_of_contributions() -> None:
    scorer = Scorer.from_json(_JSON)
    found = {"similarity": 0.625, "negation": 1.0}
    # 2 * (0.625 - 0.5) / 0.25 = 1 and 1 * 1 = 1, with the intercept 1.
    assert scorer.contributions(found) == {"similarity": 1.0, "negation": 1.0}
    assert scorer.score(found, attributed=False) == pytest.approx(1 / (1 + math.exp(-1)))


def test_statements_have_a_calibration_of_their_own() -> None:
    # 2 * 1 - 2 = 0
    assert Scorer.from_json(_JSON).score({"similarity": 0.625, "negation": 1.0}, attributed=True) == pytest.approx(0.5)


def test_an_absent_feature_adds_nothing_whereas_zero_does() -> None:
    scorer = Scorer.from_json(_JSON)
    assert scorer.contributions({"similarity": None, "negation": 1.0}) == {"negation": 1.0}
    assert scorer.contributions({"similarity": 0.0, "negation": 1.0})["similarity"] == -4.0


def test_the_score_equals_scikit_learn_at_fitting() -> None:
    from sklearn.linear_model import LogisticRegression

    random = np.random.default_rng(7)
    table = random.normal(size=(400, 2))
    truth = (table[:, 0] + 0.5 * random.normal(size=400) > 0).astype(int)
    model = LogisticRegression().fit(table, truth)
    platt = LogisticRegression().fit(model.decision_function(table)[:, None], truth)
    calibration = {"slope": float(platt.coef_[0, 0]), "intercept": float(platt.intercept_[0])}
    scorer = Scorer.from_json(
        {
            "weights": [
                {"name": n, "mean": 0.0, "scale": 1.0, "weight": float(w)}
                for n, w in zip("ab", model.coef_[0], strict=True)
            ],
            "intercept": float(model.intercept_[0]),
            "calibration": {"bare": calibration, "attributed": calibration},
            "thresholds": {"contradiction": 0.8, "uncertain": 0.5},
        }
    )
    fresh = random.normal(size=(50, 2))
    expected = platt.predict_proba(model.decision_function(fresh)[:, None])[:, 1]
    assert [scorer.score({"a": a, "b": b}, attributed=False) for a, b in fresh] == pytest.approx(list(expected))


def test_the_packaged_weights_have_the_signs_of_their_meaning() -> None:
    weights = {weight.name: weight.weight for weight in Scorer.packaged().weights}
    assert set(weights) <= set(SIGNS)
    assert all(weight * SIGNS[name] >= 0 for name, weight in weights.items())


def test_a_file_that_is_not_ours_is_refused_by_name_of_what_it_lacks() -> None:
    with pytest.raises(ModelError, match="calibration"):
        Scorer.from_json({"weights": [], "intercept": 0.0})
