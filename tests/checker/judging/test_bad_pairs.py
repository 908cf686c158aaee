"""Pairs that nobody should have sent, through the command: each is answered or named, none is guessed at."""

import json
import shutil
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from checker.facade import Checker
from checker.judging import CrossEncoder
from checker.judging.cross_encoder import verify
from index.errors import ModelError
from index.records import Statement


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


@pytest.mark.parametrize("pair", [("...", "!!!"), ("The road is open.", "?!"), ("— “”", "The road is open.")])
def test_a_side_without_a_letter_or_digit_is_as_empty(run: Any, pair: tuple[str, str]) -> None:
    done = _judged(run, ("The road is open.", "The road is not open."), pair, ("道路开放", "12"))
    assert (done.code, [line["hypothesis"] for line in done.lines]) == (0, ["The road is not open.", "12"])
    assert done.err.count(" with a letter or a digit") == 1
    assert "standard input:2: no '" in done.err


def test_a_statement_without_a_letter_or_digit_is_as_empty(run: Any) -> None:
    line = {"premise": "It is open.", "hypothesis": "It is shut.", "hypothesis_statement": {"proposition": "..."}}
    done = run("judge", "-", "--json", stdin=json.dumps(line).encode())
    assert (done.code, done.out) == (3, "")
    assert "standard input:1: no 'hypothesis_statement' with a letter or a digit" in done.err


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
        ("They have not withdrawn their troops from the border.", "Россия отводит войска от границы."),
    ],
)
def test_another_language_is_never_called_a_contradiction_and_that_is_said(
    run: Any, premise: str, hypothesis: str
) -> None:
    done = _judged(run, (premise, hypothesis), ("The road is open.", "The road is not open."))
    assert done.lines[0]["verdict"] in ("uncertain", "unrelated")
    assert "1 of 2 pairs are not in English (standard input:1)" in done.err


def test_another_language_is_never_called_compatible_either(run: Any) -> None:
    same = "Rusko stahuje vojska od hranic."
    assert _judged(run, (same, same)).lines[0]["verdict"] == "uncertain"


def test_of_many_pairs_in_another_language_the_first_lines_are_named(run: Any) -> None:
    english, other = ("The road is open.", "The road is shut."), ("Il ponte è chiuso.", "Il ponte non è chiuso.")
    assert "2 of 3 pairs are not in English (standard input:1, standard input:3)," in (
        _judged(run, other, english, other).err
    )
    assert "5 of 6 pairs are not in English (standard input:2, standard input:3, standard input:4, ...)," in (
        _judged(run, english, *[other] * 5).err
    )


def test_pairs_that_come_from_no_file_are_named_by_number() -> None:
    told: list[str] = []
    english, other = Statement.claim("The road is open."), Statement.claim("Россия отводит войска от границы.")
    with Checker.open(None, notify=told.append) as checker:
        checker.judge([(english, english), (other, other)])
    assert [line for line in told if "1 of 2 pairs are not in English (pair 2)," in line]


@pytest.mark.parametrize(
    ("premise", "hypothesis"),
    [
        ("Vellmark shelled Tarve.", "Vellmark did not shell Tarve."),
        ("Kovač met Wójcik.", "Kovač left."),
        ("Ruritania's Foreign Minister Bogdan Kovač met Wójcik", "Foreign Minister Kovač met President Wójcik"),
        ("Merkel: 'no'", "It is so."),
        ("Ostra nationalised telcos.", "Ostra did."),
        ("Norland Shells Ostra", "Norland Leaves Ostra"),
        ("12 %", "13 %"),
    ],
)
def test_english_pairs_are_not_warned_of(run: Any, premise: str, hypothesis: str) -> None:
    assert "English" not in _judged(run, (premise, hypothesis)).err


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


def test_the_doctor_names_missing_files(weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = _copied(weights, tmp_path, monkeypatch)
    assert verify(tmp_path / "cache") == []
    for name in ("scorer.json", "cross_encoder.json"):
        (copy / name).unlink()
        assert any(name in problem for problem in verify(tmp_path / "cache"))


def _copied(weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The packaged weights in a folder that may be damaged, where the judge now looks for them."""
    shutil.copytree(weights, tmp_path / "package" / "weights")
    monkeypatch.setattr("checker.judging.cross_encoder.WEIGHTS", tmp_path / "package" / "weights")
    return tmp_path / "package" / "weights"
