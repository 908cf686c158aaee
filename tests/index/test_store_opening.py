"""What stands where a store should be: nothing, another file, an older or newer store, a damaged one."""

import os
import random
import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from index import schema
from index.errors import StoreError
from index.store import Store

Read = Callable[..., Any]


def filled(folder: Path, read: Read, articles: int = 8) -> Path:
    with Store.open(folder) as store, store.writer() as w:
        for n in range(articles):
            w.put(
                *read(f"a{n}", *[f"Sentence {n}.{m} of Ruritania." for m in range(4)], url=f"https://example.org/{n}")
            )
        w.set_meta("note", "kept")
    return folder / "checker.db"


def refusal(folder: Path, *, create: bool = True) -> str:
    with pytest.raises(StoreError) as caught:
        Store.open(folder, create=create)
    assert caught.value.exit_code == 4
    message = str(caught.value)
    assert "\n" not in message
    assert str(folder) in message
    return message


def altered(path: Path, sql: str) -> None:
    """Damages a store behind its back."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(sql)


def test_a_missing_store_is_made_only_on_request(tmp_path: Path) -> None:
    assert "no store" in refusal(tmp_path / "a" / "b", create=False)
    assert not (tmp_path / "a").exists()
    with Store.open(tmp_path / "a" / "b") as store:
        assert store.counts().articles == 0
    with Store.open(tmp_path / "a" / "b", create=False) as store:
        assert store.integrity() == []


def test_a_folder_with_signs_that_mean_something_in_a_uri_is_a_folder(tmp_path: Path, read: Read) -> None:
    path = filled(tmp_path / "what? 50% #1 ü", read)
    assert path.exists()
    with Store.open(path.parent) as store:
        assert store.counts().articles == 8


def test_a_path_through_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert "a file, not a folder" in refusal(tmp_path / "file")
    assert "a file, not a folder" in refusal(tmp_path / "file" / "below")


@pytest.mark.parametrize("content", [b"", b"x", b"no database at all, but long enough to be read as one" * 100])
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "checker.db").write_bytes(content)
    assert "damaged" in refusal(tmp_path)
    assert (tmp_path / "checker.db").read_bytes() == content


def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    altered(tmp_path / "checker.db", "CREATE TABLE theirs (a); PRAGMA user_version = 1;")
    before = (tmp_path / "checker.db").read_bytes()
    assert "no store of this program" in refusal(tmp_path)
    assert (tmp_path / "checker.db").read_bytes() == before


def test_a_store_from_a_newer_version_is_refused(tmp_path: Path, read: Read) -> None:
    path = filled(tmp_path, read)
    altered(path, "PRAGMA user_version = 99")
    message = refusal(tmp_path)
    assert "newer version" in message
    assert "99" in message


def test_a_lost_database_beside_its_log_is_not_replaced_by_an_empty_one(tmp_path: Path) -> None:
    (tmp_path / "checker.db-wal").write_bytes(b"frames")
    assert "checker.db-wal" in refusal(tmp_path)
    assert not (tmp_path / "checker.db").exists()


def test_what_an_interrupted_creation_left_is_no_hindrance(tmp_path: Path) -> None:
    (tmp_path / "checker.db.new").write_bytes(b"half a database")
    with Store.open(tmp_path) as store:
        assert store.counts().articles == 0
    assert not (tmp_path / "checker.db.new").exists()


def test_an_older_store_is_brought_up_to_date_and_keeps_what_it_holds(
    tmp_path: Path, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(tmp_path, read)
    steps = (*schema.migrations(), "CREATE TABLE extra (a); INSERT INTO extra VALUES ('; COMMIT;');")
    monkeypatch.setattr(schema, "migrations", lambda: steps)
    with Store.open(tmp_path) as store:
        assert store.rows("SELECT a FROM extra") == [("; COMMIT;",)]
        assert store.counts().statements == 32
    with Store.open(tmp_path) as store:
        assert store.rows("SELECT count(*) FROM extra") == [(1,)]


def test_a_migration_that_fails_changes_nothing(tmp_path: Path, read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(tmp_path, read)
    steps = (*schema.migrations(), "CREATE TABLE extra (a); INSERT INTO missing VALUES (1);")
    with monkeypatch.context() as patched:
        patched.setattr(schema, "migrations", lambda: steps)
        refusal(tmp_path)
    with Store.open(tmp_path) as store:
        assert store.rows("SELECT name FROM sqlite_master WHERE name = 'extra'") == []
        assert store.integrity() == []


@pytest.mark.skipif(sys.platform != "linux", reason="names open files through /proc")
def test_the_database_is_durable_before_it_bears_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    events = []
    fsync, replace = os.fsync, Path.replace

    def noted_fsync(descriptor: int) -> None:
        events.append(("fsync", str(Path(f"/proc/self/fd/{descriptor}").readlink())))
        fsync(descriptor)

    def noted_replace(path: Path, target: Path) -> Path:
        events.append(("rename", str(path)))
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(Path, "replace", noted_replace)
    folder = tmp_path / "new"
    Store.open(folder).close()
    assert events == [
        ("fsync", str(tmp_path)),
        ("fsync", str(folder / "checker.db.new")),
        ("rename", str(folder / "checker.db.new")),
        ("fsync", str(folder)),
    ]


def test_a_writer_waits_for_the_disk_and_checks_references(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store, store.writer() as w:
        settings = {
            name: w._run(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_truncated_database_is_refused(tmp_path: Path, read: Read) -> None:
    path = filled(tmp_path / "whole", read)
    whole = path.read_bytes()
    for part in range(20):
        folder = tmp_path / f"part{part}"
        folder.mkdir()
        (folder / "checker.db").write_bytes(whole[: len(whole) * part // 20])
        assert "damaged" in refusal(folder)


def content_of(store: Store) -> tuple[Any, ...]:
    articles = store.articles(store.article_ids())
    statements = [pair for id in articles for pair in store.statements_of(id)]
    vectors = [
        (id, row.tobytes()) for ids, matrix in store.vectors() for id, row in zip(ids.tolist(), matrix, strict=True)
    ]
    return articles, statements, vectors


def test_a_flipped_byte_is_detected_or_does_no_harm(tmp_path: Path, read: Read) -> None:
    path = filled(tmp_path / "whole", read, articles=32)  # so that what is stored outweighs the pages of empty tables
    whole = path.read_bytes()
    with Store.open(path.parent) as store:
        truth = content_of(store)
    dice = random.Random(20220217)
    detected = 0
    folder = tmp_path / "flipped"
    for _ in range(250):
        place = dice.randrange(len(whole))
        flipped = bytearray(whole)
        flipped[place] ^= 1 << dice.randrange(8)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        (folder / "checker.db").write_bytes(flipped)
        try:
            with Store.open(folder) as store:
                problems = store.integrity()
                detected += bool(problems)
                assert problems or content_of(store) == truth, f"byte {place}"
        except StoreError:
            detected += 1
    assert detected > 50


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("DELETE FROM vectors WHERE statement = 3", "statement 3 has no vector"),
        ("UPDATE vectors SET vector = zeroblob(16) WHERE statement = 3", "vector of statement 3 is damaged"),
        ("UPDATE vectors SET vector = 'text' WHERE statement = 3", "vector of statement 3 is damaged"),
        ("UPDATE articles SET text = text || '!' WHERE id = 'a1'", "article 'a1' is damaged"),
        ("UPDATE articles SET text = CAST(text AS BLOB) WHERE id = 'a1'", "article 'a1' is damaged"),
        ("DROP TRIGGER statement_never_altered; UPDATE statements SET polarity = -1 WHERE id = 3", "is damaged"),
        ("DROP TRIGGER statement_removed; DELETE FROM statements WHERE id = 3", "outbox tells of statement 3"),
        ("DELETE FROM outbox WHERE statement = 3", "outbox does not tell of it"),
        ("UPDATE sqlite_sequence SET seq = 5 WHERE name = 'statements'", "counter of 'statements'"),
        ("INSERT INTO vectors VALUES (77, '', 0)", "refers to a row of 'statements' that is gone"),
        ("INSERT INTO statement_words (rowid, content) VALUES (99, 'stray')", "full-text index"),
        ("INSERT INTO statement_words (statement_words) VALUES ('delete-all')", "full-text index"),
    ],
)
def test_damage_is_told(tmp_path: Path, read: Read, damage: str, told: str) -> None:
    path = filled(tmp_path, read)
    altered(path, damage)
    with Store.open(tmp_path) as store:
        problems = store.integrity()
    assert any(told in problem for problem in problems), problems
    assert not any("\n" in problem for problem in problems)


def test_a_statement_whose_spans_do_not_show_its_content_is_told(tmp_path: Path, read: Read) -> None:
    article, statements, vectors = read("a", "Ruritania left.", "It came back.")
    object.__setattr__(statements[0], "content_spans", ((0, 8),))
    object.__setattr__(statements[1], "cue_spans", ((20, 99),))
    with Store.open(tmp_path) as store:
        with store.writer() as w:
            w.put(article, statements, vectors)
        problems = store.integrity()
    assert [p.partition(": ")[2] for p in problems] == [
        "its content is not what stands at its spans",
        "cue_spans [20, 99] lies outside the text (29 characters)",
    ]


def test_many_problems_of_one_kind_are_counted_rather_than_listed(tmp_path: Path, read: Read) -> None:
    path = filled(tmp_path, read)
    altered(path, "DELETE FROM vectors")
    with Store.open(tmp_path) as store:
        problems = store.integrity()
    assert len(problems) == 21
    assert problems[-1] == "... and 12 more of this kind"


def test_a_damaged_record_is_refused_rather_than_shown(tmp_path: Path, read: Read) -> None:
    path = filled(tmp_path, read)
    altered(
        path,
        "DROP TRIGGER statement_never_altered; UPDATE statements SET proposition = 'Lies.' WHERE id = 1;"
        "UPDATE articles SET title = 'Lies' WHERE id = 'a1'; UPDATE vectors SET crc32 = 0 WHERE statement = 2;",
    )
    with Store.open(tmp_path) as store:
        with pytest.raises(StoreError, match="article 'a0' is damaged"):
            store.statements([1])
        with pytest.raises(StoreError, match="article 'a1' is damaged"):
            store.article("a1")
        with pytest.raises(StoreError, match="vector of statement 2 is damaged"):
            list(store.vectors())


def test_deleting_and_ingesting_again_mends_a_damaged_article(tmp_path: Path, read: Read) -> None:
    path = filled(tmp_path, read)
    altered(path, "UPDATE articles SET text = 'x' WHERE id = 'a1'")
    reading = read("a1", "Ruritania left.")
    with Store.open(tmp_path) as store:
        with store.writer() as w:
            w.delete("a1")
            w.put(*reading)
        assert store.integrity() == []


def test_a_damaged_full_text_index_can_be_rebuilt(tmp_path: Path, read: Read) -> None:
    path = filled(tmp_path, read)
    altered(path, "INSERT INTO statement_words (statement_words) VALUES ('delete-all')")
    with Store.open(tmp_path) as store:
        with store.writer() as w:
            w.rebuild_words()
        assert store.integrity() == []


def test_a_lost_dimension_is_told(tmp_path: Path, read: Read) -> None:
    path = filled(tmp_path, read)
    altered(path, "UPDATE meta SET value = 'four' WHERE key = 'dimension'")
    with Store.open(tmp_path) as store:
        assert any("dimension" in problem for problem in store.integrity())
        with pytest.raises(StoreError, match="dimension"):
            store.vectors_of([1])
