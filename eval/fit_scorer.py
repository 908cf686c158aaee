"""Fits the scorer over named features, its calibration and its operating points.

    python -m eval.fit_scorer [--rows 3000]

Writes ``checker/judging/weights/scorer.json``, its hash into the card beside it, and prints what cross-validation
measured. Deterministic: rows are chosen by hashes of their texts. It learns from

- labelled public pairs, with premises that the cross-encoder never saw (``hold_out`` of its configuration);
- claims of such pairs with what a search brings up for them among these premises: how much nearness tells. Whatever
  nobody labelled counts as "no contradiction" (a few do contradict: noise);
- the development half of our own political pairs, with all that is known of who said them.

How it is fitted, calibrated and cut into verdicts: ``checker/judging/fitting.py``; pairs of one premise,
claim or story stay together, also across these sources.
"""

import argparse
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from checker.judging import CrossEncoder
from checker.judging.card import NAME, WEIGHTS, card
from checker.judging.fitting import Examples, fit, joined, table
from checker.judging.nli import LABELS, Nli
from eval.doors import say
from eval.locate import data_folder
from eval.political import FILES, attributed_pairs
from eval.training.rows import held_out
from index.encoders import Encoder, load_encoder
from index.records import Pair, Statement, digest

# Sets that teach shortcuts, by their labels (no neutrals, no contradictions, or hardly any), or whose "attack" is
# no contradiction.
LEFT_OUT = frozenset(
    "covidfact monli scone perspectrum fnc1_related snli_disco claimdiff disco_aug politihop cb_olora".split()
)
POLITICAL_WEIGHT = 3.0  # against 1 of a public pair: they are few, and what the tool is for
CANDIDATE_WEIGHT = 1.5  # of what a search brings up: eval/training/README.md, "How much nearness tells"

SEARCHED = ("fever_gg", "perspectrum", "covidfact", "lingnli", "mnli_nyuhw", "wanli_disco")
"""Sets whose claims are searched for: what contradicts or attacks one stands among the premises of others."""
CLAIMS, CANDIDATES = 60, 20  # claims of each set; premises for each claim


@dataclass(frozen=True, slots=True)
class Rows:
    """Pairs, and whether each contradicts (n,)."""

    pairs: list[Pair]
    truth: NDArray[np.int64]
    keys: list[tuple[str, ...]]
    """Of each pair: pairs that share one, of any source, are not torn apart in cross-validation."""
    made: NDArray[np.bool_]
    """Pairs that nobody labelled: the model learns from them, the calibration of labelled pairs does not."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=3_000, help="labelled public pairs, balanced over labels and sets")
    wanted = parser.parse_args().rows
    encoder, nli = load_encoder(notify=say), CrossEncoder.packaged(notify=say)
    rows = list(held_out(data_folder() / "pairs" / "train.jsonl.gz"))
    parts = (public_rows(encoder, list(sample(rows, wanted))), candidate_rows(encoder, rows), political_rows(encoder))
    fitted = fit(examples(nli, *parts), judge=nli.fingerprint, encoder=encoder.fingerprint)
    written = (json.dumps(fitted.scorer, indent=1) + "\n").encode()
    (WEIGHTS / "scorer.json").write_bytes(written)
    about = card() | {"scorer_sha256": hashlib.sha256(written).hexdigest()}
    (WEIGHTS / NAME).write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    say(json.dumps(fitted.report, indent=1))


def sample(rows: Sequence[dict[str, Any]], wanted: int) -> Iterator[dict[str, Any]]:
    """Rows in equal number for each label within each set, smallest hash of the id first."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if row["set"] not in LEFT_OUT:
            groups[row["set"], row["label"]].append(row)
    sets = sorted({name for name, _ in groups})
    smallest = {name: min(len(groups[name, label]) for label in LABELS) for name in sets}
    share = min(1.0, wanted / (len(LABELS) * sum(smallest.values())))
    for name in sets:
        for label in LABELS:
            ordered = sorted(groups[name, label], key=lambda row: digest(row["set"], str(row["id"])))
            yield from ordered[: round(smallest[name] * share)]


def public_rows(encoder: Encoder, rows: Sequence[dict[str, Any]]) -> Rows:
    """Labelled pairs of bare sentences."""
    premises, hypotheses = [row["premise"] for row in rows], [row["hypothesis"] for row in rows]
    cosines = (encoder.encode(premises) * encoder.encode(hypotheses)).sum(axis=1)
    return Rows(
        pairs=[
            Pair(Statement.claim(a), Statement.claim(b), float(x))
            for a, b, x in zip(premises, hypotheses, cosines, strict=True)
        ],
        truth=np.array([row["label"] == "contradiction" for row in rows], dtype=np.int64),
        keys=list(zip(premises, hypotheses, strict=True)),
        made=np.zeros(len(rows), dtype=bool),
    )


def candidate_rows(encoder: Encoder, rows: Sequence[dict[str, Any]]) -> Rows:
    """Claims that a premise contradicts, each with the nearest of all premises, and with that one.

    Of the premises only those that contradict are keys: through the others all claims hang together.
    """
    rows = [row for row in rows if row["set"] in SEARCHED]
    premises = sorted({row["premise"] for row in rows})
    places = {premise: place for place, premise in enumerate(premises)}
    against: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        if row["label"] == "contradiction":
            against[row["hypothesis"]].add(places[row["premise"]])
    claims = [claim for name in SEARCHED for claim in _claims_of(name, rows, against)]
    near = encoder.encode(claims) @ encoder.encode(premises).T
    pairs: list[Pair] = []
    truth: list[bool] = []
    keys: list[tuple[str, ...]] = []
    for claim, cosines in zip(claims, near, strict=True):
        nearest = np.argsort(-cosines, kind="stable")[:CANDIDATES].tolist()
        for place in dict.fromkeys([*nearest, *sorted(against[claim])]):
            if premises[place] != claim:
                pairs.append(Pair(Statement.claim(claim), _stored(premises[place]), float(cosines[place])))
                truth.append(place in against[claim])
                keys.append((claim, *(premises[other] for other in sorted(against[claim]))))
    return Rows(pairs, np.array(truth, dtype=np.int64), keys, np.ones(len(pairs), dtype=bool))


def _claims_of(name: str, rows: Sequence[dict[str, Any]], against: dict[str, set[int]]) -> list[str]:
    """Hypotheses of a set that something contradicts, smallest hash first."""
    found = {row["hypothesis"] for row in rows if row["set"] == name and row["hypothesis"] in against}
    return sorted(found, key=lambda claim: digest(name, claim))[:CLAIMS]


def _stored(text: str) -> Statement:
    """As a search finds it: nobody is known to have said it, but it stands in an article."""
    return replace(Statement.claim(text), content_spans=((0, len(text)),))


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
        keys=[(f"story: {p.story}", p.premise.proposition) for p in (*labelled, *(p for p, _ in across))],
        made=np.array([False] * len(labelled) + [True] * len(across)),
    )


def examples(nli: Nli, bare: Rows, candidates: Rows, political: Rows) -> Examples:
    """All of them as what to learn from."""
    parts = (bare, candidates, political)
    sizes = [len(part.pairs) for part in parts]
    return Examples(
        table=np.concatenate([table(nli, part.pairs) for part in parts]),
        truth=np.concatenate([part.truth for part in parts]),
        groups=joined([keys for part in parts for keys in part.keys]),
        attributed=np.repeat([False, True, True], sizes),
        made=np.concatenate([part.made for part in parts]),
        weight=np.repeat([1.0, CANDIDATE_WEIGHT, POLITICAL_WEIGHT], sizes),
    )


if __name__ == "__main__":
    main()
