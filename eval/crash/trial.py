"""One trial: a step of the story is killed, the store is looked at, and the step is run again to its end."""

import random
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from eval.crash.commands import Commands, Done
from eval.crash.facts import Tables, facts_of, problems_of, tables_of
from eval.crash.story import Told

NIGHTLY = ("nightly",)
FaultKind: TypeAlias = Literal["lost", "altered", "unsound", "report", "command"]
FAULTS: tuple[FaultKind, ...] = ("lost", "altered", "unsound", "report", "command")
"""Acknowledged and gone; stored otherwise than undisturbed (twice, half, left over); refused by the doctor or by a
rebuild; another report; a command that did not do its work."""


@dataclass(frozen=True, slots=True)
class Kill:
    """When a step dies: at a failpoint (``"after commit:2"``), or at moments, each a share of the time that it takes.
    More than one moment: what goes on after the first kill is killed again."""

    point: str | None = None
    moments: tuple[float, ...] = ()

    def __str__(self) -> str:
        return self.point or "at " + ", then at ".join(f"{moment:.3f}" for moment in self.moments)


@dataclass(slots=True)
class Outcome:
    """What became of a trial. ``kills``: how often a process was killed at work; ``faults``: what was wrong."""

    kills: int = 0
    faults: list[tuple[FaultKind, str]] = field(default_factory=list)


def at_points(told: Told) -> Iterator[Kill]:
    """A kill at each point that an undisturbed step passes."""
    seen: dict[str, int] = {}
    for point in told.done.points:
        seen[point] = seen.get(point, 0) + 1
        yield Kill(point=f"{point}:{seen[point]}")


def at_moments(random_: random.Random, times: int) -> Kill:
    """A kill at a random moment, and ``times - 1`` more in what goes on after it."""
    return Kill(moments=tuple(random_.random() for _ in range(times)))


class Trials:
    """Trials of one story. ``folder`` is for the stores that are killed."""

    def __init__(self, commands: Commands, story: Sequence[Told], folder: Path) -> None:
        self._commands = commands
        self._reports = {told.step.name: self._reports_after(told, folder / "told") for told in story}
        self._store = folder / "killed"

    def run(self, told: Told, kill: Kill) -> Outcome:
        """Kills, looks, goes on, and compares with the story."""
        _copy(told.before, self._store)
        outcome = Outcome()
        held = 0
        for moment in kill.moments or (None,):
            done = self._killed(told, kill.point, moment)
            held = self._look(told, done, held, outcome)
            if not done.killed or self._is_whole(told, held):
                break
        if kill.point is not None and not done.killed:
            outcome.faults.append(("command", f"it never came to '{kill.point}'"))
        if done.killed and not self._is_whole(told, held):
            self._go_on(told, outcome)
        self._compare(told, outcome)
        return outcome

    def _killed(self, told: Told, point: str | None, moment: float | None) -> Done:
        running = self._commands.start(self._store, *told.step.argv, kill=point)
        if moment is not None:
            time.sleep(moment * told.lasts_s)
            running.kill()
        return running.end()

    def _look(self, told: Told, done: Done, before: int, outcome: Outcome) -> int:
        """How many commits of the undisturbed step the store holds; ``before``: as of an earlier kill.

        It must hold all that the process knew to be committed, and at most the one more that it was committing.
        """
        outcome.kills += done.killed
        outcome.faults += [("unsound", problem) for problem in problems_of(self._store)]
        tables = tables_of(self._store)
        held = [n for n, stage in enumerate(_stages(told)) if stage == tables]
        if not held:
            outcome.faults.append(("altered", "the store holds what it never holds in an undisturbed run"))
            return before
        # A process that goes on commits again what was there, so only the first can be counted by.
        least, most = (before, len(_stages(told))) if before else (done.commits, done.commits + 1)
        if held[-1] < least:
            outcome.faults.append(("lost", f"the store holds {held[-1]} commits of {least} acknowledged"))
        if held[0] > most:
            outcome.faults.append(("altered", f"the store holds {held[0]} commits of {most} that were made"))
        return max(before, held[0])

    @staticmethod
    def _is_whole(told: Told, held: int) -> bool:
        """Whether the night was over when it was killed: to run it again would begin the next one."""
        return told.step.argv == NIGHTLY and held == told.done.commits

    def _go_on(self, told: Told, outcome: Outcome) -> None:
        done = self._commands.run(self._store, *told.step.argv)
        if done.code not in told.step.ends_with:
            outcome.faults.append(("command", f"run again, it ended with {done.code}: {done.err.strip()}"))

    def _compare(self, told: Told, outcome: Outcome) -> None:
        """Everything stored is as after the undisturbed step, and so are the reports, also those of the next night."""
        facts = facts_of(self._store)
        outcome.faults += [("unsound", problem) for problem in problems_of(self._store)]
        if facts.tables != told.facts.tables:
            names = [n for n in told.facts.tables | facts.tables if facts.tables.get(n) != told.facts.tables.get(n)]
            outcome.faults.append(("altered", f"these tables are not as undisturbed: {', '.join(names)}"))
        if facts.files != told.facts.files:
            outcome.faults.append(("altered", f"files too many or too few: {sorted(facts.files ^ told.facts.files)}"))
        if self._reports_after(told, self._store, copied=True) != self._reports[told.step.name]:
            outcome.faults.append(("report", "the reports are not those of an undisturbed run"))

    def _reports_after(self, told: Told, store: Path, *, copied: bool = False) -> dict[str, bytes]:
        """The reports of ``store``, with that of a night after the step where this was none.

        ``copied``: the step was done there; otherwise what the undisturbed step left is copied there.
        """
        if not copied:
            _copy(told.after, store)
        if told.step.argv != NIGHTLY:
            self._commands.run(store, *NIGHTLY)
        return facts_of(store).reports


def _stages(told: Told) -> Sequence[Tables]:
    """What the store holds before the step, and after each of its commits."""
    return (told.facts_before.tables, *told.done.stages)


def _copy(store: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(store, target)
