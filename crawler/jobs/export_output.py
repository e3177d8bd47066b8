"""Where exports go: one or several files, a directory, or a stream; whole, or not at all."""

import glob
import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final

from crawler.errors import LocalError, UsageError
from crawler.snapshot.store import check_writable, in_words, open_for_replace, sync_folder

try:
    import fcntl
except ImportError:  # Windows: there an open file cannot be deleted anyway
    _CAN_LOCK = False
else:
    _CAN_LOCK = True

__all__ = ("FilesOutput", "FolderOutput", "StreamOutput", "check_output", "put_in_place", "settle")

_TEMPORARY: Final = ".export.tmp"
_OLD: Final = "old"
MARKER: Final = ".testomat-export"
"""The file in a directory that names those that we wrote there, and so may replace."""
_ABOUT: Final = b"An export. The next one to this place replaces these files:\n"


class FilesOutput:
    """Files beside their places; `put_in_place` moves them there."""

    def __init__(self, path: Path, stack: ExitStack) -> None:
        self._path = path
        self._stack = stack
        self._open: list[BinaryIO] = []
        self.places: list[Path] = []

    def part(self) -> BinaryIO:
        """The next file."""
        place = part_path(self._path, len(self._open) + 1)
        if self._open:
            with in_words(self.places[-1]):
                self._open[-1].flush()
        self._open.append(self._stack.enter_context(open_for_replace(place)))
        self.places.append(place)
        return self._open[-1]

    def put(self, name: str, data: bytes) -> None:
        """Not for files."""
        raise UsageError(f"{name} ({len(data)} bytes) belongs into a directory, not into a file.")

    def stream(self, name: str) -> BinaryIO:
        """Not for files."""
        raise UsageError(f"{name} belongs into a directory, not into a file.")

    def file(self) -> Path:
        """The path of the next file while it is written."""
        return Path(os.fsdecode(self.part().name))

    def sync(self) -> None:
        """Write all to the disk, so that a full one shows before the first file is replaced."""
        for place, out in zip(self.places, self._open, strict=True):
            settle(place, out)


class FolderOutput:
    """A directory beside its place."""

    def __init__(self, path: Path, folder: Path) -> None:
        self._path = path
        self._folder = folder
        self.places = [path]

    def part(self) -> BinaryIO:
        """Not for directories."""
        raise UsageError(f"{self._path} is a directory, and this target asks for a file.")

    def put(self, name: str, data: bytes) -> None:
        """A file of the directory."""
        with self.stream(name) as out:
            out.write(data)

    @contextmanager
    def stream(self, name: str) -> Iterator[BinaryIO]:
        """A file of the directory, to be written piece by piece."""
        with in_words(self._path / name):
            place = self._folder / PurePosixPath(name)
            place.parent.mkdir(parents=True, exist_ok=True)
            with place.open("xb") as out:
                yield out
            with (self._folder / MARKER).open("ab") as marker:
                marker.write(f"{_as_listed(name)}\n".encode())

    def file(self) -> Path:
        """Not for directories."""
        raise UsageError(f"{self._path} is a directory, and this target asks for a file.")

    def sync(self) -> None:
        """Nothing waits."""


class StreamOutput:
    """One file, copied to a stream when all of it is written."""

    def __init__(self, folder: Path) -> None:
        self._place = folder / "export"
        self._out: BinaryIO | None = None
        self.places: list[Path] = []

    def part(self) -> BinaryIO:
        """The only file."""
        if self._out is not None:
            raise UsageError(
                "This export is more than one file, so it cannot go to standard output.",
                hint="Name a file with -o.",
            )
        self._out = self._place.open("xb")
        return self._out

    def put(self, name: str, data: bytes) -> None:
        """Not for streams."""
        del name, data
        raise _no_directory()

    def stream(self, name: str) -> BinaryIO:
        """Not for streams."""
        del name
        raise _no_directory()

    def file(self) -> Path:
        """The path of the only file."""
        self.part()
        return self._place

    def close(self) -> None:
        """Let go of the file, whatever happened."""
        if self._out is not None:
            self._out.close()

    def copy_to(self, stream: BinaryIO) -> None:
        """Send it where it belongs."""
        with self._place.open("rb") as written:
            shutil.copyfileobj(written, stream)
        stream.flush()


def _no_directory() -> UsageError:
    return UsageError(
        "This export is a directory, so it cannot go to standard output.",
        hint="Name a directory with -o.",
    )


def settle(place: Path, out: BinaryIO) -> None:
    """Write all of a file to the disk, so that a full one shows before anything is replaced.

    Raises:
        LocalError: if the disk refuses; `place` names the file in its sentence.
    """
    with in_words(place):
        out.flush()
        os.fsync(out.fileno())


def part_path(path: Path, number: int) -> Path:
    """``cases.csv``, then ``cases.2.csv`` and so on."""
    return path if number == 1 else path.with_name(f"{path.stem}.{number}{path.suffix}")


def is_part_of(path: Path, name: str) -> bool:
    """Whether a file of that name beside `path` may be a further part of it."""
    pattern = rf"{re.escape(path.stem)}\.\d+{re.escape(path.suffix)}"
    return re.fullmatch(pattern, name) is not None


def check_output(path: Path, *, folder: bool) -> None:
    """Try, before long work, whether the export could be put at `path`.

    Raises:
        LocalError: if the folder around it is missing or not writable, or something stands at
            `path` that would be lost.
    """
    if not folder:
        check_writable(path)
        return
    check_writable(path.parent / f".{path.name[:40]}.check")
    with in_words(path):
        if not path.exists():
            return
        if not path.is_dir():
            raise LocalError(f"Could not write {path}: it is a file.", hint="Name a directory.")
        if (name := next(_foreign(path), None)) is not None:
            raise LocalError(
                f"Could not write {path}: it holds files that no export wrote, such as {name}.",
                hint="Name a new or an empty directory.",
            )


def _foreign(folder: Path) -> Iterator[str]:
    """What stands in a directory and would be lost with it."""
    marker = folder / MARKER
    listed = marker.read_text("utf-8").split("\n")[1:] if marker.is_file() else []
    ours = {MARKER, *listed}
    for above, _, names in os.walk(folder):
        for each in names:
            name = Path(above, each).relative_to(folder).as_posix()
            if _as_listed(name) not in ours:
                yield name


def _as_listed(name: str) -> str:
    """A path as it is compared: some systems compose accents in another way."""
    return unicodedata.normalize("NFC", name)


@contextmanager
def put_in_place(
    path: Path, *, folder: bool
) -> Iterator[tuple[FilesOutput | FolderOutput, ExitStack]]:
    """An output whose files take their places together if the block ends without an error.

    What is entered into the stack that comes with it is put in place with them, and after them;
    `settle` it before the block ends. A kill between two of the renames can leave new files beside
    old ones, which no file system prevents; the next export to `path` puts that right.
    """
    check_output(path, folder=folder)
    with ExitStack() as stack:
        output = stack.enter_context(_folder_for(path)) if folder else FilesOutput(path, stack)
        yield output, stack
        output.sync()


@contextmanager
def _folder_for(path: Path) -> Iterator[FolderOutput]:
    """A new directory that takes the place of the one at `path`.

    A kill between the two renames leaves the old one in a hidden folder beside it, from where the
    next export to `path` takes it back.
    """
    target = Path(os.path.realpath(path))
    _sweep(target)
    with in_words(path):
        scratch = Path(tempfile.mkdtemp(prefix=_stem(target), suffix=_TEMPORARY, dir=target.parent))
    with _claimed(scratch):
        try:
            new, old = scratch / "new", scratch / _OLD
            with in_words(path):
                new.mkdir()
                (new / MARKER).write_bytes(_ABOUT)
            yield FolderOutput(path, new)
            with in_words(path):
                if target.exists():
                    target.rename(old)
                new.rename(target)
            sync_folder(target.parent)
        finally:
            _clear(scratch, target)


def _stem(target: Path) -> str:
    return f".{target.name[:40]}."


def _sweep(target: Path) -> None:
    """Clear away what exports to `target` have left that were killed."""
    for each in target.parent.glob(f"{glob.escape(_stem(target))}*{_TEMPORARY}"):
        if each.is_dir() and not each.is_symlink():
            with suppress(OSError), _claimed(each):
                _clear(each, target)


def _clear(scratch: Path, target: Path) -> None:
    """Delete the folder, unless it holds the only copy of the old directory."""
    with suppress(OSError):
        if (scratch / _OLD).exists() and not target.exists():
            (scratch / _OLD).rename(target)
        shutil.rmtree(scratch)


@contextmanager
def _claimed(folder: Path) -> Iterator[None]:
    """Hold a lock on the folder, where the system knows such.

    Raises:
        OSError: if somebody else holds it.
    """
    if not _CAN_LOCK:
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)
