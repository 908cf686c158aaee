"""Another judge from a local folder: our own weights in the form that transformers reads stand for it."""

import json
import shutil
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from checker.judging import CrossEncoder
from checker.judging.by_name import NamedJudge, known_pairs
from checker.judging.cross_encoder import dequantised
from checker.judging.nli import LABELS
from index.encoders.minilm import package_folder
from index.errors import ModelError


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT classifier with the packaged judge's weights: its head is BERT's pooler and classifier."""
    from safetensors.torch import load_file
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    weights = dequantised(load_file(str(files("checker.judging").joinpath("weights/cross_encoder.safetensors"))))
    renamed = {
        ("bert." + name if name.startswith("encoder.") else name)
        .replace("classifier.dense", "bert.pooler.dense")
        .replace("classifier.out", "classifier"): value
        for name, value in weights.items()
    }
    backbone = load_file(package_folder() / "model.safetensors")
    embeddings = {f"bert.{name}": value for name, value in backbone.items() if name.startswith("embeddings.")}
    config = BertConfig.from_pretrained(package_folder(), num_labels=3, id2label=dict(enumerate(LABELS)))
    model = BertForSequenceClassification(config)
    missing = model.load_state_dict(embeddings | renamed, strict=False).missing_keys
    assert [name for name in missing if "position_ids" not in name] == []
    target = tmp_path_factory.mktemp("judge")
    model.save_pretrained(target)
    BertTokenizerFast(tokenizer_file=str(package_folder() / "tokenizer.json")).save_pretrained(target)
    return target


def test_a_local_folder_is_a_judge_and_says_what_its_weights_say(folder: Path) -> None:
    texts = [(pair.premise, pair.hypothesis) for pair in known_pairs()]
    judge = NamedJudge.load(str(folder))
    found = judge.probabilities(texts)
    np.testing.assert_allclose(found.sum(axis=1), 1)
    np.testing.assert_allclose(found, CrossEncoder.packaged().probabilities(texts), atol=0.15)  # int8 against fp32
    assert judge.probabilities(texts[::-1])[::-1].tobytes() == found.tobytes()
    assert judge.probabilities([]).shape == (0, 3)


def relabelled(folder: Path, target: Path, labels: list[str]) -> Path:
    shutil.copytree(folder, target)
    config = json.loads((target / "config.json").read_text())
    config["id2label"] = {str(column): label for column, label in enumerate(labels)}
    config["label2id"] = {label: column for column, label in enumerate(labels)}
    (target / "config.json").write_text(json.dumps(config))
    return target


def test_labels_are_read_from_the_configuration_whatever_their_case_and_order(folder: Path, tmp_path: Path) -> None:
    same = relabelled(folder, tmp_path / "case", ["CONTRADICTION", "Entailment", "NEUTRAL"])
    assert NamedJudge.load(str(same)).probabilities([("It is open.", "It is closed.")])[0].argmax() == 0


def test_swapped_labels_are_refused(folder: Path, tmp_path: Path) -> None:
    swapped = relabelled(folder, tmp_path / "swapped", ["entailment", "neutral", "contradiction"])
    with pytest.raises(ModelError, match="known pairs right"):
        NamedJudge.load(str(swapped))


@pytest.mark.parametrize("labels", [["LABEL_0", "LABEL_1", "LABEL_2"], ["entailment", "not_entailment", "neutral"]])
def test_labels_that_are_not_those_of_a_judge_are_refused(folder: Path, tmp_path: Path, labels: list[str]) -> None:
    with pytest.raises(ModelError, match="id2label"):
        NamedJudge.load(str(relabelled(folder, tmp_path / "names", labels)))


def test_other_weights_have_another_fingerprint(folder: Path, tmp_path: Path) -> None:
    other = relabelled(folder, tmp_path / "other", ["Contradiction", "entailment", "neutral"])
    assert NamedJudge.load(str(other)).fingerprint != NamedJudge.load(str(folder)).fingerprint


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="safetensors"):
        NamedJudge.load(str(tmp_path))
