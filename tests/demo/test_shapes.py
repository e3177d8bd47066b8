"""Whatever the shape of the answers, the whole truth can be read from them."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from crawler.demo import (
    ChildrenShape,
    DemoProject,
    DemoServer,
    Emptiness,
    Listing,
    Meta,
    Resource,
    ServerOptions,
    TestsShape,
    generate,
    world_of,
)

pytestmark = pytest.mark.anyio


def outline(suites: list[dict[str, Any]]) -> list[Any]:
    """IDs alone, nested as in the truth."""
    return [
        [suite["id"], outline(suite["suites"]), [test["id"] for test in suite["tests"]]]
        for suite in suites
    ]


def named(document: dict[str, Any], kinds: tuple[str, str], names: tuple[str, str]) -> set[str]:
    """IDs of one kind that a suite's answer names, wherever they stand."""
    found = set()
    for name in names:
        for each in (document["data"]["relationships"].get(name) or {}).get("data") or ():
            if isinstance(each, str):
                found |= {each} if name == names[0] else set()
            elif each["type"] in kinds:
                found.add(each["id"])
    for each in document["data"]["attributes"].get(names[0]) or ():
        found.add(each if isinstance(each, str) else each["id"])
    return found | {each["id"] for each in document["included"] if each["type"] in kinds}


async def crawl(client: Any, suite_ids: list[str]) -> list[Any]:
    """The outline of these suites, siblings by position as their own answers tell it."""
    answers = [await client.get(f"/api/generated/suites/{each}") for each in suite_ids]
    answers.sort(key=lambda each: each["data"]["attributes"]["position"])
    found = []
    for answer in answers:
        data = answer["data"]
        children = named(answer, ("suite", "suites"), ("children", "tests"))
        tests = named(answer, ("test", "tests"), ("tests", "children"))
        if len(tests) != data["attributes"]["test-count"]:
            listed = await client.get(f"/api/generated/tests?suite_id={data['id']}")
            tests = {each["id"] for each in listed["data"]}
        order = {each: client.server.world.project.tests[each].position for each in tests}
        below = await crawl(client, in_serial_order(client, children))
        found.append([data["id"], below, sorted(tests, key=lambda each: order[each])])
    return found


def in_serial_order(client: Any, suite_ids: set[str]) -> list[str]:
    """As the server lists them; a set has no order."""
    return [each for each in client.server.world.project.suites if each in suite_ids]


def options() -> Iterator[ServerOptions]:
    """Every pair of shapes, with the smaller switches spread over them."""
    emptiness = list(Emptiness)
    for number, (children, tests) in enumerate(product(ChildrenShape, TestsShape)):
        yield ServerOptions(
            children=children,
            tests=tests,
            empty=emptiness[number % len(emptiness)],
            plural_types=number % 2 == 1,
            meta=Meta.NONE if number % 3 else Meta.FULL,
            branch_relationship=number % 4 > 0,
        )


@pytest.mark.parametrize(
    "chosen", list(options()), ids=lambda each: f"{each.children.name}-{each.tests.name}"
)
async def test_every_shape_leads_to_the_same_tree(connect: Any, chosen: ServerOptions) -> None:
    """Only the way of naming children and tests differs, never what is named."""
    project = generate(3, 12, 3, fan_out=3)
    async with DemoServer(world_of(project), chosen) as server, connect(server) as client:
        roots = await client.get("/api/generated/suites")
        tree = await crawl(client, [each["id"] for each in roots["data"]])
    assert tree == outline(project.truth()["suites"])


async def test_attributes_arrive_as_in_the_truth(connect: Any) -> None:
    """A suite's own answer has its attributes, a test's own answer those of the test."""
    project = generate(3, 4, 2)
    async with DemoServer(world_of(project)) as server, connect(server) as client:
        for entry in project.truth()["suites"]:
            answer = await client.get(f"/api/generated/suites/{entry['id']}")
            assert answer["data"]["attributes"] == entry["attributes"]
            for test in entry["tests"]:
                answer = await client.get(f"/api/generated/tests/{test['id']}")
                assert answer["data"]["attributes"] == test["attributes"]


async def test_mixed_shapes_differ_from_suite_to_suite(connect: Any) -> None:
    """And stay what they are when asked again."""
    project = generate(3, 40, 1, fan_out=40)
    chosen = ServerOptions(tests=TestsShape.MIXED)
    async with DemoServer(world_of(project), chosen) as server, connect(server) as client:
        first = [await client.get(f"/api/generated/suites/{each}") for each in project.suites]
        again = [await client.get(f"/api/generated/suites/{each}") for each in project.suites]
    assert first == again
    assert len({"tests" in each["data"]["relationships"] for each in first}) == 2
    assert len({"tests" in each["data"]["attributes"] for each in first}) == 2


async def test_parents_can_be_kept_secret(connect: Any) -> None:
    """Then neither the list nor the answers tell what is a root."""
    chosen = ServerOptions(listing=Listing.ALL, listing_parents=False)
    project = generate(3, 12, 0, fan_out=3)
    async with DemoServer(world_of(project), chosen) as server, connect(server) as client:
        listed = (await client.get("/api/generated/suites"))["data"]
    assert len(listed) == 12
    assert not any({"is-root", "parent-id"} & each["attributes"].keys() for each in listed)


@pytest.mark.parametrize("named_rows", [True, False])
async def test_rows_of_examples_come_with_the_test(connect: Any, named_rows: bool) -> None:
    """In order, as positional arrays; the list of tests has none of them."""
    project = DemoProject("small", "Small", api_key="tstmt_demo")
    project.add_suite("5ace0000", "Prices")
    rows = tuple(Resource(str(n), "example", {"data": ["tea", str(n)]}) for n in (1, 2))
    label = (Resource("9", "label", {"title": "Severity"}),)
    project.add_test(
        "7e570000",
        "Price of ${article}",
        "5ace0000",
        own={"params": ["article", "price"]},
        linked={"examples": rows, "labels": label},
    )
    chosen = ServerOptions(examples_named=named_rows)
    async with DemoServer(world_of(project), chosen) as server, connect(server) as client:
        answer = await client.get("/api/small/tests/7e570000")
        listed = await client.get("/api/small/tests?labels=true&detail=true")
    assert [each["attributes"].get("data") for each in answer["included"]] == [
        ["tea", "1"],
        ["tea", "2"],
        None,
    ]
    assert ("examples" in answer["data"]["relationships"]) is named_rows
    assert [each["type"] for each in listed["included"]] == ["label"]
