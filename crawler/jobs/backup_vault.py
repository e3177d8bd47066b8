"""What a backup needs of the place that it goes to: a folder, or a git working tree."""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from crawler.edition import USUAL, Edition, edition_from
from crawler.errors import CrawlerError, SnapshotError
from crawler.jobs.backup_guard import Figures
from crawler.jobs.backup_history import History
from crawler.jobs.backup_names import Mark
from crawler.jobs.backup_results import ProjectBackup
from crawler.selection import WHOLE, Selection, selection_from
from crawler.snapshot.attachment_store import AttachmentStore
from crawler.snapshot.document import Document
from crawler.snapshot.formats import Format
from crawler.snapshot.manifest import manifest_path, recorded
from crawler.snapshot.packing import Packing
from crawler.snapshot.reading import opened
from crawler.snapshot.saving import measured
from crawler.snapshot.writer import watched

__all__ = ("Known", "Place", "Vault", "content_sum", "known", "known_by_content")


@dataclass(frozen=True, slots=True)
class Known:
    """A backup that is there, of the part of the project that was selected.

    `intact` if it is still what would be written for these figures, `described` unless a manifest
    is beside it that nobody can read.
    """

    path: Path
    figures: Figures
    intact: bool = True
    selection: Selection = WHOLE
    edition: Edition = USUAL
    described: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """Where a new backup is to be written, and how; `shown` is the path for people."""

    path: Path
    format: Format
    packing: Packing
    shown: Path
    manifest: bool


class Vault(Protocol):
    """Keeps the backups of many projects; a project is named as its address names it."""

    def projects(self) -> tuple[str, ...]:
        """Those of which there is a backup."""
        ...

    def good(self, project: str) -> Known | None:
        """The last good backup, `None` if there is none.

        Raises `LocalError` if there is one and it cannot be read.
        """
        ...

    def marked(self, project: str, mark: Mark) -> Known | None:
        """The last backup with this mark, if no good one came after it."""
        ...

    def history(self, project: str) -> History:
        """What the nights came to."""
        ...

    def place(self, project: str, at: datetime, mark: Mark) -> Place:
        """Where the next backup goes; its folder is made."""
        ...

    def conclude(self, result: ProjectBackup) -> ProjectBackup:
        """Make what was found last, and tidy up after a good night; the result says what was done.

        Raises `LocalError` if the place refuses.
        """
        ...

    @property
    def attachments(self) -> AttachmentStore | None:
        """The store of the files of attachments; `None` if there is no place for them."""
        ...

    def accept(self, project: str, at: datetime) -> Path | None:
        """Make the last suspect backup the last good one; `None` if there is none to accept.

        Raises `LocalError` if the place refuses.
        """
        ...


def content_sum(document: Document) -> str:
    """The SHA-256 of the content alone, which walks the document once."""
    watch = watched(document)
    for _ in watch.document.nodes:
        pass
    for _ in watch.document.orphans:
        pass
    for section in watch.document.sections:
        for _ in section.items:
            pass
    return watch.hexdigest()


def known(path: Path) -> Known | None:
    """The backup at `path` as far as its manifest or itself can tell; `None` if neither can."""
    try:
        manifest = manifest_path(path).read_bytes()
        told = json.loads(manifest)
        sums, counts = recorded(manifest), _counts(told)
        selection = selection_from(told["selection"]) if "selection" in told else WHOLE
        edition = edition_from(told)
    except OSError:
        return known_by_content(path)
    except (SnapshotError, ValueError, KeyError, TypeError):
        found = known_by_content(path)
        return replace(found, described=False) if found else None
    figures = Figures(*counts, sums.content_sha256)
    try:
        intact = measured(path) == (sums.size, sums.sha256)
    except CrawlerError:
        intact = False
    return Known(path, figures, intact, selection, edition)


def known_by_content(path: Path) -> Known | None:
    """The backup at `path` as far as it tells itself; `None` if it cannot be read."""
    try:
        with opened(path) as document:
            head = document.head
            figures = Figures(head.suites, head.tests, content_sum(document))
            return Known(path, figures, selection=head.selection, edition=head.edition)
    except CrawlerError:
        return None


def _counts(manifest: dict[str, Any]) -> tuple[int, int]:
    counts = manifest["counts"]
    return int(counts["suites"]), int(counts["tests"])
