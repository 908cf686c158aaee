"""Finds the statements whose vectors are nearest to a claim's. Derived from the store, and rebuilt from it at any time.

Search is exact: FAISS gives candidates by inner product, and their similarities are then computed again in one fixed
way, because FAISS's last bits depend on how many queries come at once and on the processor.

Large stores keep a snapshot beside the database: ``vectors.faiss``, and ``vectors.json``, which vouches for it. On
opening, a snapshot that is whole and belongs to this store is mapped into memory and what has changed since is
replayed; any other is replaced by a fresh build from the store's vectors. A file is read whole to prove that it is,
once: ``vectors.checked.json`` notes which file that was, and nothing can be written to it and leave it that file.

On macOS, import torch before faiss where both are needed: load the encoder before you open the index.
"""

import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from index import environment
from index.durable import note_checked, sha256_of, sync, was_checked
from index.errors import ModelError, StoreError
from index.failure import storage_failures_of
from index.store import DIMENSION, ENCODER, FINGERPRINT, OutboxEntry, Store

if TYPE_CHECKING:
    from faiss import IndexIDMap2

INDEX_NAME = "vectors.faiss"
MANIFEST_NAME = "vectors.json"
CHECKED_NAME = "vectors.checked.json"
FORMAT = 1
# Building from the store takes 0.07 s of processor time for so many vectors of 384 numbers, and loading a snapshot 0.02
# (100,000: 0.53 and 0.17, of which 0.11 for its SHA-256): below, a snapshot is not worth its disk space.
SNAPSHOT_MIN = 10_000
_DECIMALS = 6  # of a similarity: float32 vectors of unit length carry no more
_SPARE = 8  # candidates fetched beyond k, so that ties at the end are seen
_MARGIN = 1e-5  # no similarity of FAISS is further than this from ours


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot holds: the store's changes up to ``sequence``, the last of which was ``last``."""

    format: int
    sequence: int
    last: list[Any]  # operation, statement and article of that change: tells this store's history from another's
    fingerprint: str
    dimension: int
    count: int
    sha256: str  # of the index file


class _UnusableError(Exception):
    """Why a snapshot cannot be used."""


class VectorIndex:
    """Vectors by statement id, as of the store's change number :attr:`sequence`."""

    def __init__(
        self, folder: Path, store: Store, index: "IndexIDMap2", *, fingerprint: str, sequence: int, saved: int | None
    ) -> None:
        self.sequence = sequence
        self.fingerprint = fingerprint
        self._folder = folder
        self._store = store
        self._index = index
        self._saved = saved  # sequence of the snapshot on disk; None: there is none that can be used
        self._mapped = saved is not None  # a mapped index cannot be changed

    @classmethod
    def open(
        cls,
        folder: Path,
        store: Store,
        *,
        fingerprint: str,
        dimension: int,
        notify: Callable[[str], None] | None = None,
        threads: int | None = None,
    ) -> Self:
        """The index of all vectors in ``store`` as it is now. ``folder`` is where the snapshot lies, if there is one.

        :param notify: gets one line where a snapshot was damaged and the index is built anew.
        :raises ModelError: the store's vectors come from another encoder.
        :raises StoreError: a vector in the store is damaged.
        """
        import faiss

        _require_encoder(store, fingerprint, dimension)
        faiss.omp_set_num_threads(environment.threads() if threads is None else threads)
        with store.snapshot():
            if (folder / MANIFEST_NAME).exists():
                try:
                    return cls._from_snapshot(folder, store, fingerprint, dimension)
                except _UnusableError as exc:
                    if notify is not None:
                        notify(f"{folder / INDEX_NAME} {exc}: the index is built again from the store")
            return cls._built(folder, store, fingerprint, dimension)

    @classmethod
    def _built(cls, folder: Path, store: Store, fingerprint: str, dimension: int) -> Self:
        index = _empty(dimension)
        for ids, matrix in store.vectors():
            index.add_with_ids(matrix, ids)
        return cls(folder, store, index, fingerprint=fingerprint, sequence=store.last_seq, saved=None)

    @classmethod
    def _from_snapshot(cls, folder: Path, store: Store, fingerprint: str, dimension: int) -> Self:
        manifest = _read_manifest(folder)
        if (manifest.format, manifest.fingerprint, manifest.dimension) != (FORMAT, fingerprint, dimension):
            raise _UnusableError("is of another encoder or version")
        tail = store.outbox(manifest.sequence - 1)
        if not tail or _identity(tail[0]) != manifest.last:
            raise _UnusableError("is not of this store")
        index = _read_index(folder, manifest)
        found = cls(folder, store, index, fingerprint=fingerprint, sequence=manifest.sequence, saved=manifest.sequence)
        found.apply(tail[1:])
        if len(found) != store.rows("SELECT count(*) FROM vectors")[0][0]:
            raise _UnusableError("does not hold as many vectors as the store")
        return found

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Width of the vectors."""
        return int(self._index.d)

    def search(self, vectors: NDArray[np.float32], k: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """For each row of ``vectors`` ``(n, dimension)`` the ``k`` most similar statements, best first, ties by id.

        Returns similarities and ids, both ``(n, min(k, len(self)))``. The same whatever other rows there are.

        :raises ValueError: ``vectors`` are of another width, or ``k`` is negative.
        """
        if vectors.ndim != 2 or vectors.shape[1] != self.dimension:
            raise ValueError(f"vectors must be (n, {self.dimension}), not {vectors.shape}")
        if k < 0:
            raise ValueError(f"k is {k}, but must not be negative")
        width = min(k, len(self))
        scores = np.empty((len(vectors), width), dtype=np.float32)
        ids = np.empty((len(vectors), width), dtype=np.int64)
        pending = np.arange(len(vectors)) if width else np.arange(0)
        fetched = width + _SPARE
        while len(pending):
            fetched = min(fetched, len(self))
            queries = np.ascontiguousarray(vectors[pending], dtype=np.float32)
            rough, candidates = self._index.search(queries, fetched)
            unsure = []
            for row, query, near, last in zip(pending, queries, candidates, rough[:, -1], strict=True):
                exact, ordered = self._ranked(query, near)
                scores[row], ids[row] = exact[:width], ordered[:width]
                if fetched < len(self) and last + _MARGIN >= exact[width - 1]:
                    unsure.append(row)  # what was not fetched may tie with what was
            pending = np.array(unsure, dtype=np.int64)
            fetched *= 2
        return scores, ids

    def _ranked(
        self, query: NDArray[np.float32], ids: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        matrix = self._index.reconstruct_batch(ids).astype(np.float64)
        similarities = np.round((matrix * query.astype(np.float64)).sum(axis=1), _DECIMALS)
        order = np.lexsort((ids, -similarities))
        return similarities[order], ids[order]

    def follow(self) -> int:
        """Brings the index up to the store's last change; returns how many changes there were.

        :raises ModelError: the store's vectors come from another encoder by now.
        """
        with self._store.snapshot():
            _require_encoder(self._store, self.fingerprint, self.dimension)
            changes = self._store.outbox(self.sequence)
            self.apply(changes)
        return len(changes)

    def apply(self, changes: Sequence[OutboxEntry]) -> None:
        """Applies the changes that come right after :attr:`sequence`, in their order.

        Vectors are taken from the store, so call it inside the ``store.snapshot()`` that gave the changes.

        :raises StoreError: a vector is gone or damaged.
        """
        if not changes:
            return
        final = {change.statement: change.op for change in changes}  # a statement can come, go and come again
        self.remove(list(final))
        new = np.array(sorted(id for id, op in final.items() if op == "add"), dtype=np.int64)
        if len(new):
            self._index.add_with_ids(self._store.vectors_of(new.tolist()), new)
        self.sequence = changes[-1].seq

    def remove(self, ids: Sequence[int]) -> int:
        """Takes these statements out, as far as they are in; returns how many were."""
        import faiss

        if self._mapped:
            self._index = _copied(self._index)
            self._mapped = False
        return int(self._index.remove_ids(faiss.IDSelectorBatch(np.array(ids, dtype=np.int64))))

    def save(self) -> bool:
        """Writes the snapshot, if the index is large enough for one to save time; returns whether it did.

        Call it inside ``store.writer()``: two processes that save at once may leave a snapshot that has to be rebuilt.

        :raises StoreError: the folder cannot be written; an older snapshot then stays as it was.
        """
        if len(self) < SNAPSHOT_MIN or self._saved == self.sequence:
            return False
        last = self._store.outbox(self.sequence - 1)[0]
        with (
            storage_failures_of(self._folder),
            tempfile.TemporaryDirectory(prefix="vectors-", dir=self._folder) as name,
        ):
            unfinished = Path(name)
            _write_index(self._index, unfinished / INDEX_NAME)
            manifest = Manifest(
                format=FORMAT,
                sequence=self.sequence,
                last=_identity(last),
                fingerprint=self.fingerprint,
                dimension=self.dimension,
                count=len(self),
                sha256=sha256_of(unfinished / INDEX_NAME),
            )
            (unfinished / MANIFEST_NAME).write_text(json.dumps(asdict(manifest)) + "\n", encoding="utf-8")
            for file in (INDEX_NAME, MANIFEST_NAME):  # the manifest last: it vouches for what already lies there
                sync(unfinished / file)
                (unfinished / file).replace(self._folder / file)
            sync(self._folder)
        note_checked(self._folder / INDEX_NAME, manifest.sha256, self._folder / CHECKED_NAME)
        self._saved = self.sequence
        return True


def snapshot_problems(folder: Path) -> list[str]:
    """What is wrong with the snapshot, one line a problem; reads it whole. For ``checker doctor``."""
    if not (folder / MANIFEST_NAME).exists():
        return []
    try:
        _read_index(folder, _read_manifest(folder), whole=True)
    except _UnusableError as exc:
        return [f"{folder / INDEX_NAME} {exc}: it is built again when the store is next opened"]
    return []


def remove_snapshot(folder: Path) -> None:
    """Deletes the snapshot, so that the index is built from the store. The manifest first: nothing vouches for a rest.

    :raises StoreError: the folder cannot be written.
    """
    with storage_failures_of(folder):
        for name in (MANIFEST_NAME, CHECKED_NAME, INDEX_NAME):
            (folder / name).unlink(missing_ok=True)


def _require_encoder(store: Store, fingerprint: str, dimension: int) -> None:
    stored = (store.meta(FINGERPRINT), store.meta(DIMENSION))
    if stored[0] not in (None, fingerprint) or stored[1] not in (None, str(dimension)):
        raise ModelError(
            f"{store.path} was built with the encoder '{store.meta(ENCODER)}' (dimension {stored[1]}), not with the one"
            f" in use (dimension {dimension}): use the former, or run 'checker doctor --rebuild' with the new one"
        )


def _empty(dimension: int) -> "IndexIDMap2":
    import faiss

    return faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))


def _copied(index: "IndexIDMap2") -> "IndexIDMap2":
    """The same index in memory of its own."""
    import faiss

    copy = _empty(index.d)
    ids = faiss.vector_to_array(index.id_map)
    if len(ids):
        copy.add_with_ids(index.index.reconstruct_n(0, len(ids)), ids)
    return copy


def _read_manifest(folder: Path) -> Manifest:
    try:
        manifest = Manifest(**json.loads((folder / MANIFEST_NAME).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        raise _UnusableError("has a damaged manifest") from None
    if not all(isinstance(n, int) for n in (manifest.sequence, manifest.dimension, manifest.count)):
        raise _UnusableError("has a damaged manifest")
    return manifest


def _read_index(folder: Path, manifest: Manifest, *, whole: bool = False) -> "IndexIDMap2":
    """Maps the index file into memory, after reading it whole unless that was done before (or always: ``whole``):
    FAISS itself takes a flipped byte for a vector."""
    import faiss

    path = folder / INDEX_NAME
    try:
        if whole or not was_checked(path, manifest.sha256, folder / CHECKED_NAME):
            if sha256_of(path) != manifest.sha256:
                raise _UnusableError("is damaged")
            note_checked(path, manifest.sha256, folder / CHECKED_NAME)
        index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
    except (OSError, RuntimeError):
        raise _UnusableError("is missing or damaged") from None
    if not isinstance(index, faiss.IndexIDMap2) or (index.d, index.ntotal) != (manifest.dimension, manifest.count):
        raise _UnusableError("is not what its manifest says")
    return index


def _write_index(index: "IndexIDMap2", path: Path) -> None:
    import faiss

    try:
        faiss.write_index(index, str(path))
    except RuntimeError as exc:  # faiss tells nothing of the cause but in its text
        raise StoreError(f"{path.parent.parent} cannot take the snapshot of the index: free some space") from exc


def _identity(change: OutboxEntry) -> list[Any]:
    return [change.op, change.statement, change.article]
