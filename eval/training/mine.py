"""Neutral pairs as they are met in use: the same topic, different actors, no contradiction.

    python -m eval.training.mine [--sentences 24000] [--threads 1]

Nearest neighbours by cosine (the untrained backbone), across speakers, among sentences of the White House texts (US
public domain) and the UN general debate (CC0). A few are true contradictions; they are labelled "not a contradiction"
all the same, as noisy negatives. Writes ``mined.jsonl.gz`` (set ``mined_neighbours``) and ``mined_sample.jsonl`` (300
pairs to be judged by eye) into the work folder.
"""

import argparse
import gzip
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.locate import data_folder, work_folder
from eval.training.data import Row as PairRow
from eval.training.data import tokenise
from eval.training.model import fresh_model
from eval.training.rows import write_rows
from index.errors import InputError

SPEECHES = ("white_house_ru_ua", "un_general_debate_2014on")
SAME_WORDS = 0.92  # above this cosine two sentences are the same formula, and teach nothing
NEAR = 0.45
MARKUP = re.compile(r"\[([^\]]*)\]\([^)]*\)|[*_#`]+")
# Rough on purpose: training data must not change with our extraction, and is_statement drops what is cut wrongly.
SENTENCE_END = re.compile(
    r"(?<=[.!?])(?<!\b[A-Z]\.)(?<!\b(?:Mr|Ms|Dr|St|No)\.)(?<!\b(?:Mrs|Gen|Sen|Rep|Gov)\.)\s+(?=[A-Z“\"])"
)
SMALL_TALK = re.compile(
    r"\b(thank|congratulat|welcome|good (morning|afternoon|evening)|honou?r(ed)? to|pleasure)\b", re.I
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """``speaker``: the state whose words these are."""

    text: str
    speaker: str
    article: str


def plain_sentences(folder: Path) -> Iterator[Sentence]:
    """Sentences of the speeches, in the order of the files: 6 to 40 words, statements only, markup taken out."""
    seen: set[str] = set()
    for name in SPEECHES:
        path = folder / "articles" / name / "articles.jsonl.gz"
        if not path.is_file():
            raise InputError(f"{path}: no such file; set CHECKER_DATA", reason="missing")
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                speaker = "USA" if name.startswith("white_house") else record["source"]
                for paragraph in re.split(r"\n\s*\n", record["text"]):
                    clean = " ".join(MARKUP.sub(r"\1", paragraph).split())
                    for text in SENTENCE_END.split(clean):
                        if is_statement(text) and text not in seen:
                            seen.add(text)
                            yield Sentence(text, speaker, record["id"])


def is_statement(text: str) -> bool:
    """A whole sentence that asserts something, and no greeting."""
    return (
        6 <= len(text.split()) <= 40
        and text[0].isupper()
        and text.endswith(".")
        and not re.search(r"[?\"“”\[\]|]|https?:|^[A-Z .]+:|\b(Q|MS|MR)\b", text)
        and SMALL_TALK.search(text) is None
    )


def sampled(sentences: Sequence[Sentence], count: int, seed: int) -> list[Sentence]:
    """Half from the United States, half from all others, so that each has neighbours of another speaker."""
    generator = np.random.default_rng(seed)
    groups = ([s for s in sentences if s.speaker == "USA"], [s for s in sentences if s.speaker != "USA"])
    chosen: list[Sentence] = []
    for group in groups:
        take = generator.permutation(len(group))[: count // 2]
        chosen.extend(group[place] for place in sorted(take.tolist()))
    return chosen


def vectors(texts: Sequence[str], batch_rows: int = 64) -> NDArray[np.float32]:
    """Unit vectors of the untrained backbone, float32 (n, 384): mean over the tokens, as it was made."""
    import torch

    model = fresh_model(0).eval()
    table = tokenise([PairRow(text, "", 4, "x") for text in texts])
    sides = [[101, *table.side(row, 0).tolist(), 102] for row in range(len(table))]
    order = np.argsort([len(side) for side in sides], kind="stable")
    found = np.zeros((len(sides), 384), dtype=np.float32)
    with torch.inference_mode():
        for start in range(0, len(order), batch_rows):
            chosen = order[start : start + batch_rows]
            longest = max(len(sides[place]) for place in chosen)
            ids = torch.tensor([sides[place] + [0] * (longest - len(sides[place])) for place in chosen])
            mask = ids != 0
            states = model.states(ids, torch.zeros_like(ids), mask)
            weight = mask.unsqueeze(-1).float()
            mean = (states * weight).sum(dim=1) / weight.sum(dim=1)
            found[chosen] = torch.nn.functional.normalize(mean, dim=-1).numpy()
    return found


@dataclass(frozen=True, slots=True)
class Neighbours:
    first: Sentence
    second: Sentence
    similarity: float


def neighbours(sentences: Sequence[Sentence], places: NDArray[np.float32], each: int) -> list[Neighbours]:
    """For each sentence its ``each`` nearest of other speakers, each unordered pair once, best first."""
    number = {name: place for place, name in enumerate(sorted({s.speaker for s in sentences}))}
    speakers = np.array([number[s.speaker] for s in sentences])
    found: dict[tuple[int, int], float] = {}
    for start in range(0, len(sentences), 1024):
        block = places[start : start + 1024] @ places.T
        block[speakers[start : start + 1024, None] == speakers[None, :]] = -1
        block[block > SAME_WORDS] = -1
        near = np.argpartition(-block, each, axis=1)[:, :each]
        for row, columns in enumerate(near):
            for column in columns.tolist():
                value = float(block[row, column])
                if value >= NEAR:
                    found[min(start + row, column), max(start + row, column)] = value
    ranked = sorted(found.items(), key=lambda item: (-round(item[1], 4), item[0]))
    return [Neighbours(sentences[a], sentences[b], value) for (a, b), value in ranked]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sentences", type=int, default=24_000)
    parser.add_argument("--each", type=int, default=2)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=5)
    arguments = parser.parse_args()
    import torch

    torch.set_num_threads(arguments.threads)
    chosen = sampled(list(plain_sentences(data_folder())), arguments.sentences, arguments.seed)
    pairs = neighbours(chosen, vectors([sentence.text for sentence in chosen]), arguments.each)
    generator = np.random.default_rng(arguments.seed)
    flips = generator.random(len(pairs)) < 0.5
    records = [as_record(pair, bool(flip)) for pair, flip in zip(pairs, flips, strict=True)]
    write_rows(work_folder() / "mined.jsonl.gz", records)
    eye = sorted(generator.permutation(len(records))[:300].tolist())
    sample = "".join(json.dumps(records[place], ensure_ascii=False) + "\n" for place in eye)
    (work_folder() / "mined_sample.jsonl").write_text(sample, encoding="utf-8")
    print(json.dumps({"sentences": len(chosen), "pairs": len(pairs)}))


def as_record(pair: Neighbours, flipped: bool) -> dict[str, object]:
    first, second = (pair.second, pair.first) if flipped else (pair.first, pair.second)
    return {
        "premise": first.text,
        "hypothesis": second.text,
        "label": "entailment|neutral",
        "set": "mined_neighbours",
        "similarity": round(pair.similarity, 4),
        "speakers": [first.speaker, second.speaker],
    }


if __name__ == "__main__":
    main()
