"""Where the time of a crawl went, which part of it held the crawl back, and what to change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

from crawler.clock import Clock
from crawler.progress import Event, PhaseChanged, Progress, Requested, Spent, Stage

__all__ = ("Profile", "Profiling", "Start")

_PHASES: Final = {"checking": Stage.CHECKING, "writing": Stage.WRITING}
#: Stages that never run at the same time as others of this list, so that they can be compared.
_COMPARABLE: Final = (
    *(Stage.RATE, Stage.PLACES, Stage.PAUSE, Stage.PARSING, Stage.JOURNAL),
    *(Stage.CHECKING, Stage.WRITING),
)
#: A stage that took less of the whole held nothing back.
_MUCH: Final = 0.3

_ADVICE: Final = {
    Stage.RATE: "the rate; a higher --rate is faster if the server bears it",
    Stage.PLACES: "slow answers; more --workers are faster if the server bears it",
    Stage.PAUSE: "pauses that the server asked for; a lower --rate avoids them",
    Stage.PARSING: "this processor, parsing; no --rate or --workers change that",
    Stage.JOURNAL: "the journal; a faster disk for --state may help",
    Stage.CHECKING: "this processor, checking; no --rate or --workers change that",
    Stage.WRITING: "this processor, writing; json is written fastest",
}
_TREE: Final = "single slow answers that others had to wait for"


@dataclass(frozen=True, slots=True)
class Start:
    """When a job began: by the time of day, and by the clock that never runs backwards."""

    at: datetime
    monotonic: float

    @classmethod
    def now(cls, clock: Clock) -> Self:
        """This moment."""
        return cls(clock.utc_now(), clock.monotonic())


@dataclass(frozen=True, slots=True)
class Profile:
    """`seconds` of each stage that took any; `total` seconds in all; `requests` that were made."""

    seconds: Mapping[Stage, float]
    total: float
    requests: int

    @property
    def held_back_by(self) -> str:
        """What held the crawl back, and what to change."""
        most = max(_COMPARABLE, key=lambda stage: self.seconds.get(stage, 0.0))
        if self.seconds.get(most, 0.0) < _MUCH * self.total:
            return _TREE
        return _ADVICE[most]


class Profiling:
    """Adds up `Spent` and the phases, and hands every event on."""

    def __init__(self, behind: Progress, clock: Clock) -> None:
        self._behind = behind
        self._clock = clock
        self._begun = self._since = clock.monotonic()
        self._phase = ""
        self._requests = 0
        self._seconds: dict[Stage, float] = {}

    def report(self, event: Event) -> None:
        """Take note, then pass it on."""
        match event:
            case Spent():
                self._add(event.stage, event.seconds)
            case Requested():
                self._requests += 1
            case PhaseChanged():
                self._enter(event.name)
            case _:
                pass
        self._behind.report(event)

    def profile(self) -> Profile:
        """All until now, which ends the phase that was running."""
        self._enter("")
        total = self._clock.monotonic() - self._begun
        found = {stage: self._seconds[stage] for stage in Stage if self._seconds.get(stage)}
        return Profile(found, total, self._requests)

    def _enter(self, phase: str) -> None:
        now = self._clock.monotonic()
        if (ended := _PHASES.get(self._phase)) is not None:
            self._add(ended, now - self._since)
        self._phase, self._since = phase, now

    def _add(self, stage: Stage, seconds: float) -> None:
        self._seconds[stage] = self._seconds.get(stage, 0.0) + seconds
