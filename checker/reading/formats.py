"""The formats, in the order in which they are asked. A new one is a module with these three names, and a line here."""

from collections.abc import Iterator
from typing import Protocol

from checker.reading import html, json_document, json_lines, plain_text
from checker.reading.skipped import Skipped
from checker.reading.stream import Document
from index.records import Article


class Format(Protocol):
    """What a module of this package offers to be a format."""

    @property
    def SUFFIXES(self) -> tuple[str, ...]:  # noqa: N802  # a module's constant
        """Lower case, with the dot, without ``.gz``: what is taken out of a folder."""
        ...

    def recognises(self, head: bytes, suffix: str) -> bool:
        """Whether a document with these first bytes is of this format."""
        ...

    def read(self, document: Document) -> Iterator[Article | Skipped]:
        """The articles in it, one at a time; raises InputError where no more can be read."""
        ...


FORMATS: tuple[Format, ...] = (html, json_document, json_lines, plain_text)

KNOWN_SUFFIXES = frozenset(suffix for one in FORMATS for suffix in one.SUFFIXES)
DESCRIBED_SUFFIXES = frozenset(html.SUFFIXES + plain_text.SUFFIXES)
"""Formats that say little about themselves: a sidecar beside such a file describes it."""


def format_of(head: bytes, suffix: str) -> Format:
    """The first format that recognises the document; plain text takes what is left."""
    return next(one for one in FORMATS if one.recognises(head, suffix))
