from eval.bench import _compared, markdown


def test_a_table_has_our_figure_beside_the_plain_recipes() -> None:
    sides = {"p50_s": (0.4, 1.6), "p95_s": (0.5, 2.0), "processor_s": (0.3, 0.6), "peak_mb": (300.0, 1000.0)}
    query = {f"{side}_{key}": pair[i] for key, pair in sides.items() for i, side in enumerate(("ours", "plain"))}
    rows = list(_compared({"measure": "query", "statements": 100_000, **query}))
    assert rows[0] == ["100,000 statements: median wall time of a query, s", "0.4", "1.6", "0.25"]
    assert [row[3] for row in rows] == ["0.25", "0.25", "0.50", "0.30"]


def test_pairs_judged_in_both_ways_stand_in_a_table() -> None:
    judged = {"one_order_a_second": 300.0, "as_used_a_second": 150.0, "plain_a_second": 100.0}
    found = list(_compared({"measure": "judging", "tokens": 40, **judged}))
    assert markdown(["", "ours", "plain recipe", "ratio"], found).splitlines()[2:] == [
        "| pairs of 40 tokens judged a second, one order | 300 | 100 | 3.00 |",
        "| pairs of 40 tokens judged a second, as used | 150 | 100 | 1.50 |",
    ]
