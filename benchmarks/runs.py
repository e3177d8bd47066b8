"""How much sooner results with their details are there than one by one.

    python benchmarks/runs.py [--results 5000] [--alone 250] [--workers 16] [--scale 0.5]

A demo server answers as slowly as the live service was recorded to, times `--scale`; it refuses
whatever comes faster than eleven tenths of `--rate`. `--alone` results are read one by one, all of
them by the workers, and the time for each result is compared.
"""

import argparse
import asyncio
import json
import time
from pathlib import Path
from typing import Any

from crawler.clock import SystemClock
from crawler.config.settings import Settings
from crawler.demo import API_TOKEN, SLUG, DemoServer, ServerOptions, World, sample_world
from crawler.jobs.runs import Runs, open_runs
from crawler.progress import NoProgress
from crawler.redaction import Secret


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--results", type=int, default=5000)
    parser.add_argument("--alone", type=int, default=250)
    parser.add_argument("--workers", type=int, default=16)
    parser.add_argument("--scale", type=float, default=0.5)
    parser.add_argument("--rate", type=float, default=400.0)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    report = asyncio.run(measured(options))
    for name, value in report.items():
        print(f"{name:24} {value:,.4g}")
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n", "utf-8")


async def measured(options: argparse.Namespace) -> dict[str, float]:
    """The figures of one by one, of the workers, and their ratio."""
    alone = await seconds(options.alone, 1, options)
    together = await seconds(options.results, options.workers, options)
    each, both = alone["seconds"] / options.alone, together["seconds"] / options.results
    return {
        "one by one, ms a result": 1000 * each,
        "workers, ms a result": 1000 * both,
        "workers, seconds in all": together["seconds"],
        "requests": together["requests"],
        "refused": alone["refused"] + together["refused"],
        "ratio": each / both,
    }


async def seconds(results: int, workers: int, options: argparse.Namespace) -> dict[str, float]:
    """What it takes to read so many results with their details."""
    world, run_id = world_with(results)
    server_options = ServerOptions(
        latency_scale=options.scale, refuse_above=int(1.1 * options.rate) + 1
    )
    found: list[Any] = []
    async with DemoServer(world, server_options) as server:
        settings = Settings(
            url=server.url, api_token=Secret(API_TOKEN), workers=workers, rate=options.rate
        )
        clock = SystemClock()
        async with open_runs(settings, SLUG, progress=NoProgress(), clock=clock) as opened:
            # The job has two tasks for each worker; one by one is one task.
            runs = Runs(opened._client, SLUG, 1) if workers == 1 else opened  # noqa: SLF001
            begin = time.perf_counter()
            await runs.results(run_id, found.append, detail=True)
            took = time.perf_counter() - begin
        assert len(found) == results
        return {
            "seconds": took,
            "requests": len(server.requests),
            "refused": server.throttled,
        }


def world_with(results: int) -> tuple[World, str]:
    """The sample project with a run of so many results."""
    world = sample_world()
    tests = list(world.project.tests.values())
    world.project.extras.add_run("b16b16b1", "Big", {"finished-at": "2024-02-02T00:00:00.000Z"})
    for number in range(results):
        test = tests[number % len(tests)]
        own = {"status": "passed", "run-time": number, "message": "x" * 200}
        world.project.extras.add_testrun("b16b16b1", test.id, test.title, own)
    return world, "b16b16b1"


if __name__ == "__main__":
    main()
