"""What changes in the journal where a suite is not asked: operations for `Journal.write`."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import Final

from crawler.engine.journal import Operation
from crawler.engine.journal_named import Named, note_named
from crawler.engine.journal_schema import OF_ITS_OWN, sealed

__all__ = ("distrusted", "forget_reused", "nights_counted", "reused", "stood_in")

#: Ranks as in the journal's tables: 0 came with the suite, 1 from a listing, 2 is a suite's own.
_FROM_KEPT: Final = (
    """
    INSERT OR REPLACE INTO main.suite SELECT * FROM kept.suite
    WHERE rank = 2 AND id IN (SELECT value FROM json_each(?))
    """,
    """
    INSERT OR REPLACE INTO main.suite SELECT * FROM kept.suite
    WHERE rank = 0 AND lister IN (SELECT value FROM json_each(?))
    """,
    """
    INSERT OR REPLACE INTO main.child SELECT * FROM kept.child
    WHERE parent IN (SELECT value FROM json_each(?))
    """,
    "DELETE FROM main.named WHERE lister IN (SELECT value FROM json_each(?))",
    """
    INSERT INTO main.named SELECT * FROM kept.named
    WHERE lister IN (SELECT value FROM json_each(?))
    """,
    """
    INSERT OR REPLACE INTO main.told SELECT * FROM kept.told
    WHERE lister IN (SELECT value FROM json_each(?))
    """,
    "INSERT OR IGNORE INTO main.reused SELECT value FROM json_each(?)",
)
_NAMED_TESTS: Final = """
    SELECT lister, ordinal, id FROM main.named
    WHERE lister IN (SELECT value FROM json_each(?)) ORDER BY lister, ordinal
"""
_LISTED_SUITES: Final = """
    SELECT id, parent, parent_known, is_root, position, test_count FROM main.suite
    WHERE rank = 1 AND id IN (SELECT value FROM json_each(?))
"""
_LISTED_CHILDREN: Final = """
    SELECT id, parent FROM main.suite
    WHERE rank = 1 AND parent IN (SELECT value FROM json_each(?)) ORDER BY parent, ordinal, id
"""
_LISTED_TESTS: Final = """
    SELECT suite, id FROM main.test
    WHERE rank = 1 AND suite IN (SELECT value FROM json_each(?)) ORDER BY suite, ordinal, id
"""
_FORGET: Final = (
    "DELETE FROM main.named WHERE lister IN (SELECT id FROM main.reused)",
    "DELETE FROM main.told WHERE lister IN (SELECT id FROM main.reused)",
    "DELETE FROM main.suite WHERE rank = 0 AND lister IN (SELECT id FROM main.reused)",
    "DELETE FROM main.child WHERE parent IN (SELECT id FROM main.reused)",
    "DELETE FROM main.suite WHERE rank = 2 AND id IN (SELECT id FROM main.reused)",
    "DELETE FROM main.reused",
)
_SUITE: Final = "INSERT OR REPLACE INTO main.suite VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


def reused(suites: Iterable[str], after_runs: Iterable[str]) -> Operation:
    """The kept answers of these suites count; of the tests in some only what the listing says."""
    chosen, bare = json.dumps(list(suites)), json.dumps(list(after_runs))

    def operation(db: sqlite3.Connection) -> None:
        for statement in _FROM_KEPT:
            db.execute(statement, (chosen,))
        rows = db.execute(_NAMED_TESTS, (bare,)).fetchall()
        for lister, named in groupby(rows, key=itemgetter(0)):
            note_named(db, lister, [Named(*row[1:]) for row in named])

    return operation


def stood_in(suites: Iterable[str]) -> Operation:
    """The listings' rows stand for the answers of these suites, and name what they hold."""
    chosen = json.dumps(list(suites))

    def operation(db: sqlite3.Connection) -> None:
        children, tests = (
            db.execute(query, (chosen,)).fetchall() for query in (_LISTED_CHILDREN, _LISTED_TESTS)
        )
        lists = Counter(owner for _, owner in children) + Counter(owner for owner, _ in tests)
        suites = [
            sealed(identity, OF_ITS_OWN, "", 0, *facts, lists[identity], None)
            for identity, *facts in db.execute(_LISTED_SUITES, (chosen,)).fetchall()
        ]
        db.executemany(_SUITE, suites)
        db.executemany(
            "INSERT OR REPLACE INTO main.child VALUES (?, ?, ?, ?)",
            [sealed(owner, identity, at) for at, (identity, owner) in enumerate(children)],
        )
        for owner, rows in groupby(tests, key=itemgetter(0)):
            named = [Named(at, identity) for at, (_, identity) in enumerate(rows)]
            note_named(db, owner, named)
        db.execute(_FROM_KEPT[-1], (chosen,))

    return operation


def forget_reused(db: sqlite3.Connection) -> None:
    """Whatever was not asked for itself counts no more."""
    for statement in _FORGET:
        db.execute(statement)


def distrusted(db: sqlite3.Connection) -> None:
    """The listings were found to hide a change: this crawl asks every suite, also when resumed."""
    forget_reused(db)
    db.execute("INSERT OR REPLACE INTO main.fact VALUES ('distrusted', '1')")


def nights_counted(nights: int) -> Operation:
    """So many crawls, this one included, have gone by since all suites were asked."""

    def operation(db: sqlite3.Connection) -> None:
        db.execute("INSERT OR REPLACE INTO main.fact VALUES ('nights', ?)", (str(nights),))

    return operation
