"""Builds the wheel, unpacks it into an empty folder and runs ``checker`` from there, away from the checkout.

    python -m eval.wheel_check

The dependencies are those of this environment: what is proven is that the wheel holds all of our own files.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from eval.locate import ROOT

CLAIM = "Russia is not withdrawing its forces"


def main() -> int:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        _run([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)])
        (wheel,) = folder.glob("*.whl")
        site = folder / "site"
        _run(
            [
                sys.executable,
                "-m",
                "pip",
                "install",
                "--quiet",
                "--no-deps",
                "--no-index",
                "--target",
                str(site),
                str(wheel),
            ]
        )
        elsewhere = folder / "elsewhere"
        elsewhere.mkdir()
        here = {
            "cwd": elsewhere,
            "env": {**os.environ, "PYTHONPATH": str(site), "CHECKER_STORE": str(folder / "store")},
        }
        origin = _run([sys.executable, "-c", "import checker, index; print(checker.__file__, index.__file__)"], **here)
        if not all(Path(path).is_relative_to(site) for path in origin.split()):
            print(f"the wheel was not what ran: {origin}", file=sys.stderr)
            return 1
        _run([sys.executable, "-m", "checker", "ingest", str(ROOT / "seeds"), "--json"], **here)
        found = _run([sys.executable, "-m", "checker", "query", CLAIM, "--json"], **here)
        print(f"{wheel.name}: {wheel.stat().st_size / 1e6:.1f} MB; {len(found.splitlines())} rebuttals to '{CLAIM}'")
        return 0 if found else 1


def _run(command: list[str], **options: object) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload]
    if done.returncode:
        print(done.stdout + done.stderr, file=sys.stderr)
        raise SystemExit(f"failed ({done.returncode}): {' '.join(command)}")
    return str(done.stdout)


if __name__ == "__main__":
    raise SystemExit(main())
