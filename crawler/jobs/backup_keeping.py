"""What to do with backups that are there: list them, get one back, accept a loss."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Generic, TypeVar

import anyio

from crawler.clock import Clock, SystemClock
from crawler.config.settings import Settings
from crawler.errors import SnapshotError, UsageError
from crawler.jobs.backup import BackupOrder, open_vault
from crawler.jobs.backup_folder import BackupFolder
from crawler.jobs.backup_guard import Figures
from crawler.jobs.backup_history import utc_text
from crawler.jobs.backup_names import Mark
from crawler.jobs.backup_revisions import (
    Revision,
    at_revision,
    opened_revision,
    revisions,
    size_of,
)
from crawler.jobs.backup_vault import Vault, known
from crawler.jobs.git import Git
from crawler.snapshot.formats import Format
from crawler.snapshot.manifest import manifest_path, recorded
from crawler.snapshot.reading import opened
from crawler.snapshot.saving import measured, saved

__all__ = (
    "ListedBackup",
    "accept",
    "list_backups",
    "list_revisions",
    "restore_file",
    "restore_revision",
)

_FILE_TIME: Final = "%Y-%m-%dT%H%M%SZ"
_TIME: Final = re.compile(r"\d{4}(?:-.*)?")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ListedBackup:
    """A backup; the figures are `None` if neither its manifest, its commit nor itself tells them.

    `place` is its path, or ``REV:PATH`` in git.
    """

    project: str
    at: datetime
    mark: Mark
    place: str
    size: int
    figures: Figures | None


@dataclass(frozen=True, slots=True)
class _Dated(Generic[T]):
    """A backup that one may be looking for."""

    at: datetime
    mark: Mark
    found: T


def list_backups(folder: Path) -> tuple[ListedBackup, ...]:
    """All backups below `folder`, by project, the oldest first.

    Raises `LocalError` if the folder cannot be read.
    """
    vault = BackupFolder(folder)
    files = ((project, each) for project in vault.projects() for each in vault.files(project))
    return tuple(
        ListedBackup(
            project=project,
            at=each.name.at,
            mark=each.name.mark,
            place=str(each.path),
            size=_size(each.path),
            figures=found.figures if (found := known(each.path)) else None,
        )
        for project, each in files
    )


def list_revisions(git: Git) -> tuple[ListedBackup, ...]:
    """All snapshots in the history of a git working tree, by project, the oldest first.

    The figures are those that the commit tells. Raises `LocalError` if git refuses.
    """
    return tuple(
        ListedBackup(
            project=each.project,
            at=each.at,
            mark=each.mark,
            place=each.place,
            size=size_of(git, each),
            figures=each.figures,
        )
        for each in revisions(git)
    )


def restore_file(folder: Path, project: str, when: str | None, output: Path, form: Format) -> Path:
    """Write a backup to `output`, unpacked and in the format `form`; returns the backup's path.

    `when` is the beginning of a time in UTC, such as `2026-05` or `2026-05-03T02:15`; the newest
    backup that has it is taken, the newest of all if it is `None`; a marked one only if no good one
    has it.

    Raises `UsageError` if there is none, `SnapshotError` if it is damaged, and `LocalError` if the
    disk refuses; then nothing is written.
    """
    files = BackupFolder(folder).files(project)
    dated = [_Dated(each.name.at, each.name.mark, each.path) for each in files]
    path = _pick(dated, project, when, folder)
    expected = _checked(path)
    with opened(path) as document, saved(document, output, form) as written:
        if expected is not None and written.content_sha256 != expected:
            raise SnapshotError(f"{path} is damaged: its content has another sum.")
    return path


def restore_revision(
    git: Git, project: str, when: str | None, output: Path, form: Format
) -> Revision:
    """As `restore_file`, from the history of a git working tree.

    `when` may also name a revision, such as `HEAD~3` or a commit: the snapshot as it was then.
    """
    if when is None or _TIME.fullmatch(when):
        found = revisions(git, project)
        dated = [_Dated(each.at, each.mark, each) for each in found]
        revision = _pick(dated, project, when, git.folder)
    else:
        revision = at_revision(git, project, when)
    with opened_revision(git, revision) as document, saved(document, output, form):
        return revision


async def accept(
    settings: Settings, order: BackupOrder, project: str, *, clock: Clock | None = None
) -> Path:
    """Make the last suspect backup of a project the last good one; returns its path.

    Raises `UsageError` if there is none, `LocalError` if the disk or git refuses.
    """
    clock = clock or SystemClock()
    async with open_vault(settings, order) as vault:
        return await anyio.to_thread.run_sync(_accept, vault, project, clock.utc_now())


def _accept(vault: Vault, project: str, at: datetime) -> Path:
    path = vault.accept(project, at)
    if path is None:
        raise UsageError(f"There is no suspect backup of {project!r} that waits to be accepted.")
    vault.history(project).append({"at": utc_text(at), "outcome": "accepted", "file": path.name})
    return path


def _size(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else (path,)
    return sum(each.stat().st_size for each in files if each.is_file())


def _pick(dated: Iterable[_Dated[T]], project: str, when: str | None, place: Path) -> T:
    """The newest that fits, a good one if one does; they come with the oldest first."""
    dated = list(dated)
    if not dated:
        raise UsageError(
            f"There is no backup of {project!r} in {place}.",
            hint="'testomat-crawler backup list' shows what there is; for a git working tree add"
            " --git.",
        )
    start = (when or "").replace(":", "").upper()
    fitting = [
        each for each in dated if each.at.astimezone(UTC).strftime(_FILE_TIME).startswith(start)
    ]
    if not fitting:
        first, last = dated[0].at, dated[-1].at
        raise UsageError(
            f"There is no backup of {project!r} from {when}.",
            hint=f"There are {len(dated)}, from {utc_text(first)} to {utc_text(last)}.",
        )
    good = [each for each in fitting if each.mark is Mark.GOOD]
    return (good or fitting)[-1].found


def _checked(path: Path) -> str | None:
    """The sum of the content that the manifest promises; `None` if there is no manifest.

    Raises `SnapshotError` if the file is not the one that the manifest describes.
    """
    try:
        sums = recorded(manifest_path(path).read_bytes())
    except FileNotFoundError:
        return None
    if measured(path) != (sums.size, sums.sha256):
        raise SnapshotError(
            f"{path} is damaged: its SHA-256 is not the one of its manifest.",
            hint="Take another backup, or remove the manifest to get what can be had.",
        )
    return sums.content_sha256
