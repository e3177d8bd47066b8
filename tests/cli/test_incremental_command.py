"""Incremental runs of the real command: what they print, note, and survive."""

import json
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from support.processes import call, command, environment

from crawler.demo import (
    SLUG,
    DemoServer,
    Listing,
    ServerOptions,
    sample_project,
    world_of,
)

pytestmark = pytest.mark.anyio

NIGHT = ("--incremental", "--rate", "1000", "--progress", "none")
ALL = ServerOptions(listing=Listing.ALL)


def spared(name: str) -> Any:
    """What the manifest tells of it."""
    return read(f"{name}.manifest.json").get("spared")


def read(name: str) -> Any:
    """The JSON of a file."""
    return json.loads(Path(name).read_bytes())


def kept(home: Path) -> Iterator[Path]:
    """What lies in this system's folder for state."""
    return home.rglob("*.kept.sqlite3")


async def test_nights_print_and_note_what_they_spared(home: Path) -> None:
    """The first keeps, the second spares, a fresh one compares; all bytes are the same."""
    async with DemoServer(world_of(sample_project()), ALL) as server:
        runs = [
            await call("snapshot", SLUG, "-o", f"{name}.json", *NIGHT, *more, url=server.url)
            for name, more in (("one", ()), ("two", ()), ("three", ("--fresh",)))
        ]
    assert [run.code for run in runs] == [0, 0, 0]
    assert spared("one.json") is None
    assert "64 suites as before" in runs[1].err
    assert spared("two.json") == {"reused_suites": 64}
    assert "full: incremental would have missed nothing" in runs[2].err
    assert spared("three.json") == {"incremental_would_have_missed": []}
    assert read("one.json") == read("two.json") == read("three.json")
    assert len(list(kept(home))) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="there signals are something else")
@pytest.mark.slow
@pytest.mark.parametrize("after", [4, 12, 25])
async def test_a_night_that_is_killed_leaves_what_was_kept(home: Path, after: int) -> None:
    """SIGKILL after so many requests; the next run goes on, and builds on what was there."""
    project = sample_project()
    async with DemoServer(world_of(project), ALL) as server:
        arguments = ("backup", "--project", SLUG, "-o", "b", *NIGHT, "--report", "r.json")
        assert (await call(*arguments, url=server.url)).code == 0
        (place,) = kept(home)
        before = place.read_bytes()
        project.rename_suite(next(iter(project.suites)), "Renamed")
        process = await anyio.open_process(command(*arguments), env=environment(server.url))
        begun = server.counts.total()
        with anyio.fail_after(60):
            while server.counts.total() < begun + after and process.returncode is None:
                await anyio.lowlevel.checkpoint()
            process.send_signal(signal.SIGKILL)
            await process.wait()
        assert process.returncode == -signal.SIGKILL
        assert place.read_bytes() == before
        ended = await call(*arguments, url=server.url)
        assert ended.code == 0
        (told,) = read("r.json")["projects"]
        assert told["spared"].endswith("suites as before")
        assert (told["outcome"], told["warnings"]) == ("stored", [])


async def test_what_no_listing_proves_is_asked_for_and_said() -> None:
    """Once a night, in the summary."""
    async with DemoServer(world_of(sample_project())) as server:
        for _ in range(2):
            ended = await call("snapshot", SLUG, *NIGHT, url=server.url)
        listed = await call(
            "snapshot", SLUG, "--strategy", "listing", "--rate", "1000", url=server.url
        )
    assert "! incremental could spare nothing: the listing of suites names 12 of 76" in ended.err
    assert "! the listings cannot stand for the suites: " in listed.err


async def test_the_kind_of_listing_is_for_a_server_that_is_kept_up() -> None:
    """The demo that ends by itself is the one of the README."""
    ended = await call("demo", "--listing", "all")
    assert ended.code == 2
    assert "--listing goes with --serve" in ended.error
