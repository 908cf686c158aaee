"""Speech between dashes, as newspapers in many languages set it: "- We shall stay - said Ilsa Brandt."."""

# A rule is a list of cases, each with its own way out: returns and branches are not counted here.

from checker.extraction.lexicon import PAST, S_FORM, load_cues
from checker.extraction.tokens import ABBREVIATION, CLITIC, MARK, WORD, Tokens
from index.records import Span

_DASHES = {"-", "–", "—", "--"}
_ENDS = {".", "?", "!", "…"}
_PRONOUNS = {"he", "she", "they"}
_DETERMINERS = {"the", "a", "an", "his", "her", "their"}
_SUBJECTS = _PRONOUNS | _DETERMINERS | {"we", "i"}
_LONGEST_NAME = 6  # words of the speaker before his verb


def dialogue(tokens: Tokens, begin: int, stop: int, quoted: list[Span]) -> list[Span]:
    """The pairs of dashes around speech in one paragraph, as token indices, in order.

    :param quoted: token indices of the marks of its quotations: a dash between them is no mark of speech.
    """
    found: list[Span] = []
    opening: int | None = None
    ends = dict(quoted)
    i = begin
    while i < stop:
        if i in ends:
            i = ends[i] + 1
            continue
        if tokens.word[i] in _DASHES:
            if opening is not None and i - opening > 1 and _closes(tokens, i, stop):
                found.append((opening, i))
                opening = None
            elif _opens(tokens, i, begin, stop):
                opening = i
        i += 1
    return found


def _opens(tokens: Tokens, i: int, begin: int, stop: int) -> bool:
    """A dash and a space where a sentence begins."""
    if i + 1 >= stop or tokens.start[i + 1] == tokens.end[i]:
        return False
    if i == begin:
        return True
    before = tokens.low[i - 1] in _ENDS or tokens.kind[i - 1] == MARK
    return before and not tokens.word[i + 1][0].islower()


def _closes(tokens: Tokens, i: int, stop: int) -> bool:
    """A dash on its own, with a speaker and his verb behind it: "- said Brandt", "- the minister added"."""
    text = tokens.text
    apart = text[tokens.start[i] - 1].isspace() or tokens.low[i - 1] in _ENDS
    j = i + 1
    if not apart or j + 1 >= stop or tokens.start[j] == tokens.end[i]:
        return False
    behind = _speaks(tokens, j)
    if behind and behind < stop:
        after = tokens.word[behind]
        return tokens.kind[behind] in {WORD, ABBREVIATION} and (after[0].isupper() or after in _DETERMINERS)
    if not (tokens.word[j][0].isupper() or tokens.low[j] in _SUBJECTS):
        return False
    if tokens.low[i - 1] == "." and tokens.low[j] not in _PRONOUNS:
        return False  # "- They will open the port. - The Commission proposed a plan." are items of a list
    for k in range(j, min(stop, j + _LONGEST_NAME + 1)):
        if tokens.kind[k] not in {WORD, ABBREVIATION, CLITIC}:
            return False
        behind = _speaks(tokens, k) if k > j else 0
        if behind:
            return behind >= stop or tokens.low[behind] != "that"
    return False


def _speaks(tokens: Tokens, i: int) -> int:
    """The token behind a finite verb of saying and its particles ("pointed out"); 0 if there is none at ``i``."""
    for entry in load_cues().get(tokens.low[i], ()):
        behind = i + 1 + len(entry.rest)
        whole = tuple(tokens.low[i + 1 : behind]) == entry.rest
        if whole and entry.form & (PAST | S_FORM) and any(_says(sense.kind, sense.frames) for sense in entry.senses):
            return behind
    return 0


def _says(kind: str, frames: frozenset[str]) -> bool:
    return kind == "speech" and bool(frames & set("qb"))
