"""Other hosts than the server: nothing of ours goes there, and not every one is asked."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from support.servers import answering, refusing

from crawler.api.foreign_transport import BAD_ADDRESS, ForeignTransport, GuardedResolver
from crawler.api.messages import Download, Request
from crawler.api.networks import Network
from crawler.api.transport import TransportOptions
from crawler.clock import SystemClock
from crawler.errors import RefusedError, UnreachableError
from crawler.model import FileVersion
from crawler.progress import NoProgress

pytestmark = pytest.mark.anyio


class Bytes:
    """A sink in memory."""

    def __init__(self) -> None:
        self.content = b""
        self.version: FileVersion | None = None

    @property
    def size(self) -> int:
        return len(self.content)

    async def begin(self, version: FileVersion | None) -> None:
        self.content, self.version = b"", version

    async def write(self, data: bytes) -> None:
        self.content += data


class Names(AbstractResolver):
    """Gives one answer after the other, as a name does that is bound anew."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        rest = {"port": port, "family": family, "proto": 0, "flags": 0}
        return [{"hostname": host, "host": self.answers.pop(0), **rest}]  # type: ignore[typeddict-item]

    async def close(self) -> None:
        pass


def download(address: str, sink: Bytes | None = None, **more: int) -> Download:
    options = {"authenticated": False, "limit": 100, **more}
    return Download("GET", (), address=address, sink=sink or Bytes(), **options)  # type: ignore[arg-type]


@asynccontextmanager
async def transport(server: str) -> AsyncIterator[ForeignTransport]:
    options = TransportOptions(url=server)
    async with ForeignTransport(options, clock=SystemClock(), progress=NoProgress()) as found:
        yield found


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "[::1]", "0x7f.1"])
async def test_loopback_is_asked_only_if_the_server_is_there(host: str) -> None:
    """Whatever way the host is written; the file itself is there and would be sent."""
    async with answering(200, "secret", "text/plain") as url, transport("https://192.0.2.1") as out:
        address = url.replace("127.0.0.1", host)
        with pytest.raises(RefusedError, match=r"loopback|cannot be asked") as caught:
            await out(download(f"{address}/x?sig=word"))
    assert caught.value.cause == BAD_ADDRESS
    assert "word" not in str(caught.value)


async def test_a_server_on_loopback_may_have_its_storage_there() -> None:
    """As the demo and test installations do."""
    sink = Bytes()
    async with answering(200, "file", "text/plain") as url, transport(url) as out:
        reply = await out(download(f"{url}/x", sink))
    assert (reply.status, reply.streamed, sink.content) == (200, 4, b"file")


async def test_a_name_that_is_bound_anew_gains_nothing() -> None:
    """What is checked is what is connected to, at each look-up."""
    resolver = GuardedResolver(Names("8.8.8.8", "10.0.0.1"), {Network.PUBLIC})
    assert [each["host"] for each in await resolver.resolve("a.example")] == ["8.8.8.8"]
    with pytest.raises(RefusedError, match="leads into a private network"):
        await resolver.resolve("a.example")


async def test_neither_the_session_nor_other_requests_leave_this_way() -> None:
    """A mistake of ours should be loud."""
    async with transport("http://127.0.0.1:1") as out:
        with pytest.raises(RuntimeError):
            await out(Request("GET", ("api",)))
        with pytest.raises(RuntimeError):
            await out(Download("GET", (), address="http://127.0.0.1:1/", sink=Bytes(), limit=1))


async def test_a_file_over_the_limit_is_refused_before_it_is_written() -> None:
    """Its length is told first."""
    sink = Bytes()
    async with answering(200, "much" * 9, "text/plain") as url, transport(url) as out:
        with pytest.raises(RefusedError, match="larger than the limit"):
            await out(download(f"{url}/x", sink, limit=10))
    assert sink.content == b""


async def test_a_host_that_refuses_is_told_without_the_signature() -> None:
    """It stands in no error, so in no log and no manifest."""
    with refusing() as url:
        async with transport(url) as out:
            with pytest.raises(UnreachableError) as caught:
                await out(download(f"{url}/bucket/x.png?X-Amz-Signature=deadbeef"))
    assert "deadbeef" not in str(caught.value)
    assert "/bucket/x.png" in str(caught.value)
