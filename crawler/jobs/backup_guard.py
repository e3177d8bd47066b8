"""Pure: what a night's crawl is worth, held against the last good backup.

A project that lost many of its suites or tests looks like a success to whoever only asks whether
everything that the server listed was fetched: an account that lost a right sees less, and no
error. So such a backup is kept but marked as suspect, and the run fails. It does not become the
last good one: the next night is held against the same numbers and fails again, until the project
is back, or until somebody says that the loss is right.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from crawler.jobs.backup_names import Mark
from crawler.plural import counted

__all__ = ("MARKS", "Figures", "Outcome", "losses", "verdict")


class Outcome(StrEnum):
    """How the backup of one project ended; the first two are good."""

    STORED = "stored"
    UNCHANGED = "unchanged"
    SUSPECT = "suspect"
    PARTIAL = "partial"
    INCOMPLETE = "incomplete"
    FAILED = "failed"

    @property
    def is_good(self) -> bool:
        """Whether the last good backup now holds the project as it is."""
        return self in {Outcome.STORED, Outcome.UNCHANGED}


MARKS: Final = {Outcome.SUSPECT: Mark.SUSPECT, Outcome.PARTIAL: Mark.PARTIAL}
"""The marks of what is stored and not good."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What a backup holds: how many suites and tests, and the sum of its content."""

    suites: int
    tests: int
    content_sha256: str


def verdict(
    now: Figures,
    good: Figures | None,
    *,
    complete: bool,
    allow_partial: bool,
    max_shrink_percent: float,
    accept_shrink: bool,
) -> tuple[Outcome, tuple[str, ...]]:
    """How this backup counts, and the reasons if it is suspect; `good` is the last good one."""
    if not complete:
        return (Outcome.PARTIAL if allow_partial else Outcome.INCOMPLETE), ()
    if good is None:
        return Outcome.STORED, ()
    if now.content_sha256 == good.content_sha256:
        return Outcome.UNCHANGED, ()
    reasons = () if accept_shrink else losses(now, good, max_shrink_percent)
    return (Outcome.SUSPECT if reasons else Outcome.STORED), reasons


def losses(now: Figures, good: Figures, max_shrink_percent: float) -> tuple[str, ...]:
    """What shrank too much since the last good backup, in words."""
    both = (("suite", now.suites, good.suites), ("test", now.tests, good.tests))
    return tuple(
        f"{counted(before, what)} became {left:,}"
        for what, left, before in both
        if _is_loss(left, before, max_shrink_percent)
    )


def _is_loss(left: int, before: int, max_shrink_percent: float) -> bool:
    """A project that is suddenly empty is one, whatever share may be lost."""
    if left >= before:
        return False
    return left == 0 or (before - left) * 100 > before * max_shrink_percent
