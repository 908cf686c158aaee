"""``python -m eval.crash``: kills, random operations, damaged files; exit code 1 where anything was lost or wrong."""

import argparse
import sys
import time
from collections.abc import Sequence

from eval.crash import machine
from eval.crash.campaign import Figures, kill_often
from eval.crash.damage import RESULTS, damage_all
from eval.crash.trial import FAULTS
from eval.doors import print_json, run, say

KILLS = 300
OPERATIONS = 10_000
DAMAGES = 20
_TOLD_EVERY = 20
_COLUMNS = ("step", "points", "kills_at_points", "kills_at_moments", *FAULTS)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=KILLS, help="how many processes to kill at work")
    parser.add_argument("--operations", type=int, default=OPERATIONS, help="how many steps of the state machine")
    parser.add_argument("--damages", type=int, default=DAMAGES, help="how often to cut each file, and to flip a byte")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    return run(lambda: _all(given.kills, given.operations, given.damages, given.seed, as_json=given.json))


def _all(kills: int, operations: int, damages: int, seed: int, *, as_json: bool) -> int:
    figures, seconds = kill_often(kills, seed=seed, progress=_tell) if kills else ([], 0.0)
    faults = [line for one in figures for line in one.told]
    if as_json:
        print_json([*(one.to_json() for one in figures), {"seconds": seconds}])
    elif figures:
        _print_table(figures, seconds)
    if operations:
        began = time.monotonic()
        counts = machine.run_many(operations, progress=lambda done: say(f"{done} operations"))
        by_kind = dict(sorted(counts.items()))
        print_json([{"operations": counts.total(), **by_kind, "seconds": time.monotonic() - began}])
    for file, results in damage_all(damages, seed=seed).items():
        print_json([{"file": file, **{result: results[result] for result in RESULTS}}])
        faults += [f"{file}: {result}" for result in ("traceback", "silent") if results[result]]
    for line in faults:
        say(f"fault: {line}")
    return 1 if faults else 0


def _tell(done: int) -> None:
    if done % _TOLD_EVERY == 0:
        say(f"{done} killed")


def _print_table(figures: Sequence[Figures], seconds: float) -> None:
    rows = [one.to_json() for one in figures]
    total: dict[str, object] = {name: sum(int(str(row[name])) for row in rows) for name in _COLUMNS[1:]}
    header: dict[str, object] = {name: name.replace("_", " ") for name in _COLUMNS}
    for row in (header, *rows, {"step": "all", **total}):
        print(f"{row['step']!s:<14}", *(f"{row[name]!s:>{len(name)}}" for name in _COLUMNS[1:]), sep="  ")
    print(f"{seconds:.0f} s")


if __name__ == "__main__":
    sys.exit(main())
