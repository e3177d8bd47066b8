"""Names, order, collisions and merging: nothing that the server sent is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.model import ItemKind, Resource
from crawler.snapshot.canonical import OWN_KEYS, canonical_fields, snake_case


def fields(*attributes, kind=ItemKind.TEST, **more):
    """The fields of item `i` from answers with these attributes."""
    answers = [Resource("i", "test", sent, **more) for sent in attributes]
    return canonical_fields(kind, "i", answers)


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("file-type", "file_type"),
        ("fileType", "file_type"),
        ("file_type", "file_type"),
        ("FileType", "file_type"),
        ("to_url", "to_url"),
        ("publicURL", "public_url"),
        ("saved-in-branch?", "saved_in_branch?"),
        ("a1B", "a1_b"),
    ],
)
def test_every_spelling_of_a_name_is_snake_case(sent, name):
    """Hyphens, camels and underscores say the same."""
    assert snake_case(sent) == name


def test_keys_stand_in_the_order_that_the_format_promises():
    """ID and title, then the well-known, then the others by name."""
    sent = {"zeta": 1, "tags": [], "description": "d", "alpha": 2, "title": "t", "state": "manual"}
    assert list(fields(sent)) == ["id", "title", "state", "description", "tags", "alpha", "zeta"]
    suite = {"tags": [], "position": 1, "description": "d", "file-type": "file", "title": "t"}
    assert list(fields(suite, kind=ItemKind.SUITE)) == [
        *("id", "title", "file_type", "description", "position", "tags"),
    ]


def test_null_is_left_out_and_false_zero_and_empty_are_not():
    """Only null says nothing."""
    assert fields({"a": None, "b": False, "c": 0, "d": "", "e": [], "f": {}}) == {
        "id": "i",
        "b": False,
        "c": 0,
        "d": "",
        "e": [],
        "f": {},
    }


def test_what_is_null_in_detail_is_not_empty_in_the_snapshot():
    """A lean answer's `[]` says no more than the detailed answer's null; a value would stay."""
    assert fields(
        {"labels": [], "a": "", "b": 0, "c": ["x"]}, dict.fromkeys("abc") | {"labels": None}
    ) == {
        "id": "i",
        "b": 0,
        "c": ["x"],
    }
    assert fields({"labels": []}, {"labels": None, "Labels": []}) == {"id": "i", "labels": []}
    assert fields({"labels": []}, {"title": "t"}) == {"id": "i", "title": "t", "labels": []}


def test_two_names_that_fall_together_are_both_kept():
    """The one spelled like the key has it, the other stands by its own name."""
    assert fields({"file-type": "a", "file_type": "b", "fileType": "c"}) == {
        "id": "i",
        "file_type": "b",
        "other_attributes": {"file-type": "a", "fileType": "c"},
    }


def test_two_names_with_the_same_value_are_one():
    """Nothing is lost by writing it once."""
    assert fields({"run-time": 5, "run_time": 5}) == {"id": "i", "run_time": 5}


@pytest.mark.parametrize("name", sorted(OWN_KEYS - {"id"}))
def test_an_attribute_named_as_a_key_of_the_format_is_kept(name):
    """It may not be mistaken for structure."""
    assert fields({name: [1]}) == {"id": "i", "other_attributes": {name: [1]}}


def test_an_attribute_named_id_is_kept_if_it_says_something_else():
    """The item's own ID is the key."""
    assert fields({"id": "i"}) == {"id": "i"}
    assert fields({"id": 7}) == {"id": "i", "other_attributes": {"id": 7}}


@pytest.mark.parametrize("title", [5, ["a"], {"a": 1}, True, 0])
def test_a_title_that_is_no_text_gives_way(title):
    """The format promises that a title is text, and a complete snapshot keeps that."""
    for kind in ItemKind.SUITE, ItemKind.TEST:
        assert fields({"title": title}, kind=kind) == {
            "id": "i",
            "other_attributes": {"title": title},
        }


def test_the_more_detailed_answer_wins_but_takes_nothing_away():
    """Lean answers give empty labels; an empty value never displaces one."""
    merged = fields({"a": 1, "labels": ["x"], "only": True}, {"a": 2, "labels": [], "only": None})
    assert merged == {"id": "i", "labels": ["x"], "a": 2, "only": True}


def test_different_spellings_in_different_answers_are_one_attribute():
    """A nested answer in camel case, the listing with hyphens."""
    assert fields({"publicTitle": "old"}, {"public-title": "new"}) == {
        "id": "i",
        "public_title": "new",
    }


def test_tags_and_labels_are_sorted_and_other_arrays_are_not():
    """They are sets to the vendor; an order that means something stays."""
    sent = {"tags": ["b", "a"], "labels": [{"title": "z"}, {"title": "y"}], "params": ["b", "a"]}
    assert fields(sent) == {
        "id": "i",
        "params": ["b", "a"],
        "tags": ["a", "b"],
        "labels": [{"title": "y"}, {"title": "z"}],
    }


def test_relationships_and_included_resources_are_kept_with_their_item():
    """Parameter rows come as included resources."""
    row = Resource("e1", "example", {"data": ["a", 1]})
    answer = Resource("i", "test", {}, {"labels": {"data": [{"id": "l"}]}}, (row,))
    lean = Resource("i", "test", {}, {}, (row, Resource("", "note", {"n": 1})))
    assert canonical_fields(ItemKind.TEST, "i", [lean, answer]) == {
        "id": "i",
        "included": [
            {"type": "example", "id": "e1", "attributes": {"data": ["a", 1]}},
            {"type": "note", "attributes": {"n": 1}},
        ],
        "relationships": {"labels": {"data": [{"id": "l"}]}},
    }


names = st.sampled_from(["a-b", "aB", "a_b", "id", "tests", "suites", "x", "X", "included", "A-b"])
values = st.none() | st.booleans() | st.integers(0, 3) | st.text("ab", max_size=2)


@given(st.dictionaries(names, values))
def test_every_value_that_was_sent_is_somewhere(sent):
    """Whatever names collide with whatever."""
    found = fields(sent)
    others = found.get("other_attributes", {})
    for name, value in sent.items():
        if value is None:
            continue
        key = snake_case(name)
        places = [others.get(name)] if key in OWN_KEYS - {"id"} else [others.get(name), found[key]]
        assert value in places


@given(st.dictionaries(names, values))
def test_the_order_in_which_a_server_names_attributes_leaves_no_trace(sent):
    """Two servers, or two releases, may name them in any order."""
    backwards = dict(reversed(sent.items()))
    assert list(fields(sent).items()) == list(fields(backwards).items())


@given(st.sampled_from([*ItemKind][:2]), st.dictionaries(names, values))
def test_an_answer_that_comes_twice_says_the_same_as_once(kind, sent):
    """So the second one need not be read, and one alone may take a shorter way."""
    answer = Resource("x", "thing", sent)
    once, twice = (canonical_fields(kind, "x", answers) for answers in ((answer,), (answer,) * 2))
    assert list(once.items()) == list(twice.items())
