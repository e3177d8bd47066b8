"""The requests of an import keep to the importer's limits and lose nothing."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.api.loading import ImportOptions, chunks, requests_of
from crawler.errors import UsageError
from crawler.sending import ImportPage

LIMIT = 1 << 20


def page(number: int, tests: int, characters: int) -> ImportPage:
    """A page of so many tests and characters."""
    name = f"{number}.test.md"
    told = tuple({"name": f"{number}-{each}", "file": name} for each in range(tests))
    return ImportPage(name, "é" * characters, told)


PAGES = st.lists(st.tuples(st.integers(0, 250), st.integers(0, 170_000)), max_size=8)


@given(sizes=PAGES, extra=st.integers(0, 150))
def test_every_test_is_sent_once_with_its_page_within_the_limits(
    sizes: list[tuple[int, int]], extra: int
) -> None:
    """In order, at most 100 tests, 100 pages and 1 MiB a request."""
    pages = [page(number, *size) for number, size in enumerate(sizes)]
    pages += [page(len(pages) + number, 1, 3) for number in range(extra)]
    sent = [test["name"] for chunk in chunks(pages) for test in chunk["tests"]]
    assert sent == [test["name"] for each in pages for test in each.tests]
    for body, _ in requests_of(pages, ImportOptions()):
        assert 0 < len(body["tests"]) <= 100
        assert len(body["files"]) <= 100
        assert len(json.dumps(body)) <= LIMIT
        assert set(body["files"]) == {test["file"] for test in body["tests"]}


def test_only_the_last_of_several_requests_finishes() -> None:
    """One alone speaks of no chunks; none at all is none."""
    several = list(requests_of([page(0, 250, 9)], ImportOptions(create=True)))
    assert [body["finish"] for body, _ in several] == [False, False, True]
    assert [more for _, more in several] == [True, True, False]
    assert all(body["create"] and body["chunk_upload"] for body, _ in several)
    ((body, more),) = requests_of([page(0, 100, 9)], ImportOptions())
    assert ("chunk_upload" in body, more) == (False, False)
    assert list(requests_of([page(0, 0, 9)], ImportOptions())) == []


def test_nothing_in_a_request_takes_anything_away() -> None:
    """Neither detached tests nor empty suites."""
    ((body, _),) = requests_of([page(0, 1, 9)], ImportOptions())
    assert (body["no-detach"], body["noempty"], body["no-cleanup"]) == (True, False, True)
    assert body["framework"] == "manual"


def test_a_page_that_no_request_holds_is_refused() -> None:
    """By its name, which cannot command a terminal."""
    with pytest.raises(UsageError, match=r"page 0\.test\.md is too large"):
        list(chunks([page(0, 1, 200_000)]))
