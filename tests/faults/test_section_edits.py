"""Runs that start, report, finish and are purged while they are read: nothing lasting is lost."""

import random
import tempfile
from collections import Counter
from pathlib import Path

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.direct import Direct, Taken, snapshot
from support.run_edits import FINISHED, RunEditor

from crawler.demo import Archive, BeyondEnd, DemoProject, Meta, ServerOptions, generate, world_of

HABITS = st.builds(
    ServerOptions,
    extras_meta=st.sampled_from(Meta),
    archive=st.sampled_from([Archive.ONLY, Archive.INCLUDED]),
    beyond_end=st.sampled_from(BeyondEnd),
)


def project_with_runs() -> DemoProject:
    """Two pages of runs, and three of the results of one that is open."""
    project = generate(1, 2, 2)
    tests = list(project.tests.values())
    for number in range(53):
        run_id = f"{number:08x}"
        project.extras.add_run(run_id, f"Run {number}", FINISHED if number % 9 else {})
        for each in range(2 if number else 110):
            test = tests[each % len(tests)]
            project.extras.add_testrun(run_id, test.id, test.title, {"status": "passed"})
    return project


def crawl_while_edited(seed: int, edits: int, options: ServerOptions) -> tuple[Taken, RunEditor]:
    """Crawl a project in which so many edits happen during the first requests."""
    project = project_with_runs()
    editor = RunEditor(project, seed)
    chance = random.Random(seed)
    moments = Counter(chance.randrange(4, 80) for _ in range(edits))

    def on_request(_target: str, number: int) -> None:
        for _ in range(moments[number]):
            editor.edit()

    direct = Direct(world_of(project), options, on_request, seed=seed)
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        taken = anyio.run(
            lambda: snapshot(
                direct, Path(folder), patch, sections="testruns", allow_partial=True, rounds=20
            )
        )
    return taken, editor


@given(seed=st.integers(0, 10**6), edits=st.integers(1, 12), options=HABITS)
@settings(max_examples=12, deadline=None)
def test_what_lasts_is_there_once_and_nothing_that_never_was(
    seed: int, edits: int, options: ServerOptions
) -> None:
    """Whatever starts, reports, finishes or goes meanwhile."""
    taken, editor = crawl_while_edited(seed, edits, options)
    for section in ("runs", "testruns"):
        times = Counter(item["id"] for item in taken.data[section])
        assert set(times.values()) <= {1}
        assert times.keys() <= editor.ever
    found = {item["id"] for section in ("runs", "testruns") for item in taken.data[section]}
    assert not taken.data["complete"] or not editor.lasting - found, editor.log
    assert {each["run_id"] for each in taken.data["testruns"]} <= found
