"""The registry: real states, offices and people (who they are, never what they said), and a user's own file."""

import json
from pathlib import Path

import pycountry
import pytest

from checker.extraction.registry import PACKAGED, Entry, Registry, fold, slug, words
from eval import states
from index.errors import InputError

# Dependent and uninhabited territories, which nobody quotes as a state: ISO has codes for them.
TERRITORIES = set(
    "AW AI AX AS AQ TF BQ BL BM BV CC CK CW CX KY EH FK FO GG GI GP GL GF GU HM IM IO JE MO MF MP MS MQ YT NC NF NU PN"
    " PR PF RE GS SH SJ PM SX TC TK UM VG VI WF".split()
)


@pytest.fixture(scope="module")
def registry() -> Registry:
    return Registry.load()


def found(registry: Registry, name: str) -> tuple[str, str | None] | None:
    entry = registry.lookup(name)
    return None if entry is None else (entry.id, registry.side(entry.id))


@pytest.mark.parametrize(
    ("name", "id", "side"),
    [
        ("the United States", "united-states", "united-states"),
        ("U.S.", "united-states", "united-states"),
        ("America", "united-states", "united-states"),
        ("the UK", "united-kingdom", "united-kingdom"),
        ("Great Britain", "united-kingdom", "united-kingdom"),
        ("British", "united-kingdom", "united-kingdom"),
        ("Russian Federation", "russia", "russia"),
        ("Moscow", "russia", "russia"),
        ("the Russians", "russia", "russia"),
        ("Kremlin's", "kremlin", "russia"),
        ("Kiev", "ukraine", "ukraine"),
        ("PRC", "china", "china"),
        ("Türkiye", "turkey", "turkey"),
        ("Côte d’Ivoire", "ivory-coast", "ivory-coast"),
        ("No. 10", "downing-street", "united-kingdom"),
        ("Élysée", "elysee", "france"),
        ("Foggy Bottom", "us-state-department", "united-states"),
        ("Brussels", "european-union", "european-union"),
        ("Nato", "nato", "nato"),
        ("the European Commission", "european-commission", "european-union"),
        ("IAEA", "iaea", "iaea"),
        ("the Bank of Russia", "bank-of-russia", "bank-of-russia"),
        ("State Duma", "state-duma", "state-duma"),
        ("TASS", "tass", "tass"),
        ("Hamas", "hamas", "hamas"),
        ("DPR", "donetsk-peoples-republic", "donetsk-peoples-republic"),
        ("Dmitry Peskov", "dmitry-peskov", "russia"),
        ("Zelenskiy", "volodymyr-zelenskyy", "ukraine"),
        ("Antony Blinken", "antony-blinken", "united-states"),
        ("Stoltenberg", "jens-stoltenberg", "nato"),
        ("von der Leyen", "ursula-von-der-leyen", "european-union"),
        ("Erdogan", "recep-tayyip-erdogan", "turkey"),
    ],
)
def test_a_name_means_one_actor_of_one_side(registry: Registry, name: str, id: str, side: str) -> None:
    assert found(registry, name) == (id, side)


@pytest.mark.parametrize("name", ["us", "who", "it", "Price", "Johnson", "", "...", "Strelsau"])
def test_lower_case_words_common_surnames_and_unknown_names_mean_nobody(registry: Registry, name: str) -> None:
    assert registry.lookup(name) is None


def test_person_office_and_state_are_linked_and_not_merged(registry: Registry) -> None:
    chain = ["dmitry-peskov"]
    while (entry := registry.get(chain[-1])) is not None and entry.speaks_for is not None:
        chain.append(entry.speaks_for)
    assert chain == ["dmitry-peskov", "kremlin", "russia"]


def test_membership_and_ownership_make_no_side(registry: Registry) -> None:
    for id in ("tass", "rt", "state-duma", "federal-reserve", "european-central-bank", "un-security-council"):
        entry = registry.get(id)
        assert entry is not None and entry.member_of
        assert registry.side(id) == id


def test_every_state_of_iso_3166_that_is_no_territory_is_known_by_its_codes_and_names(registry: Registry) -> None:
    for country in pycountry.countries:
        if country.alpha_2 not in TERRITORIES:
            entry = registry.speaker(country.alpha_3)
            assert entry is not None and entry.kind == "state", country.alpha_3
            official = getattr(country, "official_name", country.name)
            assert registry.speaker(official) == entry, official


def test_the_packaged_states_are_what_their_script_writes_now() -> None:
    packaged = json.loads((PACKAGED / "states.json").read_text(encoding="utf-8"))
    assert packaged["entries"] == states.entries()


@pytest.mark.parametrize(
    ("source", "side"),
    [
        ("kremlin.ru (President of Russia)", "russia"),
        ("Russian MFA (Telegram)", "russia"),
        ("president.gov.ua (President of Ukraine)", "ukraine"),
        ("White House (press-briefings)", "united-states"),
        ("https://www.whitehouse.gov/", "united-states"),
        ("RT.com", "rt"),
        ("Channel One Russia (machine-translated headline)", "channel-one-russia"),
    ],
)
def test_a_publisher_of_its_own_words_is_an_actor(registry: Registry, source: str, side: str) -> None:
    actor = registry.publisher(source)
    assert actor is not None and actor.side == side


def test_other_publishers_are_no_actors(registry: Registry) -> None:
    assert registry.publisher("US outlet") is None


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("Russian_Federation", "russia"),
        ("Venezuela_(Bolivarian_Republic_Of)", "venezuela"),
        ("CAN", "canada"),
        ("UN", "united-nations"),
    ],
)
def test_a_speaker_may_be_a_code_or_a_un_style_name(registry: Registry, name: str, id: str) -> None:
    entry = registry.speaker(name)
    assert entry is not None and entry.id == id


def test_codes_are_not_looked_for_in_text(registry: Registry) -> None:
    assert registry.lookup("CAN") is None


def test_an_office_is_held_in_its_terms_only(registry: Registry) -> None:
    trump, biden = registry.get("donald-trump"), registry.get("joe-biden")
    assert trump is not None and biden is not None
    assert [registry.actor(trump, day).side for day in ("2018-05-01", "2022-02-17", "2025-06-01")] == [
        "united-states",
        "donald-trump",
        "united-states",
    ]
    assert [e.id for e in registry.holders("united-states", "president", "2022-02-17")] == ["joe-biden"]
    assert biden.speaks("2021-01-20") and not biden.speaks("2021-01-19")
    assert biden.speaks(None)


def test_fold_and_slug_ignore_case_accents_and_dots() -> None:
    assert fold("Élysée") == "elysee"
    assert fold("U.S.") == "us"
    assert slug("Recep Tayyip Erdoğan") == "recep-tayyip-erdogan"
    assert slug("People’s Republic") == "peoples-republic"
    assert words("the United States' and Ukraine’s") == ["United", "States", "and", "Ukraine"]


USERS_OWN = """
snapshot = "2022-02-17"
[ruritania]
name = "Ruritania"
kind = "state"
demonyms = ["Ruritanian"]
metonyms = ["Strelsau"]
[strelsau-palace]
name = "Strelsau Palace"
kind = "office"
speaks_for = "ruritania"
aliases = ["the Palace on the Hill"]
publishers = ["palace.example"]
[ilsa-brandt]
name = "Ilsa Brandt"
kind = "person"
speaks_for = "strelsau-palace"
surname = true
terms = ["2020-05/2022-01-31"]
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_user_adds_actors_of_his_own(tmp_path: Path) -> None:
    registry = Registry.load(written(tmp_path, USERS_OWN))
    assert found(registry, "Palace on the Hill") == ("strelsau-palace", "ruritania")
    assert found(registry, "Strelsau") == ("ruritania", "ruritania")
    assert found(registry, "Brandt") == ("ilsa-brandt", "ruritania")
    publisher = registry.publisher("palace.example")
    assert publisher is not None and publisher.side == "ruritania"
    entry = registry.get("ilsa-brandt")
    assert entry is not None
    assert registry.actor(entry, "2022-02-17").side == "ilsa-brandt"
    assert found(registry, "Moscow") == ("russia", "russia")


def test_a_user_replaces_a_packaged_actor_by_its_id(tmp_path: Path) -> None:
    text = '[tass]\nname = "TASS"\nkind = "outlet"\nspeaks_for = "russia"\n'
    assert found(Registry.load(written(tmp_path, text)), "TASS") == ("tass", "russia")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[broken", "not a TOML file"),
        ("\udcff".encode("utf-8", "surrogateescape").decode("latin-1") + "[x", "not a TOML file"),
        ('[x]\nkind = "state"', "'name'"),
        ('[x]\nname = "X"', "'kind'"),
        ('[x]\nname = "X"\nkind = "planet"', "'kind'"),
        ('[x]\nname = "X"\nkind = "state"\ncolour = "red"', "colour"),
        ('[x]\nname = "X"\nkind = "state"\naliases = "Y"', "'aliases'"),
        ('[x]\nname = "X"\nkind = "person"\nterms = ["yesterday/"]', "from/to"),
        ('["X Y"]\nname = "X"\nkind = "state"', "[x-y]"),
        ('[x]\nname = "X"\nkind = "state"\nspeaks_for = "nobody-known"', "nobody-known"),
        ('[x]\nname = "X"\nkind = "state"\nmember_of = ["nobody-known"]', "nobody-known"),
        (
            '[x]\nname = "Xx"\nkind = "office"\nspeaks_for = "y"\n[y]\nname = "Yy"\nkind = "office"\nspeaks_for = "x"',
            "loop",
        ),
        ('[x]\nname = "Moscow"\nkind = "state"', "'Moscow' also names 'russia'"),
        ("x = 3", "must be a table"),
    ],
)
def test_a_bad_actor_file_is_refused_in_one_line_that_names_it(tmp_path: Path, text: str, says: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(InputError) as error:
        Registry.load(path)
    message = str(error.value)
    assert says in message and str(path) in message and "\n" not in message


def test_a_missing_actor_file_and_an_id_given_twice_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        Registry.load(tmp_path / "none.toml")
    first, second = tmp_path / "a.toml", tmp_path / "b.toml"
    for path in (first, second):
        path.write_text('[x]\nname = "Xx"\nkind = "state"\n', encoding="utf-8")
    with pytest.raises(InputError, match="given twice"):
        Registry.load(first, second)


def test_a_name_shared_by_two_actors_of_different_case_is_told_by_case(registry: Registry) -> None:
    assert found(registry, "WHO") == ("world-health-organization", "world-health-organization")
    shared = Registry([Entry("a", "Alpha", "state", aliases=("Both",)), Entry("b", "Beta", "state", aliases=("BOTH",))])
    assert shared.lookup("BOTH") is None
