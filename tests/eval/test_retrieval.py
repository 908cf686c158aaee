"""``eval.retrieval``: test beds, metrics and the rule for rebuttals over support, worked by hand."""

import gzip
import json
from collections.abc import Sequence
from dataclasses import replace
from math import log2
from pathlib import Path

import numpy as np
import pytest

from eval.retrieval import (
    Excluded,
    Run,
    Text,
    best,
    load,
    measure,
    part_of,
    per_query,
    rebuttal_over_support,
    system_named,
)
from index.errors import InputError, UsageError


def only(*documents: str) -> frozenset[str]:
    return frozenset(documents)


def test_metrics_of_two_queries_worked_by_hand() -> None:
    run = {"q1": {"a": 3.0, "b": 2.0, "c": 1.0}, "q2": {"x": 1.0}}
    found = per_query({"q1": only("b", "z"), "q2": only("y")}, run)
    ideal = 1 + 1 / log2(3)
    assert found["ndcg@10"].tolist() == pytest.approx([1 / log2(3) / ideal, 0])
    assert found["recall@10"].tolist() == pytest.approx([1 / 2, 0])
    assert found["mrr@10"].tolist() == pytest.approx([1 / 2, 0])
    assert found["hit@10"].tolist() == pytest.approx([1, 0])


def test_recall_counts_to_its_depth() -> None:
    run = {"q": {f"d{i:03}": 100.0 - i for i in range(100)}}
    found = per_query({"q": only("d009", "d010", "d099")}, run)
    assert found["recall@10"].tolist() == pytest.approx([1 / 3])
    assert found["recall@100"].tolist() == pytest.approx([1])


def test_a_query_that_the_run_leaves_out_counts_as_nothing_found() -> None:
    assert per_query({"q1": only("a"), "q2": only("b")}, {"q1": {"a": 1.0}})["hit@10"].tolist() == [1, 0]


@pytest.mark.parametrize(
    ("scores", "wins"),
    [
        ({"r": 2.0, "s": 1.0}, True),
        ({"r": 1.0, "s": 2.0}, False),
        ({"r": 1.0, "s": 1.0}, False),  # an equal score is no better than chance
        ({"r": 1.0}, True),
        ({"s": 1.0}, False),  # outside what is ranked: loses
        ({}, False),
        ({"r2": 3.0, "s": 2.0, "r": 1.0}, True),
    ],
)
def test_the_best_rebuttal_must_stand_above_the_best_support(scores: dict[str, float], wins: bool) -> None:
    assert rebuttal_over_support({"q": only("r", "r2")}, {"q": only("s")}, {"q": scores}, ["q"]) == {"q": wins}


def test_only_queries_with_both_kinds_count() -> None:
    relevant, distractors = (
        {"q1": only("r"), "q2": only("r"), "q3": only()},
        {"q1": only("s"), "q2": only(), "q3": only("s")},
    )
    assert list(rebuttal_over_support(relevant, distractors, {}, ["q1", "q2", "q3"])) == ["q1"]


def test_the_best_documents_are_those_of_a_full_sort() -> None:
    rng = np.random.default_rng(5)
    for n in (3, 100, 101, 500):
        scores = np.round(rng.random(n), 2)
        scores[::7] = -np.inf
        ids = [f"d{i}" for i in rng.permutation(n)]
        full = sorted((i for i in range(n) if scores[i] > -np.inf), key=lambda i: (-scores[i], ids[i]))[:100]
        assert list(best(scores, ids)) == [ids[i] for i in full]


def bed(folder: Path) -> Path:
    documents = [
        {"id": "own", "text": "They left the bridge.", "actor": "Ruritania"},
        {"id": "echo", "text": "They have left the bridge.", "actor": "Norland Times"},
        {"id": "no", "text": "They have not left the bridge.", "actor": "Norland"},
        {"id": "far", "text": "Wheat is cheap.", "actor": "Norland"},
    ]
    queries = [
        {"id": "q", "text": "They have left the bridge", "actor": "Ruritania"},
        {"id": "unjudged", "text": "Wheat is dear", "actor": "Ruritania"},
    ]
    for name, rows in (("corpus", documents), ("queries", queries)):
        (folder / f"{name}.jsonl.gz").write_bytes(gzip.compress("".join(json.dumps(r) + "\n" for r in rows).encode()))
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\trelevance\nq\tno\t1\nq\tfar\t0\n")
    (folder / "distractors.tsv").write_text("query-id\tcorpus-id\tkind\nq\techo\tsupports\nq\town\trepeats\n")
    return folder


class InGivenOrder:
    """Ranks documents as they stand in the corpus."""

    def rank(self, queries: Sequence[Text], documents: Sequence[Text], excluded: Excluded) -> Run:
        return {
            query.id: {d.id: -float(i) for i, d in enumerate(documents) if d.id not in excluded[query.id]}
            for query in queries
        }


def test_documents_of_the_querys_own_actor_are_not_ranked(tmp_path: Path) -> None:
    collection = load(bed(tmp_path))
    assert collection.excluded["q"] == only("own")
    assert collection.distractors == {"q": only("echo")}
    found = measure(collection, InGivenOrder())
    assert (found["n"], found["mrr@10"], found["hit@10"]) == (1, 0.5, 1.0)
    assert (found["rebuttal_over_support"], found["n_over_support"]) == (0.0, 1)
    assert list(found)[:9] == [
        "set",
        "n",
        "ndcg@10",
        "recall@10",
        "recall@100",
        "mrr@10",
        "hit@10",
        "rebuttal_over_support",
        "n_over_support",
    ]


def test_a_limit_takes_queries_evenly_spread(tmp_path: Path) -> None:
    collection = load(bed(tmp_path))
    many = replace(
        collection,
        queries=[Text(f"q{i}", "t") for i in range(10)],
        excluded={f"q{i}": only() for i in range(10)},
        relevant={f"q{i}": only("no") for i in range(10)},
    )
    asked: list[str] = []

    class Notes(InGivenOrder):
        def rank(self, queries: Sequence[Text], documents: Sequence[Text], excluded: Excluded) -> Run:
            asked.extend(query.id for query in queries)
            return super().rank(queries, documents, excluded)

    assert measure(many, Notes(), limit=4)["n"] == 4
    assert asked == ["q0", "q2", "q5", "q7"]
    assert measure(many, InGivenOrder(), limit=99)["n"] == 10
    with pytest.raises(UsageError, match="--limit"):
        measure(many, InGivenOrder(), limit=0)


def test_every_query_is_for_tuning_or_for_the_rest(tmp_path: Path) -> None:
    ids = [f"q{i}" for i in range(300)]
    many = replace(
        load(bed(tmp_path)),
        queries=[Text(id, "t") for id in ids],
        excluded=dict.fromkeys(ids, only()),
        relevant=dict.fromkeys(ids, only("no")),
    )
    tune, rest = (measure(many, InGivenOrder(), part=part)["n"] for part in ("tune", "rest"))
    assert (tune, rest) == (sum(part_of(id) == "tune" for id in ids), sum(part_of(id) == "rest" for id in ids))
    assert tune + rest == 300
    assert 75 <= tune <= 125


def test_each_system_ranks_the_bed_in_its_own_way(tmp_path: Path) -> None:
    """With the real models: plain vectors and the search bring the echo first, a query the denial."""
    collection = load(bed(tmp_path))
    queries = [query for query in collection.queries if query.id == "q"]
    runs = {
        name: system_named(name).rank(queries, collection.documents, collection.excluded)["q"]
        for name in ("checker", "search", "bm25", "cosine", "mapped")
    }
    orders = {name: sorted(run, key=lambda document: -run[document]) for name, run in runs.items()}
    assert orders["checker"][0] == "no"
    assert orders["cosine"][0] == orders["search"][0] == "echo"
    assert {tuple(sorted(order)) for name, order in orders.items() if name != "bm25"} == {("echo", "far", "no")}
    assert set(orders["bm25"]) == {"echo", "no"}  # wheat has no word of the claim
    assert runs["cosine"] != runs["mapped"]
    plain = system_named("cosine", "minilm").rank(queries, collection.documents, collection.excluded)["q"]
    assert plain != runs["cosine"]
    assert system_named("mapped", "minilm").rank(queries, collection.documents, collection.excluded)["q"] == plain


def test_own_documents_can_be_kept(tmp_path: Path) -> None:
    assert measure(load(bed(tmp_path), keep_own=True), InGivenOrder())["mrr@10"] == pytest.approx(1 / 3)


def test_identical_documents_are_not_ranked(tmp_path: Path) -> None:
    (bed(tmp_path) / "self.tsv").write_text("query-id\tcorpus-id\nq\techo\n")
    found = measure(load(tmp_path), InGivenOrder())
    assert (found["mrr@10"], found["rebuttal_over_support"], found["n_over_support"]) == (1.0, None, 0)


def test_a_document_that_is_not_in_the_corpus_is_an_error(tmp_path: Path) -> None:
    (bed(tmp_path) / "qrels.tsv").write_text("query-id\tcorpus-id\trelevance\nq\tnowhere\t1\n")
    with pytest.raises(InputError, match="nowhere"):
        load(tmp_path)


def test_a_bed_without_its_files_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="corpus"):
        load(tmp_path)
