"""What a night costs: the same new statements against few and against many stored ones, and a night without any.

    python -m eval.nightly STORE [--stored 10000 100000] [--new 1000] [--json]

STORE: a store to take articles from, with their statements and vectors as they are; it is only read. The new ones are
the last articles in it, the stored ones are spread evenly over those before, and count as compared. For each size one
object: seconds of wall and of processor time, pairs judged, and peak memory of this process so far; then seconds and
pairs of the run after it, which has nothing new.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from checker import Checker
from checker.nightly import Nightly, Report
from eval.bench import peak_mb
from eval.doors import print_json, print_table, run, say
from index.errors import InputError
from index.store import DIMENSION, ENCODER, FINGERPRINT, Store
from index.verdicts import Run, VerdictReader, VerdictWriter


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("store", type=Path, metavar="STORE")
    parser.add_argument("--stored", type=int, nargs="+", default=[10_000, 100_000], metavar="N")
    parser.add_argument("--new", type=int, default=1_000, metavar="N")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    given = parser.parse_args()
    show = print_json if given.json else print_table
    return run(lambda: show(measure(given.store, given.stored, given.new)))


def measure(source: Path, sizes: Sequence[int], new: int) -> Iterator[dict[str, Any]]:
    """One object a size; ``ratio``: processor time to that of the first size.

    :raises InputError: the source holds too few statements.
    """
    first = None
    for size in sizes:
        with TemporaryDirectory(prefix="checker-eval-") as folder:
            with Store.open(source, create=False) as store:
                old, fresh = parted(store, size, new)
                _fill(Path(folder), store, old)
                _mark_as_compared(Path(folder))
                _fill(Path(folder), store, fresh)
            found = _night(Path(folder))
        first = first or found["cpu_s"]
        yield {"stored": size, **found, "ratio": found["cpu_s"] / first}


def parted(store: Store, size: int, new: int) -> tuple[list[str], list[str]]:
    """Ids of articles with about ``size`` stored statements, and with at least ``new`` new ones.

    :raises InputError: the store holds too few.
    """
    counts = store.rows(
        "SELECT a.id, count(s.id) FROM articles a LEFT JOIN statements s ON s.article = a.id GROUP BY a.number"
    )
    fresh: list[str] = []
    while counts and new > 0:
        id, count = counts.pop()
        fresh.append(id)
        new -= count
    there = sum(count for _, count in counts)
    if new > 0 or there < size:
        raise InputError(f"the store holds {there:,} statements before the new ones, and {size:,} are asked for")
    old: list[str] = []
    taken = passed = 0
    for id, count in counts:
        if taken * there <= passed * size:
            old.append(id)
            taken += count
        passed += count
    return old, fresh


def _fill(folder: Path, source: Store, articles: Sequence[str]) -> None:
    with Store.open(folder) as store, store.writer() as writer:
        meta = [source.meta(key) for key in (ENCODER, FINGERPRINT, DIMENSION)]
        writer.require_encoder(str(meta[0]), str(meta[1]), int(meta[2] or 0))
        with writer.transaction():
            for id in articles:
                article = source.article(id)
                statements = source.statements_of(id)
                if article is not None and statements:
                    vectors = source.vectors_of([number for number, _ in statements])
                    writer.put(article, [statement for _, statement in statements], vectors)


def _mark_as_compared(folder: Path) -> None:
    with Store.open(folder) as store, store.writer() as writer:
        last = VerdictReader(store).last_statement()
        VerdictWriter(writer).put_run(Run(1, "done", "", seq=store.last_seq, review=0, compared=last))


def _night(folder: Path) -> dict[str, Any]:
    with Checker.open(folder, create=False, notify=say, judging=True) as checker:
        _ = (checker.vectors, checker.judging)  # opened here: a night opens them once, whatever it compares
        report, wall, cpu = _timed(Nightly(checker, folder / "reports"))
    with Checker.open(folder, create=False, notify=say) as checker:
        again, again_wall, _ = _timed(Nightly(checker, folder / "reports"))
    return {
        "new": report.run.fresh,
        "pairs": report.run.judged,
        "wall_s": wall,
        "cpu_s": cpu,
        "peak_mb": peak_mb(),
        "nothing_new_s": again_wall,
        "nothing_new_pairs": again.run.judged + again.run.again,
    }


def _timed(nightly: Nightly) -> tuple[Report, float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    report = nightly.run()
    return report, time.perf_counter() - wall, time.process_time() - cpu


if __name__ == "__main__":
    sys.exit(main())
