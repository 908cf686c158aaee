"""Who a source is, when it does not say so itself: pronouns, "the spokesperson", "who". An abstention beats a guess."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from checker.extraction.actors import Cast, Mention
from checker.extraction.lexicon import load_words
from checker.extraction.registry import Registry
from index.records import Actor, Span

_MALE = {"he", "his", "him", "himself"}
_FEMALE = {"she", "her", "hers", "herself"}
_THING = {"it", "its"}
_MANY = {"they", "their", "them"}
_SELF = {"i", "we", "my", "our", "us", "me"}
_RELATIVE = {"who", "which", "that", "whose"}
PRONOUNS = _MALE | _FEMALE | _THING | _MANY | _SELF | _RELATIVE
_ARTICLES = {"the", "this", "that", "a", "an", "his", "her", "their", "its", "our", "another", "one"}
_PREPOSITIONS = {"of", "with", "by", "about", "against", "between", "from", "in", "on", "to", "for", "over"}
_POSSESSIVES = {"his", "her", "its", "their", "our", "my"}
_RANKS = {"minister", "president", "secretary", "leader", "director"}  # "the prime minister" is no health minister
_UNNAMED = {"a spokesman", "a spokeswoman", "a spokesperson", "an official", "one official"}
_PROXIES = frozenset(
    """spokesman spokeswoman spokesperson spokespeople ambassador envoy aide aides lawyer lawyers attorney
    attorneys office officials representative representatives campaign team press office""".split()
)
_SAYING = re.compile(
    r"(?:'s|’s|s'|s’) (?:(?:short|only|first|official|terse|blunt|own) )?(?:answer|reply|response|verdict|message|"
    r"words|comment|comments|explanation|advice|tweet|post|motto|slogan)$"
)
_PARAGRAPHS_BACK = 2  # a speaker further back than this is no longer "he"
_NEAR = 120  # characters between a name and the "who" that belongs to it


@dataclass(frozen=True, slots=True)
class Speaker:
    """One who spoke: where, and what is known of him."""

    actor: Actor
    paragraph: int
    person: bool
    gender: str | None
    roles: frozenset[str]


class Resolver:
    """Resolves the sources of one article in the order of its text; remembers who spoke."""

    def __init__(self, cast: Cast, registry: Registry, text: str) -> None:
        self._cast = cast
        self._registry = registry
        self._text = text
        self._mentions = cast.mentions()
        self._starts = [m.start for m in self._mentions]
        self._speakers: list[Speaker] = []
        self._genders: dict[str, str] = {}
        self._quoted: Sequence[Span] = ()

    def resolve(
        self, span: Span, sentence: Span, paragraph: int, own: Actor | None, quoted: Sequence[Span] = ()
    ) -> tuple[Actor, ...]:
        """The actors named by the source ``span``; (): unresolved.

        :param own: whose words these are, for "I" and "we".
        :param quoted: what is quoted of the source: whom he names there is not himself.
        """
        self._quoted = quoted
        surface = self._text[span[0] : span[1]]
        low = surface.lower()
        if low in PRONOUNS and (surface == "I" or not surface.isupper()):
            found = self._pronoun(low, span, sentence, paragraph, own)
            actors: tuple[Actor, ...] = () if found is None else (found,)
        else:
            saying = _SAYING.search(surface)
            if saying is not None:  # "the prime minister's answer" is the prime minister's
                return self.resolve((span[0], span[0] + saying.start()), sentence, paragraph, own, quoted)
            actors = () if self._buried(span) else self._cast.resolve(surface, span[0])
            if not actors:
                role = (
                    self._by_role(low, span[0])
                    or self._spoken_for(low, paragraph)
                    or self._of_possessor(low, span, sentence, paragraph, own)
                )
                actors = () if role is None else (role,)
        return actors

    def remember(self, actor: Actor, span: Span, paragraph: int) -> None:
        """``actor`` spoke here: the next pronoun may mean him."""
        mention = self._mention_at(span) or self._last_mention(actor, span[1])
        gender = mention.gender if mention else None
        low = self._text[span[0] : span[1]].lower()
        if low in _MALE | _FEMALE:
            gender = "male" if low in _MALE else "female"
            self._genders[actor.id] = gender
        roles = mention.roles if mention else frozenset()
        self._speakers.append(
            Speaker(actor, paragraph, self._is_person(actor, mention), gender or self._genders.get(actor.id), roles)
        )

    def mentions_in(self, span: Span) -> list[Mention]:
        """Mentions that lie wholly inside ``span``."""
        i = bisect_left(self._starts, span[0])
        found = []
        while i < len(self._mentions) and self._mentions[i].start < span[1]:
            if self._mentions[i].end <= span[1]:
                found.append(self._mentions[i])
            i += 1
        return found

    def _buried(self, span: Span) -> bool:
        """Whether the first actor in ``span`` is not its head: "the talks with the President", "a puppet of Moscow"."""
        first = self._mention_at(span)
        if first is None or first.start <= span[0]:
            return False
        words = self._text[span[0] : first.start].lower().split()
        return any(
            word in _PREPOSITIONS and words[max(0, i - 1)] not in load_words().roles for i, word in enumerate(words)
        )

    # -- pronouns ---------------------------------------------------------------------------------------------------

    def _pronoun(self, low: str, span: Span, sentence: Span, paragraph: int, own: Actor | None) -> Actor | None:
        if low in _SELF:
            return own
        if low in _RELATIVE:
            return self._before(span[0])
        if low in _THING:
            return self._thing(span, sentence, paragraph)
        if low in _MANY:
            return self._many(paragraph)
        return self._person("male" if low in _MALE else "female", span, sentence, paragraph)

    def _before(self, start: int) -> Actor | None:
        """The name right before "who"."""
        i = bisect_left(self._starts, start) - 1
        if i < 0 or start - self._mentions[i].end > 3:
            return None
        return self._mentions[i].actor

    def _person(self, gender: str, span: Span, sentence: Span, paragraph: int) -> Actor | None:
        """The person at the head of this sentence, else who spoke last, else the one named before."""
        for mention in self.mentions_in((sentence[0], span[0])):
            if not self._said_there(mention) and self._fits(mention, gender):
                return mention.actor
        near = [s for s in self._speakers[-6:] if s.person and paragraph - s.paragraph <= _PARAGRAPHS_BACK]
        speaker = next((s for s in reversed(near) if s.gender in {None, gender}), None)
        topic = self._topic(sentence[0], gender)
        if speaker is None:
            return topic.actor if topic is not None else None
        if (
            topic is not None
            and topic.actor.id != speaker.actor.id
            and speaker.paragraph < paragraph
            and self._same_paragraph(topic, sentence[0])
        ):
            return topic.actor
        return speaker.actor

    def _topic(self, start: int, gender: str) -> Mention | None:
        """The first person of that gender named in the sentence or two before ``start``."""
        lo = max(0, self._text.rfind("\n", 0, start - 1) if start > 1 else 0, start - 400)
        mentions = [m for m in self.mentions_in((lo, start)) if self._fits(m, gender)]
        distinct = {m.actor.id for m in mentions}
        return mentions[-1] if len(distinct) == 1 else None

    def _same_paragraph(self, mention: Mention, start: int) -> bool:
        return "\n" not in self._text[mention.end : start]

    def _fits(self, mention: Mention, gender: str) -> bool:
        several = mention.gender is None and bool(mention.roles) and all(map(_plural, mention.roles))
        return (
            not several
            and self._is_person(mention.actor, mention)
            and (mention.gender or self._genders.get(mention.actor.id))
            in {
                None,
                gender,
            }
        )

    def _thing(self, span: Span, sentence: Span, paragraph: int) -> Actor | None:
        for mention in self.mentions_in((sentence[0], span[0])):
            if not self._said_there(mention) and not self._is_person(mention.actor, mention):
                return mention.actor
        speaker = next((s for s in reversed(self._speakers[-3:]) if paragraph - s.paragraph <= 1), None)
        # whom nothing but two capitals makes a person may be a firm: "Blackwater Minerals"
        nameless = speaker is not None and not (speaker.roles or speaker.gender or self._registry.get(speaker.actor.id))
        return speaker.actor if speaker is not None and (not speaker.person or nameless) else None

    def _said_there(self, mention: Mention) -> bool:
        """Whether a mention stands in what is quoted of the source."""
        return any(start <= mention.start < end for start, end in self._quoted)

    def _many(self, paragraph: int) -> Actor | None:
        speaker = next((s for s in reversed(self._speakers[-2:]) if paragraph - s.paragraph <= 1), None)
        return speaker.actor if speaker is not None and not speaker.person else None

    # -- "the spokesperson" -----------------------------------------------------------------------------------------

    def _by_role(self, low: str, start: int) -> Actor | None:
        """The last one who was called so: "the minister" after "Foreign Minister Ilsa Brandt"."""
        words = low.split()
        if len(words) < 2 or words[0] not in _ARTICLES - {"a", "an", "another", "one"} or len(words) > 5:
            return None
        named = " ".join(words[1:])
        found = self._called({named, _neutral(named)}, start)
        if found is None and (len(words) == 2 or words[-1] not in _RANKS):
            found = self._called({words[-1], _neutral(words[-1])}, start)
        return found

    def _called(self, wanted: set[str], start: int) -> Actor | None:
        """The last one who spoke under one of these roles, else the last one who was named with it."""
        for speaker in reversed(self._speakers[-8:]):
            if speaker.roles & wanted:
                return speaker.actor
        i = bisect_left(self._starts, start)
        for mention in reversed(self._mentions[max(0, i - 25) : i]):
            if mention.roles & wanted:
                return mention.actor
        return None

    def _spoken_for(self, low: str, paragraph: int) -> Actor | None:
        """ "a spokesman", whose office has just been named as a speaker in this paragraph."""
        if low not in _UNNAMED:
            return None
        near = [s for s in self._speakers[-2:] if s.paragraph == paragraph]
        return near[-1].actor if near and not near[-1].person else None

    def _of_possessor(self, low: str, span: Span, sentence: Span, paragraph: int, own: Actor | None) -> Actor | None:
        """ "its ambassador", "his lawyer": who has no name speaks for the one whom the pronoun means."""
        owner, _, role = low.partition(" ")
        if owner not in _POSSESSIVES or role not in _PROXIES:
            return None
        return self._pronoun(owner, span, sentence, paragraph, own)

    # -- what is known of actors ------------------------------------------------------------------------------------

    def _mention_at(self, span: Span) -> Mention | None:
        inside = self.mentions_in(span)
        return inside[0] if inside else None

    def _last_mention(self, actor: Actor, before: int) -> Mention | None:
        i = bisect_left(self._starts, before)
        for mention in reversed(self._mentions[max(0, i - 40) : i]):
            if mention.actor.id == actor.id:
                return mention
        return None

    def _is_person(self, actor: Actor, mention: Mention | None) -> bool:
        entry = self._registry.get(actor.id)
        if entry is not None:
            return entry.kind == "person" or (mention is not None and bool(mention.roles) and entry.kind != "state")
        return mention is not None and mention.person


def _plural(role: str) -> bool:
    return role.endswith(("s", "men", "people")) and not role.endswith("ss")


def _neutral(role: str) -> str:
    return "spokesperson" if role in {"spokesman", "spokeswoman"} else role
