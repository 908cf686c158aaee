"""From probabilities to verdicts, with an NLI whose answers are written down here."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from checker.judging.features import windows_apart, wording
from checker.judging.nli import answers
from checker.judging.scorer import Calibration, Scorer, Weight
from checker.judging.verdicts import Judge
from index.records import Actor, Pair, Probabilities, Statement, Window


class _WrittenDown:
    """Answers by the second text; asymmetric, so that a missing direction shows."""

    fingerprint = "written-down"

    def __init__(self, rows: dict[str, tuple[float, float, float]]) -> None:
        self._rows = rows

    def probabilities(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float64]:
        return np.array([self._rows[hypothesis] for _, hypothesis in pairs])


# The score is P(contradiction) itself: log-odds mapped back.
_SAME = Calibration(1.0, 0.0)
_IDENTITY = Scorer(
    weights=(Weight("nli_contradiction", 0.0, 1.0, 1.0),),
    intercept=0.0,
    bare=_SAME,
    attributed=_SAME,
    contradiction=0.8,
    uncertain=0.5,
    judge="written-down",
    encoder="none",
)
_CLAIM = Statement.claim("Norland leaves.", actor=Actor("norland", "Norland", "norland"))
_ANSWER = Statement.claim("Norland stays.", actor=Actor("ruritania", "Ruritania", "ruritania"))


def _judge(
    p: tuple[float, float, float], claim: Statement = _CLAIM, answer: Statement = _ANSWER
) -> tuple[str, tuple[str, ...]]:
    nli = _WrittenDown({claim.proposition: p, answer.proposition: p})
    (verdict,) = Judge(nli, _IDENTITY).judge([Pair(claim, answer, 0.9)])
    return verdict.kind, verdict.reasons


def test_contradiction_is_averaged_over_both_orders_and_the_rest_is_shared_as_in_the_given_one() -> None:
    nli = _WrittenDown({"Norland leaves.": (0.2, 0.0, 0.8), "Norland stays.": (0.6, 0.3, 0.1)})
    (verdict,) = Judge(nli, _IDENTITY).judge([Pair(_CLAIM, _ANSWER, 0.9)])
    assert verdict.score == pytest.approx(0.4)
    # 0.6 is left for both, of which the given order gave three quarters to entailment.
    assert verdict.probabilities.entailment == pytest.approx(0.45, abs=1e-4)
    assert verdict.probabilities.neutral == pytest.approx(0.15, abs=1e-4)


def test_a_pair_is_turned_round_only_where_the_given_order_leaves_it_open() -> None:
    nli = _WrittenDown({"Norland leaves.": (0.9, 0.1, 0.0), "Norland stays.": (0.09, 0.4, 0.51)})
    (verdict,) = Judge(nli, _IDENTITY).judge([Pair(_CLAIM, _ANSWER, 0.9)])
    assert verdict.probabilities == Probabilities(0.09, 0.4, 0.51)
    below, above = answers(nli, [("Norland leaves.", "Norland stays."), ("Norland stays.", "Norland leaves.")])
    assert (below.entailment_back, above.entailment_back) == (None, 0.4)


@pytest.mark.parametrize(
    ("p", "kind"),
    [
        ((0.85, 0.10, 0.05), "contradiction"),
        ((0.60, 0.30, 0.10), "uncertain"),
        ((0.10, 0.70, 0.20), "compatible"),
        ((0.10, 0.20, 0.70), "unrelated"),
    ],
)
def test_the_kind_follows_the_operating_points(p: tuple[float, float, float], kind: str) -> None:
    assert _judge(p)[0] == kind


def test_statements_about_times_that_do_not_meet_are_superseded() -> None:
    early = replace(_CLAIM, window=("2022-02-01", "2022-02-03"))
    late = replace(_ANSWER, window=("2022-02-10", "2022-02-12"))
    kind, reasons = _judge((0.9, 0.05, 0.05), early, late)
    assert kind == "superseded"
    assert "superseded" in reasons


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        (("2022-02-01", "2022-02-03"), ("2022-02-03", "2022-02-05"), False),
        (("2022-02-01", "2022-02-03"), ("2022-02-04", None), True),
        ((None, "2022-02-03"), ("2022-02-04", None), True),
        ((None, None), ("2022-02-04", None), False),
        (None, ("2022-02-04", None), False),
    ],
)
def test_windows_are_apart_only_where_both_are_known_and_do_not_meet(
    one: Window | None, other: Window | None, apart: bool
) -> None:
    assert windows_apart(one, other) is apart
    assert windows_apart(other, one) is apart


def test_a_condition_is_at_most_uncertain() -> None:
    kind, reasons = _judge((0.95, 0.03, 0.02), answer=replace(_ANSWER, hypothetical=True))
    assert kind == "uncertain"
    assert "hypothetical" in reasons


def test_a_prediction_contradicts_a_prediction_or_a_plan_and_is_at_most_uncertain_beside_a_fact() -> None:
    will = replace(_ANSWER, proposition="Norland will stay.", hypothetical=True)
    wont = replace(_CLAIM, proposition="Norland will leave.")
    plans = replace(_CLAIM, proposition="Norland plans to leave.")
    nli = _WrittenDown({s.proposition: (0.95, 0.03, 0.02) for s in (will, wont, plans, _CLAIM)})
    found = Judge(nli, _IDENTITY).judge([Pair(claim, will, 0.9) for claim in (wont, plans, _CLAIM)])
    assert [verdict.kind for verdict in found] == ["contradiction", "contradiction", "uncertain"]


def test_a_denial_is_named_as_the_cause() -> None:
    _, reasons = _judge((0.95, 0.03, 0.02), answer=replace(_ANSWER, stance="denies", polarity=-1))
    assert reasons[0] == "denial"


def test_one_side_against_itself_is_said() -> None:
    _, reasons = _judge((0.95, 0.03, 0.02), answer=replace(_ANSWER, actor=Actor("norland-army", "army", "norland")))
    assert "same-side" in reasons


def test_entailment_does_not_pre_empt_a_contradiction_above_the_operating_point() -> None:
    scorer = replace(_IDENTITY, contradiction=0.4, uncertain=0.3)
    nli = _WrittenDown({"Norland leaves.": (0.45, 0.5, 0.05), "Norland stays.": (0.45, 0.5, 0.05)})
    (verdict,) = Judge(nli, scorer).judge([Pair(_CLAIM, _ANSWER, 0.9)])
    assert verdict.kind == "contradiction"


def test_a_claim_that_entails_what_was_denied_is_contradicted_by_the_denial() -> None:
    denied = Statement.claim("Norland goes.", actor=_CLAIM.actor)
    nli = _WrittenDown(
        {"Norland leaves.": (0.1, 0.1, 0.8), "Norland stays.": (0.1, 0.1, 0.8), "Norland goes.": (0, 0.9, 0.1)}
    )
    alone, linked = Judge(nli, _IDENTITY).judge(
        [Pair(_CLAIM, _ANSWER, 0.9), Pair(_CLAIM, _ANSWER, 0.9, answered=denied)]
    )
    assert (alone.kind, linked.kind) == ("unrelated", "contradiction")
    assert linked.probabilities.contradiction == pytest.approx(0.9)
    assert linked.reasons[0] == "denial"


def test_who_denies_the_opposite_of_a_claim_agrees_with_it() -> None:
    denied = Statement.claim("Norland did not leave.", actor=_ANSWER.actor)
    denial = replace(_ANSWER, proposition="Norland left.", stance="denies", polarity=-1)
    nli = _WrittenDown(
        {
            "Norland leaves.": (0.85, 0.1, 0.05),
            "Norland left.": (0.85, 0.1, 0.05),
            "Norland did not leave.": (0.9, 0.05, 0.05),
        }
    )
    alone, linked = Judge(nli, _IDENTITY).judge([Pair(_CLAIM, denial, 0.9), Pair(_CLAIM, denial, 0.9, answered=denied)])
    assert (alone.kind, linked.kind) == ("contradiction", "compatible")
    assert linked.probabilities.contradiction == pytest.approx(0.1)


@pytest.mark.parametrize(("of_the_denied", "counts"), [((0.9, 0.05, 0.05), False), ((0.05, 0.05, 0.9), True)])
def test_a_denial_counts_against_a_claim_unless_the_opposite_is_denied(
    of_the_denied: tuple[float, float, float], counts: bool
) -> None:
    denied = Statement.claim("Norland did not leave.", actor=_ANSWER.actor)
    denial = replace(_ANSWER, stance="denies", polarity=-1)
    nli = _WrittenDown(
        {"Norland leaves.": (0.1,) * 3, "Norland stays.": (0.1,) * 3, "Norland did not leave.": of_the_denied}
    )
    scorer = replace(_IDENTITY, weights=(*_IDENTITY.weights, Weight("denial", 0.0, 1.0, 1.0)))
    (found,) = Judge(nli, scorer).judgements([Pair(_CLAIM, denial, 0.9, answered=denied)])
    assert found.contributions["denial"] == float(counts)


def test_what_concedes_a_part_and_what_is_about_another_place_is_said() -> None:
    claim = Statement.claim("All troops have left the town of Karvo.")
    half = Statement.claim("Half of the troops have yet to leave Karvo.")
    elsewhere = Statement.claim("No troops have left the town of Tesh.")
    assert "partial" in _judge((0.6, 0.2, 0.2), claim, half)[1]
    assert "different-scope" in _judge((0.6, 0.2, 0.2), claim, elsewhere)[1]
    assert "different-scope" not in _judge((0.6, 0.2, 0.2), claim, half)[1]


def test_another_date_is_named_as_the_cause() -> None:
    one = Statement.claim("The bridge was opened in May 2031.")
    other = Statement.claim("The bridge was opened in June 2032.")
    assert "date" in _judge((0.95, 0.03, 0.02), one, other)[1]


def test_two_days_for_one_event_clash_and_do_not_supersede_each_other() -> None:
    one = replace(Statement.claim("The bridge was shut on 3 May."), window=("2031-05-03", "2031-05-03"))
    other = replace(Statement.claim("The bridge was shut on 9 June."), window=("2031-06-09", "2031-06-09"))
    assert _judge((0.95, 0.03, 0.02), one, other) == ("contradiction", ("date", "nli"))


def test_the_same_words_never_contradict_whatever_the_model_says() -> None:
    same = replace(_CLAIM, actor=_ANSWER.actor)
    (verdict,) = Judge(_WrittenDown({"Norland leaves.": (0.95, 0.03, 0.02)}), _IDENTITY).judge(
        [Pair(_CLAIM, same, 1.0)]
    )
    assert (verdict.kind, verdict.score, verdict.probabilities) == ("compatible", 0.0, Probabilities(0.0, 1.0, 0.0))


_MAY_3: Window = ("2031-05-03", "2031-05-03")


@pytest.mark.parametrize(
    ("one", "other", "judged"),
    [
        ("The bridge was closed yesterday.", "The bridge was closed on 3 May 2031.", "The bridge was closed."),
        ("Yesterday, the bridge was closed.", "On Saturday the bridge was closed.", "the bridge was closed."),
        ("On 3 May the bridge was closed.", "On May 3, 2031, the bridge was closed.", "the bridge was closed."),
        ("They shelled the station yesterday.", "They shelled the station on 3 May.", "They shelled the station."),
    ],
)
def test_a_day_that_both_speak_of_is_judged_without_its_names(one: str, other: str, judged: str) -> None:
    claim, statement = Statement.claim(one), Statement.claim(other)
    dated = Pair(replace(claim, window=_MAY_3), replace(statement, window=_MAY_3), 0.9)
    assert wording(dated) == (judged, judged)
    assert wording(Pair(claim, statement, 0.9)) == (one, other)
    assert wording(Pair(dated.claim, replace(statement, window=("2031-05-04",) * 2), 0.9)) == (one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("On 3 May 40 men left.", "On 3 May 60 men left."),  # one name: nothing to mend
        ("The bridge was closed.", "The bridge was closed on 3 May."),
        ("The books for 2031 are lost today.", "The books for 2030 are lost."),
        ("The bridge has been closed since 3 May.", "The bridge was open yesterday."),
        ("The bridge was hit on Saturday night.", "The bridge was not hit on 3 May."),
        ("Yesterday's strike hit the bridge.", "No strike hit the bridge on 3 May."),
        ("During Saturday the bridge was shut.", "On 3 May the bridge was open."),
    ],
)
def test_what_names_no_other_day_is_judged_as_it_stands(one: str, other: str) -> None:
    claim, statement = (replace(Statement.claim(text), window=_MAY_3) for text in (one, other))
    assert wording(Pair(claim, statement, 0.9)) == (one, other)
