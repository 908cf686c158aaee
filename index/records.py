"""The records that every room passes to the next. Frozen, slotted, plain data; derived values are properties.

Offsets are Python character offsets into ``Article.text``, half open: ``text[start:end]``.
Dates are ISO 8601 strings (``YYYY-MM-DD``), as they appear in every output.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, Self, TypeAlias, get_args

from index.errors import InputError

Span: TypeAlias = tuple[int, int]
Spans: TypeAlias = tuple[Span, ...]
Window: TypeAlias = tuple[str | None, str | None]  # first and last day, inclusive; None: open on that side

Kind: TypeAlias = Literal["direct", "indirect", "mixed"]
Stance: TypeAlias = Literal["asserts", "denies", "accuses", "demands", "promises", "warns", "asks", "concedes"]
Polarity: TypeAlias = Literal[1, -1]
VerdictKind: TypeAlias = Literal["contradiction", "superseded", "compatible", "unrelated", "uncertain"]

COPY_MIN_WORDS = 6
"""Fewer words are said again by chance: "these are unfounded accusations"."""

KINDS: tuple[Kind, ...] = get_args(Kind)
STANCES: tuple[Stance, ...] = get_args(Stance)
VERDICTS: tuple[VerdictKind, ...] = get_args(VerdictKind)


_STRAIGHT = str.maketrans("‘’“”", "''\"\"")


def digest(*parts: str) -> str:
    """16 hexadecimal digits that name ``parts``: the first 64 bits of their SHA-256, parts kept apart."""
    joined = "\x1f".join(parts)
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).casefold())


def _without_looks(text: str) -> str:
    # NFC, not NFKC, which makes 102 of "10²".
    straight = unicodedata.normalize("NFC", text).translate(_STRAIGHT)
    return " ".join(straight.casefold().split())


@dataclass(frozen=True, slots=True)
class Article:
    """One published document, exactly as it was read."""

    id: str
    text: str
    title: str | None = None
    date: str | None = None
    source: str | None = None
    url: str | None = None
    speaker: str | None = None

    @property
    def day(self) -> str | None:
        """The calendar day of ``date`` (``YYYY-MM-DD``); None where the date names no day."""
        return self.date[:10] if self.date and len(self.date) >= 10 else None

    @property
    def sha256(self) -> str:
        """Names this version of the article: any changed field is another version."""
        body = json.dumps([getattr(self, f.name) for f in fields(self)], ensure_ascii=True)
        return hashlib.sha256(body.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Actor:
    """Who speaks. ``id`` is canonical, ``name`` is for people, ``side`` the last actor reached by speaks-for links.

    ``side`` is None where it is not known: such an actor differs from everybody but itself.
    """

    id: str
    name: str
    side: str | None = None

    @property
    def is_side(self) -> bool:
        """Whether others speak for it and it for nobody, as a state does, or an alliance."""
        return self.side == self.id

    def shares_side_with(self, other: "Actor") -> bool:
        """Whether the two speak for the same side; who has no known one is a side of his own. One person stays on his
        own side, in office and out of it."""
        return self.id == other.id or (self.side or self.id) == (other.side or other.id)


@dataclass(frozen=True, slots=True)
class Link:
    """One step of a chain: who says it, by which words, with what stance. ``actor`` is a canonical id."""

    actor: str | None
    name: str
    cue: str
    stance: Stance


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of content by one actor in one article.

    Identity is the article's id and the character spans, never the text: the same words said twice are two
    statements. A claim that a user types is a statement without article, chain and spans (:meth:`claim`).
    """

    article: str
    attribution: str
    actor: Actor | None
    chain: tuple[Link, ...]
    source_spans: Spans
    cue_spans: Spans
    content_spans: Spans
    content: str
    proposition: str
    kind: Kind = "direct"
    stance: Stance = "asserts"
    polarity: Polarity = 1
    hypothetical: bool = False
    checkable: bool = True
    date: str | None = None
    window: Window | None = None
    parent: str | None = None
    answers: str | None = None

    @property
    def id(self) -> str:
        """The statement's id: 16 hexadecimal digits of its article and spans."""
        return statement_id(self.article, self.source_spans, self.cue_spans, self.content_spans)

    @property
    def copy_key(self) -> str | None:
        """Equal for statements in which one actor says the same words in the same sense, wherever they stand; None
        where the words are too few to tell wire copy from two who say the same."""
        words = _words(self.content)
        return None if len(words) < COPY_MIN_WORDS else digest(*self._sense, *words)

    @property
    def saying(self) -> str:
        """Equal for statements in which one actor says the same and means the same by it. Marks count: "-5" is not "5",
        nor "$5" "€5"; only case, blanks and the shape of quotation marks do not."""
        return digest(*self._sense, _without_looks(self.content), _without_looks(self.proposition))

    @property
    def _sense(self) -> tuple[str, str, str]:
        who = self.actor.id if self.actor is not None else self.chain[-1].name.casefold() if self.chain else ""
        return who, str(self.polarity), str(self.hypothetical)

    @property
    def attributed(self) -> bool:
        """Whether it comes from an article, or anything is known of who said it; False for a bare sentence."""
        return bool(self.chain) or bool(self.content_spans) or self.actor is not None

    def is_another_day_of_one_actor(self, other: "Statement") -> bool:
        """Whether one actor is known to speak on two days: a change of mind takes time, what was said on one day is one
        position, and one speech is reported in many words."""
        own = self.actor is not None and other.actor is not None and self.actor.id == other.actor.id
        return own and self.date is not None and other.date is not None and self.date[:10] != other.date[:10]

    @classmethod
    def claim(cls, text: str, *, actor: Actor | None = None, date: str | None = None, id: str = "") -> Self:
        """A bare claim, as typed by a user or read from a file of pairs."""
        return cls(
            article=id,
            attribution="",
            actor=actor,
            chain=(),
            source_spans=(),
            cue_spans=(),
            content_spans=(),
            content=text,
            proposition=text,
            date=date,
        )

    def to_json(self) -> dict[str, Any]:
        """The object of docs/formats.md, keys in its order."""
        return {
            "statement": self.id,
            "article": self.article,
            "attribution": self.attribution,
            "actor": None if self.actor is None else _as_dict(self.actor),
            "chain": [_as_dict(link) for link in self.chain],
            "source_spans": [list(s) for s in self.source_spans],
            "cue_spans": [list(s) for s in self.cue_spans],
            "content_spans": [list(s) for s in self.content_spans],
            "content": self.content,
            "proposition": self.proposition,
            "kind": self.kind,
            "stance": self.stance,
            "polarity": self.polarity,
            "hypothetical": self.hypothetical,
            "checkable": self.checkable,
            "date": self.date,
            "window": None if self.window is None else list(self.window),
            "parent": self.parent,
            "answers": self.answers,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Reads what :meth:`to_json` writes; absent keys take their defaults, so that hand-written pairs work.

        :raises InputError: a value is not of the form that docs/formats.md gives.
        """
        content = _text(data, "content") or _text(data, "proposition") or ""
        return cls(
            article=_text(data, "article") or "",
            attribution=_text(data, "attribution") or "",
            actor=_actor(data.get("actor")),
            chain=tuple(_link(link) for link in _list(data, "chain")),
            source_spans=_spans(data, "source_spans"),
            cue_spans=_spans(data, "cue_spans"),
            content_spans=_spans(data, "content_spans"),
            content=content,
            proposition=_text(data, "proposition") or content,
            kind=_one_of(data, "kind", KINDS, "direct"),
            stance=_one_of(data, "stance", STANCES, "asserts"),
            polarity=_one_of(data, "polarity", (1, -1), 1),
            hypothetical=bool(data.get("hypothetical", False)),
            checkable=bool(data.get("checkable", True)),
            date=_text(data, "date"),
            window=_window(data.get("window")),
            parent=_text(data, "parent"),
            answers=_text(data, "answers"),
        )


def as_read(statement: Statement) -> str:
    """Names what a reader sees: who says what. A better date or window changes nothing of it."""
    actor = "" if statement.actor is None else statement.actor.id
    return digest(statement.content, statement.proposition, actor)


def statement_id(article: str, source_spans: Spans, cue_spans: Spans, content_spans: Spans) -> str:
    """Identity of a statement: its article and where its source, cue and content stand in it."""
    return digest(article, repr(source_spans), repr(cue_spans), repr(content_spans))


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim and a statement that may contradict it. ``similarity`` is the cosine of their propositions.

    ``answered`` is the statement that ``statement`` denies, where its article tells.
    """

    claim: Statement
    statement: Statement
    similarity: float
    answered: Statement | None = None


@dataclass(frozen=True, slots=True)
class Probabilities:
    """What a judge says of two texts, before anything is known of who said them. Sums to 1."""

    contradiction: float
    entailment: float
    neutral: float

    @property
    def margin(self) -> float:
        """How much more probable contradiction is than entailment, in [-1, 1]: negative for an echo."""
        return self.contradiction - self.entailment


@dataclass(frozen=True, slots=True)
class Verdict:
    """What we hold of a pair. ``score`` is the calibrated probability that the two contradict."""

    kind: VerdictKind
    score: float
    probabilities: Probabilities
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rebuttal:
    """A judged pair, with all that an editor needs to see. ``appearances`` are ids of other articles that carry it."""

    rank: int
    pair: Pair
    verdict: Verdict
    article: Article
    appearances: tuple[str, ...] = ()


def _as_dict(record: Actor | Link) -> dict[str, Any]:
    return {f.name: getattr(record, f.name) for f in fields(record)}


def _text(data: Mapping[str, Any], key: str) -> str | None:
    value = data.get(key)
    if value is not None and not isinstance(value, str):
        raise InputError(f"'{key}' must be a string, not {value!r:.40}", reason="bad-statement")
    return value


def _list(data: Mapping[str, Any], key: str) -> list[Any]:
    value = data.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise InputError(f"'{key}' must be a list, not {value!r:.40}", reason="bad-statement")
    return value


def _spans(data: Mapping[str, Any], key: str) -> Spans:
    spans = []
    for span in _list(data, key):
        if not (isinstance(span, list | tuple) and len(span) == 2 and all(isinstance(x, int) for x in span)):
            raise InputError(f"'{key}' must hold [start, end] pairs, not {span!r:.40}", reason="bad-statement")
        spans.append((span[0], span[1]))
    return tuple(spans)


def _window(value: Any) -> Window | None:
    if value is None:
        return None
    pair = isinstance(value, list | tuple) and len(value) == 2
    if not (pair and all(v is None or isinstance(v, str) for v in value)):
        raise InputError(f"'window' must be [from, to], not {value!r:.40}", reason="bad-statement")
    return (value[0], value[1])


def _actor(value: Any) -> Actor | None:
    if value is None:
        return None
    if isinstance(value, str):
        return Actor(id=value, name=value)
    if not isinstance(value, Mapping) or not isinstance(value.get("id"), str):
        raise InputError(f"'actor' must be an object with an 'id', not {value!r:.40}", reason="bad-statement")
    return Actor(id=value["id"], name=_text(value, "name") or value["id"], side=_text(value, "side"))


def _link(value: Any) -> Link:
    if not isinstance(value, Mapping):
        raise InputError(f"'chain' must hold objects, not {value!r:.40}", reason="bad-statement")
    actor = _text(value, "actor")
    return Link(
        actor=actor,
        name=_text(value, "name") or actor or "",
        cue=_text(value, "cue") or "",
        stance=_one_of(value, "stance", STANCES, "asserts"),
    )


def _one_of(data: Mapping[str, Any], key: str, allowed: tuple[Any, ...], default: Any) -> Any:
    value = data.get(key, default)
    if value not in allowed:
        choices = ", ".join(map(str, allowed))
        raise InputError(f"'{key}' must be one of {choices}, not {value!r:.40}", reason="bad-statement")
    return value
