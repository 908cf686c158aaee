"""What the judge loses by int8: accuracy of the graph in use against the same weights in float32.

    python -m eval.int8_loss FILE... [--limit N] [--json]

Both answer the same pairs in the order given. ``loss``: accuracy in float32 minus accuracy in use (at most
half a point: docs/design.md, decision 5); ``changed``: the share of pairs whose label differs.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from checker.judging import CrossEncoder, Nli
from checker.judging.cross_encoder import float32_module, softmax
from checker.judging.nli import LABELS, TextPair
from checker.judging.wording import plain_words
from eval.doors import print_json, print_table, run, say
from eval.metrics import Floats, Integers, choose, labels_present
from eval.pairs import load
from index.encoders.minilm import package_folder


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--limit", type=int, help="measure on so many rows, chosen by a hash of their id")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    given = parser.parse_args()
    show = print_json if given.json else print_table
    return run(lambda: show(measure(path, limit=given.limit) for path in given.files))


def measure(path: Path, *, limit: int | None = None) -> dict[str, Any]:
    """The object of one file.

    :raises InputError: the file cannot be used.
    """
    rows = load(path, limit=limit)
    gold: Integers = np.array([row.label for row in rows], dtype=np.int64)
    pairs = [(plain_words(row.pair.premise.proposition), plain_words(row.pair.hypothesis.proposition)) for row in rows]
    allowed = labels_present(gold)
    small, full = (_labels(nli, pairs, allowed) for nli in (CrossEncoder.packaged(notify=say), Float32()))
    accuracy, accuracy_float32 = float((small == gold).mean()), float((full == gold).mean())
    return {
        "set": path.name.removesuffix(".gz").removesuffix(".jsonl"),
        "n": len(rows),
        "accuracy": accuracy,
        "accuracy_float32": accuracy_float32,
        "loss": accuracy_float32 - accuracy,
        "changed": float((small != full).mean()),
    }


class Float32:
    """The packaged weights, run by torch in float32: the judge before its graph was made small."""

    fingerprint = "float32"

    def __init__(self) -> None:
        from tokenizers import Tokenizer

        folder = Path(str(files("checker.judging"))) / "weights"
        card = json.loads((folder / "cross_encoder.json").read_text(encoding="utf-8"))
        self._tokenizer = Tokenizer.from_file(str(package_folder() / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(card["max_length"])
        self._module = float32_module(folder / "cross_encoder.safetensors").eval()

    def probabilities(self, pairs: Sequence[TextPair]) -> Floats:
        import torch

        logits = np.empty((len(pairs), len(LABELS)), dtype=np.float32)
        with torch.inference_mode():
            for i, pair in enumerate(pairs):
                encoding = self._tokenizer.encode(*pair)
                ids, types = torch.tensor([encoding.ids]), torch.tensor([encoding.type_ids])
                logits[i] = self._module(ids, types)[0].numpy()
        return softmax(logits)


def _labels(nli: Nli, pairs: Sequence[TextPair], allowed: list[int]) -> Integers:
    return choose(nli.probabilities(pairs), allowed)


if __name__ == "__main__":
    sys.exit(main())
