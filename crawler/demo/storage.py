"""Files of a demo world, and the second host that keeps some of them, as a bucket would.

The service answers ``/rails/active_storage/…`` with a redirect to a presigned address on another
host (seen live). As real storages do, this one refuses a request that brings another means of
authorization besides the signature.
"""

import hmac
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
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
    """A request as the storage saw it; ``authorization`` as the server's ``SeenRequest`` has it."""

    path: str
    status: int
    authorization: str
    cookies: bool


class DemoStorage(Listener):
    """Serves the stored files of a world until the ``async with`` block ends.

    Attributes:
        requests: What was asked, in order of the answers.
        sent: Bytes of files that went out.
    """

    def __init__(self, files: Mapping[str, DemoFile]) -> None:
        super().__init__(self._handle)
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
        self.requests.append(StorageRequest(path, status, authorization, cookies))
        if file is None or status != HTTPStatus.OK:
            return web.Response(status=status, text="<Error/>", content_type="application/xml")
        return await self._send(request, file)

    async def _send(self, request: web.BaseRequest, file: DemoFile) -> web.StreamResponse:
        size = len(file.content) if file.size is None else file.size
        response = web.StreamResponse(headers={"Content-Type": file.type})
        response.content_length = size
        await response.prepare(request)
        with suppress(ConnectionResetError):  # whoever asked has had enough
            await self._write(response, file.content)
            for left in range(size - len(file.content), 0, -_PIECE):
                await self._write(response, bytes(min(left, _PIECE)))
        return response

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


def _signature(path: str, date: str) -> str:
    return hmac.new(_SECRET, f"{path}\n{date}".encode(), "sha256").hexdigest()
