"""``Checker``: the one door to the library. The command line, the nightly run and the page are thin layers over it."""

import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeVar

from checker.comparison import Comparison
from checker.disputing import Disputes
from checker.extraction import EXTRACTOR, extract
from checker.extraction.actors import Registry
from checker.extraction.time import window as window_of
from checker.judging import CrossEncoder, Judge, Nli, Scorer
from checker.matching import Copies, Filter, Matcher
from checker.matching.search import similarities
from checker.reading import Skipped
from checker.reading.language import is_foreign
from checker.reading.objects import has_words
from index.encoders import Encoder, is_interchangeable, load_encoder
from index.errors import InputError, UsageError
from index.records import Actor, Article, Pair, Rebuttal, Statement, Verdict, VerdictKind, digest
from index.store import Change, Store, Writer
from index.vectors import VectorIndex

if TYPE_CHECKING:
    from checker.judging.fitting import Fitted

Notify = Callable[[str], None]
Result = TypeVar("Result")

SHOWN: tuple[VerdictKind, ...] = ("contradiction", "uncertain")
CANDIDATES = 50  # pairs judged for a claim: on the seed corpora a rebuttal that search ranks lower is rarely one
# P(entailment) from which a statement is told to say the same. Of what agrees at all in the development half of our
# political pairs it keeps 54 of 57 that do, and lets go 6 of 26 that contradict and 23 of 53 that do neither; on the
# tuning part of three test beds 8 of 14 rebuttals are no longer called echoes, and 20 of 28 supporting texts still are.
SAYS_THE_SAME = 0.6
# Cosine below which nobody is named so. Of the 92 entailing pairs there one in a hundred has less than .56; of what the
# judge takes for entailment among the candidates of a query on real texts a fifth has less than this.
NEAR_ENOUGH = 0.5
LONGEST_CLAIM = 2_000  # characters: more than the models read of any sentence
_NAMED_IN_A_NOTICE = 3
_ARTICLES_PER_TRANSACTION = 64  # one fsync for each; a killed run loses at most these, and reads them again


def _silent(_: str) -> None:
    """The notifier of callers who want to hear nothing."""


@dataclass(slots=True)
class IngestReport:
    """What became of the input. ``skipped`` counts documents and lines by reason."""

    added: int = 0
    unchanged: int = 0
    corrected: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    statements_added: int = 0
    statements_removed: int = 0

    @property
    def read(self) -> int:
        """Articles that could be used."""
        return self.added + self.unchanged + self.corrected

    def count(self, change: Change) -> None:
        """Adds what became of one article."""
        match change.kind:
            case "added":
                self.added += 1
            case "corrected":
                self.corrected += 1
            case _:
                self.unchanged += 1
        self.statements_added += change.statements_added
        self.statements_removed += change.statements_removed

    def to_json(self) -> dict[str, object]:
        """The object of docs/formats.md."""
        return {
            "articles": {
                "added": self.added,
                "unchanged": self.unchanged,
                "corrected": self.corrected,
                "skipped": dict(sorted(self.skipped.items())),
            },
            "statements": {"added": self.statements_added, "removed": self.statements_removed},
        }


@dataclass(frozen=True, slots=True)
class Query:
    """A claim, who made it and when, and what to show of what speaks against it."""

    text: str
    actor: Actor | None = None
    date: str | None = None
    since: str | None = None
    until: str | None = None
    limit: int = 10
    min_score: float = 0.0
    verdicts: tuple[VerdictKind, ...] = SHOWN
    supports: bool = False  # whether those who say the same are wanted too, after the rebuttals

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise UsageError("the claim is empty; give one sentence to look for")
        if not has_words(self.text):
            raise UsageError("the claim has no letter or digit; give one sentence to look for")
        if self.limit < 1:
            raise UsageError(f"-k must be at least 1, not {self.limit}")


class Checker:
    """A store with what it takes to fill and to ask it. Use as a context manager, from one thread."""

    def __init__(
        self,
        store: Store | None,
        encoder: Encoder,
        registry: Registry,
        notify: Notify = _silent,
        *,
        judge: Callable[[], Judge] | None = None,
    ) -> None:
        """:param judge: gives the judge when it is first needed; default: the packaged one is loaded then."""
        self._store = store
        self._encoder = encoder
        self._registry = registry
        self._notify = notify
        self._vectors: VectorIndex | None = None
        self._load_judge = judge or (lambda: _loaded_judge(None, None, notify))
        self._judge: Judge | None = None

    @classmethod
    def open(
        cls,
        folder: Path | None,
        *,
        encoder: str | None = None,
        actors: Sequence[Path] = (),
        create: bool = True,
        notify: Notify = _silent,
        judging: bool = False,
        judge: str | None = None,
        scorer: Path | None = None,
    ) -> Self:
        """
        :param folder: where the store lies; None: no store, for judging bare pairs.
        :param encoder: None for the embedded one, else a hub name, a local folder or ``minilm``, its backbone.
        :param actors: registry files of the user's own.
        :param judging: that pairs will be judged: the judge is then loaded beside the rest, not after it.
        :param judge: None for the embedded one, else a hub name, a local folder or the address of an endpoint.
        :param scorer: a file that ``checker calibrate`` made for this judge; None: what fits the embedded judge.
        :raises StateError: the store or the encoder cannot be used, or they do not belong together.
        """
        # A store that must be there is asked for before a model is loaded, one that may be made after: a mistake then
        # costs no time, and leaves nothing behind.
        store = None if folder is None or create else Store.open(folder, create=False)
        load_judge = partial(_loaded_judge, judge, scorer, notify)
        judge_to_be = _started(load_judge) if judging else load_judge
        encoder_to_be = _started(lambda: load_encoder(encoder, notify=notify))
        registry, model = Registry.load(*actors), encoder_to_be()
        if folder is not None and store is None:
            store = Store.open(folder, create=create)
        return cls(store, model, registry, notify, judge=lambda: _fitting(judge_to_be(), model, notify))

    def close(self) -> None:
        if self._store is not None:
            self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def store(self) -> Store:
        if self._store is None:
            raise UsageError("this needs a store; name one with --store")
        return self._store

    @property
    def vectors(self) -> VectorIndex:
        """The vector index, opened when first needed."""
        if self._vectors is None:
            self._vectors = VectorIndex.open(
                self.store.folder,
                self.store,
                fingerprint=self._encoder.fingerprint,
                dimension=self._encoder.dimension,
                notify=self._notify,
            )
        return self._vectors

    @property
    def judging(self) -> Judge:
        """The judge, loaded when first needed."""
        if self._judge is None:
            self._judge = self._load_judge()
        return self._judge

    @property
    def comparison(self) -> Comparison:
        """Stored statements against stored statements."""
        return Comparison(self.store, lambda: self.vectors, lambda: self.judging, self._encoder.fingerprint)

    @property
    def disputes(self) -> Disputes:
        """What was judged of stored statements, for people who ask."""
        return Disputes(self.store, self.comparison)

    def actor(self, name: str) -> tuple[Actor, bool]:
        """The actor or side of that name or id, and whether it is known; an unknown name is an actor of its own."""
        entry = self._registry.get(name) or self._registry.lookup(name)
        if entry is not None:
            return self._registry.actor(entry), True
        known = self._store.actor(name) if self._store is not None else None
        if known is not None:
            return known, True
        id = slug(name)
        spoken_for = self._store is not None and bool(self._store.ids_by_side(id))  # by its ministers, never by itself
        return Actor(id, name, id if spoken_for else None), spoken_for

    def extract(self, article: Article) -> tuple[Statement, ...]:
        """The statements of one article, stored nowhere."""
        return extract(article, self._registry)

    def ingest(
        self, documents: Iterable[Article | Skipped], *, progress: Callable[[], None] = lambda: None
    ) -> IngestReport:
        """Reads, extracts, embeds, stores and indexes. The same articles again change nothing.

        :param progress: called once for each document.
        :raises StoreError: the store cannot be written; what was committed before stays.
        """
        report = IngestReport()
        stream = iter(documents)
        with self.store.writer() as writer:
            writer.require_encoder(self._encoder.name, self._encoder.fingerprint, self._encoder.dimension)
            while batch := list(islice(stream, _ARTICLES_PER_TRANSACTION)):
                self._ingest_batch(writer, batch, report)
                for _ in batch:
                    progress()
            self.vectors.follow()
            self.vectors.save()
        return report

    def _ingest_batch(self, writer: Writer, batch: Sequence[Article | Skipped], report: IngestReport) -> None:
        """One transaction. Sentences of all its articles are embedded together."""
        read = [(article, statements) for article, statements in self._read(batch, report)]
        vectors = self._encoder.encode([s.proposition for _, statements in read for s in statements])
        start = 0
        with writer.transaction():
            for article, statements in read:
                own = vectors[start : start + len(statements)]
                start += len(statements)
                try:
                    report.count(writer.put(article, statements, own, extractor=EXTRACTOR))
                except InputError as error:
                    self._skip(Skipped(article.id, error.reason, f"{article.id}: {error}"), report)

    def _read(
        self, batch: Sequence[Article | Skipped], report: IngestReport
    ) -> Iterator[tuple[Article, tuple[Statement, ...]]]:
        """Each article with its statements; none for one that the store holds already, which stays as it is."""
        seen: set[str | None] = set()
        for document in batch:
            if isinstance(document, Skipped):
                self._skip(document, report)
                continue
            # A version that stands earlier in the batch is not stored yet: the store cannot say "unchanged" then.
            repeated = document.id in seen or (document.url is not None and document.url in seen)
            seen |= {document.id, document.url}
            if not repeated and self.store.status(document, extractor=EXTRACTOR) == "unchanged":
                yield document, ()
            else:
                yield document, self.extract(document)

    def _skip(self, skipped: Skipped, report: IngestReport) -> None:
        report.skipped[skipped.reason] += 1
        if not skipped.passed_over:
            self._notify(skipped.message)

    def delete(self, article: str) -> Change:
        """Withdraws an article: its statements leave every result.

        :raises InputError: there is no such article.
        """
        with self.store.writer() as writer:
            return writer.delete(article)

    def query(self, query: Query) -> list[Rebuttal]:
        """What other actors say against a claim, best first; after it, where wanted, those who say the same.

        Of equal scores the one that the search brought first comes first.
        """
        claim = self._claim(query)
        if isinstance(self.judging.nli, CrossEncoder) and is_foreign(claim.proposition):
            self._notify(
                f"the claim '{claim.proposition:.40}' is not in English, the one language of the embedded judge and of"
                " extraction: that nothing is found says nothing; ask in English"
            )
        encoded, vectors = self._encoder.encode([claim.proposition]), self.vectors
        (toward,) = self._encoder.toward_rebuttals(encoded)
        with self.store.snapshot():
            vectors.follow()
            pairs = Matcher(self.store, vectors).candidates(
                claim,
                encoded[0],
                limit=CANDIDATES,
                only=Filter(since=query.since, until=query.until),
                toward=toward,
            )
            judged = list(zip(pairs, self.judging.judge(pairs), strict=True))
            echoes = [one for one in judged if is_echo(one[1], one[0].similarity)]
            against = [one for one in judged if one[1].kind in query.verdicts and one[1].score >= query.min_score]
            if "compatible" not in query.verdicts:
                against = [one for one in against if not agrees(one[1])]
            against.sort(key=lambda one: -one[1].score)  # stable: equal scores stay in the order of the search
            echoes.sort(key=lambda one: -one[1].probabilities.entailment)
            shown = against[: query.limit] + (echoes[: query.limit] if query.supports else [])
            return list(self._rebuttals(shown))

    def judge(
        self, pairs: Sequence[tuple[Statement, Statement]], *, where: Sequence[str] | None = None
    ) -> list[Verdict]:
        """Verdicts on pairs that need not be stored anywhere.

        :param where: what each is called in notices, such as ``file:line``; None: by its number, from 1.
        """
        cosines = similarities(self._encoder, pairs)
        verdicts = self.judging.judge([Pair(a, b, x) for (a, b), x in zip(pairs, cosines, strict=True)])
        if not isinstance(self.judging.nli, CrossEncoder):
            return verdicts  # what another judge can read is not for us to say
        long = sum(max(len(a.proposition), len(b.proposition)) > LONGEST_CLAIM for a, b in pairs)
        if long:
            self._notify(f"{long} of {len(pairs)} pairs are long: only the beginning of their texts is judged")
        foreign = [is_foreign(a.proposition) or is_foreign(b.proposition) for a, b in pairs]
        if any(foreign):
            names = where or [f"pair {number}" for number in range(1, len(pairs) + 1)]
            named = [name for name, unread in zip(names, foreign, strict=True) if unread]
            shown = ", ".join(named[:_NAMED_IN_A_NOTICE]) + (", ..." if len(named) > _NAMED_IN_A_NOTICE else "")
            self._notify(
                f"{len(named)} of {len(pairs)} pairs are not in English ({shown}), the one language of the embedded"
                " judge: none of them is called a contradiction, superseded or compatible; name another judge"
            )
        return [_doubted(v) if unread else v for v, unread in zip(verdicts, foreign, strict=True)]

    def _claim(self, query: Query) -> Statement:
        text = query.text[:LONGEST_CLAIM]
        if len(text) < len(query.text):
            self._notify(f"the claim is long: only its first {LONGEST_CLAIM:,} characters are compared")
        claim = Statement.claim(text, actor=query.actor, date=query.date)
        day = query.date[:10] if query.date and len(query.date) >= 10 else None  # "2031-05" names no day
        return replace(claim, window=window_of(text, None if day is None else datetime.date.fromisoformat(day)))

    def _rebuttals(self, judged: Sequence[tuple[Pair, Verdict]]) -> Iterator[Rebuttal]:
        articles = self.store.articles([pair.statement.article for pair, _ in judged])
        stored = [self.store.statement_by_key(pair.statement.id) for pair, _ in judged]
        ids = [found[0] for found in stored if found is not None]
        copies = Copies.of(self.store, ids)
        for rank, (id_, (pair, verdict)) in enumerate(zip(ids, judged, strict=True), start=1):
            yield Rebuttal(rank, pair, verdict, articles[pair.statement.article], copies.appearances(id_))


def _doubted(verdict: Verdict) -> Verdict:
    """The verdict on what the judge cannot read: at most ``uncertain``."""
    return replace(verdict, kind="uncertain") if verdict.kind != "unrelated" else verdict


def agrees(verdict: Verdict) -> bool:
    """Whether a statement rather says the same as the claim than the opposite: then it is no rebuttal.

    That is for the judge to say, but never against its own verdict: a contradiction that it is sure of stays one, with
    whatever probability the words alone entail the claim ("ten were hurt", "twelve were hurt").
    """
    entails = verdict.probabilities.margin < 0
    return verdict.kind == "compatible" or (verdict.kind == "uncertain" and entails)


def is_echo(verdict: Verdict, similarity: float) -> bool:
    """Whether a statement says the same as the claim so surely that its actor may be named as one who does.

    A disproof repeats what it disproves, and then entailment is the likeliest of the three too, but seldom so likely.
    """
    return agrees(verdict) and verdict.probabilities.entailment >= SAYS_THE_SAME and similarity >= NEAR_ENOUGH


def says_the_same(found: Rebuttal) -> bool:
    """:func:`is_echo` of what a query gave back."""
    return is_echo(found.verdict, found.pair.similarity)


def calibrate(
    pairs: Sequence[tuple[Statement, Statement]],
    contradicts: Sequence[bool],
    groups: Sequence[str],
    *,
    judge: str | None = None,
    encoder: str | None = None,
    notify: Notify = _silent,
) -> "Fitted":
    """Fits scorer, calibration and operating points for a judge on labelled pairs; its JSON, in a file, is ``scorer``
    of :meth:`Checker.open`.

    :param groups: of each pair, what must not be torn apart where it is cross-validated, such as its story.
    :raises InputError: there are too few pairs of either kind, or too few groups.
    :raises ModelError: judge or encoder cannot be used.
    """
    from checker.judging.fitting import PRECISION, Examples, fit, require_enough

    require_enough(contradicts, groups)  # before a model is loaded, or a server asked
    nli, model = _loaded_nli(judge, notify), load_encoder(encoder, notify=notify)
    cosines = similarities(model, pairs)
    examples = Examples.of(nli, [Pair(a, b, x) for (a, b), x in zip(pairs, cosines, strict=True)], contradicts, groups)
    fitted = fit(examples, judge=nli.fingerprint, encoder=model.fingerprint)
    if (fitted.report["precision"] or 0) < PRECISION["contradiction"]:
        notify(
            f"no score reaches a precision of {PRECISION['contradiction']} on these pairs:"
            f" only {fitted.report['thresholds']['contradiction']} and more is called a contradiction"
        )
    return fitted


def _fitting(judge: Judge, encoder: Encoder, notify: Notify) -> Judge:
    """``judge`` for the cosines of ``encoder``: those of one that its scorer does not know count nothing."""
    if is_interchangeable(encoder, judge.scorer.encoder):
        return judge
    notify(
        f"scores were fitted with another encoder than '{encoder.name}': how near two texts are does not count;"
        " run 'checker calibrate' with this one"
    )
    return replace(judge, scorer=judge.scorer.without_nearness())


def _loaded_judge(name: str | None, scorer: Path | None, notify: Notify) -> Judge:
    nli = _loaded_nli(name, notify)
    if scorer is not None:
        return Judge(nli, Scorer.read(scorer, judge=nli.fingerprint))
    if name is not None:
        notify(
            f"scores are calibrated for the embedded judge, not for '{name}': take them as an order,"
            " or run 'checker calibrate'"
        )
    return Judge(nli, Scorer.packaged())


def _loaded_nli(name: str | None, notify: Notify) -> Nli:
    if name is None:
        return CrossEncoder.packaged(notify=notify)
    from checker.judging.by_name import NamedJudge
    from checker.judging.endpoint import EndpointJudge, is_address

    return (EndpointJudge if is_address(name) else NamedJudge).load(name, notify=notify)


def _started(work: Callable[[], Result]) -> Callable[[], Result]:
    """Begins ``work`` in a thread; the call returns what came of it, or raises its error."""
    pool = ThreadPoolExecutor(1)
    future = pool.submit(work)
    pool.shutdown(wait=False)
    return future.result


def slug(name: str) -> str:
    """A canonical id made of a name: lower-case words joined by hyphens."""
    words = "".join(c.lower() if c.isalnum() else " " for c in name).split()
    return "-".join(words) or digest(name)
