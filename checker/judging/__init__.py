"""Pair -> verdict: kind, calibrated probability, reasons."""

from checker.judging.cross_encoder import CrossEncoder
from checker.judging.nli import Nli
from checker.judging.scorer import Scorer
from checker.judging.verdicts import Judge

__all__ = ["CrossEncoder", "Judge", "Nli", "Scorer"]
