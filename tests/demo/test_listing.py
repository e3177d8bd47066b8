"""Lists: pages, ends, filters, lean and full."""

import json
from typing import Any

import pytest

from crawler.demo import (
    BeyondEnd,
    DemoServer,
    Listing,
    Meta,
    ServerOptions,
    UpdatedAt,
    chain,
    generate,
    sample_world,
    world_of,
)
from crawler.demo.listing import cut

pytestmark = pytest.mark.anyio


def test_pages_cover_a_list_once() -> None:
    """Fifty, fifty, and the rest."""
    items = [str(number) for number in range(120)]
    pages = [cut(items, str(number), 50, BeyondEnd.EMPTY) for number in (1, 2, 3)]
    assert [item for page in pages for item in page.items] == items
    assert {page.pages for page in pages} == {3}


@pytest.mark.parametrize("asked", [None, "", "0", "-1", "x", "²"])
def test_a_page_that_is_no_number_is_the_first(asked: str | None) -> None:
    """Garbage never fails."""
    assert cut(["a", "b"], asked, 1, BeyondEnd.EMPTY).items == ["a"]


def test_a_number_of_any_length_is_one() -> None:
    """Python refuses to read thousands of digits at once."""
    assert cut(["a"], "9" * 5000, 1, BeyondEnd.EMPTY).items == []


@pytest.mark.parametrize(("beyond", "items"), [(BeyondEnd.EMPTY, []), (BeyondEnd.LAST_PAGE, ["c"])])
def test_beyond_the_end_stands_what_the_switch_says(beyond: BeyondEnd, items: list[str]) -> None:
    """Nothing, or the last page again."""
    assert cut(["a", "b", "c"], "9", 2, beyond).items == items


def test_an_empty_list_has_no_page() -> None:
    """Not even with the last page repeated."""
    page = cut([], "1", 50, BeyondEnd.LAST_PAGE)
    assert (page.items, page.pages) == ([], 0)


async def test_suites_come_fifty_a_page_whatever_is_asked(connect: Any) -> None:
    """``per_page`` is ignored."""
    project = generate(5, 120, 0, fan_out=120)
    async with DemoServer(world_of(project)) as server, connect(server) as client:
        first = await client.get("/api/generated/suites?per_page=100")
        last = await client.get("/api/generated/suites?page=3")
        beyond = await client.get("/api/generated/suites?page=4")
    assert (len(first["data"]), len(last["data"]), len(beyond["data"])) == (50, 20, 0)
    assert last["meta"] == {"total_pages": 3, "per_page": 50, "num": 120, "page": 3}


@pytest.mark.parametrize(("listing", "count"), [(Listing.ROOTS, 3), (Listing.ALL, 12)])
async def test_the_list_holds_roots_or_all(connect: Any, listing: Listing, count: int) -> None:
    """Sources disagree, so it is a switch."""
    world = world_of(generate(5, 12, 0, fan_out=3))
    chosen = ServerOptions(listing=listing)
    async with DemoServer(world, chosen) as server, connect(server) as client:
        assert len((await client.get("/api/generated/suites"))["data"]) == count


async def test_meta_can_be_missing(connect: Any) -> None:
    """As in the API description."""
    chosen = ServerOptions(meta=Meta.NONE)
    async with DemoServer(sample_world(), chosen) as server, connect(server) as client:
        assert "meta" not in await client.get("/api/demo-project/suites")
        assert "meta" not in await client.get("/api/demo-project/tests")


async def test_tests_are_lean_unless_asked_for_labels_and_details(connect: Any) -> None:
    """Labels and issues are missing from the plain list, whatever is stored."""
    world = sample_world()
    stored = next(
        each for each in world.project.tests.values() if each.own["labels"] and "issues" in each.own
    )
    address = f"/api/demo-project/tests?suite_id={stored.suite_id}"
    async with DemoServer(world) as server, connect(server) as client:
        lean = await client.get(address)
        full = await client.get(f"{address}&labels=true&detail=true")
    poor, rich = (
        next(each["attributes"] for each in answer["data"] if each["id"] == stored.id)
        for answer in (lean, full)
    )
    assert (poor["labels"], poor["issues"]) == ([], None)
    assert (rich["labels"], rich["issues"]) == (stored.own["labels"], stored.own["issues"])
    assert "rId" in full["meta"]


async def test_descriptions_can_be_left_out_of_lean_tests(connect: Any) -> None:
    """Then only the full list and the test's own answer have them."""
    chosen = ServerOptions(lean_descriptions=False)
    async with DemoServer(sample_world(), chosen) as server, connect(server) as client:
        lean = await client.get("/api/demo-project/tests")
        full = await client.get("/api/demo-project/tests?labels=true&detail=true")
    assert not any("description" in each["attributes"] for each in lean["data"])
    assert all(each["attributes"]["description"] for each in full["data"])


async def test_filters_narrow_the_list(connect: Any) -> None:
    """By suite, state and tag."""
    world = sample_world()
    tests = world.project.tests.values()
    async with DemoServer(world) as server, connect(server) as client:
        automated = await client.get("/api/demo-project/tests?state=automated&tag=smoke")
        suite_id = next(iter(tests)).suite_id
        of_suite = await client.get(f"/api/demo-project/tests?suite_id={suite_id}")
    wanted = [t for t in tests if t.own.get("state") == "automated" and "smoke" in t.own["tags"]]
    assert automated["meta"]["num"] == len(wanted) > 10
    assert of_suite["meta"]["num"] == len(world.project.tests_of(suite_id))


def added_up(suites: list[dict[str, Any]]) -> int:
    """The tests that these suites and those below claim."""
    return sum(each["attributes"]["test-count"] + added_up(each["suites"]) for each in suites)


async def test_counts_add_up(connect: Any) -> None:
    """All pages together are as many as the project says, and so are the suites' counts."""
    async with DemoServer(sample_world()) as server, connect(server) as client:
        project = await client.get("/api/projects/demo-project")
        count = project["data"]["attributes"]["tests-count"]
        meta = (await client.get("/api/demo-project/tests"))["meta"]
        ids = [
            each["id"]
            for page in range(1, meta["total_pages"] + 1)
            for each in (await client.get(f"/api/demo-project/tests?page={page}"))["data"]
        ]
        suites = server.world.project.truth()
    assert len(ids) == len(set(ids)) == count
    assert added_up(suites["suites"]) == count


async def test_a_project_can_lie_about_its_counts(connect: Any) -> None:
    """By an attribute of its own, for tests of the auditor."""
    project = generate(5, 3, 1)
    project.own["tests-count"] = 99
    suite_id = next(iter(project.suites))
    project.edit_suite(suite_id, {"test-count": None})
    async with DemoServer(world_of(project)) as server, connect(server) as client:
        told = await client.get("/api/projects/generated")
        suite = await client.get(f"/api/generated/suites/{suite_id}")
    assert told["data"]["attributes"]["tests-count"] == 99
    assert suite["data"]["attributes"]["test-count"] is None


async def test_an_edit_shows_at_the_next_request(connect: Any) -> None:
    """Prepared lists and answers never outlive it."""
    world = world_of(generate(5, 3, 1))
    chosen = ServerOptions(listing=Listing.ALL)
    async with DemoServer(world, chosen) as server, connect(server) as client:
        before = await client.get("/api/generated/suites")
        world.project.add_suite("abcdef01", "New")
        after = await client.get("/api/generated/suites")
    assert len(after["data"]) == len(before["data"]) + 1


async def test_the_skeleton_nests_as_the_project_does(connect: Any) -> None:
    """A bare array in camelCase; ``children`` only where there are some."""
    project = generate(5, 12, 2, fan_out=3)
    async with DemoServer(world_of(project)) as server, connect(server) as client:
        tree = await client.get("/api/generated/suites/tree")
    seen = []
    pending = list(tree)
    while pending:
        node = pending.pop()
        seen.append(node["id"])
        assert [each["id"] for each in node.get("children", [])] == list(
            project.suites_of(node["id"])
        )
        assert node["testCount"] == 2
        pending += node.get("children", [])
    assert sorted(seen) == sorted(project.suites)


async def test_the_skeleton_reaches_400_levels(connect: Any) -> None:
    """Deeper than the JSON libraries write."""
    async with (
        DemoServer(world_of(chain(400))) as server,
        connect(server) as client,
        client.ask("/api/chain/suites/tree") as response,
    ):
        text = await response.text()
    assert text.count('"children":[') == 399
    assert json.loads(text)[0]["id"] == "00000123"


async def test_the_skeleton_can_be_absent(connect: Any) -> None:
    """It is not in the API description."""
    chosen = ServerOptions(tree=False)
    async with DemoServer(sample_world(), chosen) as server, connect(server) as client:
        assert await client.status("/api/demo-project/suites/tree") == 404


async def test_projects_come_in_one_document_unless_paged(connect: Any) -> None:
    """Without parameters no ``meta`` at all."""
    world = world_of(*(generate(5, 1, 0, slug=f"project-{number}") for number in range(84)))
    async with DemoServer(world) as server, connect(server) as client:
        everything = await client.get("/api/projects")
        paged = await client.get("/api/projects?page=2&per_page=80")
    assert len(everything["data"]) == 84
    assert "meta" not in everything
    assert [each["id"] for each in paged["data"]] == [f"project-{n}" for n in range(80, 84)]
    assert all(each["attributes"]["api-key"].startswith("tstmt_") for each in paged["data"])


async def test_lists_leave_out_what_they_are_told_to(connect: Any) -> None:
    """Attributes of suites and of tests, which single answers still have."""
    project = generate(5, 2, 1, fan_out=2)
    options = ServerOptions(suites_without=frozenset({"notes"}), tests_without=frozenset({"code"}))
    async with DemoServer(world_of(project), options) as server, connect(server) as client:
        suite = (await client.get("/api/generated/suites"))["data"][0]
        test = (await client.get("/api/generated/tests?labels=true&detail=true"))["data"][0]
        whole = await client.get(f"/api/generated/suites/{suite['id']}")
    assert "notes" not in suite["attributes"]
    assert "notes" in whole["data"]["attributes"]
    assert "code" not in test["attributes"]


@pytest.mark.parametrize("updated_at", UpdatedAt)
async def test_times_of_edit_tell_what_the_switch_says(connect: Any, updated_at: UpdatedAt) -> None:
    """Edits, nothing but the creation, or nothing at all; of suites and of tests."""
    project = generate(5, 1, 1)
    project.rename_suite(next(iter(project.suites)), "Renamed")
    project.rename_test(next(iter(project.tests)), "Renamed")
    options = ServerOptions(updated_at=updated_at)
    async with DemoServer(world_of(project), options) as server, connect(server) as client:
        for kind in ("suites", "tests"):
            (item,) = (await client.get(f"/api/generated/{kind}"))["data"]
            times = item["attributes"]
            assert ("updated-at" in times) == (updated_at is not UpdatedAt.MISSING)
            is_edit = times.get("updated-at", times["created-at"]) != times["created-at"]
            assert is_edit == (updated_at is UpdatedAt.EDITS)
