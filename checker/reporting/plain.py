"""Untrusted text made safe to show on a terminal."""

import unicodedata

# Bidirectional controls can make a line read as something else; they carry no words.
_BIDI = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c")


def plain(text: str | None) -> str:
    """``text`` on one line, without control characters (C0, C1, escapes), bidi marks, and lone surrogates."""
    if not text:
        return ""
    return "".join(_shown(c) for c in text).strip()


def _shown(c: str) -> str:
    if c in "\n\r\t\v\f\u2028\u2029\x85":
        return " "
    if c in _BIDI or unicodedata.category(c) in ("Cc", "Cs"):
        return ""
    return c
