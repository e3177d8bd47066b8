"""`backup` from the command line, against the demo server in a thread of its own."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import anyio.lowlevel
import pytest
from anyio.from_thread import start_blocking_portal
from support.nights import grown

from crawler.clock import SystemClock
from crawler.demo import API_TOKEN, DemoServer, world_of
from crawler.jobs.backup_lock import locked
from crawler.jobs.backup_names import LOCK

Call = Callable[..., Any]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[DemoServer]:
    """A server with one project, and the environment that leads to it."""
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(portal.call(DemoServer, world_of(grown()))) as server,
    ):
        monkeypatch.setenv("TESTOMATIO_URL", server.url)
        monkeypatch.setenv("TESTOMATIO_API_TOKEN", API_TOKEN)
        yield server


def test_all_projects_are_backed_up_listed_and_restored(call: Call, server: DemoServer) -> None:
    """A file, a line on how it went, and the way back."""
    outcome = call("backup", "--all-projects", "-o", "b", "--rate", "1000")
    assert (outcome.code, outcome.out) == (0, "")
    assert "shop: stored, 4 suites, 20 tests, b/shop/20" in outcome.err.replace(os.sep, "/")
    assert "1 of 1 project in " in outcome.err
    outcome = call("backup", "list", "b")
    assert outcome.out.split("\t")[2:5] == ["good", "4", "20"]
    listed = call("backup", "list", "b", "--json").out
    assert json.loads(listed)["tests"] == 20
    assert call("backup", "-o", "b", "list", "--json").out == listed
    assert call("backup", "restore-file", "shop", "--from", "b", "-o", "s.yaml").code == 0
    assert Path("s.yaml").read_text("utf-8").startswith("format: testomat-snapshot/1")


def test_a_folder_of_backups_that_is_not_there_is_asked_for(call: Call) -> None:
    """The message of the system would not tell which folder that is."""
    outcome = call("backup", "list")
    assert outcome.code == 6
    assert outcome.err == (
        "Error: There is no folder backups. Name the folder that 'testomat-crawler backup' was"
        " given with -o.\n"
    )


def test_snapshots_in_git_are_listed_and_restored(call: Call, server: DemoServer) -> None:
    """By the revision that `list` shows, which `diff` takes as well."""
    subprocess.run(["git", "init", "--quiet", "t"], check=True)
    outcome = call("backup", "--all-projects", "-o", "t", "--git", "--rate", "1000")
    assert outcome.code == 0
    assert "t/shop, commit " in outcome.err.replace(os.sep, "/")
    cells = call("backup", "list", "t", "--git").out.rstrip().split("\t")
    assert cells[2:5] == ["good", "4", "20"]
    revision, _, path = cells[-1].partition(":")
    assert path == "./shop"
    for when in ((), (revision,), (cells[1][:10],)):
        restored = call("backup", "restore-file", "shop", *when, "--git", "--from", "t", "-o", "s/")
        assert (restored.code, restored.err.strip()) == (0, f"s: from {cells[-1]}")
    assert call("diff", "s", "t/shop", "--exit-code").code == 0
    outcome = call("backup", "list", "none", "--git")
    assert (outcome.code, outcome.err.strip()) == (6, "Error: There is no folder none.")


def test_the_configuration_says_it_all(call: Call, server: DemoServer) -> None:
    """One line in cron: `testomat-crawler backup --config FILE`."""
    Path("conf").mkdir()
    Path("conf/nightly.toml").write_text(
        'projects = ["sh*"]\nbackup_folder = "../b"\ncompress = "none"\nreport = "r.json"\n'
        "rate = 1000.0\nkeep_last = 3\n"
    )
    assert call("backup", "--config", "conf/nightly.toml").code == 0
    (path,) = Path("b/shop").glob("20*Z.json")
    assert json.loads(path.read_bytes())["counts"]["tests"] == 20
    assert json.loads(Path("conf/r.json").read_bytes())["exit_code"] == 0


def test_a_suspect_backup_ends_with_4_until_it_is_accepted(call: Call, server: DemoServer) -> None:
    """The sentence names the command that accepts it."""
    backup = ("backup", "--project", "shop", "-o", "b", "--rate", "1000")
    assert call(*backup).code == 0
    server.world.project.delete_suite("00000001")
    outcome = call(*backup)
    assert outcome.code == 4
    assert "shop: SUSPECT, 3 suites, 15 tests (1 suite removed, 5 tests removed)" in outcome.err
    assert "backup accept" in outcome.err
    assert call("backup", "accept", "shop", "-o", "b").code == 0
    assert "shop: unchanged" in call(*backup).err


def test_a_failed_project_is_told_and_its_code_returned(call: Call, server: DemoServer) -> None:
    """The others are done all the same, and quiet runs tell of failures too."""
    outcome = call(
        *("backup", "--project", "none", "--project", "shop"), *("-o", "b", "-q", "--rate", "1000")
    )
    assert outcome.code == 3
    assert "none: FAILED" in outcome.err
    assert "shop: stored" in outcome.err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "No project was named."),
        (("--all-projects", "--project", "x"), "contradict each other"),
        (("--push",), "--push needs --git."),
        (("--all-projects", "--keep-last", "-1"), "--keep-last"),
        (("restore-file", "shop", "-o", "x.txt"), "names no snapshot format"),
        (("restore-file", "shop", "-o", "x.json"), "There is no backup of 'shop'"),
        (("accept", "shop"), "no suspect backup of 'shop'"),
    ],
)
def test_what_makes_no_sense_is_refused(
    arguments: tuple[str, ...], sentence: str, call: Call, server: DemoServer
) -> None:
    """With exit code 2, before anything is asked for."""
    outcome = call("backup", *arguments)
    assert outcome.code == 2
    assert sentence in outcome.err
    assert server.requests == ()


def test_a_second_run_is_refused_with_6(call: Call, server: DemoServer) -> None:
    """While the first one holds the folder."""
    folder = Path("b")
    folder.mkdir()
    with locked(folder / LOCK, folder):
        outcome = call("backup", "--all-projects", "-o", "b")
    assert (outcome.code, outcome.out) == (6, "")
    assert "Another backup is running in b." in outcome.err
    assert server.requests == ()


async def at_once(_clock: SystemClock, _seconds: float) -> None:
    """No wait before the next attempt."""
    await anyio.lowlevel.checkpoint()


def test_the_address_of_the_monitor_is_not_shown(
    call: Call, server: DemoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not when it is called, nor in the list of settings."""
    monkeypatch.setenv("TESTOMATIO_NOTIFY_URL", "http://127.0.0.1:1/hidden-path")
    monkeypatch.setattr(SystemClock, "sleep", at_once)
    outcome = call("backup", "--all-projects", "-o", "b", "-vv", "--rate", "1000")
    assert outcome.code == 0
    assert "notify_url could not be called" in outcome.err
    assert "hidden-path" not in outcome.err + call("config", "show").out


def test_a_folder_that_is_not_there_cannot_be_listed(call: Call) -> None:
    """Exit code 6."""
    outcome = call("backup", "list", "none")
    assert (outcome.code, outcome.out) == (6, "")
