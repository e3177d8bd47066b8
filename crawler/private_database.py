"""An SQLite file for one user and one process: crawls and restores keep their progress in it."""

import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Final, Literal

from crawler.errors import LocalError

__all__ = ("create_private", "open_locked", "remove_folders")

#: How often a folder is made that another run, which made it before, removes at this moment.
_TRIES: Final = 3


def create_private(path: Path) -> tuple[Path, ...]:
    """The file and its folder for this user alone: answers may hold what others must not read.

    Returns the folders that were made, the innermost first. Raises `LocalError` if the file cannot
    be created or written.
    """
    made: dict[Path, None] = {}
    for tries_left in reversed(range(_TRIES)):
        made |= dict.fromkeys(each for each in path.parents if not os.path.lexists(each))
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as error:
            if isinstance(error, FileNotFoundError) and tries_left:
                continue
            remove_folders(tuple(made))
            raise LocalError.from_os_error("use the state file", path, error) from error
        break
    return tuple(made)


def remove_folders(folders: tuple[Path, ...]) -> None:
    """Delete those that are empty, the innermost first; others are still of use to somebody."""
    with suppress(OSError):
        for each in folders:
            each.rmdir()


def open_locked(path: Path, *, synchronous: Literal["NORMAL", "FULL"]) -> sqlite3.Connection:
    """The database at `path`, locked for as long as it is open; raises what SQLite raises.

    `FULL` outlives a power cut after each commit, `NORMAL` a crash of the process.
    """
    connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    try:
        # Exclusive before WAL: SQLite then needs no shared memory file, and any second
        # process is refused at its first access (https://www.sqlite.org/wal.html#noshm).
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("COMMIT")
    except BaseException:
        connection.close()
        raise
    return connection
