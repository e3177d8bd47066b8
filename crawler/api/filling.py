"""A file from an answer into its sink, bounded in size and time, never whole in memory."""

from collections.abc import AsyncIterator
from typing import Final

from crawler.api.file_versions import begun
from crawler.api.messages import Download, Reply, Request, Upload
from crawler.errors import MalformedError, RefusedError

__all__ = ("TOO_LARGE", "fill", "time_for")

TOO_LARGE: Final = "too large"
_MIB: Final = 1_048_576
_SLOWEST: Final = 65_536
"""Bytes a second; a file that comes or goes more slowly, at its largest size, takes too long."""


def time_for(request: Request, usual: float) -> float:
    """Seconds that one attempt may take; `usual` is for what is no file."""
    if isinstance(request, Upload):
        return usual + request.file.size / _SLOWEST
    return usual + request.limit / _SLOWEST if isinstance(request, Download) else usual


async def fill(request: Download, reply: Reply, chunks: AsyncIterator[bytes]) -> int:
    """Write the file, or its rest, to the sink of the request; returns how many bytes came.

    Raises `RefusedError` if it is larger than it may be, as soon as that shows, and
    `MalformedError` if it is a page although no page was asked for.
    """
    if "html" in reply.header("content-type").lower() and not request.page_expected:
        raise MalformedError(
            "The server answered with a page instead of the file",
            request=request.label,
            status=reply.status,
            trace=reply.trace,
            cause="a page",
        )
    start = await begun(request, reply)
    claimed = reply.header("content-length")
    if claimed.isascii() and claimed.isdigit() and start + int(claimed) > request.limit:
        raise _too_large(request, reply)
    size = start
    async for chunk in chunks:
        size += len(chunk)
        if size > request.limit:
            raise _too_large(request, reply)
        await request.sink.write(chunk)
    return size - start


def _too_large(request: Download, reply: Reply) -> RefusedError:
    return RefusedError(
        f"The file is larger than the limit of {request.limit / _MIB:g} MiB",
        request=request.label,
        status=reply.status,
        cause=TOO_LARGE,
        hint="The setting attachment_max_mib raises the limit.",
    )
