"""Pure: what the commit of a backup run says."""

from collections.abc import Iterable, Iterator
from typing import Final

from crawler.diff.changes import Statistics, Tally, What
from crawler.jobs.backup_guard import Outcome
from crawler.jobs.backup_results import BackupRun, Changed, ProjectBackup

__all__ = ("commit_message",)

_WIDTH: Final = 72


def commit_message(run: BackupRun) -> str:
    """A subject with the sum of all changes, then what changed in each project."""
    told = [each for each in run.projects if each.path or each.removed]
    body = "\n\n".join("\n".join(_paragraph(each)) for each in told)
    return f"{_subject(told)}\n\n{body}\n"


def _subject(told: list[ProjectBackup]) -> str:
    worry = any(each.outcome in {Outcome.SUSPECT, Outcome.PARTIAL} for each in told)
    whose = told[0].project if len(told) == 1 else f"{len(told)} projects"
    what = _phrase(told[0]) if len(told) == 1 else _phrase_of_all(told)
    text = f"{'Suspect: ' if worry else ''}{whose}: {what}"
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 3].rstrip(', ')}..."


def _phrase_of_all(told: list[ProjectBackup]) -> str:
    firsts = sum(each.changed is None and each.outcome is Outcome.STORED for each in told)
    changed = [str(_sum(told))] if any(each.changed for each in told) else []
    first = [f"{firsts} first snapshot{'' if firsts == 1 else 's'}"] if firsts else []
    return ", ".join((*first, *changed)) or "as they were last"


def _paragraph(each: ProjectBackup) -> Iterator[str]:
    yield f"{each.project}: {_phrase(each)}"
    if each.message:
        yield each.message
    if each.changed:
        yield from each.changed.lines


def _phrase(each: ProjectBackup) -> str:
    if each.changed:
        return str(each.changed)
    if each.outcome is Outcome.UNCHANGED:
        return "as it was last"
    return f"first snapshot, {each.suites:,} suites, {each.tests:,} tests"


def _sum(told: Iterable[ProjectBackup]) -> Changed:
    changes = [each.changed.statistics for each in told if each.changed]
    totals = {}
    for what in What:
        tallies = [each.of(what) for each in changes]
        totals[what.value] = Tally(
            sum(tally.suites for tally in tallies), sum(tally.tests for tally in tallies)
        )
    return Changed(Statistics(**totals))
