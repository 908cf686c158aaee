"""What weights are weighed by: only rows that were held out count, and alarms are counted where nothing contradicts."""

import json
from pathlib import Path

import pytest
import torch
from torch import Tensor

from eval.training.data import place_of
from eval.training.model import CrossEncoder, Shape
from eval.training.weigh import held_out, known


class Short(CrossEncoder):
    """Takes what is at most thirteen tokens long for a contradiction, the rest for neutral."""

    def __init__(self) -> None:
        super().__init__(Shape(layers=1, heads=1, hidden=4, feed_forward=4, vocabulary=30522, positions=64))

    def forward(self, ids: Tensor, segments: Tensor, mask: Tensor | None = None) -> Tensor:
        short = (ids != 0).sum(dim=1) <= 13
        return torch.stack([short * 9.0, torch.zeros(len(ids)), (~short) * 9.0], dim=1)


@pytest.fixture(autouse=True)
def _work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHECKER_WORK", str(tmp_path))


def _file(folder: Path, rows: list[tuple[str, str, str]]) -> Path:
    path = folder / "rows.jsonl"
    lines = [json.dumps({"premise": a, "hypothesis": b, "label": label, "set": "x"}) for a, b, label in rows]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def _premises(share: float, *, below: bool) -> list[str]:
    found = [text for i in range(200) if (place_of(text := f"The bridge {i} is shut.") < share) == below]
    return found[:4]


def test_only_held_out_premises_count(tmp_path: Path) -> None:
    out, trained = _premises(0.2, below=True), _premises(0.2, below=False)
    rows = [(premise, "It is open.", "contradiction") for premise in out]
    rows += [(premise, "It is open.", "neutral") for premise in trained]
    assert held_out(Short(), _file(tmp_path, rows), 0.2, 64) == 1.0
    assert held_out(Short(), _file(tmp_path, rows), 1.0, 64) == 0.5


def test_where_nothing_contradicts_alarms_are_counted(tmp_path: Path) -> None:
    rows = [("It is shut.", "It is open.", "entailment|neutral")]
    rows += [("The old bridge at the port of Karvo is shut.", "It is open.", "entailment|neutral")] * 3
    assert held_out(Short(), _file(tmp_path, rows), 1.0, 64) == 0.25


def test_known_pairs_are_counted_by_their_labels() -> None:
    assert known(Short(), 64) == 4  # all are long: the four neutral ones are right
