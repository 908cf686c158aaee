"""``eval.attribution``: statements matched to the gold, and what is counted of them, by hand."""

from dataclasses import replace
from typing import Any

from eval.attribution import Scored, count_answers, errors, match, sprung, summary
from eval.spans import Count
from index.records import Actor, Article, Link, Statement

TEXT = "Norland and Ilmaria said the bridge was shut. Ruritania denied that. A nurse said the wards were full."
CLAIM, DENIAL, NURSE = "the bridge was shut", "that", "the wards were full"
NORLAND, ILMARIA, RURITANIA = (Actor(name.lower(), name, name.lower()) for name in ("Norland", "Ilmaria", "Ruritania"))


def span(words: str) -> tuple[int, int]:
    return TEXT.index(words), TEXT.index(words) + len(words)


def found(content: str, actor: Actor | None, **changes: Any) -> Statement:
    plain = Statement(
        article="x",
        attribution="",
        actor=actor,
        chain=() if actor is None else (Link(actor.id, actor.name, "said", "asserts"),),
        source_spans=() if actor is None else ((TEXT.find(actor.name), TEXT.find(actor.name) + len(actor.name)),),
        cue_spans=(),
        content_spans=(span(content),),
        content=content,
        proposition=content,
        kind="indirect",
    )
    return replace(plain, **changes)


def gold(content: str, actor: Actor | None, **changes: Any) -> dict[str, Any]:
    plain = {
        "content_spans": [list(span(content))],
        "content": content,
        "actor": actor.id if actor else None,
        "side": actor.side if actor else None,
        "chain": [{"actor": actor.id, "stance": "asserts"}] if actor else [],
        "kind": "indirect",
        "stance": "asserts",
        "polarity": 1,
        "hypothetical": False,
        "checkable": True,
        "date": None,
        "window": None,
        "answers": None,
        "answers_also": [],
        "unresolved": None if actor else "anonymous",
    }
    return {**plain, **changes}


GOLD = [
    gold(CLAIM, NORLAND),
    gold(CLAIM, ILMARIA),
    gold(DENIAL, RURITANIA, stance="denies", polarity=-1, answers=0, answers_also=[1]),
    gold(NURSE, None),
]


def scored(*ours: Statement, traps: tuple[dict[str, Any], ...] = ()) -> Scored:
    return Scored(Article("x", TEXT), ours, GOLD, traps, match(TEXT, ours, GOLD))


def test_statements_with_the_same_content_are_matched_by_actor() -> None:
    ours = [found(CLAIM, ILMARIA), found(CLAIM, NORLAND)]
    assert sorted(match(TEXT, ours, GOLD)) == [(0, 1), (1, 0)]


def test_contents_that_overlap_by_less_than_half_are_not_matched() -> None:
    assert match(TEXT, [found("the bridge", NORLAND)], GOLD) == [(0, 0)]  # 10 of 19 characters
    assert match(TEXT, [found("bridge", NORLAND)], GOLD) == []


def test_every_share_is_of_the_matched_statements() -> None:
    one = scored(found(CLAIM, NORLAND), found(DENIAL, ILMARIA), found(NURSE, RURITANIA), found("wards", None))
    result = summary("tune", [one])
    assert (result["n"], result["predicted"]) == (4, 4)
    assert result["statements"] == [3 / 4, 3 / 4, 3 / 4]
    assert result["actor"] == result["side"] == result["chain"] == 1 / 2  # the nurse is anonymous: not counted
    assert result["polarity"] == result["stance"] == 2 / 3
    assert result["checkable"] == result["window"] == 1


def test_an_unresolved_pronoun_is_right_only_without_an_actor() -> None:
    wanted = [gold(NURSE, None, unresolved="unresolved")]
    for actor, right in ((None, 1.0), (NORLAND, 0.0)):
        ours = [found(NURSE, actor)]
        one = Scored(Article("x", TEXT), ours, wanted, (), match(TEXT, ours, wanted))
        assert summary("tune", [one])["actor"] == right


def test_a_denial_may_answer_either_of_two_copies_of_the_claim() -> None:
    for accuser in (NORLAND, ILMARIA):
        claim = found(CLAIM, accuser)
        assert count_answers(scored(claim, found(DENIAL, RURITANIA, answers=claim.id))) == Count(1, 1, 1)


def test_a_link_to_something_else_is_wrong_and_one_too_many_costs_precision() -> None:
    nurse = found(NURSE, None)
    wrong = scored(nurse, found(DENIAL, RURITANIA, answers=nurse.id), found(CLAIM, NORLAND, answers=nurse.id))
    assert count_answers(wrong) == Count(0, 2, 1)


def test_a_trap_is_sprung_by_a_statement_of_somebody_inside_it() -> None:
    trap = {"span": list(span("A nurse said the wards were full.")), "why": "scare"}
    assert sprung(trap, scored(found(NURSE, NORLAND)))
    assert not sprung(trap, scored(found(NURSE, None)))
    assert not sprung(trap, scored(found(CLAIM, NORLAND)))


def test_what_a_gold_leaves_out_is_not_measured() -> None:
    wanted = [{key: value for key, value in one.items() if key not in ("window", "kind")} for one in GOLD]
    ours = [found(CLAIM, NORLAND)]
    result = summary("tune", [Scored(Article("x", TEXT), ours, wanted, (), match(TEXT, ours, wanted))])
    assert (result["window"], result["kind"], result["polarity"]) == (None, None, 1.0)


def test_missing_and_wrong_links_are_listed() -> None:
    claim, nurse = found(CLAIM, NORLAND), found(NURSE, None)
    denial = found(DENIAL, RURITANIA, stance="denies", polarity=-1)
    right = scored(claim, nurse, replace(denial, answers=claim.id))
    wrong = scored(claim, nurse, replace(denial, answers=nurse.id))
    assert not [line for line in errors(right) if "answers" in line]
    assert [line for line in errors(wrong) if "answers" in line] == [
        f"x: answers: {NURSE!r} for {CLAIM!r} in {DENIAL!r}"
    ]
    assert [line for line in errors(scored(claim)) if "answers" in line] == [
        f"x: answers: none in {DENIAL!r}, which was missed"
    ]
