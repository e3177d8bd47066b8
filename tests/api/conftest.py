"""What the tests of the API share: a clock that jumps, a recorder of events, servers."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio.lowlevel
import pytest
from aiohttp import web

from crawler.progress import Event

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class FakeClock:
    """Sleeping takes no time but moves the clock; chance is always `chance`."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []
        self.chance = 0.0

    def monotonic(self) -> float:
        return self.now

    def utc_now(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self.now)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += max(0.0, seconds)
        await anyio.lowlevel.checkpoint()

    def random(self) -> float:
        return self.chance


class Recorder:
    """Keeps every event."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def report(self, event: Event) -> None:
        self.events.append(event)

    def of(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
async def serve() -> AsyncIterator[Callable[..., Awaitable[str]]]:
    """Starts a real server on loopback that hands every request to one handler."""
    async with AsyncExitStack() as stack:

        async def start(handler: Handler, **site: Any) -> str:
            async def stray(request: web.BaseRequest) -> web.StreamResponse:
                return await handler(request)  # type: ignore[arg-type]

            runner = web.ServerRunner(web.Server(stray), shutdown_timeout=0.1)
            await runner.setup()
            stack.push_async_callback(runner.cleanup)
            await web.TCPSite(runner, "127.0.0.1", 0, **site).start()
            host, port = runner.addresses[0][:2]
            return f"{'https' if 'ssl_context' in site else 'http'}://{host}:{port}"

        yield start


@pytest.fixture
async def raw_serve() -> AsyncIterator[Callable[[bytes], Awaitable[str]]]:
    """Starts a server that answers every connection with the given bytes, then closes it."""
    async with AsyncExitStack() as stack:

        async def start(answer: bytes) -> str:
            async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                await reader.readuntil(b"\r\n\r\n")
                writer.write(answer)
                await writer.drain()
                writer.close()
                await writer.wait_closed()

            server = await stack.enter_async_context(
                await asyncio.start_server(talk, "127.0.0.1", 0)
            )
            return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

        yield start


@pytest.fixture
def refused_address() -> Iterator[str]:
    """An address that refuses: its port is taken, and nobody listens there."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"
