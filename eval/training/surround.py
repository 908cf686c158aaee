"""Pairs whose premise stands among other sentences, as a disproof stands in an article or a fact-check.

    python -m eval.training.surround [--threads 1]

A sentence or two of other premises of the same set, near to the hypothesis, go before and after the premise; none of
them may itself contradict or entail the hypothesis, as the judge that ships sees it (so a better judge makes better
pairs). Premises of fact-checks also begin with a phrase that calls the claim false: before what contradicts the claim,
and, lest the phrase alone tell the label, before sentences about something else. Never before the claim itself where a
pair is turned round: "That is untrue. The bridge is open." agrees that it is shut. covidfact, which has no neutrals,
gets them by pairing a claim with premises of other claims. Public premises that are held out from training are left
out; written pairs are not held out here, for nothing is fitted on them.

Reads the training file and ``eval/data/written``; writes ``surrounded.jsonl.gz`` into the work folder, sets
``surrounded_NAME``.
"""

import argparse
import gzip
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from checker.judging import CrossEncoder
from checker.judging.nli import LABELS
from eval.doors import say
from eval.locate import data_folder, work_folder
from eval.training.config import read_config
from eval.training.data import place_of
from eval.training.rows import CONFIG, write_rows
from eval.training.written import FOLDER, written_pairs
from index.encoders import Encoder, load_encoder
from index.records import digest

C, E, N = "contradiction", "entailment", "neutral"

PARTS: Mapping[str, tuple[tuple[str, ...], int]] = {
    "facts": (("fever_gg",), 9000),
    "covid": (("covidfact", "politihop"), 2400),
    "general": (("lingnli", "wanli_disco", "mnli_nyuhw", "mpe"), 6000),
    "politics": (
        tuple(
            f"written_{name}"
            for name in (
                "debate", "domestic_politics", "economy", "everyday_knowledge", "health_and_disinformation",
                "negation_and_numbers", "partial_and_scope", "rebuttals_and_echoes", "roles_and_words", "security",
                "words_and_world", "denials_and_plain",
            )
        ),
        9000,
    ),
}  # fmt: skip
"""Name -> sets, and how many pairs are made of them, each label as often as the others."""
WITH_PHRASE = ("facts", "covid", "politics")
PHRASE_SHARE = 0.25
FALSE = (
    "This is not true.", "This claim is false.", "The claim is unfounded.", "There is no evidence for this.",
    "No evidence was offered.", "No proof of this has been given.", "The story is made up.", "That is a falsehood.",
    "These accusations are groundless.", "The report is a fabrication.", "This is a conspiracy theory.",
    "This is a distortion of the facts.", "The allegation does not hold.", "Nothing supports this claim.",
    "The claim has been refuted many times.", "This is misleading.",
)  # fmt: skip

NEIGHBOURS = 30  # premises near to the hypothesis among which the sentences around are drawn
HIGHEST, LOWEST = 0.8, 0.2  # cosine: nearer ones say the same, farther ones give away what belongs together
UNSURE = 0.3  # P(contradiction) and P(entailment) that a sentence around may have
MOST_WORDS = 110
SENTENCE_WORDS = 40


@dataclass(frozen=True, slots=True)
class Labelled:
    """A pair. ``turned``: its premise is what was the hypothesis, so often the claim."""

    premise: str
    hypothesis: str
    label: str
    turned: bool = False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    encoder, judge = load_encoder(notify=say), CrossEncoder.packaged(threads=arguments.threads, notify=say)
    print(json.dumps(write_rows(work_folder() / "surrounded.jsonl.gz", _records(encoder, judge))))


def _records(encoder: Encoder, judge: CrossEncoder) -> Iterator[dict[str, str]]:
    by_set = _rows_by_set()
    for name, (sets, wanted) in PARTS.items():
        rows = [row for one in sets for row in by_set[one]]
        for pair in surrounded(rows, wanted, encoder, judge, seed=name, phrases=name in WITH_PHRASE):
            yield {
                "premise": pair.premise,
                "hypothesis": pair.hypothesis,
                "label": pair.label,
                "set": f"surrounded_{name}",
            }


def surrounded(
    rows: Sequence[Labelled], wanted: int, encoder: Encoder, judge: CrossEncoder, *, seed: str, phrases: bool
) -> Iterator[Labelled]:
    """At most ``wanted`` pairs, each label as often as the others, in an order that ``seed`` decides."""
    premises = sorted({row.premise for row in rows if len(row.premise.split()) <= SENTENCE_WORDS})
    vectors = encoder.encode(premises)
    draw = random.Random(seed)
    chosen = [_turned(row, draw) for row in _balanced(rows, wanted, seed)]
    claims = encoder.encode([row.hypothesis for row in chosen])
    own = encoder.encode([row.premise for row in chosen])
    offered: list[list[str]] = []
    for row, claim, premise in zip(chosen, claims, own, strict=True):
        cosines = vectors @ claim
        cosines[vectors @ premise > HIGHEST] = -1  # another wording of the premise
        cosines[cosines > HIGHEST] = -1
        nearest = np.argpartition(-cosines, NEIGHBOURS)[:NEIGHBOURS]
        nearest = nearest[np.argsort(-cosines[nearest], kind="stable")]
        near = [premises[i] for i in nearest.tolist() if cosines[i] >= LOWEST and premises[i] != row.premise]
        offered.append(draw.sample(near, min(4, len(near))))
    kept = _silent(
        judge, [(text, row.hypothesis) for row, texts in zip(chosen, offered, strict=True) for text in texts]
    )
    for row, texts in zip(chosen, offered, strict=True):
        around = [text for text in texts if (text, row.hypothesis) in kept]
        pair = _among(row, around, draw)
        if phrases and row.label == C and draw.random() < PHRASE_SHARE:
            phrase = draw.choice(FALSE)
            if not row.turned:
                yield replace(pair, premise=f"{phrase} {pair.premise}")
            elif around:
                yield pair
        elif phrases and N in row.label and draw.random() < PHRASE_SHARE:
            yield replace(pair, premise=f"{draw.choice(FALSE)} {draw.choice(premises)}")
        elif around:
            yield pair


def _turned(row: Labelled, draw: random.Random) -> Labelled:
    """Half of the contradictions and neutrals turned round, so that it is now the one side that gets longer, now the
    other; a neutral turned round may be entailed."""
    if row.label == E or draw.random() < 0.5:
        return row
    return Labelled(row.hypothesis, row.premise, C if row.label == C else f"{E}|{N}", turned=True)


def _among(row: Labelled, around: Sequence[str], draw: random.Random) -> Labelled:
    """The premise with one to three of the sentences around it, as many as the length allows."""
    parts = [row.premise]
    for text in around[: draw.choice((1, 1, 2, 2, 3))]:
        if sum(len(part.split()) for part in (*parts, text)) <= MOST_WORDS:
            parts.insert(draw.randint(0, len(parts)), text)
    return replace(row, premise=" ".join(_ended(part) for part in parts))


def _ended(sentence: str) -> str:
    return sentence if sentence.rstrip("”\"')")[-1:] in (".", "!", "?") else f"{sentence}."


def _silent(judge: CrossEncoder, pairs: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """The pairs whose first says nothing of the second."""
    unique = sorted(set(pairs))
    found = judge.probabilities(unique)
    says_something = found[:, [LABELS.index(C), LABELS.index(E)]].max(axis=1) > UNSURE
    return {pair for pair, said in zip(unique, says_something.tolist(), strict=True) if not said}


def _balanced(rows: Sequence[Labelled], wanted: int, seed: str) -> Iterator[Labelled]:
    """As many rows of each label, smallest hash first; neutrals are made where there are too few."""
    share = wanted // 3
    for label in (C, E, N):
        of_label = [row for row in rows if row.label == label]
        of_label.sort(key=lambda row: digest(seed, row.premise, row.hypothesis))
        yield from of_label[:share]
        if label == N and len(of_label) < share:
            yield from _made_neutrals(rows, share - len(of_label), seed)


def _made_neutrals(rows: Sequence[Labelled], wanted: int, seed: str) -> Iterator[Labelled]:
    """Claims with a premise of another claim. That it is near is for the sentences around: this one is drawn."""
    draw = random.Random(f"{seed} neutrals")
    ordered = sorted(rows, key=lambda row: digest(seed, "neutral", row.premise, row.hypothesis))
    for row in ordered[:wanted]:
        other = draw.choice(ordered)
        if other.premise != row.premise:
            yield Labelled(other.premise, row.hypothesis, N)


def _rows_by_set() -> dict[str, list[Labelled]]:
    """All pairs that may be trained on, by set."""
    found: dict[str, list[Labelled]] = {}
    hold_out = read_config(CONFIG).hold_out
    with gzip.open(data_folder() / "pairs" / "train.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if place_of(row["premise"]) >= hold_out and len(row["premise"].split()) <= MOST_WORDS:
                found.setdefault(row["set"], []).append(Labelled(row["premise"], row["hypothesis"], row["label"]))
    for path in sorted(FOLDER.glob("*.txt")):
        found[f"written_{path.stem}"] = [Labelled(p.premise, p.hypothesis, p.label) for p in written_pairs(path)]
    return found


if __name__ == "__main__":
    main()
