"""Attributions as sets of characters: joined, stripped, matched one to one, counted."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from index.records import Span, Spans, Statement

ROLES = ("content", "cue", "source")
MEASURES = ("exact", "iou50", "token")

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who said what by which words: spans of an article, normalised (:func:`normalised`). ``type`` only of gold."""

    content: Spans
    cue: Spans
    source: Spans
    type: str | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """Matches against what was predicted and what is in the gold. Adds up over articles."""

    right: int = 0
    predicted: int = 0
    gold: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(self.right + other.right, self.predicted + other.predicted, self.gold + other.gold)

    @property
    def scores(self) -> list[float]:
        """[precision, recall, F1]; 0 where a denominator is 0."""
        precision = self.right / self.predicted if self.predicted else 0.0
        recall = self.right / self.gold if self.gold else 0.0
        both = self.predicted + self.gold
        return [precision, recall, 2 * self.right / both if both else 0.0]


def normalised(text: str, spans: Iterable[Span]) -> Spans:
    """``spans`` in order, joined where only punctuation or space lies between, without punctuation at their edges.

    So the sentences of one quotation are one span, and a quotation mark or full stop more or less makes no difference.
    """
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and not _WORD.search(text, joined[-1][1], max(start, joined[-1][1])):
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(stripped for span in joined if (stripped := _stripped(text, span)))


def from_statements(text: str, statements: Iterable[Statement]) -> list[Attribution]:
    """The outermost attributions of an article: statements with a ``parent`` left out, the others joined by
    ``attribution``, in order of first appearance."""
    parts: dict[str, list[Statement]] = {}
    for statement in statements:
        if statement.parent is None:
            parts.setdefault(statement.attribution or statement.id, []).append(statement)
    return [
        Attribution(
            content=normalised(text, (span for s in group for span in s.content_spans)),
            cue=normalised(text, (span for s in group for span in s.cue_spans)),
            source=normalised(text, (span for s in group for span in s.source_spans)),
        )
        for group in parts.values()
    ]


def count(text: str, role: str, predicted: Sequence[Attribution], gold: Sequence[Attribution]) -> dict[str, Count]:
    """The counts of one article and role, for each of MEASURES.

    ``exact``: equal spans. ``iou50``: characters in common at least half of those in either. ``token``: words in
    common. Each predicted one is matched with at most one in the gold, so that their sum is the highest. Attributions
    without spans for the role (a quotation without a source) are left out on their side.
    """
    ours = [spans for a in predicted if (spans := _role(a, role))]
    theirs = [spans for a in gold if (spans := _role(a, role))]
    equal = sum((Counter(ours) & Counter(theirs)).values())
    words_of_ours, words_of_theirs = [_words(text, s) for s in ours], [_words(text, s) for s in theirs]
    return {
        "exact": Count(equal, len(ours), len(theirs)),
        "iou50": Count(len(matched(ours, theirs)), len(ours), len(theirs)),
        "token": Count(
            _in_common(words_of_ours, words_of_theirs), sum(map(len, words_of_ours)), sum(map(len, words_of_theirs))
        ),
    }


def matched(ours: Sequence[Spans], theirs: Sequence[Spans]) -> list[tuple[int, int]]:
    """As many pairs (ours, theirs) as possible whose characters overlap by half (intersection over union)."""
    of_ours, of_theirs = [characters(s) for s in ours], [characters(s) for s in theirs]
    overlaps = [[iou(a, b) for b in of_theirs] for a in of_ours]
    # One for each pair that counts, and a little for how well it fits, so that the choice among equals is the best fit.
    weights = np.array([[(1 + x / 1000 if x >= 0.5 else 0.0) for x in row] for row in overlaps]).reshape(
        len(ours), len(theirs)
    )
    return [(i, j) for i, j in assigned(weights) if weights[i, j] > 0]


def _in_common(ours: Sequence[frozenset[int]], theirs: Sequence[frozenset[int]]) -> int:
    weights = np.array([[float(len(a & b)) for b in theirs] for a in ours]).reshape(len(ours), len(theirs))
    return int(sum(weights[i, j] for i, j in assigned(weights)))


Matrix: TypeAlias = "np.ndarray[tuple[int, int], np.dtype[np.float64]]"


def assigned(weights: Matrix) -> list[tuple[int, int]]:
    """One to one pairs (row, column) whose weights have the highest sum."""
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(weights, maximize=True)
    return [(int(i), int(j)) for i, j in zip(rows, columns, strict=True)]


def _role(attribution: Attribution, role: str) -> Spans:
    spans: Spans = getattr(attribution, role)
    return spans


def _stripped(text: str, span: Span) -> Span | None:
    words = list(_WORD.finditer(text, *span))
    return (words[0].start(), words[-1].end()) if words else None


def characters(spans: Spans) -> frozenset[int]:
    """The offsets that ``spans`` cover."""
    return frozenset(i for start, end in spans for i in range(start, end))


def _words(text: str, spans: Spans) -> frozenset[int]:
    return frozenset(word.start() for start, end in spans for word in _WORD.finditer(text, start, end))


def iou(a: frozenset[int], b: frozenset[int]) -> float:
    """Intersection over union; 0 for two empty sets."""
    common = len(a & b)
    return common / (len(a) + len(b) - common) if common else 0.0
