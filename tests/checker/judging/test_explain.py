"""Why two statements clash: the places in both texts, and what would have to differ."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from checker.judging import CrossEncoder, Judge, Scorer
from checker.judging.explain import Counterfactual, Judging, evidence, judged
from checker.judging.verdicts import Judgement
from index.records import Actor, Pair, Probabilities, Statement, Verdict, VerdictKind

_NORLAND = Actor("norland", "Norland", "norland")
_RURITANIA = Actor("ruritania", "Ruritania", "ruritania")


def _pair(claim: str, statement: str) -> Pair:
    return Pair(Statement.claim(claim, actor=_NORLAND), Statement.claim(statement, actor=_RURITANIA), 0.8)


@pytest.mark.parametrize(
    ("reason", "claim", "statement", "in_claim", "in_statement"),
    [
        ("number", "Norland has 3,000 soldiers.", "Norland has two hundred soldiers.", ["3,000"], ["two hundred"]),
        ("negation", "Norland never left.", "Norland has left.", ["never"], []),
        ("denial", "Norland left.", "Norland did not leave.", [], ["not"]),
        ("antonym", "Prices will increase.", "Prices will decrease.", ["increase"], ["decrease"]),
        (
            "date",
            "It was shut on Monday, 3 May.",
            "They shut it on the ninth of May.",
            ["Monday, 3 May"],
            ["the ninth of May"],
        ),
        (
            "partial",
            "All have left.",
            "The rest will follow and not all have left yet.",
            [],
            ["The rest", "will follow", "not all", "yet"],
        ),
        ("hypothetical", "Norland pays.", "Norland would pay if asked.", [], ["would", "if"]),
        (
            "role-reversal",
            "Norland shelled Ruritania.",
            "Ruritania shelled Norland.",
            ["Norland", "Ruritania"],
            ["Ruritania", "Norland"],
        ),
    ],
)
def test_a_reason_is_shown_at_its_places_in_both_texts(
    reason: str, claim: str, statement: str, in_claim: list[str], in_statement: list[str]
) -> None:
    (found,) = evidence(_pair(claim, statement), [reason])
    assert found.reason == reason
    assert [claim[start:end] for start, end in found.claim] == in_claim
    assert [statement[start:end] for start, end in found.statement] == in_statement


def test_a_reason_without_a_place_is_left_out() -> None:
    assert evidence(_pair("Norland left.", "Norland stays."), ["nli", "lexical", "same-side", "number"]) == ()


def test_places_come_in_the_order_of_the_reasons() -> None:
    pair = _pair("Norland lost 12 ships.", "Norland did not lose 20 ships.")
    assert [one.reason for one in evidence(pair, ["number", "negation"])] == ["number", "negation"]
    assert [one.reason for one in evidence(pair, ["negation", "number"])] == ["negation", "number"]


def _by_rule(pairs: Sequence[Pair]) -> list[Judgement]:
    """Superseded on other days, uncertain of what is no assertion of a fact, else a contradiction unless equal."""

    def kind(a: Statement, b: Statement) -> VerdictKind:
        if a.proposition == b.proposition:
            return "compatible"
        if a.window != b.window:
            return "superseded"
        fact = not a.hypothetical and not b.hypothetical and {a.stance, b.stance} == {"asserts"}
        return "contradiction" if fact else "uncertain"

    return [Judgement(Verdict(kind(p.claim, p.statement), 0.5, Probabilities(1, 0, 0)), {}) for p in pairs]


def counterfactuals(judging: Judging, pair: Pair) -> tuple[Counterfactual, ...]:
    return judged(judging, pair)[1]


def test_a_pair_and_all_that_is_tried_of_it_are_judged_in_one_call() -> None:
    pair = _pair("It has 20 ships.", "It would have 12 ships.")
    calls = []

    def counted(pairs: Sequence[Pair]) -> list[Judgement]:
        calls.append(len(pairs))
        return _by_rule(pairs)

    hypothetical = replace(pair, statement=replace(pair.statement, hypothetical=True))
    actual, _ = judged(counted, hypothetical)
    assert calls == [3]  # the pair, without the condition, with the same number
    assert actual == _by_rule([hypothetical])[0]


def test_the_same_dates_make_a_contradiction_of_what_is_superseded() -> None:
    pair = _pair("The road is open.", "The road is closed.")
    apart = replace(
        pair,
        claim=replace(pair.claim, window=("2031-03-01", "2031-03-01")),
        statement=replace(pair.statement, window=("2031-04-01", "2031-04-01")),
    )
    (found,) = counterfactuals(_by_rule, apart)
    assert found.sentence == "with the same dates this would be a contradiction"


def _by_what_is_known(pairs: Sequence[Pair]) -> list[Judgement]:
    """Uncertain where both days and both times are known, else unrelated: features that go from absent to known."""

    def kind(a: Statement, b: Statement) -> VerdictKind:
        return "unrelated" if None in (a.window, b.window, a.date, b.date) else "uncertain"

    return [Judgement(Verdict(kind(p.claim, p.statement), 0.2, Probabilities(0, 0, 1)), {}) for p in pairs]


@pytest.mark.parametrize("known_of_the_claim", [True, False])
@pytest.mark.parametrize("changed", [{"window": None}, {"date": None}, {"window": None, "date": None}])
@pytest.mark.parametrize("statement", ["The bridge was not open.", "40 soldiers crossed the border on 9 May."])
def test_what_is_not_known_of_one_of_them_is_not_taken_from_the_other(
    known_of_the_claim: bool, changed: dict[str, Any], statement: str
) -> None:
    pair = _pair("40 soldiers crossed the border on 3 May.", statement)
    claim = replace(pair.claim, window=("2031-05-03", "2031-05-03"), date="2031-05-04")
    answer = replace(pair.statement, window=("2031-05-09", "2031-05-09"), date="2031-05-10")
    if known_of_the_claim:
        answer = replace(answer, **changed)
    else:
        claim = replace(claim, **changed)
    assert counterfactuals(_by_what_is_known, replace(pair, claim=claim, statement=answer)) == ()


def test_the_same_dates_forget_nothing_that_is_known() -> None:
    pair = _pair("The road is open.", "The road is closed.")
    claim = replace(pair.claim, window=("2031-05-03", "2031-05-03"))
    answer = replace(pair.statement, window=("2031-05-09", "2031-05-09"), date="2031-05-10")
    asked: list[Pair] = []

    def kept(pairs: Sequence[Pair]) -> list[Judgement]:
        asked.extend(pairs)
        return _by_rule(pairs)

    judged(kept, replace(pair, claim=claim, statement=answer))
    assert [(one.statement.window, one.statement.date) for one in asked[1:]] == [(claim.window, "2031-05-10")]


def test_a_condition_and_a_question_are_each_named() -> None:
    pair = _pair("The road is open.", "The road is closed.")
    condition = replace(pair, statement=replace(pair.statement, hypothetical=True))
    question = replace(pair, claim=replace(pair.claim, stance="asks"))
    assert [c.sentence for c in counterfactuals(_by_rule, condition)] == [
        "without the condition this would be a contradiction"
    ]
    assert [c.sentence for c in counterfactuals(_by_rule, question)] == [
        "as an assertion, not a question, this would be a contradiction"
    ]


def test_the_number_of_the_claim_is_put_into_the_statement() -> None:
    assert counterfactuals(_by_rule, _pair("It has 20 ships.", "It has 12 ships.")) == (
        Counterfactual("with the same number", "compatible", 0.5),
    )


def test_the_day_of_the_claim_is_put_into_the_statement() -> None:
    (found,) = counterfactuals(_by_rule, _pair("It was shut on 3 May.", "It was shut on 9 May."))
    assert (found.sentence, found.kind) == ("with the same day this would be compatible", "compatible")


def test_what_changes_no_verdict_is_not_told() -> None:
    pair = _pair("The road is open.", "The road is closed.")
    assert counterfactuals(_by_rule, pair) == ()
    # Two things are otherwise: neither change alone makes a fact of it.
    both = replace(pair, statement=replace(pair.statement, hypothetical=True, stance="asks"))
    assert counterfactuals(_by_rule, both) == ()


def test_a_counterfactual_is_what_the_judge_says_of_the_changed_pair() -> None:
    judge = Judge(CrossEncoder.packaged(), Scorer.packaged())
    pair = _pair("The bridge at Ostra is open.", "The bridge at Ostra is not open.")
    early = replace(pair.claim, window=("2031-03-01", "2031-03-01"))
    late = replace(pair.statement, window=("2031-04-01", "2031-04-01"))
    (actual,) = judge.judge([replace(pair, claim=early, statement=late)])
    (same_day,) = judge.judge([replace(pair, claim=early, statement=replace(late, window=early.window))])
    assert (actual.kind, same_day.kind) == ("superseded", "contradiction")
    (found,) = counterfactuals(judge.judgements, replace(pair, claim=early, statement=late))
    assert found == Counterfactual("with the same dates", "contradiction", same_day.score)
