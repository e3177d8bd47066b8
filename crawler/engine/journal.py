"""What a crawl has fetched, kept in SQLite as it comes, so that a killed run goes on.

Writes are grouped: whatever has come while the last transaction ran goes into the next one, in a
thread. A caller's `await` ends when its rows are written, so what was acknowledged is never lost
with the process. (A loss of power may take the last transactions: they are not synced one by one.)

Bodies live here and not in memory. The database is locked for as long as it is open; the lock goes
with the process, however that ends.
"""

import os
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream

from crawler.engine.journal_schema import SCHEMA, SCHEMA_VERSION, Row
from crawler.errors import LocalError

__all__ = ("Identity", "Journal", "Operation")

Operation = Callable[[sqlite3.Connection], object]


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose answers a journal holds; another identity's journal is not used.

    `account` is a fingerprint of the credentials, never one of them.
    """

    server: str
    project: str
    account: str


@dataclass(slots=True, eq=False)
class _Pending:
    operation: Operation
    done: anyio.Event = field(default_factory=anyio.Event)
    error: LocalError | None = None


class Journal:
    """One project's answers in one file.

    `resumed` tells whether an earlier run's answers are in it; `notes` are sentences for the user
    on what became of an older state that was not used.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self.resumed = False
        self.notes: list[str] = []
        self._connection = connection
        self._send, self._receive = anyio.create_memory_object_stream[_Pending](1024)

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
        _create_private(path)
        notes: list[str] = []
        try:
            journal = cls._attach(path)
        except sqlite3.Error as error:
            if _is_locked(error):
                raise _locked(path) from error
            notes.append(_set_aside(path, error))
            journal = cls._attach(path)
        try:
            journal._settle(identity, now, max_age, fresh=fresh)  # noqa: SLF001  its own class
        except BaseException:
            journal.close()
            raise
        journal.notes[:0] = notes
        return journal

    @classmethod
    def _attach(cls, path: Path) -> "Journal":
        connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
        try:
            # Exclusive before WAL: SQLite then needs no shared memory file, and any second
            # process is refused at its first access (https://www.sqlite.org/wal.html#noshm).
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("BEGIN IMMEDIATE")
            _check(connection)
            connection.execute("COMMIT")
        except BaseException:
            connection.close()
            raise
        return cls(path, connection)

    def _settle(
        self, identity: Identity, now: datetime, max_age: timedelta | None, *, fresh: bool
    ) -> None:
        facts = self._facts()
        reason = "" if not facts else _unfit(facts, identity, now, max_age, fresh=fresh)
        if facts and not reason:
            self.resumed = True
            return
        if reason:
            self.notes.append(f"Saved progress is not used: {reason}.")
        self._reset(identity, now)

    def _facts(self) -> dict[str, str]:
        try:
            return dict(self._connection.execute("SELECT name, value FROM fact"))
        except sqlite3.OperationalError:
            return {}  # a new file has no tables yet

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
            "started": now.isoformat(),
        }
        db.executemany("INSERT INTO fact VALUES (?, ?)", facts.items())
        db.execute("COMMIT")

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[None]:
        """While this is open, `write` works; leaving it writes what still waits."""
        async with anyio.create_task_group() as group:
            group.start_soon(self._serve)
            try:
                yield
            finally:
                self._send.close()

    async def write(self, operation: Operation) -> None:
        """Run `operation` in the next transaction; returns when that is written.

        Raises `LocalError` if the disk or the database refuses. Not to be cancelled half-way:
        what came from the server is written even while the crawl is being stopped.
        """
        pending = _Pending(operation)
        with anyio.CancelScope(shield=True):
            await self._send.send(pending)
            await pending.done.wait()
        if pending.error is not None:
            raise pending.error

    async def _serve(self) -> None:
        # Shielded: whoever waits in `write` is shielded too and must not wait for ever. It ends
        # when the stream is closed, which the context manager above does however it is left.
        with anyio.CancelScope(shield=True):
            async with self._receive:
                async for first in self._receive:
                    batch = [first, *_drain(self._receive)]
                    await anyio.to_thread.run_sync(self._commit, batch)
                    for pending in batch:
                        pending.done.set()

    def _commit(self, batch: list[_Pending]) -> None:
        try:
            self._connection.execute("BEGIN")
            for pending in batch:
                pending.operation(self._connection)
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            with suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
            for pending in batch:
                pending.error = _local_error(self.path, error)

    def query(self, sql: str, parameters: Iterable[Any] = ()) -> Iterator[Row]:
        """The rows of a query, as they are read. Not to be used while something is written."""
        try:
            yield from self._connection.execute(sql, tuple(parameters))
        except sqlite3.Error as error:
            raise _local_error(self.path, error) from error

    def execute(self, sql: str, parameters: Iterable[Any] = ()) -> None:
        """Run one statement at once; for temporary tables."""
        for _ in self.query(sql, parameters):
            pass

    def has_answers(self) -> bool:
        """Something was fetched that a later run can go on from."""
        try:
            return any(True for _ in self.query("SELECT 1 FROM suite UNION ALL SELECT 1 FROM test"))
        except LocalError:
            return True  # not readable now is no reason to throw it away

    def close(self) -> None:
        """Let go of the file; the answers stay for the next run."""
        self._send.close()
        self._receive.close()
        with suppress(sqlite3.Error):
            self._connection.close()

    def remove(self) -> None:
        """Close and delete: the snapshot is written, nobody needs this any more."""
        self.close()
        for path in _files(self.path):
            path.unlink(missing_ok=True)


def _unfit(
    facts: dict[str, str],
    identity: Identity,
    now: datetime,
    max_age: timedelta | None,
    *,
    fresh: bool,
) -> str:
    started = facts.get("started", "")
    if fresh:
        return "a fresh start was asked for"
    if facts.get("version") != SCHEMA_VERSION:
        return "it was written by another version of this program"
    if (facts.get("server"), facts.get("project")) != (identity.server, identity.project):
        return "it belongs to another project"
    if facts.get("account") != identity.account:
        return "it belongs to another account"
    if max_age is not None and not _is_recent(started, now, max_age):
        return f"it is older than {max_age.total_seconds() / 3600:g} hours"
    return ""


def _is_recent(started: str, now: datetime, max_age: timedelta) -> bool:
    try:
        age = now - datetime.fromisoformat(started)
    except (ValueError, TypeError):
        return False
    # A clock that was set back leaves state "from the future": its age is unknown.
    return timedelta(0) <= age <= max_age


def _drain(receive: MemoryObjectReceiveStream[_Pending]) -> Iterator[_Pending]:
    with suppress(anyio.WouldBlock, anyio.EndOfStream):
        while True:
            yield receive.receive_nowait()


def _check(connection: sqlite3.Connection) -> None:
    findings = connection.execute("PRAGMA quick_check(1)").fetchall()
    if findings != [("ok",)]:
        raise sqlite3.DatabaseError(str(findings[0][0]).splitlines()[-1])


def _create_private(path: Path) -> None:
    """The file and its folder for this user alone: answers may hold what others must not read."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise LocalError.from_os_error("use the state file", path, error) from error


def _files(path: Path) -> tuple[Path, ...]:
    return (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm"))


def _set_aside(path: Path, error: sqlite3.Error) -> str:
    aside = path.with_name(path.name + ".damaged")
    try:
        path.replace(aside)
        for leftover in _files(path)[1:]:
            leftover.unlink(missing_ok=True)
        _create_private(path)
    except OSError as failure:
        raise LocalError.from_os_error("set aside the damaged state", path, failure) from failure
    return f"Saved progress was damaged ({error}) and is set aside as {aside}."


def _is_locked(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorcode", None) in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def _locked(path: Path) -> LocalError:
    return LocalError(
        f"Another run is using the saved progress of this project ({path}).",
        hint="Wait for it to end, or give this one a folder of its own with --state.",
    )


def _local_error(path: Path, error: sqlite3.Error) -> LocalError:
    if _is_locked(error):
        return _locked(path)
    return LocalError(
        f"Could not keep progress in {path}: {error}.",
        hint="Free disk space or repair the folder; a damaged state is put away by --fresh.",
    )
