"""The store of files: by their sums, whole or not at all, each once."""

import hashlib
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from crawler.errors import LocalError, TransientError
from crawler.model import FileVersion
from crawler.snapshot import incoming_file
from crawler.snapshot.attachment_store import (
    AttachmentStore,
    StoredFile,
    file_in,
    store_beside,
    store_of,
    store_shared,
)

pytestmark = pytest.mark.anyio


async def stored(store: AttachmentStore, *pieces: bytes) -> StoredFile:
    async with store.incoming() as incoming:
        await incoming.begin(None)
        for piece in pieces:
            await incoming.write(piece)
        return await store.keep(incoming)


def names(store: AttachmentStore) -> list[str]:
    return sorted(each.name for each in store.root.rglob("*") if each.is_file())


async def test_a_file_stands_under_its_sum_however_often_it_comes(tmp_path: Path) -> None:
    """In whatever pieces."""
    store = AttachmentStore(tmp_path / "store")
    one, other = await stored(store, b"ab", b"c"), await stored(store, b"abc")
    assert one == other == StoredFile(hashlib.sha256(b"abc").hexdigest(), 3)
    assert names(store) == [one.sha256] == list(store.sums())
    assert store.holds(one)
    assert store.fault(one) == ""


async def test_a_file_that_begins_anew_forgets_its_first_bytes(tmp_path: Path) -> None:
    """After a cut it comes from its start."""
    store = AttachmentStore(tmp_path / "store")
    async with store.incoming() as incoming:
        await incoming.begin(None)
        await incoming.write(b"a long beginning")
        await incoming.begin(None)
        await incoming.write(b"new")
        found = await store.keep(incoming)
    assert store.path(found.sha256).read_bytes() == b"new"


async def test_what_is_not_kept_leaves_nothing(tmp_path: Path) -> None:
    """Nor does a kill, whose rest the next run sweeps away."""
    store = AttachmentStore(tmp_path / "store")
    async with store.incoming() as incoming:
        await incoming.write(b"half")
    assert names(store) == []
    (store.root / ".incoming.0123abcd.tmp").write_bytes(b"of a killed run")
    async with store.incoming() as incoming:
        await incoming.begin(None)
        store.sweep()
        assert len(names(store)) == 1  # the one that is coming
    assert names(store) == []


VERSION = FileVersion("https://a.example/film", '"1"')


async def half(store: AttachmentStore, *pieces: bytes) -> None:
    """What is left of a file that is cut off by something that passes."""
    incoming = await store.incoming("film").__aenter__()
    await incoming.begin(VERSION)
    for piece in pieces:
        await incoming.write(piece)
    await incoming.__aexit__(TransientError, TransientError("cut"), None)


@pytest.mark.skipif(sys.platform == "win32", reason="there beginnings are not kept")
async def test_a_long_file_that_is_cut_off_goes_on_from_what_is_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not from what was written since: that a power cut may spoil."""
    monkeypatch.setattr(incoming_file, "_STEP", 4)
    store = AttachmentStore(tmp_path / "store")
    await half(store, b"abcd", b"x")
    store.sweep({"film"})
    async with store.incoming("film") as incoming:
        assert (incoming.size, incoming.version) == (4, VERSION)
        await incoming.write(b"ef")
        found = await store.keep(incoming)
    assert store.path(found.sha256).read_bytes() == b"abcdef"
    assert names(store) == [found.sha256]


@pytest.mark.skipif(sys.platform == "win32", reason="there beginnings are not kept")
@pytest.mark.parametrize("spoil", ["short", "gone", "other", "garbage", "busy", "unwanted"])
async def test_a_beginning_that_is_not_what_it_says_is_not_gone_on_with(
    spoil: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor one that another run is at, or that nobody asks for any more."""
    monkeypatch.setattr(incoming_file, "_STEP", 4)
    store = AttachmentStore(tmp_path / "store")
    await half(store, b"abcd")
    ((part, bytes_),) = [(each, each.with_suffix(".tmp")) for each in store.root.glob("*.part")]
    async with AsyncExitStack() as stack:
        match spoil:
            case "short":
                bytes_.write_bytes(b"abc")
            case "gone":
                bytes_.unlink()
            case "other":
                part.write_text(part.read_text().replace("film", "song"))
            case "garbage":
                part.write_text('{"size": ')
            case "busy":
                first = await stack.enter_async_context(store.incoming("film"))
                assert first.size == 4
            case _:
                store.sweep({"another"})
                assert names(store) == []
        async with store.incoming("film") as incoming:
            assert (incoming.size, incoming.version) == (0, None)
            await incoming.begin(None)
            await incoming.write(b"new")
            found = await store.keep(incoming)
    assert store.path(found.sha256).read_bytes() == b"new"
    store.sweep()
    assert names(store) == [found.sha256]


async def test_a_file_of_another_size_under_a_sum_is_replaced(tmp_path: Path) -> None:
    """As a disk that lost power may leave it."""
    store = AttachmentStore(tmp_path / "store")
    found = await stored(store, b"abc")
    store.path(found.sha256).write_bytes(b"")
    assert not store.holds(found)
    await stored(store, b"abc")
    assert store.fault(found) == ""


async def test_faults_are_told_and_removing_tidies_up(tmp_path: Path) -> None:
    """The folder of a sum goes with its last file."""
    store = AttachmentStore(tmp_path / "store")
    found = await stored(store, b"abc")
    store.path(found.sha256).write_bytes(b"xyz")
    assert store.fault(found) == "has other bytes than were stored"
    store.remove(found.sha256)
    store.remove(found.sha256)
    assert store.fault(found) == "is not there"
    assert list(store.root.iterdir()) == []


async def test_a_place_that_is_no_folder_is_one_sentence(tmp_path: Path) -> None:
    """A file stands where the store should be."""
    (tmp_path / "store").write_bytes(b"")
    with pytest.raises(LocalError, match="store"):
        await stored(AttachmentStore(tmp_path / "store"), b"abc")


async def test_a_snapshot_finds_its_own_store_before_a_shared_one(tmp_path: Path) -> None:
    """Beside it, or above the folder of its project."""
    path = tmp_path / "shop" / "2026.json"
    path.parent.mkdir()
    assert store_of(path) is None
    store_shared(tmp_path).root.mkdir()
    assert store_of(path).root == store_shared(tmp_path).root  # type: ignore[union-attr]
    store_beside(path).root.mkdir()
    assert store_of(path).root == tmp_path / "shop" / "2026.json.attachments"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "stored",
    [None, 1, {}, {"sha256": "../../x", "size": 1}, {"sha256": "a" * 64, "size": "1"}],
)
def test_what_is_no_sum_is_no_file(stored: object) -> None:
    """A document is input like any other, and a sum becomes a path."""
    assert file_in({"stored": stored}) is None
