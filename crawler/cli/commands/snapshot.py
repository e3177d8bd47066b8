"""`snapshot`: crawl one project and write its snapshot."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

import click

from crawler.cli.help import CONTEXT, epilog
from crawler.cli.options import connection_options, crawl_options, output_options
from crawler.cli.running import run_job
from crawler.cli.session import Session, pass_session
from crawler.errors import IncompleteError, UsageError

if TYPE_CHECKING:
    from crawler.clock import Clock
    from crawler.config.settings import Settings
    from crawler.jobs.snapshot import SnapshotResult
    from crawler.progress import Progress
    from crawler.snapshot.formats import Format

__all__ = ("command",)

_STDOUT: Final = "-"


@click.command(
    "snapshot",
    context_settings=CONTEXT,
    epilog=epilog(
        "testomat-crawler snapshot my-project",
        "testomat-crawler snapshot my-project -o backup/my-project.json",
        codes=(0, 2, 3, 4, 5, 6, 130, 143),
    ),
)
@click.argument("project", required=False)
@click.option(
    "-o",
    "--output",
    metavar="PATH",
    help="File to write; - is standard output.  [default: PROJECT.yaml here]",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "yaml"]),
    help="Form of the snapshot.  [default: by PATH's suffix, else yaml]",
)
@connection_options
@crawl_options
@output_options
@pass_session
def command(session: Session, project: str | None, output: str | None, form: str | None) -> int:
    """Crawl one project and write its snapshot.

    PROJECT is the short name that stands after /projects/ in the project's address; without it the
    configured project is taken.
    """
    from crawler.cli.summary import summary_lines  # noqa: PLC0415  not needed for help
    from crawler.jobs.snapshot import take_snapshot  # noqa: PLC0415

    async def job(settings: "Settings", progress: "Progress", clock: "Clock") -> "SnapshotResult":
        slug = _required(settings.project)
        return await take_snapshot(
            settings,
            project=slug,
            output=_place(output, slug, form),
            format=_format(output, form),
            progress=progress,
            clock=clock,
        )

    result = run_job(session, job, project=project)
    if session.verbosity >= 0:
        for line in summary_lines(result):
            click.echo(session.scrub(line), err=True)
    return IncompleteError.exit_code if result.gaps else 0


def _required(project: str | None) -> str:
    if project is None:
        raise UsageError(
            "No project was named.",
            hint="Name one: testomat-crawler snapshot PROJECT."
            " 'testomat-crawler projects' lists them.",
        )
    return project


def _place(output: str | None, project: str, form: str | None) -> "Path | BinaryIO":
    if output == _STDOUT:
        return sys.stdout.buffer
    return Path(output) if output else Path(f"{project}.{form or 'yaml'}")


def _format(output: str | None, form: str | None) -> "Format":
    from crawler.snapshot.formats import Format, guess  # noqa: PLC0415

    if form is not None:
        return Format(form)
    return guess(output) if output and output != _STDOUT else Format.YAML
