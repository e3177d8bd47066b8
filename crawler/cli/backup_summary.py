"""What a person reads at the end of a backup run: a line a project, and what is wrong."""

from collections.abc import Iterator

from crawler.cli.figures import duration
from crawler.jobs.backup_guard import Outcome
from crawler.jobs.backup_results import BackupRun, ProjectBackup
from crawler.plural import counted

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
    whole = counted(len(run.projects), "project")
    yield f"{good} of {whole} in {duration(run.seconds)}"


def _outcome(each: ProjectBackup) -> str:
    if each.outcome is Outcome.FAILED:
        return "FAILED"
    word = each.outcome if each.outcome.is_good else each.outcome.upper()
    changed = f" ({each.changed})" if each.changed else ""
    place = f", {each.path}" if each.path else ""
    commit = f", commit {each.commit[:12]}" if each.commit else ""
    removed = f", {counted(len(each.removed), 'old one')} removed" if each.removed else ""
    spared = f", {each.spared}" if each.spared else ""
    return f"{word}, {each.counts}{changed}{place}{commit}{removed}{spared}"
