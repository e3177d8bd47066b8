"""What a run tells others: a call at start and end, a report, figures for Prometheus."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import anyio
import pytest
from aiohttp import web
from support.clock import FastClock
from support.nights import Nights, grown

from crawler.api.pinging import ping
from crawler.clock import Clock
from crawler.config.settings import Settings
from crawler.demo import DemoServer, Fault, FaultKind, world_of
from crawler.jobs.backup_guard import Outcome
from crawler.jobs.backup_history import History
from crawler.jobs.backup_metrics import metrics, write_metrics
from crawler.jobs.backup_report import REPORT_FORMAT, report
from crawler.jobs.backup_results import BackupRun, ProjectBackup
from crawler.model import Gap, GapReason, ItemKind
from crawler.redaction import Secret

pytestmark = pytest.mark.anyio

AT = datetime(2026, 5, 1, 2, 15, tzinfo=UTC)
SECRET = "0d7ebf39-52e6"
ORDER = {"all_projects": True}


class Monitor:
    """A monitoring service; answers with the next of `statuses`, then with 200."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.statuses: list[int] = []
        self.url = ""

    async def answer(self, request: web.BaseRequest) -> web.Response:
        self.calls.append(request.path_qs)
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)


@asynccontextmanager
async def monitoring() -> AsyncIterator[Monitor]:
    """The service, on loopback."""
    monitor = Monitor()
    runner = web.ServerRunner(web.Server(monitor.answer))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    monitor.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield monitor
    finally:
        await runner.cleanup()


async def test_a_good_run_calls_at_its_start_and_at_its_end(tmp_path: Path) -> None:
    """`/start` goes behind the path and before the query."""
    async with monitoring() as monitor, DemoServer(world_of(grown())) as server:
        told = Settings(notify_url=Secret(f"{monitor.url}/{SECRET}?rid=1"))
        await Nights(server, tmp_path / "backups", told, ORDER).run(1)
        assert monitor.calls == [f"/{SECRET}/start?rid=1", f"/{SECRET}?rid=1"]


async def test_a_red_run_calls_fail(tmp_path: Path) -> None:
    """Whatever it is that went wrong."""
    async with monitoring() as monitor, DemoServer(world_of(grown())) as server:
        told = Settings(notify_url=Secret(f"{monitor.url}/{SECRET}"))
        await Nights(server, tmp_path / "backups", told).run(1, projects=("none",))
        assert monitor.calls == [f"/{SECRET}/start", f"/{SECRET}/fail"]


async def test_a_run_that_is_stopped_calls_fail(tmp_path: Path) -> None:
    """Somebody pressed Ctrl-C, or the machine goes down."""
    began = anyio.Event()

    def watch(path: str, _: int) -> None:
        if "/suites" in path:
            began.set()

    served = DemoServer(world_of(grown()), on_request=watch)
    async with monitoring() as monitor, served as server:
        server.fault(Fault(FaultKind.HANG, "/suites", times=None))
        told = Settings(notify_url=Secret(f"{monitor.url}/{SECRET}"))
        async with anyio.create_task_group() as group:
            group.start_soon(Nights(server, tmp_path / "backups", told, ORDER).run, 1)
            await began.wait()
            group.cancel_scope.cancel()
        assert monitor.calls == [f"/{SECRET}/start", f"/{SECRET}/fail"]


async def test_a_service_that_cannot_be_called_is_a_warning(tmp_path: Path) -> None:
    """The backup is as good as ever, and nothing tells the address."""
    async with monitoring() as monitor, DemoServer(world_of(grown())) as server:
        monitor.statuses = [500] * 3 + [404] * 3
        told = Settings(notify_url=Secret(f"{monitor.url}/{SECRET}"))
        nights = Nights(server, tmp_path / "backups", told, ORDER)
        run = await nights.run(1)
        assert run.exit_code == 0
        assert len(monitor.calls) == 6
    assert run.warnings == (
        "notify_url could not be called: HTTP 500",
        "notify_url could not be called: HTTP 404",
    )
    assert SECRET not in repr(run) + repr(told)


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("http://127.0.0.1:1/x", "connection"),
        ("http://127.0.0.1:99999/x", "not usable"),
        ("http://127.0.0.1:1/../x", "not usable"),
    ],
)
async def test_no_address_makes_a_call_raise(address: str, reason: str) -> None:
    """It says in a word why nobody was reached."""
    clock: Clock = FastClock()
    assert reason in await ping(Secret(address), clock=clock)


async def test_a_call_is_tried_again(tmp_path: Path) -> None:
    """A monitor that hiccups should not raise an alarm."""
    clock = FastClock()
    async with monitoring() as monitor:
        monitor.statuses = [502, 503]
        assert await ping(Secret(f"{monitor.url}/x"), "fail", clock=clock) == ""
        assert monitor.calls == ["/x/fail"] * 3
    assert clock.slept == [1, 2]


def run_of(*projects: ProjectBackup) -> BackupRun:
    """A run of these."""
    return BackupRun(started_at=AT, seconds=1.5, projects=projects)


GOOD = ProjectBackup(
    project="shop",
    outcome=Outcome.STORED,
    at=AT,
    path=Path("backups/shop/a.json.gz"),
    size=123,
    suites=4,
    tests=20,
    last_good=AT,
)
BAD = ProjectBackup(
    project='we"ird\\\nslug',
    outcome=Outcome.INCOMPLETE,
    at=AT,
    exit_code=4,
    message="Incomplete.",
    gaps=(Gap(ItemKind.SUITE, "x", GapReason.FAILED, 3, 1, "HTTP 500"),),
)


def test_the_figures_are_as_prometheus_reads_them() -> None:
    """HELP and TYPE once before each name, labels escaped, no figure for what is not known."""
    text = metrics(run_of(GOOD, BAD))
    sample = re.compile(
        r'[a-z_]+(\{[a-z_]+="(?:[^"\\\n]|\\["\\n])*"(,[a-z_]+="[^"]*")?\})? -?[\d.]+'
    )
    for line in text.splitlines():
        assert line.startswith(("# HELP ", "# TYPE ")) or sample.fullmatch(line), line
    names = re.findall(r"^# TYPE (\S+) gauge$", text, re.MULTILINE)
    assert len(names) == len(set(names)) == len(re.findall(r"^# HELP ", text, re.MULTILINE))
    assert 'testomat_backup_project_success{project="shop"} 1\n' in text
    assert 'testomat_backup_project_success{project="we\\"ird\\\\\\nslug"} 0\n' in text
    assert 'project_outcome{project="shop",outcome="stored"} 1\n' in text
    assert "testomat_backup_last_run_exit_code 4\n" in text
    assert text.count("testomat_backup_project_tests{") == 1
    assert f'last_good_timestamp_seconds{{project="shop"}} {int(AT.timestamp())}\n' in text


def test_the_figures_can_be_read_by_the_collector(tmp_path: Path) -> None:
    """It runs as somebody else; and no half file is ever seen."""
    path = tmp_path / "testomat.prom"
    write_metrics(run_of(GOOD), path)
    assert path.stat().st_mode & 0o777 == 0o644
    assert list(tmp_path.iterdir()) == [path]


def test_the_report_tells_each_project() -> None:
    """Outcome, counts, gaps and file, under names that stay."""
    found = json.loads(json.dumps(report(run_of(GOOD, BAD))))
    assert (found["format"], found["exit_code"]) == (REPORT_FORMAT, 4)
    good, bad = found["projects"]
    assert good["counts"] == {"suites": 4, "tests": 20}
    assert good["file"].endswith("a.json.gz")
    assert good["last_good_at"] == "2026-05-01T02:15:00Z"
    assert bad["gaps"] == [
        {"kind": "suite", "id": "x", "reason": GapReason.FAILED, "expected": 3, "found": 1}
    ]
    assert set(good) == set(bad)


async def test_report_and_figures_are_written_on_red_nights_too(tmp_path: Path) -> None:
    """Those are the ones on which somebody looks."""
    told = Settings(report=tmp_path / "report.json", metrics=tmp_path / "a.prom", attempts=1)
    async with DemoServer(world_of(grown())) as server:
        server.fault(Fault(FaultKind.ERROR_500, "^/api/", times=None))
        run = await Nights(server, tmp_path / "backups", told).run(1, projects=("shop",))
    assert run.exit_code == 5
    found = json.loads((tmp_path / "report.json").read_bytes())
    assert found["projects"][0]["outcome"] == "failed"
    assert found["projects"][0]["exit_code"] == 5
    assert 'project_success{project="shop"} 0' in (tmp_path / "a.prom").read_text()


async def test_a_report_that_cannot_be_written_makes_the_run_red(tmp_path: Path) -> None:
    """The backup is there all the same."""
    told = Settings(report=tmp_path / "none" / "report.json")
    async with DemoServer(world_of(grown())) as server:
        nights = Nights(server, tmp_path / "backups", told, ORDER)
        run = await nights.run(1)
    assert run.exit_code == 6
    assert len(nights.files("shop")) == 1


def test_a_line_that_a_crash_cut_off_spoils_no_other(tmp_path: Path) -> None:
    """In a project's history."""
    history = History(tmp_path / "history.jsonl")
    history.append({"at": "2026-05-01T02:15:00Z", "outcome": "stored"})
    with history.path.open("a") as file:
        file.write('{"at": "2026-05-0')
    history.append({"at": "2026-05-03T02:15:00Z", "outcome": "failed"})
    assert [each["outcome"] for each in history.records()] == ["stored", "failed"]
    assert history.last_good() == AT


def test_a_run_says_which_of_its_parts_is_worst() -> None:
    """The exit code is that of one project or of the run."""
    assert run_of(GOOD).exit_code == 0
    assert run_of(GOOD, BAD, replace(BAD, exit_code=3)).exit_code == 3
