"""What is given back to the system."""

import ctypes
import resource
import sys
from pathlib import Path

import pytest

from crawler.engine.allocator import give_back_freed

MIB = 1 << 20


def resident() -> int:
    """Bytes of this process that are in memory."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize()


@pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "malloc_trim"),
    reason="the C library has no such call",
)
def test_what_is_free_between_what_is_used_is_given_back():
    """As bodies of tests are, with a few that stay."""
    bodies = [bytes(8_000) for _ in range(8_000)]
    few = bodies[::100]
    bodies.clear()
    before = resident()
    give_back_freed()
    assert before - resident() > 40 * MIB
    assert len(few) == 80


def test_a_library_that_cannot_is_let_be(monkeypatch):
    """Such as musl."""
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: object())
    give_back_freed()
