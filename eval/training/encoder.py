"""Trains the encoder: the backbone's upper layers, and a map from a claim to where its rebuttals lie.

    python -m eval.training.encoder train [--steps 3000] [--threads 2]      # about an hour on two cores; 6 GB of memory
    python -m eval.training.encoder export [WEIGHTS ...] [--out FOLDER]     # the mean of backbone and runs

Needs ``train.jsonl.gz`` (CHECKER_DATA) and what ``written`` and ``labelled`` made (CHECKER_WORK). Goes on where the
last checkpoint stands. Pairs that the judge is never trained on are left out here, too: the scorer is fitted with them.

Three losses over a batch of groups, each an anchor with at most one text of each label, many of one topic:

- *topic*: a text is nearer to what contradicts or entails it than to texts of other groups (InfoNCE, van den Oord et
  al. 2018, temperature .05), by plain cosine;
- *rebuttal*: the mapped anchor is nearer to what contradicts it than to what it entails, to what is neutral and to
  other groups (InfoNCE with hard negatives, as SimCSE, Gao et al. 2021), and what contradicts is nearer to the anchor;
- *opposition*: the mapped cosine is above the plain one for a contradiction, below it for an entailment (logistic).

And the vectors stay near those of the backbone, which has seen a billion pairs more: 1 - cosine is added.
The lower layers are not trained: what they make of each text is computed once and kept, as bfloat16.
"""

import argparse
import hashlib
import json
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias, cast

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from eval.doors import say
from eval.locate import data_folder, work_folder
from eval.training.checkpoint import read_tensors, write_tensors
from eval.training.config import read_config
from eval.training.data import LABEL_BITS, Row, place_of, read_rows
from eval.training.export import quantised
from eval.training.rows import CONFIG
from eval.training.train import native_bfloat16
from index.encoders.minilm import WEIGHTS_SHA256, backbone, package_folder
from index.encoders.opposed import FORMAT

Label: TypeAlias = Literal["contradiction", "entailment", "neutral"]

SETS: Mapping[str, float] = {
    "perspectrum": 1,
    "fever_gg": 0.5,
    "covidfact": 1,
    "claimdiff": 1,
    "politihop": 1,
    "fnc1_related": 1,
    "lingnli": 0.6,
    "conjnli": 0.4,
    "snli_disco": 0.3,
    "snli_cad": 1,
    "mnli_nyuhw": 1,
    "mnli_llmsknow": 1,
    "mnli_olora": 1,
    "mnli_taxinli": 1,
    "wanli_disco": 1,
    "joci": 0.3,
    "semiauto_base_wiki": 1,
    "semiauto_sim_wiki": 0.5,
    "semiauto_translate_wiki": 0.5,
}
"""Sets of the public mixture, and the share of their anchors that is taken: pictures and single nouns are not news."""
REPEATED: Mapping[str, int] = {"perspectrum": 6, "written": 4, "covidfact": 2, "politihop": 3, "fnc1_related": 2}
"""How often a group is drawn in a round, where more than once: the nearest to what the tool reads."""
FROZEN = 3  # lower layers that stay as they are
MAX_TOKENS = 96
BATCH = 64  # groups
TOGETHER = 16  # of one topic: other groups are then near misses, not strangers
TOPICS = 400
TEMPERATURE = 0.05
RATE, HEAD_RATE = 1.5e-4, 7.5e-4
WARM_UP, CONSTANT = 100, 0.4  # steps; share of the steps before the rate falls to 0
OPPOSITION, STAYING = 0.5, 1.0  # weights of the third loss, and of staying near the backbone
SAVED_EVERY = 200
_SEED = 0
_LABELS = {bit: cast(Label, name) for name, bit in LABEL_BITS.items()}


@dataclass(frozen=True, slots=True)
class Group:
    """An anchor and the texts that are labelled against it, by their numbers."""

    set: str
    anchor: int
    others: tuple[tuple[int, Label], ...]


@dataclass(frozen=True, slots=True)
class Texts:
    """What the frozen layers make of each text: rows ``offsets[i]:offsets[i + 1]`` of ``states`` (tokens, 384), and the
    backbone's own vector of it (n, 384)."""

    offsets: NDArray[np.int64]
    states: Tensor
    vectors: Tensor


class Upper(nn.Module):
    """The trained layers (with the backbone's dropout of .1), the map, and how the difference of two cosines becomes
    log-odds of opposition."""

    def __init__(self) -> None:
        super().__init__()
        whole: Any = backbone(package_folder())
        self.layers = nn.ModuleList(list(whole.encoder.layer)[FROZEN:])
        self.toward = nn.Linear(384, 384)
        nn.init.eye_(self.toward.weight)
        nn.init.zeros_(self.toward.bias)
        self.odds = nn.Parameter(torch.tensor([20.0, 0.0]))

    def encode(self, texts: Texts, numbers: Sequence[int]) -> Tensor:
        """Unit vectors (n, 384); in four passes by length, for little padding."""
        lengths = texts.offsets[np.asarray(numbers) + 1] - texts.offsets[np.asarray(numbers)]
        order = np.argsort(lengths, kind="stable")
        parts = [self._pass(texts, [numbers[i] for i in part]) for part in np.array_split(order, 4) if len(part)]
        return torch.cat(parts)[torch.from_numpy(np.argsort(order))]

    def _pass(self, texts: Texts, numbers: Sequence[int]) -> Tensor:
        spans = [(int(texts.offsets[i]), int(texts.offsets[i + 1])) for i in numbers]
        padded = nn.utils.rnn.pad_sequence([texts.states[a:b].float() for a, b in spans], batch_first=True)
        attended = torch.zeros(padded.shape[:2])
        for row, (a, b) in enumerate(spans):
            attended[row, : b - a] = 1
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=native_bfloat16()):
            states = _through(self.layers, padded, attended)
        return _pooled(states.float(), attended)

    def mapped(self, vectors: Tensor) -> Tensor:
        return functional.normalize(self.toward(vectors), dim=-1)


def _through(layers: Sequence[nn.Module] | nn.ModuleList, states: Tensor, attended: Tensor) -> Tensor:
    mask = torch.where(attended > 0, 0.0, -1e9)[:, None, None, :]
    for layer in layers:
        found = layer(states, attention_mask=mask)
        states = found[0] if isinstance(found, tuple) else found
    return states


def _pooled(states: Tensor, attended: Tensor) -> Tensor:
    weights = attended[:, :, None]
    return functional.normalize((states * weights).sum(1) / weights.sum(1), dim=-1)


def read_groups() -> tuple[list[Group], list[str]]:
    """The groups, and the texts that they name by number."""
    held_out = read_config(CONFIG).hold_out
    numbers: dict[str, int] = {}
    found: dict[tuple[str, str], list[tuple[str, Label]]] = {}
    for row in _rows():
        name = next((made for made in ("written", "labelled") if row.origin.startswith(f"{made}_")), row.origin)
        if place_of(row.premise) < held_out:
            continue
        # There the hypothesis is the claim, and what supports or attacks it are the premises.
        anchor, other = row.premise, row.hypothesis
        if name == "perspectrum":
            anchor, other = other, anchor
        if name in SETS and place_of(f"x{anchor}") >= SETS[name]:
            continue
        found.setdefault((name, anchor), []).append((other, _LABELS[row.mask]))
    groups = [
        Group(
            name,
            numbers.setdefault(anchor, len(numbers)),
            tuple((numbers.setdefault(text, len(numbers)), label) for text, label in others),
        )
        for (name, anchor), others in found.items()
        if name == "labelled" or any(label != "neutral" for _, label in others)
    ]
    return groups, list(numbers)


def _rows() -> Iterator[Row]:
    yield from (row for row in read_rows(data_folder() / "pairs" / "train.jsonl.gz") if row.origin in SETS)
    for name in ("written", "labelled"):
        yield from read_rows(work_folder() / f"{name}.jsonl.gz")


def prepare(texts: Sequence[str]) -> Texts:
    """Runs the frozen layers, and the whole backbone, over all texts once."""
    tokenizer = Tokenizer.from_file(str(package_folder() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    ids = [encoding.ids for encoding in tokenizer.encode_batch(list(texts))]
    offsets = np.zeros(len(ids) + 1, dtype=np.int64)
    offsets[1:] = np.cumsum([len(one) for one in ids])
    states = torch.empty((int(offsets[-1]), 384), dtype=torch.bfloat16)
    vectors = torch.empty((len(ids), 384))
    whole: Any = backbone(package_folder()).eval()
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=native_bfloat16()):
        for start in range(0, len(order), 256):
            batch = order[start : start + 256]
            padded = nn.utils.rnn.pad_sequence([torch.tensor(ids[i]) for i in batch], batch_first=True)
            attended = nn.utils.rnn.pad_sequence([torch.ones(len(ids[i])) for i in batch], batch_first=True)
            below = whole.embeddings(input_ids=padded, token_type_ids=torch.zeros_like(padded))
            below = _through(whole.encoder.layer[:FROZEN], below, attended)
            above = _through(whole.encoder.layer[FROZEN:], below, attended)
            vectors[batch] = _pooled(above.float(), attended)
            for row, i in enumerate(batch):
                states[offsets[i] : offsets[i + 1]] = below[row, : len(ids[i])].to(torch.bfloat16)
            if start % 51_200 == 0:
                say(f"frozen layers: {start:,} of {len(order):,} texts")
    return Texts(offsets, states, vectors)


class Stream:
    """Batches of groups: a pure function of the step, so that a resumed run sees what an unbroken one would."""

    def __init__(self, groups: Sequence[Group], vectors: Tensor) -> None:
        import faiss

        anchors = vectors[[group.anchor for group in groups]].numpy()
        topics = faiss.Kmeans(384, TOPICS, niter=8, seed=_SEED, max_points_per_centroid=100)
        topics.train(anchors)
        self._topic = topics.index.search(anchors, 1)[1][:, 0].tolist()
        self._groups = groups
        self._round: tuple[int, list[list[int]]] = (-1, [])
        self.per_round = len(self._batches(0))

    def batch(self, step: int) -> list[tuple[Group, dict[Label, int]]]:
        """The groups of a step, each with one text of each label that it has."""
        rng = random.Random(f"{_SEED} {step}")
        number, place = divmod(step, self.per_round)
        chosen = []
        for i in self._batches(number)[place]:
            by_label: dict[Label, list[int]] = defaultdict(list)
            for text, label in self._groups[i].others:
                if text != self._groups[i].anchor:
                    by_label[label].append(text)
            chosen.append((self._groups[i], {label: rng.choice(texts) for label, texts in sorted(by_label.items())}))
        return chosen

    def _batches(self, number: int) -> list[list[int]]:
        if self._round[0] != number:
            rng = random.Random(f"{_SEED} round {number}")
            by_topic: dict[int, list[int]] = defaultdict(list)
            for i, group in enumerate(self._groups):
                by_topic[self._topic[i]] += [i] * REPEATED.get(group.set, 1)
            chunks = []
            for topic in sorted(by_topic):
                members = by_topic[topic]
                rng.shuffle(members)
                chunks += [members[at : at + TOGETHER] for at in range(0, len(members), TOGETHER)]
            rng.shuffle(chunks)
            wide = BATCH // TOGETHER
            batches = [
                sorted({i for chunk in chunks[at : at + wide] for i in chunk})
                for at in range(0, len(chunks) - wide + 1, wide)
            ]
            self._round = (number, batches)
        return self._round[1]


def losses(model: Upper, texts: Texts, batch: Sequence[tuple[Group, Mapping[Label, int]]]) -> dict[str, Tensor]:
    """Each a scalar: ``topic``, ``rebuttal``, ``opposition``, ``moved`` (1 - cosine to the backbone's vectors)."""
    rows: list[int] = []
    owner: list[int] = []
    pairs: dict[Label, list[tuple[int, int]]] = {"contradiction": [], "entailment": [], "neutral": []}
    for number, (group, chosen) in enumerate(batch):
        anchor = len(rows)
        rows.append(group.anchor)
        owner.append(number)
        for label, text in chosen.items():
            pairs[label].append((anchor, len(rows)))
            rows.append(text)
            owner.append(number)
    numbers = torch.tensor(rows)
    distinct, places = torch.unique(numbers, return_inverse=True)
    vectors = model.encode(texts, distinct.tolist())[places]
    plain = vectors @ vectors.T
    mapped = model.mapped(vectors) @ vectors.T
    owners = torch.tensor(owner)
    own = (owners[:, None] == owners[None, :]) | (numbers[:, None] == numbers[None, :])
    either = _both_ways(pairs["contradiction"]), _both_ways(pairs["entailment"])
    near = torch.cat(either)
    # Of an anchor's own group what it entails, and what is neutral to it, are negatives too.
    allowed = ~own
    for anchor, other in (*pairs["entailment"], *pairs["neutral"]):
        allowed[anchor, other] = True
    odds = model.odds[0] * (mapped - plain) + model.odds[1]
    target = torch.cat([torch.ones(len(either[0])), torch.zeros(len(either[1]))])
    return {
        "topic": _nce(plain, near, ~own),
        "rebuttal": _nce(mapped, either[0], allowed),
        "opposition": functional.binary_cross_entropy_with_logits(odds[near[:, 0], near[:, 1]], target),
        "moved": 1 - (vectors * texts.vectors[numbers]).sum(dim=1).mean(),
    }


def _both_ways(pairs: Sequence[tuple[int, int]]) -> Tensor:
    """(2n, 2), each pair and the pair turned round."""
    return torch.tensor([*pairs, *((b, a) for a, b in pairs)], dtype=torch.long).reshape(-1, 2)


def _nce(cosines: Tensor, positives: Tensor, negatives: Tensor) -> Tensor:
    """InfoNCE of pairs (n, 2) among a square of cosines; ``negatives``: the mask of those against which they stand."""
    if not len(positives):
        return cosines.sum() * 0
    scaled = cosines / TEMPERATURE
    against = scaled.masked_fill(~negatives, -1e9).logsumexp(dim=1)[positives[:, 0]]
    hit = scaled[positives[:, 0], positives[:, 1]]
    return (torch.logaddexp(against, hit) - hit).mean()


def rate(step: int, steps: int) -> float:
    """Share of the full rate: rises over the first steps, stays, and falls to 0 in a line."""
    done = step / steps
    return min(1.0, (step + 1) / WARM_UP) * (1.0 if done < CONSTANT else (1 - done) / (1 - CONSTANT))


def train(steps: int) -> Path:
    """Runs to the end of ``steps`` and returns the checkpoint."""
    path = _checkpoint()
    groups, names = read_groups()
    say(f"{len(groups):,} groups, {len(names):,} texts")
    texts = prepare(names)
    stream = Stream(groups, texts.vectors)
    model = Upper()
    heads = [*model.toward.parameters(), model.odds]
    optimiser = torch.optim.AdamW(
        [
            {"params": list(model.layers.parameters()), "lr": RATE, "weight_decay": 0.01},
            {"params": heads, "lr": HEAD_RATE, "weight_decay": 0.0},
        ]
    )
    start = _resumed(path, model, optimiser)
    sums: dict[str, float] = defaultdict(float)
    for step in range(start, steps):
        torch.manual_seed(_SEED + step)  # dropout too is a function of the step
        for group, full in zip(optimiser.param_groups, (RATE, HEAD_RATE), strict=True):
            group["lr"] = full * rate(step, steps)
        parts = losses(model, texts, stream.batch(step))
        loss = parts["topic"] + parts["rebuttal"] + OPPOSITION * parts["opposition"] + STAYING * parts["moved"]
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(model.layers.parameters(), 1.0)
        optimiser.step()
        for name, value in parts.items():
            sums[name] += float(value.detach())
        if (step + 1) % SAVED_EVERY == 0 or step + 1 == steps:
            since = (step + 1) - max(start, (step // SAVED_EVERY) * SAVED_EVERY)
            say(json.dumps({"step": step + 1} | {name: round(value / since, 4) for name, value in sums.items()}))
            sums.clear()
            _save(path, model, optimiser, step + 1)
    return path


def _checkpoint() -> Path:
    return work_folder() / "runs" / "encoder" / "checkpoint.safetensors"


def _save(path: Path, model: Upper, optimiser: torch.optim.Optimizer, step: int) -> None:
    tensors = {f"model.{name}": value for name, value in model.state_dict().items()}
    for name, parameter in model.named_parameters():
        tensors |= {f"{kind}.{name}": value for kind, value in optimiser.state[parameter].items()}
    write_tensors(path, tensors, {"step": str(step)})


def _resumed(path: Path, model: Upper, optimiser: torch.optim.Optimizer) -> int:
    """The step at which a checkpoint stands, put into both; 0 where there is none."""
    if not path.is_file():
        return 0
    tensors, metadata = read_tensors(path)
    model.load_state_dict({name: tensors[f"model.{name}"] for name in model.state_dict()})
    for name, parameter in model.named_parameters():
        optimiser.state[parameter] = {kind: tensors[f"{kind}.{name}"] for kind in ("step", "exp_avg", "exp_avg_sq")}
    say(f"goes on at step {metadata['step']} of {path}")
    return int(metadata["step"])


def averaged(checkpoints: Sequence[Path]) -> dict[str, Tensor]:
    """The mean of the backbone and of these runs, each counted once, by name of :class:`Upper`.

    Between the backbone and what it was trained to be lie weights that are better than either on texts unlike those it
    was trained on (Wortsman et al. 2022, "Robust fine-tuning of zero-shot models").
    """
    every = [Upper().state_dict()]
    for path in checkpoints:
        tensors, _ = read_tensors(path)
        every.append({name: tensors[f"model.{name}"] for name in every[0]})
    return {name: torch.stack([one[name].float() for one in every]).mean(dim=0) for name in every[0]}


def export(checkpoints: Sequence[Path], out: Path) -> dict[str, object]:
    """Writes the mean of backbone and runs, and its card, into the folder ``out``; their size and SHA-256."""
    stored: dict[str, Tensor] = {}
    for name, value in averaged(checkpoints).items():
        if name.startswith("layers."):
            _, number, rest = name.split(".", 2)
            whole = f"encoder.layer.{FROZEN + int(number)}.{rest}"
            if value.dim() == 2:
                stored[whole], stored[f"{whole}.scale"] = quantised(value)
            else:
                stored[whole] = value
        elif name.startswith("toward."):
            stored[name.replace("toward", "toward_rebuttals")] = value
    path = out / "opposed.safetensors"
    write_tensors(path, stored, {"format": FORMAT, "backbone_sha256": WEIGHTS_SHA256})
    card = {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "trained_layers": list(range(FROZEN, 6))}
    (out / "opposed.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    return {"file": str(path), "bytes": path.stat().st_size} | card


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    training = commands.add_parser("train")
    training.add_argument("--steps", type=int, default=3_000)
    training.add_argument("--threads", type=int, default=2)
    exporting = commands.add_parser("export")
    exporting.add_argument("weights", type=Path, nargs="*", help="default: the checkpoint of the run")
    exporting.add_argument("--out", type=Path, default=Path("index/encoders/weights"))
    given = parser.parse_args()
    if given.command == "train":
        torch.set_num_threads(given.threads)
        say(f"ready: {train(given.steps)}")
    else:
        say(json.dumps(export(given.weights or [_checkpoint()], given.out)))


if __name__ == "__main__":
    main()
