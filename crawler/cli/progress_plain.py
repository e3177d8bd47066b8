"""Progress as plain lines for pipes and cron: at the start, at each phase, every ten seconds."""

import sys
from contextlib import suppress
from typing import Final, Self, TextIO

from crawler.cli.figures import Figures, facts
from crawler.clock import Clock
from crawler.plural import counted
from crawler.progress import Began, Event, PhaseChanged
from crawler.redaction import mask_address, printable

__all__ = ("PlainProgress",)

_INTERVAL: Final = 10.0


class PlainProgress:
    """Writes to standard error, or to the stream given; it has nothing to tidy up at the end."""

    def __init__(self, clock: Clock, *, stream: TextIO | None = None) -> None:
        self._clock = clock
        self._stream = stream
        self._figures = Figures(clock)
        self._next = clock.monotonic() + _INTERVAL

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def report(self, event: Event) -> None:
        """Take note, and write a line if it is time for one."""
        self._figures.add(event)
        if isinstance(event, Began):
            self._write(self._opening())
        elif isinstance(event, PhaseChanged) or self._clock.monotonic() >= self._next:
            self._write(f"{self._figures.phase}: {self._standing()}")

    def _opening(self) -> str:
        resumed = self._figures.resumed
        kept = counted(resumed, "suite")
        after = f", going on after {kept} of an earlier run" if resumed else ""
        return f"reading {self._figures.project} from {mask_address(self._figures.server)}{after}"

    def _standing(self) -> str:
        return ", ".join(fact.text for fact in facts(self._figures))

    def _write(self, line: str) -> None:
        stream = self._stream or sys.stderr
        # A terminal that was closed must not end a job that runs on without it.
        with suppress(OSError, ValueError):
            stream.write(f"{printable(line)}\n")
            stream.flush()
        self._next = self._clock.monotonic() + _INTERVAL
