"""The files of attachments, each once, under the SHA-256 of its bytes.

::

    PATH.attachments/                 beside a snapshot; attachments.files/ in a backup directory
      3f/3fc9b689459d738f8c88a3a48aa9e33542016b7a4052e001aaa536fca74813cb

A file is written under a hidden name and moved to its place when all of it is on the disk, so what
stands under a sum has that sum, unless somebody altered it later.
"""

import hashlib
import re
from collections.abc import Container, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import anyio.to_thread

from crawler.snapshot.incoming_file import INCOMING, IncomingFile, part_key
from crawler.snapshot.store import in_words, sweep, sync_folder

__all__ = (
    "AttachmentStore",
    "StoredFile",
    "file_in",
    "store_beside",
    "store_of",
    "store_shared",
)

_BESIDE: Final = ".attachments"
#: No project's folder of a backup is called so: a dot would be written as `%2E` there.
_SHARED: Final = "attachments.files"
_SUM: Final = re.compile(r"[0-9a-f]{64}")
_SHARD: Final = 2
_CHUNK: Final = 1 << 20
"""Bytes that are read at once."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file by the sum of its bytes; `size` is in bytes."""

    sha256: str
    size: int


class AttachmentStore:
    """The files below `root`, which is made when the first one comes."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, sha256: str) -> Path:
        """Where the file with this sum is, or would be."""
        return self.root / sha256[:_SHARD] / sha256

    def holds(self, file: StoredFile) -> bool:
        """Whether it is there in its size; its bytes are not read."""
        try:
            return self.path(file.sha256).stat().st_size == file.size
        except OSError:
            return False

    def sweep(self, keys: Container[str] = ()) -> None:
        """Delete what runs that were cut off have left, but for files of these `keys`."""
        sweep(self.root / INCOMING, spare=lambda path: part_key(path) in keys)
        with suppress(OSError):
            for each in self.root.glob(f".{INCOMING}.*.part"):
                sweep(each)
                if not each.with_suffix(".tmp").exists():
                    each.unlink()

    def incoming(self, key: str = "") -> IncomingFile:
        """A file that is about to come, for an `async with` block; see there for the `key`."""
        return IncomingFile(self.root, key)

    async def keep(self, incoming: IncomingFile) -> StoredFile:
        """Put a file that came to its place, durably; if these bytes are there, those stay.

        Raises:
            LocalError: if the disk refuses.
        """
        return await anyio.to_thread.run_sync(self._keep, incoming)

    def _keep(self, incoming: IncomingFile) -> StoredFile:
        found = StoredFile(incoming.sha256, incoming.size)
        if self.holds(found):
            return found
        target = self.path(found.sha256)
        with in_words(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            incoming.take(target)
        sync_folder(target.parent)
        return found

    def sums(self) -> Iterator[str]:
        """The sums of the files that are there.

        Raises:
            LocalError: if a folder cannot be read.
        """
        with in_words(self.root, "read"):
            if self.root.is_dir():
                for shard in sorted(self.root.iterdir()):
                    if shard.is_dir() and not shard.is_symlink():
                        names = sorted(each.name for each in shard.iterdir())
                        yield from (name for name in names if _SUM.fullmatch(name))

    def remove(self, sha256: str) -> None:
        """Delete a file.

        Raises:
            LocalError: if that is not possible.
        """
        path = self.path(sha256)
        with in_words(path, "remove"):
            path.unlink(missing_ok=True)
            with suppress(OSError):
                path.parent.rmdir()  # only if it was the last one in it

    def fault(self, file: StoredFile) -> str:
        """What is wrong with a file, in half a sentence; empty if it is what its sum says."""
        path = self.path(file.sha256)
        try:
            if not path.is_file():
                return "is not there"
            with path.open("rb") as stream:
                sha256 = hashlib.sha256()
                while data := stream.read(_CHUNK):
                    sha256.update(data)
        except OSError as error:
            return f"cannot be read: {error.strerror or type(error).__name__}"
        return "" if sha256.hexdigest() == file.sha256 else "has other bytes than were stored"


def file_in(fields: Mapping[str, Any]) -> StoredFile | None:
    """The file of an item of the section; `None` if it tells none that could be stored."""
    told = fields.get("stored")
    if not isinstance(told, Mapping):
        return None
    sha256, size = told.get("sha256"), told.get("size")
    fits = isinstance(sha256, str) and _SUM.fullmatch(sha256) and type(size) is int
    return StoredFile(sha256, size) if fits else None  # type: ignore[arg-type]


def store_beside(path: Path | str) -> AttachmentStore:
    """The store of the snapshot at `path` alone."""
    place = Path(path)
    place = place if place.name and place.name != ".." else place.resolve()
    return AttachmentStore(place.with_name(f"{place.name}{_BESIDE}"))


def store_shared(folder: Path) -> AttachmentStore:
    """The one store of all snapshots of a backup directory."""
    return AttachmentStore(folder / _SHARED)


def store_of(path: Path | str) -> AttachmentStore | None:
    """The store that belongs to the snapshot at `path`, if there is one."""
    beside = store_beside(path)
    shared = store_shared(beside.root.parent.parent)
    return next((each for each in (beside, shared) if each.root.is_dir()), None)
