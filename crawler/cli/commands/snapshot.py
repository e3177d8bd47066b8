"""`snapshot`: crawl one project and write its snapshot."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from crawler.cli.help import CONTEXT, epilog
from crawler.cli.options import connection_options, crawl_options, output_options
from crawler.cli.running import run_job
from crawler.cli.session import Session, pass_session
from crawler.errors import UsageError

if TYPE_CHECKING:
    from crawler.clock import Clock
    from crawler.config.settings import Settings
    from crawler.jobs.snapshot import SnapshotResult
    from crawler.progress import Progress

__all__ = ("command",)

_STDOUT: Final = "-"
_SUFFIXES: Final = {".json": "json", ".yaml": "yaml", ".yml": "yaml"}


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
def command(session: Session, project: str | None, output: str | None, form: str | None) -> None:
    """Crawl one project and write its snapshot.

    PROJECT is the short name that stands after /projects/ in the project's address; without it the
    configured project is taken.
    """
    from crawler.jobs.snapshot import take_snapshot  # noqa: PLC0415  not needed for help

    async def job(settings: "Settings", progress: "Progress", clock: "Clock") -> "SnapshotResult":
        slug = _required(settings.project)
        return await take_snapshot(
            settings,
            project=slug,
            output=_place(output, slug, form),
            format=form or _form_of(output),
            progress=progress,
            clock=clock,
        )

    run_job(session, job, project=project)


def _required(project: str | None) -> str:
    if project is None:
        raise UsageError(
            "No project was named.",
            hint="Name one: testomat-crawler snapshot PROJECT."
            " 'testomat-crawler projects' lists them.",
        )
    return project


def _place(output: str | None, project: str, form: str | None) -> Path | None:
    """Where to write; `None` is standard output."""
    if output == _STDOUT:
        return None
    return Path(output) if output else Path(f"{project}.{form or 'yaml'}")


def _form_of(output: str | None) -> str:
    """The form that a path's suffix asks for."""
    if output is None or output == _STDOUT:
        return "yaml"
    suffix = Path(output).suffix.lower()
    if suffix not in _SUFFIXES:
        raise UsageError(
            f"{output} does not tell the form of the snapshot.",
            hint="Give it the suffix .yaml or .json, or add --format.",
        )
    return _SUFFIXES[suffix]
