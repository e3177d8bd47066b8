"""What of an item is sent, compared, or has no place."""

from crawler.restore.fields import (
    SENT,
    comparable,
    label_attributes,
    labels_of,
    no_place,
    rows_of,
    sent_fields,
)
from crawler.sending import Label
from crawler.server_made import MADE_BY_SERVER
from crawler.snapshot.document import NodeKind

SUITE, TEST = NodeKind.SUITE, NodeKind.TEST


def label(title, value=None, **more):
    return {"type": "label", "id": "1", "attributes": {"title": title, "value": value, **more}}


def test_no_field_is_both_written_and_left_to_the_server():
    """But the count of all is what it is for each kind."""
    for kind in NodeKind:
        assert not set(SENT[kind]) & set(MADE_BY_SERVER[kind])


def test_a_title_is_always_sent_and_what_is_missing_only_to_clear_it():
    """A test without a title has an empty one."""
    assert sent_fields(TEST, {"id": "a", "priority": "high"}) == {"title": "", "priority": "high"}
    cleared = sent_fields(TEST, {"id": "a", "title": "A"}, clear=True)
    assert cleared["description"] is None
    assert cleared["tags"] == []
    assert "position" not in cleared
    assert "priority" not in cleared


def test_what_the_server_puts_by_itself_does_not_differ():
    """Defaults and empty values say nothing; the order of sets does not count."""
    one = {"id": "a", "title": "A", "priority": "normal", "tags": ["b", "a"], "description": ""}
    other = {"id": "b", "title": "A", "state": "manual", "tags": ["a", "b"], "position": 3}
    assert comparable(TEST, one) | {"id": "b"} == comparable(TEST, other)
    assert comparable(TEST, {**one, "priority": "low"}) != comparable(TEST, one)


def test_labels_are_taken_apart_as_the_included_ones_say():
    """A colon may belong to the title; a label may come as an object, or only along."""
    fields = {
        "labels": ["Odd: one", "Severity:high:er", "Plain", {"title": "T", "value": "v"}, 7, ""],
        "included": [label("Odd: one", color="#fff")],
    }
    found = (Label("Odd: one"), Label("Severity", "high:er"), Label("Plain"), Label("T", "v"))
    assert labels_of(fields) == found
    assert dict(label_attributes(fields))["Odd: one"] == {"title": "Odd: one", "color": "#fff"}
    assert labels_of({"included": [label("Alone", "x")]}) == (Label("Alone", "x"),)


def test_rows_keep_their_order_and_their_doubles():
    """They are what `included` holds of that type."""
    rows = [{"type": "example", "attributes": {"data": data}} for data in ([1], [1], [None])]
    assert rows_of({"included": [*rows, label("x"), "junk"]}) == ([1], [1], [None])


def test_what_has_no_place_is_named_by_its_place():
    """Only if it holds something."""
    fields = {
        "id": "a",
        "milestones": ["1"],
        "notes": "",
        "relationships": {"branch": {"data": {"id": 1}}, "requirement": {"data": [{"id": 1}]}},
        "included": [label("x"), {"type": "requirement", "id": "1"}],
        "to_url": "https://x.example",
    }
    places = {"test.milestones", "test.relationships.requirement", "test.included"}
    assert set(no_place(TEST, fields)) == places
