"""What the commands of ``eval`` share."""

import json

import pytest

from eval import doors
from index.errors import InputError, UsageError


def test_floats_are_rounded_wherever_they_stand() -> None:
    given = {"a": 0.123456, "b": [0.00004, -0.00001], "c": {"d": (1.0, 2)}, "e": None, "f": "0.123456"}
    assert json.dumps(doors.rounded(given)) == (
        '{"a": 0.1235, "b": [0.0, 0.0], "c": {"d": [1.0, 2]}, "e": null, "f": "0.123456"}'
    )


@pytest.mark.parametrize(("error", "code"), [(InputError("no such file"), 3), (UsageError("no"), 2)])
def test_an_error_is_one_line_and_an_exit_code(capsys: pytest.CaptureFixture[str], error: Exception, code: int) -> None:
    def fails() -> None:
        raise error

    assert doors.run(fails) == code
    out, err = capsys.readouterr()
    assert (out, err) == ("", f"error: {error}\n")


def test_the_exit_code_of_the_work_is_kept() -> None:
    assert doors.run(lambda: 1) == 1
    assert doors.run(lambda: None) == 0


def test_a_value_stands_beside_its_interval(capsys: pytest.CaptureFixture[str]) -> None:
    doors.print_table([{"set": "own", "f1": 0.51234, "brier": None, "f1_ci": (0.4, 0.6), "brier_ci": None}])
    assert [line.split() for line in capsys.readouterr().out.splitlines() if line] == [
        ["set", "own"],
        ["f1", "0.5123", "[0.400,", "0.600]"],
        ["brier", "-"],
    ]
