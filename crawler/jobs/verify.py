"""Is a snapshot whole and unaltered?"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO, Final

from crawler.errors import LocalError, SnapshotError
from crawler.model import SectionName
from crawler.snapshot.attachment_store import StoredFile, file_in, store_of
from crawler.snapshot.document import Document, Head
from crawler.snapshot.manifest import manifest_path, recorded
from crawler.snapshot.manifest_place import stored_manifest
from crawler.snapshot.reading import STANDARD_INPUT, opened
from crawler.snapshot.saving import measured
from crawler.snapshot.soundness import Fault, FaultKind, document_faults
from crawler.snapshot.writer import watched
from crawler.snapshot.written import Written

__all__ = ("Fault", "FaultKind", "Verification", "verify")

_ATTACHMENTS: Final = SectionName.ATTACHMENTS.value


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found; `head` is `None` if the snapshot cannot be read.

    Without a manifest (`has_manifest`) nothing tells whether somebody has altered the snapshot.
    """

    head: Head | None
    has_manifest: bool
    faults: tuple[Fault, ...]

    @property
    def sound(self) -> bool:
        """Nothing is wrong."""
        return not self.faults


def verify(path: Path | str, *, stdin: BinaryIO | None = None) -> Verification:
    """Read all of the snapshot at `path`, ``-`` for `stdin`, and hold it against its manifest.

    Raises:
        LocalError: if there is nothing at `path`, or it or its manifest may not be read; damage is
            a fault and not an error.
    """
    data = None if str(path) == STANDARD_INPUT else stored_manifest(path)
    faults: list[Fault] = []
    head: Head | None = None
    content: str | None = None
    try:
        with opened(path, stdin=stdin) as document:
            head, watch, files = document.head, watched(document), _Files()
            faults.extend(document_faults(files.watching(watch.document)))
            content = watch.hexdigest()
        if str(path) != STANDARD_INPUT:
            faults.extend(files.faults(path))
    except SnapshotError as error:
        faults.append(Fault(FaultKind.UNREADABLE, str(error).removeprefix(f"{path}: ")))
    if data is not None:
        faults.extend(_altered(path, data, content))
    return Verification(head, data is not None, tuple(faults))


@dataclass(slots=True)
class _Files:
    """The files that the attachments of a document tell, noted as it is walked."""

    told: dict[StoredFile, str] = field(default_factory=dict)

    def watching(self, document: Document) -> Document:
        sections = tuple(
            replace(each, items=self._noted(each.items)) if each.name == _ATTACHMENTS else each
            for each in document.sections
        )
        return replace(document, sections=sections)

    def _noted(self, items: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        for fields in items:
            file = file_in(fields)
            if file is not None:
                self.told.setdefault(file, str(fields["id"]))
            yield fields

    def faults(self, path: Path | str) -> Iterator[Fault]:
        """Nothing is said if the files were never here, as after the snapshot alone was copied."""
        store = store_of(path)
        for file, identity in self.told.items() if store is not None else ():
            wrong = store.fault(file) if store is not None else ""
            if wrong:
                text = f"the file of attachment {identity!r}, {file.sha256}, {wrong}"
                yield Fault(FaultKind.FILE, text)


def _altered(path: Path | str, data: bytes, content: str | None) -> Iterator[Fault]:
    """What the manifest says otherwise; `content` is the sum of what was read, if it could be."""
    try:
        told = recorded(data)
    except SnapshotError as error:
        yield Fault(FaultKind.MANIFEST, f"{manifest_path(path).name}: {error.message}")
        return
    try:
        found = Written(*measured(path), content or told.content_sha256)
    except LocalError as error:
        yield Fault(FaultKind.SUM, str(error))
        return
    if found.size != told.size:
        text = f"it has {found.size} bytes, and its manifest says {told.size}"
        yield Fault(FaultKind.SUM, text)
    if found.sha256 != told.sha256:
        text = f"its SHA-256 is {found.sha256}, and its manifest says {told.sha256}"
        yield Fault(FaultKind.SUM, text)
    elif found.content_sha256 != told.content_sha256:
        yield Fault(FaultKind.MANIFEST, "its manifest has a wrong sum of the content")
