"""What statements have to do with each other inside one article: what a denial answers, and what "that" stands for."""

from dataclasses import replace

from checker.extraction import denials
from checker.extraction.draft import Draft
from checker.extraction.propositions import denied_report, deny, negate, proposition
from checker.extraction.propositions.cleaning import clean
from index.records import Statement

_REPEATED = 0.8  # share of a headline's words
_UNTURNED = "It is not true: "  # what a denied noun phrase becomes that names neither a claim nor a deed


def propose(draft: Draft, before: list[Draft]) -> None:
    """Sets the proposition, with what the statements before it give: the sentence before, the claim that is denied."""
    s = draft.statement
    if draft.verdict:
        draft.answers = denials.answered_by_verdict(draft, before)
        if draft.answers is None:
            # "Nonsense" alone says nothing that could be compared with anything
            bare = proposition(s.content, context=replace(draft.context, previous=None))
            says = denied_report(clean(s.content)) is not None  # "Reports that X are untrue" brings its claim along
            draft.statement = replace(s, checkable=says, proposition=bare or s.content)
            return
    _read(draft, draft.answers.statement.proposition if draft.answers else _sentence_before(draft, before))


def _read(draft: Draft, previous: str | None) -> None:
    s = draft.statement
    context = replace(draft.context, previous=previous)
    polarity = 1 if draft.verdict else s.polarity  # "That is a lie" says in its own words that it is not so
    found = proposition(s.content, polarity=polarity, context=context) or s.content
    if found.startswith(_UNTURNED):
        s = replace(s, checkable=False)  # "rejected the request": there is nothing that could be false
    draft.statement = replace(s, proposition=found)


def _accusers(denial: Draft, inside: list[Draft]) -> list[Draft]:
    """Those whose claim a denial takes up by its noun: "rejected accusations by A and B that"."""
    return [d for d in inside if denial.noun_at is not None and d.cue_at == denial.noun_at]


def _sentence_before(draft: Draft, before: list[Draft]) -> str | None:
    """What "that" and "this" may stand for: the claim in the sentence before, in the same attribution."""
    s = draft.statement
    for other in reversed(before[-6:]):
        if other.statement.attribution == s.attribution and other.place < draft.place:
            return other.statement.proposition
        if (
            other.parent is not None
            and other.parent.statement.attribution == s.attribution
            and other.place < draft.place
        ):
            return other.statement.proposition
        if (
            draft.frame == "own"
            and other.frame == "own"
            and draft.place - other.place < 600
            and other.statement.actor == s.actor
        ):
            return other.statement.proposition
    return None


def _turned_down(draft: Draft, quoted: list[Draft]) -> Draft | None:
    """What another side said, quoted just before by this speaker, if this is its negation: "Russia says it's drawing
    down. We do not see that happening" answers Russia."""
    mine = draft.statement
    for other in reversed(quoted):
        theirs = other.statement
        if theirs.actor is None or mine.actor is None or theirs.actor.shares_side_with(mine.actor):
            continue
        opposite = negate(theirs.proposition) if other.place < draft.place else None
        if opposite is not None and mine.proposition.startswith(opposite):
            return other
    return None


def without_repeated_headline(drafts: list[Draft], end: int) -> list[Draft]:
    """Leaves out what a headline (the text up to ``end``) only says once more: the article says it better."""
    kept: list[Draft] = []
    instead: dict[int, Draft] = {}
    for draft in drafts:
        again = (
            next((d for d in drafts if d.place >= end and _says_again(draft, d)), None) if draft.place < end else None
        )
        if again is None:
            kept.append(draft)
        else:
            instead[id(draft)] = again
    for draft in kept:
        if draft.answers is not None:
            draft.answers = instead.get(id(draft.answers), draft.answers)
    return kept


def _says_again(headline: Draft, other: Draft) -> bool:
    """Whether ``other``, by the same side, holds nearly every word of ``headline``, and all its numbers."""
    mine, theirs = headline.statement, other.statement
    if mine.actor is None or theirs.actor is None or not mine.actor.shares_side_with(theirs.actor):
        return False
    if (mine.polarity, mine.stance, denials.is_negative(mine.content)) != (
        theirs.polarity,
        theirs.stance,
        denials.is_negative(theirs.content),
    ):
        return False
    words = denials.terms(mine.content)
    numbers = denials.numbers_in(mine.content) - denials.numbers_in(theirs.content)
    return bool(words) and not numbers and len(words & denials.terms(theirs.content)) >= _REPEATED * len(words)


def link(drafts: list[Draft]) -> tuple[Statement, ...]:
    """The finished statements: a denial answers the first accuser that it names, a negation what it turns down."""
    quoted: dict[str, list[Draft]] = {}  # by the attribution of the speaker who quotes
    inside: dict[int, list[Draft]] = {}
    for draft in drafts:
        if draft.parent is not None:
            quoted.setdefault(draft.parent.statement.attribution, []).append(draft)
            inside.setdefault(id(draft.parent), []).append(draft)
    done: dict[str, Statement] = {}
    for at, draft in enumerate(drafts):
        if draft.answers is None:
            _answer(draft, drafts, at, inside.get(id(draft), []), quoted.get(draft.statement.attribution, []))
        s = draft.statement
        if draft.answers is not None:
            s = replace(s, answers=draft.answers.statement.id)
        done.setdefault(s.id, s)
    return tuple(
        sorted(done.values(), key=lambda s: (s.content_spans[0], s.source_spans, s.cue_spans, s.content_spans))
    )


def _answer(draft: Draft, drafts: list[Draft], at: int, inside: list[Draft], quoted: list[Draft]) -> None:
    """Finds the claim that ``draft`` answers, if there is one; what only points at it is read again with it."""
    s = draft.statement
    if s.polarity < 0 and draft.frame == "i":
        return  # who refuses to do something denies no claim
    if s.polarity < 0:
        accusers = _accusers(draft, inside)
        if accusers:
            draft.answers = accusers[0]
            return
        if draft.verdict:
            draft.answers = inside[0] if inside else None
            if draft.answers is not None:
                opposite = deny(draft.answers.statement.proposition)
                draft.statement = replace(s, checkable=True, proposition=opposite)
        else:
            found = denials.answered_by_denial(draft, drafts, at)
            bare = s.proposition.startswith(_UNTURNED)
            if found is not None and (
                denials.named_claim(s.content) is not None
                or (bare and (denials.repeats(draft, found) or denials.is_judgement(s.content)))
            ):
                opposite = deny(found.statement.proposition)
                draft.statement = replace(s, checkable=True, proposition=opposite)
            elif bare:
                return
            draft.answers = found
        return
    draft.answers = _turned_down(draft, quoted)
    says = s.checkable or denials.is_negative(s.content)
    if draft.answers is None and s.stance in ("asserts", "concedes") and says:
        draft.answers = denials.answered_by_negation(draft, drafts, at)
