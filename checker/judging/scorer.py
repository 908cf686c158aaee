"""The final score: a logistic regression over named features, then a calibration that keeps every order (Platt 1999).

Fitted by scikit-learn (``checker/judging/fitting.py``), stored as JSON, applied without it: a query must not wait for
scikit-learn to be imported. A test holds both equal.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Self

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
class Calibration:
    """probability = 1 / (1 + exp(-(slope * log-odds + intercept))), slope > 0: no two scores change places."""

    slope: float
    intercept: float

    def probability(self, log_odds: float) -> float:
        return 1 / (1 + math.exp(-(self.slope * log_odds + self.intercept)))


@dataclass(frozen=True, slots=True)
class Scorer:
    """Log-odds as a sum of named contributions, mapped to a calibrated probability.

    Sentences of which nothing else is known (``bare``) and statements (``attributed``) are calibrated apart.
    ``contradiction`` and ``uncertain`` are the operating points: the scores from which a pair is called so.
    """

    weights: tuple[Weight, ...]
    intercept: float
    bare: Calibration
    attributed: Calibration
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
            return cls(
                weights=tuple(Weight(w["name"], w["mean"], w["scale"], w["weight"]) for w in data["weights"]),
                intercept=data["intercept"],
                bare=Calibration(**data["calibration"]["bare"]),
                attributed=Calibration(**data["calibration"]["attributed"]),
                contradiction=data["thresholds"]["contradiction"],
                uncertain=data["thresholds"]["uncertain"],
            )
        except (KeyError, TypeError) as error:
            raise ModelError(f"no scorer: it lacks {error}; make it again with 'checker calibrate'") from error

    @classmethod
    def read(cls, path: Path, *, judge: str) -> Self:
        """The scorer that ``checker calibrate`` wrote.

        :param judge: fingerprint of the judge whose answers it will weigh.
        :raises ModelError: the file cannot be read, is not one of ours, or was fitted for another judge.
        """
        again = "make it with 'checker calibrate'"
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise ModelError(f"the scorer '{path}' cannot be read ({error.strerror}): {again}") from error
        except ValueError as error:
            raise ModelError(f"the scorer '{path}' is no JSON: {again}") from error
        if not isinstance(data, dict) or "judge" not in data:
            raise ModelError(f"the scorer '{path}' is not one of ours: {again}")
        if data["judge"] != judge:
            raise ModelError(f"the scorer '{path}' was fitted for another judge: name that one, or {again}")
        return cls.from_json(data)

    def contributions(self, features: Features) -> dict[str, float]:
        """What each feature that is present adds to the log-odds."""
        return {
            w.name: w.weight * (value - w.mean) / w.scale
            for w in self.weights
            if (value := features.get(w.name)) is not None
        }

    def score(self, features: Features, *, attributed: bool) -> float:
        """The calibrated probability, in [0, 1], that the two contradict."""
        log_odds = self.intercept + sum(self.contributions(features).values())
        return (self.attributed if attributed else self.bare).probability(log_odds)
