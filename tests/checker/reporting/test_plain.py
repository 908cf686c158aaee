"""Untrusted text on a terminal."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from checker.reporting.plain import LONGEST, brief, plain


def test_escape_sequences_lose_their_power_and_words_stay() -> None:
    assert plain("\x1b[31mred\x1b[0m\x9b2J") == "[31mred[0m2J"


def test_bidi_marks_and_line_breaks_cannot_reorder_or_add_lines() -> None:
    assert plain("a\u202eb\nc\u2028d") == "ab c d"


def test_curly_quotes_and_other_scripts_stay() -> None:
    assert plain("“Не выводит” 北") == "“Не выводит” 北"


def test_what_is_long_is_cut_with_an_ellipsis_and_the_rest_stays() -> None:
    assert brief("x" * LONGEST) == "x" * LONGEST
    assert brief("word " * 26_000) == ("word " * 40)[:LONGEST].strip()[: LONGEST - 1] + "…"
    assert brief("\x1b a\nb ") == "a b"
    assert brief(None) == ""


@given(st.text())
def test_nothing_that_controls_a_terminal_comes_through(text: str) -> None:
    assert not any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in plain(text))
