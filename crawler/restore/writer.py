"""The whole restore: labels, suites from the top down, tests, and at last the links between them.

Many items are under way at once; a suite waits only for the one around it. The snapshot is read
once for each of these steps, a batch at a time, so memory does not grow with it.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import anyio
import anyio.to_thread

from crawler.errors import OutageError, RefusedError, ServerError
from crawler.progress import Advanced, PhaseChanged, Progress
from crawler.restore.attaching import FileWriter, Opening
from crawler.restore.batches import in_batches, one_by_one
from crawler.restore.creating import Origin
from crawler.restore.ledger import Entry, Ledger, State
from crawler.restore.ledger_files import FileNotes, KeptFile, TestFiles
from crawler.restore.one import ItemWriter
from crawler.restore.planning import ROOT, Item
from crawler.restore.shelf import Shelf
from crawler.restore.target import Target
from crawler.restore.texts import Texts
from crawler.restore.workers import by_workers, one_error
from crawler.snapshot.document import NodeKind

__all__ = ("Failure", "Outcome", "restore_items")

_MOST_IN_A_ROW: Final = 25
"""Items that fail one after another before the server is taken to be ill as a whole."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that could not be written, and why; `title` may hold anything.

    `kind` is `suite`, `test`, `label` or `file`; a label has no ID, a file that of its test.
    """

    kind: str
    id: str
    title: str
    reason: str


@dataclass(slots=True)
class Outcome:
    """What became of the items; `blocked` are those below a suite that could not be written."""

    suites: int = 0
    tests: int = 0
    files: int = 0
    failures: list[Failure] = field(default_factory=list)
    blocked: int = 0


@dataclass(slots=True, eq=False)
class _Place:
    """A suite on the way down: its new ID as soon as it is known, `None` if there will be none."""

    new: str | None = None
    known: anyio.Event = field(default_factory=anyio.Event)

    def settle(self, new: str | None) -> None:
        self.new = new
        self.known.set()


@dataclass(frozen=True, slots=True)
class _Order:
    item: Item
    entry: Entry
    parent: _Place | None
    place: _Place


async def restore_items(
    items: Callable[[], Iterable[Item]],
    labels: Mapping[str, Mapping[str, Any]],
    *,
    target: Target,
    shelf: Shelf,
    ledger: Ledger,
    texts: Texts,
    make_ready: Opening,
    origin: Origin,
    workers: int,
    progress: Progress,
) -> Outcome:
    """Write everything that the ledger does not call done; `items` starts a walk.

    What the server refuses is a failure of that item and of what is below it.

    Raises:
        AccessError: if there is no right to write.
        OutageError: if the server does not serve us, or takes nothing any more.
        LocalError: if the ledger or the snapshot cannot be used.
    """
    run = _Run(items, target, ledger, workers, progress)
    with one_error():
        progress.report(PhaseChanged("labels"))
        ids = await run.make_labels(labels)
        writer = ItemWriter(target, ledger, texts, origin, ids)
        for kind, name in ((NodeKind.SUITE, "writing suites"), (NodeKind.TEST, "writing tests")):
            progress.report(PhaseChanged(name))
            await run.write_all(kind, writer)
        progress.report(PhaseChanged("attaching"))
        await run.attach_all(shelf, make_ready)
        progress.report(PhaseChanged("linking"))
        await run.link_all(writer)
    return run.outcome


class _Run:
    """One pass after the other over the items, by several workers."""

    def __init__(
        self,
        items: Callable[[], Iterable[Item]],
        target: Target,
        ledger: Ledger,
        workers: int,
        progress: Progress,
    ) -> None:
        self.outcome = Outcome()
        self._items = items
        self._target = target
        self._ledger = ledger
        self._workers = workers
        self._progress = progress
        self._in_a_row = 0
        self._known = {kind: ledger.count(*State, kind=kind) for kind in NodeKind}
        self._done = {kind: ledger.count(State.DONE, kind=kind) for kind in NodeKind}

    async def make_labels(self, labels: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
        """The IDs of the labels by title, those that are missing created."""
        if not labels:
            return {}
        ids: dict[str, str] = {}
        try:
            ids = await self._target.labels()
            for title, attributes in labels.items():
                if title not in ids:
                    ids[title] = await self._target.create_label(attributes)
        except RefusedError as error:
            # Without labels the tests are still worth having.
            missing = [title for title in labels if title not in ids]
            failures = [Failure("label", "", title, str(error)) for title in missing]
            self.outcome.failures.extend(failures)
        return ids

    async def write_all(self, kind: NodeKind, writer: ItemWriter) -> None:
        """Write all items of one kind that are not done."""

        async def work(order: _Order) -> None:
            new = None
            try:
                new = await self._write(order, writer)
            finally:
                order.place.settle(new)

        await by_workers(self._workers, self._orders(kind), work)

    async def attach_all(self, shelf: Shelf, make_ready: Opening) -> None:
        """Send the files of all tests that are on the server."""
        notes = FileNotes(self._ledger)

        def failed(file: KeptFile, reason: str, error: ServerError | None) -> None:
            self._failed(Failure("file", file.test, file.name, reason), error)

        writer = FileWriter(shelf, notes, make_ready, failed)

        async def work(test: TestFiles) -> None:
            arrived = await writer.write(test)
            self.outcome.files += arrived
            self._in_a_row = 0 if arrived else self._in_a_row

        await by_workers(self._workers, one_by_one(notes.waiting()), work)

    async def link_all(self, writer: ItemWriter) -> None:
        """Write the texts again that named something without an ID."""
        if not await anyio.to_thread.run_sync(self._ledger.unlinked):
            return

        async def work(order: _Order) -> None:
            if order.entry.new is not None:
                with self._failing(order.item):
                    await writer.link(order.item, order.entry.new)

        await by_workers(self._workers, self._unlinked(), work)

    async def _write(self, order: _Order, writer: ItemWriter) -> str | None:
        item, parent = order.item, None
        if order.parent is not None:
            await order.parent.known.wait()
            parent = order.parent.new
            if parent is None:
                self.outcome.blocked += 1
                return None
        new = None
        with self._failing(item):
            new = await writer.write(item, order.entry, parent)
            self._count(item.kind)
        return new

    @contextmanager
    def _failing(self, item: Item) -> Iterator[None]:
        """Take what goes wrong with one item as its failure, and go on."""
        try:
            yield
        except OutageError:
            raise
        except ServerError as error:
            self._failed(Failure(item.kind, item.old, item.title, str(error)), error)

    def _failed(self, failure: Failure, error: ServerError | None) -> None:
        """Take note of a failure; raises `OutageError` if there is nothing else any more."""
        self.outcome.failures.append(failure)
        self._in_a_row += error is not None
        if error is not None and self._in_a_row >= _MOST_IN_A_ROW:
            raise OutageError(
                f"The server took none of the last {self._in_a_row} things that were written;"
                f" the last one: {error.problem}",
                request=error.request,
                status=error.status,
                cause="nothing taken",
                hint="What was written is noted; the same command goes on from there.",
            ) from error

    def _count(self, kind: NodeKind) -> None:
        self._in_a_row = 0
        self._done[kind] += 1
        if kind is NodeKind.SUITE:
            self.outcome.suites += 1
        else:
            self.outcome.tests += 1
        done, known = self._done, self._known
        self._progress.report(
            Advanced(done[NodeKind.SUITE], known[NodeKind.SUITE], done[NodeKind.TEST])
        )

    async def _orders(self, kind: NodeKind) -> AsyncIterator[_Order]:
        """What is left to do of one kind, each with the suite around it."""
        path: list[_Place] = []
        async for batch in in_batches(self._items()):
            entries = await self._entries(batch)
            for item in batch:
                del path[item.depth :]
                parent = None if item.parent == ROOT else path[-1]
                place = _Place()
                path.append(place)
                entry = entries[item.number]
                if item.kind is not kind or entry.state is State.DONE:
                    place.settle(entry.new)
                else:
                    yield _Order(item, entry, parent, place)

    async def _unlinked(self) -> AsyncIterator[_Order]:
        async for batch in in_batches(self._items()):
            entries = await self._entries(batch)
            for item in batch:
                if entries[item.number].unlinked:
                    yield _Order(item, entries[item.number], None, _Place())

    async def _entries(self, batch: list[Item]) -> dict[int, Entry]:
        first, last = batch[0].number, batch[-1].number
        return await anyio.to_thread.run_sync(partial(self._ledger.entries, first, last))
