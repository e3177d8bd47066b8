"""A project that tries to run, to call home, to break the page: it is text, all of it."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from support.browser import Opened, function_in, needs_axe, needs_browser
from support.documents import documents
from support.reports import HOSTILE, HOSTILE_TEXTS, written

from crawler.snapshot.document import SECTIONS, Document

pytestmark = [needs_browser]

Visit = Callable[..., Any]

ACTING: Final = function_in(Path(__file__).with_name("acting.js"))
WALKING: Final = function_in(Path(__file__).with_name("walking.js"))


def walked(seen: Opened, pages: Iterable[str]) -> list[dict[str, Any]]:
    """What is seen on each page; nothing on any could act, and all there can be opened."""
    found = seen.page.evaluate(f"pages => ({WALKING})(pages, {ACTING})", list(pages))
    assert [each["acting"] for each in found if each["acting"]] == []
    return found


def items(count: int) -> list[str]:
    """The addresses of so many items, by their place in the document."""
    return [f"~{number}" for number in range(count)]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the hostile project."""
    return written(HOSTILE, tmp_path_factory.mktemp("hostile"))


def test_nothing_of_it_runs_or_leaves_the_page(hostile: Path, visit: Visit) -> None:
    """On no page of it, whatever is opened, searched or filtered."""
    with visit(hostile) as seen:
        pages = walked(seen, items(len(list(HOSTILE.nodes)) + 1))
        assert len(pages) > 18
        assert all(each["isItem"] for each in pages)
        for query in HOSTILE_TEXTS:
            seen.page.fill("#query", query[:200])
            seen.page.keyboard.press("Enter")
            assert seen.page.evaluate(ACTING) == []
        seen.page.evaluate("location.hash = ''")
        seen.page.locator(".pictures").wait_for()
        for button in seen.page.locator(".bars button").all()[:40]:
            if button.is_visible():
                button.click()
        assert seen.page.evaluate(ACTING) == []
        assert (seen.errors, seen.requests) == ([], [])


def test_whatever_its_id_an_item_can_be_reached(hostile: Path, visit: Visit) -> None:
    """By its address, from whatever page."""
    with visit(hostile) as seen:
        pages = walked(seen, (quote(text, safe="") for text in HOSTILE_TEXTS[:14]))
        for text, page in zip(HOSTILE_TEXTS[:14], pages, strict=True):
            assert page["isItem"]
            assert "alert" not in text or "alert" in page["heading"]
        assert (seen.errors, seen.requests) == ([], [])


@pytest.mark.parametrize("text", ["</script><script>alert(2)</script>", "~orphans", "%E0%A4%A"])
def test_whatever_its_id_an_item_can_be_opened_at(text: str, hostile: Path, visit: Visit) -> None:
    """By its address, in a fresh window."""
    assert text in HOSTILE_TEXTS
    with visit(hostile, quote(text, safe="")) as seen:
        seen.page.locator("#content .chip.id").wait_for()
        assert seen.page.locator("h1:visible").inner_text().endswith(text)
        assert (seen.errors, seen.requests) == ([], [])


def test_nothing_of_what_stands_beside_the_tree_runs(hostile: Path, visit: Visit) -> None:
    """Runs, results, comments and every other list, with all that can be opened open."""
    pages = ["~runs", *(f"~run~{number}" for number in range(len(HOSTILE_TEXTS)))]
    pages += [f"~list:{name}" for name in SECTIONS[2:] if name != "comments"]
    with visit(hostile) as seen:
        walked(seen, pages)
        assert (seen.errors, seen.requests) == ([], [])


def test_of_two_with_one_id_both_can_be_reached(hostile: Path, visit: Visit) -> None:
    """Such a snapshot is faulty, but can be looked at."""
    with visit(hostile) as seen:
        seen.page.fill("#query", "the same ID again")
        seen.page.keyboard.press("Enter")
        seen.page.keyboard.press("End")
        seen.page.keyboard.press("Enter")
        seen.page.get_by_role("heading", level=1, name="the same ID again").wait_for()


def test_control_characters_and_directions_are_made_visible(hostile: Path, visit: Visit) -> None:
    """A title cannot turn itself or its neighbours around."""
    with visit(hostile) as seen:
        seen.page.fill("#query", "desrever")
        seen.page.keyboard.press("Enter")
        row = seen.page.get_by_role("treeitem", name="desrever")
        assert "\\u202edesrever\\u202c \\x00\\x1b[2J" in row.inner_text()


@given(document=documents())
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_snapshot_can_be_browsed(document: Document, visit: Visit, tmp_path: Path) -> None:
    """Whatever its shape and the values in it, every page of it opens without an error."""
    with visit(written(document, tmp_path)) as seen:
        nodes = items(len([*document.nodes, *document.orphans]))
        assert all(each["isItem"] for each in walked(seen, nodes))
        walked(seen, ["~runs", "~run~0", *(f"~list:{each.name}" for each in document.sections)])
        assert (seen.errors, seen.requests) == ([], [])


@needs_axe
def test_axe_finds_nothing(hostile: Path, visit: Visit) -> None:
    """Even here."""
    with visit(hostile) as seen:
        assert seen.violations() == []
        for number in (0, 1, 10, 17):
            seen.page.evaluate("item => { location.hash = `#~${item}` }", number)
            seen.page.locator("#content .chip.id").wait_for()
            assert seen.violations() == []
