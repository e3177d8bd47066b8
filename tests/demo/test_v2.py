"""v2 of the API as a client meets it: tokens, spellings, pages, branches."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from crawler.demo import (
    API_TOKEN,
    PROJECT_TOKEN,
    Account,
    DemoProject,
    DemoServer,
    Keys,
    Meta,
    ServerOptions,
    World,
    chain,
    generate,
    sample_project,
    sample_world,
    world_of,
)

pytestmark = pytest.mark.anyio

AT = "/api/v2/demo-project"


@asynccontextmanager
async def asking(
    server: DemoServer, token: str | None = PROJECT_TOKEN, form: str = "Bearer {}"
) -> AsyncIterator[Any]:
    """Asks with a token, and gets the status and the document."""
    headers = {"User-Agent": "tests/1"}
    if token is not None:
        headers["Authorization"] = form.format(token)
    async with aiohttp.ClientSession(server.url, headers=headers) as session:

        async def ask(path: str) -> tuple[int, Any]:
            async with session.get(path) as response:
                return response.status, await response.json()

        yield ask


@pytest.mark.parametrize(
    ("token", "form", "status"),
    [
        (PROJECT_TOKEN, "Bearer {}", 200),
        (API_TOKEN, "Bearer {}", 200),
        (PROJECT_TOKEN, "{}", 401),
        ("tstmt_wrong", "Bearer {}", 401),
        ("testomat_wrong", "Bearer {}", 401),
        (None, "", 401),
        ("a.b.c", "Bearer {}", 403),  # a session of v1
    ],
)
async def test_a_token_goes_in_as_it_is(token: str | None, form: str, status: int) -> None:
    """The general one, or the project's; a JWT is forbidden."""
    async with DemoServer(sample_world()) as server, asking(server, token, form) as ask:
        assert (await ask(f"{AT}/tests"))[0] == status


async def test_a_session_of_v1_is_forbidden_and_a_project_token_reads_no_v1(connect: Any) -> None:
    """Each API has its own way in."""
    async with DemoServer(sample_world()) as server, connect(server) as client:
        assert await client.status(f"{AT}/suites") == 403
        token = f"Bearer {PROJECT_TOKEN}"
        assert await client.status("/api/demo-project/suites", Authorization=token) == 403


async def test_a_token_opens_its_own_projects() -> None:
    """Another one looks like one that is missing."""
    projects = [DemoProject(each, each, api_key=f"tstmt_{each}") for each in ("a", "b")]
    account = Account("x@example.com", "x", "testomat_x", frozenset({"b"}))
    async with DemoServer(World(projects, [account])) as server:
        async with asking(server, "tstmt_a") as ask:
            found = [(await ask(f"/api/v2/{each}/tests"))[0] for each in ("a", "b", "c")]
        async with asking(server, "testomat_x") as ask:
            others = [(await ask(f"/api/v2/{each}/tests"))[0] for each in ("a", "b", "c")]
    assert (found, others) == ([200, 404, 404], [404, 200, 404])


@pytest.mark.parametrize(
    ("keys", "names"),
    [
        (Keys.SNAKE, {"suite_id", "public_title", "is_shared"}),
        (Keys.CAMEL, {"suiteId", "publicTitle", "isShared"}),
    ],
)
async def test_names_are_spelled_in_one_of_two_ways(keys: Keys, names: set[str]) -> None:
    """Or in both at once."""
    chosen = ServerOptions(keys=keys, newer_meta=True)
    async with DemoServer(sample_world(), chosen) as server, asking(server) as ask:
        _, document = await ask(f"{AT}/tests")
    assert names <= document["data"][0].keys()
    spelled = {"per_page", "total_pages"} if keys is Keys.SNAKE else {"perPage", "totalPages"}
    assert spelled <= document["meta"].keys()


async def test_mixed_names_are_some_this_way_and_some_that() -> None:
    """The same name always alike."""
    chosen = ServerOptions(keys=Keys.MIXED)
    async with DemoServer(sample_world(), chosen) as server, asking(server) as ask:
        _, document = await ask(f"{AT}/tests")
    names = [tuple(each) for each in document["data"]]
    assert len(set(names)) == 1
    assert any("_" in name for name in names[0])
    assert any(name != name.lower() for name in names[0])


@pytest.mark.parametrize(
    ("query", "rows", "size"),
    [
        ("", 30, 30),
        ("?per_page=100", 100, 100),
        ("?per_page=500", 100, 100),
        ("?per_page=0", 1, 1),
        ("?per_page=some&page=none", 30, 30),
        ("?page=4&per_page=100", 57, 100),
        ("?page=9&per_page=100", 0, 100),
    ],
)
async def test_a_page_holds_thirty_unless_told_and_a_hundred_at_most(
    query: str, rows: int, size: int
) -> None:
    """And the meta tells of it."""
    async with DemoServer(sample_world()) as server, asking(server) as ask:
        _, document = await ask(f"{AT}/tests{query}")
    assert len(document["data"]) == rows
    assert (document["meta"]["per_page"], document["meta"]["total"]) == (size, 357)


async def test_tests_stand_the_newest_first_without_times_and_rows() -> None:
    """As the vendor's description and clients have it."""
    async with DemoServer(sample_world()) as server, asking(server) as ask:
        server.world.project.add_test("aaaaaaaa", "New", "952010f5")
        _, document = await ask(f"{AT}/tests")
    first = document["data"][0]
    assert (first["id"], first["suite_id"]) == ("aaaaaaaa", "952010f5")
    assert not first.keys() & {"created_at", "updated_at", "params", "examples"}


async def test_the_tree_is_nested_as_it_is_shown_and_paged_by_roots() -> None:
    """Leaves have no `children`, and no suite has tests."""
    project = generate(7, 30, 1, fan_out=3)
    async with DemoServer(world_of(project)) as server, asking(server, project.api_key) as ask:
        _, whole = await ask(f"/api/v2/{project.slug}/suites?per_page=100")
        _, first = await ask(f"/api/v2/{project.slug}/suites?per_page=1")
    found: list[str] = []
    waiting = list(whole["data"])
    while waiting:
        suite = waiting.pop()
        found.append(suite["id"])
        assert suite.get("children") != []
        assert "tests" not in suite
        waiting += suite.get("children", ())
    assert sorted(found) == sorted(project.suites)
    assert whole["meta"]["total"] == len(project.suites_of(None)) == len(whole["data"])
    assert first["data"] == whole["data"][:1]


async def test_a_tree_of_any_depth_is_served() -> None:
    """Deeper than the libraries go."""
    project = chain(300)
    async with DemoServer(world_of(project)) as server, asking(server, project.api_key) as ask:
        status, _ = await ask(f"/api/v2/{project.slug}/suites")
    assert status == 200


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("suites[]=0000000a", ["Deep", "High", "Own"]),
        ("suites[]=0000000b", ["Deep"]),
        ("suites[]=0000000b&suites[]=0000000c", ["Other", "Deep"]),
        ("priority=high", ["High"]),
        ("state=automated", ["Own"]),
        ("tags[]=smoke&tags[]=x", ["Deep"]),
        ("tags[]=@smoke", ["Deep"]),
        ("search_text=DEE", ["Deep"]),
        ("suites[]=nothing", []),
    ],
)
async def test_tests_are_filtered(query: str, titles: list[str]) -> None:
    """By suites with all below them, and by what a test has."""
    project = DemoProject("p", "P", api_key="tstmt_p")
    project.add_suite("0000000a", "A")
    project.add_suite("0000000b", "B", "0000000a")
    project.add_suite("0000000c", "C")
    project.add_test("00000001", "Own", "0000000a", own={"state": "automated"})
    project.add_test("00000002", "High", "0000000a", own={"priority": "high"})
    project.add_test("00000003", "Deep", "0000000b", own={"tags": ["smoke"]})
    project.add_test("00000004", "Other", "0000000c")
    async with DemoServer(world_of(project)) as server, asking(server, "tstmt_p") as ask:
        _, document = await ask(f"/api/v2/p/tests?{query}")
    assert [each["title"] for each in document["data"]] == titles


async def test_a_bare_parameter_of_suites_is_more_than_it_can_bear() -> None:
    """Seen by clients: 500."""
    async with DemoServer(sample_world()) as server, asking(server) as ask:
        assert (await ask(f"{AT}/tests?suites="))[0] == 500


async def test_a_branch_is_read_by_its_name_and_a_wrong_name_reads_the_main_one() -> None:
    """Without a word."""
    world = world_of(sample_project())
    other = DemoProject("demo-project", "Branch", api_key=PROJECT_TOKEN)
    other.add_suite("0000000a", "Only there")
    world.project.branches["other"] = other
    async with DemoServer(world) as server, asking(server) as ask:
        _, names = await ask(f"{AT}/branches")
        found = [await ask(f"{AT}/suites?branch={name}") for name in ("other", "wrong", "vouchers")]
    assert [each["title"] for each in names["data"]] == ["vouchers", "other"]
    assert [document["meta"]["total"] for _, document in found] == [1, 12, 12]


@pytest.mark.parametrize(
    "path", ["", "/nothing", "/suites/ffffffff", "/tests/ffffffff", "/suites/a/b"]
)
async def test_what_does_not_exist_is_404_with_a_reason(path: str) -> None:
    """As JSON."""
    async with DemoServer(sample_world()) as server, asking(server) as ask:
        status, document = await ask(AT + path)
    assert (status, "error" in document) == (404, True)


async def test_v2_can_be_absent_and_v1_be_shut(connect: Any) -> None:
    """Either of them, and the login as well."""
    async with DemoServer(sample_world(), ServerOptions(v2=False)) as server, asking(server) as ask:
        assert (await ask(f"{AT}/tests"))[0] == 404
    chosen = ServerOptions(v1_status=410, login=False, meta=Meta.NONE, public_ids=True)
    async with DemoServer(sample_world(), chosen) as server:
        async with connect(server, log_in=False) as client:
            assert (await client.log_in())[0] == 404
            assert await client.status("/api/demo-project/suites") == 410
        async with asking(server) as ask:
            _, document = await ask(f"{AT}/tests")
    assert "meta" not in document
    assert {each["id"][:2] + each["suite_id"][:2] for each in document["data"]} == {"@T@S"}


async def test_nothing_is_written_over_v2() -> None:
    """It only reads here."""
    headers = {"User-Agent": "tests/1", "Authorization": f"Bearer {PROJECT_TOKEN}"}
    async with (
        DemoServer(sample_world()) as server,
        aiohttp.ClientSession(server.url, headers=headers) as session,
        session.post(f"{AT}/tests", json={}) as response,
    ):
        assert response.status == 405
