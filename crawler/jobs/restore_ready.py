"""Everything that a restore needs, opened and read, before anything is written."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import BinaryIO

import anyio.to_thread

from crawler.api.client import Client
from crawler.clock import Clock
from crawler.config.settings import Settings
from crawler.config.thrift_settings import Strategy
from crawler.edition import USUAL
from crawler.errors import IncompleteError, UsageError
from crawler.jobs.connection import connect
from crawler.jobs.crawl_project import crawl_project
from crawler.jobs.crawled import CrawledProject
from crawler.jobs.restore_files import FilesPlan
from crawler.jobs.restore_map import Ends, read_id_map
from crawler.jobs.restore_source import Original, omitted, original, surveyed
from crawler.jobs.restore_state import forget_if_gone, ledger_at
from crawler.progress import PhaseChanged, Progress
from crawler.restore.ledger import Ledger
from crawler.restore.ledger_files import FileNotes
from crawler.restore.links import Reference, Rewriter
from crawler.restore.matching import Matched, match_items, matched_before
from crawler.restore.orphans import Rewalked
from crawler.restore.planning import Item, Survey, walk
from crawler.restore.texts import Texts
from crawler.selection import WHOLE
from crawler.snapshot.document import Document, Head

__all__ = ("Means", "Ready", "RestoreOrder", "RestorePlan", "crawled_document", "prepared")


@dataclass(frozen=True, slots=True)
class RestoreOrder:
    """What to restore where.

    `source` is a path, ``-`` for `stdin`, or ``REV:PATH`` of git. `merge` also writes into a
    project that is not empty. `id_map` is read if it is there, and written at the end. `ignore`
    has places such as `test.assigned_to`, which are neither written nor compared.
    """

    source: str
    project: str
    merge: bool = False
    id_map: Path | None = None
    ignore: tuple[str, ...] = ()
    stdin: BinaryIO | None = None


@dataclass(frozen=True, slots=True)
class RestorePlan:
    """What a restore would write; `resumed` items are there from an earlier, unfinished run."""

    head: Head
    title: str
    server: str
    project: str
    survey: Survey
    orphans: int
    resumed: int
    matched: Matched
    files: FilesPlan = field(default=FilesPlan())


@dataclass(frozen=True, slots=True)
class Means:
    """What a restore is told, and what it works with."""

    settings: Settings
    order: RestoreOrder
    progress: Progress
    clock: Clock


@dataclass(frozen=True, slots=True)
class Ready:
    """A restore with all that it needs open; nothing is written yet."""

    means: Means
    source: Original
    client: Client
    ledger: Ledger
    texts: Texts
    ends: Ends
    survey: Survey

    def items(self) -> Iterator[Item]:
        """A walk through what is to be written."""
        return walk(self.source.document.nodes, self.survey.unordered)


@asynccontextmanager
async def prepared(
    means: Means, *, rehearse: bool = False
) -> AsyncIterator[tuple[Ready, RestorePlan]]:
    """A restore that may begin, and its plan; only to `rehearse` it, nothing is kept.

    Raises what `crawler.jobs.restore.restore_snapshot` raises before it writes.
    """
    order, progress = means.order, means.progress
    progress.report(PhaseChanged("reading"))
    with ExitStack() as stack:
        opening = original(order.source, order.stdin, means.settings, order.ignore)
        source = await anyio.to_thread.run_sync(stack.enter_context, opening)
        async with connect(means.settings, progress=progress, clock=means.clock) as client:
            ends = Ends((source.head.url, source.head.project_id), (client.server, order.project))
            given = await anyio.to_thread.run_sync(read_id_map, order.id_map, ends)
            rewriter = Rewriter(source.head.project_id, order.project, client.server)
            survey, content = await anyio.to_thread.run_sync(surveyed, source.document, rewriter)
            facts = await client.project(order.project)
            identity = {"server": client.server, "project": order.project, "snapshot": content}
            ledger = stack.enter_context(ledger_at(means.settings, identity, rehearse=rehearse))
            empty = await _is_empty(client, order.project)
            forget_if_gone(ledger, identity, progress, empty=empty)
            texts = Texts(rewriter, source.head.url, ledger.new_ids, FileNotes(ledger).addresses)
            ready = Ready(means, source, client, ledger, texts, ends, survey)
            yield ready, await _plan(ready, facts.title, given, empty=empty)


async def _is_empty(client: Client, project: str) -> bool:
    suites = await client.suites_page(project, 1)
    return not suites.records and not (await client.tests_page(project, 1)).records


async def _plan(
    ready: Ready, title: str, given: Mapping[Reference, str], *, empty: bool
) -> RestorePlan:
    if not ready.ledger.resumed:
        await anyio.to_thread.run_sync(lambda: ready.ledger.enroll(ready.items()))
    files = await anyio.to_thread.run_sync(_enrolled_files, ready)
    matched = await _matched(ready, given, empty=empty)
    return RestorePlan(
        head=ready.source.document.head,
        title=title,
        server=ready.client.server,
        project=ready.means.order.project,
        survey=ready.survey,
        orphans=ready.source.orphans,
        resumed=ready.ledger.written() - matched.suites - matched.tests,
        matched=matched,
        files=files,
    )


def _enrolled_files(ready: Ready) -> FilesPlan:
    """Note the files; again and again does no harm, and each counts once."""
    notes, files = FileNotes(ready.ledger), ready.source.files
    notes.enroll(files)
    number, size = notes.totals()
    if number and not files.absent:
        ready.survey.no_place.pop("test.attachments", None)
    return FilesPlan(number, size, files.absent, files.elsewhere)


async def _matched(ready: Ready, given: Mapping[Reference, str], *, empty: bool) -> Matched:
    """What the project holds of the snapshot already; asked once, and noted in the ledger.

    Raises `UsageError` if it is not empty and nobody said that this is right.
    """
    match = partial(match_items, ready.ledger, ready.items, given=given, texts=ready.texts)
    known = await anyio.to_thread.run_sync(matched_before, ready.ledger)
    if known is not None:
        return known
    if empty:
        return await anyio.to_thread.run_sync(lambda: match(present=()))
    project = ready.means.order.project
    if not ready.means.order.merge:
        raise UsageError(
            f"The project {project} is not empty, so nothing was written.",
            hint="Name an empty one; or --merge writes what is missing in it and what differs, and"
            " --dry-run --merge says how much that is.",
        )
    async with crawled_document(ready) as (crawled, document):
        if crawled.gaps:
            raise IncompleteError(
                f"The project {project} could not be read whole, so nothing was written: what was"
                " not seen would be doubled.",
                hint="Try again.",
            )
        return await anyio.to_thread.run_sync(lambda: match(present=document.nodes))


@asynccontextmanager
async def crawled_document(ready: Ready) -> AsyncIterator[tuple[CrawledProject, Document]]:
    """The whole project as it is now, less what is to be ignored.

    Nothing is kept for a later crawl, and no selection of the settings counts.
    """
    means = ready.means
    settings = replace(
        means.settings,
        state=None,
        incremental=False,
        strategy=Strategy.WALK,
        stable=False,
        omit=(),
        deadline=None,
        sections=(),
    )
    async with crawl_project(
        ready.client,
        means.order.project,
        settings,
        progress=means.progress,
        clock=means.clock,
        selection=WHOLE,
        edition=USUAL,
    ) as crawled:
        document = Document(
            crawled.head,
            Rewalked(lambda: iter(crawled.document().nodes)),
            Rewalked(lambda: iter(crawled.document().orphans)),
        )
        yield crawled, omitted(document, ready.source.omission)
