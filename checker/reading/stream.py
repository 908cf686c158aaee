"""Bytes in bounded portions: opening, unpacking, byte order marks, lines. Nothing here holds more than one article.

A stream is an iterator of non-empty chunks of bytes. What is wrong with it is raised as
:class:`~index.errors.InputError` with a reason of :data:`checker.reading.skipped.REASONS`.
"""

import codecs
import gzip
import io
import itertools
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, TypeAlias

from index.errors import InputError

Chunks: TypeAlias = Iterator[bytes]

MAX_ARTICLE_BYTES = 10_000_000
"""One article (a line of JSON Lines, a text or HTML file) may have this many bytes. The longest speech in our data has
0.2 MB, a novel 1 MB; a longer "article" is a broken export."""

CHUNK_BYTES = 65_536
HEAD_BYTES = 65_536  # enough to recognise a format and to parse an ordinary first line

MAX_GZIP_RATIO = 200
"""Unpacked bytes for one packed byte. News as JSON Lines packs 3 to 10 times, deflate's limit is 1,032."""
FREE_UNPACKED_BYTES = 16_000_000
"""So much may unpack at any ratio: small files of repeated test data are no bombs."""

GZIP_MAGIC = b"\x1f\x8b"

# The longer mark first: UTF-32-LE starts with the mark of UTF-16-LE.
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(slots=True)
class Document:
    """One opened file, as a format sees it: unpacked, without byte order mark, UTF-8 where a mark said how.

    ``name`` is for messages, ``suffix`` lower case without ``.gz``. ``id`` is the id for an article that brings none
    (None: standard input). ``fields`` are the sidecar's. ``head`` are the first bytes; ``chunks`` start with them.
    """

    name: str
    suffix: str
    id: str | None
    fields: dict[str, Any]
    head: bytes
    chunks: Chunks


def open_stream(file: BinaryIO) -> tuple[bytes, Chunks]:
    """The head of ``file`` and all its chunks, unpacked if it is gzip.

    :raises InputError: empty-file, broken-gzip; reading on may raise broken-gzip, gzip-bomb, bad-encoding.
    """
    head, chunks = peek(_chunks_of(file), HEAD_BYTES)
    if head.startswith(GZIP_MAGIC):
        head, chunks = peek(_unpacked(chunks), HEAD_BYTES)
    if not head:
        raise InputError("the file is empty; nothing to read", reason="empty-file")
    for mark, encoding in BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return peek(_without_mark(chunks, mark, encoding), HEAD_BYTES)
    return head, chunks


def peek(chunks: Chunks, size: int) -> tuple[bytes, Chunks]:
    """At least ``size`` first bytes (fewer if there are fewer) cut to ``size``, and the whole stream again."""
    held: list[bytes] = []
    length = 0
    for chunk in chunks:
        held.append(chunk)
        length += len(chunk)
        if length >= size:
            break
    return b"".join(held)[:size], itertools.chain(held, chunks)


def whole(chunks: Chunks, limit: int = MAX_ARTICLE_BYTES) -> bytes:
    """All bytes of a stream.

    :raises InputError: too-long, as soon as there are more than ``limit`` bytes.
    """
    held: list[bytes] = []
    length = 0
    for chunk in chunks:
        length += len(chunk)
        if length > limit:
            raise InputError(f"longer than {limit:,} bytes; split it into articles", reason="too-long")
        held.append(chunk)
    return b"".join(held)


def lines(chunks: Chunks, limit: int = MAX_ARTICLE_BYTES) -> Iterator[tuple[int, bytes | None]]:
    """(number from 1, line without its newline); None for a line longer than ``limit`` bytes, which is never held."""
    number, length = 1, 0
    held: list[bytes] = []
    for chunk in chunks:
        start = 0
        while (end := chunk.find(b"\n", start)) >= 0:
            length += end - start
            yield number, (b"".join([*held, chunk[start:end]]) if length <= limit else None)
            held, number, length, start = [], number + 1, 0, end + 1
        length += len(chunk) - start
        if length <= limit:
            held.append(chunk[start:])
        else:
            held = []
    if length:
        yield number, (b"".join(held) if length <= limit else None)


def decoded(data: bytes) -> str:
    """``data`` as UTF-8.

    :raises InputError: bad-encoding, naming the first bad byte.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            f"not valid UTF-8 (byte 0x{data[error.start]:02x} at offset {error.start:,}); convert it to UTF-8",
            reason="bad-encoding",
        ) from None


def _chunks_of(file: BinaryIO) -> Chunks:
    while chunk := file.read(CHUNK_BYTES):
        yield chunk


def _unpacked(packed: Chunks) -> Chunks:
    source = _Counted(packed)
    total = 0
    try:
        with gzip.GzipFile(fileobj=source) as unpacker:
            while chunk := unpacker.read(CHUNK_BYTES):
                total += len(chunk)
                if total > max(FREE_UNPACKED_BYTES, MAX_GZIP_RATIO * source.count):
                    raise InputError(
                        f"{source.count:,} bytes unpack to more than {total:,}: no text does; unpack it yourself"
                        " if you trust it",
                        reason="gzip-bomb",
                    )
                yield chunk
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        what = "it ends too early" if isinstance(error, EOFError) else str(error)
        raise InputError(f"broken gzip ({what}) after {total:,} bytes; fetch it again", reason="broken-gzip") from None


class _Counted(io.RawIOBase):
    """What GzipFile reads from: chunks as a file, and how many packed bytes were taken so far."""

    def __init__(self, chunks: Chunks) -> None:
        self.count = 0
        self._chunks = chunks
        self._rest = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if not self._rest:
            self._rest = next(self._chunks, b"")
        taken, self._rest = self._rest[:size], self._rest[size:]
        self.count += len(taken)
        return taken


def _without_mark(chunks: Chunks, mark: bytes, encoding: str) -> Chunks:
    """The stream after ``mark``, as UTF-8. Bad UTF-8 is left to the format: there it costs one line, not the file."""
    first = b""
    while len(first) < len(mark):
        first += next(chunks)
    rest = itertools.chain([first[len(mark) :]], chunks)
    if encoding == "utf-8":
        yield from (chunk for chunk in rest if chunk)
        return
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for chunk in rest:
            if text := decoder.decode(chunk):
                yield text.encode()
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise InputError(
            f"not valid {encoding.upper()} ({error.reason}); convert it to UTF-8", reason="bad-encoding"
        ) from None
