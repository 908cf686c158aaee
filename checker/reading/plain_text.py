"""A plain text file is one article. Its text is kept as it is: every line end, every space."""

from collections.abc import Iterator

from checker.reading.fields import article_from
from checker.reading.skipped import Skipped
from checker.reading.stream import GZIP_MAGIC, Document, decoded, whole
from index.errors import InputError
from index.records import Article, digest

SUFFIXES = (".txt", ".text")

# Formats that begin like text. Without this they would be stored as articles full of mark-up.
_OTHER_FORMATS = {
    b"%PDF-": "PDF",
    b"{\\rtf": "RTF",
    b"<?xml": "XML",
    b"<rss": "RSS",
    b"<feed": "Atom",
    b"WARC/": "WARC",
}
_BINARY_MAGICS = (
    GZIP_MAGIC,
    b"PK\x03\x04",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"\x7fELF",
    b"BZh",
    b"\xfd7zXZ",
    b"\x28\xb5\x2f\xfd",
)


def recognises(head: bytes, suffix: str) -> bool:
    """Everything that no other format takes; :func:`read` says what is not text."""
    return True


def read(document: Document) -> Iterator[Article | Skipped]:
    """The one article of a text file.

    :raises InputError: binary, unknown-format, too-long, bad-encoding, empty-file, and those of ``article_from``.
    """
    refuse_other_formats(document.head)
    data = whole(document.chunks)
    refuse_nul(data)
    text = decoded(data)
    if not text.strip():
        raise InputError("nothing but blank lines; nothing to read", reason="empty-file")
    given = {**document.fields, "text": text}
    yield article_from({**given, "id": given.get("id", document.id or content_id(text))})


def content_id(text: str) -> str:
    """The id of a text from standard input, which has no name: two different texts are two articles."""
    return f"stdin-{digest(text)}"


def refuse_other_formats(head: bytes) -> None:
    """:raises InputError: binary or unknown-format, from the first bytes."""
    if head.startswith(_BINARY_MAGICS):
        raise InputError("binary data, not text; convert it to text first", reason="binary")
    start = head.lstrip()[:16]
    for magic, name in _OTHER_FORMATS.items():
        if start.startswith(magic):
            raise InputError(f"{name} is not read; convert it to text, HTML or JSON Lines", reason="unknown-format")
    refuse_nul(head)


def refuse_nul(data: bytes) -> None:
    """:raises InputError: binary: no text has NUL characters."""
    if b"\x00" in data:
        raise InputError("binary data (NUL characters), not text; convert it to text first", reason="binary")
