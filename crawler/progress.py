"""What happens during a job, as events; the core reports, the edge draws.

A job is given a `Progress` and calls `report` with one of the events below. `Tally` folds the
events into the running figures that a progress line, a summary and the manifest show.
"""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

__all__ = (
    "Advanced",
    "Began",
    "Event",
    "NoProgress",
    "PhaseChanged",
    "Progress",
    "Requested",
    "Retried",
    "Slowed",
    "Spent",
    "Stage",
    "Tally",
    "TallyProgress",
    "Warned",
)


@dataclass(frozen=True, slots=True)
class Began:
    """A crawl begins; `resumed` suites are there already from an earlier, unfinished run."""

    project: str
    server: str
    resumed: int = 0


@dataclass(frozen=True, slots=True)
class PhaseChanged:
    """The job enters a phase, such as `walking`, `reconciling` or `writing`."""

    name: str


@dataclass(frozen=True, slots=True)
class Advanced:
    """The crawl's figures so far; `known` grows while the tree is being discovered."""

    suites_done: int
    suites_known: int
    tests: int


@dataclass(frozen=True, slots=True)
class Requested:
    """One attempt at a request is over; `status` is `None` if no answer came.

    `seconds` is from sending to the last byte, `body_bytes` the decoded size of the body.
    """

    request: str
    status: int | None
    seconds: float
    body_bytes: int
    attempt: int = 1
    trace: str = ""


@dataclass(frozen=True, slots=True)
class Retried:
    """An attempt failed and another one follows after `wait` seconds.

    `trace` are the server's own identifiers of the failed answer, empty if there was none.
    """

    request: str
    cause: str
    attempt: int
    wait: float
    trace: str = ""


@dataclass(frozen=True, slots=True)
class Slowed:
    """All workers pause for `pause` seconds, then go on at `rate` requests a second."""

    rate: float
    pause: float
    reason: str


@dataclass(frozen=True, slots=True)
class Warned:
    """Something that the user should know, though the job goes on."""

    text: str


class Stage(StrEnum):
    """What the time of a crawl goes into.

    The first three are spent by the one request that is next in line, so they never overlap:
    together they are the time during which more could have been sent. `SERVER` and `NETWORK` are
    sums over requests that are under way at the same time.
    """

    RATE = "waiting for the rate"
    PLACES = "waiting for a free worker"
    PAUSE = "pauses that the server asked for"
    SERVER = "waiting for the server"
    NETWORK = "the network"
    PARSING = "parsing"
    JOURNAL = "the journal"
    CHECKING = "checking"
    WRITING = "writing"


@dataclass(frozen=True, slots=True)
class Spent:
    """Some seconds went into a stage."""

    stage: Stage
    seconds: float


Event = Began | PhaseChanged | Advanced | Requested | Retried | Slowed | Warned | Spent


class Progress(Protocol):
    """Takes events; must return at once and never raise."""

    def report(self, event: Event) -> None:
        """Take note of one event."""
        ...


class NoProgress:
    """Shows nothing."""

    def report(self, event: Event) -> None:
        """Do nothing."""


@dataclass(slots=True)
class Tally:
    """Running figures, folded from the events."""

    requests: int = 0
    body_bytes: int = 0
    retries: Counter[str] = field(default_factory=Counter)
    pauses: int = 0
    suites_done: int = 0
    suites_known: int = 0
    tests: int = 0
    resumed: int = 0
    warnings: list[str] = field(default_factory=list)

    def add(self, event: Event) -> None:
        """Fold one event in."""
        match event:
            case Requested():
                self.requests += 1
                self.body_bytes += event.body_bytes
            case Advanced():
                self.suites_done = event.suites_done
                self.suites_known = event.suites_known
                self.tests = event.tests
            case Retried():
                self.retries[event.cause] += 1
            case Slowed():
                self.pauses += event.pause > 0  # a step back to full speed is no pause
            case Warned():
                self.warnings.append(event.text)
            case Began():
                self.resumed = event.resumed
            case PhaseChanged() | Spent():
                pass


class TallyProgress:
    """Keeps a `Tally` and hands every event on to the progress behind it."""

    def __init__(self, behind: Progress | None = None) -> None:
        self.tally = Tally()
        self._behind = behind or NoProgress()

    def report(self, event: Event) -> None:
        """Fold the event in, then pass it on."""
        self.tally.add(event)
        self._behind.report(event)
