"""Writes what happens on the wire to the log: retries and pauses with -v, each request with -vv."""

import logging
from dataclasses import asdict
from typing import Final

from crawler.progress import Event, Progress, Requested, Retried, Slowed, Warned

__all__ = ("LoggingProgress",)

_LOGGER: Final = logging.getLogger("crawler.wire")


class LoggingProgress:
    """Logs, then hands every event on to the progress behind it."""

    def __init__(self, behind: Progress) -> None:
        self._behind = behind

    def report(self, event: Event) -> None:
        """Log the events that a reader of the log looks for."""
        match event:
            case Requested():
                _log(logging.DEBUG, "requested", _requested(event), event)
            case Retried():
                text = f"{event.request}: {event.cause}, attempt {event.attempt + 1}"
                wait = f"in {event.wait:.1f} s{_trace(event)}"
                _log(logging.INFO, "retried", f"{text} {wait}", event)
            case Slowed():
                pause = f"pause of {event.pause:.1f} s, then " if event.pause > 0 else ""
                text = f"{event.reason}: {pause}{event.rate:.1f} requests/s"
                _log(logging.INFO, "slowed", text, event)
            case Warned():
                _log(logging.WARNING, "warned", event.text)
            case _:
                pass
        self._behind.report(event)


def _requested(event: Requested) -> str:
    answer = "no answer" if event.status is None else str(event.status)
    again = f", attempt {event.attempt}" if event.attempt > 1 else ""
    size = f"{event.body_bytes:,} bytes"
    return f"{event.request}: {answer}, {size}, {event.seconds:.3f} s{again}{_trace(event)}"


def _trace(event: Requested | Retried) -> str:
    return f", {event.trace}" if event.trace else ""


def _log(level: int, name: str, text: str, event: Event | None = None) -> None:
    if _LOGGER.isEnabledFor(level):
        facts = asdict(event) if event else {}
        _LOGGER.log(level, "%s", text, extra={"event": name, "facts": facts})
