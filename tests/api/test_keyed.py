"""What a project's token opens, over real HTTP: where the token goes, and what refusals say."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from support.clock import FastClock

from crawler.api.client import Client, ClientOptions
from crawler.api.keyed import KeyedProject
from crawler.api.messages import Reply, Request
from crawler.api.wire_keyed import KnownTests, import_id_in, plain_id, read_known, read_pages
from crawler.demo import (
    PROJECT_TOKEN,
    DemoServer,
    Fault,
    FaultKind,
    ServerOptions,
    sample_world,
)
from crawler.errors import (
    BlockedError,
    CrawlerError,
    CredentialsError,
    RefusedError,
    TransientError,
    UncertainError,
)
from crawler.progress import TallyProgress
from crawler.redaction import Secret

pytestmark = pytest.mark.anyio

KEY = Secret(PROJECT_TOKEN)
ODD_KEY = "tstmt_a+b&c=d/é"


@asynccontextmanager
async def opened(url: str, key: str = PROJECT_TOKEN, **more: Any) -> AsyncIterator[KeyedProject]:
    """The project of a token, without any account."""
    options = ClientOptions(url=url, rate=5000, **more)
    async with Client(options, clock=FastClock(), progress=TallyProgress()) as client:
        yield KeyedProject(client, Secret(key))


def test_no_target_label_or_print_of_a_request_has_the_key() -> None:
    """Only the transport adds it to the address."""
    request = Request("GET", ("api", "test_data"), (("a", "b"),), key=KEY)
    shown = f"{request} {request.target} {request.label} {request!r}"
    assert PROJECT_TOKEN not in shown
    assert request.target == "/api/test_data?a=b"


async def test_the_key_stands_in_the_query_encoded_and_nowhere_else(
    serve: Callable[..., Awaitable[str]],
) -> None:
    """No header and no body has it; the server sees it as it is."""
    seen: list[Any] = []

    async def handler(request: web.Request) -> web.Response:
        seen.append((dict(request.query), dict(request.headers), await request.read()))
        return web.json_response({"uid": "1"})

    async with opened(await serve(handler), ODD_KEY) as project:
        await project.open_run({"title": "T"})
        await project.pages(automated=True)
    assert [query for query, _, _ in seen] == [
        {"api_key": ODD_KEY},
        {"with_files": "true", "export_automated": "true", "api_key": ODD_KEY},
    ]
    assert all("Authorization" not in headers for _, headers, _ in seen)
    assert "tstmt" not in str([(headers, body) for _, headers, body in seen])


async def test_a_redirect_is_not_followed_and_does_not_show_the_key(
    serve: Callable[..., Awaitable[str]],
) -> None:
    """Neither to another host nor here, whatever the server put into it."""
    asked: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=302, headers={"Location": f"/other?api_key={PROJECT_TOKEN}"})

    async with opened(await serve(handler)) as project:
        with pytest.raises(RefusedError, match="not followed") as caught:
            await project.known()
    assert asked == ["/api/test_data"]
    assert PROJECT_TOKEN not in f"{caught.value} {caught.value!r}"


@pytest.mark.parametrize("status", [401, 403])
async def test_a_refused_token_is_named_as_such(status: int) -> None:
    """With exit code 3, after one request."""
    options = ServerOptions(key_status=status)
    async with (
        DemoServer(sample_world(), options) as server,
        opened(server.url, "tstmt_wrong") as project,
    ):
        with pytest.raises(CredentialsError, match="TESTOMATIO_PROJECT_TOKEN"):
            await project.known()
        assert server.counts["/api/test_data"] == 1


@pytest.mark.parametrize(
    ("status", "body", "kind", "words"),
    [
        (422, f'{{"message": "no {PROJECT_TOKEN}\\n here"}}', RefusedError, r"no \*\*\* here \("),
        (400, '{"error": "bad"}', RefusedError, "400 Bad Request: bad"),
        (404, "[]", RefusedError, r"404 Not Found \("),
        (413, "x" * 9, RefusedError, "413"),
        (403, "<html>", BlockedError, "CDN"),
        (200, "<html>", TransientError, "page"),
        (500, "{}", TransientError, "500"),
    ],
)
async def test_the_servers_words_are_told_without_the_token(
    serve: Callable[..., Awaitable[str]],
    status: int,
    body: str,
    kind: type[CrawlerError],
    words: str,
) -> None:
    """In one line; what may pass is tried again first."""

    async def handler(_: web.Request) -> web.Response:
        page = "text/html" if body.startswith("<") else "application/json"
        return web.Response(status=status, text=body, content_type=page)

    async with opened(await serve(handler), attempts=2) as project:
        with pytest.raises(kind, match=words) as caught:
            await project.finish("1", seconds=1)
    assert PROJECT_TOKEN not in str(caught.value)


async def test_a_run_is_not_opened_twice(serve: Callable[..., Awaitable[str]]) -> None:
    """After an answer that tells nothing, nobody knows whether it was."""
    asked: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=502)

    async with opened(await serve(handler)) as project:
        with pytest.raises(UncertainError):
            await project.open_run({})
    assert asked == ["/api/reporter"]


async def test_reads_of_a_project_survive_faults() -> None:
    """The Markdown and the IDs of the sample project, after two failures."""
    async with DemoServer(sample_world()) as server, opened(server.url) as project:
        server.fault(Fault(FaultKind.ERROR_502, "/api/test_data", 1))
        server.fault(Fault(FaultKind.CUT, "/api/test_data", 1))
        pages, known = await project.pages(), await project.known()
    assert all(name.endswith(".test.md") for name in pages)
    assert len(known.ids) > 300


@pytest.mark.parametrize(
    ("text", "identity"),
    [
        ("@T1a2b3c4d", "1a2b3c4d"),
        ("T1a2b3c4d", "1a2b3c4d"),
        ("@S1a2b3c4d", "1a2b3c4d"),
        ("1a2b3c4d", "1a2b3c4d"),
        ("T1a2b3c4", "T1a2b3c4"),
    ],
)
def test_an_id_is_found_however_it_is_written(text: str, identity: str) -> None:
    """Clients and description differ."""
    assert plain_id(text) == identity


async def test_tests_of_the_same_title_are_all_known_by_their_pages() -> None:
    """The list by title has one of them alone; a line of a text is no ID."""
    world = sample_world()
    project = world.project
    suite = next(iter(project.suites))
    twins = {project.add_test(project.new_id(), "Twin", suite).id for _ in range(3)}
    text = "<!-- no test\nid: @Tffffffff\n-->\nid: @Teeeeeeee"
    project.edit_test(next(iter(twins)), {"description": text})
    async with DemoServer(world) as server, opened(server.url) as reader:
        assert len(twins & (await reader.known()).ids) == 1
        assert (await reader.known_well()).ids == set(project.tests)


@pytest.mark.parametrize("body", [b"[]", b'{"files": [1]}', b'{"files": {"a": 1}}', b"1", b""])
def test_markdown_that_is_none_is_an_error(body: bytes) -> None:
    """Another attempt may fare better."""
    with pytest.raises(TransientError):
        read_pages(Reply(200, {}, body), "GET /", KEY)


def test_answers_without_what_is_not_needed_do() -> None:
    """No files, no tests, no name for the import."""
    assert read_pages(Reply(200, {}, b'{"files": null}'), "", KEY) == {}
    assert read_known(Reply(200, {}, b"{}"), "", KEY) == KnownTests()
    assert import_id_in({}) is None
    assert import_id_in({"import_id": 7}) == "7"


async def test_a_write_that_is_answered_with_nothing_is_sent_once_more(
    serve: Callable[..., Awaitable[str]],
) -> None:
    """It may have been lost; from a server that never says anything it is enough."""
    bodies = [b"", b'{"import_id": 1}', b"", b"", b"", b""]
    asked: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(body=bodies[len(asked) - 1])

    async with opened(await serve(handler)) as project:
        assert await project.load({"tests": []}) == "1"
        await project.report("u", [], 1)
        await project.report("u", [], 2)
        await project.finish("u", seconds=1)
    assert len(asked) == 6
