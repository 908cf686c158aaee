"""What is not read: each kind of bad input has its reason, one clear line, and costs nothing but itself."""

import gzip
import json
import os
import random
import tracemalloc
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checker.reading import REASONS, Skipped, read
from checker.reading.stream import MAX_ARTICLE_BYTES, lines
from index.records import Article

GOOD = '{"id": "good", "text": "T."}'


def told(path: Path) -> Skipped:
    (skipped,) = read([path])
    assert isinstance(skipped, Skipped), skipped
    check(skipped)
    return skipped


def check(skipped: Skipped) -> None:
    assert skipped.reason in REASONS
    assert skipped.message.isprintable()
    assert skipped.message.startswith(skipped.where)


def file_with(folder: Path, data: bytes | str, name: str = "a.txt") -> Path:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def reason_of_line(folder: Path, line: bytes | str) -> str:
    """The reason for a bad second line; the lines around it are read."""
    raw = line if isinstance(line, bytes) else line.encode()
    path = file_with(folder, GOOD.encode() + b"\n" + raw + b"\n" + GOOD.encode(), "a.jsonl")
    first, bad, last = read([path])
    assert first == last == Article(id="good", text="T.")
    assert isinstance(bad, Skipped)
    check(bad)
    assert bad.where == f"{path}:2"
    return bad.reason


def test_a_path_that_does_not_exist_is_named_and_the_next_is_read(tmp_path: Path) -> None:
    good = file_with(tmp_path, "Text.")
    missing, article = read([tmp_path / "no\nwhere", good])
    assert isinstance(missing, Skipped) and isinstance(article, Article)
    check(missing)
    assert (missing.reason, missing.path_failed) == ("no-such-file", True)


@pytest.mark.parametrize("data", [b"", b"\n \n\r\n", b"\xef\xbb\xbf", b"\xff\xfe", gzip.compress(b"")])
@pytest.mark.parametrize("name", ["a.txt", "a.jsonl"])
def test_an_empty_file_is_said_to_be_empty(tmp_path: Path, data: bytes, name: str) -> None:
    assert told(file_with(tmp_path, data, name)).reason == "empty-file"


@pytest.mark.parametrize(
    "data",
    [
        b"Text\x00Text",
        b"x" * 200_000 + b"\x00",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0JFIF",
        b"PK\x03\x04docx",
        gzip.compress(gzip.compress(b"Text.")),
    ],
)
def test_binary_data_is_no_text(tmp_path: Path, data: bytes) -> None:
    assert told(file_with(tmp_path, data)).reason == "binary"


@pytest.mark.parametrize("data", ["%PDF-1.7\n", '<?xml version="1.0"?><rss/>', "<rss version='2.0'>", "{\\rtf1 T}"])
def test_a_format_that_is_not_read_is_not_taken_for_text(tmp_path: Path, data: str) -> None:
    assert told(file_with(tmp_path, data)).reason == "unknown-format"


@pytest.mark.parametrize("name", ["a.txt", "a.html"])
def test_text_that_is_not_utf8_is_refused_with_the_byte(tmp_path: Path, name: str) -> None:
    skipped = told(file_with(tmp_path, "Zelený".encode("latin-1"), name))
    assert skipped.reason == "bad-encoding"
    assert "0xfd at offset 5" in skipped.message


def test_broken_utf16_is_refused(tmp_path: Path) -> None:
    assert told(file_with(tmp_path, b"\xff\xfeT\x00\x00\xd8T\x00")).reason == "bad-encoding"
    assert told(file_with(tmp_path, b"\xff\xfeT\x00T")).reason == "bad-encoding"


@pytest.mark.parametrize("cut", [1, 9, 15, 100])
def test_a_truncated_gzip_is_broken(tmp_path: Path, cut: int) -> None:
    noise = random.Random(7).randbytes(300).hex()
    data = gzip.compress(noise.encode())
    assert told(file_with(tmp_path, data[:-cut])).reason == "broken-gzip"


def test_every_flipped_byte_of_a_gzip_is_told_or_harmless(tmp_path: Path) -> None:
    text = "Ruritania denied it. " * 3
    data = gzip.compress(text.encode(), mtime=0)
    outcomes = set()
    for position in range(len(data)):
        flipped = bytearray(data)
        flipped[position] ^= 0x41
        (one,) = read([file_with(tmp_path, bytes(flipped))])
        if isinstance(one, Article):
            assert one.text == text  # time stamp, operating system: no part of the text
        outcomes.add(one.reason if isinstance(one, Skipped) else "read")
    assert outcomes <= {"read", "broken-gzip", "bad-encoding", "binary"}
    assert "broken-gzip" in outcomes


def test_the_lines_before_the_break_of_a_gzip_are_read(tmp_path: Path) -> None:
    rng = random.Random(7)
    whole = [{"id": str(i), "text": rng.randbytes(200).hex()} for i in range(2_000)]
    data = gzip.compress("".join(json.dumps(a) + "\n" for a in whole).encode())
    path = file_with(tmp_path, data[: len(data) // 2], "a.jsonl.gz")
    *articles, last = read([path])
    assert isinstance(last, Skipped) and last.reason == "broken-gzip"
    assert 0 < len(articles) < 2_000
    assert [a.id for a in articles if isinstance(a, Article)] == [str(i) for i in range(len(articles))]
    assert f"{len(articles):,} lines before that were read" in last.message


def test_a_gzip_bomb_is_stopped_early(tmp_path: Path) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    data = b"".join(packer.compress(b" " * 1_000_000) for _ in range(300)) + packer.flush()
    tracemalloc.start()
    assert told(file_with(tmp_path, data, "a.jsonl.gz")).reason == "gzip-bomb"
    assert tracemalloc.get_traced_memory()[1] < 3 * MAX_ARTICLE_BYTES
    tracemalloc.stop()
    assert told(file_with(tmp_path, data)).reason == "too-long"  # a text is one article: its own cap comes first


@pytest.mark.parametrize(
    "line", ["{", '{"id": "1", "text": "T."', "no", '{"id": 1 "text"}', "[" * 100_000, "9" * 5_000]
)
def test_a_broken_json_line_costs_only_itself(tmp_path: Path, line: str) -> None:
    assert reason_of_line(tmp_path, line) == "broken-json"


@pytest.mark.parametrize("depth", [1_000, 200_000])
def test_deeply_nested_json_costs_only_its_line(tmp_path: Path, depth: int) -> None:
    line = '{"id": "1", "text": "T.", "x": ' + "[" * depth + "]" * depth + "}"
    assert reason_of_line(tmp_path, line) == "broken-json"


@pytest.mark.parametrize("line", ["[]", "3", "null", '"text"', "NaN"])
def test_json_that_is_no_object_is_told(tmp_path: Path, line: str) -> None:
    assert reason_of_line(tmp_path, line) == "not-an-object"


def test_bad_utf8_costs_only_its_line(tmp_path: Path) -> None:
    assert reason_of_line(tmp_path, b'{"id": "1", "text": "\xff"}') == "bad-encoding"


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        ({"id": "1"}, "missing-text"),
        ({"id": "1", "text": None}, "missing-text"),
        ({"id": "1", "text": ""}, "empty-text"),
        ({"id": "1", "text": " \n\u00a0"}, "empty-text"),
        ({"id": "1", "text": 7}, "bad-field"),
        ({"id": "1", "text": ["T."]}, "bad-field"),
        ({"id": "1", "text": "T\x00"}, "binary"),
        ({"id": "1", "text": "T\ud800"}, "lone-surrogate"),
        ({"id": "1", "text": "T.", "title": "\udfff"}, "lone-surrogate"),
        ({"id": "1", "text": "T.", "title": 7}, "bad-field"),
        ({"id": "1", "text": "T.", "url": {}}, "bad-field"),
        ({"id": "1", "text": "T.", "speaker": []}, "bad-field"),
        ({"id": "1", "text": "T.", "source": "a\x00"}, "binary"),
        ({"text": "T."}, "missing-id"),
        ({"id": 1, "text": "T."}, "bad-id"),
        ({"id": "", "text": "T."}, "bad-id"),
        ({"id": " ", "text": "T."}, "bad-id"),
        ({"id": "a\nb", "text": "T."}, "bad-id"),
        ({"id": "a\u202eb", "text": "T."}, "bad-id"),
        ({"id": "a\ud800", "text": "T."}, "bad-id"),
        ({"id": "x" * 1_001, "text": "T."}, "bad-id"),
    ],
)
def test_a_wrong_value_has_its_reason(tmp_path: Path, keys: dict[str, object], reason: str) -> None:
    assert reason_of_line(tmp_path, json.dumps(keys)) == reason


@pytest.mark.parametrize(
    "date",
    [
        "yesterday",
        "2022-13-45",
        "2022-02-30",
        "0000",
        "2022-2-7",
        "20220217",
        "2022-W07-4",
        "2022-02-17T25:00",
        " 2022",
        2022,
        True,
    ],
)
def test_a_date_that_is_none_is_refused(tmp_path: Path, date: object) -> None:
    assert reason_of_line(tmp_path, json.dumps({"id": "1", "text": "T.", "date": date})) == "bad-date"


def test_a_line_of_50_megabytes_costs_itself_and_little_memory(tmp_path: Path) -> None:
    line = b'{"id": "1", "text": "' + b"x" * 50_000_000 + b'"}'
    path = file_with(tmp_path, GOOD.encode() + b"\n" + line + b"\n" + GOOD.encode(), "a.jsonl")
    tracemalloc.start()
    first, bad, last = read([path])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(bad, Skipped) and (bad.reason, bad.where) == ("too-long", f"{path}:2")
    assert isinstance(first, Article) and first == last
    assert peak < 1.5 * MAX_ARTICLE_BYTES


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.json"])
def test_a_file_longer_than_an_article_may_be_is_refused(tmp_path: Path, name: str) -> None:
    assert told(file_with(tmp_path, "<p>" * (MAX_ARTICLE_BYTES // 3 + 1), name)).reason == "too-long"


@pytest.mark.parametrize("data", ["<html></html>", "<!doctype html><p></p>", "<html>" + "<div>" * 50_000])
def test_a_page_without_text_is_told(tmp_path: Path, data: str) -> None:
    assert told(file_with(tmp_path, data, "a.html")).reason == "broken-html"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    path = file_with(tmp_path, "Text.")
    path.chmod(0)
    assert told(path).reason == "unreadable"


def test_a_pipe_inside_a_folder_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    assert [s.reason for s in read([tmp_path]) if isinstance(s, Skipped)] == ["not-a-file"]


def test_reading_can_be_given_up_in_the_middle(tmp_path: Path) -> None:
    path = file_with(tmp_path, gzip.compress((GOOD + "\n").encode() * 10_000), "a.jsonl.gz")
    found = read([path])
    assert next(found) == Article(id="good", text="T.")
    found.close()  # type: ignore[attr-defined]  # a ResourceWarning here is an error


def test_lines_are_those_of_split_whatever_the_chunks() -> None:
    data = b"one\n\ntwo three\r\nfour\n" * 3 + b"last"
    for size in (1, 2, 3, 7, 1_000):
        chunks = (data[at : at + size] for at in range(0, len(data), size))
        assert [line for _, line in lines(chunks)] == data.split(b"\n")


def test_a_line_is_dropped_from_one_byte_over_the_limit() -> None:
    for size in (1, 2, 5, 100):
        data = b"12345\n123456\n1234567\n1\n"
        chunks = (data[at : at + size] for at in range(0, len(data), size))
        assert list(lines(chunks, limit=6)) == [(1, b"12345"), (2, b"123456"), (3, None), (4, b"1")]


ANY_BYTES = st.one_of(
    st.binary(max_size=400),
    st.text(max_size=200).map(str.encode),
    st.binary(max_size=100).map(gzip.compress),
    st.binary(max_size=100).map(lambda b: b"\xff\xfe" + b),
    st.text('{}[]":,\n\\u0d8 idtex<>htmlbp!/', max_size=200).map(str.encode),
    st.text("<>htmlbodyp /\"'=&#;x!-", max_size=200).map(lambda s: b"<html>" + s.encode()),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=ANY_BYTES, name=st.sampled_from(["a", "a.txt", "a.jsonl", "a.json", "a.html", "a.txt.gz"]))
def test_no_bytes_can_stop_a_reading(tmp_path: Path, data: bytes, name: str) -> None:
    path = file_with(tmp_path, data, name)
    found = list(read([path]))
    path.unlink()
    assert found
    for one in found:
        if isinstance(one, Skipped):
            check(one)
        else:
            assert one.id.strip() and one.text.strip()
            one.text.encode()
