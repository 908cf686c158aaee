"""What int8 costs: both judges are the same weights, and the difference is counted."""

import json
from pathlib import Path

import numpy as np
import pytest

from checker.judging import CrossEncoder
from eval.int8_loss import Float32, measure

_PAIRS = [
    ("The bridge is open.", "The bridge is not open.", "contradiction"),
    ("Three ships left the harbour at dawn.", "Ships left the harbour.", "entailment"),
    ("The minister spoke in the capital.", "Prices of bread rose in March.", "neutral"),
]


def test_both_judges_say_nearly_the_same() -> None:
    pairs = [(premise, hypothesis) for premise, hypothesis, _ in _PAIRS]
    full, small = Float32().probabilities(pairs), CrossEncoder.packaged().probabilities(pairs)
    np.testing.assert_allclose(full.sum(axis=1), 1)
    np.testing.assert_allclose(full, small, atol=0.15)


def test_the_loss_is_the_difference_of_both_accuracies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "pairs.jsonl"
    rows = [{"premise": p, "hypothesis": h, "label": label, "id": p} for p, h, label in _PAIRS]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))

    class _Always:
        """Says of every pair what it was made to say."""

        fingerprint = "always"

        def __init__(self, row: tuple[float, float, float]) -> None:
            self._row = row

        def probabilities(self, pairs: list[tuple[str, str]]) -> np.ndarray:
            return np.array([self._row] * len(pairs))

    monkeypatch.setattr("eval.int8_loss.Float32", lambda: _Always((0, 1, 0)))
    monkeypatch.setattr("eval.int8_loss.CrossEncoder.packaged", lambda **_: _Always((0, 0, 1)))
    found = measure(path)
    assert (found["n"], found["accuracy"], found["accuracy_float32"]) == (3, 1 / 3, 1 / 3)
    assert (found["loss"], found["changed"]) == (0, 1)
