"""The journal keeps what was acknowledged, for this project and account alone."""

import sqlite3
import stat
import subprocess
import sys
from datetime import timedelta

import anyio
import pytest
from support.fake_source import IDENTITY, NOW

from crawler.engine.journal import Identity, Journal
from crawler.engine.section_recording import section_page_answered
from crawler.errors import LocalError
from crawler.model import Listing, SectionListing, SectionName


def insert(value):
    """An operation that writes one fact."""
    return lambda db: db.execute("INSERT INTO fact VALUES (?, 'x')", (value,))


def facts(journal):
    """The names of the facts that the tests wrote."""
    rows = journal.query("SELECT name FROM fact WHERE value = 'x' ORDER BY name")
    return [name for (name,) in rows]


async def write(journal, *values):
    """Write these facts side by side, as workers do."""
    async with journal.writing(), anyio.create_task_group() as group:
        for value in values:
            group.start_soon(journal.write, insert(value))


@pytest.mark.anyio
async def test_what_is_written_is_there_for_the_next_run(open_journal):
    """That is what it is for."""
    journal = open_journal()
    await write(journal, "a", "b", "c")
    journal.close()
    again = open_journal(now=NOW + timedelta(hours=1), max_age=timedelta(hours=2))
    assert again.resumed
    assert again.notes == []
    assert facts(again) == ["a", "b", "c"]


@pytest.mark.anyio
async def test_results_alone_are_something_to_go_on_from(open_journal):
    """A project may have thousands of them before its first suite is read, or no suites at all."""
    journal = open_journal()
    assert not journal.has_answers()
    page = section_page_answered(SectionListing(SectionName.RUNS), 1, Listing(1, (), 1))
    async with journal.writing():
        await journal.write(page)
    assert journal.has_answers()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"identity": Identity(IDENTITY.server, IDENTITY.project, "other")}, "another account"),
        ({"identity": Identity("https://else.test", IDENTITY.project, "")}, "another project"),
        (
            {"identity": Identity(IDENTITY.server, IDENTITY.project, IDENTITY.account, "a part")},
            "another part of the project",
        ),
        ({"now": NOW + timedelta(hours=3)}, "older than 2 hours"),
        ({"now": NOW - timedelta(hours=1)}, "older than 2 hours"),
        ({"fresh": True}, "fresh start"),
    ],
)
@pytest.mark.anyio
async def test_state_that_does_not_fit_is_not_used_and_said_so(tmp_path, change, reason):
    """Another account may see another project under the same name."""
    path = tmp_path / "p.sqlite3"
    settings = {"identity": IDENTITY, "now": NOW, "max_age": timedelta(hours=2)}
    first = Journal.open(path, **settings)
    await write(first, "a")
    first.close()
    journal = Journal.open(path, **{**settings, **change})
    assert not journal.resumed
    assert facts(journal) == []
    assert reason in journal.notes[0]
    journal.close()


def test_state_of_another_version_is_not_used(tmp_path, open_journal):
    """Its tables may mean something else."""
    open_journal().close()
    with sqlite3.connect(tmp_path / "p.sqlite3") as db:
        db.execute("UPDATE fact SET value = '0' WHERE name = 'version'")
    db.close()
    journal = open_journal()
    assert not journal.resumed
    assert "another version" in journal.notes[0]


@pytest.mark.parametrize("damage", ["not a database at all" * 100, "header", "middle"])
@pytest.mark.anyio
async def test_damaged_state_is_set_aside_and_the_run_begins_anew(tmp_path, open_journal, damage):
    """Never fatal."""
    journal = open_journal()
    await write(journal, *(f"{number:0500}" for number in range(200)))
    journal.close()
    path = tmp_path / "p.sqlite3"
    content = bytearray(path.read_bytes())
    if damage == "header":
        content[:100] = b"\xff" * 100
    elif damage == "middle":
        content[4096 * 3 : 4096 * 12] = b"\xff" * 4096 * 9
    else:
        content[:] = damage.encode()
    path.write_bytes(content)
    fresh = open_journal()
    assert not fresh.resumed
    assert "damaged" in fresh.notes[0]
    assert (tmp_path / "p.sqlite3.damaged").read_bytes() == bytes(content)


def test_a_second_run_on_the_same_state_says_so(open_journal):
    """Two crawls would overwrite each other's answers."""
    open_journal()
    with pytest.raises(LocalError, match="Another run"):
        open_journal()


def test_a_second_process_on_the_same_state_says_so(tmp_path, open_journal):
    """The lock holds between processes."""
    open_journal()
    code = (
        "import sys, datetime, pathlib\n"
        "from crawler.engine.journal import Identity, Journal\n"
        "Journal.open(pathlib.Path(sys.argv[1]), Identity('', '', ''),"
        " now=datetime.datetime.now(datetime.UTC))"
    )
    path = str(tmp_path / "p.sqlite3")
    done = subprocess.run(
        [sys.executable, "-c", code, path], check=False, capture_output=True, text=True
    )
    assert "LocalError: Another run" in done.stderr


def test_state_is_for_its_owner_alone(tmp_path, open_journal):
    """A project's content is not everybody's business."""
    open_journal()
    for path in tmp_path.glob("p.sqlite3*"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_folder_that_is_a_file_is_a_plain_sentence(tmp_path):
    """Not a traceback."""
    (tmp_path / "state").write_text("")
    with pytest.raises(LocalError, match="Could not use the state file"):
        Journal.open(tmp_path / "state" / "p.sqlite3", IDENTITY, now=NOW)


def test_removing_leaves_nothing(tmp_path, open_journal):
    """On success the state goes."""
    open_journal().remove()
    assert list(tmp_path.iterdir()) == []


def test_folders_that_were_made_for_it_go_with_it(tmp_path):
    """A run that is refused leaves no empty folders, and takes nobody else's."""
    path = tmp_path / "a" / "b" / "p.sqlite3"
    Journal.open(path, IDENTITY, now=NOW).remove()
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "a").mkdir()
    Journal.open(path, IDENTITY, now=NOW).remove()
    assert list(tmp_path.iterdir()) == [tmp_path / "a"]
    journal = Journal.open(path, IDENTITY, now=NOW)
    (path.parent / "another").touch()
    journal.remove()
    assert list(path.parent.iterdir()) == [path.parent / "another"]


def test_a_file_that_cannot_be_made_leaves_no_folders(tmp_path):
    """Its name is too long, for example."""
    with pytest.raises(LocalError):
        Journal.open(tmp_path / "a" / ("x" * 300), IDENTITY, now=NOW)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.anyio
async def test_an_operation_that_fails_is_an_error_for_its_caller(open_journal):
    """And for those in the same transaction, since it is rolled back."""
    journal = open_journal()
    async with journal.writing():
        with pytest.raises(LocalError, match="Could not keep progress"):
            await journal.write(lambda db: db.execute("INSERT INTO nowhere VALUES (1)"))
        await journal.write(insert("later"))
    assert facts(journal) == ["later"]


@pytest.mark.anyio
async def test_what_came_before_a_cancellation_is_written(open_journal):
    """A crawl that is stopped keeps what it has."""
    journal = open_journal()
    with anyio.CancelScope() as scope:
        async with journal.writing():
            scope.cancel()
            await journal.write(insert("kept"))
    assert facts(journal) == ["kept"]


def test_a_query_that_nobody_reads_to_its_end_ends_with_the_journal(open_journal):
    """As where the reader of a snapshot goes away."""
    journal = open_journal()
    rows = journal.query("SELECT 1 UNION ALL SELECT 2")
    assert next(rows) == (1,)
    journal.close()
    rows.close()
