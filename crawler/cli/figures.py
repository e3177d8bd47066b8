"""The running figures that all progress displays show, and how durations and sums are written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crawler.clock import Clock
from crawler.plural import counted, counted_of
from crawler.progress import Advanced, Began, Event, PhaseChanged, Requested, Retried
from crawler.redaction import printable

__all__ = ("Figures", "duration", "facts", "results_since", "section_counts")

# Sooner than this an estimate jumps about and helps nobody.
_FIRST_ESTIMATE = 3.0


class Figures:
    """Folds events; unlike `Tally` in whole numbers only, for a drawing thread reads them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._start = clock.monotonic()
        self.project = ""
        self.server = ""
        self.phase = "starting"
        self.resumed = self.suites_done = self.suites_known = self.tests = 0
        self.requests = self.retries = 0

    def add(self, event: Event) -> None:
        """Fold one event in."""
        match event:
            case Began():
                self.project, self.server = event.project, event.server
                self.resumed = self.suites_done = event.resumed
            case PhaseChanged():
                self.phase = event.name
            case Advanced():
                self.suites_done = event.suites_done
                self.suites_known = event.suites_known
                self.tests = event.tests
            case Requested():
                self.requests += 1
            case Retried():
                self.retries += 1
            case _:
                pass

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return self._clock.monotonic() - self._start

    @property
    def rate(self) -> float:
        """Requests a second, on average; 0 before any time has passed."""
        return self.requests / self.elapsed if self.elapsed > 0 else 0.0

    @property
    def remaining(self) -> float | None:
        """Seconds that the suites known so far will take; `None` while nobody can tell."""
        done = self.suites_done - self.resumed
        left = self.suites_known - self.suites_done
        if done <= 0 or left <= 0 or self.elapsed < _FIRST_ESTIMATE:
            return None
        return self.elapsed / done * left


@dataclass(frozen=True, slots=True)
class Fact:
    """One part of a progress line; those of low `weight` give way on a narrow terminal."""

    text: str
    weight: int


def facts(figures: Figures) -> Iterator[Fact]:
    """The parts of a progress line, in their order."""
    if figures.suites_known:
        suites = f"{figures.suites_done:,}/{figures.suites_known:,}"
        yield Fact(f"{suites} suites", 9)
        yield Fact(counted(figures.tests, "test"), 8)
    yield Fact(f"{figures.rate:.1f} requests/s", 5)
    if figures.retries:
        yield Fact(counted(figures.retries, "retry", "retries"), 4)
    yield Fact(duration(figures.elapsed), 6)
    if figures.remaining is not None:
        yield Fact(f"about {duration(figures.remaining)} left", 7)


def duration(seconds: float) -> str:
    """Hours, minutes and seconds: `0:07`, `12:30`, `1:02:03`."""
    minutes, rest = divmod(round(max(0.0, seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def section_counts(sections: Sequence[tuple[str, int]]) -> str:
    """What a snapshot holds beside the tree: `8 runs, 1 jira issue`."""
    return ", ".join(counted_of(number, name.replace("_", " ")) for name, number in sections)


def results_since(day: str | None) -> str:
    """What to say of a snapshot without the results of older runs; empty if it has all."""
    return f"; results of runs since {printable(day)} only" if day else ""
