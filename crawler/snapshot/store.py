"""How a file reaches the disk: whole, or not at all."""

import io
import os
import re
import secrets
import stat
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from crawler.errors import LocalError

try:
    import fcntl
except ImportError:  # Windows: there an open file cannot be deleted anyway
    _CAN_LOCK = False
else:
    _CAN_LOCK = True

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

__all__ = (
    "check_writable",
    "claimed",
    "in_words",
    "open_for_replace",
    "sweep",
    "sync_files",
    "sync_folder",
)

_BUFFER: Final = 1 << 18
"""Bytes that wait in memory before they go to the operating system."""
_FORCED_AT_ONCE: Final = 16
"""Files that are forced to the disk side by side: it can do that for many in the time of one."""


@contextmanager
def open_for_replace(path: Path | str, *, mode: int | None = None) -> Iterator[BinaryIO]:
    """Yield a file that takes the place of `path` in one step if the block ends without an error.

    On any error or cancellation inside the block, and on every failure of ours, `path` stays as it
    was and nothing else is left in its folder. A symbolic link stays, and its target is replaced.
    `mode` is the new file's permission bits; `None` keeps those of the old file, or else what the
    umask allows.

    Not guaranteed: owner, access lists and hard links of the old file are not kept. A kill that
    cannot be caught, or a power cut, may leave the hidden ``.NAME.*.tmp`` beside `path`, which the
    next write of `path` clears away, but never half a file at `path`. On file systems that do not
    honour fsync (some network and virtual ones) the new file may be lost in a power cut although
    the block has ended. Of two writers at once the last one wins; they do not mix.

    Raises:
        LocalError: if the disk is full, a permission is missing, the folder does not exist, or
            `path` is a directory or a device. An error of the block itself passes unchanged.
    """
    with in_words(path):
        target = Path(os.path.realpath(path))
        old = _check(path, target.parent)
        mode = old if mode is None else mode
        sweep(target)
        temporary = target.with_name(f"{_stem(target)}{secrets.token_hex(4)}.tmp")
        raw = _File(temporary, path, mode)
    try:
        with claimed(raw):
            with io.BufferedWriter(raw, _BUFFER) as out:
                yield out
                out.flush()
                with in_words(path):
                    os.fsync(out.fileno())
            with in_words(path):
                if mode is not None:
                    temporary.chmod(mode)  # what the umask took away at first
                temporary.replace(target)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    sync_folder(target.parent)


def check_writable(path: Path | str) -> None:
    """Try, before long work, whether `open_for_replace` would get as far as writing.

    Space on the disk is not looked at, and all may change until the real write.

    Raises:
        LocalError: if the folder does not exist or is not writable, or `path` is a directory or a
            device.
    """
    with in_words(path):
        folder = Path(os.path.realpath(path)).parent
        _check(path, folder)
        # Asking for the permission alone misses read-only file systems, quotas and root's powers.
        with tempfile.TemporaryFile(dir=folder):
            pass


class _File(io.FileIO):
    """The temporary file; its errors carry the sentence, so the block's own are told apart."""

    def __init__(self, temporary: Path, path: Path | str, mode: int | None) -> None:
        self._path = path
        bits = 0o666 if mode is None else mode & 0o666
        super().__init__(
            temporary, "x", opener=lambda name, flags: os.open(name, flags, bits | stat.S_IWUSR)
        )

    def write(self, data: "ReadableBuffer", /) -> int:
        """Write as the operating system does.

        Raises:
            LocalError: if it does not, for example because the disk is full.
        """
        with in_words(self._path):
            return super().write(data)


def _stem(target: Path) -> str:
    # Below the 255 bytes that most file systems allow, whatever the script of the name.
    return f".{target.name[:40]}."


@contextmanager
def claimed(raw: io.FileIO) -> Iterator[bool]:
    """Hold a lock on the file until the block ends, however that is: nobody sweeps it away.

    Yields whether it is certain that nobody else holds one.
    """
    if not _CAN_LOCK:
        yield False
        return
    descriptor = os.dup(raw.fileno())
    alone = False
    try:
        with suppress(OSError):  # not every network file system knows locks
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            alone = True
        yield alone
    finally:
        os.close(descriptor)


def sweep(target: Path, *, spare: Callable[[Path], bool] = lambda _: False) -> None:
    """Delete what writers of `target` have left that were killed: files that nobody locks.

    Those that `spare` is true of stay.
    """
    leftover = re.compile(re.escape(_stem(target)) + r"[0-9a-f]{8}\.tmp")
    with suppress(OSError):
        for each in target.parent.iterdir():
            if leftover.fullmatch(each.name) and not spare(each):
                _delete_unclaimed(each)


def _delete_unclaimed(path: Path) -> None:
    with suppress(OSError):
        if _CAN_LOCK:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()
            finally:
                os.close(descriptor)
        else:
            path.unlink()


def _check(path: Path | str, folder: Path) -> int | None:
    """The permission bits of the file at `path`, `None` if there is none.

    Raises:
        LocalError: if a regular file can never stand there.
    """
    if not folder.is_dir():
        raise LocalError(
            f"Could not write {path}: the folder {folder} does not exist.", hint="Create it first."
        )
    try:
        found = Path(path).stat()
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(found.st_mode):
        raise LocalError(f"Could not write {path}: it is a directory.", hint="Name a file in it.")
    if not stat.S_ISREG(found.st_mode):
        # Renaming over a device such as /dev/null would remove it for the whole machine.
        raise LocalError(
            f"Could not write {path}: it is not a regular file.",
            hint="Use '-' to write to standard output.",
        )
    return stat.S_IMODE(found.st_mode)


@contextmanager
def in_words(path: Path | str, action: str = "write") -> Iterator[None]:
    """Raise LocalError, with `path` in its sentence, for an OSError of the block."""
    try:
        yield
    except OSError as error:
        raise LocalError.from_os_error(action, path, error) from error


def sync_files(paths: Iterable[Path]) -> None:
    """Make the content of many files durable, many times as fast as one by one.

    Raises:
        OSError: if the disk refuses one of them.
    """
    # Only a crowd of files needs it, and the start of a crawl should not wait for it.
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

    with ThreadPoolExecutor(_FORCED_AT_ONCE) as pool:
        deque(pool.map(_sync_file, paths), maxlen=0)


def _sync_file(path: Path) -> None:
    with path.open("r+b") as file:  # Windows forces nothing that is open for reading alone
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make the rename itself durable, where the system can (Windows cannot open a folder)."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
