"""Runs and their results in a real browser, and what else stands beside the tree."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.browser import Opened, needs_axe, needs_browser
from support.documents import HEAD, case, suite
from support.reports import PARTIAL, RAN, written

from crawler.snapshot.document import Document, Section

pytestmark = [needs_browser]

Visit = Callable[..., Any]
NARROW = {"width": 390, "height": 800}
WIDE = {"width": 1440, "height": 900}
PAGES = {
    "": "Shop",
    "~runs": "Runs",
    "~run:aaaa0001": "Old",
    "~run:aaaa0002": "Nightly",
    "~list:plans": "Plans",
    "d2c4a1f0": "Pays by card",
}


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a small snapshot with runs."""
    return written(RAN, tmp_path_factory.mktemp("ran"))


def shown(seen: Opened, title: str) -> str:
    """What the page with this title says, when all of it is there."""
    seen.page.get_by_role("heading", level=1, name=title, exact=True).wait_for()
    seen.page.wait_for_selector(".coming", state="detached")
    return " ".join(seen.page.inner_text("#content").split())


def rows(seen: Opened) -> list[str]:
    """The rows of the list, each as one line without what only a screen reader says."""
    found = seen.page.locator("#content .rows > li").all_inner_texts()
    return [re.sub(r"^\S+:\s+", "", " ".join(each.split())) for each in found]


def is_quiet(seen: Opened) -> None:
    """No error in its console, and nothing asked for."""
    assert (seen.errors, seen.requests) == ([], [])


def test_the_runs_are_listed_from_the_newest_on(ran: Path, visit: Visit) -> None:
    """With what ran, where, and how it ended; each leads to its page."""
    with visit(ran) as seen:
        seen.page.get_by_role("link", name="3 runs").click()
        shown(seen, "Runs")
        counts = "1 failed, 1 skipped, 2 passed"
        assert rows(seen) == [
            "Today manual 1 pending 2024-03-03 09:00",
            f"Nightly automated · Linux, Chrome · Release 2 {counts} 2024-03-02 09:00",
            "Old purged on the server 7 passed 2024-03-01 09:00",
        ]
        seen.page.get_by_role("link", name="Nightly").click()
        assert "automated Release 2 Linux, Chrome ended 2024-03-02 09:00" in shown(seen, "Nightly")
        is_quiet(seen)


def test_a_run_is_shown_with_its_results(ran: Path, visit: Visit) -> None:
    """Each with its test, its suites, its row of parameters, message and time."""
    with visit(ran, "~run:aaaa0002") as seen:
        assert "1 comment somebody Staging was down." in shown(seen, "Nightly")
        assert rows(seen) == [
            "Pays by card Checkout / Payment · Visa, 1 expected 200, got 502 4.2 s",
            "Pays by card Checkout / Payment · Maestro, 2 1:05 min",
            "Pays by invoice Checkout / Payment",
            "Is gone not in this snapshot",
        ]
        seen.page.get_by_role("button", name="Details of Pays by card").first.click()
        panel = seen.page.locator(".panel")
        panel.locator("pre", has_text="at checkout.spec.ts:42:7").wait_for()
        assert panel.locator(".steps-of li").all_inner_texts() == ["passed:\nopen", "pay"]
        seen.page.get_by_role("link", name="Pays by invoice").click()
        shown(seen, "Pays by invoice")
        is_quiet(seen)


def test_results_are_searched_and_filtered(ran: Path, visit: Visit) -> None:
    """By status, by test, suite, parameter and message; who comes back finds it as it was."""
    with visit(ran, "~run:aaaa0002") as seen:
        shown(seen, "Nightly")
        field = seen.page.get_by_label("Search tests, suites, messages")
        for query, found in (("502", 1), ("maestro", 1), ("payment", 3), ("d2c4a1f0 visa", 1)):
            field.fill(query)
            word = f"{found} result{'' if found == 1 else 's'} found"
            seen.page.get_by_role("status").filter(has_text=word).wait_for()
            assert len(rows(seen)) == found
        field.fill("")
        seen.page.get_by_role("button", name="passed").click()
        seen.page.get_by_role("status").filter(has_text="2 results found").wait_for()
        seen.page.get_by_role("link", name="Pays by card").click()
        shown(seen, "Pays by card")
        seen.page.go_back()
        shown(seen, "Nightly")
        assert len(rows(seen)) == 2
        seen.page.get_by_role("button", name="passed", pressed=True).click()
        assert len(rows(seen)) == 4
        is_quiet(seen)


def test_a_test_is_shown_with_its_results_and_comments(ran: Path, visit: Visit) -> None:
    """The newest run first, and what only other lists know of it."""
    with visit(ran, "d2c4a1f0") as seen:
        text = shown(seen, "Pays by card")
        assert "failed" in seen.page.inner_text(".chip.result-chip")
        assert "3 results 1 failed, 1 pending, 1 passed" in text
        assert [row.split(" · ")[0] for row in rows(seen)] == [
            "Today 2024-03-03 09:00 UTC",
            "Nightly Linux, Chrome",
            "Nightly Linux, Chrome",
        ]
        assert "Attachments card.png" in text
        assert "1 comment Ada · 2024-03-02 10:00 UTC Is it still slow? somebody No." in text
        assert seen.page.locator(".comment em").inner_text() == "still"
        is_quiet(seen)


def test_tests_are_found_by_how_they_ended_last(ran: Path, visit: Visit) -> None:
    """By the filter, by a bar, and by a sign in the tree."""
    with visit(ran, "d2c4a1f0") as seen:
        assert seen.page.get_by_role("treeitem", name="(manual, high, failed last)").count() == 1
        seen.page.get_by_label("Last result").select_option("skipped")
        seen.page.get_by_role("status").filter(has_text="1 test found").wait_for()
        assert seen.page.get_by_role("treeitem", name="Pays by invoice").is_visible()
        seen.page.get_by_role("button", name="clear").click()
        seen.page.keyboard.press("Escape")
        seen.page.evaluate("location.hash = ''")
        shown(seen, "Shop")
        seen.page.locator(".bars").get_by_role("button", name="failed").click()
        assert seen.page.get_by_label("Last result").input_value() == "failed"


def test_a_purged_run_and_one_without_results_say_so(
    ran: Path, visit: Visit, tmp_path: Path
) -> None:
    """With the numbers that the run itself has."""
    with visit(ran, "~run:aaaa0001") as seen:
        text = shown(seen, "Old")
        assert "The server has purged this run" in text
        assert "7 passed This run has no results." in text
    alone = replace(RAN, sections=RAN.sections[:1])
    with visit(written(alone, tmp_path), "~run:aaaa0001") as seen:
        assert "Its results are not in this snapshot." in shown(seen, "Old")
        is_quiet(seen)


def test_a_list_links_to_the_tests_that_it_names(ran: Path, visit: Visit) -> None:
    """Such as a plan, reached from the page of the project."""
    with visit(ran) as seen:
        shown(seen, "Shop")
        seen.page.get_by_role("link", name="Plans 1").click()
        shown(seen, "Plans")
        seen.page.get_by_role("button", name="Fields of Payment").click()
        seen.page.locator(".panel").get_by_role("link", name="Pays by invoice").click()
        shown(seen, "Pays by invoice")
        is_quiet(seen)


def test_a_snapshot_without_runs_does_not_speak_of_them(tmp_path: Path, visit: Visit) -> None:
    """No link, no filter, no key."""
    with visit(written(PARTIAL, tmp_path), "~runs") as seen:
        assert "There is nothing called ~runs here." in shown(seen, "Shop")
        assert not seen.page.locator("#to-runs, #results").first.is_visible()
        assert not seen.page.get_by_label("Last result").is_visible()
        seen.page.evaluate("location.hash = 'd2c4a1f0'")
        assert "result" not in shown(seen, "Pays by card")
        seen.page.keyboard.press("r")
        shown(seen, "Pays by card")
        is_quiet(seen)


def test_the_key_of_the_runs(ran: Path, visit: Visit) -> None:
    """And those that lead back."""
    with visit(ran) as seen:
        seen.page.keyboard.press("r")
        shown(seen, "Runs")
        seen.page.keyboard.press("h")
        shown(seen, "Shop")


def test_of_five_thousand_results_only_what_is_looked_at_is_made(
    tmp_path: Path, visit: Visit
) -> None:
    """More comes as somebody scrolls, all on paper, and a search looks in all."""
    tests = [case(1, f"{n:08x}", title=f"Test {n}") for n in range(5000)]
    results = [
        {"id": n, "run_id": f"r{run}", "status": "passed", "test": {"id": f"{n:08x}"}}
        for run in range(4)
        for n in range(5000)
    ]
    document = Document(HEAD, [suite(0, "s"), *tests], (), (Section("testruns", results),))
    with visit(written(document, tmp_path), "~run:r3") as seen:
        shown(seen, "r3")
        assert seen.page.locator(".result").count() == 100
        seen.page.evaluate("content.scrollTop = content.scrollHeight")
        seen.page.locator(".result >> nth=150").wait_for(state="attached")
        assert seen.page.locator(".result").count() < 500
        seen.page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert seen.page.locator(".result").count() == 5000
        seen.page.get_by_label("Search tests, suites, messages").fill("test 4999")
        seen.page.get_by_role("status").filter(has_text="1 result found").wait_for()
        is_quiet(seen)


def opened(seen: Opened, fragment: str) -> None:
    """Go to a page, and open all that can be opened there."""
    seen.page.evaluate(
        "hash => { location.hash = hash; document.body.dataset.pane = 'main' }", fragment
    )
    shown(seen, PAGES[fragment])
    seen.page.evaluate("content.querySelectorAll('.opener').forEach((each) => each.click())")
    seen.page.wait_for_selector(".coming", state="detached")


def test_nothing_is_wider_than_a_narrow_screen(ran: Path, visit: Visit) -> None:
    """With all that can be opened open."""
    with visit(ran, viewport=NARROW) as seen:
        for fragment in PAGES:
            opened(seen, fragment)
            assert seen.page.evaluate("content.scrollWidth - content.clientWidth") == 0, fragment
        is_quiet(seen)


@needs_axe
@pytest.mark.parametrize(
    ("viewport", "scheme"), [(NARROW, "dark"), (WIDE, "light")], ids=["narrow", "wide"]
)
def test_axe_finds_nothing(
    viewport: dict[str, int], scheme: str, *, ran: Path, visit: Visit
) -> None:
    """On every page, with all that can be opened open."""
    with visit(ran, color_scheme=scheme, viewport=viewport) as seen:
        for fragment in PAGES:
            opened(seen, fragment)
            assert seen.violations() == [], fragment
