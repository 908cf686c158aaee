"""Paragraphs and sentences with exact offsets.

Own code instead of sentencex, which gives text without offsets and knows nothing of our quotations: here a quotation
is one item of the sentence around it, so that '"Go! Now!" he said.' is one sentence. The sentences inside a quotation
are found by the same function one level down.
"""

# A rule is a list of cases, each with its own way out: returns and branches are not counted here.

from checker.extraction.tags import Stream
from checker.extraction.tokens import NEWLINE, Tokens
from index.records import Span

_WRAPPED = range(45, 101)  # characters a line, where lines are broken by hand or by a mail program
_ENDS = {".", "?", "!"}
_MAX_ITEMS = 300  # a longer "sentence" is a list or a table; cut so that no step is quadratic


def paragraphs(tokens: Tokens) -> list[Span]:
    """Token ranges of the paragraphs. A line end inside a hand-wrapped paragraph does not end it."""
    ranges = []
    begin = 0
    for i, kind in enumerate(tokens.kind):
        if kind == NEWLINE and not _wraps(tokens, i):
            if i > begin:
                ranges.append((begin, i))
            begin = i + 1
    if begin < len(tokens):
        ranges.append((begin, len(tokens)))
    return ranges


def _wraps(tokens: Tokens, i: int) -> bool:
    """Whether the line end at ``i`` is only for the eye: one newline, lines of one width, no end of sentence."""
    text = tokens.text
    if (
        i == 0
        or i + 1 >= len(tokens)
        or tokens.end[i] - tokens.start[i] > 2
        or text.count("\n", *_span(tokens, i)) != 1
    ):
        return False
    if tokens.word[i + 1][0].islower() and tokens.low[i - 1] not in _ENDS:
        return True
    here = tokens.start[i]
    before = here - 1 - text.rfind("\n", max(0, here - 102), here)
    after = text.find("\n", tokens.end[i], tokens.end[i] + 102) - tokens.end[i]
    return before in _WRAPPED and after in range(1, 101) and before + len(tokens.word[i + 1]) > 68 and after > 20


def _span(tokens: Tokens, i: int) -> Span:
    return tokens.start[i], tokens.end[i]


def sentences(stream: Stream) -> list[Span]:
    """Item ranges of the sentences of a stream, in order, without gaps."""
    ranges = []
    begin = 0
    count = len(stream)
    i = 0
    while i < count:
        end = _ends_after(stream, i)
        if end or i + 1 - begin >= _MAX_ITEMS:
            stop = max(end, i + 1)
            ranges.append((begin, stop))
            begin = i = stop
        else:
            i += 1
    if begin < count:
        ranges.append((begin, count))
    return ranges


def _ends_after(s: Stream, i: int) -> int:
    """The item at which the next sentence begins if one ends at item ``i``, else 0."""
    low = s.low[i]
    tag = s.tag[i]
    count = len(s)
    if tag == ".":
        stop = i + 1
        while stop < count and s.low[stop] in {".", "?", "!", ")", "]"}:
            stop += 1
        if stop >= count:
            return stop
        if s.start[stop] == s.end[stop - 1] and (s.word[stop][0].isdigit() or s.word[stop][0].islower()):
            return 0  # "BA.2", "state.gov"
        if low == "…" or low.startswith(".."):
            return stop if _starts_sentence(s, stop) and s.tag[stop] != "Q" else 0
        return stop if _starts_sentence(s, stop) else 0
    if tag in "QF":
        quote = s.quote[i]
        last = s.tokens.low[quote.last - 1] if quote is not None else ""
        if last in _ENDS or last in {"…", "..."}:
            if i + 1 >= count:
                return count
            if not _starts_sentence(s, i + 1):
                return 0
            if _says_only(s, i + 1):
                return 0
            if last == "." or (tag == "Q" and not _names_speaker(s, i + 1)):
                return i + 1
        return 0
    if tag == "B" or s.abbreviated[i]:
        nxt = i + 1
        ends = (
            s.abbreviated[i]
            and nxt < count
            and (s.tag[nxt] == "Q" or (s.word[nxt][:1].isupper() and s.tag[nxt] in "DOSIRMWbC"))
        )
        return nxt if ends else 0
    return 0


def _starts_sentence(s: Stream, i: int) -> bool:
    first = s.word[i][:1]
    return s.tag[i] in "QF(" or not (first.islower() or first in ",;:")


def _says_only(s: Stream, i: int) -> bool:
    """Whether '"We will go." Brandt said.' goes on with nothing but its speaker: a full stop set for a comma."""
    for j in range(i, min(i + 6, len(s))):
        if s.tag[j] == "V":
            return j > i and s.low[j] in {"said", "says", "added", "wrote"} and s.tag[j + 1 : j + 2] == ["."]
        if s.tag[j] not in "PNO":
            return False
    return False


def _names_speaker(s: Stream, i: int) -> bool:
    """Whether what follows '...!"' is 'Name said' rather than a new sentence."""
    stop = min(i + 14, len(s))
    for j in range(i, stop):
        if s.tag[j] == "V":
            after = s.tag[j + 1] if j + 1 < len(s) else "."
            addressed = s.low[j] in {"asked", "told", "asks", "tells"} and after in "PNDAO"
            return s.cue_verb(j) and (after in ".,I:TRS" or addressed)
        if s.tag[j] not in "PNDAOf'R,#IC":
            return False
    return False
