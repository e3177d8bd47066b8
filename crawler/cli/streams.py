"""The three standard streams, fit to be used however the program was started."""

import io
import os
import sys
from typing import Final

__all__ = ("ready_streams",)

#: A closed standard output refuses to be written to, as it should: it is not opened for that.
_STREAMS: Final = (
    ("stdin", "r", os.O_RDONLY),
    ("stdout", "w", os.O_RDONLY),
    ("stderr", "w", os.O_WRONLY),
)


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


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True
