"""Results as tables for people. Everything that came from outside passes through :func:`plain` and is never markup."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from checker.reporting.plain import brief, plain
from index.records import Link, Rebuttal, Statement, Verdict

STYLES = {
    "contradiction": "bold red",
    "uncertain": "yellow",
    "superseded": "cyan",
    "compatible": "green",
    "unrelated": "dim",
}


def rebuttals(
    console: Console,
    claim: str,
    found: Sequence[Rebuttal],
    *,
    apart: Callable[[Rebuttal], bool] | None = None,
) -> None:
    """What others say against ``claim``, in their own words; where ``apart`` is given, those that it picks are listed
    after it as those who say the same."""
    console.print(Text.assemble(("Claim  ", "bold"), brief(claim)))
    same = [one for one in found if apart is not None and apart(one)]
    against = [one for one in found if one not in same]
    if against:
        _print_rebuttals(console, against)
    else:
        console.print("No statement by another actor contradicts this.\n")
    if same:
        console.print(Text("Said by others too", style="bold"))
        _print_rebuttals(console, same)


def _print_rebuttals(console: Console, found: Sequence[Rebuttal]) -> None:
    rows = table("score", "verdict", "who", "in their own words", "date", "source", "why")
    for one in found:
        statement, verdict = one.pair.statement, one.verdict
        source = plain(one.article.source or one.article.id)
        rows.add_row(
            f"{verdict.score:.2f}",
            Text(verdict.kind, style=STYLES[verdict.kind]),
            who(statement),
            plain(quoted(statement)),
            plain(statement.date),
            f"{source} +{len(one.appearances)}" if one.appearances else source,
            ", ".join(verdict.reasons),
        )
    console.print(rows)


def statements(console: Console, found: Iterable[Statement]) -> None:
    """What an article says, before anything is compared."""
    rows = table("who", "stance", "in their own words", "proposition", "date")
    for one in found:
        rows.add_row(who(one), one.stance, plain(quoted(one)), plain(one.proposition), plain(one.date))
    console.print(rows)


def judgements(console: Console, found: Iterable[tuple[Statement, Statement, Verdict]]) -> None:
    """Verdicts on given pairs."""
    rows = table("score", "verdict", "premise", "hypothesis", "why")
    for premise, hypothesis, verdict in found:
        rows.add_row(
            f"{verdict.score:.2f}",
            Text(verdict.kind, style=STYLES[verdict.kind]),
            brief(premise.content),
            brief(hypothesis.content),
            ", ".join(verdict.reasons),
        )
    console.print(rows)


def health(console: Console, facts: Mapping[str, object]) -> None:
    """What ``checker doctor`` found."""
    for name, value in facts.items():
        if name != "problems":
            console.print(f"{name:<20} {'-' if value is None else value}")
    problems = facts["problems"]
    for problem in problems if isinstance(problems, list) else ():
        console.print(Text.assemble(("problem  ", "bold red"), plain(problem)))


def who(statement: Statement) -> str:
    """The chain of speakers, the last one first: "United States (quoted by the Kremlin)"."""
    if statement.actor is None:
        return "(not known)"
    name = plain(statement.actor.name)
    outer = [plain(link.name) for link in statement.chain[:-1] if not _is_article(link)]
    return f"{name} (through {', '.join(reversed(outer))})" if outer else name


def quoted(statement: Statement) -> str:
    """The words themselves, in quotation marks where they are a direct quotation."""
    return f"“{statement.content}”" if statement.kind == "direct" else statement.content


def _is_article(link: Link) -> bool:
    return link.actor == "article"


_WIDTHS = {"in their own words": 28, "proposition": 28, "about": 28, "premise": 28, "hypothesis": 28, "why": 14}
_WIDEST = {"who": 18, "why": 16}


def table(*columns: str) -> Table:
    """A table for people, with columns as wide as what they usually hold."""
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for column in columns:
        if column == "source":
            made.add_column(column, overflow="ellipsis", no_wrap=True, max_width=12)
        elif column in ("score", "date"):
            made.add_column(column, no_wrap=True)
        else:
            made.add_column(column, overflow="fold", min_width=_WIDTHS.get(column), max_width=_WIDEST.get(column))
    return made
