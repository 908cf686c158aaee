"""The final score: a logistic regression over named features, then a calibration that keeps every order (Platt 1999).

Fitted by scikit-learn (``checker/judging/fitting.py``), stored as JSON, applied without it: a query must not wait for
scikit-learn to be imported. A test holds both equal.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from checker.judging.card import REMEDY, WEIGHTS, card
from checker.judging.features import OF_COSINES, SIGNS, Features
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
        return 1 / (1 + math.exp(min(-(self.slope * log_odds + self.intercept), 700.0)))  # exp(710) overflows


@dataclass(frozen=True, slots=True)
class Scorer:
    """Log-odds as a sum of named contributions, mapped to a calibrated probability.

    Sentences of which nothing else is known (``bare``) and statements (``attributed``) are calibrated apart.
    ``contradiction`` and ``uncertain`` are the operating points: the scores from which a pair is called so. ``judge``
    and ``encoder``: fingerprints of the models whose probabilities and cosines it was fitted with.
    """

    weights: tuple[Weight, ...]
    intercept: float
    bare: Calibration
    attributed: Calibration
    contradiction: float
    uncertain: float
    judge: str
    encoder: str

    @classmethod
    def packaged(cls, folder: Path = WEIGHTS) -> Self:
        """The scorer that comes with the program.

        :raises ModelError: it is missing, or is not the one that was fitted to the weights beside it.
        """
        path = folder / "scorer.json"
        found = cls.read(path)
        if hashlib.sha256(path.read_bytes()).hexdigest() != card(folder).get("scorer_sha256"):
            raise ModelError(f"the scorer '{path}' was altered: {REMEDY}")
        return found

    @classmethod
    def read(cls, path: Path, *, judge: str | None = None) -> Self:
        """A scorer's file.

        :param judge: fingerprint of the judge whose answers it will weigh; None: it is not asked for.
        :raises ModelError: the file cannot be read, is not one of ours, or was fitted with another judge.
        """
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise ModelError(f"the scorer '{path}' cannot be read ({error.strerror}): {_AGAIN}") from error
        except (ValueError, RecursionError) as error:
            raise ModelError(f"the scorer '{path}' is no JSON: {_AGAIN}") from error
        found = cls.from_json(data, name=f"the scorer '{path}'")
        if judge not in (None, found.judge):
            raise ModelError(f"the scorer '{path}' was fitted for another judge: name that one, or {_AGAIN}")
        return found

    @classmethod
    def from_json(cls, data: Any, *, name: str = "the scorer") -> Self:
        """
        :param name: what it is called in messages.
        :raises ModelError: an entry is missing, or is nothing that fitting gives.
        """
        whole = _Entries(data, name)
        calibrations, thresholds = whole.part("calibration"), whole.part("thresholds")
        contradiction = thresholds.number("contradiction", 0, 1)
        return cls(
            weights=_weights(whole),
            intercept=whole.number("intercept", -_MOST, _MOST),
            bare=_calibration(calibrations.part("bare")),
            attributed=_calibration(calibrations.part("attributed")),
            contradiction=contradiction,
            uncertain=thresholds.number("uncertain", 0, contradiction),
            judge=whole.text("judge"),
            encoder=whole.text("encoder"),
        )

    def without_nearness(self) -> Self:
        """For an encoder that it was not fitted with, whose cosines mean something else: as if they were absent."""
        return replace(self, weights=tuple(weight for weight in self.weights if weight.name not in OF_COSINES))

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


_AGAIN = "make it with 'checker calibrate'"
_MOST = 1_000.0  # of weights, means and intercepts: far beyond what fitting gives
_LEAST_SCALE = 1e-6  # as in fitting: a feature that varies less has no weight


@dataclass(frozen=True, slots=True)
class _Entries:
    """An object of the file, and what it is called in messages."""

    data: Any
    name: str

    def part(self, key: str) -> "_Entries":
        return _Entries(self._entry(key), f"{self.name}: {key}")

    def items(self, key: str) -> "list[_Entries]":
        items = self._entry(key)
        if not isinstance(items, list):
            raise ModelError(f"{self.name}: {key} must be a list: {_AGAIN}")
        return [_Entries(item, f"{self.name}: {key}[{place}]") for place, item in enumerate(items)]

    def text(self, key: str) -> str:
        value = self._entry(key)
        if not isinstance(value, str):
            raise ModelError(f"{self.name}: {key} must be a text, not {value!r:.40}: {_AGAIN}")
        return value

    def number(self, key: str, least: float, most: float) -> float:
        value = self._entry(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise ModelError(f"{self.name}: {key} must be from {least:g} to {most:g}, not {value!r:.40}: {_AGAIN}")
        return float(value)

    def _entry(self, key: str) -> Any:
        if not isinstance(self.data, Mapping) or key not in self.data:
            raise ModelError(f"{self.name}: there is no '{key}': {_AGAIN}")
        return self.data[key]


def _weights(whole: _Entries) -> tuple[Weight, ...]:
    found = tuple(_weight(entries) for entries in whole.items("weights"))
    if len({weight.name for weight in found}) < len(found):
        raise ModelError(f"{whole.name}: weights: a feature stands there twice: {_AGAIN}")
    return found


def _weight(entries: _Entries) -> Weight:
    name = entries.text("name")
    if name not in SIGNS:
        raise ModelError(f"{entries.name}: name: there is no feature {name!r:.40}: {_AGAIN}")
    return Weight(
        name,
        mean=entries.number("mean", -_MOST, _MOST),
        scale=entries.number("scale", _LEAST_SCALE, _MOST),
        weight=entries.number("weight", 0 if SIGNS[name] > 0 else -_MOST, 0 if SIGNS[name] < 0 else _MOST),
    )


def _calibration(entries: _Entries) -> Calibration:
    return Calibration(entries.number("slope", 1e-6, _MOST), entries.number("intercept", -_MOST, _MOST))
