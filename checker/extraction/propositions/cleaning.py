"""What is taken off a content before it is read: quote marks, ellipses, leftovers of the report around it."""

import re
from functools import cache

from checker.extraction.propositions.words import closed_words, phrases, word_class

_CONTRACTED = re.compile(
    r"\b(?:(?P<not>wo|ca|sha|do|does|did|is|are|was|were|has|have|had|would|could|should|might|must|need)n['’]t"
    r"|(?P<pronoun>i|we|you|they|he|she|it|that|this|there|who|what|here|where|everyone|everything|nobody|nothing|someone|something)"
    r"['’](?P<clitic>m|re|ve|ll|d|s)"
    r"|(?P<word>[^\W\d_]{2,})['’](?P<sure>re|ve|ll))\b",
    re.IGNORECASE,
)
_NOT_FORMS = {"wo": "will not", "ca": "cannot", "sha": "shall not"}
_CLITICS = {"m": "am", "re": "are", "ve": "have", "ll": "will"}
_PERFECT = re.compile(
    r"(?:\s+(?:not|never|always|already|also|just|long|now|only|since))*"
    r"\s+(?:been|got|become|had|gone|come|happened|done (?:that|this|so))\b",
    re.I,
)
_PLUPERFECT = re.compile(
    r"(?:\s+(?:not|never|always|already|also|just))*\s+(?:been|better|had|[a-z]{2,}ed|gone|come|become|seen|taken)\b",
    re.I,
)
_POSSESSIVE_PRONOUNS = frozenset({"everyone", "nobody", "someone"})

# Quote marks in pairs, and marks that show nothing: gone wherever they stand.
_GONE = str.maketrans(
    "",
    "",
    '“”„‟«»"\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e'
    "\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff",
)
_SINGLE_QUOTES = re.compile(r"(?<![^\W_])[‘'‚]|(?<![sS])[’'](?![^\W_])")
_ELLIPSIS = re.compile(r"\s?[\[(]\s?(?:…|\.\s?\.\s?\.)\s?[\])]\s?")
_BRACKETS = re.compile(r"\[([^\[\]]{1,80})\]|\(([a-z]+)\)(?=\s[a-z])")
_FRONT = " ,;:.…–—-"
_BACK = " ,;:…–—-"
_LEADING_THAT = re.compile(r"(?:that|because)\s+(?=[^\W_])", re.IGNORECASE)
_AFTER_PRONOUN_THAT = re.compile(
    r"that\s+(?:is|was|are|were|will|would|has|had|does|did|can|could|may|might|must|should|never|not|also)\b", re.I
)
_BECAUSE_OF = re.compile(r"because\s+of\b", re.IGNORECASE)
_JOINING = re.compile(r"(?:and|but)\s+(?=[^\W_])", re.IGNORECASE)


def expand(text: str) -> str:
    """Contractions written out ("isn't" -> "is not", "it's been" -> "it has been"); possessives stay."""
    return _CONTRACTED.sub(_expanded, text) if "'" in text or "’" in text else text


def _expanded(found: re.Match[str]) -> str:
    if negated := found["not"]:
        full = _NOT_FORMS.get(negated.lower(), negated.lower() + " not")
        return full.capitalize() if negated[0].isupper() else full
    if found["sure"]:
        return f"{found['word']} {_CLITICS[found['sure'].lower()]}"
    word, clitic = found["pronoun"], found["clitic"].lower()
    rest = found.string[found.end() : found.end() + 60]
    if clitic == "s":
        if word.lower() in _POSSESSIVE_PRONOUNS:
            return found[0]
        return f"{word} {'has' if _PERFECT.match(rest) else 'is'}"
    if clitic == "d":
        return f"{word} {'had' if _PLUPERFECT.match(rest) else 'would'}"
    return f"{word} {_CLITICS[clitic]}"


def clean(content: str) -> str:
    """One line without quote marks, ellipses at the edges, editor's brackets, "that" and discourse markers in front."""
    text = " ".join(content.replace("``", "").replace("''", "").translate(_GONE).split())
    if "'" in text or "’" in text or "‘" in text or "‚" in text:
        text = _SINGLE_QUOTES.sub("", text).replace("’", "'")
    if "[" in text or "(" in text:
        text = _BRACKETS.sub(lambda m: m[1] or m[2], _ELLIPSIS.sub(" ", text))
    text = _edges(text)
    text = without_discourse(text)
    if _LEADING_THAT.match(text) and not _AFTER_PRONOUN_THAT.match(text) and not _BECAUSE_OF.match(text):
        text = _without_that(text)
    return expand(text)


def _edges(text: str) -> str:
    """Without marks at both ends; a sign or a point before a number ("-3", ".5") and a last question mark stay."""
    front = text.lstrip(_FRONT)
    if front[:1].isdigit() and text[: len(text) - len(front)].endswith(("-", ".", "–")):
        front = text[len(text) - len(front) - 1 :]
    back = front.rstrip(_BACK)
    if back.endswith((".", "!")):
        kept = back.rstrip(".!")
        initial = back.endswith(".") and len(kept) > 1 and kept[-1].isalpha() and kept[-2] in " ."
        back = back if initial and not back.endswith("..") else kept
    return back.strip(_BACK)


def without_discourse(text: str) -> str:
    """``text`` without leading words that only join it to what was said before ("As always," "But")."""
    for _ in range(3):
        found = _discourse().match(text) or _JOINING.match(text)
        if not found or found.end() == len(text):
            return text
        text = text[found.end() :]
    return text


def _without_that(text: str) -> str:
    """ "that it left" -> "it left", but "that attack failed" keeps its pointing word."""
    rest = _LEADING_THAT.sub("", text, count=1)
    first = rest.split(" ", 1)[0]
    if (first.lower() in word_class("claim_nouns") and not first.endswith("s")) or first.lower() in word_class(
        "count_nouns"
    ):
        return text  # "that claim is false": a clause would begin "a claim" or "claims"
    starts_clause = first[:1].isupper() or first[:1].isdigit() or first.lower() in closed_words() or first.endswith("s")
    return rest if starts_clause or text[:1].islower() else text


@cache
def _discourse() -> re.Pattern[str]:
    choices = "|".join(re.escape(phrase).replace(r"\ ", r"\s+") for phrase in phrases("discourse"))
    return re.compile(rf"(?:{choices})\s*[,:…–—]+\s*", re.IGNORECASE)
