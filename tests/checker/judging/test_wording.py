"""Phrasal verbs and emphasis in the words of a small model."""

import pytest

from checker.judging.wording import plain_words


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Norland is not drawing down those forces.", "Norland is not withdrawing those forces."),
        ("They pulled out of the valley.", "They withdrew from the valley."),
        ("The deal was called off.", "The deal was cancelled."),
        ("Norland shuts down the mine.", "Norland closes the mine."),
        ("Calling off the vote was wrong.", "Cancelling the vote was wrong."),
        ("He drew a line down the map.", "He drew a line down the map."),  # not side by side
        ("Withdrawal upset them.", "Withdrawal upset them."),
    ],
)
def test_a_phrasal_verb_becomes_a_single_one_in_the_same_form(text: str, plain: str) -> None:
    assert plain_words(text) == plain


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Norland is not leaving on the ground.", "Norland is not leaving."),
        ("Norland is not leaving, of course", "Norland is not leaving"),
        ("There is no talk on the ground floor.", "There is no talk on the ground floor."),
        ("At all events they stay.", "At all events they stay."),
    ],
)
def test_emphasis_at_the_end_is_left_out(text: str, plain: str) -> None:
    assert plain_words(text) == plain


def test_replacing_twice_changes_nothing_more() -> None:
    once = plain_words("Norland drew down its forces and then called off the drill.")
    assert plain_words(once) == once
