"""Real near pairs that a reader labelled: what the judge took for contradictions among neighbours in speeches.

    python -m eval.training.labelled

The speeches are not ours to keep here. ``eval/data/labelled/speeches.tsv`` names the two sentences of each pair by
digests, with their label (its README says how they were chosen and read); their texts are looked up in the White House
and UN texts. Writes ``labelled.jsonl.gz`` into the work folder: set ``labelled_contradiction``, and ``labelled_other``
for the rest. Two sets, because training draws the labels of one equally often, and here contradictions are few.
"""

import csv
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from eval.locate import OWN, data_folder, work_folder
from eval.training.mine import plain_sentences
from eval.training.rows import write_rows
from index.errors import InputError
from index.records import digest

FILE = OWN / "labelled" / "speeches.tsv"
LABELS = ("contradiction", "entailment", "neutral")
_SIDES = ("premise", "hypothesis")


def labelled_pairs(path: Path, data: Path) -> Iterator[dict[str, str]]:
    """Rows as training reads them, in the order of the file.

    :raises InputError: a label is none, or a sentence is not in the speeches of ``data``.
    """
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    wanted = {row[side] for row in rows for side in _SIDES}
    texts = {name: s.text for s in plain_sentences(data) if (name := digest(s.text)) in wanted}
    for number, row in enumerate(rows, start=2):
        if row["label"] not in LABELS:
            raise InputError(f"{path}:{number}: {row['label']!r} is no label; mend the line")
        missing = [row[side] for side in _SIDES if row[side] not in texts]
        if missing:
            raise InputError(f"{path}:{number}: no sentence of the speeches has the digest {missing[0]}; mend the line")
        yield {
            **{side: texts[row[side]] for side in _SIDES},
            "label": row["label"],
            "set": "labelled_contradiction" if row["label"] == "contradiction" else "labelled_other",
        }


def main() -> None:
    rows = list(labelled_pairs(FILE, data_folder()))
    write_rows(work_folder() / "labelled.jsonl.gz", rows)
    print(json.dumps(dict(sorted(Counter(row["label"] for row in rows).items()))))


if __name__ == "__main__":
    main()
