"""What the commands of ``eval`` share: JSON out, errors as one line, exit codes as those of ``checker``."""

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from index.errors import CheckerError

DIGITS = 4


def run(work: Callable[[], int | None]) -> int:
    """The exit code of ``work``; an error that a user can cause is one line on stderr."""
    try:
        return work() or 0
    except CheckerError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return 130


def rounded(value: Any) -> Any:
    """``value`` with every float in it rounded to 4 decimals; -0.0 becomes 0.0."""
    if isinstance(value, float):
        return round(value, DIGITS) + 0.0
    if isinstance(value, Mapping):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(item) for item in value]
    return value


def print_json(found: Iterable[Mapping[str, Any]]) -> None:
    """One object a line."""
    for one in found:
        print(json.dumps(rounded(one), ensure_ascii=False), flush=True)


def print_table(found: Iterable[Mapping[str, Any]]) -> None:
    """The objects one below the other, key by key, for people; intervals beside their value."""
    for one in found:
        flat = rounded(one)
        for key, value in flat.items():
            if key.endswith("_ci"):
                continue
            interval = flat.get(f"{key}_ci")
            beside = f"  [{interval[0]:.3f}, {interval[1]:.3f}]" if interval else ""
            print(f"{key:>22}  {_shown(value)}{beside}")
        print()


def say(message: str) -> None:
    """Progress, on stderr."""
    print(message, file=sys.stderr, flush=True)


def _shown(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, Mapping):
        return "  ".join(f"{key} {_shown(item)}" for key, item in value.items())
    if isinstance(value, list):
        return "[" + ", ".join(_shown(item) for item in value) + "]"
    return str(value)
