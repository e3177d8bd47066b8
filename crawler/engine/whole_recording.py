"""What an answer changes in the journal where listings are all that there is to be read.

Such a listing shifts under the reader when somebody adds or deletes: an item may then stand on no
page that was read, or on two. So everything is read in passes, each as a whole. A pass counts only
if all its pages tell of the same total, and a second look at the first page, and at all suites,
shows what it showed before; else there was an edit, and another pass follows. What an earlier pass
had and a later one has not is asked for by itself.

The ordinal of a test says in which pass it was listed, and where. It falls along the list, which
has the newest first: of tests with the same position the older one stands first, as over v1.
"""

import sqlite3
from typing import Final

from crawler.engine.journal import Operation
from crawler.engine.journal_indexes import index_suite_places, index_test_places, index_tests
from crawler.engine.journal_schema import (
    FROM_LISTING,
    OF_ITS_OWN,
    Row,
    sealed,
    suite_row,
    test_row,
)
from crawler.engine.recording import (
    PAGE_STRIDE,
    SUITE_ROW,
    TEST_ROW,
    listing_name,
    note_edit,
    page_row,
)
from crawler.model import Listing, SuiteAnswer, SuiteRecord, TestRecord

__all__ = ("OF_ONE_SUITE", "PASS_STRIDE", "TestsPage", "suites_page_answered")

#: Ordinals of one pass never reach into the next one's.
PASS_STRIDE: Final = 10**12
#: Within a pass, those of the lists of single suites begin here.
OF_ONE_SUITE: Final = PASS_STRIDE // 2


def suites_page_answered(listing: Listing[SuiteRecord]) -> Operation:
    """A page of roots with all below them; what stood there before and is gone is forgotten."""
    start = listing.page * PAGE_STRIDE
    rows = [
        row
        for ordinal, answer in enumerate(listing.answers, start)
        for row in (_listed_row(answer.record, ordinal), _own_row(answer, ordinal))
    ]
    names = [(record.resource.id,) for record in listing.records]

    def operation(db: sqlite3.Connection) -> None:
        index_suite_places(db)
        if _is_known(db, listing.page):
            if _differs(db, listing, start):
                note_edit(db)
            _forget_suites(db, start, start + PAGE_STRIDE)
        if listing.pages is not None:
            _forget_suites(db, (listing.pages + 1) * PAGE_STRIDE, PASS_STRIDE)
        for statement in _FORGIVEN:
            db.executemany(statement, names)
        db.executemany(SUITE_ROW, rows)
        db.executemany("INSERT OR IGNORE INTO child VALUES (?, ?, ?, ?)", _child_rows(listing))
        page_row(db, "suites", listing)
        _note_whole(db)
        if listing.total is not None:
            total = str(listing.total)
            db.execute("INSERT OR REPLACE INTO fact VALUES ('suites total', ?)", (total,))

    return operation


_FORGIVEN: Final = (
    "DELETE FROM child WHERE parent = ?",
    "DELETE FROM failure WHERE kind = 'suite' AND id = ?",
    "DELETE FROM missing WHERE kind = 'suite' AND id = ?",
)


def _listed_row(record: SuiteRecord, ordinal: int) -> Row:
    """Its place in the listing; all else stands in the row of its own."""
    *facts, _body, _seal = suite_row(record, FROM_LISTING, "", ordinal)
    return sealed(*facts, None)


def _own_row(answer: SuiteAnswer, ordinal: int) -> Row:
    lists = len({child.id for child in answer.children})
    return suite_row(answer.record, OF_ITS_OWN, "", ordinal, lists)


def _child_rows(listing: Listing[SuiteRecord]) -> list[Row]:
    return [
        sealed(answer.record.resource.id, child.id, ordinal)
        for answer in listing.answers
        for ordinal, child in enumerate(answer.children)
    ]


def _is_known(db: sqlite3.Connection, page: int) -> bool:
    known = "SELECT 1 FROM page WHERE listing = 'suites' AND number = ?"
    return db.execute(known, (page,)).fetchone() is not None


def _differs(db: sqlite3.Connection, listing: Listing[SuiteRecord], start: int) -> bool:
    """Whether the page says something else than was said before, or does not say it any more."""
    for record in listing.records:
        place = (record.parent, record.test_count)
        row = "SELECT parent, test_count FROM suite WHERE id = ? AND rank = ?"
        if db.execute(row, (record.resource.id, FROM_LISTING)).fetchone() != place:
            return True
    # Not the other way round: beyond its end a list may answer its last page again.
    told = {record.resource.id for record in listing.records}
    before = db.execute(
        "SELECT id FROM suite WHERE rank = ? AND ordinal >= ? AND ordinal < ?",
        (FROM_LISTING, start, start + PAGE_STRIDE),
    )
    return any(identity not in told for (identity,) in before)


def _forget_suites(db: sqlite3.Connection, start: int, end: int) -> None:
    """Forget the suites that a page had, or several pages."""
    where = "rank >= ? AND ordinal >= ? AND ordinal < ?"
    bounds = (FROM_LISTING, start, end)
    chosen = f"SELECT id FROM suite WHERE {where}"  # noqa: S608  only a constant of our own
    db.execute(f"DELETE FROM child WHERE parent IN ({chosen})", bounds)  # noqa: S608
    db.execute(f"DELETE FROM suite WHERE {where}", bounds)  # noqa: S608


def _note_whole(db: sqlite3.Connection) -> None:
    db.execute("INSERT OR REPLACE INTO fact VALUES ('whole', '1')")


class TestsPage:
    """A page of the tests, of the project or of one suite with those below it.

    After `record`, `is_news` tells whether this pass had not read the page yet.
    """

    __test__ = False  # not a class of tests, whatever the name looks like to a test runner

    def __init__(self, listing: Listing[TestRecord], suite_id: str | None) -> None:
        self._listing = listing
        self._suite_id = suite_id
        self.is_news = True

    def record(self, db: sqlite3.Connection) -> None:
        """Write it; it takes the place of what an earlier pass said."""
        index_tests(db)
        index_test_places(db)
        number = _begin_pass(db)
        first = number * PASS_STRIDE + OF_ONE_SUITE - self._listing.page * PAGE_STRIDE
        if self._suite_id is not None:
            first += OF_ONE_SUITE
        else:
            self._look_for_edits(db, number, first)
        db.executemany(
            TEST_ROW,
            [
                test_row(record, FROM_LISTING, first - index)
                for index, record in enumerate(self._listing.records)
            ],
        )
        page_row(db, listing_name("tests", self._suite_id), self._listing)
        _note_whole(db)

    def _look_for_edits(self, db: sqlite3.Connection, number: int, first: int) -> None:
        total = f"{number}:{self._listing.total}"
        known = db.execute("SELECT value FROM fact WHERE name = 'tests total'").fetchone()
        if known is not None and known[0].startswith(f"{number}:"):
            if known[0] != total:
                note_edit(db)
        else:
            db.execute("INSERT OR REPLACE INTO fact VALUES ('tests total', ?)", (total,))
        before = {
            identity
            for (identity,) in db.execute(
                "SELECT id FROM test WHERE rank = ? AND ordinal > ? AND ordinal <= ?",
                (FROM_LISTING, first - PAGE_STRIDE, first),
            )
        }
        if before:
            self.is_news = False
            if before != {record.resource.id for record in self._listing.records}:
                note_edit(db)


def _begin_pass(db: sqlite3.Connection) -> int:
    """The number of the pass that is being read, counted from 1."""
    again = db.execute("SELECT value FROM fact WHERE name = 'read again'").fetchone()
    number = 1 + (int(again[0]) if again else 0)
    fact = ("tests pass", str(number))
    if db.execute("SELECT 1 FROM fact WHERE name = ? AND value = ?", fact).fetchone() is None:
        # The lists of single suites are of the pass before.
        db.execute("DELETE FROM page WHERE listing LIKE 'tests of %'")
        db.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", fact)
    return number
