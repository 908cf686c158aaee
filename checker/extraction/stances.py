"""What a sentence does by its own words, where its cue only says that it was said: it demands, promises, concedes,
accuses, or is a bare verdict on what somebody else said ("That is a lie")."""

import re

from checker.extraction.propositions import is_bare_verdict, is_called_false
from checker.extraction.propositions.cleaning import clean
from index.records import Stance

_LOOK = 300  # characters in which the main clause is looked for
_VERDICT = 160  # characters of the longest bare verdict
_ADVERBS = (
    r"(?:(?:also|now|again|once again|therefore|today|still|just|fully|simply|always|certainly|of course|strongly|"
    r"firmly|categorically|urgently|solemnly|never|not|do|have to|must|can|would like to|want to|[a-z]+ly) )*"
)
_OPENS = r"(?:^|[,;:—–-] ?|\b(?:and|but|so|then|or|because) )"
_DEMANDED = re.compile(
    rf"{_OPENS}(?:we|i) {_ADVERBS}(?:demand|call (?:on|upon|for)|urge|appeal to|insist (?:that|on)|request|implore|"
    r"(?:ask|expect|invite) (?:[\w'’-]+ ){1,8}to)\b"
)
_OBLIGED = re.compile(r"\b(?:must|should|ought to)\b(?! (?:not |also |never |only |probably )*(?:have|already|'ve)\b)")
# Before a word of duty these show that it stands in a side clause, or that the duty is nobody's but the speaker's.
_ASIDE = re.compile(
    r"\b(?:that|which|who|whom|whose|whether|what|how|why|where|if|because|when|while|as|unless|than|until|says?|said|"
    r"told|asked)\b|(?:^|[,;] )i $"
)
_WILLED = re.compile(
    rf"{_OPENS}(?:we|i) {_ADVERBS}(?:will|shall|are going to|am going to) "
    r"(?:(?:also|now|again|still|not|never|always|certainly|continue to|[a-z]+ly) )*"
    r"(?P<verb>[a-z-]+)(?: (?P<next>[a-z]+))?"
)
# "we will see", "we will have": what comes, not what the speaker will do about it.
_NO_DEEDS = frozenset(
    "see know have need find understand remember hear learn all say tell like admit be become die lose live".split()
)
_CONCEDED = re.compile(
    r"yes,? (?:we|i|there|our \w+) (?:had|did|have|were|was|made|do|are)\b"
    r"|(?:that|this|(?:that )?much) is (?:true|correct|right|a fact)\b(?! (?:that|of|for) )|it is true that\b"
    r"|(?:we|i) (?:should|could|ought to) have \w+|(?:we|i) (?:have )?made (?:\w+ )?mistakes?\b|mistakes were made"
)
_GRANTED = re.compile(rf"{_OPENS}(?:we|i) {_ADVERBS}(?:admit|concede|grant|acknowledge|confess)\b")
_ACCUSED = re.compile(rf"{_OPENS}(?:we|i) {_ADVERBS}(?:accuse|blame|condemn|denounce)\b")
_REPORTED_WILL = re.compile(r"\s+(?:will|shall)\s+(?!be\b|have\b|need\b|see\b|become\b|lose\b)", re.IGNORECASE)


def stance_of(content: str) -> Stance | None:
    """The stance that the words themselves show; None where they only assert."""
    text = clean(content[: 2 * _LOOK])
    if len(text) <= _VERDICT and is_bare_verdict(text):
        return "denies"
    low = text[:_LOOK].lower()
    if _CONCEDED.match(low) or _GRANTED.search(low):
        return "concedes"
    if _DEMANDED.search(low) or _obliges(low):
        return "demands"
    if _wills(low):
        return "promises"
    return "accuses" if _ACCUSED.search(low) else None


def calls_false(content: str) -> bool:
    """Whether what was called something is a claim, and was called wrong: "the report fiction"."""
    return is_called_false(clean(content[:_VERDICT]))


def promises_of_its_own(text: str, end: int) -> bool:
    """Whether the name of the speaker's own state or body, which ends at ``end``, is followed by what it will do."""
    return _REPORTED_WILL.match(text, end) is not None


def _obliges(low: str) -> bool:
    """Whether the main clause says what somebody must do."""
    found = _OBLIGED.search(low)
    if found is None:
        return False
    before = low[: found.start()]
    comma = before.find(", ")
    if comma > 0 and before.startswith(("if ", "when ", "while ", "as ", "because ", "before ", "after ", "unless ")):
        before = before[comma + 2 :]
    before = re.sub(r"^(?:(?:we|i) (?:also |still )?(?:think|believe|say|know) (?:that )?)", "", before)
    return _ASIDE.search(before) is None


def _wills(low: str) -> bool:
    for found in _WILLED.finditer(low):
        verb, after = found["verb"], found["next"] or ""
        if verb not in _NO_DEEDS or (verb == "be" and after.endswith("ing")):
            return True
    return False
