"""Where the data lies that we measure on. It is never part of the project; much of it may not be."""

import os
from pathlib import Path

ROOT = Path(__file__).parent.parent
OWN = Path(__file__).parent / "data"
"""What tests and gates need everywhere: written for this project, shipped with it."""


def data_folder() -> Path:
    """The data beside the project: ``CHECKER_DATA``, by default ``../shared/data`` as seen from the project."""
    return Path(os.environ.get("CHECKER_DATA") or ROOT.parent / "shared" / "data")


def work_folder() -> Path:
    """What training makes and keeps: ``CHECKER_WORK``, by default ``work-judge`` beside the project."""
    return Path(os.environ.get("CHECKER_WORK") or ROOT.parent / "work-judge")
