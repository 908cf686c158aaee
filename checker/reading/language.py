"""Whether a text is English: extraction knows no other language, and must say so instead of guessing.

By simplemma's English word list (offline, no model): the share of a text's words that are in it. On 3,600 English
releases, speeches and headlines the share is .58 or more wherever there are 20 words; names, tags and emojis pull it
down to .29 in shorter ones. Translations of one news paragraph into ten languages stay at .45 or below.
"""

ENOUGH_ENGLISH = 0.5
ENOUGH_ENGLISH_IN_A_HEADLINE = 0.25
HEADLINE_WORDS = 20
SAMPLE_CHARACTERS = 2_000  # a few hundred words decide as well as a whole speech


def english_share(text: str) -> float:
    """Share of the words at the start of ``text`` that are English, in [0, 1]; 0 where there are no words."""
    from simplemma import in_target_language

    return float(in_target_language(text[:SAMPLE_CHARACTERS], lang="en"))


def is_english(text: str) -> bool:
    """Whether ``text`` may be read as English; a short one gets the benefit of the doubt."""
    is_short = len(text[:SAMPLE_CHARACTERS].split()) < HEADLINE_WORDS
    return english_share(text) >= (ENOUGH_ENGLISH_IN_A_HEADLINE if is_short else ENOUGH_ENGLISH)
