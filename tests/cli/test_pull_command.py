"""`pull` and `verify --against-markdown`, as real processes against the demo server."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.inside import call, serving
from support.processes import Ended, left_behind
from support.projects import KEY, small_project

from crawler.demo import API_TOKEN, Account, DemoServer, World

QUICK = ("--rate", "1000", "--progress", "none")
PAGES = Path("pages")


@pytest.fixture
def server() -> Iterator[DemoServer]:
    """A small project."""
    account = Account("a@example.com", "x", API_TOKEN)
    with serving(World([small_project()], [account])) as server:
        yield server


def pull(server: DemoServer, *flags: str, key: str = KEY) -> Ended:
    """Pull into the folder `pages`; the project's token is all that is given."""
    given = {"TESTOMATIO_API_TOKEN": "", "TESTOMATIO_PROJECT_TOKEN": key}
    return call("pull", "-o", str(PAGES), *flags, *QUICK, url=server.url, **given)


def test_the_servers_pages_come_into_the_folder(server: DemoServer) -> None:
    """What is printed before is what is written, and an edited page is not overwritten unasked."""
    rehearsed = pull(server, "--dry-run")
    assert left_behind(PAGES) == []
    names = [line.removeprefix("new").strip() for line in rehearsed.out.decode().splitlines()]
    done = pull(server)
    assert (done.code, done.out, left_behind(PAGES)) == (0, b"", sorted(names))
    assert "4 pages, 4 new, 0 changed" in done.err
    (page,) = (PAGES / name for name in names if name.endswith("/Both.test.md"))
    assert "id: @T12345678" in page.read_text("utf-8")
    page.write_text("mine")
    refused = pull(server)
    assert (refused.code, page.read_text()) == (2, "mine")
    assert "--force" in refused.error
    forced = pull(server, "--force")
    assert "0 new, 1 changed, 3 as before" in forced.err
    assert page.read_text("utf-8") != "mine"


@pytest.mark.parametrize(("key", "words"), [("", "No project token"), ("tstmt_no", "refused")])
def test_without_a_token_that_does_nothing_is_written(
    server: DemoServer, key: str, words: str
) -> None:
    """Exit code 3, which says what to set."""
    done = pull(server, key=key)
    assert (done.code, left_behind(Path())) == (3, [])
    assert words in done.error
    assert "TESTOMATIO_PROJECT_TOKEN" in done.error


def test_verify_asks_the_servers_markdown(server: DemoServer) -> None:
    """After the crawl, if both are asked; what differs is a line each, and exit code 1."""
    given = {"TESTOMATIO_PROJECT_TOKEN": KEY}
    call("snapshot", "small", *QUICK, "-o", "a.json", url=server.url)
    ask = ("verify", "a.json", "--against-markdown", *QUICK)
    found = call(*ask, "--against-server", url=server.url, **given)
    assert found.code == 0
    assert "as the server's Markdown, which has 4 suites, 8 tests" in found.out.decode()
    server.world.project.rename_test("12345678", "Another text")
    found = call(*ask, "--json", url=server.url, **given)
    told = {
        "same": False,
        "faults": ["test 'Text' [12345678]: the server's Markdown calls it 'Another text'"],
    }
    assert (found.code, json.loads(found.out)["against_markdown"]) == (1, told)
