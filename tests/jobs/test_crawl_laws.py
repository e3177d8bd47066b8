"""What the demo server holds is what the snapshot holds, in whatever shape it is served."""

from dataclasses import replace
from typing import Any

import pytest
from support.crawling import Taken, read, take
from support.projects import KEY, orphaned_project, small_project
from support.truths import UNSAID, assert_is_truth

from crawler.demo import (
    SLUG,
    BeyondEnd,
    ChildrenShape,
    DemoProject,
    DemoServer,
    Emptiness,
    Listing,
    Meta,
    ServerOptions,
    TestsShape,
    chain,
    fan,
    generate,
    sample_project,
    world_of,
)
from crawler.snapshot.formats import Format

pytestmark = pytest.mark.anyio

SERVED_ALIKE = ServerOptions(page_size=3)


async def taken_from(
    project: DemoProject, options: ServerOptions | None = None, **more: Any
) -> Taken:
    """The snapshot of a project that is served with these options."""
    async with DemoServer(world_of(project), options) as server:
        return await take(server, project.slug, **more)


async def assert_served(project: DemoProject, options: ServerOptions) -> Taken:
    """Nothing is lost with these options, and the crawl knows it."""
    taken = await taken_from(project, options)
    assert (taken.complete, taken.gaps) == (True, ())
    unsaid = () if options.listing_parents else UNSAID
    assert_is_truth(taken.document, project, unsaid=unsaid)
    return taken


async def test_the_sample_project_is_crawled_as_it_is() -> None:
    """Every suite, test, attribute and row of examples; and nobody has to worry."""
    taken = await assert_served(sample_project(), ServerOptions())
    assert taken.warnings == ()
    assert taken.document.head.project_title == "Demo web shop"


@pytest.mark.parametrize(
    "project",
    [
        generate(1, 120, 2),
        generate(2, 60, 3, fan_out=3, text_bytes=0),
        generate(3, 40, 0),
        generate(4, 5, 60),
        DemoProject("empty", "Nothing yet", api_key=KEY),
    ],
    ids=["bushy", "without text", "without tests", "pages of tests", "empty"],
)
async def test_generated_projects_are_crawled_as_they_are(project: DemoProject) -> None:
    """Of any size; an empty project is a complete snapshot without suites."""
    taken = await assert_served(project, ServerOptions())
    assert taken.warnings == ()


@pytest.mark.parametrize("tests", TestsShape, ids=lambda each: each.name)
@pytest.mark.parametrize("children", ChildrenShape, ids=lambda each: each.name)
async def test_every_shape_of_children_and_tests_gives_the_same_snapshot(
    children: ChildrenShape, tests: TestsShape
) -> None:
    """Bare, inline, included, as strings, as attributes, not at all: nothing gets lost."""
    options = replace(SERVED_ALIKE, children=children, tests=tests)
    taken = await assert_served(small_project(), options)
    assert taken.warnings == ()


@pytest.mark.parametrize(("children", "tests"), [
    (ChildrenShape.MIXED, TestsShape.MIXED),
    (ChildrenShape.ATTRIBUTE, TestsShape.AMONG_CHILDREN),
    (ChildrenShape.INCLUDED, TestsShape.ABSENT),
])  # fmt: skip
async def test_shapes_may_differ_from_suite_to_suite(
    children: ChildrenShape, tests: TestsShape
) -> None:
    """The whole sample project, where each suite may have another shape."""
    options = ServerOptions(children=children, tests=tests, empty=Emptiness.MIXED)
    await assert_served(sample_project(), options)


@pytest.mark.parametrize("empty", Emptiness)
@pytest.mark.parametrize("tests", [TestsShape.INCLUDED, TestsShape.ABSENT])
async def test_nothing_is_nothing_however_it_is_said(empty: Emptiness, tests: TestsShape) -> None:
    """`{}`, null, an empty list, only links, or no relationship at all."""
    await assert_served(small_project(), replace(SERVED_ALIKE, empty=empty, tests=tests))


@pytest.mark.parametrize("tree", [True, False], ids=["tree", "no tree"])
@pytest.mark.parametrize("beyond_end", BeyondEnd)
@pytest.mark.parametrize("meta", Meta)
@pytest.mark.parametrize("listing_parents", [True, False], ids=["parents", "no parents"])
@pytest.mark.parametrize("listing", Listing)
async def test_every_kind_of_listing_leads_to_the_same_tree(
    listing: Listing, listing_parents: bool, meta: Meta, beyond_end: BeyondEnd, tree: bool
) -> None:
    """Roots or all suites, with or without parents, pages and a skeleton."""
    options = replace(
        SERVED_ALIKE,
        listing=listing,
        listing_parents=listing_parents,
        meta=meta,
        beyond_end=beyond_end,
        tree=tree,
    )
    await assert_served(small_project(), options)


@pytest.mark.parametrize(
    "change",
    [
        {"plural_types": True},
        {"lean_descriptions": False},
        {"project_address": False},
        {"examples_named": False},
        {"branch_relationship": False},
        {"compress": False},
        {"page_size": 1},
        {"page_size": 8},
        {"meta": Meta.NONE, "page_size": 8},
        {"meta": Meta.NONE, "beyond_end": BeyondEnd.LAST_PAGE, "page_size": 4},
        {"plural_types": True, "tests": TestsShape.AMONG_CHILDREN},
        {"plural_types": True, "children": ChildrenShape.STRINGS, "tests": TestsShape.STRINGS},
        {"lean_descriptions": False, "tests": TestsShape.ATTRIBUTE_OBJECTS},
    ],
    ids=repr,
)
async def test_no_other_switch_of_the_server_changes_what_is_saved(change: dict[str, Any]) -> None:
    """Types in the plural, lean tests, no address of the project, pages that end exactly."""
    project = small_project()
    taken = await assert_served(project, replace(SERVED_ALIKE, **change))
    assert taken.document.head.project_title == project.title


async def test_all_shapes_give_the_same_bytes() -> None:
    """How a server spells its answers is no part of the project."""

    async def bytes_of(**options: Any) -> tuple[bytes, bytes]:
        taken = await taken_from(small_project(), replace(SERVED_ALIKE, **options))
        return taken.bytes

    plain = await bytes_of()
    assert await bytes_of(children=ChildrenShape.MIXED, tests=TestsShape.MIXED) == plain
    assert await bytes_of(tests=TestsShape.ABSENT, tree=False, listing=Listing.ALL) == plain
    assert await bytes_of(plural_types=False, meta=Meta.NONE, empty=Emptiness.NULL) == plain


async def test_orphans_are_saved_apart_and_warned_of() -> None:
    """What no root leads to stands under `orphans`; it is no gap, but the user should know."""
    project = orphaned_project()
    taken = await taken_from(project, replace(SERVED_ALIKE, listing=Listing.ALL))
    assert taken.complete
    assert [node.fields["id"] for node in taken.document.orphans] == [
        *("aaaaaaaa", "bbbbbbbb", "eeeeeeee", "12345678", "1_000abc"),
        "99999999",
    ]
    assert_is_truth(taken.document, project)
    assert taken.warnings == (
        "no root leads to 1 suite with all below it and 1 single test: see 'orphans' there",
    )


@pytest.mark.parametrize(
    ("selected", "lost"),
    [
        ({"only_tags": ("lost",)}, "1 single test"),
        ({"only_state": "manual"}, "1 suite with all below it and 1 single test"),
        ({"tests": False}, "1 suite with all below it"),
        ({"only_tags": ("lost",), "exclude": ("First root",)}, "1 single test"),
        ({"only_suites": ("First root",)}, None),
    ],
    ids=str,
)
async def test_orphans_of_a_part_are_warned_of_as_far_as_they_are_there(
    selected: dict[str, Any], lost: str | None
) -> None:
    """Only what was asked for counts."""
    project = orphaned_project()
    project.edit_test("99999999", {"tags": ["lost"]})
    options = replace(SERVED_ALIKE, listing=Listing.ALL)
    taken = await taken_from(project, options, **selected)
    warning = f"no root leads to {lost}: see 'orphans' there"
    assert taken.warnings == ((warning,) if lost else ())
    assert bool(list(taken.document.orphans)) is bool(lost)


@pytest.mark.parametrize("listing", Listing)
@pytest.mark.parametrize("tree", [True, False], ids=["tree", "no tree"])
@pytest.mark.parametrize("tests", [TestsShape.INCLUDED, TestsShape.ABSENT])
async def test_orphans_are_found_by_whatever_knows_them(
    listing: Listing, tree: bool, tests: TestsShape
) -> None:
    """If no listing has the suites, their tests' word leads to them."""
    project = orphaned_project()
    options = replace(SERVED_ALIKE, listing=listing, tree=tree, tests=tests)
    await assert_served(project, options)


async def test_suites_in_a_circle_are_saved_once() -> None:
    """Two suites that hold each other stand under `orphans`, opened at one of them."""
    project = small_project()
    project.add_suite("c1c1c1c1", "Ring", "c2c2c2c2")
    project.add_suite("c2c2c2c2", "Ring too", "c1c1c1c1")
    project.add_test("c3c3c3c3", "In the ring", "c2c2c2c2")
    taken = await assert_served(project, replace(SERVED_ALIKE, listing=Listing.ALL))
    assert any("c1c1c1c1 is its own ancestor" in warning for warning in taken.warnings)


async def test_deep_projects_are_saved_and_read_back() -> None:
    """Deeper than any parser's stack, and than Python's."""
    project = chain(1000)
    taken = await assert_served(project, ServerOptions())
    assert read(taken.yaml, Format.YAML) == taken.document


async def test_wide_projects_are_saved_and_read_back() -> None:
    """Siblings by the thousand, every two of which share a position."""
    project = fan(3000)
    taken = await assert_served(project, ServerOptions())
    assert read(taken.yaml, Format.YAML) == taken.document


async def test_secrets_that_the_server_shows_are_not_saved() -> None:
    """`api-key` stands nowhere in the bytes, at no depth and in no spelling."""
    project = small_project()
    secret = "tstmt_deep"
    hidden = {"api-key": secret, "apiKey": secret, "nested": {"api_key": secret, "kept": 1}}
    project.edit_test("12345678", hidden)
    taken = await taken_from(project)
    assert secret.encode() not in taken.json + taken.yaml
    assert KEY.encode() not in taken.json + taken.yaml
    saved = {node.fields["id"]: node.fields for node in taken.document.nodes}
    assert saved["12345678"]["nested"] == {"kept": 1}


async def test_labels_that_two_tests_share_are_kept_with_each() -> None:
    """The listing includes a shared label once."""
    taken = await taken_from(small_project())
    for node in taken.document.nodes:
        if node.fields["id"] == "1_000abc":
            assert [each["attributes"]["title"] for each in node.fields["included"]] == [
                *("Severity", "Slow")
            ]
            assert node.fields["labels"] == ["Severity", "Slow"]
            return
    pytest.fail("the labelled test is missing")


def test_the_project_of_the_demo_has_its_usual_name() -> None:
    """The README's commands name it."""
    assert sample_project().slug == SLUG == "demo-project"
