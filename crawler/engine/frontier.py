"""What is left to fetch, as a pure data structure: no clock, no tasks, no I/O.

Two kinds of work wait in two lines. Work that may discover more (suites, pages whose successor is
unknown) goes first, because the depth of the tree decides how long a crawl takes; work that
discovers nothing (pages already counted, single tests) fills the gaps.
"""

from collections import deque
from dataclasses import dataclass
from enum import Enum, StrEnum

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


#: Most work is for suites, of which there may be very many: of these the ID is all that is kept.
_Key = Work | str


class _State(Enum):
    WAITING = 0
    IN_FLIGHT = 1
    DONE = 2


class Frontier:
    """Each piece of work is handed out once, unless it is given back or asked for again."""

    __slots__ = ("_discovering", "_filling", "_in_flight", "_states", "duplicates")

    def __init__(self) -> None:
        self._states: dict[_Key, _State] = {}
        self._discovering: deque[_Key] = deque()
        self._filling: deque[_Key] = deque()
        self._in_flight = 0
        #: How often work was offered that is known already.
        self.duplicates = 0

    def add(self, work: Work, *, discovers: bool = True) -> bool:
        """Queue the work unless it is known; tells whether it was new."""
        key = _key(work)
        if key in self._states:
            self.duplicates += 1
            return False
        self._states[key] = _State.WAITING
        (self._discovering if discovers else self._filling).append(key)
        return True

    def again(self, work: Work) -> None:
        """Queue the work although it was done before; does nothing if it still waits."""
        key = _key(work)
        if self._states.get(key, _State.DONE) is _State.DONE:
            self._states[key] = _State.WAITING
            self._discovering.append(key)

    def mark_known(self, work: Work) -> None:
        """Note that the work is done already, by an earlier run."""
        self._states.setdefault(_key(work), _State.DONE)

    def is_known(self, work: Work) -> bool:
        """Whether the work was ever put in, or is known to be done."""
        return _key(work) in self._states

    def drop_pages(self, kind: WorkKind, item_id: str, after: int) -> None:
        """Forget the pages of one listing that still wait, beyond page number `after`."""
        for line in (self._discovering, self._filling):
            kept = []
            for key in line:
                work = _work(key)
                if work.kind is kind and work.id == item_id and work.page > after:
                    self._states[key] = _State.DONE
                else:
                    kept.append(key)
            line.clear()
            line.extend(kept)

    def take(self) -> Work | None:
        """The next piece of work, now in flight; `None` if nothing waits at the moment."""
        line = self._discovering or self._filling
        if not line:
            return None
        key = line.popleft()
        self._states[key] = _State.IN_FLIGHT
        self._in_flight += 1
        return _work(key)

    def acknowledge(self, work: Work) -> None:
        """The work is over, well or not."""
        self._land(_key(work), _State.DONE)

    def give_back(self, work: Work) -> None:
        """The work was not done; it is the first to be taken again."""
        key = _key(work)
        if self._land(key, _State.WAITING):
            self._discovering.appendleft(key)

    def _land(self, key: _Key, state: _State) -> bool:
        """Tells whether it was in flight."""
        flew = self._states.get(key) is _State.IN_FLIGHT
        if flew:
            self._states[key] = state
            self._in_flight -= 1
        return flew

    @property
    def is_empty(self) -> bool:
        """Nothing waits now; what is in flight may still bring more."""
        return not self.queued

    @property
    def is_finished(self) -> bool:
        """Nothing waits and nothing is in flight: no more can come."""
        return not self.unfinished

    @property
    def queued(self) -> int:
        """How many pieces of work wait to be taken."""
        return len(self._discovering) + len(self._filling)

    @property
    def unfinished(self) -> int:
        """How many pieces of work wait or are in flight."""
        return self.queued + self._in_flight


def _key(work: Work) -> _Key:
    return work.id if work.kind is WorkKind.SUITE else work


def _work(key: _Key) -> Work:
    return Work(WorkKind.SUITE, key) if isinstance(key, str) else key
