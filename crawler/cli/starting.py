"""Signals while there is no job that could be stopped: a sentence and the signal's exit code.

While the program is loading there is nothing to tidy up, and an exception that is raised in the
midst of an import may get lost; so a signal ends it at once. When the command is there, signals are
raised as exceptions, so that no half-written file stays behind. Jobs take both over while they run
(`crawler.cli.signals`). Next to nothing is imported here: until it is, Python's own handlers act.
"""

import os
import signal
import sys

__all__ = ("Stopped", "loaded", "loading", "raise_missed")

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_SENTENCE = b"Error: Interrupted.\n"
_arrived: list[int] = []


class Stopped(SystemExit):
    """A signal came. Event loops and libraries let a `SystemExit` through.

    A `KeyboardInterrupt` would not do: once one was raised in code that `exec` runs, as dataclasses
    have it, Python ends itself by that signal at its exit, whoever caught it.
    """

    def __init__(self, signum: int) -> None:
        super().__init__(128 + signum)


def loading() -> None:
    """From now on a signal ends the process at once; not for a library, which has no process."""
    for signum in _SIGNALS:
        # Even if it was ignored: shells do that to SIGINT for what they start in the background,
        # and whoever sends it to us all the same means it.
        signal.signal(signum, _end)


def loaded() -> None:
    """From now on a signal is raised as an exception, if `loading` ever was called."""
    for signum in _SIGNALS:
        if signal.getsignal(signum) is _end:
            signal.signal(signum, _raise)


def raise_missed() -> None:
    """Raise what a signal raised before, if that got lost: Python drops it in some callbacks."""
    if _arrived:
        raise Stopped(_arrived[0])


def _raise(signum: int, frame: object) -> None:  # noqa: ARG001
    _arrived.append(signum)
    raise Stopped(signum)


def _end(signum: int, frame: object) -> None:  # noqa: ARG001
    try:
        if sys.stderr:
            os.write(sys.stderr.fileno(), _SENTENCE)
    finally:
        os._exit(128 + signum)
