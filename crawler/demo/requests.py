"""What the demo server takes from a request, and what it remembers of it."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from aiohttp import web

from crawler.demo.uploads import uploaded

__all__ = ("LOGIN", "SeenRequest", "sent_fields", "tells_apart")

LOGIN = "/api/login"
_FORM = "multipart/"


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """A request as the server saw it.

    Attributes:
        number: Counted from 1 in order of arrival.
        at: Seconds of the server's clock at arrival.
        method: ``GET``, ``POST`` or ``PUT``.
        path: Without the query.
        query: By name; of a repeated name the last value.
        status: Of the answer; 0 if none was sent.
        user_agent: As sent.
        authorization: ``none``, ``jwt``, ``bearer jwt``, ``project token``, ``general token`` or
            ``other``.
        request_id: Of the answer's ``x-request-id``.
    """

    number: int
    at: float
    method: str
    path: str
    query: Mapping[str, str]
    status: int
    user_agent: str
    authorization: str
    request_id: str


async def tells_apart(request: web.BaseRequest) -> str:
    """What tells writes to the same address apart; nothing for reads and logins."""
    if request.method == "GET" or request.path == LOGIN:
        return ""
    if request.content_type.startswith(_FORM):  # it is read once, piece by piece
        return f" {request.method} {request.content_length}"
    return f" {request.method} {zlib.crc32(await request.read()):08x}"


async def sent_fields(request: web.BaseRequest) -> Mapping[str, object]:
    """What a login or a write sends: JSON or a form; nothing if it is neither."""
    if request.content_type.startswith(_FORM):
        return await uploaded(await request.multipart())
    if request.content_type != "application/json":
        return dict(await request.post())
    try:
        fields = orjson.loads(await request.read())
    except orjson.JSONDecodeError:
        return {}
    return fields if isinstance(fields, dict) else {}
