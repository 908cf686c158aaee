"""Who a source names: from "Ruritanian foreign minister Ilsa Brandt" to an actor with an id and a side.

``Cast`` reads one article once, left to right, and remembers whom it introduces. A later "Brandt" is then known, and
nothing that stands after a sentence changes who spoke in it. What is not told (pronouns, "officials", "the
spokesperson") stays unresolved here: that is coreference, and it needs the statements.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from checker.extraction.nounphrases import Lexicon, Piece, lexicon, pieces
from checker.extraction.registry import Entry, Registry, fold, last_name, slug
from index.records import Actor

__all__ = ["Cast", "Entry", "Mention", "Registry"]


@dataclass(frozen=True, slots=True)
class Mention:
    """One place where the text names an actor. ``start`` and ``end`` are character offsets of the whole phrase.

    :param roles: what the actor is called here or was before, full and short (``foreign minister``, ``minister``;
        every spokesman and spokeswoman is a ``spokesperson``).
    :param gender: ``male``, ``female`` or None (not known, or no person).
    :param person: whether it is a person, or an office that a person speaks for here ("a Kremlin spokesman").
    """

    actor: Actor
    start: int
    end: int
    roles: frozenset[str]
    gender: str | None
    person: bool = False


@dataclass(slots=True)
class _Person:
    """What the article has told of one person, in the order in which it told it."""

    name: tuple[str, ...]
    since: int
    id: str
    entry: Entry | None = None
    actors: list[tuple[int, Actor]] = field(default_factory=list)  # at most two: without a side, then with one
    roles: dict[str, int] = field(default_factory=dict)  # role -> where it was first given
    genders: dict[str, int] = field(default_factory=dict)

    def learn(self, place: int, actor: Actor, labels: tuple[str, ...], gender: str | None) -> None:
        """Adds what one mention tells."""
        if not self.actors or (self.actors[-1][1].side is None and actor.side is not None):
            self.actors.append((place, actor))
        for label in labels:
            self.roles.setdefault(label, place)
        if gender is not None:
            self.genders.setdefault(gender, place)

    def actor(self, until: int) -> Actor:
        """Who this is for a reader who has read up to ``until``."""
        return next((actor for place, actor in reversed(self.actors) if place <= until), self.actors[0][1])

    def roles_until(self, until: int) -> frozenset[str]:
        """What the article has called this person by ``until``."""
        return frozenset(role for role, place in self.roles.items() if place <= until)

    def gender(self, until: int) -> str | None:
        """``male`` or ``female``, by title, role, first name or, failing these, a pronoun near by."""
        known = [gender for gender, place in self.genders.items() if place <= until]
        return known[0] if len(known) == 1 else None


class _Reach(NamedTuple):
    """What a reading step may look at: the pieces, where they end for it, and up to where the article is known."""

    found: list[Piece]
    hi: int
    until: int


@dataclass(slots=True)
class _Phrase:
    """One noun phrase, as far as its pieces tell it."""

    start: int
    end: int
    name: tuple[str, ...] = ()
    entry: Entry | None = None  # a person of the registry
    body: Actor | None = None  # what the phrase says its person or organ belongs to
    city: str | None = None  # the body was named by its capital
    possessor: bool = False  # the body is a person ("Brandt's spokesman")
    roles: list[Piece] = field(default_factory=list)
    organ: bool = False  # the body is itself an organ or an institution that the phrase names
    organ_piece: Piece | None = None
    referring: bool = False  # "the ministry", "ministry spokesman": an organ that the article has named before
    guessed: bool = False  # the body is an unknown word that may also be a part of the organ's name
    key: str = ""  # under which the article may name the organ again: "foreign-ministry"
    organ_actor: Actor | None = None
    unowned: bool = False  # the organ has no owner so far: "the Foreign Ministry"
    qualifier: tuple[str, ...] = ()  # between the body and its organ: "Ruritanian Grand Canal Authority"
    prefix: tuple[str, ...] = ()  # the body as the phrase spells it
    somebodys: str = ""  # the pronoun of "his spokesman", "its foreign ministry": whose, is not told here
    disowned: bool = False
    definite: bool = True
    article: bool = False  # begins with "the" or "a"
    carrier: bool = False
    of_place: bool = False  # the body stands after "of"
    adjective: bool = False  # the body is only an adjective or a possessive so far: "Russian and ..."
    titled: bool = False
    gender: str | None = None

    @property
    def official(self) -> bool:
        """Whether its person speaks for the body: some role does, and none speaks for himself."""
        return bool(self.roles) and not self.disowned and not any(role.own for role in self.roles)

    @property
    def labels(self) -> tuple[str, ...]:
        """The roles, full and short."""
        found = [label for role in self.roles for label in (role.label, _head(role.label))]
        return tuple(dict.fromkeys(found))


_CONSTITUENCY = re.compile(r"[A-Z]-[A-Z][a-z]+\.?")  # "R-Ariz."
_LEADING = ("president", "head of state", "prime minister", "chancellor")


class Cast:
    """The actors of one article."""

    def __init__(
        self,
        registry: Registry,
        text: str,
        *,
        speaker: str | None = None,
        source: str | None = None,
        date: str | None = None,
        title: str | None = None,
    ) -> None:
        """Reads the text once, in linear time.

        :param speaker: whose own words the whole text is (``Article.speaker``).
        :param source: the publisher (``Article.source``); some publish an actor's own words.
        :param title: the headline; whom it introduces with a role is known from the start.
        :param date: the article's day (ISO); decides who holds an office. None: those who hold it are not asked for.
        """
        self.registry = registry
        self.text = text
        self.day = date[:10] if date else None
        self._words: Lexicon = lexicon()
        self._pieces = pieces(text, registry)
        self._starts = [piece.start for piece in self._pieces]
        self._ends_of_sentences = _sentence_ends(self._pieces, text)
        self._told: dict[tuple[str, str], list[_Person]] = {}  # side and role -> who holds it, as told
        self._by_surname: dict[str, list[_Person]] = {}
        self._by_full: dict[str, _Person] = {}
        self._sides_of_role: dict[str, list[tuple[int, str]]] = {}
        self._bodies: dict[str, int] = {}  # id -> where it was first used as somebody's body
        self._named: dict[str, list[tuple[int, Actor]]] = {}  # acronyms, capitals, "foreign ministry": whom they mean
        self._leading_states: list[tuple[int, int, Actor]] = []  # sentence, place: the first state that it names
        self._leading_bodies: list[tuple[int, int, Actor]] = []  # the same for all but people
        self._leading_things: list[tuple[int, int, Actor]] = []  # the same for all that "its" may mean
        self._people: list[tuple[int, Actor]] = []  # whom the text has named, in order
        self._inside: set[str] = set()  # ids of names met elsewhere than at the head of a sentence
        self._explained: dict[str, tuple[int, str]] = {}  # a palace's id -> where the text said whose it is, and whose
        self._institutions: set[str] = set()  # ids of courts, firms and the like: no states
        self._last_by_kind: dict[str, list[tuple[int, Actor]]] = {}  # "ministry", "court" -> those named so far
        self._stems: dict[str, list[tuple[int, str]]] = {}  # first letters -> capitalised nouns, for "Ruritanian"
        self.author: Actor | None = None  # not known while its own name is being read
        self._reading_author, self._reading = True, True
        self._read_title(title or "")
        self._reading = False
        self.author = self._author(speaker, source)
        self._reading_author, self._reading = False, True
        self._mentions = tuple(self._read())
        self._reading = False
        self.author = self._introduced(self.author)

    # -- what callers ask -------------------------------------------------------------------------------------------

    def resolve(self, surface: str, start: int) -> tuple[Actor, ...]:
        """The actors that a source span names, in order: one for each of several that are joined by "and" or commas.

        :param surface: the span's text.
        :param start: where it stands in the article; decides who is known by then.
        :returns: () where nobody in particular is named: pronouns, "officials", an ambiguous surname.
        """
        until = self._until(start + len(surface))
        if self.text[start : start + len(surface)] == surface and start >= 0:
            lo = bisect_left(self._starts, start)
            hi = bisect_left(self._starts, start + len(surface))
            span = self._pieces[lo:hi]
            if (span and span[-1].end > start + len(surface)) or (lo > 0 and self._pieces[lo - 1].end > start):
                span = pieces(surface, self.registry)
        else:
            span = pieces(surface, self.registry)
        return tuple(dict.fromkeys(self._actors(span, until)))

    def mentions(self) -> tuple[Mention, ...]:
        """Every place where the text names an actor that is known or can be inferred, in order."""
        return self._mentions

    # -- reading the article ----------------------------------------------------------------------------------------

    def _author(self, speaker: str | None, source: str | None) -> Actor | None:
        if speaker:
            entry = self.registry.speaker(speaker)
            if entry is not None:
                return self.registry.actor(entry, self.day)
            named = self._actors(pieces(speaker, self.registry), 0)
            actor = named[0] if named else Actor(slug(speaker) or "speaker", " ".join(speaker.split()))
            office = self._publisher(source) if source and actor.side in {None, actor.id} else None
            return actor if office is None else Actor(actor.id, actor.name, office.side)
        return self._publisher(source) if source else None

    def _introduced(self, author: Actor | None) -> Actor | None:
        """The author with the side that the title or the opening of his text gives him: "Norland's envoy Karl Voss"."""
        person = self._by_full.get(author.id) if author is not None and author.side in {None, author.id} else None
        told = () if person is None else (a for place, a in person.actors if place < _OPENING and a.side != a.id)
        return next((actor for actor in told if actor.side is not None), author)

    def _publisher(self, source: str) -> Actor | None:
        """A publisher that is an actor: registered as one, or named like an office ("Norland Foreign Ministry")."""
        known = self.registry.publisher(source)
        if known is not None:
            return known
        entry = self.registry.lookup(source)
        if entry is not None:
            return self.registry.actor(entry, self.day) if entry.kind in _OFFICIAL_PUBLISHERS else None
        phrases = self._coordinated(pieces(source, self.registry), 0)
        if len(phrases) != 1 or phrases[0].organ_piece is None or phrases[0].organ_piece.kind != "organ":
            return None
        if phrases[0].guessed and phrases[0].organ_piece.label in _LOOSE_ORGANS:
            return None  # "Signal Service" is a paper
        return phrases[0].body if phrases[0].body is not None and not phrases[0].unowned else None

    def _read_title(self, title: str) -> None:
        """Learns whom the title introduces by role and name. It stands before the text, at negative offsets."""
        found = pieces(title, self.registry)
        at = _Reach([p._replace(start=p.start - len(title), end=p.end - len(title)) for p in found], len(found), 0)
        k = 0
        while k < len(found):
            phrase, after = self._phrase(at, k) if found[k].kind in _OPENERS else (None, k)
            if phrase is not None and phrase.roles and (phrase.name or phrase.entry):
                self._remember(phrase, 0)
            k = max(after, k + 1)

    def _read(self) -> Iterator[Mention]:
        found = self._pieces
        k = noted = until = 0
        while k < len(found):
            piece = found[k]
            kind = piece.kind
            if kind == "word" and piece.label == "capital":
                self._note_capital(k)
            if kind not in _OPENERS or (kind in _WEAK_OPENERS and not self._opens(k)):
                k += 1
                continue
            if piece.end > until:
                until = self._until(piece.end)
            while noted < len(found) and found[noted].end <= until:  # the whole sentence may be looked at
                if found[noted].kind == "name":
                    self._note_noun(noted)
                    if not found[noted].initial:
                        self._inside.add(slug(" ".join(found[noted].words)))
                noted += 1
            phrase, after = self._phrase(_Reach(found, len(found), until), k)
            if phrase is None or after <= k:
                k += 1
                continue
            for place in range(k + 1, after):
                if found[place].label == "capital":
                    self._note_capital(place)
            actor = self._introduce(phrase, until)
            if actor is not None:
                if actor.id in self._by_full or phrase.entry is not None:
                    self._people.append((phrase.start, actor))
                self._note_acronym(after, actor)
                incidental = self._is_place(phrase, k) or self._is_attribute(phrase, after)
                if not incidental:
                    self._note_leading(phrase, actor, k)
                if not incidental and self._is_known(phrase, actor):
                    yield self._mention(phrase, actor)
            k = after

    def _opens(self, k: int) -> bool:
        """Whether a determiner or a modifier can begin a phrase here; cheap, and right when in doubt."""
        found = self._pieces
        if k + 1 >= len(found):
            return False
        kind = found[k + 1].kind
        return kind in _OPENERS or (kind == "word" and k + 2 < len(found) and found[k + 2].kind in _HEADS)

    def _mention(self, phrase: _Phrase, actor: Actor) -> Mention:
        person = self._by_full.get(actor.id)
        roles = frozenset(phrase.labels)
        gender = phrase.gender
        if person is not None:
            roles |= person.roles_until(phrase.end)
            gender = person.gender(phrase.end) or gender
        entry = self.registry.get(actor.id)
        if entry is not None and entry.kind == "person":
            roles |= frozenset(label for role in entry.roles for label in (role, _head(role)))
            gender = entry.gender or gender
        elif person is None and not phrase.roles:
            gender = None
        human = bool(phrase.roles or phrase.titled or gender) or (entry is not None and entry.kind == "person")
        return Mention(actor, phrase.start, phrase.end, roles, gender, human or self._reads_like_a_person(actor))

    def _reads_like_a_person(self, actor: Actor) -> bool:
        """ "Tor Oda" and not "Black Sea", where nothing but the name is known."""
        words = {fold(word) for word in actor.name.split()}
        return actor.id in self._by_full and not words & (
            self._words.bodies | self._words.organs | self._words.no_person
        )

    def _introduce(self, phrase: _Phrase, until: int) -> Actor | None:
        """Remembers what a phrase tells of its person, and says who is meant."""
        if phrase.name or phrase.entry is not None:
            self._remember(phrase, until)
        elif phrase.organ and phrase.body is not None:
            self._note_body(phrase.body.id, phrase.start)
        elif phrase.official and phrase.body is not None and not phrase.roles[-1].plural:
            self._note_role(phrase.roles[-1].label, phrase.start, phrase.body.side)
        if phrase.organ_actor is not None:
            self._name(phrase.key, phrase.start, phrase.organ_actor)
            self._call_by_kind(phrase, phrase.organ_actor)
        return self._meant(phrase, self._until(phrase.end))

    def _remember(self, phrase: _Phrase, until: int) -> None:
        name = phrase.name
        if phrase.entry is None and not (phrase.titled or phrase.roles) and (len(name) < 2 or phrase.article):
            return  # "the Black Sea" is nobody
        actor = self._meant(phrase, until)
        if actor is None:
            return
        person = self._by_full.get(actor.id)
        if person is None:
            if phrase.entry is None and actor.id in self._bodies:
                return
            known = self.registry.get(actor.id)
            name = tuple(known.name.split()) if known is not None else name
            person = _Person(name, phrase.start, actor.id, known)
            self._by_full[actor.id] = person
            namesakes = self._by_surname.setdefault(_key(last_name(list(name))), [])
            if len(namesakes) < _MAX_NAMESAKES:
                namesakes.append(person)
            first = self._words.first_names.get(fold(name[0])) if len(name) > 1 else None
            person.learn(phrase.start, actor, (), (known.gender if known is not None else None) or first)
        person.learn(phrase.start, actor, phrase.labels, phrase.gender if not person.genders else None)
        for label in phrase.labels:
            self._note_role(label, phrase.start, actor.side)
        for label in person.roles if actor.side is not None else ():
            holders = self._told.setdefault((actor.side or "", label), [])
            if person not in holders[:_MAX_NAMESAKES]:
                holders.append(person)

    def _note_role(self, label: str, place: int, side: str | None) -> None:
        sides = self._sides_of_role.setdefault(label, [])
        if side is not None and len(sides) < _MAX_NAMESAKES and all(known != side for _, known in sides):
            sides.append((place, side))

    def _note_noun(self, k: int) -> None:
        """Capitalised words that may be the noun of a later adjective: "Norland" for "Norlandic"."""
        piece = self._pieces[k]
        attributive = k + 1 < len(self._pieces) and self._pieces[k + 1].kind in _HEADS | {"word"}
        adjective = _stem(fold(piece.words[-1])) is not None
        if not piece.possessive and adjective and (piece.initial or attributive):
            return
        word = fold(piece.words[-1])
        if len(word) >= 4:
            places = self._stems.setdefault(word[:4], [])
            if len(places) < 16 and all(known != " ".join(piece.words) for _, known in places):
                places.append((piece.start, " ".join(piece.words)))

    def _note_capital(self, k: int) -> None:
        """ "Ruritania's capital Strelsau", "the Ruritanian capital, Strelsau", "Strelsau, the capital of Ruritania"."""
        found = self._pieces

        def at(place: int) -> Piece | None:
            return found[place] if 0 <= place < len(found) else None

        until = self._until(found[k].end)
        before, after = at(k - 1), at(k + 1)
        if before is not None and before.kind in {"name", "entity"}:
            place = self._capital_beside(k)
            state = self._body(before, before.words, found[k], until)
        elif after is not None and after.label == "of":
            owner = at(k + 3) if (the := at(k + 2)) is not None and the.kind == "the" else at(k + 2)
            back = k - 2 if before is not None and before.kind == "the" else k - 1
            comma = at(back)
            place = at(back - 1) if comma is not None and comma.kind == "comma" else None
            named = owner is not None and owner.kind in {"name", "entity"}
            state = self._body(owner, owner.words, found[k], until) if owner is not None and named else None
        else:
            return
        if place is not None and place.kind == "name" and state is not None:
            self._name(slug(" ".join(place.words)), place.start, state)

    def _capital_beside(self, k: int) -> Piece | None:
        """The town beside "Norland's capital": directly behind it, before it as in "Halvik, the Norlandic capital", or
        behind a comma."""
        found = self._pieces
        if k + 1 < len(found) and found[k + 1].kind == "name":
            return found[k + 1]
        first = k - 2 if k > 1 and found[k - 2].kind == "the" else k - 1
        if first > 1 and found[first - 1].kind == "comma" and found[first - 2].kind == "name":
            return found[first - 2]
        return found[k + 2] if k + 2 < len(found) and found[k + 1].kind == "comma" else None

    def _note_leading(self, phrase: _Phrase, actor: Actor, k: int) -> None:
        """Remembers the first state of each sentence, and the last court, ministry, bank, union of the text."""
        person = phrase.entry is not None or actor.id in self._by_full
        if not person and not phrase.roles and phrase.organ_actor is None:
            self._call_by_kind(phrase, actor)
        end = bisect_left(self._starts, phrase.end)
        dateline = phrase.organ_piece is None and end < len(self._pieces) and self._heads_line(k, end)
        located = k > 0 and self._pieces[k - 1].label in _LOCATIVE
        if located or dateline or (phrase.name and not person and not _may_be_state(phrase)):
            return
        sentence = bisect_left(self._ends_of_sentences, phrase.start + 1)
        for leading, fits in (
            (self._leading_states, self._is_state(actor) and not _of_its_own(phrase, actor)),
            (self._leading_bodies, not person),
            (self._leading_things, not person or self._may_be_thing(actor)),
        ):
            if fits and (not leading or leading[-1][0] != sentence):
                leading.append((sentence, phrase.start, actor))

    def _may_be_thing(self, actor: Actor) -> bool:
        """Whether nothing but its two capitals speaks for a person: "Blackwater Minerals"."""
        person = self._by_full.get(actor.id)
        return person is not None and person.entry is None and not (person.roles or person.genders)

    def _heads_line(self, k: int, end: int) -> bool:
        """ "STRELSAU, May 3 -": a dateline names no speaker."""
        at_start = k == 0 or self._pieces[k - 1].label == "\n"
        return at_start and self._pieces[k].words[0].isupper() and self._pieces[end].kind in {"comma", "open", "stop"}

    def _call_by_kind(self, phrase: _Phrase, actor: Actor) -> None:
        """Files an institution under the words that say what it is: "union" for the Union of Norlandic Dockers."""
        entry = self.registry.get(actor.id)
        names = [actor.name] if entry is None else [entry.name, *entry.aliases] if entry.kind != "state" else []
        short = actor.name.split()[:-1]
        if (
            names
            and short
            and _kind_of(actor.name) in self._words.bodies
            and self.registry.lookup(" ".join(short)) is None
        ):
            self._name(slug(" ".join(short)), phrase.start, actor)  # "Kestrel" for Kestrel Shipping
        if phrase.organ_piece is not None:
            names.append(phrase.organ_piece.label)
        for head in dict.fromkeys(_kind_of(name) for name in names):
            called = self._last_by_kind.setdefault(head, [])
            if not called or called[-1][1].id != actor.id:
                called.append((phrase.start, actor))

    def _last_called(self, kind: str, until: int) -> Actor | None:
        """The last actor named by this kind of word: "the court", "the ministry"."""
        called = self._last_by_kind.get(kind, [])
        k = bisect_right(called, until, key=lambda item: item[0])
        return called[k - 1][1] if k else None

    def _is_state(self, actor: Actor) -> bool:
        if actor.side is None or actor.side in self._by_full or actor.side in self._institutions:
            return False
        side = self.registry.get(actor.side)
        return side is None or side.kind in {"state", "government"}

    def _state_before(self, place: int) -> Actor | None:
        """The state that leads the nearest sentence before ``place`` that names one."""
        k = bisect_left(self._leading_states, place, key=lambda item: item[1])
        met = [actor for _, _, actor in reversed(self._leading_states[max(0, k - _MAX_DOUBTS) : k])]
        state = next((actor for actor in met if self._surely_named(actor)), met[0] if met else None)
        return None if state is None else self._side_of(state)

    def _surely_named(self, actor: Actor) -> bool:
        """Whether a name is one for more than its place at the head of a sentence: "Norland", and not "Gunmen"."""
        return actor.id in self._inside or actor.id in self._bodies or self.registry.get(actor.side or "") is not None

    def _side_of(self, actor: Actor) -> Actor | None:
        if actor.side is None:
            return None
        entry = self.registry.get(actor.side)
        if entry is not None:
            return self.registry.actor(entry, self.day)
        return actor if actor.id == actor.side else Actor(actor.side, actor.side.replace("-", " ").title(), actor.side)

    def _by_context(self, phrase: _Phrase, role: Piece) -> Actor | None:
        """Whose "Defence Minister", "Governor", "Secretary-General" a named person is, where the phrase is silent."""
        head, place = _head(role.label), phrase.start
        if phrase.somebodys:  # "its secretary, Bruno Asti", "her deputy, Jan Osk"
            return self._owner_before(phrase.somebodys, place)
        if head in _OF_BODIES and self.author is not None and self._authors_state() is None:
            return self.author  # the Secretary General in his alliance's release
        for kind in _OF_BODIES.get(head, ()):
            called = self._last_called(kind, place)
            if called is not None:
                return called
        office = phrase.organ_piece.label.split()[-1] if phrase.organ_piece is not None else ""
        if head in _OF_STATES or office in _SEATS:
            author = None if head in _FOREIGN_TOO else self._authors_state()
            return author or self._state_before(place)
        if head in _RANKS and not office:
            army = self._just_named(place, _NEXT_PARAGRAPH)  # "Norland's army denied it. ... General Jan Ostrow said"
            return army if army is not None and self._is_state(army) and army.id != army.side else None
        told = {side for at, side in self._sides_of_role.get(role.label, ()) if at < place}
        if len(told) == 1:  # "the ambassador of Norland ... Ambassador Karl Voss"
            side = told.pop()
            return Actor(side, side, side)
        return self._just_named(place) if head in _OF_ANY_BODY and phrase.organ_piece is None else None

    def _owner_before(self, pronoun: str, place: int) -> Actor | None:
        """Whom "its", "her" before a role mean."""
        if pronoun in {"his", "her"}:
            k = bisect_left(self._people, place, key=lambda item: item[0])
            return self._people[k - 1][1] if k else None
        things = self._leading_things
        k = bisect_left(things, place, key=lambda item: item[1])
        return things[k - 1][2] if k else None

    def _just_named(self, place: int, reach: int = 1) -> Actor | None:
        """The body that leads this sentence or the one before: whose "chief executive" is not said."""
        k = bisect_left(self._leading_bodies, place, key=lambda item: item[1])
        sentence = bisect_left(self._ends_of_sentences, place + 1)
        return self._leading_bodies[k - 1][2] if k and sentence - self._leading_bodies[k - 1][0] <= reach else None

    def _note_acronym(self, k: int, actor: Actor) -> None:
        """ "the Ruritanian Defence Force (RDF)"."""
        found = self._pieces
        if [piece.kind for piece in found[k : k + 3]] == ["open", "name", "close"]:
            words = found[k + 1].words
            if len(words) == 1 and words[0].isupper() and len(words[0]) > 1:
                self._name(slug(words[0]), found[k + 1].start, actor)

    def _until(self, place: int) -> int:
        """The end of the sentence that ``place`` stands in: what stands behind it is not known yet."""
        k = bisect_left(self._ends_of_sentences, place)
        return self._ends_of_sentences[k] if k < len(self._ends_of_sentences) else len(self.text)

    # -- noun phrases -----------------------------------------------------------------------------------------------

    def _phrase(self, at: _Reach, k: int) -> tuple[_Phrase | None, int]:
        """The noun phrase at ``k`` with its appositives: "Ilsa Brandt, 51, the foreign minister of Ruritania,"."""
        phrase, k = self._core(at, k, 0)
        if phrase is None:
            return None, k
        k = self._from_place(phrase, at, k)
        for _ in range(2):
            named_later = not (phrase.name or phrase.entry)
            merged = self._apposed(phrase, at, k)
            if merged is None:
                break
            k = merged
            if named_later:
                break  # "the deputy chief of mission, Otto Kern, a spokesperson said": the third is somebody else
        return phrase, k

    def _from_place(self, phrase: _Phrase, at: _Reach, k: int) -> int:
        """ "President Ilsa Brandt of Ruritania": the place behind a name that has a role and no body yet."""
        homeless = bool(phrase.roles and phrase.body is None and (phrase.name or phrase.entry))
        if homeless and k + 1 < at.hi and at.found[k].label == "of":
            inner, end = self._core(at, k + 1, 1)
            owner = self._owner(inner, at.until) if inner is not None else None
            if inner is not None and owner is not None and not inner.roles:
                phrase.body, phrase.city, phrase.end = owner, inner.city, inner.end
                return end
        return k

    def _apposed(self, phrase: _Phrase, at: _Reach, k: int) -> int | None:
        """Takes one appositive into ``phrase``; returns where it ends, or None."""
        found, hi = at.found, at.hi
        if k + 1 >= hi or found[k].kind != "comma":
            return None
        k += 1
        if found[k].kind == "word" and found[k].words[0].isdigit() and k + 1 < hi and found[k + 1].kind == "comma":
            return k + 1 if phrase.name or phrase.entry else None  # an age
        explained = found[k].label == "as" and phrase.organ_piece is not None and k + 1 < hi
        other, end = self._core(at, k + 1 if explained else k, 0)
        if other is not None and (self._explains(phrase, other) or self._is_called(phrase, other, at, end)):
            return end
        if other is None or not self._belongs(phrase, other, at, end):
            return None
        if phrase.organ_piece is not None and phrase.body is None and not phrase.roles:
            phrase.body, phrase.end = (
                self._institution(slug(" ".join(other.name)), other.name, phrase.organ_piece),
                other.end,
            )
            return end
        if phrase.roles and other.roles and other.name:
            other.roles, other.body = [], None
        if phrase.body is None or (other.body is not None and not phrase.roles):
            phrase.body, phrase.city, phrase.possessor = other.body, other.city, other.possessor
        phrase.name = phrase.name or other.name
        phrase.entry = phrase.entry or other.entry
        phrase.roles += other.roles
        phrase.disowned = phrase.disowned or other.disowned
        phrase.somebodys = phrase.somebodys or other.somebodys
        phrase.gender = phrase.gender or other.gender
        phrase.titled = phrase.titled or other.titled
        phrase.organ = False
        phrase.end = other.end
        return end

    def _explains(self, phrase: _Phrase, other: _Phrase) -> bool:
        """ "The Lantern House, the Ilmarian president's office," speaks for Ilmaria from here on."""
        body, office = phrase.body, other.organ_piece
        named = phrase.organ_piece is not None and phrase.organ_piece.kind == "body" and not phrase.roles
        if not named or body is None or body.side != body.id or office is None or other.name or other.entry:
            return False
        if office.kind != "organ" or other.body is None or other.unowned or other.body.side is None:
            return False
        if self._reading:
            self._explained.setdefault(body.id, (phrase.start, other.body.side))
        phrase.body, phrase.end = Actor(body.id, body.name, other.body.side), other.end
        return True

    def _is_called(self, phrase: _Phrase, other: _Phrase, at: _Reach, end: int) -> bool:
        """ "The Sand Brigades, a militia" are an institution, and "the militia" from here on."""
        named = bool(phrase.name) and not (phrase.roles or phrase.titled or phrase.organ_piece)
        kind = other.organ_piece
        described = kind is not None and kind.kind == "body" and kind.words[0].islower() and other.article
        if kind is None or not (named and described) or other.name or other.entry or other.roles:
            return False
        if len(phrase.name) == 1 and other.definite:
            return False  # "in Norland, the company" may be two
        phrase.body = self._institution(slug(" ".join(phrase.name)), phrase.name, kind)
        phrase.name, phrase.organ, phrase.organ_piece = (), True, kind
        phrase.key, phrase.organ_actor, phrase.end = slug(kind.label), phrase.body, other.end
        return True

    def _belongs(self, phrase: _Phrase, other: _Phrase, at: _Reach, end: int) -> bool:
        """Whether ``other``, behind a comma, is an appositive: a role behind a name, or a whole name behind a role."""
        person, other_person = bool(phrase.name or phrase.entry), bool(other.name or other.entry)
        if person:
            spoken_to = len(phrase.name) == 1 and not (phrase.titled or phrase.roles)
            if spoken_to and self._known_person(phrase.name, phrase, at.until) is None:
                return False  # "Karen, Norland's envoy has said"
            closed = end >= at.hi or at.found[end].kind in {"comma", "stop", "close", "and", "word"}
            return bool(other.roles) and not other_person and closed
        whole = (len(other.name) > 1 or other.entry is not None) and _ends(at.found, end, at.hi)
        if phrase.organ_piece is not None and phrase.organ_piece.kind == "body" and phrase.body is None:
            return whole and not other.roles  # "the airline, Air Alba"
        own = all(role.own or _head(role.label) in _RANKS for role in other.roles)  # "its director, surgeon Karl Voss"
        return bool(phrase.roles) and other_person and own and whole

    def _core(self, at: _Reach, k: int, depth: int) -> tuple[_Phrase | None, int]:
        """One noun phrase without appositives, from its determiner to its last "of ..."."""
        if k >= at.hi:
            return None, k
        phrase = _Phrase(at.found[k].start, at.found[k].end)
        first = k
        filled = False
        while k < min(at.hi, first + _MAX_PIECES):
            piece = at.found[k]
            step = self._take(phrase, at, k, filled, depth)
            if step is None:
                break
            k, filled = step[0], filled or step[1]
            phrase.end = at.found[k - 1].end
            if (phrase.name or phrase.entry) and not piece.possessive:
                break
        return (phrase, k) if filled else (None, first)

    def _take(self, phrase: _Phrase, at: _Reach, k: int, filled: bool, depth: int) -> tuple[int, bool] | None:
        """Takes the piece at ``k``: where to go on, and whether it says anything; None ends the phrase."""
        piece = at.found[k]
        kind = piece.kind
        if kind == "preposition":
            end = self._take_preposition(phrase, at, k, depth) if filled and depth < 4 else None
            return None if end is None else (end, True)
        if kind in _TELLING:
            return (k + 1, True) if self._take_telling(phrase, at, k) else None
        bridges = self._bridges(at, k, filled) if kind == "word" else self._take_qualifier(phrase, piece, filled)
        return (k + 1, False) if bridges else None

    def _take_telling(self, phrase: _Phrase, at: _Reach, k: int) -> bool:
        """A known actor, a name, a role, an organ. False: it begins another phrase."""
        piece = at.found[k]
        following = at.found[k + 1] if k + 1 < at.hi else None
        if piece.kind == "entity":
            return self._take_entity(phrase, piece, following, at.until)
        if piece.kind == "name":
            self._take_name(phrase, piece, following, at.until)
        elif piece.kind == "role":
            phrase.roles.append(piece)
            phrase.gender = phrase.gender or piece.gender
            phrase.adjective = phrase.organ = False
        else:
            phrase.referring = (
                phrase.article or bool(phrase.somebodys) or (following is not None and following.kind == "role")
            )
            self._take_organ(phrase, piece, at.until)
        return True

    def _take_qualifier(self, phrase: _Phrase, piece: Piece, filled: bool) -> bool:
        """Determiners, titles, "former", "statement": they say how to read the rest. False: they end the phrase."""
        kind = piece.kind
        if kind in {"the", "a"}:
            phrase.definite, phrase.article = (phrase.definite, phrase.article) if filled else (kind == "the", True)
            return not filled
        if kind == "pronoun":
            phrase.somebodys = phrase.somebodys or ("" if filled else piece.label)
            return not filled and piece.label in _POSSESSIVE_PRONOUNS
        if kind == "title":
            ends = phrase.body is not None and not phrase.roles
            phrase.titled = phrase.titled or not ends
            phrase.gender = phrase.gender if ends else piece.gender or phrase.gender
            return not ends
        phrase.disowned = phrase.disowned or kind == "disowning"
        phrase.carrier = phrase.carrier or kind == "carrier"
        return kind in {"modifier", "disowning", "carrier"}

    def _bridges(self, at: _Reach, k: int, filled: bool) -> bool:
        """Whether a lower-case word stands inside a phrase: "Norland's embattled prime minister", "a veteran envoy"."""
        before = at.found[k - 1] if k > 0 else None
        if filled and before is not None and not (before.possessive or before.kind in {"modifier", "entity", "name"}):
            return False
        if k == 0 or (not filled and at.found[k - 1].kind not in {"the", "a", "pronoun", "modifier"}):
            return False
        if at.found[k].end - at.found[k].start != len(at.found[k].words[0]) or (
            filled and at.found[k].label in self._words.verbs
        ):
            return False  # more than one word, or a verb
        following = at.found[k + 1] if k + 1 < at.hi else None
        headed = following is not None and following.kind in {"role", "organ", "body", "modifier"}
        return headed and following is not None and not following.initial

    def _take_entity(self, phrase: _Phrase, piece: Piece, following: Piece | None, until: int) -> bool:
        """A known actor: the phrase's person, or what its person or organ belongs to. False: another phrase begins."""
        alias = piece.alias
        if alias is None:
            return False
        entry = alias.entry
        leads_on = following is not None and following.kind in _HEADS
        if entry.kind == "person":
            if len(alias.key) == 1 and self._namesakes(piece.words[0], entry, until):
                self._take_name(phrase, piece, following, until)
            elif leads_on and not phrase.roles:
                phrase.body, phrase.possessor = self.registry.actor(entry, self.day), True
                phrase.prefix, phrase.titled = piece.words, False
            else:
                phrase.entry = entry
            return True
        if phrase.roles or (phrase.organ and phrase.organ_piece is not None):
            return False
        actor = self.registry.actor(entry, self.day)
        if phrase.body is not None:
            if alias.usage == "demonym" and entry.kind != "state":
                return True  # "Ruritania's European partners"
            if entry.kind == "state" and entry.id != phrase.body.id:
                return False
            linked = entry.speaks_for is not None or bool(entry.member_of)
            related = phrase.body.id in (*entry.member_of, entry.id) or actor.side == phrase.body.side
            if linked and not related:
                speaks = entry.kind in {"office", "government"} or fold(piece.words[-1]) in self._words.organs
                words = (*phrase.prefix, *piece.words)
                whole = slug(" ".join(words))
                key = slug(" ".join(piece.words))
                owned = self._owned(phrase.body, key, words, speaks=speaks)
                actor = owned if speaks else Actor(whole, " ".join(words), whole)
        if entry.kind != "state":
            phrase.disowned = False  # "the opposition Free Harbour Party": the party opposes, its leader speaks for it
        phrase.body = actor
        phrase.city = " ".join(piece.words) if alias.usage == "metonym" else None
        phrase.adjective = alias.usage == "demonym" or piece.possessive
        phrase.organ = entry.kind != "state"
        phrase.prefix += piece.words
        return True

    def _take_name(self, phrase: _Phrase, piece: Piece, following: Piece | None, until: int) -> None:
        """Unknown capitalised words: a person, or the state, town or firm of the role or organ that follows."""
        kind = phrase.organ_piece
        if kind is not None and kind.kind == "body" and phrase.article and phrase.body is None and not phrase.roles:
            phrase.body = self._institution(slug(" ".join(piece.words)), piece.words, kind)  # "the dairy Alpen Gold"
            return
        adjective = piece.possessive or _stem(fold(piece.words[-1])) is not None
        leads_on = following is not None and (following.kind in _HEADS or (adjective and _generic_office(following)))
        if not leads_on or following is None:
            phrase.name = piece.words
            return
        person = self._known_person(piece.words, phrase, until)
        if phrase.titled or phrase.roles or person is not None:
            phrase.name = piece.words
            owner = self._meant(phrase, until)
            phrase.name, phrase.roles, phrase.titled, phrase.gender = (), [], False, None
            phrase.body, phrase.possessor = owner, True
            phrase.prefix = piece.words
        elif phrase.body is None:
            words = piece.words
            if len(words) > 1 and _stem(fold(words[0])) is not None and _stem(fold(words[-1])) is None:
                words, phrase.qualifier = words[:1], words[1:]  # "Ruritanian Supreme" + "Court"
            phrase.guessed = not adjective and self._bodies.get(slug(" ".join(words)), piece.start) >= piece.start
            phrase.body = self._body(piece, words, following, until)
            phrase.adjective = True
            phrase.prefix = words
        else:
            phrase.qualifier = piece.words

    def _take_organ(self, phrase: _Phrase, piece: Piece, until: int) -> None:
        members = phrase.roles[-1] if phrase.roles and phrase.body is None else None
        if members is not None and members.plural and members.possessive and piece.kind == "body":
            phrase.qualifier = members.words  # "the miners' union"
        phrase.roles = []
        phrase.adjective = False
        phrase.disowned = phrase.disowned and piece.kind == "organ"
        phrase.organ, phrase.organ_piece, phrase.unowned = True, piece, phrase.body is None
        if phrase.possessor and phrase.body is not None:
            phrase.body = self._behind(phrase.body)
        phrase.body = self._org(phrase, phrase.body, piece, until)

    def _take_preposition(self, phrase: _Phrase, at: _Reach, k: int, depth: int) -> int | None:
        """ "of Ruritania", "for the Veldt Defence Ministry", "to Norland Anatol Kern"; returns where it ends."""
        if not (phrase.roles or phrase.organ or phrase.carrier):
            return None
        label = at.found[k].label
        inner, end = self._core(at, k + 1, depth + 1)
        if inner is None:
            return None
        if phrase.carrier and not phrase.roles and not phrase.organ:
            if label not in {"of", "from", "by"} or phrase.body is not None:
                return None
            phrase.name, phrase.entry, phrase.body, phrase.roles = inner.name, inner.entry, inner.body, inner.roles
            return end
        if end < at.hi and at.found[end].label == "capital":  # "in the Norlandic capital Halvik"
            end += 2 if end + 1 < at.hi and at.found[end + 1].kind in {"name", "entity"} else 1
            return end
        named = bool(inner.name or inner.entry)
        if named and phrase.roles and inner.body is not None and not inner.roles:
            phrase.name, phrase.entry = inner.name, inner.entry  # the name behind "ambassador to Norland"
            named = False
        if label == "of" and phrase.guessed and phrase.organ_piece is not None:
            phrase.qualifier, phrase.prefix, phrase.unowned = (
                phrase.prefix,
                (),
                True,
            )  # "Constitutional Court of Norland"
        owned = phrase.body is not None and not phrase.unowned
        if not owned and (label in _OWNING or (label in {"in", "on"} and self._governs(phrase, inner))):
            owner = inner.body if inner.name and inner.body is not None and not named else self._owner(inner, at.until)
            if owner is not None:
                self._give(phrase, inner, owner, at.until)
        return end

    def _give(self, phrase: _Phrase, inner: _Phrase, owner: Actor, until: int) -> None:
        """Puts what stands after "of" as the owner of the role or organ before it."""
        phrase.of_place, phrase.unowned = True, False
        phrase.possessor = bool(inner.entry or self._known_person(inner.name, inner, until)) and not phrase.name
        phrase.city = inner.city
        piece = phrase.organ_piece
        phrase.body = owner if piece is None else self._org(phrase, self._behind(owner), piece, until)

    def _governs(self, phrase: _Phrase, inner: _Phrase) -> bool:
        """ "officials in Moscow", "the government in Strelsau": the place tells whose they are."""
        if inner.name:
            known = slug(" ".join(inner.name)) in self._named and phrase.official
            return known or (phrase.organ_piece is not None and phrase.organ_piece.label in _GOVERNING)
        governing = phrase.organ_piece is not None and phrase.organ_piece.label in self._words.transparent
        return inner.body is not None and not inner.organ and (phrase.official or governing)

    # -- what a piece belongs to ------------------------------------------------------------------------------------

    def _body(self, piece: Piece, words: tuple[str, ...], following: Piece, until: int) -> Actor | None:
        """The state, town or firm that capitalised ``words`` before a role or an organ name."""
        if piece.alias is not None:
            return self.registry.actor(piece.alias.entry, self.day)
        named = self._named_as(slug(" ".join(words)), until)
        if named is not None:
            return named
        noun = words if piece.possessive else self._noun_of(words, until)
        bare = len(words) == 1 and not piece.possessive and noun == words
        doubtful = piece.initial and bare and following.words[0].islower()
        id = slug(" ".join(noun))
        if not id or (doubtful and self._bodies.get(id, until + 1) > until and not self._noted(words[0], until)):
            return None
        entry = self.registry.lookup(" ".join(noun))
        if entry is not None:
            return self.registry.actor(entry, self.day)
        self._note_body(id, piece.start)
        return Actor(id, " ".join(noun), id)

    def _noted(self, word: str, until: int) -> bool:
        return any(known == word and place <= until for place, known in self._stems.get(fold(word)[:4], ()))

    def _noun_of(self, words: tuple[str, ...], until: int) -> tuple[str, ...]:
        """ "Ruritanian" -> "Ruritania": by the article's own words, else by the ending; nouns stay as they are."""
        adjective = fold(words[-1])
        stem = _stem(adjective)
        if stem is None:
            return words
        bare, noun = stem
        found: list[tuple[int, int, str]] = []
        for place, known in self._stems.get(adjective[:4], ()):
            if place > until:
                continue
            last = fold(known)
            if last == fold(" ".join(words)):
                return words
            whole = fold(" ".join((*words[:-1], bare)))
            if last.startswith(whole) and len(last) - len(whole) <= 4 and _stem(last) is None:
                found.append((len(last) - len(whole), place, known))
        if found:
            return tuple(min(found)[2].split())
        if noun is None:
            return words
        return (*words[:-1], words[-1][: len(bare)] + noun)

    def _org(self, phrase: _Phrase, owner: Actor | None, piece: Piece, until: int) -> Actor | None:
        """The organ or institution of an owner: "Ruritanian" + "Foreign Ministry". None: nobody knows whose."""
        key = slug(" ".join((*phrase.qualifier, _ORGAN_NAMES.get(piece.label, piece.label))))
        if piece.kind == "organ" and owner is not None and piece.label in self._words.transparent:
            return owner
        if owner is not None and owner.id == owner.side and owner.id.endswith(f"-{slug(piece.label)}"):
            return owner  # "the People's Dawn party" again, known by its short name
        if owner is None:
            known = self._named_as(key, phrase.start) or self._last_called(_kind_of(piece.label), phrase.start)
            single = len(piece.words) == 1 and not phrase.qualifier
            again = (
                phrase.referring if single else known is not None and f"{known.id}-{slug(known.name)}".find(key) >= 0
            )
            if known is not None and again:
                return known
            owner = self._owner_by_context(phrase, piece, until)
            if owner is None:
                named = (*phrase.qualifier, *piece.words)
                capital = named[0][0].isupper() and len(named) > 1
                described = piece.kind == "body" and len(named) > 1  # "the election commission", "the miners' union"
                if not (capital or described):
                    return None
                return self._institution(slug(" ".join(named)) if piece.kind == "body" else key, named, piece)
            if piece.label in self._words.transparent:
                return owner
        if phrase.guessed and piece.label in _LOOSE_ORGANS and piece.words[0][0].isupper() and owner.side == owner.id:
            piece = piece._replace(kind="body")  # "the Hill Council"
        of = phrase.of_place and not phrase.prefix
        words = (
            (*phrase.qualifier, *piece.words, "of", owner.name)
            if of
            else (*phrase.prefix, *phrase.qualifier, *piece.words)
        )
        if piece.kind == "body" and piece.words[-1 if not of else 0][0].isupper():
            actor = self._institution(slug(" ".join(words)), words, piece)
        else:
            actor = self._owned(owner, key, words, speaks=piece.kind == "organ")
        phrase.key, phrase.organ_actor = key, actor
        return actor

    def _institution(self, id: str, words: tuple[str, ...], piece: Piece) -> Actor:
        """Something that is named, not described: its name is its id. A body is its own side, an organ's is unknown."""
        entry = self.registry.get(id)
        if entry is not None:
            return self.registry.actor(entry, self.day)
        if piece.kind != "body":
            return Actor(id, " ".join(words))
        place, side = self._explained.get(id, (piece.start, id))
        if place > piece.start or side == id:
            if self._reading:
                self._institutions.add(id)
            return Actor(id, " ".join(words), id)
        return Actor(id, " ".join(words), side)

    def _owner_by_context(self, phrase: _Phrase, piece: Piece, until: int) -> Actor | None:
        """Whose "the Foreign Ministry" is: of its minister, of the author, of the state that the article speaks of."""
        if piece.kind != "organ" or phrase.somebodys:
            return None
        known = self._by_portfolio(piece, until)
        if known is not None or self._reading_author:
            return known
        portfolio = len(piece.label.split()) > 1 and piece.label.endswith("ministry")
        if portfolio or piece.words[0][0].isupper():
            return self._authors_state() or (self._state_before(phrase.start) if portfolio else None)
        return None

    def _by_portfolio(self, piece: Piece, until: int) -> Actor | None:
        """ "the Foreign Ministry" of an article that has told of one foreign minister only is his."""
        portfolio, _, head = piece.label.rpartition(" ")
        if head != "ministry" or not portfolio:
            return None
        sides = {side for place, side in self._sides_of_role.get(f"{portfolio} minister", ()) if place <= until}
        if len(sides) != 1:
            return None
        side = sides.pop()
        entry = self.registry.get(side)
        return self.registry.actor(entry, self.day) if entry is not None else Actor(side, side, side)

    def _owned(self, owner: Actor, key: str, words: tuple[str, ...], *, speaks: bool) -> Actor:
        id = f"{owner.id}-{key}"
        entry = self.registry.get(id)
        if entry is not None:
            return self.registry.actor(entry, self.day)
        return Actor(id, " ".join(words), (owner.side or owner.id) if speaks else id)

    def _owner(self, inner: _Phrase, until: int) -> Actor | None:
        """Whom "of ..." names: a person or an organ that is known, else the state, town or firm of that name."""
        if inner.name and not inner.roles and not inner.titled and self._known_person(inner.name, inner, until) is None:
            id = slug(" ".join(inner.name))
            named = self._named_as(id, until)
            if named is not None or not id:
                return named
            self._note_body(id, inner.start)
            return Actor(id, " ".join(inner.name), id)
        return self._meant(inner, until)

    def _behind(self, person: Actor) -> Actor:
        """For whom a person's spokesman, office or government speaks: the person's side where it is known."""
        if person.side is None or person.side == person.id:
            return person
        entry = self.registry.get(person.side)
        if entry is not None:
            return self.registry.actor(entry, self.day)
        return Actor(person.side, person.side, person.side)

    def _name(self, key: str, place: int, actor: Actor) -> None:
        """Notes that ``key`` means this actor from ``place`` on. Only reading learns; answering never does."""
        if self._reading:
            known = self._named.setdefault(key, [])
            if not known or known[-1][0] <= place:
                known.append((place, actor))

    def _note_body(self, id: str, place: int) -> None:
        if self._reading:
            self._bodies.setdefault(id, place)

    def _named_as(self, key: str, until: int) -> Actor | None:
        """The actor that the article last called so: an acronym, a capital, "the foreign ministry"."""
        known = self._named.get(key)
        if not known:
            return None
        k = bisect_right(known, until, key=lambda item: item[0])
        return known[k - 1][1] if k else None

    # -- whom a phrase means ----------------------------------------------------------------------------------------

    def _actors(self, span: list[Piece], until: int) -> list[Actor]:
        phrases = self._coordinated(span, until)
        self._distribute(phrases, until)
        found = (self._meant(phrase, until) for phrase in phrases)
        return [actor for actor in found if actor is not None]

    def _coordinated(self, span: list[Piece], until: int) -> list[_Phrase]:
        """The noun phrases that "and" and commas join; a verb, "who" or a dash ends the list."""
        phrases: list[_Phrase] = []
        at = _Reach(span, len(span), until)
        k = described = 0  # where what is told of the last one in the list ends
        while k < len(span):
            piece = span[k]
            if piece.kind in _OPENERS:
                phrase, after = self._phrase(at, k)
                if phrase is not None and after > k:
                    if self._only_describes(phrases, phrase, span, k):
                        described = after
                    elif not (described and self._goes_on(span, described, k)):
                        phrases.append(phrase)
                        described = 0
                    k = after
                    continue
            if piece.kind == "open":
                while k < len(span) and span[k].kind != "close":
                    k += 1
            elif piece.kind == "preposition" and phrases:
                _, after = self._core(at, k + 1, 0)
                k = max(after - 1, k)
            elif phrases and piece.label == "capital" and len(phrases) > 1 and span[k - 1].kind in {"name", "entity"}:
                phrases.pop()  # "Castelmar, the Meridorian capital"
            elif self._is_class_noun(phrases, span, k):
                phrases.pop()  # "Drug maker Halden Labs"
            elif phrases and piece.kind in {"word", "stop"}:
                break
            k += 1
        return phrases

    def _only_describes(self, phrases: list[_Phrase], phrase: _Phrase, span: list[Piece], k: int) -> bool:
        """Whether the phrase at ``k`` is one more apposition: "Brandt, chief of the Norhaven police"."""
        if not phrases or not _after_bare_comma(span, k):
            return False
        last = phrases[-1]
        if phrase.name or phrase.entry:
            return len(phrase.name) == 1 and _CONSTITUENCY.fullmatch(phrase.name[0]) is not None
        if not (last.name or last.entry) or last.organ or last.organ_piece is not None:
            return False
        return bool(phrase.roles) or (phrase.organ and all(piece.kind != "and" for piece in span[k:]))

    def _goes_on(self, span: list[Piece], described: int, k: int) -> bool:
        """Whether "and" joins the phrase at ``k`` to the apposition: "of the Centre for Sea and Harbour Studies"."""
        return all(piece.kind != "comma" for piece in span[described:k])

    def _is_class_noun(self, phrases: list[_Phrase], span: list[Piece], k: int) -> bool:
        """Whether the word at ``k`` says with the one before what the name behind it is: "Drug maker Halden Labs"."""
        if len(phrases) != 1 or span[k].kind != "word" or len(span[k].words) != 1 or k + 1 >= len(span):
            return False
        first = span[0]
        alone = first.initial and first.kind == "name" and len(first.words) == 1 and not first.possessive
        named = span[k + 1].kind in {"name", "entity"} and span[k].label not in self._words.verbs
        return alone and k == 1 and named and slug(first.words[0]) not in self._inside

    def _distribute(self, phrases: list[_Phrase], until: int) -> None:
        """ "Russian and Ukrainian officials", "the foreign ministers of Ruritania and Norland": one head for both."""
        for left, right in reversed(list(pairwise(phrases))):
            headed = right.body is not None and not right.of_place and not (right.name or right.entry)
            bare = not (left.roles or left.organ or left.entry)
            if not (headed and bare and (right.roles or right.organ_piece is not None)):
                continue
            if len(left.name) == 1 and _stem(fold(left.name[0])) is not None:
                noun = self._noun_of(left.name, until)
                left.body, left.prefix, left.name = Actor(slug(noun[0]), noun[0], slug(noun[0])), left.name, ()
                left.adjective = True
            if left.body is not None and left.adjective and not left.name:
                self._lend(right, left, until)
        for left, right in pairwise(phrases):
            headed = left.of_place and not (left.name or left.entry) and any(role.plural for role in left.roles)
            if headed and not (right.roles or right.organ or right.entry):
                right.body = right.body or (self._owner(right, until) if right.name else None)
                right.name = ()
                right.of_place = True
                self._lend(left, right, until)

    def _lend(self, lender: _Phrase, to: _Phrase, until: int) -> None:
        to.roles = lender.roles
        to.definite = lender.definite
        if lender.organ_piece is not None and to.body is not None:
            to.organ, to.organ_piece = True, lender.organ_piece
            to.body = self._org(to, to.body, lender.organ_piece, until)

    def _meant(self, phrase: _Phrase, until: int) -> Actor | None:
        """The actor of one phrase, by what stands in it and what the article told up to ``until``."""
        if phrase.entry is not None:
            if phrase.disowned and self.day is None:
                return Actor(phrase.entry.id, phrase.entry.name, phrase.entry.id)
            return self.registry.actor(phrase.entry, self.day)
        if phrase.name:
            return self._person(phrase, until)
        if not phrase.roles:
            return phrase.body
        if phrase.body is None:
            return None if phrase.somebodys else self._authors_own(phrase) or self._capital_letters(phrase, until)
        return self._unnamed(phrase, phrase.body, until)

    def _capital_letters(self, phrase: _Phrase, until: int) -> Actor | None:
        """ "SECRETARY GENERAL:" in a transcript that has introduced one."""
        role = phrase.roles[-1]
        sides = [side for place, side in self._sides_of_role.get(role.label, ()) if place <= until]
        if len(sides) != 1 or not "".join(role.words).isupper():
            return None
        holders = self._told.get((sides[0], role.label), ())
        return holders[0].actor(until) if len(holders) == 1 else None

    def _unnamed(self, phrase: _Phrase, body: Actor, until: int) -> Actor | None:
        """A role without a name: its holder, if there is only one to think of, else the body that it speaks for."""
        role = phrase.roles[-1]
        if phrase.possessor and _head(role.label) in _ADVOCATES:
            return body
        if not phrase.official:
            id = slug(f"{body.id} {role.label}")
            return Actor(id, " ".join((*phrase.prefix, *role.words)), id) if role.plural else None
        city = phrase.city
        if city is not None and _head(role.label) in {"mayor", "governor"}:
            body = Actor(f"{slug(city)}-city", city, f"{slug(city)}-city")
        if role.plural or phrase.possessor or not phrase.definite:
            return body
        holder = self._holder(body, role.label, until)
        if holder is None and role.label == "leader" and city is None:
            holder = self._leader(body, until)
        if holder is not None:
            return holder
        if _head(role.label) in self._words.one_holder:
            return self._owned(body, slug(role.label), (*phrase.prefix, *role.words), speaks=True)
        return body

    def _holder(self, body: Actor, role: str, until: int) -> Actor | None:
        side = body.side or body.id
        told = [
            person
            for person in self._told.get((side, role), ())
            if person.actor(until).side == side and role in person.roles_until(until)
        ]
        if told:
            return told[0].actor(until) if len(told) == 1 else None
        if role not in self._words.one_holder or body.id == "" or self.registry.get(side) is None:
            return None
        known = self.registry.holders(side, role, self.day)
        return self.registry.actor(known[0], self.day) if len(known) == 1 else None

    def _leader(self, body: Actor, until: int) -> Actor | None:
        """ "The Norlandic leader": the one head of state or government of that side of whom the article has told."""
        side = body.side or body.id
        if body.id != side:
            return None  # "the Harbour Party leader"
        heads = {
            person.id: person.actor(until)
            for role in _LEADING
            for person in self._told.get((side, role), ())
            if person.actor(until).side == side and role in person.roles_until(until)
        }
        return next(iter(heads.values())) if len(heads) == 1 else None

    def _authors_state(self) -> Actor | None:
        """The state whose own words the text is: its "Ministry of Defence" needs no adjective."""
        entry = self.registry.get(self.author.side) if self.author is not None and self.author.side else None
        return self.registry.actor(entry) if entry is not None and entry.kind == "state" else None

    def _authors_own(self, phrase: _Phrase) -> Actor | None:
        """ "The President" in a document of his own office."""
        role = phrase.roles[-1].label
        unique = phrase.official and phrase.definite and role in self._words.one_holder
        if self.author is None or self.author.side is None or not unique:
            return None
        known = self.registry.holders(self.author.side, role, self.day)
        return self.registry.actor(known[0], self.day) if len(known) == 1 else None

    def _person(self, phrase: _Phrase, until: int) -> Actor | None:
        name = phrase.name
        known = self._known_person(name, phrase, until)
        if known is not None:
            told = known.actor(until)
            side = self._side(phrase, told.id)
            return Actor(told.id, told.name, side) if told.side is None and side is not None else told
        id = slug(" ".join(name))
        named = self._named_as(id, until)
        if named is not None:
            return named
        if len(name) == 1:
            if self._ambiguous(name[0], phrase, until):
                return None
            entry = self._titled_in_registry(name[0], phrase)
            if entry is not None:
                return self.registry.actor(entry, self.day)
        if not id:
            return None
        side = self._side(phrase, id)
        bare = len(name) == 1 and not phrase.titled and not phrase.roles
        if side is None and (bare or self._bodies.get(id, until + 1) <= until):
            side = id
        return Actor(id, " ".join(name), side)

    def _side(self, phrase: _Phrase, id: str) -> str | None:
        """For whom a person speaks, by this phrase alone."""
        owned = phrase.possessor or phrase.somebodys in {"his", "her"}
        advocate = owned and any(_head(role.label) in _ADVOCATES for role in phrase.roles)
        if not advocate and (phrase.disowned or any(role.own for role in phrase.roles)):
            return id
        if not phrase.roles:
            return None
        if phrase.body is None:
            whose = None if self._reading_author else self._by_context(phrase, phrase.roles[0])
            return None if whose is None else whose.side or whose.id
        if phrase.city is not None and any(_head(role.label) in {"mayor", "governor"} for role in phrase.roles):
            return f"{slug(phrase.city)}-city"
        return phrase.body.side or phrase.body.id

    def _known_person(self, name: tuple[str, ...], phrase: _Phrase, until: int) -> _Person | None:
        """The one person of this name whom the article has introduced by ``until``."""
        if not name:
            return None
        if len(name) > 1:
            person = self._by_full.get(slug(" ".join(name)))
            if person is not None and person.since <= until:
                return person
            same = [
                person
                for person in self._by_surname.get(_key(last_name(list(name))), ())
                if person.since <= until and fold(person.name[0]) == fold(name[0])
            ]
            if same:
                return same[0] if len(same) == 1 else None
        people = self._compatible(" ".join(name), phrase, until)
        return people[0] if len(people) == 1 else None

    def _compatible(self, surname: str, phrase: _Phrase, until: int) -> list[_Person]:
        """The people of a surname who can be meant, by title and role; without either, all of them."""
        people = [person for person in self._by_surname.get(_key(surname), ()) if person.since <= until]
        if phrase.gender is not None:
            people = [person for person in people if person.gender(until) in {None, phrase.gender}]
        if len(people) > 1 and phrase.roles:
            people = [person for person in people if person.roles_until(until) & set(phrase.labels)]
        return people

    def _ambiguous(self, surname: str, phrase: _Phrase, until: int) -> bool:
        return len([p for p in self._by_surname.get(_key(surname), ()) if p.since <= until]) > 1

    def _namesakes(self, surname: str, entry: Entry, until: int) -> bool:
        """Whether the article has introduced another person by the surname of somebody known."""
        return any(p.since <= until and p.id != entry.id for p in self._by_surname.get(_key(surname), ()))

    def _titled_in_registry(self, surname: str, phrase: _Phrase) -> Entry | None:
        """ "Prime Minister Johnson", and in an actor's own documents "MR. SULLIVAN"."""
        known = self.registry.surnamed(surname)
        if phrase.gender is not None:
            known = tuple(entry for entry in known if entry.gender in {None, phrase.gender})
        if phrase.roles:
            labels = set(phrase.labels)
            known = tuple(e for e in known if labels & {r for role in e.roles for r in (role, _head(role))})
            if phrase.body is not None:
                side = phrase.body.side
                known = tuple(entry for entry in known if self.registry.side(entry.id) == side)
        elif self.author is not None and (phrase.titled or surname.isupper()):
            known = tuple(entry for entry in known if self.registry.side(entry.id) == self.author.side)
            known = tuple(entry for entry in known if entry.speaks_for == self.author.id) or known
        else:
            return None
        return known[0] if len(known) == 1 else None

    def _is_place(self, phrase: _Phrase, k: int) -> bool:
        """ "in Moscow", "near Kyiv": the town, not the government."""
        if phrase.city is None or phrase.roles or phrase.organ_piece is not None or k == 0:
            return False
        return self._pieces[k - 1].kind == "preposition"

    def _is_attribute(self, phrase: _Phrase, after: int) -> bool:
        """ "a Russian invasion": the adjective says which, not who."""
        bare = not (phrase.roles or phrase.organ or phrase.name or phrase.entry)
        return bare and phrase.adjective and after < len(self._pieces) and self._pieces[after].kind == "word"

    def _is_known(self, phrase: _Phrase, actor: Actor) -> bool:
        """Whether an unknown name is worth a mention: a whole name, a title or a role, or something met before."""
        if not phrase.name or (len(phrase.name) > 1 and not phrase.article) or phrase.titled or phrase.roles:
            return True
        return actor.id in self._by_full or actor.id in self._bodies or self.registry.get(actor.id) is not None


_OPENING = 600  # characters in which an interview introduces whom it is with
_NEXT_PARAGRAPH = 2  # ends between a body and whose name stands next: its full stop and its line end
_MAX_DOUBTS = 8  # states that may turn out to be none, on the way back to one
_MAX_NAMESAKES = 32  # more people of one name than any article has: bounds the work on hostile text
_MAX_PIECES = 40  # of one phrase, for the same reason
_TELLING = frozenset({"entity", "name", "role", "organ", "body"})
_WEAK_OPENERS = frozenset({"the", "a", "modifier", "pronoun", "disowning", "carrier"})
_OPENERS = _TELLING | _WEAK_OPENERS | {"title"}
_HEADS = frozenset({"role", "organ", "body", "modifier", "disowning", "carrier"})
_OWNING = frozenset({"of", "for", "from", "with", "at"})
_POSSESSIVE_PRONOUNS = frozenset({"his", "her", "its", "their", "our", "my", "your"})
_SEATS = frozenset({"palace", "presidency", "government", "ministry", "military", "army", "cabinet", "police"})
_ADVOCATES = frozenset({"lawyer", "lawyers", "attorney", "solicitor"})  # they speak for their client
_LOCATIVE = frozenset({"in", "at", "near", "over", "on"})
_OFFICIAL_PUBLISHERS = frozenset({"state", "government", "office", "alliance"})
# Whose a "Foreign Minister Ilsa Brandt" is, the sentence before tells; "Governor", "Secretary-General" are of the last
# bank, alliance and so on.
_OF_STATES = frozenset(
    ["minister", "president", "premier", "chancellor", "secretary", "king", "queen", "emperor", "envoy", "counterpart"]
)
# Of these a state's release names other states' as well, without saying whose: "President Voss arrived".
_FOREIGN_TOO = frozenset({"president", "premier", "chancellor", "king", "queen", "emperor", "counterpart"})
_OF_ANY_BODY = frozenset(
    ["spokesperson", "executive", "manager", "director", "chairman", "head", "chief", "founder", "owner", "ceo", "boss"]
)
_RANKS = frozenset(["general", "colonel", "admiral", "major", "lieutenant", "brigadier", "marshal", "captain"])
_GOVERNING = frozenset(["government", "governments", "authorities", "administration", "regime"])
# These are organs of a state only where the text says so: a "Hill Council" may be anybody's.
_LOOSE_ORGANS = frozenset(["council", "agency", "service", "mission", "team", "division", "bureau", "force", "forces"])
_OF_BODIES: Mapping[str, tuple[str, ...]] = {
    "governor": ("bank",),
    "secretary-general": ("alliance", "organisation", "organization", "nations", "nato", "states", "union"),
    "chairman": ("union", "party", "company", "board", "commission", "committee", "bank"),
    "director": ("hospital", "institute", "agency", "centre", "museum", "company"),
}
_ORGAN_NAMES = {
    "foreign office": "foreign ministry",
    "armed forces": "military",
    "army": "military",
    "troops": "military",
    "forces": "military",
}

_ENDINGS: tuple[tuple[str, int, str | None], ...] = (
    # adjective's ending, letters to cut, letters of the noun where the article does not tell (None: leave it)
    ("landic", 2, ""),
    ("landish", 3, ""),
    ("lander", 2, ""),
    ("ian", 3, "ia"),
    ("ean", 3, "ea"),
    ("ese", 3, ""),
    ("ish", 3, ""),
    ("an", 2, "a"),
    ("ic", 2, None),
    ("er", 2, None),
    ("i", 1, None),
)


def _stem(adjective: str) -> tuple[str, str | None] | None:
    """What stays of an adjective of nationality without its ending, and the ending of its noun; None: it is none."""
    for ending, cut, noun in _ENDINGS if not adjective.endswith("stan") else ():
        if adjective.endswith(ending) and len(adjective) - cut >= 4:
            return adjective[:-cut], noun
    return None


def _after_bare_comma(span: list[Piece], k: int) -> bool:
    """Whether nothing but an article or an adjective stands between a comma and the piece at ``k``."""
    i = k - 1
    while i > 0 and span[i].kind in {"the", "modifier"}:
        i -= 1
    return i > 0 and span[i].kind == "comma"


def _head(label: str) -> str:
    """The short form of a role: ``deputy foreign minister`` -> ``minister``."""
    words = label.split()
    if "of" in words:
        words = words[: words.index("of")]
    return words[-1] if words else label


def _key(surname: str) -> str:
    return " ".join(fold(word) for word in surname.split())


def _generic_office(piece: Piece) -> bool:
    """An office whose name many states use: "State Department", "Security Council"."""
    return piece.alias is not None and piece.alias.entry.kind in {"office", "organisation"} and len(piece.words) > 1


def _kind_of(name: str) -> str:
    """What an institution is, by its name: ``Union of Norlandic Dockers`` -> ``union``."""
    words = [fold(word) for word in name.split()]
    return words[words.index("of") - 1] if "of" in words[1:] else words[-1] if words else ""


def _may_be_state(phrase: _Phrase) -> bool:
    """Whether unknown capitalised words may name a state: "Norland", not "Residents" and not "Ilsa Brandt"."""
    return len(phrase.name) == 1 and not phrase.titled and not fold(phrase.name[0]).endswith("s")


def _of_its_own(phrase: _Phrase, actor: Actor) -> bool:
    """Whether a phrase names people, or an institution, that no state speaks through: "the residents of Halvik"."""
    institution = phrase.organ_piece is not None and phrase.organ_piece.kind == "body"
    return actor.id == actor.side and (institution or (bool(phrase.roles) and not phrase.official))


def _ends(found: list[Piece], k: int, hi: int) -> bool:
    return k >= hi or found[k].kind in {"comma", "stop", "close"}


def _sentence_ends(found: list[Piece], text: str) -> list[int]:
    """Where sentences end: a full stop before white space, a line's end. Rough; only says what is known by when."""
    stops = (piece for piece in found if piece.kind == "stop")
    ends = (p for p in stops if p.label == "\n" or (p.label in ".!?" and text[p.end : p.end + 1] in _AFTER_STOP))
    return [p.start if p.label == "\n" else p.end for p in ends]


_AFTER_STOP = frozenset('” "\n\t’»)') | {""}
