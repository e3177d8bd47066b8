"""What changed beside the tree, by ID, in every form."""

from dataclasses import replace
from typing import Any

import pytest
from support.documents import HEAD, suite

from crawler.diff.applying import apply
from crawler.diff.as_html import html
from crawler.diff.as_json import apply as apply_json
from crawler.diff.as_json import dumped
from crawler.diff.as_lines import snapshot_lines
from crawler.diff.as_markdown import markdown
from crawler.diff.as_text import name_lines, stat_lines, text_lines
from crawler.diff.changes import invert
from crawler.diff.compare import compare
from crawler.errors import SnapshotError
from crawler.snapshot.document import Document, Section


def document(**sections: list[dict[str, Any]]) -> Document:
    """A suite, and these sections beside it."""
    counts = tuple((name, len(items)) for name, items in sections.items())
    parts = tuple(Section(name, tuple(items)) for name, items in sections.items())
    return Document(replace(HEAD, sections=counts), (suite(0, "s"),), (), parts)


OLD = document(
    runs=[{"id": "r2", "title": "Two"}, {"id": "r1", "title": "One", "status": "running"}],
    labels=[{"id": "a"}, {"id": "b"}],
)
NEW = document(
    runs=[
        {"id": "r3", "title": "Three <b>"},
        {"id": "r2", "title": "Two"},
        {"id": "r1", "title": "Won", "status": "passed"},
    ],
    labels=[{"id": "b"}],
    users=[],
)


def test_each_change_is_told_with_its_section() -> None:
    """Added, removed, renamed and changed; in the order of the sections."""
    assert list(text_lines(compare(OLD, NEW)))[2:] == [
        "*    counts.users: (none) → 0",
        "+    runs  Three <b> [r3]",
        "=*   runs  Won [r1]",
        "       title: One → Won",
        "       status: running → passed",
        "-    labels a [a]",
        "runs: 1 added, 1 renamed, 1 changed; labels: 1 removed; 1 field of the project changed",
    ]


def test_the_other_forms_tell_it_too() -> None:
    """A list of names, statistics, a comment, a page, and text for git."""
    found = compare(OLD, NEW)
    assert list(name_lines(found)) == [
        "+\truns\tr3\tThree <b>",
        "=*\truns\tr1\tWon",
        "-\tlabels\ta\ta",
    ]
    assert "runs   | 1 added, 1 renamed, 1 changed" in list(stat_lines(found))
    assert "- runs <code>Won</code>" in markdown(found)
    page = "".join(html(found))
    assert "Three &lt;b&gt;" in page
    assert "<p class=path>runs</p>" in page
    assert "runs Won [r1]" in list(snapshot_lines(NEW))


def test_old_and_the_diff_give_new_and_back() -> None:
    """As values and as JSON."""
    found = compare(OLD, NEW)
    assert apply(OLD, found) == NEW
    assert apply(NEW, invert(found)) == OLD
    assert apply_json(OLD, "".join(dumped(found))) == NEW


def test_a_diff_does_not_fit_another_section() -> None:
    """It says so instead of making something up."""
    with pytest.raises(SnapshotError, match="does not fit"):
        apply(document(runs=[], labels=[]), compare(OLD, NEW))


def test_equal_sections_differ_in_nothing() -> None:
    """Whatever the order of their keys."""
    turned = document(runs=[{"status": "x", "id": "r"}])
    assert not compare(turned, document(runs=[{"id": "r", "status": "x"}]))


def test_what_is_ignored_in_a_section_does_not_count() -> None:
    """And the difference is then not exact."""
    found = compare(
        OLD,
        NEW,
        item_fields=lambda _, fields: {"id": fields["id"]},
        ignored=("runs.title",),
    )
    assert [(change.noun, change.place.id) for change in found.sections] == [
        ("runs", "r3"),
        ("labels", "a"),
    ]
    assert not found.exact
