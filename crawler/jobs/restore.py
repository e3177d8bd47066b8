"""A snapshot played into a project, and the project held against the snapshot afterwards."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import anyio
import anyio.to_thread

from crawler.api.attaching import ProjectFiles
from crawler.api.writing import ProjectWriter
from crawler.clock import Clock, SystemClock
from crawler.config.settings import Settings
from crawler.diff.changes import Difference, Match, What, count
from crawler.diff.compare import compare
from crawler.jobs.restore_map import write_id_map
from crawler.jobs.restore_ready import (
    Means,
    Ready,
    RestoreOrder,
    RestorePlan,
    crawled_document,
    prepared,
)
from crawler.model import Gap
from crawler.progress import NoProgress, PhaseChanged, Progress, Tally, TallyProgress
from crawler.restore.checking import as_compared, as_expected
from crawler.restore.creating import Origin
from crawler.restore.writer import Outcome, restore_items

__all__ = ("RestoreOrder", "RestorePlan", "RestoreResult", "plan_restore", "restore_snapshot")

_TASKS_PER_WORKER: Final = 2


@dataclass(frozen=True, slots=True)
class RestoreResult:
    """What came of it; `duration` is in seconds, `beyond` counts what only the project has."""

    plan: RestorePlan
    outcome: Outcome
    difference: Difference
    beyond: int
    gaps: tuple[Gap, ...]
    tally: Tally
    duration: float

    @property
    def complete(self) -> bool:
        """The project holds what the snapshot holds."""
        return not (
            self.outcome.failures or self.outcome.blocked or self.difference.changes or self.gaps
        )


async def plan_restore(
    settings: Settings,
    order: RestoreOrder,
    *,
    progress: Progress | None = None,
    clock: Clock | None = None,
) -> RestorePlan:
    """What `restore_snapshot` would do; nothing is written, on the server or here.

    Raises what `restore_snapshot` raises before it writes.
    """
    means = Means(settings, order, progress or NoProgress(), clock or SystemClock())
    async with prepared(means, rehearse=True) as (_, plan):
        return plan


async def restore_snapshot(
    settings: Settings,
    order: RestoreOrder,
    *,
    progress: Progress | None = None,
    clock: Clock | None = None,
) -> RestoreResult:
    """Write the snapshot into the project, crawl that, and compare.

    What was written is kept in `settings.state` until all of it is there, so the same call goes on
    from where a run was stopped, and doubles nothing.

    Raises:
        UsageError: if the project is not empty and `merge` was not asked for.
        IncompleteError: if the snapshot is partial and `settings.allow_partial` is not set.
        AccessError: if the account may not read or write the project.
        ServerError: if the server does not serve us any more.
        LocalError, SnapshotError: if something here cannot be read or written.
    """
    clock = clock or SystemClock()
    started, tallying = clock.monotonic(), TallyProgress(progress or NoProgress())
    async with prepared(Means(settings, order, tallying, clock)) as (ready, plan):
        try:
            outcome = await _write(ready)
        finally:
            await _write_map(ready)
        difference, gaps = await _check(ready)
        if not outcome.failures and not outcome.blocked:
            await anyio.to_thread.run_sync(ready.ledger.remove)
    merged = plan.matched.present > 0
    seen = [each for each in difference.changes if not each.is_noise]
    kept = tuple(each for each in seen if not (merged and each.what == (What.ADDED,)))
    return RestoreResult(
        plan=plan,
        outcome=outcome,
        difference=replace(difference, changes=kept, head=(), statistics=count(kept)),
        beyond=len(seen) - len(kept),
        gaps=gaps,
        tally=tallying.tally,
        duration=clock.monotonic() - started,
    )


async def _write(ready: Ready) -> Outcome:
    project = ready.means.order.project
    return await restore_items(
        ready.items,
        ready.survey.labels,
        target=ProjectWriter(ready.client, project),
        shelf=ProjectFiles(ready.client, project),
        ledger=ready.ledger,
        texts=ready.texts,
        make_ready=ready.source.files.ready,
        origin=Origin(ready.ends.source[1], project),
        workers=ready.means.settings.workers * _TASKS_PER_WORKER,
        progress=ready.means.progress,
    )


async def _write_map(ready: Ready) -> None:
    """Write the map of IDs, if one was asked for, also while the restore is being stopped."""
    path = ready.means.order.id_map
    if path is not None:
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(write_id_map, path, ready.ends, ready.ledger)


async def _check(ready: Ready) -> tuple[Difference, tuple[Gap, ...]]:
    """Crawl the project and compare; also what the crawl could not get."""
    expected = as_expected(ready.source.document, ready.texts)
    async with crawled_document(ready) as (crawled, document):
        ready.means.progress.report(PhaseChanged("comparing"))
        comparing = partial(compare, expected, as_compared(document), match=Match.TITLE)
        return await anyio.to_thread.run_sync(comparing), crawled.gaps
