"""Whole answers that the server has named, kept from one crawl to the next."""

import sqlite3
import zlib

from crawler.engine.journal import Journal
from crawler.engine.journal_schema import sealed

__all__ = ("Answers",)

_FASTEST = 1


class Answers:
    """The answers in a journal; with `recalls` those of the kept one are there to build on."""

    def __init__(self, journal: Journal, *, recalls: bool) -> None:
        self._journal = journal
        self._recalls = recalls

    async def recall(self, target: str) -> tuple[str, bytes] | None:
        """(name, body) of the kept answer to a request; raises `LocalError` if it is unreadable."""
        if not self._recalls:
            return None
        found: list[tuple[str, bytes]] = []

        def operation(db: sqlite3.Connection) -> None:
            query = "SELECT etag, body FROM kept.answer WHERE target = ?"
            found.extend(db.execute(query, (target,)))

        await self._journal.write(operation)  # among the writes: nothing else may read meanwhile
        return next(((etag, zlib.decompress(body)) for etag, body in found), None)

    async def note(self, target: str, etag: str, body: bytes) -> None:
        """Keep an answer for the next crawl; raises `LocalError` if the disk refuses."""
        row = sealed(target, etag, zlib.compress(body, _FASTEST))

        def operation(db: sqlite3.Connection) -> None:
            db.execute("INSERT OR REPLACE INTO main.answer VALUES (?, ?, ?, ?)", row)

        await self._journal.write(operation)
