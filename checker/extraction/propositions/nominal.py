"""Contents that are noun phrases: "any role in the attack", "the existence of a plan"."""

from checker.extraction.propositions.clauses import is_demonym, is_plural_noun
from checker.extraction.propositions.words import Words, capitalised, verbs, word_class

_EXISTENCE = frozenset({"existence", "presence"})
_DROPPED = frozenset({"a", "an", "any", "the", "some", "all"})
_POSSESSIVES = frozenset({"its", "their", "his", "her", "our", "my"})
_DEED_ENDINGS = ("tion", "sion", "ment", "ance", "ence", "ation", "ations", "sions", "ments")


def some_for(phrase: tuple[str, ...]) -> str:
    """What stands for "no" once the negation goes: "a", "some", or nothing (plurals, masses)."""
    head = head_noun(phrase)
    if not head or head in word_class("mass_nouns") or is_plural_noun(head) or phrase[:1] == ("such",):
        return ""
    return "a" if head in word_class("count_nouns") else "some"


def head_noun(phrase: tuple[str, ...]) -> str:
    """The noun of a noun phrase: the last word before a preposition, a clause, or a mark."""
    head = ""
    for word in phrase:
        if head and word in word_class("determiners"):
            break
        if not word[0].isalpha() or word in word_class("prepositions") or word in word_class("boundaries"):
            break
        head = word
    return head


def deny_noun_phrase(words: Words) -> str | None:
    """A sentence that says there was no such deed or thing, or None where the phrase names none."""
    low = words.low
    if low[0] == "no" and len(low) > 1 and names_deed(low[1:]):
        determiner = some_for(low[1:])
        rest = words.text[words.start[1] :]
        return f"There {_was(low[1:])} {determiner + ' ' if determiner else ''}{rest}"
    phrase = low[1:] if low[0] in _DROPPED else low
    if not phrase:
        return None
    if phrase[0] in _EXISTENCE and phrase[1:2] == ("of",):
        return _deny_existence(words, len(low) - len(phrase) + 2)
    if not names_deed(phrase) or _is_headline(words, len(low) - len(phrase)):
        return None
    if low[0] == "the" and not any(word in word_class("prepositions") for word in phrase):
        return None  # "the plan": there is one
    owned = phrase[0] in _POSSESSIVES or any(
        word.endswith(("'s", "s'")) for word in phrase[: phrase.index(head_noun(phrase)) + 1]
    )
    if owned or _holds_verb(phrase):
        return None
    return f"There {_was(phrase)} no {_text_from(words, len(low) - len(phrase))}"


def names_deed(phrase: tuple[str, ...]) -> bool:
    """Whether the head of the phrase names a deed or a state of affairs ("involvement", "the shelling of ...")."""
    head = head_noun(phrase)
    if not head or head in word_class("claim_nouns"):
        return False
    deed = head in word_class("event_nouns") or head.endswith(_DEED_ENDINGS)
    return deed or (head in verbs().gerund and len(phrase) > 1)


def _is_headline(words: Words, k: int) -> bool:
    """ "Norland leading by ten points" names no deed of leading."""
    head = head_noun(words.low[k:])
    at = words.low.index(head, k)
    return head in verbs().gerund and at > k and words.raw[at - 1][0].isupper() and not is_demonym(words, at - 1)


def _holds_verb(phrase: tuple[str, ...]) -> bool:
    """Whether a word may be a finite verb after all; a past that a preposition follows is a participle."""
    lexicon = verbs()
    for k, word in enumerate(phrase):
        following = phrase[k + 1] if k + 1 < len(phrase) else ""
        if word in ("who", "which", "that", "whom"):
            return False
        if k and phrase[k - 1] in ("and", "or") and word in lexicon.base and word not in lexicon.also_noun:
            return True  # "aggression and avoid sanctions" was cut out of a clause
        if k and word in lexicon.third and lexicon.third[word] not in lexicon.also_noun:
            return True
        modifier = k == 0 or phrase[k - 1] in word_class("determiners") or phrase[k - 1] in word_class("prepositions")
        if (
            word in lexicon.past
            and not modifier
            and word not in lexicon.also_noun
            and following not in word_class("prepositions")
            and following
        ):
            return True
    return False


def _deny_existence(words: Words, k: int) -> str | None:
    low = words.low
    if k >= len(low):
        return None
    if low[k] in ("the", "this", "that", "these", "those") or low[k] in _POSSESSIVES or words.raw[k][0].isupper():
        plural = is_plural_noun(head_noun(low[k + 1 :]))
        return f"{capitalised(words.text[words.start[k] :])} {'do' if plural else 'does'} not exist"
    k += low[k] in _DROPPED
    if k >= len(low):
        return None
    plural = is_plural_noun(head_noun(low[k:]))
    return f"There {'are' if plural else 'is'} no {words.text[words.start[k] :]}"


def _text_from(words: Words, k: int) -> str:
    text = words.text[words.start[k] :]
    return text[0].lower() + text[1:] if k == 0 and words.raw[0].istitle() and words.low[0] in verbs().gerund else text


def _was(phrase: tuple[str, ...]) -> str:
    return "were" if is_plural_noun(head_noun(phrase)) else "was"
