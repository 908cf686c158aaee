"""The scorer: what it gives at use equals scikit-learn at fitting, and what is absent adds nothing."""

import copy
import json
import math
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from checker.facade import Checker
from checker.judging import cross_encoder
from checker.judging.card import WEIGHTS
from checker.judging.features import OF_COSINES, SIGNS
from checker.judging.scorer import Scorer
from index.encoders import opposed
from index.errors import ModelError

_JSON: dict[str, Any] = {
    "judge": "a judge",
    "encoder": "an encoder",
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
    names = ("similarity", "overlap")
    scorer = Scorer.from_json(
        {
            "judge": "a judge",
            "encoder": "an encoder",
            "weights": [
                {"name": n, "mean": 0.0, "scale": 1.0, "weight": float(w)}
                for n, w in zip(names, model.coef_[0], strict=True)
            ],
            "intercept": float(model.intercept_[0]),
            "calibration": {"bare": calibration, "attributed": calibration},
            "thresholds": {"contradiction": 0.8, "uncertain": 0.5},
        }
    )
    fresh = random.normal(size=(50, 2))
    expected = platt.predict_proba(model.decision_function(fresh)[:, None])[:, 1]
    assert [scorer.score(dict(zip(names, row, strict=True)), attributed=False) for row in fresh] == pytest.approx(
        list(expected)
    )


def test_the_packaged_weights_have_the_signs_of_their_meaning() -> None:
    weights = {weight.name: weight.weight for weight in Scorer.packaged().weights}
    assert set(weights) <= set(SIGNS)
    assert all(weight * SIGNS[name] >= 0 for name, weight in weights.items())


def test_the_packaged_scorer_was_fitted_with_the_packaged_models() -> None:
    scorer = Scorer.packaged()
    assert scorer.judge in cross_encoder.fingerprints()
    assert scorer.encoder in opposed.fingerprints()


@dataclass(frozen=True)
class _Short:
    """An encoder of a user."""

    name: str = "short"
    fingerprint: str = "aa"
    dimension: int = 2

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.tile(np.array([1, 0], dtype=np.float32), (len(texts), 1))

    def toward_rebuttals(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        return vectors


def test_with_another_encoder_nearness_counts_nothing_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("checker.facade.load_encoder", lambda *_, **__: _Short())
    told: list[str] = []
    with Checker.open(None, notify=told.append) as checker:
        names = {weight.name for weight in checker.judging.scorer.weights}
        assert checker.judging is checker.judging
    assert names == {weight.name for weight in Scorer.packaged().weights} - OF_COSINES
    assert [line for line in told if "another encoder than 'short'" in line] == told[-1:]


def test_a_score_far_beyond_the_pairs_that_it_was_fitted_on_is_still_a_number() -> None:
    assert Scorer.from_json(_JSON).score({"similarity": -1e6}, attributed=True) == pytest.approx(0)


def test_without_nearness_what_an_encoder_says_counts_nothing() -> None:
    scorer = Scorer.from_json(_JSON).without_nearness()
    assert scorer.contributions({"similarity": 0.9, "negation": 1.0}) == {"negation": 1.0}


@pytest.mark.parametrize(
    ("place", "value", "told"),
    [
        (("weights", 0, "scale"), 0, r"weights\[0\]: scale must be from 1e-06 to 1000, not 0"),
        (("weights", 1, "weight"), math.nan, r"weights\[1\]: weight"),
        (("weights", 1, "mean"), math.inf, r"weights\[1\]: mean"),
        (("weights", 0, "weight"), "2", "weight must be from -1000 to 1000, not '2'"),
        (("weights", 0, "weight"), True, "not True"),
        (("weights", 0, "weight"), 10**400, "weight must be"),
        (("weights", 0, "name"), "nearness", "there is no feature 'nearness'"),
        (("weights", 0, "name"), "negation", "stands there twice"),
        (("weights", 0), {"name": "antonym", "mean": 0.0, "scale": 1.0, "weight": -1.0}, "weight must be from 0"),
        (("weights",), {}, "weights must be a list"),
        (("weights", 0), [], "there is no 'name'"),
        (("intercept",), -1e9, "intercept must be"),
        (("calibration", "bare", "slope"), -1.0, "calibration: bare: slope"),
        (("calibration", "attributed"), None, "calibration: attributed: there is no 'slope'"),
        (("thresholds", "uncertain"), 0.9, "thresholds: uncertain must be from 0 to 0.8, not 0.9"),
        (("thresholds", "contradiction"), 1.1, "thresholds: contradiction must be from 0 to 1"),
        (("judge",), 3, "judge must be a text"),
    ],
)
def test_an_entry_that_fitting_never_gives_is_refused_by_name_of_file_and_entry(
    tmp_path: Path, place: Sequence[Any], value: Any, told: str
) -> None:
    data = copy.deepcopy(_JSON)
    part: Any = data
    for key in place[:-1]:
        part = part[key]
    part[place[-1]] = value
    (tmp_path / "mine.json").write_text(json.dumps(data))
    with pytest.raises(ModelError, match=rf"mine\.json'.*{told}") as error:
        Scorer.read(tmp_path / "mine.json")
    assert "\n" not in str(error.value)


def test_what_a_file_lacks_is_named() -> None:
    with pytest.raises(ModelError, match="there is no 'calibration'"):
        Scorer.from_json({"weights": [], "intercept": 0.0})


def test_a_packaged_scorer_that_was_altered_is_refused(tmp_path: Path) -> None:
    for name in ("scorer.json", "cross_encoder.json"):
        shutil.copyfile(WEIGHTS / name, tmp_path / name)
    assert Scorer.packaged(tmp_path) == Scorer.packaged()
    data = json.loads((tmp_path / "scorer.json").read_text(encoding="utf-8"))
    (tmp_path / "scorer.json").write_text(json.dumps(data | {"intercept": data["intercept"] + 1}), encoding="utf-8")
    with pytest.raises(ModelError, match=r"scorer\.json' was altered"):
        Scorer.packaged(tmp_path)
