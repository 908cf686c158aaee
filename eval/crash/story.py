"""A few days of a newsroom in invented states: what comes in, is corrected, is withdrawn, and is compared."""

import json
import shutil
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from eval.crash.commands import Commands, Done
from eval.crash.facts import Facts, facts_of
from index.errors import CheckerError

_LEAVES = "“Norland is withdrawing its troops from the border,” said Norland’s foreign minister Ana Berg."
_STAYS = "“Norland is not withdrawing its troops from the border,” said Sudland’s president Ivo Kern."
_GREW = "“Norland has sent ten more battalions to the border,” said Westland’s defence minister Pia Holm."
_BRIDGE = "“Sudland destroyed the bridge over the Aar,” said Norland’s foreign minister Ana Berg."
_NO_BRIDGE = "“Sudland did not destroy the bridge over the Aar,” said Sudland’s president Ivo Kern."
_TALKS = "“The talks in Zenda ended in an agreement,” said Westland’s prime minister Max Lund."
_NO_TALKS = "“The talks in Zenda ended without an agreement,” said Sudland’s foreign minister Eva Roth."

FIRST = [
    {"id": "a", "date": "2031-05-04", "text": _LEAVES},
    {"id": "b", "date": "2031-05-05", "text": f"{_STAYS} {_BRIDGE}"},
    {"id": "c", "date": "2031-05-05", "text": _NO_BRIDGE, "url": "https://example.org/c"},
    {"id": "d", "date": "2031-05-05", "text": _TALKS},
    {"id": "e", "date": "2031-05-05", "text": _LEAVES.replace("border", "frontier")},
]
SECOND = [
    {"id": "b", "date": "2031-05-05", "text": _STAYS},  # a correction: one statement stands, one is gone
    {"id": "f", "date": "2031-05-06", "text": _GREW},
    {"id": "d", "date": "2031-05-05", "text": _TALKS.replace("ended in", "will end in")},  # a correction of all of it
    {"id": "g", "date": "2031-05-06", "text": _NO_TALKS},
    {"id": "c2", "date": "2031-05-06", "text": _NO_BRIDGE, "url": "https://example.org/c"},  # c, moved
]


@dataclass(frozen=True, slots=True)
class Step:
    """A command of the story."""

    name: str
    argv: tuple[str, ...]
    ends_with: tuple[int, ...] = (0,)  # what it may end with where it is run again after a kill


@dataclass(frozen=True, slots=True)
class Told:
    """An undisturbed step: the store before and after it, what both hold, how the command ended, how long it took."""

    step: Step
    before: Path
    after: Path
    facts_before: Facts
    facts: Facts
    done: Done
    lasts_s: float


def steps(folder: Path) -> tuple[Step, ...]:
    """The story; its input is written into ``folder``."""
    for name, articles in (("first", FIRST), ("second", SECOND)):
        write_articles(folder / f"{name}.jsonl", articles)
    return (
        Step("ingest", ("ingest", str(folder / "first.jsonl"))),
        Step("nightly", ("nightly",)),
        Step("correction", ("ingest", str(folder / "second.jsonl"))),
        Step("delete", ("delete", "c2"), ends_with=(0, 3)),  # 3: it was withdrawn before the kill
        Step("second nightly", ("nightly",)),
    )


def tell(commands: Commands, folder: Path) -> tuple[Told, ...]:
    """Runs the story undisturbed; the store as it is after each step stays in ``folder``.

    :raises CheckerError: a step does not end with 0.
    """
    before = folder / "0"
    before.mkdir()
    commands.run(before, "prepare")  # what is kept of the models' files is kept before the story begins
    told = []
    for number, step in enumerate(steps(folder), start=1):
        after = folder / str(number)
        shutil.copytree(before, after)
        began = time.monotonic()
        done = commands.run(after, *step.argv, stages=True)
        lasts = time.monotonic() - began
        if done.code:
            raise CheckerError(f"checker {' '.join(step.argv)} ended with {done.code}: {done.err}")
        told.append(Told(step, before, after, facts_of(before), facts_of(after), done, lasts))
        before = after
    return tuple(told)


def write_articles(path: Path, articles: Iterable[dict[str, str]]) -> None:
    """One article a line, as ``checker ingest`` takes them."""
    path.write_text("".join(json.dumps(article) + "\n" for article in articles), encoding="utf-8")
