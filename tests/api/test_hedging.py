"""A slow read gets a twin where there is capacity, and only there."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import anyio
import pytest
from support.clock import FastClock

from crawler.api.hedging import Hedging, Spare
from crawler.api.messages import Download, Reply, Request
from crawler.api.pacing import Pacing, PacingOptions
from crawler.errors import TransientError
from crawler.progress import NoProgress
from crawler.stopping import StoppableScope, until_answered

pytestmark = pytest.mark.anyio

READ = Request("GET", ("api", "shop", "suites", "a"))
WRITE = Request("POST", ("api", "login"))


class Nowhere:
    """A sink that keeps nothing."""

    async def begin(self) -> None:
        """Forget nothing."""

    async def write(self, data: bytes) -> None:
        """Drop it."""


class Server:
    """Answers at once until told to hang; what hangs waits for `release`."""

    def __init__(self) -> None:
        self.asked = 0
        self.hang: Callable[[int], bool] = lambda _number: False
        self.fail: Callable[[int], bool] = lambda _number: False
        self.cancelled = 0
        self.release = anyio.Event()

    async def __call__(self, request: Request) -> Reply:
        self.asked += 1
        number = self.asked
        if self.hang(number):
            try:
                await self.release.wait()
            except BaseException:
                self.cancelled += 1
                raise
        if self.fail(number):
            raise TransientError("broken", request=request.label)
        return Reply(200, body=b"%d" % number)


def spare(*answers: bool) -> Spare:
    """Lends or refuses, in this order, the last for ever."""
    waiting = list(answers)

    @asynccontextmanager
    async def lend() -> AsyncIterator[bool]:
        yield waiting.pop(0) if len(waiting) > 1 else waiting[0]

    return lend


async def warmed(server: Server, *answers: bool) -> Hedging:
    """One that has seen enough quick answers to know what is slow."""
    hedging = Hedging(server, spare(*answers), least=0.0, clock=FastClock())
    for _ in range(40):
        await hedging(READ)
    server.asked = 0
    return hedging


async def test_a_slow_read_is_asked_again_and_the_first_answer_counts() -> None:
    """The loser is dropped, so nothing waits for it."""
    server = Server()
    hedging = await warmed(server, True)
    server.hang = lambda number: number == 1
    reply = await hedging(READ)
    assert (reply.body, server.asked, server.cancelled) == (b"2", 2, 1)


async def test_without_capacity_to_spare_it_asks_again_later() -> None:
    """What is refused now may be free in a moment."""
    server = Server()
    hedging = await warmed(server, False, False, True)
    server.hang = lambda number: number == 1
    assert (await hedging(READ)).body == b"2"


async def test_a_write_has_no_twin() -> None:
    """It might be done twice."""
    server = Server()
    hedging = await warmed(server, True)
    server.hang = lambda _number: True
    async with anyio.create_task_group() as group:
        group.start_soon(hedging, WRITE)
        await anyio.wait_all_tasks_blocked()
        server.release.set()
    assert server.asked == 1


async def test_a_file_has_no_twin() -> None:
    """Two writers would spoil what it is written to."""
    server = Server()
    hedging = await warmed(server, True)
    asked = server.asked
    server.hang = lambda _number: True
    file = Download("GET", (), address="http://a.example/x", sink=Nowhere(), limit=1)
    with anyio.move_on_after(0.05):
        await hedging(file)
    assert server.asked == asked + 1


async def test_nothing_is_slow_until_enough_is_known() -> None:
    """The first answers of a crawl say little."""
    server = Server()
    hedging = Hedging(server, spare(True), least=0.0, clock=FastClock())
    server.hang = lambda _number: True
    async with anyio.create_task_group() as group:
        group.start_soon(hedging, READ)
        await anyio.wait_all_tasks_blocked()
        server.release.set()
    assert server.asked == 1


async def test_a_failure_waits_for_the_twin() -> None:
    """One that is answered makes up for one that is not."""
    server = Server()
    hedging = await warmed(server, True)
    server.hang = server.fail = lambda number: number == 1
    twin = Server()

    async def ask(request: Request) -> Reply:
        if server.asked == 0:
            return await server(request)
        server.release.set()
        await anyio.wait_all_tasks_blocked()  # until the first has failed
        return await twin(request)

    hedging._behind = ask
    assert (await hedging(READ)).body == b"1"
    assert (server.asked, server.cancelled, twin.asked) == (1, 0, 1)


async def test_if_both_fail_the_first_error_is_raised() -> None:
    """As if there had been no twin."""
    server = Server()
    hedging = await warmed(server, False)
    server.fail = lambda _number: True
    with pytest.raises(TransientError, match="broken"):
        await hedging(READ)


@pytest.fixture
def pacing() -> Pacing:
    """One place, and a rate that is no limit."""
    options = PacingOptions(rate=1000.0, in_flight=1)
    return Pacing(Server(), options, clock=FastClock(), progress=NoProgress())


async def test_pacing_lends_a_free_place_and_takes_it_back(pacing: Pacing) -> None:
    """Once at a time."""
    async with pacing.spare() as first, pacing.spare() as second:
        assert (first, second) == (True, False)
    async with pacing.spare() as again:
        assert again
    assert (await pacing(READ)).status == 200


async def test_pacing_lends_nothing_while_the_server_has_asked_for_a_pause() -> None:
    """However long that is: it is said elsewhere."""

    async def throttling(_request: Request) -> Reply:
        return Reply(429, {"retry-after": "250"})

    pacing = Pacing(
        throttling, PacingOptions(rate=1000.0), clock=FastClock(), progress=NoProgress()
    )
    await pacing(READ)
    async with pacing.spare() as lent:
        assert not lent


async def test_pacing_lends_no_turn_that_the_rate_does_not_allow() -> None:
    """A twin must not push the requests of others back."""
    options = PacingOptions(rate=1.0, in_flight=8)
    pacing = Pacing(Server(), options, clock=FastClock(), progress=NoProgress())
    async with pacing.spare() as first, pacing.spare() as second:
        assert (first, second) == (True, False)


async def test_an_answer_that_comes_after_a_stop_is_kept() -> None:
    """As it is without a race: the server has done the work, and nobody should ask again."""
    server = Server()
    kept: list[Reply] = []

    async def behind(request: Request) -> Reply:
        return await until_answered(lambda: server(request))

    hedging = Hedging(behind, spare(False), least=1000.0, clock=FastClock())
    for _ in range(40):
        await hedging(READ)
    server.hang = lambda number: number > 40
    stoppable = StoppableScope()

    async def work() -> None:
        with stoppable:
            kept.append(await hedging(READ))

    async with anyio.create_task_group() as group:
        group.start_soon(work)
        await anyio.wait_all_tasks_blocked()
        assert stoppable.stop() == 1
        server.release.set()
    assert [reply.body for reply in kept] == [b"41"]
    assert server.cancelled == 0
