"""Fits the scorer over named features, its calibration and its operating points.

    python -m eval.fit_scorer [--rows 3000]

Writes ``checker/judging/weights/scorer.json`` and prints what cross-validation measured. Deterministic: rows are chosen
by hashes of their texts. It learns from

- labelled public pairs, with premises that the cross-encoder never saw (``hold_out`` of its configuration; the public
  sets pair each sentence only with sentences made for it, so each hypothesis is also paired with the most similar
  premise of another row and with a stranger, as "no contradiction": a few of them do contradict, noise that makes the
  scores a little too low);
- the development half of our own political pairs, with all that is known of who said them.

Sentences alone and statements are calibrated apart, each by cross-validation over groups (premises, stories), so that
no pair is calibrated by a scorer that saw it. The operating points are the least scores at which the development half
reaches the precision named below.
"""

import argparse
import gzip
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from checker.judging import CrossEncoder
from checker.judging.features import NAMES, SIGNS, features
from checker.judging.nli import LABELS, Nli, both_ways
from checker.judging.wording import plain_words
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
FOLDS = 5
POLITICAL_WEIGHT = 3.0  # of a statement pair against a bare one: they are few, and what the tool is for
PRECISION = {"contradiction": 0.85, "uncertain": 0.60}
LEAST = 35  # hundredths: in use contradictions are rarer than among our pairs, and what is shown costs attention


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
    scorer, report = fit(nli, bare, attributed)
    (WEIGHTS / "scorer.json").write_text(json.dumps(scorer, indent=1) + "\n", encoding="utf-8")
    say(json.dumps(report, indent=1))


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


def fit(nli: Nli, bare: Rows, attributed: Rows) -> tuple[dict[str, Any], dict[str, Any]]:
    """The scorer's JSON, and what cross-validation measured."""
    raw = np.concatenate([table(nli, bare.pairs), table(nli, attributed.pairs)])
    is_bare = np.arange(len(raw)) < len(bare.pairs)
    truth = np.concatenate([bare.truth, attributed.truth])
    strangers = np.concatenate([bare.strangers, attributed.strangers])
    groups = np.array([*bare.groups, *attributed.groups])
    weight = np.where(is_bare, 1.0, POLITICAL_WEIGHT)
    mean, scale = np.nanmean(raw, axis=0), np.nanstd(raw, axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    standard = np.nan_to_num((raw - mean) / scale)  # absent adds nothing
    crossed = cross_validated(standard, truth, weight, groups)
    coefficients, intercept = sign_held(standard, truth, weight)
    calibration = {
        name: platt(crossed[part & ~strangers], truth[part & ~strangers])
        for name, part in (("bare", is_bare), ("attributed", ~is_bare))
    }
    line = calibration["attributed"]
    scores = 1 / (1 + np.exp(-(line["slope"] * crossed + line["intercept"])))
    own = ~is_bare & ~strangers
    thresholds = {name: operating_point(scores[own], truth[own], wanted) for name, wanted in PRECISION.items()}
    weights = [
        {"name": n, "mean": round(float(m), 6), "scale": round(float(s), 6), "weight": round(float(w), 6)}
        for n, m, s, w in zip(NAMES, mean, scale, coefficients, strict=True)
        if w
    ]
    scorer = {
        "weights": weights,
        "intercept": round(intercept, 6),
        "calibration": calibration,
        "thresholds": thresholds,
    }
    return scorer, report(crossed, truth, is_bare, strangers, scores, thresholds, weights)


def table(nli: Nli, pairs: Sequence[Pair]) -> NDArray[np.float64]:
    """Features of each pair, (n, features); absent ones are NaN."""
    plain = [(plain_words(pair.claim.proposition), plain_words(pair.statement.proposition)) for pair in pairs]
    found = np.empty((len(pairs), len(NAMES)))
    for i, (pair, both) in enumerate(zip(pairs, both_ways(nli, plain), strict=True)):
        named = features(pair, both.probabilities, both.backward.entailment)
        found[i] = [np.nan if (value := named[name]) is None else value for name in NAMES]
    return found


def sign_held(
    standard: NDArray[np.float64], truth: NDArray[np.int64], weight: NDArray[np.float64]
) -> tuple[NDArray[np.float64], float]:
    """Logistic regression in which no feature counts against its meaning: one that would is left out, worst first."""
    from sklearn.linear_model import LogisticRegression

    signs = np.array([SIGNS[name] for name in NAMES])
    kept = np.ones(len(NAMES), dtype=bool)
    while True:
        model = LogisticRegression(C=0.3, max_iter=2000).fit(standard[:, kept], truth, sample_weight=weight)
        coefficients = np.zeros(len(NAMES))
        coefficients[kept] = model.coef_[0]
        wrong = np.where(coefficients * signs < 0, np.abs(coefficients), 0.0)
        if not wrong.any():
            return coefficients, float(model.intercept_[0])
        kept[int(wrong.argmax())] = False


def cross_validated(
    standard: NDArray[np.float64], truth: NDArray[np.int64], weight: NDArray[np.float64], groups: NDArray[np.str_]
) -> NDArray[np.float64]:
    """Log-odds of each pair by a model that saw nothing of its group, (n,)."""
    fold = np.array([int(digest(str(group))[:8], 16) % FOLDS for group in groups])
    found = np.empty(len(truth))
    for number in range(FOLDS):
        rest = fold != number
        coefficients, intercept = sign_held(standard[rest], truth[rest], weight[rest])
        found[~rest] = standard[~rest] @ coefficients + intercept
    return found


def platt(log_odds: NDArray[np.float64], truth: NDArray[np.int64]) -> dict[str, float]:
    """Slope and intercept (Platt 1999)."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1e6).fit(log_odds[:, None], truth)
    return {"slope": round(float(model.coef_[0, 0]), 6), "intercept": round(float(model.intercept_[0]), 6)}


def operating_point(scores: NDArray[np.float64], truth: NDArray[np.int64], precision: float) -> float:
    """The least score, in steps of .01, from which on the pairs reach ``precision``; .95 where none does."""
    for step in range(LEAST, 96):
        flagged = scores >= step / 100
        if flagged.sum() >= 20 and truth[flagged].mean() >= precision:
            return step / 100
    return 0.95


def report(
    crossed: NDArray[np.float64],
    truth: NDArray[np.int64],
    is_bare: NDArray[np.bool_],
    strangers: NDArray[np.bool_],
    scores: NDArray[np.float64],
    thresholds: dict[str, float],
    weights: list[dict[str, Any]],
) -> dict[str, Any]:
    from sklearn.metrics import average_precision_score

    own = ~is_bare & ~strangers
    flagged = own & (scores >= thresholds["contradiction"])
    return {
        "pairs": {"bare": int(is_bare.sum()), "attributed": int((~is_bare).sum()), "made": int(strangers.sum())},
        "average_precision_bare": float(
            average_precision_score(truth[is_bare & ~strangers], crossed[is_bare & ~strangers])
        ),
        "average_precision_attributed": float(average_precision_score(truth[own], crossed[own])),
        "thresholds": thresholds,
        "precision": float(truth[flagged].mean()) if flagged.any() else None,
        "recall": float(flagged[own & (truth == 1)].mean()),
        "false_alarms_among_strangers": float((scores >= thresholds["contradiction"])[~is_bare & strangers].mean()),
        "weights": {w["name"]: w["weight"] for w in weights},
    }


if __name__ == "__main__":
    main()
