"""The one place that knows signals: the first asks the job to stop, the second ends the process.

The first Ctrl-C or SIGTERM stops the scope that the job runs in: nothing new is asked for, what the
server is about to answer is waited for and kept, and the process ends with 130 or 143.
"""

import importlib.util
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import anyio
from anyio.abc import TaskStatus

from crawler.cli.starting import raise_missed
from crawler.cli.streams import check_descriptors
from crawler.stopping import GRACE, StoppableScope

__all__ = ("Interrupted", "run_interruptibly")

T = TypeVar("T")

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
_SHOW_CURSOR: Final = "\x1b[?25h"
_LOGGER: Final = logging.getLogger("crawler.signals")


class Interrupted(Exception):  # noqa: N818  not an error: somebody wanted it
    """The job was stopped by a signal; `resumes` if its progress is kept."""

    resumes = False

    def __init__(self, signum: int) -> None:
        super().__init__(signal.Signals(signum).name)
        self.exit_code = 128 + signum


def run_interruptibly(job: Callable[[], Awaitable[T]], *, grace: float = GRACE) -> T:
    """Run a job on an event loop of its own and return its result.

    Raises `Interrupted` if a signal stopped it, and `LocalError` if too few files may be open for
    an event loop; an error of the job comes out as it is. Requests that are under way at the first
    signal have `grace` seconds to be answered.
    """
    raise_missed()
    check_descriptors()
    before = {signum: signal.getsignal(signum) for signum in _SIGNALS}
    fast = sys.platform != "win32" and importlib.util.find_spec("uvloop") is not None
    try:
        return anyio.run(_guarded, job, grace, backend_options={"use_uvloop": fast})
    finally:
        for signum, handler in before.items():
            signal.signal(signum, handler)


class _Stop:
    """The scope of the job, and the signal that stopped it, if one did."""

    def __init__(self, grace: float) -> None:
        self.scope = StoppableScope(grace)
        self.signum: int | None = None

    def take(self, signum: int) -> None:
        if self.signum is not None:
            _end_at_once(signum)
        self.signum = signum
        if waits_for := self.scope.stop():
            _say_what_is_waited_for(waits_for, self.scope.grace)


def _say_what_is_waited_for(requests: int, seconds: float) -> None:
    _LOGGER.warning(
        "Stopping: %s has %g seconds to be answered. A second signal ends the run at once.",
        "the request under way" if requests == 1 else f"each of {requests} requests under way",
        seconds,
        extra={"event": "stopping"},
    )


async def _guarded(job: Callable[[], Awaitable[T]], grace: float) -> T:
    stop = _Stop(grace)
    outcome: list[T] = []
    failure: list[Exception] = []
    async with anyio.create_task_group() as group:
        await group.start(_watch, stop)
        with stop.scope:
            # Kept rather than raised here: the task group would wrap it.
            try:
                outcome.append(await job())
            except Exception as error:  # noqa: BLE001  raised again below
                failure.append(error)
        group.cancel_scope.cancel()
    if failure:
        raise failure[0]
    if not outcome:
        raise Interrupted(stop.signum or signal.SIGINT)
    return outcome[0]


async def _watch(stop: _Stop, *, task_status: TaskStatus[None]) -> None:
    if sys.platform == "win32":  # its loops have no signal handlers; Ctrl-C raises there
        task_status.started()
        return
    with anyio.open_signal_receiver(*_SIGNALS) as signals:
        task_status.started()
        async for signum in signals:
            stop.take(signum)


def _end_at_once(signum: int) -> None:
    """End without any cleanup, but for the cursor that a progress line hides."""
    if sys.stderr.isatty():
        os.write(sys.stderr.fileno(), _SHOW_CURSOR.encode() + b"\n")
    os._exit(128 + signum)
