"""`testruns`: the results of a run."""

from typing import TYPE_CHECKING

import click

from crawler.cli.asking import project_option, required_project
from crawler.cli.help import CONTEXT, epilog
from crawler.cli.options import connection_options, output_options
from crawler.cli.output import write_note
from crawler.cli.rows import Rows, rows_option
from crawler.cli.run_rows import RESULTS, counted
from crawler.cli.running import run_job
from crawler.cli.session import Session, pass_session

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.clock import Clock
    from crawler.config.settings import Settings
    from crawler.progress import Progress

__all__ = ("command",)


@click.command(
    "testruns",
    context_settings=CONTEXT,
    epilog=epilog(
        "testomat-crawler testruns --run 3252341f",
        "testomat-crawler testruns --run 3252341f --detail > results.jsonl",
        codes=(0, 2, 3, 5, 6, 130, 143),
    ),
)
@click.option("--run", "run_id", metavar="ID", required=True, help="The run.")
@project_option
@click.option("--detail", is_flag=True, help="Ask for each result by itself, with its steps.")
@rows_option
@connection_options
@output_options
@pass_session
def command(
    session: Session, run_id: str, project: str | None, *, detail: bool, form: str | None
) -> None:
    """List the results of a run.

    A test has several if it has examples, or was run more than once. How many there are of each
    status is told on standard error.
    """
    from crawler.jobs.runs import open_runs  # noqa: PLC0415  not needed for help

    rows = Rows(RESULTS, form, session)

    async def job(
        settings: "Settings", progress: "Progress", clock: "Clock"
    ) -> "Mapping[str, int]":
        slug = required_project(settings.project)
        async with open_runs(settings, slug, progress=progress, clock=clock) as runs:
            return await runs.results(run_id, rows.add, detail=detail)

    statuses = run_job(session, job, project=project)
    rows.end()
    if session.verbosity >= 0:
        write_note(session.scrub(counted(statuses)))
