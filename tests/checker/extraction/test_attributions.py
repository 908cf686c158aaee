"""Who is the source, what is the content: one table, a row for each form of attribution."""

import pytest

from checker.extraction.attributions import Attribution, find, headline, signed
from checker.extraction.quotes import find_quotes
from checker.extraction.sentences import paragraphs
from checker.extraction.tags import stream
from checker.extraction.tokens import tokenize


def attributions(text: str) -> list[Attribution]:
    tokens = tokenize(text)
    ranges = paragraphs(tokens)
    found = []
    for number, ((begin, stop), quotes) in enumerate(zip(ranges, find_quotes(tokens, ranges), strict=True)):
        s = stream(tokens, begin, stop, quotes)
        found += find(s, number) or signed(s, number) or headline(s, number)
    return found


def read(text: str) -> list[tuple[str | None, list[str]]]:
    return [
        (text[slice(*a.source)] if a.source else None, [text[s:e].strip(" ,.”") for s, e in a.content])
        for a in attributions(text)
        if a.sense.kind == "speech"
    ]


FORMS = [
    # direct speech
    ("“We will leave,” Brandt said.", "Brandt", ["We will leave"]),
    (
        "“We will leave,” said Ilsa Brandt, the foreign minister of Norland.",
        "Ilsa Brandt, the foreign minister of Norland",
        ["We will leave"],
    ),
    ("Brandt said: “We will leave.”", "Brandt", ["We will leave"]),
    ("Brandt said on Monday, “We will leave.”", "Brandt", ["We will leave"]),
    ("“The plan,” Brandt said, “is dead.”", "Brandt", ["The plan", "is dead"]),
    ("“We will leave,” she said. “It takes time.”", "she", ["We will leave", "It takes time"]),
    ("“Will they leave?” Brandt asked.", "Brandt", ["Will they leave?"]),
    (
        "“We will leave,” the ministry’s spokesman, Pavel Orn, told reporters.",
        "the ministry’s spokesman, Pavel Orn",
        ["We will leave"],
    ),
    ("Brandt pointed the finger at Veldania: “They burned the village.”", "Brandt", ["They burned the village"]),
    # indirect speech
    ("The strait is shut - said Ilsa Brandt.", "Ilsa Brandt", ["The strait is shut"]),
    ("Brandt said that Veldania had shelled a school.", "Brandt", ["that Veldania had shelled a school"]),
    ("Brandt said Veldania had shelled a school.", "Brandt", ["Veldania had shelled a school"]),
    ("Veldania had shelled a school, Brandt said on Thursday.", "Brandt", ["Veldania had shelled a school"]),
    (
        "Brandt told the Security Council in Port Harrow that Veldania must leave.",
        "Brandt",
        ["that Veldania must leave"],
    ),
    ("According to the defence ministry, two bridges were lost.", "the defence ministry", ["two bridges were lost"]),
    ("Two bridges were lost, according to the defence ministry.", "the defence ministry", ["Two bridges were lost"]),
    ("The plan, an official said, is dead.", "an official", ["The plan", "is dead"]),
    ("The plan, Brandt told me on Friday, is dead.", "Brandt", ["The plan", "is dead"]),
    ("The guards, Brandt explained earlier in a hearing, were paid well.", "Brandt", ["The guards", "were paid well"]),
    (
        "Too often, Brandt said, the debate over coal is wrong.",
        "Brandt",
        ["Too often", "the debate over coal is wrong"],
    ),
    ("Brandt said after the vote she would leave.", "Brandt", ["she would leave"]),
    ("Brandt, of Port Harrow, said he had fought.", "Brandt", ["he had fought"]),
    ("It was Orn, who in 2010 said the goal was to win.", "who", ["the goal was to win"]),
    ("According to the host Ilsa Brandt, the move reeks of fear.", "the host Ilsa Brandt", ["the move reeks of fear"]),
    (
        "Norland, Veldania and their allies all say the pact is dead.",
        "Norland, Veldania and their allies",
        ["the pact is dead"],
    ),
    ("Brandt has said about 20 people were hurt.", "Brandt", ["about 20 people were hurt"]),
    ("Brandt called Friday's vote a farce.", "Brandt", ["Friday's vote a farce"]),
    ("Brandt rejected the charge in a letter to the league.", "Brandt", ["the charge"]),
    ("Brandt vowed to harshly punish thieves.", "Brandt", ["to harshly punish thieves"]),
    (
        "Brandt rejected a call to seal the 25-year-old file on 9/11.",
        "Brandt",
        ["a call to seal the 25-year-old file on 9/11"],
    ),
    ("Brandt called Norland a “thief” for its silence.", "Brandt", ["Norland a “thief” for its silence"]),
    ("Orn seized on Brandt’s claim that shots were fired.", "Brandt", ["that shots were fired"]),
    # speech that goes on after "but", after more about its saying, or under its speaker's name
    ("“I like him,” Brandt said, but “he has a past.”", "Brandt", ["I like him", "but “he has a past"]),
    (
        "“The vote was fair,” Brandt said at a rally in Port Harrow, Norland, “but many will doubt it.”",
        "Brandt",
        ["The vote was fair", "but many will doubt it"],
    ),
    ("Brandt wrote that, “We will leave.”", "Brandt", ["We will leave"]),
    ("“This is a disgrace.” ― Ilsa Brandt", "Ilsa Brandt", ["This is a disgrace"]),
    ("While Brandt said the army would stay, nobody believed it.", "Brandt", ["the army would stay"]),
    (
        "Democrats trying to win back the senate say they have a plan.",
        "Democrats trying to win back the senate",
        ["they have a plan"],
    ),
    ("Norland accused Veldania of shelling a school.", "Norland", ["shelling a school"]),
    ("Brandt urged Veldania to leave the island.", "Brandt", ["Veldania to leave the island"]),
    ("Norland denied that it had shelled the school.", "Norland", ["that it had shelled the school"]),
    ("Nobody believed Brandt’s claim that the bridge was lost.", "Brandt", ["that the bridge was lost"]),
    # headlines
    ("Norland building up troops, not leaving: Veldania", "Veldania", ["Norland building up troops, not leaving"]),
    ("Norland Says It Never Promised That", "Norland", ["It Never Promised That"]),
    # a claim that is itself the subject of a sentence
    ("Warnings from the ministry that troops are massing are growing.", "the ministry", ["that troops are massing"]),
    ("Veldania’s demand to close the strait was heard.", "Veldania", ["to close the strait"]),
    ("Veldania’s claim that it is leaving is false, Brandt said.", "Veldania", ["that it is leaving"]),
    # days between source, verb and content
    ("The Alliance on Thursday accused Veldania of shelling a school.", "The Alliance", ["shelling a school"]),
    ("Norland accused the Alliance, a bloc of ports, of shelling a school.", "Norland", ["shelling a school"]),
    ("Norland accused Veldania on Monday of shelling a school.", "Norland", ["shelling a school"]),
    ("Norland denies any wrongdoing and has offered no apology.", "Norland", ["any wrongdoing"]),
    ("If it rains, Norland said, the bridge will be shut.", "Norland", ["If it rains", "the bridge will be shut"]),
    ("“We know,” Tor Oda, the chair of Halvik, said of Norland.", "Tor Oda, the chair of Halvik", ["We know"]),
    ("From the report: “Prices fell in May in every town.”", "the report", ["Prices fell in May in every town"]),
    ("Brandt promised on Thursday to reopen the bridge.", "Brandt", ["to reopen the bridge"]),
    # passives
    ("Veldania was accused by Norland on Monday of opening the dam.", "Norland", ["opening the dam"]),
    (
        "Allegations by Norland that troops had left were brushed aside by Veldania.",
        "Veldania",
        ["that troops had left"],
    ),
    # a full stop where a comma belongs, a reflexive, a participle behind the source
    ("“We will leave.” Brandt said.", "Brandt", ["We will leave"]),
    ("Brandt herself said that it rained.", "Brandt herself", ["that it rained"]),
    (
        "The letter obtained by the Ledger warns that oil is short.",
        "The letter obtained by the Ledger",
        ["that oil is short"],
    ),
    ("The ministry put out a statement saying the bridge is open.", "The ministry", ["the bridge is open"]),
    (
        "In the long term, according to the ministry, the rise is small.",
        "the ministry",
        ["In the long term", "the rise is small"],
    ),
    ("The ministry put the figure at 1,700.", "The ministry", ["1,700"]),
]


@pytest.mark.parametrize(("text", "source", "content"), FORMS)
def test_each_form_gives_its_source_and_its_content(text: str, source: str, content: list[str]) -> None:
    assert (source, content) in read(text)


def test_titles_and_appositives_belong_to_the_source() -> None:
    text = "Ilsa Brandt, a former general, said the army would stay."
    assert read(text)[0][0] == "Ilsa Brandt, a former general"


def test_a_participle_and_a_second_verb_share_the_subject() -> None:
    text = "Brandt said the army would stay and urged Veldania to leave, adding that talks would go on."
    assert read(text) == [
        ("Brandt", ["the army would stay"]),
        ("Brandt", ["Veldania to leave"]),
        ("Brandt", ["that talks would go on"]),
    ]


def test_accusers_in_a_by_phrase_are_a_source_and_the_denial_takes_their_claim() -> None:
    text = "Norland rejected “baseless accusations” by Veldania and the Northern Alliance that it was not leaving."
    denial, accusation = attributions(text)
    assert denial.sense.negative and accusation.sense.stance == "accuses"
    assert denial.content == accusation.content
    assert accusation.source is not None
    assert text[slice(*accusation.source)] == "Veldania and the Northern Alliance"
    assert denial.noun_at == accusation.cue[0][0]


@pytest.mark.parametrize(
    ("text", "speaker", "content"),
    [
        ("- We shall never leave - said Ilsa Brandt.", "Ilsa Brandt", "We shall never leave"),
        ("– It is late. We shall stay – the minister added.", "the minister", "It is late. We shall stay"),
        ("The talks are over.- We have no fear of Jan Orn - he replied.He left.", "he", "We have no fear of Jan Orn"),
        ("- There is no road - he pointed out.", "he", "There is no road"),
        ("- Will they leave? - asked Olav Vester.", "Olav Vester", "Will they leave?"),
        ("- The road - the old one - is shut - says Brandt.", "Brandt", "The road - the old one - is shut"),
        ('- They "lost" the fort and they know it - said Orn.', "Orn", 'They "lost" the fort and they know it'),
    ],
)
def test_speech_between_dashes_is_a_quotation(text: str, speaker: str, content: str) -> None:
    (found,) = attributions(text)
    assert found.source is not None
    assert text[slice(*found.source)] == speaker
    assert [text[slice(*span)] for span in found.content] == [content]
    assert len(found.quotes) == 1


@pytest.mark.parametrize(
    "text",
    [
        "- Two bridges - both old - fell.",
        "The deal - a bad one - was signed, the minister said.",
        "- Bread and salt - Orn shops there - cost more.",
    ],
)
def test_dashes_without_a_speaker_behind_them_hold_no_speech(text: str) -> None:
    assert not any(a.quotes for a in attributions(text))


@pytest.mark.parametrize(
    ("text", "speaker", "content"),
    [
        (
            "The fleet will stay at home, Minister Jan Orn said at a press conference on Monday, Volan has learned.",
            "Minister Jan Orn",
            "The fleet will stay at home",
        ),
        (
            "The tolls have gone up, Minister Jan Orn told the press as he left the fort, a Volan reporter informs.",
            "Minister Jan Orn",
            "The tolls have gone up",
        ),
        (
            "The strait is open, Ilsa Brandt said in an interview with a radio host, Olav Vester, Volan has learned.",
            "Ilsa Brandt",
            "The strait is open",
        ),
    ],
)
def test_an_agencys_credit_ends_what_the_speaker_said_and_holds_it_all(text: str, speaker: str, content: str) -> None:
    credit = text.rindex(", ")
    agency = text[credit + 2 :].partition(" has ")[0].partition(" informs")[0]
    assert read(text) == [(speaker, [content]), (agency, [text[:credit]])]


def test_a_credit_after_quoted_words_is_no_speaker_of_them() -> None:
    text = "“I will leave,” Brandt said on Monday, the Volan Agency reports."
    assert read(text) == [("Brandt", ["I will leave"])]


def test_a_scare_quote_alone_attributes_nothing() -> None:
    assert attributions("The “Iron Gate” fell on Monday.") == []


def test_a_verb_without_content_attributes_nothing() -> None:
    assert read("Brandt spoke. The reports arrived. He answered the phone.") == []
