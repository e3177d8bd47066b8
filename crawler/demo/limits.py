"""Too many requests: a window of one second that slides with the clock."""

from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from crawler.demo.options import RetryAfter, ServerOptions

__all__ = ("Window", "retry_after")

_SECOND = 1.0


class Window:
    """Counts the requests of the last second.

    Attributes:
        refused: Requests that were too many.
    """

    def __init__(self, options: ServerOptions, clock: Callable[[], float]) -> None:
        self._options = options
        self._clock = clock
        self._arrivals: deque[float] = deque()
        self.refused = 0

    def admit(self) -> bool:
        """Count a request, refused ones too; is it within the limit?"""
        most = self._options.refuse_above
        if most is None:
            return True
        now = self._clock()
        while self._arrivals and now - self._arrivals[0] >= _SECOND:
            self._arrivals.popleft()
        self._arrivals.append(now)
        if len(self._arrivals) <= most:
            return True
        self.refused += 1
        return False

    def headers(self) -> dict[str, str]:
        """What a refusal says about coming back."""
        return retry_after(self._options.retry_after, self._options.retry_after_seconds)


def retry_after(form: RetryAfter, seconds: int) -> dict[str, str]:
    """The header ``Retry-After`` in one of its forms, or no header."""
    match form:
        case RetryAfter.MISSING:
            return {}
        case RetryAfter.SECONDS:
            return {"Retry-After": str(seconds)}
        case RetryAfter.DATE:
            when = datetime.now(UTC) + timedelta(seconds=seconds)
            return {"Retry-After": format_datetime(when, usegmt=True)}
