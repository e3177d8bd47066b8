"""The one store of a backup directory: shared by all nights, and tidied with them."""

from pathlib import Path

import pytest
from support.attachments import PNG, SLUG, STORED, attach, files_world, held, sum_of
from support.nights import Nights, outcomes

from crawler.config.settings import Settings
from crawler.demo import DemoFile, DemoServer, World
from crawler.jobs.verify import FaultKind, verify
from crawler.model import SectionName
from crawler.snapshot.attachment_store import store_shared

pytestmark = pytest.mark.anyio

SETTINGS = Settings(project=SLUG, sections=(SectionName.ATTACHMENTS,))
NEW = b"a new file"


def sums(folder: Path) -> set[str]:
    return set(store_shared(folder).sums())


def replaced(world: World) -> None:
    world.files["/attachments/shot.png"] = DemoFile(NEW)


async def test_nights_share_one_store_and_each_backup_is_sound(tmp_path: Path) -> None:
    """A file that changed is a change of the backup; one that did not is there once."""
    world = files_world()
    async with DemoServer(world) as server:
        nights = Nights(server, tmp_path, SETTINGS)
        assert outcomes(await nights.run(1)) == {SLUG: "stored"}
        assert outcomes(await nights.run(2)) == {SLUG: "unchanged"}
        replaced(world)
        assert outcomes(await nights.run(3)) == {SLUG: "stored"}
    assert sums(tmp_path) == {sum_of(each) for each in (PNG, STORED, NEW)}
    for name in nights.files(SLUG):
        assert verify(tmp_path / SLUG / name).sound
    assert store_shared(tmp_path).root.name not in nights.runs[-1].projects


async def test_a_file_goes_with_the_last_backup_that_names_it(tmp_path: Path) -> None:
    """And no sooner."""
    world = files_world()
    async with DemoServer(world) as server:
        nights = Nights(server, tmp_path, SETTINGS)
        await nights.run(1, keep_last=2)
        replaced(world)
        await nights.run(2, keep_last=2)
        assert sum_of(PNG) in sums(tmp_path)
        attach(world, "7e000001", "3", "/attachments/more.png", DemoFile(b"more"))
        await nights.run(3, keep_last=2)
    assert sums(tmp_path) == {sum_of(each) for each in (STORED, NEW, b"more")}
    assert len(nights.files(SLUG)) == 2


async def test_while_a_backup_cannot_be_read_no_file_goes(tmp_path: Path) -> None:
    """It might name them."""
    world = files_world()
    async with DemoServer(world) as server:
        nights = Nights(server, tmp_path, SETTINGS)
        await nights.run(1, keep_last=1)
        other = tmp_path / "other"
        other.mkdir()
        (other / "2026-05-01T021500Z.json.gz").write_bytes(b"garbage")
        replaced(world)
        (result,) = (await nights.run(2, keep_last=1)).projects
    assert result.removed
    assert any("2026-05-01T021500Z.json.gz" in each for each in result.warnings)
    assert sum_of(PNG) in sums(tmp_path)


async def test_a_file_that_was_altered_or_lost_is_a_fault(tmp_path: Path) -> None:
    """Each once, however many attachments it is."""
    async with DemoServer(files_world()) as server:
        nights = Nights(server, tmp_path, SETTINGS)
        await nights.run(1)
    store, path = store_shared(tmp_path), tmp_path / SLUG / nights.files(SLUG)[0]
    store.path(sum_of(PNG)).write_bytes(b"other bytes")
    store.path(sum_of(STORED)).unlink()
    faults = verify(path).faults
    assert [fault.kind for fault in faults] == [FaultKind.FILE, FaultKind.FILE]
    assert [fault.text.rpartition(", ")[2] for fault in faults] == [
        "has other bytes than were stored",
        "is not there",
    ]
    assert len(held(store)) == 1
