"""The `Send` for files on other hosts: nothing of ours goes there, and not every host is asked.

What is checked is the address that a connection is made to: the resolver hands out no other, so a
name that leads somewhere else at a second look gains nothing.
"""

import socket
from collections.abc import Iterable
from dataclasses import replace
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

import aiohttp
import anyio
import anyio.to_thread
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from crawler.api.address import Address
from crawler.api.closing import closed
from crawler.api.file_versions import file_headers
from crawler.api.filling import fill, time_for
from crawler.api.meanings import NEVER
from crawler.api.messages import Download, Reply, Request
from crawler.api.networks import Network, literal, network_of, networks_of
from crawler.api.transport import USER_AGENT, TransportOptions, mapped_errors, trust
from crawler.clock import Clock
from crawler.errors import RefusedError, ServerError
from crawler.progress import Progress, Requested
from crawler.stopping import until_answered

__all__ = ("BAD_ADDRESS", "ForeignTransport", "GuardedResolver", "refused_address")

BAD_ADDRESS: Final = "address"
"""The cause of an error on an address that is not asked."""

_CHUNK_BYTES: Final = 65_536
_LONGEST_BODY: Final = 65_536
_WEB: Final = ("http", "https")


def refused_address(request: str, why: str) -> RefusedError:
    """The error on an address that is not asked; `request` is shown."""
    return RefusedError(f"The address {why}", request=request, cause=BAD_ADDRESS)


class ForeignTransport:
    """Asks any host for a file, open as long as the `async with` block.

    With a proxy, which looks up the names itself, only addresses written as numbers are checked.
    """

    def __init__(self, options: TransportOptions, *, clock: Clock, progress: Progress) -> None:
        self._options = options
        self._server = Address(options.url)
        self._clock = clock
        self._progress = progress
        self._resolver: GuardedResolver | None = None
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        session, self._session = self._session, None
        await closed(session)

    async def __call__(self, request: Request) -> Reply:
        """Send one request; a redirect is an answer like others.

        Raises `RefusedError` if the address is not one to ask.
        """
        if not isinstance(request, Download) or request.authenticated:
            raise RuntimeError("other hosts are asked for files alone, and without the session")
        started = self._clock.monotonic()
        try:
            reply = await until_answered(lambda: self._exchange(request))
        except ServerError as error:
            if error.cause == NEVER.cause:
                raise refused_address(request.label, "cannot be asked") from None
            if error.cause != BAD_ADDRESS:
                self._report(request, started, None)
            raise
        self._report(request, started, reply)
        return reply

    async def _exchange(self, request: Download) -> Reply:
        session, resolver = await self._opened()
        url = _checked(request, resolver.allowed)
        seconds = time_for(request, self._options.request_timeout)
        with mapped_errors(request), anyio.fail_after(seconds):
            async with session.get(
                url, headers=file_headers(request), allow_redirects=False, proxy=self._options.proxy
            ) as response:
                headers = {name.lower(): value for name, value in response.headers.items()}
                reply = Reply(response.status, headers)
                if not reply.is_good:
                    return replace(reply, body=await response.content.read(_LONGEST_BODY))
                chunks = response.content.iter_chunked(_CHUNK_BYTES)
                return replace(reply, streamed=await fill(request, reply, chunks))

    async def _opened(self) -> "tuple[aiohttp.ClientSession, GuardedResolver]":
        """The session, made at the first file: most crawls need none."""
        options = self._options
        if self._session is not None and self._resolver is not None:
            return self._session, self._resolver
        allowed = {Network.PUBLIC, *await _networks(self._server)}
        trusted = await anyio.to_thread.run_sync(trust, options.ca_file)
        if self._session is None or self._resolver is None:  # nobody was faster
            self._resolver = GuardedResolver(aiohttp.ThreadedResolver(), allowed)
            resolver = aiohttp.ThreadedResolver() if options.proxy else self._resolver
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(resolver=resolver, ssl=trusted),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": USER_AGENT},
                timeout=aiohttp.ClientTimeout(
                    total=None, connect=options.connect_timeout, sock_read=options.read_timeout
                ),
                trust_env=False,
            )
        return self._session, self._resolver

    def _report(self, request: Request, started: float, reply: Reply | None) -> None:
        status = None if reply is None else reply.status
        size = 0 if reply is None else len(reply.body) + reply.streamed
        seconds = self._clock.monotonic() - started
        self._progress.report(Requested(request.label, status, seconds, size, request.attempt))


class GuardedResolver(AbstractResolver):
    """Looks names up with another resolver, and refuses those that lead where nobody may go."""

    def __init__(self, behind: AbstractResolver, allowed: Iterable[Network]) -> None:
        self.allowed = frozenset(allowed)
        self._behind = behind

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of a name.

        Raises `RefusedError` if any of them is in a network that is not allowed.
        """
        found = await self._behind.resolve(host, port, family)
        for network in networks_of(each["host"] for each in found) - self.allowed:
            raise refused_address(host, f"leads into a {network.value} network")
        return found

    async def close(self) -> None:
        """Close the resolver behind."""
        await self._behind.close()


def _checked(request: Download, allowed: frozenset[Network]) -> URL:
    """The address as it is asked; a resolver is not asked for one that is written as a number."""
    try:
        parts = urlsplit(request.address)
        url = URL(request.address, encoded=True)
        host = parts.hostname or ""
        _ = parts.port, url.port
    except ValueError:
        raise refused_address(request.label, "cannot be read") from None
    if parts.scheme not in _WEB or not host or "@" in parts.netloc:
        raise refused_address(request.label, "is not a plain http or https one")
    number = literal(host)
    if number is not None and network_of(number) not in allowed:
        raise refused_address(request.label, f"leads into a {network_of(number).value} network")
    if (url.raw_host or "").lower() != host:
        raise refused_address(request.label, "cannot be read")
    return url


async def _networks(server: Address) -> frozenset[Network]:
    """The networks that the server itself is in; none if its name cannot be looked up here."""
    host = urlsplit(server.url).hostname or ""
    try:
        found = await anyio.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return frozenset()
    return networks_of(str(each[4][0]) for each in found)
