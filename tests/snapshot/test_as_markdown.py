"""A snapshot in Markdown is laid out as documented, and an edit of a page is an edit of it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.documents import HEAD, case, chain, in_memory, suite
from support.pages import document_of, pages_of
from support.shop_pages import EXAMPLES, PAGES, PAYMENT, SHOP

from crawler.errors import SnapshotError
from crawler.snapshot.document import Document, Node
from crawler.snapshot.formats import Format
from crawler.snapshot.reading import opened, read
from crawler.snapshot.saving import measured, save


def edited(*changes: tuple[str, str], path: str = PAYMENT) -> list[Node]:
    """The nodes after a person has replaced some words on a page."""
    text = PAGES[path]
    for old, new in changes:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return list(document_of({**PAGES, path: text}).nodes)


def card(*changes: tuple[str, str]) -> dict[str, Any]:
    """The fields of the first test after such changes."""
    return dict(edited(*changes)[2].fields)


def test_a_snapshot_has_one_layout() -> None:
    """What people read stands on pages, all else in files that no importer looks at."""
    assert pages_of(SHOP) == PAGES
    assert document_of(PAGES) == in_memory(SHOP)


@pytest.mark.parametrize(
    ("old", "new", "name", "value"),
    [
        ("Pays by card @smoke", "Pays @smoke", "title", "Pays @smoke"),
        ("type: manual", "type: automated", "state", "automated"),
        ("priority: high\n", "priority: low\n", "priority", "low"),
        ("priority: high\n", "priority:\n", "priority", None),
        ("* pay\n\n\n", "* pay\n* go\n\n", "description", "* open\n* pay\n* go"),
        ("\n* open\n* pay\n\n", "", "description", None),
        ("tags: money", "tags: cash, big", "tags", ["big", "cash", "smoke"]),
        ("tags: money\n", "", "tags", ["smoke"]),
        ("labels: Severity:high, Slow", "labels: Slow", "labels", ["Slow"]),
        ("labels: Severity:high, Slow\n", "", "labels", None),
        ("SHOP-1", "SHOP-1, SHOP-2", "issues", ["SHOP-1", "SHOP-2"]),
        ("| number | text |", "| n | text |", "params", ["n", "text"]),
        ("| number | text |\n| --- | --- |\n", "", "params", None),
    ],
)
def test_what_stands_on_the_page_wins(old: str, new: str, name: str, value: object) -> None:
    """And all other fields stay as they were."""
    assert card((old, new)).get(name) == value
    assert {**card((old, new)), name: None} == {**card(), name: None}


def test_a_tag_in_the_title_is_a_tag() -> None:
    """One that comes with an edit of the title too, and one that goes."""
    assert card(("@smoke", "@slow"))["tags"] == ["money", "slow"]
    assert card((" @smoke", ""))["tags"] == ["money"]
    assert edited(("## Invoice", "## Invoice @new"))[3].fields["tags"] == ["new"]


def test_a_cell_that_was_not_edited_keeps_its_value() -> None:
    """The number 1 stays a number, though a table shows text only."""
    rows = [row.get("attributes") for row in card(("| 2 | c |", "| 2 | d |"))["included"]]
    assert rows == [None, {"data": [1, "a|b"]}, {"data": [2, "d"]}]
    assert card(("| 2 | c |\n", ""))["included"] == EXAMPLES[:2]
    new = {"type": "example", "attributes": {"data": ["3", "x|y\nz"]}}
    assert card(("c |\n", "c |\n| 3 | x\\|y<br>z |\n"))["included"] == [*EXAMPLES, new]


def test_a_kept_value_counts_until_what_shows_is_edited() -> None:
    """`detached` shows as `automated`, the only one of the two that the importer knows."""
    assert edited(("## Invoice", "## Bill"))[3].fields["state"] == "detached"
    assert edited(("type: automated", "type: manual"))[3].fields["state"] == "manual"


def test_the_last_part_of_a_heading_is_the_title_of_a_suite() -> None:
    """The way before it is not read: the folders say where a suite is."""
    assert edited(("Checkout > Payment", "Other > Paying"))[1].fields["title"] == "Paying"
    assert edited(("Checkout > Payment", "Other > Payment")) == SHOP.nodes
    nodes = [suite(0, "aa", title="A > B"), suite(1, "bb", title="C > D")]
    pages = pages_of(Document(HEAD, nodes))
    assert "# A \\> B > C \\> D\n" in pages["a-b-aa/c-d-bb.test.md"]
    assert document_of(pages).nodes == nodes


def test_tests_are_those_of_the_page_in_its_order() -> None:
    """One may be moved, removed or added; a new one has no ID yet."""
    head, first, second = PAGES[PAYMENT].split("<!-- test")

    def tests(*blocks: str) -> list[Node]:
        page = "<!-- test".join((head, *blocks))
        return list(document_of({**PAGES, PAYMENT: page}).nodes)[2:]

    card, invoice = list(SHOP.nodes)[2:]
    assert tests(f"{second}\n", first) == [invoice, card]
    assert tests(second) == [invoice]
    assert tests(first, " -->\n## New\n") == [card, case(2, "", title="New")]
    assert tests() == []


def test_a_new_id_is_another_test() -> None:
    """What was kept for the old one is not its own."""
    assert "code" not in card(("id: @Tt1", "id: @Tt9"))


def test_tests_with_one_id_keep_what_is_theirs() -> None:
    """In their order; a sound snapshot has none such."""
    nodes = [suite(0, "a"), *(case(1, "x", position=number) for number in range(3))]
    assert document_of(pages_of(Document(HEAD, nodes))).nodes == nodes


@pytest.mark.parametrize(
    ("path", "change", "problem"),
    [
        (PAYMENT, lambda _: None, f"file {PAYMENT} of the snapshot is missing"),
        ("orphans.test.md", lambda _: None, "file orphans.test.md of the snapshot is missing"),
        ("extra/checkout-aa.yaml", lambda _: None, "extra/checkout-aa.yaml"),
        (PAYMENT, lambda text: text * 2, f"{PAYMENT}: A page begins with a suite, and holds"),
        (PAYMENT, lambda _: "# x\n", f"{PAYMENT}: A page begins with a suite"),
        (PAYMENT, lambda text: text.replace("## Invoice", ""), "line 29 has no title"),
        ("orphans.test.md", lambda _: PAGES[PAYMENT], "tests without a suite only"),
        ("snapshot.yaml", lambda text: text.replace("down", "up"), "not that of a snapshot in M"),
    ],
)
def test_what_is_no_snapshot_in_markdown_is_refused(
    path: str, change: Callable[[str], str | None], problem: str
) -> None:
    """In words that name the file."""
    pages = {**PAGES, path: change(PAGES[path])}
    with pytest.raises(SnapshotError, match=problem):
        document_of({name: text for name, text in pages.items() if text is not None})


def test_a_text_that_is_no_unicode_is_refused() -> None:
    """As in every other format."""
    with pytest.raises(SnapshotError, match="cannot be written"):
        pages_of(Document(HEAD, [suite(0, "a", title="b", description="\ud800")]))


def test_pages_that_are_no_utf8_are_refused(tmp_path: Path) -> None:
    """And the error names the page."""
    save(SHOP, tmp_path / "x", Format.MARKDOWN)
    (tmp_path / "x" / PAYMENT).write_bytes(b"\xff")
    with pytest.raises(SnapshotError, match=rf"{PAYMENT}: It is not UTF-8"):
        read(tmp_path / "x")


def test_a_directory_is_read_and_measured_as_it_was_written(tmp_path: Path) -> None:
    """Its sums are those that a manifest records, and it is recognised by itself."""
    place = tmp_path / "x"
    written = save(SHOP, place, Format.MARKDOWN)
    assert measured(place) == (written.size, written.sha256)
    with opened(place) as document:
        assert in_memory(document) == in_memory(SHOP)
        assert in_memory(document) == in_memory(SHOP)
    files = {
        path.relative_to(place).as_posix(): path.read_bytes().decode()
        for path in place.rglob("*")
        if path.is_file()
    }
    assert files == PAGES


def test_pages_of_suites_that_are_gone_disappear_and_no_others(tmp_path: Path) -> None:
    """A page that is not of the snapshot stays, and so does everything else."""
    place = tmp_path / "x"
    save(SHOP, place, Format.MARKDOWN)
    (place / "mine.test.md").write_text("<!-- test -->\n# Mine\n")
    save(chain(1), place, Format.MARKDOWN)
    left = {path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file()}
    ours = set(pages_of(chain(1)))
    assert left == {"mine.test.md", *ours}


def test_a_change_of_one_text_changes_one_file() -> None:
    """So does a change of priority, tags or labels: what people edit is in one place."""
    for name, value in (("description", "x"), ("priority", "low"), ("labels", ["a"])):
        nodes = [*SHOP.nodes]
        nodes[2] = replace(nodes[2], fields={**nodes[2].fields, name: value})
        pages = pages_of(replace(SHOP, nodes=nodes))
        assert {path for path in PAGES if pages[path] != PAGES[path]} == {PAYMENT}
