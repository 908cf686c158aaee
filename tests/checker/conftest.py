"""The command line, run in this process: starting Python for each of a hundred calls would take minutes."""

import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from checker.cli import main

SEEDS = Path(__file__).parent.parent.parent / "seeds"


@dataclass(frozen=True, slots=True)
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Done]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """``run("query", "...", "--json", stdin=b"...")`` with a store of its own."""
    monkeypatch.setenv("CHECKER_STORE", str(tmp_path / "store"))

    def run_(*arguments: str | Path, stdin: bytes = b"") -> Done:
        monkeypatch.setattr(sys, "argv", ["checker", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capsys.readouterr()
        with pytest.raises(SystemExit) as exit_:
            main()
        streams = capsys.readouterr()
        assert isinstance(exit_.value.code, int)
        return Done(exit_.value.code, streams.out, streams.err)

    return run_
