"""What a person reads at the end of a backup run: a line a project, and what is wrong."""

from collections.abc import Iterator

from crawler.cli.figures import duration
from crawler.jobs.backup_guard import Outcome
from crawler.jobs.backup_results import BackupRun, ProjectBackup

__all__ = ("backup_lines",)


def backup_lines(run: BackupRun) -> Iterator[str]:
    """How each project fared, then the run as a whole."""
    for each in run.projects:
        yield f"{each.project}: {_outcome(each)}"
        if each.message:
            yield f"  ! {each.message}"
        for warning in each.warnings:
            yield f"  ! {warning}"
    for problem in run.problems:
        yield f"! {problem.message}"
    good = sum(each.outcome.is_good for each in run.projects)
    commit = f", commit {run.commit[:12]}" if run.commit else ""
    yield f"{good} of {len(run.projects)} projects in {duration(run.seconds)}{commit}"


def _outcome(each: ProjectBackup) -> str:
    if each.outcome is Outcome.FAILED:
        return "FAILED"
    word = each.outcome if each.outcome.is_good else each.outcome.upper()
    counts = f"{each.suites:,} suites, {each.tests:,} tests"
    changed = f" ({each.changed})" if each.changed else ""
    place = f", {each.path}" if each.path else ""
    removed = f", {len(each.removed)} old ones removed" if each.removed else ""
    return f"{word}, {counts}{changed}{place}{removed}"
