"""Why two texts clash, as data: the places in both that carry a reason, and what would have to differ.

A place is found on the propositions as they are shown, so that it can be marked there; the judge read them with phrasal
verbs made single (``wording``). A reason that rests on such a verb, or on the cross-encoder alone, has no place.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from checker.judging.surface import Surface, antonyms, date_clash, number_clash, surface
from checker.judging.verdicts import Judgement
from index.records import Pair, Span, Spans, Statement, VerdictKind

Judging = Callable[[Sequence[Pair]], Sequence[Judgement]]
"""``Judge.judgements``, or what stands for it."""
Known = TypeVar("Known")


@dataclass(frozen=True, slots=True)
class Evidence:
    """The places of one reason: offsets into the claim's and into the statement's proposition, in their order."""

    reason: str
    claim: Spans
    statement: Spans


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """What the verdict would be, were one thing otherwise. ``change`` says which, and begins :attr:`sentence`."""

    change: str
    kind: VerdictKind
    score: float

    @property
    def sentence(self) -> str:
        """For people: "with the same dates this would be a contradiction"."""
        return f"{self.change} this would be {_SAID[self.kind]}"


_SAID: dict[VerdictKind, str] = {
    "contradiction": "a contradiction",
    "superseded": "superseded",
    "compatible": "compatible",
    "unrelated": "unrelated",
    "uncertain": "uncertain",
}


def evidence(pair: Pair, reasons: Sequence[str]) -> tuple[Evidence, ...]:
    """Where in both propositions each of ``reasons`` shows, in their order; those that show nowhere are left out."""
    claim, statement = surface(pair.claim.proposition), surface(pair.statement.proposition)
    found = (Evidence(reason, *_places(reason, claim, statement)) for reason in reasons)
    return tuple(one for one in found if one.claim or one.statement)


def judged(judging: Judging, pair: Pair) -> tuple[Judgement, tuple[Counterfactual, ...]]:
    """What ``judging`` says of ``pair``, and each single change with which it would come to another verdict."""
    changed = list(_changes(pair))
    actual, *others = judging([pair, *(other for _, other in changed)])
    verdicts = zip(changed, (other.verdict for other in others), strict=True)
    return actual, tuple(
        Counterfactual(change, verdict.kind, verdict.score)
        for (change, _), verdict in verdicts
        if verdict.kind != actual.verdict.kind
    )


def _places(reason: str, claim: Surface, statement: Surface) -> tuple[Spans, Spans]:
    match reason:
        case "number":
            clash = number_clash(claim, statement)
            return ((clash[0],), (clash[1],)) if clash else ((), ())
        case "date":
            days = date_clash(claim, statement)
            return ((days[0],), (days[1],)) if days else ((), ())
        case "partial":
            return claim.partial, statement.partial
        case "antonym":
            pairs = antonyms(claim, statement)
            return tuple(sorted({one for one, _ in pairs})), tuple(sorted({other for _, other in pairs}))
        case "negation" | "denial":
            return claim.negators, statement.negators
        case "hypothetical":
            return claim.hypotheticals, statement.hypotheticals
        case "role-reversal":
            shared = claim.names & statement.names | _first_names(claim, statement)
            return _where(claim, shared), _where(statement, shared)
        case _:
            return (), ()


def _first_names(one: Surface, other: Surface) -> frozenset[str]:
    """First words that are names in the other sentence: a capital there says nothing, a capital within does."""
    first = {_bare(s.words[0].text) for s in (one, other) if s.words and s.words[0].capital}
    return frozenset(first & (one.names | other.names))


def _where(text: Surface, names: frozenset[str]) -> Spans:
    return tuple(w.span for w in text.words if w.capital and _bare(w.text) in names)


def _bare(word: str) -> str:
    return word.removesuffix("'s")


def _changes(pair: Pair) -> Iterator[tuple[str, Pair]]:
    """What is tried, each alone: a change that leaves the pair as it is, is none."""
    claim, statement = pair.claim, pair.statement
    if claim.window and statement.window and claim.window != statement.window:
        yield "with the same dates", replace(pair, statement=_at_the_time_of(claim, statement))
    if claim.hypothetical or statement.hypothetical:
        yield (
            "without the condition",
            replace(pair, claim=replace(claim, hypothetical=False), statement=replace(statement, hypothetical=False)),
        )
    for stance, change in (("asks", "as an assertion, not a question,"), ("demands", "as an assertion, not a demand,")):
        if stance in (claim.stance, statement.stance):
            yield (
                change,
                replace(
                    pair,
                    claim=replace(claim, stance="asserts") if claim.stance == stance else claim,
                    statement=replace(statement, stance="asserts") if statement.stance == stance else statement,
                ),
            )
    texts = surface(claim.proposition), surface(statement.proposition)
    if (numbers := number_clash(*texts)) is not None:
        yield "with the same number", replace(pair, statement=_with_the_words_of(claim, statement, numbers))
    if (days := date_clash(*texts)) is not None:
        same = _with_the_words_of(claim, statement, days)
        yield "with the same day", replace(pair, statement=replace(same, window=_shared(claim.window, same.window)))


def _at_the_time_of(claim: Statement, statement: Statement) -> Statement:
    window, date = _shared(claim.window, statement.window), _shared(claim.date, statement.date)
    return replace(statement, window=window, date=date)


def _shared(claims: Known | None, statements: Known | None) -> Known | None:
    """What the claim has, where both are known: to know more, or less, of one of them is another change."""
    return statements if claims is None or statements is None else claims


def _with_the_words_of(claim: Statement, statement: Statement, places: tuple[Span, Span]) -> Statement:
    (start, end), (from_, to) = places
    text = statement.proposition[:from_] + claim.proposition[start:end] + statement.proposition[to:]
    return replace(statement, proposition=text)
