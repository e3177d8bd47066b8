"""Runs, results and the lists beside the tree, as the demo server gives them."""

from typing import Any

import pytest

from crawler.demo import Archive, DemoServer, Meta, RunAddress, ServerOptions, sample_world

pytestmark = pytest.mark.anyio

RUNS = "/api/demo-project/runs"


def titles(document: Any) -> list[str]:
    return [row["attributes"]["title"] for row in document["data"]]


async def test_runs_are_listed_youngest_first_without_the_archive(connect: Any) -> None:
    """With the meta that was recorded."""
    async with DemoServer(sample_world()) as server, connect(server) as client:
        document = await client.get(RUNS)
    assert titles(document)[:2] == ["Smoke of today", "Release 2.4"]
    assert "Old acceptance" not in titles(document)
    assert document["meta"] == {"page": 1, "per_page": 50, "num": 7, "total_pages": 1}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("search=NIGHT", 3),
        ("filter[kind]=automated", 3),
        ("filter[unfinished]=true", 1),
        ("filter[env]=macOS", 1),
        ("group_id=5e1ea5e1", 2),
        ("filter[in_group]=true", 2),
        ("filter[status]=running", 1),
        ("finished_at_date_range=2024-01-28,2024-01-29", 2),
    ],
)
async def test_filters_choose_runs(connect: Any, query: str, found: int) -> None:
    """Each of the API description's that the demo knows."""
    async with DemoServer(sample_world()) as server, connect(server) as client:
        document = await client.get(f"{RUNS}?{query}")
    assert len(document["data"]) == found


@pytest.mark.parametrize(
    ("archive", "found"), [(Archive.ONLY, 1), (Archive.INCLUDED, 8), (Archive.IGNORED, 7)]
)
async def test_the_archive_is_shown_in_either_reading(
    connect: Any, archive: Archive, found: int
) -> None:
    """Of what ``archive=true`` may mean."""
    options = ServerOptions(archive=archive)
    async with DemoServer(sample_world(), options) as server, connect(server) as client:
        document = await client.get(f"{RUNS}?archive=true")
    assert len(document["data"]) == found


@pytest.mark.parametrize(
    ("address", "statuses"),
    [
        (RunAddress.BOTH, (200, 200)),
        (RunAddress.PLURAL, (200, 404)),
        (RunAddress.SINGULAR, (404, 200)),
    ],
)
async def test_a_run_is_found_where_the_options_say(
    connect: Any, address: RunAddress, statuses: tuple[int, int]
) -> None:
    """Below ``runs``, ``run``, or both."""
    world = sample_world()
    run_id = next(iter(world.project.extras.runs))
    options = ServerOptions(run_address=address)
    async with DemoServer(world, options) as server, connect(server) as client:
        plural = await client.status(f"/api/demo-project/runs/{run_id}")
        singular = await client.status(f"/api/demo-project/run/{run_id}")
    assert (plural, singular) == statuses


async def test_a_test_with_examples_has_a_result_for_each(connect: Any) -> None:
    """And a list leaves out what only the result's own answer tells."""
    world = sample_world()
    extras = world.project.extras
    failed = next(each for each in extras.testruns.values() if each.own["status"] == "failed")
    async with DemoServer(world) as server, connect(server) as client:
        listed = await client.get(f"/api/demo-project/testruns?run_id={failed.run_id}")
        single = await client.get(f"/api/demo-project/testruns/{failed.id}")
        steps = await client.get(f"/api/demo-project/testruns/{failed.id}/steps")
    (row,) = [each for each in listed["data"] if each["id"] == failed.id]
    assert row["attributes"]["stack"] == ""
    assert single["data"]["attributes"]["stack"].startswith("Error")
    assert steps["data"] == failed.own["steps"]
    nightly = next(each.id for each in extras.runs.values() if each.title == "Nightly 1")
    results = [extras.testruns[each].test_id for each in extras.testruns_of(nightly)]
    assert len(set(results)) < len(results)


@pytest.mark.parametrize(
    "name",
    ["plans", "rungroups", "labels", "milestones", "steps", "templates", "users", "jira/issues"],
)
async def test_each_list_is_there_unless_it_is_switched_off(connect: Any, name: str) -> None:
    """With 404 or with 403."""
    path = f"/api/demo-project/{name}"
    async with DemoServer(sample_world()) as server, connect(server) as client:
        assert (await client.get(path))["data"]
    missing = ServerOptions(missing_lists=frozenset({name}))
    async with DemoServer(sample_world(), missing) as server, connect(server) as client:
        assert await client.status(path) == 404
    refused = ServerOptions(refused_lists=frozenset({name}), extras_meta=Meta.NONE)
    async with DemoServer(sample_world(), refused) as server, connect(server) as client:
        assert await client.status(path) == 403


async def test_a_run_is_created_and_ended(connect: Any) -> None:
    """Ending it twice is refused."""
    world = sample_world()
    tests = list(world.project.tests)[:2]
    body = {
        "data": {
            "type": "runs",
            "attributes": {"title": "By hand", "rungroup_id": "5e1ea5e1"},
            "relationships": {"tests": {"data": [{"id": each, "type": "test"} for each in tests]}},
        }
    }
    ending = {"data": {"type": "runs", "attributes": {"status-event": "finish_manual"}}}
    async with DemoServer(world) as server, connect(server) as client:
        headers = {"Authorization": client.jwt}
        url = server.url + RUNS
        async with client.session.post(url, json=body, headers=headers) as response:
            created = (await response.json())["data"]
        assert [each["type"] for each in created["relationships"]["testruns"]["data"]] == [
            "testrun",
            "testrun",
        ]
        url = f"{url}/{created['id']}"
        statuses = []
        for _ in range(2):
            async with client.session.put(url, json=ending, headers=headers) as response:
                statuses.append(response.status)
    assert statuses == [200, 422]
