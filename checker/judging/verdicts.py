"""From a pair to a verdict: probabilities, features, score, kind and reasons."""

from collections.abc import Sequence
from dataclasses import dataclass

from checker.judging.features import Features, features, is_hypothetical, wording
from checker.judging.nli import LABELS, Nli, both_ways
from checker.judging.scorer import Scorer
from checker.judging.wording import plain_verbs
from index.records import Pair, Probabilities, Statement, Verdict, VerdictKind, Window

# Features that point at a cause; the rest only say how near the two texts are.
_REASONS = {
    "negation": "negation",
    "antonym": "antonym",
    "number": "number",
    "role_reversal": "role-reversal",
}
_DECIMALS = 4  # what every output shows; rounding here keeps verdicts, thresholds and output in step


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges pairs, each on its own: the verdict of a pair never depends on what else is judged with it."""

    nli: Nli
    scorer: Scorer

    def judge(self, pairs: Sequence[Pair]) -> list[Verdict]:
        """One verdict for each pair, in order."""
        found = both_ways(self.nli, [wording(pair) for pair in pairs])
        found = [stronger(own, other) for own, other in zip(found, self._through_answers(pairs), strict=True)]
        return [self._verdict(pair, probabilities) for pair, probabilities in zip(pairs, found, strict=True)]

    def _through_answers(self, pairs: Sequence[Pair]) -> list[float]:
        """How probable it is that the claim entails what the statement denies: then the two cannot both be true.

        "Russia is withdrawing its troops from the border" entails "Russia is drawing down those forces", which
        "We do not see that happening" answers. 0 where nothing is known to be answered.
        """
        known = [(i, pair.answered) for i, pair in enumerate(pairs) if pair.answered is not None]
        texts = [(plain_verbs(pairs[i].claim.proposition), plain_verbs(answered.proposition)) for i, answered in known]
        entailed = [0.0] * len(pairs)
        for (i, _), row in zip(known, self.nli.probabilities(texts), strict=True):
            entailed[i] = float(row[LABELS.index("entailment")])
        return entailed

    def _verdict(self, pair: Pair, probabilities: Probabilities) -> Verdict:
        found = features(pair, probabilities)
        score = round(self.scorer.score(found), _DECIMALS)
        rounded = Probabilities(
            round(probabilities.contradiction, _DECIMALS),
            round(probabilities.entailment, _DECIMALS),
            round(probabilities.neutral, _DECIMALS),
        )
        kind = self._kind(pair, rounded, score)
        return Verdict(kind, score, rounded, _reasons(pair, found, rounded, kind))

    def _kind(self, pair: Pair, probabilities: Probabilities, score: float) -> VerdictKind:
        if score >= self.scorer.uncertain:
            if windows_apart(pair.claim.window, pair.statement.window):
                return "superseded"
            if score >= self.scorer.contradiction and not _conditional(pair):
                return "contradiction"
            return "uncertain"
        entails = probabilities.entailment > max(probabilities.contradiction, probabilities.neutral)
        return "compatible" if entails else "unrelated"


def stronger(own: Probabilities, through_answers: float) -> Probabilities:
    """``own`` with P(contradiction) raised to ``through_answers``, if that is more; the others keep their ratio."""
    if through_answers <= own.contradiction:
        return own
    rest = own.entailment + own.neutral
    share = (1 - through_answers) / rest if rest else 0.0
    return Probabilities(through_answers, own.entailment * share, own.neutral * share)


def windows_apart(a: Window | None, b: Window | None) -> bool:
    """Whether the two are known to speak of times that do not meet; an open end reaches as far as it takes."""
    if a is None or b is None:
        return False
    return _ends_before(a, b) or _ends_before(b, a)


def _ends_before(a: Window, b: Window) -> bool:
    return a[1] is not None and b[0] is not None and a[1] < b[0]


def _conditional(pair: Pair) -> bool:
    """A condition, a question or a demand rebuts nothing by itself."""
    return any(s.hypothetical or s.stance in ("asks", "demands") for s in (pair.claim, pair.statement))


def _reasons(pair: Pair, found: Features, probabilities: Probabilities, kind: VerdictKind) -> tuple[str, ...]:
    """Fixed words (DESIGN.md), causes first, then what speaks against."""
    reasons: list[str] = []
    if kind in ("contradiction", "uncertain", "superseded"):
        if _denies(pair.statement) or _denies(pair.claim) or pair.answered is not None:
            reasons.append("denial")
        reasons += [reason for name, reason in _REASONS.items() if found[name]]
        if probabilities.contradiction > max(probabilities.entailment, probabilities.neutral):
            reasons.append("nli")
        if not reasons:
            reasons.append("lexical")
    if kind == "superseded":
        reasons.append("superseded")
    if is_hypothetical(pair.claim) != is_hypothetical(pair.statement):
        reasons.append("hypothetical")
    if _same_side(pair):
        reasons.append("same-side")
    return tuple(reasons)


def _denies(statement: Statement) -> bool:
    return statement.stance == "denies" or statement.polarity == -1


def _same_side(pair: Pair) -> bool:
    one, other = pair.claim.actor, pair.statement.actor
    return one is not None and other is not None and one.shares_side_with(other)
