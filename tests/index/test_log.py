"""A write-ahead log that is damaged is told, and one that a kill left is not."""

import fcntl
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from index.errors import StoreError
from index.log import Frames, frames_of
from index.store import Store

Read = Callable[..., Any]
LOCKED_BY_SQLITE = 128  # the byte of the index that each process with an open connection holds a lock on (UNIX_SHM_DMS)
OPENED_TWICE = """
import sys
from pathlib import Path
from index.store import Store
with Store.open(Path(sys.argv[1])) as one, Store.open(Path(sys.argv[1])) as other:
    print("open", flush=True)
    sys.stdin.readline()
"""
COUNTED = """
import os, sys
from pathlib import Path
from index.store import Store
print(len(os.listdir("/proc/self/fd")))
for n in range(5):
    with Store.open(Path(sys.argv[1], str(n))) as one, Store.open(Path(sys.argv[1], str(n))) as other:
        assert one.counts() == other.counts()
print(len(os.listdir("/proc/self/fd")))
"""
KILLED = """
import os, signal, sys
from pathlib import Path
from index.store import Store
with Store.open(Path(sys.argv[1])) as store, store.writer() as writer:
    for n in range(20):
        writer.set_meta(f"key {n}", "value")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def killed(tmp_path: Path) -> Path:
    """A store whose writer was killed after twenty commits, all of them in the log."""
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)
    assert done.returncode == -signal.SIGKILL
    return tmp_path


def log(folder: Path) -> Path:
    return folder / "checker.db-wal"


def test_what_a_kill_left_in_the_log_is_all_there(killed: Path) -> None:
    noted = frames_of(killed / "checker.db")
    assert noted is not None
    assert noted.committed >= 20
    with Store.open(killed) as store:
        assert store.meta("key 19") == "value"
        assert frames_of(killed / "checker.db") == noted


def shortened(whole: bytes) -> bytes:
    return whole[:-1]


def flipped(whole: bytes) -> bytes:
    return whole[: len(whole) // 2] + bytes([whole[len(whole) // 2] ^ 1]) + whole[len(whole) // 2 + 1 :]


def headless(whole: bytes) -> bytes:
    return b"\0" * 32 + whole[32:]


@pytest.mark.parametrize("damage", [shortened, flipped, headless, lambda whole: b""])
def test_commits_that_are_lost_with_a_damaged_log_are_told_once(killed: Path, damage: Callable[[bytes], bytes]) -> None:
    log(killed).write_bytes(damage(log(killed).read_bytes()))
    with pytest.raises(StoreError, match=r"checker.db-wal is damaged: \d+ pages .* are lost, .* run again") as caught:
        Store.open(killed)
    assert "\n" not in str(caught.value)
    with Store.open(killed) as store:
        assert store.integrity() == []
        assert store.meta("key 19") is None


def test_a_log_that_the_database_holds_already_can_be_lost(killed: Path) -> None:
    with Store.open(killed) as store, store.writer():
        pass  # moves all of it into the database
    assert log(killed).stat().st_size == 0
    with Store.open(killed) as store:
        assert store.meta("key 19") == "value"


def test_an_index_of_the_log_that_is_damaged_proves_nothing(killed: Path) -> None:
    index = killed / "checker.db-shm"
    whole = index.read_bytes()
    for place in (0, 16, 40, 64):
        index.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert frames_of(killed / "checker.db") is None
    index.write_bytes(whole[:99])
    assert frames_of(killed / "checker.db") is None
    with Store.open(killed) as store:
        assert store.meta("key 19") == "value"


def test_how_many_frames_are_lost() -> None:
    before = Frames(committed=9, moved=0, salts=(1, 2), written_ns=0)
    assert before.lost(Frames(4, 0, (1, 2))) == 5
    assert before.lost(Frames(0, 0, (0, 0))) == 9
    assert before.lost(Frames(9, 0, (1, 2))) == 0
    assert before.lost(Frames(11, 0, (1, 2))) == 0
    assert before.lost(Frames(3, 0, (2, 7))) == 0  # another log: the old one was moved into the database
    assert before.lost(Frames(0, 0, (0, 0), written_ns=7)) == 0  # the last writer left meanwhile
    assert before.lost(None) == 0
    assert Frames(9, 9, (1, 2)).lost(Frames(4, 0, (1, 2))) == 0


def test_who_opens_beside_a_writer_is_told_nothing(tmp_path: Path, read: Read) -> None:
    with Store.open(tmp_path) as one, one.writer() as w:
        for n in range(5):
            w.put(*read(f"a{n}", "Ruritania left."))
            with Store.open(tmp_path) as other:
                assert other.counts().articles == n + 1


def test_who_looks_at_the_index_keeps_the_locks_on_it(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", OPENED_TWICE, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        with (tmp_path / "checker.db-shm").open("r+b") as index, pytest.raises(BlockingIOError):
            fcntl.lockf(index, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, LOCKED_BY_SQLITE)
        process.communicate("\n")
    assert process.returncode == 0


def test_no_descriptor_is_kept_when_all_connections_are_closed(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", COUNTED, str(tmp_path)], capture_output=True, text=True, check=True)
    before, after = done.stdout.split()
    assert before == after
