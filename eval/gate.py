"""Holds every floor in ``eval/baseline.json``.

    python -m eval.gate [--update] [--project-only] [--only TEXT] [--json]

Exit code 1 if a measure fell below its floor (or rose above its ceiling), or if a file of the project's own is not the
one that its floor was set on. What needs the data beside the project (CHECKER_DATA) is "not measured" where that data
is absent or another version. ``--update`` raises floors to just below what was measured; it never lowers one, and adds
none.

A floor: ``{"name", "measure", "on", "options"?, "metric", "floor" or "ceiling", "needs": "project"|"data",
"corpus_sha256"}``. ``measure`` is a key of MEASURES, ``on`` a file or folder in ``eval/data/`` (project) or in the data
folder, ``metric`` a key of what is measured, with dots into what is inside (``content.iou50.2``). ``corpus_sha256`` is
that of the file, or of the names and contents of the folder's files.
"""

import argparse
import hashlib
import json
import math
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

from eval.doors import print_json, run, say
from eval.locate import OWN, data_folder
from index.errors import CheckerError, InputError

BASELINE = Path(__file__).parent / "baseline.json"

MARGIN = 0.005
"""``--update`` puts a floor so far below what was measured. Half a point: int8 kernels of another kind of processor may
turn a few pairs around, and a gate must not fall over that."""

Measure: TypeAlias = Callable[[Path, Mapping[str, Any]], Mapping[str, Any]]
Status: TypeAlias = Literal["passed", "failed", "not measured"]


@dataclass(frozen=True, slots=True)
class Floor:
    """One line of the baseline."""

    name: str
    measure: str
    on: str
    metric: str
    bound: float
    is_ceiling: bool
    needs: Literal["project", "data"]
    corpus_sha256: str
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        """Where the measured file or folder lies."""
        return (OWN if self.needs == "project" else data_folder()) / self.on

    def holds(self, value: float) -> bool:
        """Whether ``value`` is on the right side; not a number is on neither."""
        return value <= self.bound if self.is_ceiling else value >= self.bound


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a floor. ``why`` is empty for what was measured."""

    floor: Floor
    status: Status
    value: float | None = None
    why: str = ""

    def to_json(self) -> dict[str, Any]:
        bound = "ceiling" if self.floor.is_ceiling else "floor"
        return {
            "name": self.floor.name,
            "metric": self.floor.metric,
            "measured": self.value,
            bound: self.floor.bound,
            "status": self.status,
            "why": self.why or None,
        }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--update", action="store_true", help="raise floors to just below what was measured")
    parser.add_argument("--project-only", action="store_true", help="only what needs nothing beside the project")
    parser.add_argument("--only", default="", metavar="TEXT", help="only floors with TEXT in their name")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    given = parser.parse_args()
    return run(lambda: _main(given))


def _main(given: argparse.Namespace) -> int:
    floors = [
        floor
        for floor in read_baseline(BASELINE)
        if given.only in floor.name and not (given.project_only and floor.needs == "data")
    ]
    outcomes = list(check(floors, MEASURES))
    print_json(outcome.to_json() for outcome in outcomes) if given.json else print(table(outcomes))
    if given.update:
        for name, old, new in update(BASELINE, outcomes):
            say(f"{name}: {old} -> {new}")
    return 1 if any(outcome.status == "failed" for outcome in outcomes) else 0


def read_baseline(path: Path) -> list[Floor]:
    """The floors of a baseline.

    :raises InputError: it is not JSON, or a floor is not complete.
    """
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))["floors"]
        return [_floor(entry) for entry in entries]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: not a baseline ({error!r}); see eval/gate.py") from error


def check(floors: Sequence[Floor], measures: Mapping[str, Measure]) -> Iterator[Outcome]:
    """Each floor's outcome, in order. Floors on the same measure of the same corpus share one run."""
    known: dict[str, Mapping[str, Any]] = {}
    for floor in floors:
        if not floor.path.exists():
            absent: Status = "failed" if floor.needs == "project" else "not measured"
            yield Outcome(floor, absent, why=f"{floor.on} is absent")
        elif (digest := sha256_of(floor.path)) != floor.corpus_sha256:
            other: Status = "failed" if floor.needs == "project" else "not measured"
            yield Outcome(
                floor, other, why=f"{floor.on} is another version ({digest[:12]}...); set floor and hash anew"
            )
        else:
            yield _measured(floor, measures, known)


def _measured(floor: Floor, measures: Mapping[str, Measure], known: dict[str, Mapping[str, Any]]) -> Outcome:
    """The outcome of a floor whose corpus is there; ``known`` are the runs so far. What cannot be run has failed."""
    key = json.dumps([floor.measure, str(floor.path), dict(sorted(floor.options.items()))])
    try:
        if key not in known:
            say(f"measuring {floor.measure} on {floor.on}")
            known[key] = measures[floor.measure](floor.path, floor.options)
        value = metric_in(known[key], floor.metric)
    except CheckerError as error:
        return Outcome(floor, "failed", why=str(error))
    return Outcome(floor, "passed" if floor.holds(value) else "failed", value)


def metric_in(found: Mapping[str, Any], metric: str) -> float:
    """``content.iou50.2`` -> ``found["content"]["iou50"][2]``.

    :raises InputError: there is no such number.
    """
    value: Any = found
    try:
        for part in metric.split("."):
            value = value[int(part)] if isinstance(value, list | tuple) else value[part]
        return float(value)
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise InputError(f"no metric {metric!r} among {', '.join(found)}") from error


def update(path: Path, outcomes: Sequence[Outcome]) -> list[tuple[str, float, float]]:
    """Writes the better bounds into the baseline; (name, old, new) of those that changed. None gets easier."""
    baseline = json.loads(path.read_text(encoding="utf-8"))
    changes = []
    better = {outcome.floor.name: bound for outcome in outcomes if (bound := better_bound(outcome)) is not None}
    for entry in baseline["floors"]:
        if entry["name"] in better:
            kind = "ceiling" if "ceiling" in entry else "floor"
            changes.append((entry["name"], entry[kind], better[entry["name"]]))
            entry[kind] = better[entry["name"]]
    if changes:
        path.write_text(json.dumps(baseline, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return changes


def better_bound(outcome: Outcome) -> float | None:
    """The bound, to 3 decimals, that what was measured just holds with MARGIN; None if that is no harder."""
    if outcome.value is None:
        return None
    if outcome.floor.is_ceiling:
        ceiling = math.ceil(round((outcome.value + MARGIN) * 1_000, 6)) / 1_000
        return ceiling if ceiling < outcome.floor.bound else None
    floor = math.floor(round((outcome.value - MARGIN) * 1_000, 6)) / 1_000
    return floor if floor > outcome.floor.bound else None


def sha256_of(path: Path) -> str:
    """Of a file: its bytes. Of a folder: its files' names and hashes, in order of name."""
    if path.is_file():
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    parts = [f"{one.name} {sha256_of(one)}\n" for one in sorted(path.iterdir()) if one.is_file()]
    return hashlib.sha256("".join(parts).encode()).hexdigest()


def table(outcomes: Sequence[Outcome]) -> str:
    """One line a floor: name, metric, measured, floor, outcome."""
    rows = [("name", "metric", "measured", "floor", "")]
    for one in outcomes:
        value = "-" if one.value is None else f"{one.value:.4f}"
        bound = f"{'<=' if one.floor.is_ceiling else '>='} {one.floor.bound:g}"
        rows.append(
            (one.floor.name, one.floor.metric, value, bound, f"{one.status}{': ' + one.why if one.why else ''}")
        )
    widths = [max(len(row[i]) for row in rows) for i in range(4)]
    lines = [
        "  ".join([*(cell.ljust(w) for cell, w in zip(row, widths, strict=False)), row[4]]).rstrip() for row in rows
    ]
    return "\n".join(lines)


def _floor(entry: Mapping[str, Any]) -> Floor:
    is_ceiling = "ceiling" in entry
    if is_ceiling == ("floor" in entry):
        raise ValueError(f"{entry['name']}: needs a floor or a ceiling")
    if entry["needs"] not in ("project", "data") or entry["measure"] not in MEASURES:
        raise ValueError(f"{entry['name']}: unknown 'needs' or 'measure'")
    return Floor(
        name=entry["name"],
        measure=entry["measure"],
        on=entry["on"],
        metric=entry["metric"],
        bound=float(entry["ceiling" if is_ceiling else "floor"]),
        is_ceiling=is_ceiling,
        needs=entry["needs"],
        corpus_sha256=entry["corpus_sha256"],
        options=entry.get("options", {}),
    )


def _pairs(path: Path, options: Mapping[str, Any]) -> Mapping[str, Any]:
    from eval.pairs import installed_judge, measure

    return next(measure(path, installed_judge(), **options))


def _political(_path: Path, options: Mapping[str, Any]) -> Mapping[str, Any]:
    """``found.TYPE`` and ``alarms.TYPE``: shares called a contradiction; the rest as ``eval.political`` has it."""
    from eval.pairs import installed_judge
    from eval.political import measure

    *types, whole = measure("test", options.get("neighbours", 0), installed_judge())
    shares: dict[str, dict[str, float]] = {"contradiction": {}, "none": {}}
    for one in types:
        shares[one["wanted"]][one["type"]] = one["found"]
    return {**whole, "found": shares["contradiction"], "alarms": shares["none"]}


def _int8_loss(path: Path, options: Mapping[str, Any]) -> Mapping[str, Any]:
    from eval.int8_loss import measure

    return measure(path, **options)


def _retrieval(path: Path, options: Mapping[str, Any]) -> Mapping[str, Any]:
    from eval.retrieval import load, measure, system_named

    system = system_named(options.get("system", "checker"))
    return measure(load(path, options.get("qrels")), system, limit=options.get("limit"))


def _extraction(path: Path, options: Mapping[str, Any]) -> Mapping[str, Any]:
    from eval.extraction import installed_extraction, measure

    return measure(path, installed_extraction(), **options)


def _attribution(path: Path, options: Mapping[str, Any]) -> Mapping[str, Any]:
    from eval.attribution import installed_extraction, score, summary

    split = options.get("split", "tune")
    return summary(split, list(score(path, installed_extraction(path), split)))


MEASURES: Mapping[str, Measure] = {
    "pairs": _pairs,
    "political": _political,
    "int8_loss": _int8_loss,
    "retrieval": _retrieval,
    "extraction": _extraction,
    "attribution": _attribution,
}
"""What a floor can be on. A new one is a function here and its name in the baseline."""


if __name__ == "__main__":
    sys.exit(main())
