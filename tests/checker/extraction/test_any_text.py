"""Any text at all: offsets are exact, nothing raises, time grows with length and no faster."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.extraction import extract
from checker.extraction.registry import Registry
from index.records import Article, Statement

REGISTRY = Registry.load()
WORDS = "said|Brandt|Norland|the minister|that|it|was|accused|of|denied|accusations|by|and|according to|who|he|not"
MARKS = ":|“|”|\"|'|’s|''|«|»|,|.|\n|\n\n|MS. QUIST:|Q|(|)|\u200b|\u202e|…|on Monday|—|U.S.|2.5|\u00ad|é|Слава|平和|🙂"
PIECES = st.sampled_from(WORDS.split("|") + MARKS.split("|"))
TEXTS = st.lists(PIECES, max_size=60).map(" ".join) | st.text(max_size=200)


def read(text: str, speaker: str | None = None) -> tuple[Statement, ...]:
    return extract(Article("a", text, date="2031-03-13", speaker=speaker), REGISTRY)


@settings(max_examples=150, deadline=None)
@given(TEXTS, st.sampled_from([None, "Ilsa Brandt"]))
def test_every_span_reslices_to_its_content(text: str, speaker: str | None) -> None:
    found = read(text, speaker)
    for s in found:
        assert s.content and s.content_spans
        assert s.content == " ".join(text[a:b] for a, b in s.content_spans)
        assert all(0 <= a < b <= len(text) for a, b in (*s.content_spans, *s.source_spans, *s.cue_spans))
        assert s.proposition
    ids = {s.id for s in found}
    assert len(ids) == len(found)
    assert all(s.parent is None or s.parent in ids for s in found)
    assert all(s.answers is None or s.answers in ids for s in found)


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_the_same_text_gives_the_same_statements(text: str) -> None:
    assert read(text) == read(text)


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES, max_size=40).map(" ".join))
def test_a_later_paragraph_changes_no_earlier_statement(text: str) -> None:
    text = text.replace("MS. QUIST:", "").replace("Q", "") + ".\n\n"
    before = {(s.content_spans, s.polarity) for s in read(text)}
    after = {(s.content_spans, s.polarity) for s in read(text + "The rain fell on the hills of the north and stopped.")}
    assert before == after


HOSTILE = {
    "one long line": "Brandt said that Norland is leaving and Veldania denied it, ",
    "ten thousand quotation marks": '"',
    "all in quotation marks": "“We will go. We will come back.” ",
    "opening marks only": "“We go now he said ",
    "apostrophes": "'a ",
    "names and commas": "Brandt, ",
    "brackets": "([",
    "speaker turns": "MS. QUIST: We go. ",
    "capitals": "MS. QUIST AND THE ",
    "chains": "He said she said ",
    "invisible marks": "Brandt sa\u200bid \u202e“Go now\u2069” ",
}


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE.keys())
def test_twice_the_text_takes_little_more_than_twice_the_time(unit: str) -> None:
    def seconds(characters: int) -> float:
        text = unit * (characters // len(unit))
        runs = []
        for _ in range(3):
            start = time.process_time()
            read(text)
            runs.append(time.process_time() - start)
        return min(runs)

    # coarse, because machines are noisy: quadratic work would give 16 for the fourfold text
    assert seconds(24_000) <= 4 * 2.3 * max(seconds(6_000), 0.01)


def test_a_megabyte_in_one_line_is_read_in_seconds() -> None:
    rng = random.Random(7)
    words = ["Brandt", "said", "that", "Norland", "was", "leaving", "the", "bridge", ",", "“we go”", "and", "denied"]
    text = " ".join(rng.choice(words) for _ in range(170_000))
    assert len(text) > 800_000
    start = time.process_time()
    found = read(text)
    assert found
    assert time.process_time() - start < 60
