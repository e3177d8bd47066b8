"""What a restore has written, kept in SQLite as it goes, so that a killed one doubles nothing.

Each item is noted before it is sent and again when its new ID is known; one that was sent and has
no ID is looked for before it is sent again. Writes are grouped: whatever waits while a transaction
runs goes into the next one, in a thread. Each is synced to the disk, since a note that a power cut
takes back would be a second test on the server. The file is locked for as long as it is open.
"""

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread

from crawler.errors import LocalError, SnapshotError
from crawler.restore.ledger_file import attach, in_words, settle
from crawler.restore.links import Reference
from crawler.restore.planning import Item
from crawler.snapshot.document import NodeKind

__all__ = ("Entry", "Ledger", "State")


class State(IntEnum):
    """How far an item is; the numbers are stored."""

    TODO = 0
    SENT = 1
    """It may have been created, but nobody knows its ID."""
    MADE = 2
    """It has its ID; labels and rows may be missing."""
    DONE = 3
    MATCHED = 4
    """It was there before, and is to be brought to the snapshot's content."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One item's row; `unlinked`: its text names something that had no ID yet."""

    state: State = State.TODO
    new: str | None = None
    unlinked: bool = False


@dataclass(slots=True, eq=False)
class _Note:
    sql: str
    values: tuple[Any, ...]
    written: bool = False
    error: Exception | None = None


class Ledger:
    """One restore's notes in one file.

    `resumed` tells whether an earlier run's are in it, `closed` whether it was let go of.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self.resumed = False
        self.closed = False
        self._connection = connection
        self._guard = threading.Lock()
        self._turn = anyio.Lock()
        self._notes: list[_Note] = []

    @classmethod
    def open(cls, path: Path, facts: Mapping[str, str], *, fresh: bool = False) -> "Ledger":
        """Open or create the ledger at `path` for the restore that `facts` tell apart from others.

        Raises:
            LocalError: if another run holds it, it cannot be used, or it is that of another
                restore that was not finished, unless `fresh`, which forgets that one.
        """
        with in_words(path):
            connection = attach(path)
            try:
                ledger = cls(path, connection)
                ledger.resumed = settle(connection, path, facts, fresh=fresh)
            except BaseException:
                connection.close()
                raise
        return ledger

    def enroll(self, items: Iterable[Item]) -> None:
        """Note all items of the snapshot as still to be written.

        Raises `SnapshotError` if an ID stands in it twice: nothing could tell the two apart.
        """
        rows = ((each.number, each.kind, each.old, State.TODO, None, 0) for each in items)
        with self._transaction() as db:
            try:
                db.executemany("INSERT INTO item VALUES (?, ?, ?, ?, ?, ?)", rows)
            except sqlite3.IntegrityError as error:
                raise SnapshotError(
                    "The snapshot holds an ID twice, so it cannot be restored.",
                    hint="'testomat-crawler verify' names it.",
                ) from error
            db.execute("INSERT OR REPLACE INTO fact VALUES ('enrolled', 'yes')")

    def fact(self, name: str) -> str | None:
        """A fact that was noted."""
        row = self._one("SELECT value FROM fact WHERE name = ?", name)
        return row[0] if row else None

    def forget(self, facts: Mapping[str, str]) -> None:
        """Start over: nothing is written, and nothing is known of the project."""
        with self._guard, in_words(self.path):
            settle(self._connection, self.path, facts, fresh=True)
        self.resumed = False

    def begun(self) -> bool:
        """Whether anything may be on the server that was not there before this restore."""
        sql = (
            "SELECT 1 FROM item WHERE state IN (?, ?)"
            " OR (new IS NOT NULL AND new NOT IN (SELECT id FROM present)) LIMIT 1"
        )
        return self._one(sql, State.SENT, State.MADE) is not None

    def written(self) -> int:
        """How many items are on the server, by this restore or from before."""
        row = self._one("SELECT count(*) FROM item WHERE new IS NOT NULL")
        return int(row[0]) if row else 0

    def entries(self, first: int, last: int) -> dict[int, Entry]:
        """The rows of the items from number `first` to number `last`."""
        sql = "SELECT number, state, new, unlinked FROM item WHERE number BETWEEN ? AND ?"
        return {n: Entry(State(s), new, bool(u)) for n, s, new, u in self.rows(sql, first, last)}

    def new_ids(self, references: Iterable[Reference]) -> dict[Reference, str | None]:
        """The new IDs of those that the snapshot holds; `None`: not written yet."""
        found: dict[Reference, str | None] = {}
        for kind, old in references:
            row = self._one("SELECT new FROM item WHERE kind = ? AND old = ?", kind, old)
            if row:
                found[kind, old] = row[0]
        return found

    def is_known(self, new: str) -> bool:
        """Whether something on the server belongs to an item already, or was there before us."""
        sql = (
            "SELECT 1 FROM item WHERE new = ?1 UNION ALL SELECT 1 FROM present WHERE id = ?1"
            " AND taken = 0"
        )
        return self._one(sql, new) is not None

    def belongs(self, new: str) -> bool:
        """Whether something on the server belongs to an item already."""
        return self._one("SELECT 1 FROM item WHERE new = ?", new) is not None

    def count(self, *states: State, kind: NodeKind | None = None) -> int:
        """How many items are in one of these states."""
        marks = ", ".join("?" * len(states))
        sql = f"SELECT count(*) FROM item WHERE state IN ({marks}) AND kind = coalesce(?, kind)"  # noqa: S608
        row = self._one(sql, *states, kind)
        return int(row[0]) if row else 0

    def unlinked(self) -> int:
        """How many texts name something that had no new ID when they were written."""
        row = self._one("SELECT count(*) FROM item WHERE unlinked = 1 AND new IS NOT NULL")
        return int(row[0]) if row else 0

    def id_map(self, kind: NodeKind) -> Iterator[tuple[str, str]]:
        """(old ID, new ID) of every item of a kind that is on the server."""
        sql = "SELECT old, new FROM item WHERE kind = ? AND new IS NOT NULL ORDER BY number"
        yield from self.rows(sql, kind)

    @contextmanager
    def matching(self) -> Iterator[sqlite3.Cursor]:
        """A transaction in which items are matched with what is there."""
        with self._transaction() as db:
            yield db.cursor()

    async def sent(self, number: int) -> None:
        """Note that an item is about to be sent."""
        await self.note("UPDATE item SET state = ? WHERE number = ?", State.SENT, number)

    async def not_sent(self, number: int) -> None:
        """Note that the server refused the item, so it is not there."""
        await self.note("UPDATE item SET state = ? WHERE number = ?", State.TODO, number)

    async def made(self, number: int, new: str, *, state: State, unlinked: bool) -> None:
        """Note the new ID of an item."""
        sql = "UPDATE item SET state = ?, new = ?, unlinked = ? WHERE number = ?"
        await self.note(sql, state, new, int(unlinked), number)

    async def done(self, number: int) -> None:
        """Note that an item is there with all that belongs to it."""
        await self.note("UPDATE item SET state = ? WHERE number = ?", State.DONE, number)

    async def linked(self, number: int) -> None:
        """Note that the text of an item names new IDs."""
        await self.note("UPDATE item SET unlinked = 0 WHERE number = ?", number)

    async def note(self, sql: str, *values: Any) -> None:
        """Write to the notes, together with whatever else waits to be written."""
        note = _Note(sql, values)
        # Shielded: what the server did is noted even while the restore is being stopped.
        with anyio.CancelScope(shield=True):
            self._notes.append(note)
            async with self._turn:
                if not note.written:
                    batch, self._notes = self._notes, []
                    await anyio.to_thread.run_sync(self._commit, batch)
        if note.error is not None:
            raise note.error

    def _commit(self, batch: list[_Note]) -> None:
        try:
            with self._transaction() as db:
                for note in batch:
                    db.execute(note.sql, note.values)
        except Exception as error:  # noqa: BLE001  those who wait for it get it
            for note in batch:
                note.error = error
        for note in batch:
            note.written = True

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._guard, in_words(self.path):
            self._connection.execute("BEGIN")
            try:
                yield self._connection
            except BaseException:
                with suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def rows(self, sql: str, *values: Any) -> list[Any]:
        """What a query finds."""
        with self._guard, in_words(self.path):
            return self._connection.execute(sql, values).fetchall()

    def _one(self, sql: str, *values: Any) -> tuple[Any, ...] | None:
        with self._guard, in_words(self.path):
            row: tuple[Any, ...] | None = self._connection.execute(sql, values).fetchone()
            return row

    def close(self) -> None:
        """Let go of the file; the notes stay for the next run."""
        self.closed = True
        with suppress(sqlite3.Error):
            self._connection.close()

    def remove(self) -> None:
        """Close and delete: nothing is left that a later run could go on with."""
        self.close()
        try:
            for suffix in ("", "-wal", "-shm"):
                self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
        except OSError as error:
            raise LocalError.from_os_error("delete the finished state", self.path, error) from error
