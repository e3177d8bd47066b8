"""The journal's tables and rows; bodies are JSON, so that no later version needs this code's types.

Ranks tell how much an answer knows of its item, and the higher wins: 0 came along with the suite
that lists it (`lister`), 1 came from a listing in full detail, 2 from a request of its own. A rank
of -1 is a suite that is known to exist but could not be fetched. Tests of rank 0, which are half of
all rows otherwise, stand in tables of their own (`journal_named`). The others may stand there twice
until they are indexed (`journal_indexes`); then the last one counts.

Sections are kept by the list that they were read from: its section, the kind and ID of the item
that it belongs to (both empty for the project's), and its variant. A page with -1 `rows` is a list
that the server does not know; `ids` is a checksum of the IDs on it.

`answer` has whole answers that the server named by an `ETag`, packed; `reused` the suites whose
rows come from the journal of an earlier crawl.

Each row ends with a checksum of its values (`sealed`), or has one elsewhere, so that a bit that
flips on the disk is found before an answer is used again.
"""

from collections.abc import Iterable
from typing import Any, Final
from zlib import crc32

import orjson

from crawler.model import Resource, SuiteRecord, TestRecord

__all__ = (
    "FROM_LISTING",
    "OF_ITS_OWN",
    "SCHEMA",
    "SCHEMA_VERSION",
    "UNFETCHED",
    "WITH_ITS_SUITE",
    "decode",
    "encode",
    "real",
    "seal",
    "sealed",
    "suite_row",
    "test_row",
)

#: Raised with every change of the tables below; a journal of another version is not used.
SCHEMA_VERSION: Final = "8"

UNFETCHED: Final = -1
WITH_ITS_SUITE: Final = 0
FROM_LISTING: Final = 1
OF_ITS_OWN: Final = 2

SCHEMA: Final = """
CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE page (
    listing TEXT, number INTEGER, pages INTEGER, rows INTEGER NOT NULL, seal INTEGER NOT NULL,
    PRIMARY KEY (listing, number)
) WITHOUT ROWID;
CREATE TABLE suite (
    id TEXT NOT NULL, rank INTEGER NOT NULL, lister TEXT NOT NULL, ordinal INTEGER NOT NULL,
    parent TEXT, parent_known INTEGER NOT NULL, is_root INTEGER, position REAL,
    test_count INTEGER, lists INTEGER NOT NULL, body BLOB, seal INTEGER NOT NULL,
    PRIMARY KEY (id, rank, lister)
);
CREATE TABLE child (
    parent TEXT NOT NULL, id TEXT NOT NULL, ordinal INTEGER NOT NULL, seal INTEGER NOT NULL,
    PRIMARY KEY (parent, id)
) WITHOUT ROWID;
CREATE TABLE skeleton (
    id TEXT PRIMARY KEY, parent TEXT, ordinal INTEGER NOT NULL, test_count INTEGER,
    title TEXT NOT NULL, seal INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE test (
    id TEXT NOT NULL, rank INTEGER NOT NULL, ordinal INTEGER NOT NULL, suite TEXT, position REAL,
    has_examples INTEGER NOT NULL, body BLOB NOT NULL, seal INTEGER NOT NULL
);
CREATE TABLE named (
    lister TEXT NOT NULL, ordinal INTEGER NOT NULL, id TEXT NOT NULL, suite TEXT, position REAL,
    has_examples INTEGER NOT NULL, start INTEGER NOT NULL, size INTEGER,
    PRIMARY KEY (lister, ordinal)
) WITHOUT ROWID;
CREATE TABLE told (
    lister TEXT PRIMARY KEY, names INTEGER NOT NULL, bodies BLOB NOT NULL, seal INTEGER NOT NULL
);
CREATE TABLE section_row (
    name TEXT NOT NULL, kind TEXT NOT NULL, owner TEXT NOT NULL, variant INTEGER NOT NULL,
    ordinal INTEGER NOT NULL, id TEXT NOT NULL, body BLOB NOT NULL, seal INTEGER NOT NULL,
    PRIMARY KEY (name, kind, owner, variant, ordinal)
);
CREATE INDEX section_row_id ON section_row (name, id);
CREATE TABLE section_page (
    name TEXT, kind TEXT, owner TEXT, variant INTEGER, number INTEGER, pages INTEGER,
    rows INTEGER NOT NULL, ids INTEGER NOT NULL, seal INTEGER NOT NULL,
    PRIMARY KEY (name, kind, owner, variant, number)
) WITHOUT ROWID;
CREATE TABLE section_failure (
    name TEXT, kind TEXT, owner TEXT, variant INTEGER, number INTEGER,
    reason TEXT NOT NULL, detail TEXT NOT NULL,
    PRIMARY KEY (name, kind, owner, variant, number)
) WITHOUT ROWID;
CREATE TABLE file (
    address TEXT PRIMARY KEY, sha256 TEXT NOT NULL, size INTEGER NOT NULL, type TEXT NOT NULL,
    seal INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE answer (
    target TEXT PRIMARY KEY, etag TEXT NOT NULL, body BLOB NOT NULL, seal INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE reused (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE missing (kind TEXT, id TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE TABLE failure (
    kind TEXT, id TEXT, reason TEXT NOT NULL, detail TEXT NOT NULL, PRIMARY KEY (kind, id)
) WITHOUT ROWID;
"""

Row = tuple[Any, ...]


def seal(*values: Any) -> int:
    """A checksum of a row's values, as they were written or as SQLite gives them back."""
    *facts, last = values
    # Only a body is long, and it stands last; its repr would cost more than its checksum.
    if isinstance(last, bytes):
        return crc32(last, crc32(repr(facts).encode()))
    return crc32(repr(values).encode())


def sealed(*values: Any) -> Row:
    """A row with its checksum; SQLite knows no booleans, so numbers stand for them."""
    plain = [int(value) if isinstance(value, bool) else value for value in values]
    return (*plain, seal(*plain))


def suite_row(record: SuiteRecord, rank: int, lister: str, ordinal: int, lists: int = 0) -> Row:
    """The row of table `suite` for one answer on a suite that lists so many suites and tests."""
    return sealed(
        record.resource.id,
        rank,
        lister,
        ordinal,
        record.parent,
        record.parent_known,
        record.is_root,
        real(record.position),
        record.test_count,
        lists,
        encode(record.resource),
    )


def test_row(record: TestRecord, rank: int, ordinal: int) -> Row:
    """The row of table `test` for one answer on a test."""
    return sealed(
        record.resource.id,
        rank,
        ordinal,
        record.suite,
        real(record.position),
        record.has_examples,
        encode(record.resource),
    )


test_row.__test__ = False  # type: ignore[attr-defined]  # its name looks like a test's


def decode(body: bytes) -> Resource:
    """The resource that `encode` made the body of."""
    return _resource(orjson.loads(body))


def real(number: float | None) -> float | None:
    """The number as SQLite gives it back."""
    return None if number is None else float(number)


def encode(resource: Resource) -> bytes:
    """The body of a row, for `decode`."""
    return orjson.dumps(_plain(resource))


def _plain(resource: Resource) -> list[Any]:
    included = [_plain(other) for other in resource.included]
    return [resource.id, resource.type, resource.attributes, resource.relationships, included]


def _resource(plain: list[Any]) -> Resource:
    identity, kind, attributes, relationships, included = plain
    return Resource(identity, kind, attributes, relationships, _resources(included))


def _resources(plain: Iterable[list[Any]]) -> tuple[Resource, ...]:
    return tuple(_resource(item) for item in plain)
