"""`--against-server`, for the commands that have a snapshot to hold against the live project."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

import click

from crawler.cli.completing import complete_project
from crawler.cli.options import connection_options
from crawler.cli.running import run_job
from crawler.cli.session import Session

if TYPE_CHECKING:
    from crawler.clock import Clock
    from crawler.config.settings import Settings
    from crawler.diff.changes import Difference, Match
    from crawler.jobs.witness import Testimony
    from crawler.progress import Progress
    from crawler.snapshot.document import Document

__all__ = ("against_server_options", "difference_now", "testimony_now")

F = TypeVar("F", bound=Callable[..., Any])


def against_server_options(function: F) -> F:
    """`--against-server`, and which server and project that is."""
    project = click.option(
        "--project",
        metavar="NAME",
        shell_complete=complete_project,
        help="With --against-server: another project, on the configured server.",
    )
    switch = click.option(
        "--against-server",
        is_flag=True,
        help="Hold the snapshot against the project as it is now, crawled as the snapshot was.",
    )
    return switch(project(connection_options(function)))


def difference_now(
    session: Session,
    old: str,
    *,
    project: str | None = None,
    match: "Match | None" = None,
    ignore: Iterable[str] = (),
    stdin: BinaryIO | None = None,
) -> "Difference":
    """What changed from the snapshot to now; raises as `difference_from_server` does."""
    from crawler.diff.changes import Match  # noqa: PLC0415  not needed for help
    from crawler.jobs.live import difference_from_server, fetch_live  # noqa: PLC0415

    def fetch(snapshot: "Document", output: Path) -> None:
        async def job(settings: "Settings", progress: "Progress", clock: "Clock") -> None:
            await fetch_live(
                settings, snapshot, output, project=project, progress=progress, clock=clock
            )

        run_job(session, job)

    return difference_from_server(old, fetch, match=match or Match.ID, ignore=ignore, stdin=stdin)


def testimony_now(session: Session, path: str) -> "Testimony":
    """What the server's own Markdown says otherwise; raises as `pages_on` does."""
    from crawler.jobs.witness import pages_on  # noqa: PLC0415  not needed for help
    from crawler.snapshot.reading import opened  # noqa: PLC0415

    async def job(settings: "Settings", progress: "Progress", clock: "Clock") -> "Testimony":
        with opened(path) as document:
            return await pages_on(settings, document, progress=progress, clock=clock)

    return run_job(session, job)
