"""The set forms of answers: what is said to a claim without saying it again."""

import re
from dataclasses import dataclass
from functools import cache

from checker.extraction.propositions.words import word_class

_ADVERBS = (
    "simply|just|absolutely|completely|totally|entirely|clearly|certainly|obviously|of course|really"
    "|actually|definitely|"
    "quite|frankly|also|still|once again|again|all|merely|plainly|utterly|currently|in fact|wholly|patently|indeed|"
    "categorically|firmly|strongly|flatly|resolutely|now|deeply|exactly|precisely|therefore"
)
_ADVERB = rf"(?:(?:{_ADVERBS}) )*"
_TAIL = (
    r"(?:,? (?:at all|of course|in any way|whatsoever|either|too|again|as well|categorically|firmly|strongly|outright"
    r"|from (?:start|beginning) to (?:finish|end)))*"
)
# What may follow a verdict and still says nothing of the world: "and they know it", "by the regime".
_ASIDE = (
    r"(?:,? (?:and|but) (?:it|they|he|she|this|that|those who|everyone|everybody|the whole world) [\w' ]{2,60}"
    r"| (?:by|from) [\w' ]{1,40})?"
)
_NO = r"(?P<not>not|never|no longer)"
_ARTICLE = r"(?:(?:a|an|the|yet another|another|one more|some kind of|a kind of|a piece of) )?"
_WE = r"(?:we|i)"
_WHERE = (
    r"(?P<where> (?:on|in|at|near|along|across|around|any ?where|right|now|today|every|there|here|yet|so far|from|"
    r"anymore|over|under|this) ?[\w' -]{0,80})?"
)
_HAPPEN = r"(?:happening|occurring|taking place|going on)"
_BE = r"(?:is|are|was|were|has been|have been|remains|would be)"


@dataclass(frozen=True, slots=True)
class Patterns:
    """Each is matched against one whole cleaned line, in any case."""

    bare_false: re.Pattern[str]
    bare_true: re.Pattern[str]
    mention: re.Pattern[str]
    verdict: re.Pattern[str]
    none_true: re.Pattern[str]
    liar: re.Pattern[str]
    reported_false: re.Pattern[str]
    rejected: re.Pattern[str]
    called: re.Pattern[str]
    happening: re.Pattern[str]
    seen: re.Pattern[str]
    confirmed: re.Pattern[str]
    doing: re.Pattern[str]
    what: re.Pattern[str]
    of_that: re.Pattern[str]


@cache
def patterns() -> Patterns:
    """The patterns, built once from the word classes."""
    claim, adjective, noun = _any("claim_nouns"), _any("false_adjectives"), _any("false_nouns")
    # No comma behind an adjective here: lists of them are read by the pattern around it, and in one way only.
    plain = rf"(?:(?:{_any('intensifiers')}),? |{adjective} )*"
    intensifier = rf"(?:(?:{_any('intensifiers')}),? )*"
    describing = rf"(?:(?:{_any('intensifiers')}|{adjective}|so-called)(?:,? and |, | ))*"
    pointed = (
        rf"(?:(?:the|these|those|such|this|that|all the|all these|all|any|their|his|its) {describing}{claim}"
        r"(?: (?:against|by|of|from) [\w' ]{1,40})?)"
    )
    owned = rf"[\w' -]{{2,40}}(?:'s|s') {describing}{claim}"
    slander = rf"(?:the|these|those|such|this) {describing}{noun}"
    that = rf"(?:that|this|it|these|those|all (?:of )?(?:that|this)|everything they say|{pointed}|{owned}|{slander})"
    thing = rf"(?:{noun}|{adjective}|fake news|fairy tales?)"
    false = (
        rf"(?P<false>{_ARTICLE}{describing}(?:{noun}|{adjective}"
        rf"|(?:{adjective})(?: and (?:{adjective}))? {claim}|fake news|made up"
        r"|(?:[a-z]+ times |far |much |vastly |grossly )?"
        r"(?:too (?:high|low|large|small)|exaggerated|inflated|overstated)"
        r"|(?:pulled|plucked) (?:out of|from) thin air"
        r"|fairy tales?)(?: and [a-z]+)?)"
    )
    return Patterns(
        bare_false=_compile(
            rf"(?:{_ARTICLE}{plain}{thing}(?:(?:,| and) {_ARTICLE}{plain}{thing})*|an? [a-z-]+ {noun}"
            rf"|{_ARTICLE}{intensifier}(?:{adjective})(?:(?:,| and|, and)? (?:{adjective}))* {claim}"
            rf"|{intensifier}(?:not true|not so|not the case|not at all|no)|no,? (?:not at all|of course not|never"
            r"|(?:it|that|this|they|we|i|he|she|there) (?:is|are|was|were|do|does|did|has|have|had|am) not)"
            r"|never|not at all|of course not|(?:absolutely|certainly|definitely|categorically) not"
            r"|by no means|nothing of the (?:kind|sort)"
            r"|(?:i|we|it|they|he|she) (?:do|does|did|is|are|was|were|has|have|had|would) not"
            rf"|no such thing|no way){_TAIL}"
        ),
        bare_true=_compile(
            r"(?:yes|yes,? (?:indeed|absolutely|of course|certainly|we are|we do|it is|that is (?:true|correct|right))"
            r"|absolutely|exactly|correct|true|indeed|certainly|of course|precisely|quite so"
            r"|(?:absolutely|quite|very) (?:true|right|correct))"
        ),
        mention=_compile(
            rf"(?:{pointed}|{describing}{claim})(?: (?:against|by|from|made by) [\w', ]{{1,60}})?"
            rf"|(?:this|that|it|both|everything|all of (?:this|that|it)){_TAIL}"
        ),
        verdict=_compile(
            rf"{that} {_ADVERB}{_BE} {_ADVERB}(?:{_NO} )?{_ADVERB}"
            rf"(?:(?:the )?(?:true|correct|right|accurate|so|case|truth)|a fact|{false}){_TAIL}{_ASIDE}"
        ),
        none_true=_compile(
            rf"(?:none of (?:this|that|these|those|it)(?: {claim})?|not a (?:single )?word of (?:this|that|it)"
            r"|nothing (?:of this|they say))"
            rf" (?:is|was|are|were) {_ADVERB}(?:true|correct|right|so){_TAIL}"
            r"|there (?:is|was) (?:absolutely )?"
            r"(?:no|not an? (?:shred|grain|word|ounce|hint|spark) of|no grain of) truth "
            rf"(?:in|to) {that}"
            rf"|nothing (?:could|can) be further from the truth|{that} (?:could|can) ?not be further from the truth"
            r"|(?:nothing of the (?:kind|sort)|no such thing) (?:is|was|has) "
            rf"(?:happening|happened|true|taking place|going on){_TAIL}"
            rf"|{that} (?:is|was) {_ADVERB}(?:nothing of the (?:kind|sort)|far from (?:true|the truth))"
            rf"|{that} (?:has|have|had) (?:nothing to do with (?:the )?(?:reality|truth)|no basis in (?:fact|reality)"
            r"|no foundation)"
            rf"|{that} do(?:es)? not (?:correspond to|match) (?:the )?(?:reality|truth|facts)"
            rf"|{that} (?:(?:is|are|was|were) {_ADVERB}without|lacks?|lacked) "
            r"(?:any |all )?(?:basis|foundation|substance)"
        ),
        liar=_compile(
            rf"(?:(?!nobody|no one|none|not|if|who|both|all)[\w'-]+ ){{1,4}}(?:lied|lies|(?:is|are|was|were) {_ADVERB}"
            rf"(?:lying|(?:spreading|telling|inventing|repeating) (?:\w+ )?{noun}"
            r"|liars|an? (?:\w+ )?liar|mistaken|wrong|not telling the truth)"
            r"|(?:has |have |had )?(?:invented|made up|fabricated|imagined) "
            r"(?:it all|everything|all of (?:it|this|that)"
            r"|the (?:whole |entire )?(?:thing|story|affair|episode|incident|lot))|(?:has|have|had|got) "
            r"(?:it|this|that|things) (?:all )?(?:backwards|wrong|the wrong way (?:a)?round|upside down))"
            rf"(?: about (?:this|that|it|everything)| to (?:you|us|them|the (?:public|people|world)))?{_TAIL}{_ASIDE}"
            rf"|{_WE} (?:do not|don't|will not|never) (?:comment on|respond to|answer|discuss) (?:such )?{plain}"
            rf"(?:{noun}|fairy tales?|tall tales|ravings|fantasies)"
            rf"|{_WE} (?:do not|cannot|did not) {_ADVERB}(?:believe|trust) [\w' ]{{1,40}} when (?:it|he|she|they) "
            r".{1,120}"
        ),
        reported_false=_compile(
            rf"(?:(?:(?:the|these|those|such|all|any|its|their|his|her|[\w' ]{{2,40}}(?:'s|s')) )?{describing}{claim}"
            r"(?: (?:by|from|of|in|on|made by) [\w' ]{1,40})?|to (?:say|claim|suggest|pretend|allege|insinuate))"
            rf" that (?P<what>[^;:]{{4,120}}?) (?:is|are|was|were) {_ADVERB}{false}{_TAIL}"
        ),
        rejected=_compile(
            rf"{_WE} (?:can |do |must |have |will |would )?{_ADVERB}"
            rf"(?:reject|rejected|deny|denied|dismiss|dismissed|refute|refuted) {_ADVERB}{that}{_TAIL}"
        ),
        called=_compile(rf"(?:{that}|{claim}) (?:as |to be )?(?:simply |nothing but )?{false}{_TAIL}"),
        happening=_compile(
            rf"(?P<what>that|this|it|any of (?:this|that)) {_ADVERB}"
            r"(?:(?P<aux>is|was|has|had|does|did|do|will|would|can|could|should|must|may|might|cannot) )?"
            rf"{_ADVERB}(?:{_NO} )?{_ADVERB}(?:be )?{_ADVERB}"
            r"(?P<form>happening|happen|happens|happened|occurring|occur|occurred|taking place|take place"
            r"|taken place|going on)"
            rf"{_WHERE}{_TAIL}"
        ),
        seen=_compile(
            r"(?P<who>we|i|nobody|no one) (?:(?:do|did|have|has|had|can|could) ?)?(?P<not>not |never )?"
            r"(?:yet |really |actually |currently |simply |just )?"
            r"(?:see|seen|sees|saw|seeing|observe|observed|detect|detected|noticed) (?:any of )?(?:that|this|it)"
            rf" (?:actually |really |yet )?{_HAPPEN}(?: yet)?{_WHERE}{_TAIL}"
        ),
        confirmed=_compile(
            rf"{_WE} (?:can |could |do |will )?(?:now |only |fully |also |certainly |indeed )?(?:confirm|confirmed)"
            rf" (?:that|this|it){_TAIL}"
        ),
        doing=_compile(
            r"(?P<who>we|i|they|he|she|it) (?P<aux>is|are|was|were|has|have|had|will|would|am) "
            rf"{_ADVERB}(?:{_NO} )?{_ADVERB}(?:doing|done|do) (?:(?:exactly |precisely |just )(?:that|this)"
            r"|that|so|such a thing"
            rf"|anything of the (?:kind|sort)|any of (?:this|that)){_WHERE}{_TAIL}"
        ),
        what=_compile(
            rf"that {_BE} {_ADVERB}(?:{_NO} )?{_ADVERB}what (?:is happening|happened|is going on"
            r"|they are doing|we are doing|"
            rf"he is doing|she is doing|it is doing|we see|they did|we did|is taking place){_TAIL}"
        ),
        of_that=_compile(
            r"(?P<before>(?:[\w'-]+ ){1,6}(?:know|knows|knew|confirm|confirms|confirmed|believe|believes"
            r"|doubt|doubts|guarantee"
            r"|deny|exclude|verify|verified|acknowledge|admit)) (?:that|this|it)"
            rf"{_TAIL}"
            r"|(?P<noted>(?:[\w'-]+ ){0,8}(?:no|any|some|a|an|little|further|clear|the|slightest|single) "
            r"(?:evidence|proof|sign|signs|indication|indications|confirmation|hint|hints|possibility|risk"
            r"|chance|likelihood|"
            rf"suggestion|doubt|guarantee)) (?:of|about) (?:that|this|it|any of (?:this|that)){_TAIL}"
        ),
    )


def _any(name: str) -> str:
    """Any word of the class, longest first."""
    words = sorted(word_class(name), key=lambda word: (-len(word), word))
    return f"(?:{'|'.join(re.escape(word) for word in words)})"


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
