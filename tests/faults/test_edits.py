"""Edits while the crawl reads: what was there all the time is there once, where it really stood."""

import random
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import anyio
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.direct import Direct, Taken, snapshot
from support.edits import Editor, standing

from crawler.demo import (
    BeyondEnd,
    ChildrenShape,
    Keys,
    Listing,
    Meta,
    ServerOptions,
    TestsShape,
    generate,
    world_of,
)

HABITS = st.builds(
    ServerOptions,
    children=st.sampled_from(ChildrenShape),
    tree=st.booleans(),
    tests=st.sampled_from(TestsShape),
    listing=st.sampled_from(Listing),
    meta=st.sampled_from(Meta),
    beyond_end=st.sampled_from(BeyondEnd),
    page_size=st.sampled_from([3, 7, 50]),
)

HABITS_OF_V2 = st.builds(
    ServerOptions,
    keys=st.sampled_from(Keys),
    meta=st.sampled_from(Meta),
    newer_meta=st.booleans(),
    beyond_end=st.sampled_from(BeyondEnd),
    flat_page_size=st.sampled_from([2, 3, 7, 100]),
)


def crawl_while_edited(
    seed: int, edits: int, options: ServerOptions, **more: Any
) -> tuple[Taken, Editor]:
    """Crawl a project in which so many edits happen during the first requests."""
    project = generate(seed, 14, 3, fan_out=3)
    editor = Editor(project, seed)
    chance = random.Random(seed)
    moments = Counter(chance.randrange(2, 40) for _ in range(edits))

    def on_request(_target: str, number: int) -> None:
        for _ in range(moments[number]):
            editor.edit()

    direct = Direct(world_of(project), options, on_request, seed=seed)
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        taken = anyio.run(lambda: snapshot(direct, Path(folder), patch, allow_partial=True, **more))
    return taken, editor


def check(taken: Taken, editor: Editor) -> None:
    """The law of this file."""
    found = list(standing(taken.data))
    times = Counter(identity for identity, _, _ in found)
    assert not {identity for identity, count in times.items() if count > 1}
    assert not taken.data["complete"] or not editor.lasting - times.keys()
    for identity, place, title in found:
        assert place in editor.places[identity], f"{identity} never stood in {place!r}"
        assert title in editor.titles[identity]


# A test moves to a suite already read while a row of the listing falls between two pages: only
# the count of tests in the second look tells.
@example(
    seed=11,
    edits=11,
    options=ServerOptions(
        children=ChildrenShape.ATTRIBUTE, tree=False, tests=TestsShape.ABSENT, page_size=3
    ),
)
@given(seed=st.integers(0, 10**6), edits=st.integers(1, 12), options=HABITS)
@settings(max_examples=60, deadline=None)
def test_what_lasts_stands_once_where_it_really_was(
    seed: int, edits: int, options: ServerOptions
) -> None:
    """Whatever is moved, deleted, inserted, reordered or renamed meanwhile."""
    # Edits go on for most of the requests of so small a project: more rounds than theirs settle it.
    check(*crawl_while_edited(seed, edits, options, rounds=20))


@given(seed=st.integers(0, 10**6), edits=st.integers(1, 12), options=HABITS_OF_V2)
@settings(max_examples=40, deadline=None)
def test_what_lasts_stands_once_over_v2_as_well(
    seed: int, edits: int, options: ServerOptions
) -> None:
    """Its listings shift with each edit."""
    check(*crawl_while_edited(seed, edits, options, rounds=20, api="v2"))


@pytest.mark.parametrize("seed", range(12))
def test_edits_that_outlast_the_rounds_are_warned_of(seed: int) -> None:
    """What is there may then be a moment old, but it is there, once, and the user is told."""
    taken, editor = crawl_while_edited(seed, 30, ServerOptions(page_size=7), rounds=1)
    times = Counter(identity for identity, _, _ in standing(taken.data))
    assert set(times.values()) == {1}
    assert not taken.data["complete"] or not editor.lasting - times.keys()
    if any(place not in editor.places[item] for item, place, _ in standing(taken.data)):
        assert any("still being edited" in text for text in taken.result.warnings)


@pytest.mark.parametrize("listing", Listing)
@pytest.mark.parametrize("seed", range(12))
def test_where_nothing_tells_of_parents_a_wrong_place_is_warned_of(
    seed: int, listing: Listing
) -> None:
    """A server without a skeleton that sends no parents: nothing is lost, nothing is there twice.

    What came meanwhile may stand at the root, as nobody's child.
    """
    blind = ServerOptions(tree=False, listing_parents=False, listing=listing, page_size=7)
    taken, editor = crawl_while_edited(seed, 1 + seed, blind)
    found = {identity: place for identity, place, _ in standing(taken.data)}
    assert len(found) == len(list(standing(taken.data)))
    assert not editor.lasting - found.keys()
    astray = {each for each in editor.lasting if found[each] not in editor.places[each]}
    assert not astray or any("edited while" in text for text in taken.result.warnings)
