"""Lets every fault happen to one suite of a small project and prints what the command makes of it.

    python benchmarks/faults.py

Each fault comes once for ever and once twice, after which the answer is right. The command is the
real one with its real HTTP client; only its waits are skipped. The table is for the README.
"""

import asyncio
import contextlib
import io
import logging
import os
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock

from fault_cases import CASES, ON_SUITE, OTHERS, SICK, SLUG, Case, project

from crawler.api import pacing
from crawler.cli.main import run
from crawler.clock import SystemClock
from crawler.demo import (
    API_TOKEN,
    DemoServer,
    Fault,
    FaultKind,
    ServerOptions,
    world_of,
)

__all__ = ("CASES", "ON_SUITE", "OTHERS", "Case", "Ended", "Happened", "happen", "table")

_CONFIG = """
rate = 1000.0
workers = 4
attempts = 2
max_body_mib = 2
"""
# Where the fault is that nothing comes in time; elsewhere a busy machine should not be one.
_IMPATIENT = """
read_timeout = 0.5
request_timeout = 1.0
"""


@dataclass
class Ended:
    """How a run ended: exit code, what it said, what it wrote, and who was asked elsewhere."""

    code: int
    errors: str
    written: bytes | None
    elsewhere: list[bytes] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


class _Clock:
    """Sleeping jumps ahead; with `jumps` the time of day also leaps back and forth."""

    def __init__(self, *, jumps: bool) -> None:
        self._now = 0.0
        self._jumps = jumps
        self._asked = 0

    def monotonic(self) -> float:
        return self._now

    def utc_now(self) -> datetime:
        self._asked += 1
        leap = timedelta(days=400 * (-1) ** self._asked) if self._jumps else timedelta(0)
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self._now) + leap

    async def sleep(self, seconds: float) -> None:
        self._now += max(0.0, seconds)
        await asyncio.sleep(0)

    def random(self) -> float:
        return 0.5


class _Front:
    """Passes requests on to the demo server, but for those that a raw case answers."""

    def __init__(self, behind: str, case: Case, times: int | None, elsewhere: str) -> None:
        self._host, self._port = behind.removeprefix("http://").split(":")
        self._case, self._left, self._elsewhere = case, times, elsewhere

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, OSError):
            head = await reader.readuntil(b"\r\n\r\n")
            lines = head.decode("latin-1").split("\r\n")
            lengths = [each.split(":")[1] for each in lines if each.lower().startswith("content-l")]
            body = await reader.readexactly(int(lengths[0])) if lengths else b""
            kept = [
                x for x in lines if x and not x.lower().startswith(("connection", "accept-enc"))
            ]
            reply = await self._ask(
                "\r\n".join([*kept, "Connection: close", "", ""]).encode() + body
            )
            if self._is_due(lines[0].split()[1]) and self._case.raw is not None:
                reply = self._case.raw(reply.partition(b"\r\n\r\n")[2], self._elsewhere)
            writer.write(reply)
            await writer.drain()
        writer.close()

    async def _ask(self, request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(self._host, int(self._port))
        writer.write(request)
        reply = await reader.read()
        writer.close()
        return reply

    def _is_due(self, target: str) -> bool:
        if not target.endswith(f"/suites/{SICK}") or self._left == 0:
            return False
        self._left = None if self._left is None else self._left - 1
        return True


@contextlib.asynccontextmanager
async def _serving(case: Case, times: int | None, heard: list[bytes]) -> AsyncIterator[str]:
    """The address at which the fault happens."""

    async def overhear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.close()

    server = DemoServer(world_of(project()), ServerOptions(cdn=False))
    if case.kind is not None:
        server.fault(Fault(case.kind, case.path, times, seconds=case.seconds, size=case.size))
    async with server, await asyncio.start_server(overhear, "127.0.0.1", 0) as elsewhere:
        away = f"http://127.0.0.1:{elsewhere.sockets[0].getsockname()[1]}"
        if case.raw is None:
            yield server.url
            return
        front = _Front(server.url, case, times, away)
        async with await asyncio.start_server(front.talk, "127.0.0.1", 0) as listening:
            yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"


@contextlib.contextmanager
def _in_a_thread(case: Case, times: int | None, heard: list[bytes]) -> Iterator[str]:
    """Serves from another thread: the command has an event loop of its own."""
    started, stop, found = threading.Event(), asyncio.Event(), list[str]()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        async with _serving(case, times, heard) as address:
            found.append(address)
            started.set()
            await stop.wait()

    # The server's own log would come out among that of the command, which is in this process.
    logging.getLogger("aiohttp.server").disabled = True
    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    started.wait()
    try:
        yield found[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


def happen(case: Case, times: int | None, *flags: str) -> Ended:
    """Run the command against a project to which the fault happens so many times."""
    heard: list[bytes] = []
    with tempfile.TemporaryDirectory() as name, _in_a_thread(case, times, heard) as address:
        folder = Path(name)
        impatient = case.kind in {FaultKind.HANG, FaultKind.DRIP}
        (folder / "config.toml").write_text(_CONFIG + _IMPATIENT * impatient)
        asked = "http://127.0.0.1:1" if case.refused and times is None else address
        code, errors = _run(case, asked, folder, flags)
        output = folder / "out" / "shop.json"
        written = output.read_bytes().replace(address.encode(), b"URL") if output.exists() else None
        left = sorted(each.name for each in output.parent.iterdir())
        return Ended(code, errors, written, heard, left)


def _run(case: Case, address: str, folder: Path, flags: tuple[str, ...]) -> tuple[int, str]:
    (folder / "out").mkdir()
    before = dict(os.environ), pacing._limiter  # noqa: SLF001
    pacing._limiter = lambda _rate: before[1](1000.0)  # noqa: SLF001  the one wait by another clock
    os.environ |= {"TESTOMATIO_URL": address, "TESTOMATIO_API_TOKEN": API_TOKEN}
    errors = io.StringIO()
    arguments = ("snapshot", SLUG, "-o", str(folder / "out" / "shop.json"))
    always = ("--config", str(folder / "config.toml"), "--state", str(folder / "state"))
    try:
        # Whoever makes a clock, from whatever module, gets ours.
        ours = mock.patch.object(SystemClock, "__new__", return_value=_Clock(jumps=case.jumps))
        with ours, contextlib.redirect_stderr(errors):
            return run([*arguments, *always, "--progress", "none", *flags]), errors.getvalue()
    finally:
        os.environ.clear()
        os.environ |= before[0]
        pacing._limiter = before[1]  # noqa: SLF001


@dataclass(frozen=True)
class Happened:
    """A case and how it ended, both ways."""

    case: Case
    lasting: Ended
    passing: Ended


def table(found: list[Happened]) -> str:
    """The faults as a table in Markdown."""
    lines = [
        "| fault | if it lasts | exit code | if it passes | exit code |",
        "|---|---|---|---|---|",
    ]
    for each in found:
        lasting, passing = _outcome(each.lasting), _outcome(each.passing)
        codes = each.lasting.code, each.passing.code
        lines.append(f"| {each.case.name} | {lasting} | {codes[0]} | {passing} | {codes[1]} |")
    return "\n".join(lines)


def _outcome(ended: Ended) -> str:
    words = {
        0: "complete",
        3: "refused, and said so",
        4: "nothing written, the suite named; all else kept for the next run",
        5: "stopped, progress kept",
    }
    return words.get(ended.code, "?")


def main() -> int:
    """Run all and print the table."""
    found = [Happened(case, happen(case, None), happen(case, case.times)) for case in CASES]
    print(table(found))
    for each in found:
        expected = (each.case.lasting, each.case.passing)
        if (each.lasting.code, each.passing.code) != expected:
            print(f"{each.case.name}: expected {expected}", file=sys.stderr)
            print(each.lasting.errors, each.passing.errors, file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
