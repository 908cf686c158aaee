"""The examples for systemd and cron in docs/examples, run as they stand but for their folders."""

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from index.environment import cache_folder

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = ROOT / "docs" / "examples"
PROGRAM = "/opt/checker/bin/checker"
SAID = [
    "“Norland is withdrawing its troops from the border,” said Norland’s foreign minister Ana Berg.",
    "“Norland is not withdrawing its troops from the border,” said Sudland’s president Ivo Kern.",
]


class Machine:
    """The folders that the examples name, elsewhere; ``night`` runs them and gives the exit code."""

    def __init__(self, folder: Path, night: "Night") -> None:
        self.incoming, self.store = folder / "incoming", folder / "store"
        self._night = night
        program = folder / "checker"
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m checker "$@"\n', encoding="utf-8")
        program.chmod(0o755)
        self.incoming.mkdir()
        self._places = {
            PROGRAM: str(program),
            "/data/incoming": str(self.incoming),
            "/var/lib/checker": str(self.store),
            "/var/cache/checker": str(cache_folder()),
        }

    def night(self) -> int:
        return self._night(self)

    def read(self, name: str) -> list[str]:
        """The lines of an example that say something, with the folders of this machine."""
        text = (EXAMPLES / name).read_text(encoding="utf-8")
        for place, here in self._places.items():
            assert place in text
            text = text.replace(place, here)
        return [line for line in text.splitlines() if line and not line.startswith("#")]

    def run(self, argv: list[str], settings: list[str]) -> int:
        """As a scheduler starts it: with hardly an environment, and without a home that could be written."""
        given = dict(setting.split("=", 1) for setting in settings)
        environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "PYTHONPATH": str(ROOT), **given}
        return subprocess.run(argv, env=environment, capture_output=True, check=False).returncode

    def report(self, number: int) -> dict[str, object]:
        """The first line of that night's report."""
        path = self.store / "reports" / f"nightly-{number:04d}.jsonl"
        found: dict[str, object] = json.loads(path.read_text(encoding="utf-8").splitlines()[0])
        return found


Night = Callable[[Machine], int]


def cron(machine: Machine) -> int:
    """The line of the crontab, through sh as cron does it."""
    *settings, line = machine.read("checker-nightly.cron")
    *_, user, command = line.split(maxsplit=6)
    assert user == "checker"
    return machine.run(["sh", "-c", command], settings)


def systemd(machine: Machine) -> int:
    """The commands of the service one after the other, as long as each succeeds; "$$" is how a unit spells "$"."""
    lines = [line.split("=", 1) for line in machine.read("checker-nightly.service") if "=" in line]
    values = {key: value for key, value in lines if key != "ExecStart"}
    for command in (value for key, value in lines if key == "ExecStart"):
        code = machine.run(shlex.split(command.replace("$$", "$")), values["Environment"].split())
        if code != 0:
            return code
    return 0


@pytest.mark.parametrize("scheduler", [cron, systemd])
def test_empty_unreadable_and_full_nights_are_compared(tmp_path: Path, scheduler: Night) -> None:
    machine = Machine(tmp_path, scheduler)
    assert machine.night() == 0
    assert machine.report(1)["statements"] == 0
    (machine.incoming / "broken.jsonl").write_text("{\n", encoding="utf-8")
    assert machine.night() == 0
    assert machine.report(2)["statements"] == 0
    lines = [json.dumps({"id": str(n), "text": text, "date": f"2031-05-0{4 + n}"}) for n, text in enumerate(SAID)]
    (machine.incoming / "day.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert machine.night() == 0
    assert (machine.report(3)["statements"], machine.report(3)["pairs"]) == (2, {"judged": 1, "again": 0})


@pytest.mark.parametrize("scheduler", [cron, systemd])
def test_a_store_that_cannot_be_used_ends_the_night_with_a_failure(tmp_path: Path, scheduler: Night) -> None:
    machine = Machine(tmp_path, scheduler)
    machine.store.write_text("a file where the store should be", encoding="utf-8")
    assert machine.night() not in (0, 3)
    assert machine.store.is_file()


@pytest.mark.parametrize("scheduler", [cron, systemd])
def test_only_of_what_comes_in_code_3_is_no_failure(tmp_path: Path, scheduler: Night) -> None:
    machine = Machine(tmp_path, scheduler)
    (tmp_path / "checker").write_text('#!/bin/sh\n[ "$1" = ingest ] || exit 3\n', encoding="utf-8")
    assert machine.night() == 3


@pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze (Debian's systemd) is not installed"
)
def test_systemd_finds_no_fault_in_the_units(tmp_path: Path) -> None:
    for name in ("checker-nightly.service", "checker-nightly.timer"):
        text = (EXAMPLES / name).read_text(encoding="utf-8").replace(PROGRAM, sys.executable)
        (tmp_path / name).write_text(text, encoding="utf-8")
    command = ["systemd-analyze", "verify", "--man=no", *sorted(map(str, tmp_path.iterdir()))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")  # it warns of an unknown key and ends with 0


@pytest.mark.parametrize("path", sorted(EXAMPLES.iterdir()), ids=lambda path: path.name)
def test_the_docs_show_the_examples_as_they_are(path: Path) -> None:
    docs = (ROOT / "docs" / "nightly.md").read_text(encoding="utf-8")
    assert f"```\n{path.read_text(encoding='utf-8')}```\n" in docs
    assert f"(examples/{path.name})" in docs
