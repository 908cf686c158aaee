"""The nightly run from end to end, on small invented articles and on the seed."""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from checker import Checker
from checker.health import examine
from checker.nightly import Nightly
from checker.reading import read
from index.errors import ModelError
from index.lock import RUN_LOCK_NAME, holder
from index.records import VERDICTS, Actor, Article
from index.store import Store
from index.verdicts import StoredVerdict, VerdictReader
from tests.checker.conftest import Run

SEEDS = Path(__file__).parent.parent.parent / "seeds"
LEAVING = "“Norland is withdrawing its troops from the border,” said Norland’s foreign minister Ana Berg."
STAYING = "“Norland is not withdrawing its troops from the border,” said Sudland’s president Ivo Kern."


def _articles() -> list[Article]:
    return [
        Article("a", LEAVING, date="2031-05-04"),
        Article("b", STAYING, date="2031-05-05"),
        *(a for a in read([SEEDS]) if isinstance(a, Article)),
    ]


def _report(folder: Path, articles: list[Article], batch: int) -> bytes:
    with Checker.open(folder) as checker:
        checker.ingest(articles)
        return Nightly(checker, folder / "reports", batch=batch).run().files[0].read_bytes()


@pytest.fixture
def night(tmp_path: Path) -> Iterator[Any]:
    """A store with both invented articles, and its nightly run."""
    with Checker.open(tmp_path / "store") as checker:
        checker.ingest(_articles()[:2])
        yield checker, Nightly(checker, tmp_path / "reports")


def _states(report: Any) -> list[tuple[str, list[str]]]:
    return [(e["state"], e["causes"]) for e in report.entries if e["type"] == "dispute"]


def test_two_sides_that_contradict_are_a_new_dispute_with_first_word_and_answer(night: Any) -> None:
    _, work = night
    report = work.run()
    (dispute,) = [e for e in report.entries if e["type"] == "dispute"]
    assert (dispute["state"], dispute["causes"], dispute["days_to_answer"]) == ("new", ["new-article"], 1)
    assert [s["article"]["id"] for s in dispute["statements"]] == ["a", "b"]
    assert {s["position"] for s in dispute["statements"]} == {"for", "against"}
    lines = report.files[0].read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["type"] for line in lines] == [e["type"] for e in report.entries]


def _verdicts(store: Store) -> list[StoredVerdict]:
    ids = [row[0] for row in store.rows("SELECT id FROM statements ORDER BY id")]
    return list(VerdictReader(store).of_statements(ids))


def test_a_store_of_another_encoder_is_refused_before_anything_is_written_and_moved_by_the_doctor(
    tmp_path: Path,
) -> None:
    """Its cosines would be told as those of the encoder in force, and kept for good."""
    old, fresh = tmp_path / "old", tmp_path / "fresh"
    with Checker.open(old, encoder="minilm") as checker:
        checker.ingest(_articles()[:2])
        Nightly(checker, old / "reports").run()
        (before,) = (v.similarity for v in _verdicts(checker.store))
    with Checker.open(old) as checker:
        work = Nightly(checker, old / "reports")
        ids = [id for id, _ in checker.store.statements_of("a") + checker.store.statements_of("b")]
        for call in (work.plan, work.run, lambda: checker.comparison.pairs([(ids[0], ids[-1])])):
            with pytest.raises(ModelError, match=r"built with the encoder 'minilm'.*'checker doctor --rebuild'"):
                call()
        assert checker.store.rows("SELECT number, state FROM runs") == [(1, "done")]
    assert examine(old, encoder=None, rebuild=True, notify=lambda _: None).healthy
    found = {}
    for folder in (old, fresh):
        with Checker.open(folder) as checker:
            checker.ingest(_articles()[:2])
            Nightly(checker, folder / "reports").run()
            found[folder] = [(v.similarity, v.verdict) for v in _verdicts(checker.store)]
    assert found[old] == found[fresh] != []
    assert found[old][0][0] != before


def test_a_night_with_nothing_new_judges_nothing_and_reports_nothing(
    night: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    checker, work = night
    work.run()
    asked: list[str] = []
    for model, name in ((checker.judging.nli, "probabilities"), (checker._encoder, "encode")):
        monkeypatch.setattr(type(model), name, lambda self, texts, name=name: asked.append(name))
    report = work.run()
    assert asked == []
    assert [e["type"] for e in report.entries] == ["run"]
    assert report.entries[0]["pairs"] == {"judged": 0, "again": 0}


def test_a_withdrawn_article_withdraws_its_dispute_and_its_words(night: Any) -> None:
    checker, work = night
    work.run()
    checker.delete("b")
    report = work.run()
    assert _states(report) == [("withdrawn", ["deletion"])]
    assert "not withdrawing" not in "".join(path.read_text(encoding="utf-8") for path in report.files)


def test_a_correction_reaches_the_dispute_that_rested_on_the_old_text(night: Any) -> None:
    checker, work = night
    work.run()
    checker.ingest([Article("b", STAYING.replace("not ", ""), date="2031-05-05")])
    report = work.run()
    assert _states(report) == [("withdrawn", ["correction"])]
    assert "not withdrawing" not in "".join(path.read_text(encoding="utf-8") for path in report.files)


def test_a_withdrawn_article_leaves_the_dispute_to_its_wire_copy(night: Any) -> None:
    """The copy was never compared itself: it said the same as the one that is gone."""
    checker, work = night
    checker.ingest([Article("c", "BORDER, May 5. " + STAYING, date="2031-05-05")])
    (dispute,) = [e for e in work.run().entries if e["type"] == "dispute"]
    assert len(dispute["pairs"]) == 1
    checker.delete(dispute["statements"][-1]["article"]["id"])
    left = [e for e in work.run().entries if e["type"] == "dispute" and e["state"] != "withdrawn"]
    assert [s["article"]["id"] for s in left[0]["statements"]] == ["a", "c"]


PLANNING = "“Norland is planning an invasion of Sudland,” said Sudland’s president Ivo Kern."
WILL = "“Norland will invade Sudland,” said Sudland’s president Ivo Kern."
MAY = "“Norland may invade Sudland,” said Sudland’s president Ivo Kern."
NOT_PLANNING = "“Norland is not planning an invasion of Sudland,” said Norland’s foreign minister Ana Berg."
NO_INTENTION = "“Norland has no intention of invading Sudland,” said Norland’s foreign minister Ana Berg."
WILL_NOT = "“Norland will not invade Sudland,” said Norland’s foreign minister Ana Berg."
HAS_NOT = "“Norland has not invaded Sudland,” said Norland’s foreign minister Ana Berg."


@pytest.mark.parametrize(
    ("accusation", "denial", "judged"),
    [
        *(
            (accusation, denial, 1)
            for accusation in (PLANNING, WILL)
            for denial in (NOT_PLANNING, NO_INTENTION, WILL_NOT)
        ),
        (MAY, NOT_PLANNING, 0),
        (MAY, HAS_NOT, 0),
        (WILL, HAS_NOT, 0),
    ],
)
def test_a_night_judges_accusations_and_denials_of_plans_and_predictions_as_a_query_does(
    tmp_path: Path, accusation: str, denial: str, judged: int
) -> None:
    with Checker.open(tmp_path / "store") as checker:
        checker.ingest([Article("a", accusation, date="2031-05-04"), Article("b", denial, date="2031-05-05")])
        assert Nightly(checker, tmp_path / "reports").run().run.judged == judged
        verdicts = {v.ids: v.verdict for v in VerdictReader(checker.store).of_kind(*VERDICTS)}
        for (claim, statement), verdict in verdicts.items():
            ((_, asked), (_, answer)) = checker.store.statements([claim, statement])
            (found,) = checker.judge([(asked, answer)])
            assert found.kind == verdict.kind


SPEAKERS = [
    ("a", "2031-05-04", "“Sudland’s army shelled the harbour,” said Norland’s foreign minister Ana Berg."),
    ("b", "2031-05-05", "Norland’s president Max Lund accused Sudland of shelling the harbour of Zenda."),
    ("c", "2031-05-06", "“Sudland’s army did not shell the harbour,” said Norland’s foreign minister Ana Berg."),
    ("d", "2031-05-06", "Norland denied that its banks had lent money to the rebels of Marn."),
    ("e", "2031-05-06", "Sudland’s president Ivo Kern accused Norland of mining the road to Ruhla."),
]


def test_the_history_of_a_side_is_that_of_all_who_speak_for_it(tmp_path: Path, run: Run) -> None:
    with Checker.open(tmp_path / "store") as checker:
        checker.ingest([Article(id, text, date=date) for id, date, text in SPEAKERS])
        Nightly(checker, tmp_path / "reports").run()
    side = run("actor", "Norland", "--json").lines
    assert (side[0]["actor"]["id"], side[0]["statements"]) == ("norland", 4)
    assert {s["name"]: s["statements"] for s in side[0]["speakers"]} == {"Ana Berg": 2, "Max Lund": 1, "Norland": 1}
    assert side[0]["speakers"][0]["name"] == "Ana Berg"
    unanswered = [line["article"]["id"] for line in side if line["type"] == "unanswered"]
    assert sorted(unanswered) == ["b", "d"]
    assert [
        line["article"]["id"] for line in run("disputes", "--unanswered", "--actor", "Norland", "--json").lines
    ] == unanswered
    own = run("actor", "Ana Berg", "--json").lines
    assert (own[0]["statements"], [s["name"] for s in own[0]["speakers"]]) == (2, ["Ana Berg"])
    spoken_for = run("actor", "Sudland", "--json")  # which says nothing itself
    assert (spoken_for.err, spoken_for.lines[0]["statements"]) == ("", 1)
    shown = run("actor", "Norland").out
    assert "Who speaks for it" in shown and "Max Lund" in shown and "Ivo Kern" not in shown


def test_two_who_speak_for_one_side_do_not_repeat_each_other(tmp_path: Path) -> None:
    text = "“Sudland’s army shelled the harbour of Zenda,” said Norland’s {}."
    with Checker.open(tmp_path / "store") as checker:
        speakers = ("foreign minister Ana Berg", "president Max Lund", "foreign minister Ana Berg")
        for n, speaker in enumerate(speakers):
            checker.ingest([Article(str(n), text.format(speaker), date=f"2031-05-0{4 + n}")])
        ana, max_, again = (statement.id for _, statement in checker.store.statements([1, 2, 3]))
        for other in (max_, again):
            checker.disputes.review(ana, other, "compatible")
        history = checker.disputes.history(Actor("norland", "Norland", "norland"))
    assert [set(echo.clash.keys) for echo in history.echoes] == [{ana, again}]


def test_a_damaged_statement_is_named_and_stops_no_night(night: Any) -> None:
    checker, work = night
    with checker.store.writer() as writer:
        writer.run_many("DROP TRIGGER statement_never_altered", [()])
        writer.run_many("UPDATE statements SET proposition = x'4e' WHERE article = 'b'", [()])
    report = work.run()
    assert [(e["type"], e.get("article")) for e in report.entries][1:] == [("problem", "b")]


@pytest.mark.parametrize("column", ["title", "text", "source"])
def test_a_dispute_whose_article_is_damaged_shows_none_of_its_words_and_says_what_to_do(
    tmp_path: Path, run: Run, column: str
) -> None:
    articles = [replace(a, title=f"Title of {a.id}", source=f"Paper {a.id}") for a in _articles()[:2]]
    with Checker.open(tmp_path / "store") as checker:
        checker.ingest(articles)
        Nightly(checker, tmp_path / "reports").run()
        (whole,) = run("disputes", "--json").lines
        head = next(s for s in whole["statements"] if s["proposition"] == whole["proposition"])["article"]["id"]
        with checker.store.writer() as writer:
            writer.run_many(f"UPDATE articles SET {column} = {column} || ' Lies' WHERE id = ?", [(head,)])
    hint = f"checker: article '{head}' is damaged in the store, its words are not shown: run 'checker doctor'"
    listed = run("disputes")
    assert "border" not in listed.out and "(its article is damaged)" in listed.out
    for arguments in (["disputes"], ["disputes", whole["dispute"]], ["actor", "Norland"]):
        done = run(*arguments, "--json")
        assert (done.code, done.err.splitlines()) == (0, [hint])
        assert f"Title of {head}" not in done.out and f"Paper {head}" not in done.out and "Lies" not in done.out
    (dispute,) = run("disputes", "--json").lines
    assert dispute["proposition"] is None
    assert [s["content"] is None for s in dispute["statements"]] == [
        s["article"]["id"] == head for s in whole["statements"]
    ]
    told = run("disputes", whole["dispute"])
    assert told.out.count("(its article is damaged)") == 2 and told.err.splitlines() == [hint]
    assert run("doctor").code == 4


def test_a_report_names_no_dispute_by_words_that_a_damaged_article_cannot_prove(night: Any) -> None:
    checker, work = night
    with checker.store.writer() as writer:
        writer.run_many("UPDATE articles SET title = 'Lies'", [()])
    report = work.run()
    (dispute,) = [e for e in report.entries if e["type"] == "dispute"]
    assert dispute["proposition"] is None
    shown = "".join(path.read_text(encoding="utf-8") for path in report.files)
    assert "border" not in shown and "### (its article is damaged)" in shown
    assert [e["article"] for e in report.entries if e["type"] == "problem"] == ["a", "b"]


def test_an_analyst_s_word_wins_over_the_score_and_survives_runs(night: Any) -> None:
    checker, work = night
    (dispute,) = [e for e in work.run().entries if e["type"] == "dispute"]
    pair = dispute["pairs"][0]
    checker.disputes.review(pair["claim"], pair["statement"], "compatible", note="said of two borders")
    assert _states(work.run()) == [("withdrawn", ["review"])]
    assert _states(work.run()) == []
    checker.disputes.take_back(pair["claim"], pair["statement"])
    assert [state for state, _ in _states(work.run())] == ["new"]


def test_a_run_that_stops_after_a_batch_goes_on_and_reports_the_same(tmp_path: Path) -> None:
    whole = _report(tmp_path / "whole", _articles(), 1)
    with Checker.open(tmp_path / "cut") as checker:
        checker.ingest(_articles())
        work = Nightly(checker, tmp_path / "cut" / "reports", batch=1)

        def stop(done: int, of: int) -> None:
            if done == 5:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            work.run(stop)
        assert work.plan().resumes
        assert work.run().files[0].read_bytes() == whole


def test_a_night_under_way_is_called_running_and_one_that_was_killed_interrupted(tmp_path: Path, run: Run) -> None:
    store = tmp_path / "store"
    with Checker.open(store) as checker:
        checker.ingest(_articles()[:2])
        work = Nightly(checker, tmp_path / "reports", batch=1)

        def look(done: int, of: int) -> None:
            plan = work.plan()
            assert (plan.resumes, plan.running) == (False, holder_of_the_run())
            assert json.loads(run("nightly", "--dry-run", "--json").out)["running"] == plan.running
            assert f"running              {plan.running}" in run("nightly", "--dry-run").out
            assert run("nightly").code == 4
            raise KeyboardInterrupt

        def holder_of_the_run() -> str:
            who = holder(store, RUN_LOCK_NAME)
            assert who is not None and who.pid == os.getpid()
            return f"process {who.pid}, since {who.since}"

        with pytest.raises(KeyboardInterrupt):
            work.run(look)
        log = (store / "nightly.log").read_text(encoding="utf-8")
        assert f"run 1 is running (process {os.getpid()}, since " in log and "interrupted" not in log
        (store / f"{RUN_LOCK_NAME}.json").write_text(
            '{"pid": 1, "command": "checker nightly", "since": "2031-05-04"}', encoding="utf-8"
        )  # as a kill -9 leaves it
        assert (work.plan().resumes, work.plan().running) == (True, None)
    assert "running" not in run("nightly", "--dry-run").out
    assert run("nightly").code == 0
    assert "run 1, which was interrupted: " in (store / "nightly.log").read_text(encoding="utf-8")


def test_the_report_is_the_same_whatever_the_batch_and_the_order_of_articles(tmp_path: Path) -> None:
    reports = {
        _report(tmp_path / f"{batch}-{turned}", _articles()[:: -1 if turned else 1], batch)
        for batch in (1, 7, 64)
        for turned in (False, True)
    }
    assert len(reports) == 1


def test_the_report_is_the_same_with_one_thread_and_with_two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reports = set()
    for threads in ("1", "2"):
        monkeypatch.setenv("CHECKER_THREADS", threads)
        reports.add(_report(tmp_path / threads, _articles(), 64))
    assert len(reports) == 1


def test_a_damaged_verdict_is_told_by_the_doctor_and_judged_again_after_a_rebuild(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    first = _report(folder, _articles()[:2], 64)
    with Store.open(folder) as store, store.writer() as writer:
        writer.run_many("UPDATE verdicts SET score = score / 2", [()])
    told = examine(folder, encoder=None, rebuild=False, notify=lambda _: None)
    assert "verdict" in told.problems[0]
    assert examine(folder, encoder=None, rebuild=True, notify=lambda _: None).healthy
    with Checker.open(folder) as checker:
        report = Nightly(checker, folder / "reports").run()
    assert report.run.again == report.run.judged + json.loads(first.splitlines()[0])["pairs"]["judged"]
    assert _states(report) == []


def test_an_explanation_points_at_the_words_that_clash_and_adds_up_to_its_features(night: Any) -> None:
    checker, work = night
    (dispute,) = [e for e in work.run().entries if e["type"] == "dispute"]
    found = checker.disputes.explain(dispute["pairs"][0]["claim"], dispute["pairs"][0]["statement"])
    places = {one.reason: one for one in found.evidence}
    cut = [
        text[start:end]
        for text, spans in (
            (found.pair.claim.proposition, places["negation"].claim),
            (found.pair.statement.proposition, places["negation"].statement),
        )
        for start, end in spans
    ]
    assert cut == ["not"]
    most = sorted(found.contributions, key=lambda name: -found.contributions[name])
    assert set(most[:2]) == {"nli_contradiction", "similarity"}  # two sentences that differ in "not" alone


def test_a_night_with_nothing_new_takes_at_most_two_seconds(night: Any, tmp_path: Path) -> None:
    """Of the processor, as a command: what other programs take meanwhile is not its own."""
    _, work = night
    work.run()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "checker", "nightly", "--store", str(tmp_path / "store"), "--json"]
    done = subprocess.run(command, capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert json.loads(done.stdout)["pairs"] == {"judged": 0, "again": 0}
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime <= 2.0


FIRST = "The harbour of Norland was quiet on Sunday."
REFUSING = "Norland’s foreign minister Ana Berg denied that Norland had mined the harbour of Ostia."
ACCUSING = "“Norland mined the harbour of Ostia,” said Sudland’s president Ivo Kern."


def _reviewed(checker: Any, report: Any, kind: str) -> Any:
    (dispute,) = [e for e in report.entries if e["type"] == "dispute"]
    pair = dispute["pairs"][0]
    return checker.disputes.review(pair["claim"], pair["statement"], kind, note="two borders", analyst="Ina")


def test_a_correction_that_only_moves_a_statement_changes_no_dispute_and_keeps_its_review(night: Any) -> None:
    checker, work = night
    _reviewed(checker, work.run(), "contradiction")
    assert _states(work.run()) == [("changed", ["review"])]
    for before in (f"{FIRST} ", f"Harbours. {FIRST} "):
        checker.ingest([Article("b", before + STAYING, date="2031-05-05")])
        (standing,) = checker.disputes.standing()
        assert (standing.state, standing.gone, standing.waiting) == ("changed", 0, 1)
        report = work.run()
        assert _states(report) == []
        assert report.entries[0]["lost_reviews"] == 0
        (standing,) = checker.disputes.standing()
        assert standing.dispute.clashes[0].review.note == "two borders"


def test_a_review_whose_statement_is_gone_is_told_as_lost_once(night: Any) -> None:
    checker, work = night
    _reviewed(checker, work.run(), "compatible")
    work.run()
    checker.ingest([Article("b", f"{FIRST} {ACCUSING}", date="2031-05-05")])
    report = work.run()
    (lost,) = [e for e in report.entries if e["type"] == "lost-review"]
    assert (lost["verdict"], lost["note"], lost["analyst"]) == ("compatible", "two borders", "Ina")
    assert "lost its statement (compatible by Ina: two borders)" in report.files[1].read_text(encoding="utf-8")
    checker.delete("a")
    assert [e for e in work.run().entries if e["type"] == "lost-review"] == []


def test_unanswered_claims_are_told_once_and_then_what_became_of_them(night: Any) -> None:
    checker, work = night

    def claims() -> list[tuple[str, str]]:
        told = [e for e in work.run().entries if e["type"] == "unanswered"]
        return [(e["state"], e["article"]["id"]) for e in told]

    work.run()
    checker.ingest([Article("r", REFUSING, date="2031-05-06")])
    assert claims() == [("new", "r")]
    checker.ingest([Article("quiet", FIRST, date="2031-05-06"), Article("r", f"{FIRST} {REFUSING}", date="2031-05-06")])
    assert claims() == []
    checker.ingest([Article("s", ACCUSING, date="2031-05-07")])
    assert claims() == [("answered", "r")]
    checker.delete("s")
    assert claims() == [("new", "r")]
    checker.delete("r")
    assert claims() == [("withdrawn", "r")]


MINISTRY = "“Norland’s army is leaving the river,” said Norland’s foreign minister Ana Berg."
PALACE = "“Norland’s army is resting at the river,” said Norland’s president Olof Lind."


def test_a_review_makes_a_dispute_of_what_the_program_takes_for_one_side(night: Any) -> None:
    checker, work = night
    checker.ingest([Article("m", MINISTRY, date="2031-05-04"), Article("p", PALACE, date="2031-05-05")])
    known = {e["dispute"] for e in work.run().entries if "dispute" in e}
    one, other = (checker.store.statements_of(id)[0][1] for id in ("m", "p"))
    assert one.actor.shares_side_with(other.actor)
    found = checker.disputes.review(one.id, other.id, "contradiction", note="moving or resting", analyst="Ina")
    assert (found.clash.kind, found.clash.review.note) == ("contradiction", "moving or resting")
    report = work.run()
    (new,) = [e for e in report.entries if "dispute" in e]
    assert (new["type"], new["state"], new["causes"], new["reviewed"]) == ("dispute", "new", ["review"], True)
    assert new["dispute"] not in known
    assert sorted(s["position"] for s in new["statements"]) == ["against", "for"]
    assert "(new, reviewed; " in report.files[1].read_text(encoding="utf-8")
    assert [e for e in work.run().entries if "dispute" in e] == []


def test_a_pair_is_looked_up_by_its_key(night: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A night looks up every pair that was reported: to read all verdicts for each would grow with the store."""
    checker, work = night
    work.run()
    plans: list[str] = []
    rows = type(checker.store).rows

    def explained(store: Any, sql: str, values: Any = ()) -> Any:
        plans.extend(str(row[3]) for row in rows(store, f"EXPLAIN QUERY PLAN {sql}", values))
        return rows(store, sql, values)

    monkeypatch.setattr(type(checker.store), "rows", explained)
    VerdictReader(checker.store).of_pair(1, 2)
    assert any("SEARCH verdicts" in plan for plan in plans)
    assert not any("SCAN verdicts" in plan for plan in plans)
