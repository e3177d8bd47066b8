"""The least that the crawl's promises take in Python, for one form of answers and no trouble.

Each answer is parsed and kept in SQLite before the next one is asked for; in the end the tree is
read from there, suite by suite, the test of the listing laid over the one that came with its suite,
and written with the sum of the file and the sum of the content. There is no check of anything.
"""

import hashlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

__all__ = ("Floor",)

_BATCH = 16


class Floor:
    """Takes answers in, then writes them; its database is beside the file that it writes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._database = path.with_suffix(".sqlite3")
        self._answers = 0
        self._database.unlink(missing_ok=True)
        self._db = sqlite3.connect(self._database, isolation_level=None)
        for pragma in ("locking_mode = EXCLUSIVE", "journal_mode = WAL", "synchronous = NORMAL"):
            self._db.execute(f"PRAGMA {pragma}")
        for table in ("suite", "test"):
            self._db.execute(f"CREATE TABLE {table} (id TEXT PRIMARY KEY, body BLOB)")
        self._db.execute("BEGIN")

    def take(self, target: str, body: bytes) -> None:
        """Keep one answer."""
        found = orjson.loads(body)
        if "/tests?" in target:
            rows = [(each["id"], orjson.dumps(each["attributes"])) for each in found["data"]]
            self._db.executemany("INSERT INTO test VALUES (?, ?)", rows)
        elif "/suites/" in target and not target.endswith("/tree"):
            self._db.execute("INSERT INTO suite VALUES (?, ?)", (found["data"]["id"], body))
        self._answers += 1
        if self._answers % _BATCH == 0:
            self._db.execute("COMMIT")
            self._db.execute("BEGIN")

    def write(self) -> None:
        """Write the suites and their tests, one after the other, and take both sums."""
        self._db.execute("COMMIT")
        file, content = hashlib.sha256(), hashlib.sha256()
        with self._path.open("wb") as out:
            for item in self._items():
                text = orjson.dumps(item, option=orjson.OPT_INDENT_2)
                file.update(text)
                content.update(orjson.dumps(item, option=orjson.OPT_SORT_KEYS))
                out.write(text)
        self._db.close()
        self._database.unlink()

    def _items(self) -> Iterator[dict[str, Any]]:
        for (body,) in self._db.execute("SELECT body FROM suite"):
            suite = orjson.loads(body)
            yield {"id": suite["data"]["id"], **suite["data"]["attributes"]}
            for each in suite["included"]:
                if each["type"] == "test":
                    ((detail,),) = self._db.execute(
                        "SELECT body FROM test WHERE id = ?", (each["id"],)
                    )
                    yield {"id": each["id"], **each["attributes"], **orjson.loads(detail)}
