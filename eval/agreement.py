"""How well two readers of our political pairs agree: whoever wrote a pair, and one who labelled it blind.

    python -m eval.agreement [--json]

``eval/data/political/blind_labels.tsv``: 20 test pairs of each type, labelled by a reader who saw the two statements,
who said them and when, but neither label, type nor story. One object a type, then one for the whole with Cohen's kappa.
"""

import argparse
import csv
import sys
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from eval.doors import print_json, print_table, run
from eval.metrics import LABELS
from eval.pairs import load
from eval.political import FILES, FOLDER

BLIND = FOLDER / "blind_labels.tsv"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    show = print_json if parser.parse_args().json else print_table
    return run(lambda: show(measure()))


def measure() -> Iterator[dict[str, Any]]:
    """``agreed``: the share of pairs with the same label, three-way; ``kappa`` (Cohen 1960), also for contradiction
    against the rest."""
    from sklearn.metrics import cohen_kappa_score

    written, blind, types = _labels()
    by_type: dict[str, list[bool]] = defaultdict(list)
    for name, one, other in zip(types, written, blind, strict=True):
        by_type[name].append(one == other)
    for name, same in sorted(by_type.items()):
        yield {"type": name, "n": len(same), "agreed": sum(same) / len(same)}
    contradicts = [[label == "contradiction" for label in labels] for labels in (written, blind)]
    yield {
        "type": "all",
        "n": len(written),
        "agreed": sum(one == other for one, other in zip(written, blind, strict=True)) / len(written),
        "kappa": float(cohen_kappa_score(written, blind)),
        "kappa_contradiction": float(cohen_kappa_score(*contradicts)),
    }


def _labels() -> tuple[list[str], list[str], list[str]]:
    """The writers' labels, the blind reader's, and the types, of each pair that was read blind."""
    with BLIND.open(encoding="utf-8", newline="") as lines:
        blind = {row["id"]: row["label"] for row in csv.DictReader(lines, delimiter="\t")}
    read = [row for path in FILES for row in load(path) if row.pair.given["id"] in blind]
    return (
        [LABELS[row.label] for row in read],
        [blind[row.pair.given["id"]] for row in read],
        [str(row.pair.given["type"]) for row in read],
    )


if __name__ == "__main__":
    sys.exit(main())
