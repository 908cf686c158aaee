"""Sources: the noun phrase that does what a cue says, with its titles and appositives. Item ranges of a stream."""

# A rule is a list of cases, each with its own way out: returns and branches are not counted here.

from checker.extraction.lexicon import load_sets, load_words
from checker.extraction.tags import Stream
from index.records import Span

_PHRASE = "DANP#'fI"  # tags inside a noun phrase with its prepositional phrases
_HEADS = "NPA#O'"
_OBJECTS = {"him", "them", "us", "me", "himself", "herself", "itself", "themselves", "there"}
_REACH = 60  # items that a noun phrase with its appositives may span
_POSTMODIFIERS = {"for", "from", "at", "with", "in", "on", "to", "against", "by", "who"}


def left(s: Stream, lo: int, end: int) -> Span | None:
    """The noun phrase that ends right before item ``end``, or before the parenthetical that ends there."""
    if end <= lo:
        return None
    last = end - 1
    if s.tag[last] in ",-":
        return _around_parenthetical(s, lo, last)
    if s.tag[last] == "T" or (s.tag[last] == "#" and last > lo and s.low[last - 1] == "in"):
        return _simple(s, lo, _before_day(s, lo, last))  # "Brandt on Friday", "who in 2010"
    return _simple(s, lo, end)


def _before_day(s: Stream, lo: int, last: int) -> int:
    """Where the phrase before a day ends: "The Alliance on Thursday accused", "The court Monday ruled"."""
    i = last
    while i > lo and s.tag[i] in "T#":
        i -= 1
    return i if s.tag[i] == "I" and s.low[i] in {"on", "in", "since"} else i + 1


def _simple(s: Stream, lo: int, end: int) -> Span | None:
    """The noun phrase that ends right before ``end``: back over its words, then forward past what is not its own."""
    last = end - 1
    if last < lo:
        return None
    if s.tag[last] == ")":
        opening = _opening(s, lo, last)
        if opening is None or opening <= lo:
            return None
        before = _simple(s, lo, opening)
        return (before[0], end) if before else None
    tag = s.tag[last]
    if s.low[last] in {"all", "both", "each"} and last > lo and s.tag[last - 1] in "NP":
        return _simple(s, lo, last)  # "Norland, Meridor and their allies all say"
    if tag == "O":
        if s.low[last].endswith(("self", "selves")) and last > lo and s.tag[last - 1] in "NP":
            whole = _simple(s, lo, last)  # "Brandt herself"
            return None if whole is None else (whole[0], end)
        if s.low[last] not in _OBJECTS:
            return (last, end)
        if last <= lo or s.tag[last - 1] not in "If":
            return None  # "him" alone is no subject; "a source close to him" is
    if tag == "W":
        return (last, end) if s.low[last] in {"who", "which", "whoever"} else None
    if tag == "t" and last > lo and s.tag[last - 1] in "NP":
        return (last, end)
    if tag == "D" and s.low[last] in load_sets()["alone"]:
        return (last, end)
    if tag not in _HEADS:
        return None
    first = _back(s, lo, last)
    first = _own(s, first, end)
    return (first, end) if first < end else None


def _back(s: Stream, lo: int, last: int) -> int:
    """The leftmost item that may belong to the phrase which ends with ``last``."""
    i = last
    stop = max(lo, last - _REACH)
    while i > stop:
        tag = s.tag[i - 1]
        if tag in _PHRASE:
            i -= 1
        elif tag == ")":
            opening = _opening(s, lo, i - 1)
            if opening is None:
                break
            i = opening
        elif (tag == "C" and i - 1 > lo and _coordinates(s, lo, i - 1)) or (
            tag == "," and i - 1 > lo and _lists(s, lo, i - 1, last)
        ):
            i -= 1
        elif tag == "O" and s.tag[i] in "If" and s.low[i - 1] not in _OBJECTS:
            i -= 1
            break
        elif tag == "G" and s.tag[i] in "NAP" and i - 1 > stop and s.tag[i - 2] in "D'A":
            i -= 1
        else:
            break
    return i


def _coordinates(s: Stream, lo: int, conjunction: int) -> bool:
    """Whether "and" joins two noun phrases here, and not the object of a verb with the next subject."""
    i = conjunction - 1
    if s.tag[i] not in "NP)'#OA":
        return False
    while i > lo and (s.tag[i - 1] in "DANP#'f,C()" or (s.tag[i - 1] == "I" and s.tag[i] in "DANP")):
        i -= 1
    return i == lo or s.tag[i - 1] in "tSbR:;QF-.W"


def _lists(s: Stream, lo: int, comma: int, last: int) -> bool:
    """Whether the comma stands in a list of names that ends in "and": "A, B and C said"."""
    if s.tag[comma - 1] not in "NP)":
        return False
    if not any(s.tag[j] == "C" for j in range(comma + 1, last)):
        return False
    i = comma - 1
    while i > lo and s.tag[i - 1] in "DANP#'f,":
        i -= 1
    return i == lo and s.tag[lo] not in "IR"


def _own(s: Stream, first: int, end: int) -> int:
    """Drops what stands before the subject in ``[first, end)``: a fronted phrase, the head of a relative clause."""
    start = first
    if (
        s.tag[first] in "DPAN#"
        and first > 0
        and (s.tag[first - 1] in "QF" or (s.tag[first - 1] == "," and s.tag[first - 2] in "QF"))
    ):
        return first  # all that stands between '"...,"' and "said"
    roles = load_words().roles
    for i in range(first + 1, end):
        tag, before = s.tag[i], s.tag[i - 1]
        if before in "fIC'D,(" or tag not in "DPO":
            continue
        if (tag == "D" and before in "NP#A)") or (tag == "P" and before in "N#" and not _titled(s, start, i, roles)):
            start = i
    while start < end and s.tag[start] in "IfCT,'":
        # a phrase that begins with a preposition is no subject; what is left of it after the last name may be
        start += 1
        if start < end and s.tag[start - 1] in "If":
            return end
    return start


def _titled(s: Stream, start: int, i: int, roles: frozenset[str]) -> bool:
    """Whether the words before the name at ``i`` are its title: "State Department spokesman Ned Price"."""
    low = s.low[i - 1]
    if low in roles or low.rsplit("-", 1)[-1] in roles or s.tag[start] not in "DI":
        return True
    return s.tag[start] == "D" and any(s.low[j] in roles for j in range(start, i))


def possessor(s: Stream, lo: int, end: int) -> Span | None:
    """Whose: the noun phrase right before the possessive mark at ``end``, without what it depends on."""
    first = end
    while first > lo and s.tag[first - 1] in "ANP#":
        first -= 1
    if first > lo and s.tag[first - 1] == "D":
        first -= 1
    return (first, end) if first < end and s.tag[end - 1] in "NP" else None


def _opening(s: Stream, lo: int, closing: int) -> int | None:
    for i in range(closing - 1, max(lo, closing - 25) - 1, -1):
        if s.tag[i] == "(":
            return i
    return None


def _around_parenthetical(s: Stream, lo: int, last: int) -> Span | None:
    """ "Price, a spokesman for the department, said": from the mark at ``last`` back to its twin and on."""
    mark = s.tag[last]
    tries = 0
    for i in range(last - 1, max(lo, last - _REACH), -1):
        if s.tag[i] != mark:
            if s.tag[i] in "Q;:" or (s.tag[i] == "t" and s.tag[i - 1] in "Vv"):
                return None
            continue
        tries += 1
        opening = s.tag[i + 1]
        if opening in "DNPA#WGVISRbo(Mf" and i + 1 < last:
            before = _simple(s, lo, i) if s.tag[i - 1] in "NP)'O#" else None
            if before is not None and not (opening in "SI" and tries > 2):
                nominal = opening in "DNPA" and s.tag[i + 1] != "#" and not _clause(s, i + 1, last)
                return (before[0], last) if nominal or opening == "W" else before
        if tries >= 3:
            return None
    return None


def _clause(s: Stream, first: int, last: int) -> bool:
    """Whether ``[first, last)`` holds a finite verb outside a relative clause."""
    relative = False
    for i in range(first, last):
        if s.tag[i] == "W":
            relative = True
        elif s.tag[i] == "M" or (
            s.tag[i] == "V" and s.tag[i - 1] in "NPO" and not relative and not s.low[i].endswith("ed")
        ):
            return not relative
    return False


def right(s: Stream, first: int, hi: int) -> Span | None:
    """The noun phrase that begins at ``first``, as after "said": with its appositive, without places and days."""
    i = first
    if i >= hi:
        return None
    if s.tag[i] in "OW":
        return (i, i + 1) if s.low[i] not in _OBJECTS else None
    if s.tag[i] not in "DANP#V":
        return None
    i = _phrase_end(s, i, hi)
    if i < hi - 1 and s.tag[i] == "," and (s.tag[i + 1] in "DNPAW"):
        end = _appositive_end(s, i + 1, hi)
        if end is not None:
            i = end
    elif i < hi and s.tag[i] == "W":
        end = _appositive_end(s, i, hi)
        i = end if end is not None else i
    while i > first and s.tag[i - 1] in "CI,Tf":
        i -= 1
    return (first, i) if i > first else None


def _phrase_end(s: Stream, first: int, hi: int) -> int:
    """The end of the noun phrase that begins at ``first``; a preposition goes on only after a common noun."""
    i = first
    head = ""
    while i < hi:
        tag = s.tag[i]
        if tag in "DANP#'":
            if tag == "D" and i > first and s.tag[i - 1] not in "fIC'D":
                break
            if (
                tag == "P"
                and i > first
                and s.tag[i - 1] == "N"
                and s.low[i - 1] not in load_words().roles
                and s.tag[first] == "D"
            ):
                break
            head = tag
        elif tag == "f" or (tag == "V" and (i == first or s.tag[i - 1] in "DAC" or s.low[i] in {"elect"})):
            pass
        elif tag == "I":
            if i + 1 >= hi or s.tag[i + 1] not in "DANP" or s.low[i] not in _POSTMODIFIERS:
                break
            if head == "P" and s.low[i] not in {"for", "from"}:
                break
            if s.low[i] in {"in", "on"} and head != "N":
                break
        elif tag == "C":
            if i + 1 >= hi or s.tag[i + 1] not in "DANP#":
                break
        elif tag == "(":
            closing = next((j for j in range(i, min(hi, i + 15)) if s.tag[j] == ")"), None)
            if closing is None:
                break
            i = closing
        else:
            break
        i += 1
    return i


def _appositive_end(s: Stream, first: int, hi: int) -> int | None:
    """The end of ", a former head of research" or ", who leads the party"; None where a new clause begins instead."""
    relative = s.tag[first] == "W"
    for i in range(first, min(hi, first + _REACH)):
        tag = s.tag[i]
        if tag in ",;:.-":
            return i
        if tag in "QFtS":
            return None
        # "said Smith, the plan failed" is a clause; "a group called X" and "elected in May" are not
        if not relative and (tag == "M" or (tag == "V" and s.tag[i - 1] in "OP")):
            return None
        if tag == "W":
            relative = True
    return min(hi, first + _REACH)


def subject(s: Stream, lo: int, end: int) -> Span | None:
    """The subject of the sentence's main clause: of its first finite verb before ``end``."""
    start = lo
    if start < end and s.tag[start] in "SGI":
        comma = next((i for i in range(start, end) if s.tag[i] == ","), None)
        start = comma + 1 if comma is not None else start
    for i in range(start + 1, end):
        if s.tag[i] not in "VM" or s.tag[i - 1] == "M":
            continue
        group = i
        while group > start and s.tag[group - 1] in "RM":
            group -= 1
        found = left(s, start, group)
        if found is not None and s.tag[found[0]] not in "Wt":
            return found
    return None


def after_quotation(s: Stream, lo: int, end: int) -> Span | None:
    """All that stands between '"...,"' and the verb: "Katie Quist, who chairs the council". None: too much."""
    for i in range(end - 1, max(lo, end - 25) - 1, -1):
        if s.tag[i] in "QF":
            first = i + 2 if i + 1 < end and s.tag[i + 1] in ",-" else i + 1
            last = end - 1 if s.tag[end - 1] in ",-" else end
            return (first, last) if first < last and s.tag[first] in "DPNAO#" else None
        if s.tag[i] in ".;:":
            return None
    return None


def clause_subject(s: Stream, lo: int, end: int) -> Span | None:
    """From the head of the clause to its verb: "Democrats trying to regain control of the Senate say"."""
    start = end
    while start > lo and (s.tag[start - 1] in "DANP#'fIGovTRC" or _reduced(s, start - 1)):
        start -= 1
    while start < end and s.tag[start] in "RCI":
        if s.tag[start] == "I":
            return None
        start += 1
    if start >= end or s.tag[start] not in "DANP#" or s.tag[end - 1] not in "NPA#TRv":
        return None
    if not any(s.tag[i] in "GV" for i in range(start, end)) or (start > lo and s.tag[start - 1] not in ",tSbC:;"):
        return None
    return (start, end)


def _reduced(s: Stream, i: int) -> bool:
    """ "people briefed on the plan": a participle right after a plural noun, before a preposition."""
    return (
        s.tag[i] == "V"
        and 0 < i < len(s) - 1
        and s.tag[i + 1] == "I"
        and s.tag[i - 1] in "NP"
        and s.low[i].endswith("ed")
        and (s.low[i + 1] == "by" or (s.tag[i - 1] == "N" and s.low[i - 1].endswith(("s", "people"))))
    )


def participle_host(s: Stream, lo: int, end: int) -> Span | None:
    """ "a letter saying", "officials warning": the phrase that an -ing form right after it belongs to."""
    return _simple(s, lo, end) if end > lo and s.tag[end - 1] in "NP" else None
