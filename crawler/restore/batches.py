"""A walk through a document from an event loop: read in threads, a batch at a time."""

from collections.abc import AsyncIterator, Iterable
from itertools import islice
from typing import Final, TypeVar

import anyio.to_thread

__all__ = ("in_batches",)

T = TypeVar("T")

_SIZE: Final = 128


async def in_batches(items: Iterable[T], size: int = _SIZE) -> AsyncIterator[list[T]]:
    """All items, `size` at a time; never more of them are in memory."""
    stream = iter(items)
    while batch := await anyio.to_thread.run_sync(lambda: list(islice(stream, size))):
        yield batch
