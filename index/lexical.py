"""Finds statements by their words: BM25 over SQLite's full-text index, inside the store."""

import re
import unicodedata

from index.store import Store

MAX_WORDS = 64  # of a query: more add nothing to the ranking, and each costs a scan

# Weights of the columns: proposition, content, actor name.
_WEIGHTS = (1.0, 0.5, 0.25)

_DAYS = " AND rowid IN (SELECT id FROM statements WHERE date >= ? AND date <= ?)"

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
    telling word finds nothing. BM25 as in SQLite's FTS5: k1 = 1.2, b = 0.75.

    :raises StoreError: the full-text index is damaged.
    """
    words = query_words(text)
    if not words or limit < 1:
        return []
    match = " OR ".join(f'"{word}"' for word in words)
    days, bounds = ("", ()) if since is None and until is None else (_DAYS, (since or "", until or "9999-12-31"))
    rows = store.rows(
        f"SELECT rowid, -bm25(statement_words, {', '.join(map(str, _WEIGHTS))}) AS score FROM statement_words"
        f" WHERE statement_words MATCH ?{days} ORDER BY score DESC, rowid LIMIT ?",
        (match, *bounds, limit),
    )
    return [(int(id), float(score)) for id, score in rows]


def query_words(text: str) -> list[str]:
    """The telling words of ``text``: the first 64 distinct ones, sorted, so that their order changes no score."""
    folded = unicodedata.normalize("NFC", text).casefold()
    telling = dict.fromkeys(word for word in re.findall(r"[^\W_]+", folded) if word not in _STOPWORDS)
    return sorted(list(telling)[:MAX_WORDS])
