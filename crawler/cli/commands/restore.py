"""`restore`: a snapshot played into a project."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from crawler.cli.completing import complete_path, complete_project
from crawler.cli.help import CONTEXT, epilog
from crawler.cli.keeping_options import restore_options
from crawler.cli.options import connection_options, output_options
from crawler.cli.output import write_line, write_note, write_text
from crawler.cli.places import standard_input
from crawler.cli.running import run_job
from crawler.cli.session import Session, pass_session
from crawler.errors import IncompleteError, UsageError

if TYPE_CHECKING:
    from crawler.clock import Clock
    from crawler.config.settings import Settings
    from crawler.jobs.restore import RestoreOrder, RestorePlan, RestoreResult
    from crawler.progress import Progress

__all__ = ("command",)

_STDIN: Final = "-"


@click.command(
    "restore",
    context_settings=CONTEXT,
    epilog=epilog(
        "testomat-crawler restore shop.json --project copy --dry-run",
        "testomat-crawler restore shop.json --project copy --yes --id-map ids.json",
        codes=(0, 2, 3, 4, 5, 6, 130, 143),
        resumes=True,
    ),
)
@click.argument("source", metavar="SNAPSHOT", shell_complete=complete_path)
@click.option(
    "--project",
    metavar="PROJECT",
    required=True,
    shell_complete=complete_project,
    help="Short name of the project to write into; never taken from the configuration.",
)
@click.option("--dry-run", is_flag=True, help="Print what would be written, and write nothing.")
@click.option(
    "--merge",
    is_flag=True,
    help="Write into a project that is not empty: what is there under the same path and title, or"
    " in the map of IDs, is brought to the snapshot's content; nothing is deleted.",
)
@click.option(
    "--id-map",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="File for the new ID of each old one; one that is there already is read first.",
)
@click.option(
    "--ignore",
    metavar="PLACE",
    multiple=True,
    help="Place neither to write nor to compare, such as test.assigned_to. May be given again.",
)
@click.option(
    "--yes", is_flag=True, help="Do not ask. Needed where there is no terminal to ask on."
)
@connection_options
@restore_options
@output_options
@pass_session
def command(
    session: Session,
    *,
    source: str,
    project: str,
    dry_run: bool,
    merge: bool,
    id_map: Path | None,
    ignore: tuple[str, ...],
    yes: bool,
) -> int:
    """Write a snapshot into a project.

    SNAPSHOT is one in any format, REV:PATH of the git repository here, or - for standard input.
    Suites, tests, labels and rows of parameters are written, links between tests rewritten to the
    new IDs. Then the project is read back and compared: what differs, but for what no client can
    set, is printed, and the exit code is 4.

    A project that is not empty is refused without --merge. An interrupted restore goes on with the
    same command, and nothing is written twice.
    """
    from crawler.cli.restore_summary import plan_lines, result_lines  # noqa: PLC0415
    from crawler.jobs.restore import RestoreOrder  # noqa: PLC0415  not needed for help

    order = RestoreOrder(
        source=source,
        project=project,
        merge=merge,
        id_map=id_map,
        ignore=ignore,
        stdin=standard_input(),
    )
    if dry_run:
        for line in plan_lines(_plan(session, order)):
            write_line(session.scrub(line))
        return 0
    if not yes:
        _ask(session, order)
    result = _restore(session, order)
    _print_difference(result)
    if session.verbosity >= 0 or not result.complete:
        for line in result_lines(result):
            write_note(session.scrub(line))
    return 0 if result.complete else IncompleteError.exit_code


def _plan(session: Session, order: "RestoreOrder") -> "RestorePlan":
    from crawler.jobs.restore import plan_restore  # noqa: PLC0415  not needed for help

    async def job(settings: "Settings", progress: "Progress", clock: "Clock") -> "RestorePlan":
        return await plan_restore(settings, order, progress=progress, clock=clock)

    return run_job(session, job)


def _restore(session: Session, order: "RestoreOrder") -> "RestoreResult":
    from crawler.jobs.restore import restore_snapshot  # noqa: PLC0415  not needed for help

    async def job(settings: "Settings", progress: "Progress", clock: "Clock") -> "RestoreResult":
        return await restore_snapshot(settings, order, progress=progress, clock=clock)

    return run_job(session, job, resumes=True)


def _ask(session: Session, order: "RestoreOrder") -> None:
    """Show the plan and ask; raises `UsageError` if nobody can be asked, or says no."""
    from crawler.cli.restore_summary import plan_lines  # noqa: PLC0415  not needed for help

    if order.source == _STDIN or not sys.stdin.isatty():
        raise UsageError(
            f"Nobody can be asked here whether to write into {order.project}.",
            hint="Say --yes, after a look at what --dry-run prints.",
        )
    for line in plan_lines(_plan(session, order)):
        write_note(session.scrub(line))
    if not click.confirm("Write this?", err=True):
        raise UsageError("Nothing was written.")


def _print_difference(result: "RestoreResult") -> None:
    """What differs, to standard output, as `diff --match title` shows it."""
    from crawler.diff.forms import DiffForm, rendered  # noqa: PLC0415  not needed for help

    if result.difference.changes:
        for piece in rendered(result.difference, DiffForm.TEXT):
            write_text(piece)
