"""What `--stable` leaves out, by its place in the document."""

import pytest

from crawler.errors import ConfigError
from crawler.model import ItemKind
from crawler.snapshot.noise import VOLATILE, Omission


def test_a_place_names_the_kind_of_item_and_the_field():
    """The same field of the other kind stays."""
    omission = Omission(["test.updated_at"])
    assert omission.apply(ItemKind.TEST, {"id": "t", "updated_at": 1}) == {"id": "t"}
    assert omission.apply(ItemKind.SUITE, {"updated_at": 1}) == {"updated_at": 1}


def test_a_bare_name_deeper_down_is_content():
    """A user's own field may have any name."""
    fields = {"custom": {"updated_at": 1}, "list": [{"updated_at": 2}]}
    assert Omission(VOLATILE).apply(ItemKind.TEST, fields) == fields


def test_a_place_may_lie_deeper():
    """Through mappings and lists."""
    omission = Omission(["test.included[].attributes.updated-at", "test.meta.seen"])
    fields = {
        "included": [{"attributes": {"updated-at": 1, "data": 2}}, "odd", {"attributes": 3}],
        "meta": {"seen": 1, "kept": 2},
    }
    assert omission.apply(ItemKind.TEST, fields) == {
        "included": [{"attributes": {"data": 2}}, "odd", {"attributes": 3}],
        "meta": {"kept": 2},
    }


def test_places_are_named_once_and_in_order():
    """They stand in the document."""
    assert Omission(["test.b", "suite.a", "test.b"]).places == ("suite.a", "test.b")


@pytest.mark.parametrize("place", ["updated_at", "run.status", "test", "test.", "test..a", ""])
def test_what_is_no_place_is_refused_with_an_example(place):
    """With what a place looks like."""
    with pytest.raises(ConfigError, match=r"test\.updated_at"):
        Omission([place])


def test_the_id_cannot_be_left_out():
    """Without it a snapshot could not be compared or restored."""
    with pytest.raises(ConfigError, match="ID"):
        Omission(["test.id"])
