"""One project of the demo world: its suites and tests by ID, and every edit a tester can make."""

from bisect import insort
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from crawler.demo.attributes import stamp
from crawler.demo.extras import Extras
from crawler.demo.ids import make_id
from crawler.demo.records import DemoSuite, DemoTest, Linked, Resource
from crawler.demo.truth import truth

__all__ = ("DemoProject",)

_SEED = 7331
# One for all: a large project has a million of these.
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class DemoProject:
    """The truth that the server serves, held by ID and indexed by parent.

    The index is kept in order by each edit, so no answer ever walks the whole project.

    Attributes:
        slug: Names the project in every address.
        title: Shown to people.
        api_key: The project's token, ``tstmt_…``; the API shows it to members.
        own: Attributes of the project that differ from the usual; a ``tests-count`` here lies.
        suites: Every suite by ID, in the order in which the server lists them.
        tests: Every test by ID, likewise.
        labels: Labels that were made as such, by ID; items may bear others as well.
        origins: What was created under which origin, by kind and origin.
        extras: Runs, results and whatever else is not in the tree.
        branches: What other branches hold, by name; a branch that is only listed holds the same.
        revision: Grows with each edit; whoever caches compares it.
    """

    def __init__(
        self,
        slug: str,
        title: str,
        *,
        api_key: str,
        own: Mapping[str, Any] | None = None,
        text: Callable[[str], str | None] | None = None,
    ) -> None:
        """Start empty; ``text`` makes the description of an ID that stores none itself."""
        self.slug = slug
        self.title = title
        self.api_key = api_key
        self.own: dict[str, Any] = dict(own or {})
        self.suites: dict[str, DemoSuite] = {}
        self.tests: dict[str, DemoTest] = {}
        self.labels: dict[str, Resource] = {}
        self.origins: dict[str, str] = {}
        self.revision = 0
        self.extras = Extras(self._touch)
        self.branches: dict[str, DemoProject] = {}
        self._text = text
        self._serial = 0
        self._suites_of: dict[str | None, list[str]] = {}
        self._tests_of: dict[str, list[str]] = {}

    def suites_of(self, parent_id: str | None) -> Sequence[str]:
        """The child suites of a suite, or the roots, in the server's order (not by position)."""
        return self._suites_of.get(parent_id, ())

    def tests_of(self, suite_id: str) -> Sequence[str]:
        """The tests of a suite in the server's order (not by position)."""
        return self._tests_of.get(suite_id, ())

    def ancestors(self, suite_id: str) -> list[str]:
        """The suites above one, nearest first; ends at a root, a missing parent or a circle."""
        found: dict[str, None] = {}
        suite = self.suites.get(suite_id)
        while suite and suite.parent_id is not None and suite.parent_id not in found:
            found[suite.parent_id] = None
            suite = self.suites.get(suite.parent_id)
        return list(found)

    def describe(self, item_id: str) -> str | None:
        """The text made for a suite or test that stores no description of its own."""
        return self._text(item_id) if self._text else None

    def truth(self) -> dict[str, Any]:
        """What a perfect crawl would find; see ``crawler.demo.truth``."""
        return truth(self)

    def add_suite(
        self,
        suite_id: str,
        title: str,
        parent_id: str | None = None,
        *,
        position: int | None = None,
        own: Mapping[str, Any] | None = None,
        linked: Linked | None = None,
    ) -> DemoSuite:
        """Put a suite into another, or at the root.

        Raises:
            ValueError: if the ID is taken.
        """
        self._refuse_taken(suite_id)
        suite = DemoSuite(
            suite_id, title, self._next(), parent_id, position, own or _NOTHING, linked or _NOTHING
        )
        self.suites[suite_id] = suite
        self._suites_of.setdefault(parent_id, []).append(suite_id)
        return suite

    def add_test(
        self,
        test_id: str,
        title: str,
        suite_id: str,
        *,
        position: int | None = None,
        own: Mapping[str, Any] | None = None,
        linked: Linked | None = None,
    ) -> DemoTest:
        """Put a test into a suite.

        Raises:
            ValueError: if the ID is taken.
        """
        self._refuse_taken(test_id)
        test = DemoTest(
            test_id, title, self._next(), suite_id, position, own or _NOTHING, linked or _NOTHING
        )
        self.tests[test_id] = test
        self._tests_of.setdefault(suite_id, []).append(test_id)
        return test

    def move_suite(self, suite_id: str, parent_id: str | None, position: int | None = None) -> None:
        """Put a suite elsewhere. Nothing forbids a missing parent, or one inside the suite."""
        suite = self.suites[suite_id]
        self._suites_of[suite.parent_id].remove(suite_id)
        self._store_suite(replace(suite, parent_id=parent_id, position=position))
        siblings = self._suites_of.setdefault(parent_id, [])
        insort(siblings, suite_id, key=lambda each: self.suites[each].serial)

    def move_test(self, test_id: str, suite_id: str, position: int | None = None) -> None:
        """Put a test into another suite, or into one that does not exist."""
        test = self.tests[test_id]
        self._tests_of[test.suite_id].remove(test_id)
        self._store_test(replace(test, suite_id=suite_id, position=position))
        siblings = self._tests_of.setdefault(suite_id, [])
        insort(siblings, test_id, key=lambda each: self.tests[each].serial)

    def delete_test(self, test_id: str) -> None:
        """Remove a test."""
        test = self.tests.pop(test_id)
        self._tests_of[test.suite_id].remove(test_id)
        self.revision += 1

    def delete_suite(self, suite_id: str, *, leave_orphans: bool = False) -> None:
        """Remove a suite and all below it; or the suite alone, so that the rest is orphaned."""
        pending = [suite_id]
        while pending:
            suite = self.suites.pop(pending.pop())
            self._suites_of[suite.parent_id].remove(suite.id)
            if leave_orphans:
                break
            for test_id in tuple(self.tests_of(suite.id)):
                self.delete_test(test_id)
            pending += self.suites_of(suite.id)
        self.revision += 1

    def rename_suite(self, suite_id: str, title: str) -> None:
        """Give a suite another title."""
        self._store_suite(replace(self.suites[suite_id], title=title))

    def rename_test(self, test_id: str, title: str) -> None:
        """Give a test another title."""
        self._store_test(replace(self.tests[test_id], title=title))

    def edit_suite(self, suite_id: str, changes: Mapping[str, Any]) -> None:
        """Set attributes of a suite, under the server's names; ``test-count`` makes it lie."""
        suite = self.suites[suite_id]
        self._store_suite(replace(suite, own={**suite.own, **changes}))

    def edit_test(self, test_id: str, changes: Mapping[str, Any]) -> None:
        """Set attributes of a test, under the server's names."""
        test = self.tests[test_id]
        self._store_test(replace(test, own={**test.own, **changes}))

    def link_suite(self, suite_id: str, name: str, resources: tuple[Resource, ...]) -> None:
        """Let a relationship of a suite name these."""
        suite = self.suites[suite_id]
        self._store_suite(replace(suite, linked={**suite.linked, name: resources}))

    def link_test(self, test_id: str, name: str, resources: tuple[Resource, ...]) -> None:
        """Let a relationship of a test name these."""
        test = self.tests[test_id]
        self._store_test(replace(test, linked={**test.linked, name: resources}))

    def new_id(self) -> str:
        """An ID that neither a suite nor a test has."""
        number = self.revision
        while (item_id := make_id(_SEED, number)) in self.suites or item_id in self.tests:
            number += 1
        return item_id

    def new_number(self) -> str:
        """An ID for a resource that is no suite and no test."""
        return str(100_000 + self._next())

    def reorder_suites(self, suite_ids: Iterable[str]) -> None:
        """Number these suites from 1 in the order given, as dragging them does."""
        for position, suite_id in enumerate(suite_ids, 1):
            self._store_suite(replace(self.suites[suite_id], position=position))

    def reorder_tests(self, test_ids: Iterable[str]) -> None:
        """Number these tests from 1 in the order given, as dragging them does."""
        for position, test_id in enumerate(test_ids, 1):
            self._store_test(replace(self.tests[test_id], position=position))

    def _store_suite(self, suite: DemoSuite) -> None:
        """Keep an edited suite; an edit moves its ``updated-at`` on."""
        own = {**suite.own, "updated-at": stamp(self._next())}
        self.suites[suite.id] = replace(suite, own=own)

    def _store_test(self, test: DemoTest) -> None:
        """Keep an edited test; an edit moves its ``updated-at`` on."""
        own = {**test.own, "updated-at": stamp(self._next())}
        self.tests[test.id] = replace(test, own=own)

    def _refuse_taken(self, item_id: str) -> None:
        if item_id in self.suites or item_id in self.tests:
            raise ValueError(f"the project has something with the ID {item_id} already")

    def _touch(self) -> None:
        self.revision += 1

    def _next(self) -> int:
        """The next serial; one is used up by each edit, so that times of edits differ too."""
        self.revision += 1
        self._serial += 1
        return self._serial
