"""The main job against the embedded demo server, and that server by itself."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from crawler import demo as server
from crawler.clock import Clock
from crawler.config.api_settings import ApiChoice
from crawler.config.settings import Settings
from crawler.config.thrift_settings import Strategy
from crawler.errors import LocalError
from crawler.jobs.snapshot import take_snapshot
from crawler.jobs.snapshot_one import SnapshotResult
from crawler.progress import Progress
from crawler.redaction import Secret
from crawler.snapshot.formats import Format

__all__ = ("RunningDemo", "run_demo", "serve_demo")

#: Below the ports that operating systems hand out by themselves.
_USUAL_PORT: Final = 27663


@dataclass(frozen=True, slots=True)
class RunningDemo:
    """Where the demo server is and how to be let in; its credentials open nothing else."""

    url: str
    project: str
    api_token: str
    project_token: str


@asynccontextmanager
async def serve_demo(
    port: int | None = None, *, all_listed: bool = False
) -> AsyncIterator[RunningDemo]:
    """The demo server on loopback while the block lasts.

    Its listing of suites names the roots, or with `all_listed` all of them. Without a port it takes
    the usual one, so that two demos write the same address, or else any that is free. Raises
    `LocalError` if the port that was asked for is taken.
    """
    listing = server.Listing.ALL if all_listed else server.Listing.ROOTS
    options = server.ServerOptions(listing=listing)
    async with AsyncExitStack() as stack:
        try:
            demo = await _listen(stack, options, _USUAL_PORT if port is None else port)
        except OSError as error:
            if port is not None:
                raise LocalError.from_os_error("listen on", f"127.0.0.1:{port}", error) from error
            demo = await _listen(stack, options, 0)
        yield RunningDemo(demo.url, server.SLUG, server.API_TOKEN, server.PROJECT_TOKEN)


async def _listen(
    stack: AsyncExitStack, options: server.ServerOptions, port: int
) -> server.DemoServer:
    demo = server.DemoServer(server.sample_world(), options, port=port)
    return await stack.enter_async_context(demo)


async def run_demo(
    settings: Settings,
    *,
    output: Path,
    format: Format,  # noqa: A002  the word that the command uses
    progress: Progress,
    clock: Clock,
) -> SnapshotResult:
    """Crawl the sample project over real HTTP and write its snapshot to `output`.

    The user's own address and credentials are not used, and nothing is kept for a later run.
    """
    async with serve_demo() as running:
        own = replace(
            settings,
            url=running.url,
            project=running.project,
            api_token=Secret(running.api_token),
            project_token=None,
            email=None,
            password=None,
            jwt=None,
            proxy=None,
            state=None,
            incremental=False,
            strategy=Strategy.WALK,
            api=ApiChoice.AUTO,
            branch=None,
        )
        return await take_snapshot(
            own,
            project=running.project,
            output=output,
            format=format,
            progress=progress,
            clock=clock,
        )
