"""A file on its way into the store: dropped, kept, or left for the next run to go on with.

::

    .incoming.1f3a9c42.tmp    its bytes
    .incoming.1f3a9c42.part   JSON: the address, the version, and how many bytes are on the disk

The second file comes with every so many bytes that were forced to the disk, so not even a power cut
leaves a beginning that is not what it says.
"""

import hashlib
import json
import os
import secrets
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import anyio.to_thread

from crawler.errors import LocalError, MalformedError, RefusedError
from crawler.model import FileVersion
from crawler.snapshot.store import claimed, in_words, open_for_replace

__all__ = ("INCOMING", "IncomingFile", "part_key")

INCOMING: Final = "incoming"
_STEP: Final = 32 << 20
"""Bytes between two points that a file can be continued from."""

_CHUNK: Final = 1 << 20
_HOPELESS: Final = (LocalError, RefusedError, MalformedError)


@dataclass(frozen=True, slots=True)
class _Part:
    """What is told of a beginning; `key` is of the file as a whole, `size` in bytes."""

    key: str
    version: FileVersion
    size: int


class IncomingFile:
    """Takes the bytes of one file below `root`; dropped if `take` is not awaited.

    With a `key`, which tells files apart, a long one that was cut off stays, and the next
    `IncomingFile` with this key begins with it. Each method raises `LocalError` if the disk
    refuses.
    """

    def __init__(self, root: Path, key: str = "") -> None:
        self._root = root
        self._key = key
        name = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:8]
        self._path = root / f".{INCOMING}.{name}.tmp"
        self._stack = ExitStack()
        self._file: FileIO | None = None
        self._lasting = False
        self._sha256 = hashlib.sha256()
        self._size = self._noted = 0
        self._version: FileVersion | None = None
        self._taken = False

    @property
    def size(self) -> int:
        """Bytes that are there, from the start of the file on."""
        return self._size

    @property
    def version(self) -> FileVersion | None:
        """Whose bytes these are, if that is certain."""
        return self._version

    @property
    def sha256(self) -> str:
        """The sum of the bytes that are there."""
        return self._sha256.hexdigest()

    async def __aenter__(self) -> Self:
        if self._key and _part_of(self._path).exists():
            await anyio.to_thread.run_sync(self._continue)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # At once, not in a thread: whoever is being cancelled would not wait for that.
        self._stack.close()
        unfinished = error is not None and not isinstance(error, _HOPELESS)
        if self._file is None or self._taken or (unfinished and self._noted):
            return
        with suppress(OSError):
            self._path.unlink()
        self._forget()

    async def begin(self, version: FileVersion | None) -> None:
        """Forget what came so far: the file is sent from its start, in this version."""
        await anyio.to_thread.run_sync(self._begin, version)

    async def write(self, data: bytes) -> None:
        """Append some bytes."""
        await anyio.to_thread.run_sync(self._write, data)

    def take(self, target: Path) -> None:
        """Move the file to its place, durably."""
        file = self._opened()
        os.fsync(file.fileno())
        self._path.replace(target)
        self._taken = True
        self._forget()

    def _begin(self, version: FileVersion | None) -> None:
        file = self._opened()
        self._sha256, self._size, self._version = hashlib.sha256(), 0, version
        self._forget()
        with in_words(self._root):
            file.seek(0)
            file.truncate()

    def _write(self, data: bytes) -> None:
        file = self._opened()
        self._sha256.update(data)
        self._size += len(data)
        rest = memoryview(data)
        with in_words(self._root):
            while rest:
                rest = rest[file.write(rest) :]
            if self._lasting and self._version and self._size - self._noted >= _STEP:
                os.fsync(file.fileno())
                self._note(_Part(self._key, self._version, self._size))

    def _opened(self) -> FileIO:
        if self._file is not None:
            return self._file
        with in_words(self._root, "make"):
            self._root.mkdir(exist_ok=True)
        with in_words(self._path):
            if self._key and (file := self._claim("a+b")) is not None:
                self._lasting = True
            else:  # another run is at it, or this system has no locks: then alone
                self._path = self._root / f".{INCOMING}.{secrets.token_hex(4)}.tmp"
                file = self._stack.enter_context(FileIO(self._path, "x"))
                self._stack.enter_context(claimed(file))
        self._file = file
        return file

    def _claim(self, mode: str) -> FileIO | None:
        """The file of this key, if nobody else has it."""
        with ExitStack() as stack:
            flags = os.O_NOFOLLOW if hasattr(os, "O_NOFOLLOW") else 0
            file = stack.enter_context(
                FileIO(self._path, mode.replace("b", ""), opener=lambda n, f: os.open(n, f | flags))
            )
            if not stack.enter_context(claimed(file)):
                return None
            with suppress(OSError):
                if os.path.samestat(os.fstat(file.fileno()), self._path.stat()):
                    self._stack.push(stack.pop_all())
                    return file
        return None

    def _continue(self) -> None:
        """Take up what an earlier run has left, if it is there and whole."""
        found = _read(_part_of(self._path))
        if found is None or found.key != self._key:
            return
        file = self._opened()
        with in_words(self._path):
            file.seek(0)
            while self._lasting and self._size < found.size:
                data = file.read(min(_CHUNK, found.size - self._size))
                if not data:
                    break
                self._sha256.update(data)
                self._size += len(data)
        if self._size < found.size or not self._size:
            self._begin(None)
            return
        file.truncate(found.size)
        self._version, self._noted = found.version, found.size

    def _note(self, part: _Part) -> None:
        told = {
            "key": part.key,
            "place": part.version.place,
            "validator": part.version.validator,
            "size": part.size,
        }
        with open_for_replace(_part_of(self._path)) as out:
            out.write(json.dumps(told).encode())
        self._noted = part.size

    def _forget(self) -> None:
        self._noted = 0
        if self._lasting:
            with suppress(OSError):
                _part_of(self._path).unlink()


def part_key(path: Path) -> str | None:
    """The key of the beginning at `path`, a `.tmp`; `None` if nothing can be made of it."""
    found = _read(_part_of(path))
    return found.key if found else None


def _part_of(path: Path) -> Path:
    return path.with_suffix(".part")


def _read(path: Path) -> _Part | None:
    try:
        told = json.loads(path.read_bytes())
        version = FileVersion(told["place"], told["validator"])
        found = _Part(told["key"], version, told["size"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    texts = (found.key, version.place, version.validator)
    sound = all(isinstance(each, str) for each in texts) and type(found.size) is int
    return found if sound else None
