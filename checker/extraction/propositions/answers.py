"""Contents that only answer: "That is not true", "We do not see that happening", "Nonsense".

With the claim that they answer at hand they become a sentence about the world; without it they stay as they are.
"""

import re
from functools import cache

from checker.extraction.propositions.clauses import find_finite, is_adverb
from checker.extraction.propositions.cleaning import expand
from checker.extraction.propositions.context import Context
from checker.extraction.propositions.negation import apply, negate
from checker.extraction.propositions.reference import resolve_subject
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
    r"(?:plans?|planned|planning|wants?|intends?|intending|prepares?|preparing|going|trying|tries|seeks?|about|ready|set) to (?P<verb>[a-z]+)"
)

_NEGATIVE = re.compile(r"\b(?:not|cannot|never|no|nobody)\b", re.IGNORECASE)
_HAPPEN = ("happen", "occur", "taking place", "take place", "taken place", "going on")
_ENDS_POINTING = re.compile(r"\b(?:that|this|it)(?:,? (?:at all|of course|in any way|whatsoever|either|too|again))*\Z", re.IGNORECASE)


def answer(text: str, context: Context) -> str | None:
    """What an answer says of ``context.previous``; None where ``text`` is no mere answer, or there is nothing to answer."""
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
    return _patterns().bare_false.fullmatch(text) is not None


def is_claim_mention(text: str) -> bool:
    """Whether the words only name what somebody else said: "the accusations", "these claims"."""
    return _patterns().mention.fullmatch(text) is not None


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
    patterns = _patterns()
    if patterns.bare_false.fullmatch(text):
        return deny(claim)
    return capitalised(claim) if patterns.bare_true.fullmatch(text) else None


def _verdict(text: str, claim: str, context: Context) -> str | None:
    """ "That is (not) true", "This is a lie", "None of this is true", "We reject these accusations"."""
    patterns = _patterns()
    if patterns.none_true.fullmatch(text):
        return deny(claim)
    if _mentions(text, "reject", "den", "dismiss", "refut") and patterns.rejected.fullmatch(text) and not _NEGATIVE.search(text):
        return deny(claim)
    if found := patterns.verdict.fullmatch(text):
        negative = bool(found["not"]) != bool(found["false"])
        return deny(claim) if negative else capitalised(claim)
    if _mentions(text, "what") and (found := patterns.what.fullmatch(text)):
        return deny(claim) if found["not"] else capitalised(claim)
    return None


def _happening(text: str, claim: str, context: Context) -> str | None:
    """ "That is not happening", "That will never happen": the claim in the tense of the answer."""
    found = _patterns().happening.fullmatch(text) if _mentions(text, *_HAPPEN) else None
    if found is None:
        return None
    aux, negative, where = (found["aux"] or "").lower(), (found["not"] or "").lower(), (found["where"] or "").strip()
    form = found["form"].lower()
    tense = aux or {"happens": "does", "happened": "did"}.get(form, "")
    retold = _retold(claim, tense, negative)
    return None if retold is None else _with_adverbial(retold, where)


def _seen(text: str, claim: str, context: Context) -> str | None:
    """ "We do not see that happening on the ground" holds of the world what it says was seen."""
    found = _patterns().seen.fullmatch(text) if _mentions(text, *_HAPPEN) else None
    if found is None:
        return None
    return _with_adverbial(deny(claim) if found["not"] else capitalised(claim), (found["where"] or "").strip())


def _confirmed(text: str, claim: str, context: Context) -> str | None:
    if not _mentions(text, "confirm") or _NEGATIVE.search(text):
        return None
    return capitalised(claim) if _patterns().confirmed.fullmatch(text) else None


def _doing(text: str, claim: str, context: Context) -> str | None:
    """ "They are doing exactly that", "We are not doing that"."""
    found = _patterns().doing.fullmatch(text) if _mentions(text, " do") else None
    if found is None:
        return None
    retold = _retold(claim, found["aux"].lower(), (found["not"] or "").lower())
    if retold is None:
        return None
    return _with_adverbial(retold, (found["where"] or "").strip())


def _substituted(text: str, claim: str) -> str | None:
    """ "no evidence of that" -> "no evidence that ...", "cannot confirm that" -> "cannot confirm that ..."."""
    found = _patterns().of_that.fullmatch(text) if _ENDS_POINTING.search(text) else None
    return f"{found['before']} that {lowered(claim)}" if found else None


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
    plural = finite.tense == "base" and finite.kind != "modal"
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


# Patterns -----------------------------------------------------------------------------------------------------------


class _Patterns:
    """Regular expressions over one cleaned line, built once from the word classes."""

    def __init__(self) -> None:
        adverb = r"(?:(?:simply|just|absolutely|completely|totally|entirely|clearly|certainly|obviously|of course|really|actually|definitely|quite|frankly|also|still|again|all|merely|plainly|utterly|currently|in fact|wholly|patently|indeed|categorically|firmly|strongly|flatly|once again|now|again|always|deeply|resolutely|exactly|precisely|therefore) )*"
        claim_noun = _any("claim_nouns")
        false_adjective, false_noun = _any("false_adjectives"), _any("false_nouns")
        intensifier = rf"(?:(?:{_any('intensifiers')}),? )*"
        describing = rf"(?:(?:{_any('intensifiers')}|{false_adjective}|so-called)(?:,? and |, | ))*"
        pointed = rf"(?:(?:the|these|those|such|this|that|all|any|their|his|its|all the|all these) {describing}(?:{claim_noun})(?: (?:against|by|of|from) [\w' ]{{1,40}})?)"
        that = rf"(?:that|this|it|these|those|all (?:of )?(?:that|this)|everything they say|{pointed})"
        no = r"(?P<not>not|never|no longer)"
        tail = r"(?:,? (?:at all|of course|in any way|whatsoever|either|too|again))*"
        article = r"(?:(?:a|an|the|yet another|another|one more|some kind of|a kind of|a piece of) )?"
        false = rf"(?P<false>{article}{describing}(?:{false_noun}|{false_adjective}|(?:{false_adjective})(?: and {false_adjective})? (?:{claim_noun})|fake news|fairy tales?|not true|not so|not the case))"
        bare = rf"{article}{describing}(?:{false_noun}|{false_adjective}|fake news|fairy tales?)(?:(?:,| and) {article}{describing}(?:{false_noun}|{false_adjective}))*"
        bare_claims = (
            rf"{article}{intensifier}(?:{false_adjective})(?:(?:,| and|, and)? (?:{false_adjective}))* (?:{claim_noun})"
        )
        self.bare_false = _compile(
            rf"(?:{bare}|{bare_claims}|{intensifier}(?:not true|not so|not the case|not at all|no)|no|no,? (?:not at all|of course not|never)"
            rf"|never|not at all|of course not|(?:absolutely|certainly|definitely|categorically) not|by no means|nothing of the (?:kind|sort)|no such thing|no way)"
            rf"{tail}"
        )
        self.bare_true = _compile(
            r"(?:yes|yes,? (?:indeed|absolutely|of course|certainly|we are|we do|it is|that is (?:true|correct|right))|absolutely|exactly|correct|true|indeed|certainly|of course|precisely|quite so|(?:absolutely|quite|very) (?:true|right|correct))"
        )
        self.mention = _compile(
            rf"(?:{pointed}|{describing}(?:{claim_noun}))(?: (?:against|by|from|made by) [\w', ]{{1,60}})?|this|that|it"
        )
        be = r"(?:is|are|was|were|has been|have been|remains|would be)"
        self.verdict = _compile(
            rf"{that} {adverb}{be} {adverb}(?:{no} )?{adverb}(?:(?:the )?(?:true|correct|right|accurate|so|case|truth|a fact|the case)|{false}){tail}"
        )
        self.none_true = _compile(
            rf"(?:none of (?:this|that|these|those|it)(?: {claim_noun})?|not a (?:single )?word of (?:this|that|it)|nothing (?:of this|they say|about this)) (?:is|was|are|were) {adverb}(?:true|correct|right|so){tail}"
            rf"|there (?:is|was) (?:absolutely )?(?:no|not a shred of|not a grain of|no grain of) truth (?:in|to) {that}"
            rf"|nothing (?:could|can) be further from the truth|{that} (?:could|can) ?not be further from the truth"
            rf"|(?:nothing of the (?:kind|sort)|no such thing) (?:is|was|has) (?:happening|happened|true|taking place|going on){tail}"
            rf"|{that} (?:is|was) (?:{adverb})(?:nothing of the (?:kind|sort)|out of the question|far from (?:true|the truth))"
            rf"|{that} (?:has|have|had) (?:nothing to do with (?:the )?(?:reality|truth)|no basis in (?:fact|reality)|no basis(?: whatsoever)?|no foundation)"
            rf"|{that} do(?:es)? not correspond to (?:the )?(?:reality|truth|facts)"
        )
        who = r"(?:we|i|they|he|she|it|[\w'.-]+(?: [\w'.-]+){0,4}?)"
        self.rejected = _compile(
            rf"{who} (?:can |do |does |must |have |has |will |would )?{adverb}(?:reject|rejects|rejected|deny|denies|denied|dismiss|dismisses|dismissed|refute|refutes|refuted) {adverb}(?:{that}|them|all of this){tail}"
        )
        adjuncts = r"(?P<where> (?:on|in|at|near|along|across|around|any ?where|right|now|today|every|there|here|yet|so far|for|from|anymore|over|under|this|as) ?[\w' -]{0,80})?"
        self.happening = _compile(
            rf"(?:that|this|it|any of (?:this|that)) {adverb}(?:(?P<aux>is|was|has|had|does|did|do|will|would|can|could|should|must|may|might|cannot) )?{adverb}(?:{no} )?{adverb}(?:be |been )?{adverb}"
            rf"(?P<form>happening|happen|happens|happened|occurring|occur|occurred|taking place|take place|taken place|going on){adjuncts}{tail}"
        )
        self.seen = _compile(
            rf"{who} (?:(?:do|does|did|have|has|had|can|could) ?)?(?P<not>not |never )?(?:yet |really |actually |currently |simply )?(?:see|seen|sees|saw|seeing|observe|observed|detect|detected|noticed)"
            rf" (?:any of )?(?:that|this|it)(?: (?:actually |really |yet )?(?:happening|occurring|taking place|going on))(?: yet)?{adjuncts}{tail}"
        )
        self.confirmed = _compile(
            rf"{who} (?:can |could |do |does |would |will )?(?:now |only |fully |also |certainly |indeed )?(?:confirm|confirms|confirmed) (?:that|this|it){tail}"
        )
        self.doing = _compile(
            rf"(?:we|they|he|she|it|i|{who}) (?P<aux>is|are|was|were|has|have|had|will|would|am) (?:{no} )?{adverb}(?:doing|done|do) (?:exactly |precisely |just )?(?:that|this|so|it|such (?:a thing|things)|anything of the (?:kind|sort)|any of (?:this|that)){adjuncts}{tail}"
        )
        self.what = _compile(
            rf"that {be} {adverb}(?:{no} )?{adverb}(?:exactly |precisely )?what (?:is happening|happened|is going on|they are doing|we are doing|he is doing|she is doing|it is doing|we see|they did|we did|is taking place){tail}"
        )
        verb = r"(?:know|knows|knew|confirm|confirms|confirmed|believe|believes|doubt|doubts|expect|expects|say|said|guarantee|promise|deny|exclude|prove|proves|show|shows|verify|acknowledge|admit|repeat)"
        noun = r"(?:evidence|proof|sign|signs|indication|indications|confirmation|hint|hints|possibility|risk|chance|likelihood|suggestion|doubt|guarantee)"
        self.of_that = _compile(
            rf"(?P<before>.{{1,120}}? {verb}|.{{0,120}}?\b{noun}) (?:of |about )?(?:that|this|it|any of (?:this|that)){tail}"
        )


def _any(name: str) -> str:
    return "|".join(re.escape(word) for word in sorted(word_class(name), key=lambda word: (-len(word), word)))


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


@cache
def _patterns() -> _Patterns:
    return _Patterns()
