"""Another judge from a local folder: our own weights in the form that transformers reads stand for it."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from checker.judging import CrossEncoder
from checker.judging.by_name import NamedJudge, known_pairs
from index.errors import ModelError


def test_a_local_folder_is_a_judge_and_says_what_its_weights_say(judge_folder: Path) -> None:
    texts = [(pair.premise, pair.hypothesis) for pair in known_pairs()]
    judge = NamedJudge.load(str(judge_folder))
    found = judge.probabilities(texts)
    np.testing.assert_allclose(found.sum(axis=1), 1)
    packaged = CrossEncoder.packaged().probabilities(texts)
    np.testing.assert_allclose(found, packaged, atol=0.2)  # int8 against fp32; eval.int8_loss says what that costs
    assert (found.argmax(axis=1) == packaged.argmax(axis=1)).all()
    assert judge.probabilities(texts[::-1])[::-1].tobytes() == found.tobytes()
    assert judge.probabilities([]).shape == (0, 3)


def relabelled(judge_folder: Path, target: Path, labels: list[str]) -> Path:
    shutil.copytree(judge_folder, target)
    config = json.loads((target / "config.json").read_text())
    config["id2label"] = {str(column): label for column, label in enumerate(labels)}
    config["label2id"] = {label: column for column, label in enumerate(labels)}
    (target / "config.json").write_text(json.dumps(config))
    return target


def test_labels_are_read_from_the_configuration_in_any_case_and_order(judge_folder: Path, tmp_path: Path) -> None:
    same = relabelled(judge_folder, tmp_path / "case", ["CONTRADICTION", "Entailment", "NEUTRAL"])
    assert NamedJudge.load(str(same)).probabilities([("It is open.", "It is closed.")])[0].argmax() == 0


def test_swapped_labels_are_refused(judge_folder: Path, tmp_path: Path) -> None:
    swapped = relabelled(judge_folder, tmp_path / "swapped", ["entailment", "neutral", "contradiction"])
    with pytest.raises(ModelError, match="known pairs right"):
        NamedJudge.load(str(swapped))


@pytest.mark.parametrize("labels", [["LABEL_0", "LABEL_1", "LABEL_2"], ["entailment", "not_entailment", "neutral"]])
def test_labels_that_no_judge_has_are_refused(judge_folder: Path, tmp_path: Path, labels: list[str]) -> None:
    with pytest.raises(ModelError, match="id2label"):
        NamedJudge.load(str(relabelled(judge_folder, tmp_path / "names", labels)))


def test_other_weights_have_another_fingerprint(judge_folder: Path, tmp_path: Path) -> None:
    other = relabelled(judge_folder, tmp_path / "other", ["Contradiction", "entailment", "neutral"])
    assert NamedJudge.load(str(other)).fingerprint != NamedJudge.load(str(judge_folder)).fingerprint


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="safetensors"):
        NamedJudge.load(str(tmp_path))
