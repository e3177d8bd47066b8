"""The options of `backup` and `restore` alone: how snapshots are stored, and what is put back."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

import click

from crawler.cli.completing import complete_folder, complete_path
from crawler.cli.noting import option, stacked, switch
from crawler.cli.numbers import NUMBER, WHOLE
from crawler.config.backup_settings import BackupFormat, Compression

__all__ = ("backup_options", "restore_options")

F = TypeVar("F", bound=Callable[..., Any])

_RESTORE: Final = (
    option(
        "--state",
        "state",
        metavar="DIR",
        shell_complete=complete_folder,
        help="Folder for the progress of unfinished restores.",
    ),
    switch("--fresh", "fresh", help="Forget an unfinished restore into this project."),
    switch("--allow-partial", "allow_partial", help="Restore a partial snapshot as well."),
)

_BACKUP: Final = (
    option(
        "--format",
        "backup_format",
        type=click.Choice([str(form) for form in BackupFormat]),
        help="Format of a backup.  [default: json; with --git what is there, else tree]",
    ),
    option(
        "--compress",
        "compress",
        type=click.Choice([str(each) for each in Compression]),
        help="How backups are packed.  [default: gzip]",
    ),
    *(
        option(f"--keep-{period}", f"keep_{period}", metavar="N", type=WHOLE, help=meaning)
        for period, meaning in (
            ("last", "Keep the last N backups; without any --keep all stay."),
            ("daily", "Keep the newest of each of the last N days."),
            ("weekly", "Keep the newest of each of the last N weeks."),
            ("monthly", "Keep the newest of each of the last N months."),
        )
    ),
    option(
        "--max-shrink-percent",
        "max_shrink_percent",
        metavar="N",
        type=NUMBER,
        help="Largest loss of suites or tests that is not suspect.  [default: 10]",
    ),
    option(
        "--report",
        "report",
        metavar="FILE",
        shell_complete=complete_path,
        help="JSON report of the run.",
    ),
    option(
        "--metrics",
        "metrics",
        metavar="FILE",
        shell_complete=complete_path,
        help="Figures for Prometheus.",
    ),
)


def restore_options(function: F) -> F:
    """Options on what a restore resumes, and from what."""
    return stacked(function, _RESTORE)


def backup_options(function: F) -> F:
    """Options on how backups are stored, and for how long."""
    return stacked(function, _BACKUP)
