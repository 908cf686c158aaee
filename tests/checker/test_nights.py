"""Several nights one after the other, over invented articles. Models are plain rules: what is tested is what a night
makes of verdicts, and it can be tested on many articles."""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import pytest

from checker.extraction.actors import Registry
from checker.facade import Checker
from checker.judging import Judge
from checker.nightly import Nightly, Report
from eval.crash.stand_ins import NotJudge, WordEncoder
from index.records import Article, Pair, Probabilities, Verdict
from index.store import Store

BERG, KERN, HOLM = "Norland’s foreign minister Ana Berg", "Sudland’s president Ivo Kern", "Westland’s minister Pia Holm"
CLOSED, OPEN = "The bridge over the Aar is closed", "The bridge over the Aar is not closed"
LEAVING, STAYING = "The army of Zenda is leaving the border", "The army of Zenda is not leaving the border"
FIRST = "The market of Zenda was quiet on Sunday."


@dataclass(frozen=True, slots=True)
class Doubter(NotJudge):
    """Other weights, which see a contradiction nowhere."""

    fingerprint: str = "doubter"

    def judge(self, pairs: Sequence[Pair]) -> list[Verdict]:
        return [Verdict("unrelated", 0.1, Probabilities(0.1, 0.0, 0.9)) for _ in pairs]


@dataclass(frozen=True, slots=True)
class Blunt(NotJudge):
    """Two propositions contradict where one of them has "not" in it."""

    fingerprint: str = "blunt"

    def judge(self, pairs: Sequence[Pair]) -> list[Verdict]:
        denials = [[" not " in s.proposition for s in (pair.claim, pair.statement)] for pair in pairs]
        score = {True: 0.9, False: 0.1}
        return [
            Verdict("contradiction" if a != b else "unrelated", score[a != b], Probabilities(0.5, 0.0, 0.5))
            for a, b in denials
        ]


def said(id: str, *sentences: tuple[str, str], day: int = 4, before: str = "") -> Article:
    text = before + " ".join(f"“{claim},” said {speaker}." for speaker, claim in sentences)
    return Article(id, text, date=f"2031-05-{day:02}")


@contextmanager
def opened(folder: Path, judge: NotJudge | None = None) -> Iterator[Checker]:
    ruled = cast(Judge, judge or NotJudge())
    with Checker(Store.open(folder), WordEncoder(), Registry.load(), judge=lambda: ruled) as checker:
        yield checker


@pytest.fixture
def night(tmp_path: Path) -> Iterator[Any]:
    """A store, and its nightly run."""
    with opened(tmp_path / "store") as checker:
        yield checker, Nightly(checker, tmp_path / "reports")


def told(report: Report, kind: str = "dispute") -> list[tuple[str, list[str]]]:
    return [(e["state"], e["causes"]) for e in report.entries if e["type"] == kind]


def test_a_dispute_is_new_grows_changes_and_is_withdrawn(night: Any) -> None:
    checker, work = night
    checker.ingest([said("a", (BERG, CLOSED)), said("b", (KERN, OPEN), day=5)])
    first = work.run()
    assert told(first) == [("new", ["new-article"])]
    (id,) = [e["dispute"] for e in first.entries if e["type"] == "dispute"]
    checker.ingest([said("c", (HOLM, OPEN), day=6)])
    assert told(work.run()) == [("grown", ["new-article"])]
    checker.ingest([said("c", (HOLM, f"{OPEN} today"), day=6)])
    assert told(work.run()) == [("changed", ["correction"])]
    checker.ingest([said("b", (KERN, f"{OPEN}"), day=5, before=f"{FIRST} ")])
    assert told(work.run()) == []
    checker.delete("b")
    report = work.run()
    assert told(report) == [("withdrawn", ["deletion"])]
    assert [e["dispute"] for e in report.entries if e["type"] == "dispute"] == [id]


def test_other_words_in_the_place_of_the_old_ones_change_the_dispute_and_do_not_end_it(tmp_path: Path) -> None:
    with opened(tmp_path / "store", Blunt()) as checker:
        work = Nightly(checker, tmp_path / "reports")
        checker.ingest([said("a", (BERG, CLOSED)), said("b", (KERN, OPEN), day=5)])
        (known,) = [e["dispute"] for e in work.run().entries if e["type"] == "dispute"]
        checker.ingest([said("b", (KERN, f"{OPEN} today"), day=5)])
        report = work.run()
    assert told(report) == [("changed", ["correction"])]
    assert [e["dispute"] for e in report.entries if e["type"] == "dispute"] == [known]


def test_other_words_at_the_very_place_of_the_old_ones_are_told(tmp_path: Path) -> None:
    three, seven = (f"The bridge over the Aar is not open to {number} lorries" for number in ("33", "77"))
    with opened(tmp_path / "store", Blunt()) as checker:
        work = Nightly(checker, tmp_path / "reports")
        checker.ingest([said("a", (BERG, CLOSED)), said("b", (KERN, three), day=5)])
        assert told(work.run()) == [("new", ["new-article"])]
        checker.ingest([said("b", (KERN, seven), day=5)])
        report = work.run()
    assert told(report) == [("changed", ["correction"])]
    (line,) = [e for e in report.entries if e["type"] == "dispute"]
    assert seven in str(line)
    assert three not in str(line)


@pytest.mark.parametrize("words", [f"{OPEN} today", OPEN], ids=["other words", "the same words elsewhere"])
def test_an_article_that_comes_again_under_another_id_with_its_url_is_a_correction(tmp_path: Path, words: str) -> None:
    with opened(tmp_path / "store", Blunt()) as checker:
        work = Nightly(checker, tmp_path / "reports")
        first = replace(said("b", (KERN, OPEN), day=5), url="https://post.test/1")
        checker.ingest([said("a", (BERG, CLOSED)), first])
        (known,) = [e["dispute"] for e in work.run().entries if e["type"] == "dispute"]
        again = replace(said("b2", (KERN, words), day=5, before=f"{FIRST} "), url="https://post.test/1")
        checker.ingest([again])
        report = work.run()
    lines = [e for e in report.entries if e["type"] == "dispute"]
    assert [(e["dispute"], e["state"], e["causes"]) for e in lines] == (
        [] if words == OPEN else [(known, "changed", ["correction"])]
    )


def test_other_weights_withdraw_a_dispute_and_bring_it_back(tmp_path: Path) -> None:
    reports = []
    for judge in (NotJudge(), Doubter(), NotJudge()):
        with opened(tmp_path / "store", judge) as checker:
            checker.ingest([said("a", (BERG, CLOSED)), said("b", (KERN, OPEN), day=5)])
            reports.append(Nightly(checker, tmp_path / "reports").run())
    causes = ["new-article"], ["other-weights"], ["other-weights"]
    assert [told(report) for report in reports] == [
        [(state, cause)] for state, cause in zip(("new", "withdrawn", "new"), causes, strict=True)
    ]
    assert [report.run.again for report in reports] == [0, 1, 1]


def test_an_actor_that_left_its_own_word_is_told_apart_and_stands_in_its_history(night: Any) -> None:
    checker, work = night
    checker.ingest([said("a", (BERG, CLOSED)), said("b", (BERG, OPEN), day=5)])
    report = work.run()
    assert told(report) == []
    (own,) = [e for e in report.entries if e["type"] == "self-contradiction"]
    assert (own["turn"], own["state"]) == ("reversal", "new")
    assert "## Against their own word" in report.files[1].read_text(encoding="utf-8")
    berg, known = checker.actor("Ana Berg")
    assert known
    history = checker.disputes.history(berg)
    assert [s.date for s in history.statements] == ["2031-05-04", "2031-05-05"]
    turns = [(e.turn, e.clash.claim.date, e.clash.statement.date) for e in history.echoes]
    assert turns == [("reversal", "2031-05-04", "2031-05-05")]
    assert checker.disputes.history(berg, since="2031-05-05").echoes == ()


def test_what_more_outlets_carry_than_a_night_looks_at_is_a_dispute(night: Any) -> None:
    checker, work = night
    checker.ingest([said("a", (BERG, CLOSED)), *(said(f"b{n:03}", (KERN, OPEN)) for n in range(200))])
    (dispute,) = [e for e in work.run().entries if e["type"] == "dispute"]
    assert len(dispute["pairs"]) == 1
    assert sorted(len(s["appearances"]) for s in dispute["statements"]) == [0, 199]


def _articles() -> tuple[list[Article], list[Article]]:
    """Those of two nights; in the second, some of the first are corrected."""
    drawn = random.Random(7)
    speakers = (BERG, KERN, HOLM)
    claims = [f"{words} in district {n}" for words in (CLOSED, OPEN, LEAVING, STAYING) for n in range(3)]
    first, second = (
        [
            said(f"{night}{n:02}", *((drawn.choice(speakers), drawn.choice(claims)) for _ in range(2)), day=4 + n % 9)
            for n in range(24)
        ]
        for night in "fs"
    )
    moved = [Article(a.id, f"{FIRST} {a.text}", date=a.date) for a in first[:4]]
    other = [said(a.id, (KERN, drawn.choice(claims)), day=4) for a in first[4:8]]
    return first, [*second, *moved, *other]


@pytest.mark.parametrize("turn", range(5))
def test_two_nights_report_the_same_bytes_whatever_the_batch_and_the_order_of_articles(
    tmp_path: Path, turn: int
) -> None:
    """The first of the turns is what the others are compared with, itself in another folder included."""
    reports = []
    for name, seed, batch in (("one", 0, 64), ("other", turn, (64, 1, 7, 3, 1)[turn])):
        shuffled = random.Random(seed)
        with opened(tmp_path / name) as checker:
            work = Nightly(checker, tmp_path / name / "reports", batch=batch)
            files = []
            for articles in _articles():
                shuffled.shuffle(articles)
                for start in range(0, len(articles), 5 + turn):  # ingested in parts, too
                    checker.ingest(articles[start : start + 5 + turn])
                files += work.run().files
        reports.append([path.read_bytes() for path in files])
    assert reports[0] == reports[1]
    assert all(b'"state":' in one for one in reports[0][::2])
