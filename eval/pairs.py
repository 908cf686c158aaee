"""How well pairs are judged: accuracy, contradiction, calibration, with 95% bootstrap intervals.

    python -m eval.pairs FILE... [--split NAME] [--by KEY] [--limit N] [--json]

FILE: labelled pairs as docs/formats.md gives them. One object a file (and with ``--by type`` one more for each type).
The label is the likeliest of those that the file uses, by ``probabilities``; average precision, ECE and Brier are those
of ``score`` against "is a contradiction"; ``verdict_precision``, ``verdict_recall`` and ``verdict_rate`` are those of
the verdict ``contradiction``, at the operating point in force.
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from checker.reading import Skipped
from checker.reading.objects import GivenPair, pairs
from eval.doors import print_json, print_table, run, say
from eval.metrics import LABELS, METRICS, Judged, choose, ece_if_calibrated, intervals, labels_present, measured
from index.errors import InputError
from index.records import Statement, Verdict, digest

Judge: TypeAlias = Callable[[Sequence[tuple[Statement, Statement]]], Sequence[Verdict]]

BATCH = 2_048  # pairs a call: enough to sort by length, few enough to tell how far we are


@dataclass(frozen=True, slots=True)
class LabelledPair:
    """A pair and its label, a column of LABELS."""

    pair: GivenPair
    label: int


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--split", help="only rows with this 'split'")
    parser.add_argument("--by", metavar="KEY", help="also apart for each value of this key, such as 'type'")
    parser.add_argument("--limit", type=int, help="measure on so many rows, chosen by a hash of their id")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    given = parser.parse_args()
    return run(lambda: _main(given))


def _main(given: argparse.Namespace) -> None:
    judge = installed_judge()
    show = print_json if given.json else print_table
    for path in given.files:
        show(measure(path, judge, split=given.split, by=given.by, limit=given.limit))


def installed_judge() -> Judge:
    """The judge that ``checker judge`` uses."""
    from checker.facade import Checker

    return Checker.open(None, notify=say).judge


def measure(
    path: Path, judge: Judge, *, split: str | None = None, by: str | None = None, limit: int | None = None
) -> Iterator[dict[str, Any]]:
    """The metrics of one file, then of each value of ``by`` in it, in order of name.

    :raises InputError: the file cannot be used: nothing is measured on a part of it by accident.
    """
    rows = load(path, split=split, limit=limit)
    verdicts = judged_in_batches([(row.pair.premise, row.pair.hypothesis) for row in rows], judge)
    name = path.name.removesuffix(".gz").removesuffix(".jsonl")
    # The labels of the whole file are the choice also for its parts: a part of one label is not a one-way task.
    allowed = labels_present(np.array([row.label for row in rows]))
    yield summary(name, rows, verdicts, allowed)
    if by is None:
        return
    groups: dict[str, list[int]] = defaultdict(list)
    for position, row in enumerate(rows):
        groups[str(row.pair.given.get(by))].append(position)
    for value in sorted(groups):
        where = groups[value]
        yield summary(f"{name}/{by}={value}", [rows[i] for i in where], [verdicts[i] for i in where], allowed)


def load(path: Path, *, split: str | None = None, limit: int | None = None) -> list[LabelledPair]:
    """The labelled pairs of a file, in its order.

    :raises InputError: a line is broken or has no label; or no row is left.
    """
    rows = []
    for pair in pairs(path):
        if isinstance(pair, Skipped):
            raise InputError(f"{pair.message}; a labelled file must be whole", reason=pair.reason)
        if split is not None and pair.given.get("split") != split:
            continue
        label = pair.given.get("label")
        if label not in LABELS:
            raise InputError(f"{pair.where}: 'label' must be one of {', '.join(LABELS)}, not {label!r:.40}")
        rows.append(LabelledPair(pair, LABELS.index(label)))
    if not rows:
        raise InputError(f"{path}: no pairs{f' of split {split!r}' if split else ''}; nothing to measure")
    if limit is not None and limit < len(rows):
        keys = sorted((digest(str(row.pair.given.get("id", i))), i) for i, row in enumerate(rows))
        rows = [rows[i] for i in sorted(i for _, i in keys[:limit])]
    return rows


def judged_in_batches(sides: Sequence[tuple[Statement, Statement]], judge: Judge) -> list[Verdict]:
    """The verdict on each pair."""
    verdicts: list[Verdict] = []
    for start in range(0, len(sides), BATCH):
        verdicts.extend(judge(sides[start : start + BATCH]))
        if len(sides) > BATCH:
            say(f"{len(verdicts):,} of {len(sides):,} pairs judged")
    return verdicts


def summary(name: str, rows: Sequence[LabelledPair], verdicts: Sequence[Verdict], allowed: list[int]) -> dict[str, Any]:
    """The object of docs/formats.md for these rows."""
    probabilities = np.array([[getattr(v.probabilities, label) for label in LABELS] for v in verdicts])
    judged = Judged(
        gold=np.array([row.label for row in rows], dtype=np.int64),
        predicted=choose(probabilities, allowed),
        scores=np.array([v.score for v in verdicts]),
    )
    values, between = measured(judged), intervals(judged)
    flagged = np.array([v.kind == "contradiction" for v in verdicts])
    right = int((flagged & (judged.truth == 1)).sum())
    has = judged.has_contradictions
    return {
        "set": name,
        "n": len(rows),
        **values,
        "ece_if_calibrated": ece_if_calibrated(judged.scores) if has else None,
        "verdict_precision": right / int(flagged.sum()) if has and flagged.any() else None,
        "verdict_recall": right / int(judged.truth.sum()) if has else None,
        "verdict_rate": float(flagged.mean()),
        **{f"{metric}_ci": between[metric] for metric in METRICS},
    }


if __name__ == "__main__":
    sys.exit(main())
