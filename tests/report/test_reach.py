"""The page in a real browser for everybody: by keys, by ear, on a small screen, dark, on paper."""

from pathlib import Path
from typing import Any

import pytest
from support.browser import Opened, needs_axe, needs_browser, opened
from support.browsing import NARROW, WIDE, Visit, heading, is_quiet, rows, search, text
from support.reports import sample

pytestmark = [needs_browser]


def test_everything_can_be_done_with_the_keys(shop: Path, visit: Visit) -> None:
    """From the search to a test and back, without a mouse."""
    with visit(shop) as seen:
        keys = seen.page.keyboard
        keys.press("/")
        keys.type("pays by")
        seen.page.get_by_role("status").filter(has_text="found").wait_for()
        keys.press("ArrowDown")
        assert focused(seen) == "tree"
        keys.press("End")
        last = rows(seen)[-1]
        keys.press("Enter")
        heading(seen, last)
        assert focused(seen) == "H1"
        keys.press("Escape")
        assert focused(seen) == "tree"
        keys.press("Escape")
        assert seen.page.input_value("#query") == ""
        keys.press("t")
        keys.press("Home")
        heading(seen, "Start page")
        keys.press("ArrowRight")
        keys.press("ArrowRight")
        heading(seen, "Header")
        open_suites = seen.page.locator("[aria-level='2'][aria-expanded=true]")
        before = open_suites.count()
        keys.press("*")
        assert open_suites.count() == before + 3
        keys.press("ArrowLeft")
        keys.press("ArrowLeft")
        heading(seen, "Start page")
        keys.press("ArrowLeft")
        assert "Header" not in rows(seen)
        keys.press("PageDown")
        keys.press("PageUp")
        keys.press("End")
        heading(seen, rows(seen)[-1])
        keys.press("ArrowUp")
        heading(seen, rows(seen)[-2])
        keys.press("h")
        heading(seen, "Demo web shop")
        is_quiet(seen)


def focused(seen: Opened) -> str:
    """What has the focus: its ID, else its name."""
    found = seen.page.evaluate("document.activeElement.id || document.activeElement.tagName")
    return str(found)


def test_the_tab_key_reaches_everything_in_order(partial: Path, visit: Visit) -> None:
    """The way to the content first, then the bar, the search, the tree, the content."""
    with visit(partial, "d2c4a1f0") as seen:
        order = []
        for _ in range(13):
            seen.page.keyboard.press("Tab")
            order.append(focused(seen))
        boxes = ["query", "states", "priorities", "tags", "labels"]
        assert order[:10] == ["skip", "project", "theme", "help", *boxes, "tree"]
        seen.page.locator("#skip").focus()
        seen.page.keyboard.press("Enter")
        assert focused(seen) == "H1"


def test_the_keys_are_explained_and_can_be_switched_off(partial: Path, visit: Visit) -> None:
    """Those of one letter disturb people who speak to their computer."""
    with visit(partial, "d2c4a1f0") as seen:
        seen.page.keyboard.press("?")
        dialog = seen.page.get_by_role("dialog", name="Keys")
        assert dialog.is_visible()
        for key in ("/", "n", "p", "Esc", "Enter"):
            assert dialog.locator("kbd", has_text=key).count() > 0
        dialog.get_by_label("Keys of one letter work everywhere").uncheck()
        seen.page.keyboard.press("Escape")
        assert not dialog.is_visible()
        seen.page.get_by_role("button", name="Keys").click()
        dialog.get_by_role("button", name="Close").click()
        assert not dialog.is_visible()
        seen.page.keyboard.press("n")
        seen.page.keyboard.press("?")
        assert not dialog.is_visible()
        heading(seen, "Pays by card")


def test_the_tree_says_what_it_is_to_those_who_cannot_see_it(partial: Path, visit: Visit) -> None:
    """Levels, places, what is open, what has the focus."""
    with visit(partial, "d2c4a1f0") as seen:
        row = seen.page.get_by_role("treeitem", name="Pays by card (manual, high)")
        said = {
            name: row.get_attribute(f"aria-{name}")
            for name in ("level", "posinset", "setsize", "expanded", "selected")
        }
        assert said == {
            "level": "3",
            "posinset": "1",
            "setsize": "2",
            "expanded": None,
            "selected": "true",
        }
        suite = seen.page.get_by_role("treeitem", name="Payment")
        assert suite.get_attribute("aria-expanded") == "true"
        assert suite.text_content() == "Payment2 tests"
        tree = seen.page.get_by_role("tree")
        assert tree.get_attribute("aria-activedescendant") == row.get_attribute("id")
        assert seen.page.title() == "Pays by card · Shop"


def test_a_narrow_screen_shows_one_thing_at_a_time(shop: Path, visit: Visit) -> None:
    """The tree, then what was chosen, and the way back."""
    with visit(shop, viewport=NARROW) as seen:
        main = seen.page.locator("#content")
        assert not main.is_visible()
        seen.page.get_by_role("treeitem", name="Basket").click()
        heading(seen, "Basket")
        assert not seen.page.locator("#tree").is_visible()
        seen.page.get_by_role("button", name="Show the tree").click()
        assert seen.page.locator("#tree").is_visible()
        assert not main.is_visible()
        seen.page.get_by_role("link", name="Demo web shop").click()
        heading(seen, "Demo web shop")
        seen.page.get_by_role("button", name="Show the tree").click()
        for _ in range(3):
            seen.page.keyboard.press("ArrowDown")
        shown = seen.page.locator("#content h1", has_text="Basket")
        shown.wait_for(state="attached")
        assert seen.page.locator("#tree").is_visible()
        width = seen.page.evaluate("document.documentElement.scrollWidth")
        assert width == NARROW["width"]
        is_quiet(seen)


def test_the_theme_follows_the_system_until_somebody_chooses(partial: Path, visit: Visit) -> None:
    """By the button or its key."""
    theme = "document.documentElement.dataset.theme"
    with visit(partial, color_scheme="dark") as seen:
        assert seen.page.evaluate(theme) == "dark"
        seen.page.emulate_media(color_scheme="light")
        seen.page.wait_for_selector("html[data-theme=light]")
        seen.page.keyboard.press("d")
        assert seen.page.evaluate(theme) == "dark"
        seen.page.reload()
        assert seen.page.evaluate(theme) == "dark"


def test_paper_gets_the_content_alone(partial: Path, visit: Visit) -> None:
    """Without the tree, and dark on white whatever the theme."""
    with visit(partial, "d2c4a1f0", color_scheme="dark") as seen:
        seen.page.emulate_media(media="print")
        assert not seen.page.locator("#side").is_visible()
        assert not seen.page.locator("header").is_visible()
        assert seen.page.locator("#content h1").is_visible()
        colour = seen.page.evaluate("getComputedStyle(document.body).color")
        assert colour == "rgb(0, 0, 0)"


def test_a_reader_without_scripts_is_told_so(partial: Path, browser: Any) -> None:
    """Such as the preview of a mail program."""
    with opened(browser, partial, java_script_enabled=False) as seen:
        assert "Open the file in a browser." in text(seen, "#content")


@needs_axe
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["narrow", "wide"])
def test_axe_finds_nothing(
    scheme: str, viewport: dict[str, int], *, shop: Path, partial: Path, visit: Visit
) -> None:
    """On the project, a suite, a test, the orphans, a search, and the list of keys."""
    rich = max(sample().nodes, key=lambda node: len(str(node.fields)))
    places = [
        *((partial, each) for each in ("", "0d7ebf39", "d2c4a1f0", "~orphans", "nothing")),
        *((shop, each) for each in ("", str(rich.fields["id"]))),
    ]
    for path, fragment in places:
        with visit(path, fragment, color_scheme=scheme, viewport=viewport) as seen:
            assert seen.violations() == [], fragment
    with visit(shop, color_scheme=scheme, viewport=viewport) as seen:
        search(seen, "pay", "found")
        assert seen.violations() == []
        seen.page.locator("#help").click()
        assert seen.violations() == []
