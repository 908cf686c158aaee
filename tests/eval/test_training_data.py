"""The stream of batches: reproducible, resumable, balanced, little padded."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from eval.training.data import (
    CLS,
    CONTRADICTION,
    ENTAILMENT,
    NEUTRAL,
    SEP,
    Mixture,
    Position,
    Row,
    Source,
    Stream,
    Turning,
    batch_of,
    fit,
    label_mask,
    mixture_of,
    place_of,
    read_rows,
    tokenise,
)  # fmt: skip
from index.errors import InputError

LABELS = ("contradiction", "entailment", "neutral")


def write_pairs(path: Path) -> None:
    """Set "even": ten rows of each label. Set "skewed": 30 entailments, 3 neutrals."""
    labelled = [("even", label) for label in LABELS for _ in range(10)]
    labelled += [("skewed", "entailment")] * 30 + [("skewed", "neutral")] * 3
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        for number, (origin, label) in enumerate(labelled):
            premise = f"The minister of Arland said {'very ' * (number % 7)}plainly that bridge {number} is open."
            record = {"premise": premise, "hypothesis": f"Bridge {number} is open.", "label": label, "set": origin}
            lines.write(json.dumps(record) + "\n")


@pytest.fixture
def mixture(tmp_path: Path) -> Mixture:
    write_pairs(tmp_path / "rows.jsonl.gz")
    sources = [Source("even", "rows.jsonl.gz", 60), Source("skewed", "rows.jsonl.gz", 40)]
    return mixture_of(sources, [tmp_path], tmp_path / "tokens")


def stream(mixture: Mixture, seed: str = "5/0", turning: Turning | None = None) -> Stream:
    return Stream(mixture, seed=seed, batch_rows=8, pool_rows=40, max_length=64, turning=turning or Turning(0.5, 0.25))


def taken(source: Stream, count: int, start: Position | None = None) -> list[bytes]:
    batches = source.batches(start or Position())
    return [batch.ids.tobytes() + batch.allowed.tobytes() for batch, _ in (next(batches) for _ in range(count))]


def test_the_same_seed_gives_the_same_batches_and_another_seed_others(mixture: Mixture) -> None:
    assert taken(stream(mixture), 30) == taken(stream(mixture), 30)
    assert taken(stream(mixture), 30) != taken(stream(mixture, "6/0"), 30)


@pytest.mark.parametrize("cut", [1, 4, 5, 13])
def test_a_stream_resumed_at_a_position_gives_the_batches_that_would_have_come(mixture: Mixture, cut: int) -> None:
    batches = stream(mixture).batches(Position())
    position = [next(batches)[1] for _ in range(cut)][-1]
    assert taken(stream(mixture), 12, position) == taken(stream(mixture), cut + 12)[cut:]


def test_labels_of_a_skewed_set_are_drawn_equally_often(mixture: Mixture) -> None:
    source = stream(mixture, turning=Turning(0, 0))
    plans = np.concatenate([part for pool in range(20) for part in source.pool_plan(pool)])
    drawn = {mask: int((plans[:, 3] == mask).sum()) for mask in (CONTRADICTION, ENTAILMENT, NEUTRAL)}
    # 800 rows: 60% of "even" (20% each label), 40% of "skewed" (20% each of its two labels).
    assert drawn == pytest.approx({CONTRADICTION: 160, ENTAILMENT: 320, NEUTRAL: 320}, abs=2)


def test_every_row_of_a_stratum_comes_before_any_comes_again(mixture: Mixture) -> None:
    source = stream(mixture)
    place = next(n for n, stratum in enumerate(mixture.strata) if stratum.key.endswith("even:1"))
    drawn = np.concatenate([source.draw(place, mixture.strata[place], pool) for pool in range(10)])
    counts = np.unique(drawn[:, 1], return_counts=True)[1]
    assert len(counts) == 10
    assert counts.max() - counts.min() <= 1


def test_a_contradiction_turned_round_stays_one_and_other_labels_become_not_a_contradiction(mixture: Mixture) -> None:
    source = stream(mixture, turning=Turning(1.0, 1.0))
    plans = np.concatenate(source.pool_plan(0))
    assert set(plans[:, 2]) == {1}
    assert set(plans[:, 3]) == {CONTRADICTION, ENTAILMENT | NEUTRAL}


def test_half_of_the_contradictions_are_turned_in_one_epoch_and_the_other_half_in_the_next(mixture: Mixture) -> None:
    source = stream(mixture)
    place = next(n for n, stratum in enumerate(mixture.strata) if stratum.key.endswith("even:1"))
    rows = np.arange(10)
    first = source.turned(mixture.strata[place], place, rows, 0)
    second = source.turned(mixture.strata[place], place, rows, 1)
    assert (first ^ second).all()


def test_relabelled_rows_carry_both_labels(tmp_path: Path) -> None:
    write_pairs(tmp_path / "rows.jsonl.gz")
    source = Source("even", "rows.jsonl.gz", 30, relabel={"contradiction": "contradiction|neutral"})
    found = mixture_of([source], [tmp_path], tmp_path / "tokens")
    assert [stratum.mask for stratum in found.strata] == [ENTAILMENT, NEUTRAL, CONTRADICTION | NEUTRAL]


def test_a_batch_is_cls_premise_sep_hypothesis_sep_with_segments() -> None:
    table = tokenise([Row("open", "closed now", NEUTRAL, "x"), Row("open the bridge", "closed now", NEUTRAL, "x")])
    pairs = [(table.side(0, 0), table.side(0, 1)), (table.side(1, 0), table.side(1, 1))]
    batch = batch_of(pairs, np.ones((2, 3), dtype=np.bool_), 64)
    opened, closed, now = int(pairs[0][0][0]), *(int(token) for token in pairs[0][1])
    assert batch.ids[0].tolist() == [CLS, opened, SEP, closed, now, SEP, 0, 0]
    assert batch.segments[0].tolist() == [0, 0, 0, 1, 1, 1, 0, 0]
    assert batch.mask is not None
    assert batch.mask.sum(axis=1).tolist() == [6, 8]


def test_the_longer_side_is_cut_first() -> None:
    long, short = np.arange(50, dtype=np.uint16), np.arange(5, dtype=np.uint16)
    assert [len(side) for side in fit(long, short, 30)] == [25, 5]
    assert [len(side) for side in fit(short, long, 30)] == [5, 25]
    assert [len(side) for side in fit(long, long, 31)] == [16, 15]


def test_a_broken_line_is_named_with_file_and_number(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"premise": "a", "hypothesis": "b", "label": "neutral"}\n{"premise": "a", "label": "maybe"}\n')
    with pytest.raises(InputError, match=r"rows\.jsonl:2"):
        list(read_rows(path))


def test_several_labels_are_joined_into_one_mask() -> None:
    assert label_mask("entailment|neutral") == ENTAILMENT | NEUTRAL


def test_what_is_held_out_is_never_drawn_and_falls_together_by_premise(tmp_path: Path) -> None:
    write_pairs(tmp_path / "rows.jsonl.gz")
    source = [Source("even", "rows.jsonl.gz", 30)]
    whole, part = (mixture_of(source, [tmp_path], tmp_path / "tokens", share) for share in (0.0, 0.4))
    table = whole.tables[0]
    drawn = {int(row) for stratum in part.strata for row in stratum.members[:, 1]}
    assert drawn == {row for row in range(30) if table.places[row] >= 0.4}
    assert 5 < len(drawn) < 25


def test_a_premise_keeps_its_place() -> None:
    assert place_of("The bridge is open.") == place_of("The bridge is open.") != place_of("The bridge is shut.")
