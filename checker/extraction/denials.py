"""Which statement of the article a denial answers: the accusation that it names, the claim whose words it repeats,
what its own side has just denied, what another side has just said of it.

A link is a claim about two speakers, so it is only made where the words carry it; no link beats a wrong one.
"""

import re
from functools import lru_cache

from checker.extraction.checkable import words_of
from checker.extraction.draft import Draft
from checker.extraction.propositions import is_claim_mention
from checker.extraction.propositions.cleaning import clean
from checker.extraction.propositions.words import closed_words, verbs
from index.records import Stance, Statement

_RECENT = 14  # statements that a denial without words of its own may look back over
_REACH = 60  # statements in which the words of a denial are looked for
_NEAR = 700  # characters between a claim and the "Nonsense" that follows it, where nothing else ties the two
_ADJACENT = 300  # characters
_PARTS = frozenset("involvement role hand part responsibility wrongdoing knowledge link connection blame fault".split())
_SHARED = 0.5  # share of the shorter one's words that a denial and the claim which it answers have in common
_NEGATED_SHARED = 0.6
_LONGEST_MENTION = 12  # words
_NEGATIVE = frozenset(
    """no not never none nobody nothing neither nor without cannot nowhere empty false untrue fails failed lack
    lacks""".split()
)
_NOT_A_SINGLE = ["not", "a", "single"]
_OPENS_NEGATIVE = frozenset(["no", "not", "none", "nobody", "nothing", "never", "neither"])
# What a noun that takes up a claim says of it: "denied the accusation" answers one who accuses.
_TAKEN_UP: dict[str, Stance | None] = {
    **dict.fromkeys(("accusation", "allegation", "charge", "complaint", "blame"), "accuses"),
    **dict.fromkeys(("warning", "threat"), "warns"),
    **dict.fromkeys(("claim", "assertion", "report", "rumour", "rumor", "suggestion", "account", "version"), None),
    **dict.fromkeys(("remark", "comment", "statement", "words", "argument", "speculation", "figure", "idea"), None),
}
_MENTION = re.compile(
    r"(?:(?:the|these|those|such|this|that|all|any|his|her|its|their|both|what it called) )?(?:[\w’'-]+ ){0,3}?"
    rf"(?P<noun>{'|'.join(sorted(_TAKEN_UP))})s?(?: (?:by|from|of|made by|against) [^,;:]{{1,60}})?(?: as .*)?",
    re.IGNORECASE,
)


def named_claim(content: str) -> str | None:
    """The noun by which a content takes up a claim ("the charge", "the warning as theatre"), else None."""
    text = clean(content[:200])
    if len(text.split()) > _LONGEST_MENTION:
        return None
    found = _MENTION.fullmatch(text)
    if found is not None:
        return found["noun"].lower()
    return "" if is_claim_mention(text) else None


def answered_by_verdict(draft: Draft, before: list[Draft]) -> Draft | None:
    """What "That is a lie" denies: the claim quoted just before it, what its side just denied, what was said of it."""
    recent = before[-_RECENT:]
    quoted = _just_quoted(draft, recent)
    if quoted is not None:
        return quoted
    if draft.frame == "own":
        return None  # in an interview "No" answers a question, and who asks asserts nothing
    noun = next((w for w in words_of(draft.statement.content) if _singular(w) in _TAKEN_UP), None)
    if noun is not None and (found := _of_stance(draft, recent, _TAKEN_UP[_singular(noun)])) is not None:
        return next(
            d for d in recent if d.statement.content_spans == found.statement.content_spans and _rival(draft, d)
        )
    for other in reversed(recent):
        if other.statement.polarity < 0 and other.answers is not None and _one_side(draft, other):
            return other.answers
    rivals = [
        d
        for d in recent
        if _rival(draft, d) and d.statement.polarity > 0 and (_claims(d) or (d.frame == "n" and _about(d, draft)))
    ]
    for other in reversed(rivals):
        if other.statement.stance == "accuses" or _about(other, draft) or _judged(draft, other):
            return other
    nearest = rivals[-1] if rivals else None
    return nearest if nearest is not None and draft.place - nearest.place < _NEAR else None


def answered_by_denial(draft: Draft, drafts: list[Draft], at: int) -> Draft | None:
    """What "denied that shots were fired", "disputed the claim by the hospital" answer: ``at`` is the draft's place."""
    before = drafts[max(0, at - _REACH) : at]
    noun = named_claim(draft.statement.content)
    if noun is not None:
        return _named(draft, before, noun)
    mine = terms(draft.statement.content)
    if mine and mine <= _PARTS:  # "denied any involvement" answers whoever charged this one
        charged = [d for d in before if _rival(draft, d) and _claims(d) and d.statement.polarity > 0]
        near = [d for d in charged if draft.place - d.place < _NEAR]
        return next((d for d in reversed(near) if d.statement.stance == "accuses" or _about(d, draft)), None) or next(
            (d for d in reversed(near) if draft.place - d.place < _ADJACENT), None
        )
    same = is_negative(draft.statement.content)
    found = _by_words(draft, before, _SHARED, negated=same)
    return found if found is not None else _by_words(draft, drafts[at + 1 : at + _REACH], 0.75, negated=same, least=2)


def answered_by_negation(draft: Draft, drafts: list[Draft], at: int) -> Draft | None:
    """What "Not one ballot was forged" answers: the opposite, said in the same words by another side."""
    s = draft.statement
    mine = is_negative(s.content)
    before = drafts[max(0, at - _REACH) : at]
    if draft.frame != "own":  # a speaker who takes turns with others shares his words with all of them
        found = _by_words(draft, before, _NEGATED_SHARED, negated=not mine, least=2)
        if found is not None and _same_predicate(s.content, found.statement.content) and _mutual(s, found.statement):
            return found
        opposed = [d for d in before if is_negative(d.statement.content) is not mine and _opposed(draft, d)]
        if opposed:
            return opposed[0]
    last = _own_denial_before(draft, before)
    if last is None or last.answers is None or is_negative(last.answers.statement.content) == mine:
        return None
    opening = next(iter(words_of(s.content)), "")
    verdict_first = last.verdict and last.statement.attribution == s.attribution and opening in _OPENS_NEGATIVE
    theirs = last.answers.statement.content
    shared = len(terms(s.content) & terms(theirs))
    same_words = shared > 0 and shared >= _SHARED * len(terms(s.content)) and _same_predicate(s.content, theirs)
    return last.answers if verdict_first or same_words else None


def _opposed(draft: Draft, other: Draft) -> bool:
    """Whether ``other`` says of this side what ``draft`` says that it did not do, or the other way round: "Polish ships
    had fired", "Poland had not fired on anyone"."""
    if not _rival(draft, other) or other.statement.polarity < 0 or not _claims(other):
        return False
    mine = terms(draft.statement.content)
    shared = len(mine & terms(other.statement.content))
    near = draft.place - other.place < 2 * _NEAR
    close = _about(other, draft) or (shared == len(mine) and 2 * (draft.place - other.place) < _NEAR)
    return (
        near and close and 2 * shared >= len(mine) and _same_predicate(draft.statement.content, other.statement.content)
    )


def _mutual(one: Statement, other: Statement) -> bool:
    """Whether the words that two sentences share are a good part of either."""
    mine, theirs = terms(one.content), terms(other.content)
    return 3 * len(mine & theirs) >= len(theirs)


def _same_predicate(one: str, other: str) -> bool:
    """Whether what one of two sentences negates is said in the other: the opened of "did not open the dam"."""
    negative, positive = (one, other) if is_negative(one) else (other, one)
    words = words_of(negative)[:40]
    at = next((i for i, word in enumerate(words) if word in _NEGATIVE or word.endswith("n't")), 0)
    after = [word for word in words[at + 1 :] if word not in closed_words() and not word[0].isdigit()]
    if words[at] in {"no", "neither"} or words[at : at + 2] == ["not", "one"] or words[at : at + 3] == _NOT_A_SINGLE:
        after = [word for word in after[1:] if _is_verb(word)]  # "no ballot was forged" negates the forging
    return bool(after) and _lemma(after[0]) in terms(positive)


def _is_verb(word: str) -> bool:
    lexicon = verbs()
    return any(word in table for table in (lexicon.past, lexicon.participle, lexicon.gerund)) or word.endswith("ed")


def repeats(draft: Draft, claim: Draft) -> bool:
    """Whether a denied deed is told in the claim: "denied looting"."""
    mine = terms(draft.statement.content)
    deed = next(iter(words_of(draft.statement.content)), "") in verbs().gerund
    return deed and bool(mine) and mine <= terms(claim.statement.content)


@lru_cache(maxsize=512)
def is_negative(content: str) -> bool:
    """Whether a sentence negates its verb."""
    return any(word in _NEGATIVE or word.endswith("n't") for word in words_of(content)[:25])


@lru_cache(maxsize=512)
def terms(content: str) -> frozenset[str]:
    """The words of a content that carry it, as lemmas: no closed classes, no numbers, no months."""
    return frozenset(
        lemma
        for word in words_of(content)
        if word not in closed_words() and not word[0].isdigit() and (lemma := _lemma(word)) not in _EMPTY
    )


_EMPTY = frozenset(
    """single anyone make happen do get go take have know think see want need come give way thing
    least most one two three four five six seven eight nine ten hundred thousand say tell claim
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


def _singular(word: str) -> str:
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-3] + "y" if word.endswith("ies") else word[:-1]
    return word


def _rival(draft: Draft, other: Draft) -> bool:
    """Whether another side says ``other``; those without a name are told apart by what the text calls them."""
    mine, theirs = draft.statement.actor, other.statement.actor
    same_source = other.statement.source_spans == draft.statement.source_spans
    if other is draft or same_source or _holds(other, draft):
        return False
    if mine is None:
        return bool(_called(draft) and _called(other) and not _called(draft) & _called(other))
    return theirs is None or not theirs.shares_side_with(mine)


def _called(draft: Draft) -> frozenset[str]:
    """The words of a source, without those that could be anybody's."""
    return frozenset(_singular(word) for word in words_of(draft.source) if word not in closed_words())


def _one_side(draft: Draft, other: Draft) -> bool:
    mine, theirs = draft.statement.actor, other.statement.actor
    return mine is not None and theirs is not None and theirs.shares_side_with(mine)


def _claims(draft: Draft) -> bool:
    """Whether it says what could be denied."""
    s = draft.statement
    asked = s.content.lower().startswith(("whether ", "if ", "how ", "why ", "what ", "when ", "who "))
    return s.checkable and not asked and s.stance not in ("asks", "demands", "promises")


def _about(other: Draft, draft: Draft) -> bool:
    """Whether ``other`` speaks of the one who denies, or of his side."""
    mine = draft.statement.actor
    return mine is not None and bool(other.about & {mine.id, mine.side})


def _judged(draft: Draft, other: Draft) -> bool:
    """Whether the verdict names the source of ``other``: "The captain lied"."""
    return bool(_called(other) & terms(draft.statement.content))


def _just_quoted(draft: Draft, recent: list[Draft]) -> Draft | None:
    """The claim of another side in the sentence before, or inside this one: "Norland says we left. That is false."."""
    s = draft.statement
    for other in reversed(recent):
        host = other.parent
        clause = other.frame in {"t", "b", "q"} or other.statement.stance == "accuses"
        if host is None or not clause or not _rival(draft, other) or not _claims(other):
            continue
        if host is draft:
            return other
        same = host.statement.attribution == s.attribution or (
            host.frame == draft.frame == "own" and host.statement.actor == s.actor
        )
        if same and draft.place - other.place < 400:
            return other
    return None


def _of_stance(draft: Draft, before: list[Draft], stance: Stance | None) -> Draft | None:
    for other in reversed(before):
        if _rival(draft, other) and other.statement.polarity > 0 and stance in (other.statement.stance, None):
            return other if _claims(other) else None
    return None


def _named(draft: Draft, before: list[Draft], noun: str) -> Draft | None:
    """The claim that a noun takes up, by the one whom it names, else the nearest of its stance."""
    stance = _TAKEN_UP.get(noun)
    fitting = [
        d
        for d in before
        if _rival(draft, d)
        and d.statement.polarity > 0
        and _claims(d)
        and (stance is None or d.statement.stance == stance)
    ]
    named = [
        d
        for d in fitting
        if d.statement.actor is not None and draft.about & {d.statement.actor.id, d.statement.actor.side}
    ]
    if named:
        return named[-1]
    if stance is not None:
        return fitting[-1] if fitting else None
    near = [d for d in fitting if draft.place - d.place < (_NEAR if noun else _ADJACENT)]
    about = [d for d in near if _about(d, draft)]
    return next(reversed(about or near), None)


def _by_words(draft: Draft, others: list[Draft], share: float, negated: bool, least: int = 1) -> Draft | None:
    """The statement of another side that shares most words with this one; the first of several."""
    mine = terms(draft.statement.content)
    best: tuple[float, Draft] | None = None
    for other in others:
        shared = len(mine & terms(other.statement.content))
        if shared < least or shared < share * len(mine) or (shared == 1 and not _singled_out(draft, other, mine)):
            continue
        if not _rival(draft, other) or other.statement.polarity < 0 or not _claims(other):
            continue
        if is_negative(other.statement.content) is not negated:
            continue
        score = shared / len(mine)
        if best is None or score > best[0]:
            best = (score, other)
    return None if best is None else best[1]


def _singled_out(draft: Draft, other: Draft, mine: frozenset[str]) -> bool:
    """Whether one word in common is enough: few are said, to an accuser or right after the claim."""
    return len(mine) <= 2 and (other.statement.stance == "accuses" or 0 < draft.place - other.place < _ADJACENT)


def _holds(other: Draft, draft: Draft) -> bool:
    """Whether the denial stands inside the content of ``other``, which only reports it."""
    return any(start <= draft.cue_at < end for start, end in other.statement.content_spans)


def _own_denial_before(draft: Draft, before: list[Draft]) -> Draft | None:
    """The last thing that this actor said, if it was a denial, or follows one in the same breath."""
    for other in reversed(before[-4:]):
        if other.statement.actor == draft.statement.actor and other.statement.actor is not None:
            if other.statement.polarity < 0:
                return other
            if other.statement.attribution != draft.statement.attribution:
                return None
    return None
