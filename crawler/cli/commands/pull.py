"""`pull`: the server's own Markdown into a folder."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli.completing import complete_path
from crawler.cli.help import CONTEXT, epilog
from crawler.cli.options import connection_options, output_options
from crawler.cli.output import write_line, write_note
from crawler.cli.running import run_job
from crawler.cli.session import Session, pass_session
from crawler.plural import counted

if TYPE_CHECKING:
    from crawler.clock import Clock
    from crawler.config.settings import Settings
    from crawler.jobs.pull import PageChange
    from crawler.progress import Progress

__all__ = ("command",)


@click.command(
    "pull",
    context_settings=CONTEXT,
    epilog=epilog(
        "testomat-crawler pull -o tests/manual",
        "testomat-crawler pull -o tests/manual --automated --force",
        codes=(0, 2, 3, 4, 5, 6, 130, 143),
    ),
)
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    shell_complete=complete_path,
    help="Folder to write into.",
)
@click.option("--automated", is_flag=True, help="Pages of automated tests too.")
@click.option("--force", is_flag=True, help="Overwrite pages that have other content.")
@click.option("--dry-run", is_flag=True, help="Print what would be written, and write nothing.")
@connection_options
@output_options
@pass_session
def command(session: Session, output: Path, *, automated: bool, force: bool, dry_run: bool) -> None:
    """Fetch the server's own Markdown of a project.

    Needs the project's token (TESTOMATIO_PROJECT_TOKEN), which tells the project. Each page is a
    *.test.md with the tests of a suite, as 'import' and the service's own importer take it back.
    Other files in DIR are left alone, and no page is written outside of it.
    """
    from crawler.jobs.pull import pull_pages  # noqa: PLC0415  not needed for help

    async def job(settings: "Settings", progress: "Progress", clock: "Clock") -> "PageChange":
        return await pull_pages(
            settings,
            output,
            automated=automated,
            overwrite=force,
            rehearse=dry_run,
            progress=progress,
            clock=clock,
        )

    change = run_job(session, job)
    if dry_run:
        for name in sorted((*change.new, *change.changed)):
            word = "new" if name in change.new else "changed"
            write_line(session.scrub(f"{word:<8} {name}"))
    if session.verbosity >= 0:
        write_note(session.scrub(f"{output}: {_summary(change)}"))


def _summary(change: "PageChange") -> str:
    pages = len(change.new) + len(change.changed) + len(change.same)
    if not pages:
        return "the project has no page to write"
    return (
        f"{counted(pages, 'page')}, {len(change.new)} new, {len(change.changed)} changed,"
        f" {len(change.same)} as before"
    )
