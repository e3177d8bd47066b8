"""Saved progress that is not what was written: found before it is used, and never in a snapshot."""

import random
from datetime import timedelta

import anyio
import pytest
from support.direct import Direct, snapshot

from crawler.demo import generate, world_of
from crawler.errors import LocalError, OutageError

pytestmark = pytest.mark.anyio


def direct():
    """A small project, of which each test has a copy of its own."""
    return Direct(world_of(generate(5, 12, 3, fan_out=3, text_bytes=60)))


async def interrupt(folder, monkeypatch, after=14):
    """Leave the state of a crawl that was stopped after so many requests; its file and the rest."""

    def stop(_target, number):
        if number > after:
            raise OutageError("Stopped by the test")

    server = direct()
    server.on_request = stop
    with pytest.raises(OutageError):
        await snapshot(server, folder, monkeypatch)
    (path,) = (folder / "state").glob("*.sqlite3")
    return path


async def resumed(folder, monkeypatch):
    """What the next run writes; `None` if it ends with a sentence of its own."""
    try:
        return await snapshot(direct(), folder, monkeypatch)
    except LocalError as error:
        assert "--fresh" in str(error) or "Could not" in str(error)  # noqa: PT017
        return None


@pytest.fixture
async def whole(tmp_path, monkeypatch):
    """The bytes of an undisturbed crawl, and a state that holds most of one."""
    (tmp_path / "whole").mkdir()
    taken = await snapshot(direct(), tmp_path / "whole", monkeypatch)
    path = await interrupt(tmp_path, monkeypatch)
    return taken.content, path, path.read_bytes()


async def test_a_state_that_is_whole_is_used(tmp_path, monkeypatch, whole):
    """Or the tests below would show nothing."""
    content, _, _ = whole
    taken = await resumed(tmp_path, monkeypatch)
    assert taken.content == content
    assert taken.result.tally.resumed > 5
    assert taken.result.warnings == ()


@pytest.mark.parametrize("seed", range(40))
async def test_a_flipped_bit_anywhere_never_reaches_a_snapshot(tmp_path, monkeypatch, whole, seed):
    """The state is set aside, or the bit was in a place that says nothing."""
    content, path, saved = whole
    chance, damaged = random.Random(seed), bytearray(saved)
    for _ in range(chance.choice([1, 1, 3])):
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
    path.write_bytes(damaged)
    taken = await resumed(tmp_path, monkeypatch)
    assert taken is None or taken.content == content


@pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 0.5, 0.9, 0.999])
async def test_a_file_that_was_cut_never_reaches_a_snapshot(tmp_path, monkeypatch, whole, share):
    """As a full disk or a copy that was broken off leaves it."""
    content, path, saved = whole
    path.write_bytes(saved[: int(len(saved) * share)])
    taken = await resumed(tmp_path, monkeypatch)
    assert taken is None or taken.content == content


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM child WHERE id = (SELECT min(id) FROM child)",
        "DELETE FROM named WHERE id = (SELECT min(id) FROM named)",
        "UPDATE named SET ordinal = ordinal + 100 WHERE id = (SELECT max(id) FROM named)",
        "DELETE FROM told WHERE lister = (SELECT max(lister) FROM told)",
        "UPDATE told SET bodies = zeroblob(length(bodies))",
        "UPDATE test SET suite = (SELECT min(id) FROM suite) WHERE rank = 1",
        "UPDATE suite SET test_count = 0 WHERE rank = 2",
        "UPDATE suite SET position = 99 WHERE id = (SELECT max(id) FROM suite)",
        "UPDATE fact SET value = '2999-01-01T00:00:00+00:00' WHERE name = 'started'",
        "DELETE FROM suite WHERE rank = 2 AND id = (SELECT min(parent) FROM child)",
    ],
)
async def test_rows_that_are_gone_or_changed_are_noticed(tmp_path, monkeypatch, whole, statement):
    """SQLite itself finds nothing wrong with these."""
    import sqlite3  # noqa: PLC0415  nothing else here needs it

    content, path, _ = whole
    with sqlite3.connect(path) as db:
        assert db.execute(statement).rowcount >= 1
    db.close()
    taken = await resumed(tmp_path, monkeypatch)
    assert taken.content == content
    assert taken.result.tally.resumed == 0
    assert len(taken.result.warnings) == 1


@pytest.mark.parametrize("seed", range(12))
async def test_a_log_that_is_damaged_never_reaches_a_snapshot(tmp_path, monkeypatch, seed):
    """The write-ahead log of a killed run, flipped or cut."""
    state, kept = tmp_path / "state", {}

    def copy(_target, number):
        if number == 15:  # as SIGKILL leaves it
            kept.update({each.name: each.read_bytes() for each in state.iterdir()})

    server = direct()
    server.on_request = copy
    (tmp_path / "whole").mkdir()
    content = (await snapshot(server, tmp_path, monkeypatch)).content
    (name,) = (each for each in kept if each.endswith("-wal"))
    chance, log = random.Random(seed), bytearray(kept[name])
    if seed % 3:
        log[chance.randrange(len(log))] ^= 1 << chance.randrange(8)
    else:
        del log[chance.randrange(len(log)) :]
    state.mkdir()
    for each, saved in {**kept, name: bytes(log)}.items():
        (state / each).write_bytes(saved)
    taken = await resumed(tmp_path, monkeypatch)
    assert taken is None or taken.content == content


async def test_state_that_is_too_old_is_not_used_and_said_so(tmp_path, monkeypatch):
    """A nightly backup does not go on with last night's crawl."""
    await interrupt(tmp_path, monkeypatch)
    from crawler.jobs import crawl_state  # noqa: PLC0415

    monkeypatch.setattr(
        crawl_state, "timedelta", lambda hours: timedelta(hours=-1 if hours == 12.0 else hours)
    )
    taken = await snapshot(direct(), tmp_path, monkeypatch)
    assert taken.result.tally.resumed == 0
    assert "older than" in taken.result.warnings[0]


async def test_the_second_run_on_a_state_says_so(tmp_path, monkeypatch):
    """With exit code 6, and the first one goes on undisturbed."""
    refused = []

    async def second():
        try:
            await snapshot(direct(), tmp_path, monkeypatch)
        except LocalError as error:
            refused.append(error)

    server = direct()
    async with anyio.create_task_group() as group:
        server.on_request = lambda _t, number: group.start_soon(second) if number == 9 else None
        taken = await snapshot(server, tmp_path, monkeypatch)
    assert taken.data["complete"]
    assert [error.exit_code for error in refused] == [6]
    assert "Another run is using" in str(refused[0])
