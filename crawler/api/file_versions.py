"""Pure but for the sink: files that are not sent again, and those that go on where they were cut.

Only a strong validator (RFC 9110, section 8.8) says that bytes are the same, and only of the place
that sent it. A server that gives none sends the whole file each time: an address or an ID that is
the same, or a size, proves nothing about the bytes.
"""

import re
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

from crawler.api.messages import Download, Reply
from crawler.errors import MalformedError
from crawler.model import FileVersion

__all__ = ("begun", "file_headers", "version_of")

#: A file is wanted as it is: its length then tells whether all of it came.
_PLAIN: Final = {"Accept": "*/*", "Accept-Encoding": "identity"}
_STRONG: Final = re.compile(r'"[\x21\x23-\x7e]{1,200}"')
_RANGE: Final = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18})")
#: A file may change twice within the second that its date names.
_LONG_OVER: Final = timedelta(minutes=1)


def file_headers(request: Download) -> dict[str, str]:
    """What to ask with: for the rest of what the sink holds, or only for what changed."""
    place, held, known = _place(request.address), request.sink.version, request.known
    if held is not None and held.place == place and request.sink.size:
        rest = {"Range": f"bytes={request.sink.size}-", "If-Range": held.validator}
        return _PLAIN | rest
    if known is not None and known.place == place:
        is_tag = known.validator.startswith('"')
        return _PLAIN | {"If-None-Match" if is_tag else "If-Modified-Since": known.validator}
    return dict(_PLAIN)


def version_of(request: Download, reply: Reply) -> FileVersion | None:
    """The version of the file in an answer; `None` if it tells none that is certain."""
    found = _validator(reply)
    return FileVersion(_place(request.address), found) if found else None


async def begun(request: Download, reply: Reply) -> int:
    """Make the sink ready for an answer; returns how many bytes of the file it holds already.

    Raises:
        MalformedError: if the answer is a part that does not go on where the sink ends.
    """
    sink = request.sink
    if reply.status != HTTPStatus.PARTIAL_CONTENT:
        await sink.begin(version_of(request, reply))
        return 0
    if not _goes_on(request, reply):
        await sink.begin(None)
        raise MalformedError(
            "The server sent another part of the file than was asked for",
            request=request.label,
            status=reply.status,
            trace=reply.trace,
            cause="a wrong part",
        )
    return sink.size


def _goes_on(request: Download, reply: Reply) -> bool:
    """Whether the answer is the whole rest of the version that the sink holds."""
    held, told = request.sink.version, version_of(request, reply)
    part = _RANGE.fullmatch(reply.header("content-range").strip())
    if held is None or part is None or (told is not None and told != held):
        return False
    start, last, total = map(int, part.groups())
    return start == request.sink.size and last == total - 1


def _place(address: str) -> str:
    return address.partition("?")[0]


def _validator(reply: Reply) -> str:
    tag, changed = reply.header("etag").strip(), reply.header("last-modified").strip()
    if tag:
        return tag if _STRONG.fullmatch(tag) else ""
    at, now = _moment(changed), _moment(reply.header("date"))
    return changed if at and now and now - at >= _LONG_OVER else ""


def _moment(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return found if found.tzinfo else None
