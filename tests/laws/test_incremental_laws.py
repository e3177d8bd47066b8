"""An incremental crawl gives the bytes of a full one, whatever was edited and however it is served.

The same holds for one that takes the suites from their listings.
"""

import tempfile
from pathlib import Path
from typing import Any

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.direct import Direct, Taken, snapshot
from support.testers import Testers

from crawler.config.thrift_settings import Strategy
from crawler.demo import (
    BeyondEnd,
    ChildrenShape,
    DemoProject,
    Emptiness,
    Etags,
    Listing,
    Meta,
    ServerOptions,
    TestsShape,
    UpdatedAt,
    generate,
    world_of,
)

LEFT_OUT = st.sampled_from(
    [frozenset(), frozenset(), frozenset(), frozenset({"description"}), frozenset({"labels"})]
)
SHAPES = st.builds(
    ServerOptions,
    children=st.sampled_from(ChildrenShape),
    tests=st.sampled_from(TestsShape),
    empty=st.sampled_from(Emptiness),
    lean_descriptions=st.booleans(),
    listing=st.sampled_from([Listing.ALL, Listing.ALL, Listing.ALL, Listing.ROOTS]),
    listing_parents=st.sampled_from([True, True, True, False]),
    suites_without=LEFT_OUT,
    tests_without=LEFT_OUT,
    updated_at=st.sampled_from(UpdatedAt),
    etags=st.sampled_from(Etags),
    tree=st.booleans(),
    meta=st.sampled_from(Meta),
    beyond_end=st.sampled_from(BeyondEnd),
    page_size=st.sampled_from([7, 50]),
)


def crawl(project: DemoProject, options: ServerOptions, folder: str, **more: Any) -> Taken:
    """A snapshot as it is now; what is kept lies in the folder."""
    direct = Direct(world_of(project), options, seed=1)
    with pytest.MonkeyPatch.context() as patch:
        return anyio.run(lambda: snapshot(direct, Path(folder), patch, **more))


@given(
    seed=st.integers(0, 10**6),
    options=SHAPES,
    nights=st.lists(st.integers(0, 4), min_size=1, max_size=2),
)
@settings(max_examples=8, deadline=None)
def test_an_incremental_night_gives_the_bytes_of_a_full_one(
    seed: int, options: ServerOptions, nights: list[int]
) -> None:
    """Night after night, with so many edits between."""
    project = generate(seed, 14, 2, fan_out=3, text_bytes=40)
    testers = Testers(project, seed)
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as other:
        crawl(project, options, folder, incremental=True)
        for edits in nights:
            for _ in range(edits):
                testers.edit()
            found = crawl(project, options, folder, incremental=True)
            assert found.content == crawl(project, options, other).content, testers.log


@given(seed=st.integers(0, 10**6), options=SHAPES, edits=st.integers(0, 8))
@settings(max_examples=8, deadline=None)
def test_suites_from_their_listings_give_the_bytes_of_a_walk(
    seed: int, options: ServerOptions, edits: int
) -> None:
    """Or the listings are found to say too little, and it is a walk."""
    project = generate(seed, 14, 2, fan_out=3, text_bytes=40)
    testers = Testers(project, seed)
    for _ in range(edits):
        testers.edit()
    with tempfile.TemporaryDirectory() as folder:
        listed = crawl(project, options, folder, strategy=Strategy.LISTING)
        assert listed.content == crawl(project, options, folder).content, testers.log
