"""How fast, beside the plain recipe, on the same machine, in the same run, over the same statements.

    python -m eval.bench [--statements N...] [--queries N] [--base N] [--only MEASURE...] [--keep DIR] [--json]
    python -m eval.bench --growth --from STORE [--statements N...] [--queries N] [--keep DIR] [--chart FILE] [--json]

The plain recipe is what everybody writes first: sentence-transformers (torch, fp32) for the claim, a flat FAISS index
over all vectors, and a CrossEncoder of the same size (the same backbone with a fresh head: its speed is what counts)
over the 50 nearest, sorted by score.

Statements: real sentences from the training pairs (``--base`` distinct ones, embedded), repeated with edits where more
are asked for: a word or two replaced by words of another sentence, and the vector turned a little towards that
sentence's, with noise. Each is an article of its own by one of 50 actors, on one of 300 days.

Each system runs in a process of its own (``--worker``), so that its start and its memory are its own, one after the
other. Wall times: on a busy machine believe the ratios.

``--growth`` asks no plain recipe: it fills stores of 10,000 to 1,000,000 statements from those of STORE, and prints the
tables of docs/speed.md and draws its chart (eval/growth.py). To fill the largest takes half an hour: keep it.
"""

import argparse
import gzip
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.doors import print_json, run, say
from eval.locate import data_folder
from index.errors import InputError
from index.records import Actor, Article, Link, Statement

MEASURES = ("cold", "embedding", "judging", "query")
JUDGED = 50
_SIZES = (10_000, 100_000)
_SEED = 7
_ACTORS = 50
_DAYS = 300
_PER_TRANSACTION = 5_000
_COMPARED = {
    "p50_s": "median wall time of a query, s",
    "p95_s": "p95, s",
    "processor_s": "processor time, s",
    "peak_mb": "peak memory, MB",
}
_EMBEDDED = 1_000  # sentences by which embedding is timed
_JUDGED_PAIRS = 500  # by which judging is timed, of so many tokens each
_TOKENS = 40
_WARM_UP = 8
_STARTS = 5
_SEEDS = Path(__file__).parent.parent / "seeds"
_CLAIM = "Russia is withdrawing its troops from the Ukrainian border"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--statements", type=int, nargs="+", metavar="N", help="sizes of the stores")
    parser.add_argument("--queries", type=int, default=30, help="claims asked at each size")
    parser.add_argument("--only", nargs="+", choices=MEASURES, help="not all that is measured")
    parser.add_argument("--base", type=int, default=20_000, help="distinct real sentences")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the stores there, and use those that are there")
    parser.add_argument("--growth", action="store_true", help="from 10,000 to 1,000,000 statements")
    parser.add_argument("--from", dest="source", type=Path, metavar="STORE", help="with --growth: what to fill with")
    parser.add_argument("--chart", type=Path, metavar="FILE", help="with --growth: an SVG to draw")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--worker", nargs=2, metavar=("SYSTEM", "DIR"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.growth and given.source is None:
        parser.error("--growth needs --from STORE: a store that 'checker ingest' filled")
    if given.worker:
        return run(lambda: print_json([WORKERS[given.worker[0]](Path(given.worker[1]))]))
    return run(lambda: _growth(given) if given.growth else _main(given))


def _growth(given: argparse.Namespace) -> None:
    from eval import growth

    with TemporaryDirectory(prefix="checker-bench-") as name:
        sizes = sorted(given.statements or growth.SIZES)
        found = list(growth.measured(given.source, given.keep or Path(name), sizes, given.queries))
    rates = growth.machine()
    if given.json:
        print_json([*found, {"measure": "machine", **rates}])
    else:
        print(growth.tables(found, rates))
    if given.chart:
        growth.draw(found, given.chart)


def _main(given: argparse.Namespace) -> None:
    with TemporaryDirectory(prefix="checker-bench-") as name:
        found = list(_measured(given, given.keep or Path(name)))
    if given.json:
        print_json(found)
    else:
        for one in found:
            print(_line(one))
        print("\n" + markdown(["", "ours", "plain recipe", "ratio"], [row for one in found for row in _compared(one)]))


def _measured(given: argparse.Namespace, folder: Path) -> Iterator[dict[str, Any]]:
    folder.mkdir(parents=True, exist_ok=True)
    wanted = given.only or MEASURES
    if "cold" in wanted:
        yield _cold(folder / "demo")
    base = Base.read(folder / "base", given.base)
    if "embedding" in wanted:
        yield _embedding(base)
    if "judging" in wanted:
        yield _judging(base)
    for count in (given.statements or _SIZES) if "query" in wanted else ():
        place = folder / f"{count}"
        made = _filled(place, base, count, given.queries)
        ours, plain = worker("ours", place), worker("plain", place)
        yield {
            "measure": "query",
            "statements": count,
            **{f"ours_{key}": value for key, value in {**made, **ours}.items()},
            **{f"plain_{key}": value for key, value in plain.items()},
            "ratio_p50": ours["p50_s"] / plain["p50_s"],
            "ratio_processor": ours["processor_s"] / plain["processor_s"],
            "ratio_memory": ours["peak_mb"] / plain["peak_mb"],
        }


# What is asked, and of what


class Base:
    """Real sentences with their vectors, ``(n, width)``."""

    def __init__(self, texts: Sequence[str], vectors: NDArray[np.float32]) -> None:
        self.texts = texts
        self.vectors = vectors

    @classmethod
    def read(cls, folder: Path, count: int) -> "Base":
        """The first ``count`` sentences, embedded once a folder.

        :raises InputError: the training pairs are not there.
        """
        from index.encoders import load_encoder

        texts = _sentences(data_folder() / "pairs" / "train.jsonl.gz", count)
        kept = folder.with_suffix(".npy")
        if kept.exists() and len(vectors := np.load(kept)) == len(texts):
            return cls(texts, vectors)
        say(f"embedding {len(texts):,} sentences")
        vectors = load_encoder(notify=say).encode(texts)
        np.save(kept, vectors)
        return cls(texts, vectors)

    def statements(self, count: int) -> Iterator[tuple[list[str], NDArray[np.float32]]]:
        """``count`` texts with vectors, in batches: the sentences themselves, then these with edits."""
        random = np.random.default_rng(_SEED)
        for start in range(0, count, _PER_TRANSACTION):
            places = np.arange(start, min(start + _PER_TRANSACTION, count))
            own, others = places % len(self.texts), random.integers(len(self.texts), size=len(places))
            repeated = places >= len(self.texts)
            vectors = self.vectors[own]
            vectors[repeated] = turned(vectors[repeated], self.vectors[others[repeated]], random)
            texts = [
                _edited(self.texts[int(i)], self.texts[int(j)], random) if again else self.texts[int(i)]
                for i, j, again in zip(own, others, repeated, strict=True)
            ]
            yield texts, vectors


def turned(
    vectors: NDArray[np.float32], others: NDArray[np.float32], random: np.random.Generator
) -> NDArray[np.float32]:
    """``vectors`` ``(n, width)`` as those of edited sentences: a cosine of about .93 to what they were."""
    noise = random.standard_normal(vectors.shape, dtype=np.float32) * np.float32(0.015)
    moved: NDArray[np.float32] = vectors + np.float32(0.3) * others + noise
    moved /= np.linalg.norm(moved, axis=1, keepdims=True)
    return moved


def _sentences(path: Path, count: int) -> list[str]:
    texts: dict[str, None] = {}
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for row in file:
                text = json.loads(row)["premise"]
                if 5 <= len(text.split()) <= 40:
                    texts[text] = None
                if len(texts) == count:
                    break
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error}); set CHECKER_DATA to the data folder") from error
    return list(texts)


def _edited(text: str, other: str, random: np.random.Generator) -> str:
    """``text`` with two of its words replaced by words of ``other``."""
    words, source = text.split(), other.split()
    for _ in range(2):
        words[random.integers(len(words))] = source[random.integers(len(source))]
    return " ".join(words)


def _filled(folder: Path, base: Base, count: int, queries: int) -> dict[str, Any]:
    """A store of ``count`` statements with its snapshot, the plain recipe's vectors, and the claims to ask."""
    from index.encoders import load_encoder
    from index.store import Store
    from index.vectors import VectorIndex

    store_folder = folder / "store"
    encoder = load_encoder(notify=say)
    began = time.perf_counter()
    with Store.open(store_folder) as store:
        if store.counts().statements != count:
            say(f"storing {count:,} statements")
            with store.writer() as writer:
                writer.require_encoder(encoder.name, encoder.fingerprint, encoder.dimension)
                number = 0
                for texts, vectors in base.statements(count):
                    with writer.transaction():
                        for text, vector in zip(texts, vectors, strict=True):
                            article, statement = _article(number, text)
                            writer.put(article, [statement], vector[None], extractor="none")
                            number += 1
        index = VectorIndex.open(
            store_folder, store, fingerprint=encoder.fingerprint, dimension=encoder.dimension, notify=say
        )
        say("writing the snapshot")
        with store.writer():
            index.save()
        parts = [vectors for _, vectors in store.vectors()]
    np.save(folder / "plain.npy", np.concatenate(parts))
    (folder / "plain.json").write_text(json.dumps([t for texts, _ in base.statements(count) for t in texts]))
    random = np.random.default_rng(_SEED + 1)
    claims = [base.texts[i] for i in random.integers(len(base.texts), size=queries)]
    (folder / "claims.json").write_text(json.dumps([f"{claim} again" for claim in claims]))
    size = sum(path.stat().st_size for path in store_folder.iterdir() if path.is_file())
    return {
        "index": index.kind,
        "recall@50": index.recall_when_built,
        "bytes_a_statement": size // count,
        "filled_s": time.perf_counter() - began,
    }


def _article(number: int, text: str) -> tuple[Article, Statement]:
    actor = Actor(f"actor-{number % _ACTORS}", f"Actor {number % _ACTORS}", f"side-{number % _ACTORS}")
    date = str(np.datetime64("2031-01-01") + number % _DAYS)
    statement = Statement(
        article=f"a{number}",
        attribution=f"a{number}",
        actor=actor,
        chain=(Link(actor.id, actor.name, "", "asserts"),),
        source_spans=(),
        cue_spans=(),
        content_spans=((0, len(text)),),
        content=text,
        proposition=text,
        date=date,
    )
    return Article(id=f"a{number}", text=text, date=date), statement


# The two systems, each in a process of its own


def _ours(folder: Path) -> dict[str, Any]:
    """Opens the store and asks every claim; the parts of a query are timed once more, one by one."""
    began = time.perf_counter()
    from checker.facade import Checker, Query

    claims = json.loads((folder / "claims.json").read_text())
    with Checker.open(folder / "store", create=False, judging=True) as checker:
        _ = (checker.vectors, checker.judging)  # opened when first asked for
        ready = time.perf_counter() - began
        asked = _asked([partial(checker.query, Query(claim, limit=10)) for claim in claims])
        return {"open_s": ready, **asked, "peak_mb": peak_mb(), **_stages(checker, claims)}


def _stages(checker: Any, claims: Sequence[str]) -> dict[str, float]:
    """Where the time of a query goes: medians over claims that nothing remembers."""
    from checker.matching import Matcher
    from index import lexical
    from index.encoders import load_encoder

    encoder = load_encoder()
    matcher = Matcher(checker.store, checker.vectors)
    rows = [_stages_of(text, checker, encoder, matcher, lexical.search) for text in claims]
    return {name: statistics.median(row[name] for row in rows) for name in rows[0]}


def _stages_of(text: str, checker: Any, encoder: Any, matcher: Any, words: Any) -> dict[str, float]:
    claim = Statement.claim(f"{text}, they say")
    laps = [time.perf_counter()]

    def lap(result: Any) -> Any:
        laps.append(time.perf_counter())
        return result

    vectors = lap(encoder.encode([claim.proposition]))
    lap(checker.vectors.search(vectors, 8 * JUDGED))
    lap(words(checker.store, claim.proposition, 8 * JUDGED))
    pairs = lap(matcher.candidates(claim, vectors[0], limit=JUDGED, toward=encoder.toward_rebuttals(vectors)[0]))
    lap(checker.judging.judge(pairs))
    names = ("encode_s", "vectors_s", "words_s", "candidates_s", "judge_s")
    return {name: after - before for name, before, after in zip(names, laps, laps[1:], strict=False)}


def _plain(folder: Path) -> dict[str, Any]:
    """sentence-transformers, flat FAISS, CrossEncoder."""
    began = time.perf_counter()
    import faiss
    from sentence_transformers import CrossEncoder, SentenceTransformer

    from index.encoders.minilm import package_folder

    encoder = SentenceTransformer(str(package_folder()), device="cpu", local_files_only=True)
    judge = CrossEncoder(str(package_folder()), num_labels=3, device="cpu", local_files_only=True)
    texts = json.loads((folder / "plain.json").read_text())
    vectors = np.load(folder / "plain.npy")
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    claims = json.loads((folder / "claims.json").read_text())

    def ask(claim: str) -> None:
        _, near = index.search(encoder.encode([claim], normalize_embeddings=True, show_progress_bar=False), JUDGED)
        judge.predict([(claim, texts[i]) for i in near[0]], show_progress_bar=False)

    ready = time.perf_counter() - began
    return {"open_s": ready, **_asked([partial(ask, claim) for claim in claims]), "peak_mb": peak_mb()}


def _ours_embedding(folder: Path) -> dict[str, Any]:
    from index.encoders import load_encoder

    texts = json.loads((folder / "texts.json").read_text())
    encoder = load_encoder()
    encoder.encode(texts[:8])
    return {"seconds": _timed(lambda: encoder.encode([f"{text} indeed" for text in texts]))}


def _plain_embedding(folder: Path) -> dict[str, Any]:
    from sentence_transformers import SentenceTransformer

    from index.encoders.minilm import package_folder

    texts = json.loads((folder / "texts.json").read_text())
    encoder = SentenceTransformer(str(package_folder()), device="cpu", local_files_only=True)
    encoder.encode(texts[:8], show_progress_bar=False)
    return {"seconds": _timed(lambda: encoder.encode([f"{text} indeed" for text in texts], show_progress_bar=False))}


def _ours_judging(folder: Path) -> dict[str, Any]:
    """Pairs judged in the given order alone, and as they are in use: turned round where that leaves them open."""
    from checker.judging import CrossEncoder
    from checker.judging.nli import ASKED_AGAIN_FROM, answers

    warm_up, pairs = _pairs_to_judge(folder)
    one_order, as_used = CrossEncoder.packaged(), CrossEncoder.packaged()  # a judge remembers what it was asked lately
    for judge in (one_order, as_used):
        judge.probabilities(warm_up)
    return {
        "one_order": _spent(lambda: one_order.probabilities(pairs)),
        "as_used": _spent(lambda: answers(as_used, pairs)),
        "turned_round": float((one_order.probabilities(pairs)[:, 0] >= ASKED_AGAIN_FROM).mean()),
    }


def _plain_judging(folder: Path) -> dict[str, Any]:
    from sentence_transformers import CrossEncoder

    from index.encoders.minilm import package_folder

    warm_up, pairs = _pairs_to_judge(folder)
    judge = CrossEncoder(str(package_folder()), num_labels=3, device="cpu", local_files_only=True)
    judge.predict(warm_up, show_progress_bar=False)
    return {"plain": _spent(lambda: judge.predict(pairs, show_progress_bar=False))}


def _pairs_to_judge(folder: Path) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """A few pairs that are not timed, and those that are."""
    pairs = [(one, other) for one, other in json.loads((folder / "pairs.json").read_text())]
    return pairs[:_WARM_UP], pairs[_WARM_UP:]


def _ours_growth(folder: Path) -> dict[str, Any]:
    from eval.growth import ask

    return ask(folder)


WORKERS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "ours": _ours,
    "plain": _plain,
    "ours-embedding": _ours_embedding,
    "plain-embedding": _plain_embedding,
    "ours-judging": _ours_judging,
    "plain-judging": _plain_judging,
    "growth": _ours_growth,
}


# Measures of one kind each


def _cold(folder: Path) -> dict[str, Any]:
    """From the shell to the answer, on the demo store: the command, and the plain recipe over the same statements."""
    from index.store import Store

    store = folder / "store"
    checker = [sys.executable, "-m", "checker"]
    subprocess.run([*checker, "ingest", str(_SEEDS), "--store", str(store)], check=True, capture_output=True)
    with Store.open(store) as opened:
        np.save(folder / "plain.npy", np.concatenate([vectors for _, vectors in opened.vectors()]))
        texts = [text for batch in opened.propositions() for _, text in batch]
    (folder / "plain.json").write_text(json.dumps(texts))
    (folder / "claims.json").write_text(json.dumps([_CLAIM]))
    query = [*checker, "query", _CLAIM, "--store", str(store), "--json"]
    ours = [_timed(lambda: subprocess.run(query, check=True, capture_output=True)) for _ in range(_STARTS)]
    plain = [_timed(lambda: worker("plain", folder)) for _ in range(_STARTS)]
    return {
        "measure": "cold",
        "statements": len(texts),
        "ours_s": statistics.median(ours),
        "plain_s": statistics.median(plain),
        "ratio": statistics.median(ours) / statistics.median(plain),
    }


def _embedding(base: Base) -> dict[str, Any]:
    """Sentences a second, in one call."""
    with TemporaryDirectory(prefix="checker-bench-") as name:
        (Path(name) / "texts.json").write_text(json.dumps(list(base.texts[:_EMBEDDED])))
        rates = {s: _EMBEDDED / worker(f"{s}-embedding", Path(name))["seconds"] for s in ("ours", "plain")}
    return {
        "measure": "embedding",
        "ours_a_second": rates["ours"],
        "plain_a_second": rates["plain"],
        "ratio": rates["ours"] / rates["plain"],
    }


def _judging(base: Base) -> dict[str, Any]:
    """Pairs judged a second, in one call."""
    pairs = _near_pairs(base)
    with TemporaryDirectory(prefix="checker-bench-") as name:
        (Path(name) / "pairs.json").write_text(json.dumps(pairs))
        ours, plain = (worker(f"{system}-judging", Path(name)) for system in ("ours", "plain"))
    timed = len(pairs) - _WARM_UP
    found = {"measure": "judging", "pairs": timed, "tokens": _TOKENS, "turned_round": ours.pop("turned_round")}
    for name, spent in {**ours, **plain}.items():
        found[f"{name}_a_second"] = timed / spent["wall_s"]
        found[f"{name}_ratio"] = plain["plain"]["wall_s"] / spent["wall_s"]
        found[f"{name}_ratio_processor"] = plain["plain"]["processor_s"] / spent["processor_s"]
    return found


def _near_pairs(base: Base) -> list[tuple[str, str]]:
    """Sentences with their nearest, as a query brings them, of _TOKENS tokens a pair: one a sentence."""
    from tokenizers import Tokenizer

    from index.encoders.minilm import package_folder

    tokenizer = Tokenizer.from_file(str(package_folder() / "tokenizer.json"))
    tokenizer.no_padding()
    lengths = np.array([len(encoding.ids) for encoding in tokenizer.encode_batch(list(base.texts))])
    pairs: list[tuple[str, str]] = []
    for place, length in enumerate(lengths):
        near = np.argsort(-(base.vectors @ base.vectors[place]), kind="stable")[1 : JUDGED + 1]
        fitting = near[lengths[near] + length == _TOKENS + 1]  # a pair shares one [CLS]
        if len(fitting):
            pairs.append((base.texts[place], base.texts[int(fitting[0])]))
        if len(pairs) == _WARM_UP + _JUDGED_PAIRS:
            break
    return pairs


def worker(system: str, folder: Path) -> dict[str, Any]:
    """What one of :data:`WORKERS` finds in a folder, in a process of its own."""
    command = [sys.executable, "-m", "eval.bench", "--worker", system, str(folder)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise InputError(f"{system} failed: {(done.stderr.strip().splitlines() or ['no message'])[-1]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _spent(work: Callable[[], object]) -> dict[str, float]:
    """Wall time, and processor time over all threads."""
    before = time.process_time()
    wall = _timed(work)
    return {"wall_s": wall, "processor_s": time.process_time() - before}


def _asked(works: Sequence[Callable[[], object]]) -> dict[str, float]:
    """Wall times of these, and processor time each over all threads: that one is worth more on a busy machine."""
    before = time.process_time()
    times = [_timed(work) for work in works]
    spent = (time.process_time() - before) / max(1, len(works))
    return {"p50_s": statistics.median(times), "p95_s": float(np.percentile(times, 95)), "processor_s": spent}


def peak_mb() -> float:
    """The most memory that this process has had, in MB. On Linux ``ru_maxrss`` would begin with the parent's."""
    status = Path("/proc/self/status")
    if status.exists():
        (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) / 1e3
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used / 1e6 if sys.platform == "darwin" else used / 1e3


def _compared(one: Mapping[str, Any]) -> Iterator[list[str]]:
    """Rows of what was measured, our figure beside the plain recipe's; ratios as the bars of the docs have them."""
    match one["measure"]:
        case "cold":
            yield _row("from the shell to the answer, demo store, s", one["ours_s"], one["plain_s"])
        case "embedding":
            yield _row("sentences embedded a second", one["ours_a_second"], one["plain_a_second"])
        case "judging":
            for way in ("one_order", "as_used"):
                name = f"pairs of {one['tokens']} tokens judged a second, {way.replace('_', ' ')}"
                yield _row(name, one[f"{way}_a_second"], one["plain_a_second"])
        case "query":
            for key, name in _COMPARED.items():
                yield _row(f"{one['statements']:,} statements: {name}", one[f"ours_{key}"], one[f"plain_{key}"])


def _row(name: str, ours: float, plain: float) -> list[str]:
    return [name, f"{ours:.3g}", f"{plain:.3g}", f"{ours / plain:.2f}"]


def markdown(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table for the docs."""
    return "\n".join(f"| {' | '.join(row)} |" for row in [titles, ["---"] * len(titles), *rows])


def _line(one: dict[str, Any]) -> str:
    shown = (f"{key} {value:.3g}" if isinstance(value, float) else f"{key} {value}" for key, value in one.items())
    return "  ".join(shown)


if __name__ == "__main__":
    sys.exit(main())
