"""One suite or test: created once or brought up to date, with its labels and rows.

Whether it is there already is asked wherever an earlier attempt may have created it. Siblings of
the same title take turns, so that what a look finds under that title is this one's or nobody's.
"""

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import anyio
import anyio.to_thread

from crawler.errors import AccessError, RefusedError
from crawler.restore.creating import KINDS, Creation, Origin
from crawler.restore.fields import labels_of, rows_of, sent_fields
from crawler.restore.ledger import Entry, Ledger, State
from crawler.restore.planning import Item, plain_title, text_of
from crawler.restore.target import Target
from crawler.restore.texts import Texts, may_refer
from crawler.sending import Found
from crawler.snapshot.document import NodeKind

__all__ = ("ItemWriter",)

_PARENT: Final = {NodeKind.SUITE: "parent_id", NodeKind.TEST: "suite_id"}


@dataclass(slots=True, eq=False)
class _Turn:
    lock: anyio.Lock = field(default_factory=anyio.Lock)
    users: int = 0


class ItemWriter:
    """Writes items one by one; may be called by many tasks at once."""

    def __init__(
        self,
        target: Target,
        ledger: Ledger,
        texts: Texts,
        origin: Origin,
        labels: Mapping[str, str],
    ) -> None:
        self._target = target
        self._ledger = ledger
        self._texts = texts
        self._origin = origin
        self._labels = labels
        self._turns: dict[tuple[object, ...], _Turn] = {}
        self._positions_kept: bool | None = None

    async def write(self, item: Item, entry: Entry, parent: str | None) -> str:
        """Let the item be on the server, below `parent`; its ID there.

        Raises `RefusedError` if the server does not take it, and what `Target` raises.
        """
        description, unlinked = await self._text(item)
        attributes = self._attributes(item, parent, description)
        fresh = False
        new = entry.new
        if new is None:
            async with self._turn(parent, item.kind, plain_title(item.title)):
                found, fresh = await self._create(item, entry, parent, attributes)
                new = found.id
                links = unlinked or (not fresh and await self._refers(item))
                await self._ledger.made(item.number, new, state=State.MADE, unlinked=links)
            await self._settle(item, found, fresh=fresh, parent=parent, description=description)
        else:
            # It was there before us, or a run that ended here did not come to look at it again.
            await self._bring_up(item, new, parent, description)
            await self._ledger.made(item.number, new, state=State.MADE, unlinked=unlinked)
        await self._dress(item, new, fresh=fresh)
        await self._ledger.done(item.number)
        return new

    async def link(self, item: Item, new: str) -> None:
        """Write the text of an item again, now that nearly everything is there."""
        description, unknown = await self._text(item)
        await self._target.update(KINDS[item.kind], new, {"description": description})
        if not unknown:
            await self._ledger.linked(item.number)

    async def _create(
        self, item: Item, entry: Entry, parent: str | None, attributes: Mapping[str, Any]
    ) -> tuple[Found, bool]:
        creation = Creation(self._target, self._ledger, item, parent, attributes)
        if entry.state is not State.SENT:
            await self._ledger.sent(item.number)
        try:
            created = await creation.run(self._origin.of(item), sent=entry.state is State.SENT)
            if creation.gone:
                again = self._origin.of(item, again=True)
                created = await creation.run(again, sent=creation.looked)
        except (RefusedError, AccessError) as error:
            if creation.was_refused(error):
                await self._ledger.not_sent(item.number)
            raise
        return created

    async def _settle(
        self, item: Item, found: Found, *, fresh: bool, parent: str | None, description: str
    ) -> None:
        """Make sure that what was created is what was asked for."""
        if not fresh:
            await self._bring_up(item, found.id, parent, description)
        elif not await self._is_placed(item, found):
            await self._target.update(KINDS[item.kind], found.id, {"position": item.position})

    async def _is_placed(self, item: Item, found: Found) -> bool:
        if found.position is not None:
            return found.position == item.position
        # Answers without a position say nothing; whether the server takes it is asked once.
        if self._positions_kept is None:
            again = await self._target.find(KINDS[item.kind], found.id)
            self._positions_kept = again is None or again.position == item.position
        return self._positions_kept

    async def _bring_up(self, item: Item, new: str, parent: str | None, description: str) -> None:
        attributes = self._attributes(item, parent, description, clear=True)
        await self._target.update(KINDS[item.kind], new, attributes)

    async def _dress(self, item: Item, new: str, *, fresh: bool) -> None:
        """Add the labels and rows that the item has in the snapshot and not on the server."""
        labels = labels_of(item.fields)
        rows = rows_of(item.fields) if item.kind is NodeKind.TEST else ()
        if not labels and not rows:
            return
        kind = KINDS[item.kind]
        worn = None if fresh else await self._target.worn(kind, new)
        for label in labels:
            label_id = self._labels.get(label.title)  # without one it could not be created
            if label_id is not None and (worn is None or label.text not in worn.labels):
                await self._target.link_label(label_id, label, kind, new)
        there = list(worn.rows) if worn else []
        written: Counter[str] = Counter()
        for row in rows:
            written[repr(row)] += 1
            if there.count(row) < written[repr(row)]:
                await self._target.add_row(new, row, after=written[repr(row)] - 1)

    async def _text(self, item: Item) -> tuple[str, bool]:
        """(the text with new IDs, whether it names something that has none yet)."""
        text = text_of(item.fields)
        if not may_refer(text):
            return text, False
        return await anyio.to_thread.run_sync(self._texts.rewritten, text)

    async def _refers(self, item: Item) -> bool:
        text = text_of(item.fields)
        return may_refer(text) and await anyio.to_thread.run_sync(self._texts.refers, text)

    @staticmethod
    def _attributes(
        item: Item, parent: str | None, description: str, *, clear: bool = False
    ) -> dict[str, Any]:
        attributes = sent_fields(item.kind, item.fields, clear=clear)
        if "description" in attributes and description:
            attributes["description"] = description
        attributes["position"] = item.position
        if parent is not None or clear:
            attributes[_PARENT[item.kind]] = parent
        return attributes

    @asynccontextmanager
    async def _turn(self, *key: object) -> AsyncIterator[None]:
        turn = self._turns.setdefault(key, _Turn())
        turn.users += 1
        try:
            async with turn.lock:
                yield
        finally:
            turn.users -= 1
            if not turn.users:
                del self._turns[key]
