"""Who is who: the actors that are known before any article is read, and which side each of them speaks for.

The data lies beside this file: ``states.json`` (written by ``eval/states.py``), ``offices.toml``, ``bodies.toml``,
``outlets.toml`` and ``people.toml``. Each is dated by its ``snapshot``. A user adds files of his own in the same form::

    snapshot = "2022-02-17"
    [strelsau-palace]
    name = "Strelsau Palace"
    kind = "office"            # see KINDS
    speaks_for = "ruritania"   # an id of this file or of the packaged ones; makes the side
    aliases = ["the Palace on the Hill"]
    [ruritania]
    name = "Ruritania"
    kind = "state"
    demonyms = ["Ruritanian"]
    metonyms = ["Strelsau"]    # a place that stands for the government

Only ``speaks_for`` makes a side. ``member_of`` (an alliance, an owner, a parliament's state) never does.
"""

import json
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, Self, TypeAlias, get_args

from index.errors import InputError
from index.records import Actor

EntryKind: TypeAlias = Literal["state", "government", "office", "person", "organisation", "alliance", "outlet", "group"]
KINDS: tuple[EntryKind, ...] = get_args(EntryKind)
Key: TypeAlias = tuple[str, ...]

PACKAGED = Path(__file__).parent
_PACKAGED_FILES = ("states.json", "offices.toml", "bodies.toml", "outlets.toml", "people.toml")
_MAX_FILE_BYTES = 4_000_000

# A word: initials ("U.S.", "U.S.-led"), or letters and digits held together by - & ' /, and "OPEC+".
_WORD = re.compile(r"(?:[^\W\d_]\.){2,}(?:-[^\W_]+)*|[^\W_]+(?:[-&'’/][^\W_]+)*\+?")
_POSSESSIVE = re.compile(r"['’][sS]$")
_UNMARKED = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "’": "'", ".": "", "ß": "ss", "æ": "ae", "œ": "oe"})
_PARTICLES = frozenset({"von", "van", "der", "den", "de", "del", "di", "da", "la", "le", "bin", "ibn", "al", "el"})
_ARTICLES = frozenset({"the", "a", "an"})
_NO_PLURAL = ("s", "sh", "ch", "ese", "se", "men")


@lru_cache(maxsize=65536)
def fold(word: str) -> str:
    """One spelling for many: no case, no accents, no dots (``Élysée`` -> ``elysee``, ``U.S.`` -> ``us``)."""
    if word.isascii():
        return word.lower().replace(".", "")
    bare = unicodedata.normalize("NFKD", word.casefold().translate(_UNMARKED))
    return "".join(c for c in bare if not unicodedata.combining(c)).replace(".", "")


def slug(name: str) -> str:
    """The id of a name: lower-case, ASCII where it can be, hyphens (``Ilsa Brandt`` -> ``ilsa-brandt``)."""
    return re.sub(r"[\W_]+", "-", re.sub(r"['’]", "", fold(name))).strip("-")


def words(name: str) -> list[str]:
    """The words of a name as they are spelt, without possessive endings and leading articles."""
    found = [_POSSESSIVE.sub("", word) for word in _WORD.findall(name)]
    while len(found) > 1 and found[0].lower() in _ARTICLES and found[0] not in {"A", "AN"}:
        found = found[1:]
    return found


@dataclass(frozen=True, slots=True)
class Entry:
    """One known actor. ``speaks_for`` is the id of the actor whose word its own word is; None: its own side.

    :param metonyms: places that stand for it ("Moscow"); a place of that name is meant after "in", "near" and the like.
    :param roles: what a person is, or who speaks for an office, most telling first ("foreign minister").
    :param surname: the last name alone means this person, where an article names nobody else so.
    :param terms: when a person speaks for ``speaks_for``: ``from/to`` (ISO dates or years, either may be empty).
    :param publishers: values of an article's ``source`` under which it publishes its own words.
    :param codes: ISO 3166-1 codes; never looked for in running text.
    """

    id: str
    name: str
    kind: EntryKind
    aliases: tuple[str, ...] = ()
    demonyms: tuple[str, ...] = ()
    metonyms: tuple[str, ...] = ()
    speaks_for: str | None = None
    member_of: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    gender: Literal["male", "female"] | None = None
    surname: bool = False
    terms: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()

    def speaks(self, day: str | None) -> bool:
        """Whether it speaks for ``speaks_for`` on ``day`` (ISO; None: not known, then yes)."""
        return day is None or not self.terms or any(_within(term, day) for term in self.terms)

    @property
    def last_name(self) -> str:
        """A person's family name with its particles (``von der Leyen``); the whole name for anything else."""
        return last_name(words(self.name)) if self.kind == "person" else self.name


def last_name(name: list[str]) -> str:
    """The family name in a list of a person's words: the last word and the particles before it."""
    start = len(name) - 1
    while start > 1 and name[start - 1].lower() in _PARTICLES:
        start -= 1
    return " ".join(name[max(start, 0) :])


@dataclass(frozen=True, slots=True)
class Alias:
    """One spelling of an entry, as the matcher needs it. ``usage`` says which of its names this is."""

    key: Key
    spelling: tuple[str, ...]
    entry: Entry
    usage: Literal["name", "demonym", "metonym"]

    def fits(self, spelt: list[str]) -> bool:
        """Whether ``spelt``, whose folded words equal the key, is capitalised like this name ("US" is not "us")."""
        return all(_cased_like(known, word) for known, word in zip(self.spelling, spelt, strict=True))


class Registry:
    """All known actors. Built once, then only read."""

    __slots__ = ("_by_id", "_by_office", "_by_publisher", "_by_surname", "_codes", "_sides", "index")

    def __init__(self, entries: Iterable[Entry]) -> None:
        """:raises InputError: an unknown id in a link, a loop of speaks-for links, one name for two actors."""
        self._by_id = {entry.id: entry for entry in entries}
        _check_links(self._by_id)
        self._sides = {id: _last(self._by_id, id) for id in self._by_id}
        #: first folded word -> the aliases that begin with it, longest first
        self.index = _index(self._by_id.values())
        self._by_surname = _by_surname(self._by_id.values())
        self._by_office: dict[tuple[str, str], list[Entry]] = {}
        for entry in self._by_id.values():
            for role in entry.roles if entry.kind == "person" else ():
                self._by_office.setdefault((self._sides[entry.id], role), []).append(entry)
        self._by_publisher = {_loose(p): entry for entry in self._by_id.values() for p in entry.publishers}
        self._codes = {code: entry for entry in self._by_id.values() for code in entry.codes}

    @classmethod
    def load(cls, *extra: Path) -> Self:
        """The packaged registry and the user's files, whose entries replace packaged ones of the same id.

        :raises InputError: a file that cannot be read, is no TOML or breaks the rules above; one line that names it.
        """
        entries = dict(_packaged())
        for path in extra:
            for entry in _read(path):
                if entry.id in entries and entries[entry.id] not in _packaged().values():
                    raise _bad(path, entry.id, "an id is given twice; ids must differ")
                entries[entry.id] = entry
        try:
            return cls(entries.values())
        except InputError as error:
            if not extra:
                raise
            raise InputError(f"{', '.join(map(str, extra))}: {error}", reason=error.reason) from error

    def __len__(self) -> int:
        return len(self._by_id)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._by_id.values())

    def get(self, id: str) -> Entry | None:
        """The entry of this canonical id."""
        return self._by_id.get(id)

    def lookup(self, name: str) -> Entry | None:
        """The one actor that this name means by itself; None: nobody known, or more than one."""
        spelt = words(name)
        if not spelt:
            return None
        key = tuple(fold(word) for word in spelt)
        found = [alias for alias in self.index.get(key[0], ()) if alias.key == key and alias.fits(spelt)]
        return found[0].entry if len({alias.entry.id for alias in found}) == 1 else None

    def side(self, id: str) -> str | None:
        """The last actor reached from ``id`` by speaks-for links; None for an unknown id."""
        return self._sides.get(id)

    def actor(self, entry: Entry, day: str | None = None) -> Actor:
        """The record of an entry. Out of office on ``day``, a person speaks for himself: a side of his own."""
        side = self._sides[entry.id] if entry.speaks(day) else entry.id
        return Actor(entry.id, entry.name, side)

    def publisher(self, source: str) -> Actor | None:
        """The actor whose own words a publisher's documents are ("kremlin.ru (President of Russia)" -> Kremlin)."""
        entry = self._by_publisher.get(_loose(source))
        return None if entry is None else self.actor(entry)

    def speaker(self, name: str) -> Entry | None:
        """An article's ``speaker``: a name, an id or an ISO country code, spelt any way (``Russian_Federation``)."""
        plain = " ".join(name.replace("_", " ").split())
        found = self._codes.get(plain) or self._by_id.get(name) or self.lookup(plain)
        if found is not None:
            return found
        key = tuple(fold(word) for word in words(plain))
        loose = {a.entry.id: a.entry for a in self.index.get(key[0], ()) if a.key == key} if key else {}
        return next(iter(loose.values())) if len(loose) == 1 else None

    def surnamed(self, surname: str) -> tuple[Entry, ...]:
        """The people of this family name, by id."""
        return self._by_surname.get(" ".join(fold(word) for word in words(surname)), ())

    def holders(self, side: str, role: str, day: str | None) -> tuple[Entry, ...]:
        """The people who hold ``role`` for ``side`` on ``day``; without a day, only those of an open term."""
        return tuple(
            entry
            for entry in self._by_office.get((side, role), ())
            if (entry.speaks(day) if day is not None else any(term.endswith("/") for term in entry.terms))
        )


def _within(term: str, day: str) -> bool:
    start, _, end = term.partition("/")
    return day >= start and (not end or day[: len(end)] <= end)


def _cased_like(known: str, word: str) -> bool:
    if not known[0].isupper():
        return True
    letters = known.replace(".", "")
    if letters.isupper() and 1 < len(letters) <= 3:
        return word.replace(".", "").isupper()
    return word[0].isupper() or not word[0].isalpha()


@lru_cache(maxsize=1)
def _packaged() -> Mapping[str, Entry]:
    return {entry.id: entry for name in _PACKAGED_FILES for entry in _read(PACKAGED / name)}


def _read(path: Path) -> list[Entry]:
    """The entries of one file, TOML or (packaged only) JSON."""
    try:
        with path.open("rb") as file:
            raw = file.read(_MAX_FILE_BYTES + 1)
    except OSError as error:
        raise InputError(f"{path}: the actor file cannot be read ({error.strerror}); name a TOML file") from error
    if len(raw) > _MAX_FILE_BYTES:
        raise InputError(f"{path}: the actor file is larger than {_MAX_FILE_BYTES} bytes; split it", reason="too-large")
    try:
        if path.suffix == ".json":
            data = json.loads(raw)
            tables = {item["id"]: {k: v for k, v in item.items() if k != "id"} for item in data["entries"]}
        else:
            data = tomllib.loads(raw.decode("utf-8-sig"))
            tables = {key: value for key, value in data.items() if key not in {"snapshot", "kind", "source"}}
    except (UnicodeDecodeError, ValueError, KeyError, TypeError, RecursionError) as error:
        what = f"{path}: not a TOML file of actors ({_one_line(error)}); mend it"
        raise InputError(what, reason="bad-actors") from error
    return [_entry(path, key, table, data.get("kind")) for key, table in tables.items()]


_LISTS = ("aliases", "demonyms", "metonyms", "member_of", "roles", "terms", "publishers", "codes")
_ALLOWED = frozenset({"name", "kind", "speaks_for", "gender", "surname", *_LISTS})


def _entry(path: Path, id: str, table: Any, kind: Any) -> Entry:
    if not isinstance(table, dict):
        raise _bad(path, id, f"must be a table with a 'name', not {table!r:.40}")
    if id != slug(id) or not id:
        raise _bad(path, id, f"an id is a lower-case slug; write [{slug(id) or 'name'}]")
    unknown = sorted(set(table) - _ALLOWED)
    if unknown:
        raise _bad(path, id, f"unknown key '{unknown[0]}'; known: {', '.join(sorted(_ALLOWED))}")
    kind = table.get("kind", kind)
    if kind not in KINDS:
        raise _bad(path, id, f"'kind' must be one of {', '.join(KINDS)}, not {kind!r:.40}")
    name = table.get("name")
    if not isinstance(name, str) or not words(name):
        raise _bad(path, id, "'name' must be a string with a word in it")
    lists = {key: table.get(key, []) for key in _LISTS}
    for key, value in lists.items():
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise _bad(path, id, f"'{key}' must be a list of strings, not {value!r:.40}")
    for term in lists["terms"]:
        if not re.fullmatch(r"(\d{4}(-\d\d){0,2})?/(\d{4}(-\d\d){0,2})?", term):
            raise _bad(path, id, f"a term is 'from/to' in ISO dates or years, not {term!r:.40}")
    if table.get("gender") not in {None, "male", "female"}:
        raise _bad(path, id, "'gender' must be 'male' or 'female'")
    if not isinstance(table.get("surname", False), bool):
        raise _bad(path, id, "'surname' must be true or false")
    if not isinstance(table.get("speaks_for"), str | None):
        raise _bad(path, id, "'speaks_for' must be an id")
    return Entry(
        id=id,
        name=name,
        kind=kind,
        speaks_for=table.get("speaks_for"),
        gender=table.get("gender"),
        surname=table.get("surname", False),
        **{key: tuple(value) for key, value in lists.items()},
    )


def _bad(path: Path, id: str, what: str) -> InputError:
    return InputError(f"{path}: actor '{id:.60}': {what}", reason="bad-actors")


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:120]


def _check_links(entries: Mapping[str, Entry]) -> None:
    for entry in entries.values():
        for target in (entry.speaks_for, *entry.member_of):
            if target is not None and target not in entries:
                what = f"actor '{entry.id}' is linked to '{target}', which nobody defines; add it"
                raise InputError(what, reason="bad-actors")
    for entry in entries.values():
        _last(entries, entry.id)


def _last(entries: Mapping[str, Entry], id: str) -> str:
    seen = {id}
    while (target := entries[id].speaks_for) is not None:
        if target in seen:
            what = f"actor '{id}' speaks for itself by way of '{target}'; break the loop"
            raise InputError(what, reason="bad-actors")
        seen.add(target)
        id = target
    return id


def _index(entries: Iterable[Entry]) -> dict[str, tuple[Alias, ...]]:
    by_first: dict[str, list[Alias]] = {}
    owner: dict[tuple[Key, tuple[str, ...]], Alias] = {}
    for entry in entries:
        for alias in _aliases(entry):
            known = owner.setdefault((alias.key, alias.spelling), alias)
            if known.entry.id != entry.id:
                name = " ".join(alias.spelling)
                what = f"actor '{entry.id}': '{name}' also names '{known.entry.id}'; drop one"
                raise InputError(what, reason="bad-actors")
            if known is alias:
                by_first.setdefault(alias.key[0], []).append(alias)
    return {first: tuple(sorted(found, key=_longest_first)) for first, found in by_first.items()}


def _longest_first(alias: Alias) -> tuple[int, Key, str]:
    return (-len(alias.key), alias.key, alias.entry.id)


def _aliases(entry: Entry) -> Iterator[Alias]:
    for name in (entry.name, *entry.aliases):
        yield _alias(name, entry, "name")
    if entry.surname:
        yield _alias(entry.last_name, entry, "name")
    for name in entry.metonyms:
        yield _alias(name, entry, "metonym")
    for name in entry.demonyms:
        yield _alias(name, entry, "demonym")
        if not name.endswith(_NO_PLURAL):
            yield _alias(name + "s", entry, "demonym")


def _alias(name: str, entry: Entry, usage: Literal["name", "demonym", "metonym"]) -> Alias:
    spelling = tuple(words(name))
    if not spelling:
        raise InputError(f"actor '{entry.id}': {name!r:.40} has no word in it", reason="bad-actors")
    return Alias(tuple(fold(word) for word in spelling), spelling, entry, usage)


def _by_surname(entries: Iterable[Entry]) -> dict[str, tuple[Entry, ...]]:
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.kind == "person":
            surnames = {last_name(words(name)) for name in (entry.name, *entry.aliases)}
            for key in sorted({" ".join(fold(word) for word in surname.split()) for surname in surnames}):
                found.setdefault(key, []).append(entry)
    return {key: tuple(sorted(people, key=lambda entry: entry.id)) for key, people in found.items()}


def _loose(source: str) -> str:
    return " ".join(source.casefold().split()).removeprefix("https://").removeprefix("www.").rstrip("/")
