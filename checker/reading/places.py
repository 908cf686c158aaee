"""From the paths that a user names to the files that are read: folders walked, sidecars found, ids derived."""

import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from checker.reading.fields import MAX_ID_LENGTH, is_safe_id
from checker.reading.formats import DESCRIBED_SUFFIXES, KNOWN_SUFFIXES
from checker.reading.skipped import Skipped, skipped

STANDARD_INPUT = "-"
Input: TypeAlias = Path | Literal["-"]


@dataclass(frozen=True, slots=True)
class Place:
    """One file to read. ``inner`` is its path inside the folder that was walked, or its bare name."""

    path: Path
    inner: Path
    sidecar: Path | None


def split_suffix(path: Path) -> tuple[str, str]:
    """Name without suffixes, and the suffix in lower case without ``.gz``: ``a.b.TXT.gz`` -> (``a.b``, ``.txt``)."""
    name = path.name
    if name.lower().endswith(".gz"):
        name = name[:-3]
    stem, suffix = Path(name).stem, Path(name).suffix.lower()
    if suffix in KNOWN_SUFFIXES:
        return stem, suffix
    return name, ""


def places(path: Path) -> Iterator[Place | Skipped]:
    """The files that ``path`` stands for: itself, or what a folder holds, in order of name."""
    try:
        is_folder = stat.S_ISDIR(path.stat().st_mode)
    except FileNotFoundError:
        yield skipped(str(path), "no-such-file", "no such file or folder; check the path")
        return
    except (OSError, ValueError) as error:  # ValueError: a NUL character in the name
        yield _unreadable(path, error)
        return
    if is_folder:
        yield from _walked(path)
    elif described := _described_by(path):
        yield skipped(str(path), "sidecar", f"describes {described.name}, and is read with it")
    else:
        yield Place(path, Path(path.name), _sidecar_of(path))


class Names:
    """Derives the ids of files that bring none: the name, or the path inside the folder that was walked, no suffix.

    The same file named alone or found at the top of its folder has the same id, so that reading it again changes
    nothing, and a changed text is a correction. Two files of one call never get the same id by accident: the second
    keeps its suffix, then the names of the folders above it.
    """

    def __init__(self) -> None:
        self._taken: dict[str, Path] = {}

    def id_for(self, place: Place) -> str:
        """An id that no other file of this call has."""
        where = place.path.absolute()
        for candidate in _candidates(place):
            safe = _safe(candidate)
            if self._taken.setdefault(safe, where) == where:
                return safe
        return _safe(where.as_posix())


def _candidates(place: Place) -> Iterator[str]:
    yield (place.inner.parent / split_suffix(place.inner)[0]).as_posix()
    yield place.inner.as_posix()
    parts = place.path.absolute().parts
    for depth in range(len(place.inner.parts) + 1, len(parts) + 1):
        yield Path(*parts[-depth:]).as_posix()


def _safe(name: str) -> str:
    """``name`` as an id: undecodable bytes, control and invisible characters become ``_``; the end of a long one."""
    seen = "".join(c if is_safe_id(c) else "_" for c in name)[-MAX_ID_LENGTH:]
    return seen if seen.strip() else "_"


def _walked(folder: Path) -> Iterator[Place | Skipped]:
    """All files under ``folder``, depth first. Linked folders are followed, each folder once."""
    entered: set[tuple[int, int]] = set()
    waiting = [folder]
    while waiting:
        path = waiting.pop()
        if path != folder and path.name.startswith("."):
            yield skipped(str(path), "hidden", "hidden; name it to read it")
            continue
        try:
            status = path.stat()
        except OSError as error:
            yield _not_a_file(path) if path.is_symlink() else _unreadable(path, error)
            continue
        if stat.S_ISREG(status.st_mode):
            yield from _place_in(folder, path)
        elif not stat.S_ISDIR(status.st_mode):
            yield _not_a_file(path)
        elif (status.st_dev, status.st_ino) in entered:
            yield skipped(str(path), "seen-folder", "a link to a folder that was already read")
        else:
            entered.add((status.st_dev, status.st_ino))
            try:
                inside = sorted(path.iterdir(), reverse=True)  # reversed: the last one waits longest
            except OSError as error:
                yield _unreadable(path, error)
                continue
            if not inside:
                yield skipped(str(path), "empty-folder", "an empty folder; nothing to read")
            waiting.extend(inside)


def _place_in(folder: Path, path: Path) -> Iterator[Place | Skipped]:
    if not split_suffix(path)[1]:
        known = " ".join(sorted(KNOWN_SUFFIXES))
        yield skipped(str(path), "unknown-suffix", f"not one of {known} (.gz); name the file itself to read it")
    elif not _described_by(path):
        yield Place(path, path.relative_to(folder), _sidecar_of(path))


def _sidecar_of(path: Path) -> Path | None:
    """``NAME.json`` beside a text or HTML file ``NAME.*``."""
    stem, suffix = split_suffix(path)
    sidecar = path.with_name(f"{stem}.json")
    if suffix and suffix not in DESCRIBED_SUFFIXES:
        return None
    return sidecar if sidecar != path and sidecar.is_file() else None


def _described_by(path: Path) -> Path | None:
    """The text or HTML file that ``path`` is the sidecar of, if it is one."""
    if path.suffix != ".json":
        return None
    beside = (
        path.with_name(path.stem + suffix + packed) for suffix in sorted(DESCRIBED_SUFFIXES) for packed in ("", ".gz")
    )
    return next((text for text in beside if text.is_file()), None)


def _unreadable(path: Path, error: Exception) -> Skipped:
    what = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return skipped(str(path), "unreadable", f"cannot be read ({what}); check its permissions")


def _not_a_file(path: Path) -> Skipped:
    return skipped(str(path), "not-a-file", "neither a file nor a folder (a broken link, a socket or a device)")


def distinct(paths: Iterable[Input]) -> list[Input]:
    """The paths in their order, each once: a path named twice is read once."""
    return list(dict.fromkeys(paths))
