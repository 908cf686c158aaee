"""The report for people: what stands on its first page, and what is left out of it."""

from typing import Any

from checker.reporting.nightly import markdown

RUN = {
    "type": "run",
    "run": 2,
    "date": "2031-05-06",
    "statements": 9,
    "pairs": {"judged": 8, "again": 0},
    "disputes": {"new": 1},
    "unanswered": {"new": 1, "answered": 0, "withdrawn": 2, "open": 7},
    "lost_reviews": 0,
    "problems": 0,
}


def statement(key: str, position: str, content: str, **changed: Any) -> dict[str, Any]:
    return {
        "statement": key,
        "actor": {"id": key, "name": f"Speaker {key}", "side": key},
        "through": [],
        "side": key,
        "stance": "asserts",
        "date": "2031-05-04",
        "kind": "direct",
        "content": content,
        "proposition": content,
        "article": {"id": key, "source": "The Harbour Post"},
        "appearances": [],
        "position": position,
    } | changed


def dispute(statements: list[dict[str, Any]], pairs: list[tuple[str, str, float]]) -> dict[str, Any]:
    return {
        "type": "dispute",
        "dispute": "d1",
        "state": "new",
        "causes": ["new-article"],
        "proposition": "Norland is leaving",
        "score": 0.9,
        "reviewed": False,
        "turn": None,
        "answer": None,
        "days_to_answer": None,
        "statements": statements,
        "pairs": [{"claim": a, "statement": b, "score": score, "review": None} for a, b, score in pairs],
        "gone": 0,
        "articles": [],
    }


def test_the_first_page_names_the_surest_pair_and_who_stands_against_whom() -> None:
    told = [
        statement("norland", "for", "We are leaving", proposition="Norland is leaving"),
        statement("sudmark", "against", "They are staying"),
        statement("ostia", "against", "Someone is lying", proposition="Norland is not leaving", stance="denies"),
    ]
    lines = markdown([RUN, dispute(told, [("norland", "sudmark", 0.7), ("norland", "ostia", 0.9)])]).splitlines()
    glance = lines[lines.index("## At a glance") + 2]
    assert "**Speaker norland**: Norland is leaving — against: 2031-05-04, **Speaker ostia**: Norland is not" in glance
    assert "0.90; norland against ostia, sudmark" in glance
    (lie,) = [line for line in lines if "lying" in line]
    assert "“Someone is lying” — that is: Norland is not leaving (The Harbour Post)" in lie


def test_a_reviewed_dispute_is_called_reviewed_and_shows_no_score() -> None:
    told = [
        statement(key, "for" if key == "norland" else "against", f"As {key} says")
        for key in ("norland", "ostia", "sudmark")
    ]
    entry = dispute(told, [("norland", "sudmark", 0.9), ("norland", "ostia", 0.04)]) | {"reviewed": True, "score": 1.0}
    entry["pairs"][1]["review"] = {"verdict": "contradiction", "note": "", "analyst": "Ina"}
    text = markdown([RUN, entry])
    assert "**Speaker ostia**: As ostia says (new, reviewed; norland against ostia, sudmark; `d1`)" in text
    assert "`d1`: reviewed; norland against ostia, sudmark;" in text


def test_the_report_begins_with_a_word_of_caution_that_names_no_figure() -> None:
    third = markdown([RUN]).splitlines()[2]
    assert "suggestions of a machine" in third
    assert "README.md" in third
    assert not any(c.isdigit() for c in third)


def test_who_answered_is_named_and_after_how_long_where_both_days_are_known() -> None:
    told = [statement("norland", "for", "Norland is leaving"), statement("sudmark", "against", "Norland stays")]
    entry = dispute(told, [("norland", "sudmark", 0.9)]) | {"answer": "sudmark", "days_to_answer": 2}
    assert "against sudmark; because of a new article; answered by Speaker sudmark after 2 days." in markdown(
        [RUN, entry]
    )
    assert "answered by Speaker sudmark." in markdown([RUN, entry | {"days_to_answer": None}])


def test_of_many_statements_those_that_most_is_held_against_are_shown() -> None:
    told = [statement("norland", "for", "Norland is leaving")]
    told += [statement(f"s{n}", "against", f"Norland stays {n} days") for n in range(9)]
    pairs = [("norland", f"s{n}", 0.6 + n / 100) for n in range(9)]
    text = markdown([RUN, dispute(told, pairs)])
    assert "- ... and 3 more" in text
    assert [n for n in range(9) if f"“Norland stays {n} days”" in text] == [3, 4, 5, 6, 7, 8]


def test_a_report_and_what_it_reports_are_told_once() -> None:
    outer = statement("post", "against", "“Norland stays,” Kern said.", side="sudmark", article={"id": "x"})
    inner = statement("kern", "against", "Norland stays Kern said", side="sudmark", article={"id": "x"})
    inner["through"] = ["The Harbour Post"]
    told = [statement("norland", "for", "Norland is leaving"), outer, inner]
    text = markdown([RUN, dispute(told, [("norland", "post", 0.8), ("norland", "kern", 0.7)])])
    assert "**Speaker kern (through The Harbour Post)**: “Norland stays Kern said”" in text
    assert "- 2031-05-04, **Speaker post**" not in text
