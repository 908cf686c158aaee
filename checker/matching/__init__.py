"""Statement -> pairs: near statements of other actors, either way round."""

from checker.matching.filters import Filter
from checker.matching.search import Matcher

__all__ = ["Filter", "Matcher"]
