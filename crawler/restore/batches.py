"""A walk through a document from an event loop: read in threads, a batch at a time."""

from collections.abc import AsyncIterator, Iterable
from itertools import islice
from typing import Final, TypeVar

import anyio.to_thread

__all__ = ("in_batches", "one_by_one")

T = TypeVar("T")

_SIZE: Final = 128


async def in_batches(items: Iterable[T], size: int = _SIZE) -> AsyncIterator[list[T]]:
    """All items, `size` at a time; never more of them are in memory."""
    stream = iter(items)
    while batch := await anyio.to_thread.run_sync(lambda: list(islice(stream, size))):
        yield batch


async def one_by_one(items: Iterable[T]) -> AsyncIterator[T]:
    """All items, each read when the one before it has been taken."""
    async for batch in in_batches(items, 1):
        for each in batch:
            yield each
