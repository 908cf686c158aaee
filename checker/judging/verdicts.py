"""From a pair to a verdict: probabilities, features, score, kind and reasons."""

from collections.abc import Sequence
from dataclasses import dataclass

from checker.judging.features import Features, features, is_hypothetical, windows_apart, wording
from checker.judging.nli import Answer, Nli, answers, with_contradiction
from checker.judging.scorer import Scorer
from checker.judging.surface import overlap, surface
from checker.judging.wording import plain_words
from checker.matching.filters import can_clash
from index.records import Pair, Probabilities, Statement, Verdict, VerdictKind, digest

# Features that point at a cause; the rest only say how near the two texts are.
_REASONS = {
    "negation": "negation",
    "antonym": "antonym",
    "number": "number",
    "role_reversal": "role-reversal",
    "date": "date",
}
RULES = "7"  # raise it with any change in this room that changes a verdict and is not in the weights or the scorer
_AGREED = Probabilities(0.0, 1.0, 0.0)
_DECIMALS = 4  # what every output shows; rounding here keeps verdicts, thresholds and output in step


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, and what each named feature adds to the log-odds of a contradiction."""

    verdict: Verdict
    contributions: dict[str, float]


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges pairs, each on its own: the verdict of a pair never depends on what else is judged with it."""

    nli: Nli
    scorer: Scorer

    @property
    def fingerprint(self) -> str:
        """Names weights, scorer and rules: another one may give other verdicts."""
        return digest(self.nli.fingerprint, repr(self.scorer), RULES)

    def judge(self, pairs: Sequence[Pair]) -> list[Verdict]:
        """One verdict for each pair, in order."""
        return [judgement.verdict for judgement in self.judgements(pairs)]

    def judgements(self, pairs: Sequence[Pair]) -> list[Judgement]:
        """As :meth:`judge`, for whoever asks why."""
        found = answers(self.nli, [wording(pair) for pair in pairs])
        denied = self._of_what_is_answered(pairs)
        return [self._judgement(*one) for one in zip(pairs, found, denied, strict=True)]

    def _of_what_is_answered(self, pairs: Sequence[Pair]) -> list[Probabilities | None]:
        """What the claim says of what the statement denies; None where nothing is known to be answered."""
        known = [(i, pair.answered) for i, pair in enumerate(pairs) if pair.answered is not None]
        texts = [(plain_words(pairs[i].claim.proposition), plain_words(answered.proposition)) for i, answered in known]
        denied: list[Probabilities | None] = [None] * len(pairs)
        for (i, _), row in zip(known, self.nli.probabilities(texts), strict=True):
            denied[i] = Probabilities(*map(float, row))
        return denied

    def _judgement(self, pair: Pair, own: Answer, denied: Probabilities | None) -> Judgement:
        probabilities = seen_through(own.probabilities, denied)
        found = features(pair, probabilities, own.entailment_back)
        against = not denies_the_opposite(denied)
        if not against:
            found["denial"] = 0.0  # "It rejects that they do not withdraw" is no denial of "They withdraw"
        return Judgement(self._verdict(pair, probabilities, found, against), self.scorer.contributions(found))

    def _verdict(self, pair: Pair, probabilities: Probabilities, found: Features, against: bool) -> Verdict:
        """``against``: that what is denied, where anything is, is not the opposite of the claim."""
        if _says_the_same(pair):
            return Verdict("compatible", 0.0, _AGREED, _reasons(pair, found, _AGREED, "compatible", against))
        attributed = pair.claim.attributed or pair.statement.attributed
        score = round(self.scorer.score(found, attributed=attributed), _DECIMALS)
        rounded = Probabilities(
            round(probabilities.contradiction, _DECIMALS),
            round(probabilities.entailment, _DECIMALS),
            round(probabilities.neutral, _DECIMALS),
        )
        kind = self._kind(pair, rounded, score, dated=bool(found["date"]))
        return Verdict(kind, score, rounded, _reasons(pair, found, rounded, kind, against))

    def _kind(self, pair: Pair, probabilities: Probabilities, score: float, *, dated: bool) -> VerdictKind:
        """``dated``: the time itself is what they disagree on; then neither has superseded the other."""
        if score >= self.scorer.uncertain:
            if windows_apart(pair.claim.window, pair.statement.window) and not dated:
                return "superseded"
            if score >= self.scorer.contradiction and can_clash(pair.claim, pair.statement):
                return "contradiction"
            return "uncertain"
        entails = probabilities.entailment > max(probabilities.contradiction, probabilities.neutral)
        return "compatible" if entails else "unrelated"


def seen_through(own: Probabilities, denied: Probabilities | None) -> Probabilities:
    """``own``, with P(contradiction) between what the claim says of the denied thing; the others keep their ratio.

    At least as much as the claim entails what is denied: "Russia is withdrawing its troops from the border" entails
    "Russia is drawing down those forces", which "We do not see that happening" answers; the two cannot both be true.
    At most as much as it does not contradict that: "Russia has withdrawn its forces" contradicts "Russia was not
    withdrawing", and who denies this agrees with the claim.
    """
    if denied is None:
        return own
    contradiction = max(denied.entailment, min(own.contradiction, 1 - denied.contradiction))
    return own if contradiction == own.contradiction else with_contradiction(own, contradiction)


def denies_the_opposite(denied: Probabilities | None) -> bool:
    """Whether what a statement denies is the opposite of the claim."""
    return denied is not None and denied.contradiction > max(denied.entailment, denied.neutral)


def _says_the_same(pair: Pair) -> bool:
    """Whether the two are the same words: whatever a model holds of them, they do not contradict."""
    one, other = (text.casefold().rstrip(" .") for text in wording(pair))
    return one == other


def _reasons(
    pair: Pair, found: Features, probabilities: Probabilities, kind: VerdictKind, against: bool
) -> tuple[str, ...]:
    """Fixed words (docs/design.md), causes first, then what speaks against."""
    reasons: list[str] = []
    if kind in ("contradiction", "uncertain", "superseded"):
        if against and (_denies(pair.statement) or _denies(pair.claim) or pair.answered is not None):
            reasons.append("denial")
        reasons += [reason for name, reason in _REASONS.items() if found[name]]
        if probabilities.contradiction > max(probabilities.entailment, probabilities.neutral):
            reasons.append("nli")
        if not reasons:
            reasons.append("lexical")
    if kind == "superseded":
        reasons.append("superseded")
    if kind == "uncertain" and found["partial"]:
        reasons.append("partial")
    if kind in ("uncertain", "unrelated") and found["names_apart"] and _share_words(pair):
        reasons.append("different-scope")
    if is_hypothetical(pair.claim) != is_hypothetical(pair.statement):
        reasons.append("hypothetical")
    if _same_side(pair):
        reasons.append("same-side")
    return tuple(reasons)


def _share_words(pair: Pair) -> bool:
    one, other = wording(pair)
    return overlap(surface(one), surface(other)) > 0


def _denies(statement: Statement) -> bool:
    return statement.stance == "denies" or statement.polarity == -1


def _same_side(pair: Pair) -> bool:
    one, other = pair.claim.actor, pair.statement.actor
    return one is not None and other is not None and one.shares_side_with(other)
