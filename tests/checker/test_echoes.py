"""What is no rebuttal because it agrees, and who may be named as saying the same."""

import pytest

from checker.facade import agrees, is_echo
from index.records import Probabilities, Verdict, VerdictKind


@pytest.mark.parametrize(
    ("kind", "contradiction", "entailment", "agreeing", "echo"),
    [
        ("compatible", 0.05, 0.90, True, True),
        ("compatible", 0.28, 0.43, True, False),  # a disproof that repeats what it disproves
        ("uncertain", 0.30, 0.65, True, True),
        ("uncertain", 0.41, 0.46, True, False),
        ("uncertain", 0.50, 0.20, False, False),
        ("contradiction", 0.30, 0.65, False, False),  # "ten were hurt", "twelve were hurt"
        ("unrelated", 0.05, 0.10, False, False),
    ],
)
def test_what_agrees_is_no_rebuttal_and_only_what_surely_says_the_same_is_an_echo(
    kind: VerdictKind, contradiction: float, entailment: float, agreeing: bool, echo: bool
) -> None:
    probabilities = Probabilities(contradiction, entailment, round(1 - contradiction - entailment, 4))
    verdict = Verdict(kind, 0.4, probabilities, ())
    assert (agrees(verdict), is_echo(verdict, 0.8)) == (agreeing, echo)
    assert not is_echo(verdict, 0.45)  # what is far from the claim is not the same, whatever the judge holds of it
