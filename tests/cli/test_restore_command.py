"""`restore` as people call it, against a server over real HTTP."""

import json

import pytest
from support.hostile import hostile_project
from support.inside import call, serving
from support.restoring import TARGET, empty_project
from support.tree_of import told

from crawler.demo import SLUG, Account, World, demo_account, sample_project, world_of

NO_PLACE = (
    "suite.assigned_to (1), suite.issues (1), suite.milestones (1), test.attachments (2),"
    " test.issues (18)"
)
FAST = ("--rate", "1000", "--progress", "none")


def snapshot_of(server, project, path):
    assert call("snapshot", project, "-o", str(path), *FAST, url=server.url).code == 0
    return path


def restore(server, source, *options, **environment):
    return call(
        "restore", str(source), "--project", TARGET, *FAST, *options, url=server.url, **environment
    )


def test_a_dry_run_prints_the_plan_and_sends_nothing(tmp_path):
    """With counts, and with what has no place."""
    with serving(world_of(sample_project(), empty_project())) as server:
        source = snapshot_of(server, SLUG, tmp_path / "s.yaml")
        ended = restore(server, source, "--dry-run")
        assert (ended.code, ended.err) == (0, "")
        assert ended.out.decode().splitlines() == [
            f"Demo web shop [demo-project] into The new one [target] on {server.url}",
            "  76 suites and 357 tests to create",
            "  5 labels on 84 places, 48 rows of parameters, 0 texts with links to rewrite",
            "  1 group of siblings numbered anew, to keep their order",
            f"  not written, for the API has no place for it: {NO_PLACE}",
        ]
        assert {each.method for each in server.requests if each.path != "/api/login"} == {"GET"}


@pytest.mark.parametrize("form", ["yaml", "tree", "markdown"])
def test_any_format_is_restored_and_read_back(form, tmp_path):
    """The second call is refused, the third finds all of it there."""
    world = world_of(sample_project(), empty_project())
    with serving(world) as server:
        plain = snapshot_of(server, SLUG, tmp_path / "s.json")
        source = tmp_path / ("s.yaml" if form == "yaml" else "folder")
        call("convert", str(plain), "-o", str(source), "--format", form)
        ended = restore(server, source, "--yes", "--id-map", str(tmp_path / "ids.json"))
        assert ended.code == 0, ended.err
        assert "target: 76 suites and 357 tests written, complete" in ended.err
        assert ended.out == b""
        assert told(world.projects[TARGET]) == told(world.project)
        assert len(json.loads((tmp_path / "ids.json").read_bytes())["tests"]) == 357
        ended = restore(server, source, "--yes")
        assert ended.code == 2
        assert "is not empty" in ended.error
        ended = restore(server, source, "--yes", "--merge")
        assert (ended.code, ended.out) == (0, b"")


def test_what_differs_afterwards_is_printed_and_the_code_is_4(tmp_path):
    """Here because the server changes a title on its own."""
    world = world_of(hostile_project(), empty_project())
    target = world.projects[TARGET]

    def spoil(path, _number):
        if path == "/api/target/suites?page=1" and len(target.tests) == 40:
            victim = next(each for each in target.tests.values() if each.title == "Link 1")
            target.rename_test(victim.id, "Another\x1b[31m")

    with serving(world, on_request=spoil) as server:
        source = snapshot_of(server, "hostile", tmp_path / "s.json")
        ended = restore(server, source, "--yes")
        assert ended.code == 4
        assert "Links / Link 1" in ended.out.decode()
        assert "Another\\x1b[31m" in ended.out.decode()
        assert "INCOMPLETE" in ended.err
        assert "2 differences" in ended.err


def test_without_a_terminal_it_needs_yes(tmp_path):
    """And asks nothing of the server before."""
    with serving(world_of(sample_project(), empty_project())) as server:
        source = snapshot_of(server, SLUG, tmp_path / "s.yaml")
        before = len(server.requests)
        ended = restore(server, source)
        assert ended.code == 2
        assert "--yes" in ended.error
        assert len(server.requests) == before


def test_the_project_is_never_the_configured_one(tmp_path):
    """That one is likely to be where the snapshot comes from."""
    ended = call("restore", "s.yaml", "--yes", TESTOMATIO_PROJECT_ID=SLUG)
    assert ended.code == 2
    assert "--project" in ended.error


def test_a_token_that_may_only_read_ends_with_3(tmp_path):
    """The sentence says what is missing."""
    reader = Account("r@example.com", "-", "testomat_reader", may_write=False)
    world = World([sample_project(), empty_project()], [demo_account(), reader])
    with serving(world) as server:
        source = snapshot_of(server, SLUG, tmp_path / "s.yaml")
        ended = restore(server, source, "--yes", TESTOMATIO_API_TOKEN="testomat_reader")
        assert ended.code == 3
        assert "may read the project but not write" in ended.error
        ended = restore(server, tmp_path / "nothing.yaml", "--yes")
        assert ended.code == 6
