"""The notes of a restore on the files of attachments, in the same database as those on items."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from crawler.restore.ledger import Ledger, State

__all__ = ("FileNotes", "FileToSend", "KeptFile", "TestFiles")

_BATCH: Final = 64
_TESTS: Final = """
SELECT old, new, EXISTS (SELECT 1 FROM present WHERE id = new) FROM item
WHERE kind = 'test' AND new IS NOT NULL AND old > ?
AND EXISTS (SELECT 1 FROM file WHERE test = old AND state != ?) ORDER BY old LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file of a test of the snapshot; `keys` are its addresses there, as they are compared.

    `size` is in bytes. `name` is the one to send.
    """

    test: str
    name: str
    type: str
    sha256: str
    size: int
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileToSend:
    """One row; `address` is the new one, empty if nobody told it."""

    number: int
    file: KeptFile
    state: State
    address: str


@dataclass(frozen=True, slots=True)
class TestFiles:
    """The files of one test by its IDs; `there_before`: the project had it before the restore."""

    old: str
    new: str
    there_before: bool
    files: tuple[FileToSend, ...]


class FileNotes:
    """What is to be sent, was sent, and where it is now."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def enroll(self, files: Iterable[KeptFile]) -> None:
        """Note all files as still to be sent; of equal ones of a test one is enough."""
        with self._ledger.matching() as db:
            for each in files:
                row = (each.test, each.name, each.type, each.sha256, each.size, State.TODO, "")
                db.execute(
                    "INSERT OR IGNORE INTO file (test, name, type, sha256, size, state, address)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    row,
                )
                found = "SELECT number FROM file WHERE test = ? AND name = ? AND sha256 = ?"
                (number,) = db.execute(found, (each.test, each.name, each.sha256)).fetchone()
                rows = [(key, number) for key in each.keys]
                db.executemany("INSERT OR IGNORE INTO address VALUES (?, ?)", rows)

    def totals(self) -> tuple[int, int]:
        """(how many files are to be sent in all, their bytes)."""
        ((number, size),) = self._ledger.rows("SELECT count(*), coalesce(sum(size), 0) FROM file")
        return int(number), int(size)

    def done(self) -> int:
        """How many are there."""
        ((number,),) = self._ledger.rows("SELECT count(*) FROM file WHERE state = ?", State.DONE)
        return int(number)

    def waiting(self) -> Iterator[TestFiles]:
        """Each test on the server that has files left to be sent, with all of its files."""
        last = ""
        while rows := self._ledger.rows(_TESTS, last, State.DONE, _BATCH):
            for old, new, before in rows:
                last = old
                yield TestFiles(old, new, bool(before), self._files_of(old))

    def _files_of(self, test: str) -> tuple[FileToSend, ...]:
        sql = (
            "SELECT number, name, type, sha256, size, state, address FROM file WHERE test = ?"
            " ORDER BY number"
        )
        return tuple(
            FileToSend(number, KeptFile(test, name, kind, sha, size, ()), State(state), address)
            for number, name, kind, sha, size, state, address in self._ledger.rows(sql, test)
        )

    def addresses(self, keys: Iterable[str]) -> dict[str, str | None]:
        """The new addresses of those that lead to files; `None`: not known."""
        sql = "SELECT address FROM file JOIN address ON number = file WHERE key = ?"
        found: dict[str, str | None] = {}
        for key in keys:
            for (address,) in self._ledger.rows(sql, key):
                found[key] = address or None
        return found

    async def sent(self, number: int) -> None:
        """Note that a file is about to be sent."""
        await self._ledger.note("UPDATE file SET state = ? WHERE number = ?", State.SENT, number)

    async def there(self, number: int, address: str) -> None:
        """Note that a file is there, and where."""
        sql = "UPDATE file SET state = ?, address = ? WHERE number = ?"
        await self._ledger.note(sql, State.DONE, address, number)
