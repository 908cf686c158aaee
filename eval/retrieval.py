"""How well rebuttals are found, and whether they stand above what supports or repeats the claim.

    python -m eval.retrieval DIR [--qrels FILE] [--system checker|search|bm25|cosine|mapped]
        [--encoder NAME] [--keep-own] [--part tune|rest|all] [--limit N] [--json]

DIR: a test bed (docs/formats.md). Documents go in as propositions by their actor, not extracted. Documents of the
query's own actor and those in ``self.tsv`` are not ranked (``--keep-own``: only the latter; so were the published
baselines of the test beds made). Queries without a relevant document are not counted.

Systems: ``checker``, what a query shows; ``search``, its candidates before they are judged; ``bm25`` and ``cosine``,
words and plain vectors alone; ``mapped``, vectors with the claim's mapped to where its rebuttals lie.

Whatever is chosen by looking at these figures is chosen on the ``tune`` part, a third of the queries by a hash of their
ids; ``rest``, the others, tells what the choice is worth.

``rebuttal_over_support``: of the queries that have both a rebuttal and a distractor that may be ranked, the share whose
best rebuttal is among the first 100 and has a higher score than the best distractor. An equal score does not count as
higher: such an order would be one of chance.
"""

import argparse
import csv
import hashlib
import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol, TypeAlias, get_args

import numpy as np

from eval.doors import print_json, print_table, run, say
from eval.metrics import percentile_interval, resampled
from index.errors import InputError, UsageError

DEPTH = 100  # documents ranked for a query
Part: TypeAlias = Literal["tune", "rest", "all"]
Run: TypeAlias = dict[str, dict[str, float]]
"""Query -> document -> score, higher is better, at most DEPTH documents."""
Excluded: TypeAlias = Mapping[str, frozenset[str]]
"""Query -> documents that must not be ranked for it."""


@dataclass(frozen=True, slots=True)
class Text:
    """A document or a query: a proposition, and who holds it."""

    id: str
    text: str
    actor: str | None = None
    date: str | None = None


class System(Protocol):
    """What ranks documents for queries."""

    def rank(self, queries: Sequence[Text], documents: Sequence[Text], excluded: Excluded) -> Run:
        """For each query its best DEPTH documents, none of the excluded ones."""
        ...


@dataclass(frozen=True, slots=True)
class Collection:
    """A test bed, as read; ``relevant`` and ``distractors`` hold only documents that may be ranked."""

    name: str
    documents: Sequence[Text]
    queries: Sequence[Text]
    excluded: Excluded
    relevant: Mapping[str, frozenset[str]]
    distractors: Mapping[str, frozenset[str]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--qrels", help="a file in DIR, or a path; default qrels.tsv")
    parser.add_argument("--system", choices=("checker", "search", "bm25", "cosine", "mapped"), default="checker")
    parser.add_argument("--encoder", metavar="NAME", help="as of 'checker query'; 'minilm': the backbone as published")
    parser.add_argument("--keep-own", action="store_true", help="rank documents of the query's own actor, too")
    parser.add_argument("--part", choices=get_args(Part), default="all", help="a third of the queries, or the others")
    parser.add_argument("--limit", type=int, metavar="N", help="only N queries, evenly spread: a look, not a result")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    given = parser.parse_args()
    return run(lambda: _main(given))


def _main(given: argparse.Namespace) -> None:
    if given.encoder and given.system == "bm25":
        raise UsageError("--encoder: BM25 needs none; leave it out")
    collection = load(given.folder, given.qrels, keep_own=given.keep_own)
    found = {**measure(collection, system_named(given.system, given.encoder), part=given.part, limit=given.limit)}
    found |= {"system": given.system, "encoder": given.encoder, "part": given.part}
    (print_json if given.json else print_table)([found])


def system_named(name: str, encoder: str | None = None) -> System:
    """The systems that can be measured; models are loaded here, not on import."""
    from eval import systems

    by_name: dict[str, System] = {
        "bm25": systems.Bm25(),
        "cosine": systems.Cosine(encoder),
        "mapped": systems.Cosine(encoder, mapped=True),
        "search": systems.Installed(encoder, judged=0),
        "checker": systems.Installed(encoder),
    }
    return by_name[name]


def load(folder: Path, qrels: str | None = None, *, keep_own: bool = False) -> Collection:
    """A test bed.

    :raises InputError: a file is missing or broken, or names documents that are not in the corpus.
    """
    documents = list(_texts(folder / "corpus.jsonl.gz"))
    queries = list(_texts(folder / "queries.jsonl.gz"))
    selves = _pairs(folder / "self.tsv", optional=True)
    excluded = _excluded(queries, () if keep_own else documents, selves)
    judged = Path(qrels) if qrels and Path(qrels).is_file() else folder / (qrels or "qrels.tsv")
    known = {document.id for document in documents}
    return Collection(
        name=folder.name if judged.stem == "qrels" else f"{folder.name}/{judged.stem}",
        documents=documents,
        queries=queries,
        excluded=excluded,
        relevant=_rankable(_pairs(judged), excluded, known, judged),
        distractors=_rankable(_pairs(folder / "distractors.tsv"), excluded, known, folder / "distractors.tsv"),
    )


def measure(collection: Collection, system: System, *, part: Part = "all", limit: int | None = None) -> dict[str, Any]:
    """The object of docs/formats.md. Means over queries with a relevant document; intervals by drawing queries.

    :param part: see :func:`part_of`.
    :param limit: only so many of these, evenly spread over the file.
    """
    asked = [q for q in collection.queries if collection.relevant.get(q.id) and part in ("all", part_of(q.id))]
    if not asked:
        raise InputError(f"{collection.name}: no query (part: {part}) has a relevant document that may be ranked")
    if limit is not None:
        if limit < 1:
            raise UsageError(f"--limit must be at least 1, not {limit}")
        asked = asked if limit >= len(asked) else [asked[i * len(asked) // limit] for i in range(limit)]
    say(f"{collection.name}: {len(asked):,} queries, {len(collection.documents):,} documents")
    run = system.rank(asked, collection.documents, collection.excluded)
    values = per_query({query.id: collection.relevant[query.id] for query in asked}, run)
    over = rebuttal_over_support(collection.relevant, collection.distractors, run, [query.id for query in asked])
    values["rebuttal_over_support"] = np.array(list(over.values()), dtype=np.float64)
    means = {name: float(column.mean()) if column.size else None for name, column in values.items()}
    return {
        "set": collection.name,
        "n": len(asked),
        **means,
        "n_over_support": len(over),
        **{f"{name}_ci": _interval(column) for name, column in values.items()},
    }


def part_of(query: str) -> Literal["tune", "rest"]:
    """To which part the query with this id belongs: one in three is for tuning."""
    return "tune" if int(hashlib.sha256(query.encode()).hexdigest(), 16) % 3 == 0 else "rest"


def per_query(relevant: Mapping[str, frozenset[str]], run: Run) -> dict[str, Any]:
    """Metrics of each query, in the order of ``relevant``, (n,) each; 0 for a query that the run leaves out."""
    import ir_measures
    from ir_measures import RR, R, Success, nDCG

    names = {
        nDCG @ 10: "ndcg@10",
        R @ 10: "recall@10",
        R @ 100: "recall@100",
        RR @ 10: "mrr@10",
        Success @ 10: "hit@10",
    }
    qrels = {query: dict.fromkeys(sorted(documents), 1) for query, documents in relevant.items()}
    place = {query: i for i, query in enumerate(relevant)}
    values = {name: np.zeros(len(relevant)) for name in names.values()}
    for one in ir_measures.iter_calc(list(names), qrels, {query: run.get(query, {}) for query in relevant}):
        values[names[one.measure]][place[one.query_id]] = one.value
    return values


def rebuttal_over_support(
    relevant: Mapping[str, frozenset[str]],
    distractors: Mapping[str, frozenset[str]],
    run: Run,
    queries: Sequence[str],
) -> dict[str, bool]:
    """For each query with both kinds: whether the best rebuttal was ranked, and above the best distractor."""
    won = {}
    for query in queries:
        if relevant.get(query) and distractors.get(query):
            scores = run.get(query, {})
            best = max((scores[d] for d in relevant[query] if d in scores), default=-np.inf)
            rival = max((scores[d] for d in distractors[query] if d in scores), default=-np.inf)
            won[query] = bool(best > rival)
    return won


def best(scores: Any, ids: Sequence[str], depth: int = DEPTH) -> dict[str, float]:
    """The ``depth`` highest of ``scores`` (n,) that are not -inf, by id; equal scores in order of id."""
    allowed = np.flatnonzero(scores > -np.inf)
    order = sorted(allowed.tolist(), key=lambda i: (-scores[i], ids[i]))[:depth] if len(allowed) <= depth else None
    if order is None:
        edge = np.partition(scores, len(scores) - depth)[len(scores) - depth]
        near = np.flatnonzero(scores >= edge).tolist()
        order = sorted(near, key=lambda i: (-scores[i], ids[i]))[:depth]
    return {ids[i]: float(scores[i]) for i in order}


def _interval(column: Any) -> tuple[float, float] | None:
    if not column.size:
        return None
    means = np.concatenate([weights @ column / len(column) for _, weights in resampled(len(column))])
    return percentile_interval(means)


def _excluded(
    queries: Sequence[Text], documents: Sequence[Text], selves: Mapping[str, frozenset[str]]
) -> dict[str, frozenset[str]]:
    by_actor: dict[str, set[str]] = defaultdict(set)
    for document in documents:
        if document.actor:
            by_actor[document.actor].add(document.id)
    own = {query.id: by_actor.get(query.actor, set()) if query.actor else set() for query in queries}
    return {query.id: frozenset(own[query.id] | selves.get(query.id, frozenset())) for query in queries}


def _rankable(
    pairs: Mapping[str, frozenset[str]], excluded: Excluded, known: set[str], path: Path
) -> dict[str, frozenset[str]]:
    for query, documents in pairs.items():
        if unknown := sorted(documents - known):
            raise InputError(f"{path}: query {query!r} names {unknown[0]!r}, which is not in the corpus")
    return {query: documents - excluded.get(query, frozenset()) for query, documents in pairs.items()}


def _texts(path: Path) -> Iterator[Text]:
    from checker.reading import Skipped
    from checker.reading.objects import objects

    for where, data in objects(path):
        if isinstance(data, Skipped):
            raise InputError(f"{data.message}; a test bed must be whole", reason=data.reason)
        try:
            yield Text(str(data["id"]), str(data["text"]), data.get("actor"), data.get("date"))
        except KeyError as error:
            raise InputError(f"{where}: no {error}; a test bed must be whole") from None


def _pairs(path: Path, *, optional: bool = False) -> dict[str, frozenset[str]]:
    """Query -> documents, from a .tsv with a header row; rows with relevance 0 are left out."""
    if optional and not path.exists():
        return {}
    found: dict[str, set[str]] = defaultdict(set)
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            header = next(rows, [])
            for row in rows:
                if len(row) < 2:
                    raise InputError(f"{path}:{rows.line_num}: needs a query and a document, has {json.dumps(row)}")
                if header[2:3] != ["relevance"] or row[2] != "0":
                    found[row[0]].add(row[1])
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read ({error}); a test bed needs it") from error
    return {query: frozenset(documents) for query, documents in found.items()}


if __name__ == "__main__":
    sys.exit(main())
