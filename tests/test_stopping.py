"""Stopping a job: what waits ends at once, what is about to be answered may be."""

import anyio
import pytest

from crawler.stopping import StoppableScope, until_answered

pytestmark = pytest.mark.anyio


async def test_what_is_in_flight_is_answered_after_the_stop() -> None:
    """And what its task does with the answer is cancelled like anything else."""
    sent, answer, kept = anyio.Event(), anyio.Event(), list[str]()

    async def request() -> str:
        sent.set()
        await answer.wait()
        return "an answer"

    async def work() -> None:
        kept.append(await until_answered(request))
        with anyio.CancelScope(shield=True):
            await anyio.lowlevel.checkpoint()
            kept.append("written")
        await anyio.lowlevel.checkpoint()
        kept.append("went on")

    with StoppableScope() as scope:
        async with anyio.create_task_group() as group:
            group.start_soon(work)
            await sent.wait()
            assert scope.stop() == 1
            answer.set()
    assert kept == ["an answer", "written"]


async def test_what_waits_for_something_else_ends_at_once() -> None:
    """Sleeping before a retry, for example."""
    with StoppableScope(grace=1e9) as scope:
        async with anyio.create_task_group() as group:
            group.start_soon(anyio.sleep_forever)
            await anyio.wait_all_tasks_blocked()
            assert scope.stop() == 0


async def test_nothing_is_begun_after_the_stop() -> None:
    """Even by a task that was about to."""
    begun = []

    async def request() -> None:
        begun.append("a request")

    with StoppableScope() as scope:
        scope.stop()
        await until_answered(request)
    assert begun == []


async def test_an_answer_that_does_not_come_is_given_up() -> None:
    """After the time of grace; a hang must not outlast the signal."""
    with anyio.fail_after(60), StoppableScope(grace=0.01) as scope:
        async with anyio.create_task_group() as group:
            group.start_soon(until_answered, anyio.sleep_forever)
            await anyio.wait_all_tasks_blocked()
            assert scope.stop() == 1


async def test_other_cancellations_wait_for_nothing() -> None:
    """A deadline of the caller's, inside of such a scope or without one."""
    with anyio.fail_after(60), StoppableScope(grace=1e9):
        with anyio.move_on_after(0.01):
            await until_answered(anyio.sleep_forever)
    with anyio.fail_after(60), anyio.move_on_after(0.01):
        await until_answered(anyio.sleep_forever)


async def test_an_error_of_the_request_comes_out_as_it_is() -> None:
    """Before the stop and after it."""

    async def fail() -> None:
        raise KeyError("x")

    with StoppableScope(), pytest.raises(KeyError):
        await until_answered(fail)
