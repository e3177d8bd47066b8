"""Carries out work: fetches from the source, writes to the journal, tells the frontier what next.

A `Walk` lives as long as a crawl; `run` may be called again after more work was put in.
"""

import math
from collections.abc import Awaitable, Callable, Iterable
from typing import Final

import anyio

from crawler.engine import recording, whole_recording
from crawler.engine.fence import Fence
from crawler.engine.frontier import Frontier, Work, WorkKind
from crawler.engine.journal import Journal
from crawler.engine.paging import ListingPages
from crawler.engine.section_reading import SectionReader
from crawler.engine.source import Source
from crawler.errors import MalformedError, OutageError, RefusedError, ServerError
from crawler.model import Gap, GapReason, ItemKind, Listing, SuiteRecord, TestRecord
from crawler.progress import Advanced, Progress

__all__ = ("MOST_FAILURES_IN_A_ROW", "Walk")

#: After so many empty pages a listing is over, whatever it claims; one may be a server's hiccup.
_MOST_EMPTY: Final = 3

#: After so many items in a row that could not be had, each retried already, the server is down.
MOST_FAILURES_IN_A_ROW: Final = 10

_GAP_KINDS: Final = {WorkKind.SUITE: ItemKind.SUITE, WorkKind.TEST: ItemKind.TEST}
_OK_BELOW: Final = 400


class Walk:
    """The workers' common state; `fence` says into which suites they go."""

    def __init__(
        self,
        source: Source,
        journal: Journal,
        progress: Progress,
        sections: SectionReader | None = None,
    ) -> None:
        self.frontier = Frontier()
        self.fence = Fence()
        self._sections = sections
        self._source = source
        self._journal = journal
        self._progress = progress
        self._idle: list[anyio.Event] = []
        self._listings: dict[str, ListingPages] = {}
        self._repeated: set[Work] = set()
        self._empty: dict[str, set[int]] = {}
        self._whole = False
        self._page_of: dict[str, int] = {}
        self._suites_known = 0
        self._suites_done = 0
        self._tests_listed = 0
        self._tests_with_suites = 0
        self._failures_in_a_row = 0

    def count_resumed(self, suites: int, tests: int) -> None:
        """Start the figures where an earlier run ended."""
        self._suites_known = self._suites_done = suites
        self._tests_listed = tests

    def count_spared(self, suites: int) -> None:
        """So many suites need not be asked for."""
        self._suites_known += suites
        self._suites_done += suites

    def add_suite(self, suite_id: str) -> None:
        """Fetch the suite if it is new and within the fence."""
        if self.fence.admits(suite_id):
            self.fetch_suite(suite_id)

    def fetch_suite(self, suite_id: str) -> bool:
        """Fetch the suite if it is new, wherever it stands; tells whether it was."""
        new = self.frontier.add(Work(WorkKind.SUITE, suite_id))
        self._suites_known += new
        return new

    def list_tests(self, suite_id: str) -> None:
        """Ask for the tests of one suite if the fence has them listed so."""
        if self.fence.lists(suite_id):
            self.frontier.add(Work(WorkKind.SUITE_TESTS, suite_id, 1), discovers=False)

    def add_test(self, test_id: str) -> None:
        """Fetch the test by itself if that is new."""
        self.frontier.add(Work(WorkKind.TEST, test_id), discovers=False)

    def again(self, work: Work) -> None:
        """Fetch something once more; its new answer replaces the old one."""
        if work.kind is WorkKind.SUITE and work.id in self._page_of:
            work = Work(WorkKind.SUITES_PAGE, page=1)
        if work.kind in {WorkKind.SUITES_PAGE, WorkKind.TESTS_PAGE, WorkKind.SUITE_TESTS}:
            self._listings.pop(_listing_name(work), None)
        self._repeated.add(work)
        self.frontier.again(work)

    async def run(self, workers: int) -> None:
        """Work with so many workers until nothing is left.

        Raises `AccessError` or `OutageError` if nothing more can be had, `LocalError` if the
        journal cannot be written; then what is in flight is dropped and can be fetched later.
        """
        self._idle.clear()  # of a run that was cancelled
        async with anyio.create_task_group() as group:
            for _ in range(workers):
                group.start_soon(self._work)

    async def _work(self) -> None:
        while (work := await self._next()) is not None:
            try:
                await self._do(work)
            except BaseException:
                self.frontier.give_back(work)
                raise
            self.frontier.acknowledge(work)
            self._progress.report(self._figures())
            # No more than have something to do: waking all for each answer costs more.
            self._wake(self.frontier.queued)

    async def _next(self) -> Work | None:
        while (work := self.frontier.take()) is None:
            if self.frontier.is_finished:
                self._wake(len(self._idle))
                return None
            woken = anyio.Event()
            self._idle.append(woken)
            await woken.wait()
        return work

    def _wake(self, workers: int) -> None:
        """Have at most so many idle workers look for work."""
        while workers > 0 and self._idle:
            self._idle.pop().set()
            workers -= 1

    def _figures(self) -> Advanced:
        tests = max(self._tests_listed, self._tests_with_suites)
        return Advanced(self._suites_done, max(self._suites_known, self._suites_done), tests)

    async def _do(self, work: Work) -> None:
        handle = self._handlers[work.kind]
        try:
            await handle(self, work)
        except OutageError:
            raise
        except ServerError as error:
            await self._failed(work, error)
        else:
            self._failures_in_a_row = 0

    async def _failed(self, work: Work, error: ServerError) -> None:
        await self._note_failure(work, error)
        if work.kind is WorkKind.SUITE:
            self._suites_done += 1
        if isinstance(error, RefusedError):
            return
        self._failures_in_a_row += 1
        if self._failures_in_a_row >= MOST_FAILURES_IN_A_ROW:
            raise OutageError(
                f"{self._failures_in_a_row} requests in a row failed for good; the last one: "
                f"{error.problem}",
                request=error.request,
                status=error.status,
                trace=error.trace,
                hint="Run the same command again later: it goes on from here.",
            ) from error

    async def _note_failure(self, work: Work, error: ServerError) -> None:
        if work.kind is WorkKind.SECTION and self._sections is not None:
            await self._sections.failed(work, _reason(error), str(error))
        else:
            await self._journal.write(recording.failed(_gap(work, error)))

    async def _project(self, _work: Work) -> None:
        await self._journal.write(recording.project_answered(await self._source.project()))

    async def _skeleton(self, _work: Work) -> None:
        suites = await self._source.skeleton()
        if suites is None:
            return
        await self._journal.write(recording.skeleton_answered(suites))
        for suite in suites:
            self.add_suite(suite.id)

    async def _suites_page(self, work: Work) -> None:
        listing = await self._source.suites_page(work.page)
        if listing.whole:
            await self._whole_suites_page(listing)
        else:
            await self._journal.write(recording.suites_page_answered(listing))
        for record in listing.records:
            self.add_suite(record.resource.id)
            self._add_parent(record)
        self._follow(work, (record.resource.id for record in listing.records), listing.pages)

    async def _whole_suites_page(self, listing: Listing[SuiteRecord]) -> None:
        """All of its suites are read with it, and what they name stands in it."""
        await self._journal.write(whole_recording.suites_page_answered(listing))
        self._whole = True
        for identity in [i for i, page in self._page_of.items() if page == listing.page]:
            del self._page_of[identity]
        for answer in listing.answers:
            identity = answer.record.resource.id
            self._page_of[identity] = listing.page
            if not self.frontier.is_known(Work(WorkKind.SUITE, identity)):
                self.frontier.mark_known(Work(WorkKind.SUITE, identity))
                self._suites_known += 1
                self._suites_done += 1
            self.fence.followed(answer)
            self.list_tests(identity)

    async def _suite(self, work: Work) -> None:
        answer = await self._source.suite(work.id)
        again = work in self._repeated
        if answer is None:
            await self._missing(ItemKind.SUITE, work.id)
        else:
            await self._journal.write(recording.suite_answered(answer, again=again))
            self._add_parent(answer.record)
            for child in self.fence.followed(answer):
                self.add_suite(child)
            self.list_tests(work.id)
            if not again:
                self._tests_with_suites += len(answer.tests)
        if not again:
            self._suites_done += 1

    async def _tests_page(self, work: Work) -> None:
        suite_id = work.id or None
        listing = await self._source.tests_page(work.page, suite_id)
        if listing.whole:
            self._whole = True
            page = whole_recording.TestsPage(listing, suite_id)
            await self._journal.write(page.record)
            if not page.is_news and work in self._repeated:
                return  # an edit that it shows is for the audit
        else:
            await self._journal.write(recording.tests_page_answered(listing, suite_id))
            self._follow_tests(listing.records)
        if (suite_id is None or self.fence.lists(suite_id)) and work not in self._repeated:
            self._tests_listed += len(listing.records)
        self._follow(work, (record.resource.id for record in listing.records), listing.pages)

    async def _test(self, work: Work) -> None:
        record = await self._source.test(work.id)
        if record is None:
            await self._missing(ItemKind.TEST, work.id)
            return
        await self._journal.write(recording.test_answered(record))
        self._follow_tests((record,))

    async def _missing(self, kind: ItemKind, identity: str) -> None:
        edited = not self._whole  # whole listings show by themselves what was deleted
        await self._journal.write(recording.missing(kind, identity, edited=edited))

    async def _section(self, work: Work) -> None:
        if self._sections is None:
            raise AssertionError("only a reader of sections puts in such work")
        found = await self._sections.read(work)
        if found.is_empty:
            self._note_empty(work)
        for following in found.lists:
            self.frontier.add(following, discovers=False)
        for following in found.pages:
            if work in self._repeated:
                self._repeated.add(following)
                self.frontier.again(following)
            else:
                self.frontier.add(following, discovers=False)

    def _follow_tests(self, records: tuple[TestRecord, ...]) -> None:
        # Many tests on a page are of the same suite.
        for suite in dict.fromkeys(record.suite for record in records):
            if suite is not None:
                self.add_suite(suite)
        for record in records:
            if record.has_examples and (record.suite is None or self.fence.admits(record.suite)):
                self.add_test(record.resource.id)

    def _add_parent(self, record: SuiteRecord) -> None:
        if record.parent is not None:
            self.add_suite(record.parent)

    def _note_empty(self, work: Work) -> None:
        """A claim of a million pages must not be a million requests for nothing."""
        empty = self._empty.setdefault(_listing_name(work), set())
        empty.add(work.page)
        if len(empty) >= _MOST_EMPTY:
            self.frontier.drop_pages(work.kind, work.id, max(empty))

    def _follow(self, work: Work, ids: Iterable[str], pages: int | None) -> None:
        listing = self._listings.setdefault(_listing_name(work), ListingPages())
        ids = tuple(ids)
        if not ids and pages is not None:
            self._note_empty(work)
        for page in listing.following(work.page, ids, pages):
            following = Work(work.kind, work.id, page)
            if work in self._repeated:
                self._repeated.add(following)
                self.frontier.again(following)
            else:
                self.frontier.add(following, discovers=pages is None)

    _handlers: Final[dict[WorkKind, Callable[["Walk", Work], Awaitable[None]]]] = {
        WorkKind.PROJECT: _project,
        WorkKind.SKELETON: _skeleton,
        WorkKind.SUITES_PAGE: _suites_page,
        WorkKind.SUITE: _suite,
        WorkKind.TESTS_PAGE: _tests_page,
        WorkKind.SUITE_TESTS: _tests_page,
        WorkKind.TEST: _test,
        WorkKind.SECTION: _section,
    }


def _listing_name(work: Work) -> str:
    return f"{work.kind}:{work.id}"


def _gap(work: Work, error: ServerError) -> Gap:
    """What is missing if this work cannot be done; a page has its number for an ID."""
    kind = _GAP_KINDS.get(work.kind)
    if kind is not None:
        return Gap(kind, work.id, _reason(error), detail=str(error))
    kind_of_page = "suites" if work.kind is WorkKind.SUITES_PAGE else "tests"
    name = recording.listing_name(kind_of_page, work.id or None)
    return Gap(ItemKind.LISTING, f"{name} page {work.page}", _reason(error), detail=str(error))


def _reason(error: ServerError) -> GapReason:
    status = int(error.status) if error.status is not None else math.inf
    if status < _OK_BELOW or isinstance(error, MalformedError):
        return GapReason.MALFORMED
    return GapReason.REFUSED if isinstance(error, RefusedError) else GapReason.FAILED
