"""The pace, in virtual time: the event loop's clock jumps to the next timer when all wait."""

import asyncio
from collections import Counter, deque
from collections.abc import Callable
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import anyio
import pytest
from support.virtual_time import EPOCH, LoopClock, VirtualTimeLoop

from crawler.api.messages import Reply, Request
from crawler.api.pacing import Pacing, PacingOptions
from crawler.errors import OutageError, ServerError
from crawler.progress import Slowed, Warned

pytestmark = pytest.mark.anyio

ASK = Request("GET", ("a",))


class Server:
    """Answers after a while; keeps when each request came and how many were there at once."""

    def __init__(self, answer: Callable[[int], Reply] | None = None, latency: float = 0.05) -> None:
        self.answer = answer or (lambda number: Reply(200))
        self.latency = latency
        self.came: list[float] = []
        self.inside = self.most_inside = 0

    async def __call__(self, request: Request) -> Reply:
        self.came.append(asyncio.get_running_loop().time())
        number = len(self.came)
        self.inside += 1
        self.most_inside = max(self.most_inside, self.inside)
        try:
            await anyio.sleep(self.latency)
            return self.answer(number)
        finally:
            self.inside -= 1

    def busiest_second(self) -> int:
        window: deque[float] = deque()
        most = 0
        for moment in self.came:
            window.append(moment)
            while window[0] <= moment - 1:
                window.popleft()
            most = max(most, len(window))
        return most


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, Any]]:
    return "asyncio", {"loop_factory": VirtualTimeLoop}


def paced(server: Server, recorder: Any, **options: Any) -> Pacing:
    return Pacing(server, PacingOptions(**options), clock=LoopClock(), progress=recorder)


async def send_many(pacing: Pacing, count: int) -> Counter[int]:
    statuses: Counter[int] = Counter()

    async def one() -> None:
        statuses[(await pacing(ASK)).status] += 1

    async with anyio.create_task_group() as group:
        for _ in range(count):
            group.start_soon(one)
    return statuses


async def send_in_turn(pacing: Pacing, count: int, *, addresses: int = 5) -> None:
    for number in range(count):
        await pacing(Request("GET", ("a", str(number % addresses))))


def throttled(retry_after: str = "", status: int = 429) -> Reply:
    return Reply(status, {"retry-after": retry_after} if retry_after else {})


@pytest.mark.parametrize("rate", [0.5, 3, 10, 50, 333])
async def test_no_second_holds_more_than_the_rate_and_a_small_burst(
    recorder: Any, rate: float
) -> None:
    """A server that counts sliding seconds never sees more than 1.2 times the rate."""
    server, count = Server(), int(rate * 4) + 2
    await send_many(paced(server, recorder, rate=rate, in_flight=500), count)
    assert server.busiest_second() <= max(1.2 * rate, 2)
    assert server.came[-1] - server.came[0] <= 1.05 * count / rate


async def test_a_burst_after_a_quiet_time_is_small_too(recorder: Any) -> None:
    """Idle time is not saved up."""
    server = Server()
    pacing = paced(server, recorder, rate=50, in_flight=500)
    await send_many(pacing, 5)
    await anyio.sleep(100)
    await send_many(pacing, 200)
    assert server.busiest_second() <= 60


async def test_no_more_than_the_limit_are_under_way(recorder: Any) -> None:
    """A slow server is not given more work than the pool holds."""
    server = Server(latency=1)
    await send_many(paced(server, recorder, rate=1000, in_flight=7), 50)
    assert server.most_inside == 7


async def test_a_refusal_pauses_everybody_and_counts_once(recorder: Any) -> None:
    """Twenty requests refused at once are one pause, and nothing is sent during it."""
    server = Server(lambda number: throttled("7") if number <= 20 else Reply(200), latency=1)
    pacing = paced(server, recorder, rate=100, in_flight=20)
    assert await send_many(pacing, 40) == {429: 20, 200: 20}
    before, after = server.came[19], server.came[20]
    assert after - before > 7
    pauses = [event for event in recorder.of(Slowed) if event.pause]
    assert [(event.pause, event.rate, event.reason) for event in pauses] == [(7, 50, "HTTP 429")]


async def test_the_rate_is_halved_down_to_a_floor_and_comes_back(recorder: Any) -> None:
    """After refusals the pace is slow; with successes it is back at the set rate in the end."""
    server = Server(lambda number: throttled("1") if number <= 6 else Reply(200), latency=0)
    pacing = paced(server, recorder, rate=4, floor=0.2)
    for _ in range(400):
        await pacing(ASK)
    rates = [event.rate for event in recorder.of(Slowed)]
    assert rates[:6] == [2, 1, 0.5, 0.25, 0.2, 0.2]
    assert rates[6:] == sorted(rates[6:])
    assert rates[-1] == 4
    changes = [event for event in recorder.of(Slowed) if not event.pause]
    assert len(changes) == 19


async def test_a_changed_rate_gives_no_new_burst(recorder: Any) -> None:
    """Each change of the rate starts with a full bucket."""
    server = Server(lambda number: throttled("1") if number == 1 else Reply(200), latency=0.01)
    await send_many(paced(server, recorder, rate=50, in_flight=300), 1500)
    assert server.busiest_second() <= 60


@pytest.mark.parametrize("status", [429, 503])
async def test_without_a_wish_the_pauses_grow(recorder: Any, status: int) -> None:
    """2, 4, 8 seconds and so on, up to a minute, if the server does not say how long."""
    server = Server(lambda number: throttled(status=status) if number <= 7 else Reply(200))
    pacing = paced(server, recorder)
    for _ in range(8):
        await pacing(ASK)
    assert [event.pause for event in recorder.of(Slowed)] == [2, 4, 8, 16, 32, 60, 60]


async def test_a_date_is_a_wish_too(recorder: Any) -> None:
    """`Retry-After` may be a date, held against the clock's time of day."""
    moment = format_datetime(EPOCH + timedelta(seconds=30), usegmt=True)
    server = Server(lambda number: throttled(moment) if number == 1 else Reply(200), latency=0)
    pacing = paced(server, recorder)
    await pacing(ASK)
    await pacing(ASK)
    assert server.came[1] >= 30


@pytest.mark.parametrize("value", ["soon", "-5", "Thu, 01 Jan 1970 00:00:00 GMT", "1e99", "nan"])
async def test_a_senseless_wish_is_ignored_and_said(recorder: Any, value: str) -> None:
    """Garbled, negative and past values are warned of once, and the usual pause is taken."""
    server = Server(lambda number: throttled(value))
    await send_in_turn(paced(server, recorder), 2)
    (warning,) = recorder.of(Warned)
    assert "ignored" in warning.text
    assert recorder.of(Slowed)[0].pause == 2


async def test_a_longer_wish_of_the_same_burst_lengthens_the_pause(recorder: Any) -> None:
    """The longest wish of a burst counts."""
    server = Server(lambda number: throttled(str(number * 5)) if number <= 3 else Reply(200))
    await send_many(paced(server, recorder, rate=1000, in_flight=3), 4)
    assert server.came[3] - server.came[2] >= 15


async def test_a_wait_too_long_is_not_slept(recorder: Any) -> None:
    """The run ends, resumably, and whoever asks again is told the same at once."""
    server = Server(lambda number: throttled("3600"))
    pacing = paced(server, recorder, max_wait=300)
    with pytest.raises(OutageError, match=r"wait 3600 seconds.*max_wait") as caught:
        await pacing(ASK)
    assert caught.value.exit_code == 5
    with pytest.raises(OutageError):
        await pacing(ASK)
    assert len(server.came) == 1
    assert asyncio.get_running_loop().time() < 1


async def test_endless_refusals_end(recorder: Any) -> None:
    """A server that never relents is given up after a bounded number of pauses."""
    server = Server(lambda number: throttled())
    pacing = paced(server, recorder)
    with pytest.raises(OutageError, match="as too many"):
        await send_in_turn(pacing, 100)
    assert len(server.came) == 11


async def test_a_single_address_that_is_refused_for_ever_is_no_outage(recorder: Any) -> None:
    """It is that one request that fails; the crawl goes on without it."""
    server = Server(lambda number: throttled())
    with pytest.raises(ServerError, match="refuses this request") as caught:
        await send_in_turn(paced(server, recorder), 100, addresses=1)
    assert not isinstance(caught.value, OutageError)


async def test_long_pauses_end_by_their_sum(recorder: Any) -> None:
    """Few, but long pauses have a bound as well."""
    server = Server(lambda number: throttled("290"))
    pacing = paced(server, recorder, max_wait=300)
    with pytest.raises(OutageError, match="1160 seconds"):
        await send_in_turn(pacing, 100)


async def test_a_success_forgives_earlier_pauses(recorder: Any) -> None:
    """Only pauses without a success between them add up."""
    server = Server(lambda number: throttled("100") if number % 2 else Reply(200))
    pacing = paced(server, recorder)
    for _ in range(60):
        await pacing(ASK)
    assert len(server.came) == 60


async def test_a_request_that_waits_out_a_pause_holds_no_place(recorder: Any) -> None:
    """During a pause all places of the pool are free."""
    server = Server(lambda number: throttled("50") if number == 1 else Reply(200))
    pacing = paced(server, recorder, in_flight=2, rate=100)
    async with anyio.create_task_group() as group:
        group.start_soon(send_many, pacing, 10)
        await anyio.sleep(30)
        assert pacing._places.value == 2
    assert pacing._places.value == 2


async def test_cancelled_requests_give_their_places_back(recorder: Any) -> None:
    """Wherever it waited, a cancelled request leaves nothing taken."""
    server = Server(latency=100)
    pacing = paced(server, recorder, in_flight=2, rate=0.1)
    with anyio.move_on_after(15):
        await send_many(pacing, 5)
    assert pacing._places.value == 2
    server.latency = 0
    assert await send_many(pacing, 3) == {200: 3}
