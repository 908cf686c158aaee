"""Labelled rows on their way to training and away from it: written for it, or held out from it."""

import gzip
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

CONFIG = Path(__file__).parent / "config" / "judge.toml"
"""The configuration of the judge that ships."""


def write_rows(path: Path, rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Writes a ``.jsonl.gz`` file, the same bytes for the same rows; how many of each "set label", sorted."""
    counts: Counter[str] = Counter()
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.GzipFile(path, "wb", mtime=0) as lines:
        for row in rows:
            lines.write((json.dumps(row, ensure_ascii=False) + "\n").encode())
            counts[f"{row['set']} {row['label']}"] += 1
    return dict(sorted(counts.items()))


def held_out(path: Path, config: Path = CONFIG) -> Iterator[dict[str, Any]]:
    """Rows of a ``.jsonl.gz`` file whose premises the judge of this configuration is never trained on."""
    from eval.training.config import read_config  # imports torch
    from eval.training.data import place_of

    share = read_config(config).hold_out
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if place_of(row["premise"]) < share:
                yield row
