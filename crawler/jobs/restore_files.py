"""The files of a snapshot's attachments as a restore sends them: which, and under what name."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Final

from crawler.addresses import address_key
from crawler.errors import LocalError
from crawler.model import SectionName
from crawler.restore.attaching import Opening
from crawler.restore.ledger_files import KeptFile
from crawler.sending import Outgoing
from crawler.snapshot.attachment_store import AttachmentStore, StoredFile, file_in, store_of
from crawler.snapshot.document import Document, Section
from crawler.snapshot.noise import Omission

__all__ = ("FilesPlan", "KeptFiles", "files_of")

_URLS: Final = ("url", "display_url")
_UNFIT: Final = re.compile(r'[\x00-\x1f\x7f"\\/\ud800-\udfff]+')
_TYPE: Final = re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+")
_ANY_TYPE: Final = "application/octet-stream"
_LONGEST_NAME: Final = 120
_UNNAMED: Final = "file"
_WHERE: Final = "test.attachments"


@dataclass(frozen=True, slots=True)
class FilesPlan:
    """What becomes of the files: `number` to send, of `size` bytes in all; `absent` are not here.

    `elsewhere` are those that only a suite or its text names: the API takes files for tests alone.
    """

    number: int = 0
    size: int = 0
    absent: int = 0
    elsewhere: int = 0


@dataclass(slots=True)
class KeptFiles:
    """The section of attachments, and the store beside the snapshot; counts as it is walked."""

    sections: tuple[Section, ...]
    store: AttachmentStore | None
    server: str
    absent: int = 0
    elsewhere: int = 0

    def __iter__(self) -> Iterator[KeptFile]:
        self.absent = self.elsewhere = 0
        for section in self.sections:
            for fields in section.items:
                test, stored = fields.get("test_id"), file_in(fields)
                if not isinstance(test, str) or not test:
                    self.elsewhere += 1
                elif stored is None or self.store is None or not self.store.holds(stored):
                    self.absent += 1
                else:
                    yield self._kept(test, stored, fields)

    def _kept(self, test: str, stored: StoredFile, fields: Mapping[str, Any]) -> KeptFile:
        found = (fields.get(name) for name in _URLS)
        keys = (address_key(each, self.server) for each in found if isinstance(each, str) and each)
        kind = fields.get("type")
        fits = isinstance(kind, str) and _TYPE.fullmatch(kind)
        return KeptFile(
            test,
            _name(fields.get("name")),
            str(kind) if fits else _ANY_TYPE,
            stored.sha256,
            stored.size,
            tuple(dict.fromkeys(keys)),
        )

    @property
    def ready(self) -> Opening:
        """Makes one of the files ready to be sent."""
        return partial(_outgoing, self.store)


def files_of(document: Document, name: str, omission: Omission) -> KeptFiles:
    """The files of the snapshot called `name`; none if they are to be left out."""
    wanted = _WHERE not in omission.places
    sections = tuple(
        each for each in document.sections if wanted and each.name == SectionName.ATTACHMENTS
    )
    store = store_of(name) if sections and Path(name).exists() else None
    return KeptFiles(sections, store, document.head.url)


def _name(name: Any) -> str:
    """A name that can stand in the head of a part of a form."""
    text = " ".join(_UNFIT.sub("_", name if isinstance(name, str) else "").split())
    if len(text) <= _LONGEST_NAME:
        return text or _UNNAMED
    stem, dot, suffix = text.rpartition(".")
    suffix = f"{dot}{suffix}" if stem and len(suffix) < _LONGEST_NAME // 4 else ""
    return f"{text[: _LONGEST_NAME - len(suffix)]}{suffix}"


def _outgoing(store: AttachmentStore | None, file: KeptFile) -> Outgoing:
    """Raises `LocalError` if its bytes are not there, or not those of its sum."""
    stored = StoredFile(file.sha256, file.size)
    fault = store.fault(stored) if store else "is not there"
    if store is None or fault:
        raise LocalError(f"The file with the sum {file.sha256[:12]}… {fault}.")
    return Outgoing(file.name, file.type, file.size, partial(_opened, store.path(file.sha256)))


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise LocalError.from_os_error("read", path, error) from error
