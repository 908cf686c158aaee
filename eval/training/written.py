"""Pairs about political news written by hand: what public data lacks, and no rule can make.

    python -m eval.training.written

Reads the blocks in ``eval/data/written/*.txt`` and writes ``written.jsonl.gz`` (sets ``written_NAME``, one a file) into
the work folder. A block is an anchor, then lines that are judged against it; an empty line ends it:

    P The border posts at Karvo have been closed to lorries since Monday.
    C antonym Lorries are passing freely through the border posts at Karvo this week.
    N scope Passenger cars can still cross at Karvo without a visa.

The first letter is the label (contradiction, entailment, neutral), the word after it the type. The texts share no story
with the pairs that we measure on (``eval/data/political``).
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from eval.locate import work_folder
from eval.training.rows import write_rows
from index.errors import InputError

FOLDER = Path(__file__).parent.parent / "data" / "written"
LABELS = {"C": "contradiction", "E": "entailment", "N": "neutral"}
_LINE = re.compile(r"([CEN]) ([a-z-]+) (\S.*)")


@dataclass(frozen=True, slots=True)
class WrittenPair:
    """``premise`` is the block's anchor; ``file`` the file's name without its ending."""

    premise: str
    hypothesis: str
    label: str
    type: str
    file: str


def written_pairs(path: Path) -> Iterator[WrittenPair]:
    """The pairs of one file, in its order.

    :raises InputError: a line is neither an anchor nor a labelled line below one.
    """
    premise: str | None = None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        found = _LINE.fullmatch(line.strip())
        if not line.strip():
            premise = None
        elif premise is None and line.startswith("P "):
            premise = line[2:].strip()
        elif premise is not None and found is not None:
            yield WrittenPair(premise, found[3], LABELS[found[1]], found[2], path.stem)
        else:
            raise InputError(f"{path}:{number}: neither 'P TEXT' nor 'C|E|N TYPE TEXT' below one; mend the line")


def main() -> None:
    pairs = (pair for path in sorted(FOLDER.glob("*.txt")) for pair in written_pairs(path))
    records = (
        {
            "premise": pair.premise,
            "hypothesis": pair.hypothesis,
            "label": pair.label,
            "set": f"written_{pair.file}",
            "type": pair.type,
        }
        for pair in pairs
    )
    print(json.dumps(write_rows(work_folder() / "written.jsonl.gz", records)))


if __name__ == "__main__":
    main()
