"""A project of 20,000 tests, of which only what is seen is in the page."""

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support import benchmark
from support.browser import needs_axe, needs_browser
from support.reports import written

pytestmark = [needs_browser, pytest.mark.slow]

TESTS = 20_000
#: Elements in the page, whatever is shown: some fifty rows, and the pictures.
MOST_ELEMENTS = 2_000

#: Scrolls the tree to a part of its height, and ends when that is drawn.
SCROLL = """(share) => new Promise((done) => {
  tree.scrollTop = tree.scrollHeight * share;
  requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done)));
})"""

Visit = Callable[..., Any]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a project that is made up."""
    return written(benchmark.load("report").document(TESTS), tmp_path_factory.mktemp("large"))


def elements(seen: Any) -> int:
    """How many elements there are."""
    return int(seen.page.evaluate("document.getElementsByTagName('*').length"))


def test_it_opens_and_scrolls_with_little_in_the_page(large: Path, visit: Visit) -> None:
    """From the first row to the last, all suites open."""
    with visit(large) as seen:
        assert seen.page.inner_text("#counts") == "1,100 suites, 20,000 tests"
        assert elements(seen) < MOST_ELEMENTS
        seen.page.fill("#query", "s")
        seen.page.keyboard.press("Enter")
        for share in (0.1, 0.5, 0.9, 1):
            seen.page.evaluate(SCROLL, share)
            assert elements(seen) < MOST_ELEMENTS
        last = seen.page.locator("[role=treeitem]", has_text="19999")
        assert last.is_visible()
        last.click()
        seen.page.locator("#content h1", has_text="19999").wait_for()
        assert (seen.errors, seen.requests) == ([], [])


def test_every_kind_of_search_finds_the_right_number(large: Path, visit: Visit) -> None:
    """As counted without the page."""
    nodes = list(benchmark.load("report").document(TESTS).nodes)
    with visit(large) as seen:
        for query in ("courier voucher", "00001234", "@legal", "mail 77"):
            seen.page.fill("#query", query)
            seen.page.keyboard.press("Enter")
            found = seen.page.inner_text("#found")
            assert found.startswith(f"{count(nodes, query):,} test"), (query, found)


def count(nodes: list[Any], query: str) -> int:
    """The tests that have every word, themselves or in the name of a suite above."""
    above: list[str] = []
    found = 0
    for node in nodes:
        fields = node.fields
        name = f"{fields['title']}\n{fields['id']}".lower()
        if node.kind == "suite":
            above[node.depth :] = [name]
            continue
        tags = " ".join(f"@{tag}" for tag in fields["tags"])
        own = f"{name}\n{tags}\n{fields['labels'][0]}\n{fields['description']}".lower()
        found += all(any(word in each for each in (own, *above)) for word in query.split())
    return found


def test_a_link_into_the_middle_opens_there(large: Path, visit: Visit) -> None:
    """With the row in sight, and the ways to its neighbours."""
    with visit(large, f"{TESTS // 2:08x}") as seen:
        seen.page.locator("#content h1", has_text=str(TESTS // 2)).wait_for()
        assert seen.page.locator("[aria-selected=true]").is_visible()
        for number in itertools.islice(itertools.count(TESTS // 2 + 1), 25):
            seen.page.keyboard.press("n")
            seen.page.locator(".chip.id", has_text=f"{number:08x}").wait_for()
        assert seen.page.locator("[aria-selected=true]").is_visible()
        assert (seen.errors, seen.requests) == ([], [])


@needs_axe
def test_axe_finds_nothing(large: Path, visit: Visit) -> None:
    """Where most rows of the tree are not there."""
    with visit(large, f"{TESTS // 2:08x}") as seen:
        assert seen.violations() == []
