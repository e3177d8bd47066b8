"""`runs`: which runs does a project have? And `runs create`, `runs finish`."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

from crawler.cli.asking import confirm, project_option, required_project, yes_option
from crawler.cli.help import CONTEXT, epilog
from crawler.cli.options import connection_options, output_options
from crawler.cli.output import json_line, write_line, write_note
from crawler.cli.rows import Rows, rows_option
from crawler.cli.run_rows import RUNS
from crawler.cli.running import run_job
from crawler.cli.session import Session, pass_session
from crawler.errors import UsageError

if TYPE_CHECKING:
    from crawler.clock import Clock
    from crawler.config.settings import Settings
    from crawler.jobs.runs import Created, Fields
    from crawler.progress import Progress

__all__ = ("command",)

_DAY = click.DateTime(["%Y-%m-%d"])
_CODES = (0, 2, 3, 5, 6, 130, 143)


@click.group(
    "runs",
    invoke_without_command=True,
    context_settings=CONTEXT,
    epilog=epilog(
        "testomat-crawler runs --project my-project --status failed",
        "testomat-crawler runs --since 2026-01-01 --format csv > runs.csv",
        codes=_CODES,
    ),
)
@project_option
@click.option("--status", metavar="NAME", help="Only runs of this status, such as failed.")
@click.option("--kind", metavar="NAME", help="Only manual, automated or mixed runs.")
@click.option("--env", metavar="NAME", help="Only runs in this environment.")
@click.option("--group", metavar="ID", help="Only runs of this group.")
@click.option("--text", metavar="TEXT", help="Only runs that the server finds for TEXT.")
@click.option("--since", type=_DAY, metavar="DATE", help="Only runs that ended that day or later.")
@click.option("--until", type=_DAY, metavar="DATE", help="Only runs that ended that day or before.")
@click.option("--unfinished", is_flag=True, help="Only runs that have not ended.")
@click.option("--archived", is_flag=True, help="The runs of the archive.")
@rows_option
@connection_options
@output_options
@click.pass_context
def command(
    context: click.Context,
    project: str | None,
    *,
    status: str | None,
    kind: str | None,
    env: str | None,
    group: str | None,
    text: str | None,
    since: datetime | None,
    until: datetime | None,
    unfinished: bool,
    archived: bool,
    form: str | None,
) -> None:
    """List the runs of a project, as the server filters them.

    DATE is a day such as 2026-01-31.
    """
    if context.invoked_subcommand is not None:
        return
    session = context.ensure_object(Session)
    from crawler.jobs.runs import RunFilters, open_runs  # noqa: PLC0415  not needed for help

    if since is not None and until is not None and until < since:
        raise UsageError("--until is before --since.")
    rows = Rows(RUNS, form, session)

    async def job(settings: "Settings", progress: "Progress", clock: "Clock") -> None:
        filters = RunFilters(
            status=status,
            kind=kind,
            environment=env,
            group=group,
            text=text,
            finished=_days(since, until, clock.utc_now()),
            unfinished=unfinished,
            archived=archived,
        )
        slug = required_project(settings.project)
        async with open_runs(settings, slug, progress=progress, clock=clock) as runs:
            await runs.list(filters, rows.add)

    run_job(session, job, project=project)
    rows.end()


def _days(since: datetime | None, until: datetime | None, now: datetime) -> tuple[str, str] | None:
    """The first and the last day; the server wants both."""
    if since is None and until is None:
        return None
    # Somewhere it is tomorrow already.
    first, last = since or datetime(2000, 1, 1), until or now + timedelta(days=1)  # noqa: DTZ001
    return f"{first:%Y-%m-%d}", f"{last:%Y-%m-%d}"


@command.command(
    "create",
    epilog=epilog(
        "testomat-crawler runs create 'Smoke of 2.4' --suite 52e6b438 --env Chrome",
        "testomat-crawler runs create Nightly --plan 773ef4cc --yes",
        codes=_CODES,
    ),
)
@click.argument("title")
@project_option
@click.option("--test", "tests", metavar="ID", multiple=True, help="A test; may be repeated.")
@click.option("--suite", "suites", metavar="ID", multiple=True, help="A suite with all below it.")
@click.option("--plan", metavar="ID", help="The tests of a plan.")
@click.option("--env", "environments", metavar="NAME", multiple=True, help="An environment.")
@click.option("--group", metavar="ID", help="The group that the run joins.")
@yes_option
@connection_options
@output_options
@pass_session
def create(
    session: Session,
    title: str,
    project: str | None,
    *,
    tests: tuple[str, ...],
    suites: tuple[str, ...],
    plan: str | None,
    environments: tuple[str, ...],
    group: str | None,
    yes: bool,
) -> None:
    """Create a run of tests, of suites, or of a plan.

    Asks before it does so. A request that may have created the run is never sent a second time;
    the error then says how to look. The new run is printed as one JSON object.
    """
    from crawler.cli.signals import Interrupted  # noqa: PLC0415  not needed for help
    from crawler.jobs.runs import NewRun, open_runs  # noqa: PLC0415

    if not title.strip():
        raise UsageError("A run needs a title.")
    if plan is not None and (tests or suites):
        raise UsageError("--plan names all tests: --test and --suite do not go with it.")
    new = NewRun(
        title=title, tests=tests, suites=suites, plan=plan, environments=environments, group=group
    )
    slug = required_project(session.effective(project=project).settings.project)
    confirm(session.scrub(f"Create the run {title!r} in {slug}?"), yes=yes)

    async def job(settings: "Settings", progress: "Progress", clock: "Clock") -> "Created":
        async with open_runs(settings, slug, progress=progress, clock=clock) as runs:
            return await runs.create(new)

    try:
        created = run_job(session, job, project=project)
    except Interrupted:
        note = "The run may have been created or not: look with 'testomat-crawler runs' first."
        write_note(note)
        raise
    write_line(json_line(created.fields))
    if created.results == 0 and (tests or suites or plan):
        note = "The server created the run without any of the tests that were named."
        write_note(f"Warning: {note}")


@command.command(
    "finish", epilog=epilog("testomat-crawler runs finish 3252341f --yes", codes=_CODES)
)
@click.argument("run_id", metavar="ID")
@project_option
@yes_option
@connection_options
@output_options
@pass_session
def finish(session: Session, run_id: str, project: str | None, *, yes: bool) -> None:
    """End a run; the server takes its status from its results.

    Asks before it does so. The run is printed as one JSON object.
    """
    from crawler.jobs.runs import open_runs  # noqa: PLC0415  not needed for help

    slug = required_project(session.effective(project=project).settings.project)
    confirm(session.scrub(f"Finish the run {run_id} in {slug}?"), yes=yes)

    async def job(settings: "Settings", progress: "Progress", clock: "Clock") -> "Fields":
        async with open_runs(settings, slug, progress=progress, clock=clock) as runs:
            return await runs.finish(run_id)

    write_line(json_line(run_job(session, job, project=project)))
