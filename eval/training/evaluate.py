"""Accuracy on the labelled files, of a checkpoint or of a weights file.

    python -m eval.training.evaluate WEIGHTS [--rows 500] [--files snli.dev ...] [--threads 2]

One JSON object a file. The full metrics with intervals are those of ``eval.pairs``; this is the quick look during
training.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from eval.locate import data_folder, work_folder
from eval.training.checkpoint import load_weights, read_tensors
from eval.training.data import LABEL_BITS, TokenTable, batch_of, load_table
from eval.training.export import load_shipped
from eval.training.model import CrossEncoder, fresh_model

QUICK_FILES = (
    "mnli.dev_mismatched_part", "snli.dev", "lingnli.validation", "fever_symmetric_v02.dev", "foolmetwice.dev",
    "snli_cad.dev", "conjnli.dev", "glue_diagnostic.test", "healthver.dev",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Score:
    """``accuracy`` over the labels that the file has; ``predicted``: the share of each label among the predictions."""

    name: str
    n: int
    accuracy: float
    predicted: tuple[float, float, float]


def probabilities(
    model: CrossEncoder,
    table: TokenTable,
    rows: Sequence[int],
    *,
    max_length: int,
    batch_rows: int = 64,
    hide: str = "",
) -> NDArray[np.float32]:
    """Softmax over the logits, float32 (n, 3), for the table's rows.

    ``hide`` ("premise" or "hypothesis") empties one side: whoever still guesses well has learnt a shortcut.
    """
    device = next(model.parameters()).device
    model.eval()
    empty = np.zeros(0, dtype=np.uint16)
    pairs = [
        (empty if hide == "premise" else table.side(row, 0), empty if hide == "hypothesis" else table.side(row, 1))
        for row in rows
    ]
    order = np.argsort([len(first) + len(second) for first, second in pairs], kind="stable")
    found = np.zeros((len(pairs), len(LABEL_BITS)), dtype=np.float32)
    with torch.inference_mode():
        for start in range(0, len(order), batch_rows):
            chosen = order[start : start + batch_rows]
            allowed = np.ones((len(chosen), len(LABEL_BITS)), dtype=np.bool_)
            batch = batch_of([pairs[place] for place in chosen], allowed, max_length)
            mask = None if batch.mask is None else torch.from_numpy(batch.mask).to(device)
            logits = model(torch.from_numpy(batch.ids).to(device), torch.from_numpy(batch.segments).to(device), mask)
            found[chosen] = logits.float().softmax(dim=-1).cpu().numpy()
    return found


def score(model: CrossEncoder, name: str, table: TokenTable, *, limit: int, max_length: int, hide: str = "") -> Score:
    """Accuracy on ``limit`` rows spread evenly over the file (0: all)."""
    n = len(table)
    rows = range(n) if limit in (0, n) or limit > n else np.linspace(0, n - 1, limit).astype(int).tolist()
    found = probabilities(model, table, list(rows), max_length=max_length, hide=hide)
    bits = np.array(list(LABEL_BITS.values()))
    present = np.array([bool(np.any(table.masks & bit)) for bit in bits])
    guess = np.where(present, found, -1).argmax(axis=1)
    right = (table.masks[list(rows)] & bits[guess]) != 0
    shares = [round(float((guess == label).mean()), 3) for label in range(len(bits))]
    return Score(name, len(right), float(right.mean()), (shares[0], shares[1], shares[2]))


def load_any(path: Path) -> CrossEncoder:
    """The model of a checkpoint (its moving average), a milestone, or a file that ships."""
    _, metadata = read_tensors(path)
    if "format" in metadata:
        return load_shipped(path)
    model = fresh_model(0, metadata.get("pooling", "cls"))
    load_weights(path, model)
    return model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path)
    parser.add_argument("--files", nargs="*", default=list(QUICK_FILES))
    parser.add_argument("--rows", type=int, default=0, help="rows of each file, spread evenly; 0: all")
    parser.add_argument("--max-length", type=int, default=128)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--hide", choices=("", "premise", "hypothesis"), default="", help="the probe for shortcuts")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    model = load_any(arguments.weights)
    for name in arguments.files:
        table = load_table(data_folder() / "pairs" / f"{name}.jsonl.gz", work_folder() / "tokens")
        found = score(model, name, table, limit=arguments.rows, max_length=arguments.max_length, hide=arguments.hide)
        record = {"set": name, "n": found.n, "accuracy": round(found.accuracy, 4), "predicted": found.predicted}
        print(json.dumps(record), flush=True)


if __name__ == "__main__":
    main()
