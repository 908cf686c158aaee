"""Runs that are killed with kill -9 at any moment end, run again, as if nothing had happened.

As a user runs them: Python anew for each, the seed article, nothing set low. ``eval.crash`` kills more often.
"""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

SEEDS = Path(__file__).parent.parent.parent / "seeds"
LONGEST_S = 120  # for one command on a busy machine


def _command(store: Path, *arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "checker", *map(str, arguments), "--store", str(store)]


def _run(store: Path, *arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(_command(store, *arguments), capture_output=True, check=False, timeout=LONGEST_S)


def _killed(store: Path, after_s: float, *arguments: str | Path) -> bool:
    """Whether the command was still at work when it was killed."""
    with subprocess.Popen(_command(store, *arguments), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        time.sleep(after_s)
        process.send_signal(signal.SIGKILL)
    return process.returncode == -signal.SIGKILL


def test_killed_at_any_moment_store_and_report_end_as_those_of_an_undisturbed_run(tmp_path: Path) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    began = time.monotonic()
    assert _run(whole, "ingest", SEEDS).returncode == 0
    lasts = time.monotonic() - began
    assert _run(whole, "nightly").returncode == 0
    moments = random.Random(1)
    kills = [_killed(broken, moments.uniform(0, lasts), "ingest", SEEDS) for _ in range(5)]
    assert _run(broken, "ingest", SEEDS).returncode == 0
    kills += [_killed(broken, moments.uniform(0, lasts), "nightly") for _ in range(5)]
    assert _run(broken, "nightly").returncode == 0
    assert any(kills)
    assert _run(broken, "doctor").returncode == 0
    # A run that was killed after its report was written, but before it was marked as done, writes it again.
    first = [(store / "reports" / "nightly-0001.jsonl").read_bytes() for store in (whole, broken)]
    assert first[0] == first[1]
    assert not [path for path in (broken / "reports").iterdir() if path.suffix == ".new"]
