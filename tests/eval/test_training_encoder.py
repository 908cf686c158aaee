"""Training of the encoder: the losses by hand, the stream, and a run that is broken off and resumed."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from eval.training import encoder as training
from eval.training.checkpoint import read_tensors
from eval.training.data import place_of
from index.encoders.opposed import OpposedMiniLM, opposed_module

TOWNS = ("Karvo", "Ustrick", "Belmar", "Tolna", "Vesp", "Orrefjell", "Lind", "Marrow")


def rows() -> list[dict[str, str]]:
    """Groups about invented towns, whose premises are not held out."""
    found = []
    for town in TOWNS:
        for what in ("bridge", "port", "school", "market"):
            premise = next(
                text
                for n in range(99)
                if place_of(text := f"The {what} at {town} has been closed since {n + 1} May.") > 0.1
            )
            for label, text in (
                ("contradiction", f"The {what} at {town} is open."),
                ("entailment", f"The {what} at {town} is shut."),
                ("neutral", f"The {what} at {town} was built of stone."),
            ):
                found.append({"set": "lingnli", "premise": premise, "hypothesis": text, "label": label})
    return found


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "data" / "pairs").mkdir(parents=True)
    (tmp_path / "work").mkdir()
    for path, some in (("data/pairs/train", rows()), ("work/written", rows()[:3]), ("work/labelled", [])):
        with gzip.open(tmp_path / f"{path}.jsonl.gz", "wt", encoding="utf-8") as lines:
            lines.writelines(
                json.dumps(row | ({"set": "written_x"} if "written" in path else {})) + "\n" for row in some
            )
    monkeypatch.setenv("CHECKER_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("CHECKER_WORK", str(tmp_path / "work"))
    monkeypatch.setattr(training, "SETS", {"lingnli": 1})
    monkeypatch.setattr(training, "TOPICS", 2)
    monkeypatch.setattr(training, "BATCH", 8)
    monkeypatch.setattr(training, "TOGETHER", 4)
    monkeypatch.setattr(training, "SAVED_EVERY", 2)
    torch.set_num_threads(1)
    return tmp_path


def test_a_group_is_an_anchor_with_what_is_labelled_against_it(data: Path) -> None:
    groups, texts = training.read_groups()
    assert len(groups) == len(TOWNS) * 4 + 1
    first = groups[0]
    assert (first.set, texts[first.anchor]) == ("lingnli", rows()[0]["premise"])
    assert [(texts[text], label) for text, label in first.others] == [(r["hypothesis"], r["label"]) for r in rows()[:3]]
    assert groups[-1].set == "written"


def test_what_is_held_out_for_the_scorer_is_not_trained_on(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edge = sorted(place_of(row["premise"]) for row in rows())[len(rows()) // 2]
    config = training.read_config(training.CONFIG)
    monkeypatch.setattr(training, "read_config", lambda _: type("Config", (), {"hold_out": edge})())
    groups, texts = training.read_groups()
    assert groups
    assert all(place_of(texts[group.anchor]) >= edge for group in groups)
    assert config.hold_out < 0.1


def test_the_frozen_layers_and_the_trained_ones_make_the_backbone_at_first(data: Path) -> None:
    _, names = training.read_groups()
    texts = training.prepare(names)
    with torch.no_grad():
        own = training.Upper().eval().encode(texts, list(range(len(names))))
    assert (own * texts.vectors).sum(dim=1).min() > 0.995  # bfloat16 in between


def test_the_loss_of_pairs_is_that_of_the_formula() -> None:
    cosines = torch.tensor([[1.0, 0.3, 0.2], [0.3, 1.0, 0.1], [0.2, 0.1, 1.0]])
    negatives = torch.tensor([[False, False, True], [False, False, True], [True, True, False]])
    found = training._nce(cosines, torch.tensor([[0, 1]]), negatives)
    assert float(found) == pytest.approx(np.log1p(np.exp((0.2 - 0.3) / 0.05)), rel=1e-4)  # float32
    assert float(training._nce(cosines, torch.empty((0, 2), dtype=torch.long), negatives)) == 0


def test_the_rate_rises_stays_and_falls() -> None:
    assert [round(training.rate(step, 1000), 3) for step in (0, 49, 200, 399, 700, 1000)] == [0.01, 0.5, 1, 1, 0.5, 0]


def test_a_batch_depends_on_its_step_alone(data: Path) -> None:
    groups, names = training.read_groups()
    vectors = training.prepare(names).vectors
    first, second = (training.Stream(groups, vectors) for _ in range(2))
    later = [first.batch(step) for step in range(2 * first.per_round)]
    assert [second.batch(step) for step in reversed(range(2 * first.per_round))] == later[::-1]
    assert {group.anchor for group, _ in later[0]} != {group.anchor for group, _ in later[1]}
    assert all(set(chosen) == {"contradiction", "entailment", "neutral"} for _, chosen in later[0])


def test_a_run_that_was_broken_off_ends_as_an_unbroken_one(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "rate", lambda step, _: min(1.0, (step + 1) / 100))  # of the steps so far alone
    checkpoint = training.train(2)
    assert read_tensors(checkpoint)[1] == {"step": "2"}
    resumed = read_tensors(training.train(4))[0]
    assert not torch.equal(resumed["model.toward.weight"], torch.eye(384))
    checkpoint.unlink()
    unbroken = read_tensors(training.train(4))[0]
    assert resumed.keys() == unbroken.keys()
    assert all(torch.equal(resumed[name], unbroken[name]) for name in resumed)


def test_what_is_exported_is_the_mean_of_backbone_and_run(data: Path, tmp_path: Path) -> None:
    checkpoint = training.train(2)
    out = tmp_path / "weights"
    about = training.export([checkpoint], out)
    trained, first = read_tensors(checkpoint)[0], training.Upper().state_dict()
    wanted = (trained["model.layers.1.output.dense.weight"] + first["layers.1.output.dense.weight"]) / 2
    shipped = opposed_module(out / "opposed.safetensors").state_dict()
    assert (shipped["backbone.encoder.layer.4.output.dense.weight"] - wanted).abs().max() <= wanted.abs().max() / 127
    bias = read_tensors(out / "opposed.safetensors")[0]["toward_rebuttals.bias"]
    assert torch.allclose(bias, trained["model.toward.bias"] / 2)
    assert about["trained_layers"] == [3, 4, 5]
    encoder = OpposedMiniLM.load(tmp_path / "cache", threads=1, notify=lambda _: None, folder=out)
    assert encoder.encode(["The port is shut."]).shape == (1, 384)
