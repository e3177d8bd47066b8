"""Operations on a database in groups: what comes while one transaction runs goes into the next."""

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import anyio

from crawler.engine.journal_files import local_error

__all__ = ("JournalWriter", "Operation")

Operation = Callable[[sqlite3.Connection], object]


@dataclass(slots=True, eq=False)
class _Batch:
    """What the next transaction does, and who waits for it."""

    operations: list[Operation] = field(default_factory=list)
    done: anyio.Event = field(default_factory=anyio.Event)
    error: Exception | None = None


class JournalWriter:
    """Runs operations, in a thread; `seconds` is how long that took so far."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.seconds = 0.0
        self._path = path
        self._connection = connection
        self._open = False

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[None]:
        """While this is open, `write` works; leaving it writes what still waits."""
        self._open, self._batch, self._wanted = True, _Batch(), anyio.Event()
        async with anyio.create_task_group() as group:
            group.start_soon(self._serve)
            try:
                yield
            finally:
                self._open = False
                self._wanted.set()

    async def write(self, operation: Operation) -> None:
        """Run `operation` in the next transaction; returns when that is written.

        Raises `LocalError` if the disk or the database refuses. Not to be cancelled half-way:
        what came from the server is written even while the crawl is being stopped.
        """
        if not self._open:
            raise RuntimeError("the journal is written to outside of its async with block")
        batch = self._batch
        batch.operations.append(operation)
        self._wanted.set()
        with anyio.CancelScope(shield=True):
            await batch.done.wait()
        if batch.error is not None:
            raise batch.error

    def write_now(self, operation: Operation) -> None:
        """As `write`, at once, by one caller at a time, while nothing else is written.

        Raises `LocalError` if the disk or the database refuses.
        """
        batch = _Batch([operation])
        self._commit(batch)
        if batch.error is not None:
            raise batch.error

    async def _serve(self) -> None:
        # Shielded: whoever waits in `write` is shielded too and must not wait for ever. It ends
        # when the block is left, which happens however that is done.
        with anyio.CancelScope(shield=True):
            while self._open or self._batch.operations:
                await self._wanted.wait()
                batch, self._batch = self._batch, _Batch()
                if self._open:
                    self._wanted = anyio.Event()
                begun = anyio.current_time()
                await anyio.to_thread.run_sync(self._commit, batch)
                self.seconds += anyio.current_time() - begun
                batch.done.set()

    def _commit(self, batch: _Batch) -> None:
        try:
            self._connection.execute("BEGIN")
            for operation in batch.operations:
                operation(self._connection)
            self._connection.execute("COMMIT")
        except Exception as error:  # noqa: BLE001  those who wait for it get it
            with suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
            wrong = local_error(self._path, error) if isinstance(error, sqlite3.Error) else error
            batch.error = wrong
