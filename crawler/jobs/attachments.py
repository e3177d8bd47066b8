"""The files of a crawl into a store: fetched in parallel, each once, and told in the document."""

import hashlib
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final

import anyio

from crawler.api.client import Client
from crawler.api.filling import TOO_LARGE
from crawler.api.foreign_transport import BAD_ADDRESS
from crawler.config.settings import Settings
from crawler.engine.crawl import CrawlOutcome, one_error
from crawler.engine.file_recording import FileNote, file_notes, file_stored
from crawler.engine.journal import Journal
from crawler.errors import (
    BlockedError,
    CrawlerError,
    MalformedError,
    OutageError,
    RefusedError,
    ServerError,
)
from crawler.jobs.attachment_mentions import Mention, Source, address_of, file_key, mentions_in
from crawler.model import Gap, GapReason, ItemKind, SectionName
from crawler.plural import counted
from crawler.progress import PhaseChanged, Progress
from crawler.redaction import printable
from crawler.snapshot.attachment_store import AttachmentStore, StoredFile
from crawler.snapshot.document import Document, Head
from crawler.snapshot.file_versions import FileVersions, KnownFile

__all__ = ("Files", "download_files")

_MIB: Final = 1 << 20
_GONE: Final = (404, 410)


@dataclass(frozen=True, slots=True)
class Files:
    """What became of the files; `notes` are those that are stored, by their key.

    `links` are items of the section for what the server's own list does not have.
    """

    server: str
    notes: Mapping[str, FileNote]
    links: tuple[Mapping[str, Any], ...] = ()
    gaps: tuple[Gap, ...] = ()
    warnings: tuple[str, ...] = ()

    def marked(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """An item of the list, with the sum of its file if that is stored."""
        address = address_of(fields)
        note = self.notes.get(file_key(address, self.server)) if address else None
        return fields if note is None else {**fields, "stored": _stored(note)}

    def joined(self, outcome: CrawlOutcome) -> CrawlOutcome:
        """The outcome of the crawl and of the files together."""
        return replace(
            outcome,
            gaps=tuple(sorted((*outcome.gaps, *self.gaps))),
            warnings=(*outcome.warnings, *self.warnings),
        )

    def counted(self, head: Head) -> Head:
        """The head with the links among its items."""
        counts = dict(head.sections)
        if self.links:
            name = SectionName.ATTACHMENTS.value
            counts[name] = counts.get(name, 0) + len(self.links)
        in_order = tuple((each.value, counts[each.value]) for each in SectionName if each in counts)
        return replace(head, sections=in_order)


def _stored(note: FileNote) -> dict[str, Any]:
    return {"sha256": note.sha256, "size": note.size}


async def download_files(
    client: Client,
    outcome: CrawlOutcome,
    document: Document,
    *,
    store: AttachmentStore,
    journal: Journal,
    settings: Settings,
    progress: Progress,
    seconds: float = math.inf,
) -> Files:
    """Fetch all files that the crawl names into `store`, less those that are as they were.

    What was not fetched when the `seconds` are over is a gap. Raises `OutageError` if the server
    stops serving, and `LocalError` if the disk refuses; the files that came by then stay.
    """
    progress.report(PhaseChanged("downloading"))
    find = partial(_found, outcome, document, client.server)
    mentions = await anyio.to_thread.run_sync(find)
    wanted, versions = _wanted(mentions), FileVersions(store)
    await anyio.to_thread.run_sync(store.sweep, wanted)
    await anyio.to_thread.run_sync(versions.load)
    known = {
        key: note
        for key, note in file_notes(journal).items()
        if key in wanted and store.holds(StoredFile(note.sha256, note.size))
    }
    work = _Work(client, store, versions, journal, settings, known)
    waiting = iter([each for key, each in wanted.items() if key not in known])
    with one_error(), anyio.move_on_after(seconds):
        async with anyio.create_task_group() as group:
            for _ in range(settings.attachment_workers):
                group.start_soon(work.run, waiting)
    await anyio.to_thread.run_sync(versions.tidy)
    return _told(client.server, mentions, wanted, work)


def _found(outcome: CrawlOutcome, document: Document, server: str) -> list[Mention]:
    return list(mentions_in(outcome, document, server))


def _wanted(mentions: Iterable[Mention]) -> dict[str, Mention]:
    """Of each file the mention that makes it most wanted."""
    wanted: dict[str, Mention] = {}
    for each in mentions:
        if each.key not in wanted or each.source < wanted[each.key].source:
            wanted[each.key] = each
    return wanted


@dataclass(slots=True)
class _Work:
    client: Client
    store: AttachmentStore
    versions: FileVersions
    journal: Journal
    settings: Settings
    notes: dict[str, FileNote]
    failures: dict[str, CrawlerError] = field(default_factory=dict)

    async def run(self, waiting: Iterator[Mention]) -> None:
        """Fetch one after the other, until nobody waits."""
        for mention in waiting:
            try:
                note = await self._fetch(mention)
            except OutageError:
                raise
            except (ServerError, BlockedError) as error:
                self.failures[mention.key] = error
            else:
                self.journal.write_now(file_stored(note))
                self.notes[mention.key] = note

    async def _fetch(self, mention: Mention) -> FileNote:
        known = self.versions.known(mention.key)
        async with self.store.incoming(mention.key) as incoming:
            fetched = await self.client.files.fetch(
                mention.address,
                incoming,
                limit=self.settings.attachment_max_mib * _MIB,
                page_expected="html" in mention.type.lower(),
                known=known.version if known else None,
            )
            if known is not None and fetched.is_known:
                return _note(mention, known)
            file = await self.store.keep(incoming)
        if fetched.version is None:
            return FileNote(mention.key, file.sha256, file.size, fetched.type)
        found = KnownFile(file, fetched.type, fetched.version)
        await anyio.to_thread.run_sync(self.versions.note, mention.key, found)
        return _note(mention, found)


def _note(mention: Mention, found: KnownFile) -> FileNote:
    return FileNote(mention.key, found.file.sha256, found.file.size, found.type)


def _told(
    server: str, mentions: Iterable[Mention], wanted: Mapping[str, Mention], work: _Work
) -> Files:
    missing = [each for key, each in wanted.items() if key not in work.notes]
    gaps = [_gap(each, work.failures.get(each.key)) for each in missing]
    # A text may be older than what it links to, and nobody but its author can mend it.
    worries = [
        (each, gap)
        for each, gap in zip(missing, gaps, strict=True)
        if each.source is Source.TEXT and _is_for_good(gap)
    ]
    dead = {each.key for each, _ in worries}
    return Files(
        server,
        work.notes,
        tuple(_links(mentions, work.notes)),
        tuple(gap for each, gap in zip(missing, gaps, strict=True) if each.key not in dead),
        tuple(_warning(worries)),
    )


def _links(
    mentions: Iterable[Mention], notes: Mapping[str, FileNote]
) -> Iterator[Mapping[str, Any]]:
    """An item for each file that its owner has not in the list."""
    told = set()
    for each in mentions:
        note, place = notes.get(each.key), (each.kind, each.owner, each.key)
        if place in told or note is None:
            continue
        told.add(place)
        if each.source is not Source.LIST:
            yield _link(each, note)


def _link(mention: Mention, note: FileNote) -> dict[str, Any]:
    type_ = mention.type or note.type
    digest = hashlib.sha256(mention.shown.encode("utf-8", "surrogatepass")).hexdigest()
    return {
        "id": f"link-{digest[:16]}",
        "name": mention.name,
        "linked": True,
        f"{mention.kind}_id": mention.owner,
        **({"type": type_} if type_ else {}),
        "url": mention.shown,
        "stored": _stored(note),
    }


def _gap(mention: Mention, error: CrawlerError | None) -> Gap:
    detail = f"{mention.name} of {mention.kind} {mention.owner}"
    if isinstance(error, ServerError):
        detail = f"{detail}: {error.problem}"
    return Gap(ItemKind.ATTACHMENT, mention.shown, _reason(error), detail=detail)


def _reason(error: CrawlerError | None) -> GapReason:
    if error is None:
        return GapReason.DEADLINE
    if isinstance(error, ServerError) and error.status in _GONE:
        return GapReason.GONE_BUT_LISTED
    if isinstance(error, RefusedError) and error.cause in {TOO_LARGE, BAD_ADDRESS}:
        return GapReason.TOO_LARGE if error.cause == TOO_LARGE else GapReason.BAD_ADDRESS
    if isinstance(error, MalformedError):
        return GapReason.MALFORMED
    if isinstance(error, RefusedError | BlockedError):
        return GapReason.REFUSED
    return GapReason.FAILED


def _is_for_good(gap: Gap) -> bool:
    """Whether asking again changes nothing, and no setting does."""
    return gap.reason not in {GapReason.DEADLINE, GapReason.FAILED, GapReason.TOO_LARGE}


def _warning(worries: list[tuple[Mention, Gap]]) -> Iterator[str]:
    if worries:
        mention, gap = worries[0]
        where = f"{mention.kind} {mention.owner} to {printable(mention.shown)[:100]}"
        links = counted(len(worries), "link")
        yield f"{links} in texts cannot be followed to a file, first in {where}: {gap.reason}"
