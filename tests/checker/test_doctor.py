"""What ``checker doctor`` says and mends, of the vector index above all."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from checker import health
from eval.crash.stand_ins import WordEncoder
from index import vectors
from index.lock import write_lock
from index.records import Article, Statement
from index.store import Store
from index.vectors import INDEX_NAME, MANIFEST_NAME, VectorIndex

SEEDS = Path(__file__).parent.parent.parent / "seeds"
CLAIM = "Russia is not withdrawing its forces"


@pytest.fixture
def large(run: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The command line over a store with a snapshot, as large ones have."""
    monkeypatch.setattr(vectors, "SNAPSHOT_MIN", 2)
    assert run("ingest", SEEDS).code == 0
    return run


def damage(store: Path) -> None:
    path = store / INDEX_NAME
    content = bytearray(path.read_bytes())
    content[-500] ^= 0x01
    path.write_bytes(content)


def cut(store: Path) -> None:
    path = store / INDEX_NAME
    path.write_bytes(path.read_bytes()[:-100])


@pytest.mark.parametrize("spoil", [damage, cut])
def test_a_damaged_snapshot_is_told_of_by_one_query_and_then_mended(large: Any, tmp_path: Path, spoil: Any) -> None:
    before = large("query", CLAIM, "--json")
    spoil(tmp_path / "store")
    first, second = large("query", CLAIM, "--json"), large("query", CLAIM, "--json")
    assert (first.out, second.out) == (before.out, before.out)
    assert "is damaged: the index is built again from the store" in first.err
    assert second.err == ""
    assert large("doctor").code == 0


def test_the_doctor_tells_of_a_damaged_snapshot_once_and_that_it_mended_it(large: Any, tmp_path: Path) -> None:
    damage(tmp_path / "store")
    done = large("doctor", "--json")
    assert done.code == 4
    assert done.lines[0]["problems"] == [
        f"{tmp_path / 'store' / INDEX_NAME} is damaged: it has been built again from the store"
    ]
    again = large("doctor", "--json")
    assert (again.code, again.lines[0]["problems"], again.err) == (0, [], "")


def test_while_somebody_writes_the_doctor_says_how_to_mend_a_damaged_snapshot(large: Any, tmp_path: Path) -> None:
    damage(tmp_path / "store")
    with write_lock(tmp_path / "store"):
        for _ in range(2):
            done = large("doctor", "--json")
            assert done.code == 4
            assert "run 'checker doctor --rebuild' when nobody writes" in done.lines[0]["problems"][0]
    assert large("doctor", "--rebuild").code == 0
    assert large("doctor").code == 0


def test_a_rebuild_leaves_a_snapshot(large: Any, tmp_path: Path) -> None:
    with Store.open(tmp_path / "store", create=False) as store:
        encoder = WordEncoder()
        health.rebuild_derived(store, encoder, lambda _: None)
        assert (store.folder / MANIFEST_NAME).exists()
        notes: list[str] = []
        index = VectorIndex.open(
            store.folder,
            store,
            fingerprint=encoder.fingerprint,
            dimension=encoder.dimension,
            notify=notes.append,
        )
        assert (notes, index._saved) == ([], store.last_seq)


def test_a_doctor_without_a_store_loads_no_model(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "load_encoder", lambda *_, **__: pytest.fail("a model was loaded"))
    assert run("doctor").code == 4


def test_bytes_are_whole_ones(large: Any) -> None:
    size = large("doctor", "--json").lines[0]["bytes_per_statement"]
    assert isinstance(size, int)
    assert f"bytes_per_statement  {size}\n" in large("doctor").out


@pytest.fixture
def tied(tmp_path: Path) -> Iterator[Store]:
    """300 statements whose vectors hold the same 32 numbers in another order, and before them the vector to which all
    of these are equally near: how near in the last bits, the order of the sums decides."""
    random = np.random.default_rng(3)
    numbers = random.random(32) + 0.1
    matrix = np.stack([np.ones(32), *(random.permutation(numbers) for _ in range(300))])
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    with Store.open(tmp_path / "tied") as store:
        with store.writer() as writer:
            writer.require_encoder("test", "aa" * 32, 32)
            writer.put(*_article(matrix.astype(np.float32)))
        yield store


def _article(matrix: NDArray[np.float32]) -> tuple[Article, list[Statement], NDArray[np.float32]]:
    statements = [
        Statement(
            article="a",
            attribution="",
            actor=None,
            chain=(),
            source_spans=(),
            cue_spans=(),
            content_spans=((n, n + 1),),
            content="x",
            proposition=f"x {n}",
        )
        for n in range(len(matrix))
    ]
    return Article(id="a", text="x" * len(matrix)), statements, matrix


def test_an_exact_index_finds_all_whatever_is_equally_near(tied: Store) -> None:
    index = VectorIndex.open(tied.folder, tied, fingerprint="aa" * 32, dimension=32)
    assert health._recall(tied, index) == 1.0


def test_recall_is_the_share_that_is_found(tied: Store) -> None:
    class Forgetful:
        """Finds the nearest and then what is not near."""

        def search(self, queries: NDArray[np.float32], k: int) -> tuple[None, NDArray[np.int64]]:
            _, ids = VectorIndex.open(tied.folder, tied, fingerprint="aa" * 32, dimension=32).search(queries, k)
            ids[:, k // 2 :] = -1
            return None, ids

    assert health._recall(tied, Forgetful()) == 0.5  # type: ignore[arg-type]


def test_the_vectors_are_read_once(tied: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    index = VectorIndex.open(tied.folder, tied, fingerprint="aa" * 32, dimension=32)
    reads: list[int] = []
    read = Store.vectors
    monkeypatch.setattr(Store, "vectors", lambda store: reads.append(1) or read(store))
    health._recall(tied, index)
    assert len(reads) == 1
