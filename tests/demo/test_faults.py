"""What goes wrong, how it looks on the wire, and when it stops."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest

from crawler.demo import (
    LASTING_KINDS,
    DemoServer,
    Fault,
    FaultKind,
    FaultPlan,
    sample_world,
)

pytestmark = pytest.mark.anyio

SUITES = "/api/demo-project/suites"


@pytest.mark.parametrize(
    ("kind", "status", "retry_after"),
    [
        (FaultKind.ERROR_500, 500, None),
        (FaultKind.ERROR_502, 502, None),
        (FaultKind.ERROR_503, 503, None),
        (FaultKind.ERROR_503_RETRY_AFTER, 503, "3"),
        (FaultKind.TOO_MANY, 429, None),
        (FaultKind.TOO_MANY_RETRY_AFTER, 429, "3"),
    ],
)
async def test_errors_have_their_status(
    connect: Any, kind: FaultKind, status: int, retry_after: str | None
) -> None:
    """And say when to come back, or do not."""
    async with DemoServer(sample_world()) as server, connect(server) as client:
        server.fault(Fault(kind, SUITES, seconds=3))
        async with client.ask(SUITES) as response:
            assert response.status == status
            assert response.headers.get("Retry-After") == retry_after
        assert await client.status(SUITES) == 200


@pytest.mark.parametrize(
    "kind", [FaultKind.RESET, FaultKind.CLOSED, FaultKind.CUT, FaultKind.CUT_CHUNKED]
)
async def test_broken_connections_are_errors_of_the_client(connect: Any, kind: FaultKind) -> None:
    """Before the first byte or in the middle of the body."""
    async with DemoServer(sample_world()) as server, connect(server) as client:
        # A fresh connection: aiohttp asks again by itself when one that it kept has died.
        server.fault(Fault(kind, SUITES, times=None))
        with pytest.raises(aiohttp.ClientError):
            await client.get(SUITES)
    assert server.faults.met[kind] >= 1


def is_html(body: bytes) -> bool:
    """A page for people."""
    return body.startswith(b"<!DOCTYPE html>")


def is_not_json(body: bytes) -> bool:
    """Something that no parser takes."""
    try:
        json.loads(body)
    except ValueError:
        return True
    return False


@pytest.mark.parametrize(
    ("kind", "holds"),
    [
        (FaultKind.EMPTY, lambda body: body == b""),
        (FaultKind.HTML, is_html),
        (FaultKind.NULL_DATA, lambda body: json.loads(body) == {"data": None}),
        (FaultKind.NOT_UTF8, is_not_json),
        (FaultKind.NOT_JSON, is_not_json),
        (FaultKind.WRONG_DOCUMENT, lambda body: json.loads(body)["data"]["id"] == "feedface"),
    ],
)
async def test_wrong_contents_come_with_status_200(
    connect: Any, kind: FaultKind, holds: Callable[[bytes], bool]
) -> None:
    """So the status alone proves nothing."""
    async with DemoServer(sample_world()) as server, connect(server) as client:
        server.fault(Fault(kind, SUITES))
        async with client.ask(SUITES) as response:
            assert response.status == 200
            assert holds(await response.read())


@pytest.mark.parametrize(
    ("kind", "location"),
    [
        (FaultKind.SIGN_IN, "/users/sign_in"),
        (FaultKind.ELSEWHERE, "http://other.invalid/"),
        (FaultKind.LOOP, f"{SUITES}?page=1"),
    ],
)
async def test_redirects_lead_astray(connect: Any, kind: FaultKind, location: str) -> None:
    """To people's pages, to other hosts, in circles."""
    async with DemoServer(sample_world()) as server, connect(server) as client:
        server.fault(Fault(kind, SUITES, location="http://other.invalid/"))
        async with client.ask(f"{SUITES}?page=1") as response:
            assert response.status == 302
            assert response.headers["Location"] == location


async def test_the_sign_in_page_is_a_page_for_people(connect: Any) -> None:
    """Whoever follows the redirect gets 200 and HTML."""
    async with (
        DemoServer(sample_world()) as server,
        connect(server) as client,
        client.ask("/users/sign_in") as response,
    ):
        assert response.status == 200
        assert is_html(await response.read())


async def test_bytes_that_are_not_gzip_cannot_be_unpacked(connect: Any) -> None:
    """Although the header claims it."""
    async with DemoServer(sample_world()) as server, connect(server) as client:
        server.fault(Fault(FaultKind.BAD_GZIP, SUITES))
        with pytest.raises(aiohttp.ClientError):
            await client.get(SUITES)


@pytest.mark.parametrize("kind", [FaultKind.OVERSIZED, FaultKind.GZIP_BOMB])
async def test_large_bodies_are_as_large_as_asked(connect: Any, kind: FaultKind) -> None:
    """Valid JSON all the same."""
    async with DemoServer(sample_world()) as server, connect(server) as client:
        server.fault(Fault(kind, SUITES, size=300_000))
        async with client.ask(SUITES) as response:
            body = await response.read()
    assert len(body) == 300_000
    assert json.loads(body) == []


async def test_a_drip_is_the_right_answer_in_the_end(connect: Any) -> None:
    """Byte by byte; here without pauses."""
    async with DemoServer(sample_world()) as server, connect(server) as client:
        right = await client.get(f"{SUITES}?page=9")
        server.fault(Fault(FaultKind.DRIP, SUITES, seconds=0))
        assert await client.get(f"{SUITES}?page=9") == right


async def test_a_hanging_answer_frees_the_server_when_the_client_leaves(connect: Any) -> None:
    """Nothing was sent, so its status is 0."""
    async with DemoServer(sample_world()) as server, connect(server) as client:
        server.fault(Fault(FaultKind.HANG, SUITES))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await client.status(SUITES)
        assert await client.status(SUITES) == 200
    assert sorted(each.status for each in server.requests) == [0, 200, 200]


async def test_wanted_faults_end_after_so_many_times(connect: Any) -> None:
    """One after the other, each for its own addresses."""
    async with DemoServer(sample_world()) as server, connect(server) as client:
        server.fault(
            Fault(FaultKind.ERROR_500, "/suites", times=2),
            Fault(FaultKind.ERROR_502, "/suites$"),
            Fault(FaultKind.ERROR_503, r"/tests[?]page=2", times=None),
        )
        assert [await client.status(SUITES) for _ in range(4)] == [500, 500, 502, 200]
        tests = "/api/demo-project/tests"
        assert await client.status(f"{tests}?page=1") == 200
        assert [await client.status(f"{tests}?page=2") for _ in range(5)] == [503] * 5


def test_a_plan_is_the_same_in_every_run() -> None:
    """And another one with another seed."""
    paths = [f"/api/p/suites/{number:08x}" for number in range(200)]
    first, again, other = (
        [plan.decide(path, 0) for path in paths]
        for plan in (FaultPlan(1, 0.5), FaultPlan(1, 0.5), FaultPlan(2, 0.5))
    )
    assert first == again != other
    assert 70 < sum(fault is not None for fault in first) < 130


def test_whoever_tries_once_more_than_a_plan_gets_through() -> None:
    """Each address suffers so often at most."""
    plan = FaultPlan(1, 1.0, attempts=3)
    assert [plan.decide("/api/p/suites", seen) is None for seen in range(5)] == [
        *(False, False, False),
        *(True, True),
    ]


def test_what_fails_for_ever_fails_every_time() -> None:
    """And what does not, never: chance is asked once for each address."""
    plan = FaultPlan(1, 0.5, attempts=None)
    for number in range(50):
        outcomes = {plan.decide(f"/api/p/suites/{number}", seen) is None for seen in range(9)}
        assert len(outcomes) == 1


def test_a_plan_spares_logins_and_what_it_is_not_for() -> None:
    """Unless told otherwise."""
    assert FaultPlan(1, 1.0).decide("/api/login", 0) is None
    assert FaultPlan(1, 1.0, only="/tests").decide("/api/p/suites", 0) is None
    assert FaultPlan(1, 1.0, only="login").decide("/api/login", 0) is not None


def test_a_plan_costs_no_time_unless_told_to() -> None:
    """Hanging, dripping and huge answers are for tests that ask for them."""
    assert not LASTING_KINDS & set(FaultPlan(1, 1.0).kinds)
    assert set(FaultPlan(1, 1.0).kinds) | LASTING_KINDS == set(FaultKind)


async def test_a_stubborn_client_gets_everything_through_a_plan(connect: Any) -> None:
    """Which is what a crawl that retries relies on."""
    plan = FaultPlan(7, 0.6, attempts=2, seconds=0)
    server = DemoServer(sample_world(), plan=plan)
    async with server, connect(server) as client:
        for suite_id in server.world.project.suites:
            for _ in range(2):
                try:
                    await client.status(f"{SUITES}/{suite_id}")
                except aiohttp.ClientError:
                    continue
            assert (await client.get(f"{SUITES}/{suite_id}"))["data"]["id"] == suite_id
    assert server.faults.met.total() > 50
