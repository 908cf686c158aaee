"""Untrusted text made safe to show on a terminal."""

import unicodedata

# Bidirectional controls can make a line read as something else; they carry no words.
_BIDI = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c")

LONGEST = 200  # characters of what was given and is only told again: two lines of a terminal


def plain(text: str | None) -> str:
    """``text`` on one line, without control characters (C0, C1, escapes), bidi marks, and lone surrogates."""
    if not text:
        return ""
    return "".join(_shown(c) for c in text).strip()


def brief(text: str | None) -> str:
    """As :func:`plain`, cut to what can be taken in at a glance: some texts are as long as a book."""
    shown = plain(text)
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1].rstrip()}…"


def _shown(c: str) -> str:
    if c in "\n\r\t\v\f\u2028\u2029\x85":
        return " "
    if c in _BIDI or unicodedata.category(c) in ("Cc", "Cs"):
        return ""
    return c
