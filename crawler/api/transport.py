"""The innermost `Send`: one aiohttp session to the server.

What aiohttp, the sockets and TLS raise ends here, in `mapped_errors`. No redirect is followed, no
cookie kept, no environment variable read, and no request leaves the configured address
(`foreign_transport` asks other hosts for files, with nothing of ours).
"""

import errno
import json
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final, Self
from urllib.parse import quote

import aiohttp
import anyio
import anyio.to_thread
from yarl import URL

import crawler
from crawler.api.address import Address, is_sign_in, redirect_error
from crawler.api.closing import closed
from crawler.api.file_versions import file_headers
from crawler.api.filling import fill, time_for
from crawler.api.meanings import (
    BAD_CERTIFICATE,
    CLOSED,
    CUT,
    GARBLED,
    NEVER,
    NO_PROXY,
    NO_TLS,
    SILENT,
    TOO_SLOW,
    UNKNOWN_HOST,
    Meaning,
    error_of,
    proxy_refused,
)
from crawler.api.messages import Download, Reply, Request, Upload
from crawler.clock import Clock
from crawler.errors import (
    ConfigError,
    LocalError,
    RefusedError,
    ServerError,
)
from crawler.progress import Progress, Requested, Spent, Stage
from crawler.redaction import Secret
from crawler.sending import Outgoing
from crawler.stopping import until_answered

__all__ = ("USER_AGENT", "Transport", "TransportOptions", "mapped_errors", "trust")

#: The CDN answers the default agents of HTTP libraries with 403 (seen live).
USER_AGENT: Final = (
    f"testomat-crawler/{crawler.__version__}"
    " (+https://github.com/testomat-crawler/testomat-crawler)"
)
_CHUNK_BYTES: Final = 65_536
#: What this machine lacks is no fault of the network.
_SHORTAGE: Final = (errno.EMFILE, errno.ENFILE)
_MIB: Final = 1_048_576


@dataclass(frozen=True, slots=True, kw_only=True)
class TransportOptions:
    """How to reach the server; all times in seconds.

    `connect_timeout` is for a connection with its TLS, `read_timeout` for each silence within an
    answer, `request_timeout` for one request as a whole. `in_flight` is the size of the pool.
    `max_body_bytes` bounds a body after unzipping. `ca_file` is trusted besides the system's
    certificates. `proxy` is an http address that may hold a password; `None` means none.
    """

    url: str
    connect_timeout: float = 10.0
    read_timeout: float = 60.0
    request_timeout: float = 180.0
    in_flight: int = 8
    max_body_bytes: int = 64 * _MIB
    ca_file: Path | None = None
    proxy: str | None = field(default=None, repr=False)


class Transport:
    """Sends over one pool of connections, open as long as the `async with` block.

    Reports `Requested` once for each attempt that ended by itself. `answered` tells whether the
    server has ever answered in whole, whatever it said.
    """

    def __init__(self, options: TransportOptions, *, clock: Clock, progress: Progress) -> None:
        self.address = Address(options.url)
        self.answered = False
        self._shown = self.address.shown
        self._base = _base(self.address)
        self._options = options
        self._clock = clock
        self._progress = progress
        self._session: aiohttp.ClientSession | None = None
        self._usual = self._timeout(options.request_timeout)

    async def __aenter__(self) -> Self:
        options = self._options
        trusted = await anyio.to_thread.run_sync(trust, options.ca_file)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=options.in_flight, ssl=trusted),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={
                "Accept": "application/json",
                "User-Agent": USER_AGENT,
            },
            timeout=self._usual,
            trust_env=False,
        )
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
        """Send one request; a redirect is an error, or 401 if it leads to a sign-in form."""
        started = self._clock.monotonic()
        try:
            reply = await until_answered(lambda: self._exchange(request))
        except ServerError as error:
            self._report(request, started, None, trace=error.trace)
            raise
        self.answered = True
        received = len(reply.body) + reply.streamed
        self._report(request, started, reply.status, received, reply.trace)
        return self._checked(request, reply)

    async def _exchange(self, request: Request) -> Reply:
        if not isinstance(request, Upload):
            return await self._sent(request, _json(request))
        with await anyio.to_thread.run_sync(request.file.open) as stream:
            return await self._sent(request, _form(request.file, stream))

    async def _sent(self, request: Request, body: bytes | aiohttp.FormData | None) -> Reply:
        session = self._session
        if session is None:
            raise RuntimeError("the transport is used outside its async with block")
        options = self._options
        begun = self._clock.monotonic()
        seconds = time_for(request, options.request_timeout)
        usual = seconds == options.request_timeout
        with mapped_errors(request, self._shown):
            async with session.request(
                request.method,
                self._url(request),
                data=body,
                headers=_headers(request),
                allow_redirects=False,
                proxy=options.proxy,
                timeout=self._usual if usual else self._timeout(seconds),
            ) as response:
                answered = self._clock.monotonic()
                self._progress.report(Spent(Stage.SERVER, answered - begun))
                reply = await self._received(response, request)
                self._progress.report(Spent(Stage.NETWORK, self._clock.monotonic() - answered))
                return reply

    def _timeout(self, seconds: float) -> aiohttp.ClientTimeout:
        options = self._options
        return aiohttp.ClientTimeout(
            total=seconds, connect=options.connect_timeout, sock_read=options.read_timeout
        )

    async def _received(self, response: aiohttp.ClientResponse, request: Request) -> Reply:
        headers = {name.lower(): value for name, value in response.headers.items()}
        if isinstance(request, Download):
            reply = Reply(response.status, headers)
            if reply.is_good:
                chunks = response.content.iter_chunked(_CHUNK_BYTES)
                return replace(reply, streamed=await fill(request, reply, chunks))
        return Reply(response.status, headers, await self._read(response, request))

    def _url(self, request: Request) -> URL:
        if not isinstance(request, Download):
            return URL(f"{self._base}{request.target}{_key(request)}", encoded=True)
        url = URL(request.address, encoded=True)
        if url.origin() != URL(self._base).origin():
            raise RuntimeError("a request with the session would leave the server")
        return url

    async def _read(self, response: aiohttp.ClientResponse, request: Request) -> bytes:
        limit = self._options.max_body_bytes
        body = BytesIO()  # which gives its content away without a copy of it
        # The length that a header claims is of the zipped body; what counts is what comes out.
        while chunk := await response.content.readany():
            body.write(chunk)
            if body.tell() > limit:
                raise RefusedError(
                    f"The answer is larger than the limit of {limit / _MIB:g} MiB",
                    request=request.label,
                    status=response.status,
                    cause="too large",
                    hint="The setting max_body_mib raises the limit.",
                )
        return body.getvalue()

    def _checked(self, request: Request, reply: Reply) -> Reply:
        status = reply.status
        if status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
            raise proxy_refused(request, status)
        if not HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
            return reply
        if status == HTTPStatus.NOT_MODIFIED:
            return reply  # leads nowhere: whoever set a condition knows what it means
        if is_sign_in(reply):
            return replace(reply, status=int(HTTPStatus.UNAUTHORIZED))
        if isinstance(request, Download):
            return reply  # it is followed one step at a time, each looked at anew
        raise redirect_error(reply, self.address, request.target, request.label)

    def _report(
        self,
        request: Request,
        started: float,
        status: int | None,
        body_bytes: int = 0,
        trace: str = "",
    ) -> None:
        seconds = self._clock.monotonic() - started
        self._progress.report(
            Requested(request.label, status, seconds, body_bytes, request.attempt, trace)
        )


def _key(request: Request) -> str:
    """What follows the target of a request that has a key."""
    if request.key is None:
        return ""
    return f"{'&' if request.query else '?'}api_key={quote(request.key.reveal(), safe='')}"


def _base(address: Address) -> str:
    try:
        # Encodes what a person may write plainly: a host or a path beyond ASCII.
        return str(URL(address.url)).rstrip("/")
    except ValueError:
        raise ConfigError(f"{address.shown!r} is not the address of a server.") from None


def trust(ca_file: Path | None) -> ssl.SSLContext | bool:
    """What certificates are checked against; raises `ConfigError` if the file is unusable."""
    if ca_file is None:
        return True
    context = ssl.create_default_context()
    try:
        context.load_verify_locations(ca_file)
    except (OSError, ssl.SSLError) as error:
        reason = error.strerror or type(error).__name__
        raise ConfigError(f"The file of certificates {ca_file} is not usable: {reason}.") from None
    return context


def _headers(request: Request) -> Mapping[str, str]:
    headers = {name: _revealed(value) for name, value in request.headers}
    if request.fields is not None:
        headers["Content-Type"] = "application/json"
    if isinstance(request, Download):
        headers |= file_headers(request)
    return headers


def _form(file: Outgoing, stream: BinaryIO) -> aiohttp.FormData:
    form = aiohttp.FormData(quote_fields=False)  # names as browsers write them
    form.add_field("file", stream, filename=file.name, content_type=file.type)
    return form


def _json(request: Request) -> bytes | None:
    if request.fields is None:
        return None
    fields = {
        name: _revealed(value) if isinstance(value, Secret) else value
        for name, value in request.fields.items()
    }
    return json.dumps(fields).encode()


def _revealed(value: Any) -> Any:
    return value.reveal() if isinstance(value, Secret) else value


#: The most specific class comes first; the first one that fits decides.
_MEANINGS: Final[tuple[tuple[type[BaseException], Meaning], ...]] = (
    (aiohttp.ClientConnectorCertificateError, BAD_CERTIFICATE),
    (aiohttp.ServerFingerprintMismatch, BAD_CERTIFICATE),
    (aiohttp.ClientSSLError, NO_TLS),
    (aiohttp.ClientProxyConnectionError, NO_PROXY),
    (aiohttp.ClientConnectorDNSError, UNKNOWN_HOST),
    (aiohttp.ClientConnectorError, CLOSED),
    (aiohttp.ConnectionTimeoutError, TOO_SLOW),
    (aiohttp.ServerTimeoutError, SILENT),
    (aiohttp.ClientConnectionError, CUT),
    (aiohttp.ClientPayloadError, CUT),
    (aiohttp.InvalidURL, NEVER),
    (aiohttp.NonHttpUrlClientError, NEVER),
    (aiohttp.ClientError, GARBLED),
    (ssl.SSLCertVerificationError, BAD_CERTIFICATE),
    (TimeoutError, SILENT),
    (OSError, CUT),
)


@contextmanager
def mapped_errors(request: Request, server: str = "") -> Iterator[None]:
    """Turns every exception of aiohttp, the sockets and TLS into a `ServerError`.

    One that only says that no more files may be open becomes a `LocalError`.
    `server` is the address as it may be shown.
    """
    try:
        yield
    except aiohttp.ClientHttpProxyError as error:
        raise proxy_refused(request, error.status) from None
    except tuple(kind for kind, _ in _MEANINGS) as error:
        if getattr(_beneath(error) or error, "errno", None) in _SHORTAGE:
            raise _short_of(request) from None
        meaning = next(meaning for kind, meaning in _MEANINGS if isinstance(error, kind))
        if meaning is NO_TLS and isinstance(_beneath(error), ssl.SSLEOFError):
            meaning = CLOSED  # broken off, not refused: it may work in a moment
        # The cause is cut off: its text may hold addresses with passwords.
        raise error_of(meaning, request, server) from None


def _short_of(request: Request) -> LocalError:
    return LocalError(
        f"This process may not open what it needs to ask the server ({request.label}): too many"
        " files and connections are open.",
        hint="Raise the limit, such as by 'ulimit -n 1024', or use fewer --workers.",
    )


def _beneath(error: BaseException) -> BaseException | None:
    """The operating system's or OpenSSL's own error, where aiohttp kept it."""
    return getattr(error, "os_error", None)
