"""The scorer: NumPy at use equals scikit-learn at fitting, and what is absent adds nothing."""

import numpy as np
import pytest

from checker.judging.scorer import Scorer
from index.errors import ModelError

_JSON = {
    "weights": [
        {"name": "similarity", "mean": 0.5, "scale": 0.25, "weight": 2.0},
        {"name": "negation", "mean": 0.0, "scale": 1.0, "weight": 1.0},
    ],
    "intercept": -1.0,
    "calibration": {"log_odds": [-2.0, 0.0, 2.0], "probability": [0.1, 0.4, 0.9]},
    "thresholds": {"contradiction": 0.8, "uncertain": 0.5},
}


def test_the_score_is_the_calibrated_sum_of_contributions() -> None:
    scorer = Scorer.from_json(_JSON)
    found = {"similarity": 0.625, "negation": 1.0}
    # 2 * (0.625 - 0.5) / 0.25 = 1 and 1 * 1 = 1, with the intercept 1: half way from 0.4 to 0.9
    assert scorer.contributions(found) == {"similarity": 1.0, "negation": 1.0}
    assert scorer.score(found) == pytest.approx(0.65)


def test_an_absent_feature_adds_nothing_whereas_zero_does() -> None:
    scorer = Scorer.from_json(_JSON)
    assert scorer.contributions({"similarity": None, "negation": 1.0}) == {"negation": 1.0}
    assert scorer.contributions({"similarity": 0.0, "negation": 1.0})["similarity"] == -4.0


def test_scores_end_at_the_ends_of_the_calibration() -> None:
    scorer = Scorer.from_json(_JSON)
    assert scorer.score({"similarity": 100.0}) == 0.9
    assert scorer.score({"similarity": -100.0}) == 0.1


def test_numpy_at_use_equals_scikit_learn_at_fitting() -> None:
    from sklearn.isotonic import IsotonicRegression
    from sklearn.linear_model import LogisticRegression

    random = np.random.default_rng(7)
    table = random.normal(size=(400, 2))
    truth = (table[:, 0] + 0.5 * random.normal(size=400) > 0).astype(int)
    model = LogisticRegression().fit(table, truth)
    log_odds = table @ model.coef_[0] + model.intercept_[0]
    isotonic = IsotonicRegression(out_of_bounds="clip").fit(log_odds, truth)
    scorer = Scorer.from_json(
        {
            "weights": [
                {"name": n, "mean": 0.0, "scale": 1.0, "weight": float(w)}
                for n, w in zip("ab", model.coef_[0], strict=True)
            ],
            "intercept": float(model.intercept_[0]),
            "calibration": {
                "log_odds": isotonic.X_thresholds_.tolist(),
                "probability": isotonic.y_thresholds_.tolist(),
            },
            "thresholds": {"contradiction": 0.8, "uncertain": 0.5},
        }
    )
    fresh = random.normal(size=(50, 2))
    expected = isotonic.predict(fresh @ model.coef_[0] + model.intercept_[0])
    assert [scorer.score({"a": a, "b": b}) for a, b in fresh] == pytest.approx(list(expected))


def test_a_file_that_is_not_ours_is_refused_by_name_of_what_it_lacks() -> None:
    with pytest.raises(ModelError, match="calibration"):
        Scorer.from_json({"weights": []})
