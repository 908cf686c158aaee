"""Article -> statements: who said what, through whom, with what stance."""

from checker.extraction.assemble import statements
from checker.extraction.registry import Registry
from index.records import Article, Statement

__all__ = ["EXTRACTOR", "extract"]

EXTRACTOR = "rules-1"
"""Names the rules: changed whenever the same text may give other statements."""


def extract(article: Article, registry: Registry) -> tuple[Statement, ...]:
    """The statements of ``article`` in the order of its text. Never raises for any text; offsets are exact."""
    return statements(article, registry)
