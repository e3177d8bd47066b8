"""Reports of test runs: every result arrives once, whatever goes wrong on the way."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.clock import FastClock
from support.crawling import take

from crawler.config.settings import Settings
from crawler.demo import PROJECT_TOKEN, SLUG, DemoServer, Fault, FaultKind, FaultPlan, sample_world
from crawler.errors import OutageError, RefusedError, ServerError, UncertainError, UsageError
from crawler.jobs.report_run import (
    OpenedRun,
    Reported,
    ReportOrder,
    RunAbout,
    plan_report,
    report_run,
)
from crawler.progress import NoProgress
from crawler.redaction import Secret

pytestmark = pytest.mark.anyio

ABOUT = RunAbout(title="Nightly", environments=("Linux", "Chrome"), group="Sprint 12")


def report(path: Path, cases: int = 250, *, ids: Sequence[str] = ()) -> Path:
    """A report of so many cases in two suites, every third failed; the first ones have IDs."""
    lines = []
    for number in range(cases):
        title = f"Case {number}" + (f" @T{ids[number]}" if number < len(ids) else "")
        inner = "<failure message='no'>at x</failure>" if number % 3 == 0 else ""
        lines.append(f"<testcase name='{title}' time='0.5'>{inner}</testcase>")
    half = cases // 2
    path.write_text(
        f"<testsuites><testsuite name='One'>{''.join(lines[:half])}</testsuite>"
        f"<testsuite name='Two'>{''.join(lines[half:])}</testsuite></testsuites>"
    )
    return path


def order(*files: Path, **more: Any) -> ReportOrder:
    """Of a new run whose tests are made."""
    return replace(ReportOrder(files=files, about=ABOUT, create=True), **more)


def settings(server: DemoServer) -> Settings:
    """Only the project's token is given."""
    return Settings(url=server.url, project_token=Secret(PROJECT_TOKEN), rate=1000, attempts=4)


async def send(server: DemoServer, what: ReportOrder, **more: Any) -> Reported:
    """Report it."""
    return await report_run(
        settings(server), what, progress=NoProgress(), clock=FastClock(), **more
    )


def stored(server: DemoServer, uid: str) -> list[tuple[str, str, int]]:
    """(title, status, retries) of each result in a run."""
    extras = server.world.project.extras
    found = [extras.testruns[each] for each in extras.testruns_of(uid)]
    return [(each.title, each.own["status"], each.own.get("retries", 0)) for each in found]


def expected(cases: int) -> list[tuple[str, str, int]]:
    """What a report of so many cases comes to."""
    return [(f"Case {number}", "passed" if number % 3 else "failed", 0) for number in range(cases)]


async def test_a_report_becomes_a_run_that_a_crawl_finds(tmp_path: Path) -> None:
    """With title, environments, group and time; tests by ID where the report names them."""
    async with DemoServer(sample_world()) as server:
        ids = list(server.world.project.tests)[:2]
        done = await send(server, order(report(tmp_path / "a.xml", 9, ids=ids)))
        taken = await take(server, SLUG, sections=("runs", "testruns"))
        stacks = [each.own.get("stack") for each in server.world.project.extras.testruns.values()]
    assert stacks[-9:] == ["at x", None, None] * 3
    sections = {each.name: list(each.items) for each in taken.document.sections}
    (run,) = [each for each in sections["runs"] if each["id"] == done.run.uid]
    results = [each for each in sections["testruns"] if each["run_id"] == done.run.uid]
    assert (run["title"], run["env"], run["rungroup_id"]) == (
        "Nightly",
        ["Linux", "Chrome"],
        "5e1ea5e2",
    )
    assert (run["status"], run["duration"], run["failed"]) == ("failed", 4, 3)
    assert [each["test"]["id"] for each in results][:2] == ids
    assert {each["run_time"] for each in results} == {500}
    assert results[0]["message"] == "no"
    assert (done.requests, done.refused, done.plan.statuses) == (1, (), {"failed": 3, "passed": 6})


@pytest.mark.parametrize(
    "kind", [FaultKind.ERROR_502, FaultKind.RESET, FaultKind.CUT, FaultKind.HTML, FaultKind.EMPTY]
)
async def test_a_batch_whose_answer_is_lost_is_sent_again_and_doubles_nothing(
    tmp_path: Path, kind: FaultKind
) -> None:
    """The server had carried it out; no result counts as a retry."""
    async with DemoServer(sample_world()) as server:
        server.fault(Fault(kind, "/testrun", 2))
        done = await send(server, order(report(tmp_path / "a.xml")))
        assert stored(server, done.run.uid) == expected(250)


async def test_a_run_that_was_broken_off_is_gone_on_with(tmp_path: Path) -> None:
    """By its ID, which is told as soon as it is known."""
    opened: list[OpenedRun] = []
    async with DemoServer(sample_world()) as server:
        path = report(tmp_path / "a.xml")
        server.fault(Fault(FaultKind.ERROR_500, "/testrun", None))
        with pytest.raises(ServerError):
            await send(server, order(path), opened=opened.append)
        (run,) = opened
        server.faults.wanted.clear()
        await send(server, order(path, run=run.uid))
        assert stored(server, run.uid) == expected(250)
        assert server.counts["/api/reporter"] == 1
        assert server.world.project.extras.runs[run.uid].own["finished-at"]


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_whatever_goes_wrong_every_result_is_there_once(tmp_path: Path, seed: int) -> None:
    """Most requests fail at first, done or not, and the command is called until it is through."""
    kinds = [*(kind for kind in FaultKind if kind.name.startswith(("ERROR", "TOO_MANY")))]
    kinds += [FaultKind.RESET, FaultKind.CUT, FaultKind.HTML, FaultKind.NOT_JSON, FaultKind.EMPTY]
    plan = FaultPlan(seed, 0.7, kinds=kinds, only="/testrun|reporter/|test_data", attempts=1)
    opened: list[OpenedRun] = []
    async with DemoServer(sample_world(), plan=plan) as server:
        what = order(report(tmp_path / "a.xml", 350))
        for _ in range(20):
            uid = opened[-1].uid if opened else None
            with suppress(ServerError):
                await send(server, replace(what, run=uid), opened=opened.append)
                break
        assert server.faults.met
        assert stored(server, opened[-1].uid) == expected(350)
        assert server.counts["/api/reporter"] == 1


async def test_a_run_that_may_have_been_created_is_not_created_again(tmp_path: Path) -> None:
    """The error says how to go on."""
    async with DemoServer(sample_world()) as server:
        server.fault(Fault(FaultKind.ERROR_502, "/api/reporter", None))
        with pytest.raises(UncertainError, match="--run"):
            await send(server, order(report(tmp_path / "a.xml", 3)))
        assert server.counts["/api/reporter"] == 1


async def test_several_files_are_one_run(tmp_path: Path) -> None:
    """The same case in two of them is two results; `finish` may be left to a later call."""
    one, two = report(tmp_path / "a.xml", 3), report(tmp_path / "b.xml", 3)
    async with DemoServer(sample_world()) as server:
        done = await send(server, order(one, two, finish=False))
        assert stored(server, done.run.uid) == [*expected(3), *expected(3)]
        assert "finished-at" not in server.world.project.extras.runs[done.run.uid].own


async def test_tests_that_the_project_lacks_are_told_before(tmp_path: Path) -> None:
    """By ID and title; without `create` the server leaves their results out."""
    async with DemoServer(sample_world()) as server:
        tests = server.world.project.tests
        known = next(iter(tests))
        path = report(tmp_path / "a.xml", 3, ids=[known, "ffffffff"])
        what = order(path, create=False)
        plan = await plan_report(settings(server), what, progress=NoProgress(), clock=FastClock())
        assert plan.unmatched == ("'Case 1 @Tffffffff' in 'Two'", "'Case 2' in 'Two'")
        done = await send(server, what)
        assert done.plan == plan
        assert stored(server, done.run.uid) == [("Case 0", "failed", 0)]


async def test_a_batch_that_is_refused_is_sent_one_by_one(tmp_path: Path) -> None:
    """What the server does not take is named with its reason, all else is there."""
    async with DemoServer(sample_world()) as server:
        keep = server._keyed._reports._keep

        def picky(project: Any, uid: str, given: Any) -> bool:
            return given["title"] != "Case 1" and keep(project, uid, given)

        server._keyed._reports._keep = picky
        refuse = server._keyed._reports.report

        def strict(project: Any, uid: str, body: Any) -> Any:
            reply = refuse(project, uid, body)
            return replace(reply, status=422) if "tests" in body else reply

        server._keyed._reports.report = strict
        done = await send(server, order(report(tmp_path / "a.xml", 3)))
        assert [title for title, _, _ in stored(server, done.run.uid)] == ["Case 0", "Case 2"]
    (refused,) = done.refused
    assert refused.startswith("'Case 1': The server answered 422")
    assert "could not be matched" in refused


async def test_a_server_that_does_not_tell_its_tests_is_reported_to(tmp_path: Path) -> None:
    """Nothing can be said of what it lacks then."""
    async with DemoServer(sample_world()) as server:
        server.fault(Fault(FaultKind.ELSEWHERE, "/api/test_data", None))
        done = await send(server, order(report(tmp_path / "a.xml", 3)))
        assert done.plan.unmatched is None
        assert stored(server, done.run.uid) == expected(3)


@pytest.mark.parametrize(
    ("text", "more", "kind", "words"),
    [
        ("<testsuites/>", {}, UsageError, "no result"),
        ("<testsuite><testcase name='a'/></testsuite>", {"run": "nix"}, UsageError, "no run nix"),
        ("<testsuite><testcase name='a'/></testsuite>", {"run": ".."}, RefusedError, "not an ID"),
    ],
)
async def test_nothing_is_created_for_nothing(
    tmp_path: Path, text: str, more: Any, kind: type[Exception], words: str
) -> None:
    """No empty run, and none under another ID."""
    (tmp_path / "a.xml").write_text(text)
    async with DemoServer(sample_world()) as server:
        runs = len(server.world.project.extras.runs)
        with pytest.raises(kind, match=words):
            await send(server, order(tmp_path / "a.xml", **more))
        assert len(server.world.project.extras.runs) == runs


async def test_a_server_that_is_gone_ends_it(tmp_path: Path) -> None:
    """As any command."""
    async with DemoServer(sample_world()) as server:
        told = settings(server)
    with pytest.raises(OutageError):
        await plan_report(
            told, order(report(tmp_path / "a.xml", 3)), progress=NoProgress(), clock=FastClock()
        )
