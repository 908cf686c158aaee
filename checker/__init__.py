"""Finds, for any assertion, the statements by other actors that contradict it.

``checker.Checker`` is the one facade.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from checker.facade import Checker

__all__ = ["Checker"]


def __getattr__(name: str) -> Any:
    """Loads the facade when it is first asked for: `checker --help` must not wait for NumPy and FAISS."""
    if name == "Checker":
        from checker.facade import Checker

        return Checker
    raise AttributeError(f"module 'checker' has no attribute {name!r}")
