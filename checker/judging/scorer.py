"""The final score: a logistic regression over named features, then an isotonic calibration.

Fitted by scikit-learn (``eval/fit_scorer.py``), stored as JSON, applied with NumPy: a query must not wait for
scikit-learn to be imported. A test holds both equal.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Self

import numpy as np

from checker.judging.features import Features
from index.errors import ModelError


@dataclass(frozen=True, slots=True)
class Weight:
    """One feature's part: ``weight * (value - mean) / scale`` is added to the log-odds; nothing where it is absent."""

    name: str
    mean: float
    scale: float
    weight: float


@dataclass(frozen=True, slots=True)
class Scorer:
    """Log-odds as a sum of named contributions, mapped to a calibrated probability.

    ``calibration`` is a monotone polyline (log-odds, probability). ``contradiction`` and ``uncertain`` are the
    operating points: the scores from which a pair is called so.
    """

    weights: tuple[Weight, ...]
    intercept: float
    calibration: tuple[tuple[float, ...], tuple[float, ...]]
    contradiction: float
    uncertain: float

    @classmethod
    def packaged(cls) -> Self:
        """The scorer that comes with the program."""
        return cls.from_json(json.loads(files("checker.judging").joinpath("weights/scorer.json").read_text("utf-8")))

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """:raises ModelError: the file is not one of ours."""
        try:
            x, y = data["calibration"]["log_odds"], data["calibration"]["probability"]
            return cls(
                weights=tuple(Weight(w["name"], w["mean"], w["scale"], w["weight"]) for w in data["weights"]),
                intercept=data["intercept"],
                calibration=(tuple(x), tuple(y)),
                contradiction=data["thresholds"]["contradiction"],
                uncertain=data["thresholds"]["uncertain"],
            )
        except (KeyError, TypeError) as error:
            raise ModelError(f"the scorer lacks {error}; fit it again with `python -m eval.fit_scorer`") from error

    def contributions(self, features: Features) -> dict[str, float]:
        """What each feature that is present adds to the log-odds."""
        return {
            w.name: w.weight * (value - w.mean) / w.scale
            for w in self.weights
            if (value := features.get(w.name)) is not None
        }

    def score(self, features: Features) -> float:
        """The calibrated probability, in [0, 1], that the two contradict."""
        log_odds = self.intercept + sum(self.contributions(features).values())
        return float(np.interp(log_odds, *self.calibration))
