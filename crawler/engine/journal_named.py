"""The tests that suites name in their own answers, as the journal keeps them.

What places a test is a row of `named`; the bodies of all tests of an answer lie behind each other
in its one row of `told`, each `size` bytes from `start` on (a bare reference has no size). So the
tests of a suite are rows that lie side by side and one blob, written and read at once. The checksum
of that row covers the bodies and, by `names`, the rows of `named`.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import groupby, zip_longest
from operator import itemgetter
from typing import Any, Final, NamedTuple

from crawler.engine.journal_schema import encode, real, seal, sealed
from crawler.model import TestReference

__all__ = (
    "NAMED_BODIES",
    "Named",
    "are_sound",
    "forget_named",
    "note_named",
    "references",
)

#: The tests that suites name, on one `side`; a body is null if none came along.
NAMED_BODIES: Final = """
    SELECT lister, ordinal, id, suite, position, substr(bodies, start + 1, size) AS body
    FROM {side}.named JOIN {side}.told USING (lister)
"""
_NAMES: Final = """
    SELECT lister, ordinal, id, suite, position, has_examples, start, size FROM named
    ORDER BY lister, ordinal
"""


class Named(NamedTuple):
    """A test as a suite names it, at this place among its tests."""

    ordinal: int
    id: str
    suite: str | None = None
    position: float | None = None
    has_examples: int = 0
    body: bytes | None = None


def references(tests: Iterable[TestReference]) -> Iterator[Named]:
    """The tests of an answer, each once."""
    places = {test.id: (ordinal, test.record) for ordinal, test in enumerate(tests)}
    for identity, (ordinal, record) in places.items():
        if record is None:
            yield Named(ordinal, identity)
        else:
            position, examples = real(record.position), int(record.has_examples)
            body = encode(record.resource)
            yield Named(ordinal, identity, record.suite, position, examples, body)


def note_named(db: sqlite3.Connection, lister: str, tests: Iterable[Named]) -> None:
    """Note the tests that a suite names, in the place of those that it named before."""
    names: list[tuple[Any, ...]] = []
    bodies: list[bytes] = []
    start = 0
    for *facts, body in sorted(tests, key=itemgetter(0)):
        names.append((*facts, start, None if body is None else len(body)))
        if body is not None:
            bodies.append(body)
            start += len(body)
    forget_named(db, lister)
    if names:
        told = sealed(lister, seal(names), b"".join(bodies))
        db.execute("INSERT INTO main.told VALUES (?, ?, ?, ?)", told)
        rows = [(lister, *name) for name in names]
        db.executemany("INSERT INTO main.named VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)


def forget_named(db: sqlite3.Connection, lister: str) -> None:
    """Forget the tests that a suite named."""
    db.execute("DELETE FROM main.named WHERE lister = ?", (lister,))
    db.execute("DELETE FROM main.told WHERE lister = ?", (lister,))


def are_sound(db: sqlite3.Connection) -> bool:
    """Whether the rows of `named` are those that the rows of `told` were written with."""
    groups = groupby(db.execute(_NAMES), key=itemgetter(0))
    found = ((lister, seal([row[1:] for row in rows])) for lister, rows in groups)
    told = db.execute("SELECT lister, names FROM told ORDER BY lister")
    return all(one == other for one, other in zip_longest(found, told))
