"""`report-run`, as a person or a script calls it."""

import json
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.processes import call as process

from crawler.cli.signals import Interrupted
from crawler.demo import PROJECT_TOKEN, DemoServer, sample_world
from crawler.errors import ServerError
from crawler.jobs.report_run import OpenedRun, Reported, ReportPlan

REPORT = "<testsuite name='S'><testcase name='a' time='1'/></testsuite>"
RUN = OpenedRun("1a2b3c4d", "https://t.example/r")


@pytest.fixture
def seen(job: Callable[..., None]) -> dict[str, Any]:
    """What the command asked for, of jobs that ask no server."""
    found: dict[str, Any] = {"unmatched": (), "refused": (), "error": None}

    def planned() -> ReportPlan:
        return ReportPlan("https://t.example", {"passed": 2}, 1.5, found["unmatched"])

    async def plan(_settings: Any, order: Any, **_: Any) -> ReportPlan:
        found["planned"] = order
        return planned()

    async def send(_settings: Any, order: Any, *, opened: Any, **_: Any) -> Reported:
        found["sent"] = order
        opened(RUN)
        if found["error"]:
            raise found["error"]
        return Reported(RUN, planned(), found["refused"], 1)

    job("report_run.plan_report", plan)
    job("report_run.report_run", send)
    return found


def test_nothing_is_reported_where_nobody_can_be_asked(
    call: Callable[..., Any], seen: dict[str, Any]
) -> None:
    """Unless `--yes` says so; a look needs no leave."""
    assert call("report-run", "a.xml").code == 2
    seen["unmatched"] = ("'a\x1b[2J' in 'S'",)
    outcome = call("report-run", "a.xml", "--dry-run", "--title", "Night")
    assert (outcome.code, "sent" in seen) == (0, False)
    assert outcome.out.splitlines() == [
        "2 results into a new run 'Night' on https://t.example",
        "  2 passed in 1.5 s",
        "  ! 1 test that the project does not have: would be left out without --create",
        "    'a\\x1b[2J' in 'S'",
    ]


def test_the_run_is_printed_for_programs(call: Callable[..., Any], seen: dict[str, Any]) -> None:
    """And the order is what the options say; the title is else the file's name."""
    flags = ("--env", "Linux", "--env", "Chrome", "--group-title", "G", "--create", "--keep-open")
    outcome = call("report-run", "a/night.xml", "b.xml", "--yes", *flags)
    assert outcome.code == 0
    assert json.loads(outcome.out) == {"uid": RUN.uid, "url": RUN.url, "passed": 2}
    assert outcome.err == "Sent 2 results (2 passed)\n"
    order = seen["sent"]
    assert order.files == (Path("a/night.xml"), Path("b.xml"))
    assert (order.about.title, order.about.environments) == ("night", ("Linux", "Chrome"))
    assert (order.about.group, order.create, order.finish) == ("G", True, False)


def test_what_the_server_does_not_take_makes_it_incomplete(
    call: Callable[..., Any], seen: dict[str, Any]
) -> None:
    """Refused results and those of tests that it lacks; the latter not if they are created."""
    seen["unmatched"], seen["refused"] = ("'a' in 'S'",), ("'b': 422: no",)
    outcome = call("report-run", "a.xml", "--yes", "-q")
    assert outcome.code == 4
    *told, last = outcome.err.splitlines()
    assert told == ["  ! refused: 'b': 422: no", "  ! the project has no such test: 'a' in 'S'"]
    assert last.startswith("Sent 2 results (2 passed), 1 refused, 1 of tests that the project does")
    seen["refused"] = ()
    assert call("report-run", "a.xml", "--yes", "--create").code == 0


@pytest.mark.parametrize(
    ("error", "code"), [(ServerError("gone"), 5), (Interrupted(signal.SIGINT), 130)]
)
def test_whatever_breaks_it_off_it_says_how_to_go_on(
    call: Callable[..., Any], seen: dict[str, Any], error: BaseException, code: int
) -> None:
    """With the run that is open."""
    seen["error"] = error
    outcome = call("report-run", "a.xml", "--yes")
    assert outcome.code == code
    assert "--run 1a2b3c4d goes on" in outcome.err


@pytest.mark.usefixtures("seen")
def test_a_run_that_is_there_takes_no_title(call: Callable[..., Any]) -> None:
    """It has one."""
    assert call("report-run", "a.xml", "--run", "x", "--title", "T", "--yes").code == 2


@pytest.fixture
def report() -> None:
    """A report in the current folder."""
    Path("a.xml").write_text(REPORT)


@pytest.mark.anyio
@pytest.mark.usefixtures("report")
async def test_the_real_command_reports_a_file() -> None:
    """With the project's token alone, which is nowhere in what it prints at -vv."""
    given = {"TESTOMATIO_API_TOKEN": "", "TESTOMATIO": PROJECT_TOKEN}
    flags = ("--yes", "--create", "-vv", "--rate", "1000")
    async with DemoServer(sample_world()) as server:
        done = await process("report-run", "a.xml", *flags, url=server.url, **given)
        uid = json.loads(done.out)["uid"]
        assert len(server.world.project.extras.testruns_of(uid)) == 1
    assert done.code == 0
    assert PROJECT_TOKEN not in done.err + done.out.decode()
