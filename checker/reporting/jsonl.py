"""Results as JSON Lines: keys in a fixed order, numbers rounded to four decimals, the same bytes from run to run."""

import json
from collections.abc import Mapping
from typing import Any

from index.records import Article, Probabilities, Rebuttal, Verdict

_DECIMALS = 4


def line(data: Mapping[str, Any]) -> str:
    """One object, without a line break at its end."""
    return json.dumps(_rounded(data), ensure_ascii=False, separators=(", ", ": "))


def rebuttal(found: Rebuttal, *, supports: bool = False) -> dict[str, Any]:
    """A result of ``checker query``, as docs/formats.md has it. ``supports``: it says the same as the claim, which was
    asked for; only then there is a key for it."""
    return {
        "rank": found.rank,
        "verdict": found.verdict.kind,
        "score": found.verdict.score,
        "similarity": found.pair.similarity,
        "reasons": list(found.verdict.reasons),
        "statement": found.pair.statement.to_json(),
        "article": article(found.article),
        "appearances": list(found.appearances),
        **({"supports": True} if supports else {}),
    }


def article(of: Article) -> dict[str, Any]:
    """Where a statement was published."""
    return {"id": of.id, "title": of.title, "source": of.source, "date": of.date, "url": of.url}


def judgement(given: Mapping[str, Any], verdict: Verdict) -> dict[str, Any]:
    """A line of ``checker judge``: what came in, with the verdict."""
    return {
        **given,
        "probabilities": probabilities(verdict.probabilities),
        "verdict": verdict.kind,
        "score": verdict.score,
        "reasons": list(verdict.reasons),
    }


def probabilities(of: Probabilities) -> dict[str, float]:
    """The three probabilities under their names."""
    return {"contradiction": of.contradiction, "entailment": of.entailment, "neutral": of.neutral}


def _rounded(value: Any) -> Any:
    match value:
        case float():
            return round(value, _DECIMALS)
        case Mapping():
            return {k: _rounded(v) for k, v in value.items()}
        case list() | tuple():
            return [_rounded(v) for v in value]
        case _:
            return value
