"""Features that are not known are absent, not zero."""

from dataclasses import replace

import pytest

from checker.judging.features import features
from index.records import Actor, Pair, Probabilities, Statement

SAYS = "Karvonia has closed the harbour of Tolmen."
DENIES = "Karvonia has not closed the harbour of Tolmen."
EVENLY = Probabilities(0.4, 0.3, 0.3)
MINISTRY = Actor("ministry-of-karvonia", "Ministry of Karvonia", side="karvonia")
PRESIDENT = Actor("president-of-karvonia", "President of Karvonia", side="karvonia")
ENVOY = Actor("envoy-of-sellmark", "Envoy of Sellmark", side="sellmark")


def of(claim: Statement, statement: Statement) -> dict[str, float | None]:
    return features(Pair(claim, statement, 0.8), EVENLY, None)


def said(text: str, actor: Actor | None, date: str | None = None) -> Statement:
    return replace(Statement.claim(text, actor=actor, date=date), content_spans=((0, len(text)),))


def test_nearness_says_nothing_of_bare_sentences_that_no_search_brought_together() -> None:
    bare = of(Statement.claim(SAYS), Statement.claim(DENIES))
    assert [bare[name] for name in ("similarity", "overlap", "name_overlap")] == [None, None, None]
    found = of(Statement.claim(SAYS), said(DENIES, None))
    assert found["similarity"] == 0.8
    assert found["overlap"] is not None and found["name_overlap"] is not None


@pytest.mark.parametrize(
    ("one", "other", "days", "same"),
    [
        (MINISTRY, ENVOY, ("2031-05-01", "2031-05-02"), 0.0),
        (MINISTRY, PRESIDENT, ("2031-05-01", "2031-05-02"), 1.0),
        (MINISTRY, MINISTRY, ("2031-05-01", "2031-05-01"), 1.0),
        (MINISTRY, MINISTRY, ("2031-05-01", "2031-05-02"), None),
        (MINISTRY, MINISTRY, (None, "2031-05-02"), 1.0),
        (MINISTRY, None, ("2031-05-01", "2031-05-02"), None),
    ],
)
def test_one_actor_on_two_days_may_have_turned_round(
    one: Actor, other: Actor | None, days: tuple[str | None, str], same: float | None
) -> None:
    assert of(said(SAYS, one, days[0]), said(DENIES, other, days[1]))["same_side"] == same


@pytest.mark.parametrize(
    ("one", "other", "windows", "succession"),
    [
        ("The dam is shut on 3 May.", "The dam stands open on 9 May.", ("2031-05-03", "2031-05-09"), 1.0),
        (
            "The dam was shut on 3 May.",
            "The dam was shut on 9 May.",
            ("2031-05-03", "2031-05-09"),
            0.0,
        ),  # the day clashes
        ("The dam is shut.", "The dam is open.", ("2031-05-03", "2031-05-03"), 0.0),
        ("The dam is shut.", "The dam is open.", ("2031-05-03", None), None),
    ],
)
def test_one_time_follows_another_where_they_do_not_meet_and_are_not_what_is_disputed(
    one: str, other: str, windows: tuple[str, str | None], succession: float | None
) -> None:
    sides = [
        replace(said(text, MINISTRY), window=None if day is None else (day, day))
        for text, day in zip((one, other), windows, strict=True)
    ]
    assert of(*sides)["succession"] == succession


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("Karvonia swears that it has closed the harbour.", 1.0),
        ("Karvonia told the port authority that the harbour was closed.", 1.0),
        ("According to Karvonia, the harbour is closed.", 1.0),
        ("By the ministry's account the harbour is closed.", 1.0),
        ("Karvonia denied access to the harbour.", 0.0),
        ("The harbour of Tolmen, which was built long ago by a king, is shut, said those that came.", 0.0),
        ("The harbour that Karvonia closed is empty.", 0.0),
    ],
)
def test_a_statement_that_passes_on_the_position_of_somebody_is_told(text: str, quoted: float) -> None:
    assert of(said(SAYS, MINISTRY), said(text, ENVOY))["quoted"] == quoted
    assert of(said(text, ENVOY), said(text, MINISTRY))["quoted"] == 0.0
    assert of(Statement.claim(SAYS), Statement.claim(text))["quoted"] is None


def test_a_prediction_is_told_from_what_is() -> None:
    will, expects = "Karvonia will close the harbour.", "Sellmark expects Karvonia to close the harbour."
    assert of(said(SAYS, MINISTRY), said(will, ENVOY))["prediction"] == 1.0
    assert of(said(will, MINISTRY), said(expects, ENVOY))["prediction"] == 0.0
    assert of(Statement.claim(SAYS), Statement.claim(will))["prediction"] is None
