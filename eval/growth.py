"""What size costs: whole queries against stores of 10,000 to 1,000,000 statements, each filled by the code that fills
any other. ``python -m eval.bench --growth`` runs it.

Statements: those of a store that was ingested, every hundredth article held back for the claims. Where more are asked
for than it holds, its articles come again with edits: one word in four (and one number in four) becomes another of the
same length, drawn as often as it occurs in the corpus, the same in text, content and proposition; so spans still hold,
and common words grow as they would in other news. Embedding a million sentences takes hours: the vector of an edited
statement is that of the statement, turned towards another's and by noise (:func:`eval.bench.turned`).

Each size runs in a process of its own. Wall times and processor times (of all threads) are told apart: on a busy
machine believe the latter.
"""

import io
import json
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from eval.bench import markdown, peak_mb, turned, worker
from eval.doors import say
from index.errors import InputError
from index.records import Article, Statement
from index.store import Store
from index.vectors import INDEX_NAME

if TYPE_CHECKING:
    from checker.facade import Checker, Query

Result = TypeVar("Result")

SIZES = (10_000, 100_000, 300_000, 1_000_000)
STAGES = ("encode", "vectors", "words", "rows", "judge", "rest", "print")
_DRAWN = {
    "query_processor_p95": "whole query, p95",
    "query_processor_p50": "whole query, median",
    "judge_processor": "judge 50 pairs",
    "words_processor": "words (BM25)",
    "vectors_processor": "nearest vectors",
    "rows_processor": "links and rows",
}
_WATCHED = ("encode", "vectors", "words", "candidates", "judge", "query", "print")
_SEED = 7
# Of one token through an encoder layer: four matrices of 384 x 384, two of 384 x 1536, a product and a sum each.
_LAYER_OPERATIONS = 2 * (4 * 384 * 384 + 2 * 384 * 1536)
_ENCODER_OPERATIONS = 6 * _LAYER_OPERATIONS
_JUDGE_OPERATIONS = 5 * _LAYER_OPERATIONS + 2 * 2 * 384 * 384  # of the last layer only keys and values for each token
_NEIGHBOURS = 50
_CLAIMS = "claims.json"
_EXACT = "exact.npy"
_HELD_BACK = 100  # every so many-th article gives claims, and is not stored
_EDITED = 0.25  # share of the words of an article that become others
_PER_TRANSACTION = 5_000
_WORD = re.compile(r"[^\W\d_]{4,}|\d+")


@dataclass(frozen=True, slots=True)
class Told:
    """An article, what it says, and the vectors of that, ``(len(statements), width)``."""

    article: Article
    statements: Sequence[Statement]
    vectors: NDArray[np.float32]


class Corpus:
    """Real articles in a seeded order, and any number of edited copies of them."""

    def __init__(self, told: Sequence[Told], claims: Sequence[str]) -> None:
        """:param claims: propositions of articles that are not among those."""
        self.told = told
        self.claims = claims
        self._vectors = np.concatenate([one.vectors for one in told])
        self._words: dict[tuple[int, bool], list[str]] = defaultdict(list)
        for one in told:
            for word in _WORD.findall(one.article.text):
                self._words[_shape(word)].append(word)

    @classmethod
    def read(cls, store: Store) -> Self:
        """:raises InputError: the store holds fewer than ``_HELD_BACK`` articles that say something."""
        told = []
        for id, article in store.articles(store.article_ids()).items():
            found = store.statements_of(id)
            if found:
                vectors = store.vectors_of([number for number, _ in found])
                told.append(Told(article, [statement for _, statement in found], vectors))
        if len(told) < _HELD_BACK:
            raise InputError(f"{store.path} holds {len(told)} articles that say something: ingest more of them first")
        order = np.random.default_rng(_SEED).permutation(len(told))
        held, kept = order[: len(told) // _HELD_BACK], order[len(told) // _HELD_BACK :]
        claims = [s.proposition for place in held for s in told[place].statements if s.checkable]
        return cls([told[place] for place in kept], claims)

    def articles(self, count: int) -> Iterator[Told]:
        """Articles with ``count`` statements in all, or a few more: the real ones, then edited copies."""
        repetition = 0
        while True:
            for place, one in enumerate(self.told):
                if count <= 0:
                    return
                count -= len(one.statements)
                yield one if repetition == 0 else self._copy(one, repetition, place)
            repetition += 1

    def _copy(self, one: Told, repetition: int, place: int) -> Told:
        random = np.random.default_rng([_SEED, repetition, place])
        id = f"{one.article.id}~{repetition}"
        words = self._exchanged(sorted(set(_WORD.findall(one.article.text))), random)
        article = replace(one.article, id=id, text=_edited(one.article.text, words), url=None)
        statements = [
            replace(s, article=id, content=_edited(s.content, words), proposition=_edited(s.proposition, words))
            for s in one.statements
        ]
        keys = {old.id: new.id for old, new in zip(one.statements, statements, strict=True)}
        linked = [replace(s, parent=keys.get(s.parent or ""), answers=keys.get(s.answers or "")) for s in statements]
        others = self._vectors[random.integers(len(self._vectors), size=len(linked))]
        return Told(article, linked, turned(one.vectors, others, random))

    def _exchanged(self, words: Sequence[str], random: np.random.Generator) -> dict[str, str]:
        """Some of these words, each with one that takes its place."""
        chosen = [word for word, x in zip(words, random.random(len(words)), strict=True) if x < _EDITED]
        pools = [self._words[_shape(word)] for word in chosen]
        return {word: pool[random.integers(len(pool))] for word, pool in zip(chosen, pools, strict=True) if pool}


def _shape(word: str) -> tuple[int, bool]:
    """Length, and whether it begins with a capital; of a number its length and no."""
    return len(word), word[0].isupper()


def _edited(text: str, words: dict[str, str]) -> str:
    return _WORD.sub(lambda found: words.get(found[0], found[0]), text)


# A store of each size


def measured(source: Path, folder: Path, sizes: Sequence[int], queries: int) -> Iterator[dict[str, Any]]:
    """One object a size. Stores that lie in ``folder`` already are used as they are.

    :raises InputError: ``source`` holds too little.
    """
    corpus = None
    for size in sizes:
        place = folder / f"growth-{size}"
        if not (place / _CLAIMS).exists() or len(json.loads((place / _CLAIMS).read_text())) < queries:
            if corpus is None:
                with Store.open(source, create=False) as store:
                    corpus = Corpus.read(store)
            _prepare(place, corpus, size, queries)
        yield {"measure": "growth", **worker("growth", place)}


def _prepare(folder: Path, corpus: Corpus, size: int, queries: int) -> None:
    """Store, snapshot, claims, and for each claim the ids of its exact nearest."""
    from index.encoders import load_encoder
    from index.vectors import VectorIndex

    encoder = load_encoder(notify=say)
    bound = (encoder.name, encoder.fingerprint, encoder.dimension)
    folder.mkdir(parents=True, exist_ok=True)
    with Store.open(folder / "store") as store:
        began = time.perf_counter()
        if store.rows("SELECT count(*) FROM statements")[0][0] < size:
            _fill(store, corpus, size, bound)
        filled = time.perf_counter()
        index = VectorIndex.open(
            store.folder, store, fingerprint=encoder.fingerprint, dimension=encoder.dimension, notify=say
        )
        with store.writer():
            index.save()
        say(f"{size:,} statements: filled in {filled - began:.0f} s, index in {time.perf_counter() - filled:.0f} s")
        order = np.random.default_rng(_SEED).permutation(len(corpus.claims))[:queries]
        claims = [corpus.claims[place] for place in order]
        np.save(folder / _EXACT, _exact(store, encoder.encode(claims)))
    (folder / _CLAIMS).write_text(json.dumps(claims))


def _fill(store: Store, corpus: Corpus, size: int, encoder: tuple[str, str, int]) -> None:
    """``size`` statements, or a few more. ``encoder``: name, fingerprint, dimension."""
    with store.writer() as writer:
        writer.require_encoder(*encoder)
        for batch in _batches(corpus.articles(size)):
            with writer.transaction():
                for one in batch:
                    writer.put(one.article, one.statements, one.vectors)


def _batches(told: Iterator[Told]) -> Iterator[list[Told]]:
    batch: list[Told] = []
    size = 0
    for one in told:
        batch.append(one)
        size += len(one.statements)
        if size >= _PER_TRANSACTION:
            yield batch
            batch, size = [], 0
    yield batch


def _exact(store: Store, claims: NDArray[np.float32]) -> NDArray[np.int64]:
    """Ids of the nearest to each claim, (len(claims), _NEIGHBOURS), by comparing it with all."""
    ids = np.empty((len(claims), 0), dtype=np.int64)
    cosines = np.empty((len(claims), 0), dtype=np.float32)
    for some, vectors in store.vectors():
        cosines = np.hstack([cosines, claims @ vectors.T])
        ids = np.hstack([ids, np.broadcast_to(some, (len(claims), len(some)))])
        best = np.argsort(-cosines, axis=1, kind="stable")[:, :_NEIGHBOURS]
        cosines, ids = np.take_along_axis(cosines, best, axis=1), np.take_along_axis(ids, best, axis=1)
    return ids


# What is asked of it, in a process of its own


class Watch:
    """Wall and processor seconds spent in functions, by stage; one lap a claim."""

    def __init__(self) -> None:
        self.laps: list[defaultdict[tuple[str, str], float]] = []
        self.tokens = Counter[str]()  # that models were fed, of claims and of pairs

    def on(self, owner: Any, name: str, stage: str) -> None:
        """From now on what ``owner.name`` takes counts for ``stage``."""
        work = getattr(owner, name)
        setattr(owner, name, lambda *args, **options: self.timed(stage, lambda: work(*args, **options)))

    def timed(self, stage: str, work: Callable[[], Result]) -> Result:
        wall, processor = time.perf_counter(), time.process_time()
        result = work()
        self.laps[-1][stage, "wall"] += time.perf_counter() - wall
        self.laps[-1][stage, "processor"] += time.process_time() - processor
        return result

    def count_tokens(self, model: Any) -> None:
        """From now on the tokens are counted that a ``model`` is fed."""
        feeds = model.feeds

        def counted(self_: Any, text: Any) -> Any:
            fed = feeds(self_, text)
            self.tokens["claim" if isinstance(text, str) else "pair"] += fed["input_ids"].size
            return fed

        model.feeds = counted

    def ms(self, stage: str, clock: str) -> list[float]:
        return [1e3 * lap[stage, clock] for lap in self.laps]


def ask(folder: Path) -> dict[str, Any]:
    """Opens the store in ``folder``, and asks every claim as ``checker query`` would."""
    watch = Watch()
    watch.laps.append(defaultdict(float))
    checker = watch.timed("open", lambda: _opened(folder / "store"))
    opened = watch.laps.pop()
    claims = json.loads((folder / _CLAIMS).read_text())
    checker.query(_query(f"{claims[0]} so"))  # loads what is loaded late
    _attach(watch, checker)
    for claim in claims:
        watch.laps.append(defaultdict(float))
        _answer(watch, checker, f"{claim} again")
    work = _work(checker, watch)
    return {
        **_store(checker, folder, claims),
        "open_s": opened["open", "wall"],
        "open_processor_s": opened["open", "processor"],
        **_times(watch),
        **work,
        "peak_mb": peak_mb(),
    }


def _opened(folder: Path) -> "Checker":
    from checker.facade import Checker

    checker = Checker.open(folder, create=False, judging=True)
    _ = (checker.vectors, checker.judging)  # opened when first asked for
    return checker


def _query(text: str) -> "Query":
    from checker.facade import Query

    return Query(text)


def _attach(watch: Watch, checker: "Checker") -> None:
    from checker.matching import Matcher, rankings
    from index.encoders.onnx import OnnxModel
    from index.encoders.opposed import OpposedMiniLM
    from index.vectors import VectorIndex

    watch.on(OpposedMiniLM, "encode", "encode")
    watch.on(VectorIndex, "search", "vectors")
    watch.on(rankings, "words", "words")
    watch.on(Matcher, "candidates", "candidates")
    watch.on(type(checker.judging), "judge", "judge")
    watch.count_tokens(OnnxModel)


def _answer(watch: Watch, checker: "Checker", text: str) -> None:
    from rich.console import Console

    from checker.reporting import terminal

    query = _query(text)
    found = watch.timed("query", lambda: checker.query(query))
    watch.timed("print", lambda: terminal.rebuttals(Console(file=io.StringIO(), width=120), text, found))


def _store(checker: "Checker", folder: Path, claims: Sequence[str]) -> dict[str, Any]:
    """How many statements, where they lie, and how well they are found."""
    from index.encoders import load_encoder

    statements = len(checker.vectors)
    sizes = {path.name: path.stat().st_size for path in checker.store.folder.iterdir() if path.is_file()}
    index = sizes.get(INDEX_NAME, 0)
    _, found = checker.vectors.search(load_encoder().encode(claims), _NEIGHBOURS)
    exact = np.load(folder / _EXACT)
    hits = [len(np.intersect1d(a, b)) for a, b in zip(found, exact, strict=True)]
    return {
        "statements": statements,
        "index": checker.vectors.kind,
        "recall@50": sum(hits) / exact.size,
        "bytes_database": (sum(sizes.values()) - index) / statements,
        "bytes_index": index / statements,
    }


def _times(watch: Watch) -> dict[str, float]:
    """Milliseconds: of whole queries, and the medians of their stages. ``rows``: what candidates take besides both
    searches; ``rest``: what a query takes besides its stages."""
    found: dict[str, float] = {}
    for clock in ("wall", "processor"):
        ms = {stage: np.array(watch.ms(stage, clock)) for stage in _WATCHED}
        ms["rows"] = ms["candidates"] - ms["vectors"] - ms["words"]
        ms["rest"] = ms["query"] - ms["encode"] - ms["candidates"] - ms["judge"]
        found |= {f"{stage}_{clock}": float(np.median(ms[stage])) for stage in STAGES}
        found |= {f"query_{clock}_p{q}": float(np.percentile(ms["query"], q)) for q in (50, 95)}
    return found


def _work(checker: "Checker", watch: Watch) -> dict[str, float]:
    """What the mean query has to read (MB) and to multiply (millions of operations), by stage."""
    asked = len(watch.laps)
    return {
        "encode_mop": watch.tokens["claim"] * _ENCODER_OPERATIONS / asked / 1e6,
        "judge_mop": watch.tokens["pair"] * _JUDGE_OPERATIONS / asked / 1e6,
        "judge_tokens": watch.tokens["pair"] / asked,
        "vectors_mb": len(checker.vectors) * checker.vectors.share_compared * checker.vectors.dimension * 4 / 1e6,
    }


# What this machine can do at most


def machine() -> dict[str, float]:
    """Rates of one thread, best of several: memory read, and products of int8 summed as ONNX Runtime does."""
    return {"read_gb_s": _read_gb_s(), "products_gop_s": _products_gop_s()}


def _read_gb_s() -> float:
    memory = b"\1" * 256_000_000  # more than caches hold
    return len(memory) / 1e9 / _quickest(lambda: memory.find(b"\0"), times=7)


def _products_gop_s() -> float:
    """Of a sentence of 40 tokens with the widest matrix of a layer."""
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper

    tokens, width, wide = 40, 384, 1536
    weights = np.random.default_rng(_SEED).integers(-127, 128, (width, wide)).astype(np.int8)
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["rows", "weights"], ["sums"])],
        "products",
        [helper.make_tensor_value_info("rows", TensorProto.UINT8, [tokens, width])],
        [helper.make_tensor_value_info("sums", TensorProto.INT32, [tokens, wide])],
        [numpy_helper.from_array(weights, "weights")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    rows = {"rows": np.ones((tokens, width), dtype=np.uint8)}
    return 2 * tokens * width * wide / 1e9 / _quickest(lambda: session.run(None, rows), times=500)


def _quickest(work: Callable[[], object], *, times: int) -> float:
    laps = []
    for _ in range(times):
        began = time.process_time()  # of one thread: that others are at work too does not count
        work()
        laps.append(time.process_time() - began)
    return min(laps)


# For the docs


def tables(found: Sequence[Mapping[str, Any]], rates: Mapping[str, float]) -> str:
    """Markdown: growth, where the time goes at each size, and how far the largest is from its limits."""
    return "\n\n".join([_growth_table(found), _stage_table(found), _limit_table(found[-1], rates)])


def _growth_table(found: Sequence[Mapping[str, Any]]) -> str:
    titles = ["statements", "index", "recall@50", "open, s", "query p50, ms", "p95, ms"]
    titles += ["processor p50, ms", "p95, ms", "bytes a statement", "of these the index", "peak memory, MB"]
    rows = [
        [
            f"{one['statements']:,}",
            one["index"],
            f"{one['recall@50']:.3f}",
            f"{one['open_s']:.2f}",
            *(f"{one[f'query_{clock}_p{q}']:.0f}" for clock in ("wall", "processor") for q in (50, 95)),
            f"{one['bytes_database'] + one['bytes_index']:,.0f}",
            f"{one['bytes_index']:,.0f}",
            f"{one['peak_mb']:.0f}",
        ]
        for one in found
    ]
    return markdown(titles, rows)


def _stage_table(found: Sequence[Mapping[str, Any]]) -> str:
    rows = [
        [stage, *(f"{one[f'{stage}_wall']:.1f} ({one[f'{stage}_processor']:.1f})" for one in found)] for stage in STAGES
    ]
    return markdown(["median wall ms (processor ms)", *(f"{one['statements']:,}" for one in found)], rows)


def _limit_table(one: Mapping[str, Any], rates: Mapping[str, float]) -> str:
    limits = {
        "encode": (f"{one['encode_mop']:,.0f} M products and sums", one["encode_mop"] / rates["products_gop_s"]),
        "vectors": (f"{one['vectors_mb']:,.0f} MB of vectors", one["vectors_mb"] / rates["read_gb_s"]),
        "judge": (f"{one['judge_mop']:,.0f} M products and sums", one["judge_mop"] / rates["products_gop_s"]),
    }
    rows = [
        [stage, work, f"{limit:.1f}", f"{one[f'{stage}_processor']:.1f}", f"{one[f'{stage}_processor'] / limit:.1f}"]
        for stage, (work, limit) in limits.items()
    ]
    note = (
        f"One thread here reads {rates['read_gb_s']:.1f} GB/s and does {rates['products_gop_s']:.0f} GOP/s of int8;"
        f" {one['judge_tokens']:,.0f} tokens judged a query."
    )
    return f"{note}\n\n" + markdown(["stage", "work", "limit, ms", "processor ms", "times its limit"], rows)


def draw(found: Sequence[Mapping[str, Any]], path: Path) -> None:
    """The growth as a chart, SVG: processor time of a query, and bytes a statement. Same figures, same bytes.

    :raises InputError: matplotlib is not installed, or the file cannot be written.
    """
    try:
        import matplotlib as plotting
        from matplotlib.figure import Figure
    except ImportError as error:
        raise InputError("the chart needs matplotlib: pip install 'claim-cross-checker[dev]'") from error

    sizes = [one["statements"] for one in found]
    in_all = [one["bytes_database"] + one["bytes_index"] for one in found]
    with plotting.rc_context({"svg.hashsalt": "growth", "svg.fonttype": "none", "font.size": 9}):
        figure = Figure(figsize=(9, 4.6), layout="constrained")
        times, places = figure.subplots(1, 2)
        for marker, (key, label) in zip("osD^v*", _DRAWN.items(), strict=True):
            times.plot(sizes, [one[key] for one in found], marker=marker, markersize=4, label=label)
        times.set(xscale="log", yscale="log", ylabel="processor time of a warm query, ms", ylim=(1, None))
        places.plot(sizes, in_all, marker="o", markersize=4, label="store in all")
        places.plot(sizes, [one["bytes_index"] for one in found], marker="s", markersize=4, label="index of vectors")
        places.set(xscale="log", ylabel="bytes a statement on disk", ylim=(0, None))
        for axes in (times, places):
            axes.set_xlabel("statements stored")
            axes.grid(visible=True, which="major", alpha=0.3)
            axes.legend(frameon=False, ncols=2, loc="upper center", bbox_to_anchor=(0.5, -0.14))
        try:
            figure.savefig(path, format="svg", metadata={"Date": None})
        except OSError as error:
            raise InputError(f"{path} cannot be written ({error.strerror})") from error
