"""Pronouns and pointing words: "we" becomes the speaker, a leading "it" its antecedent, "there" the place."""

import re

from checker.extraction.propositions.clauses import AUXILIARIES, is_adverb, is_plural_noun
from checker.extraction.propositions.context import Context
from checker.extraction.propositions.negation import Edit, apply
from checker.extraction.propositions.words import Words, capitalised, closed_words, cut, inflect, verbs, word_class

_SINGULAR = {"are": "is", "am": "is", "were": "was", "have": "has", "do": "does"}
_WE = frozenset({"we", "i"})
_OUR = frozenset({"our", "my"})
_US = frozenset({"us", "me"})
_SHARED = frozenset(
    "countries nations peoples states two three both leaders governments bilateral mutual joint common".split()
)
_THEY = frozenset({"they", "their"})
_PERSON = frozenset({"he", "she", "his", "her"})
_POSSESSIVE = frozenset({"its", "their", "his", "her"})
_INCLUSIVE = frozenset({"all", "both", "each", "and", "or"})
_CONJUNCTIONS = frozenset({"and", "or", "but"})
_PREPOSITION_START = re.compile(
    r"(?:in|on|at|near|along|inside|outside|around|across|over|under|by|within|off)\s", re.I
)
_PLACE_PREPOSITIONS = frozenset({"from", "to", "in", "near", "around", "through", "towards", "toward"})
_MOTION = frozenset(
    [
        "go",
        "goes",
        "going",
        "went",
        "gone",
        "come",
        "comes",
        "coming",
        "came",
        "get",
        "got",
        "return",
        "returned",
        "returning",
        "travel",
        "travelled",
        "flew",
        "fly",
        "sent",
        "send",
        "move",
        "moved",
        "moving",
        "brought",
        "bring",
        "fled",
        "flee",
    ]
)
_EXPLETIVE_OPENERS = frozenset({"that", "to", "whether", "how", "why", "if", "when", "who", "which", "for"})
_BE = frozenset({"is", "was", "are", "were", "be", "been"})


def resolve(text: str, context: Context) -> str:
    """``text`` with its pronouns replaced where ``context`` has what they stand for and the grammar can follow."""
    if context.speaker and is_usable(context.speaker):
        text = resolve_speaker(text, context.speaker)
    if context.subjects:
        text = resolve_subject(text, context.subjects)
    if context.place:
        text = resolve_place(text, context.place)
    return text


def is_usable(name: str) -> bool:
    """Whether a name says more than the pronoun that it would replace."""
    low = name.strip().lower()
    return low not in closed_words() and any(map(str.isalpha, low))


def possessive(name: str) -> str:
    """The possessive of a name: "Norland's", "the United Cantons'"."""
    return name + ("'" if name.endswith(("s", "S")) else "'s")


def is_plural(name: str) -> bool:
    """Whether verbs after ``name`` take the plural: two actors, or a plural common noun. Names of states do not."""
    words = cut(name)
    if "and" in words.low:
        return True
    last = words.raw[-1] if words.raw else ""
    return last[:1].islower() and is_plural_noun(last)


# The first person ---------------------------------------------------------------------------------------------------


def resolve_speaker(text: str, speaker: str) -> str:
    """First-person pronouns replaced by ``speaker``, the verb made to agree; a pronoun whose verb is unclear stays."""
    words = cut(text)
    plural = is_plural(speaker)
    edits: list[Edit] = []
    for i, low in enumerate(words.low):
        if low in _WE:
            edits += _first_person_subject(words, i, speaker, plural)
        elif low in _OUR and i + 1 < len(words):
            shared = words.low[i + 1] in _SHARED  # "our countries" are the speaker's and another's
            if not shared and (words.low[i + 1] != "own" or i):
                edits.append((i, i + 1, possessive(speaker)))
        elif low in _US and words.raw[i].islower() and (not i or words.low[i - 1] not in ("let", "of", "both", "all")):
            edits.append((i, i + 1, speaker))
        elif low == "myself" or (low == "ourselves" and looks_like_person(speaker) is not True):
            edits.append((i, i + 1, "themselves" if plural else "itself" if low == "ourselves" else speaker))
    return _start_capital(apply(words, edits), text) if edits else text


def _first_person_subject(words: Words, i: int, speaker: str, plural: bool) -> list[Edit]:
    low, n = words.low, len(words)
    if low[i] == "i" and words.raw[i] != "I":
        return []
    if i and (
        low[i - 1] in AUXILIARIES
        or (low[i] == "i" and words.raw[i - 1][0].isupper() and words.raw[i - 1] not in ("And", "But", "As", "If"))
    ):
        return []  # an inverted question, or a numeral
    k = i + 1
    while k < n and (is_adverb(low[k]) or low[k] in ("of", "course")) and low[k] not in ("here", "there"):
        k += 1
    if k >= n or low[i + 1] in _INCLUSIVE:
        return []
    opens = i > 0 and low[i - 1] in (".", "!", "?")
    subject: Edit = (i, i + 1, capitalised(speaker) if opens else speaker)
    if plural:
        return [subject, *([(k, k + 1, {"am": "are", "was": "were"}[low[k]])] if low[k] in ("am", "was") else [])]
    joined = (
        i > 1 and low[i] == "i" and low[i - 1] == "and" and low[i - 2] not in closed_words() and low[i - 2][0].isalpha()
    )
    if joined:
        return [subject]  # "the envoy and I have": the verb is plural already
    if low[k] in AUXILIARIES:
        agreed = _SINGULAR.get(low[k])
        first: list[Edit] = [subject, (k, k + 1, agreed)] if agreed else [subject]
        return first + (_agreeing_conjuncts(words, k) if low[k] in _SINGULAR and low[k] != "do" else [])
    lexicon = verbs()
    if low[k] in lexicon.base and low[k] not in lexicon.past:
        return [subject, (k, k + 1, inflect(low[k], "third")), *_agreeing_conjuncts(words, k)]
    if low[k] in lexicon.past and low[k] not in lexicon.base:
        return [subject]
    return [subject] if low[k].endswith("ed") and low[k] not in closed_words() else []


def _agreeing_conjuncts(words: Words, k: int) -> list[Edit]:
    """Verbs coordinated with the one at ``k``: "regret this and condemn it" needs both to agree."""
    low, lexicon = words.low, verbs()
    edits: list[Edit] = []
    infinitive = False
    for j in range(k + 1, len(low) - 1):
        if low[j] in _WE or low[j] in ("that", "which", "who", "because", "if", ";", ":", "they", "he", "she", "it"):
            break
        if low[j] == "to" or (low[j] in AUXILIARIES and low[j] not in _SINGULAR and low[j] not in ("had", "did")):
            infinitive = True
        if low[j] not in _CONJUNCTIONS:
            continue
        m = j + 1
        while m < len(low) - 1 and is_adverb(low[m]):
            m += 1
        verb = low[m]
        if verb in _SINGULAR and low[j - 1] != ",":
            edits.append((m, m + 1, _SINGULAR[verb]))
        elif verb in lexicon.base and verb not in lexicon.past and not infinitive:
            object_follows = m + 1 < len(low) and (low[m + 1] in closed_words() or words.raw[m + 1][0].isupper())
            if verb not in lexicon.also_noun or object_follows:
                edits.append((m, m + 1, inflect(verb, "third")))
    return edits


# The third person ---------------------------------------------------------------------------------------------------


def resolve_subject(text: str, subjects: tuple[str, ...]) -> str:
    """A leading "it", "they", "he", "she" or their possessive replaced by the first candidate that fits."""
    words = cut(text)
    if len(words) < 2:
        return text
    pronoun = words.low[0]
    if pronoun not in _PERSON | _THEY | {"it", "its"}:
        return text
    if pronoun == "it" and _is_expletive(words):
        return text
    if pronoun == "her" and not words.low[1].isalpha():
        return text
    chosen = next((name for name in subjects if is_usable(name) and _fits(pronoun, name)), None)
    if chosen is None:
        return text
    name = possessive(chosen) if pronoun in _POSSESSIVE else chosen
    edits: list[Edit] = [(0, 1, name)]
    return _start_capital(apply(words, edits), text)


def _fits(pronoun: str, name: str) -> bool:
    plural = is_plural(name)
    if pronoun in _THEY:
        return plural
    if plural:
        return False
    return looks_like_person(name) is not False if pronoun in _PERSON else looks_like_person(name) is not True


def looks_like_person(name: str) -> bool | None:
    """Whether a name is a person's; None where it could be either ("Varno")."""
    words = cut(name)
    if not words.raw:
        return None
    organisation = word_class("organisation_words")
    if any(word in organisation for word in words.low):
        titled = words.low[0] in word_class("person_titles") and words.low[0] not in organisation
        return titled and len(words) > 2
    if words.low[0] in word_class("person_titles"):
        return True
    if words.low[0] in ("the", "a", "an"):
        return any(word in word_class("person_titles") for word in words.low[1:]) or False
    if name.isupper() and len(name) > 1:
        return False
    if len(words) == 1:
        return False if words.low[0].endswith(("ia", "land", "stan")) else None
    return all(raw[0].isupper() for raw in words.raw if raw[0].isalpha())


def _is_expletive(words: Words) -> bool:
    """Whether a leading "it" stands for nothing: "it is clear that", "it takes time", "it was Norland that"."""
    low, n = words.low, len(words)
    k = 1
    while k < n and (
        low[k] in AUXILIARIES
        or low[k] in ("be", "been", "not", "never", "no", "longer", "of", "course")
        or is_adverb(low[k])
    ):
        k += 1
    if k >= n:
        return True
    first = low[k]
    if not any(low[j] in _BE for j in range(1, k)):
        return first in word_class("expletive_verbs") or first in (
            "take",
            "seem",
            "appear",
            "rain",
            "depend",
            "happen",
            "turn",
            "be",
        )
    if low[k : k + 2] == ("the", "way"):
        return True
    if first in word_class("personal_adjectives"):
        return low[k + 1 : k + 2] == ("that",) and first in ("likely", "certain", "expected", "unlikely")
    if first in word_class("reporting_participles"):
        return low[k + 1 : k + 2] != ("to",)
    if first.endswith("ing") and first in verbs().gerund:
        return False
    return any(word in _EXPLETIVE_OPENERS for word in low[k : k + 9]) or first in (
        "time",
        "up",
        "over",
        "because",
        "not",
        "about",
        "true",
    )


# Places -------------------------------------------------------------------------------------------------------------


def resolve_place(text: str, place: str) -> str:
    """ "there" and "here" at the end of a phrase replaced by the place; "there is" stays."""
    words = cut(text)
    edits: list[Edit] = []
    located = place if _PREPOSITION_START.match(place) else f"in {place}"
    for i in range(1, len(words)):
        if words.low[i] not in ("there", "here"):
            continue
        following = words.low[i + 1] if i + 1 < len(words) else ""
        before = words.low[i - 1]
        if not before[0].isalnum() or before in (
            "out",
            "over",
            "up",
            "down",
            "right",
            "then",
            ",",
            "that",
            "and",
            "but",
            "because",
            "if",
        ):
            continue
        complement = following in AUXILIARIES and before not in closed_words() and i > 1
        if (
            following
            and following[0].isalpha()
            and following not in word_class("prepositions")
            and following not in ("and", "or")
            and not complement
        ):
            continue
        if before in _PLACE_PREPOSITIONS:
            if not _PREPOSITION_START.match(place):
                edits.append((i, i + 1, place))
        elif before not in _MOTION:
            edits.append((i, i + 1, located))
        elif not _PREPOSITION_START.match(place):
            edits.append((i, i + 1, f"to {place}"))
    return apply(words, edits) if edits else text


def _start_capital(resolved: str, original: str) -> str:
    return capitalised(resolved) if original[:1].isupper() else resolved
