"""The errors that this product raises on purpose. Only the doors (command line, nightly run, page) catch them.

    CheckerError                 exit code 1: the work failed
    ├── UsageError               exit code 2: the caller asked for something that makes no sense
    ├── InputError               exit code 3: a document or a line cannot be used
    └── StateError               exit code 4: a store, an index or a model cannot be used
        ├── StoreError
        └── ModelError

A message is one line that says what is wrong, which thing it concerns, and what to do about it.
"""

from typing import ClassVar


class CheckerError(Exception):
    """Root of all errors that a user can cause or must act on."""

    exit_code: ClassVar[int] = 1


class UsageError(CheckerError):
    """A request that makes no sense, whatever the data: a negative count, an empty claim."""

    exit_code = 2


class InputError(CheckerError):
    """Input that cannot be used: no such file, a broken line, a date that is none.

    ``reason`` is a short fixed word under which skipped input is counted, for example ``broken-json``.
    """

    exit_code = 3

    def __init__(self, message: str, *, reason: str = "unreadable") -> None:
        super().__init__(message)
        self.reason = reason


class StateError(CheckerError):
    """Something that this program keeps on disk cannot be used as it is."""

    exit_code = 4


class StoreError(StateError):
    """The store: newer than this program, damaged, locked by another writer, not writable."""


class ModelError(StateError):
    """A model: unknown, altered weights, another model than the one the store was built with."""
