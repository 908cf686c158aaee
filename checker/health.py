"""What ``checker doctor`` looks at: the store, the index against the store, the models. And how it mends."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.encoders import DEFAULT_ENCODER, Encoder, load_encoder
from index.errors import StateError
from index.store import Store, Writer
from index.vectors import VectorIndex, remove_snapshot, snapshot_problems
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
    bytes_per_statement: float | None
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
    model = load_encoder(encoder, notify=notify)
    with Store.open(folder, create=False) as store:
        if rebuild:
            rebuild_derived(store, model, notify)
        problems = [*store.integrity()]
        index, recall = "none", None
        try:
            problems += _model_problems(model) + snapshot_problems(folder)
            vectors = VectorIndex.open(
                folder, store, fingerprint=model.fingerprint, dimension=model.dimension, notify=notify
            )
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
            bytes_per_statement=_bytes(folder) / counts.statements if counts.statements else None,
            problems=tuple(dict.fromkeys(problems)),
        )


def rebuild_derived(store: Store, encoder: Encoder, notify: Callable[[str], None]) -> None:
    """Vectors and words anew from the statements, in one transaction; the vector index follows when it is opened."""
    notify(f"embedding {store.counts().statements} statements with {encoder.name}")
    with store.writer() as writer:
        remove_snapshot(store.folder)
        _write_anew(store, writer, encoder)


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
    from index.encoders import minilm

    cache = environment.cache_folder()
    own = minilm.verify(cache) if encoder.name == DEFAULT_ENCODER else []
    return [*own, *cross_encoder.verify(cache)]


def _differences(store: Store, vectors: VectorIndex) -> list[str]:
    """Whether the index holds exactly the statements of the store."""
    stored = store.counts().statements
    if len(vectors) != stored:
        return [f"the index holds {len(vectors)} statements, the store {stored}: run 'checker doctor --rebuild'"]
    return []


def _recall(store: Store, vectors: VectorIndex) -> float | None:
    """Share of the exact nearest neighbours that the index in use finds too."""
    parts = [matrix for _, matrix in store.vectors()]
    ids = [ids for ids, _ in store.vectors()]
    if not parts:
        return None
    matrix, names = np.concatenate(parts), np.concatenate(ids)
    queries = matrix[:: max(1, len(matrix) // _SAMPLE)][:_SAMPLE]
    k = min(_NEIGHBOURS, len(matrix))
    _, found = vectors.search(queries, k)
    hits = 0
    for query, row in zip(queries, found, strict=True):
        cosines = matrix @ query
        exact = names[np.lexsort((names, -cosines))[:k]]
        hits += len(set(exact.tolist()) & set(row.tolist()))
    return round(hits / (k * len(queries)), 4)


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir() if path.is_file())
