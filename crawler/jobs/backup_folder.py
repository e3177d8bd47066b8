"""Backups in a folder: one folder for each project, one file for each state that was stored.

In the formats that are a directory it is one directory for each state.
"""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from crawler.errors import LocalError
from crawler.jobs.backup_files import named_files, remove_files
from crawler.jobs.backup_history import History
from crawler.jobs.backup_names import (
    HISTORY,
    BackupName,
    Mark,
    folder_name,
    folder_project,
    parse_name,
)
from crawler.jobs.backup_results import ProjectBackup
from crawler.jobs.backup_vault import Known, Place, known
from crawler.jobs.retention import Policy, kept
from crawler.snapshot.attachment_store import AttachmentStore, store_shared
from crawler.snapshot.formats import Format
from crawler.snapshot.manifest import manifest_path
from crawler.snapshot.packing import Packing

__all__ = ("BackupFile", "BackupFolder")

#: What a run that was killed has left beside its backups; nobody else writes here meanwhile.
_LEFTOVER: Final = re.compile(r"\.\d{4}-\d\d-\d\dT\d{6}Z.*\.[0-9a-f]{8}\.tmp")


@dataclass(frozen=True, slots=True)
class BackupFile:
    """A backup in its folder; `path` may be a directory."""

    path: Path
    name: BackupName


class BackupFolder:
    """The backups below `root`. Only files with names of ours are ever read or removed."""

    def __init__(
        self,
        root: Path,
        *,
        format: Format = Format.JSON,  # noqa: A002  the word that the settings use
        packing: Packing = Packing.NONE,
        policy: Policy | None = None,
    ) -> None:
        self.root = root
        self._format = format
        self._packing = packing
        self._policy = policy or Policy()

    @property
    def attachments(self) -> AttachmentStore:
        """One for all projects and nights, so that no file is there twice."""
        return store_shared(self.root)

    def projects(self) -> tuple[str, ...]:
        """Those whose folder holds a backup."""
        try:
            folders = sorted(each.name for each in self.root.iterdir() if each.is_dir())
        except FileNotFoundError as error:
            hint = "Name the folder that 'testomat-crawler backup' was given with -o."
            raise LocalError(f"There is no folder {self.root}.", hint=hint) from error
        except OSError as error:
            raise LocalError.from_os_error("read", self.root, error) from error
        found = (folder_project(name) for name in folders)
        return tuple(each for each in found if each is not None and self.files(each))

    def files(self, project: str) -> tuple[BackupFile, ...]:
        """The project's backups, the oldest first."""
        folder = self.folder(project)
        try:
            listed = list(folder.iterdir())
        except (FileNotFoundError, NotADirectoryError):
            return ()
        except OSError as error:
            raise LocalError.from_os_error("read", folder, error) from error
        named = ((path, parse_name(path.name)) for path in listed)
        found = [
            BackupFile(path, name)
            for path, name in named
            if name is not None and (path.is_dir() if name.is_directory else path.is_file())
        ]
        return tuple(sorted(found, key=lambda each: (each.name.at, str(each.name))))

    def folder(self, project: str) -> Path:
        """Where the project's backups are."""
        return self.root / folder_name(project)

    def good(self, project: str) -> Known | None:
        """The last good backup of which anything can still be told.

        Raises `LocalError` if there are some and none can be read: a loss would go unseen.
        """
        good = [each for each in self.files(project) if each.name.mark is Mark.GOOD]
        for each in reversed(good):
            if found := known(each.path):
                return found
        if good:
            raise LocalError(
                f"No backup in {self.folder(project)} can be read, so nothing can be held against"
                " it.",
                hint="Move them elsewhere to start anew.",
            )
        return None

    def marked(self, project: str, mark: Mark) -> Known | None:
        """The last one with this mark, if no good one came after it."""
        latest = self.latest(project, mark)
        return known(latest.path) if latest else None

    def latest(self, project: str, mark: Mark) -> BackupFile | None:
        """The file of the last backup with this mark, if no good one came after it."""
        for each in reversed(self.files(project)):
            if each.name.mark is mark:
                return each
            if each.name.mark is Mark.GOOD:
                return None
        return None

    def history(self, project: str) -> History:
        """What the nights came to."""
        return History(self.folder(project) / HISTORY)

    def place(self, project: str, at: datetime, mark: Mark) -> Place:
        """A name that no other backup has, whatever clocks do."""
        folder = self.folder(project)
        try:
            folder.mkdir(exist_ok=True)
            _sweep(folder)
        except OSError as error:
            raise LocalError.from_os_error("make", folder, error) from error
        taken = {each.name.at for each in self.files(project)}
        at = at.replace(microsecond=0)
        while at in taken:
            at += timedelta(seconds=1)
        path = folder / str(BackupName(at, mark, self._format, self._packing))
        return Place(path, self._format, self._packing, path, manifest=True)

    def conclude(self, result: ProjectBackup) -> ProjectBackup:
        """Remove what the policy has no place for; after a bad night nothing is removed."""
        if not result.outcome.is_good:
            return result
        spare = tuple(_spare(self.files(result.project), self._policy))
        has_files = self.attachments.root.is_dir()
        theirs = named_files(each.path for each in spare) if has_files else set()
        for each in spare:
            _remove(each.path)
        kept_from_it = remove_files(self.attachments, theirs, self.root)
        return replace(
            result,
            removed=tuple(each.path.name for each in spare),
            warnings=(*result.warnings, *filter(None, (kept_from_it,))),
        )

    def accept(self, project: str, at: datetime) -> Path | None:  # noqa: ARG002
        """Make the last suspect backup the last good one; `None` if there is none to accept.

        Raises `LocalError` if the disk refuses.
        """
        found = self.latest(project, Mark.SUSPECT)
        if found is None:
            return None
        target = found.path.with_name(str(replace(found.name, mark=Mark.GOOD)))
        old, new = manifest_path(found.path), manifest_path(target)
        try:
            found.path.rename(target)
            if old.exists():
                text = old.read_text("utf-8")
                new.write_text(text.replace(f'"{found.path.name}"', f'"{target.name}"'), "utf-8")
                old.unlink()
        except OSError as error:
            raise LocalError.from_os_error("rename", found.path, error) from error
        return target


def _spare(files: tuple[BackupFile, ...], policy: Policy) -> Iterator[BackupFile]:
    """Good backups that the policy does not keep, and marked ones older than all that stay."""
    good = [each.name.at for each in files if each.name.mark is Mark.GOOD]
    staying = kept(good, policy)
    if not staying or not policy:
        return
    for each in files:
        if each.name.mark is Mark.GOOD:
            if each.name.at not in staying:
                yield each
        elif each.name.at < min(staying):
            yield each


def _remove(path: Path) -> None:
    """The file first: a manifest alone is no backup, and is in nobody's way."""
    try:
        _delete(path)
        manifest_path(path).unlink(missing_ok=True)
    except OSError as error:
        raise LocalError.from_os_error("remove", path, error) from error


def _sweep(folder: Path) -> None:
    for path in folder.iterdir():
        if _LEFTOVER.fullmatch(path.name):
            _delete(path)


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
