"""Article -> statements: who said what, through whom, with what stance."""

from typing import TYPE_CHECKING

from index.records import Article, Statement

if TYPE_CHECKING:
    from checker.extraction.registry import Registry

__all__ = ["EXTRACTOR", "extract"]

EXTRACTOR = "rules-17"
"""Names the rules: changed whenever the same text may give other statements."""


def extract(article: Article, registry: "Registry") -> tuple[Statement, ...]:
    """The statements of ``article`` in the order of its text. Never raises for any text; offsets are exact."""
    # here, because the registry and the propositions are also used by rooms that never extract
    from checker.extraction.assemble import statements

    return statements(article, registry)
