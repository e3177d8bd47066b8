"""What is found by ID only after the first reading, which is nearly all of the work.

An index that grows at random while rows come is written over and over: with a million tests it
costs more than they do. Made at once, it is sorted first.
"""

import sqlite3
from typing import Final

__all__ = ("index_listers", "index_names", "index_suite_places", "index_test_places", "index_tests")

_TESTS: Final = "CREATE UNIQUE INDEX IF NOT EXISTS test_id ON test (id, rank)"
_OUTDONE: Final = """
DELETE FROM test WHERE rowid NOT IN (SELECT max(rowid) FROM test GROUP BY id, rank)
"""


def index_tests(db: sqlite3.Connection) -> None:
    """Let each test have one answer of each rank, the last one, from now on too.

    Before that, a test that came twice, since a listing shifted or was read again, stands there
    twice.
    """
    try:
        db.execute(_TESTS)
    except sqlite3.IntegrityError:
        db.execute(_OUTDONE)
        db.execute(_TESTS)


def index_names(db: sqlite3.Connection) -> None:
    """For whoever looks for the suites that name a test."""
    db.execute("CREATE INDEX IF NOT EXISTS named_id ON named (id)")


def index_listers(db: sqlite3.Connection) -> None:
    """For whoever looks for the suites that came along with another one."""
    db.execute("CREATE INDEX IF NOT EXISTS suite_lister ON suite (lister)")


def index_suite_places(db: sqlite3.Connection) -> None:
    """For whoever looks for the suites that stood on a page of their listing."""
    db.execute("CREATE INDEX IF NOT EXISTS suite_place ON suite (ordinal, rank)")


def index_test_places(db: sqlite3.Connection) -> None:
    """For whoever looks for the tests that stood on a page of their listing."""
    db.execute("CREATE INDEX IF NOT EXISTS test_place ON test (ordinal, rank)")
