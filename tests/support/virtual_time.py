"""An event loop whose clock jumps to the next timer when all wait."""

import asyncio
import selectors
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import anyio

EPOCH: Final = datetime(2026, 1, 1, tzinfo=UTC)


class _JumpingSelector(selectors.DefaultSelector):
    """Instead of waiting for the next timer, moves the clock there."""

    offset = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        ready = super().select(0)
        # A microsecond of work each round: with none at all, a timer that is due a rounding error
        # too early would be set again for the same moment, for ever.
        self.offset += 1e-6 if ready or not timeout else timeout
        return ready


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """An event loop in which only timers make time pass."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.offset


class LoopClock:
    """A clock that shows the loop's time."""

    chance = 0.0

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()

    def utc_now(self) -> datetime:
        return EPOCH + timedelta(seconds=self.monotonic())

    async def sleep(self, seconds: float) -> None:
        await anyio.sleep(seconds)

    def random(self) -> float:
        return self.chance
