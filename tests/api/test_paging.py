"""Which page comes next."""

import pytest

from crawler.api.paging import Pages
from crawler.errors import TransientError


def test_pages_follow_up_to_the_last_one_that_is_named() -> None:
    """One after another, as many as the server says."""
    pages = Pages()
    assert [pages.following(n, [f"row{n}"], 3) for n in (1, 2, 3)] == [2, 3, None]


def test_a_listing_without_pages_is_one_document() -> None:
    """No number of pages: all is there."""
    assert Pages().following(1, ["a"], None) is None


def test_the_same_page_before_the_end_is_a_fault() -> None:
    """Going on would lose what stands between."""
    pages = Pages()
    pages.following(1, ["a"], 5)
    with pytest.raises(TransientError, match="page 2 of 5"):
        pages.following(2, ["a"], 5)


def test_an_empty_listing_ends_at_once() -> None:
    """An account without projects is no fault."""
    assert Pages().following(1, [], 1) is None
    assert Pages().following(1, [], 0) is None
