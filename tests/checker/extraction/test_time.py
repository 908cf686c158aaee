"""Time expressions. 2022-02-17 is a Thursday; every expected day was counted by hand on a calendar."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.extraction.time import anchor, dateline, window
from index.records import Article

THURSDAY = "2022-02-17"


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("The army left today.", "2022-02-17", "2022-02-17"),
        ("It shelled the town overnight.", "2022-02-16", "2022-02-17"),
        ("The army left yesterday.", "2022-02-16", "2022-02-16"),
        ("It leaves tomorrow.", "2022-02-18", "2022-02-18"),
        ("It left on Thursday.", "2022-02-17", "2022-02-17"),
        ("It left on Friday.", "2022-02-11", "2022-02-11"),
        ("It left last Thursday.", "2022-02-10", "2022-02-10"),
        ("It will leave on Friday.", "2022-02-18", "2022-02-18"),
        ("It will leave on Wednesday.", "2022-02-23", "2022-02-23"),
        ("They meet next Thursday.", "2022-02-24", "2022-02-24"),
        ("It left last week.", "2022-02-07", "2022-02-13"),
        ("It left this week.", "2022-02-14", "2022-02-20"),
        ("They meet next week.", "2022-02-21", "2022-02-27"),
        ("They met at the weekend, this weekend.", "2022-02-19", "2022-02-20"),
        ("It left last month.", "2022-01-01", "2022-01-31"),
        ("It leaves next year.", "2023-01-01", "2023-12-31"),
        ("An attack will come in the coming days.", "2022-02-17", "2022-02-24"),
        ("They fought in recent weeks.", "2022-01-20", "2022-02-17"),
        ("They fought over the past three days.", "2022-02-14", "2022-02-17"),
        ("It comes within 48 hours.", "2022-02-17", "2022-02-19"),
        ("It left two days ago.", "2022-02-15", "2022-02-15"),
        ("It left three weeks ago.", "2022-01-24", "2022-01-30"),
        ("It left a year ago.", "2021-01-01", "2021-12-31"),
        ("It leaves in two weeks' time.", "2022-02-28", "2022-03-06"),
        ("It leaves by the end of the month.", "2022-02-17", "2022-02-28"),
        ("It leaves by the end of the year.", "2022-02-17", "2022-12-31"),
        ("It left in 2014.", "2014-01-01", "2014-12-31"),
        ("It has fought since 2014.", "2014-01-01", "2022-02-17"),
        ("It left before 2014.", None, "2013-12-31"),
        ("It will leave before March 2022.", "2022-02-17", "2022-02-28"),
        ("They fought from 2014 to 2016.", "2014-01-01", "2016-12-31"),
        ("They fought in the 1990s.", "1990-01-01", "1999-12-31"),
        ("It left in March.", "2021-03-01", "2021-03-31"),
        ("It will leave in March.", "2022-03-01", "2022-03-31"),
        ("It left in February.", "2022-02-01", "2022-02-28"),
        ("It will leave by the end of May.", "2022-02-17", "2022-05-31"),
        ("It was away all July.", "2021-07-01", "2021-07-31"),
        ("It left in March 2014.", "2014-03-01", "2014-03-31"),
        ("It left on 16 February.", "2022-02-16", "2022-02-16"),
        ("It left on February 18.", "2021-02-18", "2021-02-18"),
        ("It left on Feb. 3.", "2022-02-03", "2022-02-03"),
        ("It left on the 3rd of January 2015.", "2015-01-03", "2015-01-03"),
        ("It left on December 25, 1991.", "1991-12-25", "1991-12-25"),
        ("It left on February 29.", "2020-02-29", "2020-02-29"),
        ("They talked between 16 and 20 February.", "2022-02-16", "2022-02-20"),
        ("They talked from Monday to Thursday.", "2022-02-14", "2022-02-17"),
        ("It has waited since Monday.", "2022-02-14", "2022-02-17"),
        ("It stays until Friday.", "2022-02-17", "2022-02-18"),
        ("They left after 16 February 2022.", "2022-02-17", None),
        ("They left last summer.", "2021-06-01", "2021-08-31"),
    ],
)
def test_an_expression_is_the_span_of_days_that_it_names(text: str, first: str | None, last: str | None) -> None:
    assert window(text, THURSDAY) == (first, last)


@pytest.mark.parametrize(
    "text",
    [
        "They cannot fly away in a single day.",
        "After months of talks they left.",
        "The year was hard.",
        "They killed 2022 soldiers.",
        "It costs 2014 dollars.",
        "It is a breach of the 2019 treaty.",
        "May the best side win.",
        "He may march on the town.",
        "The week's talks failed.",
        "",
    ],
)
def test_durations_counts_and_verbs_are_no_dates(text: str) -> None:
    assert window(text, THURSDAY) is None


def test_two_times_in_one_sentence_span_both() -> None:
    assert window("They fought yesterday and will meet on Monday.", THURSDAY) == ("2022-02-16", "2022-02-21")
    assert window("They left in 2014 and are back since Monday.", THURSDAY) == ("2014-01-01", "2022-02-17")


def test_the_whole_of_an_expression_counts_once() -> None:
    assert window("They left on 16 February 2022.", THURSDAY) == ("2022-02-16", "2022-02-16")
    assert window("They left on Wednesday, 16 February 2022.", THURSDAY) == ("2022-02-16", "2022-02-16")


def test_without_an_anchor_only_full_dates_are_told() -> None:
    assert window("It left on Thursday.", None) is None
    assert window("It left on 16 February.", None) is None
    assert window("It left on 16 February 2022.", None) == ("2022-02-16", "2022-02-16")
    assert window("It left in 2014.", None) == ("2014-01-01", "2014-12-31")


def test_an_anchor_may_be_a_date_or_its_text_and_a_bad_one_is_none() -> None:
    assert window("They left today.", date(2022, 2, 17)) == window("They left today.", THURSDAY) == (THURSDAY, THURSDAY)
    assert window("They left today.", "soon") is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("STRELSAU, 17 February 2022 (Wire) - The army left.", date(2022, 2, 17)),
        ("Strelsau, Feb. 17, 2022 — The army left.", date(2022, 2, 17)),
        ("17 February 2022\nThe army left.", date(2022, 2, 17)),
        ("The army said on 17 February 2022 that it had left.", None),
        ("STRELSAU (Wire) - The army left.", None),
        ("STRELSAU, 31 February 2022 - The army left.", None),
        ("", None),
    ],
)
def test_a_dateline_is_a_full_date_at_the_head(text: str, day: date | None) -> None:
    assert dateline(text) == day


def test_the_articles_own_date_goes_before_its_dateline() -> None:
    text = "STRELSAU, 17 February 2022 (Wire) - The army left."
    assert anchor(Article("a", text, date="2022-02-18T09:00:00Z")) == "2022-02-18"
    assert anchor(Article("a", text)) == "2022-02-17"
    assert anchor(Article("a", text, date="2022")) == "2022-02-17"
    assert anchor(Article("a", "The army left.")) is None


PIECES = st.sampled_from(
    "on in by since until the end of last next this week month year Monday May March 29 31 February 2021 1999 0001 9999"
    " days two a few ago within 48 hours ' ’s the 1990s from to between and"
    " coming . , 31.12.2021 2022-02-30 summer".split()
)


@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=14).map(" ".join)), st.dates())
def test_no_text_raises_and_every_window_runs_forward(text: str, day: date) -> None:
    found = window(text, day)
    if found is not None:
        ends = [date.fromisoformat(end) for end in found if end is not None]
        assert ends == sorted(ends)
        assert ends
