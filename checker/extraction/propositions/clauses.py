"""Where a clause has its main verb. No parser: closed classes, known verbs, and the words around them.

Wrong is worse than nothing: wherever two readings are open, the answer is None.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

from checker.extraction.propositions.words import Verbs, Words, base_of, closed_words, cut, verbs, word_class

Kind: TypeAlias = Literal["be", "have", "do", "modal", "full"]
Tense: TypeAlias = Literal["past", "third", "base"]

AUXILIARIES: dict[str, tuple[Kind, Tense]] = {
    "is": ("be", "third"),
    "are": ("be", "base"),
    "am": ("be", "base"),
    "was": ("be", "past"),
    "were": ("be", "past"),
    "has": ("have", "third"),
    "have": ("have", "base"),
    "had": ("have", "past"),
    "does": ("do", "third"),
    "do": ("do", "base"),
    "did": ("do", "past"),
    **dict.fromkeys(
        ("will", "would", "can", "could", "may", "might", "must", "should", "shall", "cannot"), ("modal", "base")
    ),
}
_NON_FINITE = frozenset({"be", "been", "being", "having", "not", "have", "had", "never"})
_MODAL_NOUNS = frozenset({"will", "can", "might", "must", "do"})
_RELATIVES = frozenset({"who", "which", "whom", "whose", "where"})
_PLURAL_PRONOUNS = frozenset({"i", "we", "you", "they"})
_SINGULAR_PRONOUNS = frozenset({"he", "she", "it"})
_SUBJECT_PRONOUNS = _PLURAL_PRONOUNS | _SINGULAR_PRONOUNS
_OBJECT_PRONOUNS = frozenset(
    {"it", "them", "him", "her", "us", "me", "you", "everyone", "everything", "nothing", "nobody"}
)
_STANDALONE = frozenset(
    {"this", "that", "these", "those", "all", "both", "some", "many", "few", "most", "none", "each"}
)
_PLURAL_NOUNS = frozenset(
    {"people", "police", "children", "men", "women", "these", "those", "both", "many", "few", "most"}
)
_STRICT_SUBORDINATORS = frozenset(
    {"if", "unless", "although", "though", "when", "while", "because", "provided", "providing", "whether", "whereas"}
)
_NO_SUBJECT = frozenset({"about", "of", "with", "as", "like", "into", "against", "between"})
_EMBEDDING = frozenset(
    {"whether", "how", "why", "what", "when", "because", "if", "while", "although", "though", "unless"}
)
_TIMES = frozenset({"until", "after", "before", "since", "as", "than", "once"})
_HOLDER_ENDINGS = (
    "er",
    "or",
    "man",
    "men",
    "ist",
    "ian",
    "ent",
    "ary",
    "ers",
    "ors",
    "ists",
    "ents",
    "hief",
    "head",
    "aide",
    "voy",
    "ouple",
)
_PAST_NOUNS = frozenset({"shot", "thought", "cut", "hit", "split", "spread", "bid", "set", "lead"})
_NOT_ADVERBIAL = frozenset({"there", "here", "both", "like", "not", "never", "only", "even"})
_BREAKS = frozenset({".", ";", ":", "?", "!"})
_DASHES = frozenset({"—", "–", "-"})
_STANDS_BY = frozenset({"stand", "pass", "go", "come"})


@dataclass(frozen=True, slots=True)
class Finite:
    """The main verb's finite word: where it stands, what it is, and where its clause begins. ``base`` of full verbs."""

    index: int
    kind: Kind
    tense: Tense
    base: str
    start: int


def is_adverb(word: str) -> bool:
    """Whether ``word`` (lower case) may stand between a subject and its verb without being either."""
    return word in word_class("adverbs") or (len(word) > 4 and word.endswith("ly") and word not in _LY_NOUNS)


_LY_NOUNS = frozenset(
    {
        "family",
        "italy",
        "assembly",
        "july",
        "supply",
        "reply",
        "apply",
        "ally",
        "rally",
        "anomaly",
        "comply",
        "imply",
        "rely",
    }
)


def is_name(words: Words, index: int) -> bool:
    """Whether the word looks like a proper name: capitalised, and no closed-class word."""
    raw, low = words.raw[index], words.low[index]
    return raw[:1].isupper() and low not in closed_words()


def is_demonym(words: Words, index: int) -> bool:
    """Whether the word looks like an adjective of nationality ("Norlandish"), which a noun follows."""
    low = words.low[index]
    return words.raw[index][:1].isupper() and (
        low.endswith(("ian", "ish", "ese", "ean")) or low in word_class("demonyms")
    )


def is_plural_noun(word: str) -> bool:
    """Whether ``word`` (lower case) looks like a plural noun."""
    return word in _PLURAL_NOUNS or (
        len(word) > 2
        and word.endswith("s")
        and not word.endswith(("ss", "us", "is", "'s"))
        and word not in closed_words()
    )


def is_sentence_end(words: Words, i: int) -> bool:
    """Whether a sentence ends at word ``i`` and another follows; the point of "Mr." or "U.S." ends none."""
    low = words.low
    if low[i] not in (".", "!", "?", ";", "…") or i + 1 >= len(words):
        return False
    before = low[i - 1] if i else ""
    abbreviation = len(before) == 1 or "." in before or before in _ABBREVIATIONS or words.raw[i + 1][0].islower()
    return not (low[i] in (".", "…") and abbreviation)


_ABBREVIATIONS = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "gen",
        "col",
        "lt",
        "sen",
        "rep",
        "gov",
        "st",
        "jr",
        "sr",
        "capt",
        "sgt",
        "adm",
        "no",
        "vs",
        "jan",
        "feb",
        "aug",
        "sept",
        "oct",
        "nov",
        "dec",
    ]
)


def main_start(words: Words) -> int | None:
    """Where the main clause begins, past leading adverbials and subordinate clauses; None where that is open."""
    low, n = words.low, len(words)
    start = 0
    while start < n:
        first = low[start]
        strict = first in _STRICT_SUBORDINATORS
        adverbial = (
            strict or first in word_class("prepositions") or first in word_class("subordinators") or is_adverb(first)
        )
        if not adverbial or (first in _NOT_ADVERBIAL and low[start + 1 : start + 2] != (",",)):
            return start
        comma = _leading_comma(low, start)
        if comma is None or (
            not strict and first not in word_class("subordinators") and _has_auxiliary(low, start, comma)
        ):
            return None if strict else start
        if strict and sum(word in AUXILIARIES for word in low[start:comma]) > 1:
            return None
        start = comma + 1
    return None


def _leading_comma(low: tuple[str, ...], start: int) -> int | None:
    try:
        return low.index(",", start, start + 40)
    except ValueError:
        return None


def _has_auxiliary(low: tuple[str, ...], start: int, end: int) -> bool:
    return any(word in AUXILIARIES for word in low[start:end])


def find_finite(words: Words) -> Finite | None:
    """The finite verb of the main clause, or None where there is none or it cannot be told. Linear time."""
    return _find(words.text)


@lru_cache(maxsize=64)
def _find(text: str) -> Finite | None:
    words = cut(text)
    start = main_start(words)
    return None if start is None else _Search(words, start).run()


class _Search:
    """One walk over the words, left to right. Relative clauses inside the subject use up their own verbs."""

    __slots__ = ("commas", "embedded", "late_past", "lexicon", "low", "n", "pending", "start", "strong", "words")

    def __init__(self, words: Words, start: int) -> None:
        self.words = words
        self.low = words.low
        self.n = len(words)
        self.start = start
        self.pending = 0  # finite verbs that relative clauses still owe
        self.commas = 0
        self.embedded = False  # whether one was read: its end cannot be seen, so nouns get the benefit of the doubt
        self.lexicon: Verbs = verbs()
        self.strong: list[bool] | None = None
        self.late_past: list[bool] | None = None

    def run(self) -> Finite | None:
        i = self.start
        if i >= self.n or self._lacks_subject(i):
            return None
        while i < self.n:
            if self._breaks(i):
                return None
            if self.low[i] in AUXILIARIES:
                if self._is_finite_auxiliary(i):
                    if self.low[i - 1] in ("but", "and"):
                        return None  # the verb before was missed
                    if not self.pending:
                        kind, tense = AUXILIARIES[self.low[i]]
                        return Finite(i, kind, tense, "have" if kind == "have" else self.low[i], self.start)
                    i = self._past_embedded_group(i)
            elif (after := self._past_structure(i)) is not None:
                i = after
            elif i > self.start:
                found = self._verb_here(i)
                if found is not None:
                    return None if found[0] is None else Finite(i, "full", found[0], found[1], self.start)
            i += 1
        return None

    def _lacks_subject(self, i: int) -> bool:
        """Whether the text begins as a question, an order, or a clause without its subject."""
        word = self.low[i]
        return word in AUXILIARIES or word in _NO_SUBJECT or self._is_fragment(i) or self._is_order(i)

    def _breaks(self, i: int) -> bool:
        word = self.low[i]
        return word in _BREAKS and (word == ":" or i + 1 == self.n or is_sentence_end(self.words, i))

    def _past_structure(self, i: int) -> int | None:
        """The last word of a comma, a parenthesis or a clause opener at ``i``; None where a plain word stands there."""
        word = self.low[i]
        if word == "," or word in _DASHES:
            self.commas += 1
            return i
        if word == "(":
            return self._index(")", i)
        if word in _RELATIVES and i > self.start:
            if self.low[i - 1] == ",":
                self.commas += 1
                return self._index(",", i)
            self.pending += 1
            return i
        if self._opens_embedded(i):
            self.pending += 1
            return i
        return None

    def _past_embedded_group(self, i: int) -> int:
        self._use_embedded()
        while i + 1 < self.n and (self.low[i + 1] in _NON_FINITE or is_adverb(self.low[i + 1])):
            i += 1
        return i

    def _verb_here(self, i: int) -> tuple[Tense | None, str] | None:
        """The main clause's full verb at ``i``; verbs that a clause inside the subject owes are used up."""
        if self.pending and self._is_embedded_verb(i):
            self._use_embedded()
            return None
        found = self._full_verb(i)
        if found is not None and self.pending:
            self._use_embedded()
            return None
        return found

    def _use_embedded(self) -> None:
        self.pending -= 1
        self.embedded = True

    def _index(self, mark: str, after: int) -> int:
        """Where ``mark`` next stands; the end where it never does (the walk is then over)."""
        try:
            return self.low.index(mark, after + 1)
        except ValueError:
            return self.n

    def _is_fragment(self, i: int) -> bool:
        raw = self.words.raw[i]
        return (
            raw.islower()
            and raw in self.lexicon.past
            and raw not in self.lexicon.also_noun
            and self._follows_verb(i)
            and (i + 1 < self.n and self.low[i + 1] in word_class("determiners"))
        )

    def _is_order(self, i: int) -> bool:
        return self.low[i] in self.lexicon.base and self.low[i] not in self.lexicon.also_noun

    def _opens_embedded(self, i: int) -> bool:
        """Whether a clause begins here that belongs to the subject: "the claim that ...", "the troops we sent"."""
        low = self.low
        if i == self.start:
            return False
        if low[i] == "that":
            return low[i - 1] != ","
        if low[i] in _EMBEDDING:
            return True
        if low[i] in _TIMES and i + 1 < self.n and low[i + 1] in _SUBJECT_PRONOUNS:
            return True
        name = is_name(self.words, i) and not low[i].endswith(("day", "ary", "ber"))
        if not name and (low[i] not in _SUBJECT_PRONOUNS or low[i] == "it"):
            return False
        before = low[i - 1]
        opened = low[self.start] in word_class("prepositions") or is_adverb(low[self.start])
        if opened or not before.isalpha() or before in closed_words():
            return False
        if not name:
            return True
        # "the situation Norland is facing" against "the minister Ilja Varno is", "rebels Norland"
        determined = low[self.start] in word_class("determiners") and self.words.raw[i - 1].islower()
        return determined and not before.endswith(_HOLDER_ENDINGS) and before not in word_class("organisation_words")

    def _is_finite_auxiliary(self, i: int) -> bool:
        low, word = self.low, self.low[i]
        before = low[i - 1] if i > self.start else ""
        if before == "to" or (word == "am" and before.isdigit()):
            return False
        if word == "may" and self.words.raw[i] == "May":
            return False
        nounlike = before in word_class("determiners") and before not in _STANDALONE
        return not (word in _MODAL_NOUNS and (nounlike or before.endswith("'s")))

    def _is_embedded_verb(self, i: int) -> bool:
        """Whether the word is the verb right behind its relative pronoun or pronoun subject."""
        j = i - 1
        while j > self.start and is_adverb(self.low[j]):
            j -= 1
        opener = self.low[j]
        if opener not in _RELATIVES and opener != "that" and opener not in _SUBJECT_PRONOUNS:
            return False
        word = self.low[i]
        return any(base_of(word, form) for form in ("past", "third", "base"))

    def _full_verb(self, i: int) -> tuple[Tense | None, str] | None:
        """Tense and base of a finite full verb at ``i``; None where it is none; tense None where it is open."""
        word, lexicon = self.low[i], self.lexicon
        if not word.isalpha() or word in closed_words() or self.words.raw[i][0].isupper():
            return None
        past = lexicon.past.get(word) or (word.endswith("ed") and base_of(word, "past")) or None
        third = None if past else lexicon.third.get(word) or self._third_of_pronoun(i)
        base = word if not past and not third and word in lexicon.base else None
        if not (past or third or base):
            return None
        j = i - 1
        while j >= self.start and (is_adverb(self.low[j]) or self.low[j : j + 2] == ("no", "longer")):
            j -= 1
        if j < self.start or not self._can_be_subject_end(j):
            return None
        if past:
            return self._past(i, j, past)
        if third:
            return ("third", third) if self._is_third(i, j, third) else None
        return ("base", word) if self._is_plural_present(i, j) else None

    def _third_of_pronoun(self, i: int) -> str | None:
        """Right behind "he" an unknown word in -s can only be a verb."""
        word = self.low[i]
        if self.low[i - 1] not in _SINGULAR_PRONOUNS or not word.endswith("s") or word.endswith("ss") or len(word) < 4:
            return None
        return base_of(word, "third") or (word[:-1] if not word.endswith("es") else None)

    def _can_be_subject_end(self, j: int) -> bool:
        before = self.low[j]
        if before == ",":
            return self.commas > 0 and self.commas % 2 == 0
        if before in _STANDALONE or before in _SUBJECT_PRONOUNS or before in (")", "%", "”", '"'):
            return True
        if before in closed_words() or before.endswith(("'s", "'")):
            return False
        return before[0].isalpha() or before[0].isdigit()

    def _is_year(self, j: int) -> bool:
        word = self.low[j]
        return len(word) == 4 and word.isdigit() and j > self.start and self.low[j - 1].isalpha()

    def _past(self, i: int, j: int, base: str) -> tuple[Tense | None, str] | None:
        low, lexicon, word = self.low, self.lexicon, self.low[i]
        before = low[j]
        if word in lexicon.past_only or before in _SUBJECT_PRONOUNS:
            return "past", base
        if before[0].isdigit() and not self._is_year(j):
            return None
        following = self._next(i)
        if following in ("by", "as") and base not in _STANDS_BY:
            return None
        if word in lexicon.base and word in lexicon.also_noun and not self._follows_verb(i):
            return None
        if (
            word in _PAST_NOUNS
            and (following in word_class("prepositions") or not following)
            and not is_name(self.words, j)
        ):
            return None
        if self._strong_after(i):
            takes_clause = base in lexicon.clausal and following not in word_class("prepositions")
            return ("past", base) if takes_clause else None
        if following in word_class("prepositions") and self._past_after(i):
            return None, base
        return "past", base

    def _is_third(self, i: int, j: int, base: str) -> bool:
        before, dual = self.low[j], base in self.lexicon.also_noun
        if before in _PLURAL_PRONOUNS:
            return False
        if before in _SINGULAR_PRONOUNS or not dual:
            return True
        if self.embedded or is_demonym(self.words, j) or (is_plural_noun(before) and not is_name(self.words, j)):
            return False
        if before not in _STANDALONE and not is_name(self.words, j) and not self._has_determiner(j):
            return False
        if base in self.lexicon.clausal and self._follows_clause(i):
            return True
        verb_like = self._follows_verb(i) or j < i - 1  # "now looks"
        return verb_like and not self._strong_after(i) and not self._past_after(i)

    def _is_plural_present(self, i: int, j: int) -> bool:
        before, word = self.low[j], self.low[i]
        if before in _PLURAL_PRONOUNS:
            return True
        coordinated = j >= self.start + 2 and self.low[j - 1] == "and"
        if not (is_plural_noun(before) or coordinated):
            return False
        if word not in self.lexicon.also_noun:
            return True
        if word in self.lexicon.clausal and self._follows_clause(i):
            return True
        return self._follows_verb(i) and not self._strong_after(i) and not self._past_after(i)

    def _next(self, i: int) -> str:
        i += 1
        while i < self.n and is_adverb(self.low[i]) and self.low[i] not in ("there", "here"):
            i += 1
        return self.low[i] if i < self.n else ""

    def _has_determiner(self, j: int) -> bool:
        return j > self.start and (self.low[j - 1] in word_class("determiners") or self.low[j - 1].endswith("'s"))

    def _follows_clause(self, i: int) -> bool:
        following = self._next(i)
        if following in _SUBJECT_PRONOUNS or following in ("that", "the", "there"):
            return True
        return i + 1 < self.n and is_name(self.words, i + 1)

    def _follows_verb(self, i: int) -> bool:
        """Whether what comes next can be an object or a complement, so that a noun is the lesser reading."""
        following = self._next(i)
        if following in word_class("determiners") or following in word_class("prepositions"):
            return True
        if (
            following in _OBJECT_PRONOUNS
            or following[:1].isdigit()
            or following in ("up", "out", "off", "down", "back")
        ):
            return True
        return i + 1 < self.n and (is_name(self.words, i + 1) or self.low[i + 1].endswith("ly"))

    def _strong_after(self, i: int) -> bool:
        """Whether a sure finite verb follows before the clause ends: then this word can hardly be its main verb."""
        if self.strong is None:
            self._look_ahead()
        return i + 1 < self.n and self.strong is not None and self.strong[i + 1]

    def _past_after(self, i: int) -> bool:
        if self.late_past is None:
            self._look_ahead()
        return i + 1 < self.n and self.late_past is not None and self.late_past[i + 1]

    def _look_ahead(self) -> None:
        low, boundaries = self.low, word_class("boundaries")
        strong, past = [False] * self.n, [False] * self.n
        seen_strong = seen_past = False
        for i in range(self.n - 1, -1, -1):
            word = low[i]
            if word in boundaries or word in _BREAKS or word == "," or word in _DASHES:
                seen_strong = seen_past = False
            elif word in AUXILIARIES:
                seen_strong = seen_strong or self._is_finite_auxiliary(i)
            elif word in self.lexicon.past_only:
                seen_strong = True
            elif word in self.lexicon.past and i and low[i - 1] not in closed_words():
                seen_past = True
            strong[i], past[i] = seen_strong, seen_past
        self.strong, self.late_past = strong, past
