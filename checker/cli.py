"""The command line: a thin door over :class:`checker.facade.Checker`.

Results go to stdout, progress and warnings to stderr. Heavy modules are imported inside the commands, so that
``checker --help`` is instant. CONTRACT.md holds the commands, keys and exit codes.
"""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from typer.exceptions import Abort, TyperException

from index.errors import CheckerError, InputError, StateError, UsageError

if TYPE_CHECKING:
    from collections import Counter

    from rich.console import Console

    from checker.facade import Checker, Query
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

StoreOption = Annotated[
    Path | None,
    typer.Option("--store", envvar="CHECKER_STORE", help="Folder of the store; default: the user's data folder."),
]
EncoderOption = Annotated[
    str | None,
    typer.Option("--encoder", envvar="CHECKER_ENCODER", help="Another encoder: a hub name or a local folder."),
]
JudgeOption = Annotated[
    str | None,
    typer.Option("--judge", envvar="CHECKER_JUDGE", help="Another judge: a hub name, a folder, or an URL#MODEL."),
]
ActorsOption = Annotated[list[Path] | None, typer.Option("--actors", help="Registry file (TOML) of your own actors.")]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object a line, for programs.")]

_JUDGED_AT_A_TIME = 256


def main() -> None:
    """Runs the program; every error that a user can cause ends in one line and the right exit code."""
    try:
        code = app(standalone_mode=False)
    except CheckerError as error:
        code = _complain(str(error), error.exit_code)
    except TyperException as error:
        code = _complain(f"{error.format_message().rstrip('.')}; see `checker --help`", error.exit_code)
    except (KeyboardInterrupt, Abort):
        code = _complain("interrupted; what was finished is kept", 130)
    except BrokenPipeError:  # the reader of our output left: `checker query ... | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    raise SystemExit(code if isinstance(code, int) else 0)


@app.command()
def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders; - for standard input.")],
    date: Annotated[str | None, typer.Option(help="Date of all articles (YYYY-MM-DD) that have none.")] = None,
    source: Annotated[str | None, typer.Option(help="Publisher of all articles that have none.")] = None,
    store: StoreOption = None,
    encoder: EncoderOption = None,
    actors: ActorsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read articles, extract who said what, store and index it. Again: nothing changes."""
    from checker.reading import read

    with _open(store, encoder, actors) as checker, _progress("ingesting", "articles") as tick:
        report = checker.ingest(read(_inputs(paths), date=date, source=source), progress=tick)
    if as_json:
        _print_json(report.to_json())
    else:
        _console().print(
            f"articles: {report.added} added, {report.unchanged} unchanged, {report.corrected} corrected; "
            f"statements: {report.statements_added} added, {report.statements_removed} removed",
            highlight=False,
        )
        for reason, count in sorted(report.skipped.items()):
            _console().print(f"skipped: {count} ({reason})", highlight=False)
    _exit_if_nothing_was_read(report.read, report.skipped)


@app.command()
def extract(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders; - for standard input.")],
    date: Annotated[str | None, typer.Option(help="Date of all articles (YYYY-MM-DD) that have none.")] = None,
    source: Annotated[str | None, typer.Option(help="Publisher of all articles that have none.")] = None,
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
            _warn(document.message)
            continue
        count += 1
        statements = statements_of(document, registry)
        if as_json:
            for statement in statements:
                _print_json(statement.to_json())
        else:
            found.extend(statements)
    if not as_json:
        terminal.statements(_console(), found)
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
    actors: ActorsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what other actors say against a claim."""
    from checker.facade import SHOWN, Query, is_echo
    from checker.reporting import jsonl, terminal
    from index.records import VERDICTS

    if (text is None) == (file is None):
        raise UsageError("give one claim, or many with --file")
    if not 0.0 <= min_score <= 1.0:
        raise UsageError(f"--min-score is a probability, from 0 to 1, not {min_score}")
    for option, value in (("--date", date), ("--since", since), ("--until", until)):
        _require_day(option, value)
    wanted = VERDICTS if every else SHOWN
    same = supports and not every  # with every verdict they stand among the others

    def ask(claim: str, name: str | None, day: str | None) -> "Query":
        who = None
        if name is not None:
            who, known = checker.actor(name)
            if not known:
                _warn(f"no actor is known as '{name}'; matching by that name alone")
        return Query(claim, who, day, since, until, limit=k, min_score=min_score, verdicts=wanted, supports=same)

    with _open(store, encoder, actors, create=False, judging=True, judge=judge) as checker:
        for claim in _claims(text, actor, date, file):
            found = checker.query(ask(claim.text, claim.actor, claim.date))
            if as_json:
                for rebuttal in found:
                    about = {} if file is None else {"claim": claim.id}
                    _print_json({**about, **jsonl.rebuttal(rebuttal)})
            else:
                terminal.rebuttals(_console(), claim.text, found, apart=is_echo if same else None)


@app.command()
def judge(
    file: Annotated[Path, typer.Argument(help="JSON Lines of premise and hypothesis; - for standard input.")],
    encoder: EncoderOption = None,
    judge: JudgeOption = None,
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
        Checker.open(None, encoder=encoder, judging=True, judge=judge, notify=_warn) as checker,
        _progress("judging", "pairs") as tick,
    ):
        for batch in _batches(pairs(file), _JUDGED_AT_A_TIME):
            good = [pair for pair in batch if isinstance(pair, GivenPair)]
            _tell_skipped((pair for pair in batch if not isinstance(pair, GivenPair)), skipped)
            verdicts = checker.judge([(pair.premise, pair.hypothesis) for pair in good])
            for pair, verdict in zip(good, verdicts, strict=True):
                count += 1
                tick()
                if as_json:
                    _print_json(jsonl.judgement(pair.given, verdict))
                else:
                    shown.append((pair.premise, pair.hypothesis, verdict))
    if not as_json:
        terminal.judgements(_console(), shown)
    _exit_if_nothing_was_read(count, skipped)


@app.command()
def delete(
    article: Annotated[str, typer.Argument(help="The article's id.")],
    store: StoreOption = None,
    encoder: EncoderOption = None,
) -> None:
    """Withdraw an article: its statements leave every result."""
    with _open(store, encoder, None, create=False) as checker:
        change = checker.delete(article)
    _console().print(f"withdrawn: {change.statements_removed} statements", highlight=False)


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

    report = examine(_folder(store), encoder=encoder, rebuild=rebuild, notify=_warn)
    if as_json:
        _print_json(report.to_json())
    else:
        from checker.reporting import terminal

        terminal.health(_console(), report.to_json())
    if not report.healthy:
        raise typer.Exit(StateError.exit_code)


@app.command()
def prepare() -> None:
    """Export the embedded models to the cache folder now, so that the first query does not wait."""
    from checker.facade import Checker

    with Checker.open(None, notify=_warn) as checker:
        checker.judge([])
    _console().print("ready", highlight=False)


def _inputs(paths: list[Path]) -> "list[Input]":
    """``-`` is standard input, not a file of that name."""
    return ["-" if str(path) == "-" else path for path in paths]


def _require_day(option: str, value: str | None) -> None:
    from checker.reading.fields import is_date

    if value is not None and not (len(value) == len("YYYY-MM-DD") and is_date(value)):
        raise UsageError(f"{option} is no day: '{value:.40}'; write YYYY-MM-DD")


def _open(
    store: Path | None,
    encoder: str | None,
    actors: list[Path] | None,
    *,
    create: bool = True,
    judging: bool = False,
    judge: str | None = None,
) -> "Checker":
    from checker.facade import Checker

    return Checker.open(
        _folder(store), encoder=encoder, actors=actors or (), create=create, judging=judging, judge=judge, notify=_warn
    )


def _folder(store: Path | None) -> Path:
    """The store that is meant: named, or the platform's place for user data."""
    if store is not None:
        return store
    from platformdirs import user_data_path

    return user_data_path("claim-checker")


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
        _warn(one.message)


def _exit_if_nothing_was_read(read: int, skipped: "Counter[str]") -> None:
    """Input from which nothing could be used, or a named path that cannot be opened, is a failure."""
    from checker.reading.skipped import PATH_REASONS

    if (not read and skipped) or PATH_REASONS & skipped.keys():
        raise typer.Exit(InputError.exit_code)


def _print_json(data: dict[str, Any]) -> None:
    from checker.reporting.jsonl import line

    sys.stdout.write(line(data) + "\n")


def _console() -> "Console":
    """Tables for people; as wide as the terminal, or as a page where there is none."""
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else 120, highlight=False, markup=False, emoji=False)


def _warn(message: str) -> None:
    from checker.reporting.plain import plain

    sys.stderr.write(f"checker: {plain(message)}\n")


def _complain(message: str, code: int) -> int:
    _warn(message)
    return code


@contextmanager
def _progress(what: str, unit: str) -> Iterator[Callable[[], None]]:
    """A counter on stderr, where somebody looks at it. It shows after a second: shorter work needs none."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn(what), MofNCompleteColumn(), TextColumn(unit), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda: bar.advance(task)
