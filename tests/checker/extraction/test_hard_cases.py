"""The eleven hard cases of the seed article, each a fact about its statements."""

from functools import cache
from pathlib import Path

import pytest

from checker.extraction import extract
from checker.extraction.registry import Registry
from index.records import Article, Statement

SEED = Path(__file__).parents[3] / "seeds" / "000_c08c91fbef48442b.txt"
DAY = "2022-02-17"


@cache
def seed() -> Article:
    return Article("seed", SEED.read_text(encoding="utf-8"), date=DAY)


@cache
def statements() -> tuple[Statement, ...]:
    return extract(seed(), Registry.load())


def saying(words: str, actor: str | None = None) -> Statement:
    """The one statement whose content has ``words`` (and whose actor is ``actor``)."""
    found = [s for s in statements() if words in s.content and (actor is None or (s.actor and s.actor.id == actor))]
    assert len(found) == 1, [s.content for s in found]
    return found[0]


def by_id(id: str | None) -> Statement:
    return next(s for s in statements() if s.id == id)


def side(s: Statement) -> str | None:
    return s.actor.side if s.actor else None


def test_what_blinken_quotes_is_russias_claim_and_his_denial_is_a_sentence_about_russia() -> None:
    claim = saying("drawing down those forces", "russia")
    assert [link.actor for link in claim.chain] == ["antony-blinken", "russia"]
    assert claim.proposition == "Russia is drawing down those forces"
    assert by_id(claim.parent).actor == saying("see that happening").actor
    outer = saying("Russia says")
    assert not outer.checkable, "that Russia says so is no claim of Blinken's about the world"
    denial = saying("see that happening")
    assert denial.actor and denial.actor.id == "antony-blinken"
    assert denial.proposition == "Russia is not drawing down those forces on the ground"
    assert denial.checkable and not denial.hypothetical
    assert denial.attribution == outer.attribution, "the second sentence goes on without a cue"


def test_the_kremlins_rejection_of_a_negative_accusation_says_that_russia_was_withdrawing() -> None:
    rejection = saying("not withdrawing forces", "kremlin")
    assert (rejection.stance, rejection.polarity) == ("denies", -1)
    assert rejection.proposition == "Russia was withdrawing forces from its border with Ukraine"
    accusers = [s for s in statements() if s.parent == rejection.id]
    assert [s.actor.id for s in accusers if s.actor] == ["united-states", "nato"]
    for accuser in accusers:
        assert accuser.chain[0].actor == "kremlin"
        assert accuser.chain[0].stance == "denies"
        assert (accuser.stance, accuser.polarity) == ("accuses", 1)
        assert accuser.proposition == "Russia was not withdrawing forces from its border with Ukraine"
    assert rejection.answers == accusers[0].id
    assert len({s.source_spans for s in accusers}) == 2


def test_an_elliptical_denial_answers_the_accusation_two_sentences_up() -> None:
    denial = saying("As always, unfounded accusations")
    assert denial.actor and denial.actor.id == "dmitry-peskov", "'he' is Peskov"
    assert denial.stance == "denies"
    assert by_id(denial.answers).actor == saying("not withdrawing forces", "united-states").actor, "the first accuser"
    assert by_id(denial.answers).proposition == "Russia was not withdrawing forces from its border with Ukraine"
    assert denial.proposition == "Russia was withdrawing forces from its border with Ukraine"


def test_peskov_concedes_that_it_takes_time_and_asserts_nothing_about_the_west() -> None:
    first, second = saying("impossible to withdraw it in a single day"), saying("it takes time")
    assert first.attribution == second.attribution
    assert side(first) == "russia" and first.polarity == 1
    assert "impossible to withdraw" in first.proposition
    indirect = saying("it would take time to wind down")
    assert indirect.actor and indirect.actor.id == "kremlin"


def test_a_condition_is_marked_and_belongs_to_what_the_department_said() -> None:
    condition = saying("provided there is no further Russian invasion")
    assert condition.hypothetical
    assert condition.kind == "mixed"
    assert condition.actor and condition.actor.id == "us-state-department"
    assert condition.content.startswith("US Secretary of State"), "the dateline is no part of it"


def test_modality_is_marked_and_the_coming_days_are_counted_from_the_dateline() -> None:
    assert saying("Russia will not invade Ukraine").hypothetical
    assert saying("could be trying to create a pretext").hypothetical
    attack = saying("preparing to launch an attack")
    assert attack.window is not None
    first, last = attack.window
    assert first == DAY and last is not None and "2022-02-20" <= last <= "2022-03-03"
    assert attack.date == DAY, "said on Thursday the 17th"


def test_blinkens_speech_told_twice_has_one_actor_and_separate_attributions() -> None:
    both = [s for s in statements() if "path of war" in s.content]
    assert len(both) == 2
    assert {s.actor.id for s in both if s.actor} == {"antony-blinken"}
    assert len({s.attribution for s in both}) == 2
    again = [s for s in statements() if "not invade Ukraine" in s.content]
    assert {s.actor.id for s in again if s.actor} == {"antony-blinken"}


def test_truss_keeps_her_claim_about_a_claim() -> None:
    claim = saying("blatant attempt by the Russian government")
    assert claim.actor and (claim.actor.id, claim.actor.side) == ("liz-truss", "united-kingdom")
    assert claim.content.startswith("Reports of alleged abnormal military activity")
    assert claim.kind == "direct" and claim.polarity == 1
    assert saying("straight out of the Kremlin playbook").attribution == claim.attribution
    promise = saying("continue to call out")
    assert promise.actor == claim.actor and promise.kind == "mixed" and promise.hypothetical


def test_indirect_speech_in_the_past_perfect_is_a_statement() -> None:
    shelling = saying("had shelled a kindergarten")
    assert shelling.kind == "indirect"
    assert shelling.actor and shelling.actor.id == "volodymyr-zelenskyy" and shelling.actor.side == "ukraine"
    assert shelling.proposition == "Pro-Russian forces in the eastern Donbass region had shelled a kindergarten"


def test_spokespeople_department_secretary_and_country_share_a_side_and_stay_apart() -> None:
    department = saying("Moscow has expelled")
    spokesperson = saying("Russia’s action against our DCM")
    price = saying("The meeting, which was initially suggested")
    headline = saying("Russia building up troops")
    assert headline.actor and headline.actor.id == "united-states"
    assert price.actor and price.actor.id == "ned-price"
    assert {side(s) for s in (department, spokesperson, price, headline, saying("Our information"))} == {
        "united-states"
    }
    assert department.actor == spokesperson.actor, "'the spokesperson' is the one before"


def test_moscow_kremlin_and_peskov_are_one_side() -> None:
    sides = {side(s) for s in statements() if s.actor and s.actor.id in {"kremlin", "dmitry-peskov", "russia"}}
    assert sides == {"russia"}
    assert {s.actor.id for s in statements() if side(s) == "russia" and s.actor} == {
        "kremlin",
        "dmitry-peskov",
        "russia",
    }


@pytest.mark.parametrize("name", ["antony-blinken", "united-states"])
def test_nobody_on_the_american_side_says_that_russia_withdraws(name: str) -> None:
    claims = [s.proposition for s in statements() if s.checkable and side(s) == "united-states"]
    assert not [p for p in claims if "is drawing down" in p or "was withdrawing" in p]
    assert any(s.actor and s.actor.id == name for s in statements())


def test_every_span_of_the_seed_reslices() -> None:
    text = seed().text
    for s in statements():
        assert s.content == " ".join(text[a:b] for a, b in s.content_spans)
        assert all(0 <= a < b <= len(text) for a, b in (*s.source_spans, *s.cue_spans, *s.content_spans))
    assert len({s.id for s in statements()}) == len(statements())
