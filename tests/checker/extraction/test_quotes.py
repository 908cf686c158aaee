"""Quotation marks: which stretches of a text are quotations, and which of them are speech."""

import pytest

from checker.extraction.quotes import Quote, find_quotes
from checker.extraction.sentences import paragraphs
from checker.extraction.tokens import tokenize


def quotes(text: str) -> list[Quote]:
    tokens = tokenize(text)
    return [quote for found in find_quotes(tokens, paragraphs(tokens)) for quote in found]


def inside(text: str) -> list[str]:
    return [text[q.start : q.end] for q in quotes(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"We will leave," Brandt said. "Not today."', ["We will leave,", "Not today."]),
        ("“We will leave,” Brandt said.", ["We will leave,"]),
        ("«We will leave», Brandt said.", ["We will leave"]),
        ("„We will leave“, Brandt said.", ["We will leave"]),
        ("''We will leave,'' Brandt said.", ["We will leave,"]),
        ("``We will leave,'' Brandt said.", ["We will leave,"]),
        ("‘We will leave,’ Brandt said.", ["We will leave,"]),
        ("'We will leave,' Brandt said.", ["We will leave,"]),
        ("Norland's troops don't fear Veldania's tanks, the ministers' aides said.", []),
        ("It was the '90s, and the soldiers' camp was Norland's.", []),
        ("Brandt said:“We will leave.”Then she left.", ["We will leave."]),
        ("She said it (“we leave”) twice.", ["we leave"]),
        ("”We will leave.” ― Ilsa Brandt", ["We will leave."]),  # a slip of the keyboard at the head of a paragraph
    ],
)
def test_marks_of_every_kind_are_paired_and_apostrophes_are_none(text: str, expected: list[str]) -> None:
    assert inside(text) == expected


def test_a_quotation_inside_a_quotation_is_kept_apart() -> None:
    text = "“They told us ‘go home now’ and we went,” Brandt said."
    (outer,) = quotes(text)
    assert text[outer.start : outer.end] == "They told us ‘go home now’ and we went,"
    assert [text[q.start : q.end] for q in outer.inner] == ["go home now"]


def test_an_odd_mark_harms_nothing_beyond_its_paragraph() -> None:
    text = 'Norland " left on Monday.\n"We will leave," Brandt said.'
    assert inside(text) == ["We will leave,"]


def test_speech_over_several_paragraphs_comes_out_whole() -> None:
    text = "“We will leave.\n“We will not come back.\n“That is all,” Brandt said."
    found = quotes(text)
    assert inside(text) == ["We will leave.", "We will not come back.", "That is all,"]
    assert [(q.closed, q.continues) for q in found] == [(False, False), (False, True), (True, True)]


@pytest.mark.parametrize(
    ("text", "speech"),
    [
        ('"We will leave," Brandt said.', True),
        ('Brandt called it a "big provocation".', False),
        ('She read "War and Peace" in the camp.', False),
        ('Jan "the Hammer" Quist spoke.', False),
        ('"Never!" she said.', True),
        ('On "Voices of the Norland Coast," Brandt said it was over.', False),
        ('It began "because we believe the only way is through talks", she said.', False),
    ],
)
def test_titles_nicknames_and_scare_quotes_are_no_speech(text: str, speech: bool) -> None:
    (quote,) = quotes(text)
    assert quote.speech is speech
