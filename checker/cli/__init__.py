"""The command line: a thin door over :class:`checker.facade.Checker`.

Results go to stdout, progress and warnings to stderr. Heavy modules are imported inside the commands, so that
``checker --help`` is instant. docs/formats.md holds the commands, keys and exit codes.
"""

import io
import os
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from typer.exceptions import Abort, TyperException

from checker.cli import calibration, disputes
from checker.cli.doors import (
    ActorsOption,
    EncoderOption,
    JsonOption,
    JudgeOption,
    ScorerOption,
    StoreOption,
    console,
    open_checker,
    print_json,
    progress,
    require_day,
    store_folder,
    warn,
)
from index.errors import CheckerError, InputError, StateError, UsageError

if TYPE_CHECKING:
    from collections import Counter

    from checker.facade import Query
    from checker.reading import Input, Skipped
    from checker.reading.objects import GivenClaim
    from index.records import Statement, Verdict

Item = TypeVar("Item")

app = typer.Typer(
    name="checker",
    help="Finds, for any assertion in the news, the statements by other actors that contradict it.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

disputes.register(app)
calibration.register(app)

_JUDGED_AT_A_TIME = 256


def main() -> None:
    """Runs the program; every error that a user can cause ends in one line and the right exit code."""
    _write_utf8()
    try:
        code = app(standalone_mode=False)
        sys.stdout.flush()
    except CheckerError as error:
        code = _complain(str(error), error.exit_code)
    except TyperException as error:
        code = _complain(f"{error.format_message().rstrip('.')}; see `checker --help`", error.exit_code)
    except (KeyboardInterrupt, Abort):
        code = _complain("interrupted; what was finished is kept", 130)
    except BrokenPipeError:  # the reader of our output left: `checker query ... | head`
        _drop_output()
        code = 0
    except OSError as error:  # what a store or a model meets is told by name; what is left is the output
        _drop_output()
        code = _complain(f"{error.filename or 'the output'} cannot be written ({error.strerror}): free some space", 1)
    raise SystemExit(code if isinstance(code, int) else 0)


def _write_utf8() -> None:
    """Results are UTF-8 (docs/formats.md), whatever the terminal says of itself; messages are always shown somehow."""
    for stream, errors in ((sys.stdout, "strict"), (sys.stderr, "backslashreplace")):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors=errors)


def _drop_output() -> None:
    """What is still buffered goes nowhere, so that the end of the program does not try to write it again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@app.command()
def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders; - for standard input.")],
    date: Annotated[str | None, typer.Option(help="Sets the date of all articles (YYYY-MM-DD).")] = None,
    source: Annotated[str | None, typer.Option(help="Sets the publisher of all articles.")] = None,
    store: StoreOption = None,
    encoder: EncoderOption = None,
    actors: ActorsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read articles, extract who said what, store and index it. Again: nothing changes."""
    from checker.reading import read

    with open_checker(store, encoder, actors) as checker, progress("ingesting", "articles") as tick:
        report = checker.ingest(read(_inputs(paths), date=date, source=source), progress=tick)
    if as_json:
        print_json(report.to_json())
    else:
        console().print(
            f"articles: {report.added} added, {report.unchanged} unchanged, {report.corrected} corrected; "
            f"statements: {report.statements_added} added, {report.statements_removed} removed",
            highlight=False,
        )
        for reason, count in sorted(report.skipped.items()):
            console().print(f"skipped: {count} ({reason})", highlight=False)
    _exit_if_nothing_was_read(report.read, report.skipped)


@app.command()
def extract(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders; - for standard input.")],
    date: Annotated[str | None, typer.Option(help="Sets the date of all articles (YYYY-MM-DD).")] = None,
    source: Annotated[str | None, typer.Option(help="Sets the publisher of all articles.")] = None,
    actors: ActorsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the statements of the input: who said what, through whom, with what stance. Stores nothing."""
    from collections import Counter

    from checker.extraction import extract as statements_of
    from checker.extraction.actors import Registry
    from checker.reading import read
    from checker.reporting import terminal
    from index.records import Article

    registry = Registry.load(*actors or ())
    found: list[Statement] = []
    skipped: Counter[str] = Counter()
    count = 0
    for document in read(_inputs(paths), date=date, source=source):
        if not isinstance(document, Article):
            skipped[document.reason] += 1
            warn(document.message)
            continue
        count += 1
        statements = statements_of(document, registry)
        if as_json:
            for statement in statements:
                print_json(statement.to_json())
        else:
            found.extend(statements)
    if not as_json:
        terminal.statements(console(), found)
    _exit_if_nothing_was_read(count, skipped)


@app.command()
def query(
    text: Annotated[str | None, typer.Argument(help="The claim, one sentence.")] = None,
    actor: Annotated[str | None, typer.Option(help="Who made the claim: nobody of that side is returned.")] = None,
    date: Annotated[str | None, typer.Option(help="When the claim was made (YYYY-MM-DD).")] = None,
    since: Annotated[str | None, typer.Option(help="Only statements from this day on.")] = None,
    until: Annotated[str | None, typer.Option(help="Only statements up to this day.")] = None,
    k: Annotated[int, typer.Option("-k", help="How many to show.")] = 10,
    min_score: Annotated[float, typer.Option(help="Only statements with at least this score.")] = 0.0,
    every: Annotated[
        bool, typer.Option("--all", help="Every verdict, not only contradictions and uncertain ones.")
    ] = False,
    supports: Annotated[bool, typer.Option("--supports", help="Also list who says the same.")] = False,
    file: Annotated[
        Path | None, typer.Option("--file", help="Many claims: JSON Lines of id, text, actor, date.")
    ] = None,
    store: StoreOption = None,
    encoder: EncoderOption = None,
    judge: JudgeOption = None,
    scorer: ScorerOption = None,
    actors: ActorsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what other actors say against a claim."""
    from checker.facade import SHOWN, Query, says_the_same
    from checker.reporting import jsonl, terminal
    from index.records import VERDICTS

    if (text is None) == (file is None):
        raise UsageError("give one claim, or many with --file")
    if not 0.0 <= min_score <= 1.0:
        raise UsageError(f"--min-score is a probability, from 0 to 1, not {min_score}")
    Query("many" if text is None else text, limit=k)  # refuses what makes no sense before a model is loaded
    for option, value in (("--date", date), ("--since", since), ("--until", until)):
        require_day(option, value)
    if since is not None and until is not None and since > until:
        raise UsageError(f"--since {since} is after --until {until}: no day lies between")
    wanted = VERDICTS if every else SHOWN
    same = supports and not every  # with every verdict they stand among the others

    def ask(claim: str, name: str | None, day: str | None) -> "Query":
        who = None
        if name is not None:
            who, known = checker.actor(name)
            if not known:
                warn(f"no actor is known as '{name}'; matching by that name alone")
        return Query(claim, who, day, since, until, limit=k, min_score=min_score, verdicts=wanted, supports=same)

    with open_checker(store, encoder, actors, create=False, judging=True, judge=judge, scorer=scorer) as checker:
        for claim in _claims(text, actor, date, file):
            found = checker.query(ask(claim.text, claim.actor, claim.date))
            if as_json:
                for rebuttal in found:
                    about = {} if file is None else {"claim": claim.id}
                    echo = supports and says_the_same(rebuttal)
                    print_json({**about, **jsonl.rebuttal(rebuttal, supports=echo)})
            else:
                terminal.rebuttals(console(), claim.text, found, apart=says_the_same if same else None)


@app.command()
def judge(
    file: Annotated[Path, typer.Argument(help="JSON Lines of premise and hypothesis; - for standard input.")],
    encoder: EncoderOption = None,
    judge: JudgeOption = None,
    scorer: ScorerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Judge given pairs of sentences, or of statements."""
    from collections import Counter

    from checker.facade import Checker
    from checker.reading.objects import GivenPair, pairs
    from checker.reporting import jsonl, terminal

    skipped: Counter[str] = Counter()
    shown: list[tuple[Statement, Statement, Verdict]] = []
    count = 0
    with (
        Checker.open(None, encoder=encoder, judging=True, judge=judge, scorer=scorer, notify=warn) as checker,
        progress("judging", "pairs") as tick,
    ):
        for batch in _batches(pairs(file), _JUDGED_AT_A_TIME):
            good = [pair for pair in batch if isinstance(pair, GivenPair)]
            _tell_skipped((pair for pair in batch if not isinstance(pair, GivenPair)), skipped)
            sides, where = [(pair.premise, pair.hypothesis) for pair in good], [pair.where for pair in good]
            verdicts = checker.judge(sides, where=where)
            for pair, verdict in zip(good, verdicts, strict=True):
                count += 1
                tick()
                if as_json:
                    print_json(jsonl.judgement(pair.given, verdict))
                else:
                    shown.append((pair.premise, pair.hypothesis, verdict))
    if not as_json:
        terminal.judgements(console(), shown)
    _exit_if_nothing_was_read(count, skipped)


@app.command()
def delete(
    article: Annotated[str, typer.Argument(help="The article's id.")],
    store: StoreOption = None,
    encoder: EncoderOption = None,
) -> None:
    """Withdraw an article: its statements leave every result."""
    with open_checker(store, encoder, None, create=False) as checker:
        change = checker.delete(article)
    console().print(f"withdrawn: {change.statements_removed} statements", highlight=False)


@app.command()
def doctor(
    store: StoreOption = None,
    encoder: EncoderOption = None,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Rebuild all that is derived, also for another encoder.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Verify the store, the index against the store, and the models; exit code 4 on damage."""
    from checker.health import examine

    report = examine(store_folder(store), encoder=encoder, rebuild=rebuild, notify=warn)
    if as_json:
        print_json(report.to_json())
    else:
        from checker.reporting import terminal

        terminal.health(console(), report.to_json())
    if not report.healthy:
        raise typer.Exit(StateError.exit_code)


@app.command()
def prepare() -> None:
    """Export the embedded models to the cache folder now, so that the first query does not wait."""
    from checker.facade import Checker

    with Checker.open(None, notify=warn) as checker:
        checker.judge([])
    console().print("ready", highlight=False)


def _inputs(paths: list[Path]) -> "list[Input]":
    """``-`` is standard input, not a file of that name."""
    return ["-" if str(path) == "-" else path for path in paths]


def _claims(text: str | None, actor: str | None, date: str | None, file: Path | None) -> "Iterator[GivenClaim]":
    """The one claim of the command line, or those of ``--file``; broken lines are told and left out."""
    from collections import Counter

    from checker.reading.objects import GivenClaim, claims

    if file is None:
        yield GivenClaim(id="", text=text or "", actor=actor, date=date)
        return
    skipped: Counter[str] = Counter()
    count = 0
    for claim in claims(file):
        if isinstance(claim, GivenClaim):
            count += 1
            yield GivenClaim(claim.id, claim.text, claim.actor or actor, claim.date or date)
        else:
            _tell_skipped((claim,), skipped)
    _exit_if_nothing_was_read(count, skipped)


def _batches(items: "Iterable[Item]", size: int) -> "Iterator[list[Item]]":
    stream = iter(items)
    while batch := list(islice(stream, size)):
        yield batch


def _tell_skipped(skipped: "Iterable[Skipped]", counts: "Counter[str]") -> None:
    for one in skipped:
        counts[one.reason] += 1
        warn(one.message)


def _exit_if_nothing_was_read(read: int, skipped: "Counter[str]") -> None:
    """Input from which nothing could be used, or a named path that cannot be opened, is a failure."""
    from checker.reading.skipped import PATH_REASONS

    if (not read and skipped) or PATH_REASONS & skipped.keys():
        raise typer.Exit(InputError.exit_code)


def _complain(message: str, code: int) -> int:
    warn(message)
    return code
