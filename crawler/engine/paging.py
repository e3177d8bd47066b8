"""Which page of a listing comes next, as a pure decision.

A listing ends at the last page that the server names, at an empty page, or at a page with nothing
new, whichever comes first; some listings answer the last page again beyond the end, some name no
last page at all (seen in the vendor's clients and recorded from the live service).
"""

from collections.abc import Iterable

__all__ = ("MOST_PAGES", "ListingPages")

#: Far beyond any real listing (50 rows a page): a server that pages for ever is stopped here.
MOST_PAGES = 200_000


class ListingPages:
    """Follows one listing; tell it of each page, it says which pages to ask for now."""

    __slots__ = ("_first", "_last_counted", "_previous")

    def __init__(self) -> None:
        self._first: frozenset[str] = frozenset()
        self._previous: frozenset[str] = frozenset()
        self._last_counted = 0

    def following(self, page: int, ids: Iterable[str], pages: int | None) -> range:
        """The pages to fetch after `page` brought `ids` and claimed `pages` pages in all.

        With a claim, all pages up to it are due at once, each returned once; without, the next.
        """
        if pages is not None:
            return self._counted(page, pages)
        return self._uncounted(page, frozenset(ids))

    def _counted(self, page: int, pages: int) -> range:
        first = max(self._last_counted, page) + 1
        last = min(pages, MOST_PAGES)
        self._last_counted = max(self._last_counted, last, page)
        return range(first, last + 1)

    def _uncounted(self, page: int, ids: frozenset[str]) -> range:
        seen = ids <= (self._previous | self._first)
        self._previous = ids
        if page == 1:
            self._first = ids
        if not ids or (seen and page > 1) or page >= MOST_PAGES:
            return range(0)
        return range(page + 1, page + 2)
