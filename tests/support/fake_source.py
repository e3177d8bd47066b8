"""A project in memory that answers as a server does, with switches for what servers differ in."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

import anyio.lowlevel

from crawler.engine.journal import Identity
from crawler.errors import ServerError, TransientError
from crawler.model import (
    Listing,
    ProjectFacts,
    Resource,
    SkeletonSuite,
    SuiteAnswer,
    SuiteRecord,
    SuiteReference,
    TestRecord,
    TestReference,
)

PAGE = 3
NOW = datetime(2026, 1, 2, tzinfo=UTC)
IDENTITY = Identity("https://example.test", "p", "account")
T = TypeVar("T")


@dataclass
class FakeSource:
    """`suites` maps a suite to its parent, `tests` a test to its suite; both keep their order."""

    suites: dict[str, str | None]
    tests: dict[str, str] = field(default_factory=dict)
    names_pages: bool = True
    lists_all_suites: bool = False
    lists_tests_in_suites: bool = True
    has_skeleton: bool = False
    states_parents: bool = True
    repeats_last_page: bool = False
    tests_count: int | None = None
    counts: dict[str, int | None] = field(default_factory=dict)
    with_examples: frozenset[str] = frozenset()
    broken: dict[str, ServerError] = field(default_factory=dict)
    before: Callable[["FakeSource", str], None] = lambda _source, _request: None
    delay: Callable[[str], int] = lambda _request: 0
    requests: list[str] = field(default_factory=list)

    async def _asked(self, request: str) -> None:
        self.requests.append(request)
        for _ in range(self.delay(request)):
            await anyio.lowlevel.checkpoint()
        self.before(self, request)
        if request in self.broken:
            raise self.broken[request]

    async def project(self) -> ProjectFacts:
        await self._asked("project")
        count = len(self.tests) if self.tests_count is None else self.tests_count
        return ProjectFacts("p", "Project", count)

    def _record(self, suite_id: str, source: str) -> SuiteRecord:
        parent = self.suites[suite_id]
        return SuiteRecord(
            Resource(suite_id, "suite", {"title": suite_id, f"from-{source}": True}),
            parent=parent if self.states_parents else None,
            parent_known=self.states_parents,
            test_count=self.counts.get(
                suite_id, sum(suite == suite_id for suite in self.tests.values())
            ),
        )

    def _test(self, test_id: str, source: str) -> TestRecord:
        return TestRecord(
            Resource(test_id, "test", {"title": test_id, f"from-{source}": True}),
            suite=self.tests[test_id],
            has_examples=test_id in self.with_examples,
        )

    def _page(self, items: list[T], page: int) -> Listing[T]:
        pages = max(1, -(-len(items) // PAGE))
        at = min(page, pages) if self.repeats_last_page else page
        rows = tuple(items[(at - 1) * PAGE : at * PAGE])
        return Listing(page, rows, pages if self.names_pages else None)

    async def suites_page(self, page: int) -> Listing[SuiteRecord]:
        await self._asked(f"suites page {page}")
        listed = [s for s, parent in self.suites.items() if self.lists_all_suites or not parent]
        return self._page([self._record(suite, "listing") for suite in listed], page)

    async def suite(self, suite_id: str) -> SuiteAnswer | None:
        await self._asked(f"suite {suite_id}")
        if suite_id not in self.suites:
            return None
        children = [s for s, parent in self.suites.items() if parent == suite_id]
        tests = [t for t, suite in self.tests.items() if suite == suite_id]
        return SuiteAnswer(
            self._record(suite_id, "itself"),
            tuple(SuiteReference(child) for child in children),
            tuple(TestReference(t, self._test(t, "suite")) for t in tests)
            if self.lists_tests_in_suites
            else (),
        )

    async def tests_page(self, page: int, suite_id: str | None = None) -> Listing[TestRecord]:
        await self._asked(f"tests page {page}" + (f" of {suite_id}" if suite_id else ""))
        tests = [t for t, suite in self.tests.items() if suite_id in {None, suite}]
        return self._page([self._test(test, "listing") for test in tests], page)

    async def test(self, test_id: str) -> TestRecord | None:
        await self._asked(f"test {test_id}")
        return self._test(test_id, "itself") if test_id in self.tests else None

    async def skeleton(self) -> tuple[SkeletonSuite, ...] | None:
        await self._asked("skeleton")
        if not self.has_skeleton:
            return None
        return tuple(SkeletonSuite(s, parent, None, s) for s, parent in self.suites.items())


def failure(status: int = 500) -> TransientError:
    """A server's failure that no retry has mended."""
    return TransientError("The server failed", status=status, cause=f"HTTP {status}")
