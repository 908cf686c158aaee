"""Whether SQLite's write-ahead log still holds all that was committed to it.

SQLite takes a log up to the first frame that is damaged, and says nothing of those behind it: what was committed in
them is gone. How many there were stands in the index of the log (``-shm``), which outlives a process that was killed
and is only made anew by the next one: so it is read before a database is opened, and again after.
"""

import os
import sqlite3
import struct
import threading
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_HEADER = struct.Struct("=3I2BH2I2I2I2I")  # twice the same, in the byte order of this machine (SQLite's walformat)
_BACKFILLED = struct.Struct("=I")  # after both
_VERSION = 3_007_000
_NO_SALTS = (0, 0)  # of a log that is empty, or whose own header is damaged


class Connection(sqlite3.Connection):
    """A connection to a database that :func:`frames_of` may look at.

    POSIX takes every lock that a process holds on a file when it closes any descriptor of that file
    (https://sqlite.org/howtocorrupt.html, 2.2). Without SQLite's lock on the index of the log, the next program to open
    the database takes it for abandoned and makes it anew under our feet. So descriptors of such files are kept until
    this process has no open connection.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        with _lock:
            _open.add(self)
        super().__init__(*args, **options)

    def close(self) -> None:
        super().close()
        with _lock:
            _open.discard(self)
            if not _open:
                while _kept:
                    os.close(_kept.popitem()[1])


_lock = threading.Lock()
_open: weakref.WeakSet[Connection] = weakref.WeakSet()
_kept: dict[tuple[int, int], int] = {}  # by device and inode


@dataclass(frozen=True, slots=True)
class Frames:
    """How many frames are committed in a log, how many of them the database holds already, and which log it is; and
    when the database itself was written last (``st_mtime_ns``)."""

    committed: int
    moved: int
    salts: tuple[int, int]
    written_ns: int = 0

    def lost(self, now: "Frames | None") -> int:
        """How many of them are gone, where ``now`` is what the log was found to hold after this."""
        if now is None or self.moved >= self.committed or now.salts not in (self.salts, _NO_SALTS):
            return 0
        if now.written_ns != self.written_ns:  # meanwhile somebody moved frames into the database
            return 0
        return max(0, self.committed - now.committed)


def frames_of(database: Path) -> Frames | None:
    """What the index of the log says; None where there is none, or where it is being written or damaged: it proves
    nothing then, and nothing is lost by that."""
    try:
        written_ns = database.stat().st_mtime_ns
        data = _start_of(database.with_name(f"{database.name}-shm"), 2 * _HEADER.size + _BACKFILLED.size)
    except OSError:
        return None
    if len(data) < 2 * _HEADER.size + _BACKFILLED.size or data[: _HEADER.size] != data[_HEADER.size : 2 * _HEADER.size]:
        return None
    version, _, _, ready, _, _, committed, _, _, _, *salts, one, other = _HEADER.unpack_from(data)
    if version != _VERSION or not ready or (one, other) != _checksum(data[: _HEADER.size - 8]):
        return None
    (moved,) = _BACKFILLED.unpack_from(data, 2 * _HEADER.size)
    return Frames(committed, moved, (salts[0], salts[1]), written_ns)


def _start_of(path: Path, size: int) -> bytes:
    with _lock:
        status = path.stat()
        descriptor = _kept.get((status.st_dev, status.st_ino))
        if descriptor is None:
            descriptor = os.open(path, os.O_RDONLY)
            status = os.fstat(descriptor)  # another file may have taken the name since
            _kept[status.st_dev, status.st_ino] = descriptor
        return os.pread(descriptor, size, 0)


def _checksum(data: bytes) -> tuple[int, int]:
    """As SQLite sums up the header."""
    one = other = 0
    for first, second in struct.iter_unpack("=2I", data):
        one = (one + first + other) & 0xFFFFFFFF
        other = (other + second + one) & 0xFFFFFFFF
    return one, other
