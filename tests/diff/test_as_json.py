"""The JSON of a difference: what applying refuses, in a sentence."""

import json
from typing import Any

import pytest
from support.differences import NEW, OLD, everything, many
from support.documents import HEAD, case, suite

from crawler.diff.applying import apply as applied
from crawler.diff.as_json import apply, dumped, load
from crawler.diff.changes import Match
from crawler.diff.compare import compare
from crawler.errors import SnapshotError
from crawler.snapshot.document import Document


def text(**more: Any) -> str:
    """The JSON of the difference in which everything happens, with some keys replaced."""
    return json.dumps(json.loads("".join(dumped(everything()))) | more)


def test_the_numbers_that_follow_are_there_and_so_the_new_snapshot_is_whole() -> None:
    """Though no form for people lists them."""
    result = apply(OLD, text())
    assert [node.fields for node in result.nodes] == [node.fields for node in NEW.nodes]
    assert result.head == NEW.head


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "[]",
        "{}",
        text(format="testomat-diff/2"),
        text(changes=[{"kind": "none"}]),
        text(new={}),
        text(match="name"),
        text(changes=7),
    ],
)
def test_what_is_no_diff_is_refused(broken: str) -> None:
    """Whatever is wrong with it."""
    with pytest.raises(SnapshotError):
        load(broken)


def test_a_diff_is_refused_by_a_snapshot_that_it_was_not_taken_from() -> None:
    """It names the item that is not as it says."""
    with pytest.raises(SnapshotError, match="does not fit this snapshot"):
        apply(NEW, text())
    with pytest.raises(SnapshotError, match="does not fit this snapshot"):
        apply(Document(HEAD, []), text())


def test_a_diff_that_hangs_items_below_each_other_is_refused() -> None:
    """They would be in the document and nowhere in its tree."""
    old = Document(HEAD, [suite(0, "a"), suite(1, "b"), suite(0, "c")])
    new = Document(HEAD, [suite(0, "a"), suite(0, "c"), suite(1, "b")])
    changed = json.loads("".join(dumped(compare(old, new))))
    changed["changes"][0]["new"]["parent"] = "b"
    with pytest.raises(SnapshotError, match="have no place"):
        apply(old, json.dumps(changed))


@pytest.mark.parametrize(
    "difference",
    [compare(OLD, NEW, ignored=("test.x",)), compare(OLD, NEW, match=Match.TITLE)],
    ids=["ignored", "by title"],
)
def test_a_diff_that_does_not_say_all_is_not_applied(difference: Any) -> None:
    """It says why, and how to get one that can be."""
    with pytest.raises(SnapshotError, match="cannot be applied") as caught:
        applied(OLD, difference)
    assert "--ignore" in caught.value.hint


def test_a_snapshot_with_an_id_twice_is_refused() -> None:
    """Nothing could tell which of them is meant."""
    twice = Document(HEAD, [suite(0, "s"), case(1, "t"), case(1, "t")])
    with pytest.raises(SnapshotError, match="the test 't' twice"):
        applied(twice, many(0))
