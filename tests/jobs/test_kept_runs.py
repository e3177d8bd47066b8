"""What the service has purged stays in the snapshot, and is marked as such."""

from pathlib import Path
from typing import Any

import pytest
from support.clock import FastClock
from support.nights import Nights

from crawler.config.settings import Settings
from crawler.demo import (
    API_TOKEN,
    SLUG,
    DemoServer,
    Fault,
    FaultKind,
    World,
    sample_project,
    sample_world,
    world_of,
)
from crawler.errors import SnapshotError
from crawler.jobs.backup_results import Outcome
from crawler.jobs.snapshot import take_snapshot
from crawler.redaction import Secret
from crawler.snapshot.formats import Format
from crawler.snapshot.reading import read
from crawler.snapshot.soundness import document_faults

pytestmark = pytest.mark.anyio


async def save(server: DemoServer, path: Path, form: Format = Format.YAML, **more: Any) -> None:
    given = {"sections": "testruns", **more}
    settings = Settings(url=server.url, api_token=Secret(API_TOKEN), rate=1000, **given)
    await take_snapshot(settings, project=SLUG, output=path, format=form, clock=FastClock())


def sections(path: Path) -> dict[str, list[Any]]:
    return {each.name: list(each.items) for each in read(path).sections}


def names(items: list[Any]) -> dict[str, bool]:
    return {item["id"]: item.get("purged", False) for item in items}


def run_named(world: World, title: str) -> str:
    return next(run.id for run in world.project.extras.runs.values() if run.title == title)


@pytest.mark.parametrize("form", list(Format))
async def test_purged_runs_and_results_stay_and_are_marked(form: Format, tmp_path: Path) -> None:
    """In every format, night after night, with the same bytes as long as nothing happens."""
    world = sample_world()
    extras = world.project.extras
    path = tmp_path / {Format.JSON: "a.json", Format.YAML: "a.yaml"}.get(form, "a")
    purged = run_named(world, "Nightly 1")
    results = list(extras.testruns_of(purged))
    async with DemoServer(world) as server:
        await save(server, path, form)
        before = sections(path)
        extras.delete_run(purged)
        lost = extras.testruns_of(run_named(world, "Regression"))[0]
        extras.delete_testrun(lost)
        await save(server, path, form)
        after = sections(path)
        assert names(before["runs"]) == {**names(after["runs"]), purged: False}
        assert names(after["runs"])[purged]
        assert {each for each, gone in names(after["testruns"]).items() if gone} == {*results, lost}
        assert len(after["testruns"]) == len(before["testruns"])
        assert list(document_faults(read(path))) == []
        again = [each.read_bytes() for each in sorted(path.rglob("*")) if each.is_file()]
        await save(server, path, form)
        assert [each.read_bytes() for each in sorted(path.rglob("*")) if each.is_file()] == again
        assert sections(path) == after


async def test_without_a_loss_an_older_snapshot_changes_nothing(tmp_path: Path) -> None:
    """The bytes are those of a first snapshot."""
    one, two = tmp_path / "1.yaml", tmp_path / "2.yaml"
    async with DemoServer(sample_world()) as server:
        await save(server, one)
        await save(server, two)
        await save(server, one)
    assert one.read_bytes() == two.read_bytes()


async def test_results_that_were_not_read_again_stay_without_a_mark(tmp_path: Path) -> None:
    """Their runs are still there; the server was only not asked."""
    path = tmp_path / "a.yaml"
    world = sample_world()
    async with DemoServer(world) as server:
        await save(server, path)
        before = sections(path)
        await save(server, path, runs_since="2024-01-31")
        requests = [seen for seen in server.requests if seen.path.endswith("/testruns")]
        after = sections(path)
    assert names(after["testruns"]) == names(before["testruns"])
    assert names(after["runs"]) == names(before["runs"])
    asked = [dict(seen.query)["run_id"] for seen in requests]
    # Two pages, and the last one of them once more; but not again in the second crawl.
    assert asked.count(run_named(world, "Nightly 1")) == 3
    assert asked.count(run_named(world, "Regression")) == 2


def ended(world: World, run_id: str, day: str) -> None:
    """A run with a result that ended on this day."""
    extras = world.project.extras
    names = ("created-at", "updated-at", "finished-at")
    extras.add_run(run_id, run_id, dict.fromkeys(names, f"{day}T05:05:05.000Z"))
    extras.add_testrun(run_id, next(iter(world.project.tests)), "Pays")


async def test_the_snapshot_names_the_day_from_which_on_results_are_there(tmp_path: Path) -> None:
    """And keeps that of the older one as long as nothing escaped both."""
    path = tmp_path / "a.yaml"
    world = sample_world()
    ended(world, "aaaa0001", "2020-01-01")
    ended(world, "aaaa0002", "2020-03-01")

    async def day(**more: Any) -> str | None:
        await save(server, path, **more)
        return read(path).head.runs_since

    async with DemoServer(world) as server:
        assert await day(sections="runs", runs_since="2020-02-01") is None
        assert await day(runs_since="2020-02-01") == "2020-02-01"
        assert await day(runs_since="2020-04-01") == "2020-02-01"  # the older one has the rest
        ended(world, "aaaa0003", "2020-05-01")
        assert await day(runs_since="2020-06-01") == "2020-06-01"  # nobody ever read these
        assert await day(runs_since="2020-05-01") == "2020-05-01"
        assert await day() is None
        assert await day(runs_since="2020-06-01") is None
        world.project.extras.edit_run("aaaa0001", {"title": "Edited since"})
        assert await day(runs_since="2020-06-01") == "2020-06-01"


async def test_a_day_for_results_that_nobody_asked_for_is_a_warning(tmp_path: Path) -> None:
    """It would change nothing, which its user should know."""
    async with DemoServer(sample_world()) as server:
        for asked, warned in (("runs", True), ("testruns", False)):
            settings = Settings(
                url=server.url,
                api_token=Secret(API_TOKEN),
                rate=1000,
                sections=asked,
                runs_since="2024-01-30",
            )
            result = await take_snapshot(
                settings,
                project=SLUG,
                output=tmp_path / "a.yaml",
                format=Format.YAML,
                clock=FastClock(),
            )
            assert any("add --with testruns" in each for each in result.warnings) is warned


async def test_a_list_that_the_older_snapshot_lacks_is_not_taken_for_read(tmp_path: Path) -> None:
    """Its gap is gone with it, so the day has to tell."""
    path = tmp_path / "a.yaml"
    world = sample_world()
    ended(world, "aaaa0001", "2020-01-01")
    async with DemoServer(world) as server:
        server.fault(Fault(FaultKind.ERROR_500, "run_id=aaaa0001", times=None))
        await save(server, path, allow_partial=True)
        assert (read(path).head.complete, read(path).head.runs_since) == (False, None)
        await save(server, path, runs_since="2020-02-01")
    assert (read(path).head.complete, read(path).head.runs_since) == (True, "2020-02-01")


async def test_what_is_left_out_now_is_left_out_of_older_items_too(tmp_path: Path) -> None:
    """The document says that it has no such places."""
    path = tmp_path / "a.yaml"
    world = sample_world()
    async with DemoServer(world) as server:
        await save(server, path)
        assert any("run_time" in item for item in sections(path)["testruns"])
        world.project.extras.delete_run(run_named(world, "Nightly 1"))
        await save(server, path, omit=("testruns.run_time",))
    found = sections(path)["testruns"]
    assert any(item.get("purged") for item in found)
    assert not any("run_time" in item for item in found)


async def test_a_list_that_could_not_be_read_marks_nothing(tmp_path: Path) -> None:
    """What is not seen is not gone."""
    path = tmp_path / "a.json"
    world = sample_world()
    run_id = run_named(world, "Regression")
    async with DemoServer(world) as server:
        await save(server, path, Format.JSON)
        before = sections(path)
        server.fault(Fault(FaultKind.ERROR_500, f"run_id={run_id}", times=None))
        await save(server, path, Format.JSON, allow_partial=True)
        after = sections(path)
    assert names(after["testruns"]) == names(before["testruns"])
    assert not any(names(after["testruns"]).values())


async def test_an_older_snapshot_that_cannot_be_read_is_not_written_over(tmp_path: Path) -> None:
    """It may be the last place that has something."""
    path = tmp_path / "a.yaml"
    path.write_text("format: testomat-snapshot/1\nruns: [", "utf-8")
    async with DemoServer(sample_world()) as server:
        with pytest.raises(SnapshotError, match="only the older snapshot still has"):
            await save(server, path)
    assert path.read_text("utf-8").endswith("[")


async def test_runs_of_another_project_are_not_taken_over(tmp_path: Path) -> None:
    """Their IDs mean nothing here."""
    path = tmp_path / "a.yaml"
    async with DemoServer(sample_world()) as server:
        await save(server, path)
    bare = sample_project()
    for run_id in list(bare.extras.runs):
        bare.extras.delete_run(run_id)
    async with DemoServer(world_of(bare)) as other:  # at another address
        await save(other, path)
    assert sections(path) == {"runs": [], "testruns": []}


async def test_a_nightly_backup_keeps_what_was_purged_since(tmp_path: Path) -> None:
    """A run more is a change; a purge is none that loses anything."""
    world = sample_world()
    extras = world.project.extras
    async with DemoServer(world) as server:
        nights = Nights(server, tmp_path, Settings(project=SLUG, sections="testruns"))
        await nights.run(1)
        same = await nights.run(2)
        purged = run_named(world, "Nightly 2")
        extras.delete_run(purged)
        extras.add_run("ffffffff", "New", {})
        changed = await nights.run(3)
    assert [each.projects[0].outcome for each in (same, changed)] == [
        Outcome.UNCHANGED,
        Outcome.STORED,
    ]
    found = sections(tmp_path / SLUG / nights.files(SLUG)[-1])
    assert names(found["runs"])[purged]
    assert "ffffffff" in names(found["runs"])
