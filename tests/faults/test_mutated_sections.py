"""Answers on runs, comments and the like that are not what they should be: never a wrong word."""

import random
import tempfile
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import anyio
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.direct import Direct, snapshot
from support.mutations import HOSTILE, Mutator

from crawler.demo import (
    Archive,
    BeyondEnd,
    Meta,
    Resource,
    ServerOptions,
    World,
    generate,
    world_of,
)
from crawler.demo.replies import Reply
from crawler.errors import CrawlerError

HABITS = st.builds(
    ServerOptions,
    extras_meta=st.sampled_from(Meta),
    archive=st.sampled_from(Archive),
    beyond_end=st.sampled_from(BeyondEnd),
)


def small_world() -> World:
    """Two pages of results, and an item or two of everything else."""
    project = generate(1, 3, 2, fan_out=3)
    extras = project.extras
    tests = list(project.tests.values())
    for number in range(3):
        run_id = f"{number:08x}"
        extras.add_run(run_id, f"Run {number}", {"finished-at": "2024-01-15T10:00:00.000Z"})
        for each in range(1 if number else 55):
            test = tests[each % len(tests)]
            extras.add_testrun(run_id, test.id, test.title, {"status": "passed"})
    for name in ("plans", "rungroups", "milestones", "users", "branches", "jira/issues"):
        rows = [Resource(f"{name[:2]}{number}", name, {"title": "A"}) for number in range(2)]
        extras.put(name, rows)
    replies = [{"body": "So"}, {"body": "No"}]
    extras.attach(
        "comments", "test", tests[0].id, [Resource("c1", "comment", {"replies": replies})]
    )
    project.edit_test(tests[0].id, {"comments-count": 1})
    return world_of(project)


class Sections(Mutator):
    """Leaves the answers on the tree alone."""

    def __call__(self, target: str, reply: Reply) -> Reply:
        path = target.partition("?")[0]
        tree = ("/suites", "/tests", "/tree", "/projects", "/generated", "/login")
        return (
            reply if path.endswith(tree) or "/suites/" in path else super().__call__(target, reply)
        )


class Rows(Sections):
    """Spoils a row, or what holds the rows, in a way that shows."""

    def mutated(self, reply: Reply, chance: random.Random) -> Reply:
        document = orjson.loads(reply.body)
        rows = document if isinstance(document, list) else document.get("data")
        wrong = deepcopy(chance.choice([each for each in HOSTILE if each not in ([], {})]))
        if isinstance(rows, list) and len(rows) > 1 and chance.random() < 0.7:
            rows[chance.randrange(len(rows))] = wrong
            return Reply(reply.status, orjson.dumps(document))
        return Reply(reply.status, orjson.dumps({"data": wrong}))


def crawl(mutator: Mutator, options: ServerOptions, **more: Any) -> Any:
    """The outcome of a crawl with all sections: what was taken, or a `CrawlerError`."""
    direct = Direct(small_world(), options, mutate=mutator)
    told = {"sections": "all", "attachment_files": False, **more}
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        try:
            return anyio.run(lambda: snapshot(direct, Path(folder), patch, **told))
        except CrawlerError as error:
            return error


@cache
def undisturbed(options: ServerOptions) -> Any:
    """What a server with these habits gives if nothing goes wrong."""
    return crawl(Sections(0, 0.0, lasting=False), options)


@given(seed=st.integers(0, 10**9), options=HABITS, share=st.sampled_from([0.05, 0.3, 0.9]))
@settings(max_examples=12, deadline=None)
def test_whatever_a_section_says_the_run_ends_with_a_snapshot_or_a_sentence(
    seed: int, options: ServerOptions, share: float
) -> None:
    """And nothing else is raised, whatever is wrong where and for how long."""
    found = crawl(Sections(seed, share, lasting=True), options, allow_partial=True)
    if not isinstance(found, CrawlerError):
        assert found.data["complete"] == (not found.result.gaps)


@given(seed=st.integers(0, 10**9), options=HABITS, lasting=st.booleans())
@settings(max_examples=12, deadline=None)
def test_a_row_that_cannot_be_read_is_never_left_out_unnoticed(
    seed: int, options: ServerOptions, lasting: bool
) -> None:
    """It is asked for again; if it stays so, its list is a gap."""
    plain = undisturbed(options)
    found = crawl(Rows(seed, 0.3, lasting=lasting), options, allow_partial=True)
    if not isinstance(found, CrawlerError) and found.data["complete"]:
        assert found.data == plain.data
