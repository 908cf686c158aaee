"""Sentences around a premise: the label stays true, nothing is lost, and the same data give the same pairs."""

import pytest

from checker.judging import CrossEncoder
from eval.training.surround import FALSE, MOST_WORDS, Labelled, surrounded
from index.encoders import Encoder, load_encoder

HARBOURS = (
    "Karvo",
    "Lindel",
    "Ostby",
    "Tarn",
    "Vellin",
    "Sorrel",
    "Mirth",
    "Penna",
    "Dorum",
    "Askil",
    "Brand",
    "Holme",
)
NEWS = (
    "The harbour of {} was dredged to twelve metres last spring.",
    "The port authority of {} hired forty new pilots.",
    "A storm tore two cranes from the quay of {} in March.",
    "The ferry company of {} has ordered a ship that runs on hydrogen.",
)


@pytest.fixture(scope="module")
def models() -> tuple[Encoder, CrossEncoder]:
    return load_encoder(), CrossEncoder.packaged(threads=1)


@pytest.fixture(scope="module")
def rows() -> list[Labelled]:
    found = []
    for harbour in HARBOURS:
        found += [Labelled(news.format(harbour), f"{harbour} has a harbour.", "entailment") for news in NEWS]
        found.append(Labelled(f"The harbour of {harbour} is closed.", f"{harbour}'s harbour is open.", "contradiction"))
        found.append(Labelled(f"The harbour of {harbour} is old.", f"{harbour} was founded by monks.", "neutral"))
    return found


def test_the_premise_stands_in_what_is_made_of_it_with_its_label(
    models: tuple[Encoder, CrossEncoder], rows: list[Labelled]
) -> None:
    made = list(surrounded(rows, 30, *models, seed="a", phrases=False))
    sides = {(row.premise.rstrip("."), row.hypothesis): row.label for row in rows}
    sides |= {
        (row.hypothesis.rstrip("."), row.premise): "contradiction"
        if row.label == "contradiction"
        else "entailment|neutral"
        for row in rows
        if row.label != "entailment"
    }
    assert len(made) > 10
    for pair in made:
        origins = [
            (side, label) for side, label in sides.items() if side[0] in pair.premise and side[1] == pair.hypothesis
        ]
        assert pair.label in {label for _, label in origins}
        assert all(len(pair.premise) > len(side[0]) + 1 for side, _ in origins)  # something stands around it
        assert len(pair.premise.split()) <= MOST_WORDS


def test_nothing_around_it_contradicts_or_entails_the_hypothesis(
    models: tuple[Encoder, CrossEncoder], rows: list[Labelled]
) -> None:
    # What else is known of a harbour entails that there is one: only sentences about others may stand there.
    for pair in surrounded(rows, 30, *models, seed="a", phrases=False):
        if pair.hypothesis.endswith("has a harbour."):
            harbour = pair.hypothesis.split()[0]
            assert pair.premise.count(harbour) == 1, pair


def test_a_phrase_that_calls_it_false_stands_before_what_contradicts_and_before_other_matters(
    models: tuple[Encoder, CrossEncoder], rows: list[Labelled]
) -> None:
    made = [pair for seed in "abcdef" for pair in surrounded(rows, 36, *models, seed=seed, phrases=True)]
    labels: dict[str, set[str]] = {}
    for pair in made:
        if pair.premise.startswith(FALSE):
            labels.setdefault(pair.label, set()).add(pair.hypothesis)
    assert labels.keys() >= {"contradiction"}
    assert labels.keys() & {"neutral", "entailment|neutral"}
    assert "entailment" not in labels
    # "That is untrue. The harbour is open." agrees that it is closed.
    assert all("harbour is open" in hypothesis for hypothesis in labels["contradiction"])


def test_the_same_rows_give_the_same_pairs(models: tuple[Encoder, CrossEncoder], rows: list[Labelled]) -> None:
    one = list(surrounded(rows, 30, *models, seed="a", phrases=True))
    assert one == list(surrounded(list(rows), 30, *models, seed="a", phrases=True))
    assert one != list(surrounded(rows, 30, *models, seed="c", phrases=True))
