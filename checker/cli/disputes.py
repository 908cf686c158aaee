"""Commands on what is stored: the nightly run, disputes, one actor over time, why two statements clash, reviews."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from checker.cli.doors import (
    EncoderOption,
    JsonOption,
    StoreOption,
    console,
    estimate,
    open_checker,
    print_json,
    require_day,
    require_some,
    warn,
)
from index.errors import InputError, UsageError

if TYPE_CHECKING:
    from checker.disputes import Sources
    from checker.disputing import Explanation, Standing
    from checker.facade import Checker
    from checker.nightly import Nightly, Plan, Report
    from index.records import Actor, Statement

Note = Callable[[str], None]

LOG_NAME = "nightly.log"
REPORTS_NAME = "reports"
_NOTED_EVERY_S = 60.0


def register(app: typer.Typer) -> None:
    """Adds the commands of this module."""
    for command in (nightly, disputes, actor, explain, review):
        app.command()(command)


def nightly(
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for report and diff; default: reports, in the store's folder.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what there is to do.")] = False,
    log: Annotated[Path | None, typer.Option("--log", help="Log file; default: nightly.log in the store.")] = None,
    store: StoreOption = None,
    encoder: EncoderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compare what is new since the last run with everything, and report what changed. Killed, it goes on next time."""
    from checker.nightly import Nightly
    from checker.reporting import dispute_tables

    with open_checker(store, encoder, None, create=False) as checker:
        folder = checker.store.folder
        work = Nightly(checker, out or folder / REPORTS_NAME)
        plan = work.plan()
        if dry_run:
            if as_json:
                print_json(plan.to_json())
            else:
                dispute_tables.facts(console(), {k: v for k, v in plan.to_json().items() if v is not None})
            return
        with _logged(log or folder / LOG_NAME) as note:
            note(_begun(plan))
            report = _run(work, note)
            note(f"run {plan.run} is done: {dispute_tables.summary(report.entries[0])}")
        if as_json:
            for entry in report.entries:
                print_json(entry)
        else:
            dispute_tables.nightly(console(), report.entries, report.files)


def disputes(
    dispute: Annotated[str | None, typer.Argument(help="The id of one dispute, to see its timeline.")] = None,
    actor: Annotated[str | None, typer.Option(help="Only those that this actor or side takes part in.")] = None,
    since: Annotated[str | None, typer.Option(help="Only those with a statement from this day on.")] = None,
    state: Annotated[
        str | None, typer.Option(help="Only those in this state: new, answered, grown, changed, withdrawn.")
    ] = None,
    unanswered: Annotated[bool, typer.Option("--unanswered", help="Accusations and denials nobody met.")] = False,
    k: Annotated[int, typer.Option("-k", help="How many to show.")] = 20,
    store: StoreOption = None,
    encoder: EncoderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show who disputes what, as of the last nightly run and without what was withdrawn since; strongest first."""
    from checker.disputes import STATES
    from checker.reporting import dispute_tables
    from checker.reporting import disputes as lines

    require_day("--since", since)
    require_some("-k", k)
    if state is not None and state not in STATES:
        raise UsageError(f"--state is one of {', '.join(STATES)}, not '{state:.20}'")
    with open_checker(store, encoder, None, create=False) as checker:
        who = None if actor is None else _actor(checker, actor)
        standing = checker.disputes.standing()
        if unanswered:
            met = {key for s in standing if s.dispute is not None for key in s.dispute.met}
            found = checker.disputes.unanswered(met=met, actor=who, since=since)[:k]
            sources = _sources(checker, found)
            if as_json:
                for statement in found:
                    print_json({"type": "unanswered", **lines.statement(statement, sources)})
            else:
                dispute_tables.statements(console(), found, sources)
            return
        chosen = [s for s in standing if _wanted(s, dispute, who, since, state)]
        if dispute is not None and not chosen:
            raise InputError(f"no dispute '{dispute:.40}' is stored: take an id from 'checker disputes'")
        shown = chosen[:k]
        sources = _sources(checker, [s for one in shown if one.dispute is not None for s in one.dispute.timeline])
        if as_json:
            for one in shown:
                print_json(
                    lines.standing(one.reported, one.state, one.dispute, sources, gone=one.gone, waiting=one.waiting),
                )
        elif dispute is None:
            dispute_tables.disputes(
                console(), [(s.reported.id, s.state, s.dispute) for s in shown], sources, of=len(chosen)
            )
        else:
            for one in shown:
                dispute_tables.timeline(console(), one.reported.id, one.state, one.dispute, sources)


def actor(
    name: Annotated[str, typer.Argument(help="The actor's name or id.")],
    since: Annotated[str | None, typer.Option(help="Only from this day on.")] = None,
    k: Annotated[int, typer.Option("-k", help="How many of each kind to show.")] = 20,
    store: StoreOption = None,
    encoder: EncoderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one actor over time: reversals, walk-backs and repetitions, who disputes it, what nobody answered."""
    from checker.reporting import actors, dispute_tables

    require_day("--since", since)
    require_some("-k", k)
    with open_checker(store, encoder, None, create=False) as checker:
        history = checker.disputes.history(_actor(checker, name), since=since)
        sources = _sources(checker, history.shown(k))
        if as_json:
            for line in actors.lines(history, sources, limit=k):
                print_json(line)
        else:
            dispute_tables.history(console(), history, sources, limit=k)


def explain(
    one: Annotated[str, typer.Argument(help="The id of a statement.")],
    other: Annotated[str, typer.Argument(help="The id of another.")],
    store: StoreOption = None,
    encoder: EncoderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show why two statements clash, or why not: the verdict, its parts, its reasons, and the words themselves."""
    with open_checker(store, encoder, None, create=False) as checker:
        _show(checker, checker.disputes.explain(one, other), as_json)


def review(
    one: Annotated[str | None, typer.Argument(help="The id of a statement.")] = None,
    other: Annotated[str | None, typer.Argument(help="The id of another.")] = None,
    verdict: Annotated[
        str | None,
        typer.Option(help="What you hold of the two: contradiction, superseded, compatible, unrelated, uncertain."),
    ] = None,
    note: Annotated[str, typer.Option(help="Why.")] = "",
    by: Annotated[str, typer.Option("--by", help="Who says so.")] = "",
    remove: Annotated[bool, typer.Option("--remove", help="Take the word back: the score counts again.")] = False,
    export: Annotated[
        Path | None, typer.Option("--export", help="Write all reviews as labelled pairs for eval.pairs; - to stdout.")
    ] = None,
    store: StoreOption = None,
    encoder: EncoderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Store your word on two statements. It wins over the score, and later runs keep it."""
    from index.records import VERDICTS

    if export is not None:
        if one is not None or verdict is not None or remove:
            raise UsageError("--export takes all reviews: give it alone")
        _export(export, store, encoder)
        return
    if one is None or other is None:
        raise UsageError("give the ids of two statements, or --export FILE")
    if remove == (verdict is not None):
        raise UsageError("say what you hold of the two with --verdict, or take your word back with --remove")
    kind = next((v for v in VERDICTS if v == verdict), None)
    if kind is None and not remove:
        raise UsageError(f"--verdict is one of {', '.join(VERDICTS)}, not '{verdict:.20}'")
    with open_checker(store, encoder, None, create=False) as checker:
        if kind is None:
            found = checker.disputes.take_back(one, other)
        else:
            found = checker.disputes.review(one, other, kind, note=note, analyst=by)
        _show(checker, found, as_json)


def _export(path: Path, store: Path | None, encoder: str | None) -> None:
    from checker.reporting import jsonl
    from checker.reporting.disputes import labelled
    from index.durable import write_durably

    with open_checker(store, encoder, None, create=False) as checker:
        reviewed = checker.disputes.reviewed()
    rows = [row for clash in reviewed if (row := labelled(clash)) is not None]
    if left_open := len(reviewed) - len(rows):
        warn(f"{left_open} reviewed as uncertain are left out: eval.pairs has no label for them")
    if str(path) == "-":
        for row in rows:
            print_json(row)
        return
    write_durably(path, "".join(jsonl.line(row) + "\n" for row in rows))
    console().print(f"{len(rows)} labelled pairs: {path}", soft_wrap=True)


def _begun(plan: "Plan") -> str:
    """What the log says first of a run: what there is to do, or that another process does it."""
    if plan.running is not None:
        return f"run {plan.run} is running ({plan.running})"
    going_on = ", which was interrupted" if plan.resumes else ""
    return f"run {plan.run}{going_on}: {plan.statements} statements to compare, {plan.again} pairs to judge again"


def _run(work: "Nightly", note: Note) -> "Report":
    last = time.monotonic()

    def tick(done: int, total: int) -> None:
        nonlocal last
        bar(done, total)
        if time.monotonic() - last >= _NOTED_EVERY_S:
            last = time.monotonic()
            note(f"{done} of {total} done")

    with estimate("comparing") as bar:
        return work.run(tick)


@contextmanager
def _logged(path: Path) -> Iterator[Note]:
    """Lines with the time, at the end of the log file; also why the run ended, if it did not end well."""
    from datetime import UTC, datetime

    from index.failure import storage_failures_of

    def note(text: str) -> None:
        line = f"{datetime.now(UTC).isoformat(timespec='seconds')} {text}\n"
        with storage_failures_of(path, option="--log"), path.open("a", encoding="utf-8") as file:
            file.write(line)

    try:
        yield note
    except BaseException as error:
        note(f"ended early, what was finished is kept: {str(error) or type(error).__name__}")
        raise


def _sources(checker: "Checker", statements: Sequence["Statement"]) -> "Sources":
    """Where these stand; articles that cannot prove what they are said to say are named on stderr."""
    sources = checker.disputes.sources(statements)
    for article in sorted({s.article for s in statements if s.id not in sources}):
        warn(f"article '{article}' is damaged in the store, its words are not shown: run 'checker doctor'")
    return sources


def _actor(checker: "Checker", name: str) -> "Actor":
    found, known = checker.actor(name)
    if not known:
        warn(f"no actor is known as '{name}'; matching by that name alone")
    return found


def _wanted(standing: "Standing", id: str | None, who: "Actor | None", since: str | None, state: str | None) -> bool:
    dispute = standing.dispute
    if id is not None and standing.reported.id != id:
        return False
    if state is not None and standing.state != state:
        return False
    if dispute is None:
        return who is None and since is None
    if who is not None and not dispute.involves(who):
        return False
    return since is None or any((s.date or "") >= since for s in dispute.timeline)


def _show(checker: "Checker", found: "Explanation", as_json: bool) -> None:
    from checker.reporting import dispute_tables
    from checker.reporting import disputes as lines

    sources = _sources(checker, (found.clash.claim, found.clash.statement))
    line = lines.explanation(
        found.clash,
        sources,
        similarity=found.pair.similarity,
        parts=found.contributions,
        evidence=found.evidence,
        counterfactuals=found.counterfactuals,
        dispute=found.dispute,
    )
    if as_json:
        print_json(line)
    else:
        dispute_tables.explanation(console(), line)
