"""The notes of a restore, on a real disk."""

import os
import sqlite3
import stat

import anyio
import pytest
from support.documents import case, suite

from crawler.errors import LocalError, SnapshotError
from crawler.restore.ledger import Entry, Ledger, State
from crawler.restore.planning import walk
from crawler.snapshot.document import NodeKind

pytestmark = pytest.mark.anyio

FACTS = {"server": "https://s.example", "project": "p", "snapshot": "sum"}
NODES = [suite(0, "a"), suite(1, "b"), case(2, "t"), case(2, "u")]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state" / "restore.sqlite3"


def opened(path, **facts):
    return Ledger.open(path, {**FACTS, **facts})


def enrolled(path):
    ledger = opened(path)
    ledger.enroll(walk(NODES, set()))
    return ledger


async def test_what_was_noted_is_there_for_the_next_run(path):
    """Sent, made, done and refused are told apart."""
    ledger = enrolled(path)
    async with anyio.create_task_group() as group:
        group.start_soon(ledger.sent, 1)
        group.start_soon(lambda: ledger.made(0, "new-a", state=State.MADE, unlinked=True))
    await ledger.sent(2)
    await ledger.not_sent(2)
    await ledger.made(3, "new-u", state=State.MADE, unlinked=False)
    await ledger.done(3)
    ledger.close()
    again = opened(path)
    assert again.resumed
    assert again.entries(0, 3) == {
        0: Entry(State.MADE, "new-a", unlinked=True),
        1: Entry(State.SENT),
        2: Entry(State.TODO),
        3: Entry(State.DONE, "new-u"),
    }
    wanted = [(NodeKind.SUITE, "a"), (NodeKind.TEST, "t"), (NodeKind.TEST, "gone")]
    assert again.new_ids(wanted) == {wanted[0]: "new-a", wanted[1]: None}
    assert again.belongs("new-a")
    assert not again.belongs("other")
    assert list(again.id_map(NodeKind.TEST)) == [("u", "new-u")]
    again.close()


def test_another_snapshots_restore_is_not_gone_on_with(path):
    """Unless a fresh start is asked for."""
    enrolled(path).close()
    with pytest.raises(LocalError, match="another snapshot") as caught:
        opened(path, snapshot="other")
    assert "--fresh" in str(caught.value)
    ledger = Ledger.open(path, {**FACTS, "snapshot": "other"}, fresh=True)
    assert not ledger.resumed
    assert ledger.entries(0, 9) == {}
    ledger.close()


def test_two_at_once_are_refused(path):
    """They would double what they write."""
    ledger = enrolled(path)
    with pytest.raises(LocalError, match="Another run restores"):
        opened(path)
    ledger.close()


def test_an_id_that_stands_twice_is_refused_and_nothing_is_kept(path):
    """Nothing could tell the two apart on the server."""
    ledger = opened(path)
    with pytest.raises(SnapshotError, match="twice"):
        ledger.enroll(walk([*NODES, suite(0, "b")], set()))
    ledger.close()
    assert not opened(path).resumed


def test_a_damaged_file_is_said_and_never_overwritten(path):
    """Whoever deletes it knows that the next run has to look for what is there."""
    path.parent.mkdir()
    path.write_bytes(b"not a database, but long enough to be taken for one " * 100)
    before = path.read_bytes()
    with pytest.raises(LocalError, match="--merge"):
        opened(path)
    assert path.read_bytes() == before


async def test_a_full_disk_is_an_error_for_all_that_wait(path):
    """And what was noted before stays."""
    ledger = enrolled(path)
    ledger._connection.execute("PRAGMA query_only = 1")
    with pytest.raises(LocalError, match="progress of the restore"):
        await ledger.sent(0)
    ledger.close()
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT sum(state) FROM item").fetchone() == (0,)


async def test_begun_is_what_may_have_left_something_on_the_server(path):
    """So a refused restore stands in no later one's way."""
    ledger = enrolled(path)
    assert not ledger.begun()
    await ledger.sent(0)
    assert ledger.begun()
    await ledger.not_sent(0)
    assert not ledger.begun()
    await ledger.made(0, "new", state=State.DONE, unlinked=False)
    assert ledger.begun()
    ledger.remove()
    assert list(path.parent.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="other systems have no such rights")
def test_the_ledger_is_for_its_owner_alone(path):
    """What SQLite keeps beside it too, from the first moment: it holds IDs and titles."""
    ledger = enrolled(path)
    assert [stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()] == [0o600, 0o600]
    ledger.close()
