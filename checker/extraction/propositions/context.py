"""What is known around a content: who says it, what it answers, what its pronouns may stand for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Context:
    """Everything that a content may point at. What is None or empty leaves the words that would need it as they are.

    - ``speaker``: the readable name that "we", "I" and "our" stand for ("the United Cantons", "Mara Quist").
    - ``previous``: the proposition that "that", "this" or "it" may stand for: the sentence before, or the claim that
      is answered.
    - ``subjects``: candidates for "it", "they", "he", "she", "its", "their", nearest first.
    - ``place``: what "there" and "here" stand for ("Port Harrow", "near the border").
    - ``agent``: who does what an infinitive, a gerund or a bare verb says ("to withdraw"); where it is not given,
      the speaker does what he denies, and nothing else is filled in.
    - ``modal``: the word that an infinitive takes once it has its agent: "will" for promises, "should" for demands.
    """

    speaker: str | None = None
    previous: str | None = None
    subjects: tuple[str, ...] = ()
    place: str | None = None
    agent: str | None = None
    modal: str = "will"
