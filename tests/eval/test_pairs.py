"""``eval.pairs``: from a labelled file to the object of the contract."""

import gzip
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from eval.pairs import load, measure
from index.errors import InputError
from index.records import Probabilities, Statement, Verdict

KEYS = ["accuracy", "macro_f1", "precision", "recall", "f1", "average_precision", "ece", "brier"]


def judge_by_words(pairs: Sequence[tuple[Statement, Statement]]) -> list[Verdict]:
    """Contradiction where one of the two has "not"."""
    found = []
    for premise, hypothesis in pairs:
        clash = ("not" in premise.proposition.split()) != ("not" in hypothesis.proposition.split())
        probabilities = Probabilities(0.8, 0.1, 0.1) if clash else Probabilities(0.1, 0.7, 0.2)
        found.append(Verdict("contradiction" if clash else "compatible", 0.9 if clash else 0.1, probabilities))
    return found


def rows() -> list[dict[str, object]]:
    return [
        {
            "id": "1",
            "premise": "They left.",
            "hypothesis": "They did not leave.",
            "label": "contradiction",
            "type": "negation",
        },
        {"id": "2", "premise": "They left.", "hypothesis": "They stayed.", "label": "contradiction", "type": "antonym"},
        {"id": "3", "premise": "They left.", "hypothesis": "They went.", "label": "entailment", "split": "test"},
        {"id": "4", "premise": "They left.", "hypothesis": "They did not sing.", "label": "neutral", "split": "test"},
    ]


def written(folder: Path, given: Sequence[object], name: str = "own.jsonl") -> Path:
    path = folder / name
    data = "".join(json.dumps(row) + "\n" for row in given).encode()
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


def test_four_pairs_worked_by_hand(tmp_path: Path) -> None:
    (found,) = measure(written(tmp_path, rows(), "own.jsonl.gz"), judge_by_words)
    assert list(found)[:10] == ["set", "n", *KEYS]
    assert [key for key in found if key.endswith("_ci")] == [f"{key}_ci" for key in KEYS]
    assert (found["set"], found["n"]) == ("own", 4)
    assert found["accuracy"] == 0.5  # 1 and 3
    assert (found["precision"], found["recall"], found["f1"]) == (0.5, 0.5, 0.5)
    assert found["brier"] == pytest.approx((0.01 + 0.81 + 0.01 + 0.81) / 4)
    # both bins have two rows, one true: |1 - .2| and |1 - 1.8|
    assert found["ece"] == pytest.approx((0.8 + 0.8) / 4)
    assert (found["verdict_precision"], found["verdict_recall"], found["verdict_rate"]) == (0.5, 0.5, 0.5)


def test_parts_are_told_apart_by_a_key(tmp_path: Path) -> None:
    found = list(measure(written(tmp_path, rows()), judge_by_words, by="type"))
    assert [(one["set"], one["n"], one["accuracy"]) for one in found] == [
        ("own", 4, 0.5),
        ("own/type=None", 2, 0.5),
        ("own/type=antonym", 1, 0.0),
        ("own/type=negation", 1, 1.0),
    ]


def test_a_split_is_measured_alone_with_its_own_labels(tmp_path: Path) -> None:
    (found,) = measure(written(tmp_path, rows()), judge_by_words, split="test")
    # entailment .1 against neutral .1: the first; entailment .7 against neutral .2
    assert (found["n"], found["accuracy"], found["f1"]) == (2, 0.5, None)


def test_a_limit_takes_the_same_rows_in_any_order(tmp_path: Path) -> None:
    many = [{**rows()[0], "id": str(i)} for i in range(50)]
    first = [row.pair.given["id"] for row in load(written(tmp_path, many), limit=10)]
    second = [row.pair.given["id"] for row in load(written(tmp_path, many[::-1]), limit=10)]
    assert len(first) == 10
    assert sorted(map(str, first)) == sorted(map(str, second))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"premise": "A.", "hypothesis": "B.", "label": "maybe"}, "label"),
        ({"premise": "A.", "hypothesis": "B."}, "label"),
        ({"premise": "A.", "label": "neutral"}, "hypothesis"),
        ([], "no object"),
    ],
)
def test_a_labelled_file_with_a_bad_line_is_not_measured(tmp_path: Path, line: object, said: str) -> None:
    with pytest.raises(InputError, match=said):
        load(written(tmp_path, [*rows(), line]))


def test_a_split_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no pairs of split 'dev'"):
        load(written(tmp_path, rows()), split="dev")
