"""`projects`: which projects do these credentials reach?"""

import dataclasses
import sys
from typing import TYPE_CHECKING, Final

import click

from crawler.cli.completing import remember
from crawler.cli.help import CONTEXT, epilog
from crawler.cli.options import connection_options, output_options
from crawler.cli.output import json_line, write_line
from crawler.cli.running import run_job
from crawler.cli.session import Session, pass_session
from crawler.cli.tables import Heading, print_table, with_commas
from crawler.redaction import printable

if TYPE_CHECKING:
    from crawler.clock import Clock
    from crawler.config.settings import Settings
    from crawler.jobs.projects import ProjectSummary
    from crawler.progress import Progress

    Listed = tuple[str, tuple[ProjectSummary, ...]]

__all__ = ("command",)

_HEADINGS: Final = (
    Heading("Project"),
    Heading("Title", shrinks=True),
    Heading("Status", status=True),
    Heading("Tests", right=True),
)


@click.command(
    "projects",
    context_settings=CONTEXT,
    epilog=epilog(
        "testomat-crawler projects",
        "testomat-crawler projects | cut -f1",
        codes=(0, 2, 3, 5, 6, 130, 143),
    ),
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@connection_options
@output_options
@pass_session
def command(session: Session, *, as_json: bool) -> None:
    """List the projects that the credentials reach.

    A table on a terminal; in a pipe short name, title, status and number of tests, separated by
    tabs.
    """
    from crawler.jobs.projects import list_projects  # noqa: PLC0415  not needed for help

    async def job(settings: "Settings", progress: "Progress", clock: "Clock") -> "Listed":
        return settings.url, await list_projects(settings, progress=progress, clock=clock)

    url, found = run_job(session, job)
    remember(url, found)
    if as_json:
        for each in found:
            write_line(json_line(dataclasses.asdict(each)))
    elif sys.stdout.isatty():
        _print_table(found)
    else:
        for each in found:
            write_line("\t".join(_cells(each)))


def _cells(project: "ProjectSummary") -> tuple[str, str, str, str]:
    tests = "" if project.tests_count is None else str(project.tests_count)
    return (
        printable(project.slug),
        printable(project.title),
        printable(project.status or ""),
        tests,
    )


def _print_table(projects: "tuple[ProjectSummary, ...]") -> None:
    rows = [(*_cells(each)[:-1], with_commas(each.tests_count)) for each in projects]
    print_table(_HEADINGS, rows)
