"""A snapshot held against the live project, by the command itself."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.inside import call, serving
from support.processes import left_behind
from support.projects import small_project
from support.servers import refusing

from crawler.demo import API_TOKEN, Account, DemoServer, World

QUICK = ("--rate", "1000", "--progress", "none")
NOW = ("--against-server", *QUICK)


@pytest.fixture
def server() -> Iterator[DemoServer]:
    """Two projects of one account that differ in nothing but their names."""
    account = Account("a@example.com", "x", API_TOKEN)
    world = World([small_project("small"), small_project("copy")], [account])
    with serving(world) as server:
        yield server


def snapshot(server: DemoServer, *flags: str) -> None:
    """The snapshot `a.yaml` of the first project."""
    taken = call("snapshot", "small", *QUICK, *flags, "-o", "a.yaml", url=server.url)
    assert taken.code == 0, taken.err


def rewrite(old: str, new: str) -> None:
    """Alter the snapshot."""
    text = Path("a.yaml").read_text("utf-8")
    assert old in text
    Path("a.yaml").write_text(text.replace(old, new), "utf-8")
    Path("a.yaml.manifest.json").unlink()


@pytest.mark.parametrize(
    "flags",
    [
        (),
        ("--stable",),
        ("--suite", "Second root/Suite 00000003", "--stable"),
        ("--exclude", "First root", "--tag", "smoke"),
        ("--no-tests",),
    ],
    ids=" ".join,
)
def test_a_project_that_is_as_it_was_makes_no_difference(
    server: DemoServer, flags: tuple[str, ...]
) -> None:
    """It is crawled as the snapshot was, whatever is configured now, and nothing is left."""
    snapshot(server, *flags)
    found = call("diff", "a.yaml", *NOW, "--exit-code", url=server.url)
    assert (found.code, found.out) == (0, b"")
    verified = call("verify", "a.yaml", *NOW, url=server.url)
    assert verified.code == 0
    assert verified.out.decode().splitlines()[-1] == "a.yaml: as the project is now"
    assert left_behind(Path()) == ["a.yaml", "a.yaml.manifest.json"]


def test_what_nobody_edited_is_no_difference_to_a_stable_snapshot(server: DemoServer) -> None:
    """The places that it left out are left out again."""
    snapshot(server, "--stable")
    server.world.projects["small"].edit_test("12345678", {"run-at": "2026-01-01", "forks-count": 9})
    found = call("diff", "a.yaml", *NOW, "--exit-code", url=server.url)
    assert (found.code, found.out) == (0, b"")


def test_what_the_snapshot_knows_to_be_gone_is_no_difference(server: DemoServer) -> None:
    """Purged runs and results stay in it for good; what goes after it was taken is told."""
    extras = server.world.projects["small"].extras
    for run_id in ("aaaa0001", "aaaa0002"):
        extras.add_run(run_id, "Nightly", {"finished-at": "2025-05-05T05:05:05.000Z"})
        extras.add_testrun(run_id, "12345678", "Text")
    snapshot(server, "--with", "testruns")
    extras.delete_run("aaaa0001")
    found = call("verify", "a.yaml", *NOW, url=server.url)
    assert found.code == 1
    assert "runs: 1 removed; testruns: 1 removed" in found.out.decode()
    snapshot(server, "--with", "testruns")
    taken = Path("a.yaml").read_text("utf-8")
    assert "purged: true" in taken
    assert (call("verify", "a.yaml", *NOW, url=server.url)).code == 0
    found = call("diff", "a.yaml", *NOW, "--exit-code", url=server.url)
    assert (found.code, found.out) == (0, b"")


def test_results_that_were_not_read_are_not_read_again(server: DemoServer) -> None:
    """The snapshot tells from which day on they were, with or without a manifest."""
    extras = server.world.projects["small"].extras
    for run_id, year in (("aaaa0001", 2024), ("aaaa0002", 2025)):
        extras.add_run(run_id, "Nightly", {"finished-at": f"{year}-05-05T05:05:05.000Z"})
        extras.add_testrun(run_id, "12345678", "Text")
    snapshot(server, "--with", "testruns", "--runs-since", "2025-01-01")
    verified = call("verify", "a.yaml", *NOW, url=server.url)
    assert verified.code == 0
    assert b"results of runs since 2025-01-01 only" in verified.out
    assert (call("convert", "a.yaml", "-o", "b", "--no-manifest")).code == 0
    assert (call("diff", "b", *NOW, "--exit-code", url=server.url)).code == 0
    extras.add_testrun("aaaa0002", "12345678", "Text")
    found = call("diff", "a.yaml", *NOW, "--exit-code", "--stat", url=server.url)
    assert found.code == 1
    assert found.out.decode().splitlines()[-1] == "runs: 1 changed; testruns: 1 added"


def test_what_changed_is_told_and_ends_with_1(server: DemoServer) -> None:
    """In every form, and by both commands."""
    snapshot(server)
    server.world.projects["small"].rename_test("12345678", "Another text")
    server.world.projects["small"].delete_test("dddddddd")
    verified = call("verify", "a.yaml", *NOW, url=server.url)
    assert verified.code == 1
    assert "a.yaml: the project is different now: 1 test removed; 1 test renamed" in (
        verified.out.decode()
    )
    assert "title: Text → Another text" in verified.out.decode()
    for form in ("text", "markdown", "html", "json"):
        flags = (*NOW, "--exit-code", "--format", form)
        found = call("diff", "a.yaml", *flags, url=server.url)
        assert found.code == 1
        assert "Another text" in found.out.decode()
    told = json.loads((call("verify", "a.yaml", *NOW, "--json", url=server.url)).out)
    assert (told["sound"], told["against_server"]["same"]) == (True, False)


def test_a_selected_suite_that_is_gone_is_a_difference(server: DemoServer) -> None:
    """And no wrong usage: the snapshot was right when it was taken."""
    snapshot(server, "--suite", "First root")
    server.world.projects["small"].delete_suite("0123e456")
    found = call("diff", "a.yaml", *NOW, "--exit-code", "--stat", url=server.url)
    assert found.code == 1
    assert found.out.decode().splitlines()[-1] == "4 suites, 4 tests removed"


def test_an_incomplete_crawl_says_nothing_of_the_project(server: DemoServer) -> None:
    """What could be fetched may be the same, and the rest not."""
    snapshot(server, "--allow-partial")
    server.world.projects["small"].edit_suite("bbbbbbbb", {"test-count": 7})
    for command in ("diff", "verify"):
        found = call(command, "a.yaml", *NOW, url=server.url)
        assert found.code == 4
        assert "suite bbbbbbbb: fewer tests" in found.error
        assert b"as the project is now" not in found.out


def test_a_server_that_is_down_or_refuses_ends_as_a_snapshot_does(server: DemoServer) -> None:
    """5, and 3; the help says that nothing resumes."""
    snapshot(server)
    refused = call("diff", "a.yaml", *NOW, url=server.url, TESTOMATIO_API_TOKEN="testomat_wrong")
    assert refused.code == 3
    with refusing() as address:
        rewrite(server.url, address)
        down = call("verify", "a.yaml", *NOW, url=address)
    assert down.code == 5
    assert "resumes" not in (call("diff", "--help")).out.decode()


def test_no_credentials_go_to_an_address_that_a_file_names(server: DemoServer) -> None:
    """Not a byte does."""
    snapshot(server)
    with serving(World([small_project("small")], [])) as other:
        rewrite(server.url, other.url)
        for command in ("diff", "verify"):
            found = call(command, "a.yaml", *NOW, url=server.url)
            assert found.code == 2
            assert "credentials go to the configured one alone" in found.error
        assert not other.counts
    found = call("diff", "a.yaml", *NOW, "--project", "copy", url=server.url)
    assert found.code == 0


@pytest.mark.parametrize("project", ["../projects", "a/b", "x?y=1", "a#b"])
def test_a_project_that_is_no_name_is_asked_for_nowhere(server: DemoServer, project: str) -> None:
    """A snapshot is a file that somebody may have written by hand."""
    snapshot(server)
    rewrite("  id: small\n", f"  id: '{project}'\n")
    found = call("diff", "a.yaml", *NOW, url=server.url)
    assert found.code == 2


def test_another_project_can_be_named(server: DemoServer) -> None:
    """One that was made from it, say."""
    snapshot(server)
    found = call("diff", "a.yaml", *NOW, "--project", "copy", "--stat", url=server.url)
    assert "different projects" in found.err
    assert "1 field of the project changed" in found.out.decode()
    snapshot(server, "--suite", "First root")
    refused = call("verify", "a.yaml", *NOW, "--project", "copy", url=server.url)
    assert (refused.code, "by IDs" in refused.error) == (2, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ("diff", "a.yaml", "b.yaml", "--against-server"),
        ("diff", "--against-server"),
        ("diff", "a.yaml", "b.yaml", "--project", "p"),
        ("verify", "a.yaml", "--project", "p"),
        ("verify", "-", "--against-server"),
    ],
    ids=" ".join,
)
def test_what_makes_no_sense_is_refused(arguments: tuple[str, ...]) -> None:
    """Before anything is read."""
    assert (call(*arguments)).code == 2


def test_a_snapshot_with_a_fault_is_not_held_against_the_server(server: DemoServer) -> None:
    """Its faults are told, and the server is not asked."""
    snapshot(server)
    rewrite("  tests: 8\n", "  tests: 9\n")
    asked = server.counts.total()
    found = call("verify", "a.yaml", *NOW, url=server.url)
    assert (found.code, server.counts.total()) == (1, asked)
