"""What ships beside the weights, and tells what they are: hashes, labels, length. Read without opening the weights."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

from index.errors import ModelError

WEIGHTS = Path(str(files("checker.judging"))) / "weights"
NAME = "cross_encoder.json"
REMEDY = "install claim-cross-checker again"


def card(folder: Path = WEIGHTS) -> dict[str, Any]:
    """The card of the weights in ``folder``.

    :raises ModelError: it is missing, or no JSON.
    """
    try:
        found: dict[str, Any] = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"the judge's weights are missing ({NAME}): {REMEDY}") from error
    return found
