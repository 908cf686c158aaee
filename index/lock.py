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
HOLDER_NAME = "checker.lock.json"
DEFAULT_TIMEOUT_S = 10.0


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
    lock = FileLock(str(folder / LOCK_NAME))
    with storage_failures_of(folder):
        try:
            lock.acquire(timeout=max(0.0, timeout), poll_interval=0.05)
        except Timeout:
            who = holder(folder) or "another process"
            raise StoreError(f"{folder} is being written by {who}: wait until it ends, then run again") from None
    try:
        with storage_failures_of(folder):
            _name_holder(folder)
        yield
    finally:
        with suppress(OSError):
            (folder / HOLDER_NAME).unlink()
        lock.release()


def holder(folder: Path) -> Holder | None:
    """Who said last that it writes in ``folder``; None where nobody did, or where the note cannot be read."""
    try:
        data = json.loads((folder / HOLDER_NAME).read_text(encoding="utf-8"))
        return Holder(pid=int(data["pid"]), command=str(data["command"]), since=str(data["since"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _name_holder(folder: Path) -> None:
    # The clock is read for the person who waits; nothing that is stored or reported depends on it.
    now = datetime.now(UTC).isoformat(timespec="seconds")
    note = json.dumps(asdict(Holder(pid=os.getpid(), command=_command(sys.argv), since=now)))
    (folder / HOLDER_NAME).write_text(note + "\n", encoding="utf-8")


def _command(argv: list[str]) -> str:
    """The program and its sub-command (``checker ingest``), without paths and arguments."""
    program = Path(argv[0]).stem if argv and argv[0] not in ("", "-c") else "python"
    words = [word for word in argv[1:2] if re.fullmatch(r"[a-z][a-z-]*", word)]
    return " ".join([program, *words])
