"""The systems that ``eval.retrieval`` measures: two plain baselines, and ours."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from checker.extraction.registry import Registry
from checker.facade import CANDIDATES, SHOWN, Checker, agrees, is_echo, slug
from checker.matching import Copies, Matcher
from eval.doors import say
from eval.retrieval import DEPTH, Excluded, Run, Text, best
from index.encoders import Encoder, load_encoder
from index.lexical import query_words
from index.records import Actor, Article, Link, Statement, Verdict
from index.store import Store

# Scores of different batches differ in the last bits; equal texts must stay equal.
_DECIMALS = 6


class Bm25:
    """BM25 of SQLite's FTS5 (k1 = 1.2, b = 0.75), with the words and the tokenizer of the store's own lexical index."""

    def rank(self, queries: Sequence[Text], documents: Sequence[Text], excluded: Excluded) -> Run:
        connection = sqlite3.connect(":memory:")
        try:
            connection.execute(
                "CREATE VIRTUAL TABLE t USING fts5 (x, tokenize = 'porter unicode61 remove_diacritics 2')"
            )
            connection.executemany(
                "INSERT INTO t (rowid, x) VALUES (?, ?)", [(i, d.text) for i, d in enumerate(documents)]
            )
            ids = [document.id for document in documents]
            return {query.id: self._one(connection, query, ids, excluded[query.id]) for query in queries}
        finally:
            connection.close()

    def _one(
        self, connection: sqlite3.Connection, query: Text, ids: list[str], left_out: frozenset[str]
    ) -> dict[str, float]:
        words = query_words(query.text)
        if not words:
            return {}
        found = connection.execute(
            "SELECT rowid, -bm25(t) AS score FROM t WHERE t MATCH ? ORDER BY score DESC, rowid LIMIT ?",
            (" OR ".join(f'"{word}"' for word in words), DEPTH + len(left_out)),
        )
        kept = [(ids[i], round(score, _DECIMALS)) for i, score in found if ids[i] not in left_out]
        return dict(kept[:DEPTH])


@dataclass(frozen=True, slots=True)
class Cosine:
    """The cosine of an encoder, exact. ``mapped``: of the vector to which the claim's is mapped."""

    encoder: str | None = None
    mapped: bool = False

    def rank(self, queries: Sequence[Text], documents: Sequence[Text], excluded: Excluded) -> Run:
        encoder = load_encoder(self.encoder, notify=say)
        matrix = encoder.encode([document.text for document in documents])
        vectors = encoder.encode([query.text for query in queries])
        if self.mapped:
            vectors = encoder.toward_rebuttals(vectors)
        ids = [document.id for document in documents]
        place = {id_: i for i, id_ in enumerate(ids)}
        run = {}
        for query, vector in zip(queries, vectors, strict=True):
            scores = np.round((matrix @ vector).astype(np.float64), _DECIMALS)
            scores[[place[id_] for id_ in excluded[query.id] if id_ in place]] = -np.inf
            run[query.id] = best(scores, ids)
        return run


@dataclass(frozen=True, slots=True)
class Installed:
    """What ``checker query`` does: hybrid candidates of other actors from a store, the first ones judged, by score.

    Each document is stored as one statement by its actor. Actors are sides of their own: a test bed says who speaks,
    not for whom. Candidates that a query judges and does not show, and those beyond, follow in order of search, so that
    recall at 100 is that of the search; and then the echoes, which a query lists apart as those who say the same.
    Documents that are wire copy of one another share a place: a query shows them as one.

    ``judged``: how many candidates of a claim; with 0 the order is that of the search.
    """

    encoder: str | None = None
    judged: int = CANDIDATES

    def rank(self, queries: Sequence[Text], documents: Sequence[Text], excluded: Excluded) -> Run:
        encoder = load_encoder(self.encoder, notify=say)
        with TemporaryDirectory(prefix="checker-eval-") as folder:
            with Store.open(Path(folder)) as store:
                _fill(store, encoder, documents)
            with Checker(Store.open(Path(folder)), encoder, Registry.load(), say) as checker:
                vectors = encoder.encode([query.text for query in queries])
                toward = encoder.toward_rebuttals(vectors)
                return {
                    query.id: self._one(checker, query, vector, begin, excluded[query.id])
                    for query, vector, begin in zip(queries, vectors, toward, strict=True)
                }

    def _one(
        self,
        checker: Checker,
        query: Text,
        vector: NDArray[np.float32],
        toward: NDArray[np.float32],
        left_out: frozenset[str],
    ) -> dict[str, float]:
        claim = Statement.claim(query.text, actor=_actor(query.actor))
        matcher = Matcher(checker.store, checker.vectors)
        found = matcher.candidates(claim, vector, limit=DEPTH + len(left_out), toward=toward)
        pairs = [pair for pair in found if pair.statement.article not in left_out][:DEPTH]
        verdicts = checker.judging.judge(pairs[: self.judged])
        scores: dict[str, float] = {}
        for rank, pair in enumerate(pairs):
            verdict = verdicts[rank] if rank < len(verdicts) else None
            place = _place(rank, verdict, pair.similarity)
            for document in (pair.statement.article, *_copies(checker.store, pair.statement)):
                if document not in left_out:
                    scores.setdefault(document, place)
        return dict(sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:DEPTH])


def _place(rank: int, verdict: Verdict | None, similarity: float) -> float:
    """From 1 to 2 what a query shows, by score, the first found of equal ones first; below 1, in order of search, what
    it does not show or was not judged; below 0 the echoes."""
    first_found = 1e-6 * (DEPTH - rank)  # scores have four decimals
    if verdict is not None and is_echo(verdict, similarity):
        return first_found - 2 + verdict.score
    if verdict is None or verdict.kind not in SHOWN or agrees(verdict):
        return 1 / (2 + rank)
    return first_found + 1 + verdict.score


def _copies(store: Store, statement: Statement) -> tuple[str, ...]:
    found = store.statement_by_key(statement.id)
    return () if found is None else Copies.of(store, [found[0]]).appearances(found[0])


_DOCUMENTS_PER_TRANSACTION = 1_000


def _fill(store: Store, encoder: Encoder, documents: Sequence[Text]) -> None:
    with store.writer() as writer:
        writer.require_encoder(encoder.name, encoder.fingerprint, encoder.dimension)
        for batch in _batches(documents):
            vectors = encoder.encode([document.text for document in batch])
            with writer.transaction():
                for i, document in enumerate(batch):
                    article = Article(id=document.id, text=document.text, date=document.date)
                    writer.put(article, [_statement(document)], vectors[i : i + 1], extractor="none")


def _batches(documents: Sequence[Text]) -> Iterator[list[Text]]:
    stream = iter(documents)
    while batch := list(islice(stream, _DOCUMENTS_PER_TRANSACTION)):
        yield batch


def _statement(document: Text) -> Statement:
    actor = _actor(document.actor)
    return Statement(
        article=document.id,
        attribution=document.id,
        actor=actor,
        chain=() if actor is None else (Link(actor.id, actor.name, "", "asserts"),),
        source_spans=(),
        cue_spans=(),
        content_spans=((0, len(document.text)),),
        content=document.text,
        proposition=document.text,
        date=document.date,
    )


def _actor(name: str | None) -> Actor | None:
    return None if not name else Actor(id=slug(name), name=name)
