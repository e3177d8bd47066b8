"""Files that need not come again: night after night, and after a cut."""

import re
from pathlib import Path
from typing import Any

import pytest
from support.attachments import (
    PNG,
    SLUG,
    STORED,
    attach,
    files_world,
    held,
    items,
    store_in,
    sum_of,
)
from support.crawling import Taken, take

from crawler.demo import DemoFile, DemoServer, ServerOptions
from crawler.snapshot.attachment_store import AttachmentStore

pytestmark = pytest.mark.anyio

A_PDF = "/rails/active_storage/blobs/1/a.pdf"
FILM = "/attachments/film.mp4"


async def night(server: DemoServer, store: AttachmentStore, **more: Any) -> Taken:
    """A run of its own, which knows of the others what is in the store alone."""
    server.storage.requests.clear()
    return await take(server, SLUG, sections=("attachments",), store=store, **more)


def answers(server: DemoServer) -> list[int]:
    return sorted(each.status for each in server.storage.requests)


async def test_a_file_that_is_as_it_was_is_not_sent_again(tmp_path: Path) -> None:
    """The snapshot has the same bytes; a file that nobody vouches for comes anew."""
    store = store_in(tmp_path)
    async with DemoServer(files_world()) as server:
        first = await night(server, store)
        assert answers(server) == [200, 200]
        sent, plain = server.storage.sent, server.counts["/attachments/shot.png"]
        again = await night(server, store)
        assert (answers(server), server.storage.sent) == ([304, 304], sent)
        assert server.counts["/attachments/shot.png"] == plain + 1
    assert again.complete
    assert again.bytes == first.bytes
    assert len(held(store)) == 2


async def test_a_file_that_changed_comes_again_and_the_old_one_stays(tmp_path: Path) -> None:
    """Older snapshots name it."""
    world, store = files_world(), store_in(tmp_path)
    async with DemoServer(world) as server:
        await night(server, store)
        world.files[A_PDF] = DemoFile(b"as long, other", "application/pdf", stored=True)
        again = await night(server, store)
        assert answers(server) == [200, 304]
    sums = [each["stored"]["sha256"] for each in items(again)]
    assert sums == [sum_of(PNG), sum_of(STORED), sum_of(b"as long, other")]
    assert set(held(store).values()) == {PNG, STORED, b"as long, other"}


async def test_without_a_validator_the_same_address_id_and_size_prove_nothing(
    tmp_path: Path,
) -> None:
    """Such a file is fetched each night, so no change of it is missed."""
    world, store = files_world(), store_in(tmp_path)
    async with DemoServer(world, ServerOptions(storage_validators=False)) as server:
        await night(server, store)
        other = STORED[::-1]
        world.files[A_PDF] = DemoFile(other, "application/pdf", stored=True)
        world.files["/attachments/shot.png"] = DemoFile(PNG[::-1])
        again = await night(server, store)
        assert answers(server) == [200, 200]
    sums = [each["stored"]["sha256"] for each in items(again)]
    assert sums == [sum_of(PNG[::-1]), sum_of(STORED), sum_of(other)]


@pytest.mark.parametrize("spoil", ["file", "versions", "lines"])
async def test_what_is_not_there_is_fetched_whatever_is_noted(spoil: str, tmp_path: Path) -> None:
    """And whatever is noted wrongly."""
    store = store_in(tmp_path)
    notes = store.root / ".versions.jsonl"
    async with DemoServer(files_world()) as server:
        first = await night(server, store)
        if spoil == "file":
            store.remove(sum_of(STORED))
        elif spoil == "versions":
            notes.unlink()
        else:
            notes.write_bytes(b'{"address": 1}\n\xff\n[]\n{"size":\n')
        again = await night(server, store)
        assert answers(server) == [200, 200]
    assert again.bytes == first.bytes
    assert store.path(sum_of(STORED)).read_bytes() == STORED
    assert len(notes.read_bytes().splitlines()) == 2


@pytest.mark.parametrize("changes", [False, True])
async def test_a_file_that_was_cut_goes_on_unless_it_changed(changes: bool, tmp_path: Path) -> None:
    """Only the rest is sent; of a file that is another one by then all of it."""
    world, store = files_world(), store_in(tmp_path)
    old, new = (DemoFile(each * (4 << 20), stored=True) for each in (b"o", b"n"))
    attach(world, "7e000001", "9", FILM, old)
    async with DemoServer(world) as server:
        server.storage.cuts[FILM] = 3 << 20
        if changes:
            server.storage.on_cut = lambda: world.files.update({FILM: new})
        taken = await night(server, store)
        of_film = [each for each in server.storage.requests if each.path == FILM]
    expected = (new if changes else old).content
    assert taken.complete
    assert store.path(sum_of(expected)).read_bytes() == expected
    assert [each.status for each in of_film] == [200, 200 if changes else 206]
    assert re.fullmatch(r"bytes=[1-9]\d*-", of_film[1].range)


async def test_a_file_comes_over_a_line_that_breaks_again_and_again(tmp_path: Path) -> None:
    """More often than a request is tried, as long as each time brings more of it."""
    world, store = files_world(), store_in(tmp_path)
    film = DemoFile(b"film" * (5 << 20), stored=True)
    attach(world, "7e000001", "9", FILM, film)
    async with DemoServer(world) as server:
        cuts = server.storage.cuts
        cuts[FILM] = 2 << 20
        server.storage.on_cut = lambda: cuts.update({FILM: 2 << 20})
        taken = await night(server, store)
        asked = sum(each.path == FILM for each in server.storage.requests)
    assert taken.complete
    assert store.path(sum_of(film.content)).read_bytes() == film.content
    assert asked >= 10
