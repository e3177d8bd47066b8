"""A project that is read over v2 is the one that v1 gives, but for what v2 never tells."""

from pathlib import Path

import pytest
from support.clock import FastClock
from support.crawling import Taken, take
from support.direct import Direct, snapshot
from support.edits import standing
from support.flat import only_of_v2, told
from support.projects import orphaned_project, small_project

from crawler.demo import (
    BeyondEnd,
    DemoProject,
    DemoServer,
    FaultPlan,
    Keys,
    Meta,
    ServerOptions,
    chain,
    generate,
    sample_project,
    world_of,
)
from crawler.edition import Api, Edition
from crawler.errors import OutageError

pytestmark = pytest.mark.anyio


async def taken_from(project: DemoProject, options: ServerOptions, **more: object) -> Taken:
    """The snapshot that is read over v2."""
    async with DemoServer(world_of(project), options) as server:
        return await take(server, project.slug, api="v2", **more)


async def assert_as_over_v1(project: DemoProject, options: ServerOptions) -> Taken:
    """Places, order, and every value that v2 tells; all of it is named as we know it."""
    async with DemoServer(world_of(project)) as server:
        usual = await take(server, project.slug)
    flat = await taken_from(project, options)
    assert (flat.complete, flat.gaps, flat.warnings) == (True, (), ())
    assert told(flat.document) == told(usual.document)
    assert only_of_v2((*flat.document.nodes, *flat.document.orphans)) == set()
    assert flat.document.head.edition == Edition(Api.V2)
    assert (flat.document.head.suites, flat.document.head.tests) == (
        usual.document.head.suites,
        usual.document.head.tests,
    )
    return flat


@pytest.mark.parametrize("keys", Keys, ids=lambda each: each.name)
@pytest.mark.parametrize("beyond", BeyondEnd, ids=lambda each: each.name)
@pytest.mark.parametrize("meta", ["newer", "older", "none"])
async def test_every_shape_of_v2_gives_what_v1_gives(
    keys: Keys, beyond: BeyondEnd, meta: str
) -> None:
    """In each spelling, however the lists tell their pages, and whatever comes after the last."""
    options = ServerOptions(
        keys=keys,
        beyond_end=beyond,
        meta=Meta.NONE if meta == "none" else Meta.FULL,
        newer_meta=meta == "newer",
        flat_page_size=2,
    )
    await assert_as_over_v1(small_project(), options)


@pytest.mark.parametrize(
    "project",
    [
        sample_project(),
        generate(2, 60, 3, fan_out=3),
        chain(300),
        DemoProject("empty", "Nothing yet", api_key="tstmt_e"),
    ],
    ids=["sample", "generated", "deep", "empty"],
)
async def test_projects_of_all_kinds_are_read_as_over_v1(project: DemoProject) -> None:
    """Hundreds of levels, none at all, and all that a sample can hold."""
    flat = await assert_as_over_v1(project, ServerOptions())
    # Two to find out what there is, a second look at each, and the pages of tests.
    assert flat.tally.requests <= 6 + len(project.tests) / 50


async def test_what_lost_its_parent_is_found_through_its_tests() -> None:
    """v2 lists only what a root leads to; whoever holds no test is beyond its reach."""
    project = orphaned_project()
    async with DemoServer(world_of(project)) as server:
        usual = await take(server, project.slug)
    flat = await taken_from(project, ServerOptions(flat_page_size=3))
    assert flat.complete
    assert told(flat.document) == told(usual.document)


async def test_marked_ids_are_the_plain_ones() -> None:
    """`@S...` and `@T...`, as the description writes them, name the same suites and tests."""
    plain = await taken_from(small_project(), ServerOptions())
    marked = await taken_from(small_project(), ServerOptions(public_ids=True))
    assert (marked.complete, marked.warnings) == (True, ())
    places = [
        [(n.kind, n.depth, n.fields["id"]) for n in t.document.nodes] for t in (plain, marked)
    ]
    assert places[0] == places[1]


@pytest.mark.parametrize("workers", [1, 16])
async def test_neither_workers_nor_slow_answers_change_a_byte(workers: int) -> None:
    """As over v1."""
    project = generate(5, 40, 3)
    usual = await taken_from(project, ServerOptions(flat_page_size=7))
    slow = ServerOptions(flat_page_size=7, latency_scale=0.01, latency_seed=workers)
    assert (await taken_from(project, slow, workers=workers)).bytes == usual.bytes


@pytest.mark.parametrize("selected", [{"only_suites": ("00000123",)}, {"only_tags": ("smoke",)}])
async def test_a_part_of_a_project_is_the_same_part(selected: dict[str, tuple[str, ...]]) -> None:
    """By suites, or by the tags that v2 spells in its own way."""
    async with DemoServer(world_of(small_project())) as server:
        usual = await take(server, "small", **selected)
        flat = await take(server, "small", api="v2", **selected)
    assert (flat.complete, flat.warnings) == (True, ())
    assert told(flat.document) == told(usual.document)
    assert flat.document.head.tests > 0


def broken_off(project: DemoProject, after: int) -> Direct:
    """A server that is gone after so many requests."""

    def stop(_target: str, number: int) -> None:
        if number > after:
            raise OutageError("Stopped by the test")

    return Direct(world_of(project), ServerOptions(flat_page_size=2), stop)


@pytest.mark.parametrize("after", range(2, 11))
async def test_a_crawl_that_ends_anywhere_goes_on_to_the_same_bytes(
    after: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever was fetched by then."""
    calm = await taken_from(small_project(), ServerOptions())
    with pytest.raises(OutageError):
        await snapshot(broken_off(small_project(), after), tmp_path, monkeypatch, api="v2")
    again = Direct(world_of(small_project()), ServerOptions(flat_page_size=2))
    resumed = await snapshot(again, tmp_path, monkeypatch, api="v2")
    assert resumed.content.replace(b"http://127.0.0.1:9", b"URL") == calm.bytes[0]
    assert (resumed.result.warnings, resumed.result.gaps) == ((), ())


@pytest.mark.parametrize("after", [4, 7, 9])
async def test_edits_between_two_runs_are_seen(
    after: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even such that leave all counts as they were."""
    project = small_project()
    with pytest.raises(OutageError):
        await snapshot(broken_off(project, after), tmp_path, monkeypatch, api="v2", workers=1)
    project.delete_test("0fffffff")
    project.add_test("cccccccc", "New", "10000006", position=0)
    again = Direct(world_of(project), ServerOptions(flat_page_size=2))
    found = await snapshot(again, tmp_path, monkeypatch, api="v2")
    ids = [identity for identity, _, _ in standing(found.data)]
    assert sorted(ids) == sorted({*project.suites, *project.tests})


async def test_faults_that_pass_change_no_byte() -> None:
    """Half of all requests fail once."""
    calm = await taken_from(small_project(), ServerOptions(flat_page_size=2))
    plan = FaultPlan(7, 0.5, attempts=1)
    options = ServerOptions(flat_page_size=2)
    async with DemoServer(world_of(small_project()), options, plan=plan) as server:
        stormy = await take(server, "small", api="v2", clock=FastClock())
        assert server.faults.met
    assert stormy.bytes == calm.bytes
