"""Pairs that are named by digests: their texts come from the speeches, or the line that is wrong is named."""

import gzip
import json
import re
from pathlib import Path

import pytest

from eval.training.labelled import FILE, LABELS, labelled_pairs
from index.errors import InputError
from index.records import digest

OPEN, SHUT = "The harbour of Marn is open to all ships today.", "Not one ship can enter the harbour of Marn today."


@pytest.fixture
def speeches(tmp_path: Path) -> Path:
    for name in ("white_house_ru_ua", "un_general_debate_2014on"):
        folder = tmp_path / "articles" / name
        folder.mkdir(parents=True)
        with gzip.open(folder / "articles.jsonl.gz", "wt", encoding="utf-8") as lines:
            lines.write(json.dumps({"id": name, "source": name, "text": f"{OPEN} {SHUT}"}) + "\n")
    return tmp_path


def _file(folder: Path, *rows: tuple[str, str, str]) -> Path:
    path = folder / "speeches.tsv"
    path.write_text("premise\thypothesis\tlabel\n" + "".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_a_pair_gets_its_texts_and_contradictions_a_set_of_their_own(speeches: Path) -> None:
    path = _file(speeches, (digest(OPEN), digest(SHUT), "contradiction"), (digest(SHUT), digest(OPEN), "neutral"))
    assert list(labelled_pairs(path, speeches)) == [
        {"premise": OPEN, "hypothesis": SHUT, "label": "contradiction", "set": "labelled_contradiction"},
        {"premise": SHUT, "hypothesis": OPEN, "label": "neutral", "set": "labelled_other"},
    ]


@pytest.mark.parametrize(
    ("row", "named"),
    [((digest(OPEN), digest(SHUT), "maybe"), "'maybe' is no label"), ((digest(OPEN), "0" * 16, "neutral"), "0" * 16)],
)
def test_a_line_that_says_nothing_is_named(speeches: Path, row: tuple[str, str, str], named: str) -> None:
    with pytest.raises(InputError, match=rf"speeches\.tsv:2: .*{re.escape(named)}"):
        list(labelled_pairs(_file(speeches, row), speeches))


def test_our_file_names_each_pair_once_with_a_label() -> None:
    head, *rows = (line.split("\t") for line in FILE.read_text(encoding="utf-8").splitlines())
    assert head == ["premise", "hypothesis", "label"]
    assert {label for _, _, label in rows} == set(LABELS)
    assert len({(a, b) for a, b, _ in rows}) == len(rows)
    assert all(re.fullmatch(r"[0-9a-f]{16}", name) for a, b, _ in rows for name in (a, b))
