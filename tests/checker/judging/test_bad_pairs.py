"""Pairs that nobody should have sent, through the command: each is answered or named, none is guessed at."""

import json
import shutil
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from checker.judging import CrossEncoder
from index.errors import ModelError


@pytest.fixture(scope="module")
def weights() -> Path:
    return Path(str(files("checker.judging"))) / "weights"


def _judged(run: Any, *pairs: tuple[str, str]) -> Any:
    lines = "".join(json.dumps({"premise": a, "hypothesis": b}) + "\n" for a, b in pairs)
    return run("judge", "-", "--json", stdin=lines.encode())


@pytest.mark.parametrize("pair", [("", "The road is open."), ("The road is open.", " \n ")])
def test_an_empty_side_is_named_and_the_others_are_judged(run: Any, pair: tuple[str, str]) -> None:
    done = _judged(run, pair, ("The road is open.", "The road is not open."))
    assert (done.code, len(done.lines)) == (0, 1)
    assert ":1: no '" in done.err


def test_ten_thousand_words_are_judged_by_their_beginning(run: Any) -> None:
    long, beginning = "The road is open. " * 2_500, "The road is open. " * 200
    done = _judged(run, (long, "The road is not open."), (beginning, "The road is not open."))
    assert done.code == 0
    assert done.lines[0]["probabilities"] == done.lines[1]["probabilities"]
    assert "2 of 2 pairs are long" in done.err


def test_a_sentence_is_not_called_long(run: Any) -> None:
    assert _judged(run, ("The road is open.", "The road is not open.")).err == ""


def test_identical_texts_do_not_contradict(run: Any) -> None:
    (line,) = _judged(run, ("The road is not open.", "The road is not open.")).lines
    assert (line["verdict"], line["score"]) == ("compatible", 0.0)


@pytest.mark.parametrize(
    ("premise", "hypothesis"),
    [
        ("Rusko stahuje vojska od hranic.", "Rusko vojska od hranic nestahuje."),
        ("Россия отводит войска от границы.", "Россия не отводит войска от границы."),
        ("Russland zieht seine Truppen ab.", "Russland zieht seine Truppen nicht ab."),
    ],
)
def test_another_language_is_never_called_a_contradiction_and_that_is_said(
    run: Any, premise: str, hypothesis: str
) -> None:
    done = _judged(run, (premise, hypothesis), ("The road is open.", "The road is not open."))
    assert done.lines[0]["verdict"] not in ("contradiction", "superseded")
    assert "1 of 2 pairs are not in English" in done.err


def test_english_pairs_are_not_warned_of(run: Any) -> None:
    assert "English" not in _judged(run, ("Vellmark shelled Tarve.", "Vellmark did not shell Tarve.")).err


def test_altered_weights_are_refused(weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = _copied(weights, tmp_path, monkeypatch)
    stored = bytearray((copy / "cross_encoder.safetensors").read_bytes())
    stored[-1] ^= 1
    (copy / "cross_encoder.safetensors").write_bytes(stored)
    with pytest.raises(ModelError, match="altered weights"):
        CrossEncoder.packaged(cache=tmp_path / "cache")


@pytest.mark.parametrize("name", ["cross_encoder.safetensors", "cross_encoder.json"])
def test_missing_weights_are_named(weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    (_copied(weights, tmp_path, monkeypatch) / name).unlink()
    with pytest.raises(ModelError, match=name):
        CrossEncoder.packaged(cache=tmp_path / "cache")


def _copied(weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The packaged weights in a folder that may be damaged, where the judge now looks for them."""
    shutil.copytree(weights, tmp_path / "package" / "weights")
    monkeypatch.setattr("checker.judging.cross_encoder.files", lambda _: tmp_path / "package")
    return tmp_path / "package" / "weights"
