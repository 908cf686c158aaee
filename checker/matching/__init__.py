"""Statement -> pairs: near statements of other actors, either way round."""

from checker.matching.copies import Copies
from checker.matching.filters import Filter
from checker.matching.search import Matcher, Reach

__all__ = ["Copies", "Filter", "Matcher", "Reach"]
