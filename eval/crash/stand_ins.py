"""An encoder and a judge that are plain rules, for tests that look at the store and not at the models."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from checker.judging.verdicts import Judgement
from index.records import Pair, Probabilities, Verdict

_DIMENSION = 8
_SHARED = 2.0  # a part that all vectors have: no two statements are too far apart to be compared
_CONTRADICTION = Verdict("contradiction", 0.9, Probabilities(0.9, 0.0, 0.1), ("negation",))
_UNRELATED = Verdict("unrelated", 0.1, Probabilities(0.1, 0.0, 0.9))


@dataclass(frozen=True, slots=True)
class WordEncoder:
    """Texts with the same words have the same vector."""

    name: str = "words"
    fingerprint: str = "a1"
    dimension: int = _DIMENSION

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(len(texts), dimension), of unit length."""
        matrix = np.array([_vector(text) for text in texts]).reshape(len(texts), _DIMENSION)
        lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
        return np.asarray(matrix / lengths, dtype=np.float32)

    def toward_rebuttals(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """The vectors themselves."""
        return vectors


@dataclass(frozen=True, slots=True)
class NotJudge:
    """Two propositions contradict where one is the other with "not" in it."""

    fingerprint: str = "not"
    nli: None = None  # no model reads the words, so none is in a language that it cannot read

    def judge(self, pairs: Sequence[Pair]) -> list[Verdict]:
        """One verdict for each pair, in order."""
        return [
            _CONTRADICTION if contradict(p.claim.proposition, p.statement.proposition) else _UNRELATED for p in pairs
        ]

    def judgements(self, pairs: Sequence[Pair]) -> list[Judgement]:
        """As :meth:`judge`; there are no features."""
        return [Judgement(verdict, {}) for verdict in self.judge(pairs)]


def contradict(one: str, other: str) -> bool:
    """Whether only the word "not" tells the two apart."""
    words, others = (text.casefold().rstrip(" .").split() for text in (one, other))
    without = [word for word in words if word != "not"] == [word for word in others if word != "not"]
    return without and ("not" in words) != ("not" in others)


def _vector(text: str) -> list[float]:
    total = np.zeros(_DIMENSION)
    for word in sorted(set(text.casefold().split())):
        total += np.frombuffer(hashlib.sha256(word.encode()).digest()[:_DIMENSION], dtype=np.uint8) / 255 - 0.5
    total[0] += _SHARED * max(1.0, float(np.linalg.norm(total)))
    return [float(x) for x in total]
