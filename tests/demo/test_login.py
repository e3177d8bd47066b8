"""Who may read what, and how everybody else is turned away."""

from typing import Any

import aiohttp
import pytest

from crawler.demo import (
    API_TOKEN,
    EMAIL,
    PASSWORD,
    PROJECT_TOKEN,
    Account,
    DemoServer,
    LoginRefusal,
    ServerOptions,
    World,
    generate,
    sample_project,
    sample_world,
)

pytestmark = pytest.mark.anyio

SUITES = "/api/demo-project/suites"


@pytest.mark.parametrize(
    "fields", [{"api_token": API_TOKEN}, {"email": EMAIL, "password": PASSWORD}]
)
@pytest.mark.parametrize("form", [True, False])
async def test_both_credentials_log_in_as_json_and_as_a_form(
    fields: dict[str, str], form: bool
) -> None:
    """The answer holds a token of three parts."""
    body: dict[str, Any] = {"data": fields} if form else {"json": fields}
    async with (
        DemoServer(sample_world()) as server,
        aiohttp.ClientSession(headers={"User-Agent": "tests/1"}) as session,
        session.post(f"{server.url}/api/login", **body) as response,
    ):
        jwt = (await response.json())["jwt"]
    assert jwt.count(".") == 2
    assert (server.logins, server.refused_logins) == (1, 0)


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (LoginRefusal.UNAUTHORIZED, 401),
        (LoginRefusal.FORBIDDEN, 403),
        (LoginRefusal.WITHOUT_JWT, 200),
        (LoginRefusal.EMPTY, 200),
    ],
)
async def test_wrong_credentials_are_refused_as_chosen(
    connect: Any, refusal: LoginRefusal, status: int
) -> None:
    """None of the forms holds a token."""
    chosen = ServerOptions(login_refusal=refusal)
    async with DemoServer(sample_world(), chosen) as server, connect(server) as client:
        got, body = await client.log_in(email=EMAIL, password="wrong")
    assert got == status
    assert b"jwt" not in body
    assert bool(body) is (refusal is not LoginRefusal.EMPTY)
    assert server.refused_logins == 1


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff"])
async def test_a_login_that_is_no_object_is_refused(body: bytes) -> None:
    """Not with a 500."""
    async with (
        DemoServer(sample_world()) as server,
        aiohttp.ClientSession(headers={"User-Agent": "tests/1"}) as session,
        session.post(
            f"{server.url}/api/login", data=body, headers={"Content-Type": "application/json"}
        ) as response,
    ):
        assert response.status == 401


async def test_a_token_is_good_with_and_without_bearer(connect: Any) -> None:
    """And the log tells which was used, never the token."""
    async with DemoServer(sample_world()) as server, connect(server) as client:
        assert await client.status(SUITES) == 200
        assert await client.status(SUITES, Authorization=f"Bearer {client.jwt}") == 200
    kinds = [each.authorization for each in server.requests]
    assert kinds == ["none", "jwt", "bearer jwt"]
    assert client.jwt not in repr(server.requests)


@pytest.mark.parametrize("status", [401, 403])
async def test_no_foreign_and_expired_tokens_are_refused_as_chosen(
    connect: Any, status: int
) -> None:
    """Three cases, three switches."""
    chosen = ServerOptions(missing_status=status, foreign_status=status, expired_status=status)
    async with (
        DemoServer(sample_world(), chosen) as server,
        connect(server, log_in=False) as client,
    ):
        assert await client.status(SUITES) == status
        for token in (PROJECT_TOKEN, API_TOKEN, "a.b.c", "nonsense"):
            assert await client.status(SUITES, Authorization=token) == status
        await client.log_in()
        assert await client.status(SUITES) == 200
        server.expire_logins()
        assert await client.status(SUITES) == status


async def test_a_login_is_good_for_so_many_requests(connect: Any) -> None:
    """Then the next login is."""
    chosen = ServerOptions(jwt_requests=2, expired_status=403)
    async with DemoServer(sample_world(), chosen) as server, connect(server) as client:
        assert [await client.status(SUITES) for _ in range(3)] == [200, 200, 403]
        await client.log_in()
        assert await client.status(SUITES) == 200
    assert server.logins == 2


async def test_a_login_is_good_for_so_many_seconds(connect: Any, clock: Any) -> None:
    """By the clock that is handed in."""
    server = DemoServer(sample_world(), ServerOptions(jwt_seconds=60), clock=clock)
    async with server, connect(server) as client:
        clock.now += 59
        assert await client.status(SUITES) == 200
        clock.now += 1
        assert await client.status(SUITES) == 401


async def test_a_project_of_others_looks_like_none(connect: Any) -> None:
    """404 in both cases, and the list does not show it."""
    account = Account(EMAIL, PASSWORD, API_TOKEN, frozenset({"demo-project"}))
    world = World([sample_project(), generate(1, 1, 0, slug="secret")], [account])
    async with DemoServer(world) as server, connect(server) as client:
        assert await client.status("/api/secret/suites") == 404
        assert await client.status("/api/projects/secret") == 404
        listed = await client.get("/api/projects")
    assert [each["id"] for each in listed["data"]] == ["demo-project"]
