"""Pair -> verdict: kind, calibrated probability, reasons."""

from checker.judging.nli import EmbeddingNli, Nli
from checker.judging.scorer import Scorer
from checker.judging.verdicts import Judge

__all__ = ["EmbeddingNli", "Judge", "Nli", "Scorer"]
