"""Contents that only answer: "That is not true", "We do not see that happening", "Nonsense".

With the claim that they answer at hand they become a sentence about the world; without it they stay as they are.
"""

import re

from checker.extraction.propositions.clauses import find_finite, is_adverb
from checker.extraction.propositions.cleaning import expand
from checker.extraction.propositions.context import Context
from checker.extraction.propositions.negation import apply, negate
from checker.extraction.propositions.patterns import patterns
from checker.extraction.propositions.reference import is_plural, looks_like_person, resolve_subject
from checker.extraction.propositions.words import (
    Words,
    base_of,
    capitalised,
    closed_words,
    cut,
    inflect,
    verbs,
    word_class,
)

LONGEST = 180  # characters of an answer; longer sentences say something themselves
_EMBEDDED = re.compile(
    r"(?P<who>[^,;:]{1,60}?)\s+(?:also\s+|now\s+)?(?:says?|said|claims?|claimed|insists?|insisted|maintains?|maintained|announced|"
    r"announces|asserts?|asserted|alleges?|alleged|declared|declares|pretends?|argues?|argued)\s+(?:that\s+)?(?P<what>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
_TO_VERB = re.compile(
    r"(?:plans?|planned|planning|wants?|intends?|intending|prepares?|preparing|going|trying|tries|seeks?|about|ready|set)"
    r" to (?P<verb>[a-z]+)"
)

_NEGATIVE = re.compile(r"\b(?:not|cannot|never|no|nobody)\b", re.IGNORECASE)
_HAPPEN = ("happen", "occur", "taking place", "take place", "taken place", "going on")
_ENDS_POINTING = re.compile(
    r"\b(?:that|this|it)(?:,? (?:at all|of course|in any way|whatsoever|either|too|again))*\Z", re.IGNORECASE
)


def answer(text: str, context: Context) -> str | None:
    """What an answer says of ``context.previous``; None where ``text`` is no mere answer, or answers nothing."""
    if not context.previous or len(text) > LONGEST or len(context.previous) > 2000:
        return None
    claim = _claim(expand(context.previous))
    for reader in (_elliptical, _verdict, _happening, _seen, _confirmed, _doing):
        found = reader(text, claim, context)
        if found is not None:
            return found
    return _substituted(text, claim)


def is_bare_denial(text: str) -> bool:
    """Whether the words alone deny, without a verb: "unfounded accusations", "nonsense", "absolutely not"."""
    return patterns().bare_false.fullmatch(text) is not None


def is_bare_verdict(text: str) -> bool:
    """Whether the (cleaned) words only judge what somebody else said, and judge it wrong: "No", "That is a lie",
    "The captain lied", "Reports that ... are untrue"."""
    forms = patterns()
    if forms.bare_false.fullmatch(text) or forms.none_true.fullmatch(text) or forms.liar.fullmatch(text):
        return True
    if (found := forms.verdict.fullmatch(text)) is not None:
        return bool(found["not"]) != bool(found["false"])
    if forms.reported_false.fullmatch(text):
        return True
    return _NEGATIVE.search(text) is None and forms.rejected.fullmatch(text) is not None


def is_called_false(text: str) -> bool:
    """Whether the words name a claim and what it is called, and call it wrong: "the report fiction", "the accusation
    as baseless", as they follow "called" and "described"."""
    return patterns().called.fullmatch(text) is not None


def is_pointing_negation(content: str) -> bool:
    """Whether a sentence says nothing but that what was said did not happen: "That did not happen"."""
    text = expand(content.strip().rstrip(".!"))
    found = patterns().happening.fullmatch(text)
    return found is not None and found["not"] is not None


def denied_report(text: str) -> str | None:
    """What "Reports that X are untrue" says: that not X."""
    found = patterns().reported_false.fullmatch(text) if " that " in text else None
    return None if found is None else deny(found["what"])


def is_claim_mention(text: str) -> bool:
    """Whether the words only name what somebody else said: "the accusations", "these claims"."""
    return patterns().mention.fullmatch(text) is not None


def _claim(previous: str) -> str:
    """The claim in the sentence before: "Norland says it is leaving" answers as "Norland is leaving"."""
    found = _EMBEDDED.fullmatch(previous.strip().rstrip("."))
    if found is None:
        return previous.strip().rstrip(".")
    who, what = found["who"], found["what"]
    if re.match(r"(?:it|he|she|they|its|his|her|their)\b", what, re.I):
        resolved = resolve_subject(what, (who,))
        return capitalised(resolved) if resolved != what else previous.strip().rstrip(".")
    return capitalised(what) if find_finite(cut(what)) else previous.strip().rstrip(".")


def deny(claim: str) -> str:
    """The negation of a claim, by its verb where that is safe, by a frame where it is not."""
    negated = negate(claim)
    return capitalised(negated) if negated is not None else f"It is not true that {lowered(claim)}"


def lowered(text: str) -> str:
    """``text`` as it reads behind "that": a closed-class first word loses its capital, a name keeps it."""
    first = text.split(" ", 1)[0]
    low = first.lower()
    common = low in closed_words() or low in word_class("person_titles") or is_adverb(low) or low in verbs().gerund
    return text[:1].lower() + text[1:] if common and first != "I" and not first[1:2].isupper() else text


# Readers ------------------------------------------------------------------------------------------------------------


def _elliptical(text: str, claim: str, context: Context) -> str | None:
    if patterns().bare_false.fullmatch(text):
        return deny(claim)
    return capitalised(claim) if patterns().bare_true.fullmatch(text) else None


def _verdict(text: str, claim: str, context: Context) -> str | None:
    """ "That is (not) true", "This is a lie", "None of this is true", "We reject these accusations"."""
    forms = patterns()
    if forms.none_true.fullmatch(text) or forms.liar.fullmatch(text) or forms.called.fullmatch(text):
        return deny(claim)
    if (
        _mentions(text, "reject", "den", "dismiss", "refut")
        and not _NEGATIVE.search(text)
        and forms.rejected.fullmatch(text)
    ):
        return deny(claim)
    if found := forms.verdict.fullmatch(text):
        negative = bool(found["not"]) != bool(found["false"])
        return deny(claim) if negative else capitalised(claim)
    if _mentions(text, "what") and (found := forms.what.fullmatch(text)):
        return deny(claim) if found["not"] else capitalised(claim)
    return None


def _happening(text: str, claim: str, context: Context) -> str | None:
    """ "That is not happening", "That will never happen": the claim in the tense of the answer."""
    found = patterns().happening.fullmatch(text) if _mentions(text, *_HAPPEN) else None
    if found is None:
        return None
    aux, negative, where = (found["aux"] or "").lower(), (found["not"] or "").lower(), (found["where"] or "").strip()
    form = found["form"].lower()
    if "not just" in text:
        return None
    if found["what"].lower() == "it" and not negative and aux not in ("is", "cannot"):
        return None  # "It could happen on the phone" speaks of anything
    tense = aux or {"happens": "does", "happened": "did"}.get(form, "")
    retold = _retold(claim, tense, negative)
    return None if retold is None else _with_adverbial(retold, where)


def _seen(text: str, claim: str, context: Context) -> str | None:
    """ "We do not see that happening on the ground" holds of the world what it says was seen."""
    found = patterns().seen.fullmatch(text) if _mentions(text, *_HAPPEN) else None
    if found is None:
        return None
    negative = bool(found["not"]) != found["who"].lower().startswith("no")
    return _with_adverbial(deny(claim) if negative else capitalised(claim), (found["where"] or "").strip())


def _confirmed(text: str, claim: str, context: Context) -> str | None:
    if not _mentions(text, "confirm") or _NEGATIVE.search(text):
        return None
    return capitalised(claim) if patterns().confirmed.fullmatch(text) else None


def _doing(text: str, claim: str, context: Context) -> str | None:
    """ "They are doing exactly that", "We are not doing that"."""
    found = patterns().doing.fullmatch(text) if _mentions(text, " do") else None
    if found is None:
        return None
    doer = _subject(claim)
    if doer is None or not _is_doer(found["who"].lower(), doer, context.speaker):
        return None
    aux = found["aux"].lower()
    retold = _retold(claim, "is" if aux == "am" else aux, (found["not"] or "").lower())
    return None if retold is None else _with_adverbial(retold, (found["where"] or "").strip())


def _subject(claim: str) -> str | None:
    words = cut(claim)
    finite = find_finite(words)
    if finite is None or finite.start or not finite.index:
        return None
    return claim[: words.end[finite.index - 1]]


def _is_doer(pronoun: str, doer: str, speaker: str | None) -> bool:
    """Whether the pronoun of "they are doing that" can be the claim's own subject."""
    if pronoun in ("we", "i"):
        return speaker is not None and _bare(speaker) == _bare(doer)
    person = looks_like_person(doer)
    if pronoun in ("he", "she"):
        return person is True
    return person is not True and (pronoun == "they" or not is_plural(doer))


def _bare(name: str) -> str:
    return name.lower().removeprefix("the ").strip()


def _substituted(text: str, claim: str) -> str | None:
    """ "no evidence of that" -> "no evidence that ...", "cannot confirm that" -> "cannot confirm that ..."."""
    found = patterns().of_that.fullmatch(text) if _ENDS_POINTING.search(text) else None
    return f"{found['before'] or found['noted']} that {lowered(claim)}" if found else None


def _with_adverbial(sentence: str, where: str) -> str:
    return f"{sentence} {where}" if where and not sentence.lower().endswith(where.lower()) else sentence


def _mentions(text: str, *stems: str) -> bool:
    """A cheap test before a costly pattern."""
    low = text.lower()
    return any(stem in low for stem in stems)


# The claim in another tense -----------------------------------------------------------------------------------------


def _retold(claim: str, aux: str, negative: str) -> str | None:
    """The claim's deed under the answer's auxiliary: ("X will leave", "has", "not") -> "X has not left"."""
    words = cut(claim)
    finite = find_finite(words)
    if finite is None:
        return None if negative == "never" else (deny(claim) if negative else capitalised(claim))
    if _same_tense(aux, finite.kind, finite.tense, words.low[finite.index]):
        if negative == "never":
            return _insert_never(words, finite.index, finite.kind)
        return deny(claim) if negative else capitalised(claim)
    group = _verb_group(words, finite.index, finite.kind, finite.base)
    if group is None:
        return deny(claim) if negative else capitalised(claim)
    end, base, was_negative = group
    if was_negative:
        if negative == "never":
            return None
        negative = "" if negative else "not"
    plural = is_plural(claim[: words.start[finite.index]]) if finite.kind == "modal" else finite.tense == "base"
    verb = _built(aux, negative, base, plural)
    rest = claim[words.end[end] :]
    return capitalised(claim[: words.start[finite.index]] + verb + rest) if verb else None


def _same_tense(aux: str, kind: str, tense: str, word: str) -> bool:
    if aux in ("is", "are", ""):
        return kind == "be" and tense != "past"
    if aux in ("was", "were"):
        return tense == "past"
    if aux in ("has", "have", "had"):
        return kind == "have"
    if aux == "did":
        return tense == "past"
    if aux in ("does", "do"):
        return kind in ("full", "do") and tense != "past"
    return False


def _verb_group(words: Words, i: int, kind: str, base: str) -> tuple[int, str, bool] | None:
    """Last word, bare verb and negation of the group at ``i``; intentions ("plans to invade") give what is intended."""
    low, n = words.low, len(words)
    if intended := _TO_VERB.match(
        " ".join(low[i : i + 4]).removeprefix(f"{low[i]} ") if kind == "be" else " ".join(low[i : i + 3])
    ):
        verb = intended["verb"]
        at = low.index(verb, i)
        return (at, verb, False) if verb in verbs().base or verb in ("be", "have", "do") else None
    if kind == "full":
        return i, base, False
    k, negative = i + 1, low[i] == "cannot"
    while k < n and (low[k] in ("not", "never") or is_adverb(low[k])):
        negative = negative or low[k] in ("not", "never")
        if low[k] not in ("not", "never"):
            return None
        k += 1
    if k >= n:
        return None
    if kind == "be":
        verb = base_of(low[k], "gerund")
        return (k, verb, negative) if verb else (k - 1, "be", negative)
    if kind == "have":
        if low[k] == "been":
            verb = base_of(low[k + 1], "gerund") if k + 1 < n else None
            return (k + 1, verb, negative) if verb else (k, "be", negative)
        verb = base_of(low[k], "participle")
        return (k, verb, negative) if verb else None
    if low[k] == "be" and k + 1 < n and (verb := base_of(low[k + 1], "gerund")):
        return k + 1, verb, negative
    return (k, low[k], negative) if low[k] in verbs().base or low[k] in ("be", "have", "do") else None


def _built(aux: str, negative: str, base: str, plural: bool) -> str:
    gap = f" {negative}" if negative else ""
    if aux in ("is", "are", "was", "were", ""):
        be = ("are" if plural else "is") if aux in ("is", "are", "") else ("were" if plural else "was")
        return f"{be}{gap} {inflect(base, 'gerund')}" if base != "be" else f"{be}{gap}"
    if aux in ("has", "have", "had"):
        have = "had" if aux == "had" else "have" if plural else "has"
        return f"{have}{gap} {inflect(base, 'participle')}"
    if aux in ("does", "do", "did"):
        if base == "be":
            return ""
        do = "did" if aux == "did" else "do" if plural else "does"
        if negative == "not":
            return f"{do} not {base}"
        form = inflect(base, "past" if do == "did" else "base" if plural else "third")
        return f"never {form}" if negative else form
    if aux == "cannot":
        return f"cannot {base}"
    return f"{aux}{gap} {base}"


def _insert_never(words: Words, i: int, kind: str) -> str | None:
    if any(word in ("not", "never", "no", "cannot") for word in words.low):
        return None
    at = i if kind == "full" else i + 1
    return capitalised(apply(words, [(at, at, "never")]))
