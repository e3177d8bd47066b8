"""A selected snapshot is what the same selection leaves of a whole one, and costs no more."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.crawling import Taken, take
from support.projects import orphaned_project, small_project
from support.selecting import selected

from crawler.demo import (
    ChildrenShape,
    DemoProject,
    DemoServer,
    Listing,
    Meta,
    ServerOptions,
    TestsShape,
    generate,
    sample_project,
    world_of,
)
from crawler.errors import UsageError
from crawler.snapshot.document import Document, NodeKind

pytestmark = pytest.mark.anyio

SERVED = ServerOptions(page_size=3)
SELECTIONS: dict[str, dict[str, Any]] = {
    "a leaf": {"only_suites": ("bbbbbbbb",)},
    "by path": {"only_suites": ("second root/suite 00000003 / BOTH",)},
    "a root": {"only_suites": ("Second root",)},
    "two": {"only_suites": ("10000006", "Second root/Suite 00000003")},
    "one in the other": {"only_suites": ("00000123", "aaaaaaaa")},
    "but a leaf": {"exclude": ("bbbbbbbb",)},
    "but a root": {"exclude": ("Second root",)},
    "a root but a part": {"only_suites": ("00000123",), "exclude": ("aaaaaaaa",)},
    "no tests": {"tests": False},
    "a part without tests": {"only_suites": ("00000003",), "tests": False},
    "but a root, without tests": {"exclude": ("00000123",), "tests": False},
    "tagged": {"only_tags": ("@Smoke",)},
    "a part, tagged": {"only_suites": ("00000123",), "only_tags": ("smoke", "other")},
    "manual": {"only_state": "manual"},
    "automated": {"only_state": "automated"},
}
#: The small project by whether its listing names parents; see `assert_is_that_part`.
WHOLE: dict[bool, Document] = {}


async def both(
    project: DemoProject, options: ServerOptions = SERVED, **selection: Any
) -> tuple[Taken, Taken]:
    """(a snapshot of all, a selected one) of a project that is served with these options."""
    async with DemoServer(world_of(project), options) as server:
        whole = await take(server, project.slug)
        part = await take(server, project.slug, **selection)
    return whole, part


def assert_is_part(whole: Document, part: Taken) -> None:
    """The selected snapshot is what its selection leaves of the other one."""
    assert (part.complete, part.gaps) == (True, ())
    assert part.document.head.selection
    assert part.document == selected(whole, part.document.head.selection)


async def assert_is_that_part(options: ServerOptions, *names: str) -> None:
    """These selections of the small project give their parts of it, with these options.

    The whole is taken once, since no habit of a server changes it: that is a law of its own.
    """
    if (parents := options.listing_parents) not in WHOLE:
        plain = replace(SERVED, listing_parents=parents)
        async with DemoServer(world_of(small_project()), plain) as server:
            WHOLE[parents] = (await take(server, "small")).document
    async with DemoServer(world_of(small_project()), options) as server:
        head = replace(WHOLE[parents].head, url=server.url)
        whole = Document(head, WHOLE[parents].nodes, WHOLE[parents].orphans)
        for name in names:
            assert_is_part(whole, await take(server, "small", **SELECTIONS[name]))


@pytest.mark.parametrize("selection", SELECTIONS.values(), ids=SELECTIONS.keys())
async def test_a_selected_snapshot_is_that_part_of_the_whole(selection: dict[str, Any]) -> None:
    """Nodes, their order, all their fields, and the counts."""
    whole, part = await both(small_project(), **selection)
    assert_is_part(whole.document, part)
    if "only_tags" not in selection and selection != {"only_state": "automated"}:
        assert part.warnings == ()


@pytest.mark.parametrize("tree", [True, False], ids=["tree", "no tree"])
@pytest.mark.parametrize("meta", Meta)
@pytest.mark.parametrize("parents", [True, False], ids=["parents", "no parents"])
@pytest.mark.parametrize("listing", Listing)
@pytest.mark.parametrize(
    "name", ["by path", "a leaf", "but a root", "a root but a part", "a part without tests"]
)
async def test_every_kind_of_listing_leads_to_the_same_part(
    name: str, listing: Listing, parents: bool, meta: Meta, tree: bool
) -> None:
    """With a skeleton or without, with parents or without: what is selected is found."""
    options = replace(SERVED, listing=listing, listing_parents=parents, meta=meta, tree=tree)
    await assert_is_that_part(options, name)


@pytest.mark.parametrize("tests", TestsShape, ids=lambda each: each.name)
@pytest.mark.parametrize("children", ChildrenShape, ids=lambda each: each.name)
@pytest.mark.parametrize("tree", [True, False], ids=["tree", "no tree"])
async def test_every_shape_of_children_and_tests_leads_to_the_same_part(
    children: ChildrenShape, tests: TestsShape, tree: bool
) -> None:
    """Bare, inline, included, as strings, as attributes, not at all."""
    options = replace(SERVED, children=children, tests=tests, tree=tree)
    await assert_is_that_part(options, "by path", "a root but a part")


@pytest.mark.parametrize("listing", Listing)
@pytest.mark.parametrize("tree", [True, False], ids=["tree", "no tree"])
@pytest.mark.parametrize(
    "selection",
    [
        {"only_suites": ("aaaaaaaa",)},
        {"only_suites": ("bbbbbbbb", "tc000001")},
        {"exclude": ("aaaaaaaa",)},
        {"exclude": ("0123e456",)},
        {"only_tags": ("smoke",)},
    ],
    ids=repr,
)
async def test_orphans_are_selected_like_all_else(
    selection: dict[str, Any], tree: bool, listing: Listing
) -> None:
    """By ID, which is asked for by itself if no listing has it."""
    options = replace(SERVED, listing=listing, tree=tree)
    whole, part = await both(orphaned_project(), options, **selection)
    assert_is_part(whole.document, part)


async def test_all_roots_together_are_the_whole() -> None:
    """Node by node."""
    project = sample_project()
    roots = tuple(project.suites_of(None))
    whole, part = await both(project, ServerOptions(), only_suites=roots)
    assert part.document.nodes == whole.document.nodes
    assert part.document.head.tests == whole.document.head.tests


async def test_disjoint_selections_hold_every_test_once() -> None:
    """One snapshot for each root, and together there is all that is under roots."""
    project = generate(5, 30, 2)
    found: list[str] = []
    async with DemoServer(world_of(project), ServerOptions()) as server:
        whole = await take(server, project.slug)
        for root in project.suites_of(None):
            part = await take(server, project.slug, only_suites=(root,))
            found += [n.fields["id"] for n in part.document.nodes if n.kind is NodeKind.TEST]
    wanted = [n.fields["id"] for n in whole.document.nodes if n.kind is NodeKind.TEST]
    assert sorted(found) == sorted(wanted)


PLACES = st.lists(st.integers(0, 24), max_size=3, unique=True)


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(1, 99), chosen=PLACES, excluded=PLACES, tree=st.booleans(), tests=st.booleans()
)
async def test_any_selection_of_any_project_is_that_part_of_it(
    seed: int, chosen: list[int], excluded: list[int], tree: bool, tests: bool
) -> None:
    """Suites to have, suites to leave out, by chance; with a skeleton or without."""
    project = generate(seed, 25, 2)
    suites = sorted(project.suites)
    selection: dict[str, Any] = {
        "only_suites": tuple(suites[each] for each in chosen),
        "exclude": tuple(suites[each] for each in excluded),
        "tests": tests or not (chosen or excluded),
        "only_tags": () if chosen or excluded else ("smoke",),
    }
    options = replace(SERVED, page_size=10, tree=tree)
    try:
        whole, part = await both(project, options, **selection)
    except UsageError as error:
        assert "leaves out" in str(error)  # noqa: PT017  both ends are right
        return
    assert_is_part(whole.document, part)


async def test_a_selection_gives_the_same_bytes_every_time() -> None:
    """However many workers there are, and whether a path or an ID was named."""
    project = sample_project()
    async with DemoServer(world_of(project)) as server:
        one = await take(server, project.slug, only_suites=("Checkout/Payment",), workers=1)
        identity = one.document.head.selection.suites
        other = await take(server, project.slug, only_suites=identity, workers=16)
    assert one.bytes == other.bytes
    assert b"selection" in one.json


@pytest.mark.parametrize("tree", [True, False], ids=["tree", "no tree"])
async def test_a_part_costs_the_part(tree: bool) -> None:
    """The suites of it and above it, their tests, a page of roots, and what is beside the way."""
    project = sample_project()
    inside = 8  # Payment and its seven
    async with DemoServer(world_of(project), ServerOptions(tree=tree)) as server:
        part = await take(server, project.slug, only_suites=("Checkout/Payment",))
        whole = await take(server, project.slug)
    assert part.document.head.suites == inside + 1
    beside = 0 if tree else 5
    usual = 4  # the login, the project, the skeleton twice or once and the listing
    rows = sum(bool(node.fields.get("params")) for node in part.document.nodes)
    assert part.tally.requests <= usual + 2 * inside + 1 + beside + rows + 1
    assert part.tally.requests * 3 < whole.tally.requests


async def test_without_tests_no_test_is_asked_for() -> None:
    """Neither a listing of them nor one of them."""
    project = sample_project()
    async with DemoServer(world_of(project)) as server:
        part = await take(server, project.slug, tests=False)
    assert part.document.head.tests == 0
    assert part.tally.requests <= len(project.suites) + 6
