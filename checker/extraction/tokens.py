"""Text -> tokens with exact character offsets. One pass of one linear regular expression."""

import re
from dataclasses import dataclass

# Zero-width and bidirectional marks: part of a word when inside it, no token of their own elsewhere.
_INVISIBLE = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_LETTER = r"[^\W_]"
_CLITIC = r"(?:s|re|ve|ll|d|m|S)(?![^\W_])"

_TITLES = (
    "[Mm]rs?|[Mm]s|[Dd]rs?|[Pp]rof|[Ss]ens?|[Rr]eps?|[Gg]ovs?|[Gg]ens?|[Ll]t|[Cc]ol|[Mm]aj|[Cc]apt|[Ss]gt|[Aa]dm|[Cc]mdr|[Hh]on|[Rr]ev"
    "|[Ss]t|[Jj]r|[Ss]r|[Mm]t|[Vv]s|Jan|Feb|Aug|Sept?|Oct|Nov|Dec|Inc|Corp|Ltd|Co"
)
_STATES = (
    "Calif|Fla|Pa|Va|Mass|Ariz|Tex|Wash|Ala|Ark|Colo|Conn|Del|Ga|Ill|Ind|Kan|Ky|La|Md|Mich|Minn|Miss|Mo|Mont|Neb|Nev|Okla|Ore|Tenn"
    "|Vt|Wis|Wyo"
)

_TOKEN = re.compile(
    rf"""
    (?P<newline>[\r\n\u2028\u2029](?:[^\S\r\n]*[\r\n\u2028\u2029])*)
  | (?P<number>\d+(?:[.,:/]\d+)*[^\W_]*(?:-{_LETTER}+)*%?)
  | (?P<abbreviation>(?:[^\W\d_]\.){{2,}}
      | (?<![^\W_])(?:{_TITLES}|{_STATES}|[Nn]o(?=\.\s?\d)|[A-Z])\.)
  | (?P<clitic>(?<=[^\W_])['’]{_CLITIC})
  | (?P<mark>''|``|["“”„«»‹›‘’‚'])
  | (?P<word>{_LETTER}+(?:(?:[-{_INVISIBLE}]+|['’](?!{_CLITIC}))(?={_LETTER}){_LETTER}+)*)
  | (?P<dots>\.{{2,}}|…|--+|[—–―])
  | (?P<other>[^\w\s{_INVISIBLE}]|_)
    """,
    re.VERBOSE,
)
_HIDDEN = re.compile(f"[{_INVISIBLE}]")

NEWLINE, NUMBER, ABBREVIATION, CLITIC, MARK, WORD, DOTS, OTHER = range(8)
_KIND = {
    "newline": NEWLINE,
    "number": NUMBER,
    "abbreviation": ABBREVIATION,
    "clitic": CLITIC,
    "mark": MARK,
    "word": WORD,
    "dots": DOTS,
    "other": OTHER,
}


@dataclass(frozen=True, slots=True)
class Tokens:
    """Parallel lists, one entry a token: character offsets, the text itself, its lower case, its kind."""

    text: str
    start: list[int]
    end: list[int]
    word: list[str]
    low: list[str]
    kind: list[int]

    def __len__(self) -> int:
        return len(self.start)


def tokenize(text: str) -> Tokens:
    """The tokens of ``text``, newlines included, spaces and invisible marks left out."""
    start: list[int] = []
    end: list[int] = []
    words: list[str] = []
    lows: list[str] = []
    kinds: list[int] = []
    for match in _TOKEN.finditer(text):
        first, last = match.span()
        word = match.group()
        kind = _KIND[match.lastgroup or "other"]
        if kind == WORD and not word.isascii():
            word = _HIDDEN.sub("", word)
        start.append(first)
        end.append(last)
        words.append(word)
        low = word.lower()
        lows.append(low.replace("’", "'") if "’" in low else low)
        kinds.append(kind)
    return Tokens(text, start, end, words, lows, kinds)
