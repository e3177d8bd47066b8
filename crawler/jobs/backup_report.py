"""The JSON report of a backup run, for programs."""

import json
from pathlib import Path
from typing import Any, Final

from crawler import __version__
from crawler.jobs.backup_history import utc_text
from crawler.jobs.backup_results import TOLD, BackupRun, Changed, ProjectBackup
from crawler.model import Gap
from crawler.snapshot.store import open_for_replace

__all__ = ("REPORT_FORMAT", "report", "write_report")

REPORT_FORMAT: Final = "testomat-backup-report/1"


def write_report(run: BackupRun, path: Path) -> None:
    """Write the report to `path` in one step; raises `LocalError` if the disk refuses."""
    text = json.dumps(report(run), ensure_ascii=False, indent=2)
    with open_for_replace(path) as out:
        out.write(f"{text}\n".encode("utf-8", "backslashreplace"))


def report(run: BackupRun) -> dict[str, Any]:
    """The run as JSON has it: one object for each project, in the order of the run."""
    return {
        "format": REPORT_FORMAT,
        "tool": {"name": "testomat-crawler", "version": __version__},
        "started_at": utc_text(run.started_at),
        "seconds": run.seconds,
        "exit_code": run.exit_code,
        "commits": list(run.commits),
        "problems": [
            {"message": each.message, "exit_code": each.exit_code} for each in run.problems
        ],
        "warnings": list(run.warnings),
        "projects": [_project(each) for each in run.projects],
    }


def _project(each: ProjectBackup) -> dict[str, Any]:
    return {
        "project": each.project,
        "outcome": each.outcome.value,
        "exit_code": each.exit_code,
        "message": each.message or None,
        "file": str(each.path) if each.path else None,
        "size": each.size,
        "counts": None if each.suites is None else {"suites": each.suites, "tests": each.tests},
        "content_sha256": each.content_sha256 or None,
        "changed": _changed(each.changed) if each.changed else None,
        "gaps": [_gap(gap) for gap in each.gaps],
        "warnings": list(each.warnings),
        "removed": list(each.removed),
        "commit": each.commit or None,
        "requests": each.requests,
        "spared": each.spared or None,
        "seconds": each.seconds,
        "last_good_at": utc_text(each.last_good) if each.last_good else None,
    }


def _changed(changed: Changed) -> dict[str, dict[str, int]]:
    tallies = ((what.value, changed.statistics.of(what)) for what in TOLD)
    return {name: {"suites": tally.suites, "tests": tally.tests} for name, tally in tallies}


def _gap(gap: Gap) -> dict[str, Any]:
    return {
        "kind": gap.kind.value,
        "id": gap.id,
        "reason": gap.reason.value,
        "expected": gap.expected,
        "found": gap.found,
    }
