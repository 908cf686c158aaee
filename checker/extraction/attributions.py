"""Attributions: for each cue of a sentence its source and its content; then the quotations that go on without a cue.

Everything here works on items of a stream (one paragraph, or the inside of one quotation); offsets come at the end.
"""

# A rule is a list of cases, each with its own way out: returns and branches are not counted here.

from bisect import bisect_left
from dataclasses import dataclass, field, replace

from checker.extraction import sources
from checker.extraction.cues import NO_ENTRY, Cue, find_cues
from checker.extraction.lexicon import (
    BASE,
    PAST,
    S_FORM,
    Entry,
    Sense,
    load_cues,
    load_hearsay,
    load_nouns,
    load_sets,
    load_words,
)
from checker.extraction.propositions.words import word_class
from checker.extraction.quotes import Quote
from checker.extraction.sentences import sentences
from checker.extraction.tags import BE, Stream
from index.records import Span

_SETS = load_sets()
ACCORDING = Sense("according", "speech", "asserts", frozenset("q"), frozenset(), False, False)
COLON = Sense(":", "speech", "asserts", frozenset("q"), frozenset(), False, False)
REPORTS = Sense("report", "speech", "asserts", frozenset("q"), frozenset(), False, False)
HEARSAY = Sense("hearsay", "belief", "asserts", frozenset("i"), frozenset(), False, True)
NONE = Sense("", "speech", "asserts", frozenset(), frozenset(), False, False)

_RIGHT_LIMIT = 30
_NOUN_REACH = 14
_SUBJECTS = frozenset({"he", "she", "it", "they", "we", "i"})
_LONGEST_CREDIT = 10  # items of ", a Volan Agency correspondent has learned"
_SHORTEST_CREDITED = 8
_RESUMES = 12  # items between the attribution that interrupts a quotation and the rest of it


@dataclass(slots=True)
class Attribution:
    """One source-cue-content triple. Spans are character offsets; ``content`` has one span for each unbroken piece."""

    source: Span | None
    cue: tuple[Span, ...]
    content: list[Span]
    sense: Sense
    cue_text: str
    frame: str = "q"
    negated: bool = False
    modal: bool = False
    form: str = "finite"
    sentence: Span = (0, 0)
    paragraph: int = 0
    quotes: list[Quote] = field(default_factory=list)
    inside: bool = False  # it stands inside a quotation
    noun_at: int | None = None  # where the noun stands whose claim this one takes up: "rejected accusations that"
    charged: Span | None = None  # who is accused of what the content says


@dataclass(slots=True)
class _Found:
    """An attribution in items: what :func:`_attribute` decides, before offsets."""

    cue: Cue
    source: Span | None
    pieces: list[Span]
    sense: Sense
    frame: str
    noun: int | None = None
    charged: Span | None = None


def find(s: Stream, paragraph: int) -> list[Attribution]:
    """The attributions of one stream, in the order of its sentences."""
    found: list[Attribution] = []
    loose: list[tuple[int, Span]] = []  # sentences that are nothing but speech
    ranges = sentences(s)
    for number, (start, hi) in enumerate(ranges):
        lo = _after_dateline(s, start, hi) if start == 0 else start
        here = [_pointing_back(s, item, ranges[number - 1] if number else None) for item in _with_credit(s, lo, hi)]
        if not here and _only_speech(s, lo, hi):
            loose.append((len(found), (lo, hi)))
        found.extend(_with_offsets(s, item, (s.start[lo], s.end[hi - 1]), paragraph) for item in here)
    _attach(s, loose, found)
    return found


def _pointing_back(s: Stream, item: _Found, before: Span | None) -> _Found:
    """ "This was stated by Brandt", "Brandt said this at a briefing": the claim is the sentence before."""
    if before is None or len(item.pieces) != 1 or item.sense.kind != "speech" or item.sense.stance != "asserts":
        return item
    first, end = item.pieces[0]
    alone = end - first == 1 or (s.tag[first + 1] in "IT" and first > item.cue.head)
    if s.low[first] not in {"this", "that"} or s.tag[first] == "t" or not alone:
        return item
    if any(s.tag[i] in "QF" for i in range(*before)):
        return item
    lo, hi = before
    while hi > lo + 1 and s.tag[hi - 1] == ".":
        hi -= 1
    return replace(item, pieces=[(lo, hi)], frame="t")


def _after_dateline(s: Stream, lo: int, hi: int) -> int:
    """Past "NEW YORK:", "KYIV, Ukraine (AP) --", "MINSK, 28 January (BelTA) -" at the head of a paragraph."""
    if not s.word[lo].isupper() or len(s.word[lo]) < 3 or s.tag[lo] not in "PNA":
        return lo
    for i in range(lo + 1, min(hi - 3, lo + 12)):
        if s.tag[i] in ":-":
            return i + 1
        if s.tag[i] not in "P#T,()N." or (s.tag[i] == "N" and not s.word[i].isupper()):
            return lo
    return lo


def _only_speech(s: Stream, lo: int, hi: int) -> bool:
    return any(s.tag[i] == "Q" for i in range(lo, hi)) and all(s.tag[i] in "QF.,-C:x" for i in range(lo, hi))


def _attach(s: Stream, loose: list[tuple[int, Span]], found: list[Attribution]) -> None:
    """Gives a sentence that is all speech to the attribution before it in the paragraph, else to the one after it."""
    if not found:
        return
    before_count = len(found)
    for count, (lo, hi) in loose:
        host = None
        for candidate in _nearest(found[:count]):
            if candidate.sense.kind == "speech" and (candidate.quotes or _speech_goes_on(candidate)):
                host = None if _another_acts(s, candidate) else candidate
                break
        after = False
        if (
            host is None
            and count < before_count
            and found[count].quotes
            and found[count].quotes[0].start == found[count].content[0][0]
        ):
            host = found[count]
            after = True
        if host is None:
            continue
        spans: list[Span] = [(s.start[i], s.end[i]) for i in range(lo, hi) if s.tag[i] in "QF"]
        quotes = [q for i in range(lo, hi) if (q := s.quote[i]) is not None]
        if after:
            host.content[:0] = spans
            host.quotes[:0] = quotes
        else:
            host.content.extend(spans)
            host.quotes.extend(quotes)


def _another_acts(s: Stream, candidate: Attribution) -> bool:
    """Whether somebody else comes in before the sentence ends: '"Sit," he said, and her husband cut in. "No."'."""
    if not candidate.quotes or not candidate.cue:
        return False
    lo = bisect_left(s.start, candidate.cue[-1][1])
    hi = bisect_left(s.start, candidate.sentence[1])
    return any(
        s.tag[i] in "Cb" and s.tag[i - 1] == "," and s.tag[i + 1] in "DPN" and _starts_clause(s, i + 1, hi)
        for i in range(max(lo, 1), hi - 1)
    )


def _nearest(found: list[Attribution]) -> list[Attribution]:
    """The attributions before a quotation, nearest first; in one sentence those that quote already first."""
    if not found:
        return []
    last = found[-1].sentence
    nearest = found[::-1]
    return sorted(nearest, key=lambda a: (-a.sentence[0], not (a.quotes and a.sentence == last)))


def _speech_goes_on(candidate: Attribution) -> bool:
    """Whether quoted words after indirect speech are more of it: "He said they would leave. 'It takes time.'"."""
    return candidate.source is not None and candidate.form in {"finite", "ing"} and candidate.frame in "tbq"


def loose_speech(s: Stream, attributions: list[Attribution]) -> list[Quote]:
    """Quotations of whole sentences that no attribution took."""
    taken = {q.first for a in attributions for q in a.quotes}
    return [q for q in s.quote if q is not None and q.speech and q.first not in taken]


def _with_offsets(s: Stream, item: _Found, sentence: Span, paragraph: int) -> Attribution:
    cue = item.cue
    quotes = [q for a, b in item.pieces for i in range(a, b) if (q := s.quote[i]) is not None]
    source = item.source
    return Attribution(
        source=None if source is None else (s.start[source[0]], s.end[source[1] - 1]),
        cue=((s.start[cue.first], s.end[cue.last - 1]),),
        content=[(s.start[a], s.end[b - 1]) for a, b in item.pieces],
        sense=item.sense,
        cue_text=s.low[cue.head],
        frame=item.frame,
        negated=cue.negated,
        modal=cue.modal,
        form=cue.form,
        sentence=sentence,
        paragraph=paragraph,
        quotes=quotes,
        noun_at=None if item.noun is None else s.start[item.noun],
        charged=None if item.charged is None else (s.start[item.charged[0]], s.end[item.charged[1] - 1]),
    )


def _hearsay(s: Stream, cue: Cue) -> bool:
    """ "seems", "is expected": verbs with nobody behind them, found by :func:`_raising`."""
    return s.low[cue.head] in load_hearsay()[0]


def _raising(s: Stream, lo: int, hi: int, found: list[_Found]) -> list[_Found]:
    """ "Cruz seems to be", "the bill is expected to pass": content around the verb, nobody as its source."""
    seeming, passive = load_hearsay()
    items: list[_Found] = []
    for i in range(lo + 1, hi - 1):
        low = s.low[i]
        if low in seeming:
            if s.tag[i + 1] not in "oAtNVD" or (s.tag[i + 1] == "D" and s.low[i + 1] != "more"):
                continue
        elif not (low in passive and s.tag[i + 1] == "o"):
            continue
        first = i
        while first > lo and s.tag[first - 1] in "MR":
            first -= 1
        if low in passive and not any(s.low[j] in BE for j in range(first, i)):
            continue
        if any(f.cue.first <= i < f.cue.last for f in found):
            continue
        holder = sources.left(s, lo, first)
        if holder is None or s.tag[holder[0]] in "Wt":
            continue
        end = _right_end(s, i + 1, hi, "i", None)
        negated = any(s.low[j] == "not" or s.low[j].endswith("n't") for j in range(first, i))
        cue = Cue(first, i, i + 1, "hearsay", NO_ENTRY, negated)
        items.append(_Found(cue, None, [holder, (i + 1, end)], HEARSAY, "i"))
    return items


def _sentence(s: Stream, lo: int, hi: int) -> list[_Found]:
    """All attributions of one sentence, left to right."""
    found: list[_Found] = []
    cues = find_cues(s, lo, hi)
    for cue in cues:
        if any(f.cue.first <= cue.head < f.cue.last for f in found):
            continue
        item = _attribute(s, lo, hi, cue, found)
        if item is not None and item.pieces:
            found.append(item)
    if not found or not any(f.sense.kind == "speech" and _holds_quote(s, f) for f in found):
        colon = _colon(s, lo, hi, found)
        if colon is not None:
            found.append(colon)
    found.extend(_raising(s, lo, hi, found))
    for item in found:
        if item.noun is not None and item.cue.form == "passive":
            # "Allegations by A that X were brushed aside by B": both speak of the same X
            found = [replace(f, pieces=item.pieces) if f.cue.head == item.noun else f for f in found]
    return found


def _with_credit(s: Stream, lo: int, hi: int) -> list[_Found]:
    """The attributions of a sentence; one that a reporter's credit ends is read without it, then credited whole.

    "The pass is shut, Brandt told reporters in Norhaven, Volan Agency has learned": the agency has it from Brandt.
    """
    credit = _credit(s, lo, hi)
    if credit is None:
        return _sentence(s, lo, hi)
    comma, cue = credit
    told = _sentence(s, lo, comma)
    if not any(item.cue.form == "finite" and item.sense.kind == "speech" for item in told):
        return _sentence(s, lo, hi)
    if any(s.tag[i] in "QF" for i in range(lo, comma)):
        return told  # quoted words are the speaker's alone
    piece = (_trim_left(s, lo, comma), comma)
    return [*told, _Found(cue, (comma + 1, cue.first), [piece], REPORTS, "q")]


def _credit(s: Stream, lo: int, hi: int) -> tuple[int, Cue] | None:
    """The comma and the cue of ", Volan Agency has learned." at the end of the sentence ``[lo, hi)``."""
    end = hi - 1 if s.tag[hi - 1] == "." else hi
    head = end - 1
    if head - lo < _SHORTEST_CREDITED or s.low[head] not in _SETS["credit_verbs"]:
        return None
    comma = next((i for i in range(head - 1, max(lo, head - _LONGEST_CREDIT), -1) if s.tag[i] == ","), None)
    if comma is None:
        return None
    first = head
    while s.tag[first - 1] in "MR":
        first -= 1
    named = range(comma + 1, first)
    if not any(s.tag[i] == "P" for i in named) or any(s.tag[i] not in "DPNA" for i in named):
        return None
    return comma, Cue(first, head, end, "finite", load_cues()[s.low[head]][0])


def _holds_quote(s: Stream, item: _Found) -> bool:
    return any(s.tag[i] in "QF" for a, b in item.pieces for i in range(a, b))


def _attribute(s: Stream, lo: int, hi: int, cue: Cue, found: list[_Found]) -> _Found | None:
    """What ``cue`` attributes, if anything."""
    if cue.form == "according":
        return _according(s, lo, hi, cue, found)
    if cue.form == "noun":
        return _noun(s, lo, hi, cue, found)
    if cue.form == "passive":
        return _passive(s, lo, hi, cue) or _asked(s, lo, hi, cue)
    if cue.form == "infinitive":
        return None
    if cue.form == "ing":
        return _participle(s, lo, hi, cue, found)
    return _finite(s, lo, hi, cue, found)


def announced(s: Stream, paragraph: int) -> Attribution | None:
    """The source and cue of a paragraph that ends with a colon, as before a quotation of its own; no content yet."""
    if not len(s) or s.tag[-1] != ":":
        return None
    lo, hi = sentences(s)[-1]
    for cue in reversed(find_cues(s, lo, hi)):
        speaks = any(sense.kind == "speech" for sense in cue.entry.senses)
        if not speaks or cue.form not in {"finite", "ing", "noun"}:
            continue
        source = sources.left(s, lo, cue.first) if cue.form == "finite" else None
        source = source or _shared_subject(s, lo, cue, [])
        if source is not None and s.tag[source[0]] not in "Wt":
            return _with_offsets(s, _Found(cue, source, [], COLON, "q"), (s.start[lo], s.end[hi - 1]), paragraph)
    source = sources.subject(s, lo, hi - 1)
    if source is None:
        return None
    cue = Cue(hi - 1, hi - 1, hi, "finite", NO_ENTRY)
    return _with_offsets(s, _Found(cue, source, [], COLON, "q"), (s.start[lo], s.end[hi - 1]), paragraph)


# ---- finite verbs -------------------------------------------------------------------------------------------------


def _finite(s: Stream, lo: int, hi: int, cue: Cue, found: list[_Found]) -> _Found | None:
    inverted = _inverted(s, lo, hi, cue, found) or _opening(s, lo, hi, cue)
    if inverted is not None:
        return inverted
    if _hearsay(s, cue):
        return None
    source = sources.clause_subject(s, lo, cue.first) or sources.left(s, lo, cue.first)
    if source is not None and s.low[source[0]] == "you":
        return None
    shared = source is None
    if source is None:
        asked = _asked(s, lo, hi, cue)
        if asked is not None:
            return asked
        source = _shared_subject(s, lo, cue, found)
        if source is None:
            return None
    if shared and s.tag[cue.first - 1] not in "C,b-" and not (cue.first > lo and s.tag[cue.first - 1] in "RM"):
        return None
    start = _clause_start(s, lo, source[0], found)
    right = _right(s, hi, cue)
    before = None if shared or s.tag[source[0]] in "Wt" else _before(s, start, source[0], found)
    if before is None and not shared and cue.entry.senses and "b" in {f for x in cue.entry.senses for f in x.frames}:
        before = _interrupted(s, start, source[0], cue.last, hi)
    if right is not None and not (before is not None and right[1] in "gP" and right[2].kind != "speech"):
        first, frame, sense = right
        if frame == "n" and sense.lemma in {"show", "find"} and not _evidence(s, source):
            return None
        if before is not None and _quotation_sense(cue.entry) is not None and _weak(s, cue, frame, before):
            return _postposed(s, hi, cue, source, before)
        if _names_it(s, source, cue):
            return None
        end = _right_end(s, first, hi, frame, cue, clause=_clause_kind(s, lo, source[0]), brief=sense.kind != "speech")
        taken = _taken_up(s, cue, source, (first, end), sense, frame, hi)
        if taken is not None and frame == "b" and _conditional(s, lo, source[0], cue.last):
            taken.pieces.insert(0, (lo, source[0] - 1))
        return taken
    if before is None and (right is None or right[1] not in "tb") and _quotation_sense(cue.entry) is not None:
        whole = sources.after_quotation(s, lo, cue.first)
        if whole is not None:
            source = whole
            before = _before(s, start, whole[0], found)
    if before is None and right is None and not shared and cue.last >= hi - 1:
        before = _verbless(s, start, source[0])
    if before is None or not _stands_alone(s, cue, before, hi):
        return None
    spoken = _quotation_sense(cue.entry)
    # "began", "laughed" speak only where they have quoted words
    quotes_only = spoken is not None and spoken.frames == {"q"} and not any(s.tag[i] in "QF" for i in range(*before))
    return None if spoken is None or quotes_only else _postposed(s, hi, cue, source, before)


def _conditional(s: Stream, lo: int, source: int, after: int) -> bool:
    """ "If it rains, she said, we stay": the condition before an inserted attribution is part of what is said."""
    inserted = s.tag[source - 1] == "," and after < len(s) and s.tag[after] == ","
    return s.low[lo] in {"if", "unless", "once"} and inserted and source - lo > 2


def _verbless(s: Stream, start: int, source: int) -> Span | None:
    """ "Or maybe the mayor, one aide says.": words without a verb before a source that ends the sentence."""
    if not (source - 2 > start and s.tag[source - 1] == ","):
        return None
    first = _trim_left(s, start, source - 1)
    return (first, source - 1) if s.tag[first] not in "ITSGW" else None


def _clause_kind(s: Stream, lo: int, source: int) -> str:
    """``side`` for "While Comey said", before its main clause; ``relative`` for ", who said"; else ``main``."""
    if s.tag[source] in "Wt":
        return "relative" if source > lo and s.tag[source - 1] == "," else "main"
    i = source
    while i > lo and s.tag[i - 1] not in ",S;:":
        i -= 1
    opens = i > lo and s.tag[i - 1] == "S" and (i - 1 == lo or s.tag[i - 2] in "bC,-.;:")
    return "side" if opens else "main"


def _names_it(s: Stream, source: Span, cue: Cue) -> bool:
    """ "what it called": only gives a name to what somebody else said."""
    return source[0] > 0 and s.low[source[0] - 1] == "what" and s.low[cue.head] in _SETS["naming"]


def _taken_up(s: Stream, cue: Cue, source: Span, piece: Span, sense: Sense, frame: str, hi: int) -> _Found | None:
    """An attribution whose content follows; of "rejected accusations by A that ..." the content is what A claims."""
    first, end = piece
    if end <= first or _names_nobody(s, first, end):
        return None
    if frame in "nw":
        noun, that = _claim_noun(s, first, hi)
        if noun is not None and that is not None:
            end = max(end, _right_end(s, that, hi, "t", cue))
            taken = sense if sense.negative else _noun_sense(s, noun, sense)
            return _Found(cue, source, [(that, end)], taken, "t", noun)
    if sense.stance == "accuses" and frame == "n":
        of = _charge(s, first, end) if sense.lemma == "accuse" else None
        if of is not None:
            comma = next((i for i in range(first, of) if s.tag[i] == ","), of)  # "Norland, a member of the Alliance,"
            return _Found(cue, source, [(of + 1, end)], sense, "P", charged=(first, comma))
        if any(s.tag[i] == "I" and s.low[i] == "as" for i in range(first, end)):
            sense = replace(sense, stance="asserts")  # "slammed it as theatrical" only judges
    return _Found(cue, source, [(first, end)], sense, frame)


def _charge(s: Stream, first: int, end: int) -> int | None:
    """The "of" in "accused the Bank of Norland of hiding losses": the one before the deed, else the last one."""
    of = None
    for i in range(first + 1, end - 1):
        if s.tag[i] == "f":
            if s.tag[i + 1] == "G" or s.low[i + 1].endswith("ing"):
                return i
            of = i
        elif s.tag[i] in "VMt:Q" or (s.tag[i] == "O" and of is not None):
            break
    return of


def _names_nobody(s: Stream, first: int, end: int) -> bool:
    """ "agreed on nothing", "has blamed no one": there is nothing that was said."""
    return " ".join(s.low[first:end]) in {"nothing", "no one", "nobody", "no-one", "anyone", "anything", "none"}


def _noun_sense(s: Stream, noun: int, sense: Sense) -> Sense:
    """ "reiterated allegations": the noun's stance, where the verb only speaks."""
    of_noun = load_nouns()[s.low[noun]][0].senses[0]
    return of_noun if sense.stance == "asserts" and sense.kind == "speech" else sense


_SUBJECT_PRONOUNS = frozenset(["he", "she", "it", "they", "we", "i"])


def _claim_noun(s: Stream, first: int, hi: int) -> tuple[int | None, int | None]:
    """In "what it called unfounded accusations by A and B that ...": the noun, and where its claim begins."""
    for i in range(first, min(hi, first + _NOUN_REACH)):
        if (s.tag[i] == "N" or i == first) and s.low[i] in load_nouns():
            j = i + 1
            if j < hi and s.low[j] in {"by", "from", "of", "in", "made"}:
                while j < min(hi, i + _NOUN_REACH) and s.tag[j] in "IfDANP#'CV,":
                    j += 1
            bare = j + 1 < hi and s.low[j] in _SUBJECT_PRONOUNS and s.tag[j + 1] in "VM"  # "the charge he had lied"
            return (i, j) if j < hi and (s.tag[j] == "t" or bare) else (None, None)
        if s.tag[i] not in "DANP'WOVRC,#F" or s.tag[i] == "t":
            return None, None
    return None, None


def _interrupted(s: Stream, start: int, source: int, after: int, hi: int) -> Span | None:
    """ "The plan, an official said, is": the subject before an inserted attribution, with commas on both sides."""
    after = _adjuncts_end(s, after, hi)
    if not (source - 1 > start and s.tag[source - 1] == "," and after + 1 < hi and s.tag[after] == ","):
        return None
    first = _trim_left(s, start, source - 1)
    opening = s.tag[after + 1]
    finite = opening in "VM" or load_words().forms.get(s.low[after + 1], 0) & S_FORM
    if finite or (opening == "F" and s.tag[first] != "R"):
        return (first, source - 1)
    if s.tag[first] in "IS" and opening in "DANPO#RG":
        return (first, source - 1)
    if s.tag[first] in "RT" and source - 1 - first < 4 and opening in "DANPO#" and _has_verb(s, after + 1, hi):
        return (first, source - 1)  # "Now, she said, the two sides talk"
    return None


def _adjuncts_end(s: Stream, i: int, hi: int) -> int:
    """Past an addressee, a time and a place: "told me on Friday", "explained earlier in the hearing"; ``i`` if there is
    more than that before the comma."""
    for j in range(i, min(hi, i + _RESUMES)):
        if s.tag[j] == ",":
            return j
        if s.tag[j] not in "RITDANP#O'f":
            break
    return i


def _weak(s: Stream, cue: Cue, frame: str, before: Span) -> bool:
    """Whether what follows is only an adjunct after all, because speech already stands before the source."""
    if s.tag[before[1] - 1] in "QF":
        return s.tag[before[1]] == "," or frame not in "tb"
    return frame in "nP" and any(sense.lemma in _SETS["plain_speech"] for sense in cue.entry.senses)


def _stands_alone(s: Stream, cue: Cue, before: Span, hi: int) -> bool:
    """Whether nothing but adjuncts follows the verb, as in "..., he said on Monday"; after quoted speech it may."""
    if s.tag[before[1] - 1] in "QF" or cue.last >= hi:
        return True
    return s.tag[cue.last] in ".,;:-ITRS)(C" or (
        s.tag[cue.last] in "DPNOA" and cue.entry.senses[0].lemma in {"tell", "say"}
    )


def _quotation_sense(entry: Entry) -> Sense | None:
    return next((sense for sense in entry.senses if "q" in sense.frames or "b" in sense.frames), None)


def _postposed(s: Stream, hi: int, cue: Cue, source: Span, before: Span) -> _Found:
    """ "..., he said" and "..., he said, ...": content before the source, and what goes on after a comma."""
    sense = _quotation_sense(cue.entry) or NONE
    pieces = [before]
    after = _resumed(s, max(cue.last, source[1]), hi, before)
    if after is not None:
        pieces.append(after)
    return _Found(cue, source, pieces, sense, "q")


def _resumed(s: Stream, i: int, hi: int, before: Span) -> Span | None:
    """The rest of a sentence that was interrupted by its attribution."""
    j = _skip_time(s, i, hi)
    k = j
    while k < hi and s.tag[k] not in "QF,;:.-" and k - j < _RIGHT_LIMIT:
        k += 1
    if k < hi and s.tag[k] in ",-:.;":
        mark = k
        k += 1
        if k < hi and s.tag[k] == "F" and mark == j:
            return (k, _right_end(s, k, hi, "t", None))
        if k < hi and s.tag[k] in "QF":
            return _with_following(s, k, hi)
        if k < hi and s.opens[k]:
            return (k, next((m + 1 for m in range(k, hi) if s.closes[m]), k + 1))
        far = _quote_resumed(s, k, hi) if s.tag[mark] in ",-" and s.tag[before[1] - 1] in "QF," else None
        if far is not None:
            return far
        if mark in {j, _adjuncts_end(s, i, hi)} and s.tag[mark] == "," and k < hi and s.tag[before[1] - 1] not in "QF":
            if s.tag[k] in "GC":
                return None
            end = _right_end(s, k, hi, "t", None)
            named = s.tag[k] in "DPN" and _has_verb(s, *before) and not _has_verb(s, k, end)
            # "told Olav Vester, host of the show": who listens
            return (k, end) if end - k > 1 and not named else None
    elif k < hi and s.tag[k] in "QF" and k == j:
        return _with_following(s, k, hi)
    return None


def _quote_resumed(s: Stream, k: int, hi: int) -> Span | None:
    """A quotation that goes on after "but" or after more about its saying: '"Yes," he said, and still "no".'."""
    joined = k < hi and s.tag[k] in "Cb"
    for i in range(k, min(hi, k + _RESUMES)):
        if s.tag[i] in "QF" or s.opens[i]:
            near = joined or s.tag[i - 1] == ","
            end = next((m + 1 for m in range(i, hi) if s.closes[m]), i + 1) if s.tag[i] not in "QF" else None
            return ((k if joined else i), end or _with_following(s, i, hi)[1]) if near else None
        if s.tag[i] in "VM.;:":
            return None
    return None


def _with_following(s: Stream, i: int, hi: int) -> Span:
    """The quotation at ``i`` and those right after it."""
    end = i + 1
    while end < hi and s.tag[end] in "QF":
        end += 1
    return (i, end)


def _inverted(s: Stream, lo: int, hi: int, cue: Cue, found: list[_Found]) -> _Found | None:
    """'"...", said Ned Price': the source after the verb."""
    sense = _quotation_sense(cue.entry)
    i = cue.first
    topic = "f" in s.tag[cue.head + 1 : cue.last + 1]  # "Brandt, the chair, said of Norland"
    if sense is None or i <= lo or cue.negated or topic:
        return None
    j = i - 1
    if s.tag[j] in ",-" and j > lo:
        j -= 1
    spoken = s.tag[j] in "QF"
    if not spoken and not (
        (s.tag[i - 1] == "," or (s.tag[i - 1] == "-" and s.low[j] != s.low[cue.head]))  # no "has said - said"
        and cue.first == cue.head
        and s.low[cue.head] in {"said", "says", "added", "wrote", "reported", "asked"}
    ):
        return None
    source = sources.right(s, cue.last, hi)
    if source is None:
        return None
    after = next((j for j in range(source[1], hi) if s.tag[j] != "R"), hi)
    if not spoken and (
        s.tag[source[0]] in "OW"
        or not _has_verb(s, lo, i)
        or (after < hi and s.tag[after] in "VMt")
        or (after < hi and s.tag[after] not in ".,W" and sources.left(s, lo, i) is not None)
    ):
        return None
    start = _clause_start(s, lo, i, found)
    before = _before(s, start, i, found)
    if before is None:
        return None
    return _postposed(s, hi, cue, source, before)


def _opening(s: Stream, lo: int, hi: int, cue: Cue) -> _Found | None:
    """'Said Brandt, "..."': the verb opens the sentence."""
    sense = _quotation_sense(cue.entry)
    if cue.first != lo or sense is None or s.low[cue.head] not in {"said", "says", "added", "wrote"}:
        return None
    source = sources.right(s, cue.last, hi)
    if source is None:
        return None
    i = source[1]
    while i < hi and s.tag[i] in ",:":
        i += 1
    return _Found(cue, source, [_with_following(s, i, hi)], sense, "q") if i < hi and s.tag[i] in "QF" else None


def _has_verb(s: Stream, lo: int, hi: int) -> bool:
    return any(s.tag[i] in "VMQF" for i in range(lo, hi))


def _clause_start(s: Stream, lo: int, end: int, found: list[_Found]) -> int:
    """Where content before ``end`` may begin: after the last attribution of this sentence that ended before."""
    start = lo
    for item in found:
        last = max([item.cue.last, *(b for _, b in item.pieces), *([item.source[1]] if item.source else [])])
        if last <= end and item.frame == "q":
            start = max(start, last)
    return start


def _before(s: Stream, start: int, end: int, found: list[_Found]) -> Span | None:
    """The content that ends right before ``end``: a quotation, or a clause and its comma."""
    last = end
    while last > start and s.tag[last - 1] in ",-" and end - last < 2:
        last -= 1
    if last <= start:
        return None
    if s.tag[last - 1] == "Q":
        first = last - 1
        while first > start and s.tag[first - 1] in "Q":
            first -= 1
        if first - 1 > start and s.tag[first - 1] in "N" and _has_verb(s, start, first):
            return (_trim_left(s, start, first), last)
        return (first, last)
    if s.tag[last - 1] == "F":
        first = _trim_left(s, start, last - 1)
        if any(f.pieces and f.pieces[0][0] < last <= f.pieces[-1][1] for f in found):
            return (last - 1, last)
        return (first, last)
    if last == end:
        return None
    first = _trim_left(s, start, last)
    plain = _has_verb(s, first, last) and s.tag[first] not in "SIGW"
    return (first, last) if plain or _main_verb(s, first, last) else None


def _main_verb(s: Stream, first: int, last: int) -> bool:
    """Whether a clause that begins with a side clause or a phrase has a main one too (after a comma)."""
    comma = next((i for i in range(first, last) if s.tag[i] == ","), None)
    if comma is None:
        # "In Kyiv the army had ..." has no comma; a fronted phrase alone has no verb
        return (s.tag[first] in "IG" or s.low[first] == "whether") and _has_verb(s, first, last)
    return _has_verb(s, comma, last)


def _trim_left(s: Stream, first: int, last: int) -> int:
    """Drops what links the clause to the text before it: "But", "Meanwhile,"."""
    while first < last - 1 and s.tag[first] in ",;:.-)xbC":
        first += 1
    if first + 1 < last and s.tag[first] == "R" and s.tag[first + 1] == ",":
        first += 2
    return first


def _shared_subject(s: Stream, lo: int, cue: Cue, found: list[_Found]) -> Span | None:
    """The subject of "... and added that": the one of the attribution before it, or of the main clause."""
    for item in reversed(found):
        if item.cue.form == "finite" and item.source is not None and item.sense.kind == "speech":
            return item.source
    for item in reversed(found):
        if item.cue.form == "finite" and item.source is not None:
            return item.source
    return sources.subject(s, lo, cue.first)


# ---- what follows a verb ------------------------------------------------------------------------------------------


def _right(s: Stream, hi: int, cue: Cue) -> tuple[int, str, Sense] | None:
    """Where the content after a verb begins, in which frame, and the sense that takes it."""
    senses = cue.entry.senses
    i = _skip_time(s, cue.last, hi)
    if i >= hi:
        return None
    frames = frozenset().union(*(sense.frames for sense in senses))
    found = _frame_at(s, i, hi, senses, frames)
    if found is not None and found[1] in "tq":
        return found
    far = _after_adjunct(s, i, hi, senses, frames)
    if far is not None:
        return far
    if found is None and "i" in frames and s.tag[i] == "I" and i + 1 < hi and s.tag[i + 1] == "T":
        later = _skip_time(s, i + 1, hi)  # "promised on Thursday to reopen"
        found = _frame_at(s, later, hi, senses, frozenset("i")) if later < hi and s.tag[later] == "o" else None
    if "b" in frames and s.tag[i] == "I":
        near = _occasion_end(s, i, hi)
        after = _frame_at(s, near, hi, senses, frozenset("b")) if near is not None else None
        if after is not None:
            return after
    if "b" in frames and s.tag[i] in "IS":
        far_subject = _pronoun_after_phrase(s, i, hi)
        if far_subject is not None:
            return _pick(far_subject, "b", senses, "b")
    if "a" in frames:
        near = _addressee_end(s, i, hi)
        if near is not None and near < hi:
            near = _skip_time(s, near, hi)
            after = _frame_at(s, near, hi, senses, frames - {"n"})
            if after is not None:
                return after
    return found


def _skip_time(s: Stream, i: int, hi: int) -> int:
    """Past adverbs and days: "said later on Thursday", "said last week"."""
    while i < hi:
        tag, low = s.tag[i], s.low[i]
        if tag == "T" or (tag == "R" and low not in {"so", "only", "just", "even", "there", "here"}):
            i += 1
        elif (
            low in _SETS["time_openers"]
            and i + 1 < hi
            and (s.tag[i + 1] == "T" or s.low[i + 1] in _SETS["time_nouns"] or s.low[i + 1] in {"this", "last"})
        ):
            i += 2
        elif (tag == "#" and i > 0 and s.tag[i - 1] == "T") or (
            low in _SETS["time_nouns"] and i > 0 and s.tag[i - 1] in "TR"
        ):
            i += 1
        else:
            break
    return i


def _frame_at(
    s: Stream, i: int, hi: int, senses: tuple[Sense, ...], frames: frozenset[str]
) -> tuple[int, str, Sense] | None:
    """The frame that the items from ``i`` on begin."""
    if i >= hi:
        return None
    tag, low = s.tag[i], s.low[i]
    if tag == "t" and s.tag[i + 1 : i + 3] == [",", "Q"]:
        return _pick(i + 2, "q", senses, "q")  # 'tweeted that, "..."'
    if tag == "t":
        return _pick(i, "tbn", senses, "t")
    if tag in "QF":
        return _pick(i, "qtbn", senses, "q" if tag == "Q" else "n")
    if tag in ",:" and i + 1 < hi and s.tag[i + 1] in "QF" and (tag == ":" or s.tag[i + 1] == "Q"):
        return _pick(i + 1, "q", senses, "q")
    if (
        tag == ","
        and {"b", "q"} <= frames
        and not senses[0].negative
        and i + 1 < hi
        and s.tag[i + 1] in "DANPO#"
        and _starts_clause(s, i + 1, hi)
    ):
        return _pick(i + 1, "b", senses, "b")
    if tag in "MV" and "b" in frames and _relative_gap(s, i):
        return _pick(i, "b", senses, "b")
    if tag == ":" and i + 2 < hi and s.tag[i + 1] != "Q":
        return _pick(i + 1, "q", senses, "t")
    if tag == "o":
        return _pick(i, "i", senses, "i")
    if tag in "If" and low != "as":
        for sense in senses:
            if low in sense.prepositions and i + 1 < hi:
                return (i + 1, "P", sense)
        return None
    if low == "as" and "n" in frames and i + 1 < hi and s.tag[i + 1] in "DANFVG":
        return _pick(i, "n", senses, "n")
    if tag == "G":
        if "b" in frames and any(s.tag[j] in "VM" for j in range(i, min(hi, i + 15))):
            return _pick(i, "b", senses, "b")
        return _pick(i, "g", senses, "g") if "g" in frames else _pick(i, "n", senses, "n")
    if tag in "SW" and low in {"whether", "if", "how", "why", "where", "what", "who", "when", "which"}:
        return _pick(i, "wtn", senses, "w")
    if tag in "DANPO#T(v":
        return _noun_phrase_frame(s, i, hi, senses, frames)
    return None


def _relative_gap(s: Stream, i: int) -> bool:
    """ "information that officials said would harm": the content is what would do it."""
    return s.low[i] not in {"'s", "not", "is"} and s.low[i] not in load_words().participles


def _noun_phrase_frame(
    s: Stream, i: int, hi: int, senses: tuple[Sense, ...], frames: frozenset[str]
) -> tuple[int, str, Sense] | None:
    """After a verb comes a noun phrase: the subject of a clause ("said Russia must"), an object, or an addressee."""
    j = i
    while j < hi and s.tag[j] in "DANP#'fI(),OTR-CFG" and j - i < 40:
        if s.tag[j] == "," and "n" not in frames and j + 1 < hi and s.tag[j + 1] == "W":
            j = next((k for k in range(j + 1, min(hi, j + 25)) if s.tag[k] == ","), hi)  # past ", which has been ...,"
        elif s.tag[j] == "," and not (j + 1 < hi and s.tag[j + 1] in "DNPA#"):
            break
        j += 1
        if "o" not in frames and "b" in frames and j + 1 < hi and s.tag[j] == "o" and s.tag[j + 1] == "v":
            j += 2  # "said the fight to increase funding is"
    if j < hi and s.tag[j] in "VM":
        joined = s.tag[j - 1] == "C" and "n" in frames  # "denies any wrongdoing and has offered no apology"
        if "b" in frames and s.low[j] not in load_words().participles and not joined:
            return _pick(i, "b", senses, "b")
    elif j < hi and s.tag[j] == "W":
        if "b" in frames and "n" not in frames and s.tag[j - 1] != "," and _has_verb(s, j, hi):
            return _pick(i, "b", senses, "b")
    elif j < hi and s.tag[j] == "o" and "o" in frames:
        return _pick(i, "o", senses, "o")
    elif j < hi and s.tag[j] == "S" and s.low[j] in {"as", "while", "when"} and senses[0].lemma == "tell":
        return None  # "told the press as she left"
    elif (j < hi and "b" in frames and s.tag[j] in "QF" and s.tag[j - 1] not in ",:") or (
        j < hi and s.tag[j] == "S" and "b" in frames and "n" not in frames and _has_verb(s, j, hi)
    ):
        return _pick(i, "b", senses, "b")
    if "n" in frames:
        return _pick(i, "n", senses, "n")
    if any(sense.lemma == "say" for sense in senses):
        return _pick(i, "b", senses, "b")  # "said the opposite", "said yes"
    return None


def _pick(first: int, wanted: str, senses: tuple[Sense, ...], frame: str) -> tuple[int, str, Sense] | None:
    for letter in wanted:
        for sense in senses:
            if letter in sense.frames:
                return (first, frame, sense)
    return None


def _after_adjunct(
    s: Stream, i: int, hi: int, senses: tuple[Sense, ...], frames: frozenset[str]
) -> tuple[int, str, Sense] | None:
    """ "told a news briefing in Moscow that", 'said in a statement: "..."': past addressee and adjuncts."""
    if not (s.tag[i] in "IfR,S" or ("a" in frames and s.tag[i] in "DANPO#")):
        return None
    if s.tag[i] == "S" and s.low[i] not in _SETS["adjuncts"]:
        return None
    if s.tag[i] == "," and not (i + 1 < hi and s.low[i + 1] in _SETS["adjuncts"]):
        return None
    for j in range(i, min(hi, i + _RIGHT_LIMIT)):
        tag = s.tag[j]
        if tag == "t":
            return _pick(j, "tb", senses, "t")
        if tag == "," and not _quotation_near(s, j + 1, hi):
            return None
        if tag in "QF":
            if j > i and (s.tag[j - 1] in ",:" or tag == "Q"):
                return _pick(j, "q", senses, "q")
            return None
        if tag in "VM.;G" or (tag == "S" and j > i):
            return None
        if tag == ":" and j + 1 < hi and s.tag[j + 1] not in "QF":
            return _pick(j + 1, "q", senses, "t")
        if tag == "o" and "o" not in frames and "a" not in frames:
            return None
    return None


def _occasion_end(s: Stream, i: int, hi: int) -> int | None:
    """Past "in a statement", "at a briefing on Monday", where a clause follows without "that"."""
    j = i + 1
    while j < hi and s.tag[j] in "DANP'" and j - i < 7:
        if s.low[j] in _SETS["documents"] or s.low[j] in _SETS["occasions"]:
            while j + 1 < hi and s.low[j + 1] in _SETS["occasions"]:
                j += 1  # "a press conference"
            j = _skip_time(s, j + 1, hi)
            return j if j < hi and s.tag[j] in "DANPO#" else None
        j += 1
    return None


def _pronoun_after_phrase(s: Stream, i: int, hi: int) -> int | None:
    """Where the clause begins in "said after the vote he would", "admitted under pressure they had"."""
    for j in range(i + 1, min(hi - 1, i + 8)):
        if s.tag[j] == "O" and s.low[j] in _SUBJECTS and s.tag[j + 1] in "VMR" and j > i + 1:
            return j
        if s.tag[j] not in "DANP#'f":
            return None
    return None


def _quotation_near(s: Stream, first: int, hi: int) -> bool:
    """Whether what is inserted between commas leads to a quotation or to "that"."""
    for i in range(first, min(hi, first + 12)):
        if s.tag[i] in "QFt" or (s.tag[i] == ":" and i + 1 < hi):
            return True
        if s.tag[i] in "VMG.":
            return False
    return False


def _addressee_end(s: Stream, i: int, hi: int) -> int | None:
    """The end of "reporters", "Fox News", "a news conference in Moscow", right after "told"."""
    if s.tag[i] == "O":
        return i + 1
    if s.tag[i] not in "DANP#":
        return None
    j = i
    while (
        j < hi
        and s.tag[j] in "DANP#'f"
        and not (
            j > i
            and (
                (s.tag[j] == "D" and s.tag[j - 1] in "NP")
                or (s.tag[j] == "P" and s.tag[j - 1] == "N" and s.low[j - 1].endswith("s"))
            )
        )
    ):
        j += 1
    while j < hi and s.tag[j] == "I" and j + 1 < hi and s.tag[j + 1] in "DANPT" and s.low[j] in _SETS["adjuncts"]:
        k = j + 1
        while (k < hi and s.tag[k] in "ANP#'fT") or k == j + 1:
            k += 1
        j = k
    return j


def _right_end(
    s: Stream, first: int, hi: int, frame: str, cue: Cue | None, *, clause: str = "main", brief: bool = False
) -> int:
    """The end of content that begins at ``first``: the sentence's, or where another attribution or main clause begins.

    :param clause: where the attribution stands: in the ``main`` clause, in a ``side`` clause ("While X said that ...,
        Y"), which a comma and a subject end, or in a ``relative`` one (", who said ..., was"), which
        a comma and a verb end.
    :param brief: the verb takes no more than a noun phrase ("endorsed him in May").
    """
    if frame == "q" and s.tag[first] == "Q":
        return _with_following(s, first, hi)[1]
    phrase = frame in "niPgoq"
    own = _tense(cue)
    i = first + 1
    depth = 0
    while i < hi:
        tag = s.tag[i]
        if tag == "(":
            depth += 1
        elif tag == ")":
            depth = max(0, depth - 1)
        elif depth == 0:
            if tag == "G" and s.low[i] == "according" and s.tag[i - 1] in ",NPFQTVA":
                break
            if (
                tag == ","
                and i + 1 < hi
                and (_leaves(s, i, hi, phrase, own) or _outer_clause(s, i + 1, hi, clause, phrase))
            ):
                break
            if brief and tag == "I" and i + 1 < hi and s.low[i] in _SETS["brief_ends"] and s.tag[i - 1] in "PO":
                break
            if phrase and frame != "i" and s.closes[i] and i + 1 < hi and _is_circumstance(s, i + 1):
                i += 1
                break
            if frame in "nP" and tag == "I" and cue is not None and i > first and _where_said(s, i, hi):
                break
            if tag in "Cb" and _new_clause(s, i, hi, cue, own):
                break
            if tag == "-" and not phrase and clause == "main" and cue is not None and _breaks_off(s, i, hi):
                break
            if tag == ";" or (tag in "-:" and phrase):
                break
            if (
                tag == "S"
                and phrase
                and s.low[i] in _SETS["breaking"]
                and s.tag[i - 1] not in "fI"
                and frame not in "q"
            ):
                break
            if phrase and tag in "Cb" and i + 1 < hi and _starts_clause(s, i + 1, hi):
                break
            if frame in "nP" and tag == "C" and i + 1 < hi and s.low[i + 1] in _AUXILIARIES:
                break  # "denies any wrongdoing and has offered no apology"
        i += 1
    while i > first and s.tag[i - 1] in ".,:;-":
        i -= 1
    return i


_ONE = frozenset({"a", "an", "his", "her", "its", "their"})
_CIRCUMSTANCES = frozenset({"in", "on", "at", "during", "after", "before", "since", "amid", "via", "over", "by"})
_AUXILIARIES = frozenset({"is", "are", "was", "were", "has", "have", "had", "did", "does"})


def _where_said(s: Stream, i: int, hi: int) -> bool:
    """Whether "in a letter to the league", "at a briefing" begins at ``i``: where it was said, and no part of it."""
    if s.low[i] not in {"in", "at", "during"} or i + 2 >= hi or s.low[i + 1] not in _ONE:
        return False
    for j in range(i + 2, min(hi, i + 6)):
        if s.low[j] in _SETS["documents"] or s.low[j] in _SETS["occasions"]:
            return True
        if s.tag[j] not in "ANP'":
            return False
    return False


def _is_circumstance(s: Stream, i: int) -> bool:
    """Whether what follows quoted words tells when and where it was said: 'called it "a farce" in a letter'."""
    return s.tag[i] == "T" or (s.tag[i] == "I" and s.low[i] in _CIRCUMSTANCES)


def _new_clause(s: Stream, i: int, hi: int, cue: Cue | None, own: int) -> bool:
    """Whether the conjunction at ``i`` joins another clause to the attribution, not to its content."""
    if _coordinated_cue(s, i, hi, own):
        return True
    if s.tag[i] == "b":
        return _same_subject(s, i, hi, cue)
    return (
        cue is not None and s.tag[i - 1] != "," and i + 1 < hi and s.tag[i + 1] in "D#OP" and _new_speaker(s, i + 1, hi)
    )


def _same_subject(s: Stream, conjunction: int, hi: int, cue: Cue | None) -> bool:
    """ "said that it would help but did not say how": another verb of the subject of the attribution."""
    i = conjunction + 1
    while i < hi and s.tag[i] == "R":
        i += 1
    return (
        cue is not None
        and cue.form != "ing"
        and i < hi
        and s.low[i] in {"did", "has", "does", "was", "declined", "refused"}
    )


def _breaks_off(s: Stream, dash: int, hi: int) -> bool:
    """Whether a single dash ends what is said and the writer goes on: "he would leave - a step that ..."."""
    return not any(s.tag[i] == "-" for i in range(dash + 1, hi)) and hi - dash > 3 and s.tag[dash - 1] not in "VM"


def _outer_clause(s: Stream, first: int, hi: int, clause: str, phrase: bool) -> bool:
    """Whether, after a comma, the clause around a side clause or a relative clause goes on."""
    if clause == "side":
        return _starts_clause(s, first, hi)
    return clause == "relative" and (phrase or s.tag[first] in "VM")


def _tense(cue: Cue | None) -> int:
    return 0 if cue is None else cue.entry.form & (PAST | S_FORM | BASE) if cue.form != "ing" else 0


def _leaves(s: Stream, comma: int, hi: int, phrase: bool, own: int) -> bool:
    """Whether content ends at this comma."""
    i = comma + 1
    while i < hi and s.tag[i] == "R":
        i += 1
    if i >= hi:
        return True
    tag, low = s.tag[i], s.low[i]
    if tag == "G":
        if low == "according":
            return True
        entries = load_cues().get(low)
        if entries and any(sense.kind == "speech" for entry in entries for sense in entry.senses):
            return True
        return phrase
    if tag == "Q":
        return s.tag[comma - 1] in "QF" or not any(s.tag[j] in "SI" for j in range(max(0, comma - 9), comma))
    if _postposed_speaker(s, i, hi):
        return True
    if tag in "b" and i + 1 < hi and s.low[i + 1] in {"he", "she"}:
        return True
    if tag in "Cb" and (_coordinated_cue(s, i, hi, own) or _new_speaker(s, i + 1, hi)):
        return True
    if tag == "S" and low in {"while", "though", "although", "whereas", "as"} and _new_speaker(s, i + 1, hi):
        return True
    if (
        tag == "V"
        and low in load_cues()
        and s.tag[i - 1] in ",R"
        and (own & PAST or low in {"said", "says"})
        and _speaks(low)
    ):
        return True
    if not phrase:
        return False
    if tag in "SbG":
        return True
    if tag in "C":
        return _starts_clause(s, i + 1, hi) or (i + 1 < hi and s.tag[i + 1] in "VRM")
    relative = tag == "I" and i + 1 < hi and s.tag[i + 1] == "W"  # "rejected the charge in a letter, in which"
    away = tag == "I" and low in {"with", "despite", "amid", "after", "before", "during", "by"}
    return tag in "WRO" or relative or away


def _speaks(low: str) -> bool:
    return any(
        sense.kind == "speech" and sense.frames & set("tb") for entry in load_cues()[low] for sense in entry.senses
    )


def _coordinated_cue(s: Stream, conjunction: int, hi: int, own: int) -> bool:
    """ "... and urged Russia": another cue of the same tense right after the conjunction."""
    i = conjunction + 1
    while i < hi and s.tag[i] in "RM":
        i += 1
    if i >= hi or s.tag[i] != "V" or s.low[i] not in load_cues() or not own:
        return False
    return any(
        entry.form & own and any(sense.kind == "speech" for sense in entry.senses) for entry in load_cues()[s.low[i]]
    )


def _new_speaker(s: Stream, first: int, hi: int) -> bool:
    """Whether a clause with a speaker and a speech verb of its own begins here."""
    for i in range(first, min(hi, first + 14)):
        tag = s.tag[i]
        if tag == "V":
            return i > first and s.low[i] in load_cues() and _speaks(s.low[i])
        if tag not in "DANPO#'fIRMC(),T":
            return False
    return False


def _postposed_speaker(s: Stream, first: int, hi: int) -> bool:
    """Whether ", Ned Price said on Thursday" begins here: a speaker whose words are those before the comma."""
    for i in range(first, min(hi, first + 12)):
        tag = s.tag[i]
        if tag == "V":
            after = s.tag[i + 1] if i + 1 < hi else "."
            return (
                i > first
                and s.low[i] in load_cues()
                and _speaks(s.low[i])
                and (
                    after in ".,TI"
                    or (after == "R" and i + 2 >= hi)
                    or (s.low[i] in {"told", "tells"} and after in "DNPO")
                )
            )
        if tag not in "DANPO'f" or (tag == "O" and i > first):
            return False
    return False


def _starts_clause(s: Stream, first: int, hi: int) -> bool:
    """Whether a subject with a finite verb, or a finite verb alone, begins at ``first``."""
    i = first
    while i < hi and s.tag[i] in "RT":
        i += 1
    if i < hi and s.tag[i] in "VM":
        return True
    while i < hi and s.tag[i] in "DANPO#'fR" and i - first < 12:
        i += 1
    return i > first and i < hi and s.tag[i] in "VM"


# ---- participles, passives, nouns, phrases ------------------------------------------------------------------------


def _participle(s: Stream, lo: int, hi: int, cue: Cue, found: list[_Found]) -> _Found | None:
    """ "..., adding that", "a statement saying that", "while calling"."""
    before = s.tag[cue.first - 1] if cue.first > lo else ""
    if before in set("vVG"):
        return None  # "discuss promising projects"
    if before in "NP" and before:
        source = sources.participle_host(s, lo, cue.first)
        papers = range(*source) if source is not None else range(cue.first - 1, cue.first)
        if any(s.low[i] in _SETS["documents"] for i in papers):
            source = _shared_subject(s, lo, cue, found) or source
    else:
        source = _shared_subject(s, lo, cue, found)
        if source is None and cue.first == lo:
            comma = next((i for i in range(lo, min(hi, lo + 60)) if s.tag[i] == ","), None)
            source = sources.subject(s, comma + 1, hi) if comma is not None else None
    if source is None or (source[0] < cue.first < source[1]):
        return None
    right = _right(s, hi, cue)
    if right is None:
        return None
    first, frame, sense = right
    if before not in ",QF-S" and frame not in "tq" and sense.kind != "speech":
        return None
    clause = "side" if cue.first == lo or before == "S" else "main"
    return _taken_up(s, cue, source, (first, _right_end(s, first, hi, frame, cue, clause=clause)), sense, frame, hi)


def _passive(s: Stream, lo: int, hi: int, cue: Cue) -> _Found | None:
    """ "was accused by the minister of": the source in the by-phrase, the victim and the charge as content."""
    i = _skip_time(s, cue.last, hi)
    if i >= hi or s.low[i] != "by":
        return None
    source = sources.right(s, i + 1, hi)
    if source is None or s.low[cue.head] in {"said", "told", "written", "wrote", "seen"}:
        return None
    senses = cue.entry.senses
    sense = next((x for x in senses if x.frames & set("no")), None) or next(
        (x for x in senses if x.frames & set("tb")), None
    )
    if sense is None or sense.kind != "speech":
        return None
    whole = Cue(cue.first, cue.head, i + 1, "passive", cue.entry, cue.negated, cue.modal)
    noun, that = _claim_noun(s, _trim_left(s, lo, cue.first), cue.first)
    if noun is not None and that is not None:
        return _Found(whole, source, [(that, cue.first)], sense, "t", noun)
    subject = sources.left(s, lo, cue.first)
    pieces = [subject] if subject is not None and s.tag[subject[0]] not in "Wt" else []
    after = _skip_time(s, source[1], hi)
    if after < hi and s.tag[after] == "I" and s.low[after] == "on" and after + 1 < hi and s.tag[after + 1] == "T":
        after = _skip_time(s, after + 1, hi)
    if after < hi and s.tag[after] in "fIot" and s.low[after] in {"of", "for", "to", "as", "that"}:
        end = _right_end(s, after, hi, "n", cue)
        if end > after + 1 and pieces and sense.lemma == "accuse" and s.tag[after] == "f":
            return _Found(whole, source, [(after + 1, end)], sense, "P", charged=pieces[0])
        if end > after + 1:
            pieces.append((after, end))
    return _Found(whole, source, pieces, sense, "n") if pieces else None


def _asked(s: Stream, lo: int, hi: int, cue: Cue) -> _Found | None:
    """ "When asked whether", "was asked by Orn about": a question, its asker named only in a by-phrase."""
    if s.low[cue.head] not in {"asked", "pressed"}:
        return None
    if cue.form != "passive" and cue.first > lo and s.tag[cue.first - 1] not in "S,":
        return None
    i = _skip_time(s, cue.last, hi)
    source = None
    if i + 1 < hi and s.low[i] == "by":
        source = sources.right(s, i + 1, hi)
        i = source[1] if source is not None else i
    sense = cue.entry.senses[0]
    while i < hi and s.tag[i] in "IDANPT" and s.low[i] != "about" and i - cue.last < 12:
        i += 1
    if i + 1 >= hi or not (
        s.low[i] == "about" or (s.tag[i] in "SWo" and s.low[i] not in {"as", "while", "after", "before"})
    ):
        return None
    first = i + 1 if s.low[i] == "about" else i
    end = _right_end(s, first, hi, "n", cue, clause="side")
    return _Found(cue, source, [(first, end)], sense, "w") if end > first else None


def _evidence(s: Stream, source: Span) -> bool:
    return any(s.low[i] in _SETS["evidence"] for i in range(*source))


def _noun(s: Stream, lo: int, hi: int, cue: Cue, found: list[_Found]) -> _Found | None:
    """ "his claim that", "accusations by A and B that", "made the promise to"."""
    i = cue.last
    source: Span | None = None
    last = cue.last
    if i < hi and s.low[i] in {"by", "from"}:
        source = sources.right(s, i + 1, hi)
        if source is None:
            return None
        i = source[1]
        if i + 1 < hi and s.tag[i] == "," and s.tag[i + 1] == "t":
            i += 1  # "accusations from Castelmar, the capital, that"
    if i >= hi:
        return None
    sense = next((x for x in cue.entry.senses if _noun_frame(s, i, x)), None)
    if sense is None:
        return None
    if source is None:
        source = _owner(s, lo, cue, found)
    if source is None:
        return None
    first = i + 1 if s.tag[i] in "If" else i
    frame = "t" if s.tag[i] == "t" else "i" if s.tag[i] == "o" else "P"
    end = _right_end(s, first, hi, "n" if frame == "P" else frame, None)
    if frame in "ti":
        end = _before_verdict(s, first, end) if frame == "t" else end
        end = _before_main_verb(s, lo, cue.head, (first, end), frame == "i")
    if end <= first:
        return None
    return _Found(Cue(cue.first, cue.head, last, "noun", cue.entry), source, [(first, end)], sense, frame)


def _before_verdict(s: Stream, first: int, end: int) -> int:
    """Where the claim ends in "Russia's claim that it is leaving is false": before what is said of it."""
    judged = word_class("false_adjectives") | word_class("false_nouns") | {"true"}
    for i in range(first + 2, end - 1):
        if s.low[i] in BE and s.tag[i] == "M":
            j = i + 1
            while j < end and (s.tag[j] == "R" or s.low[j] in {"not", "a", "an", "simply"}):
                j += 1
            if j < end and s.low[j] in judged and (j + 1 >= end or s.tag[j + 1] in ",.;CbG"):
                return i
    return end


def _before_main_verb(s: Stream, lo: int, noun: int, claim: Span, seen: bool) -> int:
    """Where the claim ends in "Warnings that troops are massing are growing": before a second verb without a joint.

    :param seen: whether the claim begins with its verb ("demands to leave").
    """
    first, end = claim
    if any(s.tag[i] in "VM" for i in range(lo, noun)):
        return end  # the noun is no subject
    for i in range(first, end):
        tag = s.tag[i]
        if tag in "tWSCb,-QF":
            seen = False
        elif tag == "M" and s.tag[i - 1] not in "MR":
            if seen and s.tag[i - 1] in "NP#G":
                return i
            seen = True
        elif tag == "V":
            seen = True
    return end


def _noun_frame(s: Stream, i: int, sense: Sense) -> bool:
    tag = s.tag[i]
    if tag == "t":
        return "t" in sense.frames
    if tag == "o":
        return "i" in sense.frames
    return tag in "If" and s.low[i] in sense.prepositions


def _owner(s: Stream, lo: int, cue: Cue, found: list[_Found]) -> Span | None:
    """Whose claim it is: a possessive before the noun, or the subject of "made the claim"."""
    i = cue.first - 1
    while i > lo and s.tag[i] in "A":
        i -= 1
    if i < lo:
        return None
    if s.tag[i] == "'":
        return sources.left(s, lo, i) or sources.possessor(s, lo, i)
    if s.tag[i] == "D" and s.low[i] in {"his", "her", "their", "its", "my", "our", "your"}:
        return (i, i + 1)
    if s.tag[i] == "P":
        first = i
        while first > lo and s.tag[first - 1] == "P":
            first -= 1
        return (first, i + 1)
    if i + 1 < cue.first and s.word[i + 1][0].isupper() and i + 1 > lo:
        return (i + 1, i + 2)
    while i > lo and s.tag[i] in "DA#":
        i -= 1
    if any(f.noun == cue.head for f in found):
        return None
    if s.tag[i] in "VG" and s.low[i] in _SETS["light_verbs"]:
        return sources.left(s, lo, i) or _shared_subject(s, lo, cue, found)
    return None


def _according(s: Stream, lo: int, hi: int, cue: Cue, found: list[_Found]) -> _Found | None:
    source = sources.right(s, cue.last, hi)
    if source is None and cue.last < hi and s.low[cue.last] in {"him", "her", "them"}:
        source = (cue.last, cue.last + 1)
    if source is None:
        return None
    i = source[1]
    opens = cue.first == lo or s.tag[cue.first - 1] in "Cb;.:" or (s.tag[cue.first - 1] == "R" and cue.first - 1 == lo)
    if opens:
        comma = next((j for j in range(i, min(hi, i + 40)) if s.tag[j] == ","), None)
        first = comma + 1 if comma is not None else i
        if first >= hi or s.tag[first] == ".":
            # what looked like an apposition is all that was said: "According to Brandt, the plan reeks of fear"
            comma = next((j for j in range(*source) if s.tag[j] == ","), None)
            if comma is None:
                return None
            source, first = (source[0], comma), comma + 1
        end = _right_end(s, first, hi, "t", None)
        return _Found(cue, source, [(first, end)], ACCORDING, "t") if end > first else None
    start = _clause_start(s, lo, cue.first, found)
    last = cue.first
    while last > start and s.tag[last - 1] in ",-":
        last -= 1
    first = _trim_left(s, start, last)
    for item in found:
        for a, b in item.pieces:
            if a <= cue.first and b <= last and a > first and item.frame == "t" and item.cue.form != "noun":
                first = a
    if first >= last:
        return None
    pieces = [(first, last)]
    fronted = s.tag[first] in "IRT" and not _has_verb(s, first, last)
    if i < hi and s.tag[i] == "," and i + 1 < hi and (fronted or s.tag[i + 1] not in "GCbSWDP"):
        end = _right_end(s, i + 1, hi, "t", None)
        if end - i > 3 and (fronted or s.tag[first] in "SID"):
            pieces.append((i + 1, end))
    return _Found(cue, source, pieces, ACCORDING, "q")


def _colon(s: Stream, lo: int, hi: int, found: list[_Found]) -> _Found | None:
    """'Truss pointed the finger at Moscow: "..."': speech after a colon belongs to the subject before it."""
    for i in range(lo + 1, hi - 1):
        if s.tag[i] == ":" and s.tag[i + 1] == "Q":
            source = _shared_subject(s, lo, Cue(i, i, i + 1, "finite", NO_ENTRY), found)
            whence = next((k for k in range(lo, min(i, lo + 2)) if s.low[k] == "from"), None)
            if whence is not None and s.low[lo] in {"from", "more"}:
                source = sources.left(s, whence + 1, i)  # "From the report:", "More from Jones:"
            elif source is None:
                source = sources.left(s, lo, i)
                if source is not None and source[0] != lo:
                    source = None
            if source is None or s.tag[source[0]] in "Wt":
                return None
            return _Found(Cue(i, i, i + 1, "finite", NO_ENTRY), source, [_with_following(s, i + 1, hi)], COLON, "q")
    return None


def signed(s: Stream, paragraph: int) -> list[Attribution]:
    """'"A disgrace." — Ilsa Brandt': a paragraph of speech with the name of its speaker under it."""
    count = len(s)
    end = count - 1 if count and s.tag[-1] == "." else count
    dash = next((i for i in range(count) if s.tag[i] == "-"), 0)
    if not dash or not 1 <= end - dash - 1 <= _MAX_SOURCE or any(s.tag[i] not in "QF.," for i in range(dash)):
        return []
    if not any(s.tag[i] == "Q" for i in range(dash)) or any(s.tag[i] not in "PA" for i in range(dash + 1, end)):
        return []
    cue = Cue(dash, dash, dash + 1, "finite", NO_ENTRY)
    found = _Found(cue, (dash + 1, end), [(0, dash)], COLON, "q")
    return [_with_offsets(s, found, (s.start[0], s.end[-1]), paragraph)]


# ---- headlines ----------------------------------------------------------------------------------------------------

_MAX_HEADLINE = 30  # items
_MAX_SOURCE = 5


def headline(s: Stream, paragraph: int) -> list[Attribution]:
    """ "Russia building up troops near Ukraine, not withdrawing: US": the source ends a title line."""
    count = len(s)
    if count > 1 and s.tag[-1] == ".":
        return _labelled(s, paragraph)
    if not 4 <= count <= _MAX_HEADLINE or s.tag[-1] in ",;:":
        return []
    colons = [i for i in range(count) if s.tag[i] == ":"]
    if colons and 1 <= colons[0] <= _MAX_SOURCE and count - colons[0] > 4:
        opening = _headline_source_first(s, colons[0], paragraph)
        if opening is not None:
            return [opening]
    dashes = [i for i in range(count) if s.tag[i] == "-"]
    if not colons and dashes and dashes[-1] > 3:
        colons = dashes[-1:]
    if not colons or colons[-1] < 3 or not 1 <= count - 1 - colons[-1] <= _MAX_SOURCE:
        return []
    last = colons[-1]
    if any(s.tag[i] not in "DANPOf'" for i in range(last + 1, count)) or not s.word[last + 1][0].isupper():
        return []
    first = colons[-2] + 1 if len(colons) > 1 and all(s.word[i].isupper() for i in range(colons[-2])) else 0
    if not any(s.tag[i] in "VGvMoN" for i in range(first, last)):
        return []
    cue = Cue(last, last, last + 1, "finite", NO_ENTRY)
    found = _Found(cue, (last + 1, count), [(first, last)], COLON, "t")
    return [_with_offsets(s, found, (s.start[0], s.end[-1]), paragraph)]


def _labelled(s: Stream, paragraph: int) -> list[Attribution]:
    """ "Clinton: I never promised that.": a line of speech under the name of its speaker."""
    colon = next((i for i in range(min(len(s), _MAX_SOURCE + 1)) if s.tag[i] == ":"), 0)
    if not colon or len(s) - colon < 4 or " ".join(s.low[:colon]) in _SETS["no_speakers"]:
        return []
    found = _headline_source_first(s, colon, paragraph)
    return [found] if found is not None else []


def _headline_source_first(s: Stream, colon: int, paragraph: int) -> Attribution | None:
    """ "Clinton: Time to step up": a name before the first colon of a title line, a clause after it."""
    if any(s.tag[i] != "P" or (s.word[i].isupper() and len(s.word[i]) > 4) for i in range(colon)):
        return None
    if not any(s.tag[i] in "VGvMoQF" for i in range(colon + 1, len(s))):
        return None
    cue = Cue(colon, colon, colon + 1, "finite", NO_ENTRY)
    found = _Found(cue, (0, colon), [(colon + 1, len(s))], COLON, "t")
    return _with_offsets(s, found, (s.start[0], s.end[-1]), paragraph)
