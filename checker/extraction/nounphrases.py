"""A text as the pieces of noun phrases that tell who speaks: names, known actors, roles, organs, prepositions.

One pass, linear in the text. What the pieces mean together is decided in ``actors.py``.
The words come from ``registry/words.toml``.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias

from checker.extraction.registry import PACKAGED, Alias, Registry, fold

PieceKind: TypeAlias = Literal[
    "entity",  # an actor of the registry
    "name",  # capitalised words that nobody knows yet
    "title",  # Mr, Ms, Dr
    "role",  # who somebody is: "deputy foreign minister"
    "organ",  # speaks for what it belongs to: "Defence Ministry"
    "body",  # has a voice of its own: "Supreme Court"
    "disowning",  # "former", "opposition"
    "modifier",
    "carrier",  # "statement", "report"
    "the",
    "a",
    "pronoun",
    "preposition",
    "and",
    "comma",
    "open",
    "close",
    "stop",  # ends every phrase: other punctuation, "who", a line's end
    "word",
]

_TOKEN = re.compile(r"(?:[^\W\d_]\.){2,}(?:-[^\W_]+)*|[^\W_]+(?:[-&'’/][^\W_]+)*\+?|\n+|[^\w\s]")
_PREPOSITIONS = frozenset(["of", "for", "from", "at", "with", "to", "in", "on", "by", "near", "over"])
_SHORT_ROLES = {
    "gen": "general",
    "sen": "senator",
    "rep": "congressman",
    "gov": "governor",
    "lt": "lieutenant",
    "col": "colonel",
}
_SHORT_ROLES |= {
    "adm": "admiral",
    "capt": "captain",
    "maj": "major",
    "sens": "senators",
    "reps": "congressmen",
    "prof": "professor",
}
_SHORT_OWN_ROLES = frozenset({"sen", "rep", "sens", "reps", "prof"})
_PREFIXES = {"ex": "disowning", "vice": "vice", "deputy": "deputy", "then": "then", "co": "co"}
_SENTENCE_ENDS = frozenset('.!?:;…"“”‘«»—–-*•|>')
_LEAD_HEADS = frozenset({"general", "chief", "executive", "director", "secretary", "chairman", "head", "deputy"})
_TELLING_MODIFIERS = frozenset({"deputy", "vice", "first", "chief", "principal", "general", "executive"})
_QUOTES = frozenset("\"“”‘’'«»")
_BREAKS = frozenset({"stop", "open"})
_MAX_HEAD_WORDS = 7
_MAX_NAME_WORDS = 8


class Piece(NamedTuple):  # a tuple: made half as often again as there are words, so it must be cheap
    """One piece of the text. ``start`` and ``end`` are character offsets; ``words`` are spelt as in the text.

    Lower-case words that mean nothing here are one piece ``word`` while they stand together; ``label`` is the last.
    """

    kind: PieceKind
    start: int
    end: int
    words: tuple[str, ...]
    possessive: bool = False
    initial: bool = False  # first word of a sentence, where everything is capitalised
    alias: Alias | None = None
    label: str = ""  # role, organ, body: the normalised words; preposition, word: the folded word
    own: bool = False  # a role that speaks for nobody but itself
    plural: bool = False
    gender: str | None = None


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The word lists of ``words.toml``, folded."""

    official: frozenset[str]
    own: frozenset[str]
    disowning: frozenset[str]
    modifiers: frozenset[str]
    portfolios: frozenset[str]
    organs: frozenset[str]
    bodies: frozenset[str]
    transparent: frozenset[str]
    carriers: frozenset[str]
    generic: frozenset[str]
    function: frozenset[str]
    titles: Mapping[str, str | None]  # title -> gender
    same: Mapping[str, str]
    gendered: Mapping[str, str]
    verbs: frozenset[str]
    possessive_names: frozenset[str]
    compass: frozenset[str]
    no_person: frozenset[str]
    abbreviations: frozenset[str]
    particles: frozenset[str]
    forms_of_state: frozenset[str]
    attached: frozenset[str]
    also_names: frozenset[str]
    one_holder: frozenset[str]
    first_names: Mapping[str, str]  # first name -> gender; names that both bear are left out


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The packaged lexicon, read once."""
    data = tomllib.loads((PACKAGED / "words.toml").read_text(encoding="utf-8"))
    lists = {key: frozenset(value.split()) for key, value in data.items() if isinstance(value, str)}
    titles: dict[str, str | None] = dict.fromkeys(lists.pop("titles"))
    titles |= dict.fromkeys(lists.pop("titles_male"), "male") | dict.fromkeys(lists.pop("titles_female"), "female")
    female, male = lists.pop("first_names_female"), lists.pop("first_names_male")
    first_names = dict.fromkeys(female - male, "female") | dict.fromkeys(male - female, "male")
    one_holder = frozenset(data["one_holder"])
    return Lexicon(
        one_holder=one_holder,
        first_names=first_names,
        titles=titles,
        same=data["same"],
        gendered=data["gendered"],
        **lists,
    )


class _Word(NamedTuple):
    """What one spelling tells by itself, wherever it stands."""

    spelt: str  # without "'s"
    folded: str
    possessive: bool
    capital: bool
    plain: bool  # lower case, and of no meaning here
    simple: PieceKind | None  # the piece that it is wherever it stands; None: the neighbours decide


_LOOSE: frozenset[PieceKind | None] = frozenset({"the", "modifier", "pronoun", "preposition", "and", "comma"})
_COMMA, _OPEN, _CLOSE = ",", "(", ")"
_MARKS: dict[str, PieceKind] = {_COMMA: "comma", _OPEN: "open", _CLOSE: "close", "&": "and"}


@lru_cache(maxsize=65536)
def _word(raw: str) -> _Word:
    if not raw[0].isalnum():
        return _Word(raw, raw, False, False, False, "stop" if raw[0] == "\n" else _MARKS.get(raw, "stop"))
    possessive = len(raw) > 2 and raw[-1] in "sS" and raw[-2] in "'’"
    spelt = raw[:-2] if possessive else raw
    folded = fold(spelt)
    lower = not spelt[0].isupper()
    if not lower or possessive or "-" in spelt or folded in _by_neighbours():
        return _Word(spelt, folded, possessive, not lower, False, None)
    kind = _small_kind(folded)
    return _Word(spelt, folded, False, False, kind == "word" and folded not in _KEPT, kind)


@lru_cache(maxsize=1)
def _by_neighbours() -> frozenset[str]:
    """Words that only their neighbours can tell apart."""
    return _starts_head() | _ADVERBS | lexicon().particles


def _small_kind(folded: str) -> PieceKind:
    """What a lower-case word is that begins no role, organ or name."""
    return _small_kinds().get(folded, "word")


@lru_cache(maxsize=1)
def _small_kinds() -> Mapping[str, PieceKind]:
    words = lexicon()
    kinds: dict[str, PieceKind] = {}
    lists: tuple[tuple[PieceKind, Iterable[str]], ...] = (  # later ones win
        ("modifier", words.modifiers | words.portfolios),
        ("carrier", words.carriers),
        ("disowning", words.disowning),
        ("pronoun", words.generic | _POSSESSIVE_PRONOUNS),
        ("and", ("and", "or")),
        ("preposition", _PREPOSITIONS),
        ("a", ("a", "an")),
        ("the", ("the",)),
    )
    for kind, spellings in lists:
        kinds |= dict.fromkeys(spellings, kind)
    return kinds


_POSSESSIVE_PRONOUNS = frozenset({"his", "her", "its", "their", "our", "my", "your"})
_ADVERBS = frozenset({"as", "along", "together"})  # "as well as", "along with"
_KEPT = frozenset({"capital", "well"})


@dataclass(slots=True)
class _Tokens:
    """Parallel arrays, one place a token; a run of plain words is one token."""

    words: list[_Word]
    spelt: list[str]
    folded: list[str]
    starts: list[int]
    ends: list[int]
    possessive: list[bool]
    capital: list[bool]


def _tokenise(text: str, index: Mapping[str, tuple[Alias, ...]]) -> _Tokens:
    words: list[_Word] = []
    starts: list[int] = []
    ends: list[int] = []
    plain = False
    loose = 0  # how many pieces since the last plain word would be plain, too, if one followed
    for match in _TOKEN.finditer(text):
        word = _word(match.group())
        if word.plain and word.folded not in index:
            if not plain and loose and len(words) > loose and words[-loose - 1].plain:  # between plain words: plain
                del words[-loose:], starts[-loose:], ends[-loose:]
                plain = True
            loose = 0
            if plain:
                ends[-1] = match.end()
                words[-1] = word
                continue
            plain = True
        else:
            plain = False
            loose = loose + 1 if word.simple in _LOOSE and (loose or (words and words[-1].plain)) else 0
            if word.simple == "stop" and words and ends[-1] == match.start():
                if word.spelt == "." and _takes_dot(words[-1].spelt, text[match.end() : match.end() + 2]):
                    continue
                if word.spelt in "'’" and words[-1].folded[-1:] == "s":
                    words[-1] = words[-1]._replace(possessive=True)
                    continue
        words.append(word)
        starts.append(match.start())
        ends.append(match.end())
    return _Tokens(
        words,
        [word.spelt for word in words],
        [word.folded for word in words],
        starts,
        ends,
        [word.possessive for word in words],
        [word.capital for word in words],
    )


def _takes_dot(word: str, following: str) -> bool:
    """Whether a full stop belongs to ``word``: "Mr.", "J.", and "No." before a number."""
    if word.lower() == "no":
        return following.strip()[:1].isdigit()
    return word.lower() in lexicon().abbreviations or (len(word) == 1 and word.isupper())


def pieces(text: str, registry: Registry) -> list[Piece]:
    """The pieces of ``text`` in order, without overlap. Linear in the length of the text."""
    return _Reader(_tokenise(text, registry.index), registry, lexicon()).read()


class _Reader:
    def __init__(self, tokens: _Tokens, registry: Registry, words: Lexicon) -> None:
        self.t = tokens
        self.n = len(tokens.spelt)
        self.index = registry.index
        self.words = words
        self.out: list[Piece] = []
        self.initial = True

    def read(self) -> list[Piece]:
        t, out, index = self.t, self.out, self.index
        k = 0
        while k < self.n:
            simple = t.words[k].simple
            if simple is not None and t.folded[k] not in index:
                spelt = t.spelt[k]
                label = spelt[0] if simple == "stop" else t.folded[k]
                out.append(Piece(simple, t.starts[k], t.ends[k], (spelt,), False, self.initial, None, label))
                k += 1
                self.initial = simple in _BREAKS and (spelt[0] == "\n" or spelt in _SENTENCE_ENDS)
            else:
                piece, k = self._next(k)
                out.append(piece)
                self.initial = False
        return out

    def _next(self, k: int) -> tuple[Piece, int]:
        t, folded = self.t, self.t.folded[k]
        if t.possessive[k] and t.capital[k] and (folded in self.words.possessive_names or self._members(k)):
            return self._name(k)  # "People's Dawn party", "Nurses' Union"
        alias, entity_end = self._entity(k)
        head = self._head(k)
        if head is not None and (alias is None or head[1] > entity_end):
            return head
        if alias is not None:
            return self._with_name(k, alias, entity_end)
        if self._is_title(k):
            return self._piece("title", k, k + 1, label=folded, gender=self.words.titles[folded]), k + 1
        known = self._modifier(k)
        if known is None and t.capital[k] and folded not in self.words.function and folded not in self.words.generic:
            return self._name(k)
        return known or self._small(k)

    def _members(self, k: int) -> bool:
        """Whose union follows: "Nurses' Union"."""
        t = self.t
        follows = k + 1 < self.n and t.capital[k + 1] and self._head_kind(k + 1) == "body"
        return follows and t.folded[k].endswith("s") and self._head_kind(k) == "role"

    def _piece(
        self,
        kind: PieceKind,
        start: int,
        end: int,
        *,
        label: str = "",
        alias: Alias | None = None,
        own: bool = False,
        plural: bool = False,
        gender: str | None = None,
    ) -> Piece:
        t = self.t
        words = (t.spelt[start],) if end == start + 1 else tuple(t.spelt[start:end])
        return Piece(
            kind,
            t.starts[start],
            t.ends[end - 1],
            words,
            t.possessive[end - 1],
            self.initial,
            alias,
            label,
            own,
            plural,
            gender,
        )

    def _entity(self, k: int) -> tuple[Alias | None, int]:
        """The longest alias of the registry at ``k``."""
        t = self.t
        for alias in self.index.get(t.folded[k], ()):
            end = k + len(alias.key)
            if end <= self.n and (end == k + 1 or tuple(t.folded[k:end]) == alias.key):
                if any(t.possessive[k : end - 1]) or not alias.fits(t.spelt[k:end]):
                    continue
                return alias, end
        return None, k

    def _is_title(self, k: int) -> bool:
        t = self.t
        if t.folded[k] not in self.words.titles or not t.capital[k] or "." in t.spelt[k]:
            return False  # "p.m." is no prime minister
        return k + 1 < self.n and t.capital[k + 1]

    def _with_name(self, k: int, alias: Alias, end: int) -> tuple[Piece, int]:
        """A known place beside unknown capitalised words is part of their name: "Jordan Peters", "China Herald"."""
        t = self.t
        surname = end == k + 1 and alias.entry.kind == "person" and not t.possessive[k]
        if surname and end < self.n and self._nameable(end) and t.folded[end] in self.words.no_person:
            return self._name(k)  # "Marin Island"
        if end == k + 1 and alias.usage != "demonym" and alias.entry.kind == "state" and not t.possessive[k]:
            runs_on = end < self.n and self._nameable(end) and self._entity(end)[0] is None and self._head(end) is None
            joins = self.out and self.out[-1].kind in {"name", "title"} and not self.out[-1].possessive
            if (runs_on and t.folded[k] in lexicon().also_names) or (joins and t.folded[k] in lexicon().also_names):
                return self._name(k)
        return self._piece("entity", k, end, alias=alias), end

    def _nameable(self, k: int) -> bool:
        return (
            self.t.capital[k]
            and self.t.folded[k] not in self.words.function
            and self.t.folded[k] not in self.words.generic
            and self.t.spelt[k][0].isalpha()
        )

    def _modifier(self, k: int) -> tuple[Piece, int] | None:
        """ "former", "US-led"; capitalised, in headlines, only where no name goes on ("Royal Cross" is a name)."""
        folded, words, capital = self.t.folded[k], self.words, self.t.capital[k]
        before_name = k + 1 < self.n and self._nameable(k + 1)
        ecology = folded in words.portfolios and before_name and self.t.folded[k + 1] in words.first_names
        kind: PieceKind | None = None
        if folded in words.disowning or (folded.startswith("ex-") and k + 1 < self.n and self._head(k + 1) is not None):
            kind = "disowning"  # "former", "ex-defence minister"
        elif capital and folded in words.compass and k + 1 < self.n and self._entity(k + 1)[0] is not None:
            kind = "modifier"  # "the North Vietnamese navy"
        elif capital and self.initial and folded.endswith(("ing", "ed")) and len(folded) > 6 and self._famous(k + 1):
            kind = "modifier"  # "Addressing Putin"
        elif "-" in folded and folded.rpartition("-")[2] in lexicon().attached:
            kind = "modifier"
        elif capital and self.initial and folded in words.portfolios and not before_name:
            kind = "modifier"  # "Press briefing by ..."
        elif capital and (ecology or (folded in words.modifiers and (self.initial or not before_name))):
            kind = "modifier"  # ecology: "... for Transport and Ecology Karl Voss"
        elif capital and folded in words.carriers and self.initial:
            kind = "carrier"
        return None if kind is None else (self._piece(kind, k, k + 1, label=folded), k + 1)

    def _famous(self, k: int) -> bool:
        alias = self._entity(k)[0] if k < self.n else None
        return alias is not None and alias.entry.kind == "person"

    def _name(self, k: int) -> tuple[Piece, int]:
        """A run of capitalised words with its particles and initials; ends at a possessive, a role or a known actor."""
        t = self.t
        end = k + 1
        while end < self.n and end - k < _MAX_NAME_WORDS:
            if t.possessive[end - 1] and t.folded[end - 1] not in self.words.possessive_names:
                break
            particle = t.folded[end] in self.words.particles and not t.capital[end]
            if not (self._name_after_particles(end) if particle else self._nameable(end) and self._continues_name(end)):
                break
            end += 1
        if t.folded[end - 1] in lexicon().forms_of_state and (after := self._state_after_form(end)) is not None:
            piece, last = self._name(after)
            first = self._piece("name", k, last)
            return Piece(first.kind, first.start, first.end, piece.words, first.possessive, self.initial), last
        nickname = self._after_nickname(end)
        if nickname is not None:  # 'Jan "the Ferret" Hruska'
            piece, last = self._name(nickname)
            return piece._replace(start=t.starts[k], words=(*t.spelt[k:end], *piece.words), initial=self.initial), last
        piece = self._piece("name", k, end)
        if any(t.possessive[k : end - 1]):  # "People's Dawn" keeps its "'s"
            whole = tuple(f"{t.spelt[j]}'s" if t.possessive[j] else t.spelt[j] for j in range(k, end - 1))
            piece = piece._replace(words=(*whole, t.spelt[end - 1]))
        return piece, end

    def _after_nickname(self, k: int) -> int | None:
        """Where a name goes on behind a nickname in quotation marks at ``k``; None: there is none."""
        t = self.t
        if k + 2 >= self.n or t.spelt[k] not in _QUOTES or t.possessive[k - 1]:
            return None
        for end in range(k + 2, min(k + 6, self.n - 1)):
            if t.spelt[end] in _QUOTES:
                words = all(t.spelt[j][0].isalnum() for j in range(k + 1, end))  # no point, no line's end
                beside = words and t.starts[end + 1] == t.ends[end] + 1 and t.starts[k] > t.ends[k - 1]
                return end + 1 if beside and self._nameable(end + 1) and self._entity(end + 1)[0] is None else None
        return None

    def _name_after_particles(self, k: int) -> bool:
        while k < self.n and self.t.folded[k] in lexicon().particles:
            k += 1
        return k < self.n and self._nameable(k)

    def _continues_name(self, k: int) -> bool:
        if self._head(k) is not None or self._is_title(k):
            return False
        alias, end = self._entity(k)
        if alias is None:
            return True
        own = alias.entry.kind == "person" or self.t.folded[k] in self.words.also_names
        return end == k + 1 and alias.usage != "demonym" and own

    def _state_after_form(self, k: int) -> int | None:
        """ "Republic of Ruritania" is Ruritania."""
        if k + 1 < self.n and self.t.folded[k] == "of":
            k += 2 if self.t.folded[k + 1] == "the" else 1
            again = k < self.n and self.t.folded[k] in self.words.forms_of_state
            if k < self.n and not again and self._nameable(k) and self._entity(k)[0] is None:
                return k
        return None

    def _head(self, k: int) -> tuple[Piece, int] | None:
        """A role, an organ or a body that begins at ``k``, with what it is for: "trade and industry minister"."""
        t, words = self.t, self.words
        if t.folded[k] not in _starts_head() and not t.folded[k].partition("-")[2]:
            return None
        after = k + 1 if k + 1 < self.n else k
        beside = after > k and (self._head_kind(after) is not None or t.folded[after] in words.portfolios)
        beside = beside or (after > k and not t.capital[k] and self._nameable(after))
        if t.folded[k] in words.disowning and beside:
            return None
        end = k
        last = None
        while end < self.n and end - k < _MAX_HEAD_WORDS:
            folded = t.folded[end]
            kind = self._head_kind(end)
            if kind is not None:
                other = last is not None and (kind == "role") != (last[1] == "role")
                if last is not None and other and t.folded[last[0]] not in _LEAD_HEADS:
                    break
                last = (end, "body" if last is not None and last[1] == "body" and kind == "organ" else kind)
                if t.possessive[end]:
                    break
            elif not (folded in words.portfolios or folded in words.modifiers):
                joins = folded in {"and", "&"} and end > k and t.folded[end - 1] in words.portfolios
                if not (joins and end + 1 < self.n and t.folded[end + 1] in words.portfolios):
                    break
            elif t.possessive[end]:
                break
            end += 1
        if last is None:
            return None
        return self._finish_head(k, *last)

    def _head_kind(self, k: int) -> PieceKind | None:
        folded, words = self.t.folded[k], self.words
        if self.t.folded[k] in _SHORT_ROLES and not self.t.capital[k]:
            return None
        if folded == "port" and self.t.capital[k] and k + 1 < self.n and self._nameable(k + 1):
            return None  # "Port Sull" is a town
        if folded in words.official or folded in words.own or folded in _SHORT_ROLES:
            return "role"
        if folded in words.organs:
            return "organ"
        if folded in words.bodies:
            return "body"
        prefix, _, rest = folded.partition("-")
        if rest and prefix in _PREFIXES and (rest in words.official or rest in words.own):
            return "role"
        return None

    def _finish_head(self, k: int, head: int, kind: PieceKind) -> tuple[Piece, int]:
        t, words = self.t, self.words
        end = head + 1
        folded = t.folded[head]
        gender = next((words.gendered[f] for f in t.folded[k:end] if f in words.gendered), None)
        prefix, _, rest = folded.partition("-")
        label_words = [f for f in t.folded[k:head] if f not in words.modifiers or f in _TELLING_MODIFIERS] + [folded]
        own = kind == "role" and bool({folded, rest} & words.own or folded in _SHORT_OWN_ROLES)
        if prefix == "ex" and rest:
            own = True
        if not t.possessive[head]:
            after = self._purpose(end, folded, bare=not any(f in words.portfolios for f in t.folded[k:head]))
            if after is not None:
                purpose, end = after
                if folded in {"secretary", "chief", "head"} and purpose[0] in {"state", "staff"}:
                    label_words += ["of", *purpose]
                else:
                    label_words = [*purpose, *label_words]
        plural = folded.endswith(("s", "men", "people")) and not folded.endswith("ss")
        label = normal(" ".join(label_words), words)
        return self._piece(kind, k, end, label=label, own=own, plural=plural, gender=gender), end

    def _purpose(self, k: int, head: str, *, bare: bool) -> tuple[list[str], int] | None:
        """ "of foreign affairs", "for Trade and Industry" after a minister, a ministry and the like."""
        t = self.t
        if k + 1 >= self.n or t.folded[k] not in {"of", "for", "on"} or head not in _WITH_PURPOSE:
            return None
        anything = bare and head in _ALWAYS_WITH_PURPOSE
        j = k + 1
        if t.folded[j] in {"the", "a"}:
            j += 1
        found: list[str] = []
        fresh = True  # an unknown capitalised word may be a purpose only at its beginning: then a name follows
        while j < self.n and len(found) < _MAX_HEAD_WORDS:
            folded = t.folded[j]
            if folded in {"and", "&"} and found and j + 1 < self.n and self._purpose_word(j + 1, anything):
                j, fresh = j + 1, True
                continue
            if not self._purpose_word(j, anything and fresh):
                break
            found.append(folded)
            j, fresh = j + 1, False
            if t.possessive[j - 1]:
                break
        if not found or (j < self.n and not t.possessive[j - 1] and self._head_kind(j) in {"organ", "body"}):
            return None
        return found, j

    def _purpose_word(self, k: int, anything: bool) -> bool:
        if self.t.folded[k] in self.words.portfolios:
            return True
        if self.t.folded[k] in self.words.first_names:
            return False
        return anything and self._nameable(k) and self._entity(k)[0] is None and self._head_kind(k) is None

    def _small(self, k: int) -> tuple[Piece, int]:
        t, folded = self.t, self.t.folded[k]
        if folded == "as" and t.folded[k + 1 : k + 3] == ["well", "as"]:
            return self._piece("and", k, k + 3, label="and"), k + 3
        if folded in {"along", "together"} and t.folded[k + 1 : k + 2] == ["with"]:
            return self._piece("and", k, k + 2, label="and"), k + 2
        return self._piece(_small_kind(folded), k, k + 1, label=folded), k + 1


_ALWAYS_WITH_PURPOSE = frozenset(
    ["minister", "ministers", "ministry", "ministries", "department", "departments", "committee"]
)
_WITH_PURPOSE = _ALWAYS_WITH_PURPOSE | frozenset(
    [
        "secretary",
        "secretaries",
        "chief",
        "commissioner",
        "council",
        "chair",
        "chairman",
        "director",
        "head",
        "state",
        "office",
        "undersecretary",
        "centre",
        "center",
    ]
)


@lru_cache(maxsize=1)
def _starts_head() -> frozenset[str]:
    words = lexicon()
    return (
        words.official
        | words.own
        | words.organs
        | words.bodies
        | words.portfolios
        | words.modifiers
        | frozenset(_SHORT_ROLES)
    )


def normal(label: str, words: Lexicon) -> str:
    """One spelling of a role or an organ: ``foreign affairs ministry`` -> ``foreign ministry``."""
    found = [words.same.get(word, word) for word in label.split()]
    found = [_SHORT_ROLES.get(word, word) for word in found]
    if found[-2:] == ["secretary", "general"]:
        found[-2:] = ["secretary-general"]
    if len(found) > 1:
        found = [word for word in found if word not in {"affairs", "the"}] or found
    return " ".join(found)
