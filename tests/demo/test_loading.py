"""Imports with a project's token, by the evidence of the vendor's importer."""

from typing import Any

import pytest

from crawler.demo import DemoProject, DemoServer, ServerOptions, world_of

pytestmark = pytest.mark.anyio

KEY = "tstmt_of_the_project"
PAGE = """<!-- suite -->
# Checkout > Payment

How money moves.

<!-- test
priority: high
-->
## Pays by card @smoke

* press **Pay**

<!-- example -->

| card | sum |
| --- | --- |
| visa | 1 |
| amex | 2 |
"""


def project() -> DemoProject:
    """One with a suite and an automated test in it."""
    made = DemoProject("p", "P", api_key=KEY)
    made.add_suite("aaaaaaaa", "Old")
    made.add_test("bbbbbbbb", "Runs", "aaaaaaaa", own={"state": "automated", "file": "a.js"})
    return made


async def send(client: Any, method: str, path: str, body: Any = None, key: str = KEY) -> Any:
    """(status, JSON) of a request with the token in the query."""
    joint = "&" if "?" in path else "?"
    address = f"{client.server.url}/api/{path}{joint}api_key={key}"
    async with client.session.request(method, address, json=body) as answer:
        return answer.status, await answer.json()


def manual(*tests: dict[str, Any], **more: Any) -> dict[str, Any]:
    """What the importer sends for pages."""
    return {"framework": "manual", "tests": list(tests), "files": {"a.test.md": PAGE}, **more}


PAYS = {
    "name": "Pays by card @smoke",
    "suites": ["Checkout > Payment"],
    "file": "a.test.md",
    "line": 9,
    "manual": True,
    "priority": "high",
    "labels": ["Severity:high"],
}


@pytest.mark.parametrize("status", [401, 403])
async def test_a_wrong_token_is_refused(connect: Any, status: int) -> None:
    """Whatever is asked with it, and however it came."""
    options = ServerOptions(key_status=status)
    async with (
        DemoServer(world_of(project()), options) as server,
        connect(server, log_in=False) as client,
    ):
        for method, path in (("GET", "test_data"), ("POST", "load"), ("PUT", "reporter/x")):
            found, _ = await send(client, method, path, {"api_key": KEY}, key="tstmt_wrong")
            assert found == status
        assert (await send(client, "GET", "test_data"))[0] == 200


async def test_the_same_import_twice_makes_a_test_once(connect: Any) -> None:
    """With its place, text, rows and labels, and the suites on the way."""
    made = project()
    async with DemoServer(world_of(made)) as server, connect(server, log_in=False) as client:
        for _ in range(2):
            assert (await send(client, "POST", "load", manual(PAYS)))[0] == 200
    (test,) = [each for each in made.tests.values() if each.title == "Pays by card @smoke"]
    assert test.own["description"] == "* press **Pay**"
    assert (test.own["state"], test.own["priority"]) == ("manual", "high")
    assert test.own["params"] == ["card", "sum"]
    rows = [list(each.attributes["data"]) for each in test.linked["examples"]]
    assert rows == [["visa", "1"], ["amex", "2"]]
    assert test.own["labels"] == ["Severity:high"]
    suite = made.suites[test.suite_id]
    assert (suite.title, suite.own["description"]) == ("Payment", "How money moves.")
    assert [made.suites[each].title for each in made.ancestors(suite.id)] == ["Checkout"]


async def test_an_unknown_id_is_taken_only_when_told_to_create(connect: Any) -> None:
    """The importer's own words: create tests and suites for missing IDs."""
    made, body = project(), manual({**PAYS, "id": "@Tdddddddd"})
    async with DemoServer(world_of(made)) as server, connect(server, log_in=False) as client:
        await send(client, "POST", "load", body)
        assert "dddddddd" not in made.tests
        await send(client, "POST", "load", {**body, "create": True})
        assert "dddddddd" in made.tests


async def test_chunks_of_one_import_count_as_one(connect: Any) -> None:
    """Tests of the code that are in none of them are detached at the end, and not before."""
    made = project()
    made.add_test("cccccccc", "Gone", "aaaaaaaa", own={"state": "automated"})
    chunks = [
        {"name": "Runs @Tbbbbbbbb", "suites": ["Old"], "file": "a.js"},
        {"name": "New", "suites": ["Old"], "file": "a.js", "code": "test()"},
    ]
    body: dict[str, Any] = {"framework": "jest", "files": {}, "chunk_upload": True}
    async with DemoServer(world_of(made)) as server, connect(server, log_in=False) as client:
        _, first = await send(client, "POST", "load", {**body, "tests": chunks[:1]})
        assert made.tests["cccccccc"].own["state"] == "automated"
        more = {"import_id": first["import_id"], "finish": True, "tests": chunks[1:]}
        assert (await send(client, "POST", "load", {**body, **more}))[0] == 200
        _, data = await send(client, "GET", "test_data")
    states = {each.title: each.own["state"] for each in made.tests.values()}
    assert states == {"Runs": "automated", "Gone": "detached", "New": "automated"}
    assert data["tests"]["a.js#Old#Runs"] == data["tests"]["Runs"] == "@Tbbbbbbbb"
    assert data["suites"] == {"Old": "@Saaaaaaaa"}


async def test_the_server_writes_its_own_markdown(connect: Any) -> None:
    """Of manual tests, and of automated ones when asked; an import reads it back."""
    made, copy = project(), project()
    async with DemoServer(world_of(made)) as server, connect(server, log_in=False) as client:
        await send(client, "POST", "load", manual(PAYS))
        _, few = await send(client, "GET", "test_data?with_files=true")
        _, all_of_it = await send(client, "GET", "test_data?with_files=true&export_automated=true")
        (page,) = few["files"].values()
    assert list(all_of_it["files"]) == ["Old.test.md", "Checkout/Payment.test.md"]
    lines = page.split("\n")
    sent = {**PAYS, "line": lines.index("## Pays by card @smoke") + 1, "create": True}
    async with DemoServer(world_of(copy)) as server, connect(server, log_in=False) as client:
        await send(client, "POST", "load", {**manual(sent), "files": {"a.test.md": page}})
        _, again = await send(client, "GET", "test_data?with_files=true")
    ours = [each for each in lines if not each.startswith("id: ")]
    (other,) = again["files"].values()
    assert ours == [each for each in other.split("\n") if not each.startswith("id: ")]
