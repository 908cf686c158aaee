"""The words that tell what a sentence is about: what contradicts speaks of the same."""

import re
from functools import lru_cache

from index import lexical
from index.records import Statement

_BEGINNING = 5  # letters
_LEAST_WORDS, _LEAST_BESIDE_THE_NAME = 3, 2
# Of 2,136 statements that contradict in eval/data/political two begin or end so, and none has fewer words; of 29,990
# settled statements of real texts 15 in 100 begin so, 2 end so, and 5 have fewer words.
_POINTING = frozenset("this that these those such they he she you your i we here".split())
_POINTING_BACK = frozenset("this that so".split())


@lru_cache(maxsize=16_384)  # a frequent neighbour comes up again and again
def telling_words(text: str) -> frozenset[str]:
    """Words without stop words, cut to their beginnings: "withdrawing" and "withdrawal" are one."""
    return frozenset(word[:_BEGINNING] for word in lexical.query_words(text))


_TURNING = frozenset(
    """no not nor never none nobody nothing neither without cannot
    up down before after in out on off over under more less""".split()
)


def said(text: str) -> tuple[str, ...]:
    """Beginnings of the telling words, and of those that turn a sentence round, in their order: who uses the same ones
    so says the same. In another order it may be the opposite ("Karvo attacked Ostra")."""
    folded = re.sub(r"n['’]t\b", " not", text.casefold())
    telling = set(lexical.query_words(text)) | _TURNING
    return tuple(word[:_BEGINNING] for word in re.findall(r"[^\W_]+", folded) if word in telling)


def shared(one: str, other: str) -> float:
    """Telling words that both texts have over those that either has (Jaccard), in [0, 1]; 0 where there are none."""
    ones, others = telling_words(one), telling_words(other)
    return len(ones & others) / len(ones | others) if ones and others else 0.0


def says_something(statement: Statement) -> bool:
    """Whether it can be read on its own: it neither begins nor ends with a word that points at something outside, and
    has three telling words, two of them beside the speaker's name. "This is a great question", "Ostia supports that"
    and "The United States does not agree" leave open what, and seem to contradict whatever is worded alike."""
    words = re.findall(r"[^\W_]+", statement.proposition.casefold())
    if not words or words[0] in _POINTING or words[-1] in _POINTING_BACK:
        return False
    telling = telling_words(statement.proposition)
    name = "" if statement.actor is None else statement.actor.name
    return len(telling) >= _LEAST_WORDS and len(telling - telling_words(name)) >= _LEAST_BESIDE_THE_NAME
