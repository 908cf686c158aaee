"""Synthetic pairs: what each generator says, on invented sentences."""

import random
import re
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from eval.training.augment import (
    Made,
    embedded,
    is_plain,
    made_condition,
    made_date,
    made_frame,
    made_from,
    made_lexical,
    made_name,
    made_negation,
    made_number,
    made_roles,
    made_time,
    negate,
)  # fmt: skip
from eval.training.mine import SENTENCE_END, Sentence, neighbours

OTHER = "The bridge at Tarn was closed."


@pytest.mark.parametrize(
    ("sentence", "opposite"),
    [
        ("Arland is withdrawing its troops.", "Arland is not withdrawing its troops."),
        ("Arland is not withdrawing its troops.", "Arland is withdrawing its troops."),
        ("The minister wasn't in Belmark.", "The minister was in Belmark."),
        ("The army can hold the bridge.", "The army cannot hold the bridge."),
        ("Norvia has signed the treaty.", "Norvia has not signed the treaty."),
        ("The bridge will be opened in May.", "The bridge will not be opened in May."),
    ],
)
def test_a_sentence_is_turned_around_at_its_auxiliary(sentence: str, opposite: str) -> None:
    assert negate(sentence) == opposite


@pytest.mark.parametrize(
    "sentence",
    [
        "Norvia has three ports.",  # possession
        "The man that is here left.",  # another clause's auxiliary
        "All ports are open.",  # "not all" and "all not" differ
        "The army did not attack.",  # without "not" the verb would need another form
        "The treaty is not only old but broken.",
        "Life Is a film about Tarn.",  # part of a title
        "Arland attacked Belmark.",
        "The union may strike.",
    ],
)
def test_a_sentence_that_cannot_be_turned_around_safely_is_left_alone(sentence: str) -> None:
    assert negate(sentence) is None


def test_a_contracted_negation_is_written_where_asked() -> None:
    assert negate("Arland is withdrawing.", contract=True) == "Arland isn't withdrawing."


def test_a_sentence_behind_that_keeps_the_capital_of_a_name_only() -> None:
    assert embedded("The bridge is open.") == "the bridge is open"
    assert embedded("Arland is large.") == "Arland is large"


def pairs_of(
    generator: Callable[[str, str, random.Random], Iterator[Made]], text: str, seeds: int = 40
) -> set[tuple[str, str, str]]:
    """All (premise, hypothesis, label) that some seed gives."""
    return {
        (made.premise, made.hypothesis, made.label)
        for seed in range(seeds)
        for made in generator(text, OTHER, random.Random(seed))
    }


def test_a_denied_negative_entails_the_positive_and_contradicts_the_negative() -> None:
    text, opposite = "Arland is withdrawing its troops.", "Arland is not withdrawing its troops."
    found = pairs_of(made_frame, text)
    rejected = {
        (p, h, label)
        for p, h, label in found
        if p.endswith("that Arland is not withdrawing its troops.") and "accusations" in p
    }
    assert any(h == text and label == "entailment" for _, h, label in rejected)
    assert all(label == "entailment" for _, h, label in rejected if h == text)
    assert all(label == "contradiction" for _, h, label in rejected if h == opposite)


def test_whoever_denies_contradicts_and_whoever_says_entails_and_whoever_asks_does_neither() -> None:
    text = "Arland is withdrawing its troops."
    found = pairs_of(made_frame, text)
    for cue, label in (("denied that", "contradiction"), ("insisted that", "entailment"), ("asked whether", "neutral")):
        labels = {kind for premise, hypothesis, kind in found if f"{cue} Arland is w" in premise and hypothesis == text}
        assert labels == {label}


def test_not_true_that_not_is_true() -> None:
    text = "Arland is withdrawing its troops."
    found = pairs_of(made_negation, text)
    assert (text, "It is false that Arland is withdrawing its troops.", "contradiction") in found
    assert (text, "It is not the case that Arland is not withdrawing its troops.", "entailment") in found


def test_under_a_condition_nothing_is_asserted() -> None:
    found = pairs_of(made_condition, "Arland is withdrawing its troops.")
    held = [label for premise, _, label in found if premise.startswith("If ")]
    assert held
    assert set(held) == {"neutral"}


def test_another_number_contradicts_and_a_lower_bound_below_it_follows() -> None:
    found = pairs_of(made_number, "The flood killed 40 people in Tarn.", seeds=80)
    assert (
        "The flood killed 40 people in Tarn.",
        "The flood killed more than 20 people in Tarn.",
        "entailment",
    ) in found
    assert (
        "The flood killed 40 people in Tarn.",
        "The flood killed more than 61 people in Tarn.",
        "contradiction",
    ) in found
    assert ("The flood killed at least 20 people in Tarn.", "The flood killed 40 people in Tarn.", "neutral") in found
    plain = [h for _, h, label in found if label == "contradiction" and "more" not in h and "fewer" not in h]
    assert plain
    assert all(" 40 " not in hypothesis for hypothesis in plain)


def test_numbers_and_antonyms_inside_a_negation_are_left_alone() -> None:
    for generator in (made_number, made_lexical):
        assert pairs_of(generator, "The two states did not accept the 40 demands.") == set()


def test_another_year_contradicts_but_the_opposite_in_another_year_does_not() -> None:
    found = pairs_of(made_date, "Arland was a republic in 1990.")
    by_label = {label: {h for _, h, kind in found if kind == label} for label in ("contradiction", "neutral")}
    assert "Arland was a republic in 1991." in by_label["contradiction"]
    assert "Arland was not a republic in 1991." in by_label["neutral"]


def test_opposites_at_different_times_are_neutral_and_at_one_time_contradict() -> None:
    for premise, hypothesis, label in pairs_of(made_time, "Arland is a republic."):
        if premise.startswith("In ") and hypothesis.startswith("In ") and premise != hypothesis:
            same = premise.replace(",", "").split()[1] == hypothesis.replace(",", "").split()[1]
            assert label == ("contradiction" if same else "neutral")


def test_an_antonym_contradicts_and_a_synonym_does_not() -> None:
    found = pairs_of(made_lexical, "Exports rose after the war.")
    assert ("Exports rose after the war.", "Exports fell after the war.", "contradiction") in found
    assert ("Exports rose after the war.", "Exports rose after the armed conflict.", "entailment") in found


def test_the_same_said_of_another_state_is_neutral() -> None:
    labels = {
        label
        for _, h, label in pairs_of(made_name, "Arland is a republic.")
        if not h.startswith(("Arland", "It", "I", "N"))
    }
    assert labels == {"neutral"}


def test_turned_roles_contradict_and_the_passive_says_the_same() -> None:
    made = [pair for seed in range(60) for pair in made_roles(random.Random(seed))]
    active, passive_form = re.compile(r"\w+ attacked \w+\."), re.compile(r"\w+ was attacked by \w+\.")
    attacks = [pair for pair in made if active.fullmatch(pair.premise) and passive_form.fullmatch(pair.hypothesis)]
    assert attacks
    for pair in attacks:
        attacker, attacked = pair.premise.removesuffix(".").split(" attacked ")
        passive = pair.hypothesis.removesuffix(".").split(" was attacked by ")
        if passive == [attacked, attacker]:
            assert pair.label == "entailment"
        elif passive == [attacker, attacked]:
            assert pair.label == "contradiction"
        else:
            assert pair.label == "neutral"


def test_the_same_seed_makes_the_same_pairs() -> None:
    sentences = ["Arland is a republic.", "The army can hold the bridge.", "Exports rose by 12 per cent."]
    assert list(made_from(sentences, 4, 3)) == list(made_from(sentences, 4, 3))
    assert list(made_from(sentences, 4, 3)) != list(made_from(sentences, 5, 3))


def test_spoken_openings_and_questions_are_not_plain() -> None:
    assert is_plain("The bridge at Tarn was closed.")
    assert not is_plain("Well, the bridge was closed.")
    assert not is_plain("Was the bridge closed?")


def test_sentences_are_not_cut_at_titles_and_initials() -> None:
    text = "Mr. Oster met J. Velt in the U.S. embassy. They signed the treaty. “It holds.”"
    assert SENTENCE_END.split(text) == [
        "Mr. Oster met J. Velt in the U.S. embassy.",
        "They signed the treaty.",
        "“It holds.”",
    ]


def test_neighbours_are_of_other_speakers_and_no_copies() -> None:
    names = [("a", "Arland"), ("b", "Arland"), ("c", "Belmark"), ("d", "Norvia")]
    sentences = [Sentence(text, speaker, "x") for text, speaker in names]
    vectors = np.array([[1, 0], [0.99, 0.141], [0.8, 0.6], [1, 0]], dtype=np.float32)
    found = {(pair.first.text, pair.second.text): pair.similarity for pair in neighbours(sentences, vectors, 2)}
    # a-b share a speaker; a-d and b-d say the same; b-c (.8766), a-c and c-d (.8) remain.
    assert found == pytest.approx({("a", "c"): 0.8, ("b", "c"): 0.8766, ("c", "d"): 0.8})
