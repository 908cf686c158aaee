"""Quotation marks -> quotations, with exact offsets. One pass over the tokens, a stack of at most four open marks.

Marks are paired inside a paragraph, so that an odd one cannot harm the rest of the article. Speech that runs over
several paragraphs repeats its opening mark at the head of each and closes once; its paragraphs come out as
quotations of their own, linked by ``continues``.
"""

# A rule is a list of cases, each with its own way out: returns and branches are not counted here.

from dataclasses import dataclass, field

from checker.extraction.dialogue import dialogue
from checker.extraction.lexicon import load_words
from checker.extraction.tokens import MARK, NUMBER, WORD, Tokens
from index.records import Span

_MAX_DEPTH = 4
_LOOK = 60  # words of a quotation that are looked at to find a verb
_SENTENCE_MARKS = {",", ".", "?", "!", "…", "...", "—", "–", "--"}
_OPENING = {"“": "”", "«": "»", "‹": "›", "„": "“", "‘": "’", "‚": "‘", "``": "''"}
_CLOSING = {"”", "»", "›", "’"}
_SINGLE = {"'", "‘", "’", "‚"}
# Marks that may close one another: typists mix them.
_FAMILY = {
    '"': "double", "“": "double", "”": "double", "„": "double", "''": "double", "``": "double",
    "«": "angle", "»": "angle", "‹": "inner", "›": "inner",
    "'": "single", "‘": "single", "’": "single", "‚": "single",
}  # fmt: skip
_BEFORE_OPENING = set("([{—–-:/>…*•")
_AFTER_CLOSING = set(".,;:!?)]}—–-…/<*")


@dataclass(slots=True)
class Quote:
    """One quotation. ``first``/``last``: token indices of its marks (``last`` is one past the end where none closes).

    ``start``/``end`` are the offsets of what stands between the marks.
    """

    first: int
    last: int
    start: int
    end: int
    closed: bool = True
    continues: bool = False  # carries on the speech of the paragraph before
    words: int = 0
    speech: bool = (
        True  # a sentence or more; else a fragment of one: a title, a nickname, a scare quote, part of a clause
    )
    inner: list["Quote"] = field(default_factory=list)
    dashed: bool = False  # between dashes, with its speaker behind it: always speech


def find_quotes(tokens: Tokens, paragraphs: list[Span]) -> list[list[Quote]]:
    """For each paragraph (a token range) its outermost quotations in order, nested ones in ``inner``."""
    found: list[list[Quote]] = []
    running: str | None = None  # family of a mark that the last paragraph left open
    for number, (begin, stop) in enumerate(paragraphs):
        following = paragraphs[number + 1][0] if number + 1 < len(paragraphs) else len(tokens)
        quotes, running = _pair(tokens, begin, stop, following, running)
        quotes = _with_dialogue(tokens, begin, stop, quotes)
        for quote in quotes:
            _judge(tokens, quote)
        found.append(quotes)
    return found


def _with_dialogue(tokens: Tokens, begin: int, stop: int, quotes: list[Quote]) -> list[Quote]:
    """Adds the speech between dashes of a paragraph; quotations inside it become its own."""
    spoken = [
        Quote(first, last, tokens.start[first + 1], tokens.end[last - 1], dashed=True)
        for first, last in dialogue(tokens, begin, stop, [(q.first, q.last) for q in quotes])
    ]
    for quote in spoken:
        quote.inner = [q for q in quotes if quote.first < q.first and q.last < quote.last]
    inside = {q.first for quote in spoken for q in quote.inner}
    return sorted([*(q for q in quotes if q.first not in inside), *spoken], key=lambda quote: quote.first)


def _judge(tokens: Tokens, quote: Quote) -> None:
    """Counts the words of a quotation and tells speech from a fragment: speech starts and ends like a sentence."""
    lexicon = load_words()
    count = 0
    opening = ""
    verb = False
    titled = True  # every word has a capital
    for i in range(quote.first + 1, quote.last):
        if tokens.kind[i] in {WORD, NUMBER}:
            count += 1
            opening = opening or tokens.word[i]
            titled = titled and (not tokens.word[i][0].islower() or tokens.low[i] in lexicon.closed)
            if count <= _LOOK and not verb:
                low = tokens.low[i]
                verb = low not in lexicon.nouns_too and (low in lexicon.forms or lexicon.closed.get(low) == "M")
    last = tokens.low[quote.last - 1] if quote.last > quote.first + 1 else ""
    capital = bool(opening) and not opening[0].islower()
    # 'On "Voices of Norland," the minister said' names a broadcast
    ends = last in _SENTENCE_MARKS and not (titled and last == "," and count > 1 and not verb)
    quote.words = count
    quote.speech = count > 0 and (
        quote.dashed
        or (capital and (ends or (verb and count > 3)))
        or (verb and ends and count > 7 and last != ",")
        or count > 40
    )
    for inner in quote.inner:
        _judge(tokens, inner)


def _pair(tokens: Tokens, begin: int, stop: int, following: int, running: str | None) -> tuple[list[Quote], str | None]:
    """Quotations of one paragraph, and the family of the mark that speech going on in the next one must repeat."""
    done: list[Quote] = []
    open_: list[tuple[int, str, list[Quote]]] = []
    continues = False
    marks = [i for i in range(begin, stop) if tokens.kind[i] == MARK]
    if not marks:
        return [], None
    for i in marks:
        mark = tokens.word[i]
        family = _FAMILY[mark]
        opens, closes = _directions(tokens, i, begin, stop, mark)
        level = _open_level(open_, family)
        if mark == "“" and level is not None and tokens.word[open_[level][0]] == "„":
            opens, closes = False, True
        if level is not None and closes and (not opens or open_[-1][1] == family):
            first, _, inner = open_[level]
            del open_[level:]
            quote = Quote(first, i, tokens.end[first], tokens.start[i], inner=inner)
            quote.continues = continues and first == begin
            (open_[-1][2] if open_ else done).append(quote)
        elif opens and len(open_) < _MAX_DEPTH and (level is None or mark in _SINGLE or mark in _OPENING):
            if i == begin and running == family:
                continues = True
            if level is not None and family != "single":
                del open_[level:]  # the same mark opens again: the first one was never closed
            open_.append((i, family, []))
    return _settle(tokens, begin, stop, following, done, open_, continues)


def _settle(
    tokens: Tokens,
    begin: int,
    stop: int,
    following: int,
    done: list[Quote],
    open_: list[tuple[int, str, list[Quote]]],
    continues: bool,
) -> tuple[list[Quote], str | None]:
    """What to do with a mark that nothing closes: speech that goes on in the next paragraph, or a slip of the pen."""
    if not open_:
        return done, None
    first, family, inner = open_[0]
    if family == "single" or stop - first < 4:
        return done + inner, None
    follows = _mark_at(tokens, following)
    runs_on = follows is not None and _FAMILY[follows] == family
    before = tokens.low[first - 1] if first > begin else ":"
    if not (runs_on or first == begin or before in {":", ","}):
        return done + inner, None
    quote = Quote(first, stop, tokens.end[first], tokens.end[stop - 1], closed=False, inner=inner)
    quote.continues = continues and first == begin
    return [*done, quote], family if runs_on else None


def _mark_at(tokens: Tokens, i: int) -> str | None:
    """The opening mark with which a paragraph begins."""
    if i < len(tokens) and tokens.kind[i] == MARK and tokens.word[i] not in _CLOSING:
        return tokens.word[i]
    return None


def _open_level(open_: list[tuple[int, str, list[Quote]]], family: str) -> int | None:
    for level in range(len(open_) - 1, -1, -1):
        if open_[level][1] == family:
            return level
    return None


def _directions(tokens: Tokens, i: int, begin: int, stop: int, mark: str) -> tuple[bool, bool]:
    """Whether the mark at ``i`` may open, and whether it may close, judged by its two neighbours."""
    text = tokens.text
    before = text[tokens.start[i] - 1] if i > begin and tokens.start[i] > 0 else " "
    after = text[tokens.end[i]] if tokens.end[i] < len(text) else " "
    glued_before = not before.isspace()
    glued_after = not after.isspace()
    if mark in {"“", "«", "‹", "„", "``", "‚"}:
        return True, mark == "“" and glued_before and not glued_after
    if mark in {"”", "»", "›"}:
        return (mark != "”" or i == begin) and not glued_before and glued_after, True
    if mark == "‘":
        return glued_after, False
    opens = (
        glued_after and (not glued_before or before in _BEFORE_OPENING or _is_mark(before)) and after not in ".,;)]}"
    )
    closes = glued_before and (not glued_after or after in _AFTER_CLOSING or _is_mark(after))
    if mark in {"'", "’"}:
        closes = closes and not _possessive(tokens, i, stop)
        return opens and mark == "'" and _pairs_up(tokens, i, stop), closes
    if not glued_before and not glued_after:
        return False, True
    if not opens and not closes:
        # glued on both sides or on neither: 'said:"We' opens, 'end."He' closes
        closes = glued_before and before in ".,!?…"
        opens = not closes
        return opens, True
    return opens, closes


def _is_mark(char: str) -> bool:
    return char in "\"“”«»‘’'„"


def _possessive(tokens: Tokens, i: int, stop: int) -> bool:
    """Whether the mark at ``i`` only ends "the ministers' own": a word goes on, and another mark closes later."""
    text = tokens.text
    at = tokens.end[i]
    if text[tokens.start[i] - 1] != "s" or text[at : at + 1] != " " or not text[at + 1 : at + 2].islower():
        return False
    for j in range(i + 1, min(stop, i + 60)):
        if tokens.kind[j] == MARK and tokens.word[j] in _SINGLE:
            before, after = text[tokens.start[j] - 1], text[tokens.end[j] : tokens.end[j] + 1]
            return not before.isspace() and not after.isalnum() and tokens.word[j] != "‘"
    return False


def _pairs_up(tokens: Tokens, i: int, stop: int) -> bool:
    """Whether a straight single mark that may open has one nearby that may close; else it is an apostrophe ('90s)."""
    text = tokens.text
    for j in range(i + 1, min(stop, i + 120)):
        if tokens.kind[j] == MARK and tokens.word[j] in {"'", "’"}:
            before = text[tokens.start[j] - 1]
            after = text[tokens.end[j]] if tokens.end[j] < len(text) else " "
            if not before.isspace() and not after.isalnum():
                return not (
                    before == "s" and after == " " and text[tokens.end[j] + 1 : tokens.end[j] + 2].islower()
                ) or (text[tokens.end[i]].islower() and j - i < 8)
        elif tokens.kind[j] == WORD and j - i > 100:
            break
    return False
