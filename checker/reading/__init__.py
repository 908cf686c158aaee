"""Bytes in, articles out: formats, size caps, language."""

from checker.reading.places import Input
from checker.reading.reader import read
from checker.reading.skipped import REASONS, Skipped

__all__ = ["REASONS", "Input", "Skipped", "read"]
