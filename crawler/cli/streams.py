"""The three standard streams, fit to be used however the program was started."""

import io
import os
import sys
from contextlib import suppress
from typing import Any, BinaryIO, Final

from crawler.errors import LocalError

__all__ = ("StandardOutput", "check_descriptors", "ready_streams")

_DESCRIPTORS: Final = 16
"""Files, sockets and pipes that an event loop with one connection and one file needs."""

#: A closed standard output refuses to be written to, as it should: it is not opened for that.
_STREAMS: Final = (
    ("stdin", "r", os.O_RDONLY),
    ("stdout", "w", os.O_RDONLY),
    ("stderr", "w", os.O_WRONLY),
)


class StandardOutput(io.BufferedIOBase):
    """Bytes of a result, to standard output; what refuses them is named in the error."""

    def __init__(self, behind: BinaryIO) -> None:
        self._behind = behind

    def writable(self) -> bool:
        """Nothing else can be done with it."""
        return True

    def write(self, data: Any, /) -> int:
        """Write all of it; raises `LocalError` if standard output is full or closed."""
        try:
            return self._behind.write(data)
        except BrokenPipeError:
            raise  # whoever read went away, which is no error of ours
        except OSError as error:
            raise LocalError.from_os_error("write to", "standard output", error) from error


class _Words(io.TextIOWrapper):
    """Standard error: what is said there is for people, and no work fails for want of a listener.

    A full disk under a log, or a terminal that is gone, changes neither what is done nor the code.
    """

    def write(self, text: str, /) -> int:
        with suppress(OSError):
            super().write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            super().flush()


def ready_streams() -> None:
    """Put something in the place of those that are closed, and let no character fail to be shown.

    Else the next file or connection takes the number of the closed one, and what is meant for
    people goes there; one event loop even aborts the process.
    """
    for number, (name, mode, flags) in enumerate(_STREAMS):
        if not _is_open(number):
            os.open(os.devnull, flags)  # takes the lowest number, which is this one
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115
    if isinstance(sys.stdout, io.TextIOWrapper):
        # What Python does itself with the locale C, unless it is told not to.
        encoding = "utf-8" if sys.stdout.encoding.lower() in {"ascii", "us-ascii"} else None
        sys.stdout.reconfigure(encoding=encoding, errors="backslashreplace")
    if isinstance(sys.stderr, io.TextIOWrapper):
        encoding, errors = sys.stderr.encoding, sys.stderr.errors
        sys.stderr = sys.__stderr__ = _Words(  # type: ignore[misc]
            sys.stderr.detach(), encoding, errors, line_buffering=True
        )


def check_descriptors() -> None:
    """Raises `LocalError` if so few files may be open that an event loop could not even end."""
    held: list[int] = []
    try:
        for _ in range(_DESCRIPTORS):
            held.append(os.open(os.devnull, os.O_RDONLY))  # noqa: PERF401  those before are closed
    except OSError as error:
        raise LocalError(
            f"This process may open too few files: {error.strerror}.",
            hint="Raise the limit, such as by 'ulimit -n 1024'.",
        ) from error
    finally:
        for each in held:
            os.close(each)


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True
