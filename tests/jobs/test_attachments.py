"""The files of attachments: fetched once, stored under their sums, told in the document."""

import tracemalloc
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
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
    told_world,
)
from support.crawling import Taken, crawling, take

from crawler.demo import DemoFile, DemoServer, Fault, FaultKind, ServerOptions, World
from crawler.errors import LocalError, OutageError
from crawler.model import GapReason
from crawler.snapshot.attachment_store import AttachmentStore
from crawler.snapshot.soundness import document_faults

pytestmark = pytest.mark.anyio

WITH = ("attachments",)
TEST = "7e000001"


def path_of(content: bytes) -> str:
    name = sum_of(content)
    return f"{name[:2]}/{name}"


async def taken_from(
    world: World, store: AttachmentStore, options: ServerOptions | None = None, **more: Any
) -> Taken:
    async with DemoServer(world, options) as server:
        return await take(server, SLUG, sections=WITH, store=store, **more)


def reasons(taken: Taken) -> list[tuple[str, GapReason]]:
    return [(gap.id, gap.reason) for gap in taken.gaps]


async def test_each_file_is_stored_once_and_every_mention_of_it_is_told(tmp_path: Path) -> None:
    """The list of the server first, then what the texts link to; foreign pages are left alone."""
    store = store_in(tmp_path)
    taken = await taken_from(files_world(), store)
    assert (taken.complete, taken.warnings) == (True, ())
    assert held(store) == {path_of(PNG): PNG, path_of(STORED): STORED}
    pdf = {"sha256": sum_of(STORED), "size": len(STORED)}
    found = items(taken)
    assert [each["stored"] for each in found] == [
        {"sha256": sum_of(PNG), "size": len(PNG)},
        pdf,
        pdf,
    ]
    assert [each.get("test_id") for each in found] == [TEST, TEST, None]
    assert [each["type"] for each in found] == ["image/png", "image/png", "application/pdf"]
    assert found[2] == {
        "id": found[2]["id"],
        "name": "a.pdf",
        "linked": True,
        "suite_id": "5a000001",
        "type": "application/pdf",
        "url": "/rails/active_storage/blobs/1/a.pdf",
        "stored": pdf,
    }
    assert list(document_faults(taken.document)) == []


async def test_what_results_and_comments_name_is_fetched_too(tmp_path: Path) -> None:
    """Attachments and links, in steps and replies as well, if these are in the snapshot."""
    store = store_in(tmp_path)
    async with DemoServer(told_world(), ServerOptions(lean_testruns=False)) as server:
        alone = await take(server, SLUG, sections=WITH, store=store)
        assert len(held(store)) == 2
        sections = (*WITH, "testruns", "comments")
        taken = await take(server, SLUG, sections=sections, store=store)
    assert taken.complete
    assert len(items(alone)) == 3
    more = [
        (each["name"], each.get("testrun_id") or each.get("comment_id"), each["linked"])
        for each in items(taken)[3:]
    ]
    (result,) = (
        item["id"]
        for each in taken.document.sections
        if each.name == "testruns"
        for item in each.items
    )
    assert more == [
        ("a/b/../failure.png", result, True),
        ("log.txt", result, True),
        ("reply.png", "c1", True),
        ("shot.png", "c1", True),
    ]
    assert {b"failure.png", b"log.txt", b"reply.png"} <= set(held(store).values())
    assert list(document_faults(taken.document)) == []


async def test_two_crawls_and_any_number_of_workers_give_the_same_bytes(tmp_path: Path) -> None:
    """No signature, no time, no order of arrival is in the document."""
    one = await taken_from(files_world(), store_in(tmp_path), attachment_workers=1)
    other = await taken_from(files_world(), store_in(tmp_path), attachment_workers=9)
    assert one.bytes == other.bytes
    assert b"X-Amz" not in one.json + one.yaml


async def test_the_session_never_goes_to_the_storage(tmp_path: Path) -> None:
    """It would refuse it, as real ones do; files of the instance itself get it."""
    world = files_world()
    async with DemoServer(world, ServerOptions(private_files=True)) as server:
        taken = await take(server, SLUG, sections=WITH, store=store_in(tmp_path))
        seen = server.storage.requests
    assert taken.complete
    assert {(each.authorization, each.cookies, each.status) for each in seen} == {
        ("none", False, 200)
    }


async def test_what_the_tests_say_is_enough_where_the_server_has_no_list(tmp_path: Path) -> None:
    """A server without the list still names files in its tests."""
    options = ServerOptions(missing_lists=frozenset({"attachments"}))
    taken = await taken_from(files_world(), store_in(tmp_path), options)
    assert taken.complete
    assert [each["name"] for each in items(taken)] == ["a.pdf", "shot.png", "b.pdf"]
    assert all(each["linked"] for each in items(taken))


async def test_an_attachment_that_is_gone_is_a_gap_and_a_dead_link_is_a_warning(
    tmp_path: Path,
) -> None:
    """A text may be older than what it links to, and nobody but its author can mend it."""
    world = files_world()
    attach(world, TEST, "3", "/attachments/gone.png", None)
    world.project.edit_test(TEST, {"description": "![x](/attachments/never.png)"})
    taken = await taken_from(world, store_in(tmp_path))
    assert reasons(taken) == [("/attachments/gone.png", GapReason.GONE_BUT_LISTED)]
    assert "404" in taken.gaps[0].detail
    (warning,) = taken.warnings
    assert f"test {TEST} to /attachments/never.png" in warning
    assert "stored" not in items(taken)[2]


@pytest.mark.parametrize("stored", [False, True])
async def test_a_file_over_the_limit_is_a_gap_and_little_of_it_is_read(
    tmp_path: Path, stored: bool
) -> None:
    """Its length is known before its bytes are."""
    world, store = files_world(), store_in(tmp_path)
    attach(world, TEST, "3", "/attachments/film.mp4", DemoFile(size=3 << 20, stored=stored))
    async with DemoServer(world) as server:
        taken = await take(server, SLUG, sections=WITH, store=store, attachment_max_mib=1)
    assert reasons(taken) == [("/attachments/film.mp4", GapReason.TOO_LARGE)]
    assert taken.tally.body_bytes < 1 << 20
    assert set(held(store)) == {path_of(PNG), path_of(STORED)}


@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/x.png",
        "http://[fe80::1]/x.png",
        "file:///etc/passwd",
        "ftp://example.com/x.png",
        "http://user:word@127.0.0.1/x.png",
        "http://[",
        "",
    ],
)
async def test_an_address_that_is_not_one_to_ask_is_a_gap(tmp_path: Path, address: str) -> None:
    """Whoever writes a test does not send the crawler through the network that it runs in."""
    world = files_world()
    attach(world, TEST, "3", address, None)
    taken = await taken_from(world, store_in(tmp_path))
    (gap,) = taken.gaps
    assert gap.reason is GapReason.BAD_ADDRESS
    assert ["stored" in each for each in items(taken)] == [True, True, False, True]


async def test_a_redirect_into_the_network_is_not_followed(tmp_path: Path) -> None:
    """Each step is decided on anew."""
    world = files_world()
    attach(world, TEST, "3", "/attachments/trap.png", DemoFile(PNG))
    async with DemoServer(world) as server:
        away = "http://169.254.169.254/latest/meta-data/"
        server.fault(Fault(FaultKind.ELSEWHERE, r"trap", times=99, location=away))
        taken = await take(server, SLUG, sections=WITH, store=store_in(tmp_path))
    assert reasons(taken) == [("/attachments/trap.png", GapReason.BAD_ADDRESS)]


async def test_a_circle_of_redirects_ends(tmp_path: Path) -> None:
    """After five steps."""
    async with DemoServer(files_world()) as server:
        server.fault(Fault(FaultKind.LOOP, r"shot", times=99))
        taken = await take(server, SLUG, sections=WITH, store=store_in(tmp_path))
        asked = server.counts["/attachments/shot.png"]
    assert reasons(taken) == [("/attachments/shot.png", GapReason.REFUSED)]
    assert asked == 6


async def test_a_page_in_the_place_of_a_file_is_not_stored(tmp_path: Path) -> None:
    """As proxies and sign-in forms send them with status 200."""
    store = store_in(tmp_path)
    async with DemoServer(files_world()) as server:
        server.fault(Fault(FaultKind.HTML, r"shot", times=99))
        taken = await take(server, SLUG, sections=WITH, store=store)
    assert reasons(taken) == [("/attachments/shot.png", GapReason.MALFORMED)]
    assert set(held(store)) == {path_of(STORED)}


@pytest.mark.parametrize("kind", [FaultKind.CUT, FaultKind.CUT_CHUNKED, FaultKind.RESET])
async def test_a_file_that_changes_while_it_is_read_is_one_of_its_states(
    tmp_path: Path, kind: FaultKind
) -> None:
    """After a cut it is read from its start, so no file is half of this and half of that."""
    world, store = files_world(), store_in(tmp_path)
    new = b"another picture"

    def change(target: str, _number: int) -> None:
        if target.endswith("shot.png") and server.counts["/attachments/shot.png"] > 1:
            world.files["/attachments/shot.png"] = DemoFile(new)

    async with DemoServer(world, on_request=change) as server:
        server.fault(Fault(kind, r"shot"))
        taken = await take(server, SLUG, sections=WITH, store=store)
    assert taken.complete
    assert held(store) == {path_of(new): new, path_of(STORED): STORED}


async def test_many_attachments_of_one_name_are_kept_apart(tmp_path: Path) -> None:
    """Names of the world never become names of files."""
    world, store = files_world(), store_in(tmp_path)
    for number in range(300):
        address = f"/attachments/{number}/same.png"
        attach(world, TEST, f"n{number}", address, DemoFile(b"%d" % (number % 7)))
    attach(world, TEST, "up", "/attachments/up.png", DemoFile(PNG), name="../../../etc/passwd")
    taken = await taken_from(world, store, attachment_workers=16)
    assert taken.complete
    assert len(items(taken)) == 304
    assert len(held(store)) == 9


async def test_an_interrupted_run_fetches_no_file_again(tmp_path: Path) -> None:
    """The journal knows what is stored, and the store still has it."""
    plain = await taken_from(files_world(), store_in(tmp_path))
    store, state = AttachmentStore(tmp_path / "again"), tmp_path / "state"
    async with DemoServer(files_world()) as server:
        server.fault(Fault(FaultKind.ERROR_502, r"shot", times=10))
        with pytest.raises(RuntimeError, match="stopped"):
            async with crawling(server, SLUG, sections=WITH, store=store, state=state):
                raise RuntimeError("stopped")
        before = len(server.storage.requests)
        server.faults.wanted.clear()
        taken = await take(server, SLUG, sections=WITH, store=store, state=state)
        assert len(server.storage.requests) == before
    assert taken.bytes == plain.bytes


async def test_a_noted_file_that_is_gone_is_fetched_again(tmp_path: Path) -> None:
    """A note is no file."""
    store, state = store_in(tmp_path), tmp_path / "state"
    async with DemoServer(files_world()) as server:
        with pytest.raises(RuntimeError, match="stopped"):
            async with crawling(server, SLUG, sections=WITH, store=store, state=state):
                raise RuntimeError("stopped")
        store.remove(sum_of(PNG))
        taken = await take(server, SLUG, sections=WITH, store=store, state=state)
    assert taken.complete
    assert held(store)[path_of(PNG)] == PNG


async def test_the_time_allowed_holds_for_files_too(tmp_path: Path) -> None:
    """What was not fetched by then is a gap, and the rest is there."""
    async with DemoServer(files_world()) as server:
        server.fault(Fault(FaultKind.HANG, r"shot"))
        taken = await take(server, SLUG, sections=WITH, store=store_in(tmp_path), deadline=4.0)
    assert reasons(taken) == [("/attachments/shot.png", GapReason.DEADLINE)]


async def test_a_disk_that_refuses_ends_the_run_and_leaves_nothing_half(tmp_path: Path) -> None:
    """One error with a sentence, not a group of them."""
    store = AttachmentStore(tmp_path / "missing" / "store")
    with pytest.raises(LocalError, match="missing"):
        await taken_from(files_world(), store)


async def test_a_server_that_stops_serving_ends_the_run(tmp_path: Path) -> None:
    """The same command goes on later, so it is no gap."""
    async with DemoServer(files_world()) as server:
        server.fault(Fault(FaultKind.TOO_MANY_RETRY_AFTER, r"shot", times=999, seconds=9999))
        with pytest.raises(OutageError):
            await take(server, SLUG, sections=WITH, store=store_in(tmp_path))


async def test_a_big_file_streams_through_little_memory(tmp_path: Path) -> None:
    """So much that a copy of it in memory would show."""
    world, size = files_world(), 64 << 20
    world.files["/rails/active_storage/blobs/1/a.pdf"] = replace(
        world.files["/rails/active_storage/blobs/1/a.pdf"], size=size
    )
    store = store_in(tmp_path)
    async with DemoServer(world) as server:
        tracemalloc.start()
        try:
            with anyio.fail_after(60):
                taken = await take(server, SLUG, sections=WITH, store=store)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert taken.complete
    assert max(each["stored"]["size"] for each in items(taken)) == size
    assert peak < size / 4
