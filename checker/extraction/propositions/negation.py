"""The opposite of a clause: its main verb negated, or un-negated where it was negative."""

import re

from checker.extraction.propositions.clauses import (
    AUXILIARIES,
    Finite,
    find_finite,
    is_adverb,
    is_plural_noun,
    is_sentence_end,
)
from checker.extraction.propositions.cleaning import expand
from checker.extraction.propositions.nominal import deny_noun_phrase, some_for
from checker.extraction.propositions.words import (
    Form,
    Words,
    base_of,
    capitalised,
    closed_words,
    cut,
    inflect,
    verbs,
    with_article,
    word_class,
)

LONGEST = 1500  # characters; nobody says longer clauses, and nobody could read their negation
Edit = tuple[int, int, str]  # words [from, to) become this text

_TAIL = re.compile(r"[\s.,;:!…]*\Z")
_TRUE_FRAME = re.compile(
    r"it (?:is|was) (?:not (?:true|the case|correct|right|so)|(?:false|untrue|wrong|a lie)) that (?=\w)", re.I
)
_AND_THAT = re.compile(r",? (?:and|or) that (?=\w)")
_NEGATORS = frozenset({"not", "never", "no", "none", "nothing", "nobody", "neither", "nor", "nowhere", "cannot"})
_HALF_NEGATORS = frozenset({"hardly", "barely", "scarcely", "rarely", "seldom"})
_CLAUSE_ENDS = frozenset(
    {"that", "which", "who", "whom", "whose", "because", "if", "when", "while", "although", "though", "unless"}
)
_SUBORDINATE = _CLAUSE_ENDS | {
    "whether",
    "how",
    "why",
    "what",
    "where",
    "it",
    "they",
    "we",
    "he",
    "she",
    "there",
    "than",
    "as",
}
_SUBJECT_PRONOUNS = frozenset({"i", "we", "you", "they", "he", "she", "it", "that", "this"})
_TO_ANY = {"some": "any", "someone": "anyone", "somebody": "anybody", "something": "anything"}
_TO_SOME = {any_: some for some, any_ in _TO_ANY.items()}
_NO_OBJECTS = {"nothing": "something", "nobody": "somebody", "none": "some"}
_SUBJECTS = {
    "nobody": "somebody",
    "somebody": "nobody",
    "nothing": "something",
    "something": "nothing",
    "someone": "no one",
}
_UNIVERSAL = frozenset({"all", "every", "everyone", "everybody", "everything"})
_NOT_SUBJECTS = _UNIVERSAL | {"a", "one", "many", "much", "both", "enough"}
_FORM: dict[str, Form] = {"past": "past", "third": "third", "base": "base"}
_NEVER_WAYS = (("in", "no", "way"), ("by", "no", "means"), ("under", "no", "circumstances"))


def negate(clause: str) -> str | None:
    """The clause that holds exactly where ``clause`` does not, contractions written out.

    Only the main clause's verb changes. Infinitives and gerunds take "not"; noun phrases that name a deed become
    "There was no ...". None where the main verb cannot be told for sure, or where "not" would not oppose the whole.
    """
    if len(clause) > LONGEST:
        return None
    text = expand(clause.strip())
    tail = _TAIL.search(text)
    body, ending = (text[: tail.start()], tail[0]) if tail else (text, "")
    if not body or body.endswith("?"):
        return None
    negated = _negate_body(body)
    return None if negated is None else negated + ending


def _negate_body(body: str) -> str | None:
    if frame := _TRUE_FRAME.match(body):
        rest = body[frame.end() :]
        return capitalised(rest) if body[0].isupper() else rest
    parts = _AND_THAT.split(body)
    if len(parts) > 1 and " that " not in parts[0] and len(parts) <= 4:
        negated = [_negate_clause(part) for part in parts]
        return None if None in negated else " and ".join(part for part in negated if part)
    return _negate_clause(body)


def _negate_clause(body: str) -> str | None:
    words = cut(body)
    if not words.raw:
        return None
    finite = find_finite(words)
    if finite is None:
        return _negate_without_verb(words)
    if finite.start == 0 and _is_non_finite(words, finite.index):
        return _negate_without_verb(words)
    if any(is_sentence_end(words, i) for i in range(finite.index, len(words))) or _runs_on(words.low, finite.index):
        return None
    edits = _edits(words, finite)
    return None if edits is None else apply(words, edits)


def _is_non_finite(words: Words, end: int) -> bool:
    """Whether the text is an infinitive or a gerund whose only finite verb belongs to a clause inside it."""
    low = words.low
    first = low[1] if low[0] in ("not", "never") and len(low) > 1 else low[0]
    return (first == "to" or first in verbs().gerund) and any(word in _SUBORDINATE for word in low[1:end])


def _runs_on(low: tuple[str, ...], start: int) -> bool:
    """Whether another main clause follows behind a bare comma: "It is not a war, it is a crime"."""
    for k in range(start, len(low) - 2):
        if low[k] in ("if", "when", "because", "although", "while", "unless", "as"):
            return False
        if (
            low[k] == ","
            and low[k + 1] in _SUBJECT_PRONOUNS
            and (low[k + 2] in AUXILIARIES or low[k + 2] in verbs().past)
        ):
            return True
    return False


def _edits(words: Words, finite: Finite) -> list[Edit] | None:
    low, start, i = words.low, finite.start, finite.index
    if low[start] in ("only", "few", "neither", "hardly") or any(
        w in _HALF_NEGATORS or w == "nor" for w in low[start : i + 3]
    ):
        return None
    if low[start] == "there":
        return _existential(words, finite)
    quantified = _subject(words, finite)
    if quantified != []:
        return quantified
    if _coordinated_finite(words, finite):
        return None
    if any(
        w in ("not", "no") and low[k + 1 : k + 2] != ("longer",) for k, w in enumerate(low[start:i], start)
    ) and not _opens_relative(low, start, i):
        return None
    return _full(words, finite) if finite.kind == "full" else _auxiliary(words, finite)


def _opens_relative(low: tuple[str, ...], start: int, i: int) -> bool:
    return any(word in _CLAUSE_ENDS for word in low[start:i])


# The subject --------------------------------------------------------------------------------------------------------


def _subject(words: Words, finite: Finite) -> list[Edit] | None:
    """Edits of a quantified subject ("all" -> "not all"); empty where the verb must change; None where neither can."""
    low, s = words.low, finite.start
    first, second = low[s], low[s + 1] if s + 1 < len(words) else ""
    negative_verb = _negative_after(low, finite.index, len(words))
    edit: Edit | None = None
    if first == "not":
        if second not in _NOT_SUBJECTS:
            return None
        edit = (s, s + 2, second)
    elif first == "no" and second == "one":
        edit = (s, s + 2, "someone")
    elif first == "no" and second:
        determiner = some_for(low[s + 1 : finite.index]) or "some"
        edit = (s, s + 2, with_article(words.raw[s + 1])) if determiner == "a" else (s, s + 1, determiner)
    elif first == "none" or (first == "some" and second == "of"):
        edit = (s, s + 1, "none" if first == "some" else "some")
    elif first in _SUBJECTS:
        edit = (s, s + 1, _SUBJECTS[first])
    elif first == "some" and is_plural_noun(_head(low, s + 1, finite.index)):
        edit = (s, s + 1, "no")
    elif first in _UNIVERSAL and not negative_verb:
        edit = (s, s + 1, "not " + first)
    if edit is None:
        return []
    if negative_verb:
        return None
    begin, end, text = edit
    return [(begin, end, capitalised(text) if words.raw[s][0].isupper() else text)]


def _head(low: tuple[str, ...], start: int, end: int) -> str:
    """The last word of a noun phrase before its first preposition or relative clause."""
    head = ""
    for word in low[start:end]:
        if word in word_class("prepositions") or word in _CLAUSE_ENDS or not word[0].isalpha():
            break
        if not is_adverb(word):
            head = word
    return head


# There is -----------------------------------------------------------------------------------------------------------


def _existential(words: Words, finite: Finite) -> list[Edit] | None:
    low, n, i = words.low, len(words), finite.index
    if finite.kind in ("full", "do"):
        return _full(words, finite) if finite.kind == "full" else _auxiliary(words, finite)
    k = i + 1
    while (
        k < n
        and (low[k] in ("be", "been", "not", "never") or is_adverb(low[k]))
        and not (low[k] == "not" and k > i + 3)
    ):
        k += 1
    if k >= n:
        return _auxiliary(words, finite)
    if any(w in ("not", "never") for w in low[i + 1 : k]) or low[i] == "cannot":
        return _auxiliary(words, finite)
    if low[k] == "no" and low[k + 1 : k + 2] == ("longer",):
        return [(k, k + 2, "still"), *_swap(words, k + 2, _TO_SOME)]
    still: list[Edit] = [(j, j + 1, "") for j in range(i + 1, k) if low[j] == "still"]
    if low[k] == "no":
        if low[k + 1 : k + 2] in (("doubt",), ("one",)):
            return [(k, k + 2, "some doubt" if low[k + 1] == "doubt" else "someone"), *still]
        return [_positive_no(words, k), *still]
    if low[k] in _NO_OBJECTS:
        return [(k, k + 1, _NO_OBJECTS[low[k]]), *still]
    if _negative_after(low, k, n):
        return None
    if low[k] in ("a", "an", "some", "any"):
        return [(k, k + 1, "no"), *still]
    if low[k] in word_class("determiners") or low[k][0].isdigit() or words.raw[k][0].isupper() or not low[k].isalpha():
        return _auxiliary(words, finite)
    return [(k, k, "no"), *still]


def _positive_no(words: Words, k: int) -> Edit:
    """ "no plan" -> "a plan", "no troops" -> "troops", "no such thing" -> "such a thing"."""
    low = words.low
    phrase = low[k + 1 : k + 8]
    determiner = some_for(phrase)
    if determiner == "a" and k + 1 < len(words):
        return (k, k + 2, with_article(words.raw[k + 1]))
    return (k, k + 1, determiner)


# Auxiliaries --------------------------------------------------------------------------------------------------------


def _auxiliary(words: Words, finite: Finite) -> list[Edit] | None:
    low, n, i = words.low, len(words), finite.index
    if low[i] == "cannot":
        if _but_follows(low, i) or low[i + 1 : i + 2] in (("only",), ("but",)):
            return None
        return [(i, i + 1, "can"), *_to_positive(words, i + 1)]
    if finite.kind == "have" and not _is_perfect(low, i):
        return _main_have(words, finite)
    j = i + 1
    while j < n and is_adverb(low[j]) and low[j] not in ("never", "still", "already", "only", "not", "yet"):
        j += 1
    word = low[j] if j < n else ""
    if word == "not":
        return _without_not(words, finite, j)
    if word == "never":
        return [(j, j + 1, ""), *_to_positive(words, j + 1)]
    if word == "no" and low[j + 1 : j + 2] == ("longer",):
        return [(j, j + 2, "still"), *_to_positive(words, j + 2)]
    if low[j : j + 3] in _NEVER_WAYS:
        return [(j, j + 3, ""), *_to_positive(words, j + 3)]
    if word == "neither" and "nor" in low[j:]:
        k = low.index("nor", j)
        return [(j, j + 1, "either"), (k, k + 1, "or")]
    if word == "yet" and low[j + 1 : j + 2] == ("to",) and finite.kind == "have" and j + 2 < n:
        base = base_of(low[j + 2], "base")
        return None if base is None else [(j, j + 3, "already " + inflect(base, "participle"))]
    if word in _NO_OBJECTS or word == "no":
        return _object_negation(words, j)
    return _with_not(words, finite, j)


def _is_perfect(low: tuple[str, ...], i: int) -> bool:
    """Whether the "have" at ``i`` is an auxiliary: a participle follows."""
    k = i + 1
    if low[k : k + 2] == ("yet", "to"):
        return True
    while k < len(low) and (is_adverb(low[k]) or low[k] in ("not", "never") or low[k : k + 2] == ("no", "longer")):
        k += 1
    word = low[k] if k < len(low) else ""
    return word in verbs().participle or (word.endswith("ed") and word not in ("need", "indeed") and word.isalpha())


def _without_not(words: Words, finite: Finite, j: int) -> list[Edit] | None:
    low, n = words.low, len(words)
    after = low[j + 1] if j + 1 < n else ""
    if low[j + 1 : j + 3] == ("be", "more") or low[j + 1 : j + 3] == ("be", "further"):
        return None  # "could not be more clear"
    if after in ("only", "merely", "solely", "to") or _but_follows(low, j) or "," in low[j + 1 : j + 2]:
        return None
    replacement, drop = "", []
    if after == "yet":
        replacement, drop = "already", [(j + 1, j + 2, "")]
    elif low[-1] == "yet":
        replacement, drop = "already", [(n - 1, n, "")]
    elif low[-1] == "anymore":
        replacement, drop = "still", [(n - 1, n, "")]
    elif low[-2:] == ("any", "longer"):
        replacement, drop = "still", [(n - 2, n, "")]
    if finite.kind != "do":
        return [(j, j + 1, replacement), *drop, *_to_positive(words, j + 1)]
    k = j + 1
    while k < n and is_adverb(low[k]):
        k += 1
    if k >= n or not low[k].isalpha() or (low[k] in closed_words() and low[k] not in ("have", "do", "be")):
        return None
    if low[k] not in verbs().base and low[k] not in ("have", "do") and finite.tense != "base":
        return None
    verb = inflect(low[k], _FORM[finite.tense])
    return [
        (finite.index, finite.index + 1, ""),
        (j, j + 1, replacement),
        *drop,
        (k, k + 1, verb),
        *_coordinated(words, k, "or", finite.tense),
        *_to_positive(words, k + 1),
    ]


def _with_not(words: Words, finite: Finite, j: int) -> list[Edit] | None:
    low, n, i = words.low, len(words), finite.index
    word = low[j] if j < n else ""
    if word == "only" or low[i : i + 2] in (("had", "better"), ("would", "rather")) or _negative_after(low, i + 1, n):
        return None
    swaps = _swap(words, i + 1, _TO_ANY)
    if word == "still":
        return [(j, j + 1, "no longer"), *swaps]
    if word == "already":
        return [(j, j + 1, "not yet"), *swaps]
    if word == "either" and "or" in low[j:]:
        k = low.index("or", j)
        return [(j, j + 1, "neither"), (k, k + 1, "nor")]
    if low[i] == "can":
        return [(i, i + 1, "Cannot" if words.raw[i][0].isupper() else "cannot"), *swaps]
    k = i + 1
    while k < n and low[k] in word_class("adverbs_before_not"):
        k += 1
    return [(k, k, "not"), *swaps]


# Full verbs ---------------------------------------------------------------------------------------------------------


def _main_have(words: Words, finite: Finite) -> list[Edit] | None:
    """ "has a plan", "has no plan", "has to leave"; also the old "has not a plan"."""
    return _full(words, finite)


def _full(words: Words, finite: Finite) -> list[Edit] | None:
    low, n, i = words.low, len(words), finite.index
    j = i
    while j > finite.start and is_adverb(low[j - 1]) and low[j - 1] not in ("both", "there", "here"):
        if low[j - 1] == "longer" and low[j - 2 : j - 1] == ("no",):
            return [(j - 2, j, "still"), *_to_positive(words, i + 1)]
        j -= 1
    before = low[j:i]
    if "never" in before:
        k = j + before.index("never")
        return None if _but_follows(low, k) else [(k, k + 1, ""), *_to_positive(words, i + 1)]
    if "only" in before or "not" in before:
        return None
    if "still" in before:
        k = j + before.index("still")
        return [(k, k + 1, "no longer"), *_swap(words, i + 1, _TO_ANY)]
    k = i + 1
    while k < n and is_adverb(low[k]) and low[k] not in ("only",):
        k += 1
    if k < n and (low[k] in _NO_OBJECTS or low[k] == "no"):
        return _object_negation(words, k)
    if low[k : k + 1] == ("only",) or low[i + 1 : i + 2] == ("only",) or _negative_after(low, i + 1, n):
        return None
    edits: list[Edit] = []
    helper = {"past": "did not", "third": "does not", "base": "do not"}[finite.tense]
    while j < i and low[j] in word_class("adverbs_before_not"):
        j += 1
    if "already" in before:
        at = i - len(before) + before.index("already")
        edits, j = [(at, at + 1, "yet")], min(j, at)
    edits.append((j, j, helper))
    edits.append((i, i + 1, finite.base))
    return edits + _coordinated(words, i, "and", finite.tense) + _swap(words, i + 1, _TO_ANY)


def _object_negation(words: Words, k: int) -> list[Edit] | None:
    """ "poses no threat" -> "poses a threat"; a second negation behind it makes the reading open."""
    low = words.low
    if _negative_after(low, k + 1, len(words)) or _but_follows(low, k):
        return None
    if low[k] in _NO_OBJECTS:
        return [(k, k + 1, _NO_OBJECTS[low[k]])]
    following = low[k + 1] if k + 1 < len(words) else ""
    if following == "one":
        return [(k, k + 2, "someone")]
    if following in (
        "less",
        "more",
        "fewer",
        "matter",
        "sooner",
        "doubt",
        "longer",
        "different",
        "better",
        "worse",
        "",
    ):
        return None
    return [_positive_no(words, k)]


# What follows the verb ----------------------------------------------------------------------------------------------


def _negative_after(low: tuple[str, ...], start: int, end: int) -> bool:
    """Whether the main clause holds another negation behind ``start``; "not to do it" belongs to its infinitive."""
    for k in range(start, end):
        word = low[k]
        if word in _CLAUSE_ENDS:
            return False
        if word in _NEGATORS and not (word in ("not", "never") and low[k + 1 : k + 2] == ("to",) and low[k - 1] != ","):
            if word == "no" and low[k - 1] in ("with", "of"):
                continue
            return True
    return False


def _but_follows(low: tuple[str, ...], start: int) -> bool:
    return "but" in low[start:]


def _to_positive(words: Words, start: int) -> list[Edit]:
    """ "any" behind a removed negation becomes "some"; "at all" and "ever" go."""
    edits = _swap(words, start, _TO_SOME)
    low = words.low
    if low[-2:] == ("at", "all") and len(low) - 2 >= start:
        edits.append((len(low) - 2, len(low), ""))
    if low[start : start + 1] == ("ever",):
        edits.append((start, start + 1, ""))
    return edits


def _swap(words: Words, start: int, table: dict[str, str]) -> list[Edit]:
    low = words.low
    for k in range(start, len(low)):
        if low[k] in _CLAUSE_ENDS:
            break
        if low[k] in table:
            following = low[k + 1] if k + 1 < len(low) else ""
            if following in ("more", "longer", "further", "of") or following[:1].isdigit():
                break
            return [(k, k + 1, table[low[k]])]
    return []


def _coordinated(words: Words, i: int, conjunction: str, tense: str) -> list[Edit]:
    """A second verb under the same subject: "shelled X and killed Y" <-> "did not shell X or kill Y"."""
    low, lexicon = words.low, verbs()
    edits: list[Edit] = []
    for k in range(i + 1, len(low) - 1):
        if low[k] in _CLAUSE_ENDS or low[k] in (";", ":", "to"):
            break
        if low[k] != conjunction:
            continue
        verb = low[k + 1]
        if conjunction == "and":
            base = base_of(verb, _FORM[tense]) if tense != "past" else lexicon.past.get(verb)
            if base and (base not in lexicon.also_noun or tense == "past"):
                edits += [(k, k + 1, "or"), (k + 1, k + 2, base)]
        elif verb in lexicon.base and (
            verb not in lexicon.also_noun or (low[k + 2 : k + 3] and low[k + 2] in word_class("determiners"))
        ):
            edits += [(k, k + 1, "and"), (k + 1, k + 2, inflect(verb, _FORM[tense]))]
    return edits


def _coordinated_finite(words: Words, finite: Finite) -> bool:
    """Whether a second finite verb under the same subject would stay outside of the negation."""
    low, lexicon = words.low, verbs()
    for k in range(finite.index + 1, len(low) - 1):
        if low[k] in _CLAUSE_ENDS or low[k] in _SUBJECT_PRONOUNS:
            return False
        if low[k] != "and":
            continue
        verb = low[k + 1]
        if verb in AUXILIARIES and low[k - 1] != ",":
            return True
        present = lexicon.third.get(verb) or (verb if verb in lexicon.base and verb not in lexicon.past else None)
        infinitive = finite.kind in ("do", "modal") or "to" in low[finite.index : k] or finite.tense == "past"
        if (
            finite.kind != "full"
            and present
            and present not in lexicon.also_noun
            and not (infinitive and present == verb)
        ):
            return True
    return False


# No finite verb -----------------------------------------------------------------------------------------------------


def _negate_without_verb(words: Words) -> str | None:
    low, raw = words.low, words.raw
    negative = low[0] in ("not", "never")
    k = 1 if negative else 0
    verb = low[k] if k < len(low) else ""
    if verb == "to" and k + 1 < len(low) and (low[k + 1] in verbs().base or low[k + 1] in ("be", "have", "do")):
        return _toggle_not(words, negative)
    if verb in verbs().gerund and low[k + 1 : k + 2] not in (("of",), ("by",)) and len(low) > k + 1:
        return _toggle_not(words, negative)
    if any(word in AUXILIARIES for word in low) or (raw[0].islower() and low[0] in verbs().past):
        return None
    return deny_noun_phrase(words)


def _toggle_not(words: Words, negative: bool) -> str | None:
    first = words.raw[0]
    if first.isupper() and len(first) > 1:
        return None  # a headline
    if negative:
        rest = words.text[words.start[1] :]
        return capitalised(rest) if first[0].isupper() else rest
    if first[0].isupper():
        return "Not " + first[0].lower() + words.text[1:]
    return "not " + words.text


def apply(words: Words, edits: list[Edit]) -> str:
    """The text with words replaced, one space around what is put in, and none left where words went."""
    parts: list[str] = []
    at = 0
    for begin, end, replacement in sorted(edits, key=lambda edit: edit[:2]):
        here = words.start[begin] if begin < len(words) else len(words.text)
        parts.append(words.text[at:here])
        if begin == end and begin < len(words):
            parts.append(replacement + " ")
        elif begin == end:
            parts.append(" " + replacement)
        else:
            parts.append(replacement)
        at = here if begin == end else words.end[end - 1]
        if replacement == "":
            while at < len(words.text) and words.text[at] == " ":
                at += 1
    parts.append(words.text[at:])
    return "".join(parts).rstrip()
