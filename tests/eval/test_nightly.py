"""What a night costs, on a small store of invented statements."""

from pathlib import Path

import pytest

from checker import Checker
from eval.nightly import measure, parted
from index.errors import InputError
from index.records import Article
from index.store import Store


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of 30 articles, two statements each."""
    folder = tmp_path_factory.mktemp("nightly") / "store"
    with Checker.open(folder) as checker:
        checker.ingest(
            Article(
                f"a{n:02}",
                f"“Norland is withdrawing {n} tanks from the border,” said Norland’s minister Ana Berg. "
                f"“Norland has not withdrawn {n} tanks from the border,” said Sudland’s president Ivo Kern.",
                date="2031-05-04",
            )
            for n in range(30)
        )
    return folder


def test_new_ones_are_the_last_and_stored_ones_are_spread_over_the_rest(folder: Path) -> None:
    with Store.open(folder) as store:
        old, fresh = parted(store, 20, 9)
    assert sorted(fresh) == ["a25", "a26", "a27", "a28", "a29"]
    assert len(old) == 10
    assert (old[0] < "a03", old[-1] > "a20") == (True, True)


def test_a_store_that_holds_too_few_is_refused(folder: Path) -> None:
    with Store.open(folder) as store, pytest.raises(InputError, match="50 statements before the new ones"):
        parted(store, 51, 10)


def test_a_night_is_measured_and_the_next_judges_nothing(folder: Path) -> None:
    small, large = measure(folder, [10, 40], 10)
    assert (small["stored"], small["new"], small["ratio"]) == (10, 10, 1)
    assert large["pairs"] >= small["pairs"] > 0
    assert large["nothing_new_pairs"] == 0
