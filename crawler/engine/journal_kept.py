"""The journal of a finished crawl, kept beside the one in progress for the next crawl to build on.

It is only ever read, and replaced as a whole by the journal of the next crawl, in one step. So
whatever ends a run, one of the two is there and whole.
"""

import os
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from crawler.engine.journal import Journal
from crawler.engine.journal_check import check_content
from crawler.engine.journal_files import files_of, is_damage, local_error, set_aside
from crawler.engine.journal_identity import Identity, foreign
from crawler.engine.reuse_recording import nights_counted
from crawler.errors import LocalError

__all__ = ("Kept", "attach_kept", "keep", "kept_beside")


@dataclass(frozen=True, slots=True)
class Kept:
    """What is there to build on: `nights` is how many crawls have built on it since a full one.

    `None` if nothing is, and then `note` may say why.
    """

    nights: int | None = None
    note: str = ""


def kept_beside(path: Path) -> Path:
    """Where the kept journal of the one at `path` lies."""
    return path.with_name(f"{path.stem}.kept{path.suffix}")


def attach_kept(journal: Journal, identity: Identity) -> Kept:
    """Let queries of `journal` read the kept one, under the name `kept`, if it is ours and whole.

    One that is damaged is set aside; another that is not ours stays until it is replaced. Raises
    `LocalError` if the machine refuses.
    """
    path = kept_beside(journal.path)
    try:
        found = _looked_at(path, identity)
    except UnicodeDecodeError as error:  # from a message of SQLite's that quotes garbage
        return _aside(path, error)
    except sqlite3.Error as error:
        if not is_damage(error):
            raise local_error(path, error) from error
        return _aside(path, error)
    if found.nights is not None:
        journal.execute("ATTACH DATABASE ? AS kept", (str(path),))
    return found


def _looked_at(path: Path, identity: Identity) -> Kept:
    if not path.exists():
        return Kept()
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
        facts = dict(connection.execute("SELECT name, value FROM fact"))
        if reason := foreign(facts, identity):
            return Kept(note=f"What the last crawl left is not used: {reason}.")
        check_content(connection, facts)
    nights = facts.get("nights", "")
    return Kept(int(nights) if nights.isdecimal() else 0)


def _aside(path: Path, error: Exception) -> Kept:
    text = set_aside(path, error).replace("Saved progress", "What the last crawl left", 1)
    path.unlink(missing_ok=True)
    return Kept(note=text)


def keep(journal: Journal, nights: int) -> None:
    """Close a finished crawl's journal and let it take the kept one's place.

    `nights` crawls, this one included, have gone by since all suites were asked. Raises
    `LocalError` if the disk refuses; then the kept one is as it was.
    """
    path, place = journal.path, kept_beside(journal.path)
    journal.write_now(nights_counted(nights))
    if nights:  # a full crawl has asked for all that is of use
        with suppress(LocalError):
            journal.execute("INSERT OR IGNORE INTO main.answer SELECT * FROM kept.answer")
    with suppress(LocalError):
        journal.execute("DETACH DATABASE kept")
    # All into the one file: what SQLite keeps beside a database must not meet another one.
    journal.execute("PRAGMA main.journal_mode = DELETE")
    journal.close()
    try:
        _sync(path)
        for each in files_of(place)[1:]:
            each.unlink(missing_ok=True)
        path.replace(place)
        for each in files_of(path)[1:]:
            each.unlink(missing_ok=True)
    except OSError as error:
        raise LocalError.from_os_error("keep the state for the next run", path, error) from error


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
