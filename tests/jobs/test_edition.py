"""Which API and which branch a job reads, and what it makes of snapshots of the other one."""

from pathlib import Path
from typing import Any

import anyio
import pytest
from anyio import from_thread
from support.clock import FastClock
from support.processes import left_behind
from support.projects import KEY, small_project

from crawler.config.settings import Settings
from crawler.demo import (
    API_TOKEN,
    EMAIL,
    PASSWORD,
    DemoServer,
    Fault,
    FaultKind,
    ServerOptions,
    world_of,
)
from crawler.edition import USUAL, Api, Edition
from crawler.errors import CredentialsError, IncompleteError, UsageError
from crawler.jobs.check import check
from crawler.jobs.connection import account_fingerprint
from crawler.jobs.live import difference_from_server, fetch_live
from crawler.jobs.snapshot import take_snapshot
from crawler.jobs.snapshot_one import SnapshotResult
from crawler.progress import NoProgress
from crawler.redaction import Secret
from crawler.snapshot.formats import Format

pytestmark = pytest.mark.anyio

V2 = Edition(Api.V2)
PROJECT = {"project_token": Secret(KEY)}
GENERAL = {"api_token": Secret(API_TOKEN)}
PEOPLE = {"email": EMAIL, "password": Secret(PASSWORD)}


def settings(server: DemoServer, **more: Any) -> Settings:
    return Settings(url=server.url, rate=1000.0, **{**GENERAL, **more})


async def snapshot(server: DemoServer, path: Path, **more: Any) -> SnapshotResult:
    """Run the main job."""
    return await take_snapshot(
        settings(server, **more),
        project="small",
        output=path / "small.json",
        format=Format.JSON,
        clock=FastClock(),
    )


@pytest.fixture
async def server() -> Any:
    """A project with a branch that holds one test more."""
    project, branch = small_project(), small_project()
    branch.add_test("cccccccc", "Only there", "aaaaaaaa", position=9)
    project.branches["vouchers"] = branch
    async with DemoServer(world_of(project)) as server:
        yield server


@pytest.mark.parametrize(
    ("given", "edition"),
    [
        (GENERAL, USUAL),
        ({**PEOPLE, "api_token": None}, USUAL),
        ({**PROJECT, "api_token": None}, V2),
        ({"api_token": Secret(KEY)}, V2),  # put in the wrong place, but known by its looks
        ({"api": "v2"}, V2),
        ({"api": "v1"}, USUAL),
        ({"branch": "vouchers"}, Edition(Api.V2, "vouchers")),
        ({"branch": "Main"}, Edition(Api.V2, "Main")),
    ],
)
async def test_a_snapshot_says_over_which_api_it_was_read(
    server: DemoServer, tmp_path: Path, given: dict[str, Any], edition: Edition
) -> None:
    """In its head, which is as it always was for the usual one."""
    taken = await snapshot(server, tmp_path, **given)
    assert taken.head.edition == edition
    assert taken.gaps == ()
    assert taken.head.tests == 8 + (edition.branch == "vouchers")
    asked = {path.startswith("/api/v2") for path in server.counts if path != "/api/login"}
    assert asked == {edition.api is Api.V2}


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({"branch": "main"}, UsageError, "no branch 'main'.*has: vouchers"),
        ({"branch": "vouchers", "api": "v1"}, UsageError, "Only v2.*has branches"),
        ({"branch": "vouchers", "sections": ("runs",)}, UsageError, "Of a branch only suites and"),
        (
            {"api": "v2", "sections": ("runs", "users")},
            UsageError,
            "cannot be read: users.*has runs",
        ),
        (
            {"sections": ("jira-issues",), **PROJECT, "api_token": None},
            UsageError,
            "cannot be read: jira-issues",
        ),
        ({"api": "v1", **PROJECT, "api_token": None}, CredentialsError, "no session|not open"),
        ({"api": "v2", **PEOPLE, "api_token": None}, CredentialsError, "neither email"),
        ({"api_token": None}, CredentialsError, "No credentials"),
        ({"api": "v2", "api_token": Secret("testomat_x")}, CredentialsError, "refused the general"),
    ],
)
async def test_what_cannot_be_had_is_said_before_anything_is_written(
    server: DemoServer, tmp_path: Path, given: dict[str, Any], error: type[Exception], words: str
) -> None:
    """A wrong branch, a contradiction, or credentials that do not fit."""
    with pytest.raises(error, match=words):
        await snapshot(server, tmp_path, **given)
    assert left_behind(tmp_path) == []


async def test_a_server_that_lists_no_branches_reads_none(tmp_path: Path) -> None:
    """Nobody could tell the branch from the main one."""
    options = ServerOptions(missing_lists=frozenset({"branches"}))
    async with DemoServer(world_of(small_project()), options) as server:
        with pytest.raises(UsageError, match="does not list the branches"):
            await snapshot(server, tmp_path, branch="vouchers")


@pytest.mark.parametrize("other", [{}, {"branch": "vouchers"}])
async def test_what_is_kept_of_one_edition_is_not_used_for_another(
    server: DemoServer, tmp_path: Path, other: dict[str, Any]
) -> None:
    """A crawl over v2 that broke off goes on over v2, of the same branch, and nowhere else."""
    server.fault(Fault(FaultKind.ERROR_502, r"/v2/small/tests\?page=1&per_page=100", times=None))
    state = tmp_path / "state"
    with pytest.raises(IncompleteError):
        await snapshot(server, tmp_path, api="v2", state=state, attempts=1, rounds=0)
    server.faults.wanted.clear()
    taken = await snapshot(server, tmp_path, state=state, **other)
    assert (taken.tally.resumed, taken.gaps) == (0, ())
    again = await snapshot(server, tmp_path, api="v2", state=state)
    assert (again.head.edition, again.gaps) == (V2, ())
    assert again.tally.resumed == 11


def test_accounts_are_told_apart_by_the_project_token_as_well() -> None:
    """What one token may read another one may not."""
    prints = [
        account_fingerprint(Settings(project_token=Secret(each))) for each in ("tstmt_a", "tstmt_b")
    ]
    assert len(set(prints)) == 2
    assert "tstmt" not in "".join(prints)


async def difference(server: DemoServer, path: Path, **more: Any) -> Any:
    """From the snapshot to the project as it is now, on an event loop of its own."""

    def fetch(old: Any, place: Path) -> None:
        from_thread.run(work, old, place)

    async def work(old: Any, place: Path) -> None:
        told = settings(server, **more)
        await fetch_live(told, old, place, progress=NoProgress(), clock=FastClock())

    def compare() -> Any:
        return difference_from_server(str(path / "small.json"), fetch)

    return await anyio.to_thread.run_sync(compare)


@pytest.mark.parametrize("given", [{"api": "v2"}, {"branch": "vouchers"}])
async def test_a_snapshot_is_held_against_its_own_edition(
    server: DemoServer, tmp_path: Path, given: dict[str, Any]
) -> None:
    """Whatever is configured now."""
    await snapshot(server, tmp_path, **given)
    assert not await difference(server, tmp_path, api="v1")
    server.world.project.branches["vouchers"].rename_test("cccccccc", "Renamed")
    server.world.project.rename_test("12345678", "Renamed")
    found = await difference(server, tmp_path)
    assert ("cccccccc" in repr(found.changes)) is ("branch" in given)
    assert ("12345678" in repr(found.changes)) is ("branch" not in given)


@pytest.mark.parametrize(
    ("given", "account", "edition"),
    [
        (GENERAL, "general token", USUAL),
        ({**PROJECT, "api_token": None}, "project token", V2),
        ({"branch": "vouchers"}, "general token", Edition(Api.V2, "vouchers")),
    ],
)
async def test_check_tries_what_a_crawl_would_use(
    server: DemoServer, given: dict[str, Any], account: str, edition: Edition
) -> None:
    """And says over which API the project is read."""
    told = settings(server, project="small", **given)
    found = await check(told, progress=NoProgress(), clock=FastClock())
    assert account in found.account
    assert (found.project_ok, found.edition) == (True, edition)
    assert bool(found.projects) is (account == "general token")


async def test_check_of_a_project_token_needs_the_project(server: DemoServer) -> None:
    """It cannot list any."""
    told = settings(server, **{**PROJECT, "api_token": None})
    with pytest.raises(UsageError, match="Name one: testomat-crawler check"):
        await check(told, progress=NoProgress(), clock=FastClock())
