"""The blind labels belong to test pairs, and agree with the writers' as README says."""

from eval.agreement import measure


def test_every_type_was_read_blind_and_the_readers_agree() -> None:
    *types, whole = measure()
    assert {one["n"] for one in types} == {20}
    assert whole["n"] == 20 * len(types) == 380
    assert whole["kappa"] > 0.95
    assert whole["kappa_contradiction"] > 0.95
