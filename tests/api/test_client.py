"""The client as a whole, against the demo server over real HTTP."""

import inspect
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import anyio
import pytest
from aiohttp import web
from support.direct import Direct
from support.virtual_time import LoopClock, VirtualTimeLoop

from crawler.api.client import Client, ClientOptions
from crawler.api.credentials import Credentials
from crawler.api.project_source import ProjectSource
from crawler.demo import (
    API_TOKEN,
    EMAIL,
    PASSWORD,
    SLUG,
    ChildrenShape,
    DemoProject,
    DemoServer,
    Emptiness,
    Meta,
    ServerOptions,
    TestsShape,
    World,
    generate,
    sample_project,
    world_of,
)
from crawler.engine.source import Source
from crawler.errors import CredentialsError, MalformedError, ProjectError, UnreachableError
from crawler.model import ProjectFacts, SuiteAnswer
from crawler.progress import Requested, Slowed, Warned
from crawler.redaction import Secret

pytestmark = pytest.mark.anyio

#: The shapes in which a suite's answer names its tests at all; a mix has the unnamed ones too.
NAMED = [each for each in TestsShape if each not in {TestsShape.ABSENT, TestsShape.MIXED}]
TOKEN = Credentials(api_token=Secret(API_TOKEN))


@asynccontextmanager
async def opened(
    server: DemoServer, credentials: Credentials = TOKEN, **more: Any
) -> AsyncIterator[Client]:
    """A fast client of the server."""
    options = ClientOptions(url=server.url, credentials=credentials, rate=5000, **more)
    async with Client(options) as client:
        yield client


def roots(project: DemoProject) -> list[str]:
    return [suite.id for suite in project.suites.values() if suite.parent_id is None]


async def walked(client: Client, project: DemoProject) -> dict[str, SuiteAnswer]:
    answers: dict[str, SuiteAnswer] = {}
    waiting = roots(project)
    while waiting:
        answer = await client.suite(project.slug, waiting.pop())
        assert answer is not None
        answers[answer.record.resource.id] = answer
        waiting.extend(child.id for child in answer.children)
    return answers


@pytest.mark.parametrize("empty", list(Emptiness))
@pytest.mark.parametrize("children", list(ChildrenShape))
async def test_finds_every_suite_in_every_shape_of_children(
    children: ChildrenShape, empty: Emptiness
) -> None:
    """Whatever form the children have, the walk from the roots reaches all suites."""
    project = generate(3, 30, 2)
    options = ServerOptions(children=children, empty=empty, plural_types=True)
    async with DemoServer(world_of(project), options) as server, opened(server) as client:
        answers = await walked(client, project)
    assert set(answers) == set(project.suites)
    assert all(
        [child.id for child in answer.children] == list(project.suites_of(suite_id))
        for suite_id, answer in answers.items()
    )


@pytest.mark.parametrize("parents", [True, False])
@pytest.mark.parametrize("shape", NAMED)
async def test_finds_every_test_in_every_shape_of_tests(shape: TestsShape, parents: bool) -> None:
    """Whatever form the tests have, each suite's answer names exactly its own, in order."""
    project = sample_project()
    options = ServerOptions(
        tests=shape, listing_parents=parents, children=ChildrenShape.MIXED, empty=Emptiness.MIXED
    )
    async with DemoServer(world_of(project), options) as server, opened(server) as client:
        answers = await walked(client, project)
    assert {
        suite_id: [test.id for test in answer.tests] for suite_id, answer in answers.items()
    } == {suite_id: list(project.tests_of(suite_id)) for suite_id in project.suites}


async def test_keeps_all_attributes_and_linked_resources_of_a_test() -> None:
    """A test's own answer brings every attribute as sent and the rows of its examples."""
    project = sample_project()
    async with DemoServer(world_of(project)) as server, opened(server) as client:
        for test in project.tests.values():
            record = await client.test(SLUG, test.id)
            assert record is not None
            assert record.suite == test.suite_id
            linked = [each.id for group in test.linked.values() for each in group]
            assert [each.id for each in record.resource.included] == linked
            assert bool(test.linked.get("examples")) <= record.has_examples
            assert record.resource.attributes["title"] == test.title


async def test_pages_of_both_listings_hold_everything_once() -> None:
    """Following the number of pages that the server names gives all suites and all tests."""
    project = generate(1, 120, 2)
    async with DemoServer(world_of(project)) as server, opened(server) as client:
        source = client.source(project.slug)
        first = await source.tests_page(1)
        assert first.pages == 5
        rows = [first, *[await source.tests_page(page) for page in range(2, 6)]]
        assert {row.resource.id for page in rows for row in page.records} == set(project.tests)
        suites = await source.suites_page(1)
        assert [row.resource.id for row in suites.records] == roots(project)[:50]
        assert (await source.tests_page(6)).records == ()


async def test_the_tests_of_one_suite_come_from_the_filtered_listing() -> None:
    """With a suite's ID the listing holds that suite's tests."""
    project = sample_project()
    suite_id = next(test.suite_id for test in project.tests.values())
    async with DemoServer(world_of(project)) as server, opened(server) as client:
        page = await client.tests_page(SLUG, 1, suite_id)
    assert {row.resource.id for row in page.records} == set(project.tests_of(suite_id))


async def test_asks_for_labels_and_details_of_tests() -> None:
    """Without both parameters the server leaves labels and issues out."""
    async with DemoServer(world_of(sample_project())) as server, opened(server) as client:
        await client.tests_page(SLUG, 1)
        assert server.requests[-1].query == {"page": "1", "labels": "true", "detail": "true"}


async def test_the_skeleton_has_every_suite_after_its_parent() -> None:
    """The one-request tree lists parents first."""
    project = sample_project()
    async with DemoServer(world_of(project)) as server, opened(server) as client:
        skeleton = await client.skeleton(SLUG)
    assert skeleton is not None
    seen: set[str | None] = {None}
    for suite in skeleton:
        assert suite.parent in seen
        assert suite.parent == project.suites[suite.id].parent_id
        seen.add(suite.id)
    assert seen == {None, *project.suites}


async def test_a_server_without_skeleton_is_asked_once() -> None:
    """A 404 for the skeleton is no error and is not retried."""
    options = ServerOptions(tree=False)
    async with DemoServer(world_of(sample_project()), options) as server, opened(server) as client:
        assert await client.skeleton(SLUG) is None
        assert server.counts[f"/api/{SLUG}/suites/tree"] == 1


async def test_an_unknown_suite_or_test_is_none() -> None:
    """404 on one item means that the server knows no such item."""
    async with DemoServer(world_of(sample_project())) as server, opened(server) as client:
        assert await client.suite(SLUG, "ffffffff") is None
        assert await client.test(SLUG, "ffffffff") is None


@pytest.mark.parametrize("address", [True, False])
async def test_the_project_is_found_by_its_own_address_or_in_the_list(address: bool) -> None:
    """Where a single project cannot be asked for, the listing of projects tells the same."""
    project = sample_project()
    options = ServerOptions(project_address=address)
    async with DemoServer(world_of(project), options) as server, opened(server) as client:
        facts = await client.source(SLUG).project()
    assert (facts.id, facts.title) == (SLUG, "Demo web shop")
    assert facts.tests_count == len(project.tests)


@pytest.mark.parametrize("status", [403, 500])
async def test_a_tree_is_read_though_nothing_tells_of_the_project(
    status: int, serve: Any, clock: Any, recorder: Any
) -> None:
    """Not everybody may read the projects' own addresses; what is not known then is said."""

    async def handler(request: Any) -> web.Response:
        if request.path == "/api/login":
            return web.json_response({"jwt": "x"})
        if request.path == "/api/p/suites":
            return web.json_response({"data": []})
        return web.Response(status=status)

    options = ClientOptions(url=await serve(handler), credentials=TOKEN, rate=5000, attempts=2)
    async with Client(options, clock=clock, progress=recorder) as client:
        assert await client.project("p") == ProjectFacts("p", "p")
    (warning,) = recorder.of(Warned)
    assert "title and number of tests of p are not known" in warning.text


async def test_a_missing_project_is_a_project_error() -> None:
    """Nothing knows the project: one sentence that names it and the server."""
    async with DemoServer(world_of(sample_project())) as server, opened(server) as client:
        with pytest.raises(ProjectError, match="no-such"):
            await client.project("no-such")
        with pytest.raises(ProjectError, match="no-such"):
            await client.suites_page("no-such", 1)


async def test_projects_are_listed_without_their_keys() -> None:
    """The listing shows each project's secret; what is returned does not."""
    world = world_of(sample_project(), generate(5, 1, 1))
    async with DemoServer(world) as server, opened(server) as client:
        projects = await client.projects()
    assert [each.slug for each in projects] == list(world.projects)
    assert all(each.api_key not in repr(projects) for each in world.projects.values())


async def test_email_and_password_log_in_too() -> None:
    """The second way to log in reads the same."""
    credentials = Credentials(email=EMAIL, password=Secret(PASSWORD))
    async with (
        DemoServer(world_of(sample_project())) as server,
        opened(server, credentials) as client,
    ):
        await client.login()
        assert (await client.project(SLUG)).id == SLUG
        assert server.logins == 1


async def test_a_wrong_token_ends_with_one_login_and_never_shows_itself() -> None:
    """Refused credentials are tried once, and the error does not hold them."""
    credentials = Credentials(api_token=Secret("testomat_wrong"))
    async with (
        DemoServer(world_of(sample_project())) as server,
        opened(server, credentials) as client,
    ):
        with pytest.raises(CredentialsError) as caught:
            await client.login()
        with pytest.raises(CredentialsError):
            await client.project(SLUG)
        assert server.refused_logins == 1
    assert "testomat_wrong" not in f"{caught.value!r}{caught.value}"


async def test_an_expired_session_is_renewed_on_the_way() -> None:
    """A session that is good for five requests is renewed as often as needed."""
    project = sample_project()
    for status in (401, 403):
        options = ServerOptions(jwt_requests=5, expired_status=status)
        async with DemoServer(world_of(project), options) as server, opened(server) as client:
            assert set(await walked(client, project)) == set(project.suites)
            assert server.logins <= len(project.suites) / 3


async def test_every_attempt_is_reported_once(recorder: Any) -> None:
    """The events of requests are as many as the server saw."""
    async with DemoServer(world_of(sample_project())) as server:
        options = ClientOptions(url=server.url, credentials=TOKEN, rate=5000)
        async with Client(options, progress=recorder) as client:
            await walked(client, server.world.project)
        events = recorder.of(Requested)
        assert len(events) == len(server.requests)
        assert {event.status for event in events} == {200}
        assert all(event.trace and event.body_bytes for event in events)


async def test_an_unreachable_server_is_retried_then_reported(
    refused_address: str, clock: Any
) -> None:
    """A refused connection may pass, so it is tried a few times before the run ends."""
    options = ClientOptions(url=refused_address, credentials=TOKEN, attempts=3)
    async with Client(options, clock=clock) as client:
        with pytest.raises(UnreachableError, match="could not be reached"):
            await client.login()
    assert len(clock.slept) == 2


@pytest.mark.parametrize("item", ["", ".", "..", "x" * 257, "\ud800"])
async def test_an_id_that_could_change_the_path_is_not_sent(item: str) -> None:
    """Hostile IDs are refused before anything is sent."""
    async with DemoServer(world_of(sample_project())) as server, opened(server) as client:
        for ask in (client.suite, client.test):
            with pytest.raises(MalformedError):
                await ask(SLUG, item)
        with pytest.raises(MalformedError):
            await client.tests_page(SLUG, 1, item)
        assert server.requests == ()


@pytest.mark.parametrize("item", ["a/b", "../..", "a?b=c", "a#b", "a%2Fb", "a\r\nX: y", "é\x00"])
async def test_an_odd_id_stays_one_part_of_the_path(item: str, serve: Any) -> None:
    """Whatever an ID holds, the server sees it as one segment below the suites."""
    seen: list[str] = []

    async def handler(request: Any) -> Any:
        seen.append(request.raw_path)
        return web.json_response({}, status=404)

    address = await serve(handler)
    options = ClientOptions(url=address, credentials=Credentials(jwt=Secret("x")), rate=1000)
    async with Client(options) as client:
        assert await client.suite("p", item) is None
    assert len(seen) == 1
    assert seen[0].startswith("/api/p/suites/")
    assert seen[0].count("/") == 4
    assert "?" not in seen[0]


def test_a_project_source_has_the_shape_that_a_crawl_asks_for() -> None:
    """Names, parameters and results agree with the crawl's protocol."""
    for name, wanted in inspect.getmembers(Source, inspect.isfunction):
        if not name.startswith("_"):
            assert inspect.signature(getattr(ProjectSource, name)) == inspect.signature(wanted)


def test_options_never_show_secrets() -> None:
    """Printing the options shows neither a token nor the proxy's password."""
    options = ClientOptions(
        url="https://x.example",
        credentials=Credentials(api_token=Secret("topsecret"), password=Secret("topsecret")),
        proxy="http://u:topsecret@proxy.example",
    )
    assert "topsecret" not in repr(options)
    assert "topsecret" not in repr(replace(options, rate=1))


async def test_a_page_without_meta_names_no_last_page() -> None:
    """Where the server does not tell, the number of pages is unknown."""
    options = ServerOptions(meta=Meta.NONE)
    world: World = world_of(sample_project())
    async with DemoServer(world, options) as server, opened(server) as client:
        assert (await client.tests_page(SLUG, 1)).pages is None


@pytest.mark.parametrize("anyio_backend", [("asyncio", {"loop_factory": VirtualTimeLoop})])
async def test_a_server_that_counts_sliding_seconds_never_refuses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At 50 a second, the 61st request within any second does not happen; nor is it slower."""
    came: list[float] = []
    server = Direct(
        world_of(sample_project()), on_request=lambda *_: came.append(anyio.current_time())
    )
    monkeypatch.setattr("crawler.api.client.Transport", server.transport)
    pace = ClientOptions(url="http://127.0.0.1:9", credentials=TOKEN, rate=50, in_flight=50)
    async with Client(pace, clock=LoopClock()) as client, anyio.create_task_group() as group:
        for _ in range(100):
            group.start_soon(client.suites_page, SLUG, 1)
    assert len(came) == 101
    assert came[-1] - came[0] <= 1.05 * 101 / 50
    assert all(later - earlier > 1 for earlier, later in zip(came, came[60:], strict=False))


async def test_a_server_that_refuses_a_burst_is_waited_for(clock: Any, recorder: Any) -> None:
    """Throttled reads are all answered in the end, without an error."""
    options = ServerOptions(refuse_above=5, retry_after_seconds=0)
    async with DemoServer(world_of(sample_project()), options, clock=clock.monotonic) as server:
        pace = ClientOptions(url=server.url, credentials=TOKEN, rate=200)
        async with (
            Client(pace, clock=clock, progress=recorder) as client,
            anyio.create_task_group() as group,
        ):
            for _ in range(12):
                group.start_soon(client.suites_page, SLUG, 1)
        assert server.throttled > 0
    assert any(event.pause for event in recorder.of(Slowed))
