"""Memory that was freed, given back to the system."""

import ctypes
import sys

__all__ = ("give_back_freed",)


def give_back_freed() -> None:
    """Have the C library return what is free in its heaps, where it can (glibc's `malloc_trim`).

    By itself it returns only what lies at the end of a heap: after thousands of answers tens of
    MiB are free between what is still used, too scattered for a large text. Takes milliseconds.
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:  # musl has none
            trim(0)
