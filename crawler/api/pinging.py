"""Calls a monitoring address that wants to hear when a job starts, ends well, or fails.

The address is a secret: its path is all that keeps others from calling it. So no event is reported
for these requests, and no error tells more than its kind.
"""

from http import HTTPStatus
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from crawler.api.messages import Request
from crawler.api.transport import Transport, TransportOptions
from crawler.clock import Clock
from crawler.errors import MalformedError, ServerError, UsageError
from crawler.progress import NoProgress
from crawler.redaction import Secret

__all__ = ("ping",)

_ATTEMPTS: Final = 3
_SECONDS: Final = 10.0


async def ping(
    address: Secret,
    suffix: str = "",
    *,
    clock: Clock,
    ca_file: Path | None = None,
    proxy: str | None = None,
) -> str:
    """GET the address, with `suffix` as one more part of its path; says why it failed, else empty.

    Tries three times, one and two seconds apart, and waits ten seconds for each answer.
    """
    reason = ""
    for attempt in range(_ATTEMPTS):
        if attempt:
            await clock.sleep(attempt)
        try:
            reason = await _once(address, suffix, clock=clock, ca_file=ca_file, proxy=proxy)
        except (MalformedError, UsageError, ValueError):
            return "the address is not usable"
        except ServerError as error:
            reason = error.cause or "no answer"
        if not reason:
            break
    return reason


async def _once(
    address: Secret, suffix: str, *, clock: Clock, ca_file: Path | None, proxy: str | None
) -> str:
    given = address.reveal()
    parts = urlsplit(given if "://" in given else f"https://{given}")
    segments = [unquote(each) for each in parts.path.split("/") if each]
    request = Request(
        "GET",
        (*segments, *([suffix] if suffix else ())),
        tuple(parse_qsl(parts.query, keep_blank_values=True)),
        authenticated=False,
    )
    options = TransportOptions(
        url=f"{parts.scheme}://{parts.netloc}",
        connect_timeout=_SECONDS,
        read_timeout=_SECONDS,
        request_timeout=_SECONDS,
        ca_file=ca_file,
        proxy=proxy,
    )
    async with Transport(options, clock=clock, progress=NoProgress()) as send:
        reply = await send(request)
    return "" if reply.status < HTTPStatus.MULTIPLE_CHOICES else f"HTTP {int(reply.status)}"
