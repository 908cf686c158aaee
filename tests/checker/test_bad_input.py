"""Every kind of bad input: one clear line, the right exit code, nothing half stored. No traceback."""

import gzip
import json
import os
import resource
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

GOOD = {
    "id": "good",
    "text": "“Norland is withdrawing its forces,” Norland’s foreign minister Ana Berg said.",
    "date": "2031-05-04",
}


def _jsonl(path: Path, *lines: str | bytes | dict[str, Any]) -> Path:
    encoded = [
        json.dumps(x).encode() if isinstance(x, dict) else x.encode() if isinstance(x, str) else x for x in lines
    ]
    path.write_bytes(b"\n".join(encoded) + b"\n")
    return path


def _only_line(err: str) -> str:
    """The one line of an error; more lines, or a traceback, fail."""
    assert "Traceback" not in err
    lines = err.splitlines()
    assert len(lines) == 1, err
    assert lines[0].startswith("checker: ")
    return lines[0]


def test_a_file_that_does_not_exist_is_named(run: Any, tmp_path: Path) -> None:
    done = run("ingest", tmp_path / "missing.txt")
    assert done.code == 3
    assert "missing.txt" in _only_line(done.err)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.txt", b"", "empty-file"),
        ("binary.txt", b"\x00\x01\x02\xff" * 50, "binary"),
        ("cut.jsonl.gz", gzip.compress(json.dumps(GOOD).encode() * 50)[:-20], "broken-gzip"),
        ("latin.txt", "Čas přišel, řekl ministr.".encode("iso8859-2"), "bad-encoding"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_its_reason(
    run: Any, tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    (tmp_path / name).write_bytes(content)
    done = run("ingest", tmp_path / name, "--json")
    assert done.code == 3
    assert name in _only_line(done.err)
    assert done.lines[0]["articles"]["skipped"] == {reason: 1}
    assert done.lines[0]["articles"]["added"] == 0


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ('{"id": "x", "text": ', "broken-json"),
        (b'{"id": "x", "text": "\xff\xfe"}', "bad-encoding"),
        ({"id": "x"}, "missing-text"),
        ({"id": "x", "text": "Norland left.", "date": "yesterday"}, "bad-date"),
        ({"id": "x", "text": "Norland left.", "date": "2031-02-30"}, "bad-date"),
        ({"id": "x", "text": "a" * 50_000_000}, "too-long"),
    ],
    ids=["broken JSON", "invalid UTF-8", "no text", "a date that is none", "a day that is none", "50 MB in one line"],
)
def test_a_bad_line_is_named_and_the_next_one_is_read(
    run: Any, tmp_path: Path, bad: str | bytes | dict[str, Any], reason: str
) -> None:
    path = _jsonl(tmp_path / "mixed.jsonl", bad, GOOD)
    done = run("ingest", path, "--json")
    assert done.code == 0
    assert f"{path}:1" in _only_line(done.err)
    assert done.lines[0]["articles"] == {"added": 1, "unchanged": 0, "corrected": 0, "skipped": {reason: 1}}


def test_a_date_option_that_is_no_date_is_wrong_usage(run: Any, tmp_path: Path) -> None:
    path = _jsonl(tmp_path / "a.jsonl", GOOD)
    for command in (
        ("ingest", path, "--date", "soon"),
        ("query", "x", "--since", "2031-13-01"),
        ("query", "x", "--date", "1"),
    ):
        done = run(*command)
        assert done.code == 2, command
        assert "YYYY-MM-DD" in _only_line(done.err)


def test_an_unknown_model_is_named(run: Any, tmp_path: Path) -> None:
    done = run("ingest", _jsonl(tmp_path / "a.jsonl", GOOD), "--encoder", str(tmp_path / "no-model-here"))
    assert done.code == 4
    assert "no-model-here" in _only_line(done.err)


@pytest.mark.parametrize("arguments", [("",), ("x", "-k", "0"), ("x", "-k", "-3")])
def test_a_query_that_makes_no_sense_is_refused_before_store_and_models_are_looked_at(
    run: Any, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.setattr("checker.facade.Checker.open", lambda *_, **__: pytest.fail("something was opened"))
    done = run("query", *arguments)
    assert done.code == 2
    _only_line(done.err)


def test_a_query_without_a_store_says_how_to_make_one(run: Any) -> None:
    done = run("query", "Norland is withdrawing its forces.")
    assert done.code == 4
    assert "checker ingest" in _only_line(done.err)


def test_a_store_from_a_newer_version_is_refused(run: Any, tmp_path: Path) -> None:
    assert run("ingest", _jsonl(tmp_path / "a.jsonl", GOOD)).code == 0
    with sqlite3.connect(tmp_path / "store" / "checker.db") as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()
    done = run("query", "Norland is withdrawing its forces.")
    assert done.code == 4
    assert "newer" in _only_line(done.err)


def test_a_database_that_is_none_is_refused(run: Any, tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "checker.db").write_bytes(
        b"this is no database at all, but long enough to have a header" * 20
    )
    done = run("query", "Norland is withdrawing its forces.")
    assert done.code == 4
    assert "checker.db" in _only_line(done.err)


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("query",), "claim"),
        (("query", "   "), "empty"),
        (("query", "x", "-k", "0"), "-k"),
        (("query", "x", "--file", "y.jsonl"), "--file"),
        (("query", "x", "--min-score", "1.5"), "--min-score"),
        (("frobnicate",), "frobnicate"),
        (("ingest",), "paths"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(
    run: Any, tmp_path: Path, arguments: tuple[str, ...], what: str
) -> None:
    assert run("ingest", _jsonl(tmp_path / "a.jsonl", GOOD)).code == 0
    done = run(*arguments)
    assert done.code == 2
    assert what in _only_line(done.err)


def test_deleting_an_unknown_article_is_bad_input(run: Any, tmp_path: Path) -> None:
    assert run("ingest", _jsonl(tmp_path / "a.jsonl", GOOD)).code == 0
    done = run("delete", "nobody-knows-this")
    assert done.code == 3
    assert "nobody-knows-this" in _only_line(done.err)


def test_a_broken_line_of_pairs_is_named_and_the_others_are_judged(run: Any, tmp_path: Path) -> None:
    path = _jsonl(
        tmp_path / "pairs.jsonl",
        {"premise": "Norland left."},
        {"premise": "Norland left.", "hypothesis": "Norland stayed."},
    )
    done = run("judge", path, "--json")
    assert done.code == 0
    assert f"{path}:1" in _only_line(done.err)
    assert len(done.lines) == 1


def test_a_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    path = _jsonl(tmp_path / "a.jsonl", GOOD)
    (tmp_path / "file").write_text("a file where a folder should be")
    done = _subprocess("ingest", path, "--store", tmp_path / "file" / "store")
    assert done.returncode == 4
    assert "store" in _only_line(done.stderr)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no /proc: nowhere that even root cannot write")
def test_a_place_that_nobody_can_write_is_named(run: Any, tmp_path: Path) -> None:
    done = run("ingest", _jsonl(tmp_path / "a.jsonl", GOOD), "--store", "/proc/store")
    assert done.code == 4
    assert "/proc/store" in _only_line(done.err)


def test_a_full_disk_leaves_nothing_half_stored(run: Any, tmp_path: Path) -> None:
    """A limit on the size of files stands in for the disk: the write fails at the same place, with another errno."""
    assert run("ingest", _jsonl(tmp_path / "a.jsonl", GOOD)).code == 0
    size = (tmp_path / "store" / "checker.db").stat().st_size
    many = [{**GOOD, "id": f"more-{i}", "text": f"{GOOD['text']} {i} " * 200} for i in range(300)]
    done = _subprocess(
        "ingest", _jsonl(tmp_path / "many.jsonl", *many), "--store", tmp_path / "store", file_limit=size + 200_000
    )
    assert done.returncode == 4
    assert "Traceback" not in done.stderr
    assert run("doctor").code == 0
    assert run("ingest", _jsonl(tmp_path / "a.jsonl", GOOD), "--json").lines[0]["articles"]["unchanged"] == 1


def _subprocess(*arguments: str | Path, file_limit: int | None = None) -> subprocess.CompletedProcess[str]:
    def limit() -> None:
        if file_limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (file_limit, file_limit))

    command = [sys.executable, "-m", "checker", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=limit)


def test_output_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    text = tmp_path / "a.txt"
    text.write_text(str(GOOD["text"]))
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "checker", "extract", str(text), "--json"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert "cannot be written" in _only_line(done.stderr)


def test_results_are_utf_8_whatever_the_terminal_says(tmp_path: Path) -> None:
    text = tmp_path / "a.txt"
    text.write_text(str(GOOD["text"]), encoding="utf-8")
    command = [sys.executable, "-m", "checker", "extract", str(text), "--json"]
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, capture_output=True, env=environment, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "Norland" in json.loads(done.stdout.decode("utf-8").splitlines()[0])["proposition"]


def test_days_that_cannot_lie_between_are_wrong_usage(run: Any) -> None:
    done = run("query", "Norland leaves.", "--since", "2031-05-02", "--until", "2031-05-01")
    assert done.code == 2
    assert "--until" in _only_line(done.err)


def test_an_unknown_encoder_leaves_no_store_behind(run: Any, tmp_path: Path) -> None:
    path = _jsonl(tmp_path / "a.jsonl", GOOD)
    done = run("ingest", path, "--encoder", tmp_path / "no-such-model")
    assert done.code == 4
    assert not (tmp_path / "store").exists()


def test_a_vector_that_was_altered_is_found_by_the_doctor_and_mended_by_a_rebuild(run: Any, tmp_path: Path) -> None:
    assert run("ingest", _jsonl(tmp_path / "a.jsonl", GOOD)).code == 0
    database = tmp_path / "store" / "checker.db"
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE vectors SET vector = zeroblob(length(vector))")
    connection.close()
    done = run("doctor", "--json")
    assert done.code == 4
    assert any("vector" in problem for problem in done.lines[0]["problems"])
    assert run("doctor", "--rebuild").code == 0
    assert run("doctor").code == 0
