"""The journal's files: deleted, set aside when damaged, and what their errors mean."""

import sqlite3
from pathlib import Path
from typing import Final

from crawler.errors import LocalError
from crawler.private_database import create_private

__all__ = (
    "DamageError",
    "files_of",
    "is_damage",
    "local_error",
    "remove_files",
    "set_aside",
)

_LOCKED: Final = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
#: These speak of the disk and the machine, not of the content; anything else that SQLite says of
#: statements that are all ours means that the file is not what we wrote.
_OF_THE_MACHINE: Final = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
}


class DamageError(sqlite3.DatabaseError):
    """The content is not what was written, whatever SQLite thinks of it."""


def files_of(path: Path) -> tuple[Path, ...]:
    """The database and what SQLite keeps beside it."""
    return (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm"))


def remove_files(path: Path) -> None:
    """Delete all of them; raises `LocalError` if that is not possible."""
    try:
        for each in files_of(path):
            each.unlink(missing_ok=True)
    except OSError as error:
        raise LocalError.from_os_error("delete the finished state", path, error) from error


def set_aside(path: Path, error: Exception) -> str:
    """Put a damaged database out of the way and return a sentence on it.

    Raises `LocalError` if that is not possible.
    """
    aside = path.with_name(path.name + ".damaged")
    try:
        path.replace(aside)
        for leftover in files_of(path)[1:]:
            leftover.unlink(missing_ok=True)
    except OSError as failure:
        raise LocalError.from_os_error("set aside the damaged state", path, failure) from failure
    create_private(path)
    return f"Saved progress was damaged ({error}) and is set aside as {aside}."


def is_damage(error: sqlite3.Error) -> bool:
    """The file is to blame, not another run or the machine."""
    return _code(error) not in _LOCKED | _OF_THE_MACHINE


def local_error(path: Path, error: sqlite3.Error) -> LocalError:
    """The sentence for an error of SQLite."""
    if _code(error) in _LOCKED:
        return LocalError(
            f"Another run is using the saved progress of this project ({path}).",
            hint="Wait for it to end, or give this one a folder of its own with --state.",
        )
    return LocalError(
        f"Could not keep progress in {path}: {error}.",
        hint="Free disk space or repair the folder; a damaged state is put away by --fresh.",
    )


def _code(error: sqlite3.Error) -> int | None:
    """The primary code: the upper bits only say more of the circumstances."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF
