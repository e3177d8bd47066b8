"""What a backup run came to, as values."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from crawler.diff.changes import Statistics, What
from crawler.jobs.backup_guard import Outcome
from crawler.jobs.several import Problem, worst
from crawler.model import Gap
from crawler.plural import counted

__all__ = ("TOLD", "BackupRun", "Changed", "ProjectBackup")

#: What is told of a change, in this order; renumbering only follows from the others.
TOLD: Final = tuple(what for what in What if what is not What.RENUMBERED)


@dataclass(frozen=True, slots=True)
class Changed:
    """What changed since the last good backup; `lines` name the first of the changed items."""

    statistics: Statistics
    lines: tuple[str, ...] = ()

    def __str__(self) -> str:
        """All that happened in one phrase: `2 tests added, 1 suite removed`."""
        parts = []
        for what in TOLD:
            tally = self.statistics.of(what)
            for number, one in ((tally.suites, "suite"), (tally.tests, "test")):
                if number:
                    parts.append(f"{counted(number, one)} {what}")
        return ", ".join(parts) or "nothing in suites and tests"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectBackup:
    """How one project fared. `seconds` of work; `path` of what was stored, `None` if nothing was.

    `message` says what is wrong, empty if nothing is. `commit` is the one that was made of it in
    git, if one was. `last_good` is when it was last backed up well, this run included; `None` if
    never, as far as is known. `spared` says in words what the crawl did not ask for.
    """

    project: str
    outcome: Outcome
    at: datetime
    exit_code: int = 0
    message: str = ""
    path: Path | None = None
    size: int | None = None
    suites: int | None = None
    tests: int | None = None
    content_sha256: str = ""
    changed: Changed | None = None
    gaps: tuple[Gap, ...] = ()
    warnings: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    commit: str = ""
    requests: int = 0
    seconds: float = 0.0
    last_good: datetime | None = None
    spared: str = ""

    @property
    def counts(self) -> str:
        """Such as `1 suite, 20 tests`."""
        return f"{counted(self.suites or 0, 'suite')}, {counted(self.tests or 0, 'test')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupRun:
    """A run over all projects."""

    started_at: datetime
    seconds: float
    projects: tuple[ProjectBackup, ...]
    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def commits(self) -> tuple[str, ...]:
        """Those that were made in git, the oldest first."""
        return tuple(each.commit for each in self.projects if each.commit)

    @property
    def exit_code(self) -> int:
        """The worst of all."""
        codes = [each.exit_code for each in self.projects]
        return worst((*codes, *(each.exit_code for each in self.problems)))
