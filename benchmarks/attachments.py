"""One very large attachment, very many of one name, and the night after that.

    python benchmarks/attachments.py [--mib 2048] [--files 10000] [--json FILE]

The real command saves a project from the demo server, which makes up the bytes of the large file as
it sends them. Measured are the time and the most memory that the command's process held; then the
same for a run of its own on what the first one stored, and how many bytes of files were sent to it.
A third run is killed in the middle of the large file and goes on.
"""

import argparse
import asyncio
import json
import os
import resource
import signal
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from crawler.demo import API_TOKEN, SLUG, DemoFile, DemoServer, Resource, World, sample_world

_FILM: Final = "/attachments/film.mp4"
_RSS_UNIT: Final = 1 << (20 if sys.platform == "darwin" else 10)


@dataclass(frozen=True)
class Run:
    """A run of the command: seconds, its most memory, what was sent to it of files, exit code."""

    seconds: float
    peak_mib: float
    sent_mib: float
    code: int


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mib", type=int, default=2048)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    print("| what | seconds | most memory, MiB | files sent, MiB | exit code |")
    print("|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        report = asyncio.run(measured(Path(folder), options.mib, options.files))
    if options.json:
        told = {name: asdict(run) for name, run in report.items()}
        options.json.write_text(json.dumps(told, indent=2) + "\n", "utf-8")


async def measured(folder: Path, mib: int, files: int) -> dict[str, Run]:
    """All runs, by what they show; each is printed when it is over."""
    found = {}

    async def run(name: str, command: _Command, **more: Any) -> None:
        found[name] = run = await command.run(**more)
        figures = f"{run.seconds:.1f} | {run.peak_mib:.0f} | {run.sent_mib:,.1f} | {run.code}"
        print(f"| {name} | {figures} |", flush=True)

    async with DemoServer(world_with_film(mib)) as server:
        command = _Command(server, folder / "film", mib)
        await run("the bound of 256 MiB holds", command, limit=256)
        await run(f"{mib:,} MiB in one file", command)
        await run("the next night", command)
        command = _Command(server, folder / "killed", mib)
        await run("killed after two thirds", command, kill_at=mib * 2 / 3)
        await run("going on", command)
    async with DemoServer(world_with_files(files)) as server:
        command = _Command(server, folder / "many", mib)
        await run(f"{files:,} files of one name", command)
        await run("the night after", command)
    return found


class _Command:
    def __init__(self, server: DemoServer, folder: Path, mib: int) -> None:
        folder.mkdir()
        self._server = server
        self._folder = folder
        self._config = folder / "testomat-crawler.toml"
        self._most = mib + 1

    async def run(self, *, limit: int | None = None, kill_at: float | None = None) -> Run:
        """Run it to its end, or kill it when so many MiB of files were sent."""
        self._config.write_text(
            f"attachment_max_mib = {limit or self._most}\nrate = 1000.0\n", "utf-8"
        )
        before, begin = self._server.storage.sent, time.perf_counter()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, __file__, "--measure", sys.executable, "-m", "crawler"),
            *("snapshot", SLUG, "-o", "shop.yaml", "--with", "attachments", "-q"),
            *("--state", "state", "--workers", "16"),
            env={
                **os.environ,
                "TESTOMATIO_URL": self._server.url,
                "TESTOMATIO_API_TOKEN": API_TOKEN,
            },
            cwd=self._folder,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        if kill_at is not None:
            while self._server.storage.sent - before < kill_at * (1 << 20):  # noqa: ASYNC110
                await asyncio.sleep(0.01)  # nothing tells when
            process.send_signal(signal.SIGUSR1)
        out, _ = await process.communicate()
        told: dict[str, Any] = json.loads(out.splitlines()[-1])
        sent = (self._server.storage.sent - before) / (1 << 20)
        return Run(time.perf_counter() - begin, told["peak"], sent, told["code"])


def measure(command: list[str]) -> None:
    """Run a command and print its exit code and its most memory; SIGUSR1 kills it."""
    child = os.spawnvp(os.P_NOWAIT, command[0], command)
    signal.signal(signal.SIGUSR1, lambda *_: os.kill(child, signal.SIGKILL))
    _, status = os.waitpid(child, 0)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * _RSS_UNIT / (1 << 20)
    print(json.dumps({"code": os.waitstatus_to_exitcode(status), "peak": peak}))


def world_with_film(mib: int) -> World:
    """The sample project with one very large attachment."""
    return _with({_FILM: DemoFile(type="video/mp4", size=mib << 20, stored=True)})


def world_with_files(count: int) -> World:
    """The sample project with very many attachments of one test, all of one name."""
    return _with(
        {
            f"/attachments/{number}/same.png": DemoFile(b"%d" % number * 200, stored=True)
            for number in range(count)
        }
    )


def _with(files: dict[str, DemoFile]) -> World:
    world = sample_world()
    world.files.update(files)
    project = world.project
    test = next(iter(project.tests))
    rows = [
        Resource(f"b{number}", "attachment", {"name": "same.png", "url": address})
        for number, address in enumerate(files)
    ]
    project.extras.attach("attachments", "test", test, rows)
    project.edit_test(test, {"attachments": [dict(each.attributes) for each in rows]})
    return world


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(sys.argv[2:])
    else:
        main()
