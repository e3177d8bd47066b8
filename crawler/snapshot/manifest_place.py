"""Puts snapshot and manifest in their places, so that at every instant the pair is sound.

Two files cannot be renamed in one step. So the new manifest first waits under a hidden name, then
the snapshot takes its place, then the manifest does. Who is killed before the snapshot's turn
leaves the old pair; after it, the waiting manifest describes the snapshot, and readers take it.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from crawler.errors import CrawlerError, LocalError, SnapshotError
from crawler.snapshot.manifest import manifest_path, recorded
from crawler.snapshot.saving import measured
from crawler.snapshot.store import check_writable, in_words, open_for_replace, sync_folder

__all__ = ("manifest_beside", "stored_manifest", "without_manifest")


@contextmanager
def manifest_beside(path: Path | str, data: bytes) -> Iterator[None]:
    """`data` becomes the manifest of the snapshot that takes its place at `path` in the block.

    If the block ends with an error, the old manifest stays.

    Raises:
        LocalError: if it cannot be written, before the block where that is possible.
    """
    place, waiting = manifest_path(path), _waiting(path)
    check_writable(place)
    with open_for_replace(waiting, mode=_mode(place)) as out:
        out.write(data)
    try:
        yield
    except BaseException:
        with suppress(OSError):
            waiting.unlink()
        raise
    with in_words(place):
        waiting.replace(os.path.realpath(place))
    sync_folder(waiting.parent)


@contextmanager
def without_manifest(path: Path | str) -> Iterator[None]:
    """The snapshot that takes its place at `path` in the block gets none, and no older one's.

    Only a manifest of ours is removed, whatever else has its name stays.

    Raises:
        LocalError: if it cannot be removed.
    """
    for each in (manifest_path(path), _waiting(path)):
        with in_words(each, "remove"), suppress(FileNotFoundError):
            if each.is_file() and _read_as_manifest(each.read_bytes()):
                each.unlink()
    yield


def stored_manifest(path: Path | str) -> bytes | None:
    """The manifest of the snapshot at `path`, `None` if there is none.

    Raises:
        LocalError: if it cannot be read.
    """
    if (waiting := _bytes(_waiting(path))) is not None and _describes(waiting, path):
        return waiting
    return _bytes(manifest_path(path))


def _waiting(path: Path | str) -> Path:
    """Where a manifest waits: beside its place, whatever links lead there, under a short name."""
    place = Path(os.path.realpath(manifest_path(path)))
    digest = hashlib.sha256(place.name.encode(errors="surrogateescape")).hexdigest()[:16]
    return place.with_name(f".{digest}.manifest.json")


def _mode(place: Path) -> int | None:
    try:
        return place.stat().st_mode & 0o7777
    except OSError:
        return None


def _bytes(place: Path) -> bytes | None:
    try:
        return place.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise LocalError.from_os_error("read", place, error) from error


def _read_as_manifest(data: bytes) -> bool:
    try:
        recorded(data)
    except SnapshotError:
        return False
    return True


def _describes(data: bytes, path: Path | str) -> bool:
    try:
        told = recorded(data)
        return measured(path) == (told.size, told.sha256)
    except CrawlerError:
        return False
