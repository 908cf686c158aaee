"""Synthetic pairs about what public data lacks: denials and their nesting, conditions, numbers, roles, time.

    python -m eval.training.augment [--sentences 40000] [--seed 3]

Reads plain sentences (claims of the training file, sentences of speeches that may be used) and writes
``synthetic.jsonl.gz`` into the work folder, one set a kind (``aug_negation``, ``aug_frame``, ...), which a
configuration names in a mixture. Each generator gives every surface cue with more than one label, lest the cue alone
tell the label: "not" stands in entailments and neutrals as well, "denied" in entailments ("denied that it is not").
"""

import argparse
import json
import random
import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from eval.locate import data_folder, work_folder
from eval.training.data import read_rows
from eval.training.mine import plain_sentences
from eval.training.rows import write_rows

C, E, N = "contradiction", "entailment", "neutral"
NOT_A_CONTRADICTION = "entailment|neutral"

AUXILIARIES = (
    "is", "are", "was", "were", "has", "have", "had", "will", "can", "could", "should", "would", "must", "does", "do",
    "did", "may", "might",
)  # fmt: skip
CONTRACTED = {
    "isn't": "is", "aren't": "are", "wasn't": "was", "weren't": "were", "hasn't": "has", "haven't": "have",
    "hadn't": "had", "won't": "will", "can't": "can", "cannot": "can", "couldn't": "could", "shouldn't": "should",
    "wouldn't": "would", "mustn't": "must", "doesn't": "does", "don't": "do", "didn't": "did",
}  # fmt: skip
SHORTENED = {full: short for short, full in CONTRACTED.items() if short != "cannot"}
# A word before the auxiliary that opens another clause: the auxiliary is then not the sentence's own.
CLAUSE_OPENERS = frozenset(
    {
        "that", "which", "who", "whom", "whose", "where", "when", "while", "if", "because",
        "although", "though", "as", "since", "whether", "what", "how", "why", "after", "before",
        "until", "unless", "and", "or", "but", "than",
    }
)  # fmt: skip
# Negating these sentences by their auxiliary does not turn the whole around.
QUANTIFIED = frozenset(
    {
        "all", "every", "each", "some", "many", "most", "few", "no", "none", "nobody",
        "nothing", "never", "neither", "not", "both", "any", "only",
    }
)  # fmt: skip
HAVE_AS_AUXILIARY = re.compile(
    r"^(been|\w+ed|done|seen|made|taken|become|come|gone|had|given|shown|brought|found|led|won|lost|begun|grown|built|held"
    r"|kept|left|met|paid|put|said|sent|set|told|written)$"
)
# Neither another number nor an antonym contradicts inside a negation: "did not accept", "did not reject".
NEGATED = re.compile(r"\b(not|no|never|none|nobody|without|neither|nor|cannot)\b|n't\b", re.I)
NUMBER = re.compile(r"(?<![\w.,-])(\d{1,3}(?:,\d{3})+|\d+)(?![\w%,.-]*\d)(?!(?:st|nd|rd|th)\b)")
YEAR = re.compile(r"\b(1[89]\d\d|20[0-2]\d)\b")
NUMBER_WORDS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


@dataclass(frozen=True, slots=True)
class Made:
    """One synthetic pair. ``kind``: its set."""

    premise: str
    hypothesis: str
    label: str
    kind: str


@cache
def words() -> dict[str, list[str]]:
    """The lists of ``words.toml``."""
    found: dict[str, list[str]] = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
    return found


@cache
def word_pairs(name: str) -> tuple[tuple[str, str], ...]:
    """A list of pairs of ``words.toml``."""
    raw = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
    return tuple((first, second) for first, second in raw[name])


def negate(sentence: str, contract: bool = False) -> str | None:
    """Turns a plain sentence around at its first auxiliary, or takes its "not" out; None where that is not safe."""
    tokens = sentence.split()
    lowered = [token.lower().strip(",.;") for token in tokens]
    for place, word in enumerate(lowered):
        if word in CLAUSE_OPENERS:
            return None
        if word in CONTRACTED:
            full = CONTRACTED[word]
            if full in ("do", "does", "did"):
                return None
            return " ".join([*tokens[:place], full, *tokens[place + 1 :]])
        if word in QUANTIFIED:
            return None
        if word in AUXILIARIES:
            # A capital auxiliary stands in a title: "Life Is Peachy".
            return turned_at(tokens, lowered, place, contract) if place > 0 and tokens[place].islower() else None
    return None


def turned_at(tokens: Sequence[str], lowered: Sequence[str], place: int, contract: bool) -> str | None:
    """The sentence with a "not" after ``tokens[place]``, or without the one that is there."""
    auxiliary, rest = lowered[place], lowered[place + 1 :]
    if not rest or tokens[place][-1] in ",;":
        return None
    if rest[0] == "not":
        # Without "not", a "do" would need the verb's own form; "not only" negates nothing.
        kept = auxiliary in ("do", "does", "did") or rest[1:2] in (["only"], ["just"])
        return None if kept else " ".join([*tokens[: place + 1], *tokens[place + 2 :]])
    if not may_be_negated(auxiliary, rest):
        return None
    if contract and auxiliary in SHORTENED and tokens[place].islower():
        return " ".join([*tokens[:place], SHORTENED[auxiliary], *tokens[place + 1 :]])
    if auxiliary == "can":
        return " ".join([*tokens[:place], "cannot", *tokens[place + 1 :]])
    return " ".join([*tokens[: place + 1], "not", *tokens[place + 1 :]])


def may_be_negated(auxiliary: str, rest: Sequence[str]) -> bool:
    """Whether "not" after the auxiliary says the opposite: no other negation, no "have" of possession, no "may"."""
    if auxiliary in ("do", "does", "did", "may", "might"):
        return False
    if auxiliary in ("has", "have", "had") and not HAVE_AS_AUXILIARY.match(rest[0]):
        return False
    return not any(word in ("not", "no", "never") or word.endswith("n't") for word in rest)


def embedded(sentence: str) -> str:
    """The sentence as it stands after "that": small first letter unless it is a name, no full stop."""
    text = sentence.rstrip(" .")
    first = text.split(" ", 1)[0]
    plain = first.lower() in STARTERS
    return text[0].lower() + text[1:] if plain else text


STARTERS = frozenset(
    {
        "the", "a", "an", "this", "that", "these", "those", "we", "it", "there",
        "he", "she", "they", "our", "their", "his", "her", "its", "in", "on",
        "at", "for", "with", "by", "from", "to", "today", "here", "some", "many",
        "most", "all", "both", "such", "one", "two", "three", "another", "each", "every",
        "people", "no",
    }
)  # fmt: skip


def sentence_of(text: str) -> str:
    """Capital first letter and one full stop."""
    text = text.strip()
    return text[0].upper() + text[1:].rstrip(". ") + "."


def made_negation(text: str, other: str, draw: random.Random) -> Iterator[Made]:
    """P against not-P, and the same words where nothing is turned around."""
    kind = "aug_negation"
    opposite = negate(text, contract=draw.random() < 0.5)
    if opposite is None:
        return
    lists = words()
    plain, turned = embedded(text), embedded(opposite)
    untrue = sentence_of(f"{draw.choice(lists['false_frames'])} {plain}")
    untrue_opposite = sentence_of(f"{draw.choice(lists['false_frames'])} {turned}")
    confirmed = sentence_of(f"{draw.choice(lists['true_frames'])} {turned}")
    yield Made(text, opposite, C, kind)
    yield draw.choice(
        [Made(text, untrue, C, kind), Made(opposite, untrue_opposite, C, kind), Made(text, confirmed, C, kind)]
    )
    yield draw.choice(
        [Made(opposite, untrue, E, kind), Made(text, untrue_opposite, E, kind), Made(untrue, opposite, E, kind)]
    )
    yield draw.choice(
        [Made(opposite, confirmed, E, kind), Made(confirmed, opposite, E, kind), Made(untrue, turned, E, kind)]
    )
    opposite_other = negate(other)
    if opposite_other is not None:
        yield draw.choice([Made(opposite, other, N, kind), Made(text, opposite_other, N, kind)])
        yield draw.choice([Made(opposite, opposite_other, N, kind), Made(untrue, other, N, kind)])


def made_frame(text: str, other: str, draw: random.Random) -> Iterator[Made]:
    """Who denies, rejects or says it, against the content and its opposite."""
    kind = "aug_frame"
    opposite = negate(text)
    lists = words()
    speaker = draw.choice(lists["speakers"])
    speaker = speaker[0].upper() + speaker[1:]
    denial, saying = draw.choice(lists["deny"]), draw.choice(lists["say"])
    plain = embedded(text)
    denies = f"{speaker} {denial} that {plain}."
    says = f"{speaker} {saying} that {plain}."
    yield Made(denies, text, C, kind)
    yield draw.choice(
        [
            Made(says, text, E, kind),
            Made(f"{text[:-1]}, {speaker_inside(speaker)} {saying_plain(draw)}.", text, E, kind),
        ]
    )
    yield Made(f"{speaker} {draw.choice(lists['doubt'])} {plain}.", text, N, kind)
    if opposite is not None:
        turned = embedded(opposite)
        denies_opposite = f"{speaker} {denial} that {turned}."
        says_opposite = f"{speaker} {saying} that {turned}."
        yield draw.choice([Made(denies_opposite, opposite, C, kind), Made(says_opposite, text, C, kind)])
        yield Made(denies_opposite, text, E, kind)
        yield draw.choice(
            [Made(denies, opposite, E, kind), Made(denies, opposite, E, kind), Made(denies, denies, E, kind)]
        )
        second = draw.choice(lists["speakers"])
        yield draw.choice(
            [
                Made(denies, f"{speaker} {saying} that {turned}.", E, kind),
                Made(denies_opposite, says, E, kind),
                Made(denies, f"{second[0].upper()}{second[1:]} {saying} that {plain}.", C, kind),
            ]
        )
    elsewhere = embedded(other)
    yield draw.choice(
        [
            Made(f"{speaker} {denial} that {elsewhere}.", text, N, kind),
            Made(denies, other, N, kind),
            Made(f"{speaker} {saying} that {elsewhere}.", text, N, kind),
        ]
    )


def speaker_inside(speaker: str) -> str:
    """A speaker in the middle of a sentence."""
    return speaker[0].lower() + speaker[1:] if speaker.split(" ", maxsplit=1)[0].lower() in STARTERS else speaker


def saying_plain(draw: random.Random) -> str:
    """A verb that may stand after the content without "that"."""
    return draw.choice(["said", "announced", "insisted", "stressed", "added", "told reporters"])


def made_condition(text: str, other: str, draw: random.Random) -> Iterator[Made]:
    """Conditions, predictions and hopes assert nothing; the bare assertion beside them does."""
    kind = "aug_condition"
    lists = words()
    plain = embedded(text)
    opposite = negate(text)
    condition = draw.choice(lists["conditions"])
    speaker = draw.choice(lists["speakers"])
    speaker = speaker[0].upper() + speaker[1:]
    held = f"{sentence_of(condition)[:-1]}, {plain}."
    guessed = f"{speaker} {draw.choice(lists['guess'])} {plain}."
    yield draw.choice(
        [Made(held, text, N, kind), Made(guessed, text, N, kind), Made(f"{text[:-1]} {condition}.", text, N, kind)]
    )
    if opposite is not None:
        yield draw.choice([Made(held, opposite, N, kind), Made(guessed, opposite, N, kind)])
        # What is known stays known beside a condition that concerns something else.
        known = f"{text} {sentence_of(condition)[:-1]}, {embedded(other)}."
        yield Made(known, opposite, C, kind)
        yield Made(known, text, E, kind)


def made_number(text: str, other: str, draw: random.Random) -> Iterator[Made]:
    """Another number contradicts; the same number in other clothes, or a weaker bound, does not."""
    kind = "aug_number"
    if NEGATED.search(text):
        return
    found = NUMBER.search(text)
    if found is None or YEAR.fullmatch(found.group(1)):
        yield from made_number_word(text, draw)
        return
    value = int(found.group(1).replace(",", ""))
    if value < 2:
        return
    clash = clashing(value, draw)
    comma = "," in found.group(1)

    def put(shown: str) -> str:
        return text[: found.start()] + shown + text[found.end() :]

    written = f"{clash:,}" if comma or draw.random() < 0.5 else str(clash)
    yield Made(text, put(written), C, kind)
    same = str(value) if comma else f"{value:,}"
    yield Made(text, put(same) if same != found.group(1) else sentence_of(f"Indeed, {embedded(text)}"), E, kind)
    if not re.search(r"(than|least|most|about|nearly|almost|over|under|up to|around)\s$", text[: found.start()]):
        yield draw.choice(
            [
                Made(text, put(f"more than {max(1, int(value * draw.choice([0.5, 0.8]))):,}"), E, kind),
                Made(text, put(f"more than {int(value * draw.choice([1.5, 2, 3])) + 1:,}"), C, kind),
                Made(text, put(f"fewer than {max(1, int(value * 0.6)):,}"), C, kind),
                Made(text, put(f"at least {max(1, int(value * 0.9)):,}"), E, kind),
                Made(put(f"more than {max(1, int(value * 0.5)):,}"), text, N, kind),
                Made(put(f"at least {max(1, int(value * 0.5)):,}"), text, N, kind),
            ]
        )
    if any(character.isdigit() for character in other):
        yield Made(text, other, NOT_A_CONTRADICTION, kind)


def made_number_word(text: str, draw: random.Random) -> Iterator[Made]:
    """Numbers in words, two to twelve."""
    found = re.search(rf"\b({'|'.join(NUMBER_WORDS)})\b(?! of\b)", text)
    if found is None:
        return
    value = NUMBER_WORDS.index(found.group(1)) + 2
    clash = draw.choice([number for number in range(2, 13) if number != value])
    yield Made(text, text[: found.start()] + NUMBER_WORDS[clash - 2] + text[found.end() :], C, "aug_number")
    yield Made(text, text[: found.start()] + str(value) + text[found.end() :], E, "aug_number")


def clashing(value: int, draw: random.Random) -> int:
    """Another number of the same size."""
    low, high = max(1, value // 3), value * 3 + 2
    clash = draw.randint(low, high)
    while abs(clash - value) < max(1, value // 10):
        clash = draw.randint(low, high)
    return clash


def made_date(text: str, other: str, draw: random.Random) -> Iterator[Made]:
    """Another year or month for one event contradicts; for two events it does not."""
    kind = "aug_date"
    found = YEAR.search(text) or re.search(rf"\b({'|'.join(words()['months'])})\b(?= \d)", text)
    if found is None:
        return
    shown = found.group(1)
    if shown.isdigit():
        changed = str(int(shown) + draw.choice([-11, -7, -4, -3, -2, -1, 1, 2, 3, 4, 6, 9]))
    else:
        changed = draw.choice([month for month in words()["months"] if month != shown])
    shifted = text[: found.start()] + changed + text[found.end() :]
    yield Made(text, shifted, C, kind)
    yield Made(text, sentence_of(f"{draw.choice(words()['true_frames'])} {embedded(text)}"), E, kind)
    opposite = negate(text)
    if opposite is not None and shown.isdigit():
        # The opposite at another time: both may be true.
        yield Made(text, opposite[: found.start()] + opposite[found.start() :].replace(shown, changed), N, kind)
    if any(character.isdigit() for character in other):
        yield Made(text, other, NOT_A_CONTRADICTION, kind)


def made_time(text: str, other: str, draw: random.Random) -> Iterator[Made]:
    """Both true at different times, against the same clash at one time."""
    kind = "aug_time"
    opposite = negate(text)
    if opposite is None or YEAR.search(text):
        return
    earlier = draw.randint(1990, 2020)
    later = earlier + draw.randint(1, 6)
    plain, turned = embedded(text), embedded(opposite)
    if draw.random() < 0.5:
        plain, turned = turned, plain
    month, next_month = draw.sample(words()["months"], 2)
    yield draw.choice(
        [
            Made(f"In {earlier}, {plain}.", f"In {later}, {turned}.", N, kind),
            Made(f"In {month} {plain}.", f"In {next_month} {turned}.", N, kind),
            Made(f"Last year {plain}.", f"Today {turned}.", N, kind),
            Made(f"Until {earlier}, {plain}.", f"Since {later}, {turned}.", N, kind),
        ]
    )
    yield draw.choice(
        [
            Made(f"In {earlier}, {plain}.", f"In {earlier}, {turned}.", C, kind),
            Made(f"In {month} {plain}.", f"In {month} {turned}.", C, kind),
            Made(f"Last year {plain}.", f"Last year {turned}.", C, kind),
        ]
    )
    yield draw.choice(
        [
            Made(f"In {earlier}, {plain}.", sentence_of(plain), NOT_A_CONTRADICTION, kind),
            Made(f"In {month} {plain}.", f"It was in {month} that {plain}.", E, kind),
            Made(f"In {earlier}, {plain}.", f"Already in {earlier}, {plain}.", E, kind),
        ]
    )


def made_lexical(text: str, other: str, draw: random.Random) -> Iterator[Made]:
    """One word exchanged for its opposite, or for its equal."""
    kind = "aug_antonym"
    if NEGATED.search(text):
        return
    opposites = [(a, b) for pair in word_pairs("antonyms") for a, b in (pair, pair[::-1])]
    changed = exchanged(text, opposites, draw)
    if changed is None:
        return
    yield Made(text, changed, C, kind)
    equal = exchanged(text, list(word_pairs("synonyms")), draw)
    yield Made(text, equal or sentence_of(f"{draw.choice(words()['true_frames'])} {embedded(text)}"), E, kind)
    yield draw.choice([Made(changed, other, N, kind), Made(other, changed, N, kind)])


def exchanged(text: str, pairs: Sequence[tuple[str, str]], draw: random.Random) -> str | None:
    """``text`` with one word of ``pairs`` exchanged, or None where none stands in it."""
    possible = [(old, new) for old, new in pairs if re.search(rf"\b{re.escape(old)}\b", text)]
    if not possible:
        return None
    old, new = draw.choice(possible)
    return re.sub(rf"\b{re.escape(old)}\b", new, text, count=1)


def made_name(text: str, other: str, draw: random.Random) -> Iterator[Made]:
    """The same said of another state is no contradiction."""
    kind = "aug_name"
    countries = words()["countries"]
    found = re.search(rf"\b({'|'.join(countries)})\b(?!n)", text)
    if found is None:
        return
    another = draw.choice([name for name in countries if name not in text])
    moved = text[: found.start()] + another + text[found.end() :]
    yield Made(text, moved, N, kind)
    opposite = negate(text)
    if opposite is not None:
        yield Made(text, opposite, C, kind)
        turned = negate(moved)
        if turned is not None:
            yield Made(text, turned, N, kind)
    yield Made(text, sentence_of(f"{draw.choice(words()['true_frames'])} {embedded(text)}"), E, kind)


def made_roles(draw: random.Random) -> Iterator[Made]:
    """Who did it to whom, turned round, put into the passive, or said of others."""
    kind = "aug_role"
    a, b, c = draw.sample(words()["countries"], 3)
    template = draw.choice(words()["roles"])
    active, passive = draw.choice(word_pairs("voices"))

    def fill(pattern: str, first: str, second: str) -> str:
        return pattern.format(a=first, b=second)

    speaker = draw.choice(words()["speakers"])
    speaker = speaker[0].upper() + speaker[1:]
    yield Made(fill(template, a, b), fill(template, b, a), C, kind)
    yield Made(fill(active, a, b), fill(passive, b, a), C, kind)
    yield Made(fill(active, a, b), fill(passive, a, b), E, kind)
    yield Made(fill(passive, a, b), fill(active, a, b), E, kind)
    said = draw.choice([active, template])
    framed = f"{speaker} {draw.choice(words()['say'])} that {fill(said, a, b)}"
    yield Made(framed, fill(said, a, b), E, kind)
    yield draw.choice([Made(framed, fill(said, b, a), C, kind), Made(framed, fill(said, a, c), N, kind)])
    yield draw.choice(
        [
            Made(fill(template, a, b), fill(template, a, c), N, kind),
            Made(fill(active, a, b), fill(passive, c, b), N, kind),
        ]
    )
    yield Made(fill(template, a, b), fill(draw.choice(words()["roles"]), c, b), NOT_A_CONTRADICTION, kind)


Generator = Callable[[str, str, random.Random], Iterator[Made]]
GENERATORS: tuple[tuple[Generator, float], ...] = (
    (made_negation, 0.5),
    (made_frame, 0.35),
    (made_condition, 0.35),
    (made_number, 1.0),
    (made_date, 1.0),
    (made_time, 0.3),
    (made_lexical, 0.7),
    (made_name, 0.7),
)
"""Each generator with the share of the sentences that it is offered."""


def made_from(sentences: Sequence[str], seed: int, roles: int) -> Iterator[Made]:
    """All synthetic pairs, in an order that depends on the arguments only."""
    draw = random.Random(seed)
    for place, text in enumerate(sentences):
        # Neighbours in the list come from one document or are near in kind: a hard "other".
        other = sentences[(place + 1) % len(sentences)]
        for generator, share in GENERATORS:
            if draw.random() < share:
                yield from generator(text, other, draw)
    for _ in range(roles):
        yield from made_roles(draw)


def training_claims(limit: int, seed: int) -> list[str]:
    """Plain sentences among the hypotheses of the training file."""
    useful = {"fever_gg", "lingnli", "wanli_disco", "mnli_llmsknow", "mnli_nyuhw", "semiauto_base_wiki"}
    rows = read_rows(data_folder() / "pairs" / "train.jsonl.gz")
    found = sorted({row.hypothesis for row in rows if row.origin in useful and is_plain(row.hypothesis)})
    random.Random(seed).shuffle(found)
    return found[:limit]


SPOKEN = re.compile(
    r"(If|Let|And|But|So|Because|Well|Look|Again|Obviously|Already|Now|Yes|No|OK|Okay|Yeah|Folks|You know|I mean|Then"
    r"|Or|When|While|As|Although|Also|However|Therefore|Indeed|First|Second|Third|Finally|Secondly|Thirdly)\b"
)
"""Openings after which a sentence cannot stand behind "that"."""


def is_plain(text: str) -> bool:
    """A statement of 4 to 26 words, ending in a full stop, without quotation marks or a question."""
    return (
        4 <= len(text.split()) <= 26
        and text[0].isupper()
        and text.endswith(".")
        and not re.search(r"[?\"“”:;()\[\]*—]|\.\.| [.,]", text)
        and text.count(".") == 1
        and not SPOKEN.match(text)
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--claims", type=int, default=30_000, help="sentences taken from the training file")
    parser.add_argument("--speeches", type=int, default=30_000, help="sentences taken from the speeches")
    parser.add_argument("--roles", type=int, default=1_500)
    parser.add_argument("--seed", type=int, default=3)
    arguments = parser.parse_args()
    claims = training_claims(arguments.claims, arguments.seed)
    speeches = [sentence.text for sentence in plain_sentences(data_folder()) if is_plain(sentence.text)]
    step = max(1, len(speeches) // max(arguments.speeches, 1))
    target = work_folder() / "synthetic.jsonl.gz"
    made = made_from([*claims, *speeches[::step]], arguments.seed, arguments.roles)
    records = ({"premise": m.premise, "hypothesis": m.hypothesis, "label": m.label, "set": m.kind} for m in made)
    print(json.dumps(write_rows(target, records)))


if __name__ == "__main__":
    main()
