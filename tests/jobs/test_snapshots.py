"""Snapshots of several projects: one client, a fair share for each, an end of its own for each."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import pytest
from support.clock import FastClock
from support.nights import grown

from crawler.config.settings import Settings
from crawler.demo import (
    API_TOKEN,
    Account,
    DemoProject,
    DemoServer,
    Fault,
    FaultKind,
    ServerOptions,
    World,
)
from crawler.errors import CredentialsError, UsageError
from crawler.jobs.snapshots import SnapshotsResult, take_snapshots
from crawler.progress import PhaseChanged, TallyProgress
from crawler.redaction import Secret
from crawler.snapshot.formats import Format
from crawler.snapshot.reading import read

pytestmark = pytest.mark.anyio


def world(*projects: DemoProject) -> World:
    """A server whose account reaches all of these."""
    return World(list(projects), [Account("a@example.com", "x", API_TOKEN)])


def in_folder(folder: Path) -> Callable[[str], Path]:
    return lambda project: folder / f"{project}.json"


async def taken(
    server: DemoServer,
    folder: Path,
    *patterns: str,
    progress: Any = None,
    clock: FastClock | None = None,
    **more: Any,
) -> SnapshotsResult:
    """All projects, or those that match; as fast as the machine goes."""
    told = Settings(
        url=server.url, api_token=Secret(API_TOKEN), rate=1000.0, projects=patterns, **more
    )
    return await take_snapshots(
        told,
        all_projects=not patterns,
        place=in_folder(folder),
        format=Format.JSON,
        progress=progress,
        clock=clock or FastClock(),
    )


async def test_each_project_has_its_snapshot_after_one_login(tmp_path: Path) -> None:
    """With its own figures in its own manifest, and the sums of all on the display."""
    shown = TallyProgress()
    async with DemoServer(world(grown("shop"), grown("blog", suites=2))) as server:
        run = await taken(server, tmp_path, progress=shown)
        assert server.logins == 1
        asked = {
            slug: sum(f"/api/{slug}/" in f"{seen.path}/" for seen in server.requests)
            + server.counts[f"/api/projects/{slug}"]
            for slug in ("shop", "blog")
        }
    assert [(each.project, each.exit_code) for each in run.projects] == [("blog", 0), ("shop", 0)]
    assert [read(tmp_path / f"{slug}.json").head.tests for slug in ("blog", "shop")] == [10, 20]
    for slug, requests in asked.items():
        manifest = json.loads((tmp_path / f"{slug}.json.manifest.json").read_bytes())
        assert manifest["requests"] == requests
    assert (shown.tally.suites_done, shown.tally.tests) == (6, 30)


async def test_a_large_project_takes_its_share_and_no_more(tmp_path: Path) -> None:
    """Many small ones pass it by, although it began before them."""
    small = [grown(f"small-{number}", suites=3) for number in range(6)]
    places = [in_folder(tmp_path)(each.slug) for each in small]

    async def late(target: str, _number: int) -> None:
        # What is left of it when the small ones are done tells of the order of requests, and not
        # of how fast a machine writes three files.
        if "/huge" in target and not all(place.exists() for place in places):
            await anyio.sleep(0.1)

    async with DemoServer(world(grown("huge", suites=250), *small), on_request=late) as server:
        run = await taken(server, tmp_path, workers=4)
        seen = [each.path for each in server.requests]
    assert run.exit_code == 0
    last = max(place for place, path in enumerate(seen) if "/small-" in path)
    of_huge = sum("/huge" in path for path in seen)
    before = sum("/huge" in path for path in seen[:last])
    assert of_huge > 250
    assert before < 0.85 * of_huge


async def test_one_that_fails_costs_the_others_nothing(tmp_path: Path) -> None:
    """The worst exit code counts, and the sentence is there."""
    async with DemoServer(world(grown("blog"), grown("shop"), grown("wiki"))) as server:
        server.fault(Fault(FaultKind.ERROR_500, "/shop/suites/00000001", times=None))
        (tmp_path / "blog.json").mkdir()
        run = await taken(server, tmp_path, "*", "gone")
        found = {each.project: each.exit_code for each in run.projects}
        assert found == {"gone": 3, "blog": 6, "shop": 4, "wiki": 0}
        assert run.exit_code == 6
        problems = {each.project: each.problem.message for each in run.projects if each.problem}
        assert "suite 00000001" in problems["shop"]
        run = await taken(server, tmp_path, "sh*", allow_partial=True)
        (only,) = run.projects
        assert (run.exit_code, only.result is not None and only.result.head.complete) == (4, False)


async def test_names_and_patterns_choose_and_an_idle_one_is_told(tmp_path: Path) -> None:
    """A plain name is taken even if no list has it: that it is out of reach is its result."""
    async with DemoServer(world(grown("shop-de"), grown("shop-fr"), grown("blog"))) as server:
        run = await taken(server, tmp_path, "shop-*", "none-*")
        assert [each.project for each in run.projects] == ["shop-de", "shop-fr"]
        assert [each.message for each in run.problems] == [
            "No project that the account reaches matches 'none-*'."
        ]
        assert run.exit_code == 3
        before = server.counts["/api/projects"]
        run = await taken(server, tmp_path, "blog", "gone")
        assert [(each.project, each.exit_code) for each in run.projects] == [
            *(("blog", 0), ("gone", 3))
        ]
        assert (
            server.counts["/api/projects"] == before + 1
        )  # to tell of `gone`, which nothing knows


async def test_many_projects_after_a_list_of_twenty_seconds(tmp_path: Path) -> None:
    """It is waited for once, also where single projects have no address of their own."""
    slugs = [f"p-{number:03}" for number in range(40)]
    slept = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    options = ServerOptions(projects_seconds=20.0, project_address=False)
    shown: list[str] = []

    class Watch(TallyProgress):
        def report(self, event: Any) -> None:
            if isinstance(event, PhaseChanged):
                shown.append(event.name)

    projects = world(*(grown(slug, suites=1, tests=1) for slug in slugs))
    async with DemoServer(projects, options, sleep=sleep) as server:
        run = await taken(server, tmp_path, workers=16, progress=Watch())
        assert (server.logins, server.counts["/api/projects"], slept) == (1, 1, [20.0])
    assert [each.project for each in run.projects] == slugs
    assert run.exit_code == 0
    assert all(each.result and each.result.output for each in run.projects)
    assert shown[:2] == ["listing projects", "0/40 projects"]
    assert shown[-1] == "40/40 projects"


async def test_the_deadline_is_for_all_together(tmp_path: Path) -> None:
    """What is not fetched by then is missing, in each of them."""
    async with DemoServer(world(grown("blog"), grown("shop"))) as server:
        server.fault(Fault(FaultKind.HANG, "/suites/0000", times=None))
        with anyio.fail_after(60):
            run = await taken(server, tmp_path, deadline=2.0)
    assert [each.exit_code for each in run.projects] == [4, 4]


async def test_without_rights_or_a_name_nothing_is_begun(tmp_path: Path) -> None:
    """A refused login is one error, not one for each project."""
    async with DemoServer(world(grown("shop"))) as server:
        told = Settings(url=server.url, api_token=Secret("testomat_wrong"))
        more: dict[str, Any] = {"place": in_folder(tmp_path), "format": Format.JSON}
        with pytest.raises(CredentialsError):
            await take_snapshots(told, all_projects=True, clock=FastClock(), **more)
        with pytest.raises(UsageError, match="No project was named"):
            await take_snapshots(replace(told, projects=()), all_projects=False, **more)
    assert not (tmp_path / "shop.json").exists()


async def test_an_interrupted_run_goes_on_with_the_projects_that_are_missing(
    tmp_path: Path,
) -> None:
    """As long as it is young; with other settings, or when all is done, everything is read."""
    state, out = tmp_path / "state", tmp_path / "out"
    out.mkdir()
    hung = anyio.Event()

    def watch(path: str, _: int) -> None:
        if path.startswith("/api/shop/suites/0"):
            hung.set()

    async def asked(*patterns: str, **more: Any) -> set[str]:
        before = server.counts.copy()
        run = await taken(server, out, *patterns, state=state, **more)
        assert run.exit_code == 0
        paths = (server.counts - before).keys()
        return {slug for slug in ("blog", "shop") if any(f"/{slug}/" in each for each in paths)}

    async with DemoServer(world(grown("blog"), grown("shop")), on_request=watch) as server:
        server.fault(Fault(FaultKind.HANG, "/shop/suites/0", times=None))
        async with anyio.create_task_group() as group:

            async def first() -> None:
                await taken(server, out, state=state)

            group.start_soon(first)
            await hung.wait()
            while not list(state.glob("several-*")):
                await anyio.lowlevel.checkpoint()
            group.cancel_scope.cancel()
        server.faults.wanted.clear()
        assert await asked("b*", "s*") == {"blog", "shop"}
        assert await asked() == {"shop"}
        assert list(state.iterdir()) == []
        assert await asked() == {"blog", "shop"}


async def test_after_an_outage_too_only_what_failed_is_read_again(tmp_path: Path) -> None:
    """But `--fresh` forgets it, and so does a day."""
    state, out = tmp_path / "state", tmp_path / "out"
    out.mkdir()
    clock = FastClock()

    async def first_the_blog(path: str, _: int) -> None:
        while "/shop/" in path and not list(state.glob("several-*")):
            await anyio.lowlevel.checkpoint()

    blog_and_shop = world(grown("blog"), grown("shop"))
    async with DemoServer(blog_and_shop, on_request=first_the_blog) as server:
        for more in ({}, {"fresh": True}, {"state_max_age_hours": 0.5}):
            wait = Fault(FaultKind.TOO_MANY_RETRY_AFTER, "/shop/", times=None, seconds=9999)
            server.fault(wait)
            shutil.rmtree(state, ignore_errors=True)
            run = await taken(server, out, state=state, clock=clock)
            assert run.exit_code == 5
            server.faults.wanted.clear()
            if "state_max_age_hours" in more:
                await clock.sleep(3600)
            run = await taken(server, out, state=state, clock=clock, **more)
            kept = [each.project for each in run.projects if each.kept]
            assert (run.exit_code, kept) == (0, [] if more else ["blog"])
