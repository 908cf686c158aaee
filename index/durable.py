"""Files that must survive a loss of power, and their proof."""

import hashlib
import os
from pathlib import Path


def sha256_of(path: Path) -> str:
    """64 hexadecimal digits over a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync(path: Path) -> None:
    """Makes a file's bytes, or a folder's names, survive a loss of power."""
    if path.is_dir() and os.name == "nt":
        return  # Windows cannot open a folder; it keeps the rename in its own journal
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
