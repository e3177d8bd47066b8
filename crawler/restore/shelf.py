"""What a restore asks of a server about the files of tests."""

from typing import Protocol

from crawler.sending import Attached, Outgoing

__all__ = ("Shelf",)


class Shelf(Protocol):
    """Where the files of tests are; each method raises what those of `Target` raise."""

    async def attach(self, test_id: str, file: Outgoing, *, beside: int, sent: bool) -> str:
        """Give a test a file, of whose name it has `beside`; its address, empty if nobody tells.

        `sent`: an earlier run may have done it.
        """
        ...

    async def attached(self, test_id: str) -> list[Attached]:
        """The files of a test."""
        ...

    async def sum_of(self, address: str, limit: int) -> str | None:
        """The SHA-256 of the file at an address; `None` if it cannot be had, or has more bytes."""
        ...
