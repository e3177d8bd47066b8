"""The page of a diff in a real browser: nothing runs or is fetched, everything can be read."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.browser import launched, needs_axe, needs_browser, opened
from support.differences import EVIL, NEW, OLD, everything, many
from support.documents import case

from crawler.diff.as_html import html
from crawler.diff.changes import Difference
from crawler.diff.compare import compare
from crawler.redaction import printable
from crawler.snapshot.document import Document

pytestmark = [needs_browser, pytest.mark.timeout(180)]

PAYLOADS = (
    "<script>document.title = 'hit'</script>",
    "<img src=http://127.0.0.1:9/x onerror=\"document.title = 'hit'\">",
    "</pre></details><svg onload=\"document.title = 'hit'\">",
    "</style><style>@import 'http://127.0.0.1:9/y'</style>",
    "<meta http-equiv=refresh content='0;url=http://127.0.0.1:9/z'>",
    '"><iframe src="javascript:parent.document.title = \'hit\'">',
    "<base href=http://127.0.0.1:9/><form action=x><button autofocus>",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One for all pages."""
    with launched() as browser:
        yield browser


def written(difference: Difference, folder: Path) -> Path:
    path = folder / "diff.html"
    path.write_text("".join(html(difference)), "utf-8")
    return path


def hostile() -> Difference:
    """Every payload as the title, ID, field, value and text of what came, went and changed."""

    def items(other: str) -> list[Any]:
        return [
            case(1, f"x{number}", title=f"{each}{other}", **{each: f"{each}{other}"})
            for number, each in enumerate(PAYLOADS)
        ]

    gone = [case(1, each, title=each, description=f"{each}\n{each}\n") for each in PAYLOADS]
    came = [case(1, f"+{each}", title=each, tags=[each]) for each in PAYLOADS]
    old = Document(OLD.head, [*OLD.nodes, *items("\n1\n"), *gone])
    return compare(old, Document(NEW.head, [*NEW.nodes, *items("\n2\n"), *came]))


@pytest.mark.parametrize("make", [everything, hostile])
def test_nothing_of_a_project_runs_and_nothing_is_fetched(
    make: Any, browser: Any, tmp_path: Path
) -> None:
    """No request, no dialog, no error in the console, and the title is the one that was written."""
    with opened(browser, written(make(), tmp_path)) as seen:
        seen.page.wait_for_load_state()
        assert seen.page.title().startswith("Changes of ")
        assert seen.page.locator("script, img, svg, iframe, form, base").count() == 0
        assert seen.page.locator("a:not([href^='#'])").count() == 0
        assert seen.page.locator("body > *").count() == 1
    assert (seen.errors, seen.requests) == ([], [])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 800, 1400])
def test_the_page_fits_its_window(width: int, scheme: Any, browser: Any, tmp_path: Path) -> None:
    """However narrow that is and however long the words, it never scrolls sideways."""
    words = "x" * 3000
    old = Document(OLD.head, [*OLD.nodes, case(1, "long", title=words, description="a\nb\n")])
    new = Document(NEW.head, [*NEW.nodes, case(1, "long", title=f"{words}y", description=words)])
    look = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    with opened(browser, written(compare(old, new), tmp_path), **look) as seen:
        wide = seen.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width
        back, ink = (
            seen.page.evaluate(f"getComputedStyle(document.querySelector('{tag}')).{name}")
            for tag, name in (("pre ins", "backgroundColor"), ("pre ins", "color"))
        )
        assert contrast(back, ink) >= 4.5


def test_what_was_added_can_be_unfolded_and_read(browser: Any, tmp_path: Path) -> None:
    """Its text is there, in the words of the project."""
    added = case(1, "t9", title=EVIL, description=f"* {EVIL}\n")
    new = Document(OLD.head, [*OLD.nodes, added])
    with opened(browser, written(compare(OLD, new), tmp_path)) as seen:
        item = seen.page.locator("article.is-added")
        assert not item.locator("pre").is_visible()
        item.locator("summary").click()
        assert f"| * {printable(EVIL)}" in item.locator("pre").inner_text()
        assert printable(EVIL) in item.locator("h2").inner_text()


def test_the_tree_leads_to_every_change(browser: Any, tmp_path: Path) -> None:
    """By keyboard too; each row has its badges."""
    with opened(browser, written(everything(), tmp_path)) as seen:
        rows = seen.page.locator("nav li")
        assert [" ".join(text.split()) for text in rows.all_inner_texts()][:2] == [
            "Payment renamed",
            "Third reordered",
        ]
        links = seen.page.locator("nav a")
        assert links.count() == seen.page.locator("article").count()
        for number in range(links.count()):
            links.nth(number).focus()
            seen.page.keyboard.press("Enter")
            target = seen.page.locator("article:target")
            assert links.nth(number).inner_text() in target.locator("h2").inner_text()


def test_the_boxes_choose_what_is_shown(browser: Any, tmp_path: Path) -> None:
    """What happened in two ways stays until both are off; the tree follows."""
    with opened(browser, written(everything(), tmp_path)) as seen:
        item = seen.page.locator("article.is-moved.is-changed")
        for name, visible in (("moved", True), ("changed", False)):
            seen.page.locator(f"#show-{name}").uncheck()
            assert item.is_visible() == visible
            assert seen.page.locator("nav .is-moved.is-changed").is_visible() == visible
        assert seen.page.locator("article.is-added").is_visible()


@pytest.mark.parametrize(("width", "beside"), [(1200, True), (700, False)])
def test_old_and_new_stand_side_by_side(
    width: int, beside: bool, browser: Any, tmp_path: Path
) -> None:
    """In one row if the window is wide, else below each other as ever."""
    old = Document(OLD.head, [*OLD.nodes, case(1, "t9", title="T", description="a b c d\n")])
    new = Document(OLD.head, [*OLD.nodes, case(1, "t9", title="T", description="a b c e\n")])
    look = {"viewport": {"width": width, "height": 900}}
    with opened(browser, written(compare(old, new), tmp_path), **look) as seen:
        gone, came = (seen.page.locator(f"pre {tag}").first for tag in ("del", "ins"))
        assert gone.bounding_box()["y"] < came.bounding_box()["y"]
        assert [each.inner_text() for each in seen.page.locator("pre mark").all()] == ["d", "e"]
        seen.page.evaluate("document.getElementById('beside').checked = true")
        assert (gone.bounding_box()["y"] == came.bounding_box()["y"]) == beside
        assert seen.page.locator(".view").is_visible() == beside


@needs_axe
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("make", [everything, hostile])
def test_it_has_no_barrier_that_axe_knows(
    make: Any, scheme: Any, browser: Any, tmp_path: Path
) -> None:
    """Roles, names, contrast."""
    with opened(browser, written(make(), tmp_path), color_scheme=scheme) as seen:
        assert seen.violations() == []


def test_a_large_difference_opens(browser: Any, tmp_path: Path) -> None:
    """And the last of its links leads to the last change."""
    with opened(browser, written(many(5000), tmp_path)) as seen:
        seen.page.locator("nav a").last.click()
        assert seen.page.locator("article").last.is_visible()


def contrast(*colours: str) -> float:
    """How well two colours can be told apart, as WCAG counts it: from 1 to 21."""
    dark, light = sorted(map(luminance, colours))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """Of a colour as browsers name it: `rgb(1, 2, 3)`."""
    parts = (int(part) / 255 for part in colour.removeprefix("rgb(").removesuffix(")").split(","))
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
