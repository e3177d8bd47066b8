"""What a crawl asks of a server."""

from collections.abc import Collection
from typing import Protocol

from crawler.model import (
    Listing,
    ProjectFacts,
    Resource,
    SectionListing,
    SectionName,
    SkeletonSuite,
    SuiteAnswer,
    SuiteRecord,
    TestRecord,
)

__all__ = ("SectionSource", "Source")


class Source(Protocol):
    """The named reads of one project.

    Each raises `crawler.errors.AccessError` or `OutageError` if nothing more can be had from
    this server, and another `ServerError` if this one item cannot be had, after all retries.
    `None` says that the server knows no such item.
    """

    async def project(self) -> ProjectFacts:
        """The project itself; raises `ProjectError` if it is missing or out of reach."""
        ...

    async def suites_page(self, page: int) -> Listing[SuiteRecord]:
        """A page of the listing of suites, which names all roots, and on some servers all suites.

        An empty page is past the end.
        """
        ...

    async def suite(self, suite_id: str) -> SuiteAnswer | None:
        """One suite with its children and tests."""
        ...

    async def tests_page(self, page: int, suite_id: str | None = None) -> Listing[TestRecord]:
        """A page of the listing of tests in full detail, of the project or of one suite."""
        ...

    async def test(self, test_id: str) -> TestRecord | None:
        """One test in full detail, with its parameter rows."""
        ...

    async def skeleton(self) -> Collection[SkeletonSuite] | None:
        """The whole tree of suites in one answer, parents first; `None` if it is not offered."""
        ...


class SectionSource(Protocol):
    """What is asked for what a project holds beside its tree; raises as `Source` does."""

    def section_listings(self, section: SectionName) -> tuple[SectionListing, ...]:
        """The lists of the whole project that a section is read from."""
        ...

    def listings_of(
        self, section: SectionName, kind: str, resource: Resource
    ) -> tuple[SectionListing, ...]:
        """The lists that belong to a suite, a test or a run, less those that it says are empty."""
        ...

    def last_day(self, run: Resource) -> str | None:
        """The day (`YYYY-MM-DD`) on which something happened last in a run; `None` if unknown."""
        ...

    async def section_page(self, listing: SectionListing, page: int) -> Listing[Resource] | None:
        """A page of a list; `None` if the server knows no such list."""
        ...
