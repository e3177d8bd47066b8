"""What each answer changes in the journal, as operations for `Journal.write`.

An answer of its own replaces everything that an earlier answer on the same item said, so that a
second reading leaves no trace of the first.
"""

import sqlite3
from collections.abc import Collection
from typing import Final

from crawler.engine.journal import Operation
from crawler.engine.journal_indexes import (
    index_listers,
    index_names,
    index_suite_places,
    index_tests,
)
from crawler.engine.journal_named import forget_named, note_named, references
from crawler.engine.journal_schema import (
    FROM_LISTING,
    OF_ITS_OWN,
    UNFETCHED,
    WITH_ITS_SUITE,
    Row,
    sealed,
    suite_row,
    test_row,
)
from crawler.model import (
    Gap,
    ItemKind,
    Listing,
    ProjectFacts,
    SkeletonSuite,
    SuiteAnswer,
    SuiteRecord,
    TestRecord,
)

__all__ = (
    "PAGE_STRIDE",
    "SUITE_ROW",
    "TEST_ROW",
    "all_read_again",
    "failed",
    "forget_unnamed",
    "listing_name",
    "missing",
    "note_edit",
    "page_row",
    "project_answered",
    "resumed",
    "skeleton_answered",
    "suite_answered",
    "suites_page_answered",
    "test_answered",
    "tests_page_answered",
)

SUITE_ROW: Final = "INSERT OR REPLACE INTO suite VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
TEST_ROW: Final = "INSERT OR REPLACE INTO test VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
#: Rows a page has at most: ordinals of one page never reach into the next page's.
PAGE_STRIDE: Final = 1_000_000


def note_edit(db: sqlite3.Connection) -> None:
    """Somebody edits the project while it is read."""
    db.execute("INSERT OR REPLACE INTO fact VALUES ('edited', '1')")


def all_read_again(db: sqlite3.Connection) -> None:
    """All that may have been moved is about to be read again: edits count from here."""
    db.execute("DELETE FROM fact WHERE name = 'edited'")
    db.execute(
        "INSERT INTO fact VALUES ('read again', '1')"
        " ON CONFLICT (name) DO UPDATE SET value = CAST(value + 1 AS TEXT)"
    )


def resumed(db: sqlite3.Connection) -> None:
    """An earlier run's answers are used again: what it could not get is asked for once more."""
    db.execute("DELETE FROM failure")
    db.execute("DELETE FROM missing")
    db.execute("DELETE FROM fact WHERE name = 'read again'")
    db.execute("DELETE FROM suite WHERE rank = ?", (UNFETCHED,))


def project_answered(facts: ProjectFacts) -> Operation:
    """What the server says of the project as a whole."""
    values = {"title": facts.title}
    if facts.tests_count is not None:
        values["tests_count"] = str(facts.tests_count)

    def operation(db: sqlite3.Connection) -> None:
        counted = db.execute("SELECT value FROM fact WHERE name = 'tests_count'").fetchone()
        if counted not in (None, (values.get("tests_count"),)):
            note_edit(db)
        db.execute("DELETE FROM fact WHERE name IN ('title', 'tests_count')")
        db.executemany("INSERT INTO fact VALUES (?, ?)", values.items())

    return operation


def suite_answered(answer: SuiteAnswer, *, again: bool) -> Operation:
    """A suite's own answer with its children and tests; `again` if there was one before."""
    identity = answer.record.resource.id

    def operation(db: sqlite3.Connection) -> None:
        if again:
            named = {child.id for child in answer.children} | {test.id for test in answer.tests}
            if _named_before(db, identity) not in (None, named) or _counted_otherwise(db, answer):
                note_edit(db)
            _forget_suite(db, identity)
        lists = len({child.id for child in answer.children}) + len({t.id for t in answer.tests})
        db.execute(SUITE_ROW, suite_row(answer.record, OF_ITS_OWN, "", 0, lists))
        db.executemany(
            "INSERT OR IGNORE INTO child VALUES (?, ?, ?, ?)",
            [sealed(identity, child.id, ordinal) for ordinal, child in enumerate(answer.children)],
        )
        db.executemany(SUITE_ROW, _child_rows(answer, identity))
        note_named(db, identity, references(answer.tests))

    return operation


def _child_rows(answer: SuiteAnswer, lister: str) -> list[Row]:
    return [
        suite_row(child.record, WITH_ITS_SUITE, lister, ordinal)
        for ordinal, child in enumerate(answer.children)
        if child.record is not None
    ]


def _named_before(db: sqlite3.Connection, suite_id: str) -> set[str] | None:
    """What the suite's answer named so far, `None` if there is none."""
    row = "SELECT 1 FROM suite WHERE id = ? AND rank = ?"
    if not db.execute(row, (suite_id, OF_ITS_OWN)).fetchone():
        return None
    rows = db.execute(
        "SELECT id FROM child WHERE parent = ? UNION SELECT id FROM named WHERE lister = ?",
        (suite_id, suite_id),
    )
    return {identity for (identity,) in rows}


def _counted_otherwise(db: sqlite3.Connection, answer: SuiteAnswer) -> bool:
    """Whether the suite's answer counted other tests before."""
    row = "SELECT test_count FROM suite WHERE id = ? AND rank = ?"
    before = db.execute(row, (answer.record.resource.id, OF_ITS_OWN)).fetchone()
    return before not in (None, (answer.record.test_count,))


def _forget_suite(db: sqlite3.Connection, identity: str) -> None:
    index_listers(db)
    forget_named(db, identity)
    db.execute("DELETE FROM suite WHERE lister = ?", (identity,))
    db.execute("DELETE FROM child WHERE parent = ?", (identity,))
    db.execute("DELETE FROM suite WHERE id = ? AND rank = ?", (identity, UNFETCHED))
    _forgive(db, ItemKind.SUITE, identity)


def _forgive(db: sqlite3.Connection, kind: ItemKind, identity: str) -> None:
    db.execute("DELETE FROM failure WHERE kind = ? AND id = ?", (kind, identity))
    db.execute("DELETE FROM missing WHERE kind = ? AND id = ?", (kind, identity))


def suites_page_answered(listing: Listing[SuiteRecord]) -> Operation:
    """A page of the listing of suites; rows that stood there before and are gone are forgotten."""
    start = listing.page * PAGE_STRIDE
    rows = [
        suite_row(record, FROM_LISTING, "", start + index)
        for index, record in enumerate(listing.records)
    ]

    def operation(db: sqlite3.Connection) -> None:
        known = "SELECT 1 FROM page WHERE listing = 'suites' AND number = ?"
        if db.execute(known, (listing.page,)).fetchone():
            if any(_is_new(db, record.resource.id) for record in listing.records):
                note_edit(db)
            index_suite_places(db)
            db.execute(
                "DELETE FROM suite WHERE rank = ? AND ordinal >= ? AND ordinal < ?",
                (FROM_LISTING, start, start + PAGE_STRIDE),
            )
        db.executemany(SUITE_ROW, rows)
        page_row(db, "suites", listing)

    return operation


def _is_new(db: sqlite3.Connection, suite_id: str) -> bool:
    """Whether the listing did not name this suite before."""
    row = "SELECT 1 FROM suite WHERE id = ? AND rank = ?"
    return db.execute(row, (suite_id, FROM_LISTING)).fetchone() is None


def tests_page_answered(listing: Listing[TestRecord], suite_id: str | None) -> Operation:
    """A page of the listing of all tests, or of one suite's."""
    start = listing.page * PAGE_STRIDE
    rows = [
        test_row(record, FROM_LISTING, start + index)
        for index, record in enumerate(listing.records)
    ]

    def operation(db: sqlite3.Connection) -> None:
        db.executemany(TEST_ROW, rows)
        page_row(db, listing_name("tests", suite_id), listing)

    return operation


def listing_name(kind: str, suite_id: str | None = None) -> str:
    """What a listing is called in the journal and in gaps: `suites`, `tests`, or one suite's."""
    return kind if suite_id is None else f"{kind} of {suite_id}"


def page_row(
    db: sqlite3.Connection, name: str, listing: Listing[SuiteRecord] | Listing[TestRecord]
) -> None:
    """Note that a page was read."""
    db.execute(
        "INSERT OR REPLACE INTO page VALUES (?, ?, ?, ?, ?)",
        sealed(name, listing.page, listing.pages, len(listing.records)),
    )
    db.execute(
        "DELETE FROM failure WHERE kind = ? AND id = ?",
        (ItemKind.LISTING, f"{name} page {listing.page}"),
    )


def test_answered(record: TestRecord) -> Operation:
    """A test's own answer."""

    def operation(db: sqlite3.Connection) -> None:
        _forgive(db, ItemKind.TEST, record.resource.id)
        db.execute(TEST_ROW, test_row(record, OF_ITS_OWN, 0))

    return operation


test_answered.__test__ = False  # type: ignore[attr-defined]  # its name looks like a test's


def skeleton_answered(suites: Collection[SkeletonSuite]) -> Operation:
    """The one-request skeleton; it replaces an earlier one."""

    def operation(db: sqlite3.Connection) -> None:
        rows = (
            sealed(suite.id, suite.parent, ordinal, suite.test_count, suite.title)
            for ordinal, suite in enumerate(suites)
        )
        db.execute("DELETE FROM skeleton")
        db.executemany("INSERT OR IGNORE INTO skeleton VALUES (?, ?, ?, ?, ?, ?)", rows)

    return operation


def missing(kind: ItemKind, identity: str, *, edited: bool = True) -> Operation:
    """The server says that there is no such suite or test: earlier answers of its own are void.

    That somebody must have deleted it is noted as an edit unless `edited` says that it was known.

    What others say of it stays, for the comparison: the suite that lists it, and for a suite the
    listing, which takes the place of a root's parent.
    """

    def operation(db: sqlite3.Connection) -> None:
        if kind is ItemKind.SUITE:
            _forget_suite(db, identity)
            db.execute("DELETE FROM suite WHERE id = ? AND rank = ?", (identity, OF_ITS_OWN))
        else:
            _forgive(db, kind, identity)
            index_names(db)
            index_tests(db)
            db.execute("DELETE FROM test WHERE id = ?", (identity,))
        db.execute("INSERT OR IGNORE INTO missing VALUES (?, ?)", (kind, identity))
        if edited:
            note_edit(db)

    return operation


def failed(gap: Gap) -> Operation:
    """An item could not be fetched; a suite leaves a stub, so that its tests have a place."""

    def operation(db: sqlite3.Connection) -> None:
        _forgive(db, gap.kind, gap.id)
        db.execute(
            "INSERT OR REPLACE INTO failure VALUES (?, ?, ?, ?)",
            (gap.kind, gap.id, gap.reason.name, gap.detail),
        )
        if gap.kind is ItemKind.SUITE:
            stub = sealed(gap.id, UNFETCHED, "", 0, None, False, None, None, None, 0, None)
            db.execute(SUITE_ROW, stub)
        elif gap.kind is ItemKind.TEST:
            index_names(db)

    return operation


_NAMED_SUITES: Final = """
SELECT id FROM child UNION SELECT id FROM suite WHERE rank >= 0 UNION SELECT id FROM skeleton
UNION SELECT parent FROM suite WHERE parent IS NOT NULL
UNION SELECT suite FROM test WHERE suite IS NOT NULL
UNION SELECT suite FROM named WHERE suite IS NOT NULL
"""


def forget_unnamed(db: sqlite3.Connection) -> None:
    """What could not be fetched and is named by nothing any more, once read again, is no loss."""
    if not db.execute("SELECT 1 FROM failure WHERE kind IN ('suite', 'test')").fetchone():
        return
    db.execute(f"DELETE FROM failure WHERE kind = 'suite' AND id NOT IN ({_NAMED_SUITES})")  # noqa: S608
    db.execute(
        "DELETE FROM failure WHERE kind = 'test'"
        " AND id NOT IN (SELECT id FROM test UNION SELECT id FROM named)"
    )
    db.execute(
        "DELETE FROM suite WHERE rank = ?"
        " AND id NOT IN (SELECT id FROM failure WHERE kind = 'suite')",
        (UNFETCHED,),
    )
