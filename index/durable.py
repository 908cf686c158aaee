"""Files that must survive a loss of power, and their proof."""

import hashlib
import json
import os
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile

from index.failpoints import step
from index.failure import storage_failures_of


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
        with step("fsync folder" if path.is_dir() else f"fsync {path.name}"):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Makes ``folder`` and those above it, and has each name safely on disk. There already: nothing happens."""
    folder = folder.absolute()  # "." has no parent to make, and may have been removed
    if not folder.exists():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync(folder.parent)


def require_writable(folder: Path, *, option: str) -> None:
    """Makes ``folder`` where there is none, and tries whether a file can be made in it. Leaves no file.

    :param option: with which the user can name another folder.
    :raises StoreError: it cannot be written.
    """
    with storage_failures_of(folder, option=option):
        make_folder(folder)
        with TemporaryFile(dir=folder):
            pass


def rename(path: Path, target: Path) -> None:
    """Puts a file that is safely on disk in the place of ``target``. Call :func:`sync` on the folder after it."""
    with step(f"rename {target.name}"):
        path.replace(target)


def was_checked(path: Path, sha256: str, note: Path) -> bool:
    """Whether ``note`` says that the file at ``path``, as it is now, has that SHA-256: then it need not be read whole.

    What tells a file from a later one is its number on the disk, its size, and the times of its last change, of which
    the kernel's own (``ctime``) is out of everybody's reach. Only what a disk does by itself goes unseen, until
    ``checker doctor`` reads everything.
    """
    try:
        return bool(json.loads(note.read_text(encoding="utf-8")) == _proof(path, sha256))
    except (OSError, ValueError):
        return False


def note_checked(path: Path, sha256: str, note: Path, *, state: dict[str, int] | None = None) -> None:
    """Writes the note for :func:`was_checked`, where the folder can be written; otherwise the file is read again.

    :param state: of the file that was read, where another may have taken its place since.
    """
    with suppress(OSError):
        _put(note, json.dumps(_proof(path, sha256, state)) + "\n")


def state_of(path: Path) -> dict[str, int]:
    """What tells the file at ``path`` from any later one."""
    status = path.stat()
    return {
        "inode": status.st_ino,
        "size": status.st_size,
        "mtime_ns": status.st_mtime_ns,
        "ctime_ns": status.st_ctime_ns,
    }


def _proof(path: Path, sha256: str, state: dict[str, int] | None = None) -> dict[str, str | int]:
    return {"sha256": sha256, **(state or state_of(path))}


def write_durably(path: Path, text: str) -> None:
    """Puts ``text`` in the place of ``path``, whole or not at all, and has it safely on disk.

    :raises StoreError: the folder cannot be written; what was there before stays.
    """
    with storage_failures_of(path):
        _put(path, text)


def _put(path: Path, text: str) -> None:
    unfinished = path.with_name(f"{path.name}.new")
    try:
        unfinished.write_text(text, encoding="utf-8")
        sync(unfinished)
        rename(unfinished, path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    sync(path.parent)
