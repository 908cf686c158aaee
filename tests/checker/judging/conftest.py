"""A judge from a local folder, for all tests that need another than the packaged one."""

from importlib.resources import files
from pathlib import Path

import pytest

from checker.judging.nli import LABELS
from index.encoders.minilm import package_folder
from index.encoders.stored import dequantised


@pytest.fixture(scope="session")
def judge_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
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
