"""A training configuration: one TOML file per model, in ``eval/training/config``."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.training.data import Source, Turning
from index.errors import InputError


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of training on one mixture.

    ``rows``: how many rows it lasts. ``lr`` rises over ``warmup_rows``, stays, and falls to zero over the last
    ``decay_rows``.
    """

    name: str
    rows: int
    lr: float
    warmup_rows: int
    decay_rows: int
    sources: tuple[Source, ...]

    def rate(self, done: int) -> float:
        """The learning rate after ``done`` rows of this phase."""
        rise = min(1.0, (done + 1) / self.warmup_rows) if self.warmup_rows else 1.0
        fall = min(1.0, max(0.0, (self.rows - done) / self.decay_rows)) if self.decay_rows else 1.0
        return self.lr * rise * fall


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that decides what a training run computes, apart from the machine."""

    name: str
    seed: int
    pooling: str
    max_length: int
    batch_rows: int
    accumulate: int
    pool_rows: int
    weight_decay: float
    beta2: float
    clip: float
    dropout: float
    ema: float
    hold_out: float
    turning: Turning
    phases: tuple[Phase, ...]


def read_config(path: Path) -> Config:
    """Raises InputError for a file that is absent, broken, or names an unknown mixture or key."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        mixtures = {name: [source_of(entry) for entry in entries] for name, entries in raw.pop("mixtures").items()}
        phases = tuple(phase_of(entry, mixtures) for entry in raw.pop("phases"))
        turning = Turning(**raw.pop("turning", {}))
        return Config(name=path.stem, turning=turning, phases=phases, **raw)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: no training configuration ({error}); see eval/training/README.md") from error


def source_of(entry: Mapping[str, Any]) -> Source:
    rest = dict(entry)
    return Source(name=rest.pop("set"), file=rest.pop("file", "pairs/train.jsonl.gz"), **rest)


def phase_of(entry: Mapping[str, Any], mixtures: Mapping[str, list[Source]]) -> Phase:
    rest = dict(entry)
    sources = tuple(source for name in rest.pop("mixtures") for source in mixtures[name])
    return Phase(sources=sources, **rest)
