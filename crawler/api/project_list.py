"""The list of all projects, which may take the service 20 seconds, so that few ask for it."""

from collections.abc import Awaitable, Callable

import anyio

from crawler.api.paging import Pages
from crawler.api.wire_projects import ProjectSummary
from crawler.model import Listing

__all__ = ("ProjectList",)


class ProjectList:
    """Read page by page with `ask`, and remembered."""

    def __init__(self, ask: Callable[[int], Awaitable[Listing[ProjectSummary]]]) -> None:
        self._ask = ask
        self._found: list[ProjectSummary] | None = None
        self._turn = anyio.Lock()

    async def read(self) -> list[ProjectSummary]:
        """As it is now, in the server's order."""
        pages, found = Pages(), dict[str, ProjectSummary]()
        page: int | None = 1
        while page is not None:
            listing = await self._ask(page)
            found.update((row.slug, row) for row in listing.records if row.slug not in found)
            page = pages.following(page, (row.slug for row in listing.records), listing.pages)
        self._found = list(found.values())
        return self._found

    async def remembered(self) -> list[ProjectSummary]:
        """As it was when it was read last; of several that ask at once one does it for all."""
        async with self._turn:
            return await self.read() if self._found is None else self._found
