"""What to do with backups that are there: list them, get one back, accept a loss."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import anyio

from crawler.clock import Clock, SystemClock
from crawler.config.settings import Settings
from crawler.errors import SnapshotError, UsageError
from crawler.jobs.backup import BackupOrder, open_vault
from crawler.jobs.backup_folder import BackupFile, BackupFolder
from crawler.jobs.backup_git import BackupTree
from crawler.jobs.backup_guard import Figures
from crawler.jobs.backup_history import utc_text
from crawler.jobs.backup_names import Mark
from crawler.jobs.backup_vault import known
from crawler.snapshot.formats import Format
from crawler.snapshot.manifest import manifest_path, recorded
from crawler.snapshot.reading import opened
from crawler.snapshot.saving import measured, saved

__all__ = ("ListedBackup", "accept", "list_backups", "restore_file")

_FILE_TIME = "%Y-%m-%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class ListedBackup:
    """A backup in a folder; the figures are `None` if neither manifest nor file tells them."""

    project: str
    at: datetime
    mark: Mark
    path: Path
    size: int
    figures: Figures | None


def list_backups(folder: Path) -> tuple[ListedBackup, ...]:
    """All backups below `folder`, by project, the oldest first.

    Raises `LocalError` if the folder cannot be read.
    """
    vault = BackupFolder(folder)
    return tuple(
        _listed(project, each) for project in vault.projects() for each in vault.files(project)
    )


def restore_file(folder: Path, project: str, when: str | None, output: Path, form: Format) -> Path:
    """Write a backup to `output`, unpacked and in the format `form`; returns the backup's path.

    `when` is the beginning of a time in UTC, such as `2026-05` or `2026-05-03T02:15`; the newest
    backup that has it is taken, the newest of all if it is `None`; a marked one only if no good one
    has it.

    Raises `UsageError` if there is none, `SnapshotError` if it is damaged, and `LocalError` if the
    disk refuses; then nothing is written.
    """
    found = _pick(BackupFolder(folder), project, when)
    expected = _checked(found.path)
    with opened(found.path) as document, saved(document, output, form) as written:
        if expected is not None and written.content_sha256 != expected:
            raise SnapshotError(f"{found.path} is damaged: its content has another sum.")
    return found.path


async def accept(
    settings: Settings, order: BackupOrder, project: str, *, clock: Clock | None = None
) -> Path:
    """Make the last suspect backup of a project the last good one; returns its path.

    Raises `UsageError` if there is none, `LocalError` if the disk or git refuses.
    """
    clock = clock or SystemClock()
    async with open_vault(settings, order) as vault:
        return await anyio.to_thread.run_sync(_accept, vault, settings, project, clock.utc_now())


def _accept(
    vault: BackupFolder | BackupTree, settings: Settings, project: str, at: datetime
) -> Path:
    path = vault.accept(project)
    if path is None:
        raise UsageError(f"There is no suspect backup of {project!r} that waits to be accepted.")
    if isinstance(vault, BackupTree):
        vault.commit(f"Accept what {project} has lost\n", author=settings.git_author, at=at)
    vault.history(project).append({"at": utc_text(at), "outcome": "accepted", "file": path.name})
    return path


def _listed(project: str, each: BackupFile) -> ListedBackup:
    found = known(each.path)
    return ListedBackup(
        project=project,
        at=each.name.at,
        mark=each.name.mark,
        path=each.path,
        size=each.path.stat().st_size,
        figures=found.figures if found else None,
    )


def _pick(vault: BackupFolder, project: str, when: str | None) -> BackupFile:
    files = vault.files(project)
    if not files:
        raise UsageError(
            f"There is no backup of {project!r} in {vault.root}.",
            hint="'testomat-crawler backup list' shows what there is.",
        )
    start = (when or "").replace(":", "").upper()
    fitting = [each for each in files if each.name.at.strftime(_FILE_TIME).startswith(start)]
    if not fitting:
        first, last = (each.name.at.astimezone(UTC) for each in (files[0], files[-1]))
        raise UsageError(
            f"There is no backup of {project!r} from {when}.",
            hint=f"There are {len(files)}, from {utc_text(first)} to {utc_text(last)}.",
        )
    good = [each for each in fitting if each.name.mark is Mark.GOOD]
    return (good or fitting)[-1]


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
