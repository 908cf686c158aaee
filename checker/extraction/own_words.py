"""Documents that are an actor's own words: releases, speeches, briefings with speaker turns, interviews.

For each paragraph (and each turn inside one) it says whose voice it is: an actor's, a reporter's who asks, or, in
ordinary news, nobody's. A paper that is given as the speaker is no link of a chain, and what it retells is not its own.
"""

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from typing import Literal

from checker.extraction.actors import Cast
from checker.extraction.lexicon import load_sets
from checker.extraction.registry import slug
from index.records import Actor, Article, Span

_GAP = "[ \\t\u00a0]"
_CAPITALS = r"[A-Z][A-Z.'’-]*[A-Z.]"
_NAME = r"[^\W\d_a-z][\w.'’-]*"
_LINK = r"(?:of|the|for|and|de|van|von|al|bin)"
_HEAD = rf"(?:^{_GAP}{{0,9}}|(?<=[.?!…)*\]—]{_GAP})|(?<=[AP]\.M\.{_GAP})|(?<=\b[ECPM][DES]T{_GAP}))"
_COLON = rf"(?:{_GAP}?[\[(][^\[\]():\n]{{1,60}}[\])])?:(?=\s|$|…|\.\.\.|[\[(])"
# "MS. PSAKI:", "Vladimir Putin (in English):" at the head of a line or after the end of a sentence; "Q" there too.
_TURN = re.compile(
    rf"{_HEAD}(?P<label>(?P<capitals>(?:{_CAPITALS}{_GAP}){{0,6}}{_CAPITALS}){_COLON}"
    rf"|(?P<q>Q|Q\.|Question|QUESTION|Reporter|REPORTER|Journalist|Moderator|MODERATOR)(?::|{_GAP}{{1,9}}(?=[A-Z“\"(—]))"
    rf"|(?P<title>(?:{_NAME}{_GAP}(?:{_LINK}{_GAP}){{0,2}}){{1,8}}{_NAME}){_COLON})",
    re.MULTILINE,
)
_CLOCK = re.compile(
    rf"^(?:[AP]\.M\.{_GAP}*)?(?:(?:E[SD]T|C[SDE]+T|P[SD]T|M[SD]T|GMT|BST|MSK|EET|ET|PT|LOCAL)\b\.?{_GAP}*)?"
)
_AUTHORED = re.compile(
    r"\b(?:[Aa]ddress|[Ss]peech|[Aa]rticle|[Rr]emarks|[Ss]tatement|[Mm]essage) "
    r"(?:by|of|from) (?P<who>[^\"“”:;,()]{4,80})"
)
DIRECTION = re.compile(r"[\[(][^\[\]()]{0,80}[\])]\.?")
Role = Literal["narrator", "actor", "question"]


@dataclass(frozen=True, slots=True)
class Voice:
    """Whose words the text from ``start`` on is. ``label``: the span of the turn's label, which ends at ``body``."""

    start: int
    body: int
    role: Role
    actor: Actor | None
    label: Span | None
    name: str = ""


class Voices:
    """Looks up the voice at an offset."""

    def __init__(self, voices: list[Voice]) -> None:
        self._voices = voices
        self._starts = [v.start for v in voices]

    def at(self, offset: int) -> Voice:
        """The voice of the text at ``offset``."""
        return self._voices[max(0, bisect_right(self._starts, offset) - 1)]

    def starts(self) -> list[int]:
        """Offsets at which a new turn begins, and where its words begin after the label."""
        return [edge for v in self._voices[1:] for edge in (v.start, v.body)]


def voices(article: Article, cast: Cast) -> Voices:
    """The voices of an article, the first from offset 0."""
    author = _named_in_title(article.title or "", cast) or cast.author
    base = Voice(0, 0, "narrator" if author is None else "actor", author, None, author.name if author else "")
    turns = [(m, span) for m in _TURN.finditer(article.text) if (span := _label(m)) is not None]
    names = Counter(article.text[a:b].lower() for _, (a, b) in turns)
    if author is None and not _looks_like_transcript(article.text, names):
        return Voices([base])
    found = [base]
    known: dict[str, Actor | None] = {}
    for match, span in turns:
        name = " ".join(article.text[span[0] : span[1]].split())
        low = name.lower()
        if low in load_sets()["askers"]:
            found.append(Voice(span[0], match.end(), "question", None, span, name))
            continue
        if low not in known:
            known[low] = _spouse(name, article) or _speaker(name, span[0], cast)
        actor = known[low]
        if actor is not None and author is not None and actor.id == author.id:
            actor = author  # a label tells less of its speaker than the document does
        if not match["q"] and names[low] < 2 and not _is_credible(actor, article.text, match):
            continue
        found.append(Voice(span[0], match.end(), "actor", actor or Actor(slug(name) or "speaker", name), span, name))
    return Voices(found)


def _is_credible(actor: Actor | None, text: str, match: re.Match[str]) -> bool:
    """Whether a name that stands before a colon only once speaks there. In capitals right before its colon, or right at
    the head of a line with nothing else about it, it does. Else it must be known; with a bracket or behind a blank it
    must speak for a known side, too: "Next Steps (2024):" is a heading."""
    start, end = match.span("title") if match["title"] else match.span("capitals")
    plain = text[end : end + 2].rstrip() == ":"
    if (match["capitals"] and text[end] == ":") or (plain and (start == 0 or text[start - 1] == "\n")):
        return True
    indented = not text[text.rfind("\n", 0, start) + 1 : start].strip()
    return actor is not None and ((plain and not indented) or actor.side not in (None, actor.id))


def _label(match: re.Match[str]) -> Span | None:
    """The span of a turn's name without the clock time before it; None where it is a heading."""
    start = match.start("label")
    label = match["q"] or match["capitals"] or match["title"]
    if not match["q"]:
        clock = _CLOCK.match(label)
        skipped = clock.end() if clock is not None else 0
        start, label = start + skipped, label[skipped:]
    plain = label.lower()
    if len(label) > 90 or not label or plain in load_sets()["no_speakers"] or plain.startswith("dear "):
        return None  # "Dear Mr. Speaker:" is whom a letter goes to
    return (start, start + len(label)) if match["q"] or len(label) > 2 else None


def _looks_like_transcript(text: str, names: Counter[str]) -> bool:
    """In news a label now and then is a heading; a transcript changes speakers all the time."""
    total = sum(names.values())
    return total >= 3 and len(names) < total and len(text) / total < 4000


def _named_in_title(title: str, cast: Cast) -> Actor | None:
    """Who speaks in a publisher's "Address by President Mara Quist": one of the publisher's own, in his own words."""
    found = _AUTHORED.search(title)
    if found is None or cast.author is None:
        return None
    named = cast.resolve(found["who"], -1)
    own = (
        bool(named) and named[0].shares_side_with(cast.author) and named[0].id not in {cast.author.id, cast.author.side}
    )
    return named[0] if own else None


def _spouse(name: str, article: Article) -> Actor | None:
    """The first lady of a label, by the full name that the title or the text gives: she is not the president."""
    title, _, surname = name.rpartition(" ")
    if not title.lower().endswith("first lady"):
        return None
    pattern = re.compile(rf"First Lady (?:Dr\. )?((?:[A-Z][\w.'’-]+ ){{1,2}}{re.escape(surname)})\b", re.IGNORECASE)
    found = pattern.search(article.title or "") or pattern.search(article.text)
    full = " ".join(map(str.capitalize, (found[1] if found is not None else name).split()))
    return Actor(slug(full) or "first-lady", full)


def _speaker(name: str, start: int, cast: Cast) -> Actor | None:
    """The actor whom a label names, in capitals or not; None where nobody, or several."""
    readable = " ".join(word.capitalize() for word in name.split()) if name.isupper() else name
    found = cast.resolve(readable, start) or cast.resolve(name, start)
    if not found:
        return None
    actor = found[-1]
    return (
        Actor(actor.id, " ".join(map(str.capitalize, actor.name.split())), actor.side)
        if actor.name.isupper()
        else actor
    )
