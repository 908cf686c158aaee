"""Whether a sentence says something that could be true or false of the world, and whether it says it as a fact."""

import re
from functools import cache

from checker.extraction.lexicon import load_ceremony, load_future, load_words

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d+")
_LEADING = re.compile(r"^[^\w]+")
# How a speaker turns to those who listen, and how a sentence gets under way; neither says anything.
_ADDRESS = re.compile(
    r"(?:(?:dear |my )?(?:friends|colleagues|comrades|ladies and gentlemen|everyone|everybody|folks|"
    r"(?:fellow |dear )?(?:citizens|americans|ukrainians|countrymen)(?: of \w+)?|(?:mr|madam) \w+|"
    r"excellenc\w+)[,!.] )+",
    re.IGNORECASE,
)
_OPENER = re.compile(
    r"(?:(?:so|and|but|now|first|well|okay|ok|all right|alright|again|also|finally|lastly|look|yeah|"
    r"of course)[,.]? )+",
    re.IGNORECASE,
)
_LOOK = 400  # characters in which the modality of a sentence is looked for
_MIN_WORDS = 3


@cache
def _openings() -> re.Pattern[str]:
    return re.compile("|".join(re.escape(o) for o in sorted(load_ceremony()[0], key=len, reverse=True)), re.IGNORECASE)


def words_of(text: str) -> list[str]:
    """Lower-case words of the first few hundred characters, apostrophes straightened."""
    return [m.group().replace("’", "'").lower() for m in _WORD.finditer(text[:_LOOK])]


def is_ceremony(text: str) -> bool:
    """Greetings, thanks, wishes, the words that hold a meeting together."""
    plain = _LEADING.sub("", text[:200]).replace("’", "'").replace("Mr. ", "Mr ").replace("Madam. ", "Madam ")
    addressed = _ADDRESS.match(plain)
    if addressed is not None and len(words_of(plain[addressed.end() :])) > 5:
        plain = plain[addressed.end() :]  # "Friends, the year draws to a close"
    opener = _OPENER.match(plain)
    if opener is not None and opener.end() < len(plain):
        plain = plain[opener.end() :]
    found = _openings().match(plain)
    if found is None:
        return False
    after = plain[found.end() : found.end() + 1]
    if after.isalnum() and not found.group().endswith((" ", "excellenc", "majest")):
        return False
    # "Thank you, and the army has withdrawn" says something after all
    return len(words_of(text)) < 25


def is_question(text: str) -> bool:
    return text.rstrip("\"”’'»)] \n").endswith("?")


def is_hypothetical(text: str) -> bool:
    """Conditions, predictions, wishes, demands, possibilities: what the speaker does not say to be so."""
    return is_question(text) or bool(_modal_words(text))


def is_prediction(text: str, *, reported: bool = False) -> bool:
    """Whether it says that something will be, or will not: neither that it may, nor on a condition, nor a question.

    :param reported: that "would" is the "will" of reported speech.
    """
    future = load_future()
    modal = _modal_words(text)
    return bool(modal) and modal <= (future.reported if reported else future.plain) and not is_question(text)


def is_intention(text: str) -> bool:
    """Whether it says what somebody means to do, or does not mean to do: "plans", "has no intention", "is going to"."""
    return load_future().intention.search(text[:_LOOK]) is not None


def _modal_words(text: str) -> set[str]:
    """Lower-case words of possibility, condition and future; "'ll" for all that end so."""
    modal = load_ceremony()[1]
    words = [m.group().replace("’", "'") for m in _WORD.finditer(text[:_LOOK])]
    found = {w.lower() for i, w in enumerate(words) if w.lower() in modal and (not w[0].isupper() or i == 0)}
    return found | ({"'ll"} if "'ll " in text.replace("’", "'") else set())


def is_checkable(text: str) -> bool:
    """A sentence with a verb that is neither ceremony nor a question."""
    words = words_of(text)
    if len(words) < _MIN_WORDS or is_question(text) or is_ceremony(text):
        return False
    lexicon = load_words()
    return any(
        word in lexicon.forms or lexicon.closed.get(word) == "M" or word.endswith(("ed", "n't")) for word in words
    )
