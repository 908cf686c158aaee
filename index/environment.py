"""What the environment says about this machine: how many threads to use, and where exported models lie."""

import os
from pathlib import Path

from index.errors import UsageError


def threads() -> int:
    """Threads for models and search: ``CHECKER_THREADS``, else the cores.

    :raises UsageError: the variable is no positive whole number.
    """
    value = os.environ.get("CHECKER_THREADS", "").strip()
    if not value:
        return os.cpu_count() or 1
    if not value.isdecimal() or int(value) < 1:
        raise UsageError(f"CHECKER_THREADS is '{value:.20}': set it to a whole number of at least 1, or unset it")
    return int(value)


def cache_folder() -> Path:
    """Where exported models lie: ``CHECKER_CACHE``, else this platform's cache folder."""
    value = os.environ.get("CHECKER_CACHE", "").strip()
    if value:
        return Path(value).expanduser()
    from platformdirs import user_cache_path

    return user_cache_path("claim-checker", appauthor=False)
