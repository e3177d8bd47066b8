"""What is sent and what comes back, as values, and `Send`, the one interface between the layers.

Transport, pacing, login and retries are each a `Send`, or wrap one; a test puts in its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from http import HTTPStatus
from typing import Any, Final, Protocol
from urllib.parse import quote, urlencode

from crawler.errors import MalformedError
from crawler.model import FileVersion
from crawler.redaction import Secret, mask_address, printable
from crawler.sending import Outgoing

__all__ = (
    "LONGEST_SEGMENT",
    "Download",
    "Reply",
    "Request",
    "Send",
    "Sink",
    "Upload",
    "check_segment",
)

#: Longest ID or project name that is asked for, in characters; real ones have about ten.
LONGEST_SEGMENT: Final = 256
_LONGEST_TRACE: Final = 100
_TRACES: Final = ("x-request-id", "cf-ray")


@dataclass(frozen=True, slots=True)
class Request:
    """One request; `segments` are the parts of its path, each quoted as a whole when sent.

    `fields` become a JSON body; a `Secret` at its top, or in `headers`, is revealed only by the
    transport. `authenticated` asks for the session's header. `attempt` counts from 1. `key` goes
    into the query as `api_key`, put there by the transport alone, so no `target` or `label` has it.

    Raises `MalformedError` if a segment cannot stand in a path: empty, `.`, `..`, longer than
    `LONGEST_SEGMENT`, or not valid Unicode. So whatever ID a server hands out, it can neither
    leave its place in the path nor turn a question for one item into one for all.
    """

    method: str
    segments: tuple[str, ...]
    query: tuple[tuple[str, str], ...] = ()
    fields: Mapping[str, Any] | None = None
    headers: tuple[tuple[str, str | Secret], ...] = ()
    authenticated: bool = True
    attempt: int = field(default=1, compare=False)
    key: Secret | None = None

    def __post_init__(self) -> None:
        for segment in self.segments:
            check_segment(segment)

    @property
    def target(self) -> str:
        """The path and query, percent-encoded (RFC 3986), starting with a slash; without `key`."""
        return _target(self.segments, self.query)

    @property
    def label(self) -> str:
        """The method and the target as they may be shown: no secret, nothing unprintable."""
        return _label(self.method, self.target)


# Each layer asks for them once more for the same request.
@lru_cache(maxsize=512)
def _target(segments: tuple[str, ...], query: tuple[tuple[str, str], ...]) -> str:
    path = "".join(f"/{quote(segment, safe='')}" for segment in segments)
    return f"{path}?{urlencode(query)}" if query else path


@lru_cache(maxsize=512)
def _label(method: str, target: str) -> str:
    return printable(mask_address(f"{method} {target}"))


class Sink(Protocol):
    """Takes a file piece by piece."""

    @property
    def size(self) -> int:
        """Bytes that it holds, from the start of the file on."""
        ...

    @property
    def version(self) -> FileVersion | None:
        """Whose bytes these are; `None` if that was not told, so that they cannot be continued."""
        ...

    async def begin(self, version: FileVersion | None) -> None:
        """The file comes from its start, in this version, whatever came before."""
        ...

    async def write(self, data: bytes) -> None:
        """Some more bytes of it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Download(Request):
    """A request for a file; a 2xx answer goes into `sink` instead of a body.

    `address` is the whole address, percent-encoded; its query may be a signature and is never
    shown. Files of more than `limit` bytes are refused, and so are pages (HTML), which stand in
    the place of a file after an error, unless `page_expected`. If the file is still in the version
    that is `known`, the answer may be 304 and nothing else.
    """

    address: str
    sink: Sink = field(repr=False, compare=False)
    limit: int
    page_expected: bool = False
    known: FileVersion | None = None

    @property
    def target(self) -> str:
        """The address."""
        return self.address

    @property
    def label(self) -> str:
        """The method and the address as they may be shown."""
        return printable(mask_address(f"{self.method} {self.address.partition('?')[0]}"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload(Request):
    """A request that sends a file, read piece by piece, as the field `file` of a form."""

    file: Outgoing = field(compare=False)


def check_segment(segment: str) -> None:
    """Raises `MalformedError` if an ID or name cannot be one part of a path, or a query value."""
    if not segment or segment in {".", ".."} or len(segment) > LONGEST_SEGMENT:
        shown = printable(segment[:20])
        raise MalformedError(f"{shown!r} is not an ID that can be asked for", cause="malformed ID")
    try:
        segment.encode()
    except UnicodeEncodeError:
        raise MalformedError("An ID is not valid Unicode", cause="malformed ID") from None


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer, complete; `headers` has names in lower case, `body` is decoded (unzipped).

    `streamed` bytes of it went to a sink and not into the body.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)
    streamed: int = 0

    def header(self, name: str) -> str:
        """A header's value, whatever the case of its name; empty if it was not sent."""
        return self.headers.get(name.lower(), "")

    @property
    def trace(self) -> str:
        """The identifiers under which the server and its CDN know this answer, for errors."""
        if self.headers.keys().isdisjoint(_TRACES):
            return ""
        found = ((name, self.header(name)) for name in _TRACES)
        return ", ".join(f"{name} {printable(v[:_LONGEST_TRACE])}" for name, v in found if v)

    @property
    def is_good(self) -> bool:
        """Whether the status is 2xx."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    @property
    def is_html(self) -> bool:
        """Whether this is a page for people: a CDN, a proxy or a sign-in form, not the API."""
        return "html" in self.header("content-type").lower() or self.body.lstrip()[:1] == b"<"


class Send(Protocol):
    """Sends a request and returns whatever the server answers, errors included as a `Reply`.

    Raises `crawler.errors.ServerError` if there is no answer, `AccessError` if there never will be.
    """

    async def __call__(self, request: Request) -> Reply:
        """Send one request."""
        ...
