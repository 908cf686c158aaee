"""Says the same in words that a small model knows: single verbs, and no emphasis at the end."""

import re
import tomllib
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from checker.extraction.propositions.words import Form, inflect

_FORMS: tuple[Form, ...] = ("base", "third", "past", "participle", "gerund")


@lru_cache(maxsize=4096)
def plain_words(text: str) -> str:
    """``text`` with each known phrasal verb replaced, and without what only stresses it at its end.

    "is not drawing down those forces on the ground" -> "is not withdrawing those forces". Only where verb and particle
    stand side by side; the case of the first letter is kept.
    """
    pattern, single = _table()
    text = _emphasis().sub(r"\1", text)

    def replaced(found: re.Match[str]) -> str:
        word = single[found[0].lower()]
        return word.capitalize() if found[0][0].isupper() else word

    return pattern.sub(replaced, text)


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(files("checker.judging").joinpath("wording.toml").read_text(encoding="utf-8"))


@cache
def _emphasis() -> re.Pattern[str]:
    phrases = "|".join(map(re.escape, _data()["emphasis"]))
    return re.compile(rf"(?<=\w),? (?:{phrases})([.!]?)$", re.IGNORECASE)


@cache
def _table() -> tuple[re.Pattern[str], dict[str, str]]:
    """One pattern for all forms of all verbs, and the form of the single verb for each."""
    single: dict[str, str] = {}
    for phrasal, verb in _data()["verbs"].items():
        head, _, particle = phrasal.partition(" ")
        for form in _FORMS:
            target, _, rest = verb.partition(" ")
            single.setdefault(f"{inflect(head, form)} {particle}", f"{inflect(target, form)} {rest}".rstrip())
    longest_first = sorted(single, key=lambda words: (-len(words), words))
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b", re.IGNORECASE), single
