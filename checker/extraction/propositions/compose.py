"""A statement's content as a sentence that reads on its own, polarity applied."""

import re

from checker.extraction.propositions.answers import (
    answer,
    denied_report,
    deny,
    is_bare_denial,
    is_claim_mention,
    lowered,
)
from checker.extraction.propositions.clauses import AUXILIARIES, find_finite
from checker.extraction.propositions.cleaning import clean
from checker.extraction.propositions.context import Context
from checker.extraction.propositions.negation import LONGEST, negate
from checker.extraction.propositions.nominal import head_noun
from checker.extraction.propositions.reference import is_plural, is_usable, resolve
from checker.extraction.propositions.words import Words, base_of, capitalised, cut, inflect, verbs, word_class

_CLAIM_THAT = re.compile(
    r"(?:[^\s,;:]{1,20} ){0,6}?(?P<noun>[a-z]+)(?: (?:by|from|of|in|made by) [^,;:]{1,60}?)? that (?P<what>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
_HEADLINE = re.compile(r"(?P<who>[A-Z][\w'’-]*(?: [A-Z][\w'’-]*){0,3}) (?P<verb>[a-z]{2,}ing)\b(?! (?:of|by)\b)")

NOTHING_KNOWN = Context()


def proposition(content: str, *, polarity: int = 1, context: Context = NOTHING_KNOWN) -> str:
    """What ``content`` says, readable on its own; ``polarity`` -1 where its speaker denies it.

    Quote marks, "that", joining words and the final point go, contractions are written out, and pronouns and pointing
    words are replaced where ``context`` makes that safe; otherwise they stay. The tense stays. A content that only
    answers ("That is a lie") becomes what it says of ``context.previous``; a verbless denial ("Nonsense") denies
    that claim under either polarity. A denial that the grammar cannot turn becomes "It is not true that ...".
    Never raises; texts beyond 1,500 characters are only cleaned and framed.
    """
    text = clean(content)
    if not text:
        return text
    if len(text) > LONGEST:
        return capitalised(text) if polarity > 0 else f"It is not true that {lowered(text)}"
    reported = denied_report(text)
    if reported is not None:
        return capitalised(resolve(reported, context))
    answered = answer(text, context)
    if answered is not None:
        resolved = resolve(answered, _only_speaker(context))
        return capitalised(resolved) if polarity > 0 or is_bare_denial(text) else deny(resolved)
    if polarity < 0:
        return capitalised(_denied(text, context))
    return capitalised(_asserted(text, context))


def _only_speaker(context: Context) -> Context:
    return Context(speaker=context.speaker, place=context.place)


def _asserted(text: str, context: Context) -> str:
    resolved = resolve(text, context)
    if context.agent and is_usable(context.agent):
        filled = _with_agent(resolved, context.agent, context.modal, negative=False)
        if filled is not None:
            return filled
    return _headline(resolved)


def _headline(text: str) -> str:
    """ "Norland building up troops" -> "Norland is building up troops"."""
    found = _HEADLINE.match(text)
    if found is None or found["verb"] not in verbs().gerund or any(word in AUXILIARIES for word in cut(text).low):
        return text
    if find_finite(cut(text)) is not None:
        return text
    be = "are" if is_plural(found["who"]) else "is"
    return f"{found['who']} {be} {text[found.start('verb') :]}"


def _denied(text: str, context: Context) -> str:
    if context.previous and is_claim_mention(text):
        return deny(context.previous)
    if (embedded := _claim_that(text)) is not None:
        text = embedded
    resolved = _headline(resolve(text, context))
    agent = context.agent or context.speaker
    if agent and is_usable(agent):
        filled = _with_agent(resolved, agent, context.modal, negative=True) or _without_held(resolved, agent)
        if filled is not None:
            return filled
    negated = negate(resolved)
    return negated if negated is not None else _framed(resolved)


def _claim_that(text: str) -> str | None:
    """What is claimed in "reports that ...", "accusations by X that ..."."""
    found = _CLAIM_THAT.fullmatch(text)
    if found is None or any(word in AUXILIARIES for word in cut(text[: found.start("what")]).low):
        return None
    noun = found["noun"].lower()
    return found["what"] if noun in word_class("claim_nouns") or noun in word_class("fear_nouns") else None


def _framed(text: str) -> str:
    words = cut(text)
    if find_finite(words) is not None or any(word in AUXILIARIES for word in words.low):
        return f"It is not true that {lowered(text)}"
    head = head_noun(words.low[1:] if words.low[0] in word_class("determiners") else words.low)
    if head in word_class("claim_nouns"):
        return f"{text} {'are' if head.endswith('s') else 'is'} not true"
    if text.lower() in ("that", "this", "it"):
        return f"{text} is not true"
    return f"It is not true that {lowered(text)}" if _has_verb(words.low) else f"It is not true: {lowered(text)}"


def _has_verb(low: tuple[str, ...]) -> bool:
    """Whether a word behind a possible subject can hardly be anything but a finite verb."""
    lexicon = verbs()
    return any(
        (word in lexicon.past_only or lexicon.third.get(word, word) in lexicon.base - lexicon.also_noun)
        and low[k] not in word_class("determiners")
        and low[k] not in ("and", "or")  # a verb that is only joined was cut out of its clause
        and word not in lexicon.gerund
        for k, word in enumerate(low[1:])
    )


def _with_agent(text: str, agent: str, modal: str, *, negative: bool) -> str | None:
    """An infinitive, a gerund or a clause without subject, given the one who does it."""
    words = cut(text)
    low = words.low
    if low and low[0] in ("not", "never"):
        return _with_agent(text[words.end[0] :].strip(), agent, modal, negative=not negative)
    if len(low) < 2:
        return None
    first, plural = low[0], is_plural(agent)
    gap = " not" if negative else ""
    name = capitalised(agent)
    if first == "to" and not modal:
        return _claimed_deed(words, name, plural, negative=negative)
    if first == "to" and (low[1] in verbs().base or low[1] in ("be", "have", "do")):
        helper = {"can": "cannot", "will": "will not"}.get(modal, modal + " not") if negative else modal
        return f"{name} {helper} {text[words.start[1] :]}"
    if first in AUXILIARIES and first not in ("do", "does", "did"):
        clause = f"{name} {text[0].lower()}{text[1:]}"
        return negate(clause) if negative else clause
    base = base_of(first, "gerund")
    if base is None or low[1] in ("of", "by") or find_finite(words) is not None:
        return None
    rest = text[words.end[0] :]
    if base == "have" and (low[1] in verbs().participle or low[1].endswith("ed")):
        return f"{name} {'have' if plural else 'has'}{gap}{rest}"
    if base == "be":
        return f"{name} {'are' if plural else 'is'}{gap}{rest}"
    if base in verbs().ongoing:
        return f"{name} {'are' if plural else 'is'}{gap} {low[0]}{rest}"
    return f"{name} did not {base}{rest}" if negative else f"{name} {inflect(base, 'past')}{rest}"


def _claimed_deed(words: Words, name: str, plural: bool, *, negative: bool) -> str | None:
    """ "to have destroyed two bridges" -> "X has destroyed two bridges", as after "claims"."""
    verb = words.low[1]
    if verb not in verbs().base and verb not in ("be", "have", "do"):
        return None
    rest = words.text[words.end[1] :]
    finite = {"be": "are" if plural else "is", "have": "have" if plural else "has"}.get(verb)
    clause = f"{name} {finite or (verb if plural else inflect(verb, 'third'))}{rest}"
    return negate(clause) if negative else clause


def _without_held(text: str, agent: str) -> str | None:
    """ "any role in the attack" -> "X had no role in the attack"."""
    words = cut(text)
    k = 1 if words.low[0] in ("any", "a", "an", "its", "their", "his", "her", "all", "some") else 0
    if (
        head_noun(words.low[k:]) not in word_class("held_nouns")
        or words.raw[k][0].isupper()
        or find_finite(words) is not None
    ):
        return None
    return f"{capitalised(agent)} had no {text[words.start[k] :]}"
