from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from eval import growth
from eval.growth import Corpus, Told
from index.errors import InputError
from index.records import Actor, Article, Statement
from index.store import Store

RATES = {"read_gb_s": 10.0, "products_gop_s": 200.0}
WORDS = ("province", "minister", "harbours", "Ruritania", "Strelsau", "treaties", "soldiers", "1905", "2031")


def told(number: int) -> Told:
    """One article with a statement and a denial of it; which words stand in it depends on ``number``."""
    some = np.random.default_rng(number).choice(WORDS, 6, replace=False)
    contents = (" ".join(some[:3]), " ".join(some[3:]))
    text = f"Castle {number}: {contents[0]}; but {contents[1]}."
    first = spoken(number, text, contents[0])
    second = spoken(number, text, contents[1], answers=first.id)
    vectors = np.random.default_rng(number).standard_normal((2, 384), dtype=np.float32)
    return Told(Article(f"a{number}", text, url=f"https://news.invalid/{number}"), [first, second], unit(vectors))


def spoken(number: int, text: str, content: str, **fields: Any) -> Statement:
    start = text.index(content)
    return Statement(
        article=f"a{number}",
        attribution="",
        actor=Actor("zenda", "Castle of Zenda"),
        chain=(),
        source_spans=(),
        cue_spans=(),
        content_spans=((start, start + len(content)),),
        content=content,
        proposition=content,
        **fields,
    )


def unit(vectors: Any) -> Any:
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return Corpus([told(number) for number in range(5)], ["The treaties hold"])


def test_real_articles_come_first_and_then_copies_with_edits(corpus: Corpus) -> None:
    found = list(corpus.articles(30))
    assert sum(len(one.statements) for one in found) == 30
    assert found[:5] == corpus.told
    assert len({one.article.id for one in found}) == len({s.id for one in found for s in one.statements}) / 2 == 15
    assert len({one.article.text for one in found}) > 5, "copies differ"
    assert not any(one.article.url for one in found[5:]), "an url names one article"


def test_spans_and_links_hold_in_a_copy(corpus: Corpus) -> None:
    for one in list(corpus.articles(30))[5:]:
        first, second = one.statements
        assert second.answers == first.id
        assert [one.article.text[slice(*s.content_spans[0])] for s in one.statements] == [first.content, second.content]
        assert first.proposition == first.content


def test_vectors_of_a_copy_are_near_the_real_ones_and_of_unit_length(corpus: Corpus) -> None:
    copies = np.concatenate([one.vectors for one in list(corpus.articles(20))[5:]])
    real = np.concatenate([one.vectors for one in corpus.told])
    cosines = (copies * real).sum(axis=1)
    assert np.allclose(np.linalg.norm(copies, axis=1), 1, atol=1e-5)
    assert 0.8 < cosines.min() <= cosines.max() < 0.999


def test_the_same_copies_come_each_time(corpus: Corpus) -> None:
    again = Corpus([told(number) for number in range(5)], [])
    for one, other in zip(corpus.articles(20), again.articles(20), strict=True):
        assert (one.article, one.statements) == (other.article, other.statements)
        assert np.array_equal(one.vectors, other.vectors)


def test_claims_are_of_articles_that_are_not_stored(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        with pytest.raises(InputError, match="holds 0 articles that say something"):
            Corpus.read(store)
        with store.writer() as writer:
            for one in map(told, range(100)):
                writer.put(one.article, one.statements, one.vectors)
        corpus = Corpus.read(store)
    assert len(corpus.told) == 99
    stored = {one.article.id for one in corpus.told}
    (held,) = {f"a{number}" for number in range(100)} - stored
    assert corpus.claims == [s.proposition for s in told(int(held[1:])).statements]


def test_the_exact_nearest_are_found_batch_by_batch(tmp_path: Path) -> None:
    vectors = unit(np.random.default_rng(3).standard_normal((9000, 4)).astype(np.float32))  # more than one batch
    article = Article("a", "x" * 9000)
    statements = [
        Statement("a", "", None, (), (), (), ((place, place + 1),), "x", "x") for place in range(len(vectors))
    ]
    with Store.open(tmp_path) as store:
        with store.writer() as writer:
            writer.put(article, statements, vectors)
        found = growth._exact(store, vectors[:2] * np.float32(0.5))
    for row, claim in zip(found, vectors, strict=False):
        assert row.tolist() == (1 + np.argsort(-(vectors @ claim), kind="stable")[:50]).tolist()


def size(statements: int) -> dict[str, Any]:
    stages = {f"{stage}_{clock}": 1.5 for stage in growth.STAGES for clock in ("wall", "processor")}
    queries = {f"query_{clock}_p{q}": 20.0 + q for clock in ("wall", "processor") for q in (50, 95)}
    work = {"encode_mop": 300.0, "judge_mop": 60_000.0, "judge_tokens": 3000.0, "vectors_mb": 15.0}
    places = {"bytes_database": 3400.4, "bytes_index": 1544.0, "peak_mb": 250.0, "open_s": 0.51}
    return {"statements": statements, "index": "exact", "recall@50": 1.0, **stages, **queries, **work, **places}


def test_the_tables_tell_growth_stages_and_limits() -> None:
    text = growth.tables([size(10_000), size(100_000)], RATES)
    assert "| 10,000 | exact | 1.000 | 0.51 | 70 | 115 | 70 | 115 | 4,944 | 1,544 | 250 |" in text
    assert "| judge | 1.5 (1.5) | 1.5 (1.5) |" in text
    assert "| vectors | 15 MB of vectors | 1.5 | 1.5 | 1.0 |" in text
    assert "| judge | 60,000 M products and sums | 300.0 | 1.5 | 0.0 |" in text


def test_the_chart_is_the_same_for_the_same_figures(tmp_path: Path) -> None:
    for name in ("one.svg", "other.svg"):
        growth.draw([size(10_000), size(100_000)], tmp_path / name)
    drawn = (tmp_path / "one.svg").read_bytes()
    assert drawn == (tmp_path / "other.svg").read_bytes()
    for words in (b"statements stored", b"processor time of a warm query, ms", b"bytes a statement", b"words (BM25)"):
        assert words in drawn
    assert b"dc:date" not in drawn


def test_a_chart_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no\.such/x\.svg cannot be written"):
        growth.draw([size(10_000)], tmp_path / "no.such" / "x.svg")


def test_rates_of_this_machine_are_measured() -> None:
    rates = growth.machine()
    assert rates.keys() == RATES.keys()
    assert all(rate > 0 for rate in rates.values())


def test_stages_are_watched_lap_by_lap() -> None:
    class Worker:
        def work(self, times: int) -> int:
            return sum(range(times))

    watch = growth.Watch()
    watch.on(Worker, "work", "sum")
    for times in (10, 1_000_000):
        watch.laps.append(defaultdict(float))
        assert Worker().work(times) == sum(range(times))
    short, long = watch.ms("sum", "processor")
    assert 0 <= short < long
