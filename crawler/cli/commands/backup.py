"""`backup`: every configured project in one go, for cron; and what to do with what it left."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from crawler.cli.completing import complete_project
from crawler.cli.crawl_options import crawl_options
from crawler.cli.help import CONTEXT, epilog
from crawler.cli.keeping_options import backup_options
from crawler.cli.options import (
    config_option,
    connection_options,
    edition_options,
    output_options,
    project_options,
)
from crawler.cli.output import json_line, write_line, write_note
from crawler.cli.running import logged, run_job
from crawler.cli.session import Session, pass_session
from crawler.cli.tables import Heading, print_table, with_commas
from crawler.errors import UsageError
from crawler.redaction import printable

if TYPE_CHECKING:
    from crawler.clock import Clock
    from crawler.config.settings import Settings
    from crawler.jobs.backup_keeping import ListedBackup
    from crawler.jobs.backup_results import BackupRun
    from crawler.jobs.git import Git
    from crawler.progress import Progress

__all__ = ("command",)

_FOLDER: Final = Path("backups")
_GIT = click.option("--git", is_flag=True, help="DIR is a git working tree: commit what changed.")
_OF_GIT = click.option("--git", is_flag=True, help="DIR is a git working tree: read its history.")
_DIR = click.option(
    "-o",
    "--output",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Folder of the backups.  [default: backups here]",
)


@click.group(
    "backup",
    invoke_without_command=True,
    context_settings=CONTEXT,
    epilog=epilog(
        "testomat-crawler backup --all-projects -o /srv/backups --keep-daily 30",
        "testomat-crawler backup --project 'shop-*' -o snapshots --git --push",
        codes=(0, 2, 3, 4, 5, 6, 130, 143),
        resumes=True,
    ),
)
@_DIR
@project_options
@_GIT
@click.option("--push", is_flag=True, help="With --git: push as the repository is set up to.")
@click.option("--accept-shrink", is_flag=True, help="Take every loss of suites and tests for good.")
@backup_options
@connection_options
@edition_options
@crawl_options
@output_options
@pass_session
def command(
    session: Session,
    /,
    *,
    output: Path | None,
    projects: tuple[str, ...],
    **asked: bool,
) -> int:
    """Save all configured projects, for cron.

    Each goes to DIR/PROJECT/TIME.json.gz with its manifest, unless it is as it was; the night is
    noted in DIR/PROJECT/history.jsonl. With --git it goes to DIR/PROJECT, without a time, and each
    project that changed is one commit. One that fails does not stop the others; of several exit
    codes the worst counts: 6, then 2, 3, 4, 5.

    A project that lost a tenth of its suites or tests, or all of them, is kept as
    TIME.suspect.json.gz, and the exit code is 4, night after night, until it is back or 'backup
    accept PROJECT' says that the loss is right.
    """
    if click.get_current_context().invoked_subcommand is not None:
        if output:  # `backup -o DIR list` means the same as `backup list DIR`
            session.flags["backup_folder"] = output
        return 0
    if asked["all_projects"] and projects:
        raise UsageError("--all-projects and --project contradict each other.")
    if asked["push"] and not asked["git"]:
        raise UsageError("--push needs --git.")
    run = _run(session, output, projects, asked)
    if session.verbosity >= 0 or run.exit_code:
        from crawler.cli.backup_summary import backup_lines  # noqa: PLC0415  not needed for help

        for line in backup_lines(run):
            write_note(session.scrub(line))
    return run.exit_code


def _run(
    session: Session, output: Path | None, projects: tuple[str, ...], asked: dict[str, bool]
) -> "BackupRun":
    from crawler.jobs.backup import BackupOrder, run_backup  # noqa: PLC0415

    async def job(settings: "Settings", progress: "Progress", clock: "Clock") -> "BackupRun":
        order = BackupOrder(
            folder=settings.backup_folder or _FOLDER, environment=dict(os.environ), **asked
        )
        return await run_backup(settings, order, progress=progress, clock=clock)

    return run_job(session, job, resumes=True, backup_folder=output, projects=projects or None)


@command.command(
    "list",
    epilog=epilog("testomat-crawler backup list /srv/backups", codes=(0, 2, 6)),
)
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@_OF_GIT
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@config_option
@pass_session
def list_command(session: Session, folder: Path | None, *, git: bool, as_json: bool) -> None:
    """List the backups in DIR.

    A table on a terminal; in a pipe project, time, mark, suites, tests, bytes and path, separated
    by tabs. With --git every commit that changed a snapshot is a backup, and its path is
    REVISION:PATH, as 'diff' takes it.
    """
    from crawler.jobs.backup_keeping import list_backups, list_revisions  # noqa: PLC0415

    with logged(session, backup_folder=_named(session, folder)) as found:
        place = found.settings.backup_folder or _FOLDER
        listed = list_revisions(_git(place)) if git else list_backups(place)
    if not as_json and sys.stdout.isatty():
        _print_table(listed, places=git)
        return
    for each in listed:
        facts = _facts(each)
        cells = ("" if value is None else printable(str(value)) for value in facts.values())
        write_line(json_line(facts) if as_json else "\t".join(cells))


@command.command(
    "restore-file",
    epilog=epilog(
        "testomat-crawler backup restore-file shop -o shop.yaml",
        "testomat-crawler backup restore-file shop 2026-05-03 -o shop.json",
        "testomat-crawler backup restore-file shop HEAD~3 --git -o shop.yaml",
        codes=(0, 2, 6),
    ),
)
@click.argument("project", shell_complete=complete_project)
@click.argument("when", required=False)
@click.option(
    "-o",
    "--output",
    metavar="PATH",
    required=True,
    type=click.Path(path_type=Path),
    help="Where to write it; the suffix chooses the format.",
)
@click.option(
    "--from",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Folder of the backups.  [default: backups here]",
)
@_OF_GIT
@config_option
@pass_session
def restore_command(
    session: Session,
    project: str,
    when: str | None,
    *,
    output: Path,
    folder: Path | None,
    git: bool,
) -> None:
    """Get one backup of PROJECT back as a plain snapshot, after checking its sums.

    WHEN is the beginning of a time in UTC, such as 2026-05 or 2026-05-03T02:15; without it the
    newest good backup is taken. With --git it may also be a revision: the snapshot as it was then.
    """
    from crawler.jobs.backup_keeping import restore_file, restore_revision  # noqa: PLC0415
    from crawler.snapshot.formats import guess  # noqa: PLC0415

    form = guess(output)
    with logged(session, backup_folder=_named(session, folder)) as found:
        place = found.settings.backup_folder or _FOLDER
        if git:
            source = restore_revision(_git(place), project, when, output, form).place
        else:
            source = str(restore_file(place, project, when, output, form))
    write_note(session.scrub(f"{output}: from {source}"))


@command.command(
    "accept", epilog=epilog("testomat-crawler backup accept shop", codes=(0, 2, 6, 130, 143))
)
@click.argument("project", shell_complete=complete_project)
@_DIR
@_GIT
@config_option
@pass_session
def accept_command(session: Session, project: str, *, output: Path | None, git: bool) -> None:
    """Make the suspect backup of PROJECT the last good one: what it lost is meant to be gone."""
    from crawler.jobs.backup import BackupOrder  # noqa: PLC0415
    from crawler.jobs.backup_keeping import accept  # noqa: PLC0415

    async def job(settings: "Settings", _: "Progress", clock: "Clock") -> Path:
        order = BackupOrder(
            folder=settings.backup_folder or _FOLDER, git=git, environment=dict(os.environ)
        )
        return await accept(settings, order, project, clock=clock)

    path = run_job(session, job, backup_folder=_named(session, output))
    write_note(session.scrub(f"{path}: the last good backup of {project} now"))


def _git(folder: Path) -> "Git":
    """Git in a folder, which has to be in a working tree."""
    from crawler.jobs.git import Git, without_secrets  # noqa: PLC0415

    git = Git(folder, without_secrets(dict(os.environ)))
    git.check()
    return git


def _named(session: Session, given: Path | None) -> object:
    """The folder that the command names, or the one that `backup` itself was given."""
    return given or session.flags.get("backup_folder")


def _facts(each: "ListedBackup") -> dict[str, Any]:
    return {
        "project": each.project,
        "at": each.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "mark": each.mark.value or "good",
        "suites": each.figures.suites if each.figures else None,
        "tests": each.figures.tests if each.figures else None,
        "bytes": each.size,
        "path": each.place,
    }


def _print_table(listed: "tuple[ListedBackup, ...]", *, places: bool) -> None:
    headings = [Heading("Project"), Heading("Time (UTC)"), Heading("Mark", status=True)]
    headings += [Heading(title, right=True) for title in ("Suites", "Tests", "Bytes")]
    if places:  # of a file the time says it all
        headings.append(Heading("Revision"))
    rows = (
        [
            with_commas(value) if isinstance(value, int) else printable(str(value or ""))
            for value in _facts(each).values()
        ]
        for each in listed
    )
    print_table(headings, (row[: len(headings)] for row in rows))
