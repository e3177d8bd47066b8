"""Every form of a listing's end is met."""

import pytest

from crawler.engine.paging import MOST_PAGES, ListingPages


def read(pages, claims=None):
    """The pages that are read if the server holds `pages` and claims `claims(page)` pages."""
    listing, asked, due = ListingPages(), [], [1]
    while due:
        page = due.pop(0)
        asked.append(page)
        ids = pages(page)
        due.extend(listing.following(page, ids, claims(page) if claims else None))
        assert len(asked) < 50, "it goes on for ever"
    return asked


def fixed(*pages):
    """A server that answers an empty page beyond the end."""
    return lambda page: pages[page - 1] if page <= len(pages) else ()


def test_with_a_claim_all_pages_are_due_at_once_and_once():
    """And a page that claims the same asks for nothing more."""
    assert read(fixed("ab", "cd", "e"), lambda _: 3) == [1, 2, 3]


def test_a_claim_that_grows_is_followed():
    """Rows may be added while we read."""
    assert read(fixed("ab", "cd", "e"), lambda page: 2 if page == 1 else 3) == [1, 2, 3]


def test_a_claim_is_believed_even_if_it_is_small():
    """The last page that the server names is the last; the counts tell if it was wrong."""
    assert read(fixed("ab", "cd", "e"), lambda _: 1) == [1]


def test_without_a_claim_an_empty_page_is_the_end():
    """One request more than there are pages."""
    assert read(fixed("ab", "cd")) == [1, 2, 3]
    assert read(fixed()) == [1]


def test_without_a_claim_the_last_page_again_is_the_end():
    """Some listings answer it for ever."""
    assert read(lambda page: ("ab", "cd")[min(page, 2) - 1]) == [1, 2, 3]


def test_without_a_claim_the_first_page_again_is_the_end():
    """Some servers ignore the page that is asked for."""
    assert read(lambda _page: "ab") == [1, 2]
    assert read(lambda page: ("ab", "cd")[(page - 1) % 2]) == [1, 2, 3]


def test_rows_that_shift_by_one_do_not_end_the_reading():
    """A row that was inserted pushes one that was read already onto the next page."""
    assert read(fixed("abc", "cde", "ef")) == [1, 2, 3, 4]


@pytest.mark.parametrize("claim", [0, -1])
def test_a_claim_of_no_pages_asks_for_none(claim):
    """An empty project."""
    assert read(fixed(), lambda _: claim) == [1]


def test_a_mad_claim_is_bounded():
    """Memory must not depend on a number that a server made up."""
    assert len(ListingPages().following(1, "ab", 10**15)) == MOST_PAGES - 1
