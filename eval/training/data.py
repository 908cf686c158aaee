"""From labelled pairs to a reproducible stream of batches.

    files --read_rows--> Row --tokenise--> TokenTable (cached) --Stream--> Batch

The stream is a pure function of (mixture, seed, position): it keeps no state, so a resumed run sees the very batches
that an unbroken one would have seen. Rows are drawn from *strata* (one set and label mask each). Each pool of the
stream takes from each stratum its share, walking through one seeded permutation of the stratum after the other; the
pool is sorted by length, cut into batches with little padding, and the batches are shuffled.

Labels are masks (1 contradiction, 2 entailment, 4 neutral): a pair may be known only not to be one of them, and its
loss is then -log of the sum of the probabilities that are allowed. Contradiction is symmetric, so a share of the
contradictions is turned round; entailment and neutral turned round are "not a contradiction", and are turned round as
well, so that the order of the sides does not give the label away.
"""

import gzip
import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.training.model import LABELS, backbone_folder
from index.errors import InputError

CONTRADICTION, ENTAILMENT, NEUTRAL = 1, 2, 4
LABEL_BITS: dict[str, int] = {name: 1 << number for number, name in enumerate(LABELS)}
SIDE_LIMIT = 160  # tokens kept of one side; longer ones are cut in any batch
CACHE_VERSION = 2


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled pair. ``mask``: the labels it may have; ``origin``: the name of its set."""

    premise: str
    hypothesis: str
    mask: int
    origin: str


def read_rows(path: Path) -> Iterator[Row]:
    """Pairs of a ``.jsonl`` or ``.jsonl.gz`` file. ``label`` may name several, joined by "|". Raises InputError."""
    if not path.is_file():
        raise InputError(f"{path}: no such file; set CHECKER_DATA or make it first", reason="missing")
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
                mask = label_mask(record["label"])
                yield Row(record["premise"], record["hypothesis"], mask, record.get("set", path.name.split(".")[0]))
            except (ValueError, KeyError, TypeError) as error:
                raise InputError(
                    f"{path}:{number}: no labelled pair ({error}); mend the line", reason="broken-pair"
                ) from error


def label_mask(label: str) -> int:
    """ "contradiction" -> 1; "entailment|neutral" -> 6. Raises KeyError for an unknown label."""
    mask = 0
    for part in label.split("|"):
        mask |= LABEL_BITS[part]
    return mask


def place_of(premise: str) -> float:
    """Where a row falls when a file is split, in [0, 1): all rows of one premise fall together, whatever the file."""
    return int(hashlib.sha256(premise.encode()).hexdigest()[:8], 16) / 2**32


@dataclass(frozen=True, slots=True)
class TokenTable:
    """Tokenised rows.

    ``tokens``: all sides one after the other, uint16; ``bounds``: int64 (2n + 1,), premise then hypothesis;
    ``masks``: uint8 (n,); ``origins``: int16 (n,), indices into ``names``; ``places``: float64 (n,), see ``place_of``.
    """

    tokens: NDArray[np.uint16]
    bounds: NDArray[np.int64]
    masks: NDArray[np.uint8]
    origins: NDArray[np.int16]
    places: NDArray[np.float64]
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.masks)

    def side(self, row: int, side: int) -> NDArray[np.uint16]:
        """Tokens of the premise (side 0) or the hypothesis (side 1), without special tokens."""
        place = 2 * row + side
        return self.tokens[self.bounds[place] : self.bounds[place + 1]]


def tokenise(rows: Sequence[Row]) -> TokenTable:
    """Word pieces of the backbone's tokenizer, each side cut at SIDE_LIMIT."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(backbone_folder() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(SIDE_LIMIT)
    names = tuple(sorted({row.origin for row in rows}))
    number = {name: place for place, name in enumerate(names)}
    flat = [side for row in rows for side in (row.premise, row.hypothesis)]
    pieces: list[NDArray[np.uint16]] = []
    for start in range(0, len(flat), 4096):
        # Far more characters than SIDE_LIMIT tokens can hold are cut first: one row has 32,000 words.
        chunk = [text[: 20 * SIDE_LIMIT] for text in flat[start : start + 4096]]
        encodings = tokenizer.encode_batch(chunk, add_special_tokens=False)
        pieces.extend(np.asarray(encoding.ids, dtype=np.uint16) for encoding in encodings)
    bounds = np.zeros(len(flat) + 1, dtype=np.int64)
    np.cumsum([len(piece) for piece in pieces], out=bounds[1:])
    return TokenTable(
        tokens=np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.uint16),
        bounds=bounds,
        masks=np.array([row.mask for row in rows], dtype=np.uint8),
        origins=np.array([number[row.origin] for row in rows], dtype=np.int16),
        places=np.array([place_of(row.premise) for row in rows], dtype=np.float64),
        names=names,
    )


def load_table(path: Path, cache: Path) -> TokenTable:
    """The file's rows, tokenised; kept under ``cache`` by the file's content and the tokenizer's."""
    if not path.is_file():
        raise InputError(f"{path}: no such file; set CHECKER_DATA or make it first", reason="missing")
    digest = hashlib.sha256(path.read_bytes())
    digest.update((backbone_folder() / "tokenizer.json").read_bytes())
    digest.update(f"{CACHE_VERSION} {SIDE_LIMIT}".encode())
    stored = cache / f"{digest.hexdigest()[:24]}.npz"
    if not stored.is_file():
        table = tokenise(list(read_rows(path)))
        cache.mkdir(parents=True, exist_ok=True)
        partial = stored.with_name(f"{stored.stem}.{os.getpid()}.tmp.npz")
        np.savez(
            partial,
            tokens=table.tokens,
            bounds=table.bounds,
            masks=table.masks,
            origins=table.origins,
            places=table.places,
            names=np.array(table.names, dtype=np.str_),
        )
        partial.replace(stored)
    with np.load(stored, allow_pickle=False) as arrays:
        return TokenTable(
            tokens=arrays["tokens"],
            bounds=arrays["bounds"],
            masks=arrays["masks"],
            origins=arrays["origins"],
            places=arrays["places"],
            names=tuple(str(name) for name in arrays["names"]),
        )


@dataclass(frozen=True, slots=True)
class Source:
    """One set's part in a mixture.

    ``rows``: how many rows of it a nominal epoch holds, shared equally by the labels it has unless ``balanced`` is
    false.
    ``relabel``: labels of the file that mean less than they say here, as {"contradiction": "contradiction|neutral"}.
    """

    name: str
    file: str
    rows: float
    balanced: bool = True
    relabel: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stratum:
    """Rows of one set and one label mask. ``members``: (table, row) as int64 (n, 2); ``share``: of the stream."""

    key: str
    mask: int
    members: NDArray[np.int64]
    share: float


@dataclass(frozen=True, slots=True)
class Mixture:
    """What a stream draws from."""

    tables: tuple[TokenTable, ...]
    strata: tuple[Stratum, ...]
    nominal_epoch: float
    """Rows of one nominal epoch: the sum of the sources' ``rows``."""


def mixture_of(sources: Sequence[Source], folders: Sequence[Path], cache: Path, hold_out: float = 0.0) -> Mixture:
    """Reads the sources, each file sought in each of ``folders``. Raises InputError for an absent file or set.

    ``hold_out``: the share of premises that are never trained on, so that what follows the model can be fitted on them.
    """
    tables: list[TokenTable] = []
    places: dict[str, int] = {}
    parts: list[tuple[str, int, NDArray[np.int64], float]] = []
    for source in sources:
        if source.file not in places:
            places[source.file] = len(tables)
            tables.append(load_table(find_file(source.file, folders), cache))
        parts.extend(strata_of(source, places[source.file], tables[places[source.file]], hold_out))
    total = sum(rows for _, _, _, rows in parts)
    strata = tuple(Stratum(key, mask, members, rows / total) for key, mask, members, rows in parts)
    return Mixture(tuple(tables), strata, total)


def find_file(name: str, folders: Sequence[Path]) -> Path:
    for folder in folders:
        if (folder / name).is_file():
            return folder / name
    searched = ", ".join(str(folder) for folder in folders)
    raise InputError(f"{name}: not found under {searched}; set CHECKER_DATA or make it first", reason="missing")


def strata_of(
    source: Source, place: int, table: TokenTable, hold_out: float
) -> list[tuple[str, int, NDArray[np.int64], float]]:
    """(key, mask, members, rows) for each label mask of the source, by ascending mask."""
    if source.name not in table.names:
        raise InputError(
            f"{source.file}: holds no set {source.name!r}; it has {', '.join(table.names)}", reason="missing"
        )
    change = {label_mask(old): label_mask(new) for old, new in source.relabel.items()}
    rows = np.flatnonzero((table.origins == table.names.index(source.name)) & (table.places >= hold_out))
    masks = np.array([change.get(int(mask), int(mask)) for mask in table.masks[rows]], dtype=np.int64)
    found: list[tuple[str, int, NDArray[np.int64], float]] = []
    kinds = sorted({int(mask) for mask in masks})
    for mask in kinds:
        members = rows[masks == mask]
        share = 1 / len(kinds) if source.balanced else len(members) / len(rows)
        pairs = np.stack([np.full(len(members), place), members], axis=1).astype(np.int64)
        found.append((f"{source.file}:{source.name}:{mask}", mask, pairs, source.rows * share))
    return found


@dataclass(frozen=True, slots=True)
class Turning:
    """The share of rows whose sides are exchanged, by what they are."""

    contradiction: float = 0.5
    other: float = 0.25


@dataclass(frozen=True, slots=True)
class Batch:
    """ids, segments: int64 (n, length); mask: bool (n, length) or None when nothing is padded; allowed: bool (n, 3)."""

    ids: NDArray[np.int64]
    segments: NDArray[np.int64]
    mask: NDArray[np.bool_] | None
    allowed: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a stream: the pool, and the batch within it."""

    pool: int = 0
    batch: int = 0


CLS, SEP = 101, 102


class Stream:
    """Batches of a mixture, each a pure function of (mixture, seed, position)."""

    def __init__(
        self, mixture: Mixture, *, seed: str, batch_rows: int, pool_rows: int, max_length: int, turning: Turning
    ) -> None:
        self.mixture = mixture
        self.seed = seed
        self.batch_rows = batch_rows
        self.pool_rows = pool_rows
        self.max_length = max_length
        self.turning = turning
        self._permutations: dict[int, tuple[int, NDArray[np.int64]]] = {}

    def batches(self, start: Position) -> Iterator[tuple[Batch, Position]]:
        """From ``start`` on, without end: each batch with the position *after* it."""
        position = start
        while True:
            plan = self.pool_plan(position.pool)
            for number in range(position.batch, len(plan)):
                after = Position(position.pool, number + 1)
                if number + 1 == len(plan):
                    after = Position(position.pool + 1, 0)
                yield self.assemble(plan[number]), after
            position = Position(position.pool + 1, 0)

    def pool_plan(self, pool: int) -> list[NDArray[np.int64]]:
        """The batches of a pool, each int64 (n, 4): table, row, turned round (0, 1), label mask."""
        drawn = [self.draw(place, stratum, pool) for place, stratum in enumerate(self.mixture.strata)]
        rows = np.concatenate(drawn)
        lengths = np.array([self.length(int(table), int(row)) for table, row in rows[:, :2]])
        generator = self.generator("pool", pool)
        # Ties in length are broken at random, lest one set's rows come together.
        rows = rows[np.lexsort((generator.random(len(rows)), lengths))]
        parts = np.array_split(rows, max(1, -(-len(rows) // self.batch_rows)))
        return [parts[place] for place in generator.permutation(len(parts))]

    def draw(self, place: int, stratum: Stratum, pool: int) -> NDArray[np.int64]:
        """The stratum's rows in this pool: the share that is due, so that no rounding error adds up."""
        due = stratum.share * self.pool_rows
        shift = float(self.generator("shift", place).random())
        first, last = int(pool * due + shift), int((pool + 1) * due + shift)
        size = len(stratum.members)
        taken: list[NDArray[np.int64]] = []
        turned: list[NDArray[np.bool_]] = []
        for epoch in range(first // size, (last - 1) // size + 1 if last > first else first // size):
            order = self.permutation(place, size, epoch)
            part = order[max(first - epoch * size, 0) : min(last - epoch * size, size)]
            taken.append(part)
            turned.append(self.turned(stratum, place, part, epoch))
        if not taken:
            return np.zeros((0, 4), dtype=np.int64)
        chosen, flags = np.concatenate(taken), np.concatenate(turned)
        weak = ENTAILMENT | NEUTRAL
        mask = np.full(len(chosen), stratum.mask, dtype=np.int64)
        if stratum.mask & CONTRADICTION == 0:
            mask[flags] = weak
        return np.column_stack([stratum.members[chosen], flags.astype(np.int64), mask])

    def turned(self, stratum: Stratum, place: int, rows: NDArray[np.int64], epoch: int) -> NDArray[np.bool_]:
        """Which rows are turned round. With a share of a half, one that was turned in an epoch is not in the next."""
        share = self.turning.contradiction if stratum.mask & CONTRADICTION else self.turning.other
        draws = self.generator("turn", place).random(len(stratum.members))[rows]
        flags: NDArray[np.bool_] = (draws + epoch * share) % 1.0 < share
        return flags

    def permutation(self, place: int, size: int, epoch: int) -> NDArray[np.int64]:
        kept = self._permutations.get(place)
        if kept is None or kept[0] != epoch:
            kept = (epoch, self.generator("order", place, epoch).permutation(size).astype(np.int64))
            self._permutations[place] = kept
        return kept[1]

    def generator(self, purpose: str, *numbers: int) -> np.random.Generator:
        """A generator of its own for each purpose, so that no draw shifts another."""
        text = f"{self.seed}/{purpose}/{'/'.join(map(str, numbers))}"
        return np.random.default_rng(int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big"))

    def length(self, table: int, row: int) -> int:
        bounds = self.mixture.tables[table].bounds
        return min(int(bounds[2 * row + 2] - bounds[2 * row]) + 3, self.max_length)

    def assemble(self, plan: NDArray[np.int64]) -> Batch:
        pairs: list[tuple[NDArray[np.uint16], NDArray[np.uint16]]] = []
        for table, row, turned, _ in plan.tolist():
            sides = self.mixture.tables[table].side(row, 0), self.mixture.tables[table].side(row, 1)
            pairs.append(sides[::-1] if turned else sides)
        allowed = np.stack([plan[:, 3] & bit != 0 for bit in LABEL_BITS.values()], axis=1)
        return batch_of(pairs, allowed, self.max_length)


def batch_of(
    pairs: Sequence[tuple[NDArray[np.uint16], NDArray[np.uint16]]], allowed: NDArray[np.bool_], max_length: int
) -> Batch:
    """[CLS] premise [SEP] hypothesis [SEP], the longer side cut first, padded to the longest of the batch."""
    cut = [fit(first, second, max_length - 3) for first, second in pairs]
    lengths = [len(first) + len(second) + 3 for first, second in cut]
    ids = np.zeros((len(cut), max(lengths)), dtype=np.int64)
    segments = np.zeros_like(ids)
    for row, ((first, second), length) in enumerate(zip(cut, lengths, strict=True)):
        middle = len(first) + 2
        ids[row, 0], ids[row, middle - 1], ids[row, length - 1] = CLS, SEP, SEP
        ids[row, 1 : middle - 1] = first
        ids[row, middle : length - 1] = second
        segments[row, middle:length] = 1
    if min(lengths) == max(lengths):
        return Batch(ids, segments, None, allowed)
    mask = np.arange(ids.shape[1])[None, :] < np.array(lengths)[:, None]
    return Batch(ids, segments, mask, allowed)


def fit(
    first: NDArray[np.uint16], second: NDArray[np.uint16], room: int
) -> tuple[NDArray[np.uint16], NDArray[np.uint16]]:
    """Cuts the end of the longer side until both fit into ``room`` tokens."""
    if len(first) + len(second) <= room:
        return first, second
    half = room // 2
    if len(second) <= half:
        return first[: room - len(second)], second
    if len(first) <= half:
        return first, second[: room - len(first)]
    return first[: room - half], second[:half]


def canonical(value: Any) -> str:
    """JSON with a fixed order of keys: what fingerprints are made from."""
    return json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
