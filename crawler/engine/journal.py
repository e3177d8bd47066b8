"""What a crawl has fetched, kept in SQLite as it comes, so that a killed run goes on.

Writes are grouped: whatever has come while the last transaction ran goes into the next one, in a
thread. A caller's `await` ends when its rows are written, so what was acknowledged is never lost
with the process. (A loss of power may take the last transactions: they are not synced one by one.)

Bodies live here and not in memory. The database is locked for as long as it is open; the lock goes
with the process, however that ends.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from crawler.engine.journal_check import check_content, facts_seal
from crawler.engine.journal_files import (
    is_damage,
    local_error,
    remove_files,
    set_aside,
)
from crawler.engine.journal_identity import Identity, foreign
from crawler.engine.journal_schema import SCHEMA, SCHEMA_VERSION, Row
from crawler.engine.journal_writer import JournalWriter, Operation
from crawler.errors import LocalError
from crawler.private_database import create_private, open_locked, remove_folders

__all__ = ("Identity", "Journal", "Operation")


class Journal:
    """One project's answers in one file.

    `resumed` tells whether an earlier run's answers are in it; `notes` are sentences for the user
    on what became of an older state that was not used. `folders_made` were made for it, the
    innermost first.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self.resumed = False
        self.notes: list[str] = []
        self._connection = connection
        self.folders_made: tuple[Path, ...] = ()
        self._writer = JournalWriter(path, connection)

    @classmethod
    def open(
        cls,
        path: Path,
        identity: Identity,
        *,
        now: datetime,
        max_age: timedelta | None = None,
        fresh: bool = False,
    ) -> "Journal":
        """Open or create the journal at `path`.

        State that is damaged is set aside; state of another version or identity, older than
        `max_age`, or any if `fresh`, is deleted. Raises `LocalError` if another run holds it or
        the file cannot be used.
        """
        made = create_private(path)
        journal = cls._usable(path, _Settling(identity, now, max_age, fresh))
        journal.folders_made = made
        return journal

    @classmethod
    def _usable(cls, path: Path, settle: "_Settling") -> "Journal":
        """The journal at `path`, or a new one in the place of one that is damaged."""
        try:
            return cls._opened(path, settle)
        except UnicodeDecodeError as error:  # from a message of SQLite's that quotes garbage
            note = set_aside(path, error)
        except sqlite3.Error as error:
            if not is_damage(error):
                raise local_error(path, error) from error
            note = set_aside(path, error)
        try:
            journal = cls._opened(path, settle)
        except sqlite3.Error as error:
            raise local_error(path, error) from error
        journal.notes.insert(0, note)
        return journal

    @classmethod
    def _opened(cls, path: Path, settle: "_Settling") -> "Journal":
        journal = cls(path, open_locked(path, synchronous="NORMAL"))
        try:
            journal._settle(settle)
        except BaseException:
            journal.close()
            raise
        return journal

    def _settle(self, wanted: "_Settling") -> None:
        facts = self._facts()
        reason = wanted.unfit(facts) if facts else ""
        if facts and not reason:
            check_content(self._connection, facts)
            self.resumed = True
            return
        if reason:
            self.notes.append(f"Saved progress is not used: {reason}.")
        self._reset(wanted.identity, wanted.now)

    def _facts(self) -> dict[str, str]:
        tables = "SELECT count(*) FROM sqlite_schema WHERE name = 'fact'"
        if self._connection.execute(tables).fetchone() == (0,):
            return {}  # a new file has no tables yet
        return dict(self._connection.execute("SELECT name, value FROM fact"))

    def _reset(self, identity: Identity, now: datetime) -> None:
        db = self._connection
        tables = db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        db.execute("BEGIN")
        for (name,) in tables:
            db.execute(f'DROP TABLE "{name}"')
        for statement in SCHEMA.split(";"):
            db.execute(statement)
        facts = {
            "version": SCHEMA_VERSION,
            "server": identity.server,
            "project": identity.project,
            "account": identity.account,
            "selection": identity.selection,
            "started": now.isoformat(),
        }
        facts["seal"] = facts_seal(facts)
        db.executemany("INSERT INTO fact VALUES (?, ?)", facts.items())
        db.execute("COMMIT")

    @property
    def seconds(self) -> float:
        """How long writing took so far."""
        return self._writer.seconds

    def writing(self) -> AbstractAsyncContextManager[None]:
        """While this is open, `write` works; leaving it writes what still waits."""
        return self._writer.writing()

    async def write(self, operation: Operation) -> None:
        """Run `operation` in the next transaction; returns when that is written.

        Raises `LocalError` if the disk or the database refuses. Not to be cancelled half-way:
        what came from the server is written even while the crawl is being stopped.
        """
        await self._writer.write(operation)

    def write_now(self, operation: Operation) -> None:
        """As `write`, at once, by one caller at a time, while nothing else is written.

        Raises `LocalError` if the disk or the database refuses.
        """
        self._writer.write_now(operation)

    def query(self, sql: str, parameters: Iterable[Any] = ()) -> Iterator[Row]:
        """The rows of a query, as they are read. Not to be used while something is written."""
        try:
            # Not `yield from`: whoever stops half-way would have a cursor closed for him, which
            # complains if the database was closed before.
            for row in self._connection.execute(sql, tuple(parameters)):  # noqa: UP028
                yield row
        except sqlite3.Error as error:
            raise local_error(self.path, error) from error

    def execute(self, sql: str, parameters: Iterable[Any] = ()) -> None:
        """Run one statement at once; for temporary tables."""
        for _ in self.query(sql, parameters):
            pass

    def has_answers(self) -> bool:
        """Something was fetched that a later run can go on from."""
        tables = ("suite", "test", "section_page")
        query = " UNION ALL ".join(f"SELECT 1 FROM {name}" for name in tables)  # noqa: S608
        try:
            return any(True for _ in self.query(query))
        except LocalError:
            return True  # not readable now is no reason to throw it away

    def close(self) -> None:
        """Let go of the file; the answers stay for the next run."""
        with suppress(sqlite3.Error):
            self._connection.close()

    def remove(self) -> None:
        """Close and delete, with the folders made for it: nobody needs this any more.

        Raises `LocalError` if that is not possible: it would be taken for an unfinished crawl.
        """
        self.close()
        remove_files(self.path)
        remove_folders(self.folders_made)


@dataclass(frozen=True, slots=True)
class _Settling:
    """Which state a run would go on from."""

    identity: Identity
    now: datetime
    max_age: timedelta | None
    fresh: bool

    def unfit(self, facts: dict[str, str]) -> str:
        """Why not from this one; empty if nothing speaks against it."""
        if self.fresh:
            return "a fresh start was asked for"
        if reason := foreign(facts, self.identity):
            return reason
        if self.max_age is not None and not _is_recent(facts, self.now, self.max_age):
            return f"it is older than {self.max_age.total_seconds() / 3600:g} hours"
        return ""


def _is_recent(facts: dict[str, str], now: datetime, max_age: timedelta) -> bool:
    try:
        age = now - datetime.fromisoformat(facts.get("started", ""))
    except (ValueError, TypeError):
        return False
    # A clock that was set back leaves state "from the future": its age is unknown.
    return timedelta(0) <= age <= max_age
