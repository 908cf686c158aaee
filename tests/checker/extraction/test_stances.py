"""The sentence decides its stance where its cue only says that it was said."""

import pytest

from checker.extraction import extract
from checker.extraction.registry import Registry
from checker.extraction.stances import stance_of
from index.records import Article, Statement

REGISTRY = Registry.load()


def read(text: str, **fields: str) -> tuple[Statement, ...]:
    return extract(Article("a", text, date="2031-03-13", **fields), REGISTRY)


@pytest.mark.parametrize(
    ("content", "stance"),
    [
        ("Veldania must open the bridge by Friday.", "demands"),
        ("We ask Veldania to name the ship.", "demands"),
        ("We call on both sides to return to the table.", "demands"),
        ("We believe that Veldania should answer.", "demands"),
        ("If the bridge stays shut, we will recall our envoy.", "promises"),
        ("We will not give up the river.", "promises"),
        ("We are late, I grant you that.", "concedes"),
        ("We should have closed the dam earlier.", "concedes"),
        ("Yes, we had one ship there.", "concedes"),
        ("We accuse Veldania of paying for the boats.", "accuses"),
        ("That is a lie.", "denies"),
        ("Not true.", "denies"),
        ("The captain lied.", "denies"),
        ("They have it backwards.", "denies"),
        ("We do not comment on fairy tales.", "denies"),
        ("We do not believe Veldania when it says that the drill is over.", "denies"),
        ("Reports that the dam has burst are untrue.", "denies"),
    ],
)
def test_the_words_show_what_the_sentence_does(content: str, stance: str) -> None:
    assert stance_of(content) == stance


@pytest.mark.parametrize(
    "content",
    [
        "The bridge is open.",
        "The man who must answer has left.",
        "There must have been a mistake.",
        "I must say that it is good.",
        "We will see what happens.",
        "We do not see that happening.",
        "The prices are wrong for farmers.",
        "Both were wrong.",
        "That is not a lie.",
        "If they lied, we know it.",
        "We do not comment on rumours.",
    ],
)
def test_what_only_asserts_has_no_stance_of_its_own(content: str) -> None:
    assert stance_of(content) is None


def test_a_cue_that_says_more_than_say_keeps_its_stance() -> None:
    (warning,) = read("Ilsa Brandt warned that Veldania must leave.")
    assert warning.stance == "warns"


def test_what_a_state_will_do_is_promised_by_those_who_speak_for_it() -> None:
    (own,) = read("Poland will close the bridge, Poland's government said.")
    (other,) = read("Poland will close the bridge, Norway's government said.")
    assert (own.stance, other.stance) == ("promises", "asserts")


def test_a_demand_cannot_be_checked_and_an_accusation_can() -> None:
    demand, charge = read("“Veldania must leave,” Ilsa Brandt said. She accused Veldania of mining the road.")
    assert (demand.stance, demand.checkable) == ("demands", False)
    assert (charge.stance, charge.checkable) == ("accuses", True)
    assert charge.content == "mining the road"
    assert charge.proposition == "Veldania mined the road"
