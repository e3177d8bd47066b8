"""The tests that suites name, in their two tables."""

import sqlite3

import pytest

from crawler.engine.journal_named import (
    NAMED_BODIES,
    Named,
    are_sound,
    forget_named,
    note_named,
    references,
)
from crawler.engine.journal_schema import encode
from crawler.model import Resource, TestRecord, TestReference

TESTS = [
    Named(0, "a", "s", 2.0, 1, b"the first"),
    Named(1, "b"),
    Named(3, "c", None, None, 0, b"the last"),
]


def bodies(db: sqlite3.Connection) -> list[tuple[object, ...]]:
    """What is kept, in order."""
    query = f"SELECT id, body FROM ({NAMED_BODIES.format(side='main')}) ORDER BY lister, ordinal"
    return db.execute(query).fetchall()


def test_each_body_comes_back_and_a_bare_reference_has_none(db):
    """However they lie behind each other."""
    note_named(db, "s", TESTS)
    assert bodies(db) == [("a", b"the first"), ("b", None), ("c", b"the last")]
    assert are_sound(db)


def test_a_second_answer_takes_the_place_of_the_first(db):
    """Also one that names fewer tests, or none."""
    note_named(db, "s", TESTS)
    note_named(db, "s", TESTS[2:])
    assert bodies(db) == [("c", b"the last")]
    assert are_sound(db)
    note_named(db, "s", [])
    assert bodies(db) == []
    assert are_sound(db)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM named WHERE ordinal = 1",
        "UPDATE named SET suite = 't' WHERE id = 'a'",
        "UPDATE named SET size = size - 1 WHERE id = 'c'",
        "DELETE FROM told WHERE lister = 's'",
        "DELETE FROM named WHERE lister = 's'",
        "UPDATE named SET lister = 'u' WHERE lister = 't'",
    ],
)
def test_a_row_that_is_changed_or_gone_is_noticed(db, statement):
    """By the checksum of those that were written together."""
    note_named(db, "s", TESTS)
    note_named(db, "t", TESTS[:1])
    assert db.execute(statement).rowcount >= 1
    assert not are_sound(db)


def test_what_is_forgotten_leaves_nothing(db):
    """And takes nothing else along."""
    note_named(db, "s", TESTS)
    note_named(db, "t", TESTS[:1])
    forget_named(db, "s")
    assert bodies(db) == [("a", b"the first")]
    assert are_sound(db)


def test_a_test_that_an_answer_names_twice_counts_once():
    """The last word counts."""
    resource = Resource("a", "test", {"title": "A"})
    record = TestRecord(resource, "s", 3)
    found = references([TestReference("a"), TestReference("b"), TestReference("a", record)])
    assert list(found) == [Named(2, "a", "s", 3.0, 0, encode(resource)), Named(1, "b")]
