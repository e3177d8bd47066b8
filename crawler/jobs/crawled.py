"""A crawl that is over, as something that can be written."""

import hashlib
import json
import math
import re
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import anyio

from crawler.api.client import Client, ProjectSource
from crawler.api.flat_source import FlatSource
from crawler.clock import Clock, SystemClock
from crawler.config.settings import Settings
from crawler.edition import Edition, edition_mapping
from crawler.engine.crawl import CrawlOutcome, crawl
from crawler.engine.journal import Identity, Journal
from crawler.engine.section_reading import SectionReader
from crawler.jobs.connection import account_fingerprint
from crawler.jobs.crawled_head import document_of, head_and_lost
from crawler.jobs.edition import Opened, open_edition
from crawler.jobs.selecting import omission, selection_of
from crawler.jobs.thrift import Ending, check_thrift, planned
from crawler.model import Gap, ProjectFacts, SectionName
from crawler.plural import counted
from crawler.progress import NoProgress, PhaseChanged, Progress, Spent, Stage, Warned
from crawler.selection import Selection, selection_mapping, selection_words
from crawler.snapshot.assemble import document_gaps, section_fields
from crawler.snapshot.attachment_store import AttachmentStore
from crawler.snapshot.document import Document, Head, NodeKind, Section
from crawler.snapshot.formats import Format
from crawler.snapshot.noise import Omission
from crawler.snapshot.written import Written

if TYPE_CHECKING:
    from crawler.jobs.attachments import Files

__all__ = ("CrawledProject", "content_options", "crawl_project", "wants_files")

#: A task that waits for its retry keeps no other from working: there are more than places in
#: flight, which the client hands out.
_TASKS_PER_WORKER = 2


@dataclass(frozen=True, slots=True)
class CrawledProject:
    """What one crawl found; readable as long as the `crawl_project` that made it is open.

    `wanted` are the sections that were asked for; `kept` are items of these, by section, that come
    from an older snapshot and stand behind those that were read. `files` are those of attachments
    if they were asked for. `lost` counts what stands at the top of the orphans.
    """

    outcome: CrawlOutcome
    head: Head
    omission: Omission
    wanted: tuple[SectionName, ...] = ()
    kept: Mapping[str, Iterable[Mapping[str, Any]]] = field(default_factory=dict)
    files: "Files | None" = None
    lost: Mapping[NodeKind, int] = field(default_factory=dict)

    @property
    def project(self) -> ProjectFacts:
        """The project as the server describes it."""
        return self.outcome.project

    @property
    def complete(self) -> bool:
        """Everything that any witness knows of is there."""
        return not self.outcome.gaps

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What is missing, and why."""
        return self.outcome.gaps

    @property
    def has_files(self) -> bool:
        """Whether any file of an attachment was stored."""
        return self.files is not None and bool(self.files.notes)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the user should know although nothing is missing."""
        selection, missing = self.head.selection, self.outcome.sections.missing
        found = [_missing_warning(missing)] if missing else []
        if selection.picks_tests and not self.head.tests:
            found.append(f"no test is selected by: {selection_words(selection)}")
        if any(self.lost.values()):
            found.append(_orphans_warning(self.lost))
        return (*found, *self.outcome.warnings)

    def document(self) -> Document:
        """The snapshot as a stream; each call starts a new one."""
        names = (SectionName(name) for name, _ in self.head.sections)
        sections = tuple(Section(name.value, self._items(name)) for name in names)
        return document_of(self.head, self.outcome, self.omission, sections)

    def _items(self, section: SectionName) -> Iterator[Mapping[str, Any]]:
        is_theirs = section is SectionName.ATTACHMENTS
        for item in self.outcome.sections.items(section):
            fields = section_fields(section, item.resource, item.kind, item.owner, self.omission)
            yield self.files.marked(fields) if self.files is not None and is_theirs else fields
        yield from self.kept.get(section.value, ())
        if self.files is not None and is_theirs:
            yield from self.files.links

    async def write(
        self,
        output: Path | BinaryIO,
        form: Format,
        beside: Callable[[Written], AbstractContextManager[None]] | None = None,
    ) -> Written:
        """Write the snapshot to its place, in one step, or to an open stream.

        `beside` is entered, in a thread, when all is written and before it takes its place, and
        left when it has.
        Raises `LocalError` if the disk refuses; then the old file is as it was.
        """
        return await anyio.to_thread.run_sync(self._write, output, form, beside)

    def _write(
        self,
        output: Path | BinaryIO,
        form: Format,
        beside: Callable[[Written], AbstractContextManager[None]] | None,
    ) -> Written:
        # The first request does not wait for what only the end needs.
        from crawler.snapshot.saving import saved  # noqa: PLC0415
        from crawler.snapshot.writer import write  # noqa: PLC0415

        if not isinstance(output, Path):
            return write(self.document(), output, form)
        with ExitStack() as around, saved(self.document(), output, form) as written:
            if beside is not None:
                around.enter_context(beside(written))
        return written


def _orphans_warning(lost: Mapping[NodeKind, int]) -> str:
    suites, tests = lost[NodeKind.SUITE], lost[NodeKind.TEST]
    parts = []
    if suites:
        parts.append(
            "1 suite with all below it" if suites == 1 else f"{suites} suites with all below them"
        )
    if tests:
        parts.append(counted(tests, "single test"))
    return f"no root leads to {' and '.join(parts)}: see 'orphans' there"


def _missing_warning(missing: Iterable[SectionName]) -> str:
    names = ", ".join(name.replace("_", "-") for name in missing)
    return f"the server does not offer these, so the snapshot has none: {names}"


def content_options(settings: Settings) -> dict[str, Any]:
    """The settings that shaped what is in a snapshot, for its manifest."""
    told: dict[str, Any] = {"stable": settings.stable, "omit": list(settings.omit)}
    if settings.sections:
        told["with"] = [name.value for name in settings.sections]
    if settings.runs_since is not None:
        told["runs_since"] = settings.runs_since
    return told


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
    left_out, lenient = omission(settings), selection is not None
    if selection is None:
        selection = selection_of(settings)
    started = clock.monotonic()
    edition, source = opened or await open_edition(client, project, settings, edition)
    with _state_folder(settings) as folder:
        key = _key(selection, edition)
        identity = Identity(client.server, project, account_fingerprint(settings), key)
        path = folder / _state_name(identity)
        journal = await anyio.to_thread.run_sync(_open_journal, path, identity, settings, clock)
        with _kept_unless_done(journal, progress) as ending:
            plan = await anyio.to_thread.run_sync(
                planned, journal, identity, settings, selection, edition
            )
            for note in (*journal.notes, *plan.notes):
                progress.report(Warned(note))
            with plan.remembering(client, project, journal):
                outcome = await crawl(
                    source,
                    journal,
                    progress,
                    server=client.server,
                    workers=settings.workers * _TASKS_PER_WORKER,
                    rounds=settings.rounds,
                    deadline=settings.deadline,
                    selection=selection,
                    lenient=lenient,
                    sections=_reader(source, journal, settings),
                    economy=plan.economy,
                )
            outcome = plan.told(outcome)
            head, lost = await anyio.to_thread.run_sync(
                head_and_lost,
                client.server,
                outcome,
                left_out,
                edition,
                settings.runs_since,
            )
            found = CrawledProject(outcome, head, left_out, settings.sections, lost=lost)
            has_files = isinstance(source, ProjectSource)  # v2 names none
            if store is not None and has_files and wants_files(settings):
                from crawler.jobs.attachments import download_files  # noqa: PLC0415  few ask for it

                files = await download_files(
                    client,
                    outcome,
                    found.document(),
                    store=store,
                    journal=journal,
                    settings=settings,
                    progress=progress,
                    seconds=_left(settings, clock.monotonic() - started),
                )
                found = _with_files(found, files)
            progress.report(Spent(Stage.JOURNAL, journal.seconds))
            progress.report(PhaseChanged("writing"))
            yield found
            if found.complete:
                ending.done(plan.keeps(outcome))


def wants_files(settings: Settings) -> bool:
    """Whether the settings ask for the files of attachments."""
    return settings.attachment_files and SectionName.ATTACHMENTS in settings.sections


def _left(settings: Settings, spent: float) -> float:
    """Seconds until the deadline; it is for the job as a whole."""
    return math.inf if settings.deadline is None else max(0.0, settings.deadline - spent)


def _with_files(found: CrawledProject, files: "Files") -> CrawledProject:
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


@contextmanager
def _state_folder(settings: Settings) -> Iterator[Path]:
    if settings.state is not None:
        yield settings.state
        return
    with tempfile.TemporaryDirectory(prefix="testomat-crawler-") as folder:
        yield Path(folder)


def _key(selection: Selection, edition: Edition) -> str:
    told = {**selection_mapping(selection), **edition_mapping(edition)}
    return json.dumps(told) if told else ""


def _state_name(identity: Identity) -> str:
    """A file name that no project's name can lead astray, and that people recognise.

    Each selection has a file of its own, so that it takes no other's progress away.
    """
    parts = (identity.server, identity.project, *filter(None, (identity.selection,)))
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
    readable = re.sub(r"[^A-Za-z0-9-]+", "-", identity.project)[:40].strip("-")
    return f"{readable}-{digest}.sqlite3"


def _open_journal(path: Path, identity: Identity, settings: Settings, clock: Clock) -> Journal:
    return Journal.open(
        path,
        identity,
        now=clock.utc_now(),
        max_age=timedelta(hours=settings.state_max_age_hours),
        fresh=settings.fresh,
    )


@contextmanager
def _kept_unless_done(journal: Journal, progress: Progress) -> Iterator[Ending]:
    """Close the journal; end it if it is done, or remove it if it holds nothing to resume."""
    ending = Ending(journal)
    try:
        yield ending
    finally:
        if ending.is_done:
            ending.end()
        elif not journal.has_answers():
            journal.remove()
        else:
            journal.close()
            if not journal.path.exists():
                text = f"the saved progress {journal.path} vanished: the next run starts over"
                progress.report(Warned(text))
