"""Which near pairs are judged, and which are kept as what only looks like a contradiction."""

from checker.judging import CrossEncoder
from eval.training.hard import LEAST, differ, taken_for_contradictions
from eval.training.mine import Neighbours, Sentence


def _near(one: str, other: str) -> Neighbours:
    return Neighbours(Sentence(one, "USA", "a"), Sentence(other, "FRA", "b"), 0.7)


CLASH = _near("The harbour of Karvo is open to all ships.", "The harbour of Karvo is not open to any ship.")
ALIKE = _near("The harbour of Karvo is open to all ships.", "All ships may enter the harbour of Karvo.")


def test_only_what_may_mislead_is_judged() -> None:
    assert differ(CLASH)
    assert differ(_near("We sent 40 ships to Karvo.", "We sent 55 ships to Karvo."))
    assert differ(_near("Exports of wheat increased.", "Exports of wheat decreased."))
    assert not differ(ALIKE)


def test_what_the_judge_takes_for_a_contradiction_is_kept_as_none() -> None:
    (kept,) = taken_for_contradictions([ALIKE, CLASH], CrossEncoder.packaged(threads=1))
    assert (kept["premise"], kept["hypothesis"]) == (CLASH.first.text, CLASH.second.text)
    assert kept["label"] == "entailment|neutral"
    assert kept["set"] == "hard_neighbours"
    assert isinstance(kept["contradiction"], float)
    assert kept["contradiction"] >= LEAST
