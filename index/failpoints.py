"""Points at which a process can be made to die, so that tests can show that nothing is lost. Inert unless asked for.

Every fsync, rename and commit on the store and the reports is a :func:`step`, with one point before and one after it.

- ``CHECKER_FAILPOINT="after commit:2"`` kills the process (SIGKILL) when it reaches that point for the second time.
- ``CHECKER_FAILPOINT_LOG=FILE`` adds the name of each point that is reached to the file, a line each.
"""

import os
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

KILL = "CHECKER_FAILPOINT"
LOG = "CHECKER_FAILPOINT_LOG"

_reached: Counter[str] = Counter()


@contextmanager
def step(name: str) -> Iterator[None]:
    """What is done inside lies between the points ``before NAME`` and ``after NAME``."""
    _reach(f"before {name}")
    yield
    _reach(f"after {name}")


def _reach(point: str) -> None:
    if log := os.environ.get(LOG):
        _note(log, point)
    if wanted := os.environ.get(KILL):
        _reached[point] += 1
        if wanted == f"{point}:{_reached[point]}":
            os.kill(os.getpid(), signal.SIGKILL)


def _note(log: str, point: str) -> None:
    descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(descriptor, f"{point}\n".encode())  # one call, unbuffered: it outlives the process
    finally:
        os.close(descriptor)
