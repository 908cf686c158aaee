"""What ``checker doctor`` looks at: the store, the index against the store, the models. And how it mends."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.encoders import BACKBONE, DEFAULT_ENCODER, Encoder, load_encoder
from index.errors import StateError
from index.store import Store, Writer
from index.vectors import DECIMALS, VectorIndex, remove_snapshot, snapshot_problems
from index.verdicts import VerdictWriter, damaged

_SAMPLE = 200  # statements whose neighbours are searched both ways; the first of every n-th, so the same on each run
_NEIGHBOURS = 50
_BATCH = 1024


@dataclass(frozen=True, slots=True)
class Health:
    """The state of a store. ``recall`` is that of the index in use against exact search at 50 neighbours."""

    store: str
    articles: int
    statements: int
    attributed: int
    encoder: str
    dimension: int
    index: str
    recall: float | None
    bytes_per_statement: int | None
    problems: tuple[str, ...]

    @property
    def healthy(self) -> bool:
        return not self.problems

    def to_json(self) -> dict[str, Any]:
        return {
            "store": self.store,
            "articles": self.articles,
            "statements": self.statements,
            "attributed": self.attributed,
            "encoder": self.encoder,
            "dimension": self.dimension,
            "index": self.index,
            "recall@50": self.recall,
            "bytes_per_statement": self.bytes_per_statement,
            "healthy": self.healthy,
            "problems": list(self.problems),
        }


def examine(folder: Path, *, encoder: str | None, rebuild: bool, notify: Callable[[str], None]) -> Health:
    """Checks everything, after rebuilding all that is derived where ``rebuild`` says so.

    :raises StateError: the store cannot even be opened.
    """
    with Store.open(folder, create=False) as store:
        model = load_encoder(encoder, notify=notify)
        if rebuild:
            rebuild_derived(store, model, notify)
        problems = [*store.integrity()]
        index, recall = "none", None
        try:
            problems += _model_problems(model)
            damaged = snapshot_problems(folder)
            vectors = _opened(store, model, notify)
            problems += _after_opening(folder, damaged)
            with store.snapshot():
                vectors.follow()
                index, recall = vectors.kind, _recall(store, vectors)
                problems += _differences(store, vectors)
        except StateError as error:
            problems.append(str(error))
        counts = store.counts()
        return Health(
            store=str(folder),
            articles=counts.articles,
            statements=counts.statements,
            attributed=counts.attributed,
            encoder=model.name,
            dimension=model.dimension,
            index=index,
            recall=recall,
            bytes_per_statement=round(_bytes(folder) / counts.statements) if counts.statements else None,
            problems=tuple(dict.fromkeys(problems)),
        )


def rebuild_derived(store: Store, encoder: Encoder, notify: Callable[[str], None]) -> None:
    """Vectors and words anew from the statements, in one transaction, and after it the index."""
    notify(f"embedding {store.counts().statements} statements with {encoder.name}")
    with store.writer() as writer:
        remove_snapshot(store.folder)
        _write_anew(store, writer, encoder)
        _opened(store, encoder, notify).save()


def _opened(store: Store, encoder: Encoder, notify: Callable[[str], None]) -> VectorIndex:
    return VectorIndex.open(
        store.folder, store, fingerprint=encoder.fingerprint, dimension=encoder.dimension, notify=notify
    )


def _after_opening(folder: Path, damaged: Sequence[str]) -> list[str]:
    """What was wrong with the snapshot, and what to do: to open the index mends it, unless somebody else writes."""
    if not damaged:
        return []
    left = snapshot_problems(folder)
    advice = "run 'checker doctor --rebuild' when nobody writes" if left else "it has been built again from the store"
    return [f"{problem}: {advice}" for problem in left or damaged]


def _write_anew(store: Store, writer: Writer, encoder: Encoder) -> None:
    with writer.transaction():
        writer.replace_vectors(
            _embedded(store, encoder),
            name=encoder.name,
            fingerprint=encoder.fingerprint,
            dimension=encoder.dimension,
        )
        writer.rebuild_words()
        VerdictWriter(writer).forget(list(damaged(store)))  # the next nightly run judges these pairs again


def _embedded(store: Store, encoder: Encoder) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
    for batch in store.propositions(batch=_BATCH):
        yield np.array([id_ for id_, _ in batch], dtype=np.int64), encoder.encode([text for _, text in batch])


def _model_problems(encoder: Encoder) -> list[str]:
    """Weights against their published hash, the exported graphs against their manifests; of the judge too."""
    from checker.judging import cross_encoder
    from index import environment
    from index.encoders import minilm, opposed

    cache = environment.cache_folder()
    embedded = {DEFAULT_ENCODER: opposed.verify, BACKBONE: minilm.verify}
    own = embedded[encoder.name](cache) if encoder.name in embedded else []
    return [*own, *cross_encoder.verify(cache)]


def _differences(store: Store, vectors: VectorIndex) -> list[str]:
    """Whether the index holds exactly the statements of the store."""
    stored = store.counts().statements
    if len(vectors) != stored:
        return [f"the index holds {len(vectors)} statements, the store {stored}: run 'checker doctor --rebuild'"]
    return []


def _recall(store: Store, vectors: VectorIndex) -> float | None:
    """Share of the exact nearest neighbours that the index in use finds too. Reads all vectors once."""
    ids = [row[0] for row in store.rows("SELECT statement FROM vectors ORDER BY statement")]
    if not ids:
        return None
    queries = store.vectors_of(ids[:: max(1, len(ids) // _SAMPLE)][:_SAMPLE])
    k = min(_NEIGHBOURS, len(ids))
    exact = _exact(store, queries.astype(np.float64), k)
    _, found = vectors.search(queries, k)
    hits = sum(len(np.intersect1d(a, b)) for a, b in zip(exact, found, strict=True))
    return round(hits / exact.size, 4)


def _exact(store: Store, queries: NDArray[np.float64], k: int) -> NDArray[np.int64]:
    """Ids ``(n, k)`` of the statements nearest to each query, ties by id, in the way of the index: what is equal to the
    decimals that a similarity has is a tie."""
    similarities = np.full((len(queries), k), -np.inf)
    ids = np.zeros((len(queries), k), dtype=np.int64)
    for some, matrix in store.vectors():
        products = np.round(queries @ matrix.astype(np.float64).T, DECIMALS)
        # Ids ascend from batch to batch: what only ties with the last that is kept comes after it.
        for row in np.flatnonzero((products > similarities[:, -1:]).any(axis=1)):
            new = products[row] > similarities[row, -1]
            every = np.concatenate([similarities[row], products[row, new]])
            names = np.concatenate([ids[row], some[new]])
            best = np.lexsort((names, -every))[:k]
            similarities[row], ids[row] = every[best], names[best]
    return ids


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir() if path.is_file())
