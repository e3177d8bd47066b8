"""Backups in a git working tree: one snapshot a project, and a commit for each that changed.

A snapshot is first written beside the repository's own files. When it is whole, and judged, the
files that differ are put into the working tree and committed at once; so what a run has finished is
in git already when it is interrupted.
"""

import filecmp
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

from crawler.errors import LocalError
from crawler.jobs.backup_guard import MARKS
from crawler.jobs.backup_history import History
from crawler.jobs.backup_message import acceptance_message, commit_message
from crawler.jobs.backup_names import Mark, folder_name, folder_project
from crawler.jobs.backup_results import ProjectBackup
from crawler.jobs.backup_vault import Known, Place, known_by_content
from crawler.jobs.backup_worktree import WorkTree
from crawler.jobs.git import Git
from crawler.snapshot.as_tree import ROOT
from crawler.snapshot.formats import Format, guess
from crawler.snapshot.packing import Packing
from crawler.snapshot.tree_store import tree_files

__all__ = ("PEEK", "SIGN", "SUFFIXES", "BackupTree", "base", "is_snapshot", "stem", "top")

SUFFIXES: Final = {
    Format.TREE: "",
    Format.MARKDOWN: "",
    Format.YAML: ".yaml",
    Format.JSON: ".json",
}
"""What is put behind the name of a project; a directory has no suffix."""

SIGN: Final = b"testomat-snapshot/"
"""What every snapshot of ours has in its first `PEEK` bytes."""

PEEK: Final = 4096

_Change = dict[str, Path | None]


class BackupTree:
    """The snapshots in the working tree of `git`; the lock of `own` must be held."""

    def __init__(self, git: Git, own: Path, *, author: str, form: Format | None = None) -> None:
        """Undo what a crash left; `form` is `None` for that of the snapshot that is there.

        Raises `LocalError` if there are changes that are not ours.
        """
        self.root = git.folder
        self._git = git
        self._own = own
        self._author = author
        self._form = form
        self._work = WorkTree(git, own)
        self._stage = own / "stage"
        self._clear_stage()

    @property
    def attachments(self) -> None:
        """None: git keeps every file for ever, in each clone."""

    def projects(self) -> tuple[str, ...]:
        """Those of which there is a snapshot."""
        globs = (f"*{suffix}" if suffix else f"*/{ROOT}" for suffix in SUFFIXES.values())
        names = self._git.names("ls-files", "-z", "--", *(f":(glob){each}" for each in globs))
        tops = sorted({top(name) for name in names})
        found = ((name, folder_project(stem(name))) for name in tops)
        return tuple(dict.fromkeys(p for name, p in found if p and is_snapshot(self.root / name)))

    def good(self, project: str) -> Known | None:
        """The snapshot in the tree; raises `LocalError` if it is there and cannot be read."""
        found = self.marked(project, Mark.GOOD)
        if found is not None:
            return found
        for name in self._there(project, Mark.GOOD):
            raise LocalError(
                f"{self.root / name} cannot be read, so nothing can be held against it.",
                hint="Restore it from an earlier commit, or remove it and commit that.",
            )
        return None

    def marked(self, project: str, mark: Mark) -> Known | None:
        """The snapshot with this mark, which the next good one takes away."""
        for name in self._there(project, mark):
            found = known_by_content(self.root / name)
            # One in another format than the one that was asked for is written anew.
            as_told = self._form in {None, guess(self.root / name)}
            return replace(found, intact=as_told) if found else None
        return None

    def history(self, project: str) -> History:
        """What the nights came to; it stays with this clone."""
        return History(self._own / "history" / f"{folder_name(project)}.jsonl")

    def place(self, project: str, at: datetime, mark: Mark) -> Place:  # noqa: ARG002
        """Beside the repository's files, until it is known what it is worth."""
        self._clear_stage()
        form = self._form or self._format_of(project)
        name = f"{base(project, mark)}{SUFFIXES[form]}"
        target = self.root / name
        if _is_there(target) and not is_snapshot(target):
            raise LocalError(
                f"{target} is in the way: it is not a snapshot.", hint="Move it elsewhere."
            )
        return Place(self._stage / name, form, Packing.NONE, target, manifest=False)

    def conclude(self, result: ProjectBackup) -> ProjectBackup:
        """Commit what was found. After a good night no marked snapshot stays; history keeps it."""
        project, mark = result.project, MARKS.get(result.outcome, Mark.GOOD)
        staged = [path.name for path in self._stage.iterdir()]
        replaced = self._there(project, mark) if staged else []
        marked: list[str] = []
        if result.outcome.is_good:
            marked = [n for m in (Mark.SUSPECT, Mark.PARTIAL) for n in self._there(project, m)]
        result = replace(result, removed=tuple(marked))
        change: _Change = {}
        for name in (*replaced, *marked):
            if name not in staged:
                change |= dict.fromkeys(_files(self.root, name))
        for name in staged:
            change |= self._change(name, self._stage / name)
        commit = self._commit(change, commit_message(result), result.at)
        self._clear_stage()
        return replace(result, commit=commit)

    def accept(self, project: str, at: datetime) -> Path | None:
        """Put the suspect snapshot in the place of the good one and commit that."""
        for name in self._there(project, Mark.SUSPECT):
            suffix = name.removeprefix(base(project, Mark.SUSPECT))
            good = f"{base(project, Mark.GOOD)}{suffix}"
            change: _Change = dict.fromkeys(_files(self.root, name))
            for other in self._there(project, Mark.GOOD):
                if other != good:
                    change |= dict.fromkeys(_files(self.root, other))
            self._clear_stage()
            _copy(self.root / name, self._stage / good)
            change |= self._change(good, self._stage / good)
            known = known_by_content(self.root / name)
            message = acceptance_message(project, known.figures if known else None)
            self._commit(change, message, at)
            return self.root / good
        return None

    def push(self) -> None:
        """Push as the repository is configured to; raises `LocalError` if that fails."""
        self._work.push()

    def _commit(self, change: _Change, message: str, at: datetime) -> str:
        return self._work.commit(change, message, author=self._author, at=at)

    def _change(self, name: str, source: Path) -> _Change:
        """What makes the snapshot `name` the one at `source`; files that are as they were stay."""
        old = set(_files(self.root, name))
        change: _Change = {}
        for path in _files(source.parent, source.name):
            target = self.root / path
            if path not in old and os.path.lexists(target):
                raise LocalError(
                    f"{target} is in the way: it is not of the snapshot.", hint="Move it elsewhere."
                )
            new = source.parent / path
            if path not in old or not filecmp.cmp(new, target, shallow=False):
                change[path] = new
            old.discard(path)
        return change | dict.fromkeys(old)

    def _there(self, project: str, mark: Mark) -> list[str]:
        """The names of the project's snapshots with this mark: one, unless somebody added more."""
        first = [SUFFIXES[self._form]] if self._form else []
        ends = dict.fromkeys((*first, *SUFFIXES.values()))
        names = (f"{base(project, mark)}{end}" for end in ends)
        return [name for name in names if is_snapshot(self.root / name)]

    def _format_of(self, project: str) -> Format:
        """That of the project's good snapshot; the tree, whose diffs read best, if it has none."""
        for name in self._there(project, Mark.GOOD):
            return guess(self.root / name)
        return Format.TREE

    def _clear_stage(self) -> None:
        try:
            shutil.rmtree(self._stage, ignore_errors=True)
            self._stage.mkdir()
        except OSError as error:
            raise LocalError.from_os_error("clear", self._stage, error) from error


def is_snapshot(path: Path) -> bool:
    """Whether a snapshot of ours begins at `path`, a file or a directory; it may be damaged."""
    try:
        with (path / ROOT if path.is_dir() else path).open("rb") as file:
            return SIGN in file.read(PEEK)
    except OSError:
        return False


def _is_there(path: Path) -> bool:
    """Whether anything is at `path`; an empty folder is in nobody's way."""
    return any(path.iterdir()) if path.is_dir() else os.path.lexists(path)


def _files(root: Path, name: str) -> Iterator[str]:
    """The files of the snapshot `name` in `root`, relative to it."""
    place = root / name
    if place.is_file():
        yield name
    elif is_snapshot(place):
        yield from (f"{name}/{path}" for path, _ in tree_files(place))


def _copy(source: Path, target: Path) -> None:
    for path in _files(source.parent, source.name):
        copy = target / Path(path).relative_to(source.name)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source.parent / path, copy)


def base(project: str, mark: Mark) -> str:
    """What a snapshot is called, less the suffix of its format."""
    return f"{folder_name(project)}{f'.{mark}' if mark else ''}"


def top(name: str) -> str:
    """The snapshot that a file of this name would belong to."""
    return name.partition("/")[0]


def stem(name: str) -> str:
    """The name of a snapshot without the suffix of its format."""
    return name.removesuffix(".yaml").removesuffix(".json")
