"""Several projects over one client: a few at a time, each with figures and an end of its own.

One client means one login, one pace, and one bound on what is under way. It sends requests in the
order in which they are asked for, and every crawl asks with as many tasks as the next one: so a
large project takes its share of the rate and no more, and small ones pass it by.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Final, TypeVar

import anyio

from crawler.config.settings import Settings
from crawler.errors import CrawlerError
from crawler.progress import Advanced, Began, Event, NoProgress, PhaseChanged, Progress, Tally

__all__ = (
    "AT_ONCE",
    "Problem",
    "ProjectsProgress",
    "each_project",
    "problem_of",
    "with_time_left",
    "worst",
)

R = TypeVar("R")

AT_ONCE: Final = 4
"""Projects; enough that one which waits for its last, slow answer leaves no worker idle."""

_BUG: Final = 70
#: From good to bad. Local trouble comes before lost rights, those before what is missing, and that
#: before an outage, which passes by itself. 70 is a bug.
_FROM_GOOD_TO_BAD: Final = (0, 5, 4, 3, 2, 6, _BUG)

_TALLY: ContextVar[Tally | None] = ContextVar("tally_of_a_project", default=None)


class ProjectsProgress:
    """Hands events on to one display, and adds each to the figures of its own project.

    The display sees the sums over all projects, and for phases how many projects are done.
    """

    def __init__(self, behind: Progress | None = None) -> None:
        self._behind = behind or NoProgress()
        self._common = Tally()
        self._sums = Advanced(0, 0, 0)
        self._resumed = self._ended = 0
        self._total = 1

    @property
    def tally(self) -> Tally:
        """The figures of the project that the present task works for."""
        return _TALLY.get() or self._common

    def begin(self, total: int) -> None:
        """There are so many projects."""
        self._total, self._ended = total, 0
        self._tell_ended()

    @contextmanager
    def project(self) -> Iterator[None]:
        """One project, with new figures, in all tasks and threads that are started inside."""
        token = _TALLY.set(Tally())
        try:
            yield
        finally:
            _TALLY.reset(token)
        self._ended += 1
        self._tell_ended()

    def _tell_ended(self) -> None:
        if self._total > 1:
            self._behind.report(PhaseChanged(f"{self._ended}/{self._total} projects"))

    def report(self, event: Event) -> None:
        """Fold the event in, then pass it on."""
        tally = self.tally
        match event:
            case Advanced():
                self._sums = shown = Advanced(
                    self._sums.suites_done + event.suites_done - tally.suites_done,
                    self._sums.suites_known + event.suites_known - tally.suites_known,
                    self._sums.tests + event.tests - tally.tests,
                )
                self._behind.report(shown)
            case Began():
                self._resumed += event.resumed
                self._behind.report(replace(event, resumed=self._resumed))
            case PhaseChanged() if self._total > 1:
                pass
            case _:
                self._behind.report(event)
        tally.add(event)


async def each_project(
    projects: Sequence[str],
    work: Callable[[str], Awaitable[R]],
    progress: ProjectsProgress,
    *,
    at_once: int = AT_ONCE,
) -> list[R]:
    """What `work` makes of each project, in their order; so many are worked on at a time.

    What `work` raises ends all of them, so trouble with one project should be in its result.
    """
    progress.begin(len(projects))
    found: dict[int, R] = {}
    waiting = iter(enumerate(projects))

    async def run() -> None:
        for place, project in waiting:
            with progress.project():
                found[place] = await work(project)

    with _ungrouped():
        async with anyio.create_task_group() as group:
            for _ in range(at_once):
                group.start_soon(run)
    return [found[place] for place in range(len(projects))]


@contextmanager
def _ungrouped() -> Iterator[None]:
    try:
        yield
    except BaseExceptionGroup as group:
        raise group.exceptions[0] from None


def with_time_left(settings: Settings, spent: float) -> Settings:
    """The settings after so many seconds: the deadline is for all projects together."""
    if settings.deadline is None:
        return settings
    return replace(settings, deadline=max(settings.deadline - spent, 0.001))


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong with a project, or outside of any: a sentence, and its exit code."""

    message: str
    exit_code: int


def problem_of(error: Exception) -> Problem:
    """What there is to say of an error."""
    error = _innermost(error)
    if isinstance(error, CrawlerError):
        return Problem(str(error), error.exit_code)
    if isinstance(error, OSError):
        return Problem(
            f"The disk or the network of this machine: {error.strerror or error}.",
            6,
        )
    return Problem(f"This is a bug: {type(error).__name__}: {error}.", _BUG)


def _innermost(error: Exception) -> Exception:
    """The error that a task group wrapped; of several, one that has a sentence of its own."""
    while isinstance(error, ExceptionGroup):
        ours = error.subgroup(CrawlerError)
        error = (ours or error).exceptions[0]
    return error


def worst(codes: Iterable[int]) -> int:
    """The exit code that says most of what somebody has to do; 0 of none."""
    return max(codes, key=_badness, default=0)


def _badness(code: int) -> int:
    known = code in _FROM_GOOD_TO_BAD
    return _FROM_GOOD_TO_BAD.index(code) if known else len(_FROM_GOOD_TO_BAD)
