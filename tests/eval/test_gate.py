"""``eval.gate``: floors hold, are raised and never lowered."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from eval import gate
from eval.gate import Floor, Outcome, better_bound, check, metric_in, read_baseline, sha256_of, update
from index.errors import InputError


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with one file; nothing of the project's own."""
    path = tmp_path / "data" / "own.jsonl"
    path.parent.mkdir()
    path.write_text("corpus\n")
    monkeypatch.setenv("CHECKER_DATA", str(path.parent))
    return path


def floor(corpus: Path, **changes: Any) -> Floor:
    plain = Floor(
        name="accuracy on own",
        measure="pairs",
        on=corpus.name,
        metric="accuracy",
        bound=0.8,
        is_ceiling=False,
        needs="data",
        corpus_sha256=sha256_of(corpus),
    )
    return replace(plain, **changes)


def measures(value: float) -> dict[str, gate.Measure]:
    def constant(path: Path, options: Mapping[str, Any]) -> dict[str, Any]:
        assert path.exists()
        return {"accuracy": value, "content": {"iou50": [0.1, 0.2, value]}}

    return {"pairs": constant}


@pytest.mark.parametrize(
    ("value", "status"), [(0.9, "passed"), (0.8, "passed"), (0.7999, "failed"), (float("nan"), "failed")]
)
def test_a_floor_holds_from_its_value_on(corpus: Path, value: float, status: str) -> None:
    (outcome,) = check([floor(corpus)], measures(value))
    assert outcome.status == status


@pytest.mark.parametrize(("value", "status"), [(0.7, "passed"), (0.8, "passed"), (0.81, "failed")])
def test_a_ceiling_holds_up_to_its_value(corpus: Path, value: float, status: str) -> None:
    (outcome,) = check([floor(corpus, is_ceiling=True)], measures(value))
    assert outcome.status == status


def test_absent_data_is_not_measured_but_an_absent_file_of_ours_fails(corpus: Path) -> None:
    outcomes = list(check([floor(corpus, on="no"), floor(corpus, on="no", needs="project")], measures(1.0)))
    assert [outcome.status for outcome in outcomes] == ["not measured", "failed"]
    assert all(outcome.value is None for outcome in outcomes)


def test_another_version_of_the_data_is_not_measured(corpus: Path) -> None:
    given = floor(corpus)
    corpus.write_text("changed\n")
    (outcome,) = check([given], measures(1.0))
    assert (outcome.status, outcome.value) == ("not measured", None)
    assert "another version" in outcome.why


def test_floors_on_one_corpus_share_a_run_unless_their_options_differ(corpus: Path) -> None:
    runs = []

    def counted(path: Path, options: Mapping[str, Any]) -> dict[str, Any]:
        runs.append(dict(options))
        return {"accuracy": 1.0, "f1": 1.0}

    floors = [floor(corpus), floor(corpus, metric="f1"), floor(corpus, options={"split": "test"})]
    assert [outcome.status for outcome in check(floors, {"pairs": counted})] == ["passed"] * 3
    assert runs == [{}, {"split": "test"}]


def test_a_measure_that_cannot_be_run_has_failed_and_the_next_is_run(corpus: Path) -> None:
    def broken(path: Path, options: Mapping[str, Any]) -> dict[str, Any]:
        raise InputError("the file is broken")

    floors = [floor(corpus), floor(corpus, measure="extraction"), floor(corpus, measure="extraction", metric="f1")]
    outcomes = list(check(floors, {"pairs": broken, "extraction": measures(0.9)["pairs"]}))
    assert [(one.status, one.value) for one in outcomes] == [("failed", None), ("passed", 0.9), ("failed", None)]
    assert outcomes[0].why == "the file is broken"


def test_a_metric_inside_a_list_is_found_by_dots() -> None:
    found = {"content": {"iou50": [0.1, 0.2, 0.3]}, "ndcg@10": 0.5, "ece": None}
    assert metric_in(found, "content.iou50.2") == 0.3
    assert metric_in(found, "ndcg@10") == 0.5
    for unknown in ("content.iou50.3", "f1", "ece", "content.iou50.x"):
        with pytest.raises(InputError):
            metric_in(found, unknown)


@pytest.mark.parametrize(
    ("value", "is_ceiling", "better"),
    [
        (0.9, False, 0.895),
        (0.9004, False, 0.895),
        (0.8059, False, None),  # .8009 floored is .800: no harder
        (0.806, False, 0.801),
        (0.5, False, None),
        (0.7, True, 0.705),
        (0.7001, True, 0.706),
        (0.79, True, 0.795),
        (0.796, True, None),
        (0.9, True, None),
        (None, False, None),
    ],
)
def test_a_better_bound_leaves_a_margin_and_is_never_easier(
    corpus: Path, value: float | None, is_ceiling: bool, better: float | None
) -> None:
    assert better_bound(Outcome(floor(corpus, is_ceiling=is_ceiling), "passed", value)) == better


def entry(**changes: Any) -> dict[str, Any]:
    plain = {
        "name": "a",
        "measure": "pairs",
        "on": "own.jsonl",
        "metric": "accuracy",
        "floor": 0.8,
        "needs": "data",
        "corpus_sha256": "0",
    }
    return {**plain, **changes}


def baseline(folder: Path, *entries: Mapping[str, Any]) -> Path:
    path = folder / "baseline.json"
    path.write_text(json.dumps({"floors": entries}))
    return path


def test_an_update_raises_and_never_lowers(tmp_path: Path) -> None:
    path = baseline(tmp_path, entry(name="up"), entry(name="down"), entry(name="absent"))
    up, down, absent = read_baseline(path)
    changed = update(path, [Outcome(up, "passed", 0.9), Outcome(down, "failed", 0.1), Outcome(absent, "not measured")])
    assert changed == [("up", 0.8, 0.895)]
    assert [one.bound for one in read_baseline(path)] == [0.895, 0.8, 0.8]


@pytest.mark.parametrize(
    "bad",
    [
        {"floor": "high"},
        {"ceiling": 0.9},
        {"needs": "luck"},
        {"measure": "guess"},
    ],
)
def test_a_wrong_floor_is_refused(tmp_path: Path, bad: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="not a baseline"):
        read_baseline(baseline(tmp_path, entry(**bad)))


def test_a_folder_is_named_by_its_files_and_their_contents(tmp_path: Path) -> None:
    (tmp_path / "b").write_text("2")
    (tmp_path / "a").write_text("1")
    hashes = [hashlib.sha256(c.encode()).hexdigest() for c in "12"]
    assert sha256_of(tmp_path) == hashlib.sha256(f"a {hashes[0]}\nb {hashes[1]}\n".encode()).hexdigest()
    before = sha256_of(tmp_path)
    (tmp_path / "a").rename(tmp_path / "c")
    assert sha256_of(tmp_path) != before


def test_the_floors_of_the_project_are_well_formed_and_on_its_present_files() -> None:
    floors = read_baseline(gate.BASELINE)
    assert len({one.name for one in floors}) == len(floors)
    for one in floors:
        if one.needs == "project":
            assert sha256_of(one.path) == one.corpus_sha256, f"{one.on} changed: set its floors anew"
