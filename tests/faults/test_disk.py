"""Disks that are full, read-only, gone or elsewhere: exit code 6, the old file as it was."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import anyio
import pytest
from support.direct import Direct, snapshot

from crawler.demo import API_TOKEN, DemoServer, generate, world_of
from crawler.errors import LocalError

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="limits and mounts of this kind"),
]

OLD = b"suites: []\n"


@contextmanager
def mounted(folder: Path, options: str) -> Iterator[Path]:
    """A small file system of its own, where this machine allows that."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", options, "none", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except OSError as error:
        pytest.skip(f"no mount here: {error}")
    if done.returncode:
        pytest.skip(f"no mount here: {done.stderr.decode().strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


async def run(out: Path, state: Path, *, limit: int | None = None, **server_hooks):
    """(exit code, standard error) of the real command; `limit` is its largest file in bytes."""
    world = world_of(generate(2, 40, 4, text_bytes=3000))
    async with DemoServer(world, **server_hooks) as server:
        command = [sys.executable, "-m", "crawler", "snapshot", "generated", "-o", str(out)]
        script = f'ulimit -f {limit // 512}; exec "$@"' if limit else 'exec "$@"'
        done = await anyio.run_process(
            ["sh", "-c", script, "sh", *command, "--state", str(state), "--rate", "1000", "-q"],
            check=False,
            env={**os.environ, "TESTOMATIO_URL": server.url, "TESTOMATIO_API_TOKEN": API_TOKEN},
        )
        return done.returncode, done.stderr.decode()


def check(code: int, errors: str, out: Path) -> None:
    """One sentence, the old snapshot whole, nothing beside it."""
    assert code == 6, errors
    assert errors.count("\n") == 1
    assert "Traceback" not in errors
    assert out.read_bytes() == OLD
    assert [each.name for each in out.parent.iterdir()] == [out.name]


def placed(folder: Path) -> Path:
    """A folder with an old snapshot."""
    folder.mkdir(exist_ok=True)
    (folder / "shop.yaml").write_bytes(OLD)
    return folder / "shop.yaml"


async def test_a_file_that_may_not_grow_ends_the_writing(tmp_path):
    """The output is larger than the limit on files; the state, in a folder of its own, too."""
    out = placed(tmp_path / "out")
    check(*await run(out, tmp_path / "state", limit=200_000), out)


@pytest.mark.parametrize("size", ["64k", "400k"])
async def test_a_full_disk_under_the_output_leaves_the_old_snapshot(tmp_path, size):
    """Whenever it is full: at the first byte, in the middle or at the last."""
    with mounted(tmp_path / "disk", f"size={size}") as disk:
        out = placed(disk)
        check(*await run(out, tmp_path / "state"), out)
        assert list((tmp_path / "state").glob("*.sqlite3"))
    with mounted(tmp_path / "larger", "size=8m") as disk:
        code, errors = await run(placed(disk), tmp_path / "state")
        assert (code, errors) == (0, "")


@pytest.mark.parametrize("size", ["4k", "300k"])
async def test_a_full_disk_under_the_state_is_a_sentence(tmp_path, size):
    """The same command goes on once there is room, or starts over."""
    out = placed(tmp_path / "out")
    with mounted(tmp_path / "disk", f"size={size}") as disk:
        check(*await run(out, disk / "state"), out)


async def test_a_disk_that_fills_up_while_the_state_is_opened_costs_no_progress(tmp_path):
    """A full disk is no damage: what was fetched stays."""
    with mounted(tmp_path / "disk", "size=300k") as disk:
        out = placed(tmp_path / "out")
        check(*await run(out, disk / "state"), out)
        check(*await run(out, disk / "state"), out)
        assert not list((disk / "state").glob("*.damaged"))


async def test_a_read_only_disk_is_noticed_before_the_crawl(tmp_path):
    """Not a single request is made in vain."""
    asked = []
    with mounted(tmp_path / "disk", "size=1m") as disk:
        out = placed(disk)
        await anyio.run_process(["mount", "-o", "remount,ro", str(disk)])
        ended = await run(
            out, tmp_path / "state", on_request=lambda target, _: asked.append(target)
        )
        check(*ended, out)
    assert asked == []


async def test_the_output_may_be_on_another_disk_than_the_temporary_folder(tmp_path):
    """The file beside it is what is renamed."""
    with mounted(tmp_path / "disk", "size=8m") as disk:
        code, errors = await run(placed(disk), tmp_path / "state")
        assert (code, errors) == (0, "")
        assert sorted(each.name for each in disk.iterdir()) == [
            "shop.yaml",
            "shop.yaml.manifest.json",
        ]


async def test_a_state_that_vanishes_meanwhile_loses_no_snapshot(tmp_path):
    """The open file stays readable; a run that fails says that nothing is kept."""
    state = tmp_path / "state"

    def vanish(_target: str, number: int) -> None:
        if number == 20:
            for each in state.iterdir():
                each.unlink()
            state.rmdir()

    code, errors = await run(placed(tmp_path / "out"), state, on_request=vanish)
    assert (code, errors) == (0, "")


async def test_a_manifest_that_cannot_be_written_leaves_the_old_pair(tmp_path, monkeypatch):
    """Or the old manifest would stand beside a snapshot that it does not describe."""
    direct = Direct(world_of(generate(2, 5, 1)))
    first = await snapshot(direct, tmp_path, monkeypatch)
    before = {each.name: each.read_bytes() for each in tmp_path.glob("*.json")}
    direct.world.project.rename_suite(next(iter(direct.world.project.suites)), "Another title")

    def refuse(_manifest):
        raise LocalError("No room")

    monkeypatch.setattr("crawler.jobs.snapshot_one.manifest_bytes", refuse)
    with pytest.raises(LocalError, match="No room"):
        await snapshot(direct, tmp_path, monkeypatch)
    assert {each.name: each.read_bytes() for each in tmp_path.glob("*.json")} == before
    assert first.content == before["snapshot.json"]


async def test_the_manifest_tells_what_changed_since_the_one_before(tmp_path, monkeypatch):
    """What a monitoring job compares."""
    import orjson  # noqa: PLC0415

    direct = Direct(world_of(generate(2, 5, 1)))
    path = tmp_path / "snapshot.json.manifest.json"
    found = []
    for title in (None, None, "Another title"):
        if title:
            direct.world.project.rename_suite(next(iter(direct.world.project.suites)), title)
        await snapshot(direct, tmp_path, monkeypatch)
        found.append(orjson.loads(path.read_bytes()))
    assert [each["changed"] for each in found] == [None, False, True]
    assert found[0]["previous"] is None
    assert found[1]["previous"]["counts"] == found[0]["counts"] == {"suites": 5, "tests": 5}
    assert found[2]["previous"]["content_sha256"] == found[1]["content_sha256"]
    path.write_text('{"counts": 7}')
    await snapshot(direct, tmp_path, monkeypatch)
    assert orjson.loads(path.read_bytes())["previous"] is None
