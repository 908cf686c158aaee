"""The report of a nightly run: one JSON object a line, and Markdown made of the same objects and nothing else."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from checker.disputes import Change, OpenClaims, Sources, State
from checker.reporting import disputes, jsonl
from checker.reporting.disputes import Entry
from checker.reporting.plain import plain
from index.verdicts import Review, Run

SHOWN = 50  # of each kind in the Markdown; the JSON Lines hold all
_FIRST = 10  # disputes on the first page, a line each
_STATEMENTS = 6  # of each position of a dispute
_SHORT = 160  # characters of a proposition on the first page

_CAUTION = (
    "*These are suggestions of a machine and can be wrong: read the sources first. How precise they were measured to be"
    " stands in README.md and docs/nightly.md.*"
)
_HEADINGS = {
    "new": "New disputes",
    "answered": "Answered",
    "grown": "Grown",
    "changed": "Changed",
    "withdrawn": "Withdrawn",
}
_CLAIMS = {
    "new": "Unanswered, new since the last run",
    "answered": "No longer unanswered",
    "withdrawn": "Unanswered, and withdrawn",
}
_CAUSES = {
    "new-article": "a new article",
    "correction": "a correction",
    "deletion": "a withdrawn article",
    "other-weights": "another judge",
    "review": "a review",
}


def run_entry(run: Run, states: Mapping[State, int], claims: OpenClaims, *, lost_reviews: int, problems: int) -> Entry:
    """What the run did, in numbers."""
    return {
        "type": "run",
        "run": run.number,
        "date": run.day,
        "statements": run.fresh,
        "pairs": {"judged": run.judged, "again": run.again},
        "disputes": dict(states),
        "unanswered": {
            "new": len(claims.new),
            "answered": len(claims.answered),
            "withdrawn": len(claims.withdrawn),
            "open": len(claims.open),
        },
        "lost_reviews": lost_reviews,
        "problems": problems,
    }


def change_entry(change: Change, sources: Sources) -> Entry:
    """A dispute that changed. Of one that is withdrawn nothing is told but where it stood: its words are gone."""
    found = change.dispute
    kind = "dispute" if found is None else found.kind
    return {
        "type": kind,
        "dispute": change.id,
        "state": change.state,
        "causes": list(change.causes),
        "since_run": change.first_run,
        **({} if found is None else disputes.dispute(found, sources, added=change.added)),
        "gone": len(change.gone),
        "articles": list(change.articles),
        "merged": list(change.merged),
    }


def claim_entries(claims: OpenClaims, sources: Sources) -> Iterator[Entry]:
    """Accusations and denials: those that nobody met and that were not told of yet; those that somebody met since, and
    in which dispute (None: they are denied in their own article); those that are gone, and of these only where."""
    for one in claims.new:
        yield {"type": "unanswered", "state": "new", **disputes.statement(one, sources)}
    for one, dispute in claims.answered:
        yield {"type": "unanswered", "state": "answered", "dispute": dispute, **disputes.statement(one, sources)}
    for key, article in claims.withdrawn:
        yield {"type": "unanswered", "state": "withdrawn", "statement": key, "article": {"id": article}}


def lost_review_entry(review: Review) -> Entry:
    """An analyst's word on two statements, one of which is gone or says something else now."""
    return {
        "type": "lost-review",
        "statements": list(review.keys),
        "verdict": review.kind,
        "note": review.note,
        "analyst": review.analyst,
    }


def problem_entry(article: str, message: str) -> Entry:
    """An article that could not be used."""
    return {"type": "problem", "article": article, "message": message}


def json_lines(entries: Iterable[Entry]) -> str:
    """The report for programs."""
    return "".join(jsonl.line(entry) + "\n" for entry in entries)


def markdown(entries: Sequence[Entry]) -> str:
    """The report for people: what ``entries`` say, the first 50 of each kind."""
    run = entries[0]
    lines = [f"# Disputes, run {run['run']}" + (f", up to {run['date']}" if run["date"] else ""), "", _CAUTION, ""]
    lines.append(_summary(run))
    lines += _section("At a glance", [[f"{n}. {_glance(e)}"] for n, e in enumerate(_first(entries), start=1)])
    for state, heading in _HEADINGS.items():
        lines += _section(heading, [_dispute(e) for e in entries if e["type"] == "dispute" and e["state"] == state])
    lines += _section("Against their own word", [_dispute(e) for e in entries if e["type"] == "self-contradiction"])
    claims = [e for e in entries if e["type"] == "unanswered"]
    for state, heading in _CLAIMS.items():
        lines += _section(heading, [[_claim(e)] for e in claims if e["state"] == state])
    lines += _section(
        "Reviews that lost a statement", [[_lost_review(e)] for e in entries if e["type"] == "lost-review"]
    )
    lines += _section(
        "Articles that could not be used",
        [[f"- `{_code(e['article'])}`: {_escaped(e['message'])}"] for e in entries if e["type"] == "problem"],
    )
    return "\n".join(lines) + "\n"


def _summary(run: Entry) -> str:
    counts = [f"{count} {state}" for state, count in run["disputes"].items() if count]
    changes = ", ".join(counts) if counts else "nothing changed"
    return (
        f"Statements compared: {run['statements']}. Pairs judged: {run['pairs']['judged']},"
        f" again: {run['pairs']['again']}. Disputes: {changes}. Unanswered claims: {disputes.claims(run)}."
    )


def _section(heading: str, items: Sequence[Sequence[str]]) -> list[str]:
    if not items:
        return []
    more = [f"... and {len(items) - SHOWN} more, in the JSON Lines.", ""] if len(items) > SHOWN else []
    return ["", f"## {heading}", "", *(line for item in items[:SHOWN] for line in item), *more]


def _dispute(entry: Entry) -> list[str]:
    causes = ", ".join(_CAUSES[cause] for cause in entry["causes"])
    if "statements" not in entry:
        articles = ", ".join(f"`{_code(article)}`" for article in entry["articles"])
        resting = f"; it rested on {articles}" if articles else ""
        return [f"- Dispute `{entry['dispute']}` is withdrawn ({causes}){resting}.", ""]
    lines = [f"### {_escaped(entry['proposition'] or disputes.WITHHELD)}", ""]
    facts = ["reviewed" if entry["reviewed"] else f"score {entry['score']:.2f}", _parties(entry)]
    facts += [entry["turn"]] if entry["type"] == "self-contradiction" and entry["turn"] else []
    facts += [f"because of {causes}"] if causes else []
    if entry["answer"] is not None:
        facts.append(_answered(entry))
    if entry["gone"]:
        facts.append(f"{entry['gone']} pairs are gone")
    lines += [f"`{entry['dispute']}`: " + "; ".join(facts) + ".", ""]
    for heading, position in (("Said", "for"), ("Against", "against")):
        held = _once([s for s in entry["statements"] if s["position"] == position])
        shown = _strongest(held, entry["pairs"])
        more = [f"- ... and {len(held) - len(shown)} more"] if len(held) > len(shown) else []
        lines += [f"{heading}:", *map(_line, shown), *more, ""]
    return lines


def _answered(entry: Entry) -> str:
    (answer,) = [s for s in entry["statements"] if s["statement"] == entry["answer"]]
    days = entry["days_to_answer"]
    return f"answered by {_who(answer)}" + ("" if days is None else f" after {_days(days)}")


def _first(entries: Sequence[Entry]) -> list[Entry]:
    """The disputes of the first page: those that are there, as many as fit."""
    return [e for e in entries if e["type"] == "dispute" and "statements" in e][:_FIRST]


def _glance(entry: Entry) -> str:
    """A dispute on one line: its surest pair, who said it first, and how many take part."""
    surest = max(entry["pairs"], key=lambda pair: (_weight(pair), pair["claim"], pair["statement"]))
    by_key = {s["statement"]: s for s in entry["statements"]}
    said = " — against: ".join(_claimed(by_key[surest[one]]) for one in ("claim", "statement"))
    score = "reviewed" if entry["reviewed"] else f"{surest['score']:.2f}"
    return f"{said} ({entry['state']}, {score}; {_parties(entry)}; `{entry['dispute']}`)"


def _weight(pair: Entry) -> float:
    """The score, and an analyst is surer than any judge."""
    return float(pair["score"]) if pair["review"] is None else 1.0


def _claimed(statement: Entry) -> str:
    words = statement["proposition"] or disputes.WITHHELD
    short = words if len(words) <= _SHORT else words[: _SHORT - 1].rsplit(" ", 1)[0] + " …"
    return f"{statement['date'] or 'undated'}, **{_who(statement)}**: {_escaped(short)}"


def _parties(entry: Entry) -> str:
    """The sides of both positions."""
    held = [
        sorted({s["side"] for s in entry["statements"] if s["position"] == position}) for position in ("for", "against")
    ]
    return " against ".join(", ".join(map(_escaped, sides)) for sides in held if sides)


def _once(held: Sequence[Entry]) -> list[Entry]:
    """Without those that stand at the same place in other words of who says it: of a report and what it reports the
    reported."""
    innermost: dict[tuple[str, ...], Entry] = {}
    for one in sorted(held, key=lambda s: -len(s["through"])):
        innermost.setdefault(
            (one["article"]["id"], one["side"], *sorted(_words(one["content"] or one["statement"]))), one
        )
    kept = {one["statement"] for one in innermost.values()}
    return [one for one in held if one["statement"] in kept]


def _strongest(held: Sequence[Entry], pairs: Sequence[Entry]) -> list[Entry]:
    """The statements that most is held against, in order of time."""
    weights = {s["statement"]: 0.0 for s in held}
    for pair in pairs:
        for key in (pair["claim"], pair["statement"]):
            if key in weights:
                weights[key] += _weight(pair)
    kept = sorted(weights, key=lambda key: (-round(weights[key], 4), key))[:_STATEMENTS]
    return [s for s in held if s["statement"] in kept]


def _line(statement: Entry) -> str:
    words = disputes.WITHHELD if statement["content"] is None else _escaped(statement["content"])
    if statement["kind"] == "direct" and statement["content"] is not None:
        words = f"“{words.strip('“”')}”"
    article = statement["article"]
    place = _escaped(article.get("source") or "") or f"`{_code(article['id'])}`"
    also = f", and {len(statement['appearances'])} more" if statement["appearances"] else ""
    return f"- {statement['date'] or 'undated'}, **{_who(statement)}**: {words}{_meant(statement)} ({place}{also})"


def _claim(entry: Entry) -> str:
    """An accusation or a denial, with what became of it."""
    if entry["state"] == "withdrawn":
        return f"- `{entry['statement']}`; it stood in `{_code(entry['article']['id'])}`."
    if entry["state"] == "new":
        return _line(entry)
    where = "denied in its own article" if entry["dispute"] is None else f"met in dispute `{entry['dispute']}`"
    return f"{_line(entry)}: {where}"


def _lost_review(entry: Entry) -> str:
    one, other = entry["statements"]
    note = f": {_escaped(entry['note'])}" if entry["note"] else ""
    by = f" by {_escaped(entry['analyst'])}" if entry["analyst"] else ""
    return f"- The review of `{one}` and `{other}` lost its statement ({entry['verdict']}{by}{note})."


def _who(statement: Entry) -> str:
    who = "(not known)" if statement["actor"] is None else _escaped(statement["actor"]["name"])
    through = f" (through {', '.join(map(_escaped, statement['through']))})" if statement["through"] else ""
    return who + through


def _meant(statement: Entry) -> str:
    """What is held, where the words alone do not tell: "Someone is lying", "it is false"."""
    content, proposition = statement["content"], statement["proposition"]
    if content is None or proposition is None:
        return ""
    missing = _words(proposition) - _words(content)
    return f" — that is: {_escaped(proposition)}" if statement["stance"] == "denies" or len(missing) > 1 else ""


def _words(text: str) -> set[str]:
    return {word.casefold() for word in re.findall(r"[^\W_]+", text)}


def _days(count: int) -> str:
    return {0: "less than a day", 1: "1 day"}.get(count, f"{count} days")


_SPECIAL = str.maketrans({c: f"\\{c}" for c in "\\`*_[]<>#|~&"})


def _escaped(text: str) -> str:
    """Untrusted text on one line that Markdown shows as it is: no links, no HTML, no headings."""
    return plain(text).translate(_SPECIAL)


def _code(text: str) -> str:
    return plain(text).replace("`", "'")
