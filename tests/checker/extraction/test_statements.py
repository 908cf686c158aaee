"""Whole articles: pronouns, own words, denials, chains, dates; invented states and offices only."""

from functools import cache

import pytest

from checker.extraction import extract
from checker.extraction.registry import Registry
from index.records import Article, Statement

DAY = "2031-03-13"  # a Thursday


@cache
def registry() -> Registry:
    return Registry.load()


def read(text: str, **fields: str) -> tuple[Statement, ...]:
    return extract(Article("a", text, date=DAY, **fields), registry())


def one(text: str, words: str, **fields: str) -> Statement:
    found = [s for s in read(text, **fields) if words in s.content]
    assert len(found) == 1, [s.content for s in found]
    return found[0]


def name(s: Statement) -> str | None:
    return s.actor.name if s.actor else None


BRANDT = "Norland’s foreign minister Ilsa Brandt said on Monday that the army would stay. "


# pronouns and roles


def test_a_pronoun_is_the_speaker_before() -> None:
    assert name(one(BRANDT + "She said the bridge was lost.", "bridge")) == "Ilsa Brandt"


def test_the_minister_is_the_minister_before() -> None:
    assert name(one(BRANDT + "The minister said the bridge was lost.", "bridge")) == "Ilsa Brandt"


def test_who_is_the_name_before_it() -> None:
    assert name(one("The talks failed, said Ilsa Brandt, who said the army would stay.", "army")) == "Ilsa Brandt"


def test_a_pronoun_with_nobody_before_it_stays_unresolved() -> None:
    assert one("He said that the bridge was lost.", "bridge").actor is None


def test_officials_of_nobody_in_particular_stay_unresolved() -> None:
    assert one("Officials said that the bridge was lost.", "bridge").actor is None


def test_the_head_of_the_source_speaks_and_not_whom_it_mentions() -> None:
    text = "The foreign minister, Ilsa Brandt, was there. The talks with Ilsa Brandt showed that peace was near."
    assert [name(s) for s in read(text) if "peace was near" in s.content] == [None]


# chains and denials


def test_a_denial_of_a_claim_turns_it_and_an_accuser_keeps_his() -> None:
    text = "Norland denied accusations by Veldania that it had shelled a school."
    denial, accusation = sorted((s for s in read(text)), key=lambda s: len(s.chain))
    assert (denial.stance, denial.polarity, denial.answers) == ("denies", -1, accusation.id)
    assert denial.proposition == "Norland had not shelled a school"
    assert (accusation.stance, accusation.polarity, accusation.parent) == ("accuses", 1, denial.id)
    assert accusation.proposition == "Norland had shelled a school"


def test_not_saying_is_no_statement_of_fact() -> None:
    silent = one(BRANDT + "She did not say that the bridge was lost.", "bridge")
    assert not silent.checkable and silent.hypothetical and silent.polarity == 1


def test_not_denying_is_no_denial() -> None:
    assert one(BRANDT + "She did not deny that the bridge was lost.", "bridge").polarity == 1


def test_a_quoted_quotation_is_a_chain_of_two() -> None:
    text = "“Veldania says it has left the island,” Ilsa Brandt told reporters."
    inner = next(s for s in read(text) if len(s.chain) == 2)
    assert [link.cue for link in inner.chain] == ["told", "says"]
    assert inner.parent is not None
    outer = next(s for s in read(text) if s.id == inner.parent)
    assert not outer.checkable


def test_we_believe_is_no_chain() -> None:
    text = "“We believe the army has left,” Ilsa Brandt said."
    assert [len(s.chain) for s in read(text)] == [1]


# stance, hypotheticals, checkable


@pytest.mark.parametrize(
    ("text", "words", "stance", "hypothetical", "checkable"),
    [
        ("Ilsa Brandt said the army has left.", "army has", "asserts", False, True),
        ("Ilsa Brandt said the army could leave.", "army could", "asserts", True, True),
        ("Ilsa Brandt said the army would leave if asked.", "army would", "asserts", True, True),
        ("Ilsa Brandt said the army is planning to leave.", "army is", "asserts", False, True),
        ("Ilsa Brandt denied that the army intends to leave.", "army intends", "denies", False, True),
        ("Ilsa Brandt said the army has no plans to leave.", "army has", "asserts", False, True),
        ("Ilsa Brandt said the army may plan to leave.", "army may", "asserts", True, True),
        ("Ilsa Brandt said the army will leave.", "army will", "asserts", True, True),
        ("Ilsa Brandt warned that the army was near.", "army was", "warns", False, True),
        ("Ilsa Brandt urged Veldania to leave.", "Veldania to", "demands", True, False),
        ("Ilsa Brandt promised to leave the island.", "to leave", "promises", True, True),
        ("Ilsa Brandt admitted that the army was late.", "army was", "concedes", False, True),
        ("Ilsa Brandt accused Veldania of burning a village.", "burning a village", "accuses", False, True),
        ("“Has the army left?” Ilsa Brandt asked.", "army left", "asks", True, False),
        ("“Thank you very much, dear friends,” Ilsa Brandt said.", "Thank you", "asserts", False, False),
        ("Ilsa Brandt believes that the army has left.", "army has", "asserts", False, False),
        ("Ilsa Brandt hopes that the army has left.", "army has", "asserts", True, False),
    ],
)
def test_stance_and_what_may_be_checked(
    text: str, words: str, stance: str, hypothetical: bool, checkable: bool
) -> None:
    s = one(text, words)
    assert (s.stance, s.hypothetical, s.checkable) == (stance, hypothetical, checkable)


# dates


def test_the_day_of_saying_and_the_time_of_what_is_said_are_two() -> None:
    s = one("The army will leave next week, Ilsa Brandt said on Tuesday.", "army")
    assert s.date == "2031-03-11"
    assert s.window == ("2031-03-17", "2031-03-23")


# own words


TRANSCRIPT = """MS. QUIST: Good morning, everybody. The last convoy left the island at noon. (Laughter.)

Q    Did Norland lose a bridge?

MS. QUIST: We have lost no bridge. Veldania says it holds the bridge.

Q    Thank you.

MR. ORN: Two soldiers were hurt."""


def test_turns_change_the_actor_and_questions_are_nobodys() -> None:
    found = read(TRANSCRIPT)
    assert {name(s) for s in found if "convoy" in s.content or "no bridge" in s.content} == {"Quist"}
    assert {name(s) for s in found if "soldiers" in s.content} == {"Orn"}
    assert not [s for s in found if "lose a bridge" in s.content or "Laughter" in s.content]
    assert not one(TRANSCRIPT, "Good morning").checkable


def test_inside_a_turn_others_are_quoted() -> None:
    claim = [s for s in read(TRANSCRIPT) if s.content == "it holds the bridge"]
    assert [[link.name for link in s.chain] for s in claim] == [["Quist", "Veldania"]]


def test_a_speech_is_all_its_speakers_words() -> None:
    found = read("The army has left. We lost two bridges.", speaker="Ilsa Brandt")
    assert [(name(s), s.content, s.kind, s.checkable) for s in found] == [
        ("Ilsa Brandt", "The army has left.", "direct", True),
        ("Ilsa Brandt", "We lost two bridges.", "direct", True),
    ]


def test_news_without_attribution_gives_no_statement() -> None:
    assert read("The army has left. It lost two bridges.") == ()


def test_the_sentences_of_one_quotation_share_their_attribution() -> None:
    text = "“The army has left. It lost two bridges,” Ilsa Brandt said. “It will come back.”\n“It needs time.”"
    found = read(text)
    assert [s.content for s in found] == [
        "The army has left.",
        "It lost two bridges",
        "It will come back.",
        "It needs time.",
    ]
    assert len({s.attribution for s in found[:3]}) == 1
    assert found[3].attribution != found[0].attribution, "a paragraph of its own is a quotation of its own"
    assert {name(s) for s in found} == {"Ilsa Brandt"}
    assert {s.kind for s in found} == {"direct"}


def test_a_colon_at_the_end_of_a_paragraph_announces_the_quotation_below() -> None:
    text = (
        "On Monday, foreign minister Ilsa Brandt issued the following statement:\n\n"
        "“The army has left. It lost two bridges.”"
    )
    assert [(name(s), s.content) for s in read(text)] == [
        ("Ilsa Brandt", "The army has left."),
        ("Ilsa Brandt", "It lost two bridges."),
    ]


def test_he_is_none_of_several_citizens() -> None:
    found = read(
        "Polish general Jan Ostrow spoke to US citizens in Krakow. He said that the risk of an attack increased."
    )
    assert [s.actor.id for s in found if s.actor] == ["jan-ostrow"]


# headlines


def test_a_headline_that_the_article_says_again_is_no_second_statement() -> None:
    body = "Veldania is massing troops near the border, Norland’s army said. Veldania denied it."
    found = read(f"Veldania massing troops near border: Norland\n\n{body}")
    claim, denial = found
    assert claim.content == "Veldania is massing troops near the border"
    assert denial.answers == claim.id


@pytest.mark.parametrize(
    "headline",
    ["Norland sank three boats: Norland", "Norland did not sink boats: Norland", "Norland sank boats: Veldania"],
)
def test_a_headline_that_says_something_else_stays(headline: str) -> None:
    assert len(read(f"{headline}\n\nNorland sank two boats, Norland’s army said.")) == 2


def test_an_agency_that_credits_a_speaker_is_the_first_of_the_chain_and_claims_nothing_itself() -> None:
    agency, minister = sorted(
        read("The strait is open, Minister Jan Orn said as he left the fort in Norhaven on Monday, Volan has learned."),
        key=lambda s: len(s.chain),
    )
    assert [link.name for link in minister.chain] == ["Volan", "Jan Orn"]
    assert (minister.proposition, minister.checkable) == ("The strait is open", True)
    assert (agency.checkable, minister.parent) == (False, agency.id)


def test_words_around_according_to_are_still_the_speakers_claim() -> None:
    said = one("“They work according to the plan: first the port, then the fort,” Brandt said.", "They work according")
    assert said.checkable
