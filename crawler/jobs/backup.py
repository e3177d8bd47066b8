"""The nightly job: every project of the configuration, kept beside the last nights' backups.

One client asks for all projects, so there is one login and one pace; a project that fails does not
keep another from its turn. What a run came to goes to a report, to Prometheus and to a monitoring
address, if the settings name them.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import anyio

from crawler.api.client import Client
from crawler.clock import Clock, SystemClock
from crawler.config.settings import Settings
from crawler.errors import AccessError, CrawlerError, LocalError, OutageError
from crawler.jobs.backup_folder import BackupFolder
from crawler.jobs.backup_git import BackupTree
from crawler.jobs.backup_lock import locked
from crawler.jobs.backup_metrics import write_metrics
from crawler.jobs.backup_names import LOCK
from crawler.jobs.backup_notify import notified
from crawler.jobs.backup_project import Night, back_up, failed, note
from crawler.jobs.backup_report import write_report
from crawler.jobs.backup_results import BackupRun, ProjectBackup
from crawler.jobs.backup_vault import Vault
from crawler.jobs.backup_worktree import git_folder
from crawler.jobs.connection import connect, log_in
from crawler.jobs.crawl_project import wants_files
from crawler.jobs.git import Git, without_secrets
from crawler.jobs.project_choice import Choice, choice_of, choose, named
from crawler.jobs.retention import Policy
from crawler.jobs.selecting import omission
from crawler.jobs.several import (
    AT_ONCE,
    Problem,
    ProjectsProgress,
    each_project,
    with_time_left,
)
from crawler.progress import Progress
from crawler.snapshot.formats import Format
from crawler.snapshot.packing import Packing, check_packing

__all__ = ("BackupOrder", "open_vault", "run_backup")

_PACKINGS = {"none": Packing.NONE, "gzip": Packing.GZIP, "zstd": Packing.ZSTD}


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupOrder:
    """What one run is asked for besides the settings.

    `environment` is what git is started with, less our credentials.
    """

    folder: Path
    all_projects: bool = False
    accept_shrink: bool = False
    git: bool = False
    push: bool = False
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)


async def run_backup(
    settings: Settings,
    order: BackupOrder,
    *,
    progress: Progress | None = None,
    clock: Clock | None = None,
) -> BackupRun:
    """Back up the projects that are asked for; what goes wrong with one is in its result.

    Raises `UsageError` if the settings make no sense, and `LocalError` if the folder cannot be
    used or another run holds it; then nothing was asked for, written or reported.
    """
    clock = clock or SystemClock()
    shared = ProjectsProgress(progress)
    if order.git:
        settings = replace(settings, stable=True)
    omission(settings)
    choice = choice_of(settings, all_projects=order.all_projects)
    async with open_vault(settings, order) as vault:
        night = Night(settings, vault, shared, clock, order.accept_shrink)

        async def run() -> BackupRun:
            result = await _projects(night, choice)
            if order.push and isinstance(vault, BackupTree):
                result = await anyio.to_thread.run_sync(_pushed, vault, result)
            return await anyio.to_thread.run_sync(_reported, result, settings)

        return await notified(run, settings, clock=clock, progress=shared)


@asynccontextmanager
async def open_vault(settings: Settings, order: BackupOrder) -> AsyncIterator[Vault]:
    """The place of the backups, held for this run alone; the folder itself is made if need be.

    Raises `LocalError` if it cannot be used, or another run holds it.
    """
    form = Format(settings.backup_format.value) if settings.backup_format else None
    packing = _PACKINGS[settings.compress]
    check_packing(packing)
    await anyio.to_thread.run_sync(_make, order.folder)
    if order.git:
        git = Git(order.folder, without_secrets(order.environment))
        own = await anyio.to_thread.run_sync(git_folder, git)
        with locked(own / "lock", order.folder):
            make = partial(BackupTree, git, own, author=settings.git_author, form=form)
            yield await anyio.to_thread.run_sync(make)
        return
    with locked(order.folder / LOCK, order.folder):
        yield BackupFolder(
            order.folder,
            format=form or Format.JSON,
            packing=packing,
            policy=Policy(
                last=settings.keep_last,
                daily=settings.keep_daily,
                weekly=settings.keep_weekly,
                monthly=settings.keep_monthly,
            ),
        )


def _make(folder: Path) -> None:
    """Not its parents: a disk that is not mounted should not be filled from below."""
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise LocalError.from_os_error("make", folder, error) from error


async def _projects(night: Night, choice: Choice) -> BackupRun:
    at, started = night.clock.utc_now(), night.clock.monotonic()
    done: list[ProjectBackup] = []
    problems: list[Problem] = []
    try:
        async with connect(
            night.settings, tree=True, progress=night.progress, clock=night.clock
        ) as client:
            await log_in(client, night.settings, listing=bool(choice.wild))
            await _all(client, choice, night, done, problems)
    except CrawlerError as error:
        problems.append(Problem(str(error), error.exit_code))
        meant = named(choice, await anyio.to_thread.run_sync(night.vault.projects))
        done.extend([await _noted(night, project, error) for project in meant])
    return BackupRun(
        started_at=at,
        seconds=round(night.clock.monotonic() - started, 3),
        projects=tuple(done),
        problems=tuple(problems),
    )


async def _all(
    client: Client,
    choice: Choice,
    night: Night,
    done: list[ProjectBackup],
    problems: list[Problem],
) -> None:
    """Each project in its turn; raises `CrawlerError` only before the first one."""
    backed_up = await anyio.to_thread.run_sync(night.vault.projects)
    chosen = await choose(client, choice, backed_up)
    problems += chosen.problems
    started = night.clock.monotonic()

    async def work(project: str) -> ProjectBackup:
        left = with_time_left(night.settings, night.clock.monotonic() - started)
        return await back_up(client, project, replace(night, settings=left))

    # What one removes from the store of files, another may just have counted on.
    at_once = 1 if wants_files(night.settings) else AT_ONCE
    done.extend(await each_project(chosen.projects, work, night.progress, at_once=at_once))
    done.extend([await _noted(night, project, _lost(project)) for project in chosen.lost])


def _lost(project: str) -> AccessError:
    return AccessError(
        f"Project {project!r} was backed up before, and the account no longer reaches it.",
        hint="If it is gone for good, move its backups elsewhere.",
    )


async def _noted(night: Night, project: str, error: CrawlerError) -> ProjectBackup:
    result = failed(project, night.clock.utc_now(), error)
    return await anyio.to_thread.run_sync(note, night.vault, result)


def _pushed(vault: BackupTree, run: BackupRun) -> BackupRun:
    """The run, with what kept its commits from being pushed; those of earlier runs go along."""
    try:
        vault.push()
    except CrawlerError as error:
        # The commits are there and the next run pushes them along: as after an outage.
        problem = Problem(f"What is committed was not pushed: {error}", OutageError.exit_code)
        return replace(run, problems=(*run.problems, problem))
    return run


def _reported(run: BackupRun, settings: Settings) -> BackupRun:
    """The run, after its report and figures were written; that they were not is a problem."""
    writers: tuple[tuple[Path | None, Callable[[BackupRun, Path], None]], ...] = (
        (settings.report, write_report),
        (settings.metrics, write_metrics),
    )
    for path, write in writers:
        if path is not None:
            try:
                write(run, path)
            except CrawlerError as error:
                run = _with_problem(run, error)
    return run


def _with_problem(run: BackupRun, error: CrawlerError) -> BackupRun:
    return replace(run, problems=(*run.problems, Problem(str(error), error.exit_code)))
