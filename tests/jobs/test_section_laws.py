"""Sections of a snapshot: all that the demo server holds, whatever goes wrong on the way."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.crawling import Taken, take

from crawler.demo import (
    LASTING_KINDS,
    SLUG,
    Archive,
    BeyondEnd,
    DemoServer,
    Fault,
    FaultKind,
    FaultPlan,
    Meta,
    Resource,
    ServerOptions,
    World,
    sample_world,
)
from crawler.demo.labels import labels_of
from crawler.errors import OutageError
from crawler.snapshot.document import SECTIONS
from crawler.snapshot.soundness import document_faults

pytestmark = pytest.mark.anyio

ALL = ("all",)
#: What is held against every habit, taken once.
USUAL: dict[BeyondEnd, Taken] = {}


def ids(taken: Taken, section: str) -> list[str]:
    (found,) = [each for each in taken.document.sections if each.name == section]
    return [item["id"] for item in found.items]


def items(taken: Taken, section: str) -> dict[str, Any]:
    (found,) = [each for each in taken.document.sections if each.name == section]
    return {item["id"]: item for item in found.items}


def busy_world(runs: int = 130, results: int = 2) -> World:
    """So many runs, each with a few results; the last one with some pages of them."""
    world = sample_world()
    extras = world.project.extras
    tests = list(world.project.tests.values())[:7]
    for number in range(runs):
        run_id = f"{number:08x}"
        own = {"finished-at": f"2024-{1 + number % 12:02}-15T10:00:00.000Z"}
        extras.add_run(run_id, f"Run {number}", own)
        for each in range(results if number else 120):
            test = tests[each % len(tests)]
            extras.add_testrun(run_id, test.id, test.title, {"status": "passed"})
    return world


async def taken_from(
    world: World,
    options: ServerOptions | None = None,
    plan: FaultPlan | None = None,
    **more: Any,
) -> Taken:
    async with DemoServer(world, options, plan=plan) as server:
        return await take(server, SLUG, **{"sections": ALL, **more})


async def test_every_section_holds_what_the_server_has() -> None:
    """In the server's order, archived runs last, the results below the runs' order."""
    world = sample_world()
    extras = world.project.extras
    taken = await taken_from(world)
    assert (taken.complete, taken.warnings) == (True, ())
    assert tuple(each.name for each in taken.document.sections) == SECTIONS
    assert list(document_faults(taken.document)) == []
    young = [run.id for run in reversed(extras.runs.values()) if not run.archived]
    old = [run.id for run in extras.runs.values() if run.archived]
    assert ids(taken, "runs") == [*young, *old]
    results = [each for run in (*young, *old) for each in extras.testruns_of(run)]
    assert ids(taken, "testruns") == results
    assert ids(taken, "labels") == [label.id for label in labels_of(world.project)]
    for section in ("plans", "rungroups", "users", "steps", "branches"):
        assert ids(taken, section) == list(extras.lists[section])
    assert ids(taken, "jira_issues") == list(extras.lists["jira/issues"])
    assert items(taken, "users")["1"]["logged_at"] == "2024-02-02T09:00:00.000Z"
    assert items(taken, "comments")["1"]["run_id"] in young
    assert all(each["test_id"] for each in items(taken, "attachments").values())


@pytest.mark.parametrize("meta", Meta, ids=lambda each: each.name)
@pytest.mark.parametrize("archive", Archive, ids=lambda each: each.name)
@pytest.mark.parametrize("beyond", BeyondEnd, ids=lambda each: each.name)
async def test_every_habit_of_a_server_gives_the_same_sections(
    meta: Meta, archive: Archive, beyond: BeyondEnd
) -> None:
    """But for archived runs that it never shows."""
    options = ServerOptions(extras_meta=meta, archive=archive, beyond_end=beyond)
    taken = await taken_from(busy_world(51), options, workers=32)
    if beyond not in USUAL:
        plain = ServerOptions(beyond_end=beyond)
        USUAL[beyond] = await taken_from(busy_world(51), plain, workers=32)
    usual = USUAL[beyond]
    assert taken.complete
    if archive is Archive.IGNORED:
        assert len(ids(taken, "runs")) == len(ids(usual, "runs")) - 1
    else:
        assert taken.bytes == usual.bytes


async def test_neither_workers_nor_faults_change_a_byte() -> None:
    """A fifth of the answers is wrong, at most twice each."""
    plain = await taken_from(busy_world(), workers=1)
    kinds = [each for each in FaultKind if each not in LASTING_KINDS and "302" not in each.value]
    faulty = await taken_from(busy_world(), plan=FaultPlan(5, 0.2, kinds), workers=13)
    assert faulty.complete
    assert faulty.bytes == plain.bytes


async def test_an_interrupted_crawl_goes_on_and_gives_the_same_bytes(tmp_path: Path) -> None:
    """What was read of the results is not asked for again."""
    plain = await taken_from(busy_world())
    world = busy_world()
    async with DemoServer(world) as server:
        server.fault(Fault(FaultKind.ERROR_502, r"/testruns\?run_id=0000000", times=None))
        with pytest.raises(OutageError):
            await take(server, SLUG, sections=ALL, state=tmp_path, workers=1)
        server.faults.wanted.clear()
        again = await take(server, SLUG, sections=ALL, state=tmp_path)
    assert again.complete
    assert again.bytes == plain.bytes
    assert again.tally.requests < plain.tally.requests / 2


async def test_a_list_that_the_server_does_not_know_is_said_once() -> None:
    """And is no error; it has no key in the document."""
    missing = frozenset({"milestones", "jira/issues", "comments"})
    taken = await taken_from(sample_world(), ServerOptions(missing_lists=missing))
    names = [each.name for each in taken.document.sections]
    assert taken.complete
    assert taken.warnings == (
        (
            "the server does not offer these, so the snapshot has none: milestones, jira-issues,"
            " comments"
        ),
    )
    assert "milestones" not in names
    assert "labels" in names
    assert dict(taken.document.head.sections).keys() == set(names)


async def test_a_list_that_is_refused_is_a_gap() -> None:
    """It is there, and this account may not read it."""
    options = ServerOptions(refused_lists=frozenset({"users"}))
    taken = await taken_from(sample_world(), options, allow_partial=True)
    assert not taken.complete
    assert [(gap.kind, gap.id, gap.reason.name) for gap in taken.gaps] == [
        ("listing", "users page 1", "REFUSED")
    ]
    assert ids(taken, "users") == []


async def test_a_page_that_fails_for_good_is_a_gap_and_the_rest_is_there() -> None:
    """Named by its list, its owner and its number."""
    world = busy_world()
    async with DemoServer(world) as server:
        server.fault(Fault(FaultKind.ERROR_500, "run_id=00000000&page=2$", times=None))
        taken = await take(server, SLUG, sections=("testruns",), allow_partial=True)
    assert [gap.id for gap in taken.gaps] == ["testruns of run 00000000 page 2"]
    assert len(ids(taken, "testruns")) == len(world.project.extras.testruns) - 50


async def test_results_bring_their_runs_and_nothing_else() -> None:
    """A result without its run says little."""
    taken = await taken_from(sample_world(), sections=("testruns",))
    assert [each.name for each in taken.document.sections] == ["runs", "testruns"]
    taken = await taken_from(sample_world(), sections=())
    assert taken.document.sections == ()


async def test_runs_that_go_while_the_list_is_read_take_none_with_them() -> None:
    """Those behind them move onto pages that were read already."""
    world = busy_world()
    extras = world.project.extras
    gone = [f"{number:08x}" for number in (129, 128, 127)]

    def purge(target: str, _: int) -> None:
        if "/runs?page=2" in target and gone[0] in extras.runs:
            for run_id in gone:
                extras.delete_run(run_id)

    async with DemoServer(world, on_request=purge) as server:
        taken = await take(server, SLUG, sections=("testruns",), workers=1)
    assert taken.complete
    young = [run.id for run in reversed(extras.runs.values()) if not run.archived]
    assert ids(taken, "runs")[:-1] == young
    assert set(ids(taken, "testruns")) == set(extras.testruns)


async def test_runs_that_come_while_the_list_is_read_are_there_or_not_but_push_none_out() -> None:
    """Nothing is twice, nothing that was there all the time is missing."""
    world = busy_world()
    extras = world.project.extras
    before = set(extras.runs)

    def start(target: str, _: int) -> None:
        if "/runs?page=2" in target and "ffffffff" not in extras.runs:
            extras.add_run("ffffffff", "New", {})

    async with DemoServer(world, on_request=start) as server:
        taken = await take(server, SLUG, sections=("runs",), workers=1)
    found = ids(taken, "runs")
    assert len(found) == len(set(found))
    assert before <= set(found)


async def test_only_items_with_comments_are_asked_for_them() -> None:
    """Suites, tests and runs tell how many they have."""
    world = sample_world()
    project = world.project
    suite, test = next(iter(project.suites)), next(iter(project.tests))
    for kind, owner in (("suite", suite), ("test", test)):
        comment = Resource(f"c{kind}", "comment", {"body": "Why?", "replies": [{"body": "So"}]})
        project.extras.attach("comments", kind, owner, [comment])
    project.edit_suite(suite, {"comments_count": 1})
    project.edit_test(test, {"comments-count": 1})
    async with DemoServer(world) as server:
        taken = await take(server, SLUG, sections=("comments",))
        asked = [seen for seen in server.requests if seen.path.endswith("/comments")]
    found = items(taken, "comments")
    assert (found["csuite"]["suite_id"], found["ctest"]["test_id"]) == (suite, test)
    assert found["ctest"]["replies"] == [{"body": "So"}]
    # Each of the two once, and once more without a page that is counted.
    assert {dict(seen.query).get("test_id") for seen in asked} == {None, test}


async def test_results_of_old_runs_are_left_out_on_request() -> None:
    """Runs that have not ended are never old."""
    world = busy_world(24)
    taken = await taken_from(world, sections=("testruns",), runs_since="2024-07-01")
    runs = items(taken, "runs")
    with_results = {item["run_id"] for item in items(taken, "testruns").values()}
    assert len(runs) == len(world.project.extras.runs)
    for run_id, run in runs.items():
        day = run.get("finished_at", "9999")[:10]
        has_any = bool(world.project.extras.testruns_of(run_id))
        assert (run_id in with_results) == (day >= "2024-07-01" and has_any)


async def test_comments_on_old_runs_are_read_all_the_same() -> None:
    """The day is for results alone; nothing else of a run has another place to come from."""
    world = sample_world()
    extras = world.project.extras
    names = ("created-at", "updated-at", "finished-at")
    old = dict.fromkeys(names, "2020-05-05T05:05:05.000Z")
    run_id = extras.add_run("aaaa0001", "Old", {**old, "comments_count": 1}).id
    extras.add_testrun(run_id, next(iter(world.project.tests)), "Pays")
    extras.attach("comments", "run", run_id, [Resource("c", "comment", {"body": "Why?"})])
    taken = await taken_from(world, sections=("testruns", "comments"), runs_since="2024-01-01")
    assert items(taken, "comments")["c"]["run_id"] == run_id
    assert run_id not in {item["run_id"] for item in items(taken, "testruns").values()}


async def test_stable_leaves_out_what_nobody_edited() -> None:
    """When somebody logged in last."""
    taken = await taken_from(sample_world(), sections=("users", "steps"), stable=True)
    assert "logged_at" not in items(taken, "users")["1"]
    assert "usage_count" not in items(taken, "steps")["3107"]


async def test_what_the_server_never_names_so_is_kept_under_another_key() -> None:
    """`purged` and `belongs_to` are keys of the format."""
    world = sample_world()
    world.project.extras.put(
        "labels", [Resource("x", "label", {"purged": 1, "belongs-to": 2, "suites": [3]})]
    )
    taken = await taken_from(world, sections=("labels",))
    assert items(taken, "labels")["x"] == {
        "id": "x",
        "suites": [3],
        "other_attributes": {"belongs-to": 2, "purged": 1},
    }
    head = taken.document.head
    assert replace(head, sections=()).sections != head.sections
