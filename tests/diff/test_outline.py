"""The changes as a tree."""

from typing import Any

from support.differences import everything, nothing
from support.documents import HEAD, case, suite

from crawler.diff.compare import compare
from crawler.diff.outline import outline
from crawler.snapshot.document import Document


def drawn(old: list[Any], new: list[Any]) -> list[str]:
    """The rows between two lists of nodes, indented; a star marks those that changed."""
    found = compare(Document(HEAD, old), Document(HEAD, new))
    return [
        f"{'  ' * row.depth}{row.label}{' *' if row.change else ''}" for row in outline(found.shown)
    ]


def test_every_change_is_in_the_tree_once() -> None:
    """Whatever happened to it; no change makes no tree."""
    found = [row.change.place for row in outline(everything().shown) if row.change]
    assert len(found) == len(set(found))
    assert set(found) == {change.place for change in everything().shown}
    assert list(outline(nothing().shown)) == []


def test_what_went_from_a_renamed_suite_stands_in_it() -> None:
    """Not in a second one of its old name."""
    old = [suite(0, "s", title="Old"), case(1, "t", title="Gone")]
    assert drawn(old, [suite(0, "s", title="New")]) == ["New *", "  Gone *"]


def test_suites_of_one_title_stay_apart() -> None:
    """They are two, as their IDs tell."""
    old = [suite(0, "a", title="A"), suite(0, "b", title="A")]
    new = [old[0], case(1, "t1", title="One"), old[1], case(1, "t2", title="Two")]
    assert drawn(old, new) == ["A", "  One *", "A", "  Two *"]


def test_suites_that_hold_nothing_else_share_a_row() -> None:
    """Even if there are more of them than a stack can hold."""
    above = [suite(depth, f"s{depth}", title="A") for depth in range(3000)]
    test = case(3000, "t", title="Bottom")
    assert drawn(above, [*above, test]) == [" / ".join(["A"] * 3000), "  Bottom *"]


def test_direction_marks_and_escapes_are_made_visible() -> None:
    """Titles are a project's, and hostile."""
    assert drawn([], [case(0, "t", title="\x1b[2J\u202e")]) == ["\\x1b[2J\\u202e *"]
