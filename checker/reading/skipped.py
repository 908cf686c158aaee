"""What could not be read, and why: one record for each document or line that is left out."""

from dataclasses import dataclass

REASONS: dict[str, str] = {
    # a whole file or folder
    "no-such-file": "the path does not exist",
    "unreadable": "the operating system refuses to read it",
    "not-a-file": "a socket, device or broken link inside a folder",
    "unknown-suffix": "inside a folder: a file of no known article suffix",
    "hidden": "inside a folder: a file or folder whose name starts with a dot",
    "seen-folder": "inside a folder: a link to a folder that was already walked (or a loop of links)",
    "empty-folder": "a folder without any entry",
    "empty-file": "no bytes, or nothing but blank lines",
    "sidecar": "a NAME.json that describes a text beside it, named as if it were an article",
    "binary": "not text: NUL characters, or a compressed file inside a compressed file",
    "unknown-format": "a format that is not read: PDF, Office, XML",
    "broken-gzip": "truncated, wrong checksum or no valid gzip data",
    "gzip-bomb": "unpacks to far more than any text would",
    "broken-html": "no article text was found in the page",
    # a file or one line
    "bad-encoding": "bytes that are not valid in its encoding (UTF-8 unless a byte order mark says otherwise)",
    "too-long": "longer than one article may be",
    "broken-json": "not JSON",
    "not-an-object": "JSON, but no object",
    "missing-id": "no 'id'",
    "bad-id": "an 'id' that is no string, blank, too long, or has control characters",
    "missing-text": "no 'text'",
    "empty-text": "a blank text",
    "lone-surrogate": "half of a surrogate pair: no character, and not storable",
    "missing-field": "a pair or claim without one of its texts",
    "bad-field": "a value of the wrong type",
    "bad-date": "a 'date' that is not ISO 8601",
}
"""Every reason under which input is skipped, with its meaning. Counts in reports use these words."""

PATH_REASONS = frozenset({"no-such-file", "unreadable"})
"""Reasons for which a path could not be opened at all."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A document that was left out.

    ``where`` is ``file`` or ``file:line``; ``reason`` a key of :data:`REASONS`; ``message`` one line, fit to be shown,
    that starts with ``where``.
    """

    where: str
    reason: str
    message: str

    @property
    def path_failed(self) -> bool:
        """Whether a path could not be opened at all; doors end with exit code 3 then, even if others were read."""
        return self.reason in PATH_REASONS

    @property
    def passed_over(self) -> bool:
        """A file that nobody named, met in a folder: counted, but no news to anybody."""
        return self.reason in {"unknown-suffix", "hidden", "sidecar"}


def skipped(where: str, reason: str, what: str) -> Skipped:
    """A :class:`Skipped` whose message is ``where: what``, both on one line whatever the file is called."""
    return Skipped(where=one_line(where), reason=reason, message=one_line(f"{where}: {what}"))


def one_line(text: str) -> str:
    """``text`` without characters that could break a line or steer a terminal; undecodable bytes shown escaped."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
