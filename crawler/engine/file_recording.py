"""Which files are stored already, as the journal notes it, so that none is fetched twice."""

import sqlite3
from typing import NamedTuple

from crawler.engine.journal import Journal, Operation
from crawler.engine.journal_schema import sealed

__all__ = ("FileNote", "file_notes", "file_stored")


class FileNote(NamedTuple):
    """A file that was fetched; `address` has no signature, `size` is in bytes, `type` is MIME."""

    address: str
    sha256: str
    size: int
    type: str


def file_stored(note: FileNote) -> Operation:
    """A file is in its place."""

    def operation(db: sqlite3.Connection) -> None:
        db.execute("INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?, ?)", sealed(*note))

    return operation


def file_notes(journal: Journal) -> dict[str, FileNote]:
    """All that are noted, by address."""
    rows = journal.query("SELECT address, sha256, size, type FROM file ORDER BY address")
    return {row[0]: FileNote(*row) for row in rows}
