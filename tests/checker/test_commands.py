"""The commands from end to end, on the seed article and on small invented ones."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from index.store import Store

SEEDS = Path(__file__).parent.parent.parent / "seeds"
WITHDRAWING = "Russia is withdrawing its troops from the Ukrainian border"
NOT_WITHDRAWING = "Russia is not withdrawing its forces"


def _article(id: str, text: str, **more: str) -> str:
    return json.dumps({"id": id, "text": text, "date": "2031-05-04", **more}) + "\n"


def _speakers(done: Any) -> list[str]:
    return [line["statement"]["actor"]["id"] for line in done.lines]


@pytest.fixture
def seeded(run: Any) -> Any:
    assert run("ingest", SEEDS).code == 0
    return run


def test_who_says_that_russia_is_withdrawing_is_contradicted_by_the_us_and_never_by_peskov(seeded: Any) -> None:
    found = seeded("query", WITHDRAWING, "--json").lines
    contents = [f["statement"]["content"] for f in found]
    assert any("We do not see that happening on the ground" in c for c in contents)
    assert any(
        "not withdrawing" in c and f["statement"]["actor"]["side"] == "united-states"
        for c, f in zip(contents, found, strict=True)
    )
    assert not {f["statement"]["actor"]["side"] for f in found if f["statement"]["actor"]} & {"russia"}


@pytest.mark.parametrize(
    "claim",
    [
        "Russia has withdrawn its forces from the border with Ukraine",
        "Russia is withdrawing its troops from the border",
    ],
)
def test_who_denies_that_they_stay_is_no_rebuttal_of_that_they_go(seeded: Any, claim: str) -> None:
    found = seeded("query", claim, "--json").lines
    assert {f["statement"]["actor"]["side"] for f in found if f["statement"]["actor"]} >= {"united-states", "nato"}
    assert "russia" not in {f["statement"]["actor"]["side"] for f in found if f["statement"]["actor"]}


def test_who_says_that_russia_is_not_withdrawing_is_contradicted_by_the_kremlin_and_never_by_blinken(
    seeded: Any,
) -> None:
    found = seeded("query", NOT_WITHDRAWING, "--json").lines
    assert found[0]["statement"]["actor"]["side"] == "russia"
    actors = {f["statement"]["actor"]["id"] for f in found if f["statement"]["actor"]}
    assert "antony-blinken" not in actors
    assert not {f["statement"]["actor"]["side"] for f in found if f["statement"]["actor"]} & {"united-states", "nato"}


def test_the_claim_s_own_side_is_never_returned(seeded: Any) -> None:
    done = seeded("query", NOT_WITHDRAWING, "--actor", "Kremlin", "--all", "-k", "50", "--json")
    assert done.lines
    assert "russia" not in {line["statement"]["actor"]["side"] for line in done.lines}


def test_every_span_shown_stands_in_the_source(seeded: Any) -> None:
    text = next(SEEDS.glob("*.txt")).read_text(encoding="utf-8")
    lines = seeded("query", WITHDRAWING, "--all", "-k", "50", "--json").lines
    assert len(lines) > 5
    for line in lines:
        statement = line["statement"]
        assert " ".join(text[s:e] for s, e in statement["content_spans"]) == statement["content"]


def test_the_same_query_gives_the_same_bytes(seeded: Any) -> None:
    assert seeded("query", WITHDRAWING, "--all", "--json").out == seeded("query", WITHDRAWING, "--all", "--json").out


def test_the_same_article_again_changes_nothing(seeded: Any) -> None:
    before = seeded("query", WITHDRAWING, "--json").out
    (again,) = seeded("ingest", SEEDS, "--json").lines
    assert again["articles"] == {"added": 0, "unchanged": 1, "corrected": 0, "skipped": again["articles"]["skipped"]}
    assert again["statements"] == {"added": 0, "removed": 0}
    assert seeded("query", WITHDRAWING, "--json").out == before


def test_a_correction_replaces_what_was_said(run: Any) -> None:
    first = _article("a", "“Norland is withdrawing its forces,” said Norland’s foreign minister Ana Berg.")
    second = _article("a", "“Norland is keeping its forces there,” said Norland’s foreign minister Ana Berg.")
    assert run("ingest", "-", stdin=first.encode()).code == 0
    (report,) = run("ingest", "-", "--json", stdin=second.encode()).lines
    assert report["articles"]["corrected"] == 1
    assert report["statements"] == {"added": 1, "removed": 1}
    contents = [line["statement"]["content"] for line in run("query", "Norland forces", "--all", "--json").lines]
    assert [content.rstrip(",") for content in contents] == ["Norland is keeping its forces there"]


def test_a_correction_within_one_call_counts_and_the_last_version_stays(run: Any) -> None:
    one = _article("a", "“Norland is withdrawing its forces,” said Norland’s foreign minister Ana Berg.")
    other = _article("a", "“Norland is keeping its forces there,” said Norland’s foreign minister Ana Berg.")
    assert run("ingest", "-", stdin=one.encode()).code == 0
    (report,) = run("ingest", "-", "--json", stdin=(other + one).encode()).lines
    assert report["articles"]["corrected"] == 2
    (line,) = run("query", "Norland forces", "--all", "--json").lines
    assert "withdrawing" in line["statement"]["content"]


def test_a_withdrawn_article_leaves_every_result(seeded: Any) -> None:
    (id_,) = {line["article"]["id"] for line in seeded("query", WITHDRAWING, "--all", "--json").lines}
    assert seeded("delete", id_).code == 0
    done = seeded("query", WITHDRAWING, "--all", "--json")
    assert (done.code, done.out) == (0, "")


def test_statements_come_out_as_the_contract_says(run: Any) -> None:
    done = run("extract", SEEDS, "--json")
    assert done.code == 0
    keys = [
        "statement", "article", "attribution", "actor", "chain", "source_spans", "cue_spans", "content_spans",
        "content", "proposition", "kind", "stance", "polarity", "hypothetical", "checkable", "date", "window", "parent",
        "answers",
    ]  # fmt: skip
    assert len(done.lines) > 15
    assert all(list(line) == keys for line in done.lines)
    assert len({line["statement"] for line in done.lines}) == len(done.lines)


def test_many_claims_come_back_under_their_ids(seeded: Any, tmp_path: Path) -> None:
    claims = tmp_path / "claims.jsonl"
    claims.write_text(
        json.dumps({"id": "c1", "text": WITHDRAWING})
        + "\n"
        + json.dumps({"id": "c2", "text": NOT_WITHDRAWING, "actor": "United States"})
        + "\n"
    )
    lines = seeded("query", "--file", claims, "--json").lines
    assert [line["claim"] for line in lines] == sorted(line["claim"] for line in lines)
    assert {line["claim"] for line in lines} == {"c1", "c2"}
    alone = seeded("query", NOT_WITHDRAWING, "--actor", "United States", "--json").lines
    assert [{k: v for k, v in line.items() if k != "claim"} for line in lines if line["claim"] == "c2"] == alone


def test_an_unknown_actor_matches_by_name_with_a_warning(seeded: Any) -> None:
    done = seeded("query", WITHDRAWING, "--actor", "Nobody Inparticular", "--json")
    assert done.code == 0
    assert "Nobody Inparticular" in done.err


def test_statements_before_since_and_after_until_are_left_out(seeded: Any) -> None:
    assert seeded("query", WITHDRAWING, "--all", "--since", "2022-02-18", "--json").out == ""
    assert seeded("query", WITHDRAWING, "--all", "--until", "2022-02-16", "--json").out == ""
    assert seeded("query", WITHDRAWING, "--all", "--since", "2022-02-17", "--until", "2022-02-17", "--json").out != ""


def test_scores_below_the_wanted_one_are_left_out(seeded: Any) -> None:
    every = [line["score"] for line in seeded("query", WITHDRAWING, "--all", "-k", "50", "--json").lines]
    assert every == sorted(every, reverse=True)
    middle = every[len(every) // 2]
    some = [
        line["score"]
        for line in seeded("query", WITHDRAWING, "--all", "-k", "50", "--min-score", str(middle), "--json").lines
    ]
    assert some == [score for score in every if score >= middle]


def test_pairs_come_back_with_probabilities_that_sum_to_one(run: Any) -> None:
    pairs = '{"premise": "Norland left.", "hypothesis": "Norland did not leave.", "id": "1"}\n'
    (line,) = run("judge", "-", "--json", stdin=pairs.encode()).lines
    assert list(line) == ["premise", "hypothesis", "id", "probabilities", "verdict", "score", "reasons"]
    assert sum(line["probabilities"].values()) == pytest.approx(1, abs=2e-4)
    assert "negation" in line["reasons"]


def test_tables_for_people_hold_the_words_and_no_control_characters(run: Any) -> None:
    nasty = _article("a", "“Norland is not\x1b[31m withdrawing its forces,” said Norland’s foreign minister Ana Berg.")
    assert run("ingest", "-", stdin=nasty.encode()).code == 0
    done = run("query", "Norland is withdrawing its forces", "--all")
    assert "withdrawing its" in done.out
    assert "\x1b" not in done.out


def test_a_healthy_store_passes_the_doctor(seeded: Any) -> None:
    (report,) = seeded("doctor", "--json").lines
    assert report["healthy"] is True
    assert report["recall@50"] == 1.0


SAID = "“Norland is not withdrawing any of its forces from the border,” said Norland’s foreign minister Ana Berg."
CLAIMED = "Norland is withdrawing its forces from the border"


def test_wire_copy_is_one_result_with_its_appearances_and_follows_deletion(run: Any) -> None:
    for id_, date in (("wire", "2031-05-04"), ("paper", "2031-05-05"), ("blog", "2031-05-05")):
        assert run("ingest", "-", stdin=_article(id_, f"{SAID} Weather in {id_}.", date=date).encode()).code == 0
    (line,) = run("query", CLAIMED, "--all", "--json").lines
    assert (line["article"]["id"], line["appearances"]) == ("wire", ["blog", "paper"])
    assert run("delete", "wire").code == 0
    (line,) = run("query", CLAIMED, "--all", "--json").lines
    assert (line["article"]["id"], line["appearances"]) == ("blog", ["paper"])
    corrected = _article("paper", "“Norland has said all that it has to say on this matter,” said Ana Berg.")
    assert run("ingest", "-", stdin=corrected.encode()).code == 0
    first = run("query", CLAIMED, "--all", "--json").lines[0]
    assert (first["article"]["id"], first["appearances"]) == ("blog", [])


def test_those_who_say_the_same_are_listed_after_the_rebuttals_and_only_when_asked_for(seeded: Any) -> None:
    plain = seeded("query", WITHDRAWING, "--json").lines
    both = seeded("query", WITHDRAWING, "--supports", "--json").lines
    assert both[: len(plain)] == plain
    same = both[len(plain) :]
    assert same
    assert all(list(s)[-1] == "supports" and s["supports"] is True for s in same)
    assert not any("supports" in line for line in plain)
    assert all(s["verdict"] in ("compatible", "uncertain") for s in same)
    assert not {s["statement"]["statement"] for s in same} & {s["statement"]["statement"] for s in plain}
    assert [line["rank"] for line in both] == list(range(1, len(both) + 1))
    assert "Said by others too" in seeded("query", WITHDRAWING, "--supports").out
    assert "Said by others too" not in seeded("query", WITHDRAWING).out


def test_a_long_claim_and_long_sides_are_not_printed_back_whole(seeded: Any) -> None:
    assert len(seeded("query", f"{WITHDRAWING} " + "again " * 26_000).out) < 5_000
    assert WITHDRAWING in seeded("query", WITHDRAWING).out
    long = "Norland left. " + "It was told at length. " * 2_000
    pair = json.dumps({"premise": long, "hypothesis": "Norland stayed."}).encode()
    shown = seeded("judge", "-", stdin=pair).out
    assert "Norland left." in shown
    assert len(shown) < 5_000
    assert seeded("judge", "-", "--json", stdin=pair).lines[0]["premise"] == long


def test_a_whole_query_imports_none_of_the_libraries_that_take_seconds(seeded: Any, tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from checker.cli import main\n"
        "try:\n    main()\nexcept SystemExit as done:\n    assert done.code == 0, done.code\n"
        "slow = {'torch', 'sentence_transformers', 'transformers', 'sklearn', 'scipy', 'simplemma'}\n"
        "slow &= sys.modules.keys()\n"
        "assert {'faiss', 'onnxruntime'} <= sys.modules.keys()\n"  # it did search and judge
        "print(sorted(slow), file=sys.stderr)"
    )
    command = [sys.executable, "-c", code, "query", WITHDRAWING, "--json", "--store", str(tmp_path / "store")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.strip()) == (0, "[]")
    assert done.stdout == seeded("query", WITHDRAWING, "--json").out != ""


def test_among_every_verdict_those_who_say_the_same_are_marked_only_when_asked_for(seeded: Any) -> None:
    every = seeded("query", WITHDRAWING, "--all", "-k", "50", "--json").lines
    marked = seeded("query", WITHDRAWING, "--all", "--supports", "-k", "50", "--json").lines
    apart = seeded("query", WITHDRAWING, "--supports", "-k", "50", "--json").lines
    assert [{k: v for k, v in line.items() if k != "supports"} for line in marked] == every
    same = {line["statement"]["statement"] for line in apart if "supports" in line}
    assert same
    assert {line["statement"]["statement"] for line in marked if "supports" in line} == same


@pytest.mark.parametrize(
    "claim",
    ["Norland " * 100_000, "Россия отводит войска от границы", "NOT AND OR NEAR(", "\u202eabc\x00"],
    ids=["100,000 words", "another script", "query syntax", "controls"],
)
def test_any_claim_is_answered_in_time(seeded: Any, claim: str) -> None:
    began = time.process_time()  # whatever else the machine is doing
    assert seeded("query", claim, "--all", "--json").code == 0
    assert time.process_time() - began < 15


@pytest.mark.parametrize("claim", ["?!", " ... ", "—"])
def test_a_claim_without_a_letter_or_digit_is_refused(seeded: Any, claim: str) -> None:
    done = seeded("query", claim)
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines() == ["checker: the claim has no letter or digit; give one sentence to look for"]


def test_of_many_claims_one_without_a_letter_or_digit_is_named_and_the_others_are_answered(seeded: Any) -> None:
    claims = [{"id": "c1", "text": "?!"}, {"id": "-", "text": WITHDRAWING}]
    done = seeded("query", "--file", "-", "--json", stdin="".join(json.dumps(one) + "\n" for one in claims).encode())
    assert (done.code, {line["claim"] for line in done.lines}) == (0, {"-"})
    assert "standard input:1: no 'text' with a letter or a digit" in done.err


@pytest.mark.parametrize("claim", ["Россия отводит войска от границы", "俄罗斯正在从边境撤军", "Le pont est ouvert."])
def test_a_claim_in_another_language_is_told_in_one_line(seeded: Any, claim: str) -> None:
    (line,) = seeded("query", claim).err.splitlines()
    assert f"'{claim}' is not in English" in line


@pytest.mark.parametrize("claim", [WITHDRAWING, "Kovač met Wójcik", "NATO is expanding", "Berg denies it"])
def test_a_claim_in_english_is_not_told_to_be_in_another_language(seeded: Any, claim: str) -> None:
    assert seeded("query", claim).err == ""


def test_a_query_sees_what_is_committed_and_waits_for_no_writer(seeded: Any, tmp_path: Path) -> None:
    before = seeded("query", WITHDRAWING, "--json").out
    with Store.open(tmp_path / "store") as store, store.writer() as writer, writer.transaction():
        for id_ in store.article_ids():
            writer.delete(id_)
        assert seeded("query", WITHDRAWING, "--json").out == before


def test_an_explanation_says_who_decided_and_an_export_says_what_it_leaves_out(run: Any, tmp_path: Path) -> None:
    said = {
        "a": "“Norland is withdrawing its troops from the border,” said Norland’s foreign minister Ana Berg.",
        "b": "“Norland is not withdrawing its troops from the border,” said Sudland’s president Ivo Kern.",
        "c": "“Wheat is dear in Ostia,” said Westland’s minister Pia Holm.",
    }
    path = tmp_path / "articles.jsonl"
    path.write_text("".join(_article(id, text) for id, text in said.items()), encoding="utf-8")
    assert run("ingest", path).code == 0
    one, other, third = (line["statement"] for line in run("extract", path, "--json").lines)
    judged = run("explain", one, other, "--json").lines[0]
    assert (judged["decided_by"], judged["judge"]) == (
        "judge",
        {"verdict": judged["verdict"], "score": judged["score"]},
    )
    assert run("review", one, other, "--verdict", "compatible", "--note", "two borders", "--by", "Ina").code == 0
    found = run("explain", one, other, "--json").lines[0]
    assert (found["verdict"], found["decided_by"], found["judge"]) == ("compatible", "review", judged["judge"])
    shown = run("explain", one, other).out
    assert "compatible, decided by a review of Ina: two borders" in shown
    assert f"{judged['verdict']}, score {judged['score']:.2f}" in shown
    assert run("review", one, third, "--verdict", "uncertain").code == 0
    exported = run("review", "--export", "-")
    assert [line["label"] for line in exported.lines] == ["entailment"]
    assert "1 reviewed as uncertain are left out" in exported.err
    assert "1 labelled pairs" in run("review", "--export", tmp_path / "pairs.jsonl").out
