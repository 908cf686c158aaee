"""How well attributions are found: content, cue and source, against a gold file.

    python -m eval.extraction FILE [--speech] [--json]

FILE: labelled attributions (docs/formats.md). For each role and measure ``[precision, recall, f1]``, over all
articles together: one to one, edge punctuation stripped, the sentences of one attribution joined, embedded statements
(those with a parent) left out. ``recall_by_type`` is the content's iou50 recall for each type of the gold.

``--speech``: adds ``speech_recall_by_type``, the same for those gold attributions whose cue has a word of saying (list:
``eval/data/speech_cues.txt``). Precision cannot be told for these alone: a prediction has no gold cue.
"""

import argparse
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from checker.reading import Skipped
from checker.reading.objects import objects
from eval.doors import print_json, print_table, run
from eval.locate import OWN
from eval.metrics import Interval, percentile_interval, resampled
from eval.spans import MEASURES, ROLES, Attribution, Count, count, from_statements, matched, normalised
from index.errors import InputError
from index.records import Article, Span, Statement

_WORD = re.compile(r"\w+")

Extract: TypeAlias = Callable[[Article], Iterable[Statement]]


@dataclass(frozen=True, slots=True)
class GoldArticle:
    """A text with the attributions that people found in it."""

    article: Article
    attributions: Sequence[Attribution]
    is_speech: Sequence[bool]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--speech", action="store_true", help="also recall where the cue is one of speech")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    given = parser.parse_args()
    return run(lambda: _main(given))


def _main(given: argparse.Namespace) -> None:
    found = measure(given.file, installed_extraction(), speech=given.speech)
    (print_json if given.json else print_table)([found])


def installed_extraction() -> Extract:
    """What ``checker extract`` does, with the packaged registry."""
    from checker.extraction import extract
    from checker.extraction.registry import Registry

    registry = Registry.load()
    return lambda article: extract(article, registry)


def measure(path: Path, extract: Extract, *, speech: bool = False) -> dict[str, Any]:
    """The object of docs/formats.md for one file.

    :raises InputError: the file cannot be used.
    """
    gold = list(load(path))
    name = path.name.removesuffix(".gz").removesuffix(".jsonl")
    return score(name, gold, [extract(one.article) for one in gold], speech=speech)


def score(
    name: str, gold: Sequence[GoldArticle], statements: Sequence[Iterable[Statement]], *, speech: bool = False
) -> dict[str, Any]:
    """The object for the statements that were found in each article of ``gold``."""
    found = [from_statements(one.article.text, ours) for one, ours in zip(gold, statements, strict=True)]
    counts = {
        role: [count(one.article.text, role, ours, one.attributions) for one, ours in zip(gold, found, strict=True)]
        for role in ROLES
    }
    result: dict[str, Any] = {
        "set": name,
        "articles": len(gold),
        "n": sum(len(one.attributions) for one in gold),
        "predicted": sum(map(len, found)),
    }
    for role, of_articles in counts.items():
        totals = {measure: sum((one[measure] for one in of_articles), Count()) for measure in MEASURES}
        result[role] = {measure: total.scores for measure, total in totals.items()}
    for role, of_articles in counts.items():
        result[f"{role}_iou50_f1_ci"] = f1_interval([one["iou50"] for one in of_articles])
    result["recall_by_type"] = recall_by_type(gold, found, speech_only=False)
    if speech:
        result["speech_recall_by_type"] = recall_by_type(gold, found, speech_only=True)
    return result


def load(path: Path) -> Iterator[GoldArticle]:
    """The articles of a gold file, in its order.

    :raises InputError: a line is broken, or there is none.
    """
    empty = True
    for where, data in objects(path):
        empty = False
        if isinstance(data, Skipped):
            raise InputError(f"{data.message}; a gold file must be whole", reason=data.reason)
        try:
            text, given = str(data["text"]), list(data["attributions"])
            yield GoldArticle(
                article=Article(id=str(data["id"]), text=text),
                attributions=[_attribution(text, one) for one in given],
                is_speech=[_has_speech_cue(text, one) for one in given],
            )
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(
                f"{where}: not an article with attributions ({error!r}); a gold file must be whole"
            ) from None
    if empty:
        raise InputError(f"{path}: no articles; nothing to measure")


def recall_by_type(
    gold: Sequence[GoldArticle], found: Sequence[Sequence[Attribution]], *, speech_only: bool
) -> dict[str, list[float]]:
    """Type -> [recall of content at iou50, number in the gold], by name.

    Matched against the whole gold first: leaving a part of it out must not free a prediction for another.
    """
    all_of_type: Counter[str] = Counter()
    found_of_type: Counter[str] = Counter()
    for one, ours in zip(gold, found, strict=True):
        hit = {j for _, j in matched([a.content for a in ours], [a.content for a in one.attributions])}
        for j, attribution in enumerate(one.attributions):
            if one.is_speech[j] or not speech_only:
                all_of_type[attribution.type or "-"] += 1
                found_of_type[attribution.type or "-"] += j in hit
    return {name: [found_of_type[name] / n, n] for name, n in sorted(all_of_type.items())}


def f1_interval(counts: Sequence[Count]) -> Interval | None:
    """95% bootstrap interval of F1 over all articles, drawing whole articles."""
    table = np.array([[2.0 * one.right, float(one.predicted + one.gold)] for one in counts])
    sums = np.concatenate([weights @ table for _, weights in resampled(len(counts))])
    return percentile_interval(np.divide(sums[:, 0], sums[:, 1], out=np.zeros(len(sums)), where=sums[:, 1] > 0))


def _attribution(text: str, given: dict[str, Any]) -> Attribution:
    return Attribution(
        content=normalised(text, _spans(given["content_spans"])),
        cue=normalised(text, _spans(given["cue_spans"])),
        source=normalised(text, _spans(given["source_spans"])),
        type=given.get("type"),
    )


def _spans(given: Iterable[Any]) -> list[Span]:
    return [(int(start), int(end)) for start, end in given]


def _has_speech_cue(text: str, given: dict[str, Any]) -> bool:
    """Whether a word of the cue, or its base form, is one of saying; or the cue is a colon or a dash."""
    words = _WORD.findall(" ".join(text[start:end] for start, end in _spans(given["cue_spans"])).lower())
    return not words or any(word in speech_words() or _base_form(word) in speech_words() for word in words)


@cache
def _base_form(word: str) -> str:
    from simplemma import lemmatize

    return str(lemmatize(word, lang="en")).lower()


@cache
def speech_words() -> frozenset[str]:
    """The base forms of ``eval/data/speech_cues.txt``."""
    lines = (OWN / "speech_cues.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


if __name__ == "__main__":
    sys.exit(main())
