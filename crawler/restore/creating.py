"""The creation of one suite or test: sent, looked for, and taken only if it is the one.

An answer may be lost, may be about something else, and may say that the item was there already; in
all of these cases what is on the server decides.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from typing import Any, Final

import anyio.to_thread

from crawler.errors import AccessError, CrawlerError, RefusedError
from crawler.model import ItemKind
from crawler.restore.ledger import Ledger
from crawler.restore.planning import Item, plain_title
from crawler.restore.target import Target
from crawler.sending import Found
from crawler.snapshot.document import NodeKind

__all__ = ("KINDS", "Creation", "Origin")

KINDS: Final = {NodeKind.SUITE: ItemKind.SUITE, NodeKind.TEST: ItemKind.TEST}
"""A kind of the snapshot as one of the server."""

_LONGEST_ORIGIN: Final = 200


@dataclass(frozen=True, slots=True)
class Origin:
    """Names an item for ever, so that a server that keeps such names creates it once."""

    source: str
    target: str

    def of(self, item: Item, *, again: bool = False) -> str:
        """The name of an item: where it goes, where it comes from, what it is.

        `again` is for one that was created under its first name and deleted since.
        """
        name = f"{self.target}/{self.source}/{item.kind}/{item.old}"
        if again:
            name += f"/{secrets.token_hex(4)}"
        return name if len(name) <= _LONGEST_ORIGIN else sha256(name.encode()).hexdigest()


class Creation:
    """One item on its way to the server.

    `looked` tells whether it was looked for, so an attempt may have been carried out; `gone` that
    the server remembers the origin of something that is there no more.
    """

    def __init__(
        self,
        target: Target,
        ledger: Ledger,
        item: Item,
        parent: str | None,
        attributes: Mapping[str, Any],
    ) -> None:
        self.looked = False
        self.gone = False
        self._target = target
        self._ledger = ledger
        self._item = item
        self._kind = KINDS[item.kind]
        self._title = plain_title(item.title)
        self._parent = parent
        self._attributes = attributes

    async def run(self, origin: str, *, sent: bool) -> tuple[Found, bool]:
        """Create it under this origin; (what is there now, whether it is new for certain)."""
        return await self._target.create(
            self._kind,
            self._attributes,
            origin=origin,
            look=self._look,
            accept=self._accept,
            sent=sent,
        )

    def was_refused(self, error: CrawlerError) -> bool:
        """Whether the error says that nothing was created, not by an earlier attempt either."""
        if isinstance(error, RefusedError):
            status = error.status or 0
            return HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
        # Without a look there was but one answer, and it was no.
        return isinstance(error, AccessError) and not self.looked

    async def _look(self) -> Found | None:
        """Something of this title there that is no other item's and was not there before us."""
        self.looked = True
        if self._kind is ItemKind.SUITE:
            there = await self._target.suites_in(self._parent)
        else:
            there = await self._target.tests_in(str(self._parent))
        alike = [each for each in there if plain_title(each.title) == self._title]
        ours = [
            each
            for each in alike
            if not await anyio.to_thread.run_sync(self._ledger.is_known, each.id)
        ]
        exact = [each for each in ours if each.position == self._item.position]
        return next(iter((*exact, *ours)), None)

    async def _accept(self, found: Found, *, known: bool) -> bool:
        if await anyio.to_thread.run_sync(self._ledger.belongs, found.id):
            return False
        if plain_title(found.title) == self._title and not known:
            return True
        # Renamed or deleted since then, an answer to another question, or a title written anew.
        again = await self._target.find(self._kind, found.id)
        if known:
            self.gone = again is None
            return True
        place = (self._parent, self._item.position)
        return again is not None and (again.parent, again.position) == place
