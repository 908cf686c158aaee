"""One nightly run: what is new against everything, and what changed since the last run. Resumable at any point.

Progress lies in the store: each batch commits its verdicts together with how far it came, so that a run which was
killed goes on where it stopped. What a run reports is a pure function of the store, of the judge, and of what the last
finished run reported; the report is written before the run is marked as finished, and written again if that failed.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from checker.comparison import Compared, Problems
from checker.disputes import Difference, OpenClaims, Since, difference, effective, grouped
from checker.facade import Checker
from checker.reporting import nightly as reporting
from checker.reporting.disputes import Entry
from index.durable import require_writable, write_durably
from index.lock import run_lock, running
from index.verdicts import ReportedDispute, ReportedPair, Review, Run, VerdictReader, VerdictWriter

Progress = Callable[[int, int], None]
"""Called with how much is done and how much there is to do, in statements compared and pairs judged again."""

BATCH = 256  # statements compared in one transaction: a killed run compares at most these again
_AGAIN_AT_A_TIME = 256  # pairs


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run would do: ``statements`` to compare, ``again`` pairs to judge again, which run it goes on with.

    ``running``: who is at that run now, so that it cannot be gone on with; ``resumes``: whether it was interrupted.
    """

    run: int
    running: str | None
    resumes: bool
    statements: int
    again: int
    nothing_new: bool

    def to_json(self) -> dict[str, object]:
        """As ``checker nightly --dry-run --json`` prints it."""
        return {
            "type": "plan",
            "run": self.run,
            "running": self.running,
            "resumes": self.resumes,
            "statements": self.statements,
            "again": self.again,
            "nothing_new": self.nothing_new,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """A finished run: its lines, and the files that hold them."""

    run: Run
    entries: tuple[Entry, ...]
    files: tuple[Path, ...]


class Nightly:
    """A run over the store of ``checker``. ``out`` is the folder that gets the reports."""

    def __init__(self, checker: Checker, out: Path, *, batch: int = BATCH) -> None:
        if batch < 1:
            raise ValueError(f"a batch of {batch} statements holds none")
        self._checker = checker
        self._store = checker.store
        self._reader = VerdictReader(checker.store)
        self._out = out
        self._batch = batch

    def plan(self) -> Plan:
        """What :meth:`run` would do now. Writes nothing.

        :raises ModelError: the store's vectors are of another encoder.
        """
        at_work = running(self._store.folder)
        with self._store.snapshot():
            run, previous = self._begun(), self._reader.last_run("done")
            statements = self._reader.count_after(run.compared)
            again = self._reader.count_outdated(run.judge)
            return Plan(
                run=run.number,
                running=at_work,
                resumes=at_work is None and self._reader.last_run("running") is not None,
                statements=statements,
                again=again,
                nothing_new=not again and previous is not None and self._same(run, previous),
            )

    def run(self, progress: Progress = lambda done, of: None) -> Report:
        """Compares, reports, and marks the run as finished.

        :raises StoreError: another run is under way, or the store or the reports cannot be written; what was committed
            stays, and the next run goes on from there.
        :raises ModelError: the store's vectors are of another encoder.
        """
        with run_lock(self._store.folder):
            require_writable(self._out, option="--out")  # now, not after hours of judging
            run = self._begin()
            run = self._compare(run, progress)
            return self._finish(run)

    # Comparing

    def _begun(self) -> Run:
        """The run to go on with, or the next one, as of now."""
        self._store.refuse_other_encoder(self._checker.comparison.encoder)  # before anything is written
        last, judge = self._reader.last_run(), self._checker.comparison.fingerprint
        if last is None:
            run = Run(number=1, state="running", judge=judge, seq=0, review=0, compared=0)
        elif last.state == "done":
            run = Run(number=last.number + 1, state="running", judge=judge, seq=0, review=0, compared=last.compared)
        else:
            run = last  # what has come in since it stopped belongs to it
        seq, review, day = self._store.last_seq, self._reader.last_review, self._reader.newest_day()
        return replace(run, judge=judge, seq=seq, review=review, day=day)

    def _begin(self) -> Run:
        with self._store.snapshot():
            run = self._begun()
        self._write(run, None)
        return run

    def _compare(self, run: Run, progress: Progress) -> Run:
        comparison = self._checker.comparison
        with self._store.snapshot():
            up_to = self._reader.last_statement()
            todo = self._reader.count_after(run.compared) + self._reader.count_outdated(run.judge)
            left = comparison.left_behind()
            moved = list(comparison.moved().values())
        done = 0
        for start in range(0, len(moved), _AGAIN_AT_A_TIME):
            part = comparison.judged(moved[start : start + _AGAIN_AT_A_TIME])
            run = replace(run, judged=run.judged + part.first)
            self._write(run, part)
        for start in range(0, len(left), self._batch):
            part = comparison.compare(left[start : start + self._batch], up_to=run.compared)
            run = replace(run, judged=run.judged + part.first, again=run.again + part.again)
            self._write(run, part)
        while (part := comparison.judge_outdated(limit=_AGAIN_AT_A_TIME)).verdicts:
            run = replace(run, again=run.again + part.again)
            self._write(run, part)
            progress(done := done + part.again, todo)
        while ids := self._reader.ids_after(run.compared, up_to, limit=self._batch):
            part = comparison.compare(ids, up_to=up_to)
            run = replace(
                run,
                compared=ids[-1],
                fresh=run.fresh + len(ids),
                judged=run.judged + part.first,
                again=run.again + part.again,
            )
            self._write(run, part)
            progress(done := done + len(ids), todo)
        return run

    def _write(self, run: Run, part: Compared | None) -> None:
        with self._store.writer() as writer:
            verdicts = VerdictWriter(writer)
            with writer.transaction():
                verdicts.put_run(run)
                if part is not None:
                    verdicts.put(part.verdicts)
                    verdicts.put_problems(run.number, part.problems)

    # Reporting

    def _finish(self, run: Run) -> Report:
        previous = self._reader.last_run("done")
        with self._store.snapshot():
            nothing_new = previous is not None and self._same(run, previous)
            found, problems = (_NOTHING, {}) if nothing_new else self._difference(run, previous)
            problems = dict(self._reader.problems(run.number)) | problems
            claims = OpenClaims(self._reader.open_claims()) if nothing_new else self._claims(found, previous)
            told = self._reader.told_as_lost()
            lost = {} if nothing_new else {review.keys: review for review in self._checker.comparison.lost_reviews()}
            reviews = [review for keys, review in lost.items() if keys not in told]
            entries = tuple(self._entries(run, found, claims, reviews, problems))
        files = self._write_report(run, entries)
        run = replace(run, state="done")
        with self._store.writer() as writer:
            verdicts = VerdictWriter(writer)
            with writer.transaction():
                verdicts.put_run(run)
                if not nothing_new:
                    verdicts.replace_reported(self._told(run, found), _pairs_of(found))
                    verdicts.replace_open_claims(claims.open)
                    verdicts.put_lost(run.number, told=lost.keys() - told, found=told - lost.keys())
        return Report(run, entries, files)

    @staticmethod
    def _same(run: Run, previous: Run) -> bool:
        """Whether nothing that a report depends on has changed."""
        return (run.judge, run.seq, run.review, run.compared) == (
            previous.judge,
            previous.seq,
            previous.review,
            previous.compared,
        )

    def _difference(self, run: Run, previous: Run | None) -> tuple[Difference, Problems]:
        comparison = self._checker.comparison
        clashes, problems = comparison.clashes()
        clashes = [clash for clash in clashes if effective(clash)]
        reported = self._reader.reported()
        articles = sorted({a for pair in reported for a in (pair.claim_article, pair.statement_article)})
        since = Since(
            compared=0 if previous is None else previous.compared,
            corrected=self._reader.articles_changed_since(0 if previous is None else previous.seq),
            stored_articles={row[0] for row in self._store.rows_in("SELECT id FROM articles WHERE id IN", articles)},
            stored_statements=set(self._store.ids_of({key for pair in reported for key in pair.keys})),
            other_judge=previous is not None and previous.judge != run.judge,
        )
        groups = grouped(clashes, comparison.proposition_vectors(clashes))
        first_runs = {id: dispute.first_run for id, dispute in self._reader.reported_disputes().items()}
        found = difference(groups, reported, first_runs, run=run.number, since=since)
        return found, problems

    def _claims(self, found: Difference, previous: Run | None) -> OpenClaims:
        """Accusations and denials that nobody met. Looked at are those that came with this run, those that were open at
        the last one, and those that may have lost what met them."""
        before = self._reader.open_claims()
        after, seq = (0, 0) if previous is None else (previous.compared, previous.seq)
        corrected = sorted(self._reader.articles_changed_since(seq))
        in_corrected = self._store.rows_in("SELECT key FROM statements WHERE article IN", corrected)
        also = {*before, *(key for p in self._reader.reported() for key in p.keys), *(row[0] for row in in_corrected)}
        met = {key: d.id for d in found.disputes for key in d.met}
        now = self._checker.disputes.unanswered(met=met, after=after, also=also)
        open_ = {s.id: s.article for s in now}
        ended = sorted(before.keys() - open_.keys())
        stored = self._store.ids_of(ended)
        statements, _ = self._store.readable_statements(sorted(stored.values()))
        answered = {s.id: s for s in statements.values()}
        damaged = {key: before[key] for key in stored if key not in answered}  # nobody can tell what became of these
        return OpenClaims(
            open=open_ | damaged,
            new=tuple(s for s in now if s.id not in before),
            answered=tuple((answered[key], met.get(key)) for key in ended if key in answered),
            withdrawn=tuple((key, before[key]) for key in ended if key not in stored),
        )

    def _entries(
        self, run: Run, found: Difference, claims: OpenClaims, lost: Sequence[Review], problems: Problems
    ) -> Iterator[Entry]:
        shown = [
            *(s for change in found.changes if change.dispute for s in change.dispute.timeline),
            *claims.new,
            *(s for s, _ in claims.answered),
        ]
        sources = self._checker.disputes.sources(shown)
        problems |= {s.article: "its text is damaged in the store" for s in shown if s.id not in sources}
        yield reporting.run_entry(run, found.states, claims, lost_reviews=len(lost), problems=len(problems))
        for change in found.changes:
            yield reporting.change_entry(change, sources)
        yield from reporting.claim_entries(claims, sources)
        for review in lost:
            yield reporting.lost_review_entry(review)
        for article, message in sorted(problems.items()):
            yield reporting.problem_entry(article, message)

    def _told(self, run: Run, found: Difference) -> list[ReportedDispute]:
        """All disputes with their last change: in this run, or in an earlier one."""
        before = self._reader.reported_disputes()
        states = {change.id: change.state for change in found.changes}
        return [
            ReportedDispute(d.id, states[d.id], run.number, d.first_run) if d.id in states else before[d.id]
            for d in found.disputes
        ]

    def _write_report(self, run: Run, entries: Sequence[Entry]) -> tuple[Path, ...]:
        name = f"nightly-{run.number:04d}"
        files = (
            (self._out / f"{name}.jsonl", reporting.json_lines(entries)),
            (self._out / f"{name}.md", reporting.markdown(entries)),
        )
        for path, text in files:
            write_durably(path, text)
        return tuple(path for path, _ in files)


_NOTHING = Difference((), ())


def _pairs_of(found: Difference) -> Iterator[ReportedPair]:
    """What the next run compares with."""
    for dispute in found.disputes:
        for clash in dispute.clashes:
            yield ReportedPair(
                *clash.keys, dispute.id, clash.claim.article, clash.statement.article, clash.review is not None
            )
