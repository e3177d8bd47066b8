"""Runs that are reported with a project's token, by the evidence of the vendor's reporters."""

from typing import Any

import pytest

from crawler.demo import PROJECT_TOKEN, DemoServer, sample_world

pytestmark = pytest.mark.anyio


async def send(client: Any, method: str, path: str, body: Any) -> Any:
    """(status, JSON) of a request with the token in the body, as the reporters send it."""
    address = f"{client.server.url}/api/reporter{path}"
    body = {"api_key": PROJECT_TOKEN, **body}
    async with client.session.request(method, address, json=body) as answer:
        return answer.status, await answer.json()


async def test_a_run_is_opened_filled_and_ended(connect: Any) -> None:
    """What was sent shows in the API that a crawl reads, times in milliseconds there."""
    async with DemoServer(sample_world()) as server, connect(server) as client:
        test = next(iter(server.world.project.tests.values()))
        about = {"title": "Nightly", "env": "Linux, Chrome", "group_title": "Sprint 12"}
        _, opened = await send(client, "POST", "", about)
        uid = opened["uid"]
        results = [
            {"title": "Renamed", "test_id": f"@T{test.id}", "status": "passed", "run_time": 1.5},
            {"title": "New one", "suite_title": "Fresh", "status": "failed", "create": True},
        ]
        assert (await send(client, "POST", f"/{uid}/testrun", {"tests": results}))[0] == 200
        await send(client, "PUT", f"/{uid}", {"status_event": "finish", "duration": 3})
        run = (await client.get(f"/api/demo-project/runs/{uid}"))["data"]["attributes"]
        listed = await client.get(f"/api/demo-project/testruns?run_id={uid}")
    assert (run["title"], run["status"], run["env"]) == ("Nightly", "failed", ["Linux", "Chrome"])
    assert (run["rungroup-id"], run["duration"], run["tests-count"]) == ("5e1ea5e2", 3, 2)
    times = {each["attributes"]["title"]: each["attributes"]["run-time"] for each in listed["data"]}
    assert times == {"Renamed": 1500, "New one": 0}


async def test_a_result_with_a_known_rid_replaces_the_former(connect: Any) -> None:
    """It counts as a retry, unless it says that it overwrites."""
    async with DemoServer(sample_world()) as server, connect(server, log_in=False) as client:
        extras = server.world.project.extras
        test = next(iter(server.world.project.tests))
        _, opened = await send(client, "POST", "", {})
        path = f"/{opened['uid']}/testrun"
        result = {"title": "T", "test_id": test, "status": "failed", "rid": "linux"}
        await send(client, "POST", path, result)
        await send(client, "POST", path, {**result, "status": "passed", "overwrite": True})
        await send(client, "POST", path, {**result, "status": "passed", "rid": "windows"})
        await send(client, "POST", path, {**result, "status": "passed", "rid": "windows"})
        found = [extras.testruns[each].own for each in extras.testruns_of(opened["uid"])]
    assert [(each["status"], each.get("retries", 0)) for each in found] == [
        ("passed", 0),
        ("passed", 1),
    ]


@pytest.mark.parametrize(
    ("path", "body", "status", "words"),
    [
        ("/UID/testrun", {"title": "Nobody knows it", "status": "passed"}, 422, "matched"),
        ("/UID/testrun", {"title": "T", "status": "maybe"}, 422, "Status"),
        ("/UID/testrun", {"tests": [{"title": "Nobody", "status": "passed"}]}, 200, ""),
        ("/ffffffff/testrun", {"title": "T", "status": "passed"}, 404, "Run"),
    ],
)
async def test_what_cannot_be_taken_is_refused(
    connect: Any, path: str, body: Any, status: int, words: str
) -> None:
    """Nothing of it is in the run; in a batch a test that is not known is left out."""
    async with DemoServer(sample_world()) as server, connect(server, log_in=False) as client:
        _, opened = await send(client, "POST", "", {})
        found = await send(client, "POST", path.replace("UID", opened["uid"]), body)
        assert not server.world.project.extras.testruns_of(opened["uid"])
    assert found[0] == status
    assert words in str(found[1])


@pytest.mark.parametrize(("event", "status"), [("pass", "passed"), ("fail_parallel", "failed")])
async def test_a_run_may_be_ended_with_a_status(connect: Any, event: str, status: str) -> None:
    """Whatever its results say; an unknown event changes nothing."""
    async with DemoServer(sample_world()) as server, connect(server) as client:
        _, opened = await send(client, "POST", "", {"title": "R"})
        path = f"/{opened['uid']}"
        assert (await send(client, "PUT", path, {"status_event": "explode"}))[0] == 422
        await send(client, "PUT", path, {"status_event": event})
        run = await client.get(f"/api/demo-project/runs{path}")
    assert run["data"]["attributes"]["status"] == status
