"""Fitting a scorer: what is learned, what is measured, and what is too little to learn from."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from checker.judging.features import NAMES
from checker.judging.fitting import LEAST_OF_A_KIND, Examples, Fitted, fit, joined, operating_point
from checker.judging.scorer import Scorer
from index.errors import InputError
from index.records import Pair, Statement


class _Noisy:
    """Right nine times of ten; the number in the first text decides."""

    fingerprint = "noisy"

    def probabilities(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float64]:
        rows = []
        for pair in pairs:
            number = int("".join(c for c in pair[0] if c.isdigit()))
            p = 0.8 if ("shut" in pair[0] + pair[1]) != (number % 10 == 0) else 0.15
            rows.append((p, (1 - p) / 4, 3 * (1 - p) / 4))
        return np.array(rows).reshape(-1, 3)


def _rows(count: int) -> list[tuple[str, str, bool]]:
    """As many contradictions as others, two of each number."""
    return [
        (f"Gate {number} is open.", f"Gate {number} is {'shut' if contradicts else 'old'}.", contradicts)
        for number in range(count)
        for contradicts in (True, False)
    ]


def _fit(examples: Examples) -> Fitted:
    return fit(examples, judge="noisy", encoder="none")


def _examples(count: int) -> Examples:
    rows = _rows(count)
    pairs = [Pair(Statement.claim(a), Statement.claim(b), 0.5) for a, b, _ in rows]
    return Examples.of(_Noisy(), pairs, [row[2] for row in rows], [row[0] for row in rows])


def test_the_fitted_score_is_the_share_that_contradicts() -> None:
    fitted = _fit(_examples(200))
    scorer = Scorer.from_json(fitted.scorer)
    examples = _examples(200)
    scores = np.array(
        [
            scorer.score({n: None if np.isnan(v) else v for n, v in zip(NAMES, row, strict=True)}, attributed=False)
            for row in examples.table
        ]
    )
    said = examples.table[:, NAMES.index("nli_contradiction")] > 0
    for part in (said, ~said):
        assert scores[part].mean() == pytest.approx(examples.truth[part].mean(), abs=0.03)
    assert fitted.report["pairs"] == {"bare": 400, "attributed": 0, "made": 0}
    assert fitted.report["precision"] == pytest.approx(0.9, abs=0.02)


def test_what_is_never_known_has_no_weight() -> None:
    names = {weight["name"] for weight in _fit(_examples(100)).scorer["weights"]}
    assert "nli_contradiction" in names
    assert not names & {"windows_apart", "days_apart", "demand", "denial", "same_side"}


def test_only_what_does_not_contradict_is_a_false_alarm() -> None:
    examples = _examples(200)
    of_made = replace(examples, made=np.arange(400) >= 200, attributed=np.ones(400, dtype=bool))
    report = _fit(of_made).report
    said = examples.table[200:, NAMES.index("nli_contradiction")] > 0
    assert report["false_alarms_among_made"] == pytest.approx(said[examples.truth[200:] == 0].mean())


def test_the_same_pairs_give_the_same_scorer() -> None:
    assert _fit(_examples(60)) == _fit(_examples(60))


@pytest.mark.parametrize("column", ["nli_contradiction", None])
def test_a_judge_that_is_wrong_throughout_or_says_nothing_gives_no_scorer(column: str | None) -> None:
    examples = _examples(60)
    table = examples.table.copy()
    if column is None:
        table[:] = 1.0
    else:
        table[:, NAMES.index(column)] *= -1
    with pytest.raises(InputError, match="no more contradictory"):
        _fit(replace(examples, table=table))


def test_an_operating_point_is_the_least_score_with_that_precision() -> None:
    scores = np.repeat([0.4, 0.6, 0.8], 20)
    truth = np.concatenate([np.zeros(20), np.tile([0, 1], 10), np.ones(20)]).astype(np.int64)
    assert operating_point(scores, truth, 0.5) == 0.35
    assert operating_point(scores, truth, 0.75) == 0.41  # 30 of 40 from .6 on
    assert operating_point(scores, truth, 0.9) == 0.61
    assert operating_point(scores, 1 - truth, 0.9) == 0.95


def _written(path: Path, rows: Sequence[tuple[str, str, bool]], **more: Any) -> Path:
    labels = {True: "contradiction", False: "neutral"}
    lines = ({"premise": a, "hypothesis": b.replace("shut", "not open"), "label": labels[c]} | more for a, b, c in rows)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def test_a_local_folder_gets_a_scorer_of_its_own(run: Any, judge_folder: Path, tmp_path: Path) -> None:
    pairs = _written(tmp_path / "pairs.jsonl", _rows(LEAST_OF_A_KIND))
    done = run("calibrate", pairs, "--judge", judge_folder, "--out", tmp_path / "scorer.json", "--json")
    assert done.code == 0
    assert done.lines[0]["pairs"]["bare"] == 2 * LEAST_OF_A_KIND
    one = _written(tmp_path / "one.jsonl", _rows(1))
    judged = run("judge", one, "--judge", judge_folder, "--scorer", tmp_path / "scorer.json", "--json")
    assert judged.lines[0]["verdict"] == "contradiction"
    assert "take them as an order" not in judged.err


@pytest.mark.parametrize(
    ("rows", "more", "told"),
    [
        (_rows(10), {}, "20 labelled pairs, 10 of them contradictions: at least 50"),
        ([row for row in _rows(200) if row[2]], {}, "200 labelled pairs, 200 of them contradictions"),
        (_rows(60), {"story": "one"}, "the contradictions belong to 1 groups"),
        ([(a, b, c) if c else ("Gate 0 is open.", b, c) for a, b, c in _rows(60)], {}, "the other pairs belong to 1"),
    ],
)
def test_too_little_to_learn_from_is_said_before_a_model_is_loaded(
    run: Any, tmp_path: Path, rows: Sequence[tuple[str, str, bool]], more: dict[str, str], told: str
) -> None:
    pairs = _written(tmp_path / "pairs.jsonl", rows, **more)
    done = run("calibrate", pairs, "--judge", tmp_path / "no-such-judge", "--out", tmp_path / "scorer.json")
    assert (done.code, done.err.count("\n")) == (3, 1)
    assert told in done.err
    assert not (tmp_path / "scorer.json").exists()


def test_swapped_labels_give_no_scorer(run: Any, tmp_path: Path) -> None:
    pairs = _written(tmp_path / "pairs.jsonl", [(a, b, not c) for a, b, c in _rows(LEAST_OF_A_KIND)])
    done = run("calibrate", pairs, "--out", tmp_path / "scorer.json")
    assert (done.code, done.err.count("\n")) == (3, 1)
    assert "labels are swapped" in done.err
    assert not (tmp_path / "scorer.json").exists()


def test_where_it_is_to_be_written_is_tried_before_anything_is_read(run: Any, tmp_path: Path) -> None:
    absent, pairs = tmp_path / "absent.jsonl", _written(tmp_path / "pairs.jsonl", _rows(1))
    for out, code, told in (
        (".", 2, "'.' is no file"),
        (tmp_path, 2, "is no file"),
        (pairs, 2, "is a file of pairs"),
        (pairs / "scorer.json", 4, "--out"),
    ):
        done = run("calibrate", absent, pairs, "--out", out)
        assert (done.code, done.err.count("\n")) == (code, 1)
        assert told in done.err
    assert pairs.read_text().count("\n") == 2


def test_groups_that_share_a_key_through_others_are_one() -> None:
    found = joined([("a", "1"), ("b", "2"), ("a", "2"), ("c",), ("d", "3"), ("3",)])
    assert found[0] == found[1] == found[2]
    assert found[4] == found[5]
    assert len(set(found)) == 3


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "cannot be read"),
        ('{"premise": "A.", "hypothesis": "B.", "label": "maybe"}\n', "pairs.jsonl:1: 'label' must be one of"),
        ('\n\n{"premise": "A.", "hypothesis": "B."}\n', "pairs.jsonl:3: 'label' must be one of"),
        ('{"premise": "", "hypothesis": "B.", "label": "neutral"}\n', "no 'premise'"),
        ("{\n", "must be whole"),
    ],
)
def test_pairs_that_cannot_be_used_are_named(run: Any, tmp_path: Path, content: str | None, told: str) -> None:
    pairs = tmp_path / "pairs.jsonl"
    if content is not None:
        pairs.write_text(content)
    done = run("calibrate", pairs, "--out", tmp_path / "scorer.json")
    assert (done.code, done.err.count("\n")) == (3, 1)
    assert told in done.err


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "cannot be read"),
        ("{", "is no JSON"),
        ("[" * 9_999, "is no JSON"),
        ("[]", "there is no"),
        ("{}", "there is no"),
    ],
)
def test_a_scorer_that_cannot_be_used_is_named(run: Any, tmp_path: Path, content: str | None, told: str) -> None:
    scorer = tmp_path / "scorer.json"
    if content is not None:
        scorer.write_text(content)
    done = run("judge", _written(tmp_path / "one.jsonl", _rows(1)), "--scorer", scorer)
    assert (done.code, done.err.count("\n")) == (4, 1)
    assert told in done.err
