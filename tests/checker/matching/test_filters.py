"""Plans, predictions and what is only supposed: what may stand against what. A query and a night ask the same."""

from dataclasses import replace

import pytest

from checker.extraction.checkable import is_hypothetical
from checker.matching.filters import can_clash, is_settled
from index.records import Actor, Stance, Statement

RURITANIA = Actor("ruritania", "Ruritania", "ruritania")
ACCUSED = "Ruritania is planning an invasion of Sylvania"
PREDICTED = "Ruritania will invade Sylvania in spring"
NO_PLANS = "Ruritania has no plans to invade Sylvania"
HAS_NOT = "Ruritania has not invaded Sylvania"


def said(text: str, stance: Stance = "asserts") -> Statement:
    return replace(Statement.claim(text, actor=RURITANIA), stance=stance, hypothetical=is_hypothetical(text))


@pytest.mark.parametrize(
    ("text", "stance", "settled"),
    [
        (ACCUSED, "accuses", True),
        ("Ruritania is not planning an invasion of Sylvania", "denies", True),
        ("Ruritania intends to leave the northern border", "asserts", True),
        ("Ruritania has no intention of attacking Sylvania", "asserts", True),
        (PREDICTED, "asserts", True),
        ("Ruritania won’t invade Sylvania", "promises", True),
        ("Ruritania would not invade Sylvania", "denies", True),
        ("Ruritania would invade Sylvania", "asserts", False),
        ("Ruritania would not invade Sylvania if the talks succeed", "denies", False),
        ("Ruritania may invade Sylvania in spring", "warns", False),
        ("Ruritania will probably invade Sylvania", "asserts", False),
        ("Ruritania will invade Sylvania unless the talks succeed", "asserts", False),
        ("Will Ruritania really invade Sylvania?", "asks", False),
        ("Ruritania will leave the northern border", "demands", False),
    ],
)
def test_a_plan_and_a_prediction_are_settled_and_a_possibility_is_not(text: str, stance: Stance, settled: bool) -> None:
    assert is_settled(said(text, stance)) is settled


def test_a_hope_that_is_not_checkable_is_not_settled() -> None:
    assert not is_settled(replace(said(PREDICTED), checkable=False))


@pytest.mark.parametrize(
    ("one", "other", "clash"),
    [
        (ACCUSED, NO_PLANS, True),
        (PREDICTED, NO_PLANS, True),
        (PREDICTED, "Ruritania will not invade Sylvania", True),
        (PREDICTED, "Ruritania is not going to invade Sylvania", True),
        (PREDICTED, HAS_NOT, False),
        (PREDICTED, "Ruritania may not invade Sylvania", False),
        (ACCUSED, HAS_NOT, True),
        (NO_PLANS, "Ruritania could invade Sylvania", False),
    ],
)
def test_a_prediction_stands_against_predictions_and_plans_not_against_what_is(
    one: str, other: str, clash: bool
) -> None:
    assert can_clash(said(one), said(other)) is clash
    assert can_clash(said(other), said(one)) is clash


def test_a_typed_claim_is_never_taken_as_supposed() -> None:
    claim = Statement.claim("Ruritania could invade Sylvania")
    assert can_clash(claim, said(HAS_NOT))
    assert not can_clash(claim, said(PREDICTED))  # no word of a coming deed in the claim


def test_one_person_in_and_out_of_office_is_on_his_own_side() -> None:
    before, after = Actor("ana-berg", "Ana Berg"), Actor("ana-berg", "Ana Berg", "norland")
    assert before.shares_side_with(after)
    assert after.shares_side_with(before)
    assert not before.shares_side_with(Actor("ivo-kern", "Ivo Kern", "norland"))
