import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from index.errors import StoreError
from index.lock import _command, holder, write_lock

HOLD = """
import sys
from pathlib import Path
from index.lock import write_lock
sys.argv = ["/usr/local/bin/checker", "ingest", "/secret/path"]
with write_lock(Path({folder!r})):
    print("held", flush=True)
    sys.stdin.readline()
"""


def holding(folder: Path) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD.format(folder=str(folder))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_process_waits_and_then_says_who_holds_the_lock(tmp_path: Path) -> None:
    with holding(tmp_path) as other:
        with pytest.raises(StoreError) as caught, write_lock(tmp_path, timeout=0.2):
            pass
        message = str(caught.value)
        assert f"'checker ingest' (process {other.pid}, since 20" in message
        assert "secret" not in message
        other.communicate("go\n")
    with write_lock(tmp_path, timeout=0):
        pass


def test_a_waiting_process_gets_the_lock_when_the_holder_ends(tmp_path: Path) -> None:
    with holding(tmp_path) as other:
        assert other.stdin is not None
        other.stdin.write("go\n")
        other.stdin.flush()
        with write_lock(tmp_path, timeout=30):
            me = holder(tmp_path)
            assert me is not None
            assert me.pid == os.getpid()


def test_a_killed_holder_blocks_nobody(tmp_path: Path) -> None:
    with holding(tmp_path) as other:
        other.kill()
        other.communicate()
    left = holder(tmp_path)
    assert left is not None
    assert left.pid == other.pid
    with write_lock(tmp_path, timeout=0):
        assert holder(tmp_path) != left


def test_the_holder_is_named_only_while_the_lock_is_held(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), write_lock(tmp_path):
        assert json.loads((tmp_path / "checker.lock.json").read_text())["pid"] == os.getpid()
        raise RuntimeError
    assert holder(tmp_path) is None
    with write_lock(tmp_path, timeout=0):
        pass


@pytest.mark.parametrize("note", ["", "{", "[]", '{"pid": "x"}', "\xff"])
def test_a_broken_note_of_the_holder_is_no_holder(tmp_path: Path, note: str) -> None:
    (tmp_path / "checker.lock.json").write_bytes(note.encode("latin-1"))
    assert holder(tmp_path) is None


def test_the_same_process_cannot_write_twice_at_once(tmp_path: Path) -> None:
    with (
        write_lock(tmp_path),
        pytest.raises(StoreError, match=f"process {os.getpid()}"),
        write_lock(tmp_path, timeout=0.1),
    ):
        pass


@pytest.mark.parametrize(
    ("argv", "command"),
    [
        (["/opt/bin/checker", "nightly", "--out", "/home/x"], "checker nightly"),
        (["/opt/bin/checker", "/home/x"], "checker"),
        (["-c"], "python"),
        ([], "python"),
    ],
)
def test_a_command_is_named_without_paths(argv: list[str], command: str) -> None:
    assert _command(argv) == command
