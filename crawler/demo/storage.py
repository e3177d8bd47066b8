"""Files of a demo world, and the second host that keeps some of them, as a bucket would.

The service answers ``/rails/active_storage/…`` with a redirect to a presigned address on another
host (seen live). As real storages do, this one refuses a request that brings another means of
authorization besides the signature.
"""

import hmac
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from http import HTTPStatus
from itertools import count
from urllib.parse import quote

from aiohttp import web

from crawler.demo.listening import LOOPBACK, Listener
from crawler.demo.login import kind_of
from crawler.demo.records import DemoFile
from crawler.demo.replies import Reply

__all__ = ("DemoStorage", "StorageRequest", "file_reply")

_SECRET = b"demo-storage"
_PIECE = 1 << 16


@dataclass(frozen=True, slots=True)
class StorageRequest:
    """A request as the storage saw it; ``authorization`` as the server's ``SeenRequest`` has it.

    ``status`` is that of the answer, ``range`` the header that asks for a part.
    """

    path: str
    status: int
    authorization: str
    cookies: bool
    range: str = ""


class DemoStorage(Listener):
    """Serves the stored files of a world until the ``async with`` block ends.

    Attributes:
        requests: What was asked, in order of the answers.
        sent: Bytes of files that went out.
        cuts: By path, after how many bytes its next answer breaks off, once.
        on_cut: Called after each of these.
    """

    def __init__(self, files: Mapping[str, DemoFile], *, validators: bool = True) -> None:
        """Know the files; with ``validators`` it answers with ETags, to conditions and ranges."""
        super().__init__(self._handle)
        self.cuts: dict[str, int] = {}
        self.on_cut: Callable[[], None] = lambda: None
        self._validators = validators
        self.requests: list[StorageRequest] = []
        self.sent = 0
        self._files = files
        self._serial = count(1)

    def presigned(self, path: str) -> str:
        """An address of the file at this path of the instance, different at each call."""
        date = f"20240203T{next(self._serial):06}Z"
        query = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=300"
        signature = f"&X-Amz-Date={date}&X-Amz-Signature={_signature(path, date)}"
        return f"http://{LOOPBACK}:{self.port}/bucket{quote(path)}?{query}{signature}"

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.path.removeprefix("/bucket")
        file = self._files.get(path)
        date, signature = (request.query.get(f"X-Amz-{name}", "") for name in ("Date", "Signature"))
        authorization = kind_of(request.headers.get("Authorization"))
        if authorization != "none":
            status = HTTPStatus.BAD_REQUEST
        elif not hmac.compare_digest(signature, _signature(path, date)):
            status = HTTPStatus.FORBIDDEN
        else:
            status = HTTPStatus.OK if file is not None else HTTPStatus.NOT_FOUND
        cookies = "Cookie" in request.headers
        part = request.headers.get("Range", "")
        if file is None or status != HTTPStatus.OK:
            self.requests.append(StorageRequest(path, status, authorization, cookies))
            return web.Response(status=status, text="<Error/>", content_type="application/xml")
        place = len(self.requests)
        self.requests.append(StorageRequest(path, status, authorization, cookies, part))
        response = await self._send(request, file)
        self.requests[place] = replace(self.requests[place], status=response.status)
        return response

    async def _send(self, request: web.BaseRequest, file: DemoFile) -> web.StreamResponse:
        size = len(file.content) if file.size is None else file.size
        response = web.StreamResponse(headers={"Content-Type": file.type})
        start = 0
        if self._validators:
            etag = response.headers["ETag"] = _etag(file)
            response.headers["Accept-Ranges"] = "bytes"
            if request.headers.get("If-None-Match") == etag:
                return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=response.headers)
            start = _start(request, etag)
            if start >= size > 0:
                return web.Response(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
        if start:
            response.set_status(HTTPStatus.PARTIAL_CONTENT)
            response.headers["Content-Range"] = f"bytes {start}-{size - 1}/{size}"
        response.content_length = size - start
        await response.prepare(request)
        with suppress(ConnectionResetError):  # whoever asked has had enough
            await self._send_from(request, response, file, start, size)
        return response

    async def _send_from(
        self,
        request: web.BaseRequest,
        response: web.StreamResponse,
        file: DemoFile,
        start: int,
        size: int,
    ) -> None:
        path = request.path.removeprefix("/bucket")
        ends = min(size, start + self.cuts.pop(path, size))
        await self._write(response, file.content[start:ends])
        for left in range(ends - max(start, len(file.content)), 0, -_PIECE):
            await self._write(response, bytes(min(left, _PIECE)))
        if ends < size and request.transport is not None:
            request.transport.close()
            self.on_cut()

    async def _write(self, response: web.StreamResponse, piece: bytes) -> None:
        await response.write(piece)
        self.sent += len(piece)


def file_reply(file: DemoFile, path: str, storage: DemoStorage) -> Reply:
    """What the instance itself answers at the address of a file."""
    if file.stored:
        headers = {"Location": storage.presigned(path)}
        return Reply(HTTPStatus.FOUND, b"", "text/html; charset=utf-8", headers)
    zeros = bytes(max(0, (file.size or 0) - len(file.content)))
    return Reply(HTTPStatus.OK, file.content + zeros, file.type)


def _etag(file: DemoFile) -> str:
    return f'"{hmac.new(_SECRET, file.content, "sha256").hexdigest()[:32]}-{file.size or 0}"'


def _start(request: web.BaseRequest, etag: str) -> int:
    """From which byte on the file is asked for, if it is still the one that is meant."""
    first = request.headers.get("Range", "").removeprefix("bytes=").removesuffix("-")
    same = request.headers.get("If-Range", etag) == etag
    return int(first) if same and first.isdecimal() else 0


def _signature(path: str, date: str) -> str:
    return hmac.new(_SECRET, f"{path}\n{date}".encode(), "sha256").hexdigest()
