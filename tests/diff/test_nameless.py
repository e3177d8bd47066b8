"""Matched by title, what a server gave anew says nothing; what people wrote does."""

from typing import Any

import pytest
from support.documents import HEAD, case, suite

from crawler.diff.changes import Match
from crawler.diff.compare import compare
from crawler.diff.nameless import nameless
from crawler.snapshot.document import Document


def label(own: str, title: str) -> dict[str, Any]:
    return {"type": "label", "id": own, "attributes": {"title": title, "created-at": own}}


def row(own: str, *cells: str) -> dict[str, Any]:
    return {"type": "example", "id": own, "attributes": {"data": list(cells)}}


def document(*included: dict[str, Any]) -> Document:
    """A test whose resources are named by a relationship, as the server does it."""
    names = [{"type": each["type"], "id": each["id"]} for each in included]
    given = {"included": list(included), "relationships": {"all": {"data": names}}}
    return Document(HEAD, [suite(0, "s", title="S"), case(1, "t", title="T", **given)])


def test_labels_and_rows_of_a_restored_project_are_the_same() -> None:
    """Their IDs and times are new, and labels come in the order of their IDs."""
    old = document(label("1", "A"), label("2", "B"), row("8", "x"), row("9", "y"))
    new = document(label("101", "B"), label("102", "A"), row("103", "x"), row("104", "y"))
    assert compare(old, new)
    assert not compare(old, new, match=Match.TITLE)


@pytest.mark.parametrize(
    "new",
    [
        document(label("101", "C"), row("103", "x"), row("104", "y")),
        document(label("101", "A"), row("103", "y"), row("104", "x")),
        document(label("101", "A"), row("103", "x")),
    ],
    ids=["another label", "rows in another order", "a row less"],
)
def test_what_came_along_and_is_another_thing_is_told(new: Document) -> None:
    """Order counts where it is the user's."""
    old = document(label("1", "A"), row("8", "x"), row("9", "y"))
    (change,) = compare(old, new, match=Match.TITLE).changes
    assert "included" in {field.name for field in change.fields}


@pytest.mark.parametrize("odd", [None, 1, "x", ["x", 1, None], {"data": ["x"]}, {"a": {"data": 1}}])
def test_whatever_stands_there_is_taken(odd: Any) -> None:
    """A snapshot may have been written by hand."""
    fields = {"id": "t", "included": odd, "relationships": odd}
    assert nameless(fields) == {"included": odd, "relationships": odd}


def test_what_the_server_makes_and_what_is_empty_says_nothing() -> None:
    """Results of runs, counters, and what another tool's file has no word for."""
    told = {"run_statuses": ["failed"], "public_title": "T", "comments_count": 3, "sync": True}
    empty = {"params": [], "emoji": None, "description": "", "is_shared": False, "state": "manual"}
    old = Document(HEAD, [suite(0, "s", title="S"), case(1, "t", title="T", **told, **empty)])
    new = Document(HEAD, [suite(0, "x", title="S"), case(1, "y", title="T")])
    assert not compare(old, new, match=Match.TITLE)
    off = Document(HEAD, [suite(0, "x", title="S"), case(1, "y", title="T", sync=False)])
    assert compare(off, new, match=Match.TITLE)


def test_of_a_label_only_title_and_value_are_facts_of_the_test_that_bears_it() -> None:
    """Colour and scope are the project's; and a name in `labels` says as much."""
    coloured = label("2", "A")
    coloured["attributes"].update(scope=["tests", "suites"], color="#fff")
    assert not compare(document(label("1", "A")), document(coloured), match=Match.TITLE)
    both, name = (
        case(0, "t", title="T", labels=["A"], **more) for more in ({"included": [coloured]}, {})
    )
    assert not compare(Document(HEAD, [both]), Document(HEAD, [name]), match=Match.TITLE)
