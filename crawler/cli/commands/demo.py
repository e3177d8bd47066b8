"""`demo`: see the main job work, without an account."""

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from crawler.cli.colour import style_for
from crawler.cli.crawl_options import crawl_options
from crawler.cli.help import CONTEXT, epilog
from crawler.cli.numbers import WholeNumber
from crawler.cli.options import output_options, pace_options
from crawler.cli.output import write_line, write_note
from crawler.cli.running import run_job
from crawler.cli.session import Session, pass_session
from crawler.errors import IncompleteError
from crawler.style import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.clock import Clock
    from crawler.config.settings import Settings
    from crawler.jobs.snapshot_one import SnapshotResult
    from crawler.progress import Progress

__all__ = ("command",)

#: Requests a second: the server is our own, and a person wants to see something happen.
_RATE: Final = 30.0
_PICTURE_DEPTH: Final = 1
_PICTURE_LINES: Final = 20
_SERVING: Final = (
    "Serving until Ctrl-C. In another terminal paste the lines above, then for example:\n"
    "  testomat-crawler check\n"
    "  testomat-crawler snapshot"
)


@click.command(
    "demo",
    context_settings=CONTEXT,
    epilog=epilog(
        "testomat-crawler demo",
        "testomat-crawler demo --serve --port 8080",
        codes=(0, 2, 4, 5, 6, 130, 143),
    ),
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Snapshot to write.  [default: demo-project.yaml here]",
)
@click.option("--serve", is_flag=True, help="Only start the server, and keep it up.")
@click.option(
    "--port",
    type=WholeNumber(1, 65535),
    metavar="N",
    help="Port of the server, with --serve.  [default: 27663, else any free one]",
)
@click.option(
    "--listing",
    type=click.Choice(["roots", "all"]),
    help="Which suites the server's listing names, with --serve.  [default: roots]",
)
@pace_options
@crawl_options
@output_options
@pass_session
def command(
    session: Session, output: Path | None, port: int | None, listing: str | None, *, serve: bool
) -> int:
    """See it work, against an embedded server.

    Starts a server with a sample project on this machine, crawls it over real HTTP, and writes its
    snapshot. Needs no account, no token and no network.
    """
    if serve:
        return _serve(session, port, all_listed=listing == "all")
    for option, value in (("--port", port), ("--listing", listing)):
        if value is not None:
            raise click.UsageError(f"{option} goes with --serve.")
    return _demonstrate(session, output or Path("demo-project.yaml"))


def _demonstrate(session: Session, output: Path) -> int:
    from crawler.cli.summary import summary_lines  # noqa: PLC0415  not needed for help
    from crawler.jobs.demo import run_demo  # noqa: PLC0415
    from crawler.snapshot.formats import guess  # noqa: PLC0415

    form = guess(output)

    async def job(settings: "Settings", progress: "Progress", clock: "Clock") -> "SnapshotResult":
        return await run_demo(settings, output=output, format=form, progress=progress, clock=clock)

    result = run_job(session, job, rate=session.flags.get("rate", _RATE))
    if session.verbosity >= 0:
        for line in summary_lines(result):
            write_note(session.scrub(line))
    _show(session, output)
    return IncompleteError.exit_code if result.gaps else 0


def _show(session: Session, output: Path) -> None:
    from crawler.snapshot.reading import opened  # noqa: PLC0415
    from crawler.views.terminal_tree import tree_lines  # noqa: PLC0415

    with opened(output) as document:
        style, fit = style_for(sys.stdout), session.scrub
        write_line(style(fit(document.head.project_title), Role.STRONG))
        picture = tree_lines(
            document.nodes, depth=_PICTURE_DEPTH, most=_PICTURE_LINES, style=style, fit=fit
        )
        for line in picture:
            write_line(line)
    write_line("")
    for line in _next_steps(output):
        write_line(session.scrub(line))


def _next_steps(output: Path) -> "Iterator[str]":
    snapshot, page = (shlex.quote(str(path)) for path in (output, output.with_suffix(".html")))
    yield f"The snapshot is {output}. What next:"
    yield f"  testomat-crawler show {snapshot}"
    yield f"  testomat-crawler report {snapshot} -o {page}"
    yield "  testomat-crawler config init       to set up your own account"
    yield "  testomat-crawler snapshot PROJECT  to save a project of your own"


def _serve(session: Session, port: int | None, *, all_listed: bool) -> int:
    import anyio  # noqa: PLC0415

    from crawler.cli.signals import Interrupted  # noqa: PLC0415
    from crawler.jobs.demo import serve_demo  # noqa: PLC0415

    async def job(_settings: object, _progress: object, _clock: object) -> None:
        async with serve_demo(port, all_listed=all_listed) as running:
            write_line(f"export TESTOMATIO_URL={running.url}")
            write_line(f"export TESTOMATIO_API_TOKEN={running.api_token}")
            write_line(f"export TESTOMATIO_PROJECT_ID={running.project}")
            write_line(f"export TESTOMATIO_PROJECT_TOKEN={running.project_token}")
            sys.stdout.flush()
            write_note(_SERVING)
            await anyio.sleep_forever()

    try:
        run_job(session, job)
    except Interrupted as stop:
        write_note("Stopped.")
        return stop.exit_code
    return 0
