"""Listings that are all there is to be read, and that shift while they are read."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from support.fake_source import FakeSource

from crawler.errors import TransientError
from crawler.model import Listing, SuiteAnswer, SuiteRecord, SuiteReference, TestRecord

pytestmark = pytest.mark.anyio

PAGE = 2
Run = Callable[..., Awaitable[Any]]


@dataclass
class WholeSource(FakeSource):
    """Answers as v2 does: nested roots by pages, all tests by pages, the newest first."""

    suites_total: int | None = None
    hidden: frozenset[str] = field(default_factory=frozenset)

    def _whole(self, suite_id: str) -> SuiteAnswer:
        children = [child for child, parent in self.suites.items() if parent == suite_id]
        record = self._record(suite_id, "listing")
        return SuiteAnswer(record, tuple(map(SuiteReference, children)))

    def _below(self, suite_id: str) -> list[str]:
        children = [child for child, parent in self.suites.items() if parent == suite_id]
        return [suite_id, *(each for child in children for each in self._below(child))]

    async def suites_page(self, page: int) -> Listing[SuiteRecord]:
        await self._asked(f"suites page {page}")
        roots = [each for each, parent in self.suites.items() if parent is None]
        shown = [each for each in roots if each not in self.hidden]
        shown = shown[(page - 1) * PAGE : page * PAGE]
        answers = tuple(self._whole(each) for root in shown for each in self._below(root))
        records = tuple(answer.record for answer in answers)
        total = len(roots) if self.suites_total is None else self.suites_total
        pages = -(-len(roots) // PAGE)
        return Listing(page, records, pages, total, whole=True, answers=answers)

    async def suite(self, suite_id: str) -> SuiteAnswer | None:
        await self._asked(f"suite {suite_id}")
        if suite_id not in self.suites:
            return None
        return SuiteAnswer(self._record(suite_id, "itself"))

    async def tests_page(self, page: int, suite_id: str | None = None) -> Listing[TestRecord]:
        name = f"tests of {suite_id}" if suite_id else "tests"
        await self._asked(f"{name} page {page}")
        below = (
            set(self._below(suite_id)) if suite_id else set(self.suites) | set(self.tests.values())
        )
        newest = [each for each in reversed(self.tests) if self.tests[each] in below]
        shown = [each for each in newest if each not in self.hidden]
        shown = shown[(page - 1) * PAGE : page * PAGE]
        records = tuple(self._test(each, "listing") for each in shown)
        pages = -(-len(newest) // PAGE)
        return Listing(page, records, pages, len(newest), whole=True)


def source(**more: Any) -> WholeSource:
    """Two roots, one of them with a child, and five tests, the oldest first."""
    return WholeSource(
        {"a": None, "b": "a", "c": None},
        {f"t{number}": suite for number, suite in enumerate("abbbc")},
        **more,
    )


def count(asked: WholeSource, request: str) -> int:
    return asked.requests.count(request)


async def test_pages_are_all_that_is_asked_for(run: Run) -> None:
    """No suite and no test by itself; then the first page and the suites are looked at again."""
    asked = source()
    found = await run(asked)
    assert found.tree == ["a", "  b", "    t1", "    t2", "    t3", "  t0", "c", "  t4"]
    assert (found.gaps, found.outcome.warnings) == ([], ())
    assert sorted(asked.requests) == sorted(
        [
            *("project", "skeleton", "suites page 1", "tests page 1", "tests page 2"),
            *("tests page 3", "project", "suites page 1", "tests page 1"),
        ]
    )


@pytest.mark.parametrize("moment", ["tests page 2", "tests page 3"])
async def test_a_test_that_slips_to_a_page_that_was_read_is_found(run: Run, moment: str) -> None:
    """Somebody deletes a newer one: all after it move up, the first of a page to one before."""

    def delete(project: FakeSource, request: str) -> None:
        if request == moment:
            project.tests.pop("t4", None)

    asked = source(before=delete)
    found = await run(asked, workers=1)
    assert [line.strip() for line in found.tree] == ["a", "b", "t1", "t2", "t3", "t0", "c"]
    assert (found.gaps, found.orphans) == ([], [])
    assert count(asked, "test t4") == 1  # a later list has it no more, so it is asked for


async def test_a_test_that_is_added_at_the_end_is_found(run: Run) -> None:
    """All others move down; the second look at the first page tells of it."""

    def add(project: FakeSource, request: str) -> None:
        if request == "tests page 3":
            project.tests.setdefault("t9", "c")

    found = await run(source(before=add), workers=1)
    assert found.tree[-2:] == ["  t4", "  t9"]
    assert found.gaps == []


async def test_an_edit_that_leaves_all_counts_as_they_were_is_noticed(run: Run) -> None:
    """One deleted, one added in the same suite: only what stands on the first page differs."""

    def swap(project: FakeSource, request: str) -> None:
        if request == "tests page 3" and "t3" in project.tests:
            del project.tests["t3"]
            project.tests["t9"] = "b"

    found = await run(source(before=swap), workers=1)
    assert {line.strip() for line in found.tree} == {*"abc", "t0", "t1", "t2", "t4", "t9"}
    assert found.gaps == []


async def test_edits_without_end_are_warned_of(run: Run) -> None:
    """Everything is read a few times, then there is an end to it."""
    made = 0

    def add(project: FakeSource, request: str) -> None:
        nonlocal made
        if request.startswith("tests page"):
            made += 1
            project.tests[f"n{made}"] = "c"

    found = await run(source(before=add), workers=1)
    assert any("edited each time" in text for text in found.outcome.warnings)
    assert {"t0", "t1", "t2", "t3", "t4"} <= {line.strip() for line in found.tree}


async def test_a_suite_that_moves_while_it_is_read_stands_where_it_went(run: Run) -> None:
    """The second look at all suites tells."""

    def move(project: FakeSource, request: str) -> None:
        if request == "tests page 1":
            project.suites["b"] = "c"

    found = await run(source(before=move), workers=1)
    assert found.tree == ["a", "  t0", "c", "  b", "    t1", "    t2", "    t3", "  t4"]
    assert (found.gaps, found.outcome.warnings) == ([], ())


async def test_a_suite_that_is_deleted_with_its_tests_is_gone(run: Run) -> None:
    """From whichever page it stood on, and with no orphans left of it."""

    def delete(project: FakeSource, request: str) -> None:
        if request == "tests page 3":
            project.suites.pop("c", None)
            project.tests.pop("t4", None)

    found = await run(source(before=delete), workers=1)
    assert found.tree == ["a", "  b", "    t1", "    t2", "    t3", "  t0"]
    assert (found.gaps, found.orphans) == ([], [])


async def test_a_suite_that_no_root_leads_to_is_asked_for(run: Run) -> None:
    """A test names it."""
    asked = source()
    asked.suites["lost"] = "gone"
    asked.tests["t9"] = "lost"
    found = await run(asked)
    assert found.orphans == ["lost", "  t9"]
    assert (found.gaps, found.outcome.warnings) == ([], ())
    assert count(asked, "suites page 1") == 2  # nobody edited anything


async def test_a_list_that_holds_fewer_tests_than_it_counts_is_a_gap(run: Run) -> None:
    """After everything was read again."""
    asked = source(hidden=frozenset({"t2"}), counts={"b": 2})
    found = await run(asked)
    assert found.gaps == ["project  COUNT"]
    assert count(asked, "tests page 3") == 2


async def test_a_suite_that_counts_more_tests_than_it_has_is_a_gap(run: Run) -> None:
    """Its own list is asked for; the suites are listed again, not one by one."""
    asked = source(counts={"b": 4})
    found = await run(asked)
    assert found.gaps == ["suite b COUNT"]
    assert count(asked, "tests of b page 1") == 1
    assert count(asked, "suite b") == 0


async def test_a_suite_that_counts_fewer_tests_is_warned_of(run: Run) -> None:
    """Nothing is missing; no test is asked for by itself."""
    asked = source(counts={"b": 2})
    found = await run(asked)
    assert found.gaps == []
    assert found.outcome.warnings == ("suite b counts 2 tests, but 3 were found",)
    assert not [each for each in asked.requests if each.startswith("test ")]


@pytest.mark.parametrize("total", [2, 3, None])
async def test_the_count_of_suites_may_be_of_roots_or_of_all(run: Run, total: int | None) -> None:
    """The sources do not say which."""
    assert (await run(source(suites_total=total))).gaps == []


async def test_a_list_with_fewer_suites_than_it_counts_is_a_gap(run: Run) -> None:
    """A root that no page has is missed by the count alone."""
    asked = source(hidden=frozenset({"c"}))
    asked.suites |= {"d": None, "e": "a"}
    del asked.tests["t4"]
    found = await run(asked)
    assert found.gaps == ["listing suites SUITE_COUNT"]


async def test_an_interrupted_crawl_reads_only_what_it_had_not(
    run: Run, open_journal: Callable[..., Any]
) -> None:
    """And what tells whether anything has changed since."""
    asked = source(broken={"tests page 2": TransientError("no")})
    first = await run(asked, rounds=0)
    assert first.gaps == ["listing tests page 2 FAILED", "project  COUNT", "suite b COUNT"]
    first.journal.close()
    again = source()
    journal = open_journal()
    found = await run(again, journal)
    assert journal.resumed
    assert found.gaps == []
    assert count(again, "tests page 2") == 1
    assert count(again, "tests page 3") == 0


async def test_a_change_between_two_runs_is_noticed(
    run: Run, open_journal: Callable[..., Any]
) -> None:
    """What was read before is then read once more, and what is gone is gone."""
    first = await run(source())
    first.journal.close()
    later = source()
    del later.tests["t1"]
    found = await run(later, open_journal())
    assert found.tree == ["a", "  b", "    t2", "    t3", "  t0", "c", "  t4"]
    assert (found.gaps, count(later, "test t1")) == ([], 1)
