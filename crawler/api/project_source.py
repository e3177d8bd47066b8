"""The named reads of v1 of the API for one project."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from crawler.api.sections import V1, SectionSource
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

if TYPE_CHECKING:
    from crawler.api.client import Client

__all__ = ("ProjectSource",)


class ProjectSource(SectionSource):
    """The reads of one project; what a crawl calls its source."""

    places = V1

    def __init__(self, client: "Client", project: str, facts: ProjectFacts | None = None) -> None:
        self._client = client
        self._project = project
        self._facts = facts

    async def project(self) -> ProjectFacts:
        """The project itself; raises `ProjectError` if it is missing or out of reach."""
        facts, self._facts = self._facts, None
        if facts is not None:
            return facts
        return await self._client.project(self._project)

    async def suites_page(self, page: int) -> Listing[SuiteRecord]:
        """A page of the listing of suites."""
        return await self._client.suites_page(self._project, page)

    async def suite(self, suite_id: str) -> SuiteAnswer | None:
        """One suite with its children and tests."""
        return await self._client.suite(self._project, suite_id)

    async def tests_page(self, page: int, suite_id: str | None = None) -> Listing[TestRecord]:
        """A page of the listing of tests in full detail, of the project or of one suite."""
        return await self._client.tests_page(self._project, page, suite_id)

    async def test(self, test_id: str) -> TestRecord | None:
        """One test in full detail, with its parameter rows."""
        return await self._client.test(self._project, test_id)

    async def skeleton(self) -> Collection[SkeletonSuite] | None:
        """The whole tree of suites in one answer, parents first."""
        return await self._client.skeleton(self._project)

    async def section_page(self, listing: SectionListing, page: int) -> Listing[Resource] | None:
        """A page of one of these lists; `None` if the server knows no such list."""
        return await self._client.section_page(self._project, listing, page)
