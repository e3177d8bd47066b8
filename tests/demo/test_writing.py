"""What the demo server lets a client write, by the evidence of the vendor's scripts."""

from typing import Any

import pytest

from crawler.demo import (
    Account,
    DemoProject,
    DemoServer,
    Fault,
    FaultKind,
    ServerOptions,
    World,
    demo_account,
)

pytestmark = pytest.mark.anyio


def world() -> World:
    """One project with a folder and a test in a file of it."""
    project = DemoProject("p", "P", api_key="k")
    project.add_suite("aaaaaaaa", "Folder", position=1, own={"file-type": "folder"})
    project.add_suite("bbbbbbbb", "File", "aaaaaaaa", position=1)
    project.add_test("cccccccc", "Old", "bbbbbbbb", position=1)
    reader = Account("r@example.com", "-", "testomat_reader", may_write=False)
    return World([project], [demo_account(), reader])


async def send(client: Any, method: str, path: str, body: Any) -> tuple[int, Any]:
    """(status, JSON) of a write."""
    headers = {"Authorization": client.jwt}
    address = f"{client.server.url}/api/p/{path}"
    async with client.session.request(method, address, json=body, headers=headers) as answer:
        return answer.status, await answer.json()


def envelope(kind: str, origin: str | None = None, **attributes: Any) -> dict[str, Any]:
    """A body as the vendor's scripts send it."""
    named = {name.replace("_", "-"): value for name, value in attributes.items()}
    return {"data": {"type": kind, "attributes": named, "origin_id": origin}}


async def test_what_is_created_under_an_origin_is_created_once(connect: Any) -> None:
    """The second time the answer is 208, with what is there."""
    async with DemoServer(world()) as server, connect(server) as client:
        body = envelope("tests", "o-1", title="New", suite_id="bbbbbbbb", position=7, tags=["x"])
        first, again = [await send(client, "POST", "tests", body) for _ in range(2)]
        assert (first[0], again[0]) == (200, 208)
        assert first[1] == again[1]
        attributes = first[1]["data"]["attributes"]
        assert (attributes["title"], attributes["position"]) == ("New", 7)
        suite = await client.get("/api/p/suites/bbbbbbbb")
        assert suite["data"]["attributes"]["test-count"] == 2


async def test_a_server_that_knows_no_origins_creates_again(connect: Any) -> None:
    """So a client cannot rely on them."""
    options = ServerOptions(origin_ids=False, created_status=201, positions_kept=False)
    async with DemoServer(world(), options) as server, connect(server) as client:
        body = envelope("suites", "o-1", title="New", parent_id="aaaaaaaa", position=3)
        first, again = [await send(client, "POST", "suites", body) for _ in range(2)]
        assert first[0] == again[0] == 201
        assert first[1]["data"]["id"] != again[1]["data"]["id"]
        assert first[1]["data"]["attributes"]["position"] is None


@pytest.mark.parametrize(
    ("path", "body", "reason"),
    [
        ("suites", envelope("suites"), "blank"),
        ("suites", {}, "blank"),
        ("suites", envelope("suites", title=" "), "blank"),
        ("suites", envelope("suites", title="A", parent_id="nothing0"), "must exist"),
        ("suites", envelope("suites", title="A", parent_id="bbbbbbbb"), "file suite"),
        ("tests", envelope("tests", title="A"), "must exist"),
        ("tests", envelope("tests", title="A", suite_id="bbbbbbbb", priority="x"), "Priority"),
        ("examples", envelope("example", test_id="nothing0", data=[1]), "must exist"),
        ("labels", envelope("label"), "blank"),
    ],
)
async def test_what_is_not_valid_is_refused_with_a_reason(
    connect: Any, path: str, body: Any, reason: str
) -> None:
    """422, and nothing was done."""
    options = ServerOptions(blank_titles=False, strict_folders=True)
    async with DemoServer(world(), options) as server, connect(server) as client:
        before = server.world.project.revision
        status, answer = await send(client, "POST", path, body)
        assert status == 422
        assert reason in answer["error"]
        assert server.world.project.revision == before


async def test_labels_rows_and_changes_show_when_the_test_is_read(connect: Any) -> None:
    """A label is linked once; rows are added as often as they are sent."""
    async with DemoServer(world()) as server, connect(server) as client:
        _, made = await send(client, "POST", "labels", envelope("label", title="Severity"))
        label = made["data"]["id"]
        for _ in range(2):
            body = {"test_id": "cccccccc", "event": "add", "value": "high"}
            assert (await send(client, "POST", f"labels/{label}/link", body))[0] == 200
            row = {"data": {"type": "example", "attributes": {"test_id": "cccccccc", "data": [1]}}}
            assert (await send(client, "POST", "examples", row))[0] == 200
        body = envelope("tests", title="Renamed", description="x", suite_id="aaaaaaaa", position=4)
        assert (await send(client, "PUT", "tests/cccccccc", body))[0] == 200
        found = await client.get("/api/p/tests/cccccccc")
        attributes = found["data"]["attributes"]
        assert attributes["labels"] == ["Severity:high"]
        assert [attributes[name] for name in ("title", "description", "position", "suite-id")] == [
            *("Renamed", "x", 4, "aaaaaaaa")
        ]
        kinds = [each["type"] for each in found["included"]]
        assert kinds == ["label", "example", "example"]
        assert [each["attributes"]["title"] for each in (await client.get("/api/p/labels"))["data"]]
        assert (await send(client, "POST", "labels", envelope("label", title="Severity")))[0] == 422
        assert (await send(client, "POST", "labels/0/link", body))[0] == 404
        assert (await send(client, "PUT", "tests/nothing0", body))[0] == 404


async def test_a_token_that_may_only_read_gets_403(connect: Any) -> None:
    """Whatever it wants to write."""
    async with DemoServer(world()) as server, connect(server, log_in=False) as client:
        await client.log_in(api_token="testomat_reader")
        assert (await client.get("/api/p/suites"))["data"]
        assert (await send(client, "POST", "suites", envelope("suites", title="A")))[0] == 403


@pytest.mark.parametrize(
    ("fault", "carried_out"),
    [
        (Fault(FaultKind.ERROR_502, "/suites$"), True),
        (Fault(FaultKind.ERROR_502, "/suites$", done=False), False),
        (Fault(FaultKind.TOO_MANY, "/suites$"), False),
    ],
)
async def test_a_fault_says_whether_a_write_was_carried_out(
    connect: Any, fault: Fault, carried_out: bool
) -> None:
    """A 429 never is: it comes in its stead."""
    async with DemoServer(world()) as server, connect(server) as client:
        server.fault(fault)
        address = f"{server.url}/api/p/suites"
        headers = {"Authorization": client.jwt}
        body = envelope("suites", title="A")
        async with client.session.post(address, json=body, headers=headers) as answer:
            assert answer.status in {429, 502}
        assert (len(server.world.project.suites) == 3) is carried_out
