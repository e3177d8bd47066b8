"""Edits while the crawl reads: what was there all the time is there once, where it really stood."""

import random
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.direct import Direct, Taken, snapshot
from support.edits import Editor, standing

from crawler.demo import (
    BeyondEnd,
    ChildrenShape,
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
    tests=st.sampled_from(TestsShape),
    listing=st.sampled_from(Listing),
    meta=st.sampled_from(Meta),
    beyond_end=st.sampled_from(BeyondEnd),
    page_size=st.sampled_from([3, 7, 50]),
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


@given(seed=st.integers(0, 10**6), edits=st.integers(1, 12), options=HABITS)
@settings(max_examples=60, deadline=None)
def test_what_lasts_stands_once_where_it_really_was(
    seed: int, edits: int, options: ServerOptions
) -> None:
    """Whatever is moved, deleted, inserted, reordered or renamed meanwhile."""
    check(*crawl_while_edited(seed, edits, options))
