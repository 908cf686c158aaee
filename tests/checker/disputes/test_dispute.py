"""Disputes made by hand: who stands where, how strong they are, and in which order they are told."""

from dataclasses import replace

from checker.disputes import Clash, Dispute, effective
from checker.disputes.dispute import by_importance
from index.records import Actor, Probabilities, Statement, Verdict
from index.verdicts import Review


def said(name: str, side: str, date: str | None = "2031-05-04") -> Statement:
    """A statement that is named by its words."""
    return Statement(
        article=name,
        attribution=name,
        actor=Actor(side, side.title(), side),
        chain=(),
        source_spans=(),
        cue_spans=(),
        content_spans=((0, len(name)),),
        content=name,
        proposition=name,
        date=date,
    )


def clash(one: Statement, other: Statement, score: float) -> Clash:
    return Clash(one, other, (1, 2), Verdict("contradiction", score, Probabilities(score, 0.0, 1 - score)))


LEAVING, STAYING = said("Norland is leaving", "norland"), said("Norland is not leaving", "sudmark")
GONE, DOUBTED = said("Norland has left", "norland"), said("Ostia sees nobody leave", "ostia")


def test_a_side_stands_on_one_side_of_a_dispute_whatever_one_wrong_clash_says() -> None:
    """Sudmark and Ostia agree; their clash of .8 is wrong, and both clash with Norland by more than that."""
    clashes = [
        clash(LEAVING, STAYING, 0.9),
        clash(GONE, STAYING, 0.9),
        clash(LEAVING, DOUBTED, 0.7),
        clash(GONE, DOUBTED, 0.7),
        clash(STAYING, DOUBTED, 0.8),
    ]
    dispute = Dispute.of("d", clashes)
    assert dispute.head == STAYING
    assert {s.proposition for s in dispute.position(0)} == {STAYING.proposition, DOUBTED.proposition}
    assert {s.proposition for s in dispute.position(1)} == {LEAVING.proposition, GONE.proposition}


def test_an_answer_is_of_the_other_position_even_where_a_wrong_clash_came_first() -> None:
    """Ostia agrees with Sudmark, and is called a contradiction of it first; then Norland answers both."""
    first, agrees, answer = (
        said(words, side, f"2031-05-{day}")
        for words, side, day in (
            ("Norland is not leaving", "sudmark", "04"),
            ("Ostia sees nobody leave", "ostia", "05"),
            ("Norland has left", "norland", "07"),
        )
    )
    later = said("Norland is leaving", "norland", "2031-05-08")
    clashes = [clash(first, agrees, 0.6), clash(agrees, answer, 0.9), clash(first, later, 0.9)]
    dispute = Dispute.of("d", clashes)
    assert dispute.positions[first.id] == dispute.positions[agrees.id]
    assert (dispute.first, dispute.answer, dispute.days_to_answer) == (first, answer, 3)


def test_strength_counts_each_two_sides_once_by_their_surest_clash() -> None:
    clashes = [clash(LEAVING, STAYING, 0.9), clash(GONE, STAYING, 0.6), clash(LEAVING, DOUBTED, 0.7)]
    assert Dispute.of("d", clashes).strength == 1.2  # .8 and .4


def test_the_strongest_comes_first_then_the_newest_then_the_surest() -> None:
    later = said("Norland stays for good", "sudmark", date="2031-05-06")
    undated = said("Norland never leaves", "sudmark", date=None)
    strong = Dispute.of("z", [clash(LEAVING, STAYING, 0.9), clash(LEAVING, DOUBTED, 0.7)])
    new = Dispute.of("y", [clash(LEAVING, later, 0.88)])
    sure = Dispute.of("x", [clash(LEAVING, STAYING, 0.9)])
    less = Dispute.of("w", [clash(LEAVING, STAYING, 0.89)])
    old = Dispute.of("v", [clash(said("Norland left once", "norland", "2031-05"), undated, 0.92)])
    assert sorted([old, less, sure, new, strong], key=by_importance) == [strong, new, sure, less, old]


def test_what_an_analyst_calls_a_contradiction_is_a_dispute_even_within_one_side() -> None:
    """The program takes the minister and the state for one side, and the judge sees nothing."""
    minister = replace(STAYING, actor=Actor("norland-minister", "Norland's minister", "norland"))
    judged = clash(LEAVING, minister, 0.04)
    assert not effective(judged)
    assert not effective(replace(judged, review=Review.of(LEAVING, minister, "uncertain")))
    called = replace(judged, review=Review.of(LEAVING, minister, "contradiction"))
    assert effective(called)
    dispute = Dispute.of("d", [called])
    assert (dispute.kind, dispute.reviewed, dispute.strength) == ("dispute", True, 1.0)
    assert dispute.positions[LEAVING.id] != dispute.positions[minister.id]
    assert {dispute.first, dispute.answer} == {LEAVING, minister}
    assert dispute.met == {LEAVING.id, minister.id}


def test_other_sides_of_a_dispute_keep_one_position_where_an_analyst_divides_one() -> None:
    minister = replace(STAYING, actor=Actor("norland-minister", "Norland's minister", "norland"))
    called = replace(clash(LEAVING, minister, 0.04), review=Review.of(LEAVING, minister, "contradiction"))
    dispute = Dispute.of("d", [called, clash(LEAVING, DOUBTED, 0.9)])
    assert dispute.positions[minister.id] == dispute.positions[DOUBTED.id] != dispute.positions[LEAVING.id]


def test_one_actor_on_one_day_is_against_itself_only_where_an_analyst_says_so() -> None:
    again = replace(STAYING, actor=LEAVING.actor)
    judged = clash(LEAVING, again, 0.9)
    assert not effective(judged)
    called = replace(judged, review=Review.of(LEAVING, again, "contradiction"))
    assert effective(called)
    dispute = Dispute.of("d", [called])
    assert (dispute.kind, dispute.turn, dispute.met) == ("self-contradiction", None, frozenset())
