"""The page in a real browser, opened from the disk: what people see, and how they get around."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.browser import needs_browser, opened
from support.browsing import Visit, heading, is_quiet, rows, search, text
from support.documents import chain, siblings
from support.reports import PARTIAL, sample, written

from crawler.selection import Selection, selection_words
from crawler.snapshot.document import DocumentGap

pytestmark = [needs_browser]


def test_the_project_is_shown_with_its_roots(shop: Path, visit: Visit) -> None:
    """What it is, how much there is, and pictures of it."""
    with visit(shop) as seen:
        heading(seen, "Demo web shop")
        assert text(seen, "#counts") == "76 suites, 357 tests"
        assert rows(seen)[:3] == ["Start page", "Finding articles", "Article page"]
        assert len(rows(seen)) == 12
        titles = seen.page.locator("#content h2").all_inner_texts()
        assert titles == [
            *("Tests by state", "Tests by priority", "Tests by depth", "Last edits"),
            *("Tests by tag", "Tests by label", "Newest edits", "Oldest edits"),
        ]
        assert text(seen, ".bars >> nth=0").startswith("manual 209 automated 146")
        assert seen.page.get_by_role("img", name="Last edits of 357 tests").is_visible()
        is_quiet(seen)


def test_a_test_is_shown_with_all_that_is_known_of_it(shop: Path, visit: Visit) -> None:
    """Rendered text, examples, code, attachments, and every other field."""
    nodes = [node for node in sample().nodes if node.kind == "test"]
    wanted = max(nodes, key=lambda node: len(node.fields.get("included", ())))
    with visit(shop, str(wanted.fields["id"])) as seen:
        heading(seen, str(wanted.fields["title"]))
        tables = seen.page.locator("section table")
        assert tables.last.locator("th").all_inner_texts() == wanted.fields["params"]
        assert seen.page.locator(".markdown h3, .markdown h4").count() > 0
        seen.page.locator(".rest summary").click()
        shown = text(seen, ".rest dl")
        assert f"suite_id {wanted.fields['suite_id']}" in shown
        is_quiet(seen)


def test_the_way_through_the_tree_by_mouse(shop: Path, visit: Visit) -> None:
    """A click opens a suite and shows it; one on its arrow only closes it."""
    with visit(shop) as seen:
        seen.page.get_by_role("treeitem", name="Start page").click()
        heading(seen, "Start page")
        assert rows(seen)[:4] == ["Start page", "Header", "Banner and offers", "Cookie consent"]
        seen.page.get_by_role("treeitem", name="Start page").locator(".caret").click()
        assert rows(seen)[:2] == ["Start page", "Finding articles"]
        seen.page.get_by_role("link", name="Cookie consent").click()
        heading(seen, "Cookie consent")
        assert rows(seen)[3] == "Cookie consent"
        assert seen.page.locator("[aria-selected=true]").inner_text().startswith("Cookie consent")
        seen.page.go_back()
        heading(seen, "Start page")
        is_quiet(seen)


@pytest.mark.parametrize(
    ("query", "found", "first"),
    [
        ("6269b52b", "1 test found", "Logo leads to the start page @smoke"),
        ("LOGO leads", "1 test found", "Logo leads to the start page @smoke"),
        (
            '"start page is shown, the basket"',
            "1 test found",
            "Logo leads to the start page @smoke",
        ),
        ("@seo", "2 tests found", None),
        ("header logo", "1 test, 1 suite found", None),
        ("no such thing", "Nothing found", None),
    ],
)
def test_typing_finds_titles_texts_ids_and_tags(
    query: str, found: str, first: str | None, *, shop: Path, visit: Visit
) -> None:
    """Whatever the case; several words may stand in different places."""
    with visit(shop) as seen:
        search(seen, query, found)
        if first:
            assert rows(seen)[-1] == first
        seen.page.keyboard.press("Escape")
        seen.page.get_by_role("status").filter(has_text="357 tests").wait_for()
        assert len(rows(seen)) == 12
        is_quiet(seen)


def test_what_was_searched_is_marked(shop: Path, visit: Visit) -> None:
    """In the tree and in the text."""
    with visit(shop, "6269b52b") as seen:
        search(seen, "logo", "found")
        assert seen.page.locator("#tree mark").first.inner_text() == "Logo"
        ranges = seen.page.evaluate("[...CSS.highlights.get('searched')].map(String)")
        assert set(ranges) == {"Logo", "logo"}


def test_filters_narrow_what_is_found(shop: Path, visit: Visit) -> None:
    """Each by itself, all together, and by a click on a word or on a bar of a picture."""
    nodes = [node.fields for node in sample().nodes if node.kind == "test"]
    manual = [each for each in nodes if each["state"] == "manual"]
    both = [each for each in manual if each["priority"] == "high"]
    smoke = [each for each in both if "smoke" in each["tags"]]
    with visit(shop) as seen:
        for box, word, expected in (
            ("State", "manual", manual),
            ("Priority", "high", both),
            ("Tag", "smoke", smoke),
        ):
            seen.page.get_by_label(box, exact=True).select_option(word)
            assert text(seen, "#found") == f"{len(expected)} tests found"
        assert "The pictures show the tests that were found." in text(seen, "#content")
        seen.page.get_by_role("button", name="clear").click()
        seen.page.get_by_role("button", name="automated").click()
        assert text(seen, "#found") == f"{len(nodes) - len(manual) - 2} tests found"
        seen.page.get_by_role("button", name="clear").click()
        seen.page.goto(f"{shop.as_uri()}#6269b52b")
        seen.page.get_by_role("button", name="@smoke").click()
        expected = sum("smoke" in each["tags"] for each in nodes)
        assert text(seen, "#found") == f"{expected} tests found"
        assert seen.page.get_by_label("Tag", exact=True).input_value() == "smoke"
        is_quiet(seen)


def test_a_label_filters_too(partial: Path, visit: Visit) -> None:
    """With its value."""
    with visit(partial) as seen:
        seen.page.get_by_label("Label", exact=True).select_option("Severity:high")
        assert text(seen, "#found") == "1 test found"
        assert rows(seen) == ["Checkout", "Payment", "Pays by invoice"]


@pytest.mark.parametrize(
    ("fragment", "title"),
    [
        ("52e6b438", "Checkout"),
        ("d2c4a1f0", "Pays by card"),
        ("00000123", "Pays by invoice"),
        ("10570002", "Lost test"),
        ("~orphans", "Orphans"),
        ("", "Shop"),
    ],
)
def test_a_link_leads_to_a_suite_or_a_test(
    fragment: str, title: str, *, partial: Path, visit: Visit
) -> None:
    """And opens the tree there."""
    with visit(partial, fragment) as seen:
        heading(seen, title)
        selected = seen.page.locator("[aria-selected=true]")
        assert selected.count() == (1 if fragment else 0)
        is_quiet(seen)


def test_a_link_that_leads_nowhere_says_so(partial: Path, visit: Visit) -> None:
    """And shows the project."""
    with visit(partial, "ffffffff") as seen:
        heading(seen, "Shop")
        assert "There is nothing called ffffffff" in text(seen, "#content")
        seen.page.evaluate("location.hash = 'd2c4a1f0'")
        heading(seen, "Pays by card")


def test_next_and_previous_go_through_what_is_found(shop: Path, visit: Visit) -> None:
    """By link and by key, over the borders of suites."""
    tests = [str(node.fields["id"]) for node in sample().nodes if node.kind == "test"]
    with visit(shop, tests[5]) as seen:
        for key, expected in (("n", tests[6]), ("j", tests[7]), ("k", tests[6]), ("p", tests[5])):
            seen.page.keyboard.press(key)
            seen.page.wait_for_function("id => location.hash === `#${id}`", arg=expected)
            seen.page.locator(".chip.id", has_text=expected).wait_for()
        seen.page.get_by_role("link", name="Next test").click()
        seen.page.locator(".chip.id", has_text=tests[6]).wait_for()
        search(seen, "@seo", "2 tests found")
        seen.page.locator("#content h1").click()
        seen.page.keyboard.press("n")
        seen.page.locator(".chip.tag", has_text="@seo").wait_for()
        is_quiet(seen)


def test_what_is_missing_or_lost_is_shown_as_such(partial: Path, visit: Visit) -> None:
    """At the top, on the project's page, and where it is."""
    with visit(partial) as seen:
        assert seen.page.locator("#partial").is_visible()
        shown = text(seen, "#content")
        assert "This snapshot is incomplete 2 gaps:" in shown
        assert "suite 0ff00001: the server refuses it" in shown
        assert "suite Payment: fewer tests were found (2 of 3)" in shown
        assert "Left out test.run_at" in shown
        assert rows(seen)[-4:] == ["Orphans", "Lost folder", "Lost test", "Alone"]
        seen.page.get_by_role("link", name="Payment").click()
        heading(seen, "Payment")
        assert "Incomplete: fewer tests were found (2 of 3)." in text(seen, "#content")
        seen.page.get_by_role("treeitem", name="Orphans").click()
        heading(seen, "Orphans")
        seen.page.locator("#content").get_by_role("link", name="Alone").click()
        heading(seen, "Alone")
        assert "no root of the tree leads to it" in text(seen, "#content")
        seen.page.get_by_role("treeitem", name="Empty").click()
        heading(seen, "Empty")
        assert "This suite is empty." in text(seen, "#content")
        is_quiet(seen)


def test_many_gaps_are_folded(tmp_path: Path, visit: Visit) -> None:
    """Their number is seen, the first hundreds when somebody asks."""
    gaps = tuple(DocumentGap("test", f"{number:08x}", "refused") for number in range(600))
    with visit(written(replace(PARTIAL, head=replace(PARTIAL.head, gaps=gaps)), tmp_path)) as seen:
        last = seen.page.locator(".gaps", has_text="and 100 more").locator("li").last
        assert not last.is_visible()
        seen.page.get_by_text("600 gaps:").click()
        assert last.is_visible()
        is_quiet(seen)


def test_a_part_of_a_project_is_shown_as_such(tmp_path: Path, visit: Visit) -> None:
    """In the words that the terminal has for it, with links to the suites that it names."""
    selection = Selection(suites=("52e6b438",), exclude=("0d7ebf39",), state="manual")
    part = replace(PARTIAL, head=replace(PARTIAL.head, selection=selection))
    with visit(written(part, tmp_path)) as seen:
        assert seen.page.locator("#part").is_visible()
        assert f"is here: {selection_words(selection)}." in text(seen, "#content")
        seen.page.locator("#content").get_by_role("link", name="Checkout").click()
        heading(seen, "Checkout")
        is_quiet(seen)


def test_a_whole_snapshot_warns_of_nothing(shop: Path, visit: Visit) -> None:
    """No notice, no badge, no orphans."""
    with visit(shop) as seen:
        assert seen.page.locator(".notice, .part, #partial:visible, #part:visible").count() == 0
        assert "Orphans" not in rows(seen)


def test_a_very_deep_tree_can_be_browsed(tmp_path: Path, visit: Visit) -> None:
    """Two thousand levels, all of them open; the path shows its ends."""
    with visit(written(chain(2000), tmp_path), "bottom") as seen:
        heading(seen, "(no title)")
        assert seen.page.locator("[aria-selected=true]").get_attribute("aria-level") == "2001"
        assert seen.page.locator("#content .path li").count() == 14
        assert seen.page.locator("[role=treeitem]").count() < 100
        seen.page.keyboard.press("t")
        seen.page.keyboard.press("ArrowLeft")
        seen.page.locator(".chip.id", has_text=f"{1999:08x}").wait_for()
        seen.page.keyboard.press("Home")
        seen.page.locator(".chip.id", has_text=f"{0:08x}").wait_for()
        is_quiet(seen)


def test_a_very_long_suite_can_be_browsed(tmp_path: Path, visit: Visit) -> None:
    """Its page lists the first ones, the tree all."""
    with visit(written(siblings(3000), tmp_path), "all") as seen:
        assert seen.page.locator(".items li").count() == 500
        assert "and 2,500 more; the tree shows them all." in text(seen, "#content")
        assert seen.page.locator("[role=treeitem]").count() < 100
        seen.page.keyboard.press("t")
        seen.page.keyboard.press("ArrowRight")
        seen.page.keyboard.press("End")
        heading(seen, "Test 2999")
        is_quiet(seen)


def test_a_file_that_was_cut_says_so(shop: Path, browser: Any, tmp_path: Path) -> None:
    """Such as by a mail server: what is missing is told, not left out."""
    whole = shop.read_text("utf-8")
    path = tmp_path / "cut.html"
    path.write_text(whole[: whole.index('id="block-1"') - 40], "utf-8")
    with opened(browser, path) as seen:
        seen.page.get_by_role("heading", name="This page cannot be shown").wait_for()
        assert "a part of the file is missing or damaged" in text(seen, "#content")
