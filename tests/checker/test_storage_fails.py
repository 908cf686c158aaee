"""Full disks, read-only folders, a clock set back, two writers, readers beside a writer: one clear line, nothing lost,
and the same command succeeds when the cause is gone. Models are replaced by plain rules, files and processes are real.
"""

import ast
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from eval.crash.commands import Commands, Done
from eval.crash.facts import facts_of, problems_of, tables_of
from eval.crash.story import Told, tell
from index.encoders import load_encoder
from index.lock import LOCK_NAME, RUN_LOCK_NAME, write_lock
from tests.mounting import needs_mount

ROOT = Path(__file__).parent.parent.parent
CLAIM = "The bridge over the Aar is closed"
PARTS = ("correction", "second nightly")  # the steps of the story that are disturbed: an ingest and a nightly run


@pytest.fixture(scope="module")
def commands() -> Iterator[Commands]:
    with Commands(stand_ins=True) as found:
        yield found


@pytest.fixture(scope="module")
def story(commands: Commands) -> Iterator[dict[str, Told]]:
    """The undisturbed story, in a folder that every user may enter, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield {told.step.name: told for told in tell(commands, folder)}
    shutil.rmtree(folder)


@pytest.fixture(params=PARTS)
def told(request: pytest.FixtureRequest, story: dict[str, Told]) -> Told:
    return story[request.param]


@pytest.fixture
def store(told: Told) -> Iterator[Path]:
    """A copy of the store before the step that is disturbed."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    shutil.copytree(told.before, folder / "store")
    yield folder / "store"
    shutil.rmtree(folder)


def refused(done: Done) -> str:
    """The one line with which a command ended."""
    assert done.code == 4, (done.out, done.err)
    (line,) = done.err.splitlines()
    assert line.startswith("checker: ")
    return line


def nothing_is_lost(store: Path, told: Told) -> None:
    assert tables_of(store) in (told.facts_before.tables, *told.done.stages)
    assert problems_of(store) == []


def succeeds(commands: Commands, store: Path, told: Told) -> None:
    """The same command, and all is as after the undisturbed step."""
    assert commands.run(store, *told.step.argv).code == 0
    assert facts_of(store) == told.facts


@pytest.mark.parametrize("size", [1_000, 4_000, 20_000, 60_000, 150_000, 205_000])
def test_a_file_size_limit_ends_a_command_in_one_line(commands: Commands, store: Path, told: Told, size: int) -> None:
    done = commands.run(store, *told.step.argv, file_size=size)
    if done.code:
        line = refused(done)
        assert "disk is full" in line or "no space" in line
        nothing_is_lost(store, told)
        succeeds(commands, store, told)
    else:
        assert facts_of(store).tables == told.facts.tables


def test_some_of_these_limits_are_met_and_some_are_not(commands: Commands, store: Path, told: Told) -> None:
    assert commands.run(store, *told.step.argv, file_size=4_000).code == 4
    assert commands.run(store, *told.step.argv, file_size=10_000_000).code == 0


def test_a_read_only_folder_is_named(commands: Commands, store: Path, told: Told) -> None:
    modes = {path: path.stat().st_mode for path in [store, *store.rglob("*")]}
    for path in modes:
        path.chmod(0o555 if path.is_dir() else 0o444)
    line = refused(commands.run(store, *told.step.argv, nobody=True))
    assert str(store) in line
    assert "read-only" in line
    for path, mode in modes.items():
        path.chmod(mode)
    assert facts_of(store) == told.facts_before
    succeeds(commands, store, told)


def in_place_of_the_reports(folder: Path, kind: str) -> Path:
    """A path that cannot be a folder for reports."""
    if kind == "read-only":
        folder.mkdir(mode=0o555)
        return folder
    if kind == "in a read-only folder":
        folder.mkdir(mode=0o555)
        return folder / "deep" / "reports"
    folder.write_text("a file where the folder should be")
    return folder if kind == "a file" else folder / "reports"


@pytest.mark.parametrize("kind", ["read-only", "in a read-only folder", "a file", "in a file"])
def test_a_folder_that_cannot_hold_the_reports_is_named_before_anything_is_judged(
    commands: Commands, story: dict[str, Told], kind: str
) -> None:
    told = story["second nightly"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        store = folder / "store"
        shutil.copytree(told.before, store)
        for path in [store, *store.rglob("*")]:
            path.chmod(0o777)
        out = in_place_of_the_reports(folder / "taken", kind)
        line = refused(commands.run(store, "nightly", "--out", out, nobody=True))
        assert f" {out} cannot be " in line
        assert "--out" in line and "--store" not in line
        assert tables_of(store) == told.facts_before.tables
        assert problems_of(store) == []


REMOVED = """
mkdir "$1" && cd "$1" && rmdir "$1" && exec "$2" -m checker nightly --store "$3" --out .
"""


def test_reports_into_a_folder_that_was_removed_are_refused(story: dict[str, Told], tmp_path: Path) -> None:
    told = story["second nightly"]
    shutil.copytree(told.before, tmp_path / "store")
    with closing(sqlite3.connect(tmp_path / "store" / "checker.db")) as connection, connection:  # a stand-in filled it
        connection.execute("UPDATE meta SET value = ? WHERE key = 'fingerprint'", (load_encoder().fingerprint,))
    before = tables_of(tmp_path / "store")
    command = ["sh", "-c", REMOVED, "sh", str(tmp_path / "gone"), sys.executable, str(tmp_path / "store")]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=os.environ | {"PYTHONPATH": str(ROOT)}
    )
    assert (done.returncode, done.stdout) == (4, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("checker: . cannot be opened")
    assert tables_of(tmp_path / "store") == before


def test_a_second_writer_and_a_second_run_are_told_who_is_at_work(
    commands: Commands, story: dict[str, Told], tmp_path: Path
) -> None:
    stores = {name: tmp_path / name for name in PARTS}
    for name, store in stores.items():
        shutil.copytree(story[name].before, store)
    with write_lock(stores["correction"]), write_lock(stores["second nightly"]):
        waiting = [commands.start(stores[name], *story[name].step.argv) for name in PARTS]
        while not (stores["second nightly"] / f"{RUN_LOCK_NAME}.json").exists():
            pass
        second = refused(commands.run(stores["second nightly"], "nightly"))
        lines = [refused(running.end()) for running in waiting]
    assert f"is being compared by 'checker nightly' (process {waiting[1].pid}" in second
    assert all("is being written by" in line and f"(process {os.getpid()}" in line for line in lines)
    for name, store in stores.items():
        assert tables_of(store) == story[name].facts_before.tables
        assert not (store / f"{LOCK_NAME}.json").exists()
        succeeds(commands, store, story[name])


def test_who_reads_beside_a_writer_sees_one_commit_or_another(commands: Commands, store: Path, told: Told) -> None:
    asked = (("query", CLAIM, "--all", "--json"), ("disputes", "--json"))
    before = [commands.run(told.before, *argv).out for argv in asked]
    after = [commands.run(told.after, *argv).out for argv in asked]
    running = commands.start(store, *told.step.argv)
    answers = [commands.run(store, *argv) for _ in range(3) for argv in asked]
    assert running.end().code == 0
    assert [done.code for done in answers] == [0] * len(answers)
    if told.step.name == "second nightly":  # compares and adds no statement: only the disputes may differ
        assert {done.out for done in answers[::2]} == {before[0]}
        assert {done.out for done in answers[1::2]} <= {before[1], after[1]}
    assert facts_of(store) == told.facts
    assert problems_of(store) == []


def test_ingest_and_nightly_at_once_lose_nothing(commands: Commands, story: dict[str, Told], tmp_path: Path) -> None:
    told = story["correction"]
    store = tmp_path / "store"
    shutil.copytree(told.before, store)
    running = [commands.start(store, *argv) for argv in (told.step.argv, ("nightly",))]
    assert [one.end().code for one in running] == [0, 0]
    assert tables_of(store)["statements"] == told.facts.tables["statements"]
    assert problems_of(store) == []
    assert commands.run(store, "nightly").code == 0


FILLED = """
FOLDER="$1" PYTHON="$2"
mount -t tmpfs -o size=1m none "$FOLDER"
checker() { "$PYTHON" -m checker "$@" --store "$FOLDER/store" > /dev/null; echo "$1 $?"; }
checker ingest "$3"
cat /dev/zero > "$FOLDER/filler" 2> /dev/null
checker ingest "$4"
checker nightly
rm "$FOLDER/filler"
checker ingest "$4"
checker nightly
checker doctor
"""


@needs_mount
def test_a_full_file_system_is_called_full(story: dict[str, Told], tmp_path: Path) -> None:
    inputs = [story[name].step.argv[1] for name in ("ingest", "correction")]
    command = ["unshare", "-rm", "sh", "-c", FILLED, "sh", str(tmp_path), sys.executable, *inputs]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == ["ingest 0", "ingest 4", "nightly 4", "ingest 0", "nightly 0", "doctor 0"]
    first, second = done.stderr.splitlines()
    assert first.startswith(f"checker: no space is left for {tmp_path}")
    assert second.startswith(f"checker: no space is left for {tmp_path}")


def test_only_the_name_of_a_lock_s_holder_and_the_log_depend_on_the_clock() -> None:
    """So a clock that is set back changes nothing that is stored or reported: days come from articles."""
    found = set()
    for path in [*ROOT.glob("index/**/*.py"), *ROOT.glob("checker/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in ("now", "utcnow", "today", "time", "time_ns", "ctime"):
                found.add((path.relative_to(ROOT).as_posix(), node.attr))
    assert found == {("index/lock.py", "now"), ("checker/cli/disputes.py", "now")}


@pytest.mark.skipif(shutil.which("faketime") is None, reason="faketime is not installed")
def test_a_clock_that_is_set_back_changes_nothing(story: dict[str, Told], tmp_path: Path) -> None:
    now, then = tmp_path / "now", tmp_path / "then"
    shutil.copytree(story["ingest"].before, now)
    checker = [sys.executable, "-m", "checker"]
    subprocess.run([*checker, *story["ingest"].step.argv, "--store", str(now)], check=True, capture_output=True)
    shutil.copytree(now, then)
    for store, clock in ((now, []), (then, ["faketime", "2001-02-03 04:05:06"])):
        subprocess.run([*clock, *checker, "nightly", "--store", str(store)], check=True, capture_output=True)
    assert facts_of(now) == facts_of(then)
    assert (then / "nightly.log").read_text(encoding="utf-8").startswith("2001-02-03")
