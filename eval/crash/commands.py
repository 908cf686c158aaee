"""``checker`` commands as processes of their own, started by a resident one."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from eval.crash.facts import Tables
from index import failpoints
from index.environment import cache_folder


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended. ``code`` is minus the signal that killed it; ``points``: the failpoints that it reached."""

    code: int
    out: str
    err: str
    points: tuple[str, ...]
    stages: tuple[Tables, ...]  # what the store held after each commit, where that was asked for

    @property
    def killed(self) -> bool:
        return self.code == -signal.SIGKILL

    @property
    def commits(self) -> int:
        """How many of its commits it knew to be done."""
        return self.points.count("after commit")


class Commands:
    """Starts commands. Use as a context manager: on leaving, the resident process ends."""

    def __init__(self, *, stand_ins: bool = False) -> None:
        """:param stand_ins: plain rules in the place of the models."""
        self._files = tempfile.TemporaryDirectory()
        self._folder = Path(self._files.name)
        self._folder.chmod(0o777)
        self._count = 0
        environment = os.environ | {
            "CHECKER_CACHE": str(self._own_cache()),
            "CHECKER_THREADS": "1",  # a forked process has none of the threads that its parent had
            "OMP_NUM_THREADS": "1",
            "TOKENIZERS_PARALLELISM": "false",
        }
        self._server = subprocess.Popen(
            [sys.executable, "-m", "eval.crash.server", *(["stand-ins"] if stand_ins else [])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
            cwd=Path(__file__).parent.parent.parent,
        )

    def _own_cache(self) -> Path:
        """The models' files for these commands alone: what another process notes in the cache is seen by no trial."""
        own = self._folder / "cache"
        if cache_folder().exists():
            shutil.copytree(cache_folder(), own, ignore=shutil.ignore_patterns("*.checked.json", "*.lock"))
        return own

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.communicate()
        self._files.cleanup()

    def start(
        self,
        store: Path,
        *argv: str | Path,
        kill: str | None = None,
        file_size: int | None = None,
        nobody: bool = False,
        stages: bool = False,
    ) -> "Running":
        """Starts ``checker ARGV`` on ``store``.

        :param kill: the failpoint at which it dies, with the number of the hit: ``"after commit:2"``.
        :param file_size: bytes that a file may grow to; more looks like a full disk.
        :param nobody: as a user who owns nothing, where this process may choose.
        :param stages: keep what the store holds after each commit.
        """
        self._count += 1
        place = self._folder / str(self._count)
        log = place.with_suffix(".points")
        environment = {"CHECKER_STORE": str(store), failpoints.LOG: str(log)}
        if kill is not None:
            environment[failpoints.KILL] = kill
        for suffix in (".out", ".err"):  # some die before they open a file of their own
            place.with_suffix(suffix).touch()
        request = {
            "argv": [str(word) for word in argv],
            "environment": environment,
            "output": str(place.with_suffix(".out")),
            "errors": str(place.with_suffix(".err")),
            "limits": {"file_size": file_size, "nobody": nobody},
            "stages": str(place.with_suffix(".stages")) if stages else None,
        }
        return Running(self, place, self.ask(request))

    def run(
        self,
        store: Path,
        *argv: str | Path,
        kill: str | None = None,
        file_size: int | None = None,
        nobody: bool = False,
        stages: bool = False,
    ) -> Done:
        """As :meth:`start`, and waits until it ends."""
        return self.start(store, *argv, kill=kill, file_size=file_size, nobody=nobody, stages=stages).end()

    def ask(self, request: Mapping[str, object]) -> int:
        """What the resident process answers."""
        if self._server.stdin is None or self._server.stdout is None:
            raise RuntimeError("the resident process was started without pipes")
        self._server.stdin.write(json.dumps(request) + "\n")
        self._server.stdin.flush()
        return int(self._server.stdout.readline())


@dataclass(frozen=True, slots=True)
class Running:
    """A command at work."""

    commands: Commands
    place: Path
    pid: int

    def kill(self) -> None:
        """``kill -9``. Harmless where it has ended: nobody else gets its number before :meth:`end`."""
        os.kill(self.pid, signal.SIGKILL)

    def end(self) -> Done:
        """Waits until it ends."""
        status = self.commands.ask({"wait": self.pid})
        out, err, points = (self.place.with_suffix(suffix) for suffix in (".out", ".err", ".points"))
        stages = self.place.with_suffix(".stages")
        return Done(
            code=os.waitstatus_to_exitcode(status),
            out=out.read_text(encoding="utf-8"),
            err=err.read_text(encoding="utf-8"),
            points=tuple(_lines(points)),
            stages=tuple(json.loads(line) for line in _lines(stages)),
        )


def _lines(path: Path) -> list[str]:
    """None where a command came to nothing that writes the file."""
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []
