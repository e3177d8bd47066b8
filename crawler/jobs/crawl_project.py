"""A crawl of one project from its start to what can be written."""

import math
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace

import anyio

from crawler.api.client import Client
from crawler.api.flat_source import FlatSource
from crawler.api.project_source import ProjectSource
from crawler.clock import Clock, SystemClock
from crawler.config.settings import Settings
from crawler.edition import Edition
from crawler.engine.crawl import CrawlOutcome, crawl
from crawler.engine.journal import Journal
from crawler.engine.section_reading import SectionReader
from crawler.jobs.crawl_state import crawl_state
from crawler.jobs.crawled import CrawledProject
from crawler.jobs.crawled_head import head_and_lost
from crawler.jobs.edition import Opened, open_edition
from crawler.jobs.selecting import omission, selection_of
from crawler.jobs.thrift import check_thrift, planned
from crawler.model import SectionName
from crawler.progress import NoProgress, PhaseChanged, Progress, Spent, Stage, Warned
from crawler.selection import Selection
from crawler.snapshot.assemble import document_gaps
from crawler.snapshot.attachment_store import AttachmentStore

__all__ = ("crawl_project", "wants_files")

#: A task that waits for its retry keeps no other from working: there are more than places in
#: flight, which the client hands out.
_TASKS_PER_WORKER = 2


@asynccontextmanager
async def crawl_project(
    client: Client,
    project: str,
    settings: Settings,
    *,
    progress: Progress | None = None,
    clock: Clock | None = None,
    selection: Selection | None = None,
    edition: Edition | None = None,
    store: AttachmentStore | None = None,
    opened: Opened | None = None,
) -> AsyncIterator[CrawledProject]:
    """Crawl a project, or what the settings select of it, and hold the result open.

    A `selection` and an `edition` take the place of those of the settings; of the suites of the
    former, which are IDs, those that do not exist are simply not there. The files of attachments
    go to `store`, if there is one and the settings ask for them. `opened` is what `open_edition`
    gave for it already.

    What was fetched is kept in `settings.state` until the block ends without an error and nothing
    was missing, and with `settings.incremental` for the next crawl; without such a folder it is
    kept in a temporary one. Raises `AccessError`,
    `OutageError` or `LocalError` if the crawl cannot go on, and `UsageError` if the project has no
    such suite as is selected.
    """
    progress, clock = progress or NoProgress(), clock or SystemClock()
    check_thrift(settings)
    lenient = selection is not None
    if selection is None:
        selection = selection_of(settings)
    end = math.inf if settings.deadline is None else clock.monotonic() + settings.deadline
    edition, source = opened or await open_edition(client, project, settings, edition)
    kept = crawl_state(
        client.server, project, settings, selection, edition, clock=clock, progress=progress
    )
    async with kept as state:
        plan = await anyio.to_thread.run_sync(
            planned, state.journal, state.identity, settings, selection, edition
        )
        for note in (*state.journal.notes, *plan.notes, *_useless(settings)):
            progress.report(Warned(note))
        with plan.remembering(client, project, state.journal):
            outcome = await crawl(
                source,
                state.journal,
                progress,
                server=client.server,
                workers=settings.workers * _TASKS_PER_WORKER,
                rounds=settings.rounds,
                deadline=settings.deadline,
                selection=selection,
                lenient=lenient,
                sections=_reader(source, state.journal, settings),
                economy=plan.economy,
            )
        found = await _found(client.server, plan.told(outcome), settings, edition)
        # v2 names no files.
        if store is not None and wants_files(settings) and isinstance(source, ProjectSource):
            found = await _with_files(
                found,
                client,
                settings,
                journal=state.journal,
                store=store,
                progress=progress,
                seconds=max(0.0, end - clock.monotonic()),
            )
        progress.report(Spent(Stage.JOURNAL, state.journal.seconds))
        progress.report(PhaseChanged("writing"))
        yield found
        if found.complete:
            state.ending.done(plan.keeps(found.outcome))


def wants_files(settings: Settings) -> bool:
    """Whether the settings ask for the files of attachments."""
    return settings.attachment_files and SectionName.ATTACHMENTS in settings.sections


def _useless(settings: Settings) -> Iterator[str]:
    """What was asked for and changes nothing, in words for people."""
    if settings.runs_since is not None and SectionName.TESTRUNS not in settings.sections:
        yield "--runs-since chooses among results, and none are asked for: add --with testruns"


async def _found(
    server: str, outcome: CrawlOutcome, settings: Settings, edition: Edition
) -> CrawledProject:
    """A crawl with what stands at the head of its document."""
    left_out = omission(settings)
    head, lost = await anyio.to_thread.run_sync(
        head_and_lost, server, outcome, left_out, edition, settings.runs_since
    )
    return CrawledProject(outcome, head, left_out, settings.sections, lost=lost)


async def _with_files(
    found: CrawledProject,
    client: Client,
    settings: Settings,
    *,
    journal: Journal,
    store: AttachmentStore,
    progress: Progress,
    seconds: float,
) -> CrawledProject:
    """With the files of its attachments in the store."""
    from crawler.jobs.attachments import download_files  # noqa: PLC0415  few ask for it

    files = await download_files(
        client,
        found.outcome,
        found.document(),
        store=store,
        journal=journal,
        settings=settings,
        progress=progress,
        seconds=seconds,
    )
    outcome = files.joined(found.outcome)
    gaps = document_gaps(outcome.gaps)
    head = replace(files.counted(found.head), complete=not gaps, gaps=gaps)
    return replace(found, outcome=outcome, head=head, files=files)


def _reader(
    source: ProjectSource | FlatSource, journal: Journal, settings: Settings
) -> SectionReader | None:
    if not settings.sections:
        return None
    return SectionReader(source, journal, settings.sections, since=settings.runs_since)
