"""What two sentences show on their surface."""

import pytest

from checker.judging.surface import (
    antonyms,
    date_clash,
    name_overlap,
    names_apart,
    negation_parity,
    number_clash,
    overlap,
    role_reversal,
    stem,
    surface,
    times_apart,
)


def _cut(text: str, span: tuple[int, int] | None) -> str | None:
    return None if span is None else text[slice(*span)]


@pytest.mark.parametrize(
    ("one", "other", "unequal"),
    [
        ("Ruritania is withdrawing.", "Ruritania is not withdrawing.", True),
        ("Ruritania isn't withdrawing.", "Ruritania isn’t leaving.", False),
        ("Nobody left.", "Somebody left.", True),
        ("The ministry denied that the bridge was not hit.", "The bridge was hit.", False),  # two negations cancel
    ],
)
def test_negation_is_compared_by_parity(one: str, other: str, unequal: bool) -> None:
    assert negation_parity(surface(one), surface(other)) is unequal


@pytest.mark.parametrize(
    ("one", "other", "clashing"),
    [
        ("190,000 troops stand there.", "150,000 troops stand there.", ("190,000", "150,000")),
        ("Two million people fled.", "2 million people fled.", None),
        ("Prices rose 3 percent.", "Prices rose 5%.", ("3", "5%")),
        ("200 troops left in 3 days.", "200 troops left in 3 days.", None),
        ("200 troops left.", "It took 3 days.", None),  # they count different things
        ("Twelve ships were sunk.", "Thirteen ships were sunk.", ("Twelve", "Thirteen")),
        ("Nobody came.", "30 people came.", None),
    ],
)
def test_numbers_clash_only_where_they_count_the_same(one: str, other: str, clashing: tuple[str, str] | None) -> None:
    found = number_clash(surface(one), surface(other))
    assert (None if found is None else (_cut(one, found[0]), _cut(other, found[1]))) == clashing


def test_antonyms_are_found_through_inflections_and_named_by_place() -> None:
    one, other = "They are withdrawing their forces.", "They amassed forces."
    (places,) = antonyms(surface(one), surface(other))
    assert (_cut(one, places[0]), _cut(other, places[1])) == ("withdrawing", "amassed")


def test_a_sentence_that_holds_both_words_of_a_pair_opposes_nothing() -> None:
    assert antonyms(surface("They withdraw or advance."), surface("They advance.")) == ()


@pytest.mark.parametrize(
    ("one", "other", "reversed_"),
    [
        ("Norland attacked Ruritania.", "Ruritania attacked Norland.", True),
        ("Norland attacked Ruritania.", "Ruritania was attacked by Norland.", False),
        ("Norland attacked Ruritania.", "Norland attacked Ruritania again.", False),
        ("Norland attacked.", "Ruritania attacked.", False),
    ],
)
def test_roles_are_reversed_when_the_same_two_names_change_places(one: str, other: str, reversed_: bool) -> None:
    assert role_reversal(surface(one), surface(other)) is reversed_


def test_overlap_is_the_share_of_the_shorter_sentence() -> None:
    # stems: {ruritania, withdraw, forc} and {ruritania, withdraw, forc, border, north}
    one, other = (
        surface("Ruritania withdraws forces"),
        surface("Ruritania withdraws its forces from the border in the north"),
    )
    assert overlap(one, other) == 1.0
    assert overlap(one, surface("Ruritania celebrates harvest")) == pytest.approx(1 / 3)
    assert overlap(one, surface("")) == 0.0


def test_names_that_are_absent_are_absent_not_zero() -> None:
    assert name_overlap(surface("They left."), surface("We saw Ruritania leave.")) is None
    assert name_overlap(surface("We saw Norland leave."), surface("We saw Ruritania leave.")) == 0.0


@pytest.mark.parametrize(
    ("word", "same"),
    [
        ("withdrawing", "withdraws"),
        ("cutting", "cut"),
        ("reduces", "reducing"),
        ("denied", "deny"),
        ("forces", "force"),
    ],
)
def test_inflections_share_a_stem(word: str, same: str) -> None:
    assert stem(word) == stem(same)


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("Norland left Karvo.", "Norland left Tesh.", True),
        ("Troops left Karvo.", "Troops left Karvo in May.", False),
        ("Troops left.", "Troops left Tesh.", None),
    ],
)
def test_names_are_apart_where_each_sentence_names_what_the_other_does_not(
    one: str, other: str, apart: bool | None
) -> None:
    assert names_apart(surface(one), surface(other)) is apart


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("It fell in March 2031.", "It rose in May 2032.", True),
        ("It fell in March 2031.", "It rose in March 2031.", False),
        ("It fell on 3 March.", "It rose on 9 March.", True),
        ("It fell on March 3.", "It rose on the third of March.", False),
        ("It fell on 3 March.", "It rose on 3 March 2031.", False),  # the year is left open
        ("It fell on 3 March 2030.", "It rose on 3 March 2031.", True),
        ("It fell on Friday, 7 March.", "It rose on Saturday.", True),
        ("It fell on Friday.", "It rose on 7 March.", False),  # which day that was is not said
        ("It fell on 2031-03-07.", "It rose in April 2031.", True),
        ("It fell in March and again in May.", "It rose in May.", False),
        ("May it fall in 2031.", "It rose in April 2031.", False),
        ("It fell in 2031.", "It rose.", None),
        ("They may leave in 2031.", "It rose in 2032.", True),
    ],
)
def test_times_are_apart_where_none_is_named_twice(one: str, other: str, apart: bool | None) -> None:
    assert times_apart(surface(one), surface(other)) is apart


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("Norland sent 2000 troops, 1,950 tanks and 2022 people.", []),
        ("It has 2031 members, up by 1950 men to 2040.", []),
        ("A force of 2000 soldiers left in 2031.", ["2031"]),
        ("In 2031 people fled; since 2030 prices rose.", ["2031", "2030"]),
        ("The 2031 budget and its 2000 pages were shown.", ["2031"]),
        ("It was the drought (2031) that ended it.", ["2031"]),
        ("It ran from 2030 to 2031.", ["2030", "2031"]),
        ("It cost $2031 and grew 2031%.", []),
        ("Minister Theresa May said that she and June Orlo left.", []),
        ("They said: May I leave? March on!", []),
        ("They left in May, before the June vote, after April and May.", ["May", "June", "April", "May"]),
        ("The Sunday Times wrote of Black Friday sales.", []),
        ("Sunday Times readers met on Good Friday.", []),
        ("On Monday Norland left; it came back Tuesday.", ["Monday", "Tuesday"]),
        ("Tuesday was calm, and last Friday was not.", ["Tuesday", "Friday"]),
        ("On 3 May 2031, 2000 troops left.", ["3 May 2031"]),
    ],
)
def test_counts_and_names_are_no_times(text: str, times: list[str]) -> None:
    assert [text[slice(*date.span)] for date in surface(text).dates] == times


def test_a_count_that_could_be_a_year_clashes_as_a_count() -> None:
    one, other = surface("Norland sent 2000 troops to Tesh."), surface("Norland sent 1900 troops to Tesh.")
    assert times_apart(one, other) is None
    assert number_clash(one, other) is not None


def test_words_that_pass_on_what_others_say_and_that_concede_a_part_are_found() -> None:
    read = surface("Norland says that half of the brigade has begun to leave.")
    assert [read.text[start:end] for start, end in read.reports] == ["says"]
    assert [read.text[start:end] for start, end in read.partial] == ["half", "has begun"]


@pytest.mark.parametrize(
    ("text", "cues"),
    [
        ("The ban is being lifted step by step and is not yet complete.", ["step by step", "yet"]),
        ("Copying is under way and will be done within a few days.", ["under way"]),
        ("Copying will be done within days.", ["within days"]),
        ("The talks began on Monday and ended on Friday.", []),
        ("The dam is open.", []),
    ],
)
def test_what_is_under_way_is_told_from_what_is_done(text: str, cues: list[str]) -> None:
    assert [text[start:end] for start, end in surface(text).partial] == cues


def test_days_are_no_quantities() -> None:
    assert number_clash(surface("It fell on 3 March."), surface("It fell on 9 March.")) is None
    assert [n.value for n in surface("On 3 March 2031 it sank 12 ships.").numbers] == [12]


@pytest.mark.parametrize(
    ("one", "other", "clash"),
    [
        ("The bridge was shut on 3 May.", "The bridge was shut on 9 June.", True),
        ("The bridge was shut on Monday.", "The bridge was shut on Friday.", True),
        ("The bridge was shut on Monday.", "The bridge was not shut on Friday.", False),
        ("The bridge was closed in 2031.", "The bridge was opened in 2032.", False),
        ("The bridge was shut on 3 May.", "The bridge was not shut until 9 May.", True),
        ("The bridge was shut on 3 May.", "The bridge was shut on 9 May and not on any other day.", True),
        ("The bridge is shut on 3 May.", "The bridge was shut on 9 May.", False),  # a state may last, or come again
        ("By 3 May ten ships had come.", "By 9 May twelve ships had come.", False),
        ("The bridge is shut until 3 May.", "The bridge is shut until 9 May.", True),
        ("The bridge was shut on Monday.", "The bridge was shut.", False),
    ],
)
def test_times_clash_where_nothing_else_does(one: str, other: str, clash: bool) -> None:
    assert (date_clash(surface(one), surface(other)) is not None) is clash


def test_of_a_text_made_of_numbers_only_the_beginning_is_read() -> None:
    assert len(surface("3 men, " * 10_000).numbers) < 300
