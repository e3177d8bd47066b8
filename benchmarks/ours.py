"""The main job without the command line: client, engine, journal on disk, snapshot on disk.

    python -m benchmarks.ours URL WORKERS LOOP FOLDER FORMAT RATE

prints one line of JSON. The time begins when everything is imported.
"""

import asyncio
import resource
import sys
import time
from pathlib import Path

from benchmarks.figures import loop_factory, measured
from benchmarks.served import SLUG
from crawler import Client, Format, Secret, Settings, crawl_project
from crawler.api.client import ClientOptions
from crawler.api.credentials import Credentials
from crawler.progress import TallyProgress

__all__ = ("crawl",)


async def crawl(
    url: str,
    workers: int,
    folder: Path,
    form: Format,
    rate: float,
    tallied: TallyProgress,
    more: dict[str, float],
) -> None:
    """Crawl and write; notes in `more` when all was fetched, kept and reconciled."""
    settings = Settings(url=url, workers=workers, state=folder, fresh=True)
    options = ClientOptions(
        url=url,
        credentials=Credentials(api_token=Secret("testomat_benchmark")),
        rate=rate,
        in_flight=workers,
    )
    begun = time.perf_counter()
    async with (
        Client(options, progress=tallied) as client,
        crawl_project(client, SLUG, settings, progress=tallied) as crawled,
    ):
        more["fetched"] = time.perf_counter() - begun
        if not crawled.complete:
            raise SystemExit(f"the crawl is incomplete: {crawled.gaps[:3]}")
        await crawled.write(folder / f"snapshot.{form}", form)
    more["written"] = resource.getrusage(resource.RUSAGE_SELF).ru_oublock * 512


def main() -> None:
    """Be the crawl."""
    url, workers, loop, folder, form, rate = sys.argv[1:]
    tallied = TallyProgress()
    with (
        measured(lambda: tallied.tally.requests) as more,
        asyncio.Runner(loop_factory=loop_factory(fast=loop == "uvloop")) as runner,
    ):
        runner.run(crawl(url, int(workers), Path(folder), Format(form), float(rate), tallied, more))


if __name__ == "__main__":
    main()
