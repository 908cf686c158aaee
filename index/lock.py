"""One writer at a time: a lock that the operating system drops when its holder dies, and who holds it.

The lock is ``checker.lock``. Beside it, ``checker.lock.json`` names the holder for those who wait; it proves nothing,
and one that a killed process left behind blocks nobody.
"""

import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import StoreError
from index.failure import storage_failures_of

LOCK_NAME = "checker.lock"
RUN_LOCK_NAME = "nightly.lock"
HOLDER_NAME = f"{LOCK_NAME}.json"
DEFAULT_TIMEOUT_S = 10.0
_LOOK_S = 0.5


@dataclass(frozen=True, slots=True)
class Holder:
    """Who writes: process id, command, and the moment it began (ISO 8601, UTC)."""

    pid: int
    command: str
    since: str

    def __str__(self) -> str:
        return f"'{self.command}' (process {self.pid}, since {self.since})"


@contextmanager
def write_lock(folder: Path, *, timeout: float = DEFAULT_TIMEOUT_S) -> Iterator[None]:
    """Holds the right to write in ``folder``; waits up to ``timeout`` seconds for whoever has it.

    :raises StoreError: somebody else still holds it, or the folder cannot be written.
    """
    with _held(folder, LOCK_NAME, "is being written by", timeout):
        yield


@contextmanager
def run_lock(folder: Path) -> Iterator[None]:
    """Holds the right to a nightly run over ``folder``, beside which others may write. Waits only for who looks whether
    there is a run (:func:`running`), which takes no time.

    :raises StoreError: a run is under way, or the folder cannot be written.
    """
    with _held(folder, RUN_LOCK_NAME, "is being compared by", _LOOK_S):
        yield


def running(folder: Path) -> str | None:
    """Who is at a nightly run over ``folder`` now: "process 12, since ..."; None where nobody is, whatever a killed one
    left behind. Who may not touch the lock is told what its holder noted."""
    path = folder / RUN_LOCK_NAME
    who = holder(folder, RUN_LOCK_NAME)
    name = None if who is None else f"process {who.pid}, since {who.since}"
    if not path.exists():
        return None
    try:
        with FileLock(str(path), timeout=0):
            return None
    except Timeout:
        return name or "another process"
    except OSError:
        return name


@contextmanager
def _held(folder: Path, name: str, what: str, timeout: float) -> Iterator[None]:
    lock = FileLock(str(folder / name))
    note = folder / f"{name}.json"
    with storage_failures_of(folder):
        try:
            lock.acquire(timeout=max(0.0, timeout), poll_interval=0.05)
        except Timeout:
            who = holder(folder, name) or "another process"
            raise StoreError(f"{folder} {what} {who}: wait until it ends, then run again") from None
    try:
        with storage_failures_of(folder):
            _name_holder(note)
        yield
    finally:
        with suppress(OSError):
            note.unlink()
        lock.release()


def holder(folder: Path, name: str = LOCK_NAME) -> Holder | None:
    """Who said last that it holds that lock; None where nobody did, or where the note cannot be read."""
    try:
        data = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        return Holder(pid=int(data["pid"]), command=str(data["command"]), since=str(data["since"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _name_holder(note: Path) -> None:
    # The clock is read for the person who waits; nothing that is stored or reported depends on it.
    now = datetime.now(UTC).isoformat(timespec="seconds")
    who = Holder(pid=os.getpid(), command=_command(sys.argv), since=now)
    note.write_text(json.dumps(asdict(who)) + "\n", encoding="utf-8")


def _command(argv: list[str]) -> str:
    """The program and its sub-command (``checker ingest``), without paths and arguments."""
    program = Path(argv[0]).stem if argv and argv[0] not in ("", "-c") else "python"
    words = [word for word in argv[1:2] if re.fullmatch(r"[a-z][a-z-]*", word)]
    return " ".join([program, *words])
