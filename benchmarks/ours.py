"""The main job without the command line: client, engine, journal on disk, snapshot on disk.

    python -m benchmarks.ours URL WORKERS LOOP FOLDER FORMAT RATE [MODE]

prints one line of JSON. The time begins when everything is imported. MODE `keep` stops before the
snapshot is written, so that the journal stays; `resume` goes on from it; `hedge` asks twice for
what is slow.
"""

import asyncio
import resource
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.figures import loop_factory, measured
from benchmarks.served import SLUG
from crawler import Client, Format, Secret, Settings, crawl_project
from crawler.__main__ import collect_seldom
from crawler.api.client import ClientOptions
from crawler.api.credentials import Credentials
from crawler.progress import Began, Event, TallyProgress

__all__ = ("Crawl",)


#: Seconds; waits are scaled down here, and so is what counts as slow.
_SLOW = 0.05


class _KeptError(Exception):
    """The journal is to stay."""


@dataclass
class Crawl:
    """One crawl; notes in `more` when all was fetched, kept and audited."""

    url: str
    workers: int
    folder: Path
    form: Format
    rate: float
    mode: str
    more: dict[str, float]
    started: float = field(default_factory=time.perf_counter)
    processor: float = field(default_factory=time.process_time)
    tallied: TallyProgress = field(init=False)

    def __post_init__(self) -> None:
        self.tallied = TallyProgress(self)

    def report(self, event: Event) -> None:
        """Note when it goes on, with all that was there before."""
        if isinstance(event, Began):
            self.more["begun"] = time.perf_counter() - self.started
            self.more["begun, processor"] = time.process_time() - self.processor

    async def run(self) -> None:
        """Crawl and write."""
        settings = Settings(
            url=self.url, workers=self.workers, state=self.folder, fresh=self.mode != "resume"
        )
        options = ClientOptions(
            url=self.url,
            credentials=Credentials(api_token=Secret("testomat_benchmark")),
            rate=self.rate,
            in_flight=self.workers,
            hedge=_SLOW if self.mode == "hedge" else None,
        )
        async with (
            Client(options, progress=self.tallied) as client,
            crawl_project(client, SLUG, settings, progress=self.tallied) as crawled,
        ):
            self.more["fetched"] = time.perf_counter() - self.started
            if not crawled.complete:
                raise SystemExit(f"the crawl is incomplete: {crawled.gaps[:3]}")
            if self.mode == "keep":
                raise _KeptError
            await crawled.write(self.folder / f"snapshot.{self.form}", self.form)
        self.more["written"] = resource.getrusage(resource.RUSAGE_SELF).ru_oublock * 512


def main() -> None:
    """Be the crawl, with what the command sets for its process."""
    collect_seldom()
    url, workers, loop, folder, form, rate, *mode = sys.argv[1:]
    more: dict[str, float] = {}
    crawl = Crawl(
        url,
        int(workers),
        Path(folder),
        Format(form),
        float(rate),
        mode[0] if mode else "whole",
        more,
    )
    with (
        measured(lambda: crawl.tallied.tally.requests) as figures,
        asyncio.Runner(loop_factory=loop_factory(fast=loop == "uvloop")) as runner,
    ):
        with suppress(_KeptError):
            runner.run(crawl.run())
        figures.update(more)


if __name__ == "__main__":
    main()
