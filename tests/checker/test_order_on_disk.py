"""Data is safely on disk before its name is, and before anything is acknowledged: read off the system calls of one
ingest and of one nightly run."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from index import failpoints

SEEDS = Path(__file__).parent.parent.parent / "seeds"
SMALL = "import index.vectors; index.vectors.SNAPSHOT_MIN = 2; from checker.cli import main; main()"
CALLS = "openat,write,pwrite64,ftruncate,fsync,fdatasync,rename,renameat,renameat2"
ACKNOWLEDGED = "after commit\\n"  # as strace writes it
SYNCS, WRITES = ("fsync", "fdatasync"), ("write", "pwrite64", "ftruncate")

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")


@dataclass(frozen=True, slots=True)
class Call:
    """A system call that succeeded, on the file at ``path``; ``detail``: what was written, or the new name."""

    name: str
    path: str
    detail: str = ""


def traced(folder: Path, *argv: str | Path) -> list[Call]:
    """The calls of ``checker ARGV`` on the store, the reports and the log of failpoints in ``folder``, in order."""
    log = folder / "calls"
    environment = os.environ | {failpoints.LOG: str(folder / "points"), "CHECKER_THREADS": "1", "OMP_NUM_THREADS": "1"}
    command = ["strace", "-f", "-y", "-s", "80", "-e", f"trace={CALLS}", "-o", str(log), sys.executable, "-c", SMALL]
    store = ["--store", str(folder / "store")]
    done = subprocess.run([*command, *map(str, argv), *store], env=environment, capture_output=True, check=False)
    if b"ptrace" in done.stderr and b"Operation not permitted" in done.stderr:
        pytest.skip("this user may not trace processes")
    assert done.returncode == 0, done.stderr
    return [call for call in _calls(log.read_text(encoding="utf-8")) if call.path.startswith(str(folder))]


def _calls(log: str) -> Iterator[Call]:
    begun: dict[str, str] = {}  # by thread: what another thread's call was written into
    for line in log.splitlines():
        pid, text = re.split(r"\s+", line, maxsplit=1)
        if text.endswith("<unfinished ...>"):
            begun[pid] = text.removesuffix("<unfinished ...>")
            continue
        if resumed := re.match(r"<\.\.\. \w+ resumed>(.*)", text):
            text = begun.pop(pid, "") + resumed[1]
        if not re.search(r"= -1 E[A-Z]+", text):
            yield from _call(text)


def _call(text: str) -> Iterator[Call]:
    name = text.split("(", 1)[0]
    if name.startswith("rename"):
        source, target = re.findall(r'"([^"]*)"', text)
        yield Call("rename", source, target)
    elif name == "openat" and re.search(r"O_CREAT|O_TRUNC", text) and (made := re.search(r'"([^"]*)"', text)):
        yield Call("open", made[1])
    elif (on := re.match(r"\w+\(\d+<([^>]*)>(?:, \"(.*?)\")?", text)) and name in (*SYNCS, *WRITES):
        yield Call(name, on[1], on[2] or "")


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Call]]:
    folder = tmp_path_factory.mktemp("traced")
    return {name: traced(folder, name, *arguments) for name, arguments in (("ingest", [SEEDS]), ("nightly", []))}


@pytest.fixture(params=["ingest", "nightly"])
def calls(request: pytest.FixtureRequest, runs: dict[str, list[Call]]) -> list[Call]:
    found = runs[request.param]
    assert any(call.name == "rename" for call in found)
    return found


def test_what_gets_a_name_was_synced_before_and_its_folder_after(calls: list[Call]) -> None:
    for n, call in enumerate(calls):
        if call.name != "rename":
            continue
        before = [c.name for c in calls[:n] if c.path == call.path]
        assert before, f"nothing wrote {call.path}"
        assert before[-1] in SYNCS, f"{call.path} got its name {call.detail} before its data was synced"
        later = [c for c in calls[n + 1 :] if c.name == "rename" or c.path == str(Path(call.detail).parent)]
        assert later, f"the folder of {call.detail} was never synced"
        assert later[0].name in SYNCS, f"another file got its name before the folder of {call.detail} was synced"


def test_what_is_committed_is_synced_before_it_is_acknowledged(calls: list[Call]) -> None:
    log = [call for call in calls if call.path.endswith("-wal") or call.detail == ACKNOWLEDGED]
    acknowledged = [n for n, call in enumerate(log) if call.detail == ACKNOWLEDGED]
    assert acknowledged
    for n in acknowledged:
        written = [m for m in range(n) if log[m].name in WRITES and log[m].path.endswith("-wal")]
        synced = [m for m in range(n) if log[m].name in SYNCS]
        assert not written or (synced and synced[-1] > written[-1])


def test_the_log_is_emptied_only_when_the_database_holds_what_it_held(calls: list[Call]) -> None:
    for n, call in enumerate(calls):
        if call.name == "ftruncate" and call.path.endswith("-wal"):
            database = [c.name for c in calls[:n] if c.path == call.path.removesuffix("-wal")]
            assert not database or database[-1] in SYNCS


def test_every_sync_and_rename_lies_between_the_points_of_a_step(calls: list[Call]) -> None:
    inside = False
    for call in calls:
        if call.path.endswith("/points") and call.name == "write":
            inside = call.detail.startswith("before ")
        elif call.name in (*SYNCS, "rename"):
            assert inside, f"{call.name} of {call.path} lies between no points"
