"""What all commands share: options, opening the store, and the three ways out: lines, tables, progress."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from index.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from checker.facade import Checker

StoreOption = Annotated[
    Path | None,
    typer.Option("--store", envvar="CHECKER_STORE", help="Folder of the store; default: the user's data folder."),
]
EncoderOption = Annotated[
    str | None,
    typer.Option("--encoder", envvar="CHECKER_ENCODER", help="Another encoder: a hub name, a folder, or 'minilm'."),
]
JudgeOption = Annotated[
    str | None,
    typer.Option("--judge", envvar="CHECKER_JUDGE", help="Another judge: a hub name, a folder, or an URL#MODEL."),
]
ScorerOption = Annotated[
    Path | None,
    typer.Option("--scorer", envvar="CHECKER_SCORER", help="What 'checker calibrate' made for this judge."),
]
ActorsOption = Annotated[list[Path] | None, typer.Option("--actors", help="Registry file (TOML) of your own actors.")]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object a line, for programs.")]


def require_day(option: str, value: str | None) -> None:
    from checker.reading.fields import is_date

    if value is not None and not (len(value) == len("YYYY-MM-DD") and is_date(value)):
        raise UsageError(f"{option} is no day: '{value:.40}'; write YYYY-MM-DD")


def require_some(option: str, count: int) -> None:
    if count < 1:
        raise UsageError(f"{option} must be at least 1, not {count}")


def open_checker(
    store: Path | None,
    encoder: str | None,
    actors: list[Path] | None,
    *,
    create: bool = True,
    judging: bool = False,
    judge: str | None = None,
    scorer: Path | None = None,
) -> "Checker":
    from checker.facade import Checker

    return Checker.open(
        store_folder(store),
        encoder=encoder,
        actors=actors or (),
        create=create,
        judging=judging,
        judge=judge,
        scorer=scorer,
        notify=warn,
    )


def store_folder(store: Path | None) -> Path:
    """The store that is meant: named, or the platform's place for user data."""
    if store is not None:
        return store
    from platformdirs import user_data_path

    return user_data_path("claim-checker")


def print_json(data: dict[str, Any]) -> None:
    from checker.reporting.jsonl import line

    sys.stdout.write(line(data) + "\n")


def console() -> "Console":
    """Tables for people; as wide as the terminal, or as a page where there is none."""
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else 120, highlight=False, markup=False, emoji=False)


def warn(message: str) -> None:
    from checker.reporting.plain import plain

    sys.stderr.write(f"checker: {plain(message)}\n")


@contextmanager
def progress(what: str, unit: str) -> Iterator[Callable[[], None]]:
    """A counter on stderr, where somebody looks at it. It shows after a second: shorter work needs none."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn(what), MofNCompleteColumn(), TextColumn(unit), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda: bar.advance(task)


@contextmanager
def estimate(what: str) -> Iterator[Callable[[int, int], None]]:
    """As :func:`progress`, for work whose amount is known: how much is done and how long the rest takes."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
