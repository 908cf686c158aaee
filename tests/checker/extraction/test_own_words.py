"""Releases, speeches and briefings: what in them is a statement, whose, and whether it says anything."""

from pathlib import Path

import pytest

from checker.extraction import extract
from checker.extraction.checkable import is_checkable
from checker.extraction.registry import Registry
from index.records import Article, Statement

REGISTRY = Registry.load()


def read(text: str, **fields: str) -> tuple[Statement, ...]:
    return extract(Article("a", text, date="2031-03-13", **fields), REGISTRY)


def test_titles_dates_and_rulers_are_no_statements() -> None:
    text = "MINISTRY OF HEALTH OF NORWAY\nOslo, 3 December 2031\n\nThe water is safe to drink.\n\n***\n\nEND 2:15 P.M."
    assert [s.content for s in read(text, speaker="Norway")] == ["The water is safe to drink."]


def test_we_inside_quoted_words_is_not_the_narrator() -> None:
    text = (
        "“We have opened the bridge,” the president of Poland told reporters, and left for the coast by train at noon."
    )
    outer = next(s for s in read(text, speaker="Norway") if s.actor and s.actor.id == "norway")
    assert "Norway has opened" not in outer.proposition


def test_what_was_stated_is_the_sentence_before() -> None:
    text = "The bridge is open to all. This was stated by Ilsa Brandt during a meeting."
    (statement,) = read(text)
    assert (statement.content, statement.actor and statement.actor.name) == ("The bridge is open to all", "Ilsa Brandt")


def test_the_first_lady_is_not_the_president() -> None:
    turns = "THE PRESIDENT: Thank you.\n\nFIRST LADY QUIST: The school opens in May.\n\nTHE PRESIDENT: It does.\n\n"
    title = "Remarks by First Lady Mara Quist and President Orn Quist"
    found = read(turns + "FIRST LADY QUIST: Good.", title=title, speaker="Norway")
    assert {s.actor.id for s in found if s.actor and "school" in s.content} == {"mara-quist"}


@pytest.mark.parametrize(
    "text",
    [
        "Friends, good morning to you all.",
        "So, I want to thank the team.",
        "Okay, take it away.",
    ],
)
def test_ceremony_says_nothing(text: str) -> None:
    assert not is_checkable(text)


@pytest.mark.parametrize(
    "text",
    [
        "Friends, most importantly, the army has crossed the river.",
        "Okay, today marks the second day of the strike.",
        "Colleagues, the bridge at Orm was closed yesterday.",
    ],
)
def test_a_claim_behind_a_salutation_is_a_claim(text: str) -> None:
    assert is_checkable(text)


def test_a_topic_is_no_claim_and_a_number_with_a_point_ends_no_sentence() -> None:
    (topic,) = read("Norway stressed the importance of the visit.")
    assert not topic.checkable
    (variant,) = read("Ilsa Brandt said that BA.2 has become dominant in Norway.")
    assert variant.content == "that BA.2 has become dominant in Norway"


def test_an_address_by_somebody_is_in_his_words_whoever_publishes_it() -> None:
    title = "The bridge will stand - address by President Volodymyr Zelenskyy"
    found = read("The bridge stands.", source="president.gov.ua (President of Ukraine)", title=title)
    assert [s.actor.id for s in found if s.actor] == ["volodymyr-zelenskyy"]


def test_the_one_who_says_it_is_not_named_in_his_own_quotation() -> None:
    text = "Ilsa Brandt spoke at noon. “Pavel Orn has left,” she said. “Karl Voss has stayed.”"
    assert {s.actor.name for s in read(text) if s.actor} == {"Ilsa Brandt"}
    text = "Karl Brandt, a pilot, spoke at noon. “We saw the captain, Pavel Orn, leave,” he said."
    assert {s.actor.name for s in read(text) if s.actor} == {"Karl Brandt"}


def test_our_countries_are_not_the_speakers_alone() -> None:
    (statement,) = read("Our countries are close neighbours.", speaker="Norway")
    assert statement.proposition == "Our countries are close neighbours"


@pytest.mark.parametrize(
    "fields",
    [
        {"source": "Office of the President of Lorne"},
        {"source": "The Lamp", "title": "Interview with Lorne's prime minister Adele Finch"},
        {"source": "The Lamp", "opening": "Adele Finch, the prime minister of Lorne, met us on Monday.\n\n"},
    ],
)
def test_a_speaker_is_on_the_side_that_the_document_gives_him(fields: dict[str, str]) -> None:
    opening = fields.get("opening", "")
    text = f"{opening}Question: Is it shut?\n\nAdele Finch: The bridge is open.\n\nQuestion: And then?\n\n"
    about = {key: value for key, value in fields.items() if key != "opening"}
    article = Article("a", text + "Adele Finch: It will be repaired.", speaker="Adele Finch", **about)
    sides = {s.actor.side for s in extract(article, REGISTRY) if s.actor and s.content.startswith(("The", "It"))}
    assert sides == {"lorne"}


BRIEFED = (
    "HALVIK, 28 January - Norland has moved two brigades, Foreign Minister Ilsa Brandt said on Friday.\n\n"
    "“We see no reason to worry,” Brandt told reporters. “The army is ready.”\n\nThe drill began in May."
)


def test_what_a_paper_retells_is_not_said_by_the_paper(tmp_path: Path) -> None:
    own = tmp_path / "actors.toml"
    own.write_text('[harbour-wire]\nname = "Harbour Wire"\nkind = "outlet"\n', encoding="utf-8")
    found = extract(Article("a", BRIEFED, date="2031-01-28", speaker="Harbour Wire"), Registry.load(own))
    said = [([link.actor for link in s.chain], s.content) for s in found]
    assert said == [
        (["ilsa-brandt"], "Norland has moved two brigades"),
        (["ilsa-brandt"], "We see no reason to worry"),
        (["ilsa-brandt"], "The army is ready."),
        (["harbour-wire"], "The drill began in May."),
    ]


def test_whom_an_actor_quotes_in_his_own_document_still_stands_in_his_chain() -> None:
    found = extract(Article("a", BRIEFED, date="2031-01-28", speaker="Norland"), REGISTRY)
    assert ["norland", "ilsa-brandt"] in [[link.actor for link in s.chain] for s in found]


def test_whom_a_letter_goes_to_does_not_speak_it() -> None:
    text = "Dear Madam Speaker:\n\nI am providing notice of my intent to leave the treaty.\n\nSincerely,\n\nANA LIND"
    said = read(text, speaker="Ana Lind, president of Norland")
    assert {s.actor.id for s in said if s.actor is not None} == {"ana-lind"}


@pytest.mark.parametrize(
    ("said", "proposition"),
    [
        ("I’m sending two ships.", "Mara Quist is sending two ships"),
        ("The ships are in my name.", "The ships are in Mara Quist's name"),
        ("We’re sending two ships.", "Norway is sending two ships"),
    ],
)
def test_i_is_the_speaker_and_we_may_be_his_state(said: str, proposition: str) -> None:
    (statement,) = read(said, speaker="Mara Quist, Prime Minister of Norway")
    assert statement.proposition == proposition


def test_items_of_a_list_on_one_line_are_no_dialogue() -> None:
    text = "They agreed. - Norland will open the port. It will pay for it. - The Sund Commission proposed a plan."
    said = [s.content for s in read(text, speaker="Norland")]
    assert "It will pay for it." in said
    assert not any("port. It" in content for content in said)


@pytest.mark.parametrize(
    "turn",
    [
        " MS. QUIST: The bridge is open.",  # a blank before the label
        "\u00a0\u00a0MS. QUIST: The bridge is open.",
        "MS. QUIST [laughing]: The bridge is open.",
        "MS. QUIST (in Norwegian): The bridge is open.",
        "MS. QUIST:(Addressing the press) The bridge is open.",
        "MS. QUIST:… The bridge is open.",
        "MS. QUIST:... The bridge is open.",
    ],
)
def test_a_turn_begins_however_its_label_is_set(turn: str) -> None:
    text = f"MR. BRANDT: The ferry is late.\n\n{turn}\n\nMR. BRANDT: The road is wet.\n\nMS. QUIST: The tunnel is dry."
    found = {s.content.strip("…. "): s.actor.name for s in read(text, speaker="Norway") if s.actor}
    assert found["The bridge is open"] == "Quist"
    assert found["The ferry is late"] == "Brandt"
    assert not any("QUIST" in content or "laughing" in content for content in found)


@pytest.mark.parametrize("zone", ["EST", "EDT", "CDT", "CET"])
def test_a_question_right_behind_the_clock_is_a_question(zone: str) -> None:
    turns = "Q The bridge is shut, they say. MS. QUIST: The bridge is open. Q Thank you. MS. QUIST: Good."
    text = f"Oslo\n\n3:12 P.M. {zone} {turns}"
    assert [(s.actor.name, s.content) for s in read(text, speaker="Norway") if s.actor and "bridge" in s.content] == [
        ("Quist", "The bridge is open.")
    ]


@pytest.mark.parametrize(
    "heading",
    [
        "NEXT STEPS (2024):",
        "Next Steps (2024):",
        "Harbour Council Reform (Paper 2720):",
        "  Next Steps Now:",
        "The Plan:(a) roads",
    ],
)
def test_a_heading_with_a_bracket_or_behind_a_blank_is_no_speaker(heading: str) -> None:
    found = read(f"{heading}\n\nThe bridge is open to all ships.", speaker="Norway")
    assert {s.actor.id for s in found if s.actor} == {"norway"}
