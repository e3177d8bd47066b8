"""A snapshot each of several projects, over one client."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import anyio

from crawler.api.client import Client
from crawler.clock import Clock, SystemClock
from crawler.config.settings import Settings
from crawler.errors import IncompleteError
from crawler.jobs.connection import connect, log_in
from crawler.jobs.finished import Finished
from crawler.jobs.project_choice import choice_of, choose
from crawler.jobs.several import (
    Problem,
    ProjectsProgress,
    each_project,
    problem_of,
    with_time_left,
    worst,
)
from crawler.jobs.snapshot import check_settings
from crawler.jobs.snapshot_one import SnapshotResult, snapshot_through
from crawler.progress import PhaseChanged, Progress
from crawler.snapshot.formats import Format
from crawler.snapshot.saving import check_place

__all__ = ("ProjectSnapshot", "SnapshotsResult", "take_snapshots")


@dataclass(frozen=True, slots=True)
class ProjectSnapshot:
    """How one project fared: a `result`, or the `problem` that kept it from one.

    With neither of them its snapshot, at `kept`, is that of an earlier run that was cut off.
    """

    project: str
    result: SnapshotResult | None = None
    problem: Problem | None = None
    kept: Path | None = None

    @property
    def exit_code(self) -> int:
        """What it would be if this were the only project."""
        if self.problem is not None:
            return self.problem.exit_code
        return IncompleteError.exit_code if self.result and self.result.gaps else 0


@dataclass(frozen=True, slots=True)
class SnapshotsResult:
    """How all projects fared, in `seconds`; `problems` are outside any of them."""

    projects: tuple[ProjectSnapshot, ...]
    problems: tuple[Problem, ...]
    seconds: float

    @property
    def exit_code(self) -> int:
        """The worst of all."""
        codes = [each.exit_code for each in self.projects]
        return worst((*codes, *(each.exit_code for each in self.problems)))


@dataclass(frozen=True, slots=True)
class _Job:
    """What all projects share."""

    client: Client
    settings: Settings
    place: Callable[[str], Path]
    form: Format
    progress: ProjectsProgress
    clock: Clock
    started: float
    finished: Finished

    async def take(self, project: str) -> ProjectSnapshot:
        """The snapshot of one project; only cancellation comes out of it."""
        try:
            return await self._taken(project)
        except Exception as error:  # noqa: BLE001  one project's trouble must not cost the others theirs
            return ProjectSnapshot(project, problem=problem_of(error))

    async def _taken(self, project: str) -> ProjectSnapshot:
        output = self.place(project)
        if (project, output) in self.finished:
            return ProjectSnapshot(project, kept=output)
        await anyio.to_thread.run_sync(check_place, output, self.form)
        result = await snapshot_through(
            self.client,
            with_time_left(self.settings, self.clock.monotonic() - self.started),
            project=project,
            output=output,
            format=self.form,
            progress=self.progress,
            clock=self.clock,
        )
        if result.head.complete:
            self.finished.add(project, output)
        return ProjectSnapshot(project, result)


async def take_snapshots(
    settings: Settings,
    *,
    all_projects: bool,
    place: Callable[[str], Path],
    format: Format,  # noqa: A002  the word that the command uses
    progress: Progress | None = None,
    clock: Clock | None = None,
) -> SnapshotsResult:
    """Crawl all projects of the account, or those of the settings, and write their snapshots.

    Those that such a run had finished when it was cut off are left as they are.

    `place` says where that of a project goes. What goes wrong with one project is in its result.
    Raises `UsageError` if the settings make no sense, and `AccessError` or `ServerError` if the
    login or the list of projects fails.
    """
    clock = clock or SystemClock()
    shared = ProjectsProgress(progress)
    check_settings(settings)
    choice = choice_of(settings, all_projects=all_projects)
    started = clock.monotonic()
    finished = Finished.open(settings, choice.patterns, clock)
    async with connect(settings, tree=True, progress=shared, clock=clock) as client:
        await log_in(client, settings, listing=bool(choice.wild))
        if choice.wild:
            shared.report(PhaseChanged("listing projects"))
        chosen = await choose(client, choice, ())
        job = _Job(client, settings, place, format, shared, clock, started, finished)
        found = await each_project(chosen.projects, job.take, shared)
    finished.end(each.exit_code for each in found)
    return SnapshotsResult(tuple(found), chosen.problems, clock.monotonic() - started)
