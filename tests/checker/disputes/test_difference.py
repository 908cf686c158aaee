"""What a report says of disputes after the last one: their names, their states, and why they changed."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from checker.disputes import Change, Clash, Difference
from checker.disputes.difference import Since, difference
from index.records import Probabilities, Statement, Verdict, digest
from index.verdicts import ReportedPair, Review
from tests.checker.disputes.test_dispute import clash, said

NOTHING_ELSE = Since(compared=9, corrected=(), stored_articles=(), stored_statements=(), other_judge=True)

LEAVING, STAYING = said("Norland is leaving", "norland"), said("Norland is not leaving", "sudmark")
DOUBTED = said("Ostia sees nobody leave", "ostia")
PAIR, WIDER = clash(LEAVING, STAYING, 0.9), clash(LEAVING, DOUBTED, 0.9)
OLD, NEW = (1, 2), (1, 12)  # integer ids: only those above 9 came with this run


def since(stored: Sequence[Statement] = (LEAVING, STAYING), *, other_judge: bool = False, **changed: object) -> Since:
    """Nine statements were compared, and these are stored still."""
    held = Since(
        compared=9,
        corrected=(),
        stored_articles=[s.article for s in stored],
        stored_statements=[s.id for s in stored],
        other_judge=other_judge,
    )
    return replace(held, **changed)  # type: ignore[arg-type]


def told(*clashes: Clash) -> list[ReportedPair]:
    """These clashes, as reported before in one dispute."""
    return [ReportedPair(*c.keys, "d", c.claim.article, c.statement.article, c.review is not None) for c in clashes]


def compared(groups: list[list[Clash]], reported: list[ReportedPair], after: Since) -> Difference:
    return difference(groups, reported, {"d": 1} if reported else {}, run=2, since=after)


def only(found: Difference) -> Change:
    (change,) = found.changes
    return change


def test_a_pair_that_leaves_the_dispute_called_after_it_gets_a_name_of_its_own() -> None:
    clashes = [clash(said(one, one), said(other, other), 0.9) for one, other in (("a", "b"), ("c", "d"), ("e", "f"))]
    first, *rest = sorted(clashes, key=lambda c: c.keys)
    name = digest(*first.keys)
    reported = [ReportedPair(*c.keys, name, c.claim.article, c.statement.article, False) for c in clashes]
    found = difference([rest, [first]], reported, {name: 1}, run=2, since=NOTHING_ELSE)
    ids = {frozenset(c.keys for c in dispute.clashes): dispute.id for dispute in found.disputes}
    assert ids[frozenset(c.keys for c in rest)] == name
    assert ids[frozenset({first.keys})] not in ("", name)
    again = difference([[first], rest], reported, {name: 1}, run=2, since=NOTHING_ELSE)
    assert {dispute.id for dispute in again.disputes} == set(ids.values())


@pytest.mark.parametrize(
    ("came", "after", "cause"),
    [
        (replace(PAIR, ids=NEW), since(), "new-article"),
        (replace(PAIR, ids=NEW), since(corrected=[STAYING.article]), "correction"),
        (replace(PAIR, ids=OLD), since(other_judge=True), "other-weights"),
        (replace(PAIR, ids=OLD), since(), "review"),
    ],
)
def test_a_dispute_is_new_because_of_an_article_a_correction_other_weights_or_a_review(
    came: Clash, after: Since, cause: str
) -> None:
    change = only(compared([[came]], [], after))
    assert (change.state, change.causes, change.first_run) == ("new", (cause,), 2)
    assert (change.added, change.gone) == ((came.keys,), ())


def test_a_dispute_that_nothing_happened_to_is_not_told() -> None:
    found = compared([[PAIR]], told(PAIR), since())
    assert found.changes == ()
    assert [dispute.id for dispute in found.disputes] == ["d"]


def test_which_of_two_statements_is_the_claim_may_change_without_a_word() -> None:
    turned = clash(STAYING, LEAVING, 0.9)
    assert compared([[turned]], told(PAIR), since()).changes == ()


def test_a_dispute_grows_by_another_pair() -> None:
    change = only(compared([[PAIR, replace(WIDER, ids=NEW)]], told(PAIR), since()))
    assert (change.id, change.state, change.causes) == ("d", "grown", ("new-article",))
    assert (change.added, change.first_run) == ((WIDER.keys,), 1)


def test_an_accusation_or_a_denial_that_stood_unmet_is_answered() -> None:
    denial = replace(LEAVING, stance="denies")
    met = replace(clash(denial, STAYING, 0.9), ids=NEW)
    assert only(compared([[met]], [], since())).state == "answered"
    assert only(compared([[replace(met, ids=(11, 12))]], [], since())).state == "new"  # it came with its answer
    assert only(compared([[replace(PAIR, ids=NEW)]], [], since())).state == "new"  # it asserts, and waits for nobody


@pytest.mark.parametrize(
    ("after", "cause", "articles"),
    [
        (since([LEAVING]), "deletion", (STAYING.article,)),
        (since([LEAVING], stored_articles=[LEAVING.article, STAYING.article]), "correction", (STAYING.article,)),
        (since(other_judge=True), "other-weights", ()),
        (since(), "review", ()),
    ],
)
def test_a_dispute_is_withdrawn_because_of_a_deletion_a_correction_other_weights_or_a_review(
    after: Since, cause: str, articles: tuple[str, ...]
) -> None:
    change = only(compared([], told(PAIR), after))
    assert (change.id, change.state, change.causes, change.dispute) == ("d", "withdrawn", (cause,), None)
    assert (change.gone, change.articles) == ((PAIR.keys,), articles)


def test_a_dispute_that_lost_a_pair_is_changed() -> None:
    change = only(compared([[PAIR]], told(PAIR, WIDER), since()))
    assert (change.id, change.state, change.causes, change.gone) == ("d", "changed", ("deletion",), (WIDER.keys,))


def test_a_dispute_that_was_reviewed_is_changed() -> None:
    reviewed = replace(PAIR, review=Review.of(LEAVING, STAYING, "contradiction"))
    change = only(compared([[reviewed]], told(PAIR), since()))
    assert (change.id, change.state, change.causes) == ("d", "changed", ("review",))


def test_a_statement_in_another_s_place_changes_the_dispute_and_does_not_end_it() -> None:
    """Only where a correction put it there: the same article, against the same statement."""
    instead = replace(STAYING, content_spans=((4, 30),), proposition="Norland leaves nothing")
    after = since([LEAVING, instead], corrected=[STAYING.article])
    came = replace(clash(LEAVING, instead, 0.9), ids=NEW)
    change = only(compared([[came]], told(PAIR), after))
    assert (change.id, change.state, change.causes) == ("d", "changed", ("correction",))
    assert (change.added, change.gone, change.first_run) == ((came.keys,), (PAIR.keys,), 1)
    states = [c.state for c in compared([[replace(WIDER, ids=NEW)]], told(PAIR), after).changes]
    assert states == ["new", "withdrawn"]


def test_two_disputes_that_become_one_are_told_once() -> None:
    reported = [*told(PAIR), replace(told(WIDER)[0], dispute="e")]
    found = difference([[PAIR, WIDER]], reported, {"d": 1, "e": 1}, run=2, since=since())
    change = only(found)
    assert (change.id, change.merged) == ("d", ("e",))


def test_a_dispute_that_falls_apart_goes_on_where_most_of_it_is() -> None:
    apart = clash(said("Ostia is leaving", "norland"), said("Ostia stays", "ostia"), 0.9)
    found = compared([[PAIR, WIDER], [apart]], told(PAIR, WIDER, apart), since())
    assert [(c.state, c.id == "d", c.added, c.gone) for c in found.changes] == [("changed", False, (), ())]


def test_changes_are_told_by_state_and_within_one_by_strength() -> None:
    weak = replace(clash(said("Ostia is leaving", "norland"), said("Ostia stays", "ostia"), 0.6), ids=(21, 22))
    strong = replace(clash(said("Sudmark pays", "norland"), said("Sudmark owes", "ostia"), 0.9), ids=(23, 24))
    found = compared([[weak], [strong]], told(PAIR), since())
    assert [(c.state, None if c.dispute is None else c.dispute.score) for c in found.changes] == [
        ("new", 0.9),
        ("new", 0.6),
        ("withdrawn", None),
    ]
    assert found.states == {"new": 2, "answered": 0, "grown": 0, "changed": 0, "withdrawn": 1}


def test_an_actor_against_its_own_word_later_is_a_reversal_and_one_day_is_one_position() -> None:
    later = replace(STAYING, actor=LEAVING.actor, date="2031-05-09")
    assert clash(LEAVING, later, 0.9).turn == "reversal"
    assert clash(LEAVING, replace(later, date=LEAVING.date), 0.9).turn is None
    assert clash(replace(LEAVING, date=None), later, 0.9).turn is None
    unsure = Verdict("uncertain", 0.4, Probabilities(0.4, 0.0, 0.6))
    assert Clash(LEAVING, replace(later, stance="concedes"), OLD, unsure).turn == "walk-back"
    assert Clash(LEAVING, later, OLD, unsure).turn is None
    for text, turn in (("Norland may stay at the border", "walk-back"), ("Norland will stay at the border", None)):
        supposed = replace(later, proposition=text, hypothetical=True)
        assert Clash(LEAVING, supposed, OLD, unsure).turn == turn
