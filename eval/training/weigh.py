"""What decides which weights ship: each of them beside the others.

    python -m eval.training.weigh WEIGHTS [WEIGHTS ...] [--rows 400] [--threads 2]

One JSON object for each of WEIGHTS (checkpoints, milestones, files that ship), in float32:

- ``mean``: accuracy on nine development files, so many rows of each;
- ``political``: average precision of P(contradiction) on the development half of our pairs, both orders;
- ``known``: the pairs of ``checker/judging/known_pairs.toml`` that are right, of 12;
- of what was made for training, only premises that are held out: ``written``, accuracy; ``near`` and ``hard``, the
  share of mined neighbours that get a P(contradiction) above .5 (they hardly ever contradict). ``hard`` was chosen by
  what the weights that shipped before get wrong, so it flatters all others.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from checker.judging.by_name import known_pairs
from checker.judging.nli import LABELS
from eval.locate import data_folder, work_folder
from eval.political import FILES, attributed_pairs
from eval.training.config import read_config
from eval.training.data import Row, TokenTable, load_table, tokenise
from eval.training.evaluate import QUICK_FILES, load_any, probabilities, score
from eval.training.model import CrossEncoder
from eval.training.rows import CONFIG

MADE = {"written": "written", "near": "mined", "hard": "hard"}
"""Figure -> file of the work folder."""
SURE = 0.5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path, nargs="+")
    parser.add_argument("--rows", type=int, default=400, help="rows of each development file; 0: all")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    for path in arguments.weights:
        print(json.dumps({"weights": path.name, **weighed(load_any(path), arguments.rows)}), flush=True)


def weighed(model: CrossEncoder, rows: int) -> dict[str, Any]:
    """The object of the module's description."""
    config = read_config(CONFIG)
    length = config.max_length
    tables = [(name, _table(data_folder() / "pairs" / f"{name}.jsonl.gz")) for name in QUICK_FILES]
    found = [score(model, name, table, limit=rows, max_length=length).accuracy for name, table in tables]
    return {
        "mean": round(float(np.mean(found)), 4),
        "political": round(political(model, length), 4),
        "known": known(model, length),
        **{
            name: round(held_out(model, work_folder() / f"{file}.jsonl.gz", config.hold_out, length), 4)
            for name, file in MADE.items()
        },
    }


def political(model: CrossEncoder, length: int) -> float:
    """Average precision of P(contradiction), the mean of both orders."""
    from sklearn.metrics import average_precision_score

    pairs = [pair for path in FILES for pair in attributed_pairs(path, "dev")]
    sides = [(pair.premise.proposition, pair.hypothesis.proposition) for pair in pairs]
    both = [_of_texts(model, order, length)[:, 0] for order in (sides, [(b, a) for a, b in sides])]
    truth = [pair.label == "contradiction" for pair in pairs]
    return float(average_precision_score(truth, np.mean(both, axis=0)))


def known(model: CrossEncoder, length: int) -> int:
    """How many of the known pairs are right."""
    pairs = known_pairs()
    guessed = _of_texts(model, [(pair.premise, pair.hypothesis) for pair in pairs], length).argmax(axis=1)
    return sum(LABELS[guess] == pair.label for guess, pair in zip(guessed, pairs, strict=True))


def held_out(model: CrossEncoder, path: Path, share: float, length: int) -> float:
    """Accuracy on the rows that were held out; of rows that are all "not a contradiction" the share of false alarms."""
    table = _table(path)
    rows = np.flatnonzero(table.places < share).tolist()
    found = probabilities(model, table, rows, max_length=length)
    masks = table.masks[rows]
    if not (masks & 1).any():
        return float((found[:, 0] > SURE).mean())
    return float(((masks >> found.argmax(axis=1)) & 1).mean())


def _of_texts(model: CrossEncoder, pairs: Sequence[tuple[str, str]], length: int) -> Any:
    table = tokenise([Row(premise, hypothesis, 1, "") for premise, hypothesis in pairs])
    return probabilities(model, table, range(len(table)), max_length=length)


def _table(path: Path) -> TokenTable:
    return load_table(path, work_folder() / "tokens")


if __name__ == "__main__":
    main()
