"""Pairs written by hand: the form of their files, and the files themselves."""

from pathlib import Path

import pytest

from eval.training.written import FOLDER, LABELS, WrittenPair, written_pairs
from index.errors import InputError

FILES = sorted(FOLDER.glob("*.txt"))


def test_each_line_of_a_block_is_a_pair_with_its_anchor(tmp_path: Path) -> None:
    path = tmp_path / "trade.txt"
    path.write_text(
        "P The port is open.\nC antonym The port is closed.\nN scope The airport is busy.\n\nP Rain fell.\n"
    )
    assert list(written_pairs(path)) == [
        WrittenPair("The port is open.", "The port is closed.", "contradiction", "antonym", "trade"),
        WrittenPair("The port is open.", "The airport is busy.", "neutral", "scope", "trade"),
    ]


@pytest.mark.parametrize("line", ["C antonym Nothing above.", "P One.\nX antonym No such label.", "P One.\nP Two."])
def test_a_line_out_of_place_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "broken.txt"
    path.write_text(line + "\n")
    with pytest.raises(InputError, match=r"broken\.txt:[12]: "):
        list(written_pairs(path))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_holds_enough_of_each_label_and_no_pair_twice(path: Path) -> None:
    pairs = list(written_pairs(path))
    labels = [pair.label for pair in pairs]
    # Training draws the labels of a file equally often: a rare one would be learnt by heart.
    assert min(labels.count(label) for label in LABELS.values()) > len(pairs) / 10
    assert len({(pair.premise, pair.hypothesis) for pair in pairs}) == len(pairs)


def test_there_are_files() -> None:
    assert FILES
