"""Is what a journal holds what was once written? Asked before a run goes on from it.

SQLite notices a page that is broken, not a bit that flipped inside of a value or a row that is
gone. So every row has a checksum, and every suite says how many rows belong to it.
"""

import sqlite3
from collections.abc import Mapping
from typing import Final

from crawler.engine.journal_files import DamageError
from crawler.engine.journal_named import are_sound
from crawler.engine.journal_schema import seal

__all__ = ("check_content", "facts_seal")

_COLUMNS: Final = {
    "page": "listing, number, pages, rows",
    "suite": "id, rank, lister, ordinal, parent, parent_known, is_root, position, test_count,"
    " lists, body",
    "child": "parent, id, ordinal",
    "skeleton": "id, parent, ordinal, test_count, title",
    "section_row": "name, kind, owner, variant, ordinal, id, body",
    "section_page": "name, kind, owner, variant, number, pages, rows, ids",
    "answer": "target, etag, body",
    "file": "address, sha256, size, type",
    "test": "id, rank, ordinal, suite, position, has_examples, body",
    "told": "lister, names, bodies",
}

_INCOMPLETE_SUITES: Final = """
WITH counted AS (
    SELECT owner, count(*) AS rows FROM (
        SELECT parent AS owner FROM child UNION ALL SELECT lister FROM named
    ) GROUP BY owner
)
SELECT 1 FROM suite LEFT JOIN counted ON owner = suite.id
WHERE suite.rank = 2 AND suite.lists <> coalesce(rows, 0) LIMIT 1
"""
_STRAY_LISTERS: Final = """
SELECT 1 FROM (SELECT parent AS owner FROM child UNION SELECT lister FROM named)
WHERE owner NOT IN (SELECT id FROM suite WHERE rank = 2) LIMIT 1
"""


def check_content(connection: sqlite3.Connection, facts: Mapping[str, str]) -> None:
    """Raises `DamageError`, or another `sqlite3.Error`, if anything is not as it was written."""
    findings = connection.execute("PRAGMA integrity_check(1)").fetchall()
    if findings != [("ok",)]:
        raise DamageError(str(findings[0][0]).splitlines()[-1])
    if facts.get("seal") != facts_seal(facts):
        raise DamageError("its head does not add up")
    connection.create_function("seal", -1, seal, deterministic=True)
    for table, columns in _COLUMNS.items():
        query = f"SELECT 1 FROM {table} WHERE seal IS NOT seal({columns}) LIMIT 1"  # noqa: S608
        if connection.execute(query).fetchone():
            raise DamageError(f"a {table} does not add up")
    if not are_sound(connection):
        raise DamageError("the tests of a suite do not add up")
    for query in (_INCOMPLETE_SUITES, _STRAY_LISTERS):
        if connection.execute(query).fetchone():
            raise DamageError("a part of a suite is missing")


def facts_seal(facts: Mapping[str, str]) -> str:
    """The checksum of what tells whose journal this is, and how old."""
    names = ("version", "server", "project", "account", "selection", "started")
    return str(seal(*(facts.get(name) for name in names)))
