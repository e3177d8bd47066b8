"""What an audit finds: a disagreement, what would settle it, and what it comes to otherwise."""

from dataclasses import dataclass
from typing import Final

from crawler.engine.frontier import Work, WorkKind
from crawler.model import Gap

__all__ = ("MOST_READINGS_OF_ALL", "Finding", "suite_work", "test_work")

MOST_READINGS_OF_ALL: Final = 2
"""Times that all is read again because of edits that nothing else would tell the outcome of."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One disagreement. `key` tells it from others, and changes if the evidence does.

    `works` are worth doing once; if the finding is still there afterwards, `gap` or `warning` is
    what it comes to, or nothing if neither is set. `unfetched`: nobody came to ask for the item.
    `last`: its works are worth doing once nothing else is left to be settled.
    """

    key: str
    works: tuple[Work, ...] = ()
    gap: Gap | None = None
    warning: str = ""
    unfetched: bool = False
    last: bool = False


def suite_work(identity: str) -> Work:
    """The request for a suite."""
    return Work(WorkKind.SUITE, identity)


def test_work(identity: str) -> Work:
    """The request for a test."""
    return Work(WorkKind.TEST, identity)


test_work.__test__ = False  # type: ignore[attr-defined]  # its name looks like a test's
