"""Work on many things at once, whose results come in the order of the things."""

from collections.abc import AsyncIterable, Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Final, Generic, TypeVar

import anyio

from crawler.errors import CrawlerError

__all__ = ("each_in_order",)

T = TypeVar("T")
R = TypeVar("R")

#: Things taken ahead of the oldest that is not done: a slow answer of half a minute must not keep
#: the others from working, and memory must have an end.
_WINDOW: Final = 2_000


async def each_in_order(
    things: AsyncIterable[T],
    work: Callable[[T], Awaitable[R]],
    emit: Callable[[R], Awaitable[None]],
    *,
    workers: int,
    window: int = _WINDOW,
) -> None:
    """Await `work` for each thing, so many at a time, and `emit` each result in turn.

    Raises what `work` or `emit` raises first; the others are then cancelled.
    """
    with _plainly():
        await _run(things, work, emit, workers, window)


async def _run(
    things: AsyncIterable[T],
    work: Callable[[T], Awaitable[R]],
    emit: Callable[[R], Awaitable[None]],
    workers: int,
    window: int,
) -> None:
    line = _Line[R](emit, window)
    send, receive = anyio.create_memory_object_stream[tuple[int, T]](0)

    async def worker() -> None:
        async for number, thing in receive:
            await line.put(number, await work(thing))

    async with receive, anyio.create_task_group() as group:
        for _ in range(workers):
            group.start_soon(worker)
        async with send:
            number = 0
            async for thing in things:
                await line.room_for(number)
                await send.send((number, thing))
                number += 1
        await line.wait_for(number)


@contextmanager
def _plainly() -> Iterator[None]:
    """Task groups raise groups; the caller gets one error, ours before others."""
    try:
        yield
    except BaseExceptionGroup as group:
        error: BaseException = group
        while isinstance(error, BaseExceptionGroup):
            error = (error.subgroup(CrawlerError) or error).exceptions[0]
        raise error from error.__cause__


class _Line(Generic[R]):
    """Results that wait for those before them."""

    def __init__(self, emit: Callable[[R], Awaitable[None]], window: int) -> None:
        self._emit = emit
        self._window = window
        self._waiting: dict[int, R] = {}
        self._next = 0
        self._emitting = False
        self._changed = anyio.Condition()

    async def room_for(self, number: int) -> None:
        """Wait until a thing of this number is not too far ahead."""
        await self._until(number - self._window)

    async def wait_for(self, number: int) -> None:
        """Wait until all before this number were emitted."""
        await self._until(number)

    async def put(self, number: int, result: R) -> None:
        """Emit it now if it is its turn, and all that waited for it; one task at a time does."""
        self._waiting[number] = result
        if self._emitting:
            return
        self._emitting = True
        try:
            while self._next in self._waiting:
                await self._emit(self._waiting.pop(self._next))
                self._next += 1
        finally:
            self._emitting = False
        async with self._changed:
            self._changed.notify_all()

    async def _until(self, number: int) -> None:
        async with self._changed:
            while self._next < number:
                await self._changed.wait()
