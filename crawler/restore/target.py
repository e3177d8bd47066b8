"""What a restore asks of a server.

Names of attributes are those of the snapshot; how they are spelled on the wire is the server's
side's business.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from crawler.model import ItemKind
from crawler.sending import Found, Label, Worn

__all__ = ("Accept", "Look", "Target")


Look = Callable[[], Awaitable[Found | None]]
"""Looks whether something that may have been written is there."""


class Accept(Protocol):
    """Says whether what a server answers to a creation can be what was created."""

    async def __call__(self, found: Found, *, known: bool) -> bool:
        """`known`: the server says that it was there already."""
        ...


class Target(Protocol):
    """The writes and reads that a restore is made of.

    A write that may have been carried out although its answer got lost is looked for before it is
    sent again. Each method raises `AccessError` or `OutageError` if nothing more can be had from
    this server, `RefusedError` if it does not take this one thing, and another `ServerError` if it
    cannot be told whether it did.
    """

    async def create(
        self,
        kind: ItemKind,
        attributes: Mapping[str, Any],
        *,
        origin: str,
        look: Look,
        accept: Accept,
        sent: bool,
    ) -> tuple[Found, bool]:
        """Create a suite or a test; (what is there now, whether it is new for certain).

        `accept` says whether what the server answers can be what was asked for; `sent` that an
        earlier run may have created it.
        """
        ...

    async def update(self, kind: ItemKind, item_id: str, attributes: Mapping[str, Any]) -> None:
        """Set attributes of a suite or a test."""
        ...

    async def find(self, kind: ItemKind, item_id: str) -> Found | None:
        """The suite or test of this ID, if there is one."""
        ...

    async def suites_in(self, parent: str | None) -> list[Found]:
        """The suites in a suite, or the roots."""
        ...

    async def tests_in(self, suite: str) -> list[Found]:
        """The tests in a suite."""
        ...

    async def worn(self, kind: ItemKind, item_id: str) -> Worn:
        """The labels and rows of an item, as they are now."""
        ...

    async def labels(self) -> dict[str, str]:
        """The IDs of all labels by title."""
        ...

    async def create_label(self, attributes: Mapping[str, Any]) -> str:
        """Create a label, unless there is one of this title; its ID."""
        ...

    async def link_label(self, label_id: str, label: Label, kind: ItemKind, item_id: str) -> None:
        """Let an item bear a label."""
        ...

    async def add_row(self, test_id: str, row: Any, *, after: int) -> None:
        """Add a row of parameters to a test that has `after` rows that are the same."""
        ...
