"""Servers on loopback that are something else than Testomat.io."""

import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from aiohttp import web


@asynccontextmanager
async def answering(
    status: int,
    body: str,
    content_type: str = "text/html",
    *,
    trust: ssl.SSLContext | None = None,
) -> AsyncIterator[str]:
    """The address of a server that gives one answer to everything."""

    async def handler(_request: web.BaseRequest) -> web.Response:
        return web.Response(status=status, text=body, content_type=content_type)

    runner = web.ServerRunner(web.Server(handler), shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=trust).start()
        scheme = "https" if trust else "http"
        yield f"{scheme}://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@contextmanager
def refusing() -> Iterator[str]:
    """An address that refuses: its port is taken, and nobody listens there."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"
