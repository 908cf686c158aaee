"""The quick look at the dev files."""

import numpy as np
import torch
from torch import Tensor

from eval.training.data import Row, tokenise
from eval.training.evaluate import probabilities, score
from eval.training.model import CrossEncoder, Shape


class Fixed(CrossEncoder):
    """Likes neutral best, then contradiction if the pair is longer than eleven tokens, entailment otherwise."""

    def __init__(self) -> None:
        super().__init__(Shape(layers=1, heads=1, hidden=4, feed_forward=4, vocabulary=30522, positions=64))

    def forward(self, ids: Tensor, segments: Tensor, mask: Tensor | None = None) -> Tensor:
        long = (ids != 0).sum(dim=1) > 11
        neutral = torch.full_like(long, 5.0, dtype=torch.float32)
        return torch.stack([long * 2.0, (~long) * 2.0, neutral], dim=1)


ROWS = [
    Row("The old bridge at the port was closed.", "It was open.", 1, "x"),
    Row("It was shut.", "It was open.", 1, "x"),
    Row("It was shut.", "It was closed.", 2, "x"),
]


def test_a_label_that_a_file_lacks_is_never_guessed() -> None:
    found = score(Fixed(), "two-way", tokenise(ROWS), limit=0, max_length=64)
    # Right: the long contradiction and the short entailment; wrong: the short contradiction.
    assert found.accuracy == 2 / 3
    assert found.predicted == (0.333, 0.667, 0.0)


def test_with_three_labels_the_likeliest_of_all_is_taken() -> None:
    found = score(
        Fixed(), "three-way", tokenise([*ROWS, Row("It was shut.", "It rained.", 4, "x")]), limit=0, max_length=64
    )
    assert found.accuracy == 1 / 4


def test_probabilities_come_back_in_the_order_of_the_rows() -> None:
    found = probabilities(Fixed(), tokenise(ROWS), [1, 0, 2], max_length=64, batch_rows=2)
    assert np.argmax(found[:, :2], axis=1).tolist() == [1, 0, 1]
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-6)


def test_hiding_a_side_empties_it() -> None:
    table = tokenise(ROWS)
    hidden = probabilities(Fixed(), table, [0], max_length=64, hide="premise")
    assert np.argmax(hidden[0, :2]) == 1
