"""What is left to fetch, as a pure data structure: no clock, no tasks, no I/O.

Two kinds of work wait in two lines. Work that may discover more (suites, pages whose successor is
unknown) goes first, because the depth of the tree decides how long a crawl takes; work that
discovers nothing (pages already counted, single tests) fills the gaps.
"""

from collections import deque
from dataclasses import dataclass
from enum import StrEnum

__all__ = ("Frontier", "Work", "WorkKind")


class WorkKind(StrEnum):
    """What a piece of work fetches."""

    SUITES_PAGE = "suites-page"
    PROJECT = "project"
    SKELETON = "skeleton"
    SUITE = "suite"
    TESTS_PAGE = "tests-page"
    SUITE_TESTS = "suite-tests"
    TEST = "test"
    SECTION = "section"


@dataclass(frozen=True, slots=True)
class Work:
    """One request to be made: `id` of a suite, a test or a list, `page` of a listing from 1."""

    kind: WorkKind
    id: str = ""
    page: int = 0


class Frontier:
    """Each piece of work is handed out once, unless it is given back or asked for again."""

    __slots__ = ("_discovering", "_filling", "_in_flight", "_known", "_waiting", "duplicates")

    def __init__(self) -> None:
        self._known: set[Work] = set()
        self._discovering: deque[Work] = deque()
        self._filling: deque[Work] = deque()
        self._waiting: set[Work] = set()
        self._in_flight: set[Work] = set()
        #: How often work was offered that is known already.
        self.duplicates = 0

    def add(self, work: Work, *, discovers: bool = True) -> bool:
        """Queue the work unless it is known; tells whether it was new."""
        if work in self._known:
            self.duplicates += 1
            return False
        self._known.add(work)
        self._waiting.add(work)
        (self._discovering if discovers else self._filling).append(work)
        return True

    def again(self, work: Work) -> None:
        """Queue the work although it was done before; does nothing if it still waits."""
        if work in self._in_flight or work in self._waiting:
            return
        self._known.add(work)
        self._waiting.add(work)
        self._discovering.append(work)

    def mark_known(self, work: Work) -> None:
        """Note that the work is done already, by an earlier run."""
        self._known.add(work)

    def is_known(self, work: Work) -> bool:
        """Whether the work was ever put in, or is known to be done."""
        return work in self._known

    def drop_pages(self, kind: WorkKind, item_id: str, after: int) -> None:
        """Forget the pages of one listing that still wait, beyond page number `after`."""

        def beyond(work: Work) -> bool:
            return work.kind is kind and work.id == item_id and work.page > after

        for line in (self._discovering, self._filling):
            kept = [work for work in line if not beyond(work)]
            line.clear()
            line.extend(kept)
        self._waiting = {work for work in self._waiting if not beyond(work)}

    def take(self) -> Work | None:
        """The next piece of work, now in flight; `None` if nothing waits at the moment."""
        line = self._discovering or self._filling
        if not line:
            return None
        work = line.popleft()
        self._waiting.discard(work)
        self._in_flight.add(work)
        return work

    def acknowledge(self, work: Work) -> None:
        """The work is over, well or not."""
        self._in_flight.discard(work)

    def give_back(self, work: Work) -> None:
        """The work was not done; it is the first to be taken again."""
        if work in self._in_flight:
            self._in_flight.discard(work)
            self._waiting.add(work)
            self._discovering.appendleft(work)

    @property
    def is_empty(self) -> bool:
        """Nothing waits now; what is in flight may still bring more."""
        return not self._waiting

    @property
    def is_finished(self) -> bool:
        """Nothing waits and nothing is in flight: no more can come."""
        return self.is_empty and not self._in_flight

    @property
    def queued(self) -> int:
        """How many pieces of work wait to be taken."""
        return len(self._waiting)

    @property
    def unfinished(self) -> int:
        """How many pieces of work wait or are in flight."""
        return len(self._waiting) + len(self._in_flight)
