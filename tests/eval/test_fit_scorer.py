"""What the scorer is fitted on: premises that the judge never saw, in groups that no fold tears apart."""

import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from checker.judging.features import NAMES
from eval.fit_scorer import candidate_rows, examples, political_rows, public_rows
from eval.training.rows import CONFIG, held_out


@dataclass(frozen=True)
class _Letters:
    """Counts letters."""

    name: str = "letters"
    fingerprint: str = "aa"
    dimension: int = 26

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        counts = np.array([[text.lower().count(chr(ord("a") + i)) for i in range(26)] for text in texts])
        return np.asarray(counts / np.linalg.norm(counts, axis=1, keepdims=True), dtype=np.float32)

    def toward_rebuttals(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        return vectors


class _Even:
    """Cannot tell."""

    fingerprint = "even"

    def probabilities(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float64]:
        return np.full((len(pairs), 3), 1 / 3)


ROWS = [
    {"set": "lingnli", "id": i, "premise": premise, "hypothesis": hypothesis, "label": label}
    for i, (premise, hypothesis, label) in enumerate(
        [
            ("The bridge is open.", "The bridge is shut.", "contradiction"),
            ("The bridge is open.", "The road is long.", "neutral"),
            ("A dam was built.", "No dam was built.", "contradiction"),
            ("Ships left.", "The dam leaks.", "neutral"),
        ]
    )
]


def test_pairs_of_one_premise_or_claim_stay_together_whatever_they_come_from() -> None:
    encoder = _Letters()
    parts = (public_rows(encoder, ROWS), candidate_rows(encoder, ROWS), political_rows(encoder))
    found = examples(_Even(), *parts)
    groups: dict[str, set[str]] = {}
    for pair, group in zip((pair for part in parts[:2] for pair in part.pairs), found.groups, strict=False):
        groups.setdefault(pair.claim.proposition, set()).add(group)
    assert groups["The bridge is open."] == groups["The bridge is shut."]
    assert groups["A dam was built."] == groups["No dam was built."]
    assert all(len(group) == 1 for group in groups.values())
    assert len(set().union(*groups.values())) == 3
    assert found.table.shape == (len(found.groups), len(NAMES))
    assert len(set(found.groups[len(parts[0].pairs) + len(parts[1].pairs) :])) > 20  # stories


def test_premises_are_held_out_as_the_judge_s_configuration_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with gzip.open(tmp_path / "train.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps({"premise": f"Gate {n} is open."}) + "\n" for n in range(400))

    def kept(share: float) -> list[dict[str, Any]]:
        config = CONFIG.read_text(encoding="utf-8")
        (tmp_path / "judge.toml").write_text(config.replace("hold_out = 0.04", f"hold_out = {share}"))
        return list(held_out(tmp_path / "train.jsonl.gz", tmp_path / "judge.toml"))

    assert kept(0) == []
    assert len(kept(1)) == 400
    assert 100 < len(kept(0.5)) < 300
