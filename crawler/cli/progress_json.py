"""Progress for programs: one JSON object a line, with its time and the name of the event.

Warnings are not repeated here: they are in the log, which has the same form with
`--log-format json`.
"""

import sys
from contextlib import suppress
from dataclasses import asdict
from typing import Any, Final, Self, TextIO

from crawler.cli.figures import Figures
from crawler.cli.output import json_line
from crawler.clock import Clock
from crawler.progress import Advanced, Began, Event, PhaseChanged, Requested, Retried, Slowed
from crawler.redaction import mask_address, printable

__all__ = ("JsonProgress",)

_INTERVAL: Final = 1.0

_NAMES: Final[dict[type[Event], str]] = {
    Began: "began",
    PhaseChanged: "phase",
    Retried: "retried",
    Slowed: "slowed",
}


class JsonProgress:
    """Writes events as they come; the frequent ones become one `advanced` line a second."""

    def __init__(self, clock: Clock, *, stream: TextIO | None = None) -> None:
        self._clock = clock
        self._stream = stream
        self._figures = Figures(clock)
        self._next = clock.monotonic() + _INTERVAL
        self._pending = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pending:
            self._write_figures()

    def report(self, event: Event) -> None:
        """Take note, and write a line unless it would be one too many."""
        self._figures.add(event)
        if isinstance(event, Advanced | Requested):
            self._pending = True
            if self._clock.monotonic() >= self._next:
                self._write_figures()
        elif type(event) in _NAMES:
            self._write({"event": _NAMES[type(event)], **asdict(event)})

    def _write_figures(self) -> None:
        figures = self._figures
        remaining = figures.remaining
        self._write(
            {
                "event": "advanced",
                "suites_done": figures.suites_done,
                "suites_known": figures.suites_known,
                "tests": figures.tests,
                "requests": figures.requests,
                "requests_per_second": round(figures.rate, 2),
                "retries": figures.retries,
                "elapsed_seconds": round(figures.elapsed, 3),
                "remaining_seconds": None if remaining is None else round(remaining),
            }
        )
        self._next = self._clock.monotonic() + _INTERVAL
        self._pending = False

    def _write(self, fields: dict[str, Any]) -> None:
        moment = self._clock.utc_now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        clean = {name: _clean(value) for name, value in fields.items()}
        stream = self._stream or sys.stderr
        # A terminal that was closed must not end a job that runs on without it.
        with suppress(OSError, ValueError):
            stream.write(f"{json_line({'time': moment, **clean})}\n")
            stream.flush()


def _clean(value: object) -> object:
    return printable(mask_address(value)) if isinstance(value, str) else value
