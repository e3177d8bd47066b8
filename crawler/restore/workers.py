"""Several workers on one stream of orders, and the one error that counts of all that they raise."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream

from crawler.errors import CrawlerError

__all__ = ("by_workers", "one_error")

T = TypeVar("T")


async def by_workers(
    number: int, orders: AsyncIterator[T], work: Callable[[T], Awaitable[None]]
) -> None:
    """Let `number` workers do the orders, each as soon as it is there; raises what `work` does.

    The first one is done alone: if nothing may be written, nothing else is under way.
    """
    first = await anext(orders, None)
    if first is not None:
        await work(first)
    send, receive = anyio.create_memory_object_stream[T](0)
    async with anyio.create_task_group() as group:
        async with receive:
            for _ in range(number):
                group.start_soon(_serve, receive.clone(), work)
        async with send:
            async for order in orders:
                await send.send(order)


async def _serve(
    receive: MemoryObjectReceiveStream[T], work: Callable[[T], Awaitable[None]]
) -> None:
    async with receive:
        async for order in receive:
            await work(order)


@contextmanager
def one_error() -> Iterator[None]:
    """Task groups raise groups; the caller gets the first error that means something."""
    try:
        yield
    except BaseExceptionGroup as group:
        error: BaseException = group.subgroup(CrawlerError) or group
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        raise error from error.__cause__
