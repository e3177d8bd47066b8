"""The named reads of v2 of the API: few and large answers, without what only v1 gives."""

from collections.abc import Callable, Collection
from typing import Final, TypeVar

from crawler.api.absent import is_absent, or_none
from crawler.api.messages import Reply, Request, check_segment
from crawler.api.retrying import Retrying
from crawler.api.sections import V2, SectionSource
from crawler.api.wire_flat import (
    read_branches_page,
    read_flat_resources_page,
    read_flat_suite,
    read_flat_test,
    read_flat_tests_page,
    read_forest_page,
)
from crawler.errors import ProjectError, RefusedError
from crawler.model import (
    Listing,
    ProjectFacts,
    Resource,
    SectionListing,
    SkeletonSuite,
    SuiteAnswer,
    SuiteRecord,
    TestRecord,
)

__all__ = ("FlatSource",)

#: The most that a page holds (description of v2).
_PER_PAGE: Final = 100

A = TypeVar("A")
T = TypeVar("T")


class FlatSource(SectionSource):
    """The reads of one project, or of a branch of it, as a crawl asks for them.

    `branch` is empty for the main one. A name that no branch has reads the main one, without a
    word of the server's (vendor's description): ask `branches` before.
    """

    places = V2

    def __init__(self, retrying: Retrying, server: str, project: str, branch: str = "") -> None:
        self._retrying = retrying
        self._server = server
        self._project = project
        self._branch = branch

    async def project(self) -> ProjectFacts:
        """How many tests there are; v2 tells no title of a project."""
        request = self._request(("tests",), [("page", "1"), ("per_page", "1")])
        try:
            listing = await self._read(request, read_flat_tests_page, (1, 1))
        except RefusedError as error:
            if is_absent(error):
                raise ProjectError(self._project, self._server) from None
            raise
        return ProjectFacts(self._project, self._project, listing.total)

    async def suites_page(self, page: int) -> Listing[SuiteRecord]:
        """Some of the roots with all that is below them."""
        return await self._read_page(("suites",), read_forest_page, page)

    async def suite(self, suite_id: str) -> SuiteAnswer | None:
        """One suite; `None` if the server knows none of this ID."""
        return await self._read_or_none(("suites", suite_id), read_flat_suite, suite_id)

    async def tests_page(self, page: int, suite_id: str | None = None) -> Listing[TestRecord]:
        """A page of the tests, the newest first; of one suite, and those below it, if it is named.

        Raises `MalformedError` if the ID cannot be asked for.
        """
        if suite_id is None:
            return await self._read_page(("tests",), read_flat_tests_page, page)
        check_segment(suite_id)  # an empty one would ask for all tests of the project
        chosen = [("suites[]", suite_id)]
        return await self._read_page(("tests",), read_flat_tests_page, page, chosen)

    async def test(self, test_id: str) -> TestRecord | None:
        """One test; `None` if the server knows none of this ID."""
        return await self._read_or_none(("tests", test_id), read_flat_test, test_id)

    async def skeleton(self) -> Collection[SkeletonSuite] | None:
        """Nothing: the listing of suites is the whole tree already."""
        return None

    async def branches(self) -> tuple[str, ...] | None:
        """The names of the branches; `None` if the server does not list them."""
        found: dict[str, None] = {}
        page = 1
        while True:
            listing = await or_none(self._read_page(("branches",), read_branches_page, page))
            if listing is None:
                return None
            fresh = found.keys() | set(listing.records) != found.keys()
            found.update(dict.fromkeys(listing.records))
            # A list that is not paged answers the same again and tells no end.
            if not fresh or (listing.pages is not None and page >= listing.pages):
                return tuple(found)
            page += 1

    async def section_page(self, listing: SectionListing, page: int) -> Listing[Resource] | None:
        """A page of one of these lists; `None` if v2, or the server, knows no such list."""
        request = V2.request(self._project, listing, page)
        if request is None:
            return None
        return await or_none(self._read(request, read_flat_resources_page, (page, _PER_PAGE)))

    def _request(self, path: tuple[str, ...], query: list[tuple[str, str]]) -> Request:
        if self._branch:
            query = [*query, ("branch", self._branch)]
        return Request("GET", ("api", "v2", self._project, *path), tuple(query))

    async def _read_page(
        self,
        path: tuple[str, ...],
        read: Callable[[Reply, str, tuple[int, int]], T],
        page: int,
        chosen: list[tuple[str, str]] | None = None,
    ) -> T:
        query = [*(chosen or ()), ("page", str(page)), ("per_page", str(_PER_PAGE))]
        return await self._read(self._request(path, query), read, (page, _PER_PAGE))

    async def _read(self, request: Request, read: Callable[[Reply, str, A], T], about: A) -> T:
        return await self._retrying.fetch(request, lambda reply: read(reply, request.label, about))

    async def _read_or_none(
        self, path: tuple[str, ...], read: Callable[[Reply, str, A], T], about: A
    ) -> T | None:
        return await or_none(self._read(self._request(path, []), read, about))
