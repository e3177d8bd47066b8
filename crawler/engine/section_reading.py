"""Reads what a project holds beside its tree: page after page into the journal.

Lists change while they are read: a row that goes pulls those behind it onto pages that were read
already. So when all is done, each list that has several pages is read once more, and again until it
stays as it was. The results of runs that had ended hardly change, and these lists are many: of them
only the last page is asked for once more.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from crawler.engine.frontier import Frontier, Work, WorkKind
from crawler.engine.journal import Journal
from crawler.engine.journal_named import NAMED_BODIES
from crawler.engine.journal_schema import decode
from crawler.engine.paging import ListingPages
from crawler.engine.section_recording import (
    NOT_OFFERED,
    ids_sum,
    section_failed,
    section_page_answered,
)
from crawler.engine.source import SectionSource
from crawler.model import GapReason, Resource, SectionListing, SectionName

__all__ = ("Following", "SectionReader")

_SEPARATOR: Final = "|"
_RUN: Final = "run"

#: Pages of lists that had another one when they were read, and the last page with rows of each. Of
#: a short one that need not be so: a server without counts was only asked whether there is more.
_UNSTEADY: Final = """
WITH longer AS (
    SELECT name, kind, owner, variant, max(CASE WHEN rows > 0 THEN number END) AS last,
        max(number) AS asked, max(CASE WHEN number = 1 THEN rows END) AS first
    FROM section_page GROUP BY name, kind, owner, variant
)
SELECT name, kind, owner, variant, number, ids, number = last
FROM section_page JOIN longer USING (name, kind, owner, variant)
WHERE rows > 0 AND (last > 1 OR asked > 1 AND (owner = '' OR first >= ?)) ORDER BY 1, 2, 3, 4, 5
"""
#: The least rows of a full page, of all lists whose pages are known.
_FULL: Final = 30

#: All answers on each item, the most detailed first.
_BODIES: Final = {
    "suite": "SELECT id, body FROM suite WHERE body IS NOT NULL ORDER BY id, rank DESC, lister",
    "test": f"""
        SELECT id, body FROM (
            SELECT id, rank, NULL AS lister, body FROM test UNION ALL
            SELECT id, 0, lister, body FROM ({NAMED_BODIES.format(side="main")})
        ) WHERE body IS NOT NULL ORDER BY id, rank DESC, lister
    """,  # noqa: S608  only constants of our own
}

_Doubt = tuple[Work, int | None]
"""A page to be asked for once more, and the sum of the IDs that should be on it, if one should."""


@dataclass(frozen=True, slots=True)
class Following:
    """What a page leads to: further `pages` of its list, and `lists` of their own.

    `is_empty` tells of a page that should not be empty by the list's own claim.
    """

    pages: tuple[Work, ...] = ()
    lists: tuple[Work, ...] = ()
    is_empty: bool = False


class SectionReader:
    """The lists of the sections that are wanted, as work for a frontier.

    `since` is a day (`YYYY-MM-DD`): of runs that ended before it the results are not read.
    """

    def __init__(
        self,
        source: SectionSource,
        journal: Journal,
        wanted: tuple[SectionName, ...],
        *,
        since: str | None = None,
    ) -> None:
        self.wanted = wanted
        self._source = source
        self._journal = journal
        self._since = since
        self._pages: dict[str, ListingPages] = {}
        #: Pages that are asked for once more, and the sum of the IDs that were on them.
        self._expected: dict[Work, int] = {}
        self._told: set[_Doubt] = set()
        #: Runs that had not ended when they were read.
        self._open: set[str] = set()

    def seed(self, frontier: Frontier) -> None:
        """Put in where to begin, less what an earlier run read to its end."""
        if self._journal.resumed:
            self._mark_done(frontier)
        for section in self.wanted:
            for listing in self._source.section_listings(section):
                frontier.add(_work(listing, 1), discovers=False)

    def _mark_done(self, frontier: Frontier) -> None:
        for name, kind, owner, variant, pages in self._journal.query(
            "SELECT name, kind, owner, variant, max(pages) FROM section_page"
            " GROUP BY name, kind, owner, variant HAVING max(pages) = count(*)"
        ):
            listing = SectionListing(SectionName(name), variant, kind, owner)
            # The project's own lists are read from the start: they show what is new.
            for page in range(1 if owner else 2, pages + 1):
                frontier.mark_known(_work(listing, page))
        for (body,) in self._journal.query("SELECT body FROM section_row WHERE name = 'runs'"):
            for listing in self._lists_of_run(decode(body)):
                frontier.add(_work(listing, 1), discovers=False)

    async def read(self, work: Work) -> Following:
        """Fetch one page; what is to be read because of it."""
        listing = _listing(work)
        found = await self._source.section_page(listing, work.page)
        await self._journal.write(section_page_answered(listing, work.page, found))
        if found is None:
            return Following()
        ids = tuple(record.id for record in found.records)
        lists = self._lists_of_runs(found.records) if listing.section is SectionName.RUNS else ()
        expected = self._expected.pop(work, None)
        if expected is not None:
            if expected == ids_sum(ids):
                return Following()
            self._pages.pop(work.id, None)
            # Once it was read again, all of its pages are in doubt again.
            self._told = {doubt for doubt in self._told if doubt[0].id != work.id}
            if work.page > 1:  # else it is being read again already
                return Following((_work(listing, 1),), tuple(lists))
        pages = self._pages.setdefault(work.id, ListingPages())
        following = pages.following(work.page, ids, found.pages)
        return Following(
            tuple(_work(listing, page) for page in following),
            tuple(lists),
            is_empty=not ids and found.pages is not None,
        )

    async def failed(self, work: Work, reason: GapReason, detail: str) -> None:
        """Note that a page could not be had."""
        self._expected.pop(work, None)
        await self._journal.write(section_failed(_listing(work), work.page, reason, detail))

    def _lists_of_runs(self, runs: Iterable[Resource]) -> Iterator[Work]:
        return (_work(listing, 1) for run in runs for listing in self._lists_of_run(run))

    def _lists_of_run(self, run: Resource) -> Iterator[SectionListing]:
        for section in self.wanted:
            if section is SectionName.TESTRUNS and self._ended_before(run):
                continue
            yield from self._source.listings_of(section, _RUN, run)

    def _ended_before(self, run: Resource) -> bool:
        if self._since is None:
            return False
        day = self._source.last_day(run)
        return day is not None and day < self._since

    def lists_of_tree(self) -> list[Work]:
        """The lists that belong to suites and tests, when these are known."""
        return [
            _work(listing, 1)
            for kind in ("suite", "test")
            for resource in self._most_detailed(kind)
            for section in self.wanted
            for listing in self._source.listings_of(section, kind, resource)
        ]

    def _most_detailed(self, kind: str) -> Iterator[Resource]:
        if not any(self._has_lists_of(section) for section in self.wanted):
            return  # nobody asks for the bodies of a million tests
        last = None
        for identity, body in self._journal.query(_BODIES[kind]):
            if identity != last:
                yield decode(body)
            last = identity

    def _has_lists_of(self, section: SectionName) -> bool:
        return not self._source.section_listings(section) and section is not SectionName.TESTRUNS

    def doubts(self) -> list[Work]:
        """What should be asked for once more; nothing if all is as it should be.

        To be called when nothing is under way. The same doubt is never told twice.
        """
        found = [*self._failures(), *self._unsteady_pages(), *self._runs_without_results()]
        fresh = [doubt for doubt in found if doubt not in self._told]
        self._told.update(fresh)
        for work, ids in fresh:
            if ids is None:
                self._pages.pop(work.id, None)
            else:
                self._expected[work] = ids
        return list(dict.fromkeys(work for work, _ in fresh))

    def _failures(self) -> Iterator[_Doubt]:
        for name, kind, owner, variant, number in self._journal.query(
            "SELECT name, kind, owner, variant, number FROM section_failure"
            " ORDER BY name, kind, owner, variant, number"
        ):
            yield _work(SectionListing(SectionName(name), variant, kind, owner), number), None

    def _unsteady_pages(self) -> Iterator[_Doubt]:
        rows = self._journal.query(_UNSTEADY, (_FULL,))
        for name, kind, owner, variant, number, ids, is_last in rows:
            if is_last or kind != _RUN or owner in self._open:
                yield _work(SectionListing(SectionName(name), variant, kind, owner), number), ids

    def _runs_without_results(self) -> Iterator[_Doubt]:
        """The list of runs, if a run that it named is not there when its results are asked for."""
        rows = self._journal.query(
            "SELECT 1 FROM section_page WHERE kind = ? AND rows = ? AND name IN"
            " (SELECT name FROM section_page WHERE kind = ? AND rows >= 0) LIMIT 1",
            (_RUN, NOT_OFFERED, _RUN),
        )
        if any(True for _ in rows):
            for listing in self._source.section_listings(SectionName.RUNS):
                yield _work(listing, 1), None


def _work(listing: SectionListing, page: int) -> Work:
    parts = (listing.section.value, str(listing.variant), listing.kind, listing.owner)
    return Work(WorkKind.SECTION, _SEPARATOR.join(parts), page)


def _listing(work: Work) -> SectionListing:
    section, variant, kind, owner = work.id.split(_SEPARATOR, 3)
    return SectionListing(SectionName(section), int(variant), kind, owner)
