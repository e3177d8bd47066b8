"""The main job: crawl one project, write its snapshot, and the manifest beside it.

What the first request needs is imported here, and all else when the server has answered it.
"""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import anyio

from crawler.clock import Clock, SystemClock
from crawler.config.settings import Settings
from crawler.jobs.connection import connect
from crawler.jobs.edition import check_edition, open_edition
from crawler.jobs.profile import Profiling, Start
from crawler.jobs.selecting import omission, selection_of
from crawler.jobs.several import ProjectsProgress
from crawler.progress import NoProgress, Progress
from crawler.snapshot.formats import Format
from crawler.snapshot.saving import check_place

if TYPE_CHECKING:
    from crawler.jobs.snapshot_one import SnapshotResult

__all__ = ("check_settings", "take_snapshot")


async def take_snapshot(
    settings: Settings,
    *,
    project: str,
    output: Path | BinaryIO,
    format: Format,  # noqa: A002  the word that the command uses
    progress: Progress | None = None,
    clock: Clock | None = None,
) -> "SnapshotResult":
    """Crawl `project` and write its snapshot to `output`, a place or an open stream.

    Raises `IncompleteError` if something is missing, unless `settings.allow_partial`; then nothing
    is written. Raises `AccessError`, `ServerError` or `LocalError` if the crawl or the writing
    fails; an older file at `output` is then as it was, and the same call goes on from here.
    """
    clock = clock or SystemClock()
    profiling = Profiling(progress or NoProgress(), clock)
    shared = ProjectsProgress(profiling)
    check_settings(settings)
    if isinstance(output, Path):
        await anyio.to_thread.run_sync(check_place, output, format)
    async with connect(settings, tree=True, progress=shared, clock=clock) as client:
        start = Start.now(clock)
        opened = await open_edition(client, project, settings)
        # The first request does not wait for what is of use only when it was answered.
        from crawler.jobs.snapshot_one import snapshot_through  # noqa: PLC0415

        result = await snapshot_through(
            client,
            settings,
            project=project,
            output=output,
            format=format,
            progress=shared,
            clock=clock,
            start=start,
            opened=opened,
        )
    return replace(result, profile=profiling.profile())


def check_settings(settings: Settings) -> None:
    """Raises `ConfigError` or `UsageError` for mistakes that should not show after the crawl."""
    omission(settings)
    selection_of(settings)
    check_edition(settings)
