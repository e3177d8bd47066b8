"""The files of one test: each sent once, and looked for in the test's list before and after.

A test that was there before, or to which a file may have been sent already, is asked for its files
first: what has the same name and the same bytes is not sent.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

import anyio.to_thread

from crawler.errors import LocalError, OutageError, ServerError
from crawler.restore.ledger import State
from crawler.restore.ledger_files import FileNotes, FileToSend, KeptFile, TestFiles
from crawler.restore.shelf import Shelf
from crawler.sending import Attached, Outgoing

__all__ = ("FileWriter", "Opening")

Opening = Callable[[KeptFile], Outgoing]
"""Makes a file ready to be sent; raises `LocalError` if its bytes are not what its sum says."""


@dataclass(slots=True)
class _Known:
    """What a test has, less what belongs to one of our files already."""

    there: list[Attached]
    taken: list[Attached] = field(default_factory=list)

    def free(self, name: str) -> list[Attached]:
        return [each for each in self.there if each.name == name and each not in self.taken]

    def count(self, name: str) -> int:
        return sum(each.name == name for each in self.there)


class FileWriter:
    """Sends files; may be called by many tasks at once, for different tests.

    `make_ready` runs in a thread. `failed` is told of each file that could not be sent.
    """

    def __init__(
        self,
        shelf: Shelf,
        notes: FileNotes,
        make_ready: Opening,
        failed: Callable[[KeptFile, str, ServerError | None], None],
    ) -> None:
        self._shelf = shelf
        self._notes = notes
        self._make_ready = make_ready
        self._failed = failed

    async def write(self, test: TestFiles) -> int:
        """Let the test have its files; how many came to be there.

        Raises `OutageError` if the server does not serve us, `AccessError` if it may not be.
        """
        known = _Known([])
        if test.there_before or any(each.state is not State.TODO for each in test.files):
            known = _Known(await self._shelf.attached(test.new))
        sent: list[tuple[FileToSend, str]] = []
        for each in test.files:
            if each.state is State.DONE:
                known.taken += [a for a in known.free(each.file.name) if a.address == each.address]
                continue
            with self._failing(each.file):
                address = await self._there(each.file, known)
                if address is None:
                    address = await self._send(test.new, each, known)
                sent.append((each, address))
        return await self._check(test.new, sent)

    async def _there(self, file: KeptFile, known: _Known) -> str | None:
        """The address of a file that is there already; if nobody can tell, its name decides."""
        for each in known.free(file.name):
            there = await self._shelf.sum_of(each.address, file.size) if each.address else None
            if there in {None, file.sha256}:
                known.taken.append(each)
                return each.address
        return None

    async def _send(self, test: str, file: FileToSend, known: _Known) -> str:
        ready = await anyio.to_thread.run_sync(partial(self._make_ready, file.file))
        await self._notes.sent(file.number)
        beside = known.count(ready.name)
        address = await self._shelf.attach(test, ready, beside=beside, sent=False)
        arrived = Attached(ready.name, address)
        known.there.append(arrived)
        known.taken.append(arrived)
        return address

    async def _check(self, test: str, sent: list[tuple[FileToSend, str]]) -> int:
        """Note those that the test's own list has; the others failed."""
        if not sent:
            return 0
        listed = await self._shelf.attached(test)
        arrived = 0
        for each, address in sent:
            match = _listed(listed, each.file.name, address)
            if match is None:
                self._failed(each.file, "it was sent, but the project does not list it", None)
                continue
            listed.remove(match)
            arrived += 1
            await self._notes.there(each.number, address or match.address)
        return arrived

    @contextmanager
    def _failing(self, file: KeptFile) -> Iterator[None]:
        try:
            yield
        except OutageError:
            raise
        except ServerError as error:
            self._failed(file, str(error), error)
        except LocalError as error:
            self._failed(file, str(error), None)


def _listed(listed: list[Attached], name: str, address: str) -> Attached | None:
    same = [each for each in listed if address and each.address == address]
    return next(iter((*same, *(each for each in listed if each.name == name))), None)
