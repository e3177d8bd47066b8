"""Pure: which page of a listing comes next, for listings that are read one page after another."""

from collections.abc import Hashable, Iterable

from crawler.errors import TransientError

__all__ = ("Pages",)


class Pages:
    """Follows one listing; a page that brings nothing new is its end, or a fault.

    Some listings answer their last page again beyond the end (API description); the same page
    again before the end that they claim would lose what stands between, so it is an error.
    """

    def __init__(self) -> None:
        self._seen: set[Hashable] = set()

    def following(self, page: int, ids: Iterable[Hashable], pages: int | None) -> int | None:
        """The number of the page after `page`, or `None` at the end.

        `ids` are those on `page`; `pages` is how many there are in all. Without that claim all is
        on the first page: listings that are not paged make none.

        Raises `TransientError` if an inner page holds only what was there before.
        """
        fresh = set(ids) - self._seen
        self._seen |= fresh
        if pages is None or page >= pages:
            return None
        if not fresh:
            raise TransientError(
                f"The listing brought nothing new on page {page} of {pages}",
                cause="repeated page",
                hint="Try again; if it stays so, the server's paging is broken.",
            )
        return page + 1
