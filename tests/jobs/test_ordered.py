"""Many at once, and yet in turn."""

from collections.abc import AsyncIterator

import anyio
import anyio.lowlevel
import pytest

from crawler.errors import LocalError, UsageError
from crawler.jobs.ordered import each_in_order

pytestmark = pytest.mark.anyio


async def numbers(count: int) -> AsyncIterator[int]:
    for number in range(count):
        yield number


async def test_results_come_in_the_order_of_the_things() -> None:
    """Though the first ones take longest; and as many are under way as there are workers."""
    found: list[int] = []
    under_way, most = 0, 0

    async def work(number: int) -> int:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        for _ in range(40 - number):
            await anyio.lowlevel.checkpoint()
        under_way -= 1
        return number * 10

    async def emit(result: int) -> None:
        await anyio.lowlevel.checkpoint()
        found.append(result)

    await each_in_order(numbers(40), work, emit, workers=7)
    assert found == [10 * number for number in range(40)]
    assert most == 7


async def test_one_that_is_slow_keeps_the_others_within_the_window() -> None:
    """So that memory has an end."""
    begun: list[int] = []
    go_on = anyio.Event()

    async def work(number: int) -> int:
        begun.append(number)
        if number == 0:
            await go_on.wait()
        return number

    async def emit(_: int) -> None:
        await anyio.lowlevel.checkpoint()

    async with anyio.create_task_group() as group:
        group.start_soon(lambda: each_in_order(numbers(50), work, emit, workers=4, window=5))
        await anyio.wait_all_tasks_blocked()
        assert max(begun) == 5
        go_on.set()
    assert sorted(begun) == list(range(50))


@pytest.mark.parametrize("where", ["work", "emit"])
async def test_an_error_ends_it_and_comes_out_as_it_is(where: str) -> None:
    """Ours before others, and never as a group."""

    async def work(number: int) -> int:
        if where == "work" and number == 3:
            raise UsageError("no")
        return number

    async def emit(result: int) -> None:
        if where == "emit" and result == 3:
            raise LocalError("full")

    with pytest.raises((UsageError, LocalError)):
        await each_in_order(numbers(100), work, emit, workers=4)


async def test_nothing_to_do_is_done_at_once() -> None:
    """Without a worker that waits for ever."""

    async def work(number: int) -> int:
        return number

    async def emit(_: int) -> None:
        raise AssertionError

    await each_in_order(numbers(0), work, emit, workers=3)
