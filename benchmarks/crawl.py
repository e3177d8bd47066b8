"""The whole crawl against a bare loop of aiohttp over the same requests, as a ratio.

The crawl is the main job without the command line: client, engine, journal on disk, snapshot on
disk. The bare loop knows all addresses beforehand, sends them over one session from as many tasks,
and parses each body. What lies between the two is what completeness, resuming and politeness cost.

Both talk to the embedded server in a process of its own, in interleaved rounds, without a rate
limit and without waiting times, so the machine is the limit.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import aiohttp
import orjson

from crawler import Client, Format, Secret, Settings, crawl_project, demo
from crawler.api.client import ClientOptions
from crawler.api.credentials import Credentials

SLUG = "generated"
WORKERS = 8
NO_LIMIT = 1e6  # requests a second, more than any machine sends


@dataclass(frozen=True)
class Server:
    """The embedded server in its own process; `ask` ends a round and tells what was asked for."""

    url: str
    pipe: Connection

    def ask(self) -> list[str]:
        """The requests since the last call, by path and query."""
        self.pipe.send("requests")
        targets: list[str] = self.pipe.recv()
        return targets


@dataclass(frozen=True)
class Round:
    """One pass: seconds by the clock, seconds of this process's processor time, requests."""

    seconds: float
    processor: float
    requests: int


def serve(pipe: Connection, suites: int, tests: int) -> None:
    """Serve a generated project until told to stop."""
    project = demo.generate(1, suites, tests, slug=SLUG)
    targets: list[str] = []

    async def main() -> None:
        options = demo.ServerOptions(compress=False)
        world = demo.world_of(project)
        loop = asyncio.get_running_loop()
        async with demo.DemoServer(
            world, options, on_request=lambda target, _: targets.append(target)
        ) as server:
            pipe.send(server.url)
            while await loop.run_in_executor(None, pipe.recv) == "requests":
                pipe.send(targets.copy())
                targets.clear()

    run(main())


@contextmanager
def serving(suites: int, tests: int) -> Iterator[Server]:
    """The server while the block lasts."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs, suites, tests), daemon=True)
    process.start()
    try:
        yield Server(ours.recv(), ours)
        ours.send("stop")
        process.join()
    finally:
        process.kill()


async def crawl(server: Server, folder: Path) -> None:
    """The main job, with nothing of it left out but the face."""
    settings = Settings(url=server.url, workers=WORKERS, state=folder, fresh=True)
    options = ClientOptions(
        url=server.url,
        credentials=Credentials(api_token=Secret(demo.API_TOKEN)),
        rate=NO_LIMIT,
        in_flight=WORKERS,
    )
    async with (
        Client(options) as client,
        crawl_project(client, SLUG, settings) as crawled,
    ):
        if not crawled.complete:
            raise SystemExit(f"the crawl is incomplete: {crawled.gaps}")
        await crawled.write(folder / "snapshot.json", Format.JSON)


async def fetch_bare(server: Server, targets: Sequence[str]) -> None:
    """The same requests, from a list that is known beforehand."""
    async with aiohttp.ClientSession(
        server.url,
        connector=aiohttp.TCPConnector(limit=WORKERS),
        headers={"User-Agent": "benchmark"},
        raise_for_status=True,
    ) as session:
        async with session.post("/api/login", json={"api_token": demo.API_TOKEN}) as reply:
            session.headers["Authorization"] = (await reply.json())["jwt"]
        remaining = iter([target for target in targets if target != "/api/login"])

        async def work() -> None:
            for target in remaining:
                async with session.get(target) as reply:
                    orjson.loads(await reply.read())

        async with asyncio.TaskGroup() as group:
            for _ in range(WORKERS):
                group.create_task(work())


def run(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run on the loop that the command takes: uvloop where it is installed."""
    factory: Callable[[], asyncio.AbstractEventLoop] | None = None
    if find_spec("uvloop") is not None:
        import uvloop  # noqa: PLC0415  an extra

        factory = uvloop.new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(coroutine)


def timed(server: Server, coroutine: Coroutine[Any, Any, None]) -> tuple[Round, list[str]]:
    """Run one pass; returns its figures and its requests."""
    begun, processor = time.perf_counter(), time.process_time()
    run(coroutine)
    seconds, processor = time.perf_counter() - begun, time.process_time() - processor
    targets = server.ask()
    return Round(seconds, processor, len(targets)), targets


def measure(suites: int, tests: int, rounds: int) -> tuple[list[Round], list[Round]]:
    """(rounds of the crawl, rounds of the bare loop), after one of each to warm up."""
    crawls: list[Round] = []
    bares: list[Round] = []
    with serving(suites, tests) as server:
        for number in range(rounds + 1):
            with tempfile.TemporaryDirectory() as folder:
                crawled, targets = timed(server, crawl(server, Path(folder)))
            bare, _ = timed(server, fetch_bare(server, targets))
            note = "warm-up" if number == 0 else f"{number}/{rounds}"
            print(f"{note}: {crawled.seconds:.2f} s, {bare.seconds:.2f} s", file=sys.stderr)
            if number:
                crawls.append(crawled)
                bares.append(bare)
    return crawls, bares


def figures(values: Sequence[float]) -> dict[str, float]:
    """Median and spread."""
    return {
        "median": round(statistics.median(values), 3),
        "least": round(min(values), 3),
        "most": round(max(values), 3),
    }


def report(suites: int, tests: int, crawls: list[Round], bares: list[Round]) -> dict[str, Any]:
    """All that was measured, and on what."""
    pairs = list(zip(crawls, bares, strict=True))
    return {
        "benchmark": "crawl",
        "machine": {
            "cores": os.cpu_count(),
            "architecture": platform.machine(),
            "system": platform.system(),
            "python": platform.python_version(),
            "loop": "uvloop" if find_spec("uvloop") is not None else "asyncio",
            "aiohttp": version("aiohttp"),
        },
        "project": {"suites": suites, "tests": suites * tests, "requests": crawls[0].requests},
        "workers": WORKERS,
        "rounds": len(pairs),
        "crawl": {
            "seconds": figures([each.seconds for each in crawls]),
            "processor_seconds": figures([each.processor for each in crawls]),
            "requests_per_second": figures([each.requests / each.seconds for each in crawls]),
        },
        "bare": {
            "seconds": figures([each.seconds for each in bares]),
            "processor_seconds": figures([each.processor for each in bares]),
            "requests_per_second": figures([each.requests / each.seconds for each in bares]),
        },
        "ratio": {
            "seconds": figures([crawled.seconds / bare.seconds for crawled, bare in pairs]),
            "processor_seconds": figures(
                [crawled.processor / bare.processor for crawled, bare in pairs]
            ),
        },
    }


def table(found: dict[str, Any]) -> Iterator[str]:
    """The report as a table in Markdown."""
    machine, project = found["machine"], found["project"]
    yield (
        f"{project['suites']:,} suites, {project['tests']:,} tests, {project['requests']:,}"
        f" requests, {found['workers']} workers, {found['rounds']} rounds; {machine['cores']}"
        f" cores ({machine['architecture']}, {machine['system']}), Python {machine['python']},"
        f" {machine['loop']}, aiohttp {machine['aiohttp']}."
    )
    yield ""
    yield "| median (least to most) | crawl | bare loop | ratio |"
    yield "|---|---|---|---|"
    for name, unit in (("seconds", "s"), ("processor_seconds", "s of processor time")):
        cells = [_cell(found[kind][name]) for kind in ("crawl", "bare", "ratio")]
        yield f"| {unit} | {' | '.join(cells)} |"
    cells = [_cell(found[kind]["requests_per_second"], 0) for kind in ("crawl", "bare")]
    yield f"| requests a second | {' | '.join(cells)} | |"


def _cell(found: dict[str, float], digits: int = 2) -> str:
    middle, least, most = (f"{found[key]:.{digits}f}" for key in ("median", "least", "most"))
    return f"{middle} ({least} to {most})"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--suites", type=int, default=1000)
    parser.add_argument("--tests", type=int, default=10, help="tests a suite")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    given = parser.parse_args()
    found = report(given.suites, given.tests, *measure(given.suites, given.tests, given.rounds))
    if given.json:
        given.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print("\n".join(table(found)))


if __name__ == "__main__":
    main()
