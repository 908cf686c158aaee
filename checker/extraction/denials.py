"""Which statement of the article a denial answers.

Words that only point ("That is a lie", "rejected the allegation", "denied this") answer the claim that stands open:
the one just quoted, the one of the speaker whom they name, of the kind that their noun tells, else the last one that
another side made. Words of their own ("denied that shots were fired", "No shot was fired") answer whose words they
repeat. A link is a claim about two speakers: nobody answers his own side, and nothing is linked that nothing ties.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from checker.extraction.checkable import words_of
from checker.extraction.draft import Draft
from checker.extraction.propositions import denied_report, is_claim_mention, is_pointing_negation
from checker.extraction.propositions.cleaning import clean
from checker.extraction.propositions.words import closed_words, verbs
from index.records import Stance

_RECENT = 14  # statements that words without a claim of their own may look back over
_REACH = 60  # statements in which the words of a denial are looked for
_NEAR = 700  # characters between a claim and the "Nonsense" that follows it, where nothing else ties the two
_ADJACENT = 300  # characters
_SHARED = 0.5  # share of a denial's words that the claim which it answers has, too
_LONGEST_MENTION = 12  # words
_LONGEST_POINTER = 4
_NEXT = 4  # characters between a sentence and the next one
_LONGEST_NO = 3  # words
_LAST = 3  # a claim aimed at the one who answers is looked for among so many of the last ones
_PARTS = frozenset(
    """involvement role hand part responsibility wrongdoing knowledge link connection blame fault guilt misconduct
    culpability complicity""".split()
)
_POINTERS = frozenset("this that it them these those so such both".split())
# What a noun that takes up a claim says of it: "denied the accusation" answers one who accuses.
_TAKEN_UP: dict[str, Stance | None] = {
    **dict.fromkeys(("accusation", "allegation", "charge", "complaint", "blame"), "accuses"),
    **dict.fromkeys(("warning", "threat"), "warns"),
    **dict.fromkeys(("claim", "assertion", "report", "rumour", "rumor", "suggestion", "account", "version"), None),
    **dict.fromkeys(("remark", "comment", "statement", "words", "argument", "speculation", "figure", "idea"), None),
    **dict.fromkeys(
        ("story", "post", "tweet", "estimate", "number", "insinuation", "narrative", "finding", "explanation"), None
    ),
    **dict.fromkeys(
        ("theory", "assessment", "notion", "slander", "slur", "smear", "lie", "portrayal", "description"), None
    ),
    **dict.fromkeys(("denial", "answer", "rebuttal", "reply", "response"), "denies"),
}
_PLURALS = {noun[:-1] + "ies" if noun.endswith("y") else noun + "s": noun for noun in _TAKEN_UP}
_MENTION = re.compile(
    r"(?:(?:the|these|those|such|this|that|all|any|his|her|its|their|both|what it called) )?(?:[\w’'-]+ ){0,3}?"
    rf"(?P<noun>{'|'.join(sorted({*_TAKEN_UP, *_PLURALS}, key=len, reverse=True))})"
    r"(?: (?:by|from|of|made by|against) [^,;:]{1,60})?(?: as .*)?",
    re.IGNORECASE,
)
_JUDGEMENT = re.compile(r"(?:the|these|those|such|this|that|his|her|its|their|[\w’'-]+[’']s) (?:[\w’'-]+ ){1,6}?as ")
_NEGATORS = frozenset("not no never none nobody nothing neither nor cannot nowhere".split())
_SIGNS = frozenset("sign evidence proof indication trace hint doubt question reason comment word information".split())
_COUNTS = frozenset("figure number estimate".split())
_CLAUSE = 12  # words in which a main clause says whether it negates
_INNER = frozenset("that which who because if whether than".split())  # begin a clause inside it
_NAME = re.compile(r"\b[A-Z][\w-]*")
_SUBJECTS = frozenset("no none nobody nothing neither".split())  # what they negate comes behind them
_OPENS_NEGATIVE = _SUBJECTS | {"not", "never"}
_AHEAD = 8  # statements after a denial that opens an article in which its charge is told
_OWN = frozenset("we i our my it its her his she he they their".split())
_OURS = frozenset("we us our ours i me my its her his their".split())
_EARLY = 6  # words before which the main verb is negated, where nothing else ties a sentence to a charge
_NOT_YET = frozenset("will would shall should must may might can cannot could if".split())
# What is no deed: who "does not want a war" answers no charge.
_ATTITUDES = frozenset(
    """want think believe know wish need expect intend understand care fear doubt see mind comment like trust agree
    accept rule exclude hope matter mean deserve forget owe belong""".split()
)
_FIRST_PERSON = frozenset(["we", "i", "our"])


def named_claim(content: str) -> str | None:
    """The noun by which a content takes up a claim ("charge" of "the charge"), "" for "this"; else None."""
    text = clean(content[:200])
    if len(text.split()) > _LONGEST_MENTION:
        return None
    found = _MENTION.fullmatch(text)
    if found is not None:
        noun = found["noun"].lower()
        return _PLURALS.get(noun, noun)
    # "that too", of which cleaning leaves nothing, is read as it stands
    return "" if is_claim_mention(text) or is_claim_mention(content.strip()) else None


def answered_by_verdict(draft: Draft, before: list[Draft]) -> Draft | None:
    """What "That is a lie" denies."""
    recent = before[-_RECENT:]
    quoted = _just_quoted(draft, recent)
    if quoted is not None:
        return quoted
    if draft.frame == "own":
        return None  # in an interview "No" answers a question, and who asks asserts nothing
    report = denied_report(clean(draft.statement.content))
    if report is not None:  # "Reports that X are untrue" names its claim
        return _by_words(draft, before[-_REACH:], terms(report))
    noun = next((_singular(w) for w in words_of(draft.statement.content) if _singular(w) in _TAKEN_UP), "")
    return _standing(draft, recent, noun)


def answered_by_denial(draft: Draft, drafts: list[Draft], at: int) -> Draft | None:
    """What "denied that shots were fired", "disputed the claim by the hospital" answer: ``at`` is the draft's place."""
    before = drafts[max(0, at - _REACH) : at]
    content = draft.statement.content
    noun = named_claim(content)
    if noun is not None:
        return _standing(draft, before if noun else before[-_RECENT:], noun)
    mine = terms(content.split(" as ", 1)[0])  # "dismissed the pictures as forgeries" answers who spoke of pictures
    if mine and mine <= _roots(_PARTS):  # "denied any involvement" answers whoever charged this one
        return _standing(draft, before[-_RECENT:], "charge")
    found = _by_words(draft, before, mine)
    if found is None:
        found = _by_words(draft, drafts[at + 1 : at + _REACH], mine, least=2)
    if found is None and len(words := words_of(content)) <= _LONGEST_POINTER and _POINTERS.intersection(words):
        return _standing(draft, before[-_RECENT:], "")  # "denied receiving them"
    return found or _answered_ahead(draft, before, drafts[at + 1 : at + 1 + _AHEAD], mine)


def _answered_ahead(
    draft: Draft, before: Sequence[Draft], after: Sequence[Draft], mine: frozenset[str]
) -> Draft | None:
    """The charge that an article tells only after the denial with which it begins: the first one against this side."""
    if _open(draft, before):
        return None
    charges = (d for d in _open(draft, after) if d.statement.stance == "accuses" or _about(d, draft))
    charge = next(charges, None)
    return charge if charge is not None and mine & terms(charge.statement.content) else None


def answered_by_negation(draft: Draft, drafts: list[Draft], at: int) -> Draft | None:
    """What "Not one ballot was forged" answers: the opposite, said in the same words by another side."""
    before = drafts[max(0, at - _REACH) : at]
    named = draft.statement.actor is not None and not _in_own_words(draft)
    known = [d for d in _open(draft, before) if d.frame != "own"] if named else []
    opposed = [d for d in known if _opposite(draft, d)]
    found = max((d for d in opposed if _tied(draft, d)), key=lambda d: (len(_common(draft, d)), -d.place), default=None)
    if found is not None and len(_common(draft, found)) > 1:
        return found
    if named and is_pointing_negation(draft.statement.content):
        return _standing(draft, before[-_RECENT:], "")
    under_way = _exchange(draft, before[-_RECENT:]) if draft.frame == "own" or named else None
    if under_way is not None and _goes_on(draft, under_way):
        return under_way.answers
    return found or (_charged_with(draft, known) if _clears_himself(draft) else None)


def _charged_with(draft: Draft, claims: Sequence[Draft]) -> Draft | None:
    """The last charge against this one's side, if little else was claimed since."""
    charges = [d for d in claims[-_LAST:] if draft.place - d.place < 2 * _NEAR and _charges(d, draft)]
    return _first_of_its_sentence(charges[-1], charges) if charges else None


def _charges(claim: Draft, draft: Draft) -> bool:
    """Whether ``claim`` says that the side of ``draft`` did something."""
    s = claim.statement
    told = s.stance != "warns" and not s.hypothetical and not _NOT_YET.intersection(words_of(s.content))
    return told and _about(claim, draft) and not is_negative(s.content)


def _clears_himself(draft: Draft) -> bool:
    """Whether it negates a deed of its speaker's own side, done or being done: "Our guns did not fire"."""
    content = draft.statement.content
    words = words_of(content.removeprefix("that "))
    at = _negator(words)
    if at is None or at > _EARLY or _NOT_YET.intersection(words):
        return False
    if negated_words(content) & _roots(_SIGNS | _ATTITUDES):
        return False
    counts = words[0] in _SUBJECTS or words[:2] == ["not", "one"]
    return bool(_OURS.intersection(words)) if counts else words[0] in _OWN or _about(draft, draft)


# ---- what stands open ---------------------------------------------------------------------------------------------


def _standing(draft: Draft, before: Sequence[Draft], noun: str) -> Draft | None:
    """The claim that words which only point mean."""
    stance = _TAKEN_UP.get(noun)
    if stance == "denies":
        return next((d for d in reversed(before) if _rival(draft, d) and _denies(d) and not _holds(d, draft)), None)
    claims = _open(draft, before)
    fitting = [d for d in claims if d.statement.stance == stance] if stance is not None else []
    named = [d for d in claims if _names(draft, d)]
    both = [d for d in named if d in fitting]
    for found in (both, named, fitting):
        if found:
            return _first_of_its_sentence(found[-1], found)
    if not noun and claims and before and claims[-1] is before[-1]:
        return _first_of_its_sentence(claims[-1], claims)  # "that" is what was said just before
    denied = _exchange(draft, before, denials_only=True)
    if denied is not None:
        return denied.answers
    if noun in _COUNTS:
        claims = [d for d in claims if numbers_in(d.statement.content)]
    near = [d for d in claims if draft.place - d.place < _NEAR]
    aimed = [d for d in claims if d.statement.stance == "accuses" or _about(d, draft)]
    found = [d for d in aimed if d in claims[-_LAST:]] or near or aimed
    return _first_of_its_sentence(found[-1], found) if found else None


def numbers_in(content: str) -> frozenset[str]:
    """The numbers of a content, in figures and in words."""
    return frozenset(word for word in words_of(content) if word[0].isdigit() or word in _NUMBERS)


def _open(draft: Draft, before: Sequence[Draft]) -> list[Draft]:
    """What other sides hold to be so, or call this one, in order."""
    claims = (d for d in before if d.statement.polarity > 0 and (_claims(d) or (d.frame == "n" and _about(d, draft))))
    return [d for d in claims if _rival(draft, d)]


def _first_of_its_sentence(claim: Draft, claims: Sequence[Draft]) -> Draft:
    """Of accusers who say the same in one breath the first."""
    return next(d for d in claims if d.statement.content_spans == claim.statement.content_spans)


def _exchange(draft: Draft, before: Sequence[Draft], denials_only: bool = False) -> Draft | None:
    """The last linked answer by this one's side, unless another side has made a claim since."""
    for other in reversed(before):
        if _one_side(draft, other):
            if other.answers is not None and (other.statement.polarity < 0 or not denials_only):
                return other
        elif _rival(draft, other) and _claims(other) and other.statement.polarity > 0 and other.parent is None:
            return None
    return None


def _goes_on(draft: Draft, denial: Draft) -> bool:
    """Whether a sentence after a denial negates the same claim: "Nonsense. We jammed nobody."."""
    claim = denial.answers
    if claim is None or not is_negative(draft.statement.content) or is_negative(claim.statement.content):
        return False
    if negated_words(draft.statement.content) & _roots(_SIGNS):
        return False  # a lack of evidence answers nothing
    if _common(draft, claim):
        return True
    words = words_of(draft.statement.content)
    words = words[1:] if words[:1] == ["that"] else words
    same_breath = denial.statement.attribution == draft.statement.attribution and denial.verdict
    return bool(words) and ((same_breath and words[0] in _OPENS_NEGATIVE) or _unlike_us(words, draft, denial))


def _unlike_us(words: list[str], draft: Draft, denial: Draft) -> bool:
    """ "We do not bomb markets", "No child has left with us" right after the denial by the same side."""
    at = _negator(words)
    flat = words[0] in _OPENS_NEGATIVE or (words[0] in _FIRST_PERSON and at is not None and at <= _EARLY)
    return flat and draft.place - denial.place < _ADJACENT and draft.frame != "own"


def _just_quoted(draft: Draft, recent: Sequence[Draft]) -> Draft | None:
    """The claim of another side in the sentence before, or inside this one: "Norland says we left. That is false."."""
    s = draft.statement
    for other in reversed(recent):
        host = other.parent
        clause = other.frame in {"t", "b", "q", "i"} or other.statement.stance == "accuses"
        if host is None or not clause or not _rival(draft, other) or not _claims(other):
            continue
        if host is draft:
            return other
        same = host.statement.attribution == s.attribution and draft.place - other.place < 400
        own = host.frame == draft.frame == "own" and host.statement.actor == s.actor
        if same or (own and draft.place - host.statement.content_spans[-1][1] < _NEXT and not _says_no(draft)):
            return other
    return None


def _says_no(draft: Draft) -> bool:
    """A bare "No" in an interview answers the question."""
    words = words_of(draft.statement.content)
    return len(words) <= _LONGEST_NO and words[:1] in (["no"], ["not"], ["never"], ["absolutely"])


def _in_own_words(draft: Draft) -> bool:
    """Whether it stands in somebody's own document, where all that is said shares its words."""
    return draft.frame == "own" or (draft.parent is not None and _in_own_words(draft.parent))


# ---- whose words are repeated -------------------------------------------------------------------------------------


def _by_words(draft: Draft, others: Sequence[Draft], mine: frozenset[str], least: int = 1) -> Draft | None:
    """The claim that shares most of ``mine``, the first of several; both negate their verb or neither does."""
    negated = is_negative(draft.statement.content)
    best: tuple[int, Draft] | None = None
    own = _in_own_words(draft)
    for other in _open(draft, others):
        if own and other.frame == "own":
            continue
        shared = len(mine & terms(other.statement.content))
        enough = shared >= 2 or shared >= _SHARED * len(mine)
        if shared < least or not enough or (shared == 1 and not _singled_out(draft, other, mine)):
            continue
        if is_negative(other.statement.content) is negated and (best is None or shared > best[0]):
            best = (shared, other)
    return None if best is None else best[1]


def _singled_out(draft: Draft, other: Draft, mine: frozenset[str]) -> bool:
    """Whether one word in common is enough: few are said, to an accuser, of this one, or right after the claim."""
    aimed = other.statement.stance == "accuses" or _about(other, draft)
    return aimed or (len(mine) <= 2 and 0 < draft.place - other.place < _ADJACENT)


def _opposite(draft: Draft, other: Draft) -> bool:
    """Whether one of the two negates what the other says."""
    mine, theirs = draft.statement.content, other.statement.content
    if is_negative(mine) == is_negative(theirs):
        return False
    negative, positive = (mine, theirs) if is_negative(mine) else (theirs, mine)
    denied = negated_words(negative)
    return not denied & _roots(_SIGNS) and bool(denied & terms(positive))


def _tied(draft: Draft, other: Draft) -> bool:
    """Whether it is the same matter: near by, and more than one word in common, or said of this one, or just before."""
    distance = draft.place - other.place
    shared = len(_common(draft, other))
    whole = shared == len(terms(draft.statement.content))
    if distance > 2 * _NEAR:
        return shared > 2 and 2 * shared >= len(terms(draft.statement.content))
    just_said = is_negative(draft.statement.content) and (_about(other, draft) or distance < _ADJACENT)
    return shared > 1 or whole or just_said


def _common(draft: Draft, other: Draft) -> frozenset[str]:
    return terms(draft.statement.content) & terms(other.statement.content)


@lru_cache(maxsize=512)
def negated_words(content: str) -> frozenset[str]:
    """What a sentence negates, as lemmas: its verb ("did not open", "sent no letter"), or what there is not ("no
    talks")."""
    words = words_of(content)[:40]
    at = _negator(words)
    if at is None:
        return frozenset()
    after = [word for word in words[at + 1 :] if _carries(word)]
    subject = at == 0 or words[at - 1] in {"and", "but", "that"}
    counted = words[at : at + 2] == ["not", "one"] or words[at : at + 3] == ["not", "a", "single"]
    if words[at] in _SUBJECTS or counted:
        if subject:  # "no ballot was forged" negates the forging
            return frozenset(_root(word) for word in after if _is_verb(word))
        before = [_root(word) for word in words[max(0, at - 2) : at] if _carries(word) and _is_verb(word)]
        return frozenset([*before, *(_root(word) for word in after[:2])])
    verb = next((word for word in words[at + 1 :] if word not in closed_words()), "")
    return frozenset(_root(word) for word in after[:1] if word == verb)  # "do not want a war" denies no war


def _negator(words: Sequence[str]) -> int | None:
    """Where the main clause is negated."""
    for i, word in enumerate(words[:_CLAUSE]):
        if i > 1 and word in _INNER:
            return None
        if word in _NEGATORS or word.endswith("n't"):
            return i
    return None


def _carries(word: str) -> bool:
    return word not in closed_words() and not word[0].isdigit() and _lemma(word) not in _EMPTY


def _is_verb(word: str) -> bool:
    lexicon = verbs()
    tables = (lexicon.past, lexicon.participle, lexicon.gerund, lexicon.third)
    return any(word in table for table in tables) or word in lexicon.base or word.endswith("ed")


def is_judgement(content: str) -> bool:
    """Whether a denied thing is called something: "the pictures as forgeries"."""
    return _JUDGEMENT.match(content) is not None


def repeats(draft: Draft, claim: Draft) -> bool:
    """Whether a denied deed is told in the claim: "denied looting"."""
    mine = terms(draft.statement.content)
    deed = next(iter(words_of(draft.statement.content)), "") in verbs().gerund
    return deed and bool(mine) and mine <= terms(claim.statement.content)


@lru_cache(maxsize=512)
def is_negative(content: str) -> bool:
    """Whether a sentence negates its main verb."""
    return _negator(words_of(content)) is not None


@lru_cache(maxsize=512)
def terms(content: str) -> frozenset[str]:
    """The words of a content that carry it, as roots: no closed classes, no numbers, no months, and no names."""
    names = frozenset(name.lower() for name in _NAME.findall(content[:400], 1))
    return frozenset(_root(word) for word in words_of(content) if _carries(word) and word not in names)


_NUMBERS = frozenset(
    """two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty seventy eighty ninety
    hundred thousand million""".split()
)
_EMPTY = _NUMBERS | frozenset(
    """single anyone make happen do get go take have know think see want need come give way thing least most one say
    tell claim course
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december""".split()
)


@lru_cache(maxsize=4096)
def _lemma(word: str) -> str:
    word = word.removesuffix("'s").removesuffix("n't")
    lexicon = verbs()
    for table in (lexicon.past, lexicon.participle, lexicon.gerund, lexicon.third):
        if word in table:
            return table[word]
    return _singular(word)


@lru_cache(maxsize=4096)
def _root(word: str) -> str:
    """What a verb and the noun of its deed have in common: "forg" of forged and forgery."""
    base = _lemma(word)
    for ending in _ENDINGS:
        if base.endswith(ending) and len(base) - len(ending) >= 4:
            return base[: -len(ending)]
    return base


@lru_cache(maxsize=8)
def _roots(words: frozenset[str]) -> frozenset[str]:
    return frozenset(map(_root, words))


_ENDINGS = ("ation", "ition", "ment", "ery", "ing", "ion", "al", "er", "or", "e")


def _singular(word: str) -> str:
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-3] + "y" if word.endswith("ies") else word[:-1]
    return word


# ---- who speaks to whom -------------------------------------------------------------------------------------------


def _rival(draft: Draft, other: Draft) -> bool:
    """Whether another side says ``other``; those without a name are told apart by what the text calls them."""
    mine, theirs = draft.statement.actor, other.statement.actor
    same_source = bool(draft.statement.source_spans) and other.statement.source_spans == draft.statement.source_spans
    same_words = other.statement.content_spans == draft.statement.content_spans and other.parent is not draft
    if other is draft or same_source or same_words or _holds(other, draft):
        return False
    if mine is None or theirs is None:
        called = _called(draft), _called(other)
        return all(called) and not called[0] & called[1]
    return not theirs.shares_side_with(mine)


def _called(draft: Draft) -> frozenset[str]:
    """The words of a source, or of whom the document is by, without those that could be anybody's."""
    actor = draft.statement.actor
    source = draft.source or ("" if actor is None else actor.name)
    return frozenset(_singular(word) for word in words_of(source) if word not in closed_words())


def _one_side(draft: Draft, other: Draft) -> bool:
    mine, theirs = draft.statement.actor, other.statement.actor
    return mine is not None and theirs is not None and theirs.shares_side_with(mine)


def _claims(draft: Draft) -> bool:
    """Whether it says what could be denied."""
    s = draft.statement
    asked = s.content.lower().startswith(("whether ", "if ", "how ", "why ", "what ", "when ", "who "))
    stands = " ".join(words_of(s.content)[1:3]) in {"stand by", "stood by", "stands by"}  # repeats, and claims nothing
    return not (asked or stands) and (
        s.stance in ("accuses", "warns") or (s.checkable and s.stance not in ("asks", "demands"))
    )


def _denies(draft: Draft) -> bool:
    return draft.statement.polarity < 0 or draft.answers is not None


def _about(other: Draft, draft: Draft) -> bool:
    """Whether ``other`` speaks of the one who denies, or of his side."""
    mine = draft.statement.actor
    if mine is None:
        return False
    side = (mine.side or mine.id).replace("-", " ")
    return bool(other.about & {mine.id, mine.side}) or f" {side} " in f" {' '.join(words_of(other.statement.content))} "


def _names(draft: Draft, other: Draft) -> bool:
    """Whether the denial names who said ``other``: "The captain lied", "the claim by Norland"."""
    theirs = other.statement.actor
    if theirs is not None and draft.about & {theirs.id, theirs.side}:
        return True
    return bool(_called(other) & terms(draft.statement.content))


def _holds(other: Draft, draft: Draft) -> bool:
    """Whether the denial stands inside the content of ``other``, which only reports it."""
    return any(start <= draft.cue_at < end for start, end in other.statement.content_spans)
