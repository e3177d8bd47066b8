"""What each page of a section changes in the journal, as operations for `Journal.write`."""

import sqlite3
from typing import Final
from zlib import crc32

from crawler.engine.journal import Operation
from crawler.engine.journal_schema import encode, sealed
from crawler.engine.recording import PAGE_STRIDE
from crawler.model import GapReason, Listing, Resource, SectionListing

__all__ = ("NOT_OFFERED", "ids_sum", "section_failed", "section_page_answered", "sections_resumed")

NOT_OFFERED: Final = -1
"""Rows of a page of a list that the server does not know."""

_LIST: Final = "name = ? AND kind = ? AND owner = ? AND variant = ?"


def ids_sum(ids: tuple[str, ...]) -> int:
    """A checksum that differs if other items stand on a page, or in another order."""
    return crc32("\n".join(ids).encode("utf-8", "surrogatepass"))


def section_page_answered(
    listing: SectionListing, page: int, found: Listing[Resource] | None
) -> Operation:
    """A page of a list, in the place of what was there; `None`: the server knows no such list."""
    key = _key(listing)
    records = () if found is None else found.records
    start = page * PAGE_STRIDE
    rows = [
        sealed(*key, start + index, record.id, encode(record))
        for index, record in enumerate(records)
    ]
    number = NOT_OFFERED if found is None and page == 1 else len(records)
    pages = None if found is None else found.pages
    ids = ids_sum(tuple(record.id for record in records))

    def operation(db: sqlite3.Connection) -> None:
        # Beyond the end there is nothing, whatever an earlier reading found there.
        last = page if not records else pages
        beyond = None if last is None else (last + 1) * PAGE_STRIDE
        db.execute(
            f"DELETE FROM section_row WHERE {_LIST} AND"  # noqa: S608
            " (ordinal >= ? AND ordinal < ? OR ordinal >= ?)",
            (*key, start, start + PAGE_STRIDE, beyond),
        )
        db.execute(
            f"DELETE FROM section_page WHERE {_LIST} AND number > ?",  # noqa: S608
            (*key, last),
        )
        db.executemany("INSERT INTO section_row VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        db.execute(
            "INSERT OR REPLACE INTO section_page VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            sealed(*key, page, pages, number, ids),
        )
        _forgive(db, listing, page)

    return operation


def section_failed(listing: SectionListing, page: int, reason: GapReason, detail: str) -> Operation:
    """A page could not be fetched."""

    def operation(db: sqlite3.Connection) -> None:
        _forgive(db, listing, page)
        db.execute(
            "INSERT INTO section_failure VALUES (?, ?, ?, ?, ?, ?, ?)",
            (*_key(listing), page, reason.name, detail),
        )

    return operation


def sections_resumed(db: sqlite3.Connection) -> None:
    """An earlier run's pages are used again: what it could not get is asked for once more."""
    db.execute("DELETE FROM section_failure")
    db.execute("DELETE FROM section_page WHERE rows = ?", (NOT_OFFERED,))


def _forgive(db: sqlite3.Connection, listing: SectionListing, page: int) -> None:
    db.execute(
        f"DELETE FROM section_failure WHERE {_LIST} AND number = ?",  # noqa: S608
        (*_key(listing), page),
    )


def _key(listing: SectionListing) -> tuple[str, str, str, int]:
    return listing.section.value, listing.kind, listing.owner, listing.variant
