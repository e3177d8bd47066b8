"""What a night costs that builds on the last one, and one that takes suites from their listings."""

import asyncio
import random
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

from benchmarks.figures import Comparison
from crawler.config.settings import Settings
from crawler.config.thrift_settings import Strategy
from crawler.demo import (
    API_TOKEN,
    DemoProject,
    DemoServer,
    Etags,
    Listing,
    ServerOptions,
    generate,
    world_of,
)
from crawler.jobs.snapshot import take_snapshot
from crawler.redaction import Secret
from crawler.snapshot.formats import Format

__all__ = ("nights",)

_RATE = 10
_MIB = 1 << 20
_EDITED = 0.01


@dataclass(frozen=True, slots=True)
class _Night:
    """One crawl; `received` bytes of bodies, unpacked, and the sum of what was written."""

    requests: int
    received: int
    seconds: float
    sha256: str


def nights(suites: int, tests: int, text: int) -> Comparison:
    """A project of so many suites with so many tests each, on a server whose listing names all."""
    project = generate(1, suites, tests, text_bytes=text)
    found: dict[str, _Night] = {}
    kept = asyncio.run(_run(project, found))
    full = found["full crawl"]
    rows = tuple(_row(name, each, full) for name, each in found.items())
    share = found["unchanged"].requests / full.requests
    cost = f"{share:.1%} of the requests of a full crawl (goal: at most 25 %), and the same bytes"
    sizes = f"{kept.state / _MIB:.0f} MiB, beside a snapshot of {kept.snapshot / _MIB:.0f} MiB"
    verdict = (
        f"An unchanged project: {cost}.",
        f"What is kept for the next night takes {sizes}.",
    )
    return Comparison(
        "nights",
        "Nights that cost little",
        f"{suites:,} suites with {tests} tests of {text} bytes each, on the embedded server, whose"
        f" listing names all suites, in one process with it; before two of the nights"
        f" {_EDITED:.0%} of the tests were edited. Bytes are those of bodies before they are"
        f" packed. At {_RATE} requests a second, the usual rate, the requests are the time. Each"
        " night's snapshot was held against a full crawl's.",
        ("night", "requests", "of the full crawl", "MiB", f"at {_RATE}/s", "s without a rate"),
        rows,
        {"nights": found, "kept": kept},
        verdict,
    )


def _row(name: str, each: _Night, full: _Night) -> tuple[str, ...]:
    minutes, seconds = divmod(each.requests // _RATE, 60)
    return (
        name,
        f"{each.requests:,}",
        f"{each.requests / full.requests:.1%}",
        f"{each.received / _MIB:.1f}",
        f"{minutes}:{seconds:02}",
        f"{each.seconds:.1f}",
    )


@dataclass(frozen=True, slots=True)
class _Kept:
    """Bytes on disk."""

    state: int
    snapshot: int


async def _run(project: DemoProject, found: dict[str, _Night]) -> _Kept:
    chance = random.Random(1)
    plain = ServerOptions(listing=Listing.ALL, cache_bytes=0)
    named = replace(plain, etags=Etags.CONTENT)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for options, words in ((plain, ""), (named, ", with ETag")):
            state = folder / f"state{words}"
            async with DemoServer(world_of(project), options) as server:

                async def crawl(state: Path = state, **more: object) -> _Night:
                    return await _crawl(server, folder / "s.json", state, **more)

                if not words:
                    found["full crawl"] = await crawl()
                    found["suites from listings"] = await _checked(crawl, strategy=Strategy.LISTING)
                await crawl(incremental=True)
                found[f"unchanged{words}"] = await _checked(crawl, incremental=True)
                _edit(project, chance)
                found[f"1 % edited{words}"] = await _checked(crawl, incremental=True)
        kept = next((folder / "state").glob("*.kept.sqlite3"))
        return _Kept(kept.stat().st_size, (folder / "s.json").stat().st_size)


async def _checked(crawl: Callable[..., Awaitable[_Night]], **more: object) -> _Night:
    """A night that spares something, held against one that does not."""
    night, full = await crawl(**more), await crawl()
    if night.sha256 != full.sha256:
        raise SystemExit(f"{more}: the snapshot is not that of a full crawl")
    return night


def _edit(project: DemoProject, chance: random.Random) -> None:
    for test in chance.sample(sorted(project.tests), max(1, int(len(project.tests) * _EDITED))):
        project.edit_test(test, {"description": f"edited {chance.random()}"})


async def _crawl(server: DemoServer, output: Path, state: Path, **more: object) -> _Night:
    settings = Settings(
        url=server.url, api_token=Secret(API_TOKEN), rate=1000.0, state=state, manifest=False
    )
    begun = perf_counter()
    result = await take_snapshot(
        replace(settings, **more),  # type: ignore[arg-type]
        project=server.world.project.slug,
        output=output,
        format=Format.JSON,
    )
    tally = result.tally
    seconds = perf_counter() - begun
    # Each server has a port of its own, which is in the file; the content has none.
    return _Night(tally.requests, tally.body_bytes, seconds, result.written.content_sha256)
