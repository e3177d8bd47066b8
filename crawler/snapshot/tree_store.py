"""How a directory changes as one, and which of its files are ours.

Ours are the files that ``snapshot.yaml`` leads to; all others are never touched, and one that
stands where a file of ours belongs is an error. Only files whose bytes change are written.

Everything new is first staged in ``.testomat-snapshot`` inside the directory (beside it, it could
be on another disk, or where we may not write). Then a journal is put there in one step: from then
on the change counts as made. A reader takes files from the stage as long as the journal stands, so
it sees the old state or the new one. Then the files are moved, the old ones removed, the stage
cleared. After a crash the next run finishes what has a journal, and clears what has none.
"""

import os
import re
import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final

from crawler.errors import LocalError, SnapshotError
from crawler.snapshot.as_tree import ROOT
from crawler.snapshot.layouts import named_in
from crawler.snapshot.store import (
    check_writable,
    in_words,
    open_for_replace,
    sync_files,
    sync_folder,
)
from crawler.snapshot.tree_journal import JOURNAL, STAGE, Journal, apply, pending

__all__ = ("TreeChange", "check_tree_writable", "replacing_tree", "tree_files", "tree_reader")

_FORMAT_LINE: Final = b"format: testomat-snapshot/"


class TreeReader:
    """Gives the files of the tree at `root`, in their new state if a change waits to be applied.

    Not guaranteed: a change that is made after this reader was may show in some files only.
    """

    __slots__ = ("_root", "_staged")

    def __init__(self, root: Path) -> None:
        self._root = root
        journal = pending(root)
        self._staged = dict(journal.put) if journal else {}

    def __call__(self, path: str) -> bytes:
        """The bytes of the file at `path`, relative and with slashes; raises OSError."""
        if staged := self._staged.get(path):
            # Whoever applies the change meanwhile has moved it to its place.
            with suppress(FileNotFoundError):
                return (self._root / STAGE / staged).read_bytes()
        return self._root.joinpath(path).read_bytes()


def tree_reader(path: Path | str) -> TreeReader:
    """What reads the files of the tree at `path`."""
    return TreeReader(Path(path))


def tree_files(path: Path | str) -> Iterator[tuple[str, bytes]]:
    """Every file that the tree at `path` consists of, damaged ones too; missing ones are left out.

    Raises:
        LocalError: if there is no `ROOT`, or a file cannot be read.
    """
    read = tree_reader(path)
    with in_words(path, "read"):
        waiting = [(ROOT, read(ROOT))]
    seen = {ROOT}
    while waiting:
        name, data = waiting.pop()
        yield name, data
        for below in named_in(data, name):
            if below not in seen:
                seen.add(below)
                with in_words(path, "read"), suppress(FileNotFoundError, NotADirectoryError):
                    waiting.append((below, read(below)))


def check_tree_writable(path: Path | str) -> None:
    """Try, before long work, whether `replacing_tree` would get as far as writing.

    Raises:
        LocalError: if the parent is missing, a folder is not writable, or what stands there is
            neither a directory nor nothing.
    """
    root = Path(os.path.realpath(path))
    if not root.is_dir():
        if root.exists():
            raise LocalError(
                f"Could not write {path}: it is a file, and a tree is a directory.",
                hint="Name another path.",
            )
        check_writable(root)
        return
    check_writable(root / ROOT)
    if (root / ROOT).is_file():
        _check_ours(root)


@contextmanager
def replacing_tree(path: Path | str) -> Iterator["TreeChange"]:
    """Yield a change of the tree at `path`, which is made if the block ends without an error.

    On any error or cancellation inside the block, and on every failure of ours before the change
    counts, the directory is as it was. It is created if it is missing, its parent is not.

    Not guaranteed: what `open_for_replace` does not guarantee either. On Windows nothing keeps two
    writers apart.

    Raises:
        LocalError: if the disk is full, a permission is missing, another process writes this tree,
            or a file that is not ours stands where one of ours belongs.
    """
    root = Path(os.path.realpath(path))
    check_tree_writable(path)
    with ExitStack() as cleanup:
        home = root
        with in_words(path):
            if not root.exists():
                _sweep(root)
                home = root.with_name(f"{_stem(root)}{secrets.token_hex(4)}.tmp")
                home.mkdir()
                cleanup.callback(shutil.rmtree, home, ignore_errors=True)
            cleanup.enter_context(_alone(home, path))
            _recover(home)
            (home / STAGE).mkdir()
            cleanup.callback(_clear_stage, home)
        change = TreeChange(home, path)
        yield change
        with in_words(path):
            change.commit()
            _clear_stage(home)
            if home != root:
                home.rename(root)
                sync_folder(root.parent)


class TreeChange:
    """New files for a tree; nothing in its place changes before `commit`."""

    __slots__ = ("_folders", "_given", "_old", "_path", "_put", "_root", "_settled")

    def __init__(self, root: Path, path: Path | str) -> None:
        self._root = root
        self._path = path  # as the user wrote it
        self._old = {name for name, _ in tree_files(root)} if (root / ROOT).exists() else set()
        self._given: set[str] = set()
        self._put: list[tuple[str, str]] = []
        self._settled = 0  # of these are on the disk for certain
        self._folders: set[Path] = {root}  # that are folders, or will be

    def put(self, name: str, data: bytes) -> None:
        """Give the tree this file; one that has the same bytes already is not written.

        Raises:
            LocalError: if the disk refuses, or what stands there is not ours.
        """
        self._given.add(name)
        place = self._root / name
        with in_words(self._path):
            self._check_folder(place.parent)
            if self._same(place, name, data):
                return
            staged = f"{len(self._put):06d}"
            with (self._root / STAGE / staged).open("xb") as out:
                out.write(data)
        self._put.append((name, staged))

    def settle(self) -> None:
        """Force what was put to the disk, so that a full one shows before `commit`.

        Raises:
            LocalError: if the disk refuses.
        """
        with in_words(self._path):
            sync_files(self._root / STAGE / staged for _, staged in self._put[self._settled :])
        self._settled = len(self._put)

    def commit(self) -> None:
        """Make the change, from the journal on for good; raises OSError."""
        gone = sorted(self._old - self._given)
        if not self._put and not gone:
            return
        self.settle()
        journal = Journal(tuple(self._put), tuple(gone))
        sync_folder(self._root / STAGE)
        with open_for_replace(self._root / STAGE / JOURNAL) as out:
            out.write(journal.to_bytes())
        apply(self._root, journal)

    def _same(self, place: Path, name: str, data: bytes) -> bool:
        try:
            if place.is_symlink() or not place.is_file():
                if place.is_symlink() or place.exists():
                    raise _foreign(place)
                return False
            found = place.read_bytes() if place.stat().st_size == len(data) else None
        except FileNotFoundError:
            return False
        if found == data:
            return True
        if name not in self._old:
            raise _foreign(place)
        return False

    def _check_folder(self, folder: Path) -> None:
        """A link in the place of a folder could lead anywhere."""
        if folder in self._folders:
            return
        self._check_folder(folder.parent)
        if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
            raise _foreign(folder)
        self._folders.add(folder)


def _foreign(place: Path) -> LocalError:
    return LocalError(
        f"Could not write {place}: something that is not of the snapshot stands there.",
        hint="Move it away, or write the tree to another directory.",
    )


def _check_ours(root: Path) -> None:
    with in_words(root, "read"):
        data = TreeReader(root)(ROOT)
    if _FORMAT_LINE not in data[:4096]:
        raise SnapshotError(
            f"Could not write {root}: its {ROOT} is not that of a snapshot.",
            hint="Move it away, or write the tree to another directory.",
        )


def _recover(root: Path) -> None:
    """Finish the change that a crash left, or clear what was not yet one."""
    if journal := pending(root):
        apply(root, journal)
    _clear_stage(root)


def _clear_stage(root: Path) -> None:
    # A change that counts and could not be applied in full is kept for the next run.
    if pending(root) is None:
        shutil.rmtree(root / STAGE, ignore_errors=True)


def _stem(root: Path) -> str:
    return f".{root.name[:40]}."


def _sweep(root: Path) -> None:
    """Delete what writers of a new `root` have left that were killed: what nobody locks."""
    leftover = re.compile(re.escape(_stem(root)) + r"[0-9a-f]{8}\.tmp")
    with suppress(OSError):
        for each in root.parent.iterdir():
            if leftover.fullmatch(each.name) and each.is_dir() and not each.is_symlink():
                with suppress(LocalError, OSError), _alone(each, each):
                    shutil.rmtree(each)


@contextmanager
def _alone(root: Path, path: Path | str) -> Iterator[None]:
    """Keep other writers out; the lock ends with the process, however that ends."""
    if sys.platform == "win32":
        yield
        return
    import fcntl  # noqa: PLC0415  not on Windows

    descriptor = os.open(root, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LocalError(
                f"Could not write {path}: another process is writing it.", hint="Wait for it."
            ) from error
        except OSError:
            pass  # a file system without locks
        yield
    finally:
        os.close(descriptor)
