"""Fits what judges a pair: the NLI head over embeddings and the scorer over named features.

    python -m eval.fit_scorer [--rows 60000]

Reads ``pairs/train.jsonl.gz`` of the data folder; writes ``checker/judging/weights/*.json`` and prints what was
measured on rows that nothing was fitted on. Deterministic: rows are chosen by a hash of their ids.
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

from checker.judging.features import NAMES, features
from checker.judging.nli import LABELS, EmbeddingNli, interactions
from eval.locate import data_folder
from index.encoders import Encoder, load_encoder
from index.records import Pair, Probabilities, Statement

WEIGHTS = Path(__file__).parent.parent / "checker" / "judging" / "weights"

# Sets that teach shortcuts, by their labels (no neutrals, no contradictions, or hardly any), or whose "attack" is
# no contradiction.
LEFT_OUT = frozenset(
    {"covidfact", "monli", "scone", "perspectrum", "fnc1_related", "snli_disco", "claimdiff", "disco_aug", "politihop"}
)
# Shares of the rows: for the NLI head, the scorer, its calibration, and for measuring.
SHARES = {"head": 0.6, "scorer": 0.2, "calibration": 0.1, "measure": 0.1}
# Operating points are chosen on the calibration rows: the lowest score from which on this precision holds.
PRECISION = {"contradiction": 0.85, "uncertain": 0.60}


@dataclass(frozen=True, slots=True)
class Rows:
    """Pairs with their vectors (n, d) each and their labels as columns of LABELS."""

    pairs: list[tuple[str, str]]
    u: NDArray[np.float32]
    v: NDArray[np.float32]
    labels: NDArray[np.int64]

    def take(self, where: NDArray[np.bool_]) -> "Rows":
        kept = [pair for pair, keep in zip(self.pairs, where, strict=True) if keep]
        return Rows(kept, self.u[where], self.v[where], self.labels[where])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=60_000, help="pairs in all, balanced over sets and labels")
    rows = parser.parse_args().rows
    encoder = load_encoder(notify=print)
    parts = split(encode(encoder, list(sample(data_folder() / "pairs" / "train.jsonl.gz", rows))))
    WEIGHTS.mkdir(exist_ok=True)

    head = fit_head(encoder, parts["head"])
    _write(WEIGHTS / "embedding_nli.json", head)
    nli = EmbeddingNli(encoder, head)

    scorer, report = fit_scorer(nli, parts)
    _write(WEIGHTS / "scorer.json", scorer)
    print(json.dumps(report, indent=1))


def sample(path: Path, rows: int) -> Iterator[dict[str, Any]]:
    """Rows in equal number for each label within each set, smallest hash of the id first."""
    groups: dict[tuple[str, str], list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row["set"] not in LEFT_OUT:
                groups[row["set"], row["label"]].append((_hash(row), row))
    sets = sorted({name for name, _ in groups})
    total = sum(min(len(groups[name, label]) for label in LABELS) * len(LABELS) for name in sets)
    for name in sets:
        smallest = min(len(groups[name, label]) for label in LABELS)
        count = round(smallest * min(1.0, rows / total))
        for label in LABELS:
            yield from (row for _, row in sorted(groups[name, label], key=lambda item: item[0])[:count])


def encode(encoder: Encoder, rows: list[dict[str, Any]]) -> Rows:
    """All rows with their vectors."""
    pairs = [(row["premise"], row["hypothesis"]) for row in rows]
    vectors = encoder.encode([text for pair in pairs for text in pair])
    labels = np.array([LABELS.index(row["label"]) for row in rows])
    return Rows(pairs, vectors[0::2], vectors[1::2], labels)


def split(rows: Rows) -> dict[str, Rows]:
    """Cut by the premise, so that no premise is in two parts."""
    places = np.array([int(hashlib.sha256(premise.encode()).hexdigest()[:8], 16) / 2**32 for premise, _ in rows.pairs])
    parts, start = {}, 0.0
    for name, share in SHARES.items():
        parts[name] = rows.take((places >= start) & (places < start + share))
        start += share
    return parts


def fit_head(encoder: Encoder, rows: Rows) -> dict[str, Any]:
    """Multinomial logistic regression over the interactions of two vectors."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1.0, max_iter=300).fit(interactions(rows.u, rows.v), rows.labels)
    coefficients = np.round(model.coef_, 5)
    weights = {
        "encoder": encoder.name,
        "labels": list(LABELS),
        "intercept": np.round(model.intercept_, 5).tolist(),
        "coefficients": coefficients.tolist(),
    }
    weights["fingerprint"] = hashlib.sha256(json.dumps(weights).encode()).hexdigest()
    return weights


def fit_scorer(nli: EmbeddingNli, parts: dict[str, Rows]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The scorer's JSON, and what it reaches on the rows kept for measuring."""
    from sklearn.isotonic import IsotonicRegression
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import average_precision_score, brier_score_loss, precision_recall_curve

    tables = {name: _table(nli, parts[name]) for name in ("scorer", "calibration", "measure")}
    truths = {name: (parts[name].labels == LABELS.index("contradiction")).astype(int) for name in tables}
    mean, scale = np.nanmean(tables["scorer"], axis=0), np.nanstd(tables["scorer"], axis=0)
    standard = {name: np.nan_to_num((table - mean) / scale) for name, table in tables.items()}  # absent: adds nothing
    model = LogisticRegression(C=1.0, max_iter=1000).fit(standard["scorer"], truths["scorer"])

    log_odds = {name: table @ model.coef_[0] + model.intercept_[0] for name, table in standard.items()}
    isotonic = IsotonicRegression(out_of_bounds="clip", y_min=0.0, y_max=1.0).fit(
        log_odds["calibration"], truths["calibration"]
    )
    scores = {name: isotonic.predict(values) for name, values in log_odds.items()}
    thresholds = {}
    for name, wanted in PRECISION.items():
        precision, _, points = precision_recall_curve(truths["calibration"], scores["calibration"])
        thresholds[name] = round(float(points[np.argmax(precision[:-1] >= wanted)]), 4)
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
        "thresholds": thresholds,
    }
    flagged = scores["measure"] >= thresholds["contradiction"]
    report = {
        "rows": {name: len(part.pairs) for name, part in parts.items()},
        "base_rate": float(truths["measure"].mean()),
        "average_precision": float(average_precision_score(truths["measure"], scores["measure"])),
        "brier": float(brier_score_loss(truths["measure"], scores["measure"])),
        "thresholds": thresholds,
        "precision": float(truths["measure"][flagged].mean()),
        "recall": float(flagged[truths["measure"] == 1].mean()),
        "weights": {w["name"]: w["weight"] for w in weights},
    }
    return scorer, report


def _table(nli: EmbeddingNli, rows: Rows) -> NDArray[np.float64]:
    """Features of each row, (n, features); absent ones are NaN."""
    cosines = np.sum(rows.u * rows.v, axis=1)
    forward = nli.probabilities(rows.pairs)  # symmetric in the two texts: one way round is enough
    table = np.empty((len(rows.pairs), len(NAMES)))
    for i, (premise, hypothesis) in enumerate(rows.pairs):
        pair = Pair(Statement.claim(premise), Statement.claim(hypothesis), float(cosines[i]))
        found = features(pair, Probabilities(*(float(x) for x in forward[i])))
        table[i] = [np.nan if found[name] is None else found[name] for name in NAMES]
    return table


def _hash(row: dict[str, Any]) -> str:
    return hashlib.sha256(f"{row['set']} {row['id']}".encode()).hexdigest()


def _write(path: Path, data: dict[str, Any]) -> None:
    path.write_text(json.dumps(data) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
