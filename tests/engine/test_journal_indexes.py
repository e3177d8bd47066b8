"""Indexes that are made after the first reading."""

import sqlite3

import pytest

from crawler.engine import recording, whole_recording
from crawler.engine.journal import Operation
from crawler.engine.journal_indexes import index_tests
from crawler.engine.journal_schema import FROM_LISTING, decode
from crawler.engine.whole_recording import TestsPage
from crawler.model import Listing, Resource, SuiteAnswer, SuiteRecord, TestRecord


def page(number: int, *names: str) -> Listing[TestRecord]:
    """A page with these tests, each with the number of the page for a title."""
    records = (TestRecord(Resource(name, "test", {"title": f"{number}"})) for name in names)
    return Listing(number, tuple(records))


def titles(db: sqlite3.Connection) -> dict[str, str]:
    """What is kept of each test."""
    rows = db.execute("SELECT id, body FROM test WHERE rank = ?", (FROM_LISTING,)).fetchall()
    assert len({identity for identity, _ in rows}) == len(rows)
    return {identity: decode(body).attributes["title"] for identity, body in rows}


@pytest.mark.parametrize("moment", [0, 1, 2])
def test_the_last_answer_counts_whenever_tests_are_indexed(db, moment):
    """A listing that shifts names a test on two pages."""
    for number, listing in enumerate([page(1, "a", "b"), page(2, "b", "c"), page(3, "a")]):
        if number == moment:
            index_tests(db)
        recording.tests_page_answered(listing, None)(db)
    index_tests(db)
    assert titles(db) == {"a": "3", "b": "2", "c": "2"}


def test_a_first_reading_pays_for_no_index(db):
    """Or it would be written over and over."""
    recording.tests_page_answered(page(1, "a"), None)(db)
    plan = "EXPLAIN QUERY PLAN SELECT body FROM test WHERE id = 'a'"
    assert "INDEX" not in db.execute(plan).fetchone()[-1]
    index_tests(db)
    assert "INDEX" in db.execute(plan).fetchone()[-1]


def page_of_v2(number: int) -> Operation:
    """A page of a listing that is all there is."""
    records = tuple(TestRecord(Resource(f"{number}-{each}", "test", {})) for each in range(10))
    return TestsPage(Listing(number, records, whole=True), None).record


def roots_of_v2(number: int) -> Operation:
    """A page of roots."""
    records = (SuiteRecord(Resource(f"{number}-{each}", "suite", {})) for each in range(10))
    answers = tuple(SuiteAnswer(record) for record in records)
    own = tuple(answer.record for answer in answers)
    listing = Listing(number, own, 400, whole=True, answers=answers)
    return whole_recording.suites_page_answered(listing)


def again_of_v1(number: int) -> Operation:
    """A page of suites that is read for the second time."""
    records = tuple(SuiteRecord(Resource(f"{number}-{each}", "suite", {})) for each in range(10))
    operation = recording.suites_page_answered(Listing(number, records))

    def twice(db: sqlite3.Connection) -> None:
        operation(db)
        operation(db)

    return twice


@pytest.mark.parametrize("operation", [page_of_v2, roots_of_v2, again_of_v1])
def test_a_page_costs_the_same_however_many_came_before(db, operation):
    """A project may have 10,000 of them."""
    steps = []
    db.set_progress_handler(lambda: steps.append(1), 50)
    taken = []
    for number in range(1, 201):
        before = len(steps)
        operation(number)(db)
        taken.append(len(steps) - before)
    assert sum(taken[150:]) < 2 * sum(taken[50:100])
