"""A month of nights against the demo server: the right ones are red, the right files are kept."""

from collections.abc import Callable
from pathlib import Path

import anyio
import pytest
from support.nights import Nights, grown

from crawler.config.settings import Settings
from crawler.demo import DemoProject, DemoServer, Fault, FaultKind, world_of
from crawler.jobs.backup_keeping import list_backups, restore_file
from crawler.snapshot.formats import Format
from crawler.snapshot.reading import read

Step = Callable[[DemoServer], None]


def edit(night: int) -> Step:
    """Somebody renamed a test the day before."""
    return lambda server: server.world.project.rename_test("00000001f", f"Title of day {night}")


def lose_suites(server: DemoServer) -> None:
    """The account sees two suites less, and nothing says so."""
    for suite_id in ("00000001", "00000002"):
        server.world.project.delete_suite(suite_id)


def get_them_back(server: DemoServer) -> None:
    """All that was lost is there again, as a new project of the same name."""
    project: DemoProject = grown()
    project.rename_test("00000001f", "Title of day 14")
    server.world.projects["shop"] = project


def fail_with_500(path: str) -> Step:
    """An address fails whatever is tried."""
    return lambda server: server.fault(Fault(FaultKind.ERROR_500, path, times=None))


def heal(server: DemoServer) -> None:
    """No more faults."""
    server.faults.wanted.clear()


def take_the_right_away(server: DemoServer) -> None:
    """The project answers 404, as it does for everybody who may not see it."""
    server.world.projects["away"] = server.world.projects.pop("shop")


def give_it_back(server: DemoServer) -> None:
    """And it is listed again."""
    server.world.projects["shop"] = server.world.projects.pop("away")


MONTH: dict[int, tuple[Step, ...]] = {
    **{night: (edit(night),) for night in (2, 3, 4, 5, 6, 7, 8)},
    9: (),  # nobody works on a Saturday
    11: (edit(11), fail_with_500("/suites/00000002$")),
    12: (heal,),
    14: (edit(14),),
    15: (lose_suites,),
    16: (),
    17: (get_them_back,),
    20: (take_the_right_away,),
    21: (),
    22: (give_it_back, edit(22)),
    24: (edit(24), fail_with_500("^/api/")),
    25: (heal,),
    28: (edit(28),),
    30: (edit(30),),
}
#: The machine was off.
MISSING = (10, 26)
EXPECTED = {
    1: ("stored", 0),
    **dict.fromkeys(range(2, 9), ("stored", 0)),
    11: ("incomplete", 4),
    12: ("stored", 0),
    14: ("stored", 0),
    15: ("suspect", 4),
    16: ("suspect", 4),
    17: ("stored", 0),
    20: ("failed", 3),
    21: ("failed", 3),
    22: ("stored", 0),
    24: ("failed", 5),
    25: ("stored", 0),
    28: ("stored", 0),
    30: ("stored", 0),
}


async def month(server: DemoServer, folder: Path, **settings: int) -> Nights:
    """All nights of May, one after the other."""
    nights = Nights(server, folder, settings=Settings(attempts=1, rounds=0, **settings))
    for night in range(1, 32):
        for step in MONTH.get(night, ()):
            step(server)
        if night not in MISSING:
            await nights.run(night, projects=("shop",))
    return nights


def lived_through(folder: Path, **settings: int) -> Nights:
    """What is left of the month when the server is gone."""

    async def live() -> Nights:
        async with DemoServer(world_of(grown())) as server:
            return await month(server, folder, **settings)

    return anyio.run(live)


@pytest.fixture(scope="module")
def may(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    """The month without retention."""
    return lived_through(tmp_path_factory.mktemp("may") / "backups")


def test_the_right_nights_are_red(may: Nights) -> None:
    """Incomplete, shrunken, out of reach, out of order; all others are green."""
    history = may.history("shop")
    assert {each["at"][8:10]: (each["outcome"], each["exit_code"]) for each in history} == {
        f"{night:02}": EXPECTED.get(night, ("unchanged", 0))
        for night in range(1, 32)
        if night not in MISSING
    }


def test_every_state_that_was_ever_good_comes_back_as_it_was(may: Nights, tmp_path: Path) -> None:
    """Its title says of which day it is."""
    good = [each for each in list_backups(may.folder) if not each.mark]
    days = [each.at.day for each in good]
    assert days == [night for night, (outcome, _) in EXPECTED.items() if outcome == "stored"]
    for day in (2, 8, 14, 22, 30):
        out = tmp_path / f"{day}.json"
        restore_file(may.folder, "shop", f"2026-05-{day:02}", out, Format.JSON)
        assert f"Title of day {day}" in {node.fields["title"] for node in read(out).nodes}


def test_the_last_good_night_is_known_on_red_ones(may: Nights) -> None:
    """For an alarm that says how old the newest good backup is."""
    found = {run.started_at.day: run.projects[0].last_good for run in may.runs}
    days = {night: moment.day for night, moment in found.items() if moment}
    assert {night: days[night] for night in (11, 16, 21, 24, 31)} == {
        11: 9,
        16: 14,
        21: 19,
        24: 23,
        31: 31,
    }


def test_the_right_backups_are_kept(tmp_path: Path) -> None:
    """The last three, four days, four weeks, two months; marked ones as long as older ones are."""
    nights = lived_through(
        tmp_path / "backups", keep_last=3, keep_daily=4, keep_weekly=4, keep_monthly=2
    )
    assert [name[8:10] + name[18:-8] for name in nights.files("shop")] == [
        *("01", "08", "15.suspect", "17"),
        *("22", "25", "28", "30"),
    ]
    files = sorted(path.name for path in (nights.folder / "shop").iterdir())
    manifests = [name.removesuffix(".manifest.json") for name in files if "manifest" in name]
    assert manifests == nights.files("shop")
