"""Tokens -> a stream of items, each with a coarse one-letter tag. No parser: closed classes, verb forms, neighbours.

Tags: D determiner, A adjective, N noun, P name, O pronoun, ' possessive mark, # number, f "of", I other preposition,
C and/or, b but, t "that", S subordinator, W who/which, M auxiliary or modal, o "to" before a verb, V finite verb or
participle, v bare verb, G -ing form, R adverb, T day or month, Q quotation, F long fragment in quotes, "," ";" ":" "-"
"(" ")" "." punctuation, "x" anything else.
"""

# A rule is a list of cases, each with its own way out: returns and branches are not counted here.

from dataclasses import dataclass

from checker.extraction.lexicon import BASE, ING, PARTICIPLE, PAST, S_FORM, load_cues, load_words
from checker.extraction.quotes import Quote
from checker.extraction.tokens import ABBREVIATION, CLITIC, DOTS, MARK, NEWLINE, NUMBER, OTHER, Tokens

_SHORT = 4  # words of a fragment in quotes that is read as part of the clause around it
_NOMINAL = "DA'#f"  # after these a word that can be noun or verb is a noun
_PUNCTUATION = {
    ",": ",",
    ";": ";",
    ":": ":",
    ".": ".",
    "?": ".",
    "!": ".",
    "(": "(",
    "[": "(",
    ")": ")",
    "]": ")",
    "/": "C",
    "&": "C",
    "-": "-",
}
_TIME_UNITS = frozenset(
    ["night", "day", "week", "month", "year", "morning", "afternoon", "evening", "time", "moment", "point", "summer"]
)
BE = frozenset(
    ["is", "are", "was", "were", "be", "been", "being", "am", "'s", "'re", "'m", "isn't", "aren't", "wasn't", "weren't"]
)
HAVE = {"has", "have", "had", "having", "'ve", "hasn't", "haven't", "hadn't"}


@dataclass(slots=True)
class Stream:
    """Parallel lists, one entry an item: character offsets, text, tag, and the quotation where the item is one."""

    tokens: Tokens
    start: list[int]
    end: list[int]
    word: list[str]
    low: list[str]
    tag: list[str]
    quote: list[Quote | None]
    abbreviated: list[bool]
    opens: list[bool]  # a few quoted words begin with this item
    closes: list[bool]  # a few quoted words end with it

    def __len__(self) -> int:
        return len(self.start)

    def cue_verb(self, i: int) -> bool:
        """Whether item ``i`` is a form of a verb that can attribute."""
        return self.low[i] in load_cues()


def stream(tokens: Tokens, begin: int, stop: int, quotes: list[Quote]) -> Stream:
    """The items of a token range: each of its quotations is one item, unless it is a few words of a clause."""
    s = Stream(tokens, [], [], [], [], [], [], [], [], [])
    i = begin
    number = 0
    while i < stop:
        if number < len(quotes) and quotes[number].first == i:
            quote = quotes[number]
            number += 1
            if not quote.speech and quote.words <= _SHORT:
                first = len(s)
                for j in range(i + 1, quote.last):
                    _append(s, j)
                if len(s) > first:
                    s.opens[first] = s.closes[-1] = True
            else:
                s.start.append(quote.start)
                s.end.append(quote.end)
                s.word.append("“”")
                s.low.append("“”")
                s.tag.append("Q" if quote.speech else "F")
                s.quote.append(quote)
                s.abbreviated.append(False)
                s.opens.append(not quote.speech)
                s.closes.append(not quote.speech)
                if tokens.low[quote.last - 1] == ",":
                    _append(s, quote.last - 1)  # the comma inside '"...," he said' belongs to the sentence around it
            i = quote.last + 1
            continue
        _append(s, i)
        i += 1
    _tag(s)
    return s


def has_finite_verb(s: Stream, lo: int, hi: int) -> bool:
    """Whether ``[lo, hi)`` holds a verb that can make a sentence: no lone participle, none inside "who ..."."""
    relative = False
    for i in range(lo, hi):
        tag = s.tag[i]
        if tag in "QF":
            return True
        if tag in "Wt" and i > lo:
            relative = True
        elif tag == ",":
            relative = False
        elif tag == "M" and s.low[i] not in {"not", "never"}:
            if not relative:
                return True
            relative = False
        elif tag == "V":
            if not relative and s.low[i] not in load_words().participles:
                return True
            relative = False
    return False


def _append(s: Stream, i: int) -> None:
    tokens = s.tokens
    kind = tokens.kind[i]
    if kind in {NEWLINE, MARK} and tokens.word[i] != "'":
        return
    if kind == MARK and not (s.tag and tokens.start[i] == s.end[-1] and s.low[-1].endswith("s")):
        return
    s.start.append(tokens.start[i])
    s.end.append(tokens.end[i])
    s.word.append(tokens.word[i])
    s.low.append(tokens.low[i])
    s.quote.append(None)
    s.abbreviated.append(kind == ABBREVIATION)
    s.opens.append(False)
    s.closes.append(False)
    if kind == OTHER:
        s.tag.append(_PUNCTUATION.get(tokens.low[i], "x"))
    elif kind == NUMBER:
        s.tag.append("#")
    elif kind == DOTS:
        s.tag.append("." if tokens.low[i][0] in ".…" else "-")
    elif kind == MARK:
        s.tag.append("'")
    elif kind == ABBREVIATION:
        s.tag.append("P")
    elif kind == CLITIC:
        s.tag.append("c")
    else:
        s.tag.append("w")


def _title_case(s: Stream) -> bool:
    """Whether nearly all long words are capitalised, as in a headline: "Norland Says It Never Promised That"."""
    long_words = [word for word, tag in zip(s.word, s.tag, strict=True) if tag == "w" and len(word) > 3]
    return 3 <= len(long_words) < 25 and sum(word[0].isupper() for word in long_words) >= 0.85 * len(long_words)


def _shouted(s: Stream) -> bool:
    """Whether all is in capitals, as in some headlines: the capital of a word then says nothing."""
    words = [word for word, tag in zip(s.word, s.tag, strict=True) if tag == "w"]
    return len(words) > 3 and all(word.isupper() for word in words)


def _tag(s: Stream) -> None:
    """Replaces the tags ``w`` (word) and ``c`` (clitic), left to right."""
    headline = len(s) < 40 and _title_case(s)
    shouted = len(s) < 40 and _shouted(s)
    lexicon = load_words()
    closed, forms, nouns_too, not_verbs = lexicon.closed, lexicon.forms, lexicon.nouns_too, lexicon.not_verbs
    cues = load_cues()
    tags, lows, words = s.tag, s.low, s.word
    count = len(tags)
    previous = "."
    for i in range(count):
        tag = tags[i]
        if tag == "w":
            low = lows[i]
            word = words[i]
            capital = word[0].isupper() and not shouted
            initial = previous in ".-:Q(" or i == 0
            known = closed.get(low)
            if capital and len(low) == 2 and word.isupper() and low in {"us", "un", "eu", "uk"}:
                tag = "P"
            elif (
                known is not None
                and (not capital or initial or known not in "AR")
                and not (capital and known == "M" and low in {"may", "will", "might"} and not initial)
            ):
                tag = _closed_tag(s, i, known, previous, forms)
            elif headline and i and not word.isupper() and forms.get(low, 0) & (S_FORM | PAST) and low in cues:
                tag = _verb_tag(s, i, forms[low], previous, low in nouns_too, True)
            elif capital and (not initial or _name_follows(s, i)) and not (initial and forms.get(low, 0) & ING):
                tag = "P"
            elif low in forms and low not in not_verbs:
                tag = _verb_tag(s, i, forms[low], previous, low in nouns_too, low in cues)
            elif previous == "o" and not capital:
                tag = "v"
            elif low.endswith("ly") and low not in not_verbs and len(low) > 4:
                tag = "R"
            elif (
                low.endswith("ing")
                and len(low) > 5
                and "-" not in low
                and low not in not_verbs
                and (not capital or initial)
            ):
                tag = "N" if previous in _NOMINAL else "G"
            elif low.endswith("ed") and len(low) > 4 and low not in not_verbs and not capital and "-" not in low:
                tag = "A" if previous in _NOMINAL or previous == "I" else "V"
            elif capital:
                tag = "P"
            elif len(low) < 4 and previous == "P" and i + 1 < count and words[i + 1][:1].isupper():
                tag = "P"  # "Michery el Soheil"
            else:
                tag = "N"
            tags[i] = tag
        elif tag == "c":
            tag = tags[i] = _clitic_tag(s, i, previous, forms)
        previous = tag


def _name_follows(s: Stream, i: int) -> bool:
    """Whether a capitalised word at the head of a sentence is a name: another name, or a verb of saying, comes next."""
    nxt = i + 1
    if s.low[i] in {"said", "says"}:
        return False  # 'Said Brandt, "..."'
    if nxt < len(s.tag) and s.low[nxt] in {"said", "says", "told", "added", "'s", "wrote", "has", "had", "is", "was"}:
        return True
    return (
        nxt < len(s.tag) and s.tag[nxt] in "wP" and s.word[nxt][0].isupper() and s.low[nxt] not in load_words().closed
    )


_NAMES_TOO = frozenset(["jan", "april", "may", "june", "august", "mar", "dec"])  # "Jan Hruska", "Theresa May"


def _closed_tag(s: Stream, i: int, known: str, previous: str, forms: dict[str, int]) -> str:
    """Words of a closed class whose tag depends on the next word."""
    low = s.low[i]
    nxt = s.low[i + 1] if i + 1 < len(s.low) else ""
    if known == "T" and low in _NAMES_TOO and s.word[i][0].isupper():
        following = s.word[i + 1] if i + 1 < len(s.word) else ""
        named = following[:1].isupper() and load_words().closed.get(nxt) is None
        return "P" if named or (previous == "P" and following[:1].isalpha()) else known
    if known == "T" and nxt in {"'s", "’s"}:
        return "N"  # "called Friday's vote a farce": no time of the saying
    if low in {"about", "around", "over"} and nxt[:1].isdigit():
        return "D"  # "said about 20 people"
    if known == "o":
        if nxt.endswith("ly") and i + 2 < len(s.low) and forms.get(s.low[i + 2], 0) & BASE:
            return "o"  # "to harshly punish"
        again = nxt.removeprefix("re").removeprefix("-")
        if nxt == "“”":
            nxt = again = _first_quoted(s, i + 1)
        if (forms.get(nxt, 0) | forms.get(again, 0)) & BASE or nxt in {"be", "have", "not"}:
            return "o"
        return "o" if nxt in load_words().verbs_too and _object_at(s, i + 2) else "I"
    if low == "that" and nxt and (previous in "If" or (previous == "V" and forms.get(nxt, 0) & S_FORM)):
        return "O" if nxt in load_words().closed or not nxt[0].isalpha() else "D"
    if low in {"that", "this", "these", "those"} and known == "D" and _is_verb_like(nxt, forms):
        return "O"
    if low in {
        "all",
        "both",
        "many",
        "some",
        "most",
        "others",
        "several",
        "few",
        "any",
        "each",
        "either",
        "neither",
    } and ((_is_verb_like(nxt, forms) and nxt not in load_words().nouns_too) or nxt in {"of", ",", ".", ""}):
        return "N" if nxt == "of" else "O"
    if low == "her" and (not nxt or not nxt[0].isalpha() or load_words().closed.get(nxt, "N") not in "DANRT"):
        return "O"
    if low == "one" and nxt and nxt[0].isalpha() and load_words().closed.get(nxt, "N") in "AN":
        return "O" if nxt in forms and nxt not in load_words().nouns_too else "D"
    if low in {"outside", "inside"} and not s.word[i][0].islower() and nxt and nxt not in load_words().closed:
        return "A"
    if known == "A" and not s.word[i][0].islower() and nxt == ",":
        return "P"
    if known == "R" and previous == "D" and low in {"long", "then", "once", "almost"}:
        return "A"
    if known == "A" and previous in "NPO,)" and forms.get(low, 0) & PAST and low in load_cues() and nxt:
        # "The complaint alleged that" against "the alleged plot"
        return "V" if load_words().closed.get(nxt, "") in {"t", "D", "O"} else known
    if low == "that" and nxt in _TIME_UNITS and previous != "V":
        return "D"
    if low in {"as", "since", "until", "till", "after", "before"}:
        closed = load_words().closed.get(nxt, "")
        return (
            "S"
            if closed in {"O", "M"} or nxt in {"the", "a", "an"} or forms.get(nxt, 0) & ING or _clause_near(s, i)
            else "I"
        )
    if low == "like" and previous in "O" and s.low[i - 1] in {"i", "you", "we", "they"}:
        return "V"
    if low == "there":
        return "O"
    if low == "said":
        return "V"
    return known


def _first_quoted(s: Stream, i: int) -> str:
    """The first word of the quotation that is item ``i``."""
    quote = s.quote[i]
    return s.tokens.low[quote.first + 1] if quote is not None and quote.first + 1 < quote.last else ""


def _object_at(s: Stream, i: int) -> bool:
    """Whether a noun phrase begins here: after "to name" it shows that "name" is a verb."""
    return i < len(s.low) and (load_words().closed.get(s.low[i], "N") in {"D", "O"} or s.word[i][0].isupper())


def _clause_near(s: Stream, i: int) -> bool:
    """Whether a subject pronoun or an auxiliary comes within the next few words: a clause, not a noun phrase."""
    closed = load_words().closed
    cues = load_cues()
    for low in s.low[i + 2 : i + 7]:
        if low == ",":
            return False
        if closed.get(low) == "M" or (low in cues and low.endswith(("ed", "said", "wrote", "told", "says"))):
            return True
    return False


def _is_verb_like(low: str, forms: dict[str, int]) -> bool:
    return low in forms or load_words().closed.get(low) in {"M", "t"}


def _verb_tag(s: Stream, i: int, bits: int, previous: str, noun_too: bool, cue: bool) -> str:
    """A form of a verb: finite or participle (V), bare (v), -ing (G), or after all a noun (N) or adjective (A)."""
    if bits & ING:
        return "N" if previous in "DA'" and _ends_phrase(s, i + 1) else "A" if previous in "DA'" else "G"
    if bits & (PAST | PARTICIPLE) and not (noun_too and bits & BASE):
        if previous in _NOMINAL and not (previous == "#" or s.low[i - 1] in {"all", "both"}):
            return "A"
        return "A" if previous == "I" else "V"
    if previous == "o":
        return "v"
    if previous == "M" or (previous == "R" and i > 1 and s.tag[i - 2] == "M"):
        auxiliary = s.low[i - 1] if previous == "M" else s.low[i - 2]
        if auxiliary not in BE and auxiliary not in HAVE:
            return "v"
        if bits & PARTICIPLE:
            return "V"
        return "N" if noun_too else "V"
    if previous in "A#" and not noun_too:
        return "V"
    if previous in _NOMINAL or previous == "I":
        return "N"
    if previous in "OWR":
        return "V"
    if bits == BASE and previous in "C," and _after_infinitive(s, i):
        return "v"
    if not noun_too:
        return "V"
    return _noun_or_verb(s, i, bits, previous, cue)


def _after_infinitive(s: Stream, i: int) -> bool:
    """ "to leave the city and declare": a bare verb that shares the "to" or the auxiliary of the one before it."""
    for j in range(i - 2, max(-1, i - 18), -1):
        if s.tag[j] in "Vv.;":
            return s.tag[j] == "v"
    return False


def _noun_or_verb(s: Stream, i: int, bits: int, previous: str, cue: bool) -> str:
    """'Russia claims that' against 'the peace claims': number of the word before, and what comes next."""
    nxt = s.low[i + 1] if i + 1 < len(s.low) else ""
    closed = load_words().closed.get(nxt, "")
    opens_object = (
        closed in {"t", "D", "O", "o", "S", "W"} or nxt == "“”" or (i + 1 < len(s.word) and s.word[i + 1][0].isupper())
    )
    if previous == "P":
        singular = not s.low[i - 1].endswith("s")
        if bits & S_FORM:
            return "V" if opens_object or (singular and not _ends_phrase(s, i + 1)) or closed == "I" else "N"
        return "V" if not singular and opens_object else "N"
    if previous == "N":
        plural = s.low[i - 1].endswith("s")
        if bits & S_FORM:
            return "V" if not plural and opens_object else "N"
        return "V" if plural and opens_object else "N"
    if previous == "C" and i > 1 and s.tag[i - 2] in "VNPv,":
        return "V" if opens_object else "N"
    if previous == ",":
        return "V" if opens_object and cue else "N"
    if previous == ")":
        return "V" if opens_object else "N"
    return "N"


def _ends_phrase(s: Stream, i: int) -> bool:
    """Whether a noun phrase that reached item ``i - 1`` can end there."""
    if i >= len(s.low):
        return True
    tag = s.tag[i]
    if tag != "w":
        return True
    return load_words().closed.get(s.low[i], "N") in {"f", "I", "C", "b", "t", "M", "S", "W", "o"}


def _clitic_tag(s: Stream, i: int, previous: str, forms: dict[str, int]) -> str:
    """'s after a name or noun: possessive, unless the next word shows that it stands for "is" or "has"."""
    low = s.low[i]
    if low != "'s" or previous in "OWS":
        return "M"
    nxt = s.low[i + 1] if i + 1 < len(s.low) else ""
    if nxt in {"a", "an", "the", "not", "been", "no", "to", "in", "on", "at", "it", "he", "she", "they"}:
        return "M"
    if (
        forms.get(nxt, 0) & ING
        and previous in "NP"
        and i + 2 < len(s.low)
        and load_words().closed.get(s.low[i + 2], "") in {"D", "o", "O"}
    ):
        return "M"
    return "'"
