"""Runs over real HTTP: wherever they are found, however the answer is spelled, never made twice."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from support.clock import FastClock

from crawler.api.client import Client, ClientOptions
from crawler.api.credentials import Credentials
from crawler.api.messages import Reply
from crawler.api.runs import NewRun, ProjectRuns, RunFilters
from crawler.api.wire_listed import plain_facts, read_list, read_resource, read_resources_page
from crawler.demo import (
    API_TOKEN,
    SLUG,
    DemoServer,
    Fault,
    FaultKind,
    RunAddress,
    ServerOptions,
    World,
    sample_world,
)
from crawler.errors import (
    MalformedError,
    RefusedError,
    ServerError,
    TransientError,
    UncertainError,
)
from crawler.redaction import Secret

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def opened(server: DemoServer | str, **more: Any) -> AsyncIterator[ProjectRuns]:
    options = ClientOptions(
        url=server if isinstance(server, str) else server.url,
        credentials=Credentials(api_token=Secret(API_TOKEN)),
        rate=5000,
        **more,
    )
    async with Client(options, clock=FastClock()) as client:
        yield ProjectRuns(client, SLUG)


RUN = {"id": "r", "type": "run", "attributes": {"title": "R"}}


@asynccontextmanager
async def serving(handle: Any) -> AsyncIterator[str]:
    """A server that answers as the test says."""
    runner = web.ServerRunner(web.Server(handle, access_log=None))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def first_run(world: World) -> str:
    return next(iter(world.project.extras.runs))


@pytest.mark.parametrize("address", list(RunAddress))
async def test_a_run_is_read_and_finished_at_whichever_address(address: RunAddress) -> None:
    """Servers know the plural, the singular, or both."""
    world = sample_world()
    run_id = list(world.project.extras.runs)[-1]
    options = ServerOptions(run_address=address)
    async with DemoServer(world, options) as server, opened(server) as runs:
        run = await runs.run(run_id)
        finished = await runs.finish(run_id)
        again = await runs.finish(run_id)
        missing = await runs.run("none"), await runs.finish("none")
    assert run is not None
    assert finished is not None
    assert run.id == run_id
    assert plain_facts(finished.attributes)["hasfinished"] is True
    assert again == finished
    assert missing == (None, None)


async def test_the_address_that_worked_is_tried_first() -> None:
    """So a server that knows the singular alone is not asked twice for each run."""
    world = sample_world()
    options = ServerOptions(run_address=RunAddress.SINGULAR)
    async with DemoServer(world, options) as server, opened(server) as runs:
        for run_id in world.project.extras.runs:
            await runs.run(run_id)
        paths = [seen.path for seen in server.requests if "/run" in seen.path]
    assert sum("/runs/" in path for path in paths) == 1


async def test_the_filters_reach_the_server() -> None:
    """In the words of the API description."""
    filters = RunFilters(
        status="failed",
        kind="manual",
        environment="Chrome",
        group="g",
        text="a&b",
        finished=("2024-01-01", "2024-02-01"),
        unfinished=True,
        archived=True,
    )
    async with DemoServer(sample_world()) as server, opened(server) as runs:
        await runs.page(filters, 3)
        query = server.requests[-1].query
    assert query == {
        "filter[status]": "failed",
        "filter[kind]": "manual",
        "filter[env]": "Chrome",
        "group_id": "g",
        "search": "a&b",
        "finished_at_date_range": "2024-01-01,2024-02-01",
        "filter[unfinished]": "true",
        "archive": "true",
        "page": "3",
    }


async def test_a_run_is_created_from_tests_suites_or_a_plan() -> None:
    """With its environments and its group."""
    world = sample_world()
    project = world.project
    suite = next(each for each in project.suites if project.tests_of(each))
    new = NewRun(title="A", suites=[suite], environments=["Chrome", "Linux"], group="5e1ea5e1")
    async with DemoServer(world) as server, opened(server) as runs:
        created = await runs.create(new)
        by_plan = await runs.create(NewRun(title="B", plan="773ef4cc"))
    extras = project.extras
    assert len(extras.testruns_of(created.id)) == len(project.tests_of(suite))
    assert len(extras.testruns_of(by_plan.id)) == 40
    facts = plain_facts(created.attributes)
    assert (facts["env"], facts["rungroupid"]) == (["Chrome", "Linux"], "5e1ea5e1")


@pytest.mark.parametrize(
    "kind",
    [
        FaultKind.ERROR_500,
        FaultKind.ERROR_502,
        FaultKind.ERROR_503,
        FaultKind.RESET,
        FaultKind.CLOSED,
        FaultKind.CUT,
        FaultKind.EMPTY,
        FaultKind.HTML,
        FaultKind.NOT_JSON,
        FaultKind.NULL_DATA,
        FaultKind.HANG,
    ],
)
async def test_a_create_that_may_have_happened_is_not_sent_again(kind: FaultKind) -> None:
    """Here it did happen each time, and once only."""
    world = sample_world()
    before = len(world.project.extras.runs)
    async with DemoServer(world) as server:
        server.fault(Fault(kind, "/runs$", times=None))
        patience = 0.5 if kind is FaultKind.HANG else 30
        async with opened(server, request_timeout=patience) as runs:
            with pytest.raises(UncertainError) as caught:
                await runs.create(NewRun(title="Once"))
        assert server.counts[f"/api/{SLUG}/runs"] == 1
    assert len(world.project.extras.runs) == before + 1
    assert caught.value.exit_code == 5


async def test_a_create_that_the_server_put_off_is_sent_again() -> None:
    """A 429 says that nothing was done."""
    answers = [web.Response(status=429), web.json_response({"data": RUN})]

    async def handle(request: web.BaseRequest) -> web.Response:
        if request.path == "/api/login":
            return web.json_response({"jwt": "x"})
        return answers.pop(0)

    async with serving(handle) as url, opened(url) as runs:
        created = await runs.create(NewRun(title="Later"))
    assert (created.id, answers) == ("r", [])


async def test_a_create_that_is_refused_says_so() -> None:
    """A title of blanks is not taken; nothing is uncertain about that."""
    async with DemoServer(sample_world()) as server, opened(server) as runs:
        with pytest.raises(RefusedError) as caught:
            await runs.create(NewRun(title=" "))
    assert caught.value.status == 422


async def test_results_steps_and_what_is_missing() -> None:
    """A result by itself, its steps, and none of that ID."""
    world = sample_world()
    failed = next(
        each for each in world.project.extras.testruns.values() if each.own["status"] == "failed"
    )
    async with DemoServer(world) as server, opened(server) as runs:
        page = await runs.results_page(failed.run_id, 1)
        result = await runs.result(failed.id)
        steps = await runs.steps(failed.id)
        missing = await runs.result("0"), await runs.steps("0")
    assert failed.id in {row.id for row in page.records}
    assert result is not None
    assert result.attributes["stack"]
    assert steps == failed.own["steps"]
    assert missing == (None, None)


async def test_other_refusals_are_errors() -> None:
    """Not everything that is refused is missing."""
    world = sample_world()
    options = ServerOptions(refused_lists=frozenset({"testruns"}))
    async with DemoServer(world, options) as server, opened(server) as runs:
        await runs.run(first_run(world))
        with pytest.raises(ServerError):
            await runs.results_page("x", 1)


def reply(body: str) -> Reply:
    return Reply(200, {"content-type": "application/json"}, body.encode())


@pytest.mark.parametrize(
    "body",
    [
        '{"data": [{"id": "1", "type": "run", "attributes": {"has-finished": true}}]}',
        '{"data": [{"id": 1, "type": "runs", "attributes": {"hasFinished": true}}]}',
        '[{"id": 1, "has_finished": true}]',
        '{"attachments": [{"id": "1", "has_finished": true}], "meta": {"total_pages": 1}}',
    ],
)
def test_a_list_is_read_in_every_form(body: str) -> None:
    """JSON:API, flat, bare, or under a name of its own; in every spelling."""
    (row,) = read_resources_page(reply(body), "GET /x", 1).records
    assert row.id == "1"
    assert plain_facts(row.attributes)["hasfinished"] is True


@pytest.mark.parametrize(
    "body",
    ["{}", '{"a": [], "b": []}', '{"data": {}}', '{"data": [{"type": "run"}]}', '"x"', "[[]]"],
)
def test_what_is_no_list_of_items_is_worth_another_try(body: str) -> None:
    """A row without an ID could not be told from another one."""
    with pytest.raises(TransientError):
        read_resources_page(reply(body), "GET /x", 1)


def test_what_came_along_with_a_run_is_kept_with_it() -> None:
    """Tests and results too: there is no tree here that they would belong to."""
    body = (
        '{"data": {"id": "r", "type": "run", "attributes": {"a": 1}, "relationships":'
        ' {"tests": {"data": [{"id": "t", "type": "test"}]}}},'
        ' "included": [{"id": "t", "type": "test", "attributes": {"title": "T"}}]}'
    )
    found = read_resource(reply(body), "GET /x", "r")
    assert [each.id for each in found.included] == ["t"]


@pytest.mark.parametrize(
    "body", ['{"data": []}', '{"data": {"id": "other", "x": 1}}', '{"data": {"id": "r"}}']
)
def test_a_document_about_something_else_is_worth_another_try(body: str) -> None:
    """Some proxies mix up answers."""
    with pytest.raises(TransientError):
        read_resource(reply(body), "GET /x", "r")


@pytest.mark.parametrize(
    ("body", "steps"), [("[1]", [1]), ('{"data": [2]}', [2]), ('{"steps": []}', [])]
)
def test_steps_are_read_in_every_form(body: str, steps: list[Any]) -> None:
    """They are no resources, and nobody recorded how they come."""
    assert read_list(reply(body), "GET /x") == steps
    with pytest.raises(TransientError):
        read_list(reply('{"data": 1}'), "GET /x")


def test_a_number_that_would_lose_digits_is_hopeless() -> None:
    """As everywhere."""
    with pytest.raises(MalformedError):
        read_resources_page(reply('{"data": [{"id": "1", "n": 99999999999999999999}]}'), "x", 1)
