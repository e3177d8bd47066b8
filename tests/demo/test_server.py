"""The server as a client meets it: headers, limits, the log, the end."""

import gzip
import json
from collections.abc import Callable
from typing import Any

import aiohttp
import anyio
import pytest

from crawler.demo import (
    API_TOKEN,
    DemoServer,
    Etags,
    Fault,
    FaultKind,
    RetryAfter,
    ServerOptions,
    generate,
    sample_world,
    world_of,
)

pytestmark = pytest.mark.anyio

SUITES = "/api/demo-project/suites"


@pytest.mark.parametrize(
    "path",
    [
        "/api/nothing/suites",
        f"{SUITES}/ffffffff",
        "/api/demo-project/tests/ffffffff",
        "/api/demo-project/nothing",
        "/api/demo-project",
        "/api",
    ],
)
async def test_what_does_not_exist_is_404_with_a_reason(connect: Any, path: str) -> None:
    """As JSON."""
    async with (
        DemoServer(sample_world()) as server,
        connect(server) as client,
        client.ask(path) as response,
    ):
        assert response.status == 404
        assert "error" in await response.json()


async def test_the_address_of_one_project_can_be_absent(connect: Any) -> None:
    """The list of projects then is the only source."""
    chosen = ServerOptions(project_address=False)
    async with DemoServer(sample_world(), chosen) as server, connect(server) as client:
        assert await client.status("/api/projects/demo-project") == 404
        assert await client.status("/api/projects") == 200


@pytest.mark.parametrize(
    "agent", ["Python/3.12 aiohttp/3.11", "python-requests/2.32", "aiohttp/3", "httpx/0.28", ""]
)
async def test_default_names_of_libraries_meet_the_cdn(connect: Any, agent: str) -> None:
    """403 with a page for people, whatever token comes along."""
    async with (
        DemoServer(sample_world()) as server,
        connect(server) as client,
        client.ask(SUITES, **{"User-Agent": agent}) as response,
    ):
        assert response.status == 403
        assert response.content_type == "text/html"
        assert "cf-ray" in response.headers


async def test_the_cdn_can_be_absent(connect: Any) -> None:
    """As on a server of one's own."""
    chosen = ServerOptions(cdn=False, block_python_agents=False)
    async with (
        DemoServer(sample_world(), chosen) as server,
        connect(server) as client,
        client.ask(SUITES, **{"User-Agent": "Python/3.12 aiohttp/3.11"}) as response,
    ):
        assert response.status == 200
        assert "cf-ray" not in response.headers


async def test_every_answer_carries_its_number(connect: Any) -> None:
    """And says that it may not be kept."""
    async with (
        DemoServer(sample_world()) as server,
        connect(server) as client,
        client.ask(SUITES) as response,
    ):
        assert response.headers["cache-control"] == "max-age=0, private, must-revalidate"
        number = response.headers["x-request-id"]
    assert server.requests[-1].request_id == number


@pytest.mark.parametrize(("accepted", "sent"), [("gzip", "gzip"), ("identity", None)])
async def test_answers_are_packed_for_whoever_accepts_it(accepted: str, sent: str | None) -> None:
    """Once unpacked they are the same."""
    headers = {"User-Agent": "tests/1", "Accept-Encoding": accepted}
    async with (
        DemoServer(sample_world()) as server,
        aiohttp.ClientSession(headers=headers, auto_decompress=False) as session,
    ):
        login = await session.post(f"{server.url}/api/login", json={"api_token": API_TOKEN})
        jwt = (await login.json())["jwt"]
        answer = await session.get(f"{server.url}{SUITES}", headers={"Authorization": jwt})
        body = await answer.read()
    assert answer.headers.get("content-encoding") == sent
    assert json.loads(gzip.decompress(body) if sent else body)["data"]


async def test_what_cannot_be_written_is_not_allowed(connect: Any) -> None:
    """And a login is no address to read from."""
    async with DemoServer(sample_world()) as server, connect(server) as client:
        headers = {"Authorization": client.jwt}
        address = f"{server.url}{SUITES}/tree"
        async with client.session.post(address, json={}, headers=headers) as response:
            assert response.status == 405
        assert await client.status("/api/login") == 404


async def test_the_log_tells_what_was_asked_in_order(connect: Any, clock: Any) -> None:
    """With query, name of the client, status and time."""
    server = DemoServer(sample_world(), clock=clock)
    async with server, connect(server) as client:
        clock.now = 200.0
        await client.get(f"{SUITES}?page=2")
    seen = server.requests[-1]
    assert (seen.number, seen.at, seen.method, seen.path) == (2, 200.0, "GET", SUITES)
    assert (seen.query, seen.status, seen.user_agent) == ({"page": "2"}, 200, "tests/1")
    assert server.counts[SUITES] == 1


async def test_too_many_requests_in_a_second_are_refused(connect: Any, clock: Any) -> None:
    """The window slides with the clock."""
    server = DemoServer(sample_world(), ServerOptions(refuse_above=3), clock=clock)
    async with server, connect(server) as client:
        assert [await client.status(SUITES) for _ in range(4)] == [200, 200, 429, 429]
        clock.now += 1
        assert await client.status(SUITES) == 200
    assert server.throttled == 2


@pytest.mark.parametrize(
    ("form", "matches"),
    [
        (RetryAfter.MISSING, lambda value: value is None),
        (RetryAfter.SECONDS, lambda value: value == "7"),
        (RetryAfter.DATE, lambda value: value.endswith("GMT")),
    ],
)
async def test_a_refusal_says_when_to_come_back(
    connect: Any, form: RetryAfter, matches: Callable[[str | None], bool]
) -> None:
    """In seconds, as a date, or not at all."""
    chosen = ServerOptions(refuse_above=0, retry_after=form, retry_after_seconds=7)
    async with (
        DemoServer(sample_world(), chosen) as server,
        connect(server, log_in=False) as client,
        client.ask(SUITES) as response,
    ):
        assert response.status == 429
        assert matches(response.headers.get("Retry-After"))


async def test_a_hook_edits_the_world_between_two_requests(connect: Any) -> None:
    """It sees the address and the number of the request that is being answered."""
    world = world_of(generate(1, 2, 0, slug="demo-project"))
    seen = []

    def hook(target: str, number: int) -> None:
        seen.append((target, number))
        if number == 3:
            world.project.add_suite("abcdef01", "Late")

    server = DemoServer(world, on_request=hook)
    async with server, connect(server) as client:
        counts = [len((await client.get(SUITES))["data"]) for _ in range(2)]
    assert counts == [2, 3]
    assert seen == [("/api/login", 1), (SUITES, 2), (SUITES, 3)]


async def test_a_hook_can_end_the_login_of_the_very_request(connect: Any) -> None:
    """The token is checked after the hook."""
    server = DemoServer(sample_world(), on_request=lambda _target, _number: server.expire_logins())
    async with server, connect(server) as client:
        assert await client.status(SUITES) == 401


async def test_a_hook_may_hold_requests_back(connect: Any) -> None:
    """So a test can see how many come at once."""
    gate = anyio.Event()

    async def hook(target: str, number: int) -> None:
        if number > 3:
            gate.set()
        if target != "/api/login":
            await gate.wait()

    server = DemoServer(sample_world(), on_request=hook)
    async with server, connect(server) as client, anyio.create_task_group() as group:
        for _ in range(3):
            group.start_soon(client.get, SUITES)
    assert server.most_in_flight == 3
    assert server.in_flight == 0


async def test_it_ends_quickly_while_an_answer_hangs(connect: Any) -> None:
    """The client sees the connection end."""
    failed = anyio.Event()

    async def ask(client: Any) -> None:
        with pytest.raises(aiohttp.ClientError):
            await client.status(SUITES)
        failed.set()

    arrived = anyio.Event()

    def hook(target: str, _number: int) -> None:
        if target == SUITES:
            arrived.set()

    server = DemoServer(sample_world(), on_request=hook)
    server.fault(Fault(FaultKind.HANG, SUITES))
    await server.__aenter__()
    async with connect(server) as client, anyio.create_task_group() as group:
        group.start_soon(ask, client)
        await arrived.wait()
        with anyio.fail_after(60):
            await server.__aexit__(None, None, None)
            await failed.wait()
    assert server.requests[-1].status == 0


async def test_whoever_cancels_it_finds_both_ports_free() -> None:
    """A server half closed would keep its event loop from ending."""
    server = DemoServer(sample_world())
    with anyio.CancelScope() as scope:
        async with server:
            scope.cancel()
            await anyio.sleep_forever()
    for port in (int(server.url.rpartition(":")[2]), server.storage.port):
        with pytest.raises(OSError, match="connect"):
            await anyio.connect_tcp("127.0.0.1", port)


async def test_a_port_that_is_taken_leaves_no_other_one_open() -> None:
    """What was opened before is closed again."""
    async with DemoServer(sample_world()) as first:
        second = DemoServer(sample_world(), port=int(first.url.rpartition(":")[2]))
        with pytest.raises(OSError, match="in use"):
            await second.__aenter__()
        with pytest.raises(OSError, match="connect"):
            await anyio.connect_tcp("127.0.0.1", second.storage.port)


@pytest.mark.parametrize("etags", Etags)
async def test_answers_are_named_and_conditions_met_as_the_switch_says(
    connect: Any, etags: Etags
) -> None:
    """A name for its own answer; for that of another time or address only if the server lies."""
    project = generate(5, 1, 1)
    path = "/api/generated/suites"
    async with (
        DemoServer(world_of(project), ServerOptions(etags=etags)) as server,
        connect(server) as client,
    ):
        async with client.ask(path) as answer:
            name = answer.headers.get("ETag")
        assert (name is None) == (etags is Etags.NONE)
        condition = {"If-None-Match": name or '"any"'}
        unchanged = await client.status(path, **condition)
        project.rename_suite(next(iter(project.suites)), "Renamed")
        changed = await client.status(path, **condition)
    assert unchanged == (200 if etags is Etags.NONE else 304)
    assert changed == (304 if etags in {Etags.ADDRESS, Etags.DEAF} else 200)
