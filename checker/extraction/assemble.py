"""Attributions -> statements: nesting, actors, stance and polarity, one statement for each sentence of content."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from checker.extraction import chains
from checker.extraction.actors import Cast
from checker.extraction.attributions import Attribution, announced, find, headline, loose_speech, signed
from checker.extraction.checkable import is_ceremony, is_checkable, is_hypothetical, is_question
from checker.extraction.coreference import Resolver
from checker.extraction.draft import Draft
from checker.extraction.lexicon import load_sets
from checker.extraction.own_words import DIRECTION, Voice, Voices, voices
from checker.extraction.propositions import Context
from checker.extraction.quotes import Quote, find_quotes
from checker.extraction.registry import Registry
from checker.extraction.sentences import paragraphs, sentences
from checker.extraction.stances import calls_false, promises_of_its_own, stance_of
from checker.extraction.tags import Stream, has_finite_verb, stream
from checker.extraction.time import anchor, window
from checker.extraction.tokens import tokenize
from index.records import Actor, Article, Kind, Link, Polarity, Span, Spans, Stance, Statement, digest, statement_id

_MAX_NESTING = 3
_MIN_INNER = 4  # words of a quotation in which it is worth looking for another
_EDGES = " \t\r\n\u00a0,;:–—\"“”„«»‹›'‘’"
_LONGEST_HEADLINE = 200  # characters
_COVERS = 0.75  # share of a sentence that another's claim takes up before the sentence says nothing of its own
_JOINT = re.compile(r",? and (?:by )?|, | & ")
_SELF = {"i", "we", "our", "my"}
_OF_HIMSELF = re.compile(r"\bI\b|\b(?:[Mm]y|[Mm]e|[Mm]ine|[Mm]yself)\b")  # "we" may be his state, "I'm" is he


@dataclass(slots=True)
class Node:
    """An attribution with its place in the chain and those who speak in it."""

    attribution: Attribution
    voice: Voice
    parent: "Node | None" = None
    children: list["Node"] = field(default_factory=list)
    actors: tuple[Actor, ...] = ()
    statements: list[Statement] = field(default_factory=list)

    @property
    def actor(self) -> Actor | None:
        return self.actors[0] if self.actors else None


@dataclass(slots=True)
class _Read:
    """An article taken apart: attributions at every level, where sentences inside quotations begin, the voices."""

    attributions: list[Attribution]
    breaks: list[int]
    quotes: list[Quote]
    narrated: list[tuple[Span, int]]  # sentences outside quotations, with their paragraph
    verbless: set[int]  # offsets at which sentences without a finite verb begin


def statements(article: Article, registry: Registry) -> tuple[Statement, ...]:
    """All statements of an article in the order of their text."""
    cast = Cast(
        registry,
        article.text,
        speaker=article.speaker,
        source=article.source,
        date=article.date,
        title=article.title,
    )
    spoken = voices(article, cast)
    read = _read(article.text, spoken)
    roots = _nest(read, spoken)
    resolver = Resolver(cast, registry, article.text)
    for root in roots:
        _resolve(root, resolver, article.text)
    builder = _Builder(article, registry, cast, read, resolver)
    for root in roots:
        if not _shouted_label(root, registry, article.text):
            builder.build(root)
    return chains.link(chains.without_repeated_headline(builder.done, _headline_end(article.text)))


# ---- reading ------------------------------------------------------------------------------------------------------


def _read(text: str, spoken: Voices) -> _Read:
    """Tokens, paragraphs, quotations, and the attributions of each paragraph and of each quotation inside it."""
    tokens = tokenize(text)
    ranges = _cut(paragraphs(tokens), tokens.start, spoken.starts())
    quotes = find_quotes(tokens, ranges)
    read = _Read([], [], [], [], set())
    last: Attribution | None = None
    waiting: list[Quote] = []
    for number, ((begin, stop), inside) in enumerate(zip(ranges, quotes, strict=True)):
        read.quotes.extend(inside)
        s = stream(tokens, begin, stop, inside)
        if not len(s) or _credits(s):
            continue
        found = find(s, number)
        if not found:
            found = signed(s, number) or headline(s, number)
        last = _continue(s, found, last, number)
        waiting = _hand_on(s, found, waiting, last)
        read.attributions.extend(found)
        voice = spoken.at(tokens.start[begin])
        if voice.role == "actor" and tokens.start[begin] >= voice.body:
            if _heading(s):
                continue
            read.narrated.extend(((s.start[a], s.end[b - 1]), number) for a, b in sentences(s))
            read.verbless.update(s.start[a] for a, b in sentences(s) if not has_finite_verb(s, a, b))
        _read_inside(s, number, read, 0)
    read.breaks.sort()
    return read


def _headline_end(text: str) -> int:
    """Where a first line that is a headline ends: no full stop, and an article under it; 0 without one."""
    line, newline, rest = text.partition("\n")
    ends = line.rstrip().endswith((".", "!", "?", ":", '"', "”", "»"))
    return len(line) if newline and rest.strip() and line.strip() and not ends and len(line) < _LONGEST_HEADLINE else 0


def _credits(s: Stream) -> bool:
    """ "Additional reporting by ...": who made the article is no news."""
    opening = " ".join(s.low[:3])
    return "reporting by" in opening or opening.startswith(("writing by", "editing by", "additional reporting"))


def _heading(s: Stream) -> bool:
    """A line without a verb and without a full stop, in an actor's own text: its title, its place and date, its end."""
    shouted = all(word.upper() == word for word in s.word)  # "END 2:15 P.M."
    ends = s.tag[-1] in ".,;:Q" and not s.abbreviated[-1] and not (shouted and len(s) < 8)
    return not ends and len(s) < 30 and not has_finite_verb(s, 0, len(s))


def _hand_on(s: Stream, found: list[Attribution], waiting: list[Quote], last: Attribution | None) -> list[Quote]:
    """Speech of several paragraphs whose cue comes in the last one; returns what still waits for its cue."""
    opening = s.quote[0]
    if opening is None:
        return []
    if waiting and opening.continues:
        host = next((a for a in found if any(q is opening for q in a.quotes)), None)
        if host is not None and waiting[0] not in host.quotes:
            host.content[:0] = [(q.start, q.end) for q in waiting]
            host.quotes[:0] = waiting
            return []
    elif opening.continues or opening.closed:
        return []
    alone = len(s) == 1 and not opening.closed and not found
    taken = last is not None and any(q is opening for q in last.quotes)
    return [*waiting, opening] if alone and not taken else []


def _cut(ranges: list[Span], starts: list[int], edges: list[int]) -> list[Span]:
    """Cuts paragraphs where a speaker's turn begins and where its label ends."""
    if not edges:
        return ranges
    found = []
    for begin, stop in ranges:
        lo = bisect_right(edges, starts[begin])
        hi = bisect_right(edges, starts[stop - 1])
        previous = begin
        for edge in edges[lo:hi]:
            at = bisect_left(starts, edge)
            if previous < at < stop:
                found.append((previous, at))
                previous = at
        found.append((previous, stop))
    return found


def _continue(s: Stream, found: list[Attribution], last: Attribution | None, number: int) -> Attribution | None:
    """Hands a paragraph of speech without a cue to who spoke in the one before; returns who may speak in the next."""
    taken = _taken_over(s, found, last, number)
    if taken is not None:
        if not any(a is taken for a in found) and taken.content and taken is not last:
            found.insert(0, taken)
        if len(found) == 0 or (len(found) == 1 and found[0] is taken):
            return taken
    coming = announced(s, number)
    if coming is not None:
        return coming
    spoken = [a for a in found if a.sense.kind == "speech" and a.source is not None and a.quotes]
    return spoken[-1] if spoken else None


def _taken_over(s: Stream, found: list[Attribution], last: Attribution | None, number: int) -> Attribution | None:
    """The attribution by which ``last`` speaks at the head of this paragraph too: itself, or one more of its own."""
    speech = loose_speech(s, found)
    if last is None or number - last.paragraph > 1 or not speech or speech[0].start - 2 > s.start[0]:
        return None
    opening = speech[0]
    first_cue = found[0].cue[0][0] if found and found[0].cue else None
    alone = all(tag in "QF.,-:" for tag in s.tag)
    if not (alone or opening.continues or first_cue is None):
        return None
    taken = [q for q in speech if first_cue is None or q.end < first_cue] if alone or opening.continues else [opening]
    # a paragraph of its own is a quotation of its own, said by the same one
    another = replace(last, content=[], quotes=[], frame="q", noun_at=None)
    host = last if opening.continues and last.content else another
    host.content.extend((q.start, q.end) for q in taken)
    host.quotes.extend(taken)
    host.paragraph = number
    return host


def _read_inside(s: Stream, number: int, read: _Read, depth: int) -> None:
    """The same again inside each quotation: its sentences, and whom it quotes in turn."""
    for quote in s.quote:
        if quote is None or quote.words < _MIN_INNER:
            continue
        inner = stream(s.tokens, quote.first + 1, quote.last, quote.inner)
        if not len(inner):
            continue
        ranges = sentences(inner)
        read.breaks.extend(inner.start[a] for a, _ in ranges[1:])
        read.verbless.update(inner.start[a] for a, b in ranges if not has_finite_verb(inner, a, b))
        found = find(inner, number)
        for attribution in found:
            attribution.inside = True
        read.attributions.extend(found)
        if depth < _MAX_NESTING and quote.inner:
            _read_inside(inner, number, read, depth + 1)


# ---- nesting ------------------------------------------------------------------------------------------------------


def _nest(read: _Read, spoken: Voices) -> list[Node]:
    """Who is quoted inside whose content. Narrated sentences of a voice are the outermost nodes of its document."""
    nodes = [Node(_narration(span, paragraph), spoken.at(span[0])) for span, paragraph in read.narrated]
    nodes += [Node(a, spoken.at(a.cue[0][0])) for a in read.attributions if spoken.at(a.cue[0][0]).role != "question"]
    by_noun = {n.attribution.noun_at: n for n in nodes if n.attribution.noun_at is not None}
    pieces = sorted(
        ((start, -end, k) for k, node in enumerate(nodes) for start, end in node.attribution.content),
    )
    order = sorted(range(len(nodes)), key=lambda k: (_place(nodes[k]), k))
    active: list[tuple[int, int, int]] = []
    at = 0
    for k in order:
        place = _place(nodes[k])
        while at < len(pieces) and pieces[at][0] <= place:
            start, end, owner = pieces[at]
            active.append((start, -end, owner))
            at += 1
        active = [piece for piece in active if piece[1] > place]
        node = nodes[k]
        holder = by_noun.get(node.attribution.cue[0][0]) if node.attribution.cue else None
        if holder is None or holder is node:
            holder = _smallest(active, nodes, k, place)
        if holder is not None:
            node.parent = holder
            holder.children.append(node)
    return [nodes[k] for k in order if nodes[k].parent is None and not _adrift(nodes[k])]


def _adrift(node: Node) -> bool:
    """Whether it stands in quoted words of nobody known: its chain would lack its first link."""
    return node.attribution.inside and node.voice.role == "narrator"


def _shouted_label(root: Node, registry: Registry, text: str) -> bool:
    """Whether a headline in capitals names nobody that we know: "INVASION OF UKRAINE: LIVE UPDATES"."""
    a = root.attribution
    if a.source is None or len(a.cue) != 1 or text[slice(*a.cue[0])] != ":":
        return False
    name = text[slice(*a.source)]
    known = root.actor is not None and registry.get(root.actor.id) is not None
    return name.isupper() and len(name) > 5 and not known


def _narration(span: Span, paragraph: int) -> Attribution:
    from checker.extraction.attributions import NONE

    return Attribution(None, (), [span], NONE, "", "own", sentence=span, paragraph=paragraph)


def _place(node: Node) -> int:
    a = node.attribution
    return a.cue[0][0] if a.cue else a.content[0][0]


def _smallest(active: list[tuple[int, int, int]], nodes: list[Node], k: int, place: int) -> Node | None:
    """The innermost content around ``place`` that is not the node's own and does not lie inside it."""
    own = nodes[k].attribution.content
    best: tuple[int, int] | None = None
    for start, end, owner in active:
        if owner == k or not start <= place < end or not nodes[k].attribution.cue:
            continue
        if nodes[owner].attribution.sense.kind != "speech":
            continue  # whom somebody praises or fears is no link of a chain
        theirs = _place(nodes[owner])
        if nodes[owner].attribution.cue and any(s <= theirs < e for s, e in own):
            continue
        if best is None or (end - start, owner) < best:
            best = (end - start, owner)
    return None if best is None else nodes[best[1]]


# ---- who speaks ---------------------------------------------------------------------------------------------------


def _resolve(root: Node, resolver: Resolver, text: str) -> None:
    """Actors of a node, then of the nodes inside it, for which it is the one who says "I"."""
    queue = [root]
    while queue:
        node = queue.pop(0)
        a = node.attribution
        own = node.parent.actor if node.parent is not None else node.voice.actor
        if a.frame == "own":
            node.actors = (node.voice.actor,) if node.voice.actor is not None else ()
        elif a.source is not None:
            quoted = [(q.start, q.end) for q in a.quotes if q.speech]
            node.actors = resolver.resolve(a.source, a.sentence, a.paragraph, own, quoted)
            if not node.actors and own is not None and _is_paper(text[slice(*a.source)]):
                node.actors = (own,)  # "The message reads:", in a release
            outermost = node.parent is None or node.parent.attribution.frame == "own"
            if outermost and a.sense.kind == "speech" and node.actor is not None and a.form != "noun":
                resolver.remember(node.actor, a.source, a.paragraph)
        queue.extend(node.children)


def _is_paper(source: str) -> bool:
    """Whether a source is what somebody wrote, with nobody's name: "the message"."""
    first, _, noun = source.lower().partition(" ")
    return first in {"the", "this"} and noun in load_sets()["documents"]


# ---- statements ---------------------------------------------------------------------------------------------------


class _Builder:
    """Makes statements of nodes, outermost first, so that a child knows its parent's id."""

    def __init__(self, article: Article, registry: Registry, cast: Cast, read: _Read, resolver: Resolver) -> None:
        self.article = article
        self.registry = registry
        self.cast = cast
        self.read = read
        self.resolver = resolver
        self.anchor = anchor(article)
        self.done: list[Draft] = []
        self._told = _merged(
            span
            for a in read.attributions
            if a.sense.kind == "speech" and a.source is not None
            for span in [a.source, *a.cue, *a.content]
        )
        self._quote_starts = [q.start for q in read.quotes]

    def build(self, root: Node) -> None:
        """The statements of ``root`` and of all that is quoted in it."""
        queue = [root]
        while queue:
            node = queue.pop(0)
            if node.attribution.frame == "own" and self._is_outlet(node.voice.actor):
                # a paper is the article itself, and no link of a chain
                for child in node.children:
                    child.parent = None
                queue[:0] = node.children
                if not self._retold(node):
                    self._make(node)
                continue
            if not self._wanted(node):
                for child in node.children:
                    child.parent = node.parent
                queue[:0] = node.children
                continue
            self._make(node)
            queue[:0] = node.children

    def _is_outlet(self, actor: Actor | None) -> bool:
        entry = None if actor is None else self.registry.get(actor.id)
        return entry is not None and entry.kind == "outlet"

    def _retold(self, node: Node) -> bool:
        """Whether a narrated sentence is for the better part what somebody else said, and says nothing of its own."""
        start, end = node.attribution.sentence
        return 2 * _covered(self._told, start, end) > end - start

    def _wanted(self, node: Node) -> bool:
        """Leaves out what only repeats: "we believe that" in one's own speech, feelings inside others' claims."""
        a = node.attribution
        if a.frame == "own":
            return True
        if node.parent is None:
            return True
        if a.sense.kind != "speech":
            return False
        surface = "" if a.source is None else self.article.text[a.source[0] : a.source[1]].lower()
        if surface in _SELF and a.sense.negative:
            held = self._parent(node)  # "We reject this claim" as a whole is the verdict already
            return held is None or not held.verdict
        himself = node.parent.attribution.frame != "own" and node.actor is not None and node.actor == node.parent.actor
        return (not himself and surface.split(" ", 1)[0] not in _SELF) or a.sense.negative

    def _make(self, node: Node) -> None:
        a = node.attribution
        sources = self._sources(node)
        attribution = digest(self.article.id, repr(a.source), repr(a.cue), repr(a.content))
        for spans in self._content_sentences(a):
            for source_spans, actor in sources:
                self._statement(node, attribution, source_spans, actor, spans)

    def _sources(self, node: Node) -> list[tuple[Spans, Actor | None]]:
        """One entry for each actor of the source, with the span that names it."""
        a = node.attribution
        if a.frame == "own":
            label = node.voice.label
            return [((label,) if label is not None else (), node.voice.actor)]
        if a.source is None:
            return [((), None)]
        if len(node.actors) < 2:
            return [((a.source,), node.actor)]
        if not self._joined(a.source):
            return [((a.source,), node.actors[-1])]  # "the president's spokesman Pavel Orn" is Orn
        if self._apposed(a.source):
            return [((a.source,), node.actors[0])]
        if self._renamed(a.source):
            return [((a.source,), node.actors[-1])]
        return self._one_by_one(a.source) or [((a.source,), None)]

    def _one_by_one(self, source: Span) -> list[tuple[Spans, Actor | None]]:
        """The actors of a joined source, each with its own span; none where a part names nobody or several."""
        entries: list[tuple[Spans, Actor | None]] = []
        start = source[0]
        text = self.article.text
        for mark in [*_JOINT.finditer(text, *source), None]:
            end = mark.start() if mark is not None else source[1]
            found = self.cast.resolve(text[start:end], start)
            if len(found) != 1:
                return []
            entries.append((((start, end),), found[0]))
            start = mark.end() if mark is not None else end
        return entries

    def _apposed(self, source: Span) -> bool:
        """Whether the others only tell who the first one is: "Karl Voss, the builder whom the weekly named"."""
        head, comma, rest = self.article.text[slice(*source)].partition(", ")
        return bool(comma) and " and " not in head and rest.split(" ", 1)[0].lower() in _DESCRIBING

    def _renamed(self, source: Span) -> bool:
        """Whether the second of two phrases is the name of the first: "Karl Voss's party, Free Norland"."""
        head, comma, rest = self.article.text[slice(*source)].partition(", ")
        named = all(word[:1].isupper() for word in rest.split())
        return bool(comma) and named and " and " not in head and head.rsplit(" ", 1)[-1][:1].islower()

    def _joined(self, source: Span) -> bool:
        """Whether a source joins several: "the United States and NATO"."""
        surface = self.article.text[source[0] : source[1]]
        return " and " in surface or ", " in surface or " & " in surface

    def _content_sentences(self, a: Attribution) -> list[Spans]:
        """The pieces of a content cut into sentences; a sentence that its cue interrupts keeps both its pieces."""
        found: list[list[Span]] = []
        for start, end in a.content:
            edges = (
                []
                if a.frame == "own"
                else self.read.breaks[bisect_right(self.read.breaks, start) : bisect_left(self.read.breaks, end)]
            )
            for begin, stop in zip([start, *edges], [*edges, end], strict=True):
                span = self._trimmed(*(self._without_directions(begin, stop) if a.frame == "own" else (begin, stop)))
                words = _TAG.sub("", self.article.text[slice(*span)])
                if span[0] >= span[1] or not any(map(str.isalpha if a.frame == "own" else str.isalnum, words)):
                    continue
                if found and begin == start and self._goes_on(found[-1][-1], span):
                    found[-1].append(span)
                else:
                    found.append([span])
        return [tuple(spans) for spans in found]

    def _without_directions(self, start: int, end: int) -> Span:
        """Drops "(Applause.)" and the like from the edges of a transcript's sentence."""
        text = self.article.text
        match = DIRECTION.match(text, start, end)
        while match is not None and match.end() > start:
            start = match.end()
            while start < end and text[start].isspace():
                start += 1
            match = DIRECTION.match(text, start, end)
        return start, end

    def _goes_on(self, before: Span, after: Span) -> bool:
        """Whether '"The plan," he said, "is dead."' is one sentence: no full stop stands between its pieces."""
        text = self.article.text
        gap = text[before[1] : after[0]].rstrip(_EDGES)
        return text[before[1] - 1] not in ".?!…" and not gap.endswith((".", "!", "?", ":")) and len(gap) < 400

    def _trimmed(self, start: int, end: int) -> Span:
        """Without spaces, commas and quotation marks at the edges; a mark whose twin is inside stays."""
        text = self.article.text
        while start < end and text[start] in _EDGES:
            start += 1
        while end > start and text[end - 1] in _EDGES:
            end -= 1
        closing = text[end : end + 1]
        for q in self._quotes_from(start, end):
            if q.start > start and q.end == end - (text[end - 1] in ".,") and not closing.isalnum():
                return start, end + 1 if closing in _EDGES and closing not in ",;:" else end
            if q.start > start and end < q.end <= end + 2:
                return start, q.end + 1
        return start, end

    def _quotes_from(self, start: int, end: int) -> list[Quote]:
        lo = bisect_left(self._quote_starts, start)
        hi = bisect_right(self._quote_starts, end)
        return self.read.quotes[max(lo, hi - 2) : hi]

    def _statement(self, node: Node, attribution: str, source_spans: Spans, actor: Actor | None, spans: Spans) -> None:
        a = node.attribution
        text = self.article.text
        content = " ".join(text[s:e] for s, e in spans)
        stance, polarity, asserted = self._held(a, content, spans, actor)
        others = self._others(node, spans)
        hypothetical = a.sense.hypothetical or not asserted or a.modal or is_hypothetical(content)
        checkable = (
            a.sense.kind == "speech"
            and asserted
            and not others
            and stance != "demands"
            and not _names_only(a, stance)
            and not _keeps_silent(a, content)
            and (stance == "denies" or not self._empty(a, content, spans[0][0]))
        )
        parent = self._parent(node)
        name = self._name(a, source_spans, actor)
        chain = (
            *(parent.statement.chain if parent else ()),
            Link(actor.id if actor else None, name, self._cue(a), stance),
        )
        date = self._said_on(a) or self.anchor
        draft = Draft(
            Statement(
                article=self.article.id,
                attribution=attribution,
                actor=actor,
                chain=chain,
                source_spans=source_spans,
                cue_spans=a.cue,
                content_spans=spans,
                content=content,
                proposition=content,
                kind=self._kind(a, spans),
                stance=stance,
                polarity=polarity,
                hypothetical=hypothetical,
                checkable=checkable,
                date=date,
                window=window(content, date) if date else None,
                parent=parent.statement.id if parent else None,
            ),
            place=spans[0][0],
            frame=a.frame,
            noun_at=a.noun_at,
            cue_at=a.cue[0][0] if a.cue else spans[0][0],
            verdict=polarity < 0 and not a.sense.negative and not a.negated,
            about=self._about(spans),
            source=" ".join(text[s:e] for s, e in source_spans),
        )
        draft.parent = parent
        draft.context = self._context(node, draft, actor)
        chains.propose(draft, self.done)
        self.done.append(draft)

    def _held(self, a: Attribution, content: str, spans: Spans, actor: Actor | None) -> tuple[Stance, Polarity, bool]:
        """Stance, polarity and whether it is said at all: by the cue, or, where that only speaks, by the sentence."""
        stance, polarity, asserted = _held(a)
        if stance != "asserts" or a.sense.kind != "speech" or not asserted:
            return stance, polarity, asserted
        if is_question(content):
            return "asks", polarity, True
        shown = stance_of(content) if a.frame in {"q", "t", "b", "own"} else None
        if a.sense.lemma in _CALLS and calls_false(content):
            shown = "denies"
        if shown is None and self._wills(spans, actor):
            shown = "promises"
        return shown or stance, -1 if shown == "denies" else polarity, True

    def _wills(self, spans: Spans, actor: Actor | None) -> bool:
        """Whether the content says what the state or body of its speaker will do: "Norland will send engineers"."""
        if actor is None:
            return False
        for mention in self.resolver.mentions_in(spans[0])[:3]:
            own = mention.actor.id in {actor.id, actor.side} or mention.actor.side == actor.id
            if own and not mention.person and promises_of_its_own(self.article.text, mention.end):
                return True
        return False

    def _about(self, spans: Spans) -> frozenset[str | None]:
        """The actors and sides that a content names."""
        named = [m.actor for span in spans for m in self.resolver.mentions_in(span)[:12]]
        return frozenset(actor.id for actor in named) | frozenset(actor.side for actor in named if actor.side)

    def _empty(self, a: Attribution, content: str, place: int) -> bool:
        """Whether there is nothing to check in the words themselves."""
        if place in self.read.verbless:
            return True
        if a.frame in "tbigP":
            return is_ceremony(content) or is_question(content)
        return not is_checkable(content)

    def _others(self, node: Node, spans: Spans) -> bool:
        """Whether the sentence as a whole only reports what another one says."""
        size = sum(e - s for s, e in spans)
        for child in node.children:
            b = child.attribution
            if b.sense.kind != "speech" or b.source is None or b.frame not in "qtb" or child.actor == node.actor:
                continue
            if self.article.text[b.source[0] : b.source[1]].lower().split(" ", 1)[0] in _SELF or b.form == "noun":
                continue
            told = [b.source, *b.cue, *b.content]
            if b.form == "finite" and b.frame == "q" and b.content and b.cue and b.content[-1][1] <= b.cue[0][0]:
                told.append((max(b.source[1], b.cue[-1][1]), spans[-1][1]))  # "..., Brandt said as she left the fort"
            covered = sum(max(0, min(e, e2) - max(s, s2)) for s, e in spans for s2, e2 in told)
            here = bool(b.cue) and any(s <= b.cue[0][0] < e for s, e in spans)
            before = here and all(e <= spans[0][0] for _, e in b.content)  # "This was stated by Brandt"
            if covered >= _COVERS * size or before:
                return True
        return False

    def _parent(self, node: Node) -> Draft | None:
        """The statement of the parent in whose sentence this one stands."""
        if node.parent is None:
            return None
        a = node.attribution
        place = a.cue[0][0] if a.cue else a.content[0][0]
        own = node.parent.attribution
        best = None
        for draft in reversed(self.done):
            s = draft.statement
            if s.cue_spans != own.cue or not _same_content(s.content_spans, own.content):
                continue
            if any(b <= place < e for b, e in s.content_spans):
                return draft
            best = draft
            if draft.place < place - 20000:
                break
        return best

    def _name(self, a: Attribution, source_spans: Spans, actor: Actor | None) -> str:
        if actor is not None:
            return actor.name
        return " ".join(self.article.text[s:e] for s, e in source_spans)

    def _cue(self, a: Attribution) -> str:
        return " ".join(self.article.text[s:e] for s, e in a.cue)

    def _kind(self, a: Attribution, spans: Spans) -> Kind:
        """direct: nothing but quoted words; mixed: some; indirect: none."""
        if a.frame == "own":
            return "direct"
        quoted = 0
        size = 0
        for s, e in spans:
            size += e - s
            i = max(0, bisect_right(self._quote_starts, s) - 1)
            while i < len(self.read.quotes) and self.read.quotes[i].start < e:
                q = self.read.quotes[i]
                quoted += max(0, min(e, q.end) - max(s, q.start))
                i += 1
        return "indirect" if quoted == 0 else "direct" if quoted >= size - 3 else "mixed"

    def _said_on(self, a: Attribution) -> str | None:
        """The day named in the framing clause: "said on Thursday"."""
        if not self.anchor or not a.cue:
            return None
        start = a.cue[-1][1]
        end = min([a.sentence[1], start + 90, *(s for s, _ in a.content if s >= start)])
        frame = self.article.text[start:end]
        if not any(word.strip(",.").lower() in load_sets()["days"] for word in frame.split()):
            return None
        named = window(frame, self.anchor)
        return named[0] if named is not None and named[0] == named[1] else None

    def _context(self, node: Node, draft: Draft, actor: Actor | None) -> Context:
        """What the proposition may resolve pronouns with."""
        a = node.attribution
        speaker = None
        if actor is not None and not self._quotes_another(node, draft.statement.content_spans):
            speaker = self._readable(actor, personal=_OF_HIMSELF.search(draft.statement.content) is not None)
        subjects = []
        owned = a.source is not None and bool(a.cue) and a.source[0] < a.cue[0][0]  # "Russia's claim that it"
        if node.parent is not None and a.form == "noun" and node.parent.actor is not None and not owned:
            subjects.append(self._readable(node.parent.actor, personal=False))
        if actor is not None and a.frame != "own":
            subjects.append(self._readable(actor, personal=actor.side is None or not self._is_office(actor)))
        lo = max(a.sentence[0], draft.place - 300)
        before = reversed(self.resolver.mentions_in((lo, draft.place)))
        subjects += [self._readable(m.actor, personal=not self._is_office(m.actor)) for m in before]
        does_it = a.frame in "ig" and draft.statement.stance != "demands"  # who demands does not do it himself
        agent = speaker if does_it else self._charged(a)
        modal = "should" if draft.statement.stance == "demands" else "" if a.sense.lemma in _PRETENDS else "will"
        return Context(speaker=speaker, subjects=tuple(dict.fromkeys(subjects))[:4], agent=agent, modal=modal)

    def _quotes_another(self, node: Node, spans: Spans) -> bool:
        """Whether quoted words stand in a narrated sentence: "we" in them is not the narrator."""
        return node.attribution.frame == "own" and any(
            child.attribution.quotes and any(s <= c < e for s, e in spans for c, _ in child.attribution.content)
            for child in node.children
        )

    def _charged(self, a: Attribution) -> str | None:
        """Who does what an accusation says: "Dravec" in "accused Dravec of rigging the count"."""
        if a.charged is None:
            return None
        mentions = self.resolver.mentions_in(a.charged)
        if mentions:
            return self._readable(mentions[-1].actor, personal=True)
        return self.article.text[a.charged[0] : a.charged[1]]

    def _is_office(self, actor: Actor) -> bool:
        entry = self.registry.get(actor.id)
        return entry is not None and entry.kind not in {"person", "state"}

    def _readable(self, actor: Actor, *, personal: bool) -> str:
        """A name that reads well in a sentence: the state for those who speak for one, unless the person is meant."""
        if not personal and actor.side is not None and actor.side != actor.id:
            entry = self.registry.get(actor.side)
            name = entry.name if entry is not None else actor.name
        else:
            name = actor.name
        first = name.split(" ", 1)[0]
        return f"the {name}" if first in _ARTICLED or name in _ARTICLED else name


_DESCRIBING = frozenset(["a", "an", "the", "who", "which", "whose", "his", "her", "its", "one", "himself", "herself"])
_ARTICLED = frozenset(
    ["United", "Kremlin", "European", "White", "Netherlands", "Philippines", "African", "Russian", "International"]
)


# With these a noun phrase is news of its own: "announced the withdrawal of two brigades".
_TELLS = frozenset("announce report confirm reveal disclose put estimate calculate".split())
# "called the report fiction": what follows names a claim and judges it.
_CALLS = frozenset("call describe describe_as brand label term dub characterize characterise portray deem".split())
_PRETENDS = frozenset(["claim", "profess", "purport"])  # "claimed to have destroyed it": it is done, not to be done
_TAG = re.compile(r"</?[a-z]{1,6}>")


def _names_only(a: Attribution, stance: Stance) -> bool:
    """Whether the content is a topic, not a claim: "stressed the importance of their visit"."""
    return a.frame == "n" and stance in {"asserts", "concedes"} and a.sense.lemma not in _TELLS and not a.quotes


def _merged(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, those that touch as one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _covered(merged: list[Span], start: int, end: int) -> int:
    """How many characters of ``[start, end)`` lie in the merged spans."""
    k = max(0, bisect_right(merged, (start, start)) - 1)
    size = 0
    while k < len(merged) and merged[k][0] < end:
        size += max(0, min(end, merged[k][1]) - max(start, merged[k][0]))
        k += 1
    return size


_SILENCE = frozenset(
    """comment answer respond reply say speak elaborate discuss identify name disclose specify explain talk confirm
    give provide take offer""".split()
)


def _keeps_silent(a: Attribution, content: str) -> bool:
    """Whether somebody only did not speak: "refused to comment", "declined to answer questions"."""
    if a.frame != "i" or not a.sense.negative:
        return False
    words = content.lower().split()
    return words[:1] == ["to"] and words[1:2] != [] and words[1].rstrip(",.") in _SILENCE


def _same_content(spans: Spans, content: list[Span]) -> bool:
    return any(s <= spans[0][0] < e for s, e in content)


def _held(a: Attribution) -> tuple[Stance, Polarity, bool]:
    """Stance, polarity towards the content, and whether the source says it at all ("did not say that" is silence)."""
    sense = a.sense
    if sense.negative:
        return ("asserts", 1, False) if a.negated else (sense.stance, -1, True)
    if not a.negated:
        return sense.stance, 1, True
    if sense.kind == "belief" or sense.lemma in {"agree", "accept", "recognize", "recognise", "acknowledge"}:
        return "denies", -1, True
    return sense.stance, 1, False


def identity(s: Statement) -> str:
    """The id that :class:`Statement` derives, for callers that hold only spans."""
    return statement_id(s.article, s.source_spans, s.cue_spans, s.content_spans)
