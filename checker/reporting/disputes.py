"""Disputes as JSON Lines: keys in a fixed order. A statement is shown only where its article shows its words."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from checker.disputes import Clash, Dispute, Sources
from checker.disputes.dispute import side_of
from checker.judging.explain import Counterfactual, Evidence
from checker.reporting import jsonl
from index.records import Statement
from index.verdicts import ReportedDispute

Entry: TypeAlias = dict[str, Any]
WITHHELD = "(its article is damaged)"
"""What people are shown in the place of words that their article cannot prove."""


def dispute(of: Dispute, sources: Sources, *, added: Sequence[tuple[str, str]] = ()) -> Entry:
    """A dispute with its timeline; without its proposition where that statement's article cannot prove the words.

    ``added``: keys of the pairs that are new.
    """
    return {
        "proposition": of.head.proposition if of.head.id in sources else None,
        "score": of.score,
        "reviewed": of.reviewed,
        "strength": of.strength,
        "sides": list(of.sides),
        "turn": of.turn,
        "first": of.first.id,
        "answer": None if of.answer is None else of.answer.id,
        "days_to_answer": of.days_to_answer,
        "statements": [
            {**statement(one, sources), "position": "against" if of.positions[one.id] else "for"} for one in of.timeline
        ],
        "pairs": [{**clash(one), "new": one.keys in added} for one in of.clashes],
    }


def statement(of: Statement, sources: Sources) -> Entry:
    """Who said what, where; without its words where the article cannot prove them."""
    source = sources.get(of.id)
    actor = of.actor
    return {
        "statement": of.id,
        "actor": None if actor is None else {"id": actor.id, "name": actor.name, "side": actor.side},
        "through": [link.name for link in reversed(of.chain[:-1]) if link.actor != "article"],
        "side": side_of(of),
        "stance": of.stance,
        "date": of.date,
        "kind": of.kind,
        "content": of.content if source is not None else None,
        "proposition": of.proposition if source is not None else None,
        "article": {"id": of.article} if source is None else jsonl.article(source.article),
        "appearances": [] if source is None else list(source.appearances),
    }


def clash(of: Clash) -> Entry:
    """A pair and what is held of it."""
    return {
        "claim": of.claim.id,
        "statement": of.statement.id,
        "verdict": of.kind,
        "score": of.verdict.score,
        "reasons": list(of.verdict.reasons),
        "turn": of.turn,
        "review": None if of.review is None else review(of),
    }


def review(of: Clash) -> Mapping[str, str] | None:
    """An analyst's word."""
    given = of.review
    return None if given is None else {"verdict": given.kind, "note": given.note, "analyst": given.analyst}


def claims(run: Entry) -> str:
    """What became of the claims that nobody met, in numbers."""
    counts = run["unanswered"]
    changed = ", ".join(f"{counts[state]} {state}" for state in ("new", "answered", "withdrawn") if counts[state])
    return f"{changed or 'nothing changed'}, {counts['open']} open"


def standing(
    reported: ReportedDispute, state: str, of: Dispute | None, sources: Sources, *, gone: int, waiting: int
) -> Entry:
    """A dispute as it stands now; without its words where nothing of it is left, or all waits for the next run."""
    return {
        "type": "dispute" if of is None else of.kind,
        "dispute": reported.id,
        "state": state,
        "since_run": reported.first_run,
        **({} if of is None else dispute(of, sources)),
        "gone": gone,
        "waiting": waiting,
    }


def explanation(
    of: Clash,
    sources: Sources,
    *,
    similarity: float,
    parts: Mapping[str, float],
    evidence: Sequence[Evidence],
    counterfactuals: Sequence[Counterfactual],
    dispute: str | None,
) -> Entry:
    """Why two statements clash, or do not. ``parts``: what each feature adds to the log-odds, largest first.

    ``evidence`` are the places of the reasons, offsets into both propositions. ``decided_by`` tells whose the verdict
    is; what the judge holds stands in ``judge``, and score, reasons and parts are always its own.
    """
    return {
        **clash(of),
        "decided_by": "judge" if of.review is None else "review",
        "judge": {"verdict": of.verdict.kind, "score": of.verdict.score},
        "claim": statement(of.claim, sources),
        "statement": statement(of.statement, sources),
        "probabilities": jsonl.probabilities(of.verdict.probabilities),
        "similarity": similarity,
        "parts": dict(sorted(parts.items(), key=lambda item: (-abs(item[1]), item[0]))),
        "evidence": [
            {"reason": e.reason, "claim": [list(s) for s in e.claim], "statement": [list(s) for s in e.statement]}
            for e in evidence
        ],
        "counterfactuals": [
            {"change": c.change, "verdict": c.kind, "score": c.score, "sentence": c.sentence} for c in counterfactuals
        ],
        "dispute": dispute,
    }


_LABELS = {
    "contradiction": "contradiction",
    "compatible": "entailment",
    "unrelated": "neutral",
    "superseded": "neutral",
}


def labelled(of: Clash) -> Entry | None:
    """A reviewed pair as a labelled one for ``eval.pairs``; None where the analyst left it open.

    ``compatible`` is exported as entailment: who reviews a pair so holds that the one supports the other.
    """
    if of.review is None or of.review.kind not in _LABELS:
        return None
    return {
        "premise": of.claim.proposition,
        "hypothesis": of.statement.proposition,
        "label": _LABELS[of.review.kind],
        "id": "-".join(of.keys),
        "verdict": of.review.kind,
        "premise_statement": of.claim.to_json(),
        "hypothesis_statement": of.statement.to_json(),
    }
