"""Fits the scorer over named features, its calibration and its operating points.

    python -m eval.fit_scorer [--rows 5000]

Reads ``pairs/train.jsonl.gz`` of the data folder; writes ``checker/judging/weights/scorer.json`` and prints what was
measured on rows that nothing was fitted on. Deterministic: rows are chosen by a hash of their ids.

The public sets pair each sentence only with sentences made for it. In use most pairs are strangers that share a topic.
So each part also holds its own hypotheses paired with the most similar premise of another row, as "no contradiction"
(a few of them do contradict: noise that makes the scores a little too low), and a stranger at random.
"""

import argparse
import gzip
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from checker.judging import CrossEncoder
from checker.judging.features import NAMES, features
from checker.judging.nli import LABELS, Nli, both_ways
from checker.judging.wording import plain_verbs
from eval.doors import say
from eval.locate import data_folder
from index.encoders import Encoder, load_encoder
from index.records import Pair, Statement

WEIGHTS = Path(__file__).parent.parent / "checker" / "judging" / "weights"

# Sets that teach shortcuts, by their labels (no neutrals, no contradictions, or hardly any), or whose "attack" is
# no contradiction.
LEFT_OUT = frozenset(
    "covidfact monli scone perspectrum fnc1_related snli_disco claimdiff disco_aug politihop cb_olora".split()
)
SHARES = {"scorer": 0.5, "calibration": 0.3, "measure": 0.2}
# The score is a calibrated probability, so an operating point says what it means: called a contradiction where at least
# four in five such pairs contradict, uncertain where nearly every second one does.
THRESHOLDS = {"contradiction": 0.80, "uncertain": 0.45}


@dataclass(frozen=True, slots=True)
class Rows:
    """Pairs with the cosine of each and whether it contradicts, (n,) each."""

    pairs: list[tuple[str, str]]
    cosines: NDArray[np.float64]
    truth: NDArray[np.int64]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=5_000, help="labelled pairs, balanced over labels in each set")
    wanted = parser.parse_args().rows
    encoder, nli = load_encoder(notify=say), CrossEncoder.packaged(notify=say)
    rows = list(sample(data_folder() / "pairs" / "train.jsonl.gz", wanted))
    parts = {name: with_strangers(encoder, part) for name, part in split(rows).items()}
    scorer, report = fit(nli, parts)
    WEIGHTS.mkdir(exist_ok=True)
    (WEIGHTS / "scorer.json").write_text(json.dumps(scorer, indent=1) + "\n", encoding="utf-8")
    say(json.dumps(report, indent=1))


def sample(path: Path, rows: int) -> Iterator[dict[str, Any]]:
    """Rows in equal number for each label within each set, smallest hash of the id first."""
    groups: dict[tuple[str, str], list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row["set"] not in LEFT_OUT:
                groups[row["set"], row["label"]].append((_hash(f"{row['set']} {row['id']}"), row))
    sets = sorted({name for name, _ in groups})
    smallest = {name: min(len(groups[name, label]) for label in LABELS) for name in sets}
    share = min(1.0, rows / (len(LABELS) * sum(smallest.values())))
    for name in sets:
        for label in LABELS:
            ordered = sorted(groups[name, label], key=lambda item: item[0])
            yield from (row for _, row in ordered[: round(smallest[name] * share)])


def split(rows: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Cut by the premise, so that no premise is in two parts."""
    parts: dict[str, list[dict[str, Any]]] = {name: [] for name in SHARES}
    for row in rows:
        place, start = int(_hash(row["premise"])[:8], 16) / 2**32, 0.0
        for name, share in SHARES.items():
            if start <= place < start + share:
                parts[name].append(row)
            start += share
    return parts


def with_strangers(encoder: Encoder, rows: list[dict[str, Any]]) -> Rows:
    """The labelled pairs, each hypothesis with the nearest premise of another row, and with one at random."""
    premises, hypotheses = [row["premise"] for row in rows], [row["hypothesis"] for row in rows]
    u, v = encoder.encode(premises), encoder.encode(hypotheses)
    near = (v @ u.T).astype(np.float64)
    own = np.array([[a == b for b in premises] for a in premises])
    near[own] = -np.inf
    nearest = near.argmax(axis=1)
    random = np.random.default_rng(0).permutation(len(rows))
    random = np.where(own[np.arange(len(rows)), random], nearest, random)
    orders = [np.arange(len(rows)), nearest, random]
    labelled = np.array([row["label"] == "contradiction" for row in rows], dtype=np.int64)
    return Rows(
        pairs=[(premises[i], hypotheses[j]) for order in orders for j, i in enumerate(order)],
        cosines=np.concatenate([np.sum(u[order] * v, axis=1) for order in orders]).astype(np.float64),
        truth=np.concatenate([labelled, np.zeros_like(labelled), np.zeros_like(labelled)]),
    )


def fit(nli: Nli, parts: dict[str, Rows]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The scorer's JSON, and what it reaches on the rows kept for measuring."""
    from sklearn.isotonic import IsotonicRegression
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import average_precision_score, brier_score_loss

    tables = {name: _table(nli, rows) for name, rows in parts.items()}
    mean, scale = np.nanmean(tables["scorer"], axis=0), np.nanstd(tables["scorer"], axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    standard = {name: np.nan_to_num((table - mean) / scale) for name, table in tables.items()}  # absent adds nothing
    model = LogisticRegression(C=1.0, max_iter=1000).fit(standard["scorer"], parts["scorer"].truth)

    log_odds = {name: table @ model.coef_[0] + model.intercept_[0] for name, table in standard.items()}
    isotonic = IsotonicRegression(out_of_bounds="clip", y_min=0.0, y_max=1.0)
    isotonic.fit(log_odds["calibration"], parts["calibration"].truth)
    scores = {name: isotonic.predict(values) for name, values in log_odds.items()}
    weights = [
        {"name": n, "mean": round(float(m), 6), "scale": round(float(s), 6), "weight": round(float(w), 6)}
        for n, m, s, w in zip(NAMES, mean, scale, model.coef_[0], strict=True)
    ]
    scorer = {
        "weights": weights,
        "intercept": round(float(model.intercept_[0]), 6),
        "calibration": {
            "log_odds": np.round(isotonic.X_thresholds_, 6).tolist(),
            "probability": np.round(isotonic.y_thresholds_, 6).tolist(),
        },
        "thresholds": THRESHOLDS,
    }
    truth, measured = parts["measure"].truth, scores["measure"]
    flagged = measured >= THRESHOLDS["contradiction"]
    report = {
        "pairs": {name: len(part.pairs) for name, part in parts.items()},
        "base_rate": float(truth.mean()),
        "average_precision": float(average_precision_score(truth, measured)),
        "brier": float(brier_score_loss(truth, measured)),
        "thresholds": THRESHOLDS,
        "precision": float(truth[flagged].mean()),
        "recall": float(flagged[truth == 1].mean()),
        "weights": {w["name"]: w["weight"] for w in weights},
    }
    return scorer, report


def _table(nli: Nli, rows: Rows) -> NDArray[np.float64]:
    """Features of each row, (n, features); absent ones are NaN."""
    table = np.empty((len(rows.pairs), len(NAMES)))
    plain = [(plain_verbs(a), plain_verbs(b)) for a, b in rows.pairs]
    for i, (texts, probabilities) in enumerate(zip(rows.pairs, both_ways(nli, plain), strict=True)):
        pair = Pair(Statement.claim(texts[0]), Statement.claim(texts[1]), float(rows.cosines[i]))
        found = features(pair, probabilities)
        table[i] = [np.nan if found[name] is None else found[name] for name in NAMES]
    return table


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


if __name__ == "__main__":
    main()
