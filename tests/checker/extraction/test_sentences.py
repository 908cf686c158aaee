"""Paragraphs and sentences keep their offsets; a quotation is one item of the sentence around it."""

from checker.extraction.quotes import find_quotes
from checker.extraction.sentences import paragraphs, sentences
from checker.extraction.tags import stream
from checker.extraction.tokens import tokenize


def split(text: str) -> list[str]:
    tokens = tokenize(text)
    ranges = paragraphs(tokens)
    found = []
    for (begin, stop), quotes in zip(ranges, find_quotes(tokens, ranges), strict=True):
        s = stream(tokens, begin, stop, quotes)
        found += [text[s.start[a] : s.end[b - 1]] for a, b in sentences(s)]
    return found


def test_abbreviations_and_numbers_end_no_sentence() -> None:
    text = "Mr. Quist of the U.S. office paid 2.5 million. Dr. J. Orn did not."
    assert split(text) == ["Mr. Quist of the U.S. office paid 2.5 million.", "Dr. J. Orn did not."]


def test_a_question_in_quotation_marks_keeps_its_speaker() -> None:
    assert len(split('"Will they leave?" Brandt asked. Nobody knew.')) == 2
    assert len(split('"They left." Brandt went home.')) == 2


def test_a_missing_space_after_the_full_stop_still_ends_the_sentence() -> None:
    assert split("Norland left.Brandt said so.") == ["Norland left.", "Brandt said so."]


def test_hand_wrapped_lines_are_one_paragraph_and_headlines_are_not() -> None:
    wrapped = (
        "The foreign minister of Norland told reporters in Port Harrow on Monday that\n"
        "the last of its soldiers would leave the island before the end of the month,\n"
        "as the two sides had agreed in the spring."
    )
    assert len(split(wrapped)) == 1
    headline = "READ MORE: Norland massing troops, not leaving: Veldania\nThe foreign minister said so on Monday."
    assert len(split(headline)) == 2


def test_a_line_without_marks_is_cut_so_that_nothing_is_quadratic() -> None:
    assert max(len(s.split()) for s in split("word " * 1000)) <= 300
