"""Finds statements by their words: BM25 over SQLite's full-text index, inside the store."""

import re
import unicodedata
from collections.abc import Sequence
from itertools import accumulate

from index.store import Store

MAX_WORDS = 64  # of a query: more add nothing to the ranking, and each costs a scan

SCORED = 50_000
"""About how many statements a search scores. That takes over a microsecond each, and in news a fourth of all share a
word with a claim; where more do, those that share only its commonest words are left out."""

# Weights of the columns: proposition, content, actor name.
_WEIGHTS = (1.0, 0.5, 0.25)

_DAYS = " AND rowid IN (SELECT id FROM statements WHERE date >= ? AND date <= ?)"

# "+": each statement that matches is looked up among the telling ones, not the other way round.
_RARE = " AND +rowid IN (SELECT rowid FROM statement_words WHERE statement_words MATCH ?)"

# English words that stand in almost every sentence: scoring them costs time and ranks by accident. Negations are among
# them on purpose: a rebuttal is found by what it is about, whether it denies it is judged later.
_STOPWORDS = frozenset(
    """a about after again all also am an and any are as at be because been before being both but by can could did do
    does doing down during each few for from further had has have having he her here hers him his how i if in into is
    it its just me more most my no nor not of off on once only or other our out over own same she should so some such
    than that the their them then there these they this those through to too under until up very was we were what when
    where which while who whom why will with would you your s t""".split()
)


def search(
    store: Store, text: str, limit: int, *, since: str | None = None, until: str | None = None
) -> list[tuple[int, float]]:
    """Integer ids of the statements that share words with ``text``, best first, with their BM25 score (> 0).

    ``since``, ``until``: only statements of these days (inclusive). Their scores are those among all statements.
    Equal scores are ordered by id. Any text is safe: it is a bag of words, never query syntax. A text without a
    telling word finds nothing. Where more than :data:`SCORED` statements share a word with ``text``, only those are
    found that share one of its rarest. BM25 as in SQLite's FTS5: k1 = 1.2, b = 0.75.

    :raises StoreError: the full-text index is damaged.
    """
    words = query_words(text)
    if not words or limit < 1:
        return []
    days, bounds = ("", ()) if since is None and until is None else (_DAYS, (since or "", until or "9999-12-31"))
    rare, telling = (
        ("", ()) if _holders(store, words, SCORED + 1) <= SCORED else (_RARE, (_any(_rarest(store, words)),))
    )
    rows = store.rows(
        f"SELECT rowid, -bm25(statement_words, {', '.join(map(str, _WEIGHTS))}) AS score FROM statement_words"
        f" WHERE statement_words MATCH ?{rare}{days} ORDER BY score DESC, rowid LIMIT ?",
        (_any(words), *telling, *bounds, limit),
    )
    return [(int(id), float(score)) for id, score in rows]


def _holders(store: Store, words: Sequence[str], at_most: int = -1) -> int:
    """How many statements hold one of these words; counted up to ``at_most``, where that is not negative."""
    sql = "SELECT count(*) FROM (SELECT 1 FROM statement_words WHERE statement_words MATCH ? LIMIT ?)"
    return int(store.rows(sql, (_any(words), at_most))[0][0])


def _rarest(store: Store, words: Sequence[str]) -> list[str]:
    """The rarest of these words, as long as they stand in ``SCORED`` statements together; the rarest that any holds
    in any case."""
    counted = sorted((count, word) for word in words if (count := _holders(store, [word])))
    within = [
        word for (_, word), total in zip(counted, accumulate(n for n, _ in counted), strict=True) if total <= SCORED
    ]
    return within or [counted[0][1]]


def _any(words: Sequence[str]) -> str:
    return " OR ".join(f'"{word}"' for word in words)


def query_words(text: str) -> list[str]:
    """The telling words of ``text``: the first 64 distinct ones, sorted, so that their order changes no score."""
    folded = unicodedata.normalize("NFC", text).casefold()
    telling = dict.fromkeys(word for word in re.findall(r"[^\W_]+", folded) if word not in _STOPWORDS)
    return sorted(list(telling)[:MAX_WORDS])
