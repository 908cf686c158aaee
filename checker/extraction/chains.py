"""What statements have to do with each other inside one article: what a denial answers, and what "that" stands for."""

from dataclasses import dataclass, field, replace

from checker.extraction.checkable import words_of
from checker.extraction.lexicon import load_elliptical
from checker.extraction.propositions import Context, negate, proposition
from index.records import Statement

_BACK = 12  # statements that an elliptical denial may look back over
_MAX_ELLIPTICAL = 12  # words


@dataclass(slots=True)
class Draft:
    """A statement in the making."""

    statement: Statement
    place: int
    frame: str
    cue_at: int
    noun_at: int | None = None
    context: Context = field(default_factory=Context)
    parent: "Draft | None" = None
    answers: "Draft | None" = None


def propose(draft: Draft, before: list[Draft]) -> None:
    """Sets the proposition, with what the statements before it give: the sentence before, the claim that is denied."""
    s = draft.statement
    previous = None
    if is_elliptical(s.content):
        target = answered(draft, before)
        if target is not None:
            draft.answers = target
            previous = target.statement.proposition
            draft.statement = s = replace(s, stance="denies", polarity=-1, checkable=True)
    if previous is None:
        previous = _sentence_before(draft, before)
    context = replace(draft.context, previous=previous)
    draft.statement = replace(s, proposition=proposition(s.content, polarity=s.polarity, context=context) or s.content)


def is_elliptical(content: str) -> bool:
    """ "As always, unfounded accusations", "That is a lie": a denial of something said elsewhere."""
    words = words_of(content)
    if not words or len(words) > _MAX_ELLIPTICAL:
        return False
    heads, qualities = load_elliptical()
    if any(word in qualities for word in words):
        return True
    return any(word in heads for word in words) and (
        len(words) <= 4 or words[0] in {"this", "that", "it", "these", "those", "all"}
    )


def answered(draft: Draft, before: list[Draft]) -> Draft | None:
    """The claim that an elliptical denial denies: what its side just denied, else what another side said of it."""
    mine = draft.statement.actor
    if mine is None:
        return None
    recent = before[-_BACK:]
    for other in reversed(recent):
        theirs = other.statement.actor
        if theirs is None or not theirs.shares_side_with(mine) or other.statement.polarity > 0:
            continue
        if other.answers is not None:
            return other.answers
        denied = _accusers(other, before)
        if denied:
            return denied[0]
    for other in reversed(recent):
        s = other.statement
        if (
            s.actor is not None
            and not s.actor.shares_side_with(mine)
            and s.polarity > 0
            and s.checkable
            and _about(s, draft)
        ):
            return other
    return None


def _about(s: Statement, draft: Draft) -> bool:
    """Whether ``s`` speaks about the one who denies: by name, or as its accuser."""
    mine = draft.statement.actor
    if s.stance == "accuses" or mine is None:
        return True
    names = {
        mine.name.lower(),
        (mine.side or "").replace("-", " "),
        (draft.context.speaker or "").removeprefix("the ").lower(),
    } - {""}
    low = s.proposition.lower()
    return any(name in low for name in names)


def _accusers(denial: Draft, drafts: list[Draft]) -> list[Draft]:
    return [d for d in drafts[-30:] if d.parent is denial and denial.noun_at is not None and d.cue_at == denial.noun_at]


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


def link(drafts: list[Draft]) -> tuple[Statement, ...]:
    """The finished statements: a denial answers the first accuser that it names, a negation what it turns down."""
    quoted: dict[str, list[Draft]] = {}  # by the attribution of the speaker who quotes
    for draft in drafts:
        if draft.parent is not None:
            quoted.setdefault(draft.parent.statement.attribution, []).append(draft)
    done: dict[str, Statement] = {}
    inside: dict[int, list[Draft]] = {}
    for draft in drafts:
        if draft.parent is not None:
            inside.setdefault(id(draft.parent), []).append(draft)
    for draft in drafts:
        if draft.answers is None and draft.statement.polarity < 0:
            accusers = [d for d in inside.get(id(draft), []) if d.cue_at == draft.noun_at]
            draft.answers = accusers[0] if accusers else None
        elif draft.answers is None:
            draft.answers = _turned_down(draft, quoted.get(draft.statement.attribution, []))
        s = draft.statement
        if draft.answers is not None:
            s = replace(s, answers=draft.answers.statement.id)
        done.setdefault(s.id, s)
    return tuple(
        sorted(done.values(), key=lambda s: (s.content_spans[0], s.source_spans, s.cue_spans, s.content_spans))
    )
