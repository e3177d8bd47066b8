"""How long a server asks us to wait, read from the header `Retry-After`."""

import math
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

__all__ = ("retry_after",)

# RFC 9110, 10.2.3 knows whole seconds only; some servers send fractions.
_SECONDS: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")


def retry_after(value: str, now: datetime) -> float | None:
    """The wait in seconds; `None` if the value is absent, garbled, negative, or in the past.

    Takes both forms of RFC 9110, 10.2.3: seconds, or a date, which is held against `now`.
    """
    value = value.strip()
    if _SECONDS.fullmatch(value):
        return float(value)
    wait = _until(value, now)
    return wait if wait is not None and math.isfinite(wait) and wait > 0 else None


def _until(value: str, now: datetime) -> float | None:
    try:
        moment = parsedate_to_datetime(value)
        # A date with zone "-0000" comes back without one; it is UTC by RFC 5322, 3.3.
        aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
        return (aware - now).total_seconds()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
