"""Runs and results of a project on a demo server: all of them, whatever it claims."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from support.clock import FastClock

from crawler.config.settings import Settings
from crawler.demo import (
    API_TOKEN,
    LASTING_KINDS,
    SLUG,
    BeyondEnd,
    DemoServer,
    Fault,
    FaultKind,
    FaultPlan,
    Meta,
    ServerOptions,
    World,
    sample_world,
)
from crawler.errors import ProjectError, UncertainError, UsageError
from crawler.jobs.runs import NewRun, RunFilters, Runs, open_runs
from crawler.progress import NoProgress
from crawler.redaction import Secret

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def opened(server: DemoServer, project: str = SLUG, **more: Any) -> AsyncIterator[Runs]:
    settings = Settings(url=server.url, api_token=Secret(API_TOKEN), rate=1000, **more)
    async with open_runs(settings, project, progress=NoProgress(), clock=FastClock()) as runs:
        yield runs


def with_results(count: int) -> tuple[World, str]:
    """A world with a run of so many results."""
    world = sample_world()
    tests = list(world.project.tests.values())
    world.project.extras.add_run("b16b16b1", "Big", {"finished-at": "2024-02-02T00:00:00.000Z"})
    for number in range(count):
        test = tests[number % len(tests)]
        status = "failed" if number % 10 == 0 else "passed"
        own = {"status": status, "stack": "deep" if status == "failed" else ""}
        world.project.extras.add_testrun("b16b16b1", test.id, test.title, own)
    return world, "b16b16b1"


@pytest.mark.parametrize("meta", list(Meta))
@pytest.mark.parametrize("beyond", list(BeyondEnd))
async def test_all_pages_of_results_are_read_in_order(meta: Meta, beyond: BeyondEnd) -> None:
    """Whether or not the server counts its pages, and whatever it answers beyond the end."""
    world, run_id = with_results(230)
    found: list[Any] = []
    options = ServerOptions(extras_meta=meta, beyond_end=beyond)
    async with DemoServer(world, options) as server, opened(server) as runs:
        statuses = await runs.results(run_id, found.append)
    assert [row["id"] for row in found] == list(world.project.extras.testruns_of(run_id))
    assert statuses == {"passed": 207, "failed": 23}


async def test_details_are_laid_over_the_list() -> None:
    """What only the result's own answer tells is there; the order is that of the list."""
    world, run_id = with_results(120)
    found: list[Any] = []
    async with DemoServer(world) as server, opened(server) as runs:
        await runs.results(run_id, found.append, detail=True)
    assert [row["id"] for row in found] == list(world.project.extras.testruns_of(run_id))
    assert [row["stack"] for row in found[:2]] == ["deep", ""]


async def test_steps_are_asked_for_where_a_result_does_not_tell_them() -> None:
    """And only there."""
    world, run_id = with_results(3)
    extras = world.project.extras
    silent = extras.testruns_of(run_id)[1]
    extras.edit_testrun(silent, {"steps": None})
    found: list[Any] = []
    async with DemoServer(world, ServerOptions(lean_testruns=False)) as server:
        async with opened(server) as runs:
            await runs.results(run_id, found.append, detail=True)
        asked = [seen.path for seen in server.requests if seen.path.endswith("/steps")]
    assert asked == [f"/api/{SLUG}/testruns/{silent}/steps"]


async def test_garbage_on_the_way_changes_nothing() -> None:
    """A third of all answers is wrong in some way, at most twice each."""
    world, run_id = with_results(120)
    found: list[Any] = []
    kinds = [each for each in FaultKind if each not in LASTING_KINDS and "302" not in each.value]
    plan = FaultPlan(7, 0.3, kinds)
    async with DemoServer(world, plan=plan) as server, opened(server) as runs:
        await runs.results(run_id, found.append, detail=True)
    assert [row["id"] for row in found] == list(world.project.extras.testruns_of(run_id))


async def test_a_result_that_is_purged_meanwhile_keeps_what_the_list_said() -> None:
    """It is gone when it is asked for by itself."""
    world, run_id = with_results(3)
    purged = world.project.extras.testruns_of(run_id)[1]

    def purge(target: str, _: int) -> None:
        if "/testruns/" in target and purged in world.project.extras.testruns:
            world.project.extras.delete_testrun(purged)

    found: list[Any] = []
    server = DemoServer(world, on_request=purge)
    async with server, opened(server) as runs:
        await runs.results(run_id, found.append, detail=True)
    assert [row["id"] for row in found][1] == purged


async def test_runs_are_listed_and_read() -> None:
    """Named as in a snapshot."""
    found: list[Any] = []
    async with DemoServer(sample_world()) as server, opened(server) as runs:
        number = await runs.list(RunFilters(kind="automated"), found.append)
        run = await runs.run(found[0]["id"])
    assert number == len(found) == 3
    assert run["title"] == found[0]["title"] == "Nightly 3"
    assert list(run)[:3] == ["id", "title", "status"]


async def test_a_run_or_a_project_that_is_not_there_is_told() -> None:
    """Each in words of its own."""
    async with DemoServer(sample_world()) as server:
        async with opened(server) as runs:
            for ask in (runs.run, runs.finish):
                with pytest.raises(UsageError, match="no run 'x'"):
                    await ask("x")
            with pytest.raises(UsageError, match="no run 'x'"):
                await runs.results("x", list[Any]().append)
        async with opened(server, "nothing") as runs:
            with pytest.raises(ProjectError):
                await runs.list(RunFilters(), list[Any]().append)
            with pytest.raises(ProjectError):
                await runs.create(NewRun(title="A"))


async def test_a_create_without_an_answer_says_how_to_look() -> None:
    """It may have happened; here it did."""
    world = sample_world()
    async with DemoServer(world) as server:
        server.fault(Fault(FaultKind.CUT, "/runs$"))
        async with opened(server) as runs:
            with pytest.raises(UncertainError, match="may have been created") as caught:
                await runs.create(NewRun(title="Once"))
    assert "runs --text" in str(caught.value)
    assert [run.title for run in world.project.extras.runs.values()].count("Once") == 1


async def test_a_run_without_any_results_is_created_and_told() -> None:
    """The number of results is the server's."""
    async with DemoServer(sample_world()) as server, opened(server) as runs:
        created = await runs.create(NewRun(title="Empty", tests=["nothing"]))
    assert (created.fields["title"], created.results) == ("Empty", 0)
