"""Time that nobody waits for."""

import time
from datetime import UTC, datetime, timedelta

import anyio.lowlevel


class FastClock:
    """The machine's clock, except that sleeping jumps ahead; `slept` holds each wait in seconds."""

    def __init__(self, chance: float = 0.5) -> None:
        self.slept: list[float] = []
        self._ahead = 0.0
        self._chance = chance

    def monotonic(self) -> float:
        return time.monotonic() + self._ahead

    def utc_now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self._ahead)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._ahead += max(0.0, seconds)
        await anyio.lowlevel.checkpoint()

    def random(self) -> float:
        return self._chance
