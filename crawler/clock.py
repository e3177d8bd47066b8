"""Time and chance as a parameter, so that no test ever waits for either."""

import random
import time
from datetime import UTC, datetime
from typing import Protocol

import anyio

__all__ = ("Clock", "SystemClock")


class Clock(Protocol):
    """What the crawler asks of time and chance."""

    def monotonic(self) -> float:
        """Seconds that never run backwards; only differences mean something."""
        ...

    def utc_now(self) -> datetime:
        """The time of day in UTC, for what is shown or compared with the server's dates."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait; 0 or less only lets others run."""
        ...

    def random(self) -> float:
        """A number from 0 up to, but not including, 1."""
        ...


class SystemClock:
    """The machine's own clock and random numbers."""

    def monotonic(self) -> float:
        """Seconds of the system's monotonic clock."""
        return time.monotonic()

    def utc_now(self) -> datetime:
        """The system's time in UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait on the event loop."""
        await anyio.sleep(max(0.0, seconds))

    def random(self) -> float:
        """From the process's generator: jitter needs no cryptography."""
        return random.random()  # noqa: S311
