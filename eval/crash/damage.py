"""Every file of a store cut short or with a flipped byte: told and mended from the truth, or refused with what to do.

The store is one whose last command was killed, so that the log of the database holds what is committed. Each damaged
copy is asked, compared and examined; models are replaced by plain rules.
"""

import contextlib
import io
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias
from unittest.mock import patch

import checker.facade
import checker.health
from checker.cli import main
from checker.cli.disputes import REPORTS_NAME
from eval.crash.commands import Commands
from eval.crash.stand_ins import NotJudge, WordEncoder
from eval.crash.story import tell

Result: TypeAlias = Literal["harmless", "mended", "refused", "traceback", "silent"]
RESULTS: tuple[Result, ...] = ("harmless", "mended", "refused", "traceback", "silent")
"""All as if undamaged; told, and sound after a rebuild; told with what to do; a traceback; wrong and not told."""

_CLAIM = "The bridge over the Aar was destroyed"
_ADVICE = ("ingest", "restore", "rebuild", "built again", "open it", "move it away", "run again")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command said."""

    code: int
    out: str
    err: str

    @property
    def crashed(self) -> bool:
        return self.code not in (0, 4) or "Traceback" in self.err or (self.code == 4 and not self.out + self.err)


@dataclass(frozen=True, slots=True)
class Looked:
    """What is seen of a store: a query, the next nightly run with its report, and what the doctor says."""

    query: Answer
    nightly: Answer
    report: bytes
    doctor: Answer


def damage_all(times: int, *, seed: int = 1) -> dict[str, Counter[Result]]:
    """Cuts and flips each file so many times each; the results by file name."""
    with tempfile.TemporaryDirectory() as name, _stand_ins():
        folder = Path(name)
        store = _killed_store(folder)
        sound = _look(store, folder / "copy")
        random_ = random.Random(seed)
        files = sorted(path.relative_to(store) for path in store.rglob("*") if path.is_file())
        return {
            str(file): Counter(
                _result(store, folder / "copy", file, damage, sound)
                for damage in _damages((store / file).read_bytes(), times, random_)
            )
            for file in files
            if file.parts[0] != REPORTS_NAME  # for people: no command reads them again
        }


def _killed_store(folder: Path) -> Path:
    with Commands(stand_ins=True) as commands:
        story = tell(commands, folder)
        told = next(told for told in story if told.step.name == "correction")
        store = folder / "store"
        shutil.copytree(told.before, store)
        commands.run(store, *told.step.argv, kill=f"after commit:{told.done.commits}")
    return store


@contextlib.contextmanager
def _stand_ins() -> Iterator[None]:
    with (
        patch.object(checker.facade, "load_encoder", lambda *_, **__: WordEncoder()),
        patch.object(checker.health, "load_encoder", lambda *_, **__: WordEncoder()),
        patch.object(checker.health, "_model_problems", lambda _: []),
        patch.object(checker.facade, "_loaded_judge", lambda *_: NotJudge()),
        patch.object(checker.facade, "_fitting", lambda judge, *_: judge),
    ):
        yield


def _damages(whole: bytes, times: int, random_: random.Random) -> Iterator[bytes]:
    """The file cut short at ``times`` places, and with one of its bytes altered. An empty one stays as it is."""
    for _ in range(times if whole else 0):
        yield whole[: random_.randrange(len(whole))]
    for _ in range(times if whole else 0):
        place = random_.randrange(len(whole))
        yield whole[:place] + bytes([whole[place] ^ random_.randrange(1, 256)]) + whole[place + 1 :]


def _result(store: Path, copy: Path, file: Path, damaged: bytes, sound: Looked) -> Result:
    def spoil(folder: Path) -> None:
        (folder / file).write_bytes(damaged)

    seen = _look(store, copy, spoil)
    if any(answer.crashed for answer in (seen.query, seen.nightly, seen.doctor)):
        return "traceback"
    told = any(answer.code == 4 or answer.err for answer in (seen.query, seen.nightly, seen.doctor))
    same = (seen.query.out, seen.report) == (sound.query.out, sound.report)
    if not told:
        return "harmless" if same else "silent"
    _copy(store, copy, spoil)
    _checker(copy, "doctor", "--rebuild")
    if _checker(copy, "doctor").code == 0 and _checker(copy, "query", _CLAIM, "--all", "--json").out == sound.query.out:
        return "mended"
    advised = any(word in answer.out + answer.err for answer in (seen.query, seen.doctor) for word in _ADVICE)
    return "refused" if advised else "silent"


def _look(store: Path, copy: Path, spoil: Callable[[Path], None] = lambda folder: None) -> Looked:
    """Each command on a copy of its own: to open a store can mend it."""
    _copy(store, copy, spoil)
    query = _checker(copy, "query", _CLAIM, "--all", "--json")
    _copy(store, copy, spoil)
    nightly = _checker(copy, "nightly")
    reports = sorted((copy / REPORTS_NAME).glob("nightly-*.jsonl"))
    report = reports[-1].read_bytes() if reports else b""
    _copy(store, copy, spoil)
    return Looked(query, nightly, report, _checker(copy, "doctor"))


def _copy(store: Path, copy: Path, spoil: Callable[[Path], None]) -> None:
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(store, copy)
    spoil(copy)


def _checker(store: Path, *argv: str) -> Answer:
    """A command, in this process: thousands of new ones would take an hour."""
    out, err = io.StringIO(), io.StringIO()
    arguments: list[Any] = ["checker", *argv, "--store", str(store)]
    with patch.object(sys, "argv", arguments), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main()
        except SystemExit as error:
            code = int(error.code or 0)
        except Exception as error:
            return Answer(1, out.getvalue(), f"Traceback: {error!r}")
    return Answer(code, out.getvalue(), err.getvalue())
