"""Files by their addresses: from the server with our session, from any other host without.

Redirects are followed one step at a time, and each step is decided on anew: so the session never
goes along to the storage that a server redirects to.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import quote, urljoin, urlsplit

from crawler.api.address import Address
from crawler.api.file_versions import file_headers
from crawler.api.foreign_transport import refused_address
from crawler.api.messages import Download, Reply, Sink
from crawler.api.retrying import Retrying
from crawler.api.wire import check_status
from crawler.errors import OutageError, RefusedError, TransientError
from crawler.model import FileVersion
from crawler.redaction import mask_address, printable

__all__ = ("Downloads", "Fetched")

_MOST_REDIRECTS: Final = 5
_PORTS: Final = {"http": 80, "https": 443}
#: All that may stand in an address (RFC 3986), and the sign of what is encoded already.
_PLAIN: Final = ":/?#[]@!$&'()*+,;=%~"
_MUCH: Final = 1 << 20
"""Bytes of a file that are worth another series of attempts."""

_CONDITIONS: Final = ("If-None-Match", "If-Modified-Since")
_PAGES: Final = (".htm", ".html", ".xhtml")


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was said of a file; `type` is its MIME type, empty if none was told.

    `version` is that of the bytes in the sink, if it is certain; `is_known`: none came, for the
    file is still the known one.
    """

    type: str
    version: FileVersion | None = None
    is_known: bool = False


class Downloads:
    """Fetches files; `own` sends to the server, with the session, `foreign` to other hosts."""

    def __init__(self, server: Address, own: Retrying, foreign: Retrying) -> None:
        self._server = server
        self._own = own
        self._foreign = foreign

    async def fetch(
        self,
        address: str,
        sink: Sink,
        *,
        limit: int,
        page_expected: bool = False,
        known: FileVersion | None = None,
    ) -> Fetched:
        """Write the file at `address`, which may be relative to the server, into `sink`.

        What the sink holds already is continued, if it is still of the same version. Of a file that
        is still in the version that is `known` nothing is written.

        Raises:
            RefusedError: if it is larger than `limit` bytes, if the address leads nowhere or is not
                one to ask, or if the file is refused.
            OutageError: if the server itself does not serve us now; of another host that is a
                `TransientError`, after all retries.
        """
        place = self._absolute(address)
        page_expected = page_expected or urlsplit(place).path.lower().endswith(_PAGES)
        for _ in range(_MOST_REDIRECTS + 1):
            own = _origin(place) == _origin(self._server.url)
            request = Download(
                "GET",
                (),
                authenticated=own,
                address=place,
                sink=sink,
                limit=limit,
                page_expected=page_expected,
                known=known,
            )
            reply = await _persistently(self._from_server if own else self._from_elsewhere, request)
            if reply.status == HTTPStatus.NOT_MODIFIED:
                return Fetched("", known, is_known=True)
            if reply.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                await sink.begin(None)
                continue
            if reply.is_good:
                type_ = reply.header("content-type").partition(";")[0].strip().lower()
                return Fetched(type_, sink.version)
            place = _joined(place, reply.header("location").strip(), request.label)
        raise RefusedError(
            f"The file was not reached after {_MOST_REDIRECTS} redirects",
            request=_shown(address),
            cause="redirect",
        )

    def _absolute(self, address: str) -> str:
        if not address:
            raise refused_address("", "is not told")
        return _joined(f"{self._server.url.rstrip('/')}/", address, _shown(address))

    async def _from_server(self, request: Download) -> Reply:
        return await self._own.fetch(request, lambda reply: _usable(reply, request))

    async def _from_elsewhere(self, request: Download) -> Reply:
        try:
            return await self._foreign.fetch(request, lambda reply: _usable(reply, request))
        except OutageError as error:
            # Others may well be served: it ends this file, not the run.
            raise TransientError(
                error.problem, request=request.label, status=error.status, cause=error.cause
            ) from error


async def _persistently(send: Callable[[Download], Awaitable[Reply]], request: Download) -> Reply:
    """Send a request as often as that brings a good deal more of the file.

    So a very large one comes over a line that breaks again and again.
    """
    while True:
        before = request.sink.size
        try:
            return await send(request)
        except TransientError:
            if request.sink.version is None or request.sink.size - before < _MUCH:
                raise


def _usable(reply: Reply, request: Download) -> Reply:
    """The answer, if it is the file or leads to it; raises the error that it stands for if not."""
    asked = file_headers(request)
    expected: dict[int, bool] = {
        HTTPStatus.NOT_MODIFIED: not asked.keys().isdisjoint(_CONDITIONS),
        HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE: "Range" in asked,
    }
    moved = HTTPStatus.MULTIPLE_CHOICES <= reply.status < HTTPStatus.BAD_REQUEST
    if not expected.get(reply.status, moved and bool(reply.header("location"))):
        check_status(reply, request.label)
    return reply


def _joined(base: str, address: str, label: str) -> str:
    """The absolute address, percent-encoded and without a fragment."""
    try:
        joined = urljoin(base, address)
        parts = urlsplit(joined)
        _ = parts.port
        encoded = quote(joined.partition("#")[0], safe=_PLAIN)
    except (ValueError, UnicodeEncodeError):
        raise refused_address(label, "cannot be read") from None
    if parts.scheme not in _PORTS or not parts.hostname:
        raise refused_address(label, "is not a plain http or https one")
    return encoded


def _origin(address: str) -> tuple[str, str, int | None]:
    parts = urlsplit(address)
    scheme = parts.scheme.lower()
    if "@" in parts.netloc:
        return scheme, "", None  # another host, which will be refused
    return scheme, (parts.hostname or "").lower(), parts.port or _PORTS.get(scheme)


def _shown(address: str) -> str:
    return printable(mask_address(f"GET {address.partition('?')[0]}"))
