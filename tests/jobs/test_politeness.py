"""A crawl asks for no more than it needs, and never for more at once than it was told."""

import math

import anyio
import pytest
from support.crawling import take
from support.projects import small_project

from crawler.demo import (
    ChildrenShape,
    DemoServer,
    Fault,
    FaultKind,
    ServerOptions,
    TestsShape,
    fan,
    generate,
    sample_project,
    world_of,
)

pytestmark = pytest.mark.anyio

#: Login, project, one page of roots, and the skeleton, which is looked at twice.
FEW = 5


@pytest.mark.parametrize("workers", [1, 3, 16])
async def test_no_more_is_under_way_than_there_are_workers(workers: int) -> None:
    """Even if there is much to do, and the server is slow."""

    async def a_moment(_target: str, _number: int) -> None:
        await anyio.sleep(0.003 * workers)

    async with DemoServer(world_of(fan(60)), on_request=a_moment) as server:
        await take(server, "fan", workers=workers)
        assert server.most_in_flight <= workers
        assert server.most_in_flight == workers  # and all of them have something to do


async def test_each_suite_is_fetched_exactly_once() -> None:
    """On a project that nobody edits, whatever the shape of the answers."""
    project = sample_project()
    shapes = [
        ServerOptions(),
        ServerOptions(children=ChildrenShape.MIXED, tests=TestsShape.MIXED),
        ServerOptions(tests=TestsShape.ABSENT, tree=False),
    ]
    for options in shapes:
        async with DemoServer(world_of(project), options) as server:
            await take(server, project.slug, workers=16)
            fetched = {path: server.counts[path] for path in server.counts if "/suites/" in path}
        fetched.pop(f"/api/{project.slug}/suites/tree")
        assert fetched == {f"/api/{project.slug}/suites/{each}": 1 for each in project.suites}


async def test_the_number_of_requests_is_as_small_as_it_can_be() -> None:
    """One for each suite, one for each fifty tests, one for each test with rows, and a few."""
    project = sample_project()
    rows = sum(bool(test.linked.get("examples")) for test in project.tests.values())
    async with DemoServer(world_of(project)) as server:
        taken = await take(server, project.slug)
    expected = len(project.suites) + math.ceil(len(project.tests) / 50) + rows + FEW
    assert taken.tally.requests == len(server.requests) == expected


async def test_pages_of_roots_are_counted_once() -> None:
    """A project with many roots: no page is read twice, apart from the second look."""
    project = generate(5, 120, 0, fan_out=120)
    async with DemoServer(world_of(project)) as server:
        taken = await take(server, project.slug)
    assert taken.tally.requests == len(project.suites) + 3 + 1 + (FEW - 1)


async def test_a_wide_suite_costs_no_more_than_its_children() -> None:
    """Each child by itself, and nothing for their number."""
    async with DemoServer(world_of(fan(300))) as server:
        taken = await take(server, "fan")
    assert taken.tally.requests == 301 + 1 + FEW


async def test_no_credential_goes_to_another_host() -> None:
    """A redirect to another host is refused, not followed; there nobody has ever asked."""
    async with (
        DemoServer(world_of(small_project())) as elsewhere,
        DemoServer(world_of(small_project()), ServerOptions(page_size=3)) as server,
    ):
        to_elsewhere = f"{elsewhere.url}/api/small/suites"
        for path in ("/suites/aaaaaaaa", "/tests[?]page=2", "/tests/eeeeeeee", "/suites/tree"):
            server.fault(Fault(FaultKind.ELSEWHERE, path, location=to_elsewhere))
        taken = await take(server, "small")
        assert elsewhere.requests == ()
        assert {each.authorization for each in server.requests} == {"none", "jwt"}
    assert taken.complete  # each was asked for again in the second round


async def test_every_request_says_who_asks() -> None:
    """Our own name, never that of a library, which a CDN would refuse."""
    async with DemoServer(world_of(small_project())) as server:
        await take(server, "small")
        assert {each.user_agent.split("/")[0] for each in server.requests} == {"testomat-crawler"}
        assert all("api_key" not in each.query for each in server.requests)
