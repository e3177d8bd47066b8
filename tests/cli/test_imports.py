"""What is imported before a person sees anything: as little as possible, for it is their waiting.

Times would depend on the machine; which modules are there does not.
"""

import sys

import anyio
import pytest
from support.processes import environment
from support.servers import answering

pytestmark = pytest.mark.anyio

#: What no help needs, whatever the command.
NOT_FOR_HELP = (
    *("aiohttp", "anyio", "orjson", "platformdirs", "rich", "sqlite3", "urllib.request", "yaml"),
    *("crawler.jobs", "crawler.model", "crawler.progress", "crawler.snapshot"),
)
#: What a crawl needs only when the server has said that there is something to crawl.
NOT_FOR_A_REQUEST = (
    *("rich", "sqlite3", "tenacity", "yaml"),
    *("crawler.cli.summary", "crawler.engine", "crawler.jobs.crawled", "crawler.jobs.snapshot_one"),
    *("crawler.snapshot.document", "crawler.snapshot.manifest", "crawler.snapshot.writer"),
)


async def loaded(names: tuple[str, ...], *arguments: str, url: str = "") -> list[str]:
    """Those of the modules that are there when the command has ended."""
    script = (
        f"import sys; from crawler.cli.main import run; run({list(arguments)!r});"
        f" print(*(name for name in {names!r} if name in sys.modules))"
    )
    ended = await anyio.run_process([sys.executable, "-c", script], env=environment(url or None))
    return ended.stdout.decode().splitlines()[-1].split()


@pytest.mark.parametrize("arguments", [["--help"], ["snapshot", "--help"], ["projects", "-h"]])
async def test_help_loads_nothing_that_only_a_job_needs(arguments: list[str]) -> None:
    """A person who asks for help should not wait for libraries."""
    assert await loaded(NOT_FOR_HELP, *arguments) == []


async def test_the_first_request_waits_for_nothing_that_is_needed_later() -> None:
    """The login is refused, so what is loaded then was loaded before it was sent."""
    async with answering(401, "{}", "application/json") as url:
        found = await loaded((*NOT_FOR_A_REQUEST, "aiohttp"), "snapshot", "shop", url=url)
    assert found == ["aiohttp"]
