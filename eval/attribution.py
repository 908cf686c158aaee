"""Who said what to whom, with what stance: against our own gold set, in all that a statement says.

    python -m eval.attribution [FOLDER] [--split tune|final] [--errors] [--json]

FOLDER: ``articles.jsonl``, ``gold.jsonl``, maybe ``actors.toml`` (its README says how they were annotated); default:
ours. What a gold leaves out (``denials`` has no ``window``) is not measured and comes as None. A
found statement and one of the gold are matched one to one if half of their content's characters are in common; of
several with the same content, those with the same actor. ``statements`` is ``[precision, recall, f1]`` of that.
Everything else is a share of the matched ones: ``actor``, ``side``, ``chain`` (its actors in order), ``stances`` (of
the chain in order), ``stance``, ``polarity``, ``hypothetical``, ``checkable``, ``kind``, ``date``, ``window``.
Statements whose source is anonymous are not counted for the first four; one whose pronoun fits two people is right only
without an actor. An actor of no known side counts as a side of its own. ``answers`` is ``[precision, recall, f1]`` of
the links from a statement to the claim that it denies. ``traps_sprung``: how many of the ``traps``, stretches that are
no statement, became one.

``final`` is for the end: whoever reads its errors to repair a rule has used it up, so ``--errors`` refuses it.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from checker.reading import Skipped, read
from checker.reading.objects import objects
from eval.doors import print_json, print_table, run
from eval.extraction import Extract
from eval.locate import OWN
from eval.spans import Count, assigned, characters, iou, normalised
from index.errors import InputError, UsageError
from index.records import Article, Spans, Statement

FOLDER = OWN / "attribution"

Gold = Mapping[str, Any]
Compare = Callable[[Statement, Gold], bool]

OF_KNOWN_ACTORS: Mapping[str, Compare] = {
    "actor": lambda s, g: (s.actor.id if s.actor else None) == g["actor"],
    "side": lambda s, g: _side(s) == g["side"],
    "chain": lambda s, g: [link.actor for link in s.chain] == [link["actor"] for link in g["chain"]],
    "stances": lambda s, g: [link.stance for link in s.chain] == [link["stance"] for link in g["chain"]],
}
OF_ALL: Mapping[str, Compare] = {
    "stance": lambda s, g: s.stance == g["stance"],
    "polarity": lambda s, g: s.polarity == g["polarity"],
    "hypothetical": lambda s, g: s.hypothetical == g["hypothetical"],
    "checkable": lambda s, g: s.checkable == g["checkable"],
    "kind": lambda s, g: s.kind == g["kind"],
    "date": lambda s, g: s.date == g["date"],
    "window": lambda s, g: (list(s.window) if s.window else None) == g["window"],
}

NEEDS = {"stances": "chain"}  # the gold's field that a measure reads, where it has another name


@dataclass(frozen=True, slots=True)
class Scored:
    """One article: its statements, the gold, and which belong together (ours, gold)."""

    article: Article
    found: Sequence[Statement]
    gold: Sequence[Gold]
    traps: Sequence[Mapping[str, Any]]
    pairs: Sequence[tuple[int, int]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER, metavar="FOLDER")
    parser.add_argument("--split", choices=("tune", "final"), default="tune")
    parser.add_argument("--errors", action="store_true", help="list what is wrong, one line each")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    given = parser.parse_args()
    return run(lambda: _main(given))


def _main(given: argparse.Namespace) -> None:
    if given.errors and given.split == "final":
        raise UsageError("the errors of 'final' are not listed: reading them would use it up; list those of 'tune'")
    scored = list(score(given.folder, installed_extraction(given.folder), given.split))
    if given.errors:
        print("\n".join(line for one in scored for line in errors(one)))
    (print_json if given.json else print_table)([summary(given.split, scored)])


def installed_extraction(folder: Path) -> Extract:
    """What ``checker extract --actors FOLDER/actors.toml`` does; without that file, what ``checker extract`` does."""
    from checker.extraction import extract
    from checker.extraction.registry import Registry

    own = folder / "actors.toml"
    registry = Registry.load(own) if own.exists() else Registry.load()
    return lambda article: extract(article, registry)


def score(folder: Path, extract: Extract, split: str) -> Iterator[Scored]:
    """Each article of a split, with what was found in it.

    :raises InputError: the folder is not complete.
    """
    gold: dict[str, Gold] = {}
    for where, data in objects(folder / "gold.jsonl"):
        if isinstance(data, Skipped):
            raise InputError(f"{where}: {data.message}; a gold file must be whole", reason=data.reason)
        gold[data["id"]] = data
    for article in read([folder / "articles.jsonl"]):
        if isinstance(article, Skipped) or article.id not in gold:
            raise InputError(f"{folder}: {article} has no gold; the two files must have the same articles")
        one = gold[article.id]
        if one["split"] == split:
            found = list(extract(article))
            pairs = match(article.text, found, one["statements"])
            yield Scored(article, found, one["statements"], one["traps"], pairs)


def match(text: str, found: Sequence[Statement], gold: Sequence[Gold]) -> list[tuple[int, int]]:
    """Pairs (ours, gold) whose contents overlap by half, as many as possible, then as many of one actor, then the best
    fits."""
    ours = [characters(normalised(text, s.content_spans)) for s in found]
    theirs = [characters(normalised(text, _spans(g["content_spans"]))) for g in gold]
    weights = np.zeros((len(found), len(gold)))
    for i, statement in enumerate(found):
        for j, wanted in enumerate(gold):
            overlap = iou(ours[i], theirs[j])
            if overlap >= 0.5:
                weights[i, j] = 1 + 0.01 * OF_KNOWN_ACTORS["actor"](statement, wanted) + overlap / 10_000
    return [(i, j) for i, j in assigned(weights) if weights[i, j] > 0]


def summary(split: str, scored: Sequence[Scored]) -> dict[str, Any]:
    """All measures over all articles; None where nothing could be measured."""
    matched = [(one.found[i], one.gold[j]) for one in scored for i, j in one.pairs]
    known = [(s, g) for s, g in matched if g["unresolved"] != "anonymous"]
    total = Count(len(matched), sum(len(one.found) for one in scored), sum(len(one.gold) for one in scored))
    links = sum((count_answers(one) for one in scored), Count())
    return {
        "set": f"attribution/{split}",
        "articles": len(scored),
        "n": total.gold,
        "predicted": total.predicted,
        "statements": total.scores,
        **{name: _share(known, name, compare) for name, compare in OF_KNOWN_ACTORS.items()},
        **{name: _share(matched, name, compare) for name, compare in OF_ALL.items()},
        "answers": links.scores,
        "traps": sum(len(one.traps) for one in scored),
        "traps_sprung": sum(sprung(trap, one) for one in scored for trap in one.traps),
    }


def count_answers(one: Scored) -> Count:
    """Links to the denied claim: right if both ends are matched and the gold has the link, or one as good."""
    place = {one.found[i].id: j for i, j in one.pairs}
    right = 0
    for i, j in one.pairs:
        wanted = one.gold[j]
        target = one.found[i].answers
        if target is not None and wanted["answers"] is not None:
            right += place.get(target) in {wanted["answers"], *wanted["answers_also"]}
    predicted = sum(s.answers is not None for s in one.found)
    return Count(right, predicted, sum(g["answers"] is not None for g in one.gold))


def sprung(trap: Mapping[str, Any], one: Scored) -> bool:
    """Whether a statement by somebody lies within the trap."""
    start, end = trap["span"]
    return any(
        s.actor is not None and s.content_spans and start <= s.content_spans[0][0] and s.content_spans[-1][1] <= end
        for s in one.found
    )


def errors(one: Scored) -> Iterator[str]:
    """Everything that is wrong in an article, one line each."""
    where = one.article.id
    missed = set(range(len(one.gold))) - {j for _, j in one.pairs}
    extra = set(range(len(one.found))) - {i for i, _ in one.pairs}
    for j in sorted(missed):
        yield f"{where}: missed: {one.gold[j]['content']!r} by {one.gold[j]['actor']}"
    for i in sorted(extra):
        yield f"{where}: extra: {one.found[i].content!r} by {one.found[i].actor}"
    for i, j in one.pairs:
        statement, wanted = one.found[i], one.gold[j]
        for name, compare in {**OF_KNOWN_ACTORS, **OF_ALL}.items():
            if NEEDS.get(name, name) not in wanted or (name in OF_KNOWN_ACTORS and wanted["unresolved"] == "anonymous"):
                continue
            if not compare(statement, wanted):
                yield f"{where}: {name}: {_shown(statement, name)} for {_wanted(wanted, name)} in {wanted['content']!r}"
    yield from _wrong_links(one)
    for trap in one.traps:
        if sprung(trap, one):
            yield f"{where}: trap ({trap['why']}): {one.article.text[slice(*trap['span'])]!r}"


def _wrong_links(one: Scored) -> Iterator[str]:
    """Links that are missing, wrong, or one too many, one line each."""
    content = {s.id: s.content for s in one.found}
    gold_of = {one.found[i].id: j for i, j in one.pairs}
    reached = {j for _, j in one.pairs}
    for statement in one.found:
        j = gold_of.get(statement.id)
        wanted = None if j is None else one.gold[j]["answers"]
        places = set() if j is None or wanted is None else {wanted, *one.gold[j]["answers_also"]}
        target = statement.answers
        if (target is None and wanted is not None) or (target is not None and gold_of.get(target) not in places):
            ours = None if target is None else content[target]
            theirs = None if wanted is None else one.gold[wanted]["content"]
            yield f"{one.article.id}: answers: {ours!r} for {theirs!r} in {statement.content!r}"
    for j, wanted in enumerate(one.gold):
        if wanted["answers"] is not None and j not in reached:
            yield f"{one.article.id}: answers: none in {wanted['content']!r}, which was missed"


def _share(pairs: Sequence[tuple[Statement, Gold]], name: str, compare: Compare) -> float | None:
    """Of the pairs whose gold says something of ``name``."""
    told = [(s, g) for s, g in pairs if NEEDS.get(name, name) in g]
    return sum(compare(s, g) for s, g in told) / len(told) if told else None


def _shown(statement: Statement, name: str) -> Any:
    match name:
        case "actor":
            return statement.actor.id if statement.actor else None
        case "side":
            return _side(statement)
        case "chain":
            return [link.actor for link in statement.chain]
        case "stances":
            return [link.stance for link in statement.chain]
        case _:
            return getattr(statement, name)


def _side(statement: Statement) -> str | None:
    """An actor of no known side is one of its own: it differs from everybody but itself."""
    return (statement.actor.side or statement.actor.id) if statement.actor else None


def _wanted(gold: Gold, name: str) -> Any:
    return {
        "chain": [link["actor"] for link in gold["chain"]],
        "stances": [link["stance"] for link in gold["chain"]],
    }.get(name, gold.get(name))


def _spans(given: Sequence[Sequence[int]]) -> Spans:
    return tuple((start, end) for start, end in given)


if __name__ == "__main__":
    sys.exit(main())
