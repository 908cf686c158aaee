"""Documents that are an actor's own words: releases, speeches, briefings with speaker turns, interviews.

For each paragraph (and each turn inside one) it says whose voice it is: an actor's, a reporter's who asks, or, in
ordinary news, nobody's.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Literal

from checker.extraction.actors import Cast
from index.records import Actor, Article, Span

_NAME = r"[^\W\d_][\w.'’-]*"
_CAPITALS = r"[A-Z][A-Z.'’-]*[A-Z.]"
# "MS. PSAKI:", "PRESIDENT MACRON:", "SECRETARY BLINKEN:" anywhere; "Q" at a line's head; "Vladimir Putin:" there too.
_TURN = re.compile(
    rf"(?P<capitals>(?<![\w.])(?:{_CAPITALS}[ \t]){{0,4}}{_CAPITALS}):(?=\s|$)"
    rf"|^(?P<q>Q|Q\.|Question|QUESTION|Reporter|Journalist|Moderator)(?::|[ \t\u00a0]{{2,}}|[ \t](?=[A-Z]))"
    rf"|^(?P<title>(?:{_NAME}[ \t]){{1,5}}{_NAME}):(?=\s|$)",
    re.MULTILINE,
)
_ASKERS = {
    "q", "q.", "question", "reporter", "journalist", "moderator", "the press", "press", "remark", "retort",
    "participant",
}  # fmt: skip
_NO_SPEAKER = {
    "READ MORE",
    "WATCH",
    "RELATED",
    "UPDATE",
    "BREAKING",
    "NOTE",
    "WASHINGTON",
    "NEW YORK",
    "LONDON",
    "FACT SHEET",
    "PHOTO",
    "VIDEO",
    "MORE",
    "SEE ALSO",
    "P.M",
    "A.M",
}
DIRECTION = re.compile(r"[\[(](?:[^\[\]()]{0,80})[\])]\.?")
Role = Literal["narrator", "actor", "question"]


@dataclass(frozen=True, slots=True)
class Voice:
    """Whose words the text from ``start`` on is. ``label``: the span of the turn's label, if there is one."""

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
        return self._voices[max(0, bisect_right(self._starts, offset) - 1)]

    @property
    def transcript(self) -> bool:
        return len(self._voices) > 1

    def starts(self) -> list[int]:
        """Offsets at which a new turn begins, and where its words begin after the label."""
        return [edge for v in self._voices[1:] for edge in (v.start, v.body)]


def voices(article: Article, cast: Cast) -> Voices:
    """The voices of an article, the first from offset 0."""
    author = cast.author
    base = Voice(0, 0, "narrator" if author is None else "actor", author, None, author.name if author else "")
    labels = list(_TURN.finditer(article.text))
    turns = [m for m in labels if _is_label(m)]
    if len(turns) < 2 or (author is None and not _looks_like_transcript(article.text, turns)):
        return Voices([base])
    found = [base]
    known: dict[str, Actor | None] = {}
    for match in turns:
        name = " ".join(match.group().rstrip(": \t\u00a0").split())
        span = (match.start(), match.start() + len(match.group().rstrip(": \t\u00a0")))
        if name.lower() in _ASKERS:
            found.append(Voice(match.start(), match.end(), "question", None, span, name))
            continue
        if name not in known:
            known[name] = _speaker(name, match.start(), cast)
        found.append(Voice(match.start(), match.end(), "actor", known[name], span, name))
    return Voices(found)


def _is_label(match: re.Match[str]) -> bool:
    name = match.group().rstrip(": \t\u00a0")
    if match["q"]:
        return True
    if match["title"]:
        return (
            all(word[0].isupper() or word in {"of", "the", "de", "van", "von", "al", "bin"} for word in name.split())
            and len(name) < 60
        )
    return (
        name not in _NO_SPEAKER and len(name) > 2 and not any(name.startswith(word + " ") for word in ("READ", "WATCH"))
    )


def _looks_like_transcript(text: str, turns: list[re.Match[str]]) -> bool:
    """In news a label now and then is a heading; a transcript changes speakers all the time."""
    names = {m.group() for m in turns}
    return len(turns) >= 3 and len(names) < len(turns) and len(text) / len(turns) < 4000


def _speaker(name: str, start: int, cast: Cast) -> Actor | None:
    readable = name.title() if name.isupper() else name
    found = cast.resolve(name, start) or cast.resolve(readable, start)
    return found[0] if len(found) == 1 else None
