"""Wire copy by hand: what is one statement, which one stands for it, and where it was carried."""

from checker.matching.copies import Copies, occasions
from index.store import Carrier


def ids(*carriers: Carrier) -> list[list[int]]:
    return [[c.id for c in part] for part in occasions(carriers)]


def test_the_same_words_within_days_are_one_statement_the_earliest_first() -> None:
    assert ids(Carrier(1, "k1", "b", "2031-05-05"), Carrier(2, "k2", "a", "2031-05-04")) == [[2, 1]]


def test_on_one_day_the_article_decides_and_within_it_the_place() -> None:
    same = [Carrier(n, f"k{n}", article, "2031-05-04") for n, article in ((4, "b"), (3, "b"), (9, "a"))]
    assert ids(*same) == [[9, 3, 4]]


def test_the_same_words_weeks_later_are_said_again() -> None:
    carriers = [
        Carrier(1, "k1", "a", "2031-05-01"),
        Carrier(2, "k2", "b", "2031-05-04"),
        Carrier(3, "k3", "c", "2031-05-07T08:00:00Z"),
        Carrier(4, "k4", "d", "2031-05-11"),
        Carrier(5, "k5", "e", "2031-06"),
    ]
    assert ids(*carriers) == [[1, 2, 3], [4], [5]]


def test_a_statement_without_a_date_goes_with_the_first() -> None:
    assert ids(
        Carrier(1, "k1", "z", None), Carrier(2, "k2", "y", "2031-05-01"), Carrier(3, "k3", "x", "2032-05-01")
    ) == [
        [2, 1],
        [3],
    ]
    assert ids(Carrier(2, "k2", "b", None), Carrier(1, "k1", "a", None)) == [[1, 2]]


def test_appearances_are_the_other_articles() -> None:
    group = (
        Carrier(1, "k1", "a", None),
        Carrier(2, "k2", "a", None),
        Carrier(3, "k3", "c", None),
        Carrier(4, "k4", "b", None),
    )
    copies = Copies({c.id: group for c in group})
    assert copies.appearances(1) == ("b", "c")
    assert copies.appearances(3) == ("a", "b")
    assert copies.appearances(7) == ()
    assert copies.together(4) == (1, 2, 3, 4)
    assert copies.together(7) == (7,)
