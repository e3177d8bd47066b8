"""`--api`, `--branch` and project tokens, by the command itself."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.inside import call, serving
from support.processes import left_behind
from support.projects import KEY, small_project

from crawler.demo import DemoServer, ServerOptions, world_of
from crawler.snapshot.reading import read

QUICK = ("--rate", "1000", "--progress", "none")
SNAPSHOT = ("snapshot", "small", *QUICK)
#: Nothing but the project's token is given.
TOKEN = {"TESTOMATIO_API_TOKEN": "", "TESTOMATIO_PROJECT_TOKEN": KEY}


@pytest.fixture
def server() -> Iterator[DemoServer]:
    """A project with a branch that holds one test more."""
    project, branch = small_project(), small_project()
    branch.add_test("cccccccc", "Only there", "aaaaaaaa", position=9)
    project.branches["vouchers"] = branch
    with serving(world_of(project)) as server:
        yield server


def test_a_project_token_saves_the_project_and_all_tell_of_it(server: DemoServer) -> None:
    """The summary, the snapshot, its manifest, and whoever reads it."""
    ended = call(*SNAPSHOT, url=server.url, **TOKEN)
    assert ended.code == 0, ended.err
    assert "small.yaml: 11 suites, 8 tests, complete" in ended.err
    assert "read over v2 of the API, which tells no rows of examples, times" in ended.err
    text = Path("small.yaml").read_text("utf-8")
    assert text.splitlines()[5] == "api: v2"
    manifest = json.loads(Path("small.yaml.manifest.json").read_bytes())
    assert (manifest["api"], manifest["not_told"][:2]) == ("v2", ["rows of examples", "times"])
    verified = call("verify", "small.yaml", "--against-server", *QUICK, url=server.url, **TOKEN)
    assert verified.code == 0, verified.err
    lines = verified.out.decode().splitlines()
    assert lines[0].endswith("sound, 11 suites, 8 tests, read over v2 of the API")
    assert lines[-1] == "small.yaml: as the project is now"
    shown = call("show", "small.yaml")
    assert "Read over v2 of the API" in shown.out.decode()


def test_a_branch_is_saved_as_one_and_an_unknown_one_is_not(server: DemoServer) -> None:
    """Exit code 2, and the names that there are."""
    wrong = call(*SNAPSHOT, "--branch", "voucher", url=server.url)
    assert wrong.code == 2
    assert wrong.error.endswith("The project small has no branch 'voucher'. It has: vouchers.")
    assert left_behind(Path()) == []
    right = call(*SNAPSHOT, "--branch", "vouchers", url=server.url)
    assert right.code == 0, right.err
    assert read(Path("small.yaml")).head.edition.branch == "vouchers"
    assert "branch vouchers" in right.err


def test_a_snapshot_over_each_api_meet_in_a_difference_that_says_so(
    server: DemoServer,
) -> None:
    """What seems gone is only not told."""
    for version in ("v1", "v2"):
        taken = call(*SNAPSHOT, "--api", version, "-o", f"{version}.json", url=server.url)
        assert taken.code == 0, taken.err
    found = call("diff", "v1.json", "v2.json", "--exit-code")
    assert found.code == 1
    text = " ".join((found.out.decode() + found.err).split())
    assert "OLD was read over v1 of the API, NEW over v2 of the API" in text
    assert "v2 does not tell rows of examples" in text


@pytest.mark.parametrize(
    ("flags", "more", "code", "words"),
    [
        (("--api", "v1", "--branch", "x"), {}, 2, "Only v2 of the API has branches"),
        (("--api", "v3"), {}, 2, "'v3' is not one of"),
        (
            (),
            {"TESTOMATIO_API_TOKEN": "", "TESTOMATIO_PROJECT_TOKEN": "tstmt_x"},
            3,
            "refused the project token",
        ),
    ],
)
def test_what_cannot_be_ends_with_its_code(
    server: DemoServer, flags: tuple[str, ...], more: dict[str, str], code: int, words: str
) -> None:
    """In one sentence, and nothing is written."""
    ended = call(*SNAPSHOT, *flags, url=server.url, **more)
    assert (ended.code, words in " ".join(ended.err.split())) == (code, True), ended.err
    assert left_behind(Path()) == []


def test_a_server_without_v1_is_read_over_v2(server: DemoServer) -> None:
    """With the general token, and nobody has to say so; `check` tells it beforehand."""
    options = ServerOptions(v1_status=410, login=False)
    with serving(world_of(small_project()), options) as closed:
        checked = call("check", "small", *QUICK[:2], url=closed.url)
        ended = call(*SNAPSHOT, url=closed.url)
    assert checked.code == 0, checked.err
    assert checked.out.decode().splitlines()[-1] == "small can be read over v2 of the API"
    assert ended.code == 0, ended.err
    assert "read over v2 of the API" in ended.err


def test_a_backup_tells_when_its_edition_changed(server: DemoServer) -> None:
    """Nothing follows from a comparison with the one before."""
    backup = ("backup", "-o", "backups", "--project", "small", *QUICK)
    first = call(*backup, url=server.url)
    assert first.code == 0, first.err
    again = call(*backup, url=server.url, **TOKEN)
    assert again.code == 0, again.err
    assert "this one of all of it over v2 of the API" in " ".join(again.err.split())
