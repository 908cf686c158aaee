"""Near sentences that the judge takes for contradictions, and that hardly ever are.

    python -m eval.training.hard [--sentences 100000] [--each 3] [--threads 1]

As ``eval.training.mine``, over more sentences; of their nearest neighbours across speakers only those are judged that
differ in a negation, a number or an opposite word, and only those are kept that the judge that ships gives a
P(contradiction) of at least ``LEAST``. Of the 1,498 surest of an earlier such search, whatever they differed in, a
reader found 6 that contradict, all of them doubtful (eval/data/labelled); of 40 of these that were seen none does.
So they are labelled "not a contradiction" as they come. Writes ``hard.jsonl.gz`` (set ``hard_neighbours``) into the
work folder, with what the judge said.
"""

import argparse
import json
from collections.abc import Iterator, Sequence

from checker.judging import CrossEncoder
from checker.judging.nli import LABELS, answers
from checker.judging.surface import antonyms, negation_parity, number_clash, surface
from eval.doors import say
from eval.locate import data_folder, work_folder
from eval.training.mine import Neighbours, as_record, neighbours, plain_sentences, sampled, vectors
from eval.training.rows import write_rows

LEAST = 0.15


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sentences", type=int, default=100_000)
    parser.add_argument("--each", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    import torch

    torch.set_num_threads(arguments.threads)
    judge = CrossEncoder.packaged(threads=arguments.threads, notify=say)
    chosen = sampled(list(plain_sentences(data_folder())), arguments.sentences, arguments.seed)
    near = neighbours(chosen, vectors([sentence.text for sentence in chosen]), arguments.each)
    asked = [pair for pair in near if differ(pair)]
    say(f"{len(chosen):,} sentences, {len(near):,} near pairs, {len(asked):,} of them judged")
    kept = write_rows(work_folder() / "hard.jsonl.gz", taken_for_contradictions(asked, judge))
    print(json.dumps({"sentences": len(chosen), "near": len(near), "judged": len(asked), "kept": sum(kept.values())}))


def differ(pair: Neighbours) -> bool:
    """Whether something on the surface may mislead: a negation, a number or a word of opposite sense."""
    one, other = surface(pair.first.text), surface(pair.second.text)
    return bool(negation_parity(one, other) or antonyms(one, other) or number_clash(one, other) is not None)


def taken_for_contradictions(pairs: Sequence[Neighbours], judge: CrossEncoder) -> Iterator[dict[str, object]]:
    """Records of those that get a P(contradiction) of at least LEAST, in the order that was judged first."""
    texts = [(pair.first.text, pair.second.text) for pair in pairs]
    for pair, answer in zip(pairs, answers(judge, texts), strict=True):
        if (found := answer.probabilities.contradiction) >= LEAST:
            yield {**as_record(pair, flipped=False), "set": "hard_neighbours", LABELS[0]: round(found, 4)}


if __name__ == "__main__":
    main()
