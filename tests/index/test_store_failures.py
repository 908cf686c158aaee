"""A full disk, a read-only medium, a killed writer: in processes of their own, on real files."""

import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from index.errors import StoreError
from index.store import Store
from tests.mounting import needs_mount

Read = Callable[..., Any]

# What each child process begins with: an article of n sentences, and what became of the attempt on one line.
PRELUDE = """
import os, resource, signal, sys
from pathlib import Path
import numpy as np
import index.integrity
import index.schema
from index.errors import StoreError
from index.records import Article, Statement
from index.store import Store

def put(writer, id, sentences):
    text = ".".join(f"{id} {n}" for n in range(sentences))
    statements = [
        Statement(id, "", None, (), (), (), ((n, n + 1),), text[n : n + 1], f"{id} {n}") for n in range(sentences)
    ]
    return writer.put(Article(id, text), statements, np.ones((sentences, 64), np.float32))

index.schema.migrations()  # read now: some children give up the right to read our own files
folder = Path(sys.argv[1])
try:
"""
POSTLUDE = """
except StoreError as exc:
    print("refused:", exc)
else:
    print("done")
"""


def child(folder: Path, body: str, *, before: list[str] | None = None) -> "subprocess.CompletedProcess[str]":
    lines = "\n".join("    " + line for line in body.strip().splitlines())
    command = [*(before or []), sys.executable, "-c", PRELUDE + lines + POSTLUDE, str(folder)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_a_full_disk_stops_a_batch_in_one_line_and_keeps_what_was_committed(tmp_path: Path) -> None:
    result = child(
        tmp_path,
        """
with Store.open(folder) as store, store.writer() as writer:
    put(writer, "first", 10)
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
    with writer.transaction():
        for n in range(100):
            put(writer, f"batch {n}", 20)
""",
    )
    assert result.stderr == ""
    assert result.stdout.startswith(f"refused: {tmp_path / 'checker.db'} cannot be")
    assert "disk is full" in result.stdout
    with Store.open(tmp_path) as store:
        assert store.article_ids() == ["first"]
        assert store.counts().statements == 10
        assert store.integrity() == []
        with store.writer() as w:
            assert w.delete("first").statements_removed == 10


def test_a_caught_failure_does_not_let_half_a_transaction_through(tmp_path: Path) -> None:
    result = child(
        tmp_path,
        """
with Store.open(folder) as store, store.writer() as writer:
    put(writer, "first", 10)
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
    with writer.transaction():
        for n in range(100):
            try:
                put(writer, f"batch {n}", 20)
            except StoreError:
                resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
""",
    )
    assert result.stderr == ""
    assert result.stdout.startswith("refused:")
    with Store.open(tmp_path) as store:
        assert store.article_ids() == ["first"]
        assert store.integrity() == []


def test_no_space_for_a_new_store_leaves_no_store(tmp_path: Path) -> None:
    result = child(
        tmp_path,
        """
resource.setrlimit(resource.RLIMIT_FSIZE, (8_000, 8_000))
Store.open(folder)
""",
    )
    assert result.stderr == ""
    assert result.stdout.startswith("refused:")
    assert "disk is full" in result.stdout
    assert [path.name for path in tmp_path.iterdir() if "db" in path.name] == []


@needs_mount
def test_a_full_file_system_is_called_full(tmp_path: Path) -> None:
    mounted = ["unshare", "-rm", "sh", "-c", f"mount -t tmpfs -o size=1m none '{tmp_path}' && exec \"$@\"", "sh"]
    result = child(
        tmp_path,
        """
with Store.open(folder) as store:
    with store.writer() as writer:
        put(writer, "first", 10)
    try:
        with store.writer() as writer:
            put(writer, "second", 5000)
    except StoreError as exc:
        print(exc)
    print(store.article_ids(), store.integrity())
""",
        before=mounted,
    )
    assert result.stderr == ""
    assert "no space is left for" in result.stdout
    assert result.stdout.endswith("['first'] []\ndone\n")


@needs_mount
def test_a_read_only_file_system_can_be_read_and_not_written(tmp_path: Path, read: Read) -> None:
    with Store.open(tmp_path) as store, store.writer() as w:
        w.put(*read("a", "Ruritania left."))
    for name in ("checker.db-wal", "checker.db-shm"):
        (tmp_path / name).unlink()
    mount = f"mount --bind '{tmp_path}' '{tmp_path}' && mount -o remount,bind,ro '{tmp_path}' && exec \"$@\""
    result = child(
        tmp_path,
        """
with Store.open(folder) as store:
    print(store.article_ids(), [s.content for _, s in store.statements_of("a")], store.integrity())
    with store.writer():
        pass
""",
        before=["unshare", "-rm", "sh", "-c", mount, "sh"],
    )
    assert result.stderr == ""
    assert result.stdout.startswith("['a'] ['Ruritania left.'] []\nrefused:")
    assert "read-only" in result.stdout


def as_nobody(body: str) -> str:
    """The root of a container may write anywhere: then the child gives up its rights first."""
    return "if os.getuid() == 0: os.setuid(65534)\n" + body


READ_AND_WRITE = as_nobody(
    """
with Store.open(folder) as store:
    print(store.article_ids())
    with store.writer():
        pass
"""
)


@pytest.mark.parametrize("left", [[], ["checker.db-wal", "checker.db-shm"]])
def test_a_read_only_folder_can_be_read_and_not_written(open_folder: Path, read: Read, left: list[str]) -> None:
    with Store.open(open_folder) as store, store.writer() as w:
        w.put(*read("a", "Ruritania left."))
    for path in open_folder.iterdir():
        if path.name != "checker.db" and path.name not in left:
            path.unlink()
        else:
            path.chmod(0o444)
    open_folder.chmod(0o555)
    result = child(open_folder, READ_AND_WRITE)
    assert result.stderr == ""
    assert result.stdout == (
        f"['a']\nrefused: {open_folder} cannot be written: it is read-only; give another folder with --store\n"
    )


def test_a_store_that_nobody_may_make_is_refused(open_folder: Path) -> None:
    open_folder.chmod(0o555)
    result = child(open_folder / "below", as_nobody("Store.open(folder)"))
    assert result.stderr == ""
    assert result.stdout.startswith(f"refused: {open_folder / 'below' / 'checker.db'} cannot be written")


def test_a_store_that_nobody_may_read_is_refused(open_folder: Path, read: Read) -> None:
    with Store.open(open_folder) as store, store.writer() as w:
        w.put(*read("a", "Ruritania left."))
    (open_folder / "checker.db").chmod(0)
    result = child(open_folder, READ_AND_WRITE)
    assert result.stderr == ""
    assert result.stdout.startswith(f"refused: {open_folder / 'checker.db'} cannot be opened")


def test_changes_left_in_the_log_of_a_read_only_store_are_not_overlooked(open_folder: Path) -> None:
    killed = child(open_folder, KILLED_AFTER_COMMIT)
    assert killed.returncode == -signal.SIGKILL
    (open_folder / "checker.db-shm").unlink()
    for path in open_folder.iterdir():
        path.chmod(0o444)
    open_folder.chmod(0o555)
    result = child(open_folder, READ_AND_WRITE)
    assert result.stderr == ""
    assert "has changes left in checker.db-wal" in result.stdout


KILLED_AFTER_COMMIT = """
with Store.open(folder) as store, store.writer() as writer:
    put(writer, "kept", 10)
    os.kill(os.getpid(), signal.SIGKILL)
"""
KILLED_BEFORE_COMMIT = """
with Store.open(folder) as store, store.writer() as writer:
    put(writer, "kept", 10)
    with writer.transaction():
        put(writer, "lost", 3000)
        os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("body", [KILLED_AFTER_COMMIT, KILLED_BEFORE_COMMIT])
@pytest.mark.parametrize("left", [True, False])
def test_what_was_committed_survives_a_kill_and_nothing_else_does(tmp_path: Path, body: str, left: bool) -> None:
    assert child(tmp_path, body).returncode == -signal.SIGKILL
    assert (tmp_path / "checker.db-wal").stat().st_size > 0
    if not left:
        (tmp_path / "checker.db-shm").unlink()
    with Store.open(tmp_path) as store:
        assert store.article_ids() == ["kept"]
        assert store.integrity() == []
        with store.writer(timeout=0) as w:
            assert w.delete("kept").statements_removed == 10


def test_a_second_writer_is_told_who_writes_and_a_reader_is_not_held_up(tmp_path: Path) -> None:
    waiting = """
with Store.open(folder) as store, store.writer() as writer:
    put(writer, "before", 1)
    with writer.transaction():
        put(writer, "during", 1)
        print("writing", flush=True)
        sys.stdin.readline()
"""
    lines = "\n".join("    " + line for line in waiting.strip().splitlines())
    with subprocess.Popen(
        [sys.executable, "-c", PRELUDE + lines + POSTLUDE, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "writing\n"
        with Store.open(tmp_path) as store:
            assert store.article_ids() == ["before"]
            assert store.integrity() == []
            with pytest.raises(StoreError, match=f"process {other.pid}"), store.writer(timeout=0.2):
                pass
            assert other.communicate("go\n")[0] == "done\n"
            assert store.article_ids() == ["before", "during"]
            with store.writer(timeout=0) as w:
                assert w.delete("during").statements_removed == 1


def test_a_checkpoint_that_a_reader_holds_up_loses_nothing(tmp_path: Path, read: Read) -> None:
    with Store.open(tmp_path) as reader, Store.open(tmp_path) as store:
        with reader.snapshot():
            assert reader.last_seq == 0
            with store.writer() as w:
                w.put(*read("a", "Ruritania left."))
            assert (tmp_path / "checker.db-wal").stat().st_size > 0
            assert reader.last_seq == 0
        with store.writer():
            pass
        assert (tmp_path / "checker.db-wal").stat().st_size == 0
        assert reader.last_seq == 1
