"""The files of attachments, each once, under the SHA-256 of its bytes.

::

    PATH.attachments/                 beside a snapshot; attachments.files/ in a backup directory
      3f/3fc9b689459d738f8c88a3a48aa9e33542016b7a4052e001aaa536fca74813cb

A file is written under a hidden name and moved to its place when all of it is on the disk, so what
stands under a sum has that sum, unless somebody altered it later.
"""

import hashlib
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import anyio.to_thread

from crawler.snapshot.store import claimed, in_words, sweep, sync_folder

__all__ = (
    "AttachmentStore",
    "IncomingFile",
    "StoredFile",
    "file_in",
    "store_beside",
    "store_of",
    "store_shared",
)

_BESIDE: Final = ".attachments"
#: No project's folder of a backup is called so: a dot would be written as `%2E` there.
_SHARED: Final = "attachments.files"
_INCOMING: Final = "incoming"
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

    def sweep(self) -> None:
        """Delete what a run that was killed has left half-way."""
        sweep(self.root / _INCOMING)

    def incoming(self) -> "IncomingFile":
        """A file that is about to come, for an `async with` block."""
        return IncomingFile(self)

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


class IncomingFile:
    """Takes the bytes of one file and puts it under its sum; dropped if `keep` is not awaited.

    Each method raises `LocalError` if the disk refuses.
    """

    def __init__(self, store: AttachmentStore) -> None:
        self._store = store
        self._path = store.root / f".{_INCOMING}.{secrets.token_hex(4)}.tmp"
        self._stack = ExitStack()
        self._sha256 = hashlib.sha256()
        self._size = 0
        self._kept = False

    async def __aenter__(self) -> Self:
        self._file = await anyio.to_thread.run_sync(self._open)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # At once, not in a thread: whoever is being cancelled would not wait for that.
        self._stack.close()
        if not self._kept:
            with suppress(OSError):
                self._path.unlink()

    def _open(self) -> FileIO:
        root = self._store.root
        with in_words(root, "make"):
            root.mkdir(exist_ok=True)
        with in_words(self._path):
            file = self._stack.enter_context(FileIO(self._path, "x"))
        self._stack.enter_context(claimed(file))
        return file

    async def begin(self) -> None:
        """Forget what came so far: the file is sent from its start."""
        await anyio.to_thread.run_sync(self._begin)

    def _begin(self) -> None:
        self._sha256, self._size = hashlib.sha256(), 0
        with in_words(self._path):
            self._file.seek(0)
            self._file.truncate()

    async def write(self, data: bytes) -> None:
        """Append some bytes."""
        await anyio.to_thread.run_sync(self._write, data)

    def _write(self, data: bytes) -> None:
        self._sha256.update(data)
        self._size += len(data)
        rest = memoryview(data)
        with in_words(self._store.root):
            while rest:
                rest = rest[self._file.write(rest) :]

    async def keep(self) -> StoredFile:
        """Put the file to its place, durably; if one with these bytes is there, that one stays."""
        return await anyio.to_thread.run_sync(self._keep)

    def _keep(self) -> StoredFile:
        found = StoredFile(self._sha256.hexdigest(), self._size)
        if self._store.holds(found):
            return found
        target = self._store.path(found.sha256)
        with in_words(target):
            os.fsync(self._file.fileno())
            target.parent.mkdir(exist_ok=True)
            self._path.replace(target)
        self._kept = True
        sync_folder(target.parent)
        return found


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
