"""Files of attachments against the real command: killed, and on a disk that fills."""

import os
import signal
import sys
from pathlib import Path

import anyio
import pytest
from support.attachments import SLUG, attach, files_world, held, store_in

from crawler.demo import API_TOKEN, DemoFile, DemoServer

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="limits and kills of this kind"),
]

SIZE = 48 << 20


def command(folder: Path) -> list[str]:
    """The real command; its progress is kept beside its output."""
    output = ["-o", str(folder / "shop.yaml"), "--state", str(folder / "state")]
    call = ["snapshot", SLUG, "--with", "attachments", *output]
    return [sys.executable, "-m", "crawler", *call, "--rate", "1000", "-q"]


def environment(server: DemoServer) -> dict[str, str]:
    return {**os.environ, "TESTOMATIO_URL": server.url, "TESTOMATIO_API_TOKEN": API_TOKEN}


async def test_a_kill_in_the_middle_of_a_file_costs_that_file_alone(tmp_path: Path) -> None:
    """The next run goes on with it from what was safe on the disk."""
    world, store = files_world(), store_in(tmp_path)
    film = DemoFile(size=SIZE, stored=True)
    attach(world, "7e000001", "9", "/attachments/film.mp4", film)
    async with DemoServer(world) as server:
        async with await anyio.open_process(
            command(tmp_path), env=environment(server), stderr=None
        ) as process:
            with anyio.fail_after(60):
                while server.storage.sent < SIZE * 9 // 10:
                    await anyio.lowlevel.checkpoint()
            process.send_signal(signal.SIGKILL)
        assert any(path.endswith(".tmp") for path in held(store))
        before = dict(server.counts)
        done = await anyio.run_process(command(tmp_path), env=environment(server), check=False)
        assert (done.returncode, done.stderr) == (0, b"")
        first, then = (
            each.range for each in server.storage.requests if each.path.endswith("film.mp4")
        )
        assert first == ""
        assert 32 << 20 <= int(then.strip("bytes=-")) < SIZE
        again = [path for path, count in server.counts.items() if count != before.get(path)]
    assert "/attachments/film.mp4" in again
    assert "/attachments/shot.png" not in again
    assert max(map(len, held(store).values())) == SIZE
    assert not any(path.endswith(".tmp") for path in held(store))


async def test_a_disk_that_fills_ends_the_run_and_the_next_one_goes_on(tmp_path: Path) -> None:
    """Here the largest file that may be written is smaller than the attachment."""
    world, store = files_world(), store_in(tmp_path)
    attach(world, "7e000001", "9", "/attachments/film.mp4", DemoFile(size=SIZE, stored=True))
    async with DemoServer(world) as server:
        limited = ["sh", "-c", 'ulimit -f 20480; exec "$@"', "sh", *command(tmp_path)]
        done = await anyio.run_process(limited, env=environment(server), check=False)
        assert done.returncode == 6, done.stderr
        assert b"Could not write" in done.stderr
        assert done.stderr.count(b"\n") == 1
        assert not (tmp_path / "shop.yaml").exists()
        assert not any(path.endswith(".tmp") for path in held(store))
        done = await anyio.run_process(command(tmp_path), env=environment(server), check=False)
        assert (done.returncode, done.stderr) == (0, b"")
