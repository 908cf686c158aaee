"""The judge on our own political pairs: recall by type of contradiction, false alarms by kind of hard negative.

    python -m eval.political [--split test] [--neighbours 4000] [--json]

Reads ``eval/data/political/*.jsonl``. One object a type (``found``: the share called ``contradiction`` at the operating
point in force, with a Wilson interval), then one for the whole: calibration, coverage at 95% precision, 2,000 pairs
made across stories, and precision at recall .5 where one candidate in 50, or in 200, contradicts. For the last, the
other candidates are near sentences of different speakers (``mined.jsonl.gz`` of eval.training.mine, in CHECKER_WORK),
those whose premise the judge was never trained on, counted as if none contradicted; without that file it is not
measured.
"""

import argparse
import math
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.doors import print_json, print_table, run
from eval.locate import work_folder
from eval.metrics import LABELS, Judged, choose, ece_if_calibrated, measured
from eval.pairs import Judge, installed_judge, judged_in_batches, load
from eval.training.rows import held_out
from index.records import Actor, Statement, Verdict

FOLDER = Path(__file__).parent / "data" / "political"
FILES = tuple(sorted(FOLDER.glob("*.jsonl")))
UNRELATED = 2_000
WILSON_Z = 1.959964  # 95%


@dataclass(frozen=True, slots=True)
class AttributedPair:
    """One of our pairs."""

    premise: Statement
    hypothesis: Statement
    label: str
    type: str
    story: str


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", default="test", choices=("dev", "test"))
    parser.add_argument("--neighbours", type=int, default=4_000, help="near sentences judged for the base rates")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    given = parser.parse_args()
    show = print_json if given.json else print_table
    return run(lambda: show(measure(given.split, given.neighbours, installed_judge())))


def attributed_pairs(path: Path, split: str) -> list[AttributedPair]:
    """The pairs of one hand in one split, in the file's order."""
    return [
        AttributedPair(
            row.pair.premise,
            row.pair.hypothesis,
            LABELS[row.label],
            str(row.pair.given["type"]),
            f"{path.stem}/{row.pair.given['story']}",
        )
        for row in load(path, split=split)
    ]


def measure(split: str, neighbours: int, judge: Judge) -> Iterator[dict[str, Any]]:
    """One object a type, in order of name, then the whole."""
    pairs = [pair for path in FILES for pair in attributed_pairs(path, split)]
    verdicts = judged_in_batches([(pair.premise, pair.hypothesis) for pair in pairs], judge)
    by_type: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for pair, verdict in zip(pairs, verdicts, strict=True):
        wanted = "contradiction" if pair.label == "contradiction" else "none"
        by_type[wanted, pair.type].append(verdict.kind == "contradiction")
    for (wanted, kind), found in sorted(by_type.items()):
        yield {"type": kind, "wanted": wanted, "n": len(found), "found": rate(found), "found_ci": wilson(found)}
    yield whole(pairs, verdicts, judge, neighbours)


def whole(
    pairs: Sequence[AttributedPair], verdicts: Sequence[Verdict], judge: Judge, neighbours: int
) -> dict[str, Any]:
    scores = np.array([verdict.score for verdict in verdicts])
    gold = np.array([LABELS.index(pair.label) for pair in pairs])
    probabilities = np.array([[getattr(v.probabilities, label) for label in LABELS] for v in verdicts])
    judged = Judged(gold=gold, predicted=choose(probabilities, [0, 1, 2]), scores=scores)
    flagged = np.array([verdict.kind == "contradiction" for verdict in verdicts])
    alarms = [v.kind == "contradiction" for v in judged_in_batches(unrelated(pairs), judge)]
    near = [v.score for v in judged_in_batches(mined(neighbours), judge)]
    return {
        "type": "all",
        "n": len(pairs),
        **measured(judged),
        "ece_if_calibrated": ece_if_calibrated(scores),
        "verdict_precision": rate(list(judged.truth[flagged] == 1)),
        "verdict_recall": rate(list(flagged[judged.truth == 1])),
        "coverage_at_95": coverage(scores, judged.truth, 0.95),
        "unrelated": len(alarms),
        "unrelated_alarms": rate(alarms),
        "unrelated_alarms_ci": wilson(alarms),
        "neighbours": len(near),
        "precision_at_1_in_50": precision_at_half(scores[judged.truth == 1], np.array(near), 50),
        "precision_at_1_in_200": precision_at_half(scores[judged.truth == 1], np.array(near), 200),
    }


def unrelated(pairs: Sequence[AttributedPair]) -> list[tuple[Statement, Statement]]:
    """UNRELATED pairs of statements of different stories; the same for the same pairs."""
    random = np.random.default_rng(50)
    found: list[tuple[Statement, Statement]] = []
    while len(found) < UNRELATED:
        i, j = (int(place) for place in random.integers(len(pairs), size=2))
        if pairs[i].story != pairs[j].story:
            found.append((pairs[i].premise, pairs[j].hypothesis))
    return found


def mined(count: int) -> list[tuple[Statement, Statement]]:
    """At most ``count`` pairs of near sentences by different speakers, spread evenly over those of the file that are
    held out from training; none without the file."""
    path = work_folder() / "mined.jsonl.gz"
    if not path.is_file():
        return []
    rows = list(held_out(path))
    places = np.linspace(0, len(rows) - 1, min(count, len(rows))).astype(int) if rows else np.empty(0, dtype=int)
    return [(_said(rows[place], 0), _said(rows[place], 1)) for place in places.tolist()]


def _said(row: dict[str, Any], side: int) -> Statement:
    """A sentence by its speaker."""
    name = row["speakers"][side]
    return Statement.claim(row[("premise", "hypothesis")[side]], actor=Actor(name.lower(), name, name.lower()))


def coverage(scores: NDArray[np.float64], truth: NDArray[np.int64], precision: float) -> float:
    """The largest share of the contradictions that is found at a score from which on ``precision`` holds."""
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(truth[order])
    ends = np.append(np.flatnonzero(np.diff(scores[order])), len(scores) - 1)  # equal scores are flagged together
    good = [int(hits[end]) for end in ends.tolist() if hits[end] / (end + 1) >= precision]
    return max(good, default=0) / int(truth.sum())


def precision_at_half(
    contradictions: NDArray[np.float64], others: NDArray[np.float64], candidates: int
) -> float | None:
    """Precision at the score that half of the contradictions reach, if one of ``candidates`` contradicts."""
    if not len(others):
        return None
    threshold = float(np.median(contradictions))
    hits = float((contradictions >= threshold).mean())
    return hits / (hits + (candidates - 1) * float((others >= threshold).mean()))


def rate(found: Sequence[Any]) -> float | None:
    return sum(map(bool, found)) / len(found) if len(found) else None


def wilson(found: Sequence[bool]) -> tuple[float, float] | None:
    """95% interval of a share (Wilson 1927)."""
    n = len(found)
    if not n:
        return None
    share, z = sum(found) / n, WILSON_Z
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return (max(0.0, middle - half), min(1.0, middle + half))


if __name__ == "__main__":
    sys.exit(main())
