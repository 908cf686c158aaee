"""The command that fits scores to a judge."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from checker.cli.doors import EncoderOption, JsonOption, JudgeOption, console, print_json, warn
from index.errors import InputError, UsageError

if TYPE_CHECKING:
    from checker.reading.objects import GivenPair


def register(app: typer.Typer) -> None:
    """Adds the command of this module."""
    app.command()(calibrate)


def calibrate(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="PAIRS...", help="JSON Lines of premise, hypothesis, label; also story, statements."),
    ],
    out: Annotated[Path, typer.Option("--out", help="Where the scorer is written, for --scorer.")],
    judge: JudgeOption = None,
    encoder: EncoderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fit scores and thresholds for a judge on labelled pairs; use them with --judge NAME --scorer FILE."""
    from checker.facade import calibrate as fitted_on
    from checker.judging.fitting import joined
    from index.durable import write_durably

    _require_file(out, files)  # now, not after minutes of judging
    pairs = [pair for path in files for pair in _labelled(path)]
    found = fitted_on(
        [(pair.premise, pair.hypothesis) for pair in pairs],
        [pair.given["label"] == "contradiction" for pair in pairs],
        joined([_keys(pair) for pair in pairs]),
        judge=judge,
        encoder=encoder,
        notify=warn,
    )
    write_durably(out, json.dumps(found.scorer, indent=1) + "\n")
    if as_json:
        print_json({"scorer": str(out), **found.report})
    else:
        for name, value in found.report.items():
            console().print(f"{name}: {json.dumps(value)}", soft_wrap=True)
        console().print(f"written: {out}", soft_wrap=True)


def _require_file(out: Path, files: list[Path]) -> None:
    """
    :raises UsageError: ``out`` is something else than a file, or one of those that are read.
    :raises StoreError: it cannot be written.
    """
    from index.durable import require_writable

    if out.exists() and not out.is_file():
        raise UsageError(f"--out '{out}' is no file: give the name of a file, such as '{out / 'scorer.json'}'")
    if any(out.resolve() == path.resolve() for path in files):
        raise UsageError(f"--out '{out}' is a file of pairs: give the name of another file")
    require_writable(out.parent, option="--out")


def _keys(pair: "GivenPair") -> list[str]:
    """What must not be torn apart: pairs of one story, and pairs of one premise."""
    story, premise = pair.given.get("story"), f"premise: {pair.premise.proposition}"
    return [premise] if story is None else [f"story: {story}", premise]


def _labelled(path: Path) -> "Iterator[GivenPair]":
    """The pairs of a file. Nothing is fitted on a part of it by accident.

    :raises InputError: a line is broken or has no label.
    """
    from checker.judging.nli import LABELS
    from checker.reading import Skipped
    from checker.reading.objects import pairs

    for pair in pairs(path):
        if isinstance(pair, Skipped):
            raise InputError(f"{pair.message}; mend it: a labelled file must be whole", reason=pair.reason)
        if (label := pair.given.get("label")) not in LABELS:
            raise InputError(f"{pair.where}: 'label' must be one of {', '.join(LABELS)}, not {label!r:.40}")
        yield pair
