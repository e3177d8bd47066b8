"""How each fault is put on the wire."""

import dataclasses
import gzip
import socket
import struct
import sys
from asyncio import Event, sleep
from collections.abc import Mapping
from http import HTTPStatus

from aiohttp import web

from crawler.demo.faults import Fault, FaultKind
from crawler.demo.replies import Reply, failure, html

__all__ = ("commit", "is_plain", "replace")

_PIECE = 64 * 1024
# The two fields are half as wide on Windows.
_LINGER_NONE = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
"""Closing then sends a reset instead of an orderly end."""

_GZIP = {"Content-Encoding": "gzip"}

_AT_THE_SOCKET = frozenset(
    {
        FaultKind.RESET,
        FaultKind.CLOSED,
        FaultKind.CUT,
        FaultKind.CUT_CHUNKED,
        FaultKind.HANG,
        FaultKind.DRIP,
        FaultKind.OVERSIZED,
    }
)


_ERRORS = {
    FaultKind.ERROR_500: html(HTTPStatus.INTERNAL_SERVER_ERROR, "500 Internal Server Error"),
    FaultKind.ERROR_502: html(HTTPStatus.BAD_GATEWAY, "502 Bad Gateway"),
    FaultKind.ERROR_503: html(HTTPStatus.SERVICE_UNAVAILABLE, "503 Service Unavailable"),
    FaultKind.TOO_MANY: failure(HTTPStatus.TOO_MANY_REQUESTS, "Too many requests"),
}

_WITH_RETRY_AFTER = {
    FaultKind.ERROR_503_RETRY_AFTER: FaultKind.ERROR_503,
    FaultKind.TOO_MANY_RETRY_AFTER: FaultKind.TOO_MANY,
}

_ANOTHER = (
    b'{"data":{"id":"feedface","type":"suite","attributes":{"title":"Another suite",'
    b'"file-type":"file","test-count":0,"is-root":true,"parent-id":null},"relationships":{}},'
    b'"included":[]}'
)

_WRONG_CONTENT = {
    FaultKind.EMPTY: Reply(HTTPStatus.OK),
    FaultKind.NOT_MODIFIED: Reply(HTTPStatus.NOT_MODIFIED),
    FaultKind.HTML: html(HTTPStatus.OK, "We will be back in a moment"),
    FaultKind.NULL_DATA: Reply(HTTPStatus.OK, b'{"data":null}'),
    FaultKind.NOT_UTF8: Reply(HTTPStatus.OK, b'{"data":[{"id":"\xff\xfe"}]}'),
    FaultKind.WRONG_DOCUMENT: Reply(HTTPStatus.OK, _ANOTHER),
    FaultKind.BAD_GZIP: Reply(HTTPStatus.OK, b"\x1f\x8bnot gzip", headers=_GZIP),
}

_READY_MADE = _ERRORS | _WRONG_CONTENT


def is_plain(fault: Fault) -> bool:
    """Is the fault an ordinary answer with the wrong content?"""
    return fault.kind not in _AT_THE_SOCKET


def replace(fault: Fault, right: Reply, target: str) -> Reply:
    """The answer that a plain fault puts in place of the right one."""
    kind = fault.kind
    if kind in _READY_MADE:
        return _READY_MADE[kind]
    if kind in _WITH_RETRY_AFTER:
        headers = {"Retry-After": str(round(fault.seconds))}
        return dataclasses.replace(_READY_MADE[_WITH_RETRY_AFTER[kind]], headers=headers)
    if kind is FaultKind.NOT_JSON:
        return Reply(HTTPStatus.OK, right.body[: len(right.body) // 2] or b"{")
    if kind is FaultKind.GZIP_BOMB:
        packed = gzip.compress(b"[" + b" " * (fault.size - 2) + b"]")
        return Reply(HTTPStatus.OK, packed, headers=_GZIP)
    return _redirect(fault, target)


def _redirect(fault: Fault, target: str) -> Reply:
    location = {
        FaultKind.SIGN_IN: "/users/sign_in",
        FaultKind.ELSEWHERE: fault.location,
        FaultKind.LOOP: target,
    }[fault.kind]
    return html(HTTPStatus.FOUND, "You are being redirected", {"Location": location})


async def commit(
    fault: Fault,
    request: web.BaseRequest,
    right: Reply,
    headers: Mapping[str, str],
    closing: Event,
) -> web.StreamResponse:
    """Do what no ordinary answer can. Whatever is returned is not meant to arrive."""
    match fault.kind:
        case FaultKind.HANG:
            await closing.wait()
            _drop(request)
            return web.Response()
        case FaultKind.RESET | FaultKind.CLOSED:
            _drop(request, reset=fault.kind is FaultKind.RESET)
            return web.Response()
        case FaultKind.CUT | FaultKind.CUT_CHUNKED:
            return await _send_cut(request, right, headers, fault.kind)
        case FaultKind.OVERSIZED:
            return await _send_oversized(fault, request, headers)
        case _:
            return await _send_dripping(fault, request, right, headers)


def _drop(request: web.BaseRequest, *, reset: bool = False) -> None:
    """End the connection without an answer."""
    if request.transport is None:
        return
    if reset:
        connection = request.transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NONE)
    request.transport.abort()


async def _send_cut(
    request: web.BaseRequest, right: Reply, headers: Mapping[str, str], kind: FaultKind
) -> web.StreamResponse:
    response = web.StreamResponse(status=right.status, headers=headers)
    if kind is FaultKind.CUT:
        response.content_length = len(right.body) + 1
    else:
        response.enable_chunked_encoding()
    await response.prepare(request)
    await response.write(right.body[: len(right.body) // 2] or b"{")
    if request.transport is not None:
        request.transport.close()
    return response


async def _send_dripping(
    fault: Fault, request: web.BaseRequest, right: Reply, headers: Mapping[str, str]
) -> web.StreamResponse:
    response = web.StreamResponse(status=right.status, headers=headers)
    response.content_length = len(right.body)
    await response.prepare(request)
    for position in range(len(right.body)):
        await response.write(right.body[position : position + 1])
        await sleep(fault.seconds)
    return response


async def _send_oversized(
    fault: Fault, request: web.BaseRequest, headers: Mapping[str, str]
) -> web.StreamResponse:
    """JSON that is valid and long: blanks between two brackets."""
    response = web.StreamResponse(status=HTTPStatus.OK, headers=headers)
    response.content_length = fault.size
    await response.prepare(request)
    await response.write(b"[")
    left = fault.size - 2
    while left > 0:
        await response.write(b" " * min(left, _PIECE))
        left -= _PIECE
    await response.write(b"]")
    return response
