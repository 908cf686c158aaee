"""Disputes in the terminal: tables and facts for people."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from checker.disputes import Dispute, Source, Sources
from checker.disputes.history import History, Speaker
from checker.reporting.disputes import WITHHELD, Entry, claims
from checker.reporting.plain import plain
from checker.reporting.terminal import STYLES, quoted, table, who
from index.records import Statement

_NOTHING = "Nothing of the kind is stored.\n"
_LEFT = {
    True: "Nothing is left of it: what it rested on was corrected or withdrawn.",
    False: "An article that it rests on was corrected: the next nightly run compares it again.",
}
Row = tuple[str, str, Dispute | None]
"""A dispute's id, its state, and what is left of it."""


def facts(console: Console, found: Mapping[str, Any]) -> None:
    """One fact a line."""
    for name, value in found.items():
        console.print(f"{name.replace('_', ' '):<20} {plain(str(value))}")


def summary(run: Entry) -> str:
    """What a run did, on one line."""
    changes = ", ".join(f"{count} {state}" for state, count in run["disputes"].items() if count) or "nothing changed"
    return (
        f"{run['statements']} statements compared, {run['pairs']['judged']} pairs judged, {run['pairs']['again']}"
        f" again; disputes: {changes}; unanswered claims: {claims(run)}; reviews lost: {run['lost_reviews']};"
        f" unusable articles: {run['problems']}"
    )


def nightly(console: Console, entries: Sequence[Entry], files: Sequence[Path]) -> None:
    """What a run found, the strongest first, and where the whole report lies."""
    console.print(Text(f"Run {entries[0]['run']}: {summary(entries[0])}"))
    changed = [entry for entry in entries if entry["type"] in ("dispute", "self-contradiction")]
    if changed:
        rows = table("score", "state", "about", "sides", "dispute")
        for entry in changed[:20]:
            score = _score(entry["score"], reviewed=entry["reviewed"]) if "score" in entry else "-"
            about = plain(entry.get("proposition", "(its words are gone)")) or WITHHELD
            rows.add_row(score, entry["state"], about, plain(" / ".join(entry.get("sides", []))), entry["dispute"])
        console.print(rows)
    for path in files:
        console.print(Text(f"report: {path}"), soft_wrap=True)


def disputes(console: Console, found: Sequence[Row], sources: Sources, *, of: int) -> None:
    """One line a dispute."""
    if not found:
        console.print(_NOTHING)
        return
    rows = table("score", "state", "about", "sides", "first", "answered", "dispute")
    for id, state, dispute in found:
        if dispute is None:
            rows.add_row("-", state, _LEFT[state == "withdrawn"], "", "", "", id)
            continue
        days = dispute.days_to_answer
        answered = "" if dispute.answer is None else "" if days is None else f"{days} d"
        about = _about(dispute, sources)
        first = plain(dispute.first.date)
        score = _score(dispute.score, reviewed=dispute.reviewed)
        rows.add_row(score, state, about, plain(" / ".join(dispute.sides)), first, answered, id)
    console.print(rows)
    if of > len(found):
        console.print(f"{len(found)} of {of}; more with -k\n")


def timeline(console: Console, id: str, state: str, dispute: Dispute | None, sources: Sources) -> None:
    """One dispute: who said what when, for and against."""
    console.print(Text(f"Dispute {id}, {state}", style="bold"))
    if dispute is None:
        console.print(f"{_LEFT[state == 'withdrawn']}\n")
        return
    console.print(Text(_about(dispute, sources)))
    rows = table("date", "position", "who", "in their own words", "source")
    for one in dispute.timeline:
        position = "against" if dispute.positions[one.id] else "for"
        rows.add_row(plain(one.date), position, who(one), _words(one, sources), _place(sources.get(one.id)))
    console.print(rows)


def statements(console: Console, found: Iterable[Statement], sources: Sources) -> None:
    """Statements with where they stand."""
    rows = table("date", "who", "stance", "in their own words", "source")
    for one in found:
        rows.add_row(plain(one.date), who(one), one.stance, _words(one, sources), _place(sources.get(one.id)))
    console.print(rows if rows.row_count else _NOTHING)


def history(console: Console, found: History, sources: Sources, *, limit: int) -> None:
    """One actor over time."""
    console.print(Text(f"{plain(found.actor.name)}: {len(found.statements)} statements", style="bold"))
    if found.actor.is_side:
        _speakers(console, found.speakers[:limit])
    console.print(Text("Own word left, or said again", style="bold"))
    rows = table("turn", "score", "who", "earlier", "later", "date")
    for echo in found.echoes[:limit]:
        clash = echo.clash
        earlier, later = _words(clash.claim, sources), _words(clash.statement, sources)
        when, speaker = plain(clash.statement.date), who(clash.statement)
        rows.add_row(echo.turn or "repetition", f"{clash.strength:.2f}", speaker, earlier, later, when)
    console.print(rows if found.echoes else _NOTHING)
    console.print(Text("Disputes", style="bold"))
    disputes(console, [(d.id, "", d) for d in found.disputes[:limit]], sources, of=len(found.disputes))
    console.print(Text("Said by it, and met by nobody", style="bold"))
    statements(console, found.unanswered[:limit], sources)


def _speakers(console: Console, found: Sequence[Speaker]) -> None:
    console.print(Text("Who speaks for it", style="bold"))
    rows = table("who", "statements", "own word left, or said again", "met by nobody")
    for one in found:
        rows.add_row(plain(one.actor.name), str(one.statements), str(one.echoes), str(one.unanswered))
    console.print(rows if found else _NOTHING)


def explanation(console: Console, found: Entry) -> None:
    """Why two statements clash, or do not: as :func:`checker.reporting.disputes.explanation` has it."""
    for part in ("claim", "statement"):
        one = found[part]
        name = "(not known)" if one["actor"] is None else plain(one["actor"]["name"])
        console.print(Text.assemble((f"{name}, {plain(one['date']) or 'undated'}: ", "bold"), plain(one["content"])))
        console.print(Text(f"  read as: {plain(one['proposition'])}"))
    judge = found["judge"]
    if found["review"] is not None:
        analyst, note = (plain(found["review"][part]) for part in ("analyst", "note"))
        said = f", decided by a review of {analyst or 'an analyst'}" + (f": {note}" if note else "")
        console.print(Text.assemble((found["verdict"], STYLES[found["verdict"]]), said))
        console.print("The judge alone, which does not count here:")
    because = f", score {judge['score']:.2f}; because of: {', '.join(found['reasons']) or '-'}"
    console.print(Text.assemble((judge["verdict"], STYLES[judge["verdict"]]), because))
    for one in found["evidence"]:
        here, there = (_cut(found[side]["proposition"], one[side]) for side in ("claim", "statement"))
        console.print(Text(f"  {one['reason']}: {here or '-'} / {there or '-'}"))
    for one in found["counterfactuals"]:
        console.print(Text(one["sentence"]))
    rows = table("feature", "adds to the log-odds")
    for name, value in found["parts"].items():
        rows.add_row(name.replace("_", " "), f"{value:+.2f}")
    console.print(rows)


def _score(score: float, *, reviewed: bool) -> str:
    return "reviewed" if reviewed else f"{score:.2f}"


def _cut(text: str | None, spans: Sequence[Sequence[int]]) -> str:
    return plain(" … ".join((text or "")[start:end] for start, end in spans))


def _about(dispute: Dispute, sources: Sources) -> str:
    return plain(dispute.head.proposition) if dispute.head.id in sources else WITHHELD


def _words(statement: Statement, sources: Sources) -> str:
    return plain(quoted(statement)) if statement.id in sources else WITHHELD


def _place(source: Source | None) -> str:
    return "" if source is None else plain(source.article.source or source.article.id)
