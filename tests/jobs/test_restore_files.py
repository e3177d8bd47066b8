"""The files of attachments, from the store of a snapshot into another project."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from support.attachments import PNG, SLUG, STORED, attach, files_world
from support.clock import FastClock
from support.restoring import TARGET, empty_project, restored, settings_for

from crawler.api.attaching import ProjectFiles
from crawler.demo import (
    DemoFile,
    DemoServer,
    Fault,
    FaultKind,
    FaultPlan,
    ServerOptions,
    World,
    demo_account,
)
from crawler.jobs.connection import connect
from crawler.jobs.restore import RestoreOrder, plan_restore
from crawler.jobs.restore_files import FilesPlan
from crawler.jobs.snapshot import take_snapshot
from crawler.model import SectionName
from crawler.sending import Outgoing
from crawler.snapshot.attachment_store import store_beside
from crawler.snapshot.formats import Format

pytestmark = pytest.mark.anyio

ODD_SERVERS = {
    "as described": ServerOptions(),
    "tells no address": ServerOptions(uploads_told=False),
    "has no list of files": ServerOptions(missing_lists=frozenset({"attachments"})),
    "knows no file again": ServerOptions(same_files_known=False, uploads_told=False),
}
BIG = bytes(range(256)) * 5_000
TEXT = "See ![s](/attachments/shot.png). Not https://example.com/shot.png, nor /attachments/no.png"


def two_projects() -> World:
    """A project with files, some alike in name or bytes, and an empty one."""
    source = files_world()
    world = World([source.project, empty_project()], [demo_account()])
    world.files.update(source.files)
    world.project.edit_test("7e000001", {"description": TEXT})
    world.project.add_test("7e000002", "Cash", "5a000001", own={"description": "No file"})
    attach(world, "7e000002", "3", "/attachments/x/shot.png", DemoFile(b"other"))
    attach(world, "7e000002", "4", "/attachments/y/shot.png", DemoFile(PNG))
    attach(world, "7e000002", "5", "/attachments/big.bin", DemoFile(BIG, "x/y"), name='b"i\r\n/g')
    return world


def attached(world: World) -> dict[str, list[tuple[str, bytes]]]:
    """(name, bytes) of the files of each test of the new project, by its title."""
    return {
        test.title: sorted(
            (each["name"], world.files[each["url"]].content)
            for each in test.own.get("attachments") or ()
        )
        for test in world.projects[TARGET].tests.values()
    }


EXPECTED = {
    "Card": [("b.pdf", STORED), ("shot.png", PNG)],
    "Cash": [("b_i_g", BIG), ("shot.png", b"other"), ("shot.png", PNG)],
}


async def snapshot_with_files(server: DemoServer, folder: Path) -> Path:
    """The project with its files beside it."""
    settings = replace(
        settings_for(server), sections=(SectionName.ATTACHMENTS,), attachment_files=True
    )
    path = folder / "s.json"
    await take_snapshot(settings, project=SLUG, output=path, format=Format.JSON, clock=FastClock())
    return path


@pytest.mark.parametrize("options", ODD_SERVERS.values(), ids=ODD_SERVERS)
async def test_files_arrive_once_and_texts_show_where_they_are_now(
    options: ServerOptions, tmp_path: Path
) -> None:
    """A second restore sends none of them again."""
    world = two_projects()
    async with DemoServer(world, options) as server:
        source = await snapshot_with_files(server, tmp_path)
        result = await restored(server, source)
        assert result.complete, (result.outcome, result.difference.changes[:3], result.gaps)
        assert (result.outcome.files, attached(world)) == (5, EXPECTED)
        (card,) = [t for t in world.projects[TARGET].tests.values() if t.title == "Card"]
        address = next(e["url"] for e in card.own["attachments"] if e["name"] == "shot.png")
        assert address != "/attachments/shot.png"
        assert card.own["description"] == TEXT.replace("/attachments/shot.png", address, 1)
        again = await restored(server, source, merge=True)
        assert again.complete
        assert attached(world) == EXPECTED
        assert world.projects[TARGET].tests[card.id].own["description"] == card.own["description"]


@pytest.mark.parametrize("seed", range(4))
async def test_lost_answers_neither_lose_nor_double_a_file(seed: int, tmp_path: Path) -> None:
    """Whether or not the server knows a file again."""
    world = two_projects()
    options = ServerOptions(same_files_known=seed % 2 == 0, uploads_told=seed % 3 == 0)
    async with DemoServer(world, options) as server:
        source = await snapshot_with_files(server, tmp_path)
        kinds = (FaultKind.ERROR_502, FaultKind.RESET, FaultKind.CUT, FaultKind.EMPTY)
        server.faults.plan = FaultPlan(seed, 0.4, kinds=(*kinds, FaultKind.HTML))
        result = await restored(server, source)
        assert server.faults.met.total() > 5
        assert result.complete, (result.outcome, result.difference.changes[:3])
        assert attached(world) == EXPECTED


@pytest.mark.parametrize("done", [True, False])
async def test_a_file_whose_answer_was_lost_for_good_is_looked_for_later(
    done: bool,
    tmp_path: Path,
) -> None:
    """The next run finds it there, or sends it."""
    world = two_projects()
    async with DemoServer(world, ServerOptions(same_files_known=False)) as server:
        source = await snapshot_with_files(server, tmp_path)
        fault = Fault(FaultKind.RESET, "/attachment$", times=6, done=done)
        listing = Fault(FaultKind.ERROR_500, "attachments.test_id", times=40)
        server.fault(fault, listing)
        state = {"state": tmp_path / "state"}
        first = await restored(server, source, settings=state)
        assert first.outcome.failures
        server.faults.wanted.clear()
        second = await restored(server, source, settings=state)
        assert second.complete, second.outcome
        assert attached(world) == EXPECTED
        assert not list((tmp_path / "state").iterdir())


async def test_a_damaged_file_is_named_and_not_sent(tmp_path: Path) -> None:
    """The others are; so it is when one is missing, which the plan says beforehand."""
    world = two_projects()
    async with DemoServer(world) as server:
        source = await snapshot_with_files(server, tmp_path)
        plan = await plan_restore(settings_for(server), RestoreOrder(str(source), TARGET))
        size = len(BIG) + 2 * len(PNG) + len(STORED) + len(b"other")
        assert plan.files == FilesPlan(5, size, absent=0, elsewhere=1)
        store = store_beside(source)
        big = next(p for p in store.root.rglob("*") if p.is_file() and p.stat().st_size > 999)
        big.write_bytes(BIG[::-1])
        result = await restored(server, source)
        assert [(each.kind, each.id) for each in result.outcome.failures] == [("file", "7e000002")]
        assert "other bytes" in result.outcome.failures[0].reason
        assert len(attached(world)["Cash"]) == 2
        big.unlink()
        plan = await plan_restore(
            settings_for(server), RestoreOrder(str(source), TARGET, merge=True)
        )
        assert (plan.files.number, plan.files.absent) == (4, 1)


async def test_files_that_are_to_be_ignored_stay(tmp_path: Path) -> None:
    """And links to them as they are."""
    world = two_projects()
    async with DemoServer(world) as server:
        source = await snapshot_with_files(server, tmp_path)
        result = await restored(server, source, ignore=("test.attachments",))
        assert result.complete
        assert attached(world) == {"Card": [], "Cash": []}


async def test_a_file_that_is_there_is_not_added_again(tmp_path: Path) -> None:
    """The server says so with 208, with its address or without."""
    file = Outgoing("a.png", "image/png", len(PNG), lambda: BytesIO(PNG))
    for told in (True, False):
        world = two_projects()
        async with DemoServer(world, ServerOptions(uploads_told=told)) as server:
            async with connect(settings_for(server), clock=FastClock()) as client:
                files = ProjectFiles(client, SLUG)
                first = await files.attach("7e000002", file, beside=0, sent=False)
                second = await files.attach("7e000002", file, beside=0, sent=False)
            assert first == second
            assert first.startswith("/attachments/")
            statuses = [r.status for r in server.requests if r.path.endswith("/attachment")]
            assert statuses == [200, 208]
