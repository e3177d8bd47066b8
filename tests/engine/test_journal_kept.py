"""The journal that a crawl leaves for the next one."""

import sqlite3
from contextlib import closing

import pytest
from support.fake_source import IDENTITY, FakeSource

from crawler.engine.journal_kept import attach_kept, keep, kept_beside
from crawler.errors import LocalError

pytestmark = pytest.mark.anyio


async def test_a_kept_journal_is_read_beside_the_next_one(open_journal, run):
    """With the number of crawls since a full one."""
    journal = open_journal()
    await run(FakeSource({"a": None}), journal)
    keep(journal, 3)
    following = open_journal()
    assert attach_kept(following, IDENTITY).nights == 3
    assert [*following.query("SELECT id FROM kept.suite WHERE rank = 2")] == [("a",)]
    assert not following.resumed


async def test_nothing_is_there_to_attach_at_first(open_journal):
    """And nobody has to hear of it."""
    found = attach_kept(open_journal(), IDENTITY)
    assert (found.nights, found.note) == (None, "")


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\0" + b"x" * 4096])
def test_what_is_no_journal_is_set_aside(open_journal, content):
    """It may be of use to somebody; not to us."""
    journal = open_journal()
    place = kept_beside(journal.path)
    place.write_bytes(content)
    found = attach_kept(journal, IDENTITY)
    assert found.nights is None
    assert "What the last crawl left was damaged" in found.note
    assert not place.exists()
    assert place.with_name(place.name + ".damaged").read_bytes() == content


async def test_a_disk_that_refuses_leaves_the_kept_one_as_it_was(
    open_journal, run, monkeypatch, tmp_path
):
    """The crawl's own journal stays, too."""
    journal = open_journal()
    await run(FakeSource({"a": None}), journal)
    keep(journal, 0)
    before = kept_beside(journal.path).read_bytes()
    following = open_journal()
    await run(FakeSource({"b": None}), following)

    def refuse(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.replace", refuse)
        with pytest.raises(LocalError, match="keep the state for the next run"):
            keep(following, 1)
    assert kept_beside(journal.path).read_bytes() == before
    again = open_journal()
    assert again.resumed
    keep(again, 1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["p.kept.sqlite3"]


async def test_what_lies_beside_an_older_one_meets_no_newer_one(open_journal, run):
    """A log that SQLite left would otherwise be taken for that of the new file."""
    journal = open_journal()
    place = kept_beside(journal.path)
    log = place.with_name(place.name + "-wal")
    log.write_bytes(b"of another file")
    await run(FakeSource({"a": None}), journal)
    keep(journal, 0)
    assert not log.exists()
    with closing(sqlite3.connect(place)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert connection.execute("SELECT count(*) FROM suite WHERE rank = 2").fetchone() == (1,)
