"""What a partial night leaves for the next run, and for how long."""

import gzip
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from support.nights import Nights, grown, outcomes

from crawler.config.settings import Settings
from crawler.demo import DemoServer, FaultKind, FaultPlan, world_of

pytestmark = pytest.mark.anyio

SICK = "/suites/00000002$"


async def partial_night(server: DemoServer, nights: Nights, **more: Any) -> None:
    """A night on which one suite cannot be had."""
    server.faults.plan = FaultPlan(1, 1.0, (FaultKind.ELSEWHERE,), attempts=None, only=SICK)
    found = await nights.run(1, allow_partial=True, **more)
    assert outcomes(found) == {"shop": "partial"}
    server.faults.plan = None


@pytest.fixture
def nights_of(tmp_path: Path) -> Any:
    """Nights with a state of their own."""

    def made(server: DemoServer) -> Nights:
        settings = Settings(projects=("shop",), state=tmp_path / "state", allow_partial=True)
        (tmp_path / "kept").mkdir()
        return Nights(server, tmp_path / "kept", settings)

    return made


async def test_the_same_command_asks_for_what_is_missing(nights_of: Any) -> None:
    """Soon after a partial run nothing else is asked for again, and what was done is said."""
    async with DemoServer(world_of(grown())) as server:
        nights = nights_of(server)
        await partial_night(server, nights)
        before = len(server.requests)
        found = await nights.run(1)
        names = {seen.path.rpartition("/")[2] for seen in server.requests[before:]}
    assert outcomes(found) == {"shop": "stored"}
    assert {name for name in names if name.startswith("0")} == {"00000002"}
    assert not list((nights.folder.parent / "state").glob("*"))


async def test_the_next_night_is_not_half_of_yesterday(nights_of: Any) -> None:
    """Everything is asked for anew, what changed by day is there, and the reason is given."""
    project = grown()
    async with DemoServer(world_of(project)) as server:
        nights = nights_of(server)
        await partial_night(server, nights)
        project.rename_suite("00000001", "Renamed by day")
        before = len(server.requests)
        found = await nights.run(2)
        names = [seen.path.rpartition("/")[2] for seen in server.requests[before:]]
    assert outcomes(found) == {"shop": "stored"}
    assert {name for name in names if name.startswith("0")} >= {f"{n:08x}" for n in range(4)}
    assert any("older than 12 hours" in text for text in found.projects[0].warnings)
    newest = nights.folder / "shop" / nights.files("shop")[-1]
    assert b"Renamed by day" in gzip.decompress(newest.read_bytes())


async def test_a_run_that_goes_on_does_not_make_the_state_younger(
    nights_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its age is that of its oldest answers, however often it was taken up since."""
    hours = iter((0, 11, 22))
    async with DemoServer(world_of(grown())) as server:
        nights = nights_of(server)
        moment = [0]
        monkeypatch.setattr(
            nights.clock, "utc_now", lambda: datetime(2026, 5, 1, moment[0], tzinfo=UTC)
        )
        warned = []
        for moment[0] in hours:
            await partial_night(server, nights)
            texts = nights.runs[-1].projects[0].warnings
            warned.append(any("older than 12 hours" in text for text in texts))
    assert warned == [False, False, True]
