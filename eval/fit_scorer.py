"""Fits the scorer over named features, its calibration and its operating points.

    python -m eval.fit_scorer [--rows 3000]

Writes ``checker/judging/weights/scorer.json`` and prints what cross-validation measured. Deterministic: rows are chosen
by hashes of their texts. It learns from

- labelled public pairs, with premises that the cross-encoder never saw (``hold_out`` of its configuration; the public
  sets pair each sentence only with sentences made for it, so each hypothesis is also paired with the most similar
  premise of another row and with a stranger, as "no contradiction": a few of them do contradict, noise that makes the
  scores a little too low);
- the development half of our own political pairs, with all that is known of who said them.

How it is fitted, calibrated and cut into verdicts: ``checker/judging/fitting.py``; groups are premises and stories.
"""

import argparse
import gzip
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from checker.judging import CrossEncoder
from checker.judging.fitting import Examples, fit, table
from checker.judging.nli import LABELS, Nli
from eval.doors import say
from eval.locate import data_folder
from eval.political import FILES, attributed_pairs
from index.encoders import Encoder, load_encoder
from index.records import Pair, Statement, digest

WEIGHTS = Path(__file__).parent.parent / "checker" / "judging" / "weights"
HELD_OUT = 0.04  # as in eval/training/config/judge.toml

# Sets that teach shortcuts, by their labels (no neutrals, no contradictions, or hardly any), or whose "attack" is
# no contradiction.
LEFT_OUT = frozenset(
    "covidfact monli scone perspectrum fnc1_related snli_disco claimdiff disco_aug politihop cb_olora".split()
)
POLITICAL_WEIGHT = 3.0  # of a statement pair against a bare one: they are few, and what the tool is for


@dataclass(frozen=True, slots=True)
class Rows:
    """Pairs, whether each contradicts (n,), the group that must not be torn, and whether anything is known of them."""

    pairs: list[Pair]
    truth: NDArray[np.int64]
    groups: list[str]
    strangers: NDArray[np.bool_]
    """Pairs that we made: the model learns from them, the calibration of labelled pairs does not."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=3_000, help="labelled public pairs, balanced over labels and sets")
    wanted = parser.parse_args().rows
    encoder, nli = load_encoder(notify=say), CrossEncoder.packaged(notify=say)
    bare = public_rows(encoder, list(sample(data_folder() / "pairs" / "train.jsonl.gz", wanted)))
    attributed = political_rows(encoder)
    fitted = fit(examples(nli, bare, attributed))
    (WEIGHTS / "scorer.json").write_text(json.dumps(fitted.scorer, indent=1) + "\n", encoding="utf-8")
    say(json.dumps(fitted.report, indent=1))


def sample(path: Path, rows: int) -> Iterator[dict[str, Any]]:
    """Held-out rows in equal number for each label within each set, smallest hash of the id first."""
    from eval.training.data import place_of  # imports torch

    groups: dict[tuple[str, str], list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row["set"] not in LEFT_OUT and place_of(row["premise"]) < HELD_OUT:
                groups[row["set"], row["label"]].append((digest(row["set"], str(row["id"])), row))
    sets = sorted({name for name, _ in groups})
    smallest = {name: min(len(groups[name, label]) for label in LABELS) for name in sets}
    share = min(1.0, rows / (len(LABELS) * sum(smallest.values())))
    for name in sets:
        for label in LABELS:
            ordered = sorted(groups[name, label], key=lambda item: item[0])
            yield from (row for _, row in ordered[: round(smallest[name] * share)])


def public_rows(encoder: Encoder, rows: list[dict[str, Any]]) -> Rows:
    """The labelled pairs; each second hypothesis with the nearest premise of another row, some with any."""
    premises, hypotheses = [row["premise"] for row in rows], [row["hypothesis"] for row in rows]
    u, v = encoder.encode(premises), encoder.encode(hypotheses)
    near = (v @ u.T).astype(np.float64)
    near[np.array([[a == b for b in premises] for a in premises])] = -np.inf
    nearest = near.argmax(axis=1)
    random = np.random.default_rng(0).permutation(len(rows))
    own = [(i, i) for i in range(len(rows))]
    made = [(int(nearest[j]), j) for j in range(0, len(rows), 2)]
    made += [(int(random[j]), j) for j in range(1, len(rows), 4) if premises[random[j]] != premises[j]]
    labelled = [row["label"] == "contradiction" for row in rows]
    return Rows(
        pairs=[
            Pair(Statement.claim(premises[i]), Statement.claim(hypotheses[j]), float(u[i] @ v[j]))
            for i, j in [*own, *made]
        ],
        truth=np.array([*labelled, *[False] * len(made)], dtype=np.int64),
        groups=[premises[j] for _, j in [*own, *made]],
        strangers=np.array([False] * len(own) + [True] * len(made)),
    )


def political_rows(encoder: Encoder) -> Rows:
    """The development half of our own pairs, and as many pairs across its stories."""
    labelled = [pair for path in FILES for pair in attributed_pairs(path, "dev")]
    order = np.random.default_rng(1).permutation(len(labelled))
    across = [
        (labelled[i], labelled[int(j)]) for i, j in enumerate(order) if labelled[i].story != labelled[int(j)].story
    ]
    sides = [(p.premise, p.hypothesis) for p in labelled] + [(p.premise, q.hypothesis) for p, q in across]
    u, v = (encoder.encode([side[k].proposition for side in sides]) for k in (0, 1))
    return Rows(
        pairs=[Pair(a, b, float(u[i] @ v[i])) for i, (a, b) in enumerate(sides)],
        truth=np.array([p.label == "contradiction" for p in labelled] + [False] * len(across), dtype=np.int64),
        groups=[p.story for p in labelled] + [p.story for p, _ in across],
        strangers=np.array([False] * len(labelled) + [True] * len(across)),
    )


def examples(nli: Nli, bare: Rows, attributed: Rows) -> Examples:
    """Both as what to learn from: pairs of statements count more than bare ones."""
    is_bare = np.arange(len(bare.pairs) + len(attributed.pairs)) < len(bare.pairs)
    return Examples(
        table=np.concatenate([table(nli, bare.pairs), table(nli, attributed.pairs)]),
        truth=np.concatenate([bare.truth, attributed.truth]),
        groups=[*bare.groups, *attributed.groups],
        attributed=~is_bare,
        made=np.concatenate([bare.strangers, attributed.strangers]),
        weight=np.where(is_bare, 1.0, POLITICAL_WEIGHT),
    )


if __name__ == "__main__":
    main()
