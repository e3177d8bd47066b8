"""Snapshots of several projects: one client, a fair share for each, an end of its own for each."""

import json
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
    server: DemoServer, folder: Path, *patterns: str, progress: Any = None, **more: Any
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
        clock=FastClock(),
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
    small = [grown(f"small-{number}", suites=4) for number in range(6)]
    async with DemoServer(world(grown("huge", suites=250), *small)) as server:
        run = await taken(server, tmp_path, workers=4)
        seen = [each.path for each in server.requests]
    assert run.exit_code == 0
    last = max(place for place, path in enumerate(seen) if "/small-" in path)
    of_huge = sum("/huge" in path for path in seen)
    before = sum("/huge" in path for path in seen[:last])
    assert of_huge > 250
    assert before < of_huge / 2


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
        with anyio.fail_after(20):
            run = await taken(server, tmp_path, deadline=0.5)
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
