"""``eval.extraction``: spans joined and stripped, matched one to one, counted by hand."""

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from eval.extraction import load, measure
from eval.spans import Attribution, Count, count, from_statements, matched, normalised
from index.errors import InputError
from index.records import Article, Span, Spans, Statement

TEXT = '"We left. We are gone," the minister said. She denied it.'


def span(words: str, text: str = TEXT) -> Span:
    start = text.index(words)
    return start, start + len(words)


def statement(content: Spans, *, attribution: str = "a", parent: str | None = None, source: Spans = ()) -> Statement:
    return Statement(
        article="x",
        attribution=attribution,
        actor=None,
        chain=(),
        source_spans=source,
        cue_spans=(span("said"),),
        content_spans=content,
        content="",
        proposition="",
        parent=parent,
    )


def said(content: Spans) -> Attribution:
    return Attribution(content=content, cue=(), source=())


def test_the_sentences_of_a_quotation_are_one_span() -> None:
    assert normalised(TEXT, [span("We are gone,"), span("We left.")]) == (span("We left. We are gone"),)


def test_words_between_two_spans_keep_them_apart() -> None:
    assert normalised(TEXT, [span("She"), span("it.")]) == (span("She"), span("it"))


def test_edge_punctuation_is_stripped_and_what_is_only_that_is_nothing() -> None:
    assert normalised(TEXT, [(0, 10)]) == (span("We left"),)
    assert normalised(TEXT, [(0, 1)]) == ()


def test_overlapping_spans_are_joined() -> None:
    assert normalised(TEXT, [span("We left. We"), span("We are gone")]) == (span("We left. We are gone"),)


def test_statements_are_joined_by_attribution_and_embedded_ones_left_out() -> None:
    found = from_statements(
        TEXT,
        [
            statement((span("We left."),)),
            statement((span("We are gone"),)),
            statement((span("gone"),), attribution="b", parent="p"),
            statement((span("it"),), attribution="c", source=(span("She"),)),
        ],
    )
    assert [a.content for a in found] == [(span("We left. We are gone"),), (span("it"),)]
    assert [a.source for a in found] == [(), (span("She"),)]


def test_counts_of_a_sentence_worked_by_hand() -> None:
    # gold: "We left. We are gone" (20 characters, 5 words) and "it"
    # predicted: "We are gone" (11 of the 20 characters) and "denied it"
    gold = [said((span("We left. We are gone"),)), said((span("it"),))]
    ours = [said((span("We are gone"),)), said((span("denied it"),))]
    found = count(TEXT, "content", ours, gold)
    assert found["exact"] == Count(0, 2, 2)
    assert found["iou50"] == Count(1, 2, 2)  # 11/20; "it" in "denied it": 2/9
    assert found["token"] == Count(3 + 1, 3 + 2, 5 + 1)
    assert found["token"].scores == pytest.approx([4 / 5, 4 / 6, 8 / 11])


def test_half_is_enough_and_less_is_not() -> None:
    assert matched([((0, 10),)], [((0, 20),)]) == [(0, 0)]
    assert matched([((0, 10),)], [((0, 21),)]) == []


def test_one_prediction_matches_one_of_the_gold() -> None:
    assert len(matched([((0, 10),)], [((0, 10),), ((0, 12),)])) == 1
    assert matched([((0, 10),)], [((0, 12),), ((0, 10),)]) == [(0, 1)]  # the better fit


def test_the_matching_is_the_largest_not_the_greedy_one() -> None:
    # the best single pair (ours 0, theirs 0: 1.0) would leave ours 1 without a partner
    ours, theirs = [((0, 10),), ((0, 13),)], [((0, 10),), ((0, 6),)]
    assert sorted(matched(ours, theirs)) == [(0, 1), (1, 0)]


def test_exact_matches_count_each_copy_once() -> None:
    a, b = said(((0, 10),)), said(((20, 30),))
    assert count("x" * 40, "content", [a, a, b], [a, b, b])["exact"] == Count(2, 3, 3)


def test_what_has_no_source_is_left_out_of_the_sources() -> None:
    with_source = Attribution(content=((0, 5),), cue=(), source=((6, 9),))
    found = count("x" * 40, "source", [with_source, said(((20, 30),))], [with_source])
    assert found["exact"] == Count(1, 1, 1)


def test_nothing_found_and_nothing_there_are_zeros() -> None:
    assert count("", "content", [], [])["iou50"].scores == [0, 0, 0]


def gold_file(folder: Path) -> Path:
    row = {
        "id": "x",
        "text": TEXT,
        "attributions": [
            {
                "source_spans": [span("the minister")],
                "cue_spans": [span("said")],
                "content_spans": [span('"We left. We are gone,"')],
                "type": "direct",
            },
            {"source_spans": [], "cue_spans": [span("gone")], "content_spans": [span("it")], "type": "indirect"},
        ],
    }
    path = folder / "gold.jsonl"
    path.write_text(json.dumps(row) + "\n")
    return path


def test_a_gold_file_is_measured_to_the_object_of_the_contract(tmp_path: Path) -> None:
    def extract(article: Article) -> Iterable[Statement]:
        assert (article.id, article.text) == ("x", TEXT)
        return [
            statement((span("We left."),), source=(span("minister"),)),
            statement((span("We are gone"),), source=(span("minister"),)),
        ]

    found = measure(gold_file(tmp_path), extract, speech=True)
    assert (found["articles"], found["n"], found["predicted"]) == (1, 2, 1)
    assert found["content"]["exact"] == pytest.approx([1, 1 / 2, 2 / 3])
    assert found["cue"]["exact"] == pytest.approx([1, 1 / 2, 2 / 3])
    assert found["source"]["exact"] == [0, 0, 0]
    assert found["source"]["iou50"] == [1, 1, 1]  # 8 of 12 characters
    assert found["source"]["token"] == pytest.approx([1, 1 / 2, 2 / 3])
    assert found["recall_by_type"] == {"direct": [1, 1], "indirect": [0, 1]}
    assert found["speech_recall_by_type"] == {"direct": [1, 1]}  # "gone" is no word of saying


@pytest.mark.parametrize(
    "line", ["{}", '{"id": "1", "text": "T."}', '{"id": "1", "text": "T.", "attributions": [{}]}', "["]
)
def test_a_broken_gold_file_is_not_measured(tmp_path: Path, line: str) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(gold_file(tmp_path).read_text() + line + "\n")
    with pytest.raises(InputError, match=r"gold\.jsonl:2"):
        list(load(path))
