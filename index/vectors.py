"""Finds the statements whose vectors are nearest to a claim's. Derived from the store, and rebuilt from it at any time.

FAISS gives candidates by inner product, and their similarities are then computed again in one fixed way, because the
last bits of FAISS's depend on how many queries come at once and on the processor. Search is exact up to 200,000
statements; larger snapshots are parted into lists, and a search looks into as many as it takes to find 99% of the
nearest 50.

Large stores keep a snapshot beside the database: ``vectors.faiss``, and ``vectors.json``, which vouches for it. On
opening, a snapshot that is whole and belongs to this store is mapped into memory and what has changed since is
replayed; any other is replaced by a fresh build from the store's vectors. A file is read whole to prove that it is,
once: ``vectors.checked.json`` notes which file that was, and nothing can be written to it and leave it that file.

Two files cannot be replaced at once, so the manifest of a new snapshot is written first and vouches for the one before
it as well: whichever of the two lies there, a reader or a killed writer leaves and finds nothing broken.

On macOS, import torch before faiss where both are needed: load the encoder before you open the index.
"""

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from index import environment
from index.durable import note_checked, rename, sha256_of, state_of, sync, was_checked, write_durably
from index.errors import StoreError
from index.failure import storage_failures_of
from index.lock import write_lock
from index.store import OutboxEntry, Store

FaissIndex: TypeAlias = Any  # faiss' own type annotations know little of its classes
_NOBODY = np.empty(0, dtype=np.int64)

INDEX_NAME = "vectors.faiss"
MANIFEST_NAME = "vectors.json"
CHECKED_NAME = "vectors.checked.json"
FORMAT = 2
_BEFORE = "before"  # under this key the manifest holds that of the snapshot before it
# Building from the store takes 0.07 s of processor time for so many vectors of 384 numbers, and loading a snapshot 0.02
# (100,000: 0.53 and 0.17, of which 0.11 for its SHA-256): below, a snapshot is not worth its disk space.
SNAPSHOT_MIN = 10_000
LISTS_MIN = 200_000
"""From so many statements on the snapshot is searched by lists: an exact search there takes longer than the judge."""
RECALL_WANTED = 0.99
REWRITE = 0.05  # share of the statements that may have changed before the snapshot is written anew
_TRAINED_FROM = 64  # vectors for each list
_TRIED = 200  # queries by which recall is measured
_TURNED = 0.3  # length of the noise added to them: a cosine of about .96 to the statement itself
_NEIGHBOURS = 50
_FEW = 20_000  # so many vectors are compared one by one rather than picked out of lists
_QUERIES_AT_ONCE = 64
_MATRIX_NEVER = 4_096
_MATRIX_FROM = 8
"""Queries from which on an exact search multiplies matrices (faiss 1.15 has it from 128,000 numbers on, for machines of
many cores: https://github.com/facebookresearch/faiss/pull/5109). On one core, at 100,000, a query takes 6.7 ms one by
one, and as a matrix 7.0 of 4 queries, 4.2 of 8, 1.1 of 64. Not for lists: in the last bits it
would depend on what else is asked which of them are looked into."""
_BARRED_AFTER = 100  # so many that are gone are left out after an exact search of many queries
_ADDED_AT_ONCE = 4096
DECIMALS = 6  # of a similarity: float32 vectors of unit length carry no more
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
    probes: int  # lists that a search looks into; 0: the index is exact
    recall: float  # at 50 neighbours against exact search, measured when it was built
    sha256: str  # of the index file


class _UnusableError(Exception):
    """Why a snapshot cannot be used."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Vectors that are searched together. ``ids`` (n,): statements by position; ``allowed``: positions, None: all but
    those ``barred``, which ``selector`` leaves out."""

    index: FaissIndex
    ids: NDArray[np.int64]
    probes: int = 0
    allowed: NDArray[np.int64] | None = None
    barred: NDArray[np.int64] = field(default_factory=lambda: _NOBODY)
    selector: tuple[Any, ...] | None = None  # faiss' own, and what it is made of, which it does not keep alive

    @property
    def size(self) -> int:
        """How many vectors may be found."""
        return len(self.ids) - len(self.barred) if self.allowed is None else len(self.allowed)

    def without(self, gone: NDArray[np.int64]) -> "_Part":
        """All but the statements at these positions. To be made once and kept: it costs more than a search."""
        import faiss

        if not len(gone):
            return self
        batch = faiss.IDSelectorBatch(gone)
        return replace(self, barred=gone, selector=(faiss.IDSelectorNot(batch), batch))

    def among(self, some: NDArray[np.int64], gone: NDArray[np.int64]) -> "_Part":
        """Only these statements, by id, less those at the positions ``gone``."""
        mask = np.isin(self.ids, some)
        mask[gone] = False
        return _Part(self.index, self.ids, self.probes, np.flatnonzero(mask))

    def nearest(self, queries: NDArray[np.float32], k: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Rough similarities and positions, best first, (n, min(k, size)); -1 where lists hold too few."""
        import faiss

        k = min(k, self.size)
        few = _MATRIX_FROM if not self.probes else _MATRIX_NEVER
        faiss.cvar.distance_compute_blas_threshold = few * queries.shape[1]
        if self.allowed is None and 0 < len(self.barred) <= _BARRED_AFTER and few <= len(queries):
            rough, found = self.index.search(queries, k + len(self.barred))  # with a selector, faiss uses no matrix
            kept = np.argsort(np.isin(found, self.barred), axis=1, kind="stable")[:, :k]
            return np.take_along_axis(rough, kept, axis=1), np.take_along_axis(found, kept, axis=1)
        if self.allowed is not None and self.size <= _FEW:
            matrix = self.index.reconstruct_batch(self.allowed)
            rough, found = faiss.knn(queries, matrix, k, metric=faiss.METRIC_INNER_PRODUCT)
            return rough, self.allowed[found]
        selector = self.selector[0] if self.selector else None
        if self.allowed is not None:
            selector = faiss.IDSelectorBatch(self.allowed)
        rough, found = self.index.search(queries, k, params=_parameters(self.probes, selector))
        return rough, found

    def vectors(self, positions: NDArray[np.int64]) -> NDArray[np.float64]:
        return np.asarray(self.index.reconstruct_batch(positions), dtype=np.float64)


class VectorIndex:
    """Vectors by statement id, as of the store's change number :attr:`sequence`.

    Two parts: what the snapshot holds (mapped, never changed), less what is gone since; and in memory what came since.
    So opening takes the same time whatever is stored, and one new article does not copy a million vectors.
    """

    def __init__(
        self, folder: Path, store: Store, base: _Part, *, fingerprint: str, dimension: int, sequence: int
    ) -> None:
        self.sequence = sequence
        self.fingerprint = fingerprint
        self.dimension = dimension
        self.recall_when_built = 1.0
        self._folder = folder
        self._store = store
        self._base = self._living = base  # as it is, and without what is gone
        self._gone = _NOBODY  # positions in the base of statements that do not hold any more
        self._recent = _Part(_flat(dimension), np.empty(0, dtype=np.int64))
        self._saved: int | None = None  # sequence of the snapshot on disk; None: there is none that can be used

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

        Where it had to be built, it is written too, unless somebody else is writing: the next one finds it then.

        :param notify: gets one line where a snapshot was damaged and the index is built anew.
        :raises ModelError: the store's vectors come from another encoder.
        :raises StoreError: a vector in the store is damaged.
        """
        import faiss

        store.refuse_other_encoder(fingerprint, dimension)
        faiss.omp_set_num_threads(environment.threads() if threads is None else threads)
        seen = _states(folder)
        try:
            # Before the store is looked at: of what it holds by then nothing is older than the snapshot.
            snapshot = _read_snapshot(folder, of=(FORMAT, fingerprint, dimension))
            if snapshot is not None:
                with store.snapshot():
                    store.refuse_other_encoder(fingerprint, dimension)
                    return cls._loaded(folder, store, *snapshot)
        except _UnusableError as exc:
            if notify is not None:
                notify(f"{folder / INDEX_NAME} {exc}: the index is built again from the store")
        with store.snapshot():
            store.refuse_other_encoder(fingerprint, dimension)
            built = cls._built(folder, store, fingerprint, dimension)
        built._keep(seen)
        return built

    @classmethod
    def _built(cls, folder: Path, store: Store, fingerprint: str, dimension: int) -> Self:
        """All vectors in memory, searched exactly: lists take a while to train, so only :meth:`save` makes them."""
        none = _Part(_flat(dimension), np.empty(0, dtype=np.int64))
        found = cls(folder, store, none, fingerprint=fingerprint, dimension=dimension, sequence=store.last_seq)
        for ids, matrix in store.vectors():
            found._add(ids, matrix)
        return found

    @classmethod
    def _loaded(cls, folder: Path, store: Store, manifest: Manifest, base: _Part) -> Self:
        changes = store.outbox(manifest.sequence - 1)
        if not changes or _identity(changes[0]) != manifest.last:
            raise _UnusableError("is not of this store")
        found = cls(
            folder,
            store,
            base,
            fingerprint=manifest.fingerprint,
            dimension=manifest.dimension,
            sequence=manifest.sequence,
        )
        found._saved = manifest.sequence
        found.recall_when_built = manifest.recall
        found.apply(changes[1:])
        if len(found) != store.rows("SELECT count(*) FROM statements")[0][0]:
            raise _UnusableError("does not hold as many vectors as the store")
        return found

    def _keep(self, seen: object) -> None:
        """Writes what was built, so that it need not be built each time; waits for nobody, and no failure counts: then
        the next one builds it again. ``seen``: what lay in the folder, of which another process may have taken care."""
        has_snapshot = (self._folder / MANIFEST_NAME).exists()
        if self._store.read_only or (len(self) < SNAPSHOT_MIN and not has_snapshot):
            return
        with suppress(StoreError), write_lock(self._folder, timeout=0):
            if _states(self._folder) == seen and not self.save():
                remove_snapshot(self._folder)  # too small for one, or else each to come would find it damaged

    def __len__(self) -> int:
        return len(self._base.ids) - len(self._gone) + len(self._recent.ids)

    @property
    def kind(self) -> str:
        """How it searches, for people: "exact", or into how many of its lists it looks."""
        if not self._base.probes:
            return "exact"
        return f"ivf, {self._base.probes} of {self._base.index.nlist} lists"

    @property
    def share_compared(self) -> float:
        """About what share of the vectors a search looks at."""
        return self._base.probes / self._base.index.nlist if self._base.probes else 1.0

    def search(
        self, vectors: NDArray[np.float32], k: int, *, among: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """For each row of ``vectors`` ``(n, dimension)`` the ``k`` most similar statements, best first, ties by id.

        Returns similarities and ids, both ``(n, min(k, how many may be found))``. The same whatever other rows there
        are. An index that is not exact may find fewer: then the last ids are -1.

        :param among: only these statements, by integer id.
        :raises ValueError: ``vectors`` are of another width, or ``k`` is negative.
        """
        if vectors.ndim != 2 or vectors.shape[1] != self.dimension:
            raise ValueError(f"vectors must be (n, {self.dimension}), not {vectors.shape}")
        if k < 0:
            raise ValueError(f"k is {k}, but must not be negative")
        parts = [self._living, self._recent]
        if among is not None:
            parts = [self._base.among(among, self._gone), self._recent.among(among, _NOBODY)]
        parts = [part for part in parts if part.size]
        width = min(k, sum(part.size for part in parts))
        scores = np.full((len(vectors), width), -1, dtype=np.float32)
        ids = np.full((len(vectors), width), -1, dtype=np.int64)
        for start in range(0, len(vectors) if width else 0, _QUERIES_AT_ONCE):
            rows = np.arange(start, min(start + _QUERIES_AT_ONCE, len(vectors)))
            self._fill(parts, vectors, rows, scores, ids)
        return scores, ids

    def _fill(
        self,
        parts: Sequence[_Part],
        vectors: NDArray[np.float32],
        pending: NDArray[np.int64],
        scores: NDArray[np.float32],
        ids: NDArray[np.int64],
    ) -> None:
        """Fills these rows of ``scores`` and ``ids``; fetches more where what was not fetched may tie with the last."""
        width = scores.shape[1]
        fetched = width + _SPARE
        while len(pending):
            queries = np.ascontiguousarray(vectors[pending], dtype=np.float32)
            near = [part.nearest(queries, fetched) for part in parts]
            unsure = []
            for i, row in enumerate(pending):
                exact, ordered = _ranked(queries[i], parts, [found[i] for _, found in near])
                scores[row, : len(exact)], ids[row, : len(exact)] = exact[:width], ordered[:width]
                hidden = [rough[i, -1] for (rough, _), part in zip(near, parts, strict=True) if fetched < part.size]
                if len(exact) >= width and any(last + _MARGIN >= exact[width - 1] for last in hidden):
                    unsure.append(row)
            pending = np.array(unsure, dtype=np.int64)
            fetched *= 2

    def follow(self) -> int:
        """Brings the index up to the store's last change; returns how many changes there were.

        :raises ModelError: the store's vectors come from another encoder by now.
        """
        with self._store.snapshot():
            self._store.refuse_other_encoder(self.fingerprint, self.dimension)
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
        last = {change.statement: change.op for change in changes}  # a statement can come, go and come again
        self._remove(np.array(sorted(last), dtype=np.int64))
        new = np.array(sorted(id for id, op in last.items() if op == "add"), dtype=np.int64)
        for start in range(0, len(new), _ADDED_AT_ONCE):
            part = new[start : start + _ADDED_AT_ONCE]
            self._add(part, self._store.vectors_of(part.tolist()))
        self.sequence = changes[-1].seq

    def _add(self, ids: NDArray[np.int64], matrix: NDArray[np.float32]) -> None:
        self._recent.index.add(matrix)
        self._recent = _Part(self._recent.index, np.concatenate([self._recent.ids, ids]))

    def _remove(self, ids: NDArray[np.int64]) -> None:
        """Takes these statements out, as far as they are in."""
        import faiss

        gone = np.union1d(self._gone, _places(self._base.ids, ids))
        if len(gone) > len(self._gone):
            self._gone, self._living = gone, self._base.without(gone)
        places = np.flatnonzero(np.isin(self._recent.ids, ids))
        if len(places):
            self._recent.index.remove_ids(faiss.IDSelectorBatch(places))  # the others move up, in their order
            self._recent = _Part(self._recent.index, np.delete(self._recent.ids, places))

    def save(self) -> bool:
        """Writes the snapshot, if the index is large enough for one to save time and has changed enough since the last
        (by a twentieth); returns whether it did.

        From :data:`LISTS_MIN` statements on, the snapshot is parted into lists, of which a search reads only some.
        Call it inside ``store.writer()``: two processes that save at once may leave a snapshot that has to be rebuilt.

        :raises StoreError: the folder cannot be written; an older snapshot then stays as it was.
        """
        changed = len(self._gone) + len(self._recent.ids)
        if len(self) < SNAPSHOT_MIN or (self._saved is not None and changed <= REWRITE * len(self)):
            return False
        with self._store.snapshot():
            self.follow()
            last = self._store.outbox(self.sequence - 1)[0]
            base, recall = _packed(self._store, len(self), self.dimension)
        manifest = Manifest(
            format=FORMAT,
            sequence=self.sequence,
            last=_identity(last),
            fingerprint=self.fingerprint,
            dimension=self.dimension,
            count=len(base.ids),
            probes=base.probes,
            recall=recall,
            sha256="",
        )
        _put_snapshot(self._folder, manifest, base)
        self._base = self._living = base
        self._gone = _NOBODY
        self._recent = _Part(_flat(self.dimension), self._recent.ids[:0])
        self._saved = self.sequence
        self.recall_when_built = recall
        return True


def snapshot_problems(folder: Path) -> list[str]:
    """What is wrong with the snapshot, one line a problem; reads it whole. For ``checker doctor``."""
    try:
        _read_snapshot(folder, whole=True)
    except _UnusableError as exc:
        return [f"{folder / INDEX_NAME} {exc}"]
    return []


def remove_snapshot(folder: Path) -> None:
    """Deletes the snapshot, so that the index is built from the store. The manifest first: nothing vouches for a rest.

    :raises StoreError: the folder cannot be written.
    """
    with storage_failures_of(folder):
        for name in (MANIFEST_NAME, CHECKED_NAME, INDEX_NAME):
            (folder / name).unlink(missing_ok=True)


def _flat(dimension: int) -> FaissIndex:
    import faiss

    return faiss.IndexFlatIP(dimension)


def _parameters(probes: int, only: Any = None) -> Any:
    """How to search: into how many lists (0: there are none), and only these positions; None: as the index is."""
    import faiss

    library: Any = faiss
    if probes:
        return library.SearchParametersIVF(nprobe=probes, sel=only)
    return None if only is None else library.SearchParameters(sel=only)


def _ranked(
    query: NDArray[np.float32], parts: Sequence[_Part], found: Sequence[NDArray[np.int64]]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Similarities, computed again, and ids of what was found at these positions; best first, ties by id."""
    similarities, ids = [], []
    for part, row in zip(parts, found, strict=True):
        positions = row[row >= 0]
        similarities.append((part.vectors(positions) * query.astype(np.float64)).sum(axis=1))
        ids.append(part.ids[positions])
    every, names = np.round(np.concatenate(similarities), DECIMALS), np.concatenate(ids)
    order = np.lexsort((names, -every))
    return every[order], names[order]


def _packed(store: Store, count: int, dimension: int) -> tuple[_Part, float]:
    """All of the store's vectors in one index, and its recall: exact, or parted into lists where there are many."""
    ids = np.empty(count, dtype=np.int64)
    matrix = np.empty((count, dimension), dtype=np.float32)
    start = 0
    for some, vectors in store.vectors():
        ids[start : start + len(some)], matrix[start : start + len(some)] = some, vectors
        start += len(some)
    if count < LISTS_MIN:
        index = _flat(dimension)
        index.add(matrix)
        return _Part(index, ids), 1.0
    index = _lists(matrix)
    probes, recall = _enough_probes(index, matrix)
    return _Part(index, ids, probes), recall


def _lists(matrix: NDArray[np.float32]) -> FaissIndex:
    """An inverted file over ``matrix``, (n, width), with about sqrt(n) vectors a list, trained on a part of them."""
    import faiss

    count = max(1, round(len(matrix) ** 0.5))
    index = faiss.IndexIVFFlat(_flat(matrix.shape[1]), matrix.shape[1], count, faiss.METRIC_INNER_PRODUCT)
    index.cp.seed = 1
    index.train(np.ascontiguousarray(matrix[:: max(1, len(matrix) // (count * _TRAINED_FROM))]))
    index.add(matrix)
    index.make_direct_map()
    return index


def _enough_probes(index: FaissIndex, matrix: NDArray[np.float32]) -> tuple[int, float]:
    """Into how many lists to look: the fewest powers of two with the wanted recall, and that recall.

    Measured with every n-th vector, slightly turned, so that it is not its own nearest neighbour alone: such as a claim
    that says nearly the same.
    """
    import faiss

    random = np.random.default_rng(0)
    queries = matrix[:: max(1, len(matrix) // _TRIED)][:_TRIED]
    queries = queries + random.standard_normal(queries.shape, dtype=np.float32) * np.float32(
        0.3 / matrix.shape[1] ** 0.5
    )
    queries = queries / np.linalg.norm(queries, axis=1, keepdims=True)
    k = min(_NEIGHBOURS, len(matrix))
    exact = faiss.knn(queries, matrix, k, metric=faiss.METRIC_INNER_PRODUCT)[1]
    probes, recall = 4, 0.0
    while probes < index.nlist:
        found = index.search(queries, k, params=_parameters(probes))[1]
        recall = float(np.mean([len(np.intersect1d(a, b)) / k for a, b in zip(exact, found, strict=True)]))
        if recall >= RECALL_WANTED:
            break
        probes *= 2
    return min(probes, index.nlist), round(recall, 4) if probes < index.nlist else 1.0


def _places(sorted_ids: NDArray[np.int64], some: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where those of ``some`` that are among ``sorted_ids`` stand there, ascending."""
    at = np.searchsorted(sorted_ids, some)
    inside = at < len(sorted_ids)
    at, some = at[inside], some[inside]
    return np.unique(at[sorted_ids[at] == some])


def _read_manifests(folder: Path) -> list[Manifest]:
    """The manifest of the last snapshot, and of the one before that may still lie there; none: there is no snapshot."""
    try:
        newest = json.loads((folder / MANIFEST_NAME).read_text(encoding="utf-8"))
        before = newest.pop(_BEFORE, None)
        manifests = [Manifest(**given) for given in (newest, before) if given is not None]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError, AttributeError):
        raise _UnusableError("has a damaged manifest") from None
    for manifest in manifests:
        numbers = (manifest.sequence, manifest.dimension, manifest.count, manifest.probes)
        if not all(isinstance(n, int) for n in numbers) or not isinstance(manifest.recall, int | float):
            raise _UnusableError("has a damaged manifest")
    return manifests


def _states(folder: Path) -> object:
    """What changes when either file of the snapshot is replaced."""
    found = []
    for name in (MANIFEST_NAME, INDEX_NAME):
        try:
            found.append(state_of(folder / name))
        except OSError:
            found.append({})
    return found


def _read_snapshot(
    folder: Path, *, whole: bool = False, of: tuple[int, str, int] | None = None
) -> tuple[Manifest, _Part] | None:
    """The snapshot in ``folder``, mapped into memory; None: there is none. It is read whole first, unless that was done
    before (or always: ``whole``): FAISS itself takes a flipped byte for a vector.

    :param of: the format, the encoder's fingerprint and the dimension that it must have; None: any.
    """
    while True:
        seen = _states(folder)
        found, problem = None, None
        try:
            manifests = _read_manifests(folder)
            wanted = [m for m in manifests if of is None or (m.format, m.fingerprint, m.dimension) == of]
            if manifests and not wanted:
                raise _UnusableError("is of another encoder or version")
            found = _read_base(folder, wanted, whole=whole) if wanted else None
        except _UnusableError as exc:
            problem = exc
        if _states(folder) != seen:
            continue  # a writer was putting the next one in its place
        if problem is not None:
            raise problem
        return found


def _read_base(folder: Path, manifests: Sequence[Manifest], *, whole: bool) -> tuple[Manifest, _Part]:
    """Maps the index file into memory, by whichever of ``manifests`` vouches for it."""
    import faiss

    path, note = folder / INDEX_NAME, folder / CHECKED_NAME
    try:
        known = [] if whole else [m for m in manifests if was_checked(path, m.sha256, note)]
        if not known:
            state, sha256 = state_of(path), sha256_of(path)
            known = [m for m in manifests if m.sha256 == sha256]
            if not known:
                if whole:  # what the disk did by itself: the note still says that the file is as it was
                    with suppress(OSError):
                        note.unlink(missing_ok=True)
                raise _UnusableError("is damaged")
            note_checked(path, sha256, note, state=state)
        wrapped = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
    except (OSError, RuntimeError):
        raise _UnusableError("is missing or damaged") from None
    manifest = known[0]
    if not isinstance(wrapped, faiss.IndexIDMap) or (wrapped.d, wrapped.ntotal) != (manifest.dimension, manifest.count):
        raise _UnusableError("is not what its manifest says")
    index: FaissIndex = faiss.downcast_index(wrapped.index)
    if isinstance(index, faiss.IndexIVF) != bool(manifest.probes):
        raise _UnusableError("is not what its manifest says")
    ids = faiss.vector_to_array(wrapped.id_map)
    index.referenced_objects = [wrapped]  # which owns it
    return manifest, _Part(index, ids, manifest.probes)


def _put_snapshot(folder: Path, manifest: Manifest, base: _Part) -> None:
    """Puts a snapshot in the place of the one in ``folder``. At each moment there is one that can be used or, where
    there was none before, no manifest. ``manifest`` gets the SHA-256 of the file."""
    path, vouching = folder / INDEX_NAME, folder / MANIFEST_NAME
    try:
        before = _read_snapshot(folder)
    except _UnusableError:
        before = None
    unfinished = path.with_name(f"{path.name}.new")  # always this name: what a killed process left is written over
    with storage_failures_of(folder):
        try:
            _write_base(base, unfinished)
            sync(unfinished)
            manifest = replace(manifest, sha256=sha256_of(unfinished))
            if before is not None:
                write_durably(vouching, json.dumps(asdict(manifest) | {_BEFORE: asdict(before[0])}) + "\n")
            elif vouching.exists():
                vouching.unlink()
                sync(folder)
            rename(unfinished, path)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        sync(folder)
    if before is None:
        write_durably(vouching, json.dumps(asdict(manifest)) + "\n")
    note_checked(path, manifest.sha256, folder / CHECKED_NAME)


def _write_base(base: _Part, path: Path) -> None:
    import faiss

    wrapped = faiss.IndexIDMap(_flat(base.index.d))  # it takes none that is filled, but can be given one
    wrapped.index = base.index
    faiss.copy_array_to_vector(base.ids, wrapped.id_map)
    wrapped.ntotal = len(base.ids)
    try:
        faiss.write_index(wrapped, str(path))
    except RuntimeError as exc:  # faiss tells nothing of the cause but in its text
        raise StoreError(f"{path.parent} cannot take the snapshot of the index: free some space") from exc


def _identity(change: OutboxEntry) -> list[Any]:
    return [change.op, change.statement, change.article]
