"""The peers, each as its documentation has it, doing the work of `collecting`.

    python -m benchmarks.peers NAME URL WORKERS LOOP FILE [TARGETS]

prints one line of JSON. Times begin when everything is imported. `flat`, `flat, written` and
`floor` know all addresses beforehand, from the file TARGETS: the first parses each body and does
nothing else, which makes it the ceiling; the second does the work; the third also keeps each answer
on disk and takes sums, as the crawl does (see the module of that name).
"""

import asyncio
import json
import logging
import sys
from collections.abc import Callable, Coroutine, Iterable
from pathlib import Path
from typing import Any

import orjson

from benchmarks.collecting import Collected
from benchmarks.figures import loop_factory, measured
from benchmarks.floor import Floor

__all__ = ("PEERS",)

_LOGIN = "/api/login"
_TOKEN = {"api_token": "testomat_benchmark"}


async def flat(
    url: str, workers: int, targets: list[str], take: Callable[[str, bytes], Any]
) -> int:
    """A loop of aiohttp over addresses that are known: the ceiling."""
    import aiohttp  # noqa: PLC0415

    connector = aiohttp.TCPConnector(limit=workers)
    remaining = iter(targets)
    async with aiohttp.ClientSession(url, connector=connector, raise_for_status=True) as session:
        await (await session.post(_LOGIN, json=_TOKEN)).read()

        async def work() -> None:
            for target in remaining:
                async with session.get(target) as reply:
                    take(target, await reply.read())

        async with asyncio.TaskGroup() as group:
            for _ in range(workers):
                group.create_task(work())
    return len(targets) + 1


async def httpx_gather(url: str, workers: int, found: Collected) -> None:
    """A gather within a gather, the pool bounded."""
    import httpx  # noqa: PLC0415

    limits = httpx.Limits(max_connections=workers, max_keepalive_connections=workers)
    async with httpx.AsyncClient(base_url=url, limits=limits, timeout=None) as client:
        (await client.post(_LOGIN, json=_TOKEN)).raise_for_status()

        async def visit(target: str) -> None:
            reply = (await client.get(target)).raise_for_status()
            await asyncio.gather(*map(visit, found.add(target, reply.content)))

        await asyncio.gather(*map(visit, found.first()))


async def recursion(url: str, _workers: int, found: Collected) -> None:
    """One suite after the other, into the depth, each awaited before the next."""
    import aiohttp  # noqa: PLC0415

    async with aiohttp.ClientSession(url, raise_for_status=True) as session:
        await (await session.post(_LOGIN, json=_TOKEN)).read()

        async def visit(target: str) -> None:
            async with session.get(target) as reply:
                following = found.add(target, await reply.read())
            for each in following:
                await visit(each)

        for target in found.first():
            await visit(target)


def requests_one_by_one(url: str, found: Collected) -> None:
    """A stack and a session."""
    import requests  # noqa: PLC0415

    with requests.Session() as session:
        session.post(f"{url}{_LOGIN}", json=_TOKEN, timeout=60).raise_for_status()
        waiting = found.first()
        while waiting:
            target = waiting.pop()
            reply = session.get(f"{url}{target}", timeout=60)
            reply.raise_for_status()
            waiting += found.add(target, reply.content)


def scrapy(url: str, workers: int, found: Collected) -> None:
    """A spider."""
    import scrapy  # noqa: PLC0415
    from scrapy.crawler import CrawlerProcess  # noqa: PLC0415

    class Spider(scrapy.Spider):
        name = "peer"

        async def start(self) -> Any:
            yield scrapy.Request(
                f"{url}{_LOGIN}", method="POST", body=json.dumps(_TOKEN), callback=self.begin
            )

        def begin(self, _response: Any) -> Iterable[Any]:
            return map(self.ask, found.first())

        def ask(self, target: str) -> Any:
            return scrapy.Request(f"{url}{target}", cb_kwargs={"target": target})

        def parse(self, response: Any, target: str) -> Iterable[Any]:
            return [self.ask(each) for each in found.add(target, response.body)]

    process = CrawlerProcess(
        {
            "CONCURRENT_REQUESTS": workers,
            "CONCURRENT_REQUESTS_PER_DOMAIN": workers,
            "DOWNLOAD_DELAY": 0,
            "COOKIES_ENABLED": False,
            "LOG_ENABLED": False,
            "LOG_INSTALL_ROOT_HANDLER": False,
            "ROBOTSTXT_OBEY": False,
            "TELNETCONSOLE_ENABLED": False,
            "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
        }
    )
    process.crawl(Spider)
    process.start()


async def crawlee(url: str, workers: int, found: Collected) -> None:
    """An `HttpCrawler` whose storage is in memory."""
    import crawlee as library  # noqa: PLC0415
    from crawlee.crawlers import HttpCrawler  # noqa: PLC0415
    from crawlee.storage_clients import MemoryStorageClient  # noqa: PLC0415

    crawler = HttpCrawler(
        concurrency_settings=library.ConcurrencySettings(
            min_concurrency=workers, desired_concurrency=workers, max_concurrency=workers
        ),
        storage_client=MemoryStorageClient(),
        max_request_retries=0,
        configure_logging=False,
    )

    @crawler.router.default_handler
    async def handle(context: Any) -> None:
        target = context.request.url.removeprefix(url)
        following = (
            found.first()
            if target == _LOGIN
            else found.add(target, await context.http_response.read())
        )
        await context.add_requests([f"{url}{each}" for each in following])

    login = library.Request.from_url(f"{url}{_LOGIN}", method="POST", payload=json.dumps(_TOKEN))
    await crawler.run([login])


PEERS = (*("flat", "flat, written", "httpx", "recursion", "requests", "scrapy", "crawlee"),)


def _parse(_target: str, body: bytes) -> None:
    orjson.loads(body)


def _import(name: str) -> None:
    """What a peer needs, before the time begins."""
    modules = {
        "httpx": ("httpx",),
        "requests": ("requests",),
        "scrapy": ("scrapy.crawler",),
        "crawlee": ("crawlee.crawlers", "crawlee.storage_clients"),
    }
    for each in modules.get(name, ("aiohttp",)):
        __import__(each)


def main() -> None:
    """Be one peer."""
    name, url, workers, loop, file, *rest = sys.argv[1:]
    logging.disable(logging.CRITICAL)
    targets = json.loads(Path(rest[0]).read_text("utf-8")) if rest else []
    found, count = Collected(), int(workers)
    _import(name)

    def run(coroutine: Coroutine[Any, Any, Any]) -> None:
        with asyncio.Runner(loop_factory=loop_factory(fast=loop == "uvloop")) as runner:
            runner.run(coroutine)

    # The login counts as a request, for the crawl counts it too.
    with measured(lambda: (found.requests or len(targets)) + 1):
        match name:
            case "flat" | "flat, written" | "floor":
                floor = Floor(Path(file)) if name == "floor" else None
                takes = {"flat": _parse, "flat, written": found.add}
                run(flat(url, count, targets, floor.take if floor else takes[name]))
                if floor:
                    floor.write()
            case "httpx":
                run(httpx_gather(url, count, found))
            case "recursion":
                run(recursion(url, count, found))
            case "requests":
                requests_one_by_one(url, found)
            case "scrapy":
                scrapy(url, count, found)
            case "crawlee":
                run(crawlee(url, count, found))
            case _:
                raise SystemExit(f"no such peer: {name}")
        if found.requests:
            found.write(Path(file))


if __name__ == "__main__":
    main()
