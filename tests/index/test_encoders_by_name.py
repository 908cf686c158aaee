"""Other encoders, by local folder or hub name: a tiny BERT with random weights stands for them."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from index.encoders import Encoder, load_encoder
from index.encoders.minilm import package_folder
from index.encoders.sentence_transformer import SentenceTransformerEncoder
from index.errors import InputError, ModelError

TEXTS = [f"The envoy of province {n} left at {n} o'clock{' with everybody else' * (n % 5)}." for n in range(24)]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a sentence-transformers model of 16 dimensions; its weights are random, but always the same."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("tiny")
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=30522, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32
    )
    BertModel(config).save_pretrained(folder / "bert")
    BertTokenizerFast(tokenizer_file=str(package_folder() / "tokenizer.json")).save_pretrained(folder / "bert")
    transformer = Transformer(str(folder / "bert"))
    SentenceTransformer(modules=[transformer, Pooling(16)]).save(str(folder / "model"))
    return folder / "model"


@pytest.fixture(scope="module")
def encoder(tiny: Path) -> Encoder:
    return load_encoder(str(tiny), threads=2)


def test_a_local_folder_is_an_encoder(encoder: Encoder, tiny: Path) -> None:
    from sentence_transformers import SentenceTransformer

    vectors = encoder.encode(TEXTS)
    assert (encoder.name, encoder.dimension, vectors.dtype) == (str(tiny), 16, np.float32)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    model = SentenceTransformer(str(tiny), device="cpu")
    expected = model.encode(TEXTS, normalize_embeddings=True, show_progress_bar=False, batch_size=5)
    np.testing.assert_allclose(vectors, expected, atol=1e-5)


@pytest.mark.parametrize("batch", [1, 7])
@pytest.mark.parametrize("threads", [1, 2])
def test_the_batch_and_the_threads_do_not_change_a_byte(encoder: Encoder, tiny: Path, batch: int, threads: int) -> None:
    other = load_encoder(str(tiny), threads=threads)
    parts = [other.encode(TEXTS[start : start + batch]) for start in range(0, len(TEXTS), batch)]
    assert np.concatenate(parts).tobytes() == encoder.encode(TEXTS).tobytes()
    assert encoder.encode(TEXTS[::-1])[::-1].tobytes() == encoder.encode(TEXTS).tobytes()


def test_the_number_of_torch_threads_of_the_program_is_left_alone(encoder: Encoder) -> None:
    import torch

    before = torch.get_num_threads()
    encoder.encode(TEXTS)
    assert torch.get_num_threads() == before


def test_nothing_gives_an_empty_matrix(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, 16)


def test_half_of_a_surrogate_pair_is_bad_input(encoder: Encoder) -> None:
    with pytest.raises(InputError, match="not valid Unicode"):
        encoder.encode(["broken \udcff"])


def test_the_fingerprint_follows_weights_and_tokenizer_but_not_the_place(
    encoder: Encoder, tiny: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(tiny, copy)
    (copy / "README.md").write_text("Other words about the same model.\n")
    assert load_encoder(str(copy)).fingerprint == encoder.fingerprint
    config = next(copy.rglob("tokenizer_config.json"))
    config.write_text(config.read_text() + "\n")
    assert load_encoder(str(copy)).fingerprint != encoder.fingerprint


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no model here")
    with pytest.raises(ModelError, match="holds no model") as refusal:
        load_encoder(str(tmp_path))
    assert "\n" not in str(refusal.value)


def test_a_model_of_pickles_only_is_refused(tiny: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(tiny, copy)
    for weights in copy.rglob("*.safetensors"):
        weights.rename(weights.with_name("pytorch_model.bin"))
    with pytest.raises(ModelError, match="no safetensors weights"):
        load_encoder(str(copy))


def test_a_model_with_truncated_weights_is_refused_in_one_line(tiny: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(tiny, copy)
    weights = next(copy.rglob("*.safetensors"))
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(ModelError, match="cannot be loaded") as refusal:
        load_encoder(str(copy))
    assert "\n" not in str(refusal.value)


def test_a_name_that_is_none_is_unknown() -> None:
    with pytest.raises(ModelError, match="neither a folder here nor known to the hub") as refusal:
        load_encoder("no such/model/at all")
    assert "\n" not in str(refusal.value)


def test_offline_an_unfetched_model_is_refused_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(ModelError, match="HF_HUB_OFFLINE is set"):
        load_encoder("ruritania/sentence-encoder")


def test_a_hub_that_cannot_be_reached_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import huggingface_hub
    from huggingface_hub.errors import LocalEntryNotFoundError

    def unreachable(name: str, *, local_files_only: bool, **options: object) -> str:
        raise LocalEntryNotFoundError("nothing here") if local_files_only else ConnectionError("no route\nto host")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", unreachable)
    notes: list[str] = []
    with pytest.raises(ModelError, match="the hub cannot be reached") as refusal:
        load_encoder("ruritania/sentence-encoder", notify=notes.append)
    assert "\n" not in str(refusal.value)
    assert notes == ["fetching the model 'ruritania/sentence-encoder' from the hub, once"]


def test_a_model_fetched_before_needs_no_network(monkeypatch: pytest.MonkeyPatch, tiny: Path) -> None:
    import huggingface_hub

    asked: list[bool] = []

    def cached(name: str, *, local_files_only: bool, **options: object) -> str:
        asked.append(local_files_only)
        return str(tiny)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", cached)
    encoder = SentenceTransformerEncoder.load("ruritania/sentence-encoder", threads=1, notify=lambda message: None)
    assert asked == [True]
    assert encoder.dimension == 16
