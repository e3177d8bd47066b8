"""Closes a session of HTTP whatever stops the job, and waits for nobody while doing so."""

from collections.abc import Awaitable
from typing import Final, Protocol

import anyio

__all__ = ("closed",)

#: Seconds; what a peer does not let go by then, the operating system closes with the process.
_PATIENCE: Final = 2.0


class _Closing(Protocol):
    def close(self) -> Awaitable[None]: ...


async def closed(session: _Closing | None) -> None:
    """Close the session, if there is one, even in a scope that is cancelled, in bounded time."""
    if session is not None:
        with anyio.move_on_after(_PATIENCE, shield=True):
            await session.close()
