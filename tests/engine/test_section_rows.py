"""What was read of a section as a stream, and what it costs."""

import pytest

from crawler.engine.section_recording import section_page_answered
from crawler.engine.section_rows import SectionRows
from crawler.model import Listing, Resource, SectionListing, SectionName

FILES = SectionName.ATTACHMENTS


async def steps_for(journal, rows: int) -> int:
    """What SQLite has to do for all files of one test, in hundreds of instructions."""
    listing = SectionListing(FILES, kind="test", owner="t")
    records = tuple(Resource(str(number), "attachment", {}) for number in range(rows))
    async with journal.writing():
        await journal.write(section_page_answered(listing, 1, Listing(1, records, 1)))
    steps = []
    journal._connection.set_progress_handler(lambda: steps.append(1), 100)
    found = list(SectionRows(journal, (FILES,)).items(FILES))
    journal._connection.set_progress_handler(None, 0)
    assert [each.resource.id for each in found] == [each.id for each in records]
    return len(steps)


@pytest.mark.anyio
async def test_what_a_list_costs_grows_with_its_rows_and_no_faster(open_journal):
    """One test may have 10,000 files, a run as many results."""
    journal = open_journal()
    few = await steps_for(journal, 500)
    assert await steps_for(journal, 2000) < 6 * few
