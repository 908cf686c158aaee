"""Phrasal verbs in the words of a small model."""

import pytest

from checker.judging.wording import plain_verbs


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
    assert plain_verbs(text) == plain


def test_replacing_twice_changes_nothing_more() -> None:
    once = plain_verbs("Norland drew down its forces and then called off the drill.")
    assert plain_verbs(once) == once
