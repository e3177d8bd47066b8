"""Runs a job for a command: its settings, the log, the progress display, and the event loop."""

import logging
import os
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Final, TypeVar, assert_never

from crawler.cli.output import logging_to_stderr
from crawler.cli.session import Session
from crawler.config.settings import LogFormat, ProgressMode, Settings
from crawler.config.sources import Effective

if TYPE_CHECKING:
    from crawler.clock import Clock
    from crawler.progress import Progress

__all__ = ("logged", "open_progress", "progress_mode", "run_job")

T = TypeVar("T")
Job = Callable[[Settings, "Progress", "Clock"], Awaitable[T]]

_LOGGER: Final = logging.getLogger("crawler.config")


def run_job(
    session: Session,
    job: Job[T],
    *,
    clock: "Clock | None" = None,
    resumes: bool = False,
    **more: object,
) -> T:
    """Run a job to its end and return its result; `more` are arguments that count as flags.

    `resumes` says that the same command goes on from where a signal stopped this job. Raises what
    the job raises, and `Interrupted` if a signal stopped it.
    """
    # Help needs none of what runs a job.
    from crawler.cli.progress_log import LoggingProgress  # noqa: PLC0415
    from crawler.cli.signals import Interrupted, run_interruptibly  # noqa: PLC0415
    from crawler.clock import SystemClock  # noqa: PLC0415

    time = clock or SystemClock()
    with logged(session, **more) as found, open_progress(found.settings, time) as display:
        progress = LoggingProgress(display)
        try:
            return run_interruptibly(lambda: job(found.settings, progress, time))
        except Interrupted as stopped:
            stopped.resumes = resumes
            raise


@contextmanager
def logged(session: Session, **more: object) -> Iterator[Effective]:
    """The effective settings, with the log set up as they say while the context lasts."""
    found = session.effective(**more)
    settings = found.settings
    with logging_to_stderr(settings.verbosity, settings.log_format, session.scrub):
        for warning in found.warnings:
            _LOGGER.warning("%s", warning, extra={"event": "warned"})
        yield found


def progress_mode(settings: Settings) -> ProgressMode:
    """How to show progress, `auto` decided.

    It is a bar on a terminal that can redraw a line and that a person watches.
    """
    if settings.progress is not ProgressMode.AUTO:
        return settings.progress
    if settings.verbosity < 0:
        return ProgressMode.NONE
    # A line for people would spoil a stream that programs read.
    if settings.log_format is LogFormat.JSON:
        return ProgressMode.JSON
    watched = sys.stderr.isatty() and not os.environ.get("CI")
    able = os.environ.get("TERM", "").lower() not in {"dumb", "unknown"}
    return ProgressMode.BAR if watched and able else ProgressMode.PLAIN


def open_progress(settings: Settings, clock: "Clock") -> "AbstractContextManager[Progress]":
    """The display that the settings ask for; it shows while its context lasts."""
    # Each is imported only where it is shown: rich above all is slow to load.
    match progress_mode(settings):
        case ProgressMode.BAR:
            from crawler.cli.progress_bar import BarProgress  # noqa: PLC0415

            return BarProgress(clock)
        case ProgressMode.PLAIN:
            from crawler.cli.progress_plain import PlainProgress  # noqa: PLC0415

            return PlainProgress(clock)
        case ProgressMode.JSON:
            from crawler.cli.progress_json import JsonProgress  # noqa: PLC0415

            return JsonProgress(clock)
        case ProgressMode.NONE:
            from crawler.progress import NoProgress  # noqa: PLC0415

            return nullcontext(NoProgress())
        case ProgressMode.AUTO:
            raise AssertionError("decided above")
        case other:
            assert_never(other)
