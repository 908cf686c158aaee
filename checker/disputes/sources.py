"""Where a statement stands, and that its words do stand there."""

from dataclasses import dataclass
from typing import TypeAlias

from index.records import Article, Statement


@dataclass(frozen=True, slots=True)
class Source:
    """A statement's article, and the ids of other articles that carry it."""

    article: Article
    appearances: tuple[str, ...] = ()


Sources: TypeAlias = dict[str, Source]
"""By statement key."""


def shows(article: Article, statement: Statement) -> bool:
    """Whether the spans of a statement, cut from its article, are the words that it gives."""
    return " ".join(article.text[start:end] for start, end in statement.content_spans) == statement.content
