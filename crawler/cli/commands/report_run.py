"""`report-run`: results in JUnit XML, reported as a run."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from crawler.cli.asking import check_can_ask, confirm, yes_option
from crawler.cli.completing import complete_path
from crawler.cli.help import CONTEXT, epilog
from crawler.cli.options import connection_options, output_options
from crawler.cli.output import json_line, write_line, write_note
from crawler.cli.running import run_job
from crawler.cli.session import Session, pass_session
from crawler.errors import CrawlerError, IncompleteError, UsageError
from crawler.plural import counted

if TYPE_CHECKING:
    from crawler.clock import Clock
    from crawler.config.settings import Settings
    from crawler.jobs.report_run import OpenedRun, Reported, ReportOrder, ReportPlan
    from crawler.progress import Progress

__all__ = ("command",)

_SHOWN: Final = 10


@click.command(
    "report-run",
    context_settings=CONTEXT,
    epilog=epilog(
        "testomat-crawler report-run results.xml --title Nightly --env Linux --yes",
        "testomat-crawler report-run build/*.xml --create --dry-run",
        codes=(0, 2, 3, 4, 5, 6, 130, 143),
    ),
)
@click.argument(
    "files",
    metavar="FILE...",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path),
    shell_complete=complete_path,
)
@click.option("--title", metavar="TEXT", help="Title of the run.  [default: FILE's name]")
@click.option("--env", "environments", metavar="NAME", multiple=True, help="An environment.")
@click.option("--group-title", metavar="TEXT", help="The group that the run joins, by its title.")
@click.option("--run", metavar="ID", help="Report into this run instead of a new one.")
@click.option("--create", is_flag=True, help="Create tests that the project does not have.")
@click.option("--keep-open", is_flag=True, help="Do not end the run: more is to be reported.")
@click.option("--dry-run", is_flag=True, help="Print what would be reported, and send nothing.")
@yes_option
@connection_options
@output_options
@pass_session
def command(
    session: Session,
    files: tuple[Path, ...],
    *,
    title: str | None,
    environments: tuple[str, ...],
    group_title: str | None,
    run: str | None,
    create: bool,
    keep_open: bool,
    dry_run: bool,
    yes: bool,
) -> int:
    """Report results in JUnit XML as a run of a project.

    The project's token (TESTOMATIO_PROJECT_TOKEN) tells the project. Several FILEs become one run.
    A test is found by the ID in its name (@T1a2b3c4d) or in a property ID, else by suite and title.
    Asks before it writes. A request that may have created the run is never sent a second time;
    results are sent again until they arrive, and none is there twice. The run is printed as one
    JSON object. Failed tests are no failure of this command; results that the server does not take
    are named, and the exit code is 4.
    """
    from crawler.jobs.report_run import ReportOrder, RunAbout  # noqa: PLC0415  not for help

    if run is not None and (title is not None or environments or group_title is not None):
        raise UsageError("--run names a run that has its title, environments and group already.")
    about = RunAbout(title=title or files[0].stem, environments=environments, group=group_title)
    order = ReportOrder(files=files, about=about, run=run, create=create, finish=not keep_open)
    check_can_ask(yes=yes or dry_run)
    if dry_run or not yes:
        for line in _plan_lines(_plan(session, order), order):
            (write_line if dry_run else write_note)(session.scrub(line))
        if dry_run:
            return 0
        confirm("Report this?", yes=False)
    return _show(session, _report(session, order), order)


def _plan(session: Session, order: "ReportOrder") -> "ReportPlan":
    from crawler.jobs.report_run import plan_report  # noqa: PLC0415  not needed for help

    async def job(settings: "Settings", progress: "Progress", clock: "Clock") -> "ReportPlan":
        return await plan_report(settings, order, progress=progress, clock=clock)

    return run_job(session, job)


def _report(session: Session, order: "ReportOrder") -> "Reported":
    from crawler.jobs.report_run import report_run  # noqa: PLC0415  not needed for help

    known: list[OpenedRun] = []

    async def job(settings: "Settings", progress: "Progress", clock: "Clock") -> "Reported":
        return await report_run(
            settings, order, opened=known.append, progress=progress, clock=clock
        )

    with _told_how_to_go_on(session, known):
        return run_job(session, job)


@contextmanager
def _told_how_to_go_on(session: Session, known: "list[OpenedRun]") -> Iterator[None]:
    """Names the run that is open, whatever ends the reporting."""
    from crawler.cli.signals import Interrupted  # noqa: PLC0415  not needed for help

    try:
        yield
    except UsageError:
        raise  # nothing was sent
    except (CrawlerError, Interrupted):
        for run in known:
            text = f"Run {run.uid} is open: the same with --run {run.uid} goes on, without doubles."
            write_note(session.scrub(text))
        raise


def _plan_lines(plan: "ReportPlan", order: "ReportOrder") -> Iterator[str]:
    where = f"run {order.run}" if order.run else f"a new run {order.about.title!r}"
    yield f"{counted(plan.results, 'result')} into {where} on {plan.server}"
    yield f"  {_statuses(plan)} in {plan.seconds:g} s"
    if plan.unmatched:
        what = "are created" if order.create else "would be left out without --create"
        yield f"  ! {counted(len(plan.unmatched), 'test')} that the project does not have: {what}"
        for name in plan.unmatched[:_SHOWN]:
            yield f"    {name}"


def _statuses(plan: "ReportPlan") -> str:
    return ", ".join(f"{number:,} {status}" for status, number in sorted(plan.statuses.items()))


def _show(session: Session, done: "Reported", order: "ReportOrder") -> int:
    write_line(json_line({"uid": done.run.uid, "url": done.run.url, **done.plan.statuses}))
    lost = () if order.create else done.plan.unmatched or ()
    for text in done.refused[:_SHOWN]:
        write_note(session.scrub(f"  ! refused: {text}"))
    for name in lost[:_SHOWN]:
        write_note(session.scrub(f"  ! the project has no such test: {name}"))
    if session.verbosity >= 0 or done.refused or lost:
        write_note(session.scrub(_summary(done, len(lost))))
    return IncompleteError.exit_code if done.refused or lost else 0


def _summary(done: "Reported", lost: int) -> str:
    parts = [f"Sent {counted(done.plan.results, 'result')} ({_statuses(done.plan)})"]
    if done.refused:
        parts.append(f"{len(done.refused):,} refused")
    if lost:
        parts.append(f"{lost:,} of tests that the project does not have; --create creates them")
    return ", ".join(parts)
