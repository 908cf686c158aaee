"""What is read: formats recognised by content, fields, ids, sidecars, folders."""

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest

from checker.reading import Skipped, read
from index.errors import UsageError
from index.records import Article

PAGE = """<!DOCTYPE html><html><head><title>Ruritania denies</title>
<meta property="og:site_name" content="Strelsau Courier">
<meta property="article:published_time" content="2022-02-17T10:00:00Z">
<link rel="canonical" href="https://courier.example/denies"></head>
<body><nav><a href="/">Home</a></nav><article>
<p>Ruritania denied on Thursday that its troops had crossed the Zenda bridge, its foreign ministry said.</p>
<p>"We have not crossed any bridge," the minister told the reporters who had gathered in Strelsau.</p>
</article></body></html>"""


def one(path: Path, **given: Any) -> Article:
    (article,) = read([path], **given)
    assert isinstance(article, Article), article
    return article


def written(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def test_a_text_file_is_one_article_with_its_text_unaltered(tmp_path: Path) -> None:
    path = written(tmp_path, "a.txt", "One.\r\n\r\n  Two \u201cquoted\u201d\t\n")
    assert one(path) == Article(id="a", text="One.\r\n\r\n  Two \u201cquoted\u201d\t\n")


def test_json_lines_give_every_key_of_the_contract_and_ignore_others(tmp_path: Path) -> None:
    full = {
        "id": "x-1",
        "text": "Ruritania left.\r\n",
        "title": "Left",
        "date": "2022-02-17T10:00:00+02:00",
        "source": "Courier",
        "url": "https://courier.example/1",
        "speaker": "Ruritania",
    }
    path = written(tmp_path, "a.jsonl", json.dumps({**full, "set": 3, "snippet": None}) + "\n")
    assert one(path) == Article(**full)
    assert one(path).day == "2022-02-17"


def test_null_and_empty_optional_values_count_as_absent(tmp_path: Path) -> None:
    path = written(tmp_path, "a.jsonl", '{"id": "1", "text": "T.", "title": null, "date": "", "url": ""}')
    assert one(path) == Article(id="1", text="T.")


def test_gzip_is_recognised_by_content_not_by_suffix(tmp_path: Path) -> None:
    lines = '{"id": "1", "text": "T."}\n{"id": "2", "text": "U."}\n'
    packed = written(tmp_path, "packed.txt", gzip.compress(lines.encode()))
    assert [a.id for a in read([packed]) if isinstance(a, Article)] == ["1", "2"]
    assert one(written(tmp_path, "b.txt.gz", gzip.compress(b"Text."))) == Article(id="b", text="Text.")


def test_gzip_of_several_members_is_read_to_its_end(tmp_path: Path) -> None:
    members = b"".join(gzip.compress(f'{{"id": "{i}", "text": "T."}}\n'.encode()) for i in range(3))
    path = written(tmp_path, "a.jsonl.gz", members)
    assert [a.id for a in read([path]) if isinstance(a, Article)] == ["0", "1", "2"]


def test_json_lines_without_suffix_are_recognised(tmp_path: Path) -> None:
    assert one(written(tmp_path, "export", '\n {"id": "1", "text": "T."}')).id == "1"


def test_a_text_that_starts_with_a_brace_is_text(tmp_path: Path) -> None:
    assert one(written(tmp_path, "a.txt", "{sic} Ruritania left.")).text == "{sic} Ruritania left."


def test_a_json_object_over_several_lines_is_one_article(tmp_path: Path) -> None:
    path = written(tmp_path, "a.json", json.dumps({"id": "1", "text": "T."}, indent=2))
    assert one(path) == Article(id="1", text="T.")


def test_a_json_list_gives_its_articles_and_names_the_bad_item(tmp_path: Path) -> None:
    path = written(tmp_path, "a.json", json.dumps([{"id": "1", "text": "T."}, {"id": "2"}, 7]))
    first, second, third = read([path])
    assert first == Article(id="1", text="T.")
    assert isinstance(second, Skipped) and (second.where, second.reason) == (f"{path}:item 2", "missing-text")
    assert isinstance(third, Skipped) and third.reason == "not-an-object"


def test_json_lines_named_json_are_read(tmp_path: Path) -> None:
    path = written(tmp_path, "a.json", '{"id": "1", "text": "T."}\n{"id": "2", "text": "U."}\n')
    assert [a.id for a in read([path]) if isinstance(a, Article)] == ["1", "2"]


def test_a_page_gives_main_text_title_date_publisher_and_url(tmp_path: Path) -> None:
    article = one(written(tmp_path, "a.html", PAGE))
    assert article.text == (
        "Ruritania denied on Thursday that its troops had crossed the Zenda bridge, its foreign ministry said.\n"
        '"We have not crossed any bridge," the minister told the reporters who had gathered in Strelsau.'
    )
    assert (article.id, article.title, article.date) == ("a", "Ruritania denies", "2022-02-17")
    assert (article.source, article.url) == ("Strelsau Courier", "https://courier.example/denies")


def test_a_page_is_recognised_whatever_its_suffix(tmp_path: Path) -> None:
    assert one(written(tmp_path, "a.txt", "<!-- saved -->\n" + PAGE)).title == "Ruritania denies"


def test_a_page_without_a_stated_date_has_none(tmp_path: Path) -> None:
    body = PAGE.replace('<meta property="article:published_time" content="2022-02-17T10:00:00Z">', "")
    assert one(written(tmp_path, "a.html", body.replace("on Thursday", "on 3 March 2019"))).date is None


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
def test_a_byte_order_mark_says_the_encoding_and_is_no_text(tmp_path: Path, encoding: str) -> None:
    text = "Zelený \U0001f600 said: “No.”\n" * 30_000  # longer than a chunk, with characters across its edge
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    assert one(written(tmp_path, "a.txt", (mark + text).encode(encoding))).text == text


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_json_lines_may_have_a_byte_order_mark(tmp_path: Path, encoding: str) -> None:
    path = written(tmp_path, "a.jsonl", '{"id": "1", "text": "Zelený."}\n'.encode(encoding))
    assert one(path) == Article(id="1", text="Zelený.")


def test_a_sidecar_gives_what_a_text_cannot_say(tmp_path: Path) -> None:
    path = written(tmp_path, "a.txt", "Text.")
    written(tmp_path, "a.json", '{"id": "wire-7", "date": "2022-02-17", "speaker": "Ruritania", "text": "other"}')
    assert one(path) == Article(id="wire-7", text="Text.", date="2022-02-17", speaker="Ruritania")


def test_a_sidecar_goes_before_what_the_page_says(tmp_path: Path) -> None:
    written(tmp_path, "a.json", '{"date": "2022-02-18"}')
    article = one(written(tmp_path, "a.html.gz", gzip.compress(PAGE.encode())))
    assert (article.date, article.title) == ("2022-02-18", "Ruritania denies")


def test_a_sidecar_is_not_an_article_of_its_folder(tmp_path: Path) -> None:
    written(tmp_path, "a.txt", "Text.")
    written(tmp_path, "a.json", '{"date": "2022-02-17"}')
    assert list(read([tmp_path])) == [Article(id="a", text="Text.", date="2022-02-17")]


def test_a_sidecar_named_as_an_article_is_told_apart(tmp_path: Path) -> None:
    written(tmp_path, "a.txt", "Text.")
    (told,) = read([written(tmp_path, "a.json", '{"date": "2022-02-17"}')])
    assert isinstance(told, Skipped) and told.reason == "sidecar"


def test_a_broken_sidecar_leaves_its_article_out_and_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, "a.txt", "Text.")
    sidecar = written(tmp_path, "a.json", '{"date": "yesterday"}')
    (told,) = read([path])
    assert isinstance(told, Skipped)
    assert (told.where, told.reason) == (str(sidecar), "bad-date")
    assert told.message.endswith("a.txt is left out")


def test_date_and_source_of_the_call_go_before_those_of_the_article(tmp_path: Path) -> None:
    path = written(tmp_path, "a.jsonl", '{"id": "1", "text": "T.", "date": "2020-01-01", "source": "Old"}')
    article = one(path, date="2022-02-17", source="Courier")
    assert (article.date, article.source) == ("2022-02-17", "Courier")


@pytest.mark.parametrize("given", [{"date": "yesterday"}, {"date": "2022-02-30"}, {"source": " "}])
def test_a_call_with_a_bad_date_or_source_is_refused_before_anything_is_read(given: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        read([Path("nowhere.txt")], **given)


@pytest.mark.parametrize(
    ("date", "day"),
    [
        ("2014", None),
        ("2014-02", None),
        ("2014-02-17", "2014-02-17"),
        ("2024-02-29", "2024-02-29"),
        ("2014-02-17T23:59:59.5Z", "2014-02-17"),
        ("2014-02-17 23:59", "2014-02-17"),
    ],
)
def test_a_date_of_reduced_precision_is_kept_as_it_is(tmp_path: Path, date: str, day: str | None) -> None:
    article = one(written(tmp_path, "a.jsonl", json.dumps({"id": "1", "text": "T.", "date": date})))
    assert (article.date, article.day) == (date, day)


def test_standard_input_is_read_as_any_file() -> None:
    lines = b'{"id": "1", "text": "T."}\nbroken\n{"id": "2", "text": "U."}\n'
    first, broken, second = read(["-"], standard_input=io.BytesIO(gzip.compress(lines)))
    assert (first, second) == (Article(id="1", text="T."), Article(id="2", text="U."))
    assert isinstance(broken, Skipped) and (broken.where, broken.reason) == ("-:2", "broken-json")


def test_different_texts_from_standard_input_are_different_articles() -> None:
    ids = []
    for text in (b"One.", b"Two.", b"One."):
        (article,) = read(["-"], standard_input=io.BytesIO(text))
        assert isinstance(article, Article)
        ids.append(article.id)
    assert ids[0] == ids[2] != ids[1]


def test_a_folder_is_walked_in_order_and_the_rest_is_counted(tmp_path: Path) -> None:
    written(tmp_path, "b/2.txt", "B2.")
    written(tmp_path, "b/10.txt", "B10.")
    written(tmp_path, "a.jsonl", '{"id": "own", "text": "A."}')
    written(tmp_path, "c.TXT", "C.")
    written(tmp_path, "image.png", b"\x89PNG\r\n\x1a\n\x00")
    written(tmp_path, ".git/config", "x")
    written(tmp_path, ".note.txt", "x")
    (tmp_path / "d").mkdir()
    found = list(read([tmp_path]))
    assert [a.id for a in found if isinstance(a, Article)] == ["own", "b/10", "b/2", "c"]
    assert [(Path(s.where).name, s.reason) for s in found if isinstance(s, Skipped)] == [
        (".git", "hidden"),
        (".note.txt", "hidden"),
        ("d", "empty-folder"),
        ("image.png", "unknown-suffix"),
    ]


def test_a_loop_of_links_is_walked_once(tmp_path: Path) -> None:
    written(tmp_path, "a/x.txt", "X.")
    (tmp_path / "a" / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    (tmp_path / "self.txt").symlink_to(tmp_path / "self.txt")
    found = list(read([tmp_path]))
    assert [a.id for a in found if isinstance(a, Article)] == ["a/x"]
    assert [s.reason for s in found if isinstance(s, Skipped)] == ["seen-folder", "not-a-file", "not-a-file"]


def test_a_file_has_the_same_id_alone_and_in_its_folder(tmp_path: Path) -> None:
    path = written(tmp_path, "a.txt", "Text.")
    assert list(read([path])) == list(read([tmp_path])) == list(read([path, tmp_path]))[1:]


def test_files_of_one_name_get_different_ids_in_one_call(tmp_path: Path) -> None:
    paths = [written(tmp_path, name, "Text.") for name in ("p/x.txt", "p/x.text", "q/x.txt", "r/q/x.txt")]
    ids = [a.id for a in read(paths) if isinstance(a, Article)]
    assert ids == ["x", "x.text", "x.txt", "q/x.txt"]
    assert len(set(ids)) == 4


def test_an_id_from_a_file_name_has_no_control_or_invisible_characters(tmp_path: Path) -> None:
    path = written(tmp_path, "a\nb\u202ec.txt", "Text.")
    assert one(path).id == "a_b_c"


def test_an_id_that_comes_again_is_given_again_as_a_correction(tmp_path: Path) -> None:
    path = written(tmp_path, "a.jsonl", '{"id": "1", "text": "T."}\n{"id": "1", "text": "U."}\n')
    assert [a.text for a in read([path]) if isinstance(a, Article)] == ["T.", "U."]
