"""Documents that are not what they should be, through the whole job: never a wrong word."""

import tempfile
from pathlib import Path
from typing import Any

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.direct import Direct, snapshot
from support.edits import standing
from support.mutations import Mutator

from crawler.demo import (
    ChildrenShape,
    Listing,
    Meta,
    ServerOptions,
    TestsShape,
    generate,
    world_of,
)
from crawler.errors import CrawlerError

HABITS = st.builds(
    ServerOptions,
    children=st.sampled_from(ChildrenShape),
    tests=st.sampled_from(TestsShape),
    listing=st.sampled_from(Listing),
    meta=st.sampled_from(Meta),
    tree=st.booleans(),
    page_size=st.sampled_from([4, 50]),
)


def crawl(mutator: Mutator, options: ServerOptions, **more: Any) -> Any:
    """The outcome of a crawl of a small project: what was taken, or a `CrawlerError`."""
    direct = Direct(world_of(generate(1, 9, 2, fan_out=3)), options, mutate=mutator)
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        try:
            return anyio.run(lambda: snapshot(direct, Path(folder), patch, **more))
        except CrawlerError as error:
            return error


EVERYTHING = {*generate(1, 9, 2, fan_out=3).suites, *generate(1, 9, 2, fan_out=3).tests}


@given(seed=st.integers(0, 10**9), options=HABITS, share=st.sampled_from([0.05, 0.2, 0.8]))
@settings(max_examples=70, deadline=None)
def test_whatever_a_document_says_the_run_ends_with_a_snapshot_or_a_sentence(
    seed: int, options: ServerOptions, share: float
) -> None:
    """And nothing else is raised, whatever is wrong where and for how long."""
    found = crawl(Mutator(seed, share, lasting=True), options, allow_partial=True)
    if not isinstance(found, CrawlerError):
        assert found.data["complete"] == (not found.result.gaps)


@given(seed=st.integers(0, 10**9), options=HABITS)
@settings(max_examples=50, deadline=None)
def test_a_page_that_is_wrong_once_loses_nothing_of_a_complete_snapshot(
    seed: int, options: ServerOptions
) -> None:
    """A suite or test that all other answers know of is there, or its lack is said."""
    found = crawl(Mutator(seed, 0.15, lasting=False), options)
    if not isinstance(found, CrawlerError):
        assert {identity for identity, _, _ in standing(found.data)} >= EVERYTHING
