"""What SQLite and the operating system say when a disk or a file fails, turned into one line for the user."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import InputError, StoreError

_FULL = "no space is left for {path}: free some and run again; of the interrupted step nothing was stored"
_READ_ONLY = "{path} cannot be written: it or its folder is read-only; give another folder with {option}"
_NOT_A_FOLDER = "{path} cannot be used: a part of this path is a file, not a folder; give another with {option}"
_CANNOT_OPEN = "{path} cannot be opened: check that its folder exists and who may read and write it"
_DAMAGED = "{path} is damaged or no database ({cause}): restore a copy of it, or move it away and ingest again"
_FAILING = "{path} cannot be read or written ({cause}): the disk is full or failing, or a file-size limit is reached"
_BUSY = "{path} is in use by another program: close that program and run again"

# By the first words of sqlite3's error names: extended names (SQLITE_IOERR_WRITE) fall under their primary code.
_BY_SQLITE_NAME = {
    "SQLITE_FULL": _FULL,
    "SQLITE_READONLY": _READ_ONLY,
    "SQLITE_PERM": _READ_ONLY,
    "SQLITE_CANTOPEN": _CANNOT_OPEN,
    "SQLITE_IOERR": _FAILING,
    "SQLITE_PROTOCOL": _FAILING,
    "SQLITE_BUSY": _BUSY,
    "SQLITE_LOCKED": _BUSY,
}
_BY_ERRNO = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EROFS: _READ_ONLY,
    errno.EACCES: _READ_ONLY,
    errno.EPERM: _READ_ONLY,
    errno.ENOTDIR: _NOT_A_FOLDER,
    errno.EEXIST: _NOT_A_FOLDER,
    errno.EISDIR: _CANNOT_OPEN,
    errno.ENOENT: _CANNOT_OPEN,
}


@contextmanager
def storage_failures_of(path: Path, *, option: str = "--store") -> Iterator[None]:
    """Raises what the database or the file system says about ``path`` as a :class:`StoreError`.

    A broken constraint or a wrong call is a mistake of ours, not a failure of the storage: it passes as it is.

    :param option: with which the user can name another place.
    :raises InputError: a value is not valid Unicode; SQLite stores UTF-8, which has no half of a surrogate pair.
    """
    try:
        yield
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
        raise
    except sqlite3.DatabaseError as exc:
        raise StoreError(_sqlite_message(exc).format(path=path, cause=_one_line(exc), option=option)) from exc
    except UnicodeDecodeError as exc:  # SQLite quotes a damaged name in its message, and Python cannot read that
        raise StoreError(_DAMAGED.format(path=path, cause="a text is not UTF-8")) from exc
    except UnicodeEncodeError as exc:
        raise InputError(f"not valid Unicode: {exc.object!a:.60}: mend it in the source", reason="not-unicode") from exc
    except OSError as exc:
        template = _BY_ERRNO.get(exc.errno or 0, _FAILING)
        raise StoreError(template.format(path=path, cause=exc.strerror or exc, option=option)) from exc


def _one_line(exc: Exception) -> str:
    return " ".join(str(exc).split())[:120]  # SQLite quotes the text that it cannot decode, whatever its length


def _sqlite_message(exc: sqlite3.DatabaseError) -> str:
    name = getattr(exc, "sqlite_errorname", None) or ""
    for prefix, template in _BY_SQLITE_NAME.items():
        if name == prefix or name.startswith(prefix + "_"):
            return template
    return _DAMAGED  # SQLITE_CORRUPT, SQLITE_NOTADB, a missing table, text that is not UTF-8
