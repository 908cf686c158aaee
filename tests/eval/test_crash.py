"""The short form of ``python -m eval.crash``: processes that are killed, and random work against a model."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from eval.crash import machine
from eval.crash.campaign import kill_often
from eval.crash.commands import Commands
from eval.crash.damage import damage_all
from eval.crash.story import Told, tell

ROOT = Path(__file__).parent.parent.parent
KILLS = 20
OPERATIONS = 150
DAMAGES = 2  # of each file, and as many bytes


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Told, ...]]:
    with Commands() as commands:
        yield tell(commands, tmp_path_factory.mktemp("story"))


def test_nothing_that_was_acknowledged_is_lost_and_the_report_is_that_of_an_undisturbed_run() -> None:
    figures, _ = kill_often(KILLS)
    assert [line for one in figures for line in one.told] == []
    assert sum(one.at_points + one.at_moments for one in figures) >= KILLS
    assert all(one.at_points for one in figures)


def test_the_product_does_what_its_model_does() -> None:
    assert machine.run_many(OPERATIONS).total() >= OPERATIONS


def test_no_damaged_file_goes_unnoticed_or_ends_in_a_traceback() -> None:
    found = damage_all(DAMAGES)
    assert {"checker.db", "checker.db-wal", "checker.db-shm", "vectors.faiss", "vectors.json"} <= found.keys()
    assert [(file, counts) for file, counts in found.items() if counts["traceback"] or counts["silent"]] == []
    assert found["checker.db-wal"]["refused"] and found["vectors.faiss"]["mended"]


def written(*names: str) -> list[str]:
    return [step for name in names for step in (f"fsync {name}.new", f"rename {name}", "fsync folder")]


COMMIT = ["commit", "checkpoint"]
CHECKED = written("vectors.checked.json")
SNAPSHOT = written("vectors.faiss", "vectors.json") + CHECKED
# Where there was one, the manifest comes first, and vouches for either.
NEXT_SNAPSHOT = ["fsync vectors.faiss.new", *written("vectors.json"), *written("vectors.faiss")[1:], *CHECKED]
# In a copy of a store, as the story goes on with, a snapshot is read whole once.
STEPS = {
    "ingest": [
        "migration 1",
        "migration 2",
        "migration 3",
        "write-ahead log",
        *written("checker.db"),
        *["commit"] * 4,
        *SNAPSHOT,
        "checkpoint",
    ],
    "nightly": [
        *("fsync folder", *COMMIT, *CHECKED, *COMMIT * 2),
        *written("nightly-0001.jsonl", "nightly-0001.md"),
        *COMMIT,
    ],
    "correction": [*["commit"] * 4, *CHECKED, *NEXT_SNAPSHOT, "checkpoint"],
    "delete": COMMIT,
    "second nightly": [
        *(COMMIT + CHECKED + COMMIT),
        *written("nightly-0002.jsonl", "nightly-0002.md"),
        *COMMIT,
    ],
}


def test_these_are_all_the_steps_of_ingest_correction_delete_and_nightly(story: tuple[Told, ...]) -> None:
    for told in story:
        steps = [point.removeprefix("before ") for point in told.done.points if point.startswith("before ")]
        assert steps == STEPS[told.step.name], told.step.name
        points = Counter(point.split(" ", 1)[0] for point in told.done.points)
        assert points["before"] == points["after"]


def test_nothing_syncs_renames_or_commits_but_through_a_step() -> None:
    """So that no point can be forgotten. What lies in the cache of the models is no part of a store."""
    elsewhere = {"index/encoders/export.py", "checker/judging/endpoint.py"}
    found = set()
    for path in [*ROOT.glob("index/**/*.py"), *ROOT.glob("checker/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _makes_durable(node):
                found.add(path.relative_to(ROOT).as_posix())
    assert found - elsewhere == {"index/durable.py"}


def _makes_durable(call: ast.Call) -> bool:
    """``os.fsync(x)``, ``os.replace(x, y)``, ``path.rename(x)`` or ``path.replace(x)``: texts replace two by two."""
    if not isinstance(call.func, ast.Attribute):
        return False
    name = call.func.attr
    on_os = isinstance(call.func.value, ast.Name) and call.func.value.id in ("os", "shutil")
    if on_os:
        return name in ("fsync", "fdatasync", "replace", "rename", "renames", "move")
    return name in ("replace", "rename") and len(call.args) == 1
