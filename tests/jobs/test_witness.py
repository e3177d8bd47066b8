"""The server's own Markdown as a witness of a snapshot's IDs and titles."""

from collections.abc import AsyncIterator

import pytest
from support.clock import FastClock
from support.crawling import take
from support.projects import KEY, small_project

from crawler.config.settings import Settings
from crawler.demo import API_TOKEN, Account, DemoServer, World
from crawler.errors import IncompleteError, UsageError
from crawler.jobs.witness import pages_on
from crawler.progress import NoProgress
from crawler.redaction import Secret

pytestmark = pytest.mark.anyio

OTHER = "tstmt_of_the_other"


@pytest.fixture
async def server() -> AsyncIterator[DemoServer]:
    """A small project, and one that shares no test with it."""
    other = small_project("other")
    other.api_key = OTHER
    for test in tuple(other.tests):
        other.delete_test(test)
    other.add_test("ffffffff", "Alone", "bbbbbbbb")
    account = Account("a@example.com", "x", API_TOKEN)
    async with DemoServer(World([small_project(), other], [account])) as server:
        yield server


async def faults(server: DemoServer, key: str = KEY, edit: object = None, **part: object):
    """What the Markdown says otherwise than a snapshot that was taken before the edit."""
    taken = await take(server, "small", **part)
    if callable(edit):
        edit(server.world.project)
    settings = Settings(url=server.url, project_token=Secret(key), rate=1000)
    said = await pages_on(settings, taken.document, progress=NoProgress(), clock=FastClock())
    return list(said.faults)


async def test_what_was_renamed_removed_or_added_is_told(server: DemoServer) -> None:
    """A sentence each, in the order of the snapshot."""

    def edit(project):
        project.rename_test("12345678", "Another\x1b[2J text")
        project.rename_suite("aaaaaaaa", "Neither")
        project.delete_test("dddddddd")
        project.add_test("99999999", "New", "bbbbbbbb")

    way = "Second root > Suite 00000003 > Neither"
    assert await faults(server, edit=edit) == [
        f"suite 'Both' [aaaaaaaa]: the server's Markdown calls it {way!r}",
        "test 'Text' [12345678]: the server's Markdown calls it 'Another\\x1b[2J text'",
        "test 'Beside suites' [dddddddd]: the server's Markdown does not have it",
        "test 'New' [99999999]: only the server's Markdown has it",
    ]


async def test_a_part_of_a_project_is_no_fault(server: DemoServer) -> None:
    """What was not asked for is not missing."""
    assert await faults(server, only_suites=("aaaaaaaa",)) == []


async def test_a_token_of_another_project_is_noticed(server: DemoServer) -> None:
    """Instead of a thousand differences."""
    with pytest.raises(UsageError, match="of another project than small"):
        await faults(server, OTHER)


async def test_a_snapshot_of_another_server_is_not_compared(server: DemoServer) -> None:
    """Its address is only what a file says."""
    async with DemoServer(World([small_project()], server.world.accounts)) as elsewhere:
        taken = await take(elsewhere, "small")
        settings = Settings(url=server.url, project_token=Secret(KEY))
        with pytest.raises(UsageError, match="--url"):
            await pages_on(settings, taken.document, progress=NoProgress(), clock=FastClock())
        assert server.counts["/api/test_data"] == 0


async def test_a_page_that_cannot_be_read_ends_the_comparison(server: DemoServer) -> None:
    """Nothing can be said then."""

    def edit(project):
        project.edit_test("12345678", {"description": "<!-- test\nid: @T1\nno end"})

    with pytest.raises(IncompleteError, match="Both"):
        await faults(server, edit=edit)
