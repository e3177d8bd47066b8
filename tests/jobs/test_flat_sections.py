"""What stands beside the tree, read over v2: what it has, and a word on what it has not."""

import pytest
from support.crawling import Taken, take

from crawler.demo import SLUG, DemoServer, Keys, ServerOptions, sample_world
from crawler.model import SectionName

pytestmark = pytest.mark.anyio

HAS = (*("runs", "testruns", "plans", "rungroups", "labels", "milestones", "steps", "branches"),)
ALL = tuple(each.value for each in SectionName)


def ids(taken: Taken) -> dict[str, list[str]]:
    """Of each section the IDs of its items."""
    return {each.name: [str(item["id"]) for item in each.items] for each in taken.document.sections}


@pytest.mark.parametrize("keys", Keys)
async def test_sections_have_the_items_that_v1_tells(keys: Keys) -> None:
    """Runs of the archive too, each result with its run and its test, whatever the spelling."""
    options = ServerOptions(keys=keys, flat_page_size=20)
    async with DemoServer(sample_world(), options) as server:
        taken = await take(server, SLUG, api="v2", sections=HAS)
        again = await take(server, SLUG, api="v2", sections=HAS, workers=1)
        usual = await take(server, SLUG, api="v1", sections=HAS)
    assert (taken.complete, taken.warnings) == (True, ())
    assert taken.bytes == again.bytes
    names = ids(taken)
    assert {name: sorted(found) for name, found in names.items() if name != "branches"} == {
        name: sorted(found) for name, found in ids(usual).items() if name != "branches"
    }
    assert names["branches"]
    (results,) = (each.items for each in taken.document.sections if each.name == "testruns")
    assert all(
        {"id", "run_id", "test_id", "test_title", "status"} <= item.keys() for item in results
    )


async def test_of_all_sections_those_that_v2_lacks_are_named_once() -> None:
    """And nothing is asked for them, nor are files."""
    async with DemoServer(sample_world()) as server:
        taken = await take(server, SLUG, api="v2", sections=ALL)
        asked = set(server.counts)
    assert taken.complete
    (warning,) = taken.warnings
    assert warning.endswith("templates, users, jira-issues, comments, attachments")
    assert not [path for path in asked if "/v2/" not in path and path != "/api/login"]


async def test_a_server_of_an_older_release_lacks_more() -> None:
    """Which is said, and no error."""
    options = ServerOptions(missing_lists=frozenset({"runs"}))
    async with DemoServer(sample_world(), options) as server:
        taken = await take(server, SLUG, api="v2", sections=("runs", "labels"))
    assert taken.complete
    assert [each for each in taken.warnings if "offer" in each and each.endswith(": runs")]
    assert ids(taken).keys() == {"labels"}
