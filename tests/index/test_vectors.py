"""The FAISS index against brute force in numpy, and its snapshot against damage."""

import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index import durable
from index import vectors as module
from index.durable import note_checked, sha256_of
from index.errors import ModelError, StoreError
from index.lock import write_lock
from index.records import Article, Statement
from index.store import Store
from index.vectors import CHECKED_NAME, INDEX_NAME, MANIFEST_NAME, VectorIndex, remove_snapshot, snapshot_problems

DIMENSION = 8
FINGERPRINT = "aa" * 32


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Three articles of twenty statements each."""
    with Store.open(tmp_path / "store") as opened:
        with opened.writer() as writer:
            writer.require_encoder("test", FINGERPRINT, DIMENSION)
        for number in range(3):
            put(opened, f"article-{number}", rows(20, seed=number))
        yield opened


@pytest.fixture
def every_size_is_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SNAPSHOT_MIN", 1)
    monkeypatch.setattr(module, "REWRITE", 0)


def rows(count: int, *, seed: int) -> NDArray[np.float32]:
    """Vectors of unit length, ``(count, 8)``."""
    values = np.random.default_rng(seed).standard_normal((count, DIMENSION))
    return np.asarray(values / np.linalg.norm(values, axis=1, keepdims=True), dtype=np.float32)


def put(store: Store, id: str, vectors: NDArray[np.float32]) -> None:
    """Stores an article of as many one-letter statements as there are vectors."""
    text = f"{id} " + "x" * len(vectors)
    statements = [
        Statement(
            article=id,
            attribution="",
            actor=None,
            chain=(),
            source_spans=(),
            cue_spans=(),
            content_spans=((len(id) + 1 + n, len(id) + 2 + n),),
            content="x",
            proposition=f"{id} {n}",
        )
        for n in range(len(vectors))
    ]
    with store.writer() as writer:
        writer.put(Article(id=id, text=text), statements, vectors)


def delete(store: Store, id: str) -> None:
    with store.writer() as writer:
        writer.delete(id)


def opened(store: Store, notes: list[str] | None = None, **changed: object) -> VectorIndex:
    options = {"fingerprint": FINGERPRINT, "dimension": DIMENSION, "threads": 1} | changed
    return VectorIndex.open(store.folder, store, notify=[].append if notes is None else notes.append, **options)  # type: ignore[arg-type]


def brute_force(store: Store, queries: NDArray[np.float32], k: int) -> tuple[list[list[float]], list[list[int]]]:
    """A second implementation: every product, then sorted by similarity and id."""
    every = list(store.vectors())
    ids = np.concatenate([part[0] for part in every]).tolist() if every else []
    matrix = np.concatenate([part[1] for part in every]) if every else np.empty((0, DIMENSION))
    scores, best = [], []
    for query in queries.astype(np.float64):
        ranked = sorted(
            (-round(float(np.dot(v, query)), 6), id) for v, id in zip(matrix.astype(float), ids, strict=True)
        )
        scores.append([-score for score, _ in ranked[:k]])
        best.append([id for _, id in ranked[:k]])
    return scores, best


def assert_exact(index: VectorIndex, store: Store, k: int = 10) -> None:
    queries = rows(6, seed=99)
    scores, ids = index.search(queries, k)
    expected_scores, expected_ids = brute_force(store, queries, k)
    assert ids.tolist() == expected_ids
    np.testing.assert_allclose(scores, np.array(expected_scores).reshape(scores.shape), atol=2e-6)


def flip_byte(path: Path, offset: int) -> None:
    content = bytearray(path.read_bytes())
    content[offset] ^= 0x01
    path.write_bytes(content)


def test_the_nearest_are_those_of_brute_force(store: Store) -> None:
    index = opened(store)
    assert len(index) == 60
    assert index.sequence == store.last_seq == 60
    for k in (1, 10, 59, 60):
        assert_exact(index, store, k)


def test_a_hand_worked_search(store: Store, tmp_path: Path) -> None:
    with Store.open(tmp_path / "small") as small:
        put(small, "a", np.array([[1, 0], [0, 1], [0.6, 0.8]], dtype=np.float32))
        index = opened(small, dimension=2)
        scores, ids = index.search(np.array([[0.8, 0.6]], dtype=np.float32), 2)
    assert ids.tolist() == [[3, 1]]  # .6 * .8 + .8 * .6 = .96, then .8
    np.testing.assert_allclose(scores, [[0.96, 0.8]], atol=1e-6)


def test_ties_are_ordered_by_id_also_where_k_cuts_them(store: Store) -> None:
    same = np.tile(rows(1, seed=50), (300, 1))
    put(store, "wire-copy", same)
    delete(store, "article-1")
    put(store, "wire-copy-2", same)
    index = opened(store)
    scores, ids = index.search(same[:1], 150)
    assert ids.tolist() == [list(range(61, 211))]
    assert set(scores[0].tolist()) == {1.0}
    _, more = index.search(same[:1], 310)
    assert more.tolist() == [[*range(61, 361), *range(361, 371)]]


def test_other_queries_beside_it_do_not_change_a_byte(store: Store) -> None:
    index = opened(store)
    queries = rows(64, seed=7)
    together = index.search(queries, 20)
    for n, query in enumerate(queries):
        alone = index.search(query[None, :], 20)
        assert alone[0].tobytes() == together[0][n].tobytes()
        assert alone[1].tobytes() == together[1][n].tobytes()


def test_threads_do_not_change_a_byte(store: Store) -> None:
    queries = rows(64, seed=7)
    found = [opened(store, threads=threads).search(queries, 20) for threads in (1, 2)]
    assert found[0][0].tobytes() == found[1][0].tobytes()
    assert found[0][1].tobytes() == found[1][1].tobytes()


def test_there_are_never_more_results_than_vectors(store: Store, tmp_path: Path) -> None:
    index = opened(store)
    assert [part.shape for part in index.search(rows(2, seed=1), 1000)] == [(2, 60)] * 2
    assert [part.shape for part in index.search(rows(2, seed=1), 0)] == [(2, 0)] * 2
    assert [part.shape for part in index.search(rows(0, seed=1), 5)] == [(0, 5)] * 2
    with Store.open(tmp_path / "empty") as empty:
        none = opened(empty)
        assert len(none) == 0
        assert [part.shape for part in none.search(rows(2, seed=1), 5)] == [(2, 0)] * 2


def test_wrong_queries_are_refused(store: Store) -> None:
    index = opened(store)
    with pytest.raises(ValueError, match=r"must be \(n, 8\), not \(2, 7\)"):
        index.search(np.zeros((2, 7), dtype=np.float32), 3)
    with pytest.raises(ValueError, match="must not be negative"):
        index.search(rows(1, seed=1), -1)


def test_another_encoder_or_dimension_is_refused_and_the_rebuild_named(store: Store) -> None:
    for changed in ({"fingerprint": "bb" * 32}, {"dimension": 16}):
        with pytest.raises(ModelError, match=r"built with the encoder 'test'.*checker doctor --rebuild"):
            opened(store, **changed)


def test_the_index_follows_what_is_added_corrected_and_withdrawn(store: Store) -> None:
    index = opened(store)
    put(store, "article-3", rows(15, seed=3))
    delete(store, "article-0")
    put(store, "article-1", rows(5, seed=4))
    assert index.follow() == 15 + 20 + 15  # the first five statements of article-1 stayed as they were
    assert (len(index), index.sequence) == (15 + 20 + 5, store.last_seq)
    assert_exact(index, store)
    assert index.follow() == 0


@pytest.mark.parametrize("fingerprint", [FINGERPRINT, "cc" * 32])
def test_an_open_index_takes_replaced_vectors_of_its_own_encoder_only(store: Store, fingerprint: str) -> None:
    index = opened(store)
    new = [(np.arange(1, 61), rows(60, seed=77))]
    with store.writer() as writer:
        writer.replace_vectors(new, name="test", fingerprint=fingerprint, dimension=DIMENSION)
    if fingerprint == FINGERPRINT:
        assert index.follow() == 120
        assert_exact(index, store)
    else:
        with pytest.raises(ModelError, match="--rebuild"):
            index.follow()


def test_a_search_among_some_statements_finds_the_nearest_of_these(store: Store) -> None:
    index = opened(store)
    queries = rows(6, seed=99)
    for among in (np.arange(5, 45, 3), np.array([60]), np.arange(1, 61)):
        scores, ids = index.search(queries, 10, among=among)
        every_score, every_id = index.search(queries, 60)
        for found, similarities, all_ids, all_scores in zip(ids, scores, every_id, every_score, strict=True):
            allowed = np.isin(all_ids, among)
            assert found.tolist() == all_ids[allowed][:10].tolist()
            assert similarities.tolist() == all_scores[allowed][:10].tolist()
    assert index.search(queries, 10, among=np.empty(0, dtype=np.int64))[1].shape == (6, 0)


def test_a_damaged_vector_in_the_store_is_not_indexed(store: Store) -> None:
    with store.writer() as writer:
        writer._run("UPDATE vectors SET vector = zeroblob(32) WHERE statement = 7")
    with pytest.raises(StoreError, match="vector of statement 7 is damaged"):
        opened(store)


def test_a_small_index_is_not_saved(store: Store) -> None:
    assert not opened(store).save()
    assert not (store.folder / INDEX_NAME).exists()


@pytest.mark.usefixtures("every_size_is_saved")
class TestSnapshot:
    def test_it_is_loaded_and_gives_the_same_answers(self, store: Store) -> None:
        built = opened(store)
        notes: list[str] = []
        loaded = opened(store, notes)
        assert notes == []
        assert loaded._saved == loaded.sequence == 60
        for mine, theirs in zip(built.search(rows(9, seed=8), 12), loaded.search(rows(9, seed=8), 12), strict=True):
            assert mine.tobytes() == theirs.tobytes()
        assert_exact(loaded, store)
        assert snapshot_problems(store.folder) == []

    def test_its_manifest_says_what_it_holds(self, store: Store) -> None:
        opened(store).save()
        manifest = json.loads((store.folder / MANIFEST_NAME).read_text())
        assert manifest.pop("sha256") == module.sha256_of(store.folder / INDEX_NAME)
        assert manifest == {
            "format": 2,
            "sequence": 60,
            "last": ["add", 60, "article-2"],
            "fingerprint": FINGERPRINT,
            "dimension": DIMENSION,
            "count": 60,
            "probes": 0,
            "recall": 1.0,
        }

    def test_nothing_but_its_files_is_left(self, store: Store) -> None:
        before = {path.name for path in store.folder.iterdir()}
        opened(store).save()
        assert {path.name for path in store.folder.iterdir()} - before == {INDEX_NAME, MANIFEST_NAME, CHECKED_NAME}

    def test_it_is_written_once_a_state(self, store: Store) -> None:
        with write_lock(store.folder):
            index = opened(store)
        assert [index.save(), index.save()] == [True, False]
        assert not opened(store).save()
        put(store, "later", rows(1, seed=5))
        index.follow()
        assert index.save()

    def test_what_had_to_be_built_is_written_but_not_while_somebody_else_writes(self, store: Store) -> None:
        with write_lock(store.folder):
            began = time.monotonic()
            assert_exact(opened(store), store)
            assert time.monotonic() - began < 5  # half of what a writer waits
        assert not (store.folder / MANIFEST_NAME).exists()
        assert_exact(opened(store), store)
        assert opened(store)._saved == 60
        assert snapshot_problems(store.folder) == []

    def test_a_damaged_one_is_told_of_once(self, store: Store) -> None:
        opened(store)
        flip_byte(store.folder / INDEX_NAME, -500)
        notes: list[str] = []
        with write_lock(store.folder):
            assert_exact(opened(store, notes), store)
        assert_exact(opened(store, notes), store)
        assert len(notes) == 2  # while somebody else wrote it could not be mended
        assert_exact(opened(store, notes), store)
        assert len(notes) == 2

    def test_a_damaged_one_of_what_has_become_too_small_is_removed(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        opened(store)
        flip_byte(store.folder / INDEX_NAME, -500)
        monkeypatch.setattr(module, "SNAPSHOT_MIN", 1_000)
        self.assert_rebuilt(store, "is damaged")
        assert not (store.folder / INDEX_NAME).exists()

    def test_what_another_process_has_mended_meanwhile_is_not_written_again(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        opened(store)
        flip_byte(store.folder / INDEX_NAME, -500)
        built = VectorIndex._built
        mended: list[int] = []

        def slowly(*arguments: object) -> VectorIndex:
            monkeypatch.undo()
            monkeypatch.setattr(module, "SNAPSHOT_MIN", 1)
            opened(store)
            mended.append((store.folder / INDEX_NAME).stat().st_mtime_ns)
            return built(*arguments)  # type: ignore[arg-type]

        monkeypatch.setattr(VectorIndex, "_built", slowly)
        assert_exact(opened(store), store)
        assert mended == [(store.folder / INDEX_NAME).stat().st_mtime_ns]

    def test_what_the_note_hides_is_found_by_the_doctor_and_mended_then(self, store: Store) -> None:
        opened(store)
        path = store.folder / INDEX_NAME
        flip_byte(path, -500)
        note_checked(
            path, json.loads((store.folder / MANIFEST_NAME).read_text())["sha256"], store.folder / CHECKED_NAME
        )
        assert snapshot_problems(store.folder) == [f"{path} is damaged"]
        self.assert_rebuilt(store, "is damaged")

    @pytest.mark.parametrize("stop", ["before", "after"])
    @pytest.mark.parametrize("name", [f"{INDEX_NAME}.new", MANIFEST_NAME, INDEX_NAME, CHECKED_NAME, "folder"])
    @pytest.mark.parametrize("first", [True, False])
    def test_at_no_step_of_its_writing_does_a_reader_or_a_kill_find_it_damaged(
        self, store: Store, monkeypatch: pytest.MonkeyPatch, first: bool, name: str, stop: str
    ) -> None:
        """What a kill would leave at that step is copied away; a reader looks at it as it is then, and again later."""
        if not first:
            opened(store).save()
            put(store, "later", rows(30, seed=6))
        with write_lock(store.folder):
            index = opened(store)
        notes: list[str] = []
        left: list[Path] = []

        @contextmanager
        def step(what: str) -> Iterator[None]:
            for point in ("before", "after"):
                if point == "after":
                    yield
                if what.endswith(f" {name}") and point == stop:
                    with monkeypatch.context() as inside, Store.open(store.folder) as reader:
                        inside.setattr(durable, "step", nullcontext)  # its own steps are none of the writer's
                        assert_exact(opened(reader, notes), reader)
                    left.append(store.folder.with_name(f"killed-{len(left)}"))
                    shutil.copytree(store.folder, left[-1], ignore=shutil.ignore_patterns("checker.lock*"))

        with monkeypatch.context() as patched, write_lock(store.folder):
            patched.setattr(durable, "step", step)
            assert index.save()
        assert left
        for folder in left:
            with Store.open(folder) as killed:
                assert_exact(opened(killed, notes), killed)
                again = opened(killed, notes)
                again.save()
                assert_exact(again, killed)
                assert snapshot_problems(folder) == []
            names = {path.name for path in folder.iterdir()} - {path.name for path in store.folder.iterdir()}
            assert names <= {"checker.lock"}
        assert notes == []

    def test_a_reader_who_read_the_manifest_before_and_the_file_after_it_was_replaced_looks_again(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        opened(store)
        put(store, "later", rows(30, seed=6))
        manifests = module._read_manifests
        writing = opened(store)

        def overtaken(folder: Path) -> object:
            found = manifests(folder)
            with monkeypatch.context() as patched:
                patched.setattr(module, "_read_manifests", manifests)
                writing.save()  # the first time only: then it is as it should be
            return found

        notes: list[str] = []
        monkeypatch.setattr(module, "_read_manifests", overtaken)
        index = opened(store, notes)
        assert notes == []
        assert index._saved == 90
        assert_exact(index, store)

    def test_later_changes_are_replayed(self, store: Store) -> None:
        opened(store).save()
        put(store, "later", rows(30, seed=6))
        delete(store, "article-1")
        notes: list[str] = []
        loaded = opened(store, notes)
        assert notes == []
        assert (len(loaded), loaded.sequence) == (70, store.last_seq)
        assert_exact(loaded, store)

    def test_a_loaded_index_follows_and_is_saved_again(self, store: Store) -> None:
        opened(store).save()
        loaded = opened(store)
        delete(store, "article-2")
        assert loaded.follow() == 20
        assert_exact(loaded, store)
        assert loaded.save()
        assert_exact(opened(store), store)

    def test_it_is_read_whole_once_and_again_when_it_is_another_file(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        opened(store).save()
        read: list[str] = []
        monkeypatch.setattr(module, "sha256_of", lambda path: read.append(path.name) or sha256_of(path))
        opened(store)
        assert read == []
        path = store.folder / INDEX_NAME
        times = path.stat()
        path.write_bytes(path.read_bytes())
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))  # as if nothing had been written
        opened(store)
        opened(store)
        assert read == [INDEX_NAME]
        (store.folder / CHECKED_NAME).write_text("{")
        opened(store)
        assert read == [INDEX_NAME] * 2
        assert snapshot_problems(store.folder) == []
        assert read == [INDEX_NAME] * 3

    @pytest.mark.parametrize("offset", [0, 40, -500, -1])
    def test_a_flipped_byte_is_detected_and_the_answers_stay(self, store: Store, offset: int) -> None:
        opened(store).save()
        flip_byte(store.folder / INDEX_NAME, offset)
        assert len(snapshot_problems(store.folder)) == 1
        self.assert_rebuilt(store, "is damaged")

    @pytest.mark.parametrize("length", [0, 1, 100])
    def test_a_truncated_file_is_detected_and_the_answers_stay(self, store: Store, length: int) -> None:
        opened(store).save()
        path = store.folder / INDEX_NAME
        path.write_bytes(path.read_bytes()[:length])
        self.assert_rebuilt(store, "is damaged")

    def test_a_missing_file_is_detected_and_the_answers_stay(self, store: Store) -> None:
        opened(store).save()
        (store.folder / INDEX_NAME).unlink()
        self.assert_rebuilt(store, "is missing or damaged")

    @pytest.mark.parametrize("content", ["", "{", "[1]", '{"format": 1}', "\x00\xff"])
    def test_a_damaged_manifest_is_detected_and_the_answers_stay(self, store: Store, content: str) -> None:
        opened(store).save()
        (store.folder / MANIFEST_NAME).write_text(content, encoding="latin-1")
        self.assert_rebuilt(store, "has a damaged manifest")

    @pytest.mark.parametrize("key", ["sequence", "dimension", "count", "sha256", "last", "fingerprint"])
    def test_no_value_of_the_manifest_can_be_of_another_type(self, store: Store, key: str) -> None:
        opened(store).save()
        path = store.folder / MANIFEST_NAME
        path.write_text(json.dumps(json.loads(path.read_text()) | {key: {}}))
        self.assert_rebuilt(store, "")

    @pytest.mark.parametrize(("key", "value"), [("count", 59), ("sequence", 59), ("sequence", 61), ("sequence", 0)])
    def test_a_manifest_that_does_not_fit_the_store_is_not_believed(self, store: Store, key: str, value: int) -> None:
        opened(store).save()
        path = store.folder / MANIFEST_NAME
        path.write_text(json.dumps(json.loads(path.read_text()) | {key: value}))
        self.assert_rebuilt(store, "")

    @pytest.mark.parametrize("at_once", [1, 6])
    @pytest.mark.parametrize("barred_after", [100, 0])
    def test_what_is_gone_is_not_found_however_it_is_left_out(
        self, store: Store, monkeypatch: pytest.MonkeyPatch, at_once: int, barred_after: int
    ) -> None:
        monkeypatch.setattr(module, "REWRITE", 0.9)
        monkeypatch.setattr(module, "_MATRIX_FROM", at_once)
        monkeypatch.setattr(module, "_BARRED_AFTER", barred_after)
        opened(store).save()
        put(store, "later", rows(5, seed=6))
        delete(store, "article-1")
        index = opened(store)
        assert (len(index._base.ids), len(index._living.barred)) == (60, 20)
        for k in (1, 10, 39, 40, 45, 100):
            assert_exact(index, store, k)

    def test_the_snapshot_of_another_store_is_not_believed(self, store: Store, tmp_path: Path) -> None:
        opened(store).save()
        with Store.open(tmp_path / "other") as other:
            for number in range(3):
                put(other, f"other-{number}", rows(20, seed=40 + number))
            for name in (INDEX_NAME, MANIFEST_NAME):
                (store.folder / name).rename(other.folder / name)
            self.assert_rebuilt(other, "is not of this store")

    def test_the_snapshot_of_another_encoder_is_not_believed(self, store: Store) -> None:
        opened(store).save()
        with store.writer() as writer:
            writer.replace_vectors(
                [(np.arange(1, 61), rows(60, seed=77))], name="other", fingerprint="cc" * 32, dimension=DIMENSION
            )
        notes: list[str] = []
        index = opened(store, notes, fingerprint="cc" * 32)
        assert len(notes) == 1
        assert "is of another encoder or version" in notes[0]
        assert_exact(index, store)

    def test_a_folder_that_cannot_be_written_keeps_the_old_snapshot(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        opened(store).save()
        put(store, "later", rows(1, seed=5))
        index = opened(store)

        def full(path: Path) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(module, "sync", full)
        with pytest.raises(StoreError, match="no space is left"):
            index.save()
        assert snapshot_problems(store.folder) == []
        assert_exact(opened(store), store)

    def test_it_can_be_removed(self, store: Store) -> None:
        index = opened(store)
        index.save()
        remove_snapshot(store.folder)
        remove_snapshot(store.folder)
        assert not (store.folder / INDEX_NAME).exists()
        notes: list[str] = []
        assert_exact(opened(store, notes), store)
        assert notes == []

    @staticmethod
    def assert_rebuilt(store: Store, reason: str) -> None:
        notes: list[str] = []
        index = opened(store, notes)
        assert len(notes) == 1
        assert reason in notes[0]
        assert "the index is built again from the store" in notes[0]
        assert_exact(index, store)
        assert snapshot_problems(store.folder) == []  # and the new one is good
        assert_exact(opened(store, notes), store)
        assert len(notes) == 1


@pytest.mark.usefixtures("every_size_is_saved")
class TestLists:
    """A snapshot that is parted into lists, as of a large store."""

    @pytest.fixture(autouse=True)
    def small_is_large(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "LISTS_MIN", 1_000)

    @pytest.fixture
    def large(self, store: Store) -> Store:
        put(store, "large", rows(2_000, seed=11))
        index = opened(store)
        index.save()
        assert index.kind.startswith("ivf, ")
        return store

    def test_it_finds_what_it_promises(self, large: Store) -> None:
        index = opened(large)
        assert index.kind.startswith("ivf, ")
        assert index.recall_when_built >= module.RECALL_WANTED
        queries = rows(100, seed=12)
        _, expected = brute_force(large, queries, 50)
        scores, found = index.search(queries, 50)
        hits = [len(set(a) & set(b.tolist())) / 50 for a, b in zip(expected, found, strict=True)]
        assert np.mean(hits) >= 0.95
        for query, row, similarities in zip(queries, found, scores, strict=True):
            vectors = large.vectors_of(row.tolist()).astype(np.float64)
            np.testing.assert_allclose(similarities, vectors @ query, atol=2e-6)
            assert similarities.tolist() == sorted(similarities.tolist(), reverse=True)

    def test_it_follows_what_comes_and_goes_without_being_written_anew(
        self, large: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "REWRITE", 0.05)
        same = rows(1, seed=13)
        put(large, "new", np.tile(same, (5, 1)))
        delete(large, "article-1")
        before = (large.folder / INDEX_NAME).stat().st_mtime_ns
        notes: list[str] = []
        index = opened(large, notes)
        assert (notes, len(index)) == ([], 2_045)
        _, ids = index.search(same, 5)
        assert {statement.article for _, statement in large.statements(ids[0].tolist())} == {"new"}
        gone = {entry.statement for entry in large.outbox() if entry.op == "remove"}
        assert not gone & set(index.search(rows(20, seed=14), 200)[1].ravel().tolist())
        assert not index.save()
        assert (large.folder / INDEX_NAME).stat().st_mtime_ns == before
        put(large, "many", rows(200, seed=15))
        index.follow()
        assert index.save()
        assert len(opened(large)) == 2_245

    def test_what_is_gone_is_left_out_and_nothing_else_changes(
        self, large: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Against a list of all that remain, as it was made for each search before."""
        monkeypatch.setattr(module, "REWRITE", 0.5)
        monkeypatch.setattr(module, "_FEW", 10)
        delete(large, "article-1")
        delete(large, "article-2")
        index, queries = opened(large), rows(40, seed=17)
        assert len(index._living.barred) == 40
        remaining = np.concatenate([ids for ids, _ in large.vectors()])
        for k in (1, 50, 3_000):
            found = index.search(queries, k)
            expected = index.search(queries, k, among=remaining)
            assert [part.tolist() for part in found] == [part.tolist() for part in expected]
        assert not set(range(21, 61)) & set(found[1].ravel().tolist())

    def test_a_search_does_not_list_all_that_remains(self, large: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        import faiss

        monkeypatch.setattr(module, "REWRITE", 0.5)
        listed: list[int] = []
        batch = faiss.IDSelectorBatch
        monkeypatch.setattr(faiss, "IDSelectorBatch", lambda some: listed.append(len(some)) or batch(some))
        index = opened(large)
        delete(large, "article-1")
        index.follow()
        for _ in range(3):
            index.search(rows(1, seed=14), 10)
        assert listed == [20]

    def test_few_statements_among_many_are_compared_one_by_one(self, large: Store) -> None:
        index = opened(large)
        among = np.arange(1, 2_000, 77)
        queries = rows(5, seed=16)
        _, ids = index.search(queries, 10, among=among)
        matrix = large.vectors_of(among.tolist()).astype(np.float64)
        for query, found in zip(queries, ids, strict=True):
            assert found.tolist() == among[np.argsort(-(matrix @ query), kind="stable")[:10]].tolist()

    def test_a_flipped_byte_is_detected_and_everything_is_searched(self, large: Store) -> None:
        flip_byte(large.folder / INDEX_NAME, -5_000)
        TestSnapshot.assert_rebuilt(large, "is damaged")
