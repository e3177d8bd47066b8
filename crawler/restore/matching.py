"""Which items of a snapshot are in a project already: by a kept map of IDs, or by path and title.

A suite or test matches one of the same kind and title under the suite that its own parent matched;
of several the first in the project's order. What matches nothing is new, and so is all below it.
"""

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from crawler.restore.fields import comparable, content_sum
from crawler.restore.ledger import Ledger, State
from crawler.restore.links import Reference
from crawler.restore.planning import ROOT, Item, plain_title, text_of
from crawler.restore.texts import Texts
from crawler.snapshot.document import Node, NodeKind

__all__ = ("Matched", "match_items", "matched_before")

_FACT = "matched"
_TAKE = (
    "SELECT id FROM present WHERE kind = ? AND parent IS ? AND title = ? AND taken = 0"
    " ORDER BY place LIMIT 1"
)
_GIVEN = "SELECT id FROM present WHERE kind = ? AND id = ? AND taken = 0"


@dataclass(frozen=True, slots=True)
class Matched:
    """How many items are there already; `differ` of them are not what the snapshot says.

    `present` counts everything that the project held before.
    """

    suites: int = 0
    tests: int = 0
    differ: int = 0
    present: int = 0


def matched_before(ledger: Ledger) -> Matched | None:
    """What an earlier run found, `None` if it did not come so far."""
    noted = ledger.fact(_FACT)
    return None if noted is None else Matched(*map(int, noted.split()))


def match_items(
    ledger: Ledger,
    items: Callable[[], Iterable[Item]],
    present: Iterable[Node],
    given: Mapping[Reference, str],
    texts: Texts,
) -> Matched:
    """Match the items with what is `present`, in one transaction of the ledger.

    `items` starts a walk through the snapshot; `given` has the new IDs that are known beforehand.
    """
    with ledger.matching() as db:
        _note_present(db, present)
        _find_partners(db, items(), given)
        differ = _compare(db, items(), _within(db, texts))
        counts = dict(
            db.execute("SELECT kind, count(*) FROM item WHERE new IS NOT NULL GROUP BY kind")
        )
        (held,) = db.execute("SELECT count(*) FROM present").fetchone()
        found = Matched(
            counts.get(NodeKind.SUITE, 0), counts.get(NodeKind.TEST, 0), differ, int(held)
        )
        noted = f"{found.suites} {found.tests} {found.differ} {found.present}"
        db.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (_FACT, noted))
    return found


def _note_present(db: sqlite3.Cursor, present: Iterable[Node]) -> None:
    path: list[str] = []
    for place, node in enumerate(present):
        identity = str(node.fields["id"])
        del path[node.depth :]
        parent = path[-1] if path else None
        path.append(identity)
        position = node.fields.get("position")
        summed = _sum(node.kind, node.fields, parent, position)
        title = plain_title(node.fields.get("title"))
        row = (identity, node.kind, parent, title, place, summed, 0)
        db.execute("INSERT OR IGNORE INTO present VALUES (?, ?, ?, ?, ?, ?, ?)", row)


def _find_partners(
    db: sqlite3.Cursor, items: Iterable[Item], given: Mapping[Reference, str]
) -> None:
    path: list[str | None] = []
    for item in items:
        del path[item.depth :]
        parent = path[-1] if path else None
        row = None
        known = given.get((item.kind, item.old))
        if known is not None:
            row = db.execute(_GIVEN, (item.kind, known)).fetchone()
        if row is None and (item.parent == ROOT or parent is not None):
            row = db.execute(_TAKE, (item.kind, parent, plain_title(item.title))).fetchone()
        path.append(row[0] if row else None)
        if row:
            db.execute("UPDATE present SET taken = 1 WHERE id = ?", row)
            values = (State.MATCHED, row[0], item.number)
            db.execute("UPDATE item SET state = ?, new = ? WHERE number = ?", values)


def _within(db: sqlite3.Cursor, texts: Texts) -> Texts:
    """The same with what this transaction knows; no file is sent yet."""

    def new_ids(references: Iterable[Reference]) -> dict[Reference, str | None]:
        query = "SELECT new FROM item WHERE kind = ? AND old = ?"
        return {each: new for each in references for (new,) in db.execute(query, each).fetchall()}

    def addresses(keys: Iterable[str]) -> dict[str, str | None]:
        query = "SELECT key, NULL FROM address WHERE key = ?"
        return dict(row for key in keys for row in db.execute(query, (key,)).fetchall())

    return replace(texts, new_ids=new_ids, addresses=addresses)


def _compare(db: sqlite3.Cursor, items: Iterable[Item], texts: Texts) -> int:
    """Note those that are what they should be as done; how many are not."""
    path: list[str | None] = []
    differ = 0
    query = "SELECT item.new, sum FROM item LEFT JOIN present ON id = item.new WHERE number = ?"
    for item in items:
        del path[item.depth :]
        parent = path[-1] if path else None
        new, summed = db.execute(query, (item.number,)).fetchone()
        path.append(new)
        if new is None:
            continue
        fields = _rewritten(item, texts)
        if fields is not None and _sum(item.kind, fields, parent, item.position) == summed:
            db.execute("UPDATE item SET state = ? WHERE number = ?", (State.DONE, item.number))
        else:
            differ += 1
    return differ


def _rewritten(item: Item, texts: Texts) -> Mapping[str, Any] | None:
    """The fields as they should be; `None` if something in the text is not known yet."""
    text = text_of(item.fields)
    rewritten, unknown = texts.rewritten(text)
    if unknown:
        return None
    return item.fields if rewritten == text else {**item.fields, "description": rewritten}


def _sum(kind: NodeKind, fields: Mapping[str, Any], parent: str | None, position: Any) -> bytes:
    values = comparable(kind, fields)
    del values["id"]
    return content_sum({"parent": parent, "position": position, "values": values})
