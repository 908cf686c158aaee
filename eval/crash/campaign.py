"""Many trials over one story, and what came of them."""

import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from eval.crash.commands import Commands
from eval.crash.story import Told, tell
from eval.crash.trial import FAULTS, Kill, Trials, at_moments, at_points

_POINTS = 0.7  # share of the kills that are at points, where there are not enough for all points
_TWICE = 3  # of so many trials at moments one kills also what goes on after the first kill


@dataclass(slots=True)
class Figures:
    """What came of the trials of one step. ``faults``: by kind; ``told``: one line for each."""

    step: str
    points: int
    at_points: int = 0
    at_moments: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, object]:
        return {
            "step": self.step,
            "points": self.points,
            "kills_at_points": self.at_points,
            "kills_at_moments": self.at_moments,
            **{kind: self.faults[kind] for kind in FAULTS},
        }


def kill_often(
    kills: int, *, seed: int = 1, progress: Callable[[int], None] = lambda done: None
) -> tuple[list[Figures], float]:
    """At least so many kills: at every point, and the rest at random moments. Also how many seconds it took.

    :raises CheckerError: the story cannot be told even undisturbed.
    """
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name, Commands() as commands:
        folder = Path(name)
        (folder / "trials").mkdir()
        story = tell(commands, folder)
        trials = Trials(commands, story, folder / "trials")
        figures = {told.step.name: Figures(told.step.name, len(told.done.points)) for told in story}
        done = 0
        for told, kill in _plan(story, kills, random.Random(seed)):
            outcome = trials.run(told, kill)
            _count(figures[told.step.name], kill, outcome.kills, outcome.faults)
            done += outcome.kills
            progress(done)
            if done >= kills:
                break
    return list(figures.values()), time.monotonic() - began


def _plan(story: Sequence[Told], kills: int, random_: random.Random) -> Iterator[tuple[Told, Kill]]:
    """First points, all or evenly spread; then moments, each step in turn, without end."""
    points = [(told, kill) for told in story for kill in at_points(told)]
    wanted = len(points) if kills > len(points) else round(kills * _POINTS)
    yield from (points[n * len(points) // wanted] for n in range(wanted))
    count = 0
    while True:
        for told in story:
            count += 1
            yield told, at_moments(random_, 1 if count % _TWICE else 2)


def _count(figures: Figures, kill: Kill, kills: int, faults: Sequence[tuple[str, str]]) -> None:
    if kill.point is not None:
        figures.at_points += kills
    else:
        figures.at_moments += kills
    figures.faults.update(kind for kind, _ in faults)
    figures.told += [f"{figures.step}, killed {kill}: {kind}: {text}" for kind, text in faults]
