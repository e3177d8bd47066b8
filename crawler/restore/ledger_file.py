"""The file of a ledger: opened and locked, made ready for one restore, and what its errors mean."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from crawler.errors import LocalError
from crawler.private_database import create_private, open_locked

__all__ = ("attach", "in_words", "settle")

_VERSION: Final = "2"
_SCHEMA: Final = """
CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE item (
    number INTEGER PRIMARY KEY, kind TEXT, old TEXT, state INTEGER, new TEXT, unlinked INTEGER,
    UNIQUE (kind, old)
);
CREATE INDEX item_new ON item (new) WHERE new IS NOT NULL;
CREATE TABLE present (
    id TEXT PRIMARY KEY, kind TEXT, parent TEXT, title TEXT, place INTEGER, sum BLOB, taken INTEGER
);
CREATE INDEX present_title ON present (kind, parent, title, taken);
CREATE TABLE file (
    number INTEGER PRIMARY KEY, test TEXT, name TEXT, type TEXT, sha256 TEXT, size INTEGER,
    state INTEGER, address TEXT, UNIQUE (test, name, sha256)
);
CREATE TABLE address (key TEXT PRIMARY KEY, file INTEGER) WITHOUT ROWID
"""
_BUSY: Final = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def attach(path: Path) -> sqlite3.Connection:
    """The database at `path`, locked for as long as it is open; raises what SQLite raises."""
    create_private(path)
    return open_locked(path, synchronous="FULL")


def settle(db: sqlite3.Connection, path: Path, facts: Mapping[str, str], *, fresh: bool) -> bool:
    """Make the database ready for the restore that `facts` tell apart; whether it goes on.

    Raises `LocalError` if it is that of another restore that was not finished, unless `fresh`.
    """
    facts = {"version": _VERSION, **facts}
    tables = [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    known = dict(db.execute("SELECT name, value FROM fact")) if "fact" in tables else {}
    if known.get("enrolled") == "yes" and not fresh:
        other = [name for name in facts if known.get(name) != facts[name]]
        if other:
            raise LocalError(
                f"A restore of another snapshot into this project was not finished ({path}; it"
                f" differs in: {', '.join(other)}).",
                hint="Finish that one first, or forget it with --fresh.",
            )
        return True
    db.execute("BEGIN")
    for name in tables:
        db.execute(f'DROP TABLE "{name}"')
    for statement in _SCHEMA.split(";"):
        db.execute(statement)
    db.executemany("INSERT INTO fact VALUES (?, ?)", facts.items())
    db.execute("COMMIT")
    return False


@contextmanager
def in_words(path: Path) -> Iterator[None]:
    """Raises `LocalError`, with `path` in its sentence, for an error of SQLite or of the disk."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in _BUSY:
            raise LocalError(
                f"Another run restores into this project ({path}).",
                hint="Wait for it to end: two at once would double what they write.",
            ) from error
        raise LocalError(
            f"Could not keep the progress of the restore in {path}: {error}.",
            hint="Repair the folder or free space on the disk. If the file is damaged, delete it,"
            " and go on with --merge, which looks for what is there.",
        ) from error
    except OSError as error:
        raise LocalError.from_os_error(
            "keep the progress of the restore in", path, error
        ) from error
