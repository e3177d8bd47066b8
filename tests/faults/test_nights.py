"""Nights that build on one another: edited while they read, or killed, and gone on with."""

import random
import tempfile
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.direct import Direct, Hook, Taken, snapshot
from support.edits import ROOT, Editor, standing
from support.testers import Testers

from crawler.config.thrift_settings import Strategy
from crawler.demo import (
    ChildrenShape,
    DemoProject,
    Etags,
    Listing,
    Meta,
    ServerOptions,
    TestsShape,
    UpdatedAt,
    generate,
    world_of,
)

HABITS = st.builds(
    ServerOptions,
    children=st.sampled_from(ChildrenShape),
    tree=st.booleans(),
    tests=st.sampled_from(TestsShape),
    listing=st.sampled_from([Listing.ALL, Listing.ALL, Listing.ROOTS]),
    updated_at=st.sampled_from([UpdatedAt.EDITS, UpdatedAt.CREATION]),
    etags=st.sampled_from([Etags.NONE, Etags.CONTENT]),
    meta=st.sampled_from(Meta),
    page_size=st.sampled_from([3, 7, 50]),
)
SEEDS = st.integers(0, 10**6)


class KilledError(BaseException):
    """Nothing in the program expects it."""


def crawl(
    project: DemoProject,
    options: ServerOptions,
    folder: str,
    hook: Hook = lambda _target, _number: None,
    **more: Any,
) -> Taken:
    """A snapshot; `hook` may edit the project, or end the crawl, before a request is answered."""
    direct = Direct(world_of(project), options, hook, seed=7)
    with pytest.MonkeyPatch.context() as patch:
        return anyio.run(lambda: snapshot(direct, Path(folder), patch, **more))


@given(seed=SEEDS, edits=st.integers(1, 12), options=HABITS)
@settings(max_examples=4, deadline=None)
@pytest.mark.parametrize(
    "more", [{"incremental": True}, {"strategy": Strategy.LISTING}], ids=["incremental", "listing"]
)
def test_what_lasts_stands_once_where_it_really_was(
    more: dict[str, Any], seed: int, edits: int, options: ServerOptions
) -> None:
    """Edits while a night reads, on top of those since the last one.

    And the next night, in which nobody edits, has the bytes of a full crawl.
    """
    project = generate(seed, 14, 3, fan_out=3)
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as other:
        crawl(project, options, folder, **more)
        testers = Testers(project, seed)
        for _ in range(3):
            testers.edit()
        editor = Editor(project, seed, made=100)
        moments = Counter(chance.randrange(2, 40) for _ in range(edits))

        def edit(_target: str, number: int) -> None:
            for _ in range(moments[number]):
                editor.edit()

        taken = crawl(project, options, folder, edit, rounds=20, allow_partial=True, **more)
        check(taken, editor)
        calm = crawl(project, options, folder, **more)
        assert calm.content == crawl(project, options, other).content


def check(taken: Taken, editor: Editor) -> None:
    """Everything that lasted is there, once, and stood there at some time during the crawl."""
    found = list(standing(taken.data))
    times = Counter(identity for identity, _, _ in found)
    assert not {identity for identity, count in times.items() if count > 1}
    assert not taken.data["complete"] or not editor.lasting - times.keys()
    for identity, place, title in found:
        places = editor.places[identity]
        if places - {*editor.project.suites, ROOT}:
            places = places | {""}  # what a suite that is gone has left behind is an orphan
        assert place in places, f"{identity} never stood in {place!r}"
        assert title in editor.titles[identity]


@given(
    seed=SEEDS,
    options=HABITS,
    kills=st.lists(st.integers(1, 60), min_size=1, max_size=3),
    fresh_end=st.booleans(),
)
@settings(max_examples=5, deadline=None)
def test_a_night_that_is_killed_is_gone_on_with(
    seed: int, options: ServerOptions, kills: list[int], *, fresh_end: bool
) -> None:
    """At whatever request, however often; then to its end, by the same command or with --fresh."""
    project = generate(seed, 14, 3, fan_out=3)
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as other:
        crawl(project, options, folder, incremental=True)
        testers = Testers(project, seed)
        for _ in range(4):
            testers.edit()
        for moment in kills:

            def kill(_target: str, number: int, moment: int = moment) -> None:
                if number == moment:
                    raise KilledError

            with suppress(KilledError, BaseExceptionGroup):
                crawl(project, options, folder, kill, incremental=True)
        end = crawl(project, options, folder, incremental=True, fresh=fresh_end)
        full = crawl(project, options, other)
        assert end.content == full.content
        assert crawl(project, options, folder, incremental=True).content == full.content


def test_signatures_that_change_with_every_request_are_no_change() -> None:
    """Of an attachment in a text; the snapshot has the address without."""
    project = generate(1, 30, 2, fan_out=3)
    for test in project.tests:
        text = f"![](https://files.example/{test}.png?X-Amz-Date=1&X-Amz-Signature={'SIGN' * 5})"
        project.edit_test(test, {"description": text})
    numbers = count()
    direct = Direct(
        world_of(project),
        ServerOptions(listing=Listing.ALL),
        mutate=lambda _target, reply: replace(
            reply, body=reply.body.replace(b"SIGN" * 5, b"%020d" % next(numbers))
        ),
    )
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        first, second = (
            anyio.run(lambda: snapshot(direct, Path(folder), patch, incremental=True))
            for _ in range(2)
        )
    assert first.content == second.content
    assert second.result.savings.reused == len(project.suites) - 12
