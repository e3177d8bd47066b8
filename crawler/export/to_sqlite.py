"""`sqlite`: a database for Datasette, sqlite-utils or any SQL; nothing is lost.

Tables ``project``, ``suites``, ``tests`` and, each with a foreign key to ``tests``, ``steps``,
``tags``, ``labels``, ``issues``, ``examples``, ``attachments``. ``number`` counts in document order
and is the key, since IDs of a damaged project may repeat. ``fields`` holds all that the snapshot
has, as JSON, for ``json_extract``. ``tests_fts`` (FTS5, "SQLite FTS5 Extension", sqlite.org, an
external content table) searches title and description::

    SELECT tests.* FROM tests_fts JOIN tests ON tests.number = tests_fts.rowid
    WHERE tests_fts MATCH 'basket'
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from crawler.errors import LocalError
from crawler.export.case import Case, Item, Suite
from crawler.export.interface import Job
from crawler.export.losses import AsIs, fields_of

__all__ = ("DATABASE",)

_SCHEMA: Final = """
CREATE TABLE project (id TEXT, title TEXT, url TEXT);
CREATE TABLE suites (
    number INTEGER PRIMARY KEY, id TEXT, parent INTEGER REFERENCES suites (number), title TEXT,
    depth INTEGER, path TEXT, description TEXT, fields TEXT
);
CREATE TABLE tests (
    number INTEGER PRIMARY KEY, id TEXT, suite INTEGER REFERENCES suites (number), title TEXT,
    state TEXT, priority TEXT, assigned_to TEXT, description TEXT, preconditions TEXT,
    expected TEXT, postconditions TEXT, fields TEXT
);
CREATE TABLE steps (
    test INTEGER REFERENCES tests (number), step INTEGER, action TEXT, data TEXT, expected TEXT,
    PRIMARY KEY (test, step)
);
CREATE TABLE tags (test INTEGER REFERENCES tests (number), tag TEXT);
CREATE TABLE labels (test INTEGER REFERENCES tests (number), label TEXT);
CREATE TABLE issues (test INTEGER REFERENCES tests (number), issue TEXT);
CREATE TABLE examples (
    test INTEGER REFERENCES tests (number), row INTEGER, parameter TEXT, value TEXT
);
CREATE TABLE attachments (test INTEGER REFERENCES tests (number), name TEXT, url TEXT);
"""
_INDEXES: Final = """
CREATE INDEX suites_id ON suites (id);
CREATE INDEX suites_parent ON suites (parent);
CREATE INDEX tests_id ON tests (id);
CREATE INDEX tests_suite ON tests (suite);
CREATE INDEX tags_tag ON tags (tag);
CREATE INDEX tags_test ON tags (test);
CREATE INDEX labels_test ON labels (test);
CREATE INDEX issues_test ON issues (test);
CREATE INDEX examples_test ON examples (test);
CREATE INDEX attachments_test ON attachments (test);
CREATE VIRTUAL TABLE tests_fts USING fts5 (
    title, description, content='tests', content_rowid='number'
);
INSERT INTO tests_fts (tests_fts) VALUES ('rebuild');
"""
_PATH: Final = " > "


class _Sqlite:
    name: Final = "sqlite"
    about: Final = "a database with full-text search"
    suffix: Final = ".db"

    def write(self, job: Job) -> None:
        """Write all items; see `Target`."""
        with _database(job.output.file()) as rows:
            rows.add("project", (job.project.id, job.project.title, job.project.url))
            for item in job.items:
                if isinstance(item, Suite):
                    _add_suite(rows, item)
                else:
                    _add_case(rows, item)
                job.losses.settle(item, dict.fromkeys(fields_of(item), AsIs))


class _Rows:
    """The tables under way."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, table: str, values: Sequence[Any]) -> None:
        marks = ", ".join("?" * len(values))
        self._connection.execute(f"INSERT INTO {table} VALUES ({marks})", values)  # noqa: S608  ours


@contextmanager
def _database(path: Path) -> Iterator[_Rows]:
    """A new database.

    Raises:
        LocalError: if the disk is full, or this SQLite has no full-text search.
    """
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            # The file is thrown away if anything fails, so it needs no journal.
            connection.executescript(
                f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;{_SCHEMA}"
            )
            connection.execute("BEGIN")
            yield _Rows(connection)
            connection.execute("COMMIT")
            connection.executescript(_INDEXES)
    except sqlite3.Error as error:
        raise LocalError(f"Could not write the database: {error}.") from error


def _add_suite(rows: _Rows, suite: Suite) -> None:
    rows.add(
        "suites",
        (
            *(suite.number, suite.id, suite.parent or None, suite.title, suite.depth),
            *(_PATH.join(suite.path), suite.text("description"), _json(suite)),
        ),
    )


def _add_case(rows: _Rows, case: Case) -> None:
    parsed = case.parsed
    rows.add(
        "tests",
        (
            *(case.number, case.id, case.suites[-1].number if case.suites else None, case.title),
            *(case.text("state"), case.text("priority"), case.text("assigned_to")),
            *(case.text("description"), parsed.preconditions, parsed.expected),
            *(parsed.postconditions, _json(case)),
        ),
    )
    for number, step in enumerate(parsed.steps, 1):
        rows.add("steps", (case.number, number, step.action, step.data, step.expected))
    for table in ("tags", "labels", "issues"):
        for word in case.words(table):
            rows.add(table, (case.number, word))
    if examples := case.examples:
        for number, row in enumerate(examples.rows, 1):
            for name, value in zip(examples.names, row, strict=True):
                rows.add("examples", (case.number, number, name, value))
    for each in case.attachments:
        rows.add("attachments", (case.number, each.name, each.url))


def _json(item: Item) -> str:
    return json.dumps(dict(item.fields), ensure_ascii=False)


DATABASE: Final = _Sqlite()
