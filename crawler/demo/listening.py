"""One listening socket of the demo: opened on loopback, and closed whatever ends the block."""

from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

import anyio
from aiohttp import web

__all__ = ("LOOPBACK", "Listener")

LOOPBACK = "127.0.0.1"
_PATIENCE = 0.1
"""Seconds for answers under way when the block ends."""
_LONGEST_CLOSING = 5.0
"""Seconds; then the sockets are left to the operating system."""


class Listener:
    """Answers by ``handle`` until the ``async with`` block ends; port 0 means any free one."""

    def __init__(
        self, handle: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]], port: int = 0
    ) -> None:
        self.port = port
        self._runner = web.ServerRunner(
            web.Server(handle, handler_cancellation=True, access_log=None),
            shutdown_timeout=_PATIENCE,
        )

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, LOOPBACK, self.port).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # Shielded: who cancels the block wants the port free, not a server half closed.
        with anyio.move_on_after(_LONGEST_CLOSING, shield=True):
            await self._runner.cleanup()
