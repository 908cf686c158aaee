"""Who a source names. Offices and sides of real people are facts; nobody real is quoted; other states are invented."""

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.extraction.actors import Cast
from checker.extraction.registry import Registry
from index.records import Actor

REGISTRY = Registry.load()


def named(surface: str, **about: str) -> list[tuple[str, str | None]]:
    """What a source span means that is all that the article has."""
    return [(actor.id, actor.side) for actor in Cast(REGISTRY, surface, **about).resolve(surface, 0)]


def read(text: str, *spans: str, **about: str) -> list[list[tuple[str, str | None]]]:
    """What spans mean that follow each other in an article."""
    cast, place, found = Cast(REGISTRY, text, **about), 0, []
    for span in spans:
        place = text.index(span, place)
        found.append([(actor.id, actor.side) for actor in cast.resolve(span, place)])
        place += 1
    return found


@pytest.mark.parametrize(
    ("surface", "id", "side"),
    [
        ("Secretary of State Antony Blinken", "antony-blinken", "united-states"),
        ("US Secretary of State Antony Blinken", "antony-blinken", "united-states"),
        ("Ukraine's President Volodymyr Zelenskiy", "volodymyr-zelenskyy", "ukraine"),
        ("British Foreign Secretary Liz Truss", "liz-truss", "united-kingdom"),
        ("Secretary-General Jens Stoltenberg", "jens-stoltenberg", "nato"),
        ("Kremlin spokesperson Dmitry Peskov", "dmitry-peskov", "russia"),
        ("State Department spokesman Ned Price", "ned-price", "united-states"),
        ("EU foreign policy chief Josep Borrell", "josep-borrell", "european-union"),
        ("Russia's ambassador to the United States Anatoly Antonov", "anatoly-antonov", "russia"),
        ("the head of the Ukrainian president's office Andriy Yermak", "andriy-yermak", "ukraine"),
        ("Prime Minister Johnson", "boris-johnson", "united-kingdom"),
        ("a State Department spokesperson", "us-state-department", "united-states"),
        ("a Kremlin statement", "kremlin", "russia"),
        ("the US", "united-states", "united-states"),
        ("Moscow", "russia", "russia"),
        ("the Russian government", "russia", "russia"),
        ("Russian officials", "russia", "russia"),
        ("officials in Moscow", "russia", "russia"),
        ("the U.S. Embassy in Kyiv", "united-states", "united-states"),
        ("the Russian president", "vladimir-putin", "russia"),
        ("the Biden administration", "united-states", "united-states"),
        ("Russia's Foreign Ministry", "russia-foreign-ministry", "russia"),
        ("the French Senate", "french-senate", "french-senate"),
        ("pro-Russian separatists", "donbas-separatists", "donbas-separatists"),
    ],
)
def test_a_known_source_is_one_actor_of_its_side(surface: str, id: str, side: str) -> None:
    assert named(surface) == [(id, side)]


@pytest.mark.parametrize(
    ("surface", "expected"),
    [
        ("Ruritanian foreign minister Ilsa Brandt", ("ilsa-brandt", "ruritania")),
        ("Ilsa Brandt, the foreign minister of Ruritania,", ("ilsa-brandt", "ruritania")),
        ("The foreign minister of Ruritania, Ilsa Brandt,", ("ilsa-brandt", "ruritania")),
        ("Norland's Prime Minister Karl Voss", ("karl-voss", "norland")),
        ("Norland's embattled prime minister, Karl Voss", ("karl-voss", "norland")),
        ("President Anna Reis of the Republic of Norland", ("anna-reis", "norland")),
        ("Otto Kern, 51, a spokesman for the Veldt Defence Ministry", ("otto-kern", "veldt")),
        ("Wakandan President Tor Oda", ("tor-oda", "wakanda")),
        ("Norlandic Defence Ministry", ("norland-defence-ministry", "norland")),
        ("the Ministry of Foreign Affairs of Ruritania", ("ruritania-foreign-ministry", "ruritania")),
        ("Ruritania's army", ("ruritania-military", "ruritania")),
        ("Ruritanian State Department", ("ruritania-state-department", "ruritania")),
        ("the Ruritanian ambassador to Norland", ("ruritania", "ruritania")),
        ("Norland's ambassador in the Ruritanian capital Strelsau, Rosa Imbert", ("rosa-imbert", "norland")),
        ("Ruritania", ("ruritania", "ruritania")),
        # voices of their own
        ("opposition leader Ana Lind", ("ana-lind", "ana-lind")),
        ("former Ruritanian minister Ana Lind", ("ana-lind", "ana-lind")),
        ("Ruritanian ex-defence minister Ana Lind", ("ana-lind", "ana-lind")),
        ("Ruritanian lawmaker Ana Lind", ("ana-lind", "ana-lind")),
        ("Norlandic surgeon Ana Lind", ("ana-lind", "ana-lind")),
        ("the Ruritanian Supreme Court", ("ruritanian-supreme-court", "ruritanian-supreme-court")),
        (
            "the Constitutional Court of Karvonia",
            ("constitutional-court-of-karvonia", "constitutional-court-of-karvonia"),
        ),
        ("Acme Corp spokesman Joe Doe", ("joe-doe", "acme-corp")),
        ("the Strelsau Central Bank governor, Irma Toth", ("irma-toth", "strelsau-central-bank")),
        ("the opposition People's Dawn party", ("peoples-dawn-party", "peoples-dawn-party")),
        ("the dairy Alpen Gold", ("alpen-gold", "alpen-gold")),
        ("the airline, Air Alba", ("air-alba", "air-alba")),
        ("The Lantern House, the Ilmarian president's office", ("lantern-house", "ilmaria")),
        ("Moscow Mayor Ana Lind", ("ana-lind", "moscow-city")),
        # nobody knows whose
        ("Ilsa Brandt", ("ilsa-brandt", None)),
        ("the Ministry of Trade and Industry", ("trade-industry-ministry", None)),
    ],
)
def test_titles_appositives_and_possessives_tell_the_side_of_the_unknown(
    surface: str, expected: tuple[str, str | None]
) -> None:
    assert named(surface) == [expected]


@pytest.mark.parametrize(
    ("surface", "ids"),
    [
        ("the United States and NATO", ["united-states", "nato"]),
        ("Blinken and Lavrov", ["antony-blinken", "sergei-lavrov"]),
        ("Russia, China and Iran", ["russia", "china", "iran"]),
        ("Russian and Ukrainian officials", ["russia", "ukraine"]),
        ("US, UK and French officials", ["united-states", "united-kingdom", "france"]),
        ("Ruritanian and Norlandic officials", ["ruritania", "norland"]),
        ("the foreign ministers of Ruritania and Norland", ["ruritania", "norland"]),
        ("Ana Lind and Ruritanian Prime Minister Otto Kern", ["ana-lind", "otto-kern"]),
        ("Ana Lind, the mayor of Sund, and Otto Kern", ["ana-lind", "otto-kern"]),
        ("Halvik, the Norlandic capital", ["norland"]),
        ("Ana Lind, chief of the Sund patrol police", ["ana-lind"]),
        ("House Speaker Ana Lind, D-Calif.", ["ana-lind"]),
        ("Ana Lind, chief of the Sund police, and Otto Kern", ["ana-lind", "otto-kern"]),
    ],
)
def test_each_of_several_sources_is_an_actor_in_order(surface: str, ids: list[str]) -> None:
    assert [id for id, _ in named(surface)] == ids


@pytest.mark.parametrize(
    "surface",
    ["he", "She", "they", "the spokesperson", "a spokesman", "officials", "sources", "critics", "police", "Residents",
     "the minister", "his spokesman", "one of them", "a Ruritanian analyst", "", "...", "us"],
)  # fmt: skip
def test_nobody_in_particular_is_nobody(surface: str) -> None:
    assert named(surface) == []


def test_what_a_firm_is_called_is_not_its_name() -> None:
    assert named("Drug maker Halden Labs")[0][0] == "halden-labs"
    assert named("Tech giant Norlux")[0][0] == "norlux"


def test_a_general_after_his_army_speaks_for_its_state() -> None:
    text = "Ruritania's army denied it.\n\nGeneral Noah Prell said so. The bank closed.\n\nGeneral Karl Voss left."
    assert read(text, "General Noah Prell", "General Karl Voss") == [
        [("noah-prell", "ruritania")],
        [("karl-voss", None)],
    ]


def test_a_last_name_is_the_person_whom_the_article_introduced() -> None:
    text = "Ruritanian foreign minister Ilsa Brandt spoke. Brandt said no. Minister Brandt left. Ms Brandt rested."
    assert read(text, "Brandt said"[:6], "Minister Brandt", "Ms Brandt") == [[("ilsa-brandt", "ruritania")]] * 3


def test_two_people_of_one_surname_stay_two() -> None:
    text = (
        "Norland's President Astrid Holm spoke. Holm said no.\n"
        "General Viktor Holm, commander of the Ilmarian navy, warned her. Holm left.\n"
        "President Holm slept. General Holm woke. Ms Holm rested. Astrid Holm rose."
    )
    cast, found = Cast(REGISTRY, text), []
    for sentence, size in (
        ("Holm said", 4),
        ("General Viktor Holm", 19),
        ("Holm left", 4),
        ("President Holm", 14),
        ("General Holm", 12),
        ("Ms Holm", 7),
        ("Astrid Holm rose", 11),
    ):
        found.append([actor.id for actor in cast.resolve(sentence[:size], text.index(sentence))])
    assert found == [
        ["astrid-holm"],
        ["viktor-holm"],
        [],
        ["astrid-holm"],
        ["viktor-holm"],
        ["astrid-holm"],
        ["astrid-holm"],
    ]


def test_a_namesake_in_the_article_goes_before_a_famous_surname() -> None:
    text = "Norlandic economist Greta Putin spoke. Putin said no."
    assert read(text, "Putin said"[:5]) == [[("greta-putin", "greta-putin")]]


def test_an_unqualified_minister_is_of_the_state_that_the_sentence_before_speaks_of() -> None:
    text = 'Ilmaria asked Norland whether the ship was armed. "Where is it?" President Aino Sareva wrote. Sareva left.'
    assert read(text, "President Aino Sareva", "Sareva left"[:6]) == [[("aino-sareva", "ilmaria")]] * 2


def test_a_ministry_named_again_and_its_spokesman_are_the_same_office() -> None:
    text = (
        "The Tavasti foreign ministry denied it in Tavastan. A ministry spokesman laughed. The ministry closed."
        " The Foreign Ministry slept."
    )
    office = [("tavastan-foreign-ministry", "tavastan")]
    assert (
        read(text, "The Tavasti foreign ministry", "A ministry spokesman", "The ministry", "The Foreign Ministry")
        == [office] * 4
    )


@pytest.mark.parametrize(
    ("introduced", "expected"),
    [
        ("Norland's President Ilsa Brandt came.", "ilsa-brandt"),
        ("Norland's President Ilsa Brandt and Norland's Prime Minister Jan Orn came.", "norland"),  # which of the two?
        ("Norland's Foreign Minister Ilsa Brandt came.", "norland"),
        ("Meridor's President Ilsa Brandt came.", "norland"),
    ],
)
def test_a_leader_of_a_state_is_the_one_head_of_it_that_the_article_named(introduced: str, expected: str) -> None:
    ((found,),) = read(f"{introduced} The ships sail, the Norland leader said.", "the Norland leader")
    assert found[0] == expected


def test_a_firm_is_known_by_its_short_name() -> None:
    text = (
        "Kestrel Shipping, the largest employer in Meridor, spoke."
        " Kestrel's chief executive, Dana Forsyth, left. Kestrel fell."
    )
    assert read(text, "Kestrel's chief executive, Dana Forsyth,", "Kestrel fell"[:7]) == [
        [("dana-forsyth", "kestrel-shipping")],
        [("kestrel-shipping", "kestrel-shipping")],
    ]


def test_a_capital_and_an_acronym_mean_what_the_article_says_they_mean() -> None:
    text = (
        "The Norlandic capital, Halvik, slept. Halvik denied it."
        " The Norland Defence Force (NDF) woke. The NDF denied it."
    )
    assert read(text, "Halvik denied"[:6], "The NDF") == [
        [("norland", "norland")],
        [("norland-defence-force", "norland")],
    ]


def test_adjectives_find_the_state_that_the_article_names() -> None:
    assert read("They met in Tavastan. Tavasti minister Nuri Aslan left.", "Tavasti minister Nuri Aslan") == [
        [("nuri-aslan", "tavastan")]
    ]
    assert read("They met in Costland. Costlander minister Nuri Aslan left.", "Costlander minister Nuri Aslan") == [
        [("nuri-aslan", "costland")]
    ]


def test_a_nickname_does_not_part_a_name() -> None:
    text = 'Jan "the Ferret" Hruska went on trial. Hruska\'s lawyer, Olga Benes, spoke.'
    assert read(text, "Hruska's lawyer, Olga Benes,") == [[("olga-benes", "jan-hruska")]]


@pytest.mark.parametrize(
    ("day", "side"), [("2018-05-01", "united-states"), ("2022-02-17", "donald-trump"), ("2025-06-01", "united-states")]
)
def test_a_politician_out_of_office_speaks_for_himself(day: str, side: str) -> None:
    assert named("Donald Trump", date=day) == [("donald-trump", side)]


def test_former_is_enough_where_no_day_is_known() -> None:
    assert named("former US President Donald Trump") == [("donald-trump", "donald-trump")]


def test_speaker_turns_of_a_briefing_are_people_of_its_house() -> None:
    text = "MS. PSAKI: Hello.\nMR. SULLIVAN: No.\nTHE PRESIDENT: Yes.\nVICE PRESIDENT HARRIS: So.\nMR. MEYER: Well.\n"
    spans = ["MS. PSAKI", "MR. SULLIVAN", "THE PRESIDENT", "VICE PRESIDENT HARRIS", "MR. MEYER"]
    found = read(text, *spans, source="White House (press-briefings)", date="2022-02-17")
    assert [actors[0][0] for actors in found] == ["jen-psaki", "jake-sullivan", "joe-biden", "kamala-harris", "meyer"]


def test_a_release_needs_no_adjective_for_its_own_ministers() -> None:
    text = "Interior Minister Karl Voss reported to the President. The Ministry of Defence agreed."
    found = read(
        text, "Interior Minister Karl Voss", "The Ministry of Defence", source="kremlin.ru (President of Russia)"
    )
    assert found == [[("karl-voss", "russia")], [("russia-defence-ministry", "russia")]]


def test_the_author_is_the_speaker_or_a_publisher_of_its_own_words() -> None:
    def author(**about: str) -> Actor | None:
        return Cast(REGISTRY, "We left.", **about).author

    assert author(source="US outlet") is None
    assert author(source="Reuters") is None
    assert author(source="Russian MFA (Telegram)") == Actor(
        "russia-foreign-ministry", "Russian Foreign Ministry", "russia"
    )
    assert author(source="Norland Foreign Ministry") == Actor(
        "norland-foreign-ministry", "Norland Foreign Ministry", "norland"
    )
    assert author(speaker="Russian Federation", source="US outlet") == Actor("russia", "Russia", "russia")
    assert author(speaker="Ilsa Brandt, foreign minister of Ruritania") == Actor(
        "ilsa-brandt", "Ilsa Brandt", "ruritania"
    )
    told = author(speaker="Selim Oray", title="Address by Mr. Selim Oray, Deputy Prime Minister of Tavastan")
    assert told == Actor("selim-oray", "Selim Oray", "tavastan")


def test_mentions_carry_roles_and_gender() -> None:
    text = (
        "Ruritanian foreign minister Ilsa Brandt spoke in Moscow. Brandt left. Norland's spokesman, Karl Voss, slept."
    )
    found = [(text[m.start : m.end], m.actor.id, m.roles, m.gender) for m in Cast(REGISTRY, text).mentions()]
    assert found == [
        ("Ruritanian foreign minister Ilsa Brandt", "ilsa-brandt", {"foreign minister", "minister"}, "female"),
        ("Brandt", "ilsa-brandt", {"foreign minister", "minister"}, "female"),
        ("Norland's spokesman, Karl Voss", "karl-voss", {"spokesperson"}, "male"),
    ]


def test_a_mention_tells_people_from_places_and_institutions() -> None:
    text = (
        "They met at Black Sea talks. Tor Oda spoke. The Soviet Union slept. Ms. Vint left. A Kremlin spokesman woke."
    )
    found = {text[m.start : m.end]: m.person for m in Cast(REGISTRY, text).mentions()}
    assert found == {
        "Black Sea": False,
        "Tor Oda": True,
        "The Soviet Union": False,
        "Ms. Vint": True,
        "A Kremlin spokesman": True,
    }


def test_a_capitalised_verb_before_a_famous_name_is_no_first_name() -> None:
    assert read("They spoke. Addressing Putin was hard. Putin left.", "Putin left"[:5]) == [
        [("vladimir-putin", "russia")]
    ]
    assert read("Fleming left.", "Fleming") == [[("fleming", "fleming")]]


def test_a_span_that_is_not_where_it_is_said_to_be_is_read_by_itself() -> None:
    assert Cast(REGISTRY, "Nothing here.").resolve("Moscow", 4) == (Actor("russia", "Russia", "russia"),)
    assert Cast(REGISTRY, "").resolve("Moscow", -3) == (Actor("russia", "Russia", "russia"),)


WORDS = st.sampled_from(
    (
        "The the a Ruritanian Ruritania 's Norland president minister of for and , . \n ( ) Ilsa Brandt Otto Ms MR."
        ' Russia US Moscow Kremlin spokesman ministry Ministry Supreme Court in capital “ " said who former'
        " opposition party Party's his its U.S.-led NATO Blinken Zelenskiy von der office Republic as well ’ 51"
        " statement by deputy foreign air force"
    ).split(" ")
)
TEXTS = st.one_of(st.text(max_size=120), st.lists(WORDS, max_size=40).map(" ".join))


@settings(deadline=None, max_examples=300)
@given(TEXTS, st.integers(-5, 120), TEXTS)
def test_no_text_raises_and_mentions_slice(text: str, start: int, other: str) -> None:
    cast = Cast(REGISTRY, text, speaker=other or None, source=other or None, title=other)
    places = [(m.start, m.end) for m in cast.mentions()]
    assert all(0 <= start < end <= len(text) for start, end in places)
    assert places == sorted(places)
    assert all(end <= start for (_, end), (start, _) in pairwise(places))
    assert cast.resolve(other, start) == cast.resolve(other, start)
    assert cast.resolve(text, 0) == Cast(
        REGISTRY, text, speaker=other or None, source=other or None, title=other
    ).resolve(text, 0)


@settings(deadline=None, max_examples=200)
@given(TEXTS, TEXTS)
def test_what_stands_behind_a_sentence_does_not_change_who_spoke_in_it(text: str, trailing: str) -> None:
    first, longer = Cast(REGISTRY, f"{text}.\n"), Cast(REGISTRY, f"{text}.\n\n{trailing}")
    size = len(text) + 1
    assert [m for m in longer.mentions() if m.start < size] == list(first.mentions())
    assert longer.resolve(text, 0) == first.resolve(text, 0)


@pytest.mark.parametrize(
    "word",
    [
        "the ",
        "Ilsa Brandt ",
        "Republic of ",
        "senior ",
        "Karl, ",
        "de ",
        "“Jan ”",
        "Ruritanian foreign ministry of ",
        "(",
        "US ",
        "minister of trade and ",
        "X's ",
        "president, Ilsa Brandt, ",
        "Tavastan. Tavasti minister Nuri Aslan. ",
    ],
)
def test_time_grows_with_the_text_and_not_faster(word: str) -> None:
    def seconds(n: int) -> float:
        text = word * n
        begun = time.process_time()
        cast = Cast(REGISTRY, text)
        cast.resolve(text, 0)
        return time.process_time() - begun

    # Four times the text: 4 times the time where it is linear, 16 where it is quadratic; the bound lies between, so
    # that a busy machine does not decide.
    size = 30_000 // len(word)
    once = min(seconds(size) for _ in range(3))
    fourfold = min(seconds(4 * size) for _ in range(3))
    assert fourfold <= 9 * once + 0.05


def test_many_people_of_one_name_do_not_slow_the_reading() -> None:
    def seconds(n: int) -> float:
        text = "".join(
            f"Minister Name{chr(97 + i % 26)}{chr(97 + i // 26 % 26)}{chr(97 + i // 676)} Brandt left. "
            for i in range(n)
        )
        begun = time.process_time()
        Cast(REGISTRY, text)
        return time.process_time() - begun

    # As above: linear is 4, quadratic 16.
    once = min(seconds(1000) for _ in range(3))
    fourfold = min(seconds(4000) for _ in range(3))
    assert fourfold <= 9 * once + 0.05


def test_a_name_does_not_run_over_quotation_marks_and_a_line() -> None:
    cast = Cast(REGISTRY, "“We spoke to Brandt ”.\n\n“ Quist agrees,” he said.")
    assert not [m for m in cast.mentions() if "\n" in cast.text[m.start : m.end]]


@pytest.mark.parametrize(
    ("text", "source", "expected"),
    [
        # a pronoun before a role means who was named last: a body for "its", a person for "his" and "her"
        ("The Orvanian army fell silent. Its chief of staff, General Piet Marrow, spoke.", "Piet Marrow", "orvania"),
        ("Ostmark's military fell silent. Colonel Vera Stoll, its spokeswoman, spoke.", "Vera Stoll", "ostmark"),
        ("The Green Front won. Blackwater Minerals lost. Its boss, Tessa Orme, spoke.", "Orme", "blackwater-minerals"),
        ("Georg Adler, 61, was silent. His lawyer, Paula Nagy, spoke.", "Paula Nagy", "georg-adler"),
        # a role whose body was told before
        ("He saw the ambassador of Quill. Then Ambassador Noel Harker left.", "Ambassador Noel Harker", "quill"),
        (
            "Bellamy Pharma Inc fell. Its shares lost. Research chief Olaf Brandes spoke.",
            "Olaf Brandes",
            "olaf-brandes",
        ),
        # what only stands at the head of a sentence is no state
        (
            "Gunmen fled to Kessar.\n\nThe government in Kessar is weak. Interior Minister Sam Okan spoke.",
            "Okan",
            "kessar",
        ),
        ("Within an hour, Finance Minister Dirk Aalto of Serava spoke.", "Dirk Aalto", "serava"),
        # institutions by the words that describe them
        ("The Hill Council, a group of villages, spoke.", "The Hill Council", "hill-council"),
        ("The Sand Brigades, a militia, fled. The militia spoke.", "The militia", "sand-brigades"),
        ("The opposition Liberal Bloc won. Bloc leader Mats Orlov spoke.", "Mats Orlov", "liberal-bloc"),
        ("The Nurses' Union of Calderia spoke.", "The Nurses' Union of Calderia", "nurses-union"),
        ("Many heard that the miners' union spoke.", "the miners' union", "miners-union"),
        ("Many heard that the election commission spoke.", "the election commission", "election-commission"),
        ("The mayor of Port Sull, Ada Kerr, spoke.", "Ada Kerr", "port-sull"),
    ],
)
def test_whose_side_a_person_or_a_body_is_on_the_sentences_before_tell(text: str, source: str, expected: str) -> None:
    (found,) = read(text, source)
    assert [side or id for id, side in found] == [expected]


def test_a_paper_with_the_name_of_an_office_publishes_nobodys_own_words() -> None:
    assert Cast(REGISTRY, "", source="Signal Service").author is None
    assert Cast(REGISTRY, "", source="Norland Foreign Ministry").author is not None


def test_who_speaks_in_an_offices_document_is_on_its_side() -> None:
    cast = Cast(REGISTRY, "", source="Office of the President of Lorne", speaker="Adele Finch")
    assert cast.author == Actor("adele-finch", "Adele Finch", "lorne")
