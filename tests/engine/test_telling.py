"""What a listing leaves out, learned from answers that say more."""

import pytest

from crawler.engine.telling import Telling, same_but_for_runs, updated_at
from crawler.model import Resource

ROW = {"title": "A", "labels": [], "updated-at": 1}


def resource(attributes, **more):
    """A suite or a test."""
    return Resource("a", "suite", attributes, **more)


def told(answer, row=ROW, *, times=2, **more):
    """(attributes left out, doubtful owners) after so many pairs of this kind."""
    telling = Telling(lambda value: value, **more)
    for number in range(times):
        telling.compare(f"s{number}", resource(answer), resource(row), above=True)
    return telling.conclude(), sorted(telling.doubtful)


@pytest.mark.parametrize(
    "answer",
    [
        {"title": "A", "labels": [], "updated-at": 1},
        {"title": "A"},
        {"title": None, "labels": None, "updated-at": 1},
    ],
    ids=repr,
)
def test_a_row_may_say_more(answer):
    """An answer that has less takes nothing away from it."""
    assert told(answer) == ((), [])


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        ({**ROW, "notes": "n"}, "notes"),
        ({**ROW, "notes": None}, "notes"),
        ({**ROW, "labels": ["L"]}, "labels"),
        ({**ROW, "title": "A B"}, "title"),
        ({**ROW, "title": 1}, "title"),
    ],
    ids=repr,
)
def test_what_an_answer_says_more_is_left_out(answer, name):
    """Even null, where the row does not have the name at all: it might be something tomorrow."""
    assert told(answer) == ((name,), ["s0", "s1"])


def test_a_flag_that_all_answers_bear_marks_the_kind_of_answer():
    """It is nothing of the item's, unless rows are to stand for answers."""
    answer, row = {**ROW, "is-detail": True}, {**ROW, "is-detail": None}
    assert told(answer, row) == ((), [])
    assert told(answer, row, times=1) == (("is-detail",), ["s0"])
    assert told(answer, row, exact=True) == (("is-detail",), ["s0", "s1"])


def test_an_edit_between_the_two_says_nothing_of_the_listing():
    """But nothing is proven of that item."""
    assert told({**ROW, "title": "B", "updated-at": 2}) == ((), ["s0", "s1"])


def test_what_answers_leave_empty_counts_where_rows_are_to_stand_for_them():
    """Null takes an empty list away, an empty list in place of null adds one."""
    assert told({**ROW, "labels": None}, exact=True)[0] == ("labels",)
    assert told({**ROW, "labels": []}, {**ROW, "labels": None}, exact=True)[0] == ("labels",)


def test_relations_that_no_row_shows_make_their_item_doubtful():
    """Of that item alone; a row that has them too is as good."""
    label = Resource("1", "label", {"title": "L"})
    telling = Telling(lambda value: value)
    telling.compare("hidden", resource(ROW, included=(label,)), resource(ROW))
    telling.compare("shown", resource(ROW, included=(label,)), resource(ROW, included=(label,)))
    telling.compare("named", resource(ROW, relationships={"labels": 1}), resource(ROW))
    assert telling.conclude() == ()
    assert telling.doubtful == {"hidden", "named"}


def test_runs_are_told_from_edits():
    """In any spelling; all else counts, what is included too."""
    one = resource({"title": "A", "run-at": 1, "runStatuses": []})
    assert same_but_for_runs(one, resource({"title": "A", "runAt": 2}), lambda value: value)
    assert not same_but_for_runs(one, resource({"title": "B"}), lambda value: value)
    label = Resource("1", "label", {"title": "L"})
    assert not same_but_for_runs(
        one, resource({"title": "A"}, included=(label,)), lambda value: value
    )


def test_the_time_of_edit_is_found_in_any_spelling():
    """Or there is none."""
    assert [updated_at(resource({name: 5})) for name in ("updated-at", "updatedAt")] == [5, 5]
    assert updated_at(resource({"title": "A"})) is None
