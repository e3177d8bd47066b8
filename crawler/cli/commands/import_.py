"""`import`: tests of Markdown pages or of a snapshot, sent into a project."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import click

from crawler.cli.asking import check_can_ask, confirm, yes_option
from crawler.cli.completing import complete_path
from crawler.cli.help import CONTEXT, epilog
from crawler.cli.options import connection_options, output_options
from crawler.cli.output import write_line, write_note
from crawler.cli.places import standard_input
from crawler.cli.running import run_job
from crawler.cli.session import Session, pass_session
from crawler.errors import IncompleteError, UsageError
from crawler.plural import counted

if TYPE_CHECKING:
    from crawler.clock import Clock
    from crawler.config.settings import Settings
    from crawler.jobs.import_pages import Imported, ImportPlan
    from crawler.progress import Progress

__all__ = ("command",)

_STDIN: Final = "-"
_SHOWN: Final = 10


@click.command(
    "import",
    context_settings=CONTEXT,
    epilog=epilog(
        "testomat-crawler import tests/manual --dry-run",
        "testomat-crawler import my-project.yaml --create --yes",
        codes=(0, 2, 3, 4, 5, 6, 130, 143),
    ),
)
@click.argument("source", metavar="IN", shell_complete=complete_path)
@click.option("--dry-run", is_flag=True, help="Print what would be sent, and send nothing.")
@click.option("--create", is_flag=True, help="Create tests whose IDs the project does not have.")
@click.option(
    "--keep-structure",
    is_flag=True,
    help="Move tests that are there already to where IN has them.",
)
@yes_option
@connection_options
@output_options
@pass_session
def command(
    session: Session, source: str, *, dry_run: bool, create: bool, keep_structure: bool, yes: bool
) -> int:
    """Send tests into a project, as the service's own importer does.

    IN is a page of Markdown (*.test.md), a folder of them, or a snapshot in any format. The
    project's token (TESTOMATIO_PROJECT_TOKEN) tells the project. A test is found there by its ID,
    else by its suite and title: it is brought up to date, and what is missing is added. Nothing is
    removed. Asks before it writes, and looks afterwards whether every test is there; the same
    command once more makes nothing twice.
    """
    from crawler.jobs.import_pages import ImportOptions  # noqa: PLC0415  not needed for help

    check_can_ask(yes=yes or dry_run)
    if source == _STDIN and not (yes or dry_run):
        raise UsageError("Standard input cannot be read and asked.", hint="Add --yes.")
    told = {"source": source, "options": ImportOptions(create=create, structure=keep_structure)}
    if dry_run or not yes:
        plan = _plan(session, told)
        for line in _plan_lines(plan, create=create):
            (write_line if dry_run else write_note)(session.scrub(line))
        if dry_run:
            return 0
        confirm("Send this?", yes=False)
    done = _import(session, told)
    for name in done.missing[:_SHOWN]:
        write_note(session.scrub(f"  ! the server does not have {name}"))
    if session.verbosity >= 0 or done.missing:
        write_note(_summary(done))
    return IncompleteError.exit_code if done.missing else 0


def _plan(session: Session, told: dict[str, Any]) -> "ImportPlan":
    from crawler.jobs.import_pages import plan_import  # noqa: PLC0415  not needed for help

    async def job(settings: "Settings", progress: "Progress", clock: "Clock") -> "ImportPlan":
        return await plan_import(
            settings, **told, stdin=standard_input(), progress=progress, clock=clock
        )

    return run_job(session, job)


def _import(session: Session, told: dict[str, Any]) -> "Imported":
    from crawler.cli.signals import Interrupted  # noqa: PLC0415  not needed for help
    from crawler.jobs.import_pages import import_pages  # noqa: PLC0415

    async def job(settings: "Settings", progress: "Progress", clock: "Clock") -> "Imported":
        return await import_pages(
            settings, **told, stdin=standard_input(), progress=progress, clock=clock
        )

    try:
        return run_job(session, job)
    except Interrupted:
        write_note("A part may have been sent: the same command sends all, and doubles nothing.")
        raise


def _plan_lines(plan: "ImportPlan", *, create: bool) -> Iterator[str]:
    pages, tests = counted(plan.pages, "page"), counted(plan.tests, "test")
    yield f"{pages} with {tests} into the project of the token on {plan.server}"
    yield f"  {plan.known:,} there already, {plan.new:,} new"
    yield f"  {counted(plan.requests, 'request')}"
    if plan.foreign:
        what = "are created" if create else "would be left out, so it needs --create"
        yield f"  ! {counted(len(plan.foreign), 'ID')} that the project does not have: {what}"
        for name in plan.foreign[:_SHOWN]:
            yield f"    {name}"


def _summary(done: "Imported") -> str:
    counts = f"{counted(done.tests, 'test')} of {counted(done.pages, 'page')}"
    end = f", {len(done.missing):,} of them not there afterwards" if done.missing else ""
    return f"Sent {counts} in {counted(done.requests, 'request')}{end}"
